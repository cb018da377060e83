/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others do to a machine's reservation, disks and autostart, as the planner sees it.
 */
#define _GNU_SOURCE
#include "tests/unit/plan_case.h"

#define D12    "Debian-12_amd64_qcow2.img"
#define WEB    "[machine web]"
#define VIRSH  "virsh -c qemu+ssh://rack1/system "
#define DELETE VIRSH "net-update vmango delete ip-dhcp-host "
#define OURS   "{'Name':'web'}"
#define DRIVE  "{'Name':'web_config.iso','Capacity':0,'IsBlock':false}"

/* Facts with these reservations live and in the configuration, and with all volumes. */
#define RESERVED(live, configured)                                      \
	"{'Bare':true,'Domains':[{}],'Volumes':[" PLAN_VOLUME "," DRIVE \
	"],'Network':{'Hosts':[" live                                   \
	"],'HasConfigured':true,'ConfiguredHosts':[" configured "]}}"
#define ENTRY(mac, name, address)                                          \
	"{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:" mac "','Name':" name \
	",'Address':'192.168.124." address "'}"
#define CONFIGURED ENTRY("01", "'web'", "20")

static const struct plan_case reservations[] = {
	{.name = "a reservation that is live and configured",
	 .batch = WEB,
	 .facts = {RESERVED(OURS, CONFIGURED)},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "neither",
	 .batch = WEB,
	 .facts = {RESERVED("", "")},
	 .expected =
		 "web restore rack1 " D12
		 ": the reservation of 192.168.124.20 has been removed from network vmango\n"},
	{.name = "only configured",
	 .batch = WEB,
	 .facts = {RESERVED("", CONFIGURED)},
	 .expected =
		 "web restore rack1 " D12
		 ": the reservation of 192.168.124.20 has been removed from the running network vmango\n"},
	{.name = "only live",
	 .batch = WEB,
	 .facts = {RESERVED(OURS, "")},
	 .expected =
		 "web restore rack1 " D12
		 ": the reservation of 192.168.124.20 has been removed from the configuration of network vmango\n"},
	{.name = "by another name",
	 .batch = WEB,
	 .facts = {RESERVED("{'Name':'mail'}", ENTRY("01", "'mail'", "20"))},
	 .expected =
		 "web keep rack1 " D12
		 ": network vmango reserves 192.168.124.20 for it as mail, not web; to undo that: " DELETE
		 "'<host mac=\"52:54:00:00:00:01\" ip=\"192.168.124.20\"/>' --live --config, then apply\n"},
	{.name = "without a name, only live",
	 .batch = WEB,
	 .facts = {RESERVED("{}", "")},
	 .expected =
		 "web keep rack1 " D12
		 ": network vmango reserves 192.168.124.20 for it without the name web; to undo that: " DELETE
		 "'<host mac=\"52:54:00:00:00:01\" ip=\"192.168.124.20\"/>' --live, then apply\n"},
	{.name = "with another address in the configuration",
	 .batch = WEB,
	 .facts = {RESERVED(OURS, ENTRY("01", "'web'", "30"))},
	 .expected =
		 "web keep rack1 " D12
		 ": network vmango reserves 192.168.124.30 for it, not 192.168.124.20; to undo that: " DELETE
		 "'<host mac=\"52:54:00:00:00:01\" ip=\"192.168.124.30\"/>' --live --config, then apply\n"},
	{.name = "the address has another MAC address",
	 .batch = WEB,
	 .facts = {RESERVED("{'HWAddr':'52:54:00:00:00:02'}", "")},
	 .expected =
		 "web keep rack1 " D12
		 ": its address 192.168.124.20 is now reserved for 52:54:00:00:00:02 in network vmango; if nothing needs that: " DELETE
		 "'<host mac=\"52:54:00:00:00:02\" ip=\"192.168.124.20\"/>' --live\n"},
	{.name = "or an entry without one, which no command deletes",
	 .batch = WEB,
	 .facts = {RESERVED("{'HasHWAddr':false}", "")},
	 .expected =
		 "web keep rack1 " D12
		 ": its address 192.168.124.20 is now reserved for another entry in network vmango; if nothing needs that: " VIRSH
		 "net-edit vmango\n"},
	{.name = "the name has another address in the configuration",
	 .batch = WEB,
	 .facts = {RESERVED(OURS, ENTRY("02", "'web'", "30"))},
	 .expected =
		 "web keep rack1 " D12
		 ": its name web is now reserved for 192.168.124.30 in network vmango; if nothing needs that: " DELETE
		 "'<host mac=\"52:54:00:00:00:02\" ip=\"192.168.124.30\"/>' --config\n"},
	{.name = "a MAC address and a name that are only configured are taken",
	 .batch = WEB,
	 .facts = {"{'Network':{'HasConfigured':true,'ConfiguredHosts':[" ENTRY(
		 "03", "'web'", "30") "]}}"},
	 .expected =
		 "web create rack1 " D12
		 "\nerror: lab.ini:1: machine web: 192.168.124.30 is already reserved for web in network vmango of rack1; if nothing needs it: " DELETE
		 "'<host mac=\"52:54:00:00:00:03\" name=\"web\" ip=\"192.168.124.30\"/>' --config\n"},
};

