/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A disk of a domain, told by the path of its source. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/domain_disk.h"
#include "tests/unit/tap.h"

static const char domain[] =
	"<domain><devices>"
	"<disk type='file' device='disk'><source file='/d/web_disk'/><target dev='vda'/></disk>"
	"<disk type='block' device='cdrom'><source dev='/dev/vg/web_config.iso'/></disk>"
	"<disk type='file' device='cdrom'><target dev='hdd'/></disk>"
	"<filesystem><source file='/d/other'/></filesystem>"
	"</devices></domain>";

static void moves(const char *from, const char *to, const char *expected,
		  const char *description)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr)
	char *disk = domain_disk_moved(domain, strlen(domain), from, to, &error);

	tap_string(disk ? disk : error_text(&error), expected, "%s", description);
}

int main(void)
{
	CLEANUP(error_free) struct error error = {0};

	tap_ok(domain_disk_has(domain, strlen(domain), "/d/web_disk"), "a file");
	tap_ok(domain_disk_has(domain, strlen(domain), "/dev/vg/web_config.iso"),
	       "a block device");
	tap_ok(!domain_disk_has(domain, strlen(domain), "/d/other"), "not of a disk");
	tap_ok(!domain_disk_has("<domain>", 8, "/d/web_disk"), "no XML has none");
	moves("/d/web_disk", "/d/a&b",
	      "<disk type=\"file\" device=\"disk\"><source file=\"/d/a&amp;b\"/>"
	      "<target dev=\"vda\"/></disk>",
	      "a file's path, escaped");
	moves("/dev/vg/web_config.iso", "/dev/vg/x",
	      "<disk type=\"block\" device=\"cdrom\"><source dev=\"/dev/vg/x\"/></disk>",
	      "a block device's path");
	moves("/d/other", "/d/x", "no disk of the domain is /d/other",
	      "none is an error");
	tap_ok(!domain_disk_moved("<domain>", 8, "/a", "/b", &error), "so is no XML");
	return tap_done();
}
