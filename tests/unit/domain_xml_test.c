/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains as templates make them, and what is added to them. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/plan/domain_xml.h"
#include "tests/unit/tap.h"

#define BEGIN "<?xml version=\"1.0\"?>\n"
#define UUID  "<uuid>01234567-89ab-5def-8123-456789abcdef</uuid>"
#define MAC   "<mac address=\"52:54:00:0a:0b:0c\"/>"
#define OURS  "<a:md xmlns:a=\"urn:a\">&lt;x&gt;</a:md>"
#define TOOLS "<b:machine xmlns:b=\"urn:b\" state=\"creating\"><b:c/></b:machine>"
#define DATA  "<metadata>" OURS TOOLS "</metadata>"
#define DRIVE "/pool/web-1_config.iso"

static const struct domain_identity identity = {
	.name = "web-1",
	.uuid = "01234567-89ab-5def-8123-456789abcdef",
	.mac = "52:54:00:0a:0b:0c",
	.network = "vmango",
	.metadata = OURS TOOLS,
};

/* A domain with its identity and this in front of its devices, and inside of them. */
#define WHOLE(rest) "<domain type=\"kvm\"><name>web-1</name>" UUID rest "</domain>"
#define NIC	    "<interface type=\"network\">" MAC "</interface>"

static const struct {
	const char *what, *xml, *expected;
} without_drive[] = {
	{"everything that is missing is added",
	 "<domain type='kvm'><name>web-1</name><devices><interface type='network'/></devices>"
	 "</domain>",
	 WHOLE(DATA "<devices><interface type=\"network\">" MAC
		    "</interface></devices>")},
	{"UUID and metadata come where every schema takes them",
	 "<domain type='kvm'>\n  <name>web-1</name>\n"
	 "  <currentMemory unit='b'>1</currentMemory>\n"
	 "  <metadata>" TOOLS "</metadata>\n"
	 "  <memory unit='b'>1</memory>\n"
	 "  <os/>\n  <on_crash>restart</on_crash>\n  <vcpu>1</vcpu>\n"
	 "  <devices>" NIC "</devices>\n</domain>",
	 "<domain type=\"kvm\">\n  <name>web-1</name>\n" UUID "\n"
	 "  <metadata>" TOOLS OURS "</metadata>\n"
	 "  <memory unit=\"b\">1</memory>\n"
	 "  <currentMemory unit=\"b\">1</currentMemory>\n  <vcpu>1</vcpu>\n"
	 "  <os/>\n  <on_crash>restart</on_crash>\n"
	 "  <devices>" NIC "</devices></domain>"},
	{"a comment stays before its element, and what is not known at the end",
	 "<domain type='kvm'><!--n--><new/><q:commandline xmlns:q='urn:q'/>"
	 "<name>web-1</name><q:name xmlns:q='urn:q'/><!--d--><devices>" NIC
	 "</devices><!--m--><!--m2--><metadata>" OURS TOOLS "</metadata>" UUID
	 "<!--end--></domain>",
	 WHOLE("<!--m--><!--m2-->" DATA "<!--d--><devices>" NIC "</devices><!--n--><new/>"
	       "<q:commandline xmlns:q=\"urn:q\"/><q:name xmlns:q=\"urn:q\"/><!--end-->")},
	{"what is there stays", WHOLE(DATA "<devices>" NIC "</devices>"),
	 WHOLE(DATA "<devices>" NIC "</devices>")},
	{"a UUID and a MAC in capitals are the same",
	 "<domain><name>web-1</name><uuid>01234567-89AB-5DEF-8123-456789ABCDEF</uuid>" DATA
	 "<devices><interface><mac address=\"52:54:00:0A:0B:0C\"/></interface></devices>"
	 "</domain>",
	 "<domain><name>web-1</name><uuid>01234567-89AB-5DEF-8123-456789ABCDEF</uuid>" DATA
	 "<devices><interface><mac address=\"52:54:00:0A:0B:0C\"/></interface></devices>"
	 "</domain>"},
	{"the interface on the network gets the address",
	 WHOLE(DATA "<devices><interface><source network='other'/></interface><interface>"
		    "<source network='vmango'/></interface><interface><source "
		    "network='vmango'/></interface></devices>"),
	 WHOLE(DATA
	       "<devices><interface><source network=\"other\"/></interface><interface>"
	       "<source network=\"vmango\"/>" MAC "</interface><interface><source "
	       "network=\"vmango\"/></interface></devices>")},
	{"else the first",
	 WHOLE(DATA "<devices><interface type='bridge'><source bridge='br0'/></interface>"
		    "<interface><source network='other'/></interface></devices>"),
	 WHOLE(DATA
	       "<devices><interface type=\"bridge\"><source bridge=\"br0\"/>" MAC
	       "</interface><interface><source network=\"other\"/></interface></devices>")},
	{"an address without a value is filled in",
	 WHOLE(DATA "<devices><interface><mac address=''/></interface></devices>"),
	 WHOLE(DATA "<devices><interface>" MAC "</interface></devices>")},
	{"an interface of the template's choice has the address",
	 WHOLE(DATA "<devices><interface><mac address=\"52:54:00:00:00:01\"/><source "
		    "network=\"vmango\"/></interface>" NIC "</devices>"),
	 WHOLE(DATA "<devices><interface><mac address=\"52:54:00:00:00:01\"/><source "
		    "network=\"vmango\"/></interface>" NIC "</devices>")},
	{"other metadata stay beside ours",
	 WHOLE("<metadata><l:os xmlns:l='urn:l'/></metadata><devices>" NIC "</devices>"),
	 WHOLE("<metadata><l:os xmlns:l=\"urn:l\"/>" OURS TOOLS "</metadata><devices>" NIC
	       "</devices>")},
	{"what the template has of ours is not there twice",
	 WHOLE("<metadata>" TOOLS "\n</metadata><devices>" NIC "</devices>"),
	 WHOLE("<metadata>" TOOLS "\n" OURS "</metadata><devices>" NIC "</devices>")},
	{"what an element of ours lacks is added",
	 WHOLE("<metadata><x:machine xmlns:x='urn:b'><x:d/></x:machine></metadata><devices>" NIC
	       "</devices>"),
	 WHOLE("<metadata><x:machine xmlns:x=\"urn:b\"><x:d/><x:c/></x:machine>" OURS
	       "</metadata><devices>" NIC "</devices>")},
	{"an element of another namespace is another one",
	 WHOLE("<metadata><md/><a:md xmlns:a='urn:x'/></metadata><devices>" NIC
	       "</devices>"),
	 WHOLE("<metadata><md/><a:md xmlns:a=\"urn:x\"/>" OURS TOOLS
	       "</metadata><devices>" NIC "</devices>")},
};

