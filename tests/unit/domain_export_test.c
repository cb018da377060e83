/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a batch out of domains that others made. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/host/domain_export.h"
#include "provision/host/domain_export_write.h"
#include "tests/unit/tap.h"

#define OS(id)                                                                  \
	"<metadata><l:libosinfo "                                               \
	"xmlns:l='http://libosinfo.org/xmlns/libvirt/domain/1.0'><l:os id='" id \
	"'/></l:libosinfo></metadata>"

static int read_xml(const char *xml, struct domain_export *domain, struct error *error)
{
	return domain_export_read(xml, strlen(xml), domain, error);
}

static void image_is(const char *metadata, const char *expected)
{
	CLEANUP(domain_export_free) struct domain_export domain = {0};
	CLEANUP(free_ptr)
	char *xml = mem_format("<domain><name>a</name>%s</domain>", metadata);

	read_xml(xml, &domain, NULL);
	tap_string(domain.image, expected, "image of %s", metadata);
}

/* The notes of a domain with this behind its name, a line each. */
static void notes_are(const char *rest, const char *expected)
{
	CLEANUP(domain_export_free) struct domain_export domain = {0};
	CLEANUP(buf_free) struct buf notes = {0};
	CLEANUP(free_ptr)
	char *xml = mem_format("<domain><name>a</name>%s</domain>", rest);

	read_xml(xml, &domain, NULL);
	for (size_t i = 0; i < domain.notes.count; i++)
		buf_format(&notes, "%s%s", i ? "\n" : "", domain.notes.messages[i]);
	tap_string(buf_text(&notes), expected, "what a batch can't say of %s", rest);
}

static void notes(void)
{
#define LAN "<interface type='network'><source network='lan'/></interface>"
#define CD(name)                                                         \
	"<devices>" LAN "<disk device='cdrom'><source file='" name "'/>" \
	"<target dev='hdc'/></disk><disk device='disk'><source file='/p/d'/></disk></devices>"
#define OURS                                                                         \
	"<metadata><tools:machine xmlns:tools='https://vmango.org/schema/tools' "    \
	"state='ready'><tools:batch name='b'/><tools:input hash='x'/>"               \
	"<tools:instance serial='1'/><tools:volume pool='p' name='a_config-2.iso'/>" \
	"</tools:machine></metadata>"
#define VMANGO "<metadata><v:md xmlns:v='http://vmango.org/schema/md'/></metadata>"
#define CPU(attributes, inside) \
	"<cpu " attributes ">" inside "</cpu><devices>" LAN "</devices>"
	notes_are(OURS CD("/p/a_config-2.iso"), "");
	notes_are(OURS CD("/p/a_config.iso"), "cdrom hdc: /p/a_config.iso");
	notes_are(VMANGO CD("/p/a_config.iso"), "");
	notes_are(CD("/p/a_config.iso"), "cdrom hdc: /p/a_config.iso");
	notes_are(OURS CD("/p/debian.iso"), "cdrom hdc: /p/debian.iso");
	notes_are(CPU("mode='custom' match='exact' check='none'",
		      "<model fallback='forbid'>qemu64</model>"),
		  "");
	notes_are(CPU("mode='host-model'", ""), "");
	notes_are(CPU("mode='host-passthrough'", ""), "CPU host-passthrough");
	notes_are(CPU("mode='custom'", "<model>EPYC</model>"), "CPU EPYC");
	notes_are(CPU("mode='custom'", "<model>qemu64</model><feature name='vmx'/>"),
		  "CPU qemu64");
}

static void refused(const char *name, const char *expected)
{
	CLEANUP(domain_export_free) struct domain_export domain = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr)
	char *xml = mem_format("<domain><name>%s</name></domain>", name);

	tap_ok(read_xml(xml, &domain, &error) < 0 &&
		       strstr(error_text(&error), expected) != NULL,
	       "%s is refused: %s", name, error_text(&error));
}

