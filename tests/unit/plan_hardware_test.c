/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between a machine, its template and what runs. */
#define _GNU_SOURCE
#include "provision/plan/hardware_diff.h"
#include "tests/unit/plan_case.h"

#define D12 "Debian-12_amd64_qcow2.img"
#define WEB "[machine web]"
#define NIC \
	"{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:01','Source':'vmango','Model':'virtio','IsDown':false}"
#define LAN \
	"{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:01','Source':'lan','Model':'virtio','IsDown':false}"
#define OTHER \
	"{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:02','Source':'lan','Model':'e1000','IsDown':true}"
#define ROOT  "{'Target':'vda','Bus':'virtio','Path':'/disks/web_disk'}"
#define DRIVE "{'Target':'hdc','Bus':'ide','Path':'/disks/web_config.iso'}"
#define DISKS "'Disks':[" ROOT "," DRIVE "]"

/* Of a later member with the same name, the last one counts. */
#define HARDWARE(more)                                                    \
	"{'Memory':536870912,'MemoryMax':536870912,'Cpus':1,'CpusMax':1," \
	"'DomainType':'kvm','MachineType':'pc-i440fx-7.2',"               \
	"'CpuMode':null,'Firmware':null,'Nics':[" NIC "]," DISKS more "}"
#define DOMAIN(patch) "{'Domains':[{" patch "}]}"
#define IS(more)      DOMAIN("'Hardware':" HARDWARE(more))
#define RUNS(live, config) \
	DOMAIN("'Live':" HARDWARE(live) ",'Hardware':" HARDWARE(config))

#define VM(os, nic, more)                                                              \
	"<domain type='{{ .Hypervisor.DomainType }}'><name>{{ .Machine.Name }}</name>" \
	"<memory unit='b'>{{ .Machine.Memory }}</memory><vcpu>1</vcpu>" os             \
	"<devices><disk type='file'><source file='{{ .VolumePath }}'/>"                \
	"<target dev='vda' bus='virtio'/></disk><disk type='file' device='cdrom'>"     \
	"<source file='{{ .ConfigDrivePath }}'/><target dev='hdc' bus='ide'/></disk>"  \
	"<interface type='network'><source network='{{ .Network }}'/>" nic             \
	"</interface>" more "</devices></domain>"
#define VM_SAME VM("", "<model type='virtio'/>", "")

#define LAN_BATCH "[hypervisor rack1]\nurl = qemu+ssh://rack1/system\nnetwork = lan\n" WEB