static const struct {
	const char *what, *devices, *expected;
} with_drive[] = {
	{"a disk of its own", NIC,
	 NIC "<disk device=\"disk\" type=\"file\"><target dev=\"vda\" bus=\"virtio\"/>"
	     "<readonly/><source file=\"" DRIVE "\"/></disk>"},
	{"the first name that is free",
	 "<disk type=\"file\"><target dev=\"vda\"/></disk><disk type=\"file\"><target "
	 "dev=\"vdc\"/></disk>" NIC,
	 "<disk type=\"file\"><target dev=\"vda\"/></disk><disk type=\"file\"><target "
	 "dev=\"vdc\"/></disk>" NIC
	 "<disk device=\"disk\" type=\"file\"><target dev=\"vdb\" bus=\"virtio\"/>"
	 "<readonly/><source file=\"" DRIVE "\"/></disk>"},
	{"a cdrom without a medium",
	 "<disk type=\"block\" device=\"cdrom\"><target dev=\"hdc\"/></disk>" NIC,
	 "<disk type=\"file\" device=\"cdrom\"><target dev=\"hdc\"/><source file=\"" DRIVE
	 "\"/></disk>" NIC},
	{"a cdrom with an empty path",
	 "<disk type=\"block\" device=\"cdrom\"><source dev=\"\" startupPolicy=\"optional\"/>"
	 "</disk>" NIC,
	 "<disk type=\"file\" device=\"cdrom\"><source startupPolicy=\"optional\" file=\"" DRIVE
	 "\"/></disk>" NIC},
	{"the first of several",
	 "<disk type=\"file\" device=\"cdrom\"><source file=\"/a.iso\"/></disk>"
	 "<disk type=\"volume\" device=\"cdrom\"><source pool=\"p\" volume=\"v\"/></disk>"
	 "<disk type=\"network\" device=\"cdrom\"><source protocol=\"http\"/></disk>"
	 "<disk type=\"file\" device=\"cdrom\"/><disk type=\"file\" device=\"cdrom\"/>" NIC,
	 "<disk type=\"file\" device=\"cdrom\"><source file=\"/a.iso\"/></disk>"
	 "<disk type=\"volume\" device=\"cdrom\"><source pool=\"p\" volume=\"v\"/></disk>"
	 "<disk type=\"network\" device=\"cdrom\"><source protocol=\"http\"/></disk>"
	 "<disk type=\"file\" device=\"cdrom\"><source file=\"" DRIVE "\"/></disk>"
	 "<disk type=\"file\" device=\"cdrom\"/>" NIC},
	{"where the template has put it",
	 "<disk type=\"file\" device=\"cdrom\"/><disk type=\"file\"><source file=\"" DRIVE
	 "\"/></disk>" NIC,
	 "<disk type=\"file\" device=\"cdrom\"/><disk type=\"file\"><source file=\"" DRIVE
	 "\"/></disk>" NIC},
};

