/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of what imports leave behind, and whether their owners live. */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_name.h"
#include "imagetool/import_names.h"
#include "tests/unit/tap.h"

#define OWNER "01234567-0123456789abcdef"

static void is_other(const char *name)
{
	tap_number(import_name_parse(name).type, IMPORT_OTHER, "not ours: %s", name);
}

static void test_names(void)
{
	struct import_owner owner = {OWNER};
	struct import_name parsed;
	char text[IMPORT_NAME_MAX + 1], longest[IMAGE_NAME_MAX + 1];

	parsed = import_name_parse(import_name_temporary(&owner, 0, text));
	tap_string(text, ".vmango-import-" OWNER, "a temporary name");
	tap_number(parsed.type, IMPORT_TEMPORARY, "is told as one");
	tap_string(parsed.owner.text, OWNER, "with its owner");
	parsed = import_name_parse(import_name_temporary(&owner, 12, text));
	tap_string(text, ".vmango-import-" OWNER "-12", "that of the 13th hypervisor");
	tap_number(parsed.type, IMPORT_TEMPORARY, "is told as one");
	tap_string(parsed.owner.text, OWNER, "with its owner");
	parsed = import_name_parse(import_name_mark(&owner, "A-1_amd64_raw.img", text));
	tap_string(text, ".vmango-publish-" OWNER "_A-1_amd64_raw.img", "a mark's name");
	tap_number(parsed.type, IMPORT_MARK, "is told as one");
	tap_string(parsed.owner.text, OWNER, "with its owner");
	tap_string(parsed.image, "A-1_amd64_raw.img", "and its image");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	parsed = import_name_parse(import_name_mark(&owner, longest, text));
	tap_string(parsed.image, longest, "the longest image's name fits");
	is_other("");
	is_other(".vmango-import-");
	is_other(".vmango-import-" OWNER "x");
	is_other(".vmango-import-" OWNER "-");
	is_other(".vmango-import-" OWNER "-0");
	is_other(".vmango-import-" OWNER "-1x");
	is_other(".vmango-import-0123456-0123456789abcdef0");
	is_other(".vmango-import-01234567-0123456789abcdeF");
	is_other(".vmango-publish-" OWNER);
	is_other("vmango-import-" OWNER);
	is_other("Debian-12_amd64_raw.img");
}

static void test_marks(void)
{
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	image_marks_add(&marks, "B-1_amd64_raw.img");
	image_marks_add(&marks, ".vmango-import-" OWNER);
	image_marks_add(&marks, ".vmango-publish-" OWNER "_A-1_amd64_raw.img");
	tap_ok(image_marks_has(&marks, "A-1_amd64_raw.img"), "a marked image");
	tap_ok(!image_marks_has(&marks, "B-1_amd64_raw.img"), "one that is not");
}

/* An owner that dies without a word. */
static void test_owner(void)
{
	struct import_owner owner = {0}, elsewhere = {OWNER};
	int ends[2];
	pid_t child;

	if (pipe(ends) < 0)
		return;
	child = fork();
	if (child == 0) {
		import_owner_begin(&owner, NULL);
		if (write(ends[1], &owner, sizeof(owner)) != sizeof(owner))
			_exit(1);
		pause();
	}
	tap_ok(read(ends[0], &owner, sizeof(owner)) == sizeof(owner), "an owner");
	tap_number(import_owner_look(&owner), OWNER_ALIVE, "is alive");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	tap_number(import_owner_look(&owner), OWNER_DEAD, "is dead once it is killed");
	tap_number(import_owner_look(&owner), OWNER_DEAD, "and stays so");
	tap_number(import_owner_look(&elsewhere), OWNER_ELSEWHERE,
		   "of others nothing is known");
}

int main(void)
{
	test_names();
	test_marks();
	test_owner();
	return tap_done();
}