static const struct plan_case networks[] = {
	{.name = "what is as the template makes it is kept",
	 .batch = WEB,
	 .facts = {IS("")},
	 .vm = VM_SAME,
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "a NIC that others have moved differs",
	 .batch = WEB,
	 .facts = {IS(",'Nics':[" LAN "]")},
	 .vm = VM_SAME,
	 .expected = "web change rack1 " D12 ": Network: lan -> vmango\n"},
	{.name = "a NIC that others have removed is added by an update",
	 .batch = WEB,
	 .facts = {IS(",'Nics':[]")},
	 .vm = VM_SAME,
	 .expected =
		 "web change rack1 " D12
		 ": Network: none -> vmango; its network interface 52:54:00:00:00:01 is missing; to add it: apply --update\n"},
	{.name = "one with another MAC is not the one that its address is for",
	 .batch = WEB,
	 .facts = {IS(",'Nics':[" OTHER "]")},
	 .vm = VM_SAME,
	 .expected =
		 "web change rack1 " D12
		 ": Network: none -> vmango; its network interface 52:54:00:00:00:01 is missing; to add it: apply --update\n"},
	{.name = "a NIC that others have added is no difference",
	 .batch = WEB,
	 .facts = {IS(",'Nics':[" NIC "," OTHER "]")},
	 .vm = VM_SAME,
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "another network in the batch, with the same subnet",
	 .batch = LAN_BATCH,
	 .facts = {"{'Network':{'Name':'lan'},'Domains':[{'Hardware':" HARDWARE(
		 "") "}]}"},
	 .vm = VM_SAME,
	 .expected = "web change rack1 " D12 ": Network: vmango -> lan\n"},
	{.name = "with another one, the address changes too",
	 .batch = LAN_BATCH,
	 .facts =
		 {"{'Network':{'Name':'lan','Gateway':'10.0.0.1','Ranges':[{'First':'10.0.0.9','Last':'10.0.0.99'}]},'Domains':[{'Hardware':" HARDWARE(
			 "") "}]}"},
	 .vm = VM_SAME,
	 .expected = "web change rack1 " D12
		     ": Network: vmango -> lan; Ip.Address: 192.168.124.20 -> auto\n"},
	{.name = "an address of the batch that the network does not have is an error",
	 .batch = LAN_BATCH "\nip = 192.168.124.20",
	 .facts =
		 {"{'Network':{'Name':'lan','Gateway':'10.0.0.1','Ranges':[]},'Domains':[{'Hardware':" HARDWARE(
			 "") "}]}"},
	 .vm = VM_SAME,
	 .expected =
		 "web change rack1 " D12
		 ": Network: vmango -> lan\nerror: lab.ini:5: ip: not an address for a guest of network lan\n"},
	{.name = "a network script's machine does not move",
	 .batch =
		 "[hypervisor rack1]\nurl = qemu+ssh://rack1/system\nnetwork = lan\nnetwork_script = /bin/true\n" WEB,
	 .facts = {"{'Network':{'Name':'lan'},'Domains':[{'Hardware':" HARDWARE(
		 "") "}]}"},
	 .vm = VM_SAME,
	 .expected = "web change rack1 " D12 ": Network: vmango -> lan (not possible)\n"},
	{.name = "without its image, the reservation's network is compared",
	 .batch = LAN_BATCH,
	 .facts =
		 {"{'Images':[{'Id':'Ubuntu-22.04_amd64_raw.img'}],'Network':{'Name':'lan'},'Domains':[{'Hardware':" HARDWARE(
			 "") "}]}"},
	 .vm = VM_SAME,
	 .expected = "web change rack1 -: Network: vmango -> lan (not possible)\n"},
	{.name = "a network that was redefined has another address for it",
	 .batch = WEB,
	 .facts =
		 {"{'Bare':true,'Volumes':[{'Name':'web_disk','Capacity':0,'IsBlock':false},{'Name':'web_config.iso','Capacity':0,'IsBlock':false}],'Network':{'Gateway':'10.0.0.1','Ranges':[{'First':'10.0.0.9','Last':'10.0.0.99'}]},'Domains':[{'Hardware':" HARDWARE(
			 "") "}]}"},
	 .vm = VM_SAME,
	 .expected =
		 "web change rack1 " D12
		 ": Ip.Address: 192.168.124.20 -> auto; network vmango no longer has its address 192.168.124.20; to give it another one: apply --update\n"},
	{.name = "or none, when it has no DHCP any more",
	 .batch = WEB,
	 .facts =
		 {"{'Bare':true,'Volumes':[{'Name':'web_disk','Capacity':0,'IsBlock':false},{'Name':'web_config.iso','Capacity':0,'IsBlock':false}],'Network':{'HasDHCP':false},'Domains':[{'Hardware':" HARDWARE(
			 "") "}]}"},
	 .vm = VM_SAME,
	 .expected = "web keep rack1 " D12
		     ": network vmango no longer hands out its address 192.168.124.20\n"},
};