static const struct {
	const char *what, *xml, *reason;
} refused[] = {
	{"nothing", "", "line 1: Document is empty"},
	{"another document", "<volume><name>web-1</name></volume>", "no <domain>"},
	{"no name", "<domain/>", "<name> is \"\", not \"web-1\""},
	{"another name", "<domain><name>web-2</name></domain>",
	 "<name> is \"web-2\", not \"web-1\""},
	{"another UUID", "<domain><name>web-1</name><uuid>x</uuid></domain>",
	 "<uuid> is \"x\", not {{ .Machine.Id }}"},
	{"no interface", WHOLE("<devices><disk/></devices>"),
	 "the domain has no <interface>"},
	{"an interface elsewhere", WHOLE("<interface/>"),
	 "the domain has no <interface>"},
	{"another MAC address",
	 WHOLE("<devices><interface><mac address='52:54:00:00:00:01'/></interface></devices>"),
	 "<mac> of the interface is \"52:54:00:00:00:01\", not {{ .Machine.HWAddr }}"},
	{"entities",
	 "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain>&e;</domain>",
	 "line 1: document type declarations are refused"},
};

static void finishes(const char *what, const char *xml,
		     const struct domain_identity *given, const char *expected)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *got = domain_xml_finish(xml, strlen(xml), given, &error);
	CLEANUP(free_ptr) char *whole = mem_format(BEGIN "%s\n", expected);

	tap_string(got ? got : error_text(&error), whole, "%s", what);
}

static void bridges(void)
{
	struct domain_identity given = identity;

	given.network = "br0";
	given.is_bridge = true;
	finishes("a network that is a bridge",
		 WHOLE(DATA "<devices><interface type=\"network\"><source network=\"n\"/>"
			    "</interface><interface type=\"network\"><source "
			    "network=\"br0\"/></interface></devices>"),
		 &given,
		 WHOLE(DATA "<devices><interface type=\"network\"><source network=\"n\"/>"
			    "</interface><interface type=\"bridge\"><source "
			    "bridge=\"br0\"/>" MAC "</interface></devices>"));
	finishes("a template that knows the bridge",
		 WHOLE(DATA "<devices><interface type=\"network\"><source network=\"n\"/>"
			    "</interface><interface type=\"bridge\"><source "
			    "bridge=\"br0\"/></interface></devices>"),
		 &given,
		 WHOLE(DATA "<devices><interface type=\"network\"><source network=\"n\"/>"
			    "</interface><interface type=\"bridge\"><source "
			    "bridge=\"br0\"/>" MAC "</interface></devices>"));
}

/* Names from libvirt and paths may have what XML wants escaped. */
static void drives(void)
{
	struct domain_identity given = identity, odd = identity;

	given.drive_path = DRIVE;
	for (size_t i = 0; i < ARRAY_LENGTH(with_drive); i++) {
		CLEANUP(free_ptr)
		char *xml = mem_format(WHOLE(DATA "<devices>%s</devices>"),
				       with_drive[i].devices);
		CLEANUP(free_ptr)
		char *expected = mem_format(WHOLE(DATA "<devices>%s</devices>"),
					    with_drive[i].expected);

		finishes(with_drive[i].what, xml, &given, expected);
	}
	odd.drive_path = "/dev/a<&'\"b";
	finishes("a block device, with what is escaped",
		 WHOLE(DATA "<devices>" NIC
			    "<disk type='file' device='cdrom'><source file=''/>"
			    "</disk></devices>"),
		 &odd,
		 WHOLE(DATA "<devices>" NIC
			    "<disk type=\"block\" device=\"cdrom\"><source "
			    "dev=\"/dev/a&lt;&amp;'&quot;b\"/></disk></devices>"));
}

static void refuses(const char *what, const char *xml,
		    const struct domain_identity *given, const char *reason)
{
	CLEANUP(error_free) struct error error = {0};

	tap_ok(!domain_xml_finish(xml, strlen(xml), given, &error), "%s: refused", what);
	tap_string(error_text(&error), reason, "%s: why", what);
}

static void no_disk_is_left(void)
{
	CLEANUP(buf_free) struct buf xml = {0};
	struct domain_identity given = identity;

	buf_add_string(&xml, "<domain><name>web-1</name><devices>" NIC);
	for (char letter = 'a'; letter <= 'z'; letter++)
		buf_format(&xml, "<disk><target dev='vd%c'/></disk>", letter);
	buf_add_string(&xml, "</devices></domain>");
	given.drive_path = DRIVE;
	refuses("disks up to vdz", xml.data, &given,
		"no disk name from vda to vdz is free for the config drive");
}

int main(void)
{
	struct domain_identity broken = identity;

	for (size_t i = 0; i < ARRAY_LENGTH(without_drive); i++)
		finishes(without_drive[i].what, without_drive[i].xml, &identity,
			 without_drive[i].expected);
	drives();
	bridges();
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
		refuses(refused[i].what, refused[i].xml, &identity, refused[i].reason);
	no_disk_is_left();
	broken.metadata = "<a>";
	refuses("metadata that are no XML", WHOLE("<devices>" NIC "</devices>"), &broken,
		"the metadata are not well-formed XML");
	return tap_done();
}
