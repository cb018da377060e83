/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of virsh that messages advise. */
#include "common/cleanup.h"
#include "common/virsh.h"
#include "tests/unit/tap.h"

static void is(char *command, const char *expected)
{
	tap_string(command, expected, "%s", expected);
	free(command);
}

int main(void)
{
	CLEANUP(buf_free) struct buf text = {0};

	is(virsh_text("qemu:///system", "pool-start", "default", NULL),
	   "virsh -c qemu:///system pool-start default");
	is(virsh_text("qemu+ssh://root@h/system?a=b&c", "net-start", "two words", NULL),
	   "virsh -c 'qemu+ssh://root@h/system?a=b&c' net-start 'two words'");
	is(virsh_text("u", "undefine", "it's $(x)", "--nvram", NULL),
	   "virsh -c u undefine 'it'\\''s $(x)' --nvram");
	is(virsh_text(NULL, "list", "", NULL), "virsh list ''");
	virsh_add(&text, "u", "destroy", "a", NULL);
	buf_add_string(&text, " && ");
	virsh_add(&text, "u", "undefine", "a", NULL);
	tap_string(buf_text(&text), "virsh -c u destroy a && virsh -c u undefine a",
		   "commands behind each other");
	return tap_done();
}