static void accepted(const char *name)
{
	CLEANUP(domain_export_free) struct domain_export domain = {0};
	CLEANUP(free_ptr)
	char *xml = mem_format("<domain><name>%s</name></domain>", name);

	tap_ok(read_xml(xml, &domain, NULL) == 0, "%s is a machine's name", name);
}

static void written(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct domain_export domains[3] = {
		{.name = (char *)"a",
		 .memory_bytes = 64 << 20,
		 .cpus = 2,
		 .network = (char *)"lan",
		 .pool = (char *)"p",
		 .disk_bytes = 1000000,
		 .image = (char *)"Debian-12",
		 .autostart = true,
		 .has_address = true},
		{.name = (char *)"b",
		 .memory_bytes = 64 << 20,
		 .cpus = 2,
		 .network = (char *)"lan",
		 .pool = (char *)"p",
		 .disk_bytes = 900000},
		{.name = (char *)"c", .network = (char *)"with\n[evil]"},
	};

	inet_pton(AF_INET, "10.0.0.7", &domains[0].address);
	error_list_add(&domains[2].notes, "a disk\n[machine x]");
	domain_export_write(domains, 3, "test:///a\"b", &text);
	tap_string(buf_text(&text),
		   "# Machines like these domains. Apply creates new ones, with disks "
		   "from the image,\n"
		   "# and refuses as long as a domain of the name exists.\n\n"
		   "[hypervisor local]\n# url = test:///a\"b\nnetwork = lan\n"
		   "root_storage_pool = p\n\n"
		   "[hypervisor local-3]\n# url = test:///a\"b\n"
		   "# network = \"with\\x0a[evil]\"\nroot_storage_pool = CHANGE-ME\n\n"
		   "[plan 64M-2cpu-1M]\nmemory = 64M\ncpus = 2\ndisk_size = 1M\n\n"
		   "[plan 1M-1cpu-10240M]\nmemory = 1M\ncpus = 1\n"
		   "disk_size = 10240M\n\n"
		   "# a: the image is guessed from its OS\n"
		   "# a: its SSH keys and user data are not known\n[machine a]\n"
		   "hypervisor = local\nplan = 64M-2cpu-1M\nimage = Debian-12\n"
		   "ip = 10.0.0.7\nautostart = yes\n\n"
		   "# b: the image is not known\n"
		   "# b: its SSH keys and user data are not known\n"
		   "[machine b]\nhypervisor = local\n"
		   "plan = 64M-2cpu-1M\nimage = CHANGE-ME\nip = dhcp\n\n"
		   "# c: not in the batch: a disk\\x0a[machine x]\n"
		   "# c: the size of its disk is not known\n"
		   "# c: the image is not known\n"
		   "# c: its SSH keys and user data are not known\n"
		   "[machine c]\nhypervisor = local-3\n"
		   "plan = 1M-1cpu-10240M\nimage = CHANGE-ME\nip = dhcp\n\n",
		   "a network and a note with ends of lines stay in theirs");
	error_list_free(&domains[2].notes);
}

int main(void)
{
	image_is(OS("http://debian.org/debian/12"), "Debian-12");
	image_is(OS("http://ubuntu.com/ubuntu/22.04"), "Ubuntu-22.04");
	image_is(OS("x"), NULL);
	image_is(OS("/"), NULL);
	image_is(OS("//"), NULL);
	image_is(OS(""), NULL);
	image_is("", NULL);
	image_is("<metadata><v:md xmlns:v='http://vmango.org/schema/md'>"
		 "<v:imageId>Debian-12_amd64_qcow2.img</v:imageId></v:md></metadata>",
		 "Debian-12_amd64_qcow2.img");
	refused("a{1..3}", "can't have its name");
	refused("a b", "can't have its name");
	refused("x23456789-123456789-123456789-123456789-123456789-123456789-1234",
		"can't have its name");
	accepted("x23456789-123456789-123456789-123456789-123456789-123456789-12");
	refused("", "can't have its name");
	notes();
	written();
	return tap_done();
}
