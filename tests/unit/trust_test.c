/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses name a program, and who could have written a file. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file_trust.h"
#include "common/mem.h"
#include "provision/batch/trust.h"
#include "tests/unit/tap.h"

static void names(const char *url, bool expected)
{
	tap_ok(batch_url_names_program(url) == expected, "%s: %s", url ? url : "(none)",
	       expected ? "names a program" : "names none");
}

static void mode(int fd, mode_t bits, const char *expected)
{
	fchmod(fd, bits);
	tap_string(file_distrust(fd), expected, "mode %o", (unsigned int)bits);
}

int main(void)
{
	char path[] = "/tmp/trust-XXXXXX";
	CLEANUP(close_fd) int fd = mkostemp(path, O_CLOEXEC);
	int ends[2];

	unlink(path);
	names(NULL, false);
	names("qemu:///system", false);
	names("qemu+ssh://root@command/system?keyfile=netcat&no_tty=1", false);
	names("qemu+external://host/system", false);
	names("qemu+ext:///system?command=/tmp/x", true);
	names("QEMU+EXT://host/system", true);
	names("qemu+ssh://host/system?no_tty=1&Command=/tmp/x", true);
	names("qemu+ssh://host/system?a;netcat=/tmp/x", true);
	names("qemu+ssh://host/system?%6eetc%61t=/tmp/x", true);
	names("qemu+ssh://host/system?command", true);
	names("qemu+ssh://host/system?a=command=b", false);
	names("qemu+ssh://host/system?", false);
	names("qemu:///embed?root=/tmp/x", true);
	names("qemu:///%65mbed", true);
	mode(fd, 0600, NULL);
	mode(fd, 0644, NULL);
	mode(fd, 0606, "can be written by every user");
	/* Only root can give files away. */
	if (fchown(fd, 12345, 0) == 0)
		mode(fd, 0600, "belongs to another user");
	if (fchown(fd, 0, 12345) == 0)
		mode(fd, 0660, "can be written by its group");
	tap_ok(pipe(ends) == 0 && !file_distrust(ends[0]), "a pipe is the user's own");
	return tap_done();
}