#define DISK(target, writable, path)                    \
	"{'Target':'" target "','IsWritable':" writable \
	",'Pool':null,'Volume':null,'HasMirror':false,'Capacity':0,'Chain':[" path "]}"
#define PATH(path) "{'Path':'" path "'}"
#define ROOT	   DISK("vda", "true", PATH("/disks/web_disk"))
#define CD(path)   DISK("hdc", "false", path)
#define CD_DRIVE   CD(PATH("/disks/web_config.iso"))
#define EXISTS(domain, disks) \
	"{'Domains':[{" domain "'Disks':[" disks "]}],'Volumes':[" PLAN_VOLUME "]}"

static const struct plan_case disks[] = {
	{.name = "both disks are attached",
	 .batch = WEB,
	 .facts = {EXISTS("", ROOT "," CD_DRIVE)},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "a snapshot is over the disk",
	 .batch = WEB,
	 .facts = {EXISTS("", DISK("vda", "true",
				   PATH("/disks/web.s1") "," PATH(
					   "/disks/web_disk")) "," CD_DRIVE)},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "the disk is another file, with which the guest starts",
	 .batch = WEB,
	 .facts = {EXISTS("'IsActive':false,",
			  DISK("vda", "true", PATH("/disks/copy")) "," CD_DRIVE)},
	 .expected = "web start rack1 " D12
		     ": disk vda is /disks/copy, not /disks/web_disk as created\n"},
	{.name = "even when the former one was deleted",
	 .batch = WEB,
	 .facts = {"{'Bare':true,'Domains':[{'Disks':[" DISK(
		 "vda", "true", PATH("/disks/copy")) "," CD_DRIVE "]}],'Volumes':[" DRIVE
						     "],'Network':{'Hosts':[" OURS "]}}"},
	 .expected = "web keep rack1 " D12
		     ": disk vda is /disks/copy, not /disks/web_disk as created\n"},
	{.name = "the disk is not attached, so that the guest is not started",
	 .batch = WEB,
	 .facts = {"{'Domains':[{'IsActive':false,'Disks':[" CD_DRIVE
		   "]}],'Volumes':[{'Name':'web_disk','Capacity':5368709120,"
		   "'IsBlock':false,'Format':'qcow2'}]}"},
	 .expected =
		 "web keep rack1 " D12
		 ": its disk, volume default/web_disk, is not attached; to attach it: " VIRSH
		 "attach-disk web /disks/web_disk vda --subdriver qcow2 --config\n"},
	{.name = "of a format that was not read, while the guest runs",
	 .batch = WEB,
	 .facts = {EXISTS("", CD_DRIVE)},
	 .expected = "web keep rack1 " D12
		     ": its disk, volume default/web_disk, is not attached\n"},
	{.name = "nor does it exist",
	 .batch = WEB,
	 .facts = {"{'Bare':true,'Domains':[{'IsActive':false,'Disks':[" CD_DRIVE
		   "]}],'Volumes':[" DRIVE "],'Network':{'Hosts':[" OURS "]}}"},
	 .expected =
		 "web keep rack1 " D12
		 ": its disk, volume default/web_disk, is missing; to recreate the machine, destroy it first\n"},
	{.name = "a disk without a path may be any",
	 .batch = WEB,
	 .facts = {EXISTS("", DISK("vda", "true", "") "," CD_DRIVE)},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "another domain has the disk",
	 .batch = WEB,
	 .facts =
		 {"{'Domains':[{'Disks':[" ROOT "," CD_DRIVE "]},"
		  "{'Name':'db','Metadata':{'HasVmango':false,'HasTools':false},"
		  "'Disks':[" DISK(
			  "vdb", "true",
			  PATH("/disks/web_disk")) "]},"
						   "{'Name':'ro','Metadata':{'HasVmango':false,'HasTools':false},"
						   "'Disks':[" DISK(
							   "vdb", "false",
							   PATH("/disks/web_disk")) "]}],"
										    "'Volumes':[" PLAN_VOLUME
										    "]}"},
	 .expected =
		 "web keep rack1 " D12
		 ": domain db has its disk /disks/web_disk too; to take it from that: " VIRSH
		 "detach-disk db vdb --config\n"},
	{.name = "another domain has the MAC address",
	 .batch = WEB,
	 .facts = {"{'Domains':[{'Disks':[" ROOT "," CD_DRIVE "]},"
		   "{'Name':'db','Metadata':{'HasVmango':false,'HasTools':false},"
		   "'Interfaces':[{'HWAddr':'52:54:00:b0:1b:16'}]}],"
		   "'Volumes':[" PLAN_VOLUME "]}"},
	 .expected =
		 "web keep rack1 " D12
		 ": domain db has its MAC address 52:54:00:b0:1b:16 too; to give that another one: " VIRSH
		 "edit db\n"},
	{.name = "an ejected config drive is inserted",
	 .batch = WEB,
	 .facts = {EXISTS("", ROOT "," CD(""))},
	 .expected =
		 "web restore rack1 " D12
		 ": its config drive, volume default/web_config.iso, has been ejected from hdc\n"},
	{.name = "one that was deleted as well is written first",
	 .batch = WEB,
	 .facts = {"{'Bare':true,'Domains':[{'Disks':[" ROOT "," CD(
		 "") "]}],'Volumes':[" PLAN_VOLUME "],'Network':{'Hosts':[" OURS "]}}"},
	 .expected =
		 "web restore rack1 " D12
		 ": its config drive, volume default/web_config.iso, is missing; its config drive, volume default/web_config.iso, has been ejected from hdc\n"},
	{.name = "one that a killed run was writing is written again",
	 .batch = WEB,
	 .facts = {"{'Domains':[{'Disks':[" ROOT "," CD_DRIVE
		   "],'Metadata':{'Volumes':[{'Pool':'default','Name':'web_disk',"
		   "'Capacity':0,'Image':0,'Backing':null},{'Pool':'default',"
		   "'Name':'web_config.iso','Capacity':5,'Image':5,'Backing':null}]}}],"
		   "'Volumes':[" PLAN_VOLUME "]}"},
	 .expected =
		 "web restore rack1 " D12
		 ": its config drive, volume default/web_config.iso, is incomplete\n"},
	{.name = "but not in the place of another medium",
	 .batch = WEB,
	 .facts = {EXISTS("", ROOT "," CD(PATH("/x/rescue.iso")))},
	 .expected =
		 "web keep rack1 " D12
		 ": CD-ROM hdc has /x/rescue.iso instead of its config drive, volume default/web_config.iso; to insert that at the next start: " VIRSH
		 "change-media web hdc /disks/web_config.iso --update --config\n"},
	{.name = "nor where the batch wants none",
	 .batch = "[hypervisor rack1]\nurl = qemu+ssh://rack1/system\n"
		  "config_drive = none\n" WEB,
	 .facts = {EXISTS("", ROOT "," CD(""))},
	 .expected = "web change rack1 " D12
		     ": ConfigDrive: present -> none (not possible)\n"},
	{.name = "nor in the place of one in another folder: its pool was moved",
	 .batch = WEB,
	 .facts = {EXISTS("", DISK("vda", "true", PATH("/old/web_disk")) "," CD(
				      PATH("/old/web_config.iso")))},
	 .expected = "web keep rack1 " D12
		     ": disk vda is /old/web_disk, not /disks/web_disk as created\n"},
	{.name = "nor where there is no CD-ROM any more",
	 .batch = WEB,
	 .facts = {EXISTS("", ROOT)},
	 .expected =
		 "web keep rack1 " D12
		 ": its config drive, volume default/web_config.iso, is not attached; to attach it at the next start: " VIRSH
		 "attach-disk web /disks/web_config.iso sda --targetbus sata --type cdrom --mode readonly --config\n"},
};