static const struct plan_case templates[] = {
	{.name = "the template's NIC model",
	 .batch = WEB,
	 .facts = {IS("")},
	 .vm = VM("", "<model type='e1000'/>", ""),
	 .expected = "web change rack1 " D12 ": Nic.Model: virtio -> e1000\n"},
	{.name = "a model that the template leaves open is libvirt's",
	 .batch = WEB,
	 .facts = {IS("")},
	 .vm = VM("", "", ""),
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "a second NIC and a second disk are not added",
	 .batch = WEB,
	 .facts = {IS("")},
	 .vm = VM(
		 "", "",
		 "<interface type='bridge'><source bridge='br0'/></interface><disk type='file'><target dev='vdb'/></disk>"),
	 .expected =
		 "web change rack1 " D12
		 ": Network: none -> br0 (not possible); Disk: none -> vdb (not possible)\n"},
	{.name = "a second NIC without an address is known by its place",
	 .batch = WEB,
	 .facts = {IS(",'Nics':[" NIC "," OTHER "]")},
	 .vm = VM(
		 "", "",
		 "<interface type='bridge'><source bridge='br0'/><model type='virtio'/></interface>"),
	 .expected =
		 "web change rack1 " D12
		 ": Network: lan (52:54:00:00:00:02) -> br0 (52:54:00:00:00:02) (not possible); "
		 "Nic.Model: e1000 (52:54:00:00:00:02) -> virtio (52:54:00:00:00:02) (not possible)\n"},
	{.name = "a disk with another bus; after a snapshot it has another file",
	 .batch = WEB,
	 .facts = {IS(
		 ",'Disks':[{'Target':'sda','Bus':'scsi','Path':'/disks/web_disk'},{'Target':'hdc','Bus':'sata','Path':null}]")},
	 .vm = VM_SAME,
	 .expected =
		 "web change rack1 " D12
		 ": Disk: sda scsi -> vda virtio (not possible); Disk: hdc sata -> hdc ide (not possible)\n"},
	{.name = "its own volumes are looked for by its metadata",
	 .batch = WEB,
	 .facts = {IS(",'Disks':[]")},
	 .vm = VM_SAME,
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "machine type, CPU mode and firmware",
	 .batch = WEB,
	 .facts = {IS("")},
	 .vm = VM(
		 "<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os><cpu mode='host-model'/>",
		 "", ""),
	 .expected =
		 "web change rack1 " D12
		 ": MachineType: pc-i440fx-7.2 -> q35 (not possible); CpuMode: none -> host-model (not possible); Firmware: none -> efi (not possible)\n"},
	{.name = "the machine type that libvirt has made of the template's",
	 .batch = WEB,
	 .facts = {IS("")},
	 .vm = VM("<os><type machine='pc'>hvm</type><loader>/ovmf</loader></os>", "", ""),
	 .expected = "web change rack1 " D12
		     ": Firmware: none -> /ovmf (not possible)\n"},
	{.name = "the kind of domain is only the batch's if it says one",
	 .batch = WEB,
	 .facts = {IS(",'DomainType':'qemu'")},
	 .vm = VM_SAME,
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "as it does here",
	 .batch =
		 "[hypervisor rack1]\nurl = qemu+ssh://rack1/system\ndomain_type = kvm\n" WEB,
	 .facts = {IS(",'DomainType':'qemu'")},
	 .vm = VM_SAME,
	 .expected = "web change rack1 " D12
		     ": DomainType: qemu -> kvm (not possible)\n"},
	{.name = "what was adopted was made from another template",
	 .batch = WEB,
	 .facts = {DOMAIN(
		 "'Metadata':{'Adopted':'b01b1620-7610-5a91-8ee1-0b69ae7f99c9','AdoptedName':'web'},'Hardware':" HARDWARE(
			 ""))},
	 .vm = VM("<cpu mode='host-model'/>", "<model type='e1000'/>", ""),
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "memory that others have taken for the next start",
	 .batch = WEB,
	 .facts = {IS(",'Memory':268435456")},
	 .vm = VM_SAME,
	 .expected = "web change rack1 " D12 ": Memory: 256.0 MiB -> 512.0 MiB\n"},
	{.name = "unless the template leaves it to ballooning",
	 .batch = WEB,
	 .facts = {IS(",'Memory':268435456")},
	 .vm = VM("<currentMemory unit='MiB'>256</currentMemory>", "", ""),
	 .expected = "web keep rack1 " D12 "\n"},
};

