/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The URI of a second connection, which must ask nobody for a password. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt_open.h"
#include "tests/unit/tap.h"

static const struct {
	const char *uri, *type, *line;
} uris[] = {
	{"qemu:///system", "QEMU", "qemu:///system"},
	{"qemu:///session?socket=/run/x", "QEMU", "qemu:///session?socket=/run/x"},
	{"qemu+unix:///system?socket=/a+ssh", "QEMU",
	 "qemu+unix:///system?socket=/a+ssh"},
	{"qemu+tls://rack/system", "QEMU", "qemu+tls://rack/system"},
	{"qemu+ssh://root@rack/system", "QEMU", "qemu+ssh://root@rack/system?no_tty=1"},
	{"qemu+SSH://rack/system", "QEMU", "qemu+SSH://rack/system?no_tty=1"},
	{"qemu+Ext://rack/system?command=/bin/ask", "QEMU", NULL},
	{"qemu+ssh://rack/system?keyfile=/k&x=y", "QEMU",
	 "qemu+ssh://rack/system?keyfile=/k&x=y&no_tty=1"},
	{"qemu+libssh2://rack/system", "QEMU", "qemu+libssh2://rack/system"},
	{"qemu://rack+ssh/system", "QEMU", "qemu://rack+ssh/system"},
	{"qemu+ext://rack/system?command=/bin/ask", "QEMU", NULL},
	{"test:///default", "TEST", NULL},
	{"test+unix:///default", "Test", NULL},
	{"qemu", "QEMU", "qemu"},
	{"", "QEMU", ""},
	{NULL, "QEMU", NULL},
	{"qemu:///system", NULL, "qemu:///system"},
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(uris); i++) {
		CLEANUP(free_ptr)
		char *line = virt_open_quiet_uri(uris[i].uri, uris[i].type);

		tap_string(line, uris[i].line, "%s of type %s",
			   uris[i].uri ? uris[i].uri : "no URI",
			   uris[i].type ? uris[i].type : "none");
	}
	return tap_done();
}
