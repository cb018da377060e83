/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of what imports leave behind, and whether their owners live. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_name.h"
#include "imagetool/import_names.h"
#include "imagetool/import_owner.h"
#include "tests/unit/tap.h"

#define OWNER "01234567-0123456789abcdef"
#define IMAGE "A-1_amd64_raw.img"

static void is_other(const char *name)
{
	tap_number(import_name_parse(name).type, IMPORT_OTHER, "not ours: %s", name);
}

/* A name that is written and read again. */
static void is_name(enum import_name_type type, uint32_t number, const char *image,
		    const char *expected)
{
	struct import_run run = {{OWNER}, number};
	struct import_name parsed;
	char text[IMPORT_NAME_MAX + 1];

	parsed = import_name_parse(import_name_format(type, &run, image, text));
	tap_string(text, expected, "a name: %s", expected);
	tap_number(parsed.type, type, "is recognized as one");
	tap_string(parsed.run.owner.text, OWNER, "with its owner");
	tap_number(parsed.run.number, type == IMPORT_MARK ? 0 : number, "its hypervisor");
	tap_string(parsed.image, image, "and its image");
}

static void test_names(void)
{
	char longest[IMAGE_NAME_MAX + 1], text[IMPORT_NAME_MAX + 1];
	struct import_run run = {{OWNER}, UINT32_MAX};

	is_name(IMPORT_TEMPORARY, 0, NULL, ".vmango-import-" OWNER);
	is_name(IMPORT_TEMPORARY, 12, NULL, ".vmango-import-" OWNER "-12");
	is_name(IMPORT_MARK, 3, IMAGE, ".vmango-publish-" OWNER "_" IMAGE);
	is_name(IMPORT_LOCK, 0, IMAGE, ".vmango-lock-" OWNER "_" IMAGE);
	is_name(IMPORT_LOCK, 3, IMAGE, ".vmango-lock-" OWNER "-3_" IMAGE);
	is_name(IMPORT_NEW, 3, IMAGE, ".vmango-new-" OWNER "-3_" IMAGE);
	is_name(IMPORT_REPLACE, 3, IMAGE, ".vmango-replace-" OWNER "-3_" IMAGE);
	is_name(IMPORT_WHOLE, 3, IMAGE, ".vmango-whole-" OWNER "-3_" IMAGE);
	is_name(IMPORT_PROBE, 3, IMAGE, ".vmango-probe-" OWNER "-3_" IMAGE);
	is_name(IMPORT_SYNC, 3, IMAGE, ".vmango-sync-" OWNER "-3_" IMAGE);
	snprintf(longest, sizeof(longest), "A-%0*d_ppc64el_qcow2.img", IMAGE_OS_MAX - 2,
		 1);
	tap_string(
		import_name_parse(import_name_format(IMPORT_REPLACE, &run, longest, text))
			.image,
		longest, "the longest image's name fits");
	is_other("");
	is_other(".vmango-import-");
	is_other(".vmango-import-" OWNER "x");
	is_other(".vmango-import-" OWNER "-");
	is_other(".vmango-import-" OWNER "-0");
	is_other(".vmango-import-" OWNER "-1x");
	is_other(".vmango-import-0123456-0123456789abcdef0");
	is_other(".vmango-import-01234567-0123456789abcdeF");
	is_other(".vmango-publish-" OWNER);
	is_other(".vmango-publish-" OWNER "-1_" IMAGE);
	is_other(".vmango-import-" OWNER "_" IMAGE);
	is_other(".vmango-replace-" OWNER "-4294967296_" IMAGE);
	is_other(".vmango-replace-" OWNER "-" IMAGE);
	is_other(".vmango-replace-" OWNER);
	is_other(".vmango-replace-" OWNER "_");
	is_other(".vmango-replace-" OWNER "_web-1_disk");
	is_other(".vmango-publish-" OWNER "_; rm -r /");
	is_other(".vmango-new-" OWNER "-1");
	is_other(".vmango-lock-_" IMAGE);
	is_other("vmango-import-" OWNER);
	is_other("Debian-12_amd64_raw.img");
}

static void test_marks(void)
{
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	image_marks_add(&marks, "B-1_amd64_raw.img");
	image_marks_add(&marks, ".vmango-import-" OWNER);
	image_marks_add(&marks, ".vmango-publish-" OWNER "_A-1_amd64_raw.img");
	image_marks_add(&marks, ".vmango-replace-" OWNER "-2_C-1_amd64_raw.img");
	image_marks_add(&marks, ".vmango-new-" OWNER "_D-1_amd64_raw.img");
	image_marks_add(&marks, ".vmango-lock-" OWNER "_E-1_amd64_raw.img");
	tap_ok(image_marks_has(&marks, "A-1_amd64_raw.img"), "a marked image");
	tap_ok(!image_marks_has(&marks, "B-1_amd64_raw.img"), "one that is not");
	tap_ok(image_marks_has(&marks, "C-1_amd64_raw.img"), "one that is replaced");
	tap_ok(!image_marks_has(&marks, "D-1_amd64_raw.img"), "not yet");
	tap_ok(!image_marks_has(&marks, "E-1_amd64_raw.img"), "one that is locked");
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
	tap_number(import_owner_state(&owner), OWNER_ALIVE, "is alive");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	tap_number(import_owner_state(&owner), OWNER_DEAD, "is dead once it is killed");
	tap_number(import_owner_state(&owner), OWNER_DEAD, "and stays so");
	tap_number(import_owner_state(&elsewhere), OWNER_ELSEWHERE,
		   "of others nothing is known");
}

int main(void)
{
	test_names();
	test_marks();
	test_owner();
	return tap_done();
}
