/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of a domain, and the files below them. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/host/domain_disk.h"
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

static const char with_snapshots[] =
	"<domain><devices>"
	"<disk type='file' device='cdrom'><source file='/d/web_config.iso'/>"
	"<backingStore/><target dev='hda'/><readonly/></disk>"
	"<disk type='file' device='disk'><source file='/d/web_disk.b'/>"
	"<backingStore type='file'><format type='qcow2'/><source file='/d/web_disk.a'/>"
	"<backingStore type='file'><source file='/d/web_disk'/>"
	"<backingStore type='file'><source file='/i/image'/><backingStore/></backingStore>"
	"</backingStore></backingStore>"
	"<mirror type='file' job='copy'><source file='/d/copy'/></mirror>"
	"<target dev='vda'/></disk>"
	"%s</devices></domain>";

static void disks_parse(const char *text, struct domain_disks *disks)
{
	CLEANUP(xml_free) struct xml xml = {0};

	if (xml_parse(&xml, text, strlen(text), NULL) == 0)
		domain_disks_read(&xml, disks);
}

static char *chain_text(const struct domain_disk *disk)
{
	struct buf text = {0};

	array_foreach(path, &disk->chain)
		buf_format(&text, "%s%s", text.size ? " " : "", *path);
	return buf_take(&text);
}

/* `more` is a further disk. */
static void root_is(const char *more, const char *created, const char *expected,
		    const char *description)
{
	CLEANUP(free_ptr) char *text = mem_format(with_snapshots, more);
	CLEANUP(domain_disks_free) struct domain_disks disks = {0};
	const struct domain_disk *root;

	disks_parse(text, &disks);
	root = domain_disks_root(&disks, created);
	tap_string(root ? root->target : "none", expected, "%s", description);
}

static void disks_test(void)
{
	static const char data[] = "<disk type='block'><source dev='/dev/vg/data'/>"
				   "<target dev='vdb'/></disk>";
	static const char by_name[] =
		"<disk type='volume'><source pool='default' volume='data'/>"
		"<target dev='vdc'/></disk>";
	CLEANUP(free_ptr) char *all = mem_format("%s%s", data, by_name);
	CLEANUP(free_ptr) char *text = mem_format(with_snapshots, all);
	CLEANUP(domain_disks_free) struct domain_disks disks = {0};
	CLEANUP(free_ptr) char *chain = NULL;

	disks_parse(text, &disks);
	tap_ok(disks.list.count == 4, "four disks");
	chain = chain_text(&disks.list.items[1]);
	tap_string(chain, "/d/web_disk.b /d/web_disk.a /d/web_disk /i/image",
		   "a chain from the top, without the mirror");
	tap_ok(!disks.list.items[0].is_writable && disks.list.items[1].is_writable &&
		       disks.list.items[2].is_writable,
	       "a CD is not written to, a disk without a device is");
	tap_ok(disks.list.items[1].has_mirror && !disks.list.items[2].has_mirror,
	       "a block job");
	tap_ok(domain_disks_use(&disks, "/i/image") &&
		       domain_disks_use(&disks, "/dev/vg/data") &&
		       !domain_disks_use(&disks, "/d/copy"),
	       "files that are used");
	tap_ok(domain_disks_use_volume(&disks, "default", "data") &&
		       !domain_disks_use_volume(&disks, "default", "other") &&
		       !domain_disks_use_volume(&disks, "data", "default"),
	       "a volume by the name of its pool");
	root_is("", "/d/web_disk", "vda", "a root disk below snapshots");
	root_is("", "/gone", "vda", "the only one that is written to");
	root_is(data, "/dev/vg/data", "vdb", "one of two, by its path");
	root_is(data, "/gone", "none", "of two others it is not known");
}

static void fills(const char *target, const char *path, const char *expected,
		  const char *description)
{
	static const char empty[] =
		"<domain><devices><disk device='cdrom'><target dev='hda'/><readonly/>"
		"</disk><disk type='file' device='cdrom'><source file='/d/x.iso'/>"
		"<target dev='hdb'/></disk><disk device='cdrom'><source index='4'/>"
		"<target dev='hdc'/></disk></devices></domain>";
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr)
	char *disk = domain_disk_filled(empty, strlen(empty), target, path, &error);

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
	fills("hda", "/d/a&b",
	      "<disk device=\"cdrom\" type=\"file\"><target dev=\"hda\"/><readonly/>"
	      "<source file=\"/d/a&amp;b\"/></disk>",
	      "a file into an empty CD-ROM");
	fills("hda", "/dev/vg/x",
	      "<disk device=\"cdrom\" type=\"block\"><target dev=\"hda\"/><readonly/>"
	      "<source dev=\"/dev/vg/x\"/></disk>",
	      "a block device");
	fills("hdc", "/d/y",
	      "<disk device=\"cdrom\" type=\"file\"><source index=\"4\" file=\"/d/y\"/>"
	      "<target dev=\"hdc\"/></disk>",
	      "an empty one of a running guest");
	fills("hdb", "/d/y", "hdb is not an empty CD-ROM any more",
	      "not in the place of a medium");
	tap_ok(!domain_disk_filled("<domain>", 8, "hda", "/b", &error),
	       "nor into what is no XML");
	disks_test();
	return tap_done();
}
