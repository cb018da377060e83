/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read of a domain's hardware, and a NIC that is connected to another network. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/host/domain_hardware.h"
#include "tests/unit/tap.h"

static const uint8_t mac[MAC_SIZE] = {0x52, 0x54, 0, 0, 0, 1};

static const char *shown(const char *text)
{
	return text ? text : "-";
}

static char *hardware_text(const struct domain_hardware *hardware)
{
	struct buf text = {0};
	char its[MAC_TEXT_MAX];

	buf_format(&text, "%" PRIu64 "/%" PRIu64 " %u/%u %s %s %s %s",
		   hardware->memory_bytes, hardware->memory_max_bytes, hardware->cpus,
		   hardware->cpus_max, shown(hardware->type),
		   shown(hardware->machine_type), shown(hardware->cpu_mode),
		   shown(hardware->firmware));
	array_foreach(nic, &hardware->nics)
		buf_format(&text, " [%s %s %s%s]",
			   nic->has_mac ? mac_format(nic->mac, its) : "-",
			   shown(nic->source), shown(nic->model),
			   nic->is_down ? " down" : "");
	array_foreach(disk, &hardware->disks)
		buf_format(&text, " (%s %s %s)", shown(disk->target), shown(disk->bus),
			   shown(disk->path));
	return buf_take(&text);
}

static void test_read(void)
{
	static const struct {
		const char *name, *xml, *expected;
	} cases[] = {
		{"nothing", "<domain/>", "0/0 0/0 - - - -"},
		{"memory in KiB, a part of it, CPUs offline",
		 "<domain type='kvm'><memory>2048</memory><currentMemory unit='KiB'>1024"
		 "</currentMemory><vcpu current='1'>4</vcpu></domain>",
		 "1048576/2097152 1/4 kvm - - -"},
		{"units",
		 "<domain><memory unit='b'>4096</memory>"
		 "<currentMemory unit='MB'>1</currentMemory></domain>",
		 "1000000/4096 0/0 - - - -"},
		{"a unit that is not known",
		 "<domain><memory unit='TiB'>1</memory></domain>", "0/0 0/0 - - - -"},
		{"too much",
		 "<domain><memory unit='GiB'>18446744073709551615</memory></domain>",
		 "0/0 0/0 - - - -"},
		{"machine type, CPU, loader",
		 "<domain><os><type arch='x86_64' machine='q35'>hvm</type>"
		 "<loader>/ovmf</loader></os><cpu mode='host-model'/></domain>",
		 "0/0 0/0 - q35 host-model /ovmf"},
		{"firmware",
		 "<domain><os firmware='efi'><loader>/ovmf</loader></os></domain>",
		 "0/0 0/0 - - - efi"},
		{"NICs",
		 "<domain><devices><interface><mac address='52:54:00:00:00:01'/>"
		 "<source network='lan' bridge='virbr0'/><model type='virtio'/>"
		 "</interface><interface><source bridge='br0'/></interface>"
		 "<interface><source dev='eth0'/><link state='down'/></interface>"
		 "</devices></domain>",
		 "0/0 0/0 - - - - [52:54:00:00:00:01 lan virtio] [- br0 -] [- eth0 - down]"},
		{"disks",
		 "<domain><devices><disk><source file='/a'/><target dev='vda' bus='virtio'/>"
		 "</disk><disk><source file=''/><target dev='hdc'/></disk><disk/>"
		 "</devices></domain>",
		 "0/0 0/0 - - - - (vda virtio /a) (hdc - -) (- - -)"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(domain_hardware_free) struct domain_hardware hardware = {0};
		CLEANUP(xml_free) struct xml xml = {0};
		CLEANUP(free_ptr) char *text = NULL;

		xml_parse(&xml, cases[i].xml, strlen(cases[i].xml), NULL);
		domain_hardware_read(&xml, &hardware);
		text = hardware_text(&hardware);
		tap_string(text, cases[i].expected, "%s", cases[i].name);
	}
}

#define NIC(content)                                  \
	"<domain><devices><interface type='network'>" \
	"<mac address='52:54:00:00:00:01'/>" content "</interface></devices></domain>"
#define WANTED NIC("<source network='lan'/><model type='virtio'/>")

static void test_change(void)
{
	static const struct {
		const char *name, *domain, *wanted, *expected;
		bool is_down;
	} cases[] = {
		{"what libvirt has added to it stays",
		 NIC("<source network='vmango' portid='1'/><model type='e1000'/>"
		     "<alias name='net0'/>"),
		 WANTED,
		 "<interface type=\"network\"><mac address=\"52:54:00:00:00:01\"/>"
		 "<alias name=\"net0\"/><source network=\"lan\"/><model type=\"virtio\"/>"
		 "</interface>",
		 false},
		{"a model that the template leaves open, a port of the old network",
		 NIC("<source network='a'/><model type='e1000'/><virtualport/>"),
		 NIC("<source network='lan'/>"),
		 "<interface type=\"network\"><mac address=\"52:54:00:00:00:01\"/>"
		 "<model type=\"e1000\"/><source network=\"lan\"/></interface>",
		 false},
		{"with its link down", NIC("<source network='a'/>"), WANTED,
		 "<interface type=\"network\"><mac address=\"52:54:00:00:00:01\"/>"
		 "<source network=\"lan\"/><model type=\"virtio\"/>"
		 "<link state=\"down\"/></interface>",
		 true},
		{"a link that it has", NIC("<source network='a'/><link state='up'/>"),
		 NIC("<source network='lan'/>"),
		 "<interface type=\"network\"><mac address=\"52:54:00:00:00:01\"/>"
		 "<link state=\"down\"/><source network=\"lan\"/></interface>",
		 true},
		{"one that was removed is the template's", "<domain/>", WANTED,
		 "<interface type=\"network\"><mac address=\"52:54:00:00:00:01\"/>"
		 "<source network=\"lan\"/><model type=\"virtio\"/></interface>",
		 false},
		{"none in the template", WANTED, "<domain/>", NULL, false},
		{"no XML", "<", WANTED, NULL, false},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(error_free) struct error error = {0};
		CLEANUP(free_ptr)
		char *text = domain_hardware_nic_changed(cases[i].domain, cases[i].wanted,
							 mac, cases[i].is_down, &error);

		tap_string(text ? text : "none",
			   cases[i].expected ? cases[i].expected : "none", "%s",
			   cases[i].name);
	}
}

int main(void)
{
	test_read();
	test_change();
	return tap_done();
}