/* Of the machine with autostart, as the batch says it. */
#define HASH                       \
	"'Metadata':{'InputHash':" \
	"'cdeac4703fe1990e0dedf81fa333b24ea40af6e8e2aa5f6553bb3e546e86cd7c'}"
#define AUTOSTART WEB "\nautostart = yes"

static const struct plan_case starts[] = {
	{.name = "autostart that was turned off is restored",
	 .batch = AUTOSTART,
	 .facts = {EXISTS(HASH ",", "")},
	 .expected = "web restore rack1 " D12 ": its autostart has been turned off\n"},
	{.name = "what the batch turns on is a difference",
	 .batch = AUTOSTART,
	 .facts = {EXISTS("", "")},
	 .expected = "web change rack1 " D12 ": Autostart: no -> yes\n"},
	{.name = "so is what others have turned on",
	 .batch = WEB,
	 .facts = {EXISTS("'Autostart':true,", "")},
	 .expected = "web change rack1 " D12 ": Autostart: yes -> no\n"},
};

static const struct plan_case renamed[] = {
	{.name = "a machine that was renamed",
	 .batch = WEB,
	 .facts = {"{'Domains':[{'Name':'old','IsActive':false,"
		   "'Id':'b01b1620-7610-5a91-8ee1-0b69ae7f99c9'}]}"},
	 .expected =
		 "web create rack1 -\n"
		 "error: lab.ini:1: machine web: domain old on rack1 has the UUID of machine web; if it is the machine, renamed: " VIRSH
		 "domrename old web\n"},
	{.name = "which a guest that runs can't be",
	 .batch = WEB,
	 .facts = {"{'Domains':[{'Name':'old',"
		   "'Id':'b01b1620-7610-5a91-8ee1-0b69ae7f99c9'}]}"},
	 .expected =
		 "web create rack1 -\n"
		 "error: lab.ini:1: machine web: domain old on rack1 has the UUID of machine web; if it is the machine, renamed: " VIRSH
		 "shutdown old, then " VIRSH "domrename old web\n"},
};

static void test_questions(void)
{
	struct change_fault list[] = {
		{.is_harmless = true}, {.is_restored = true}, {.stops = true}};
	struct change change = {0};

	change.faults.items = list;
	change.faults.count = 1;
	tap_ok(!plan_faults_degrade(&change) && !plan_faults_are_restored(&change) &&
		       !plan_faults_stop(&change),
	       "a remark");
	change.faults.count = 2;
	tap_ok(plan_faults_degrade(&change) && plan_faults_are_restored(&change) &&
		       !plan_faults_stop(&change),
	       "what is restored does not stop the guest");
	change.faults.count = 3;
	tap_ok(plan_faults_stop(&change), "what stops it");
}

int main(void)
{
	plan_cases_test(reservations);
	plan_cases_test(disks);
	plan_cases_test(starts);
	plan_cases_test(renamed);
	test_questions();
	return tap_done();
}