static const struct plan_case waiting[] = {
	{.name = "memory and CPUs wait for the next start",
	 .batch = WEB,
	 .facts = {RUNS(",'Memory':268435456,'Cpus':2,'CpusMax':2", "")},
	 .vm = VM_SAME,
	 .expected =
		 "web keep rack1 " D12
		 ": Memory: 256.0 MiB -> 512.0 MiB (next start); Cpus: 2 -> 1 (next start)\n"},
	{.name = "of what ballooning decides, only the maximum does; so do CPUs",
	 .batch = "[plan small]\nmemory = 512\ncpus = 2\ndisk_size = 5\n" WEB,
	 .facts = {DOMAIN(
		 "'Cpus':2,'CpusOnline':1,'Live':" HARDWARE(",'MemoryMax':1073741824,'Cpus':1,'CpusMax':4") ",'Hardware':" HARDWARE(
			 ",'Memory':268435456,'CpusMax':2"))},
	 .vm = "<domain type='kvm'><name>web</name><memory>524288</memory><currentMemory>262144</currentMemory><vcpu current='1'>2</vcpu><devices>"
	       "<disk type='file' device='cdrom'><source file='{{ .ConfigDrivePath }}'/><target dev='hdc' bus='ide'/></disk>"
	       "<interface type='network'><source network='vmango'/></interface></devices></domain>",
	 .expected =
		 "web keep rack1 " D12
		 ": Memory: 1.0 GiB -> 512.0 MiB (next start); Cpus: 4 -> 2 (next start)\n"},
	{.name = "its NIC's network, model and link",
	 .batch = WEB,
	 .facts = {RUNS(
		 ",'Nics':[{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:01','Source':'lan','Model':'e1000','IsDown':true}]",
		 "")},
	 .vm = VM_SAME,
	 .expected =
		 "web keep rack1 " D12
		 ": Network: lan -> vmango (next start); Nic.Model: e1000 -> virtio (next start); the link of its network interface 52:54:00:00:00:01 is down; to turn it on: virsh -c qemu+ssh://rack1/system domif-setlink web 52:54:00:00:00:01 up\n"},
	{.name = "its NIC and its disk that the next start will not have are no changes to wait for",
	 .batch = WEB,
	 .facts = {RUNS("", ",'Nics':[],'Disks':[]")},
	 .vm = VM_SAME,
	 .expected =
		 "web change rack1 " D12
		 ": Network: none -> vmango; its network interface 52:54:00:00:00:01 is missing; to add it: apply --update\n"},
	{.name = "NICs that were plugged or unplugged",
	 .batch = WEB,
	 .facts = {RUNS(",'Nics':[" OTHER "]", "")},
	 .vm = VM_SAME,
	 .expected =
		 "web keep rack1 " D12
		 ": Network: none -> vmango (next start); Network: lan (52:54:00:00:00:02) -> none (next start)\n"},
	{.name = "disks that were, and a config drive that the guest holds",
	 .batch = WEB,
	 .facts = {RUNS(
		 ",'Disks':[" ROOT
		 ",{'Target':'hdc','Bus':'ide','Path':'/disks/web_config-2.iso'},{'Target':'vdb','Bus':'virtio','Path':null}]",
		 ",'Disks':[" ROOT "," DRIVE
		 ",{'Target':'vdc','Bus':'virtio','Path':null}]")},
	 .vm = VM_SAME,
	 .expected =
		 "web keep rack1 " D12
		 ": ConfigDrive: web_config-2.iso -> web_config.iso (next start); Disk: none -> vdc virtio (next start); Disk: vdb virtio -> none (next start)\n"},
	{.name = "another disk's file, another bus, another machine type",
	 .batch = WEB,
	 .facts = {RUNS(
		 ",'MachineType':'pc-q35-7.2','Disks':[{'Target':'vda','Bus':'virtio','Path':'/disks/web.snap'},{'Target':'hdc','Bus':'sata','Path':null}]",
		 "")},
	 .vm = VM_SAME,
	 .expected =
		 "web keep rack1 " D12
		 ": Disk: web.snap -> web_disk (next start); Disk: hdc sata -> hdc ide (next start); MachineType: pc-q35-7.2 -> pc-i440fx-7.2 (next start)\n"},
	{.name = "an ejected CD is the guest's affair",
	 .batch = WEB,
	 .facts = {RUNS(",'Disks':[" ROOT ",{'Target':'hdc','Bus':'ide','Path':null}]",
			"")},
	 .vm = VM_SAME,
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "reboot finds it without the template",
	 .batch = WEB,
	 .facts = {RUNS(",'Memory':268435456", "")},
	 .options = "find",
	 .expected = "web keep rack1 -: Memory: 256.0 MiB -> 512.0 MiB (next start)\n"},
};

static void test_machine_types(void)
{
	static const struct {
		const char *found, *wanted;
		bool is;
	} cases[] = {{"pc-i440fx-7.2", "pc", true},
		     {"pc", "pc", true},
		     {"pc-q35-7.2", "pc", false},
		     {"pc-q35-7.2", "q35", true},
		     {"virt-7.2", "virt", true},
		     {"pc-i440fx-7.2", "pc-i440fx-7.2", true},
		     {"pc-i440fx-7.2", "pc-i440fx-7.1", false},
		     {"virtual", "virt", false}};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		tap_ok(hardware_machine_type_is(cases[i].found, cases[i].wanted) ==
			       cases[i].is,
		       "%s for %s", cases[i].found, cases[i].wanted);
}

int main(void)
{
	plan_cases_test(networks);
	plan_cases_test(templates);
	plan_cases_test(waiting);
	test_machine_types();
	return tap_done();
}
