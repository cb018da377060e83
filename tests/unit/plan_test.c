/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done about machines, and what is refused. */
#define _GNU_SOURCE
#include "provision/plan/plan_filter.h"
#include "tests/unit/plan_case.h"

#define D12	 "Debian-12_amd64_qcow2.img"
#define U22	 "Ubuntu-22.04_amd64_raw.img"
#define WEB	 "[machine web]"
#define WEB_DISK "'Volumes':[" PLAN_VOLUME "]"
#define ZEROS	 "0000000000000000000000000000000000000000000000000000000000000000"
#define OTHERS	 "'Metadata':{'HasVmango':false,'HasTools':false,'Creator':null}"
/* The UUID that the batch "shop" makes for a machine "web". */
#define SHOP   "'Id':'9194608d-5dc8-52a3-adfe-f1febcb25a3a',"
#define VMANGO "'Metadata':{'HasTools':false}"

/* Facts of a machine that exists, with its disk, and `patch` over its domain. */
#define EXISTS(patch) "{'Domains':[{" patch "}]," WEB_DISK "}"

static const struct plan_case actions[] = {
	{.name = "a machine that does not exist is created",
	 .batch = WEB,
	 .facts = {"{}"},
	 .options = "identity",
	 .expected =
		 "web create rack1 " D12
		 " b01b1620-7610-5a91-8ee1-0b69ae7f99c9 52:54:00:b0:1b:16 overlay x86_64\n"},
	{.name = "what exists and is as wanted is kept",
	 .batch = WEB,
	 .facts = {EXISTS("")},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "what does not run is started",
	 .batch = WEB,
	 .facts = {EXISTS("'IsActive':false")},
	 .expected = "web start rack1 " D12 "\n"},
	{.name = "what was migrated away is not started",
	 .batch = WEB,
	 .facts = {EXISTS("'IsActive':false,'WasMigrated':true")},
	 .expected =
		 "web start rack1 " D12
		 "\nerror: lab.ini:1: machine web: it was migrated from rack1 to another "
		 "hypervisor; add that to the batch, or, if it no longer exists there, "
		 "start it here: virsh -c qemu+ssh://rack1/system start web\n"},
	{.name = "an interrupted creation is resumed",
	 .batch = WEB,
	 .facts = {EXISTS("'IsActive':false,'Metadata':{'State':'creating'}")},
	 .expected =
		 "web resume rack1 " D12
		 ": a run that created it was interrupted: it is rolled back, then recreated\n"},
	{.name = "what was started by hand before it was complete stays",
	 .batch = WEB,
	 .facts = {EXISTS("'Metadata':{'State':'creating'}")},
	 .expected =
		 "web resume rack1 " D12
		 ": a run that created it was interrupted: it is rolled back, then recreated\n"
		 "error: lab.ini:1: machine web: its creation was interrupted, but it runs: "
		 "another user has started it; to have it recreated: virsh -c "
		 "qemu+ssh://rack1/system destroy web\n"},
	{.name = "a deletion that was interrupted while the guest runs is taken back",
	 .batch = WEB,
	 .facts = {EXISTS("'Metadata':{'State':'removing'}")},
	 .expected =
		 "web resume rack1 " D12
		 ": a run that deleted it was interrupted before it stopped the guest: it is kept\n"},
	{.name = "an interrupted deletion is resumed",
	 .batch = WEB,
	 .facts = {EXISTS(
		 "'IsActive':false,'Activity':'off','Metadata':{'State':'removing'}")},
	 .expected =
		 "web resume rack1 " D12
		 ": a run that deleted it was interrupted: the rest is deleted, then it is recreated\n"},
	{.name = "a resumed machine keeps its MAC",
	 .batch = WEB,
	 .facts = {EXISTS(
		 "'Interfaces':[{'HWAddr':'52:54:00:aa:bb:cc'}],'IsActive':false,'Metadata':{'State':'creating'}")},
	 .options = "identity",
	 .expected =
		 "web resume rack1 " D12
		 " b01b1620-7610-5a91-8ee1-0b69ae7f99c9 52:54:00:aa:bb:cc overlay x86_64: a run that created it was interrupted: it is rolled back, then recreated\n"},
	{.name = "two machines whose UUIDs make one MAC have two",
	 .batch = "[machine m-3255]\n"
		  "[machine m-5278]",
	 .facts = {"{}"},
	 .options = "identity",
	 .expected =
		 "m-3255 create rack1 " D12
		 " 1a43cc77-cbe8-53e0-a7fd-b8b10e058953 52:54:00:1a:43:cc overlay x86_64\n"
		 "m-5278 create rack1 " D12
		 " 1a43cc59-2545-59c9-863e-ee8cc4c6fb92 52:54:00:1a:43:cd overlay x86_64\n"},
	{.name = "on two hypervisors they may have one",
	 .batch = "[machine m-3255]\n"
		  "hypervisor = rack1\n"
		  "[machine m-5278]\n"
		  "hypervisor = rack2",
	 .facts = {"{}", "{}"},
	 .options = "identity",
	 .expected =
		 "m-3255 create rack1 " D12
		 " 1a43cc77-cbe8-53e0-a7fd-b8b10e058953 52:54:00:1a:43:cc overlay x86_64\n"
		 "m-5278 create rack2 " D12
		 " 1a43cc59-2545-59c9-863e-ee8cc4c6fb92 52:54:00:1a:43:cc overlay x86_64\n"},
	{.name = "a raw image is copied by its blocks, by libvirt where that is wanted",
	 .batch = "[machine web]\n"
		  "hypervisor = rack1\n"
		  "[machine db]\n"
		  "hypervisor = rack2\n"
		  "[defaults]\n"
		  "plan = small\n"
		  "image = Ubuntu-22.04\n"
		  "[hypervisor rack1]\n"
		  "[hypervisor rack2]\n"
		  "clone = copy",
	 .facts = {"{}", "{}"},
	 .options = "identity",
	 .expected =
		 "web create rack1 " U22
		 " b01b1620-7610-5a91-8ee1-0b69ae7f99c9 52:54:00:b0:1b:16 reflink x86_64\n"
		 "db create rack2 " U22
		 " 625966cc-767d-5d86-9d6b-68ef0faff1d0 52:54:00:62:59:66 copy x86_64\n"},
	{.name = "the newest image of an OS is taken",
	 .batch = WEB,
	 .facts =
		 {"{'Images':[{'Changed':5},{'Id':'Debian-12_amd64_raw.img'},{'Id':'Debian-12_arm64_qcow2.img','Changed':200},{'Id':'Debian-12-i386_qcow2.img'}]}"},
	 .expected = "web create rack1 Debian-12_amd64_raw.img\n"},
	{.name = "of the architecture that is wanted",
	 .batch = WEB "\n"
		      "arch = arm64",
	 .facts = {"{'Images':[{},{'Id':'Debian-12_arm64_qcow2.img'}]}"},
	 .options = "identity",
	 .expected =
		 "web create rack1 Debian-12_arm64_qcow2.img b01b1620-7610-5a91-8ee1-0b69ae7f99c9 52:54:00:b0:1b:16 overlay aarch64\n"},
	{.name = "machines of others do not matter",
	 .batch = WEB,
	 .facts = {"{'Domains':[{'Name':'other'," OTHERS "}]}"},
	 .options = "identity",
	 .expected =
		 "web create rack1 " D12
		 " b01b1620-7610-5a91-8ee1-0b69ae7f99c9 52:54:00:b0:1b:16 overlay x86_64\n"},
	{.name = "the identity of a machine that was adopted is its domain's",
	 .batch = WEB,
	 .facts = {EXISTS(
		 "'Id':'12345678-1234-1234-1234-123456789abc','Interfaces':[{'HWAddr':'52:54:00:aa:bb:cc'}],'Metadata':{'Adopted':'12345678-1234-1234-1234-123456789abc','AdoptedName':'web'}")},
	 .options = "identity",
	 .expected =
		 "web keep rack1 " D12
		 " 12345678-1234-1234-1234-123456789abc 52:54:00:aa:bb:cc overlay x86_64\n"},
	{.name = "a machine whose hypervisor can't be reached fails",
	 .batch = WEB,
	 .facts = {"{'IsReached':false,'Unreachable':'no route to host'}"},
	 .expected = "web fail rack1 -: no route to host\n"},
	{.name = "machines in their order, only those that are meant",
	 .batch = "[machine web-{1..3}]\n"
		  "[machine db]",
	 .facts = {"{}"},
	 .options = "machine=db machine=web-2",
	 .expected = "web-2 create rack1 " D12 "\n"
		     "db create rack1 " D12 "\n"},
	{.name = "only those that fit a pattern",
	 .batch = "[machine web-{1..3}]\n"
		  "[machine db]",
	 .facts = {"{}"},
	 .options = "only=web-[13]",
	 .expected = "web-1 create rack1 " D12 "\n"
		     "web-3 create rack1 " D12 "\n"},
};

/* Each field that can differ, possible in place and not. */
/* What others have removed; 'Bare' facts have only what they name. */
#define BARE(patch, volumes, hosts)                                \
	"{'Bare':true,'Domains':[{" patch "}],'Volumes':[" volumes \
	"],'Network':{'Hosts':[" hosts "]}}"
#define DRIVE "{'Name':'web_config.iso','Capacity':0,'IsBlock':false}"

static const struct plan_case faults[] = {
	{.name = "nothing is missing",
	 .batch = WEB,
	 .facts = {BARE("", PLAN_VOLUME "," DRIVE, "{'Name':'web'}")},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "a reservation that was removed is restored",
	 .batch = WEB,
	 .facts = {BARE("", PLAN_VOLUME "," DRIVE, "")},
	 .expected =
		 "web restore rack1 " D12
		 ": the reservation of 192.168.124.20 has been removed from network vmango\n"},
	{.name = "unless another machine has the address by now",
	 .batch = WEB,
	 .facts = {BARE("", PLAN_VOLUME "," DRIVE,
			"{'HWAddr':'52:54:00:00:00:02','Name':'db'}")},
	 .expected =
		 "web keep rack1 " D12
		 ": its address 192.168.124.20 is now reserved for db in network vmango; if nothing needs that: virsh -c qemu+ssh://rack1/system net-update vmango delete ip-dhcp-host '<host mac=\"52:54:00:00:00:02\" ip=\"192.168.124.20\"/>' --live --config\n"},
	{.name = "or it has another address now",
	 .batch = WEB,
	 .facts = {BARE("", PLAN_VOLUME "," DRIVE, "{'Address':'192.168.124.30'}")},
	 .expected =
		 "web keep rack1 " D12
		 ": network vmango reserves 192.168.124.30 for it, not 192.168.124.20; to undo that: virsh -c qemu+ssh://rack1/system net-update vmango delete ip-dhcp-host '<host mac=\"52:54:00:00:00:01\" ip=\"192.168.124.30\"/>' --live --config, then apply\n"},
	{.name = "a config drive that was deleted is restored",
	 .batch = WEB,
	 .facts = {BARE("", PLAN_VOLUME, "{'Name':'web'}")},
	 .expected = "web restore rack1 " D12
		     ": its config drive, volume default/web_config.iso, is missing\n"},
	{.name = "a root disk is not",
	 .batch = WEB,
	 .facts = {BARE("", DRIVE, "{'Name':'web'}")},
	 .expected =
		 "web keep rack1 " D12
		 ": its disk, volume default/web_disk, is missing; to recreate the machine, destroy it first\n"},
	{.name = "a definition is restored while the guest runs",
	 .batch = WEB,
	 .facts = {EXISTS("'IsTransient':true")},
	 .expected = "web restore rack1 " D12
		     ": its definition has been removed while it runs\n"},
	{.name = "a paused guest is shown",
	 .batch = WEB,
	 .facts = {EXISTS("'IsPaused':true")},
	 .expected =
		 "web keep rack1 " D12
		 ": the guest is paused; to resume it: virsh -c qemu+ssh://rack1/system resume web\n"},
	{.name = "CPUs that were set for the next start differ",
	 .batch = "[plan small]\nmemory = 512\ncpus = 2\ndisk_size = 5\n" WEB,
	 .facts = {EXISTS("'Cpus':2,'CpusOnline':1")},
	 .expected = "web change rack1 " D12 ": Cpus: 1 -> 2\n"},
	{.name = "unless the template keeps them offline",
	 .batch = "[plan small]\nmemory = 512\ncpus = 2\ndisk_size = 5\n" WEB,
	 .facts = {EXISTS("'Cpus':2,'CpusOnline':1")},
	 .vm = "<domain type='kvm'><name>web</name><vcpu current='1'>2</vcpu><devices>"
	       "<interface type='network'><source network='vmango'/></interface></devices></domain>",
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "what was not read is no fault",
	 .batch = WEB,
	 .facts =
		 {"{'Bare':true,'Domains':[{}],'RootPool':{'Type':null},'Network':{'Name':null}}"},
	 .expected = "web keep rack1 -\n"},
};

static const struct plan_case differences[] = {
	{.name = "memory",
	 .batch = WEB,
	 .facts = {EXISTS("'Memory':268435456")},
	 .expected = "web change rack1 " D12 ": Memory: 256.0 MiB -> 512.0 MiB\n"},
	{.name = "processors",
	 .batch = WEB,
	 .facts = {EXISTS("'Cpus':4,'CpusOnline':4")},
	 .expected = "web change rack1 " D12 ": Cpus: 4 -> 1\n"},
	{.name = "a stopped machine that differs is a change, not a start",
	 .batch = WEB,
	 .facts = {EXISTS("'IsActive':false,'Cpus':4,'CpusOnline':4")},
	 .expected = "web change rack1 " D12 ": Cpus: 4 -> 1\n"},
	{.name = "a disk that grows",
	 .batch = WEB,
	 .facts =
		 {"{'Domains':[{}],'Volumes':[{'Name':'web_disk','Capacity':1073741824,'IsBlock':false}]}"},
	 .expected = "web change rack1 " D12 ": RootDisk.Size: 1.0 GiB -> 5.0 GiB\n"},
	{.name = "a disk that is too large",
	 .batch = WEB,
	 .facts =
		 {"{'Domains':[{}],'Volumes':[{'Name':'web_disk','Capacity':10737418240,'IsBlock':false}]}"},
	 .expected = "web change rack1 " D12
		     ": RootDisk.Size: 10.0 GiB -> 5.0 GiB (not possible)\n"},
	{.name = "a disk that could grow, but not in such a pool",
	 .batch = WEB,
	 .facts =
		 {"{'Domains':[{}],'RootPool':{'Type':'logical'},'Volumes':[{'Name':'web_disk','Capacity':1073741824,'IsBlock':true}]}"},
	 .expected = "web change rack1 " D12
		     ": RootDisk.Size: 1.0 GiB -> 5.0 GiB (not possible)\n"},
	{.name = "what LVM rounded up does not differ",
	 .batch = WEB,
	 .facts =
		 {"{'Domains':[{}],'RootPool':{'Type':'logical'},'Volumes':[{'Name':'web_disk','Capacity':5370806272,'IsBlock':true}]}"},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "a snapshot has put a file of another size over the volume",
	 .batch = WEB,
	 .facts = {EXISTS(
		 "'Disks':[{'Target':'vda','IsWritable':true,'Pool':null,'Volume':null,'HasMirror':false,'Capacity':1073741824,'Chain':[{'Path':'/disks/web.snap'},{'Path':'/disks/web_disk'}]},{'Target':'hdc','IsWritable':false,'Pool':null,'Volume':null,'HasMirror':false,'Capacity':0,'Chain':[{'Path':'/disks/web_config.iso'}]}]")},
	 .expected = "web change rack1 " D12 ": RootDisk.Size: 1.0 GiB -> 5.0 GiB\n"},
	{.name = "a disk of which nothing is known does not differ",
	 .batch = WEB,
	 .facts = {"{'Domains':[{}]}"},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "autostart",
	 .batch = WEB "\n"
		      "autostart = yes",
	 .facts = {EXISTS("")},
	 .expected = "web change rack1 " D12 ": Autostart: no -> yes\n"},
	{.name = "a plan of another name",
	 .batch = WEB,
	 .facts = {EXISTS("'Metadata':{'Plan':'tiny'}")},
	 .expected = "web change rack1 " D12 ": Plan: tiny -> small\n"},
	{.name = "keys",
	 .batch =
		 "[ssh_key me]\n"
		 "public = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
		 "[machine web]\n"
		 "ssh_keys = me",
	 .facts = {EXISTS("")},
	 .expected = "web change rack1 " D12 ": SSHKeys: none -> me\n"},
	{.name = "a key behind the same name, of which only the hash is recorded",
	 .batch =
		 "[ssh_key me]\n"
		 "public = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
		 "[machine web]\n"
		 "ssh_keys = me",
	 .facts = {EXISTS("'Metadata':{'Keys':[{'Name':'me','Hash':'sha256:" ZEROS
			  "'}]}")},
	 .expected = "web change rack1 " D12 ": SSHKeys: me -> me (other keys)\n"},
	{.name = "the key whose hash is recorded",
	 .batch =
		 "[ssh_key me]\n"
		 "public = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
		 "[machine web]\n"
		 "ssh_keys = me",
	 .facts = {EXISTS(
		 "'Metadata':{'Keys':[{'Name':'me','Hash':'sha256:394cb0357cefcb7cbe8da2a7ff052c6beca6ec5c51750812a33c11b6368021e2'}]}")},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "user data",
	 .batch = WEB "\n"
		      "userdata = #!/bin/sh",
	 .facts = {EXISTS("")},
	 .expected = "web change rack1 " D12 ": Userdata: none -> 9 bytes (3af71adb)\n"},
	{.name = "the user data whose hash is recorded",
	 .batch = WEB "\n"
		      "userdata = #!/bin/sh",
	 .facts = {EXISTS(
		 "'Metadata':{'UserdataHash':'3af71adb278ad4af33c144b78fa1ae708da03b773d98324ae991a7daedb53ca2','UserdataSize':9}")},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "what only the drive's hash shows",
	 .batch = WEB,
	 .facts = {EXISTS("'Metadata':{'DriveHash':'00000000'}")},
	 .expected = "web change rack1 " D12 ": ConfigDrive: 00000000 -> 3b766fe4\n"},
	{.name = "a machine without a config drive gets none",
	 .batch = WEB,
	 .facts = {EXISTS(
		 "'Metadata':{'Volumes':[{'Pool':'default','Name':'web_disk','Capacity':0,'Image':0,'Backing':null}]}")},
	 .expected = "web change rack1 " D12
		     ": ConfigDrive: none -> wanted (not possible)\n"},
	{.name = "and one that has a drive keeps it",
	 .batch = "[hypervisor rack1]\n"
		  "config_drive = none\n" WEB,
	 .facts = {EXISTS("")},
	 .expected = "web change rack1 " D12
		     ": ConfigDrive: present -> none (not possible)\n"},
	{.name = "protection",
	 .batch = WEB "\n"
		      "protect = yes",
	 .facts = {EXISTS("")},
	 .expected = "web change rack1 " D12 ": Protect: no -> yes\n"},
	{.name = "another image",
	 .batch = WEB "\n"
		      "image = Ubuntu-22.04",
	 .facts = {EXISTS("")},
	 .expected = "web change rack1 " D12 ": ImageId: " D12 " -> " U22
		     " (not possible)\n"},
	{.name = "a newer image of the same OS is no difference",
	 .batch = WEB,
	 .facts = {"{'Domains':[{}]," WEB_DISK
		   ",'Images':[{},{'Id':'Debian-12_amd64_raw.img','Changed':200}]}"},
	 .expected = "web keep rack1 " D12 "\n"},
	{.name = "nor is an image that is no longer in the pool",
	 .batch = WEB,
	 .facts = {"{'Domains':[{}]," WEB_DISK ",'Images':[]}"},
	 .expected = "web keep rack1 -\n"},
	{.name = "a machine of a former image, and the wanted one is missing",
	 .batch = WEB "\n"
		      "image = Fedora-40",
	 .facts = {EXISTS("")},
	 .expected =
		 "web keep rack1 " D12 "\n"
		 "error: lab.ini:2: image: no image \"Fedora-40\" for x86_64 in pool vmango-images of rack1\n"},
	{.name = "metadata without an image",
	 .batch = WEB,
	 .facts = {EXISTS("'Metadata':{'ImageId':null}")},
	 .expected = "web change rack1 -: ImageId: none -> " D12 " (not possible)\n"},
	{.name = "another address",
	 .batch = WEB "\n"
		      "ip = 192.168.124.30",
	 .facts = {EXISTS("")},
	 .expected = "web change rack1 " D12
		     ": Ip.Address: 192.168.124.20 -> 192.168.124.30 (not possible)\n"},
	{.name = "the batch names another hypervisor",
	 .batch = WEB "\n"
		      "hypervisor = rack2",
	 .facts = {EXISTS(""), "{}"},
	 .expected = "web change rack1 " D12
		     ": Hypervisor: rack1 -> rack2 (not possible)\n"},
	{.name = "possible and not possible together",
	 .batch = WEB "\n"
		      "ip = dhcp\n"
		      "autostart = yes",
	 .facts = {EXISTS("'Memory':268435456")},
	 .expected =
		 "web change rack1 " D12
		 ": Ip.Address: 192.168.124.20 -> dhcp (not possible); Memory: 256.0 MiB -> 512.0 MiB; Autostart: no -> yes\n"},
	{.name = "where pools are missing nothing can be compared",
	 .batch = WEB,
	 .facts = {"{'Domains':[{'Cpus':4,'CpusOnline':4}],'RootPool':{'Type':null}}"},
	 .expected = "web keep rack1 -\n"},
	{.name = "overlays of what exists need dir pools as well",
	 .batch = "[hypervisor rack1]\n"
		  "clone = overlay\n" WEB,
	 .facts = {"{'Domains':[{}],'RootPool':{'Type':'logical'}," WEB_DISK "}"},
	 .expected =
		 "web keep rack1 " D12 "\n"
		 "error: lab.ini:2: clone: overlay needs images and root volumes in pools of type dir, fs or netfs; these are dir and logical\n"},
};

/* Of the batch, which no longer has them. */
static const struct plan_case unlisted[] = {
	{.name = "without being asked for they are no changes",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts = {EXISTS("")},
	 .expected = "db create rack1 " D12 "\n"},
	{.name = "they stay",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts = {EXISTS("")},
	 .options = "unlisted",
	 .expected = "db create rack1 " D12 "\n"
		     "web unlisted rack1 -\n"},
	{.name = "with --prune they go, in the order of their names",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts = {"{'Domains':[{'Name':'web-10'},{'Name':'web-9'},{'Name':'web-100'}]}"},
	 .options = "prune",
	 .expected = "db create rack1 " D12 "\n"
		     "web-9 delete rack1 -\n"
		     "web-10 delete rack1 -\n"
		     "web-100 delete rack1 -\n"},
	{.name = "what is protected stays",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts = {EXISTS("'Metadata':{'Protect':true}")},
	 .options = "prune",
	 .expected = "db create rack1 " D12 "\n"
		     "web unlisted rack1 -: is protected\n"},
	{.name = "what a run was deleting goes all the same",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts = {EXISTS("'Metadata':{'Protect':true,'State':'removing'}")},
	 .options = "prune",
	 .expected = "db create rack1 " D12 "\n"
		     "web delete rack1 -\n"},
	{.name = "those of others are not of the batch",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts =
		 {"{'Domains':[{" OTHERS "},{'Name':'b'," VMANGO
		  "},{'Name':'c','Metadata':{'Batch':'shop'}},{'Name':'d','IsUnreadable':true," OTHERS
		  "}]}"},
	 .options = "prune",
	 .expected = "db create rack1 " D12 "\n"},
	{.name = "a name that was only made out of the file's name deletes nothing else",
	 .batch = "[machine db]",
	 .facts = {"{'Domains':[{'Metadata':{'BatchFile':'/other/lab.ini'}}]}"},
	 .options = "prune",
	 .expected = "db create rack1 " D12 "\n"},
	{.name = "only those that are meant",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts = {"{'Domains':[{'Name':'a'},{'Name':'b'}]}"},
	 .options = "prune machine=b",
	 .expected = "b delete rack1 -\n"},
	{.name = "of one hypervisor under two sections once",
	 .batch = "batch = lab\n"
		  "[machine db]\n"
		  "hypervisor = rack1",
	 .facts = {EXISTS(""), "{'Uri':'qemu+ssh://rack1/system','Domains':[{}]}"},
	 .options = "unlisted",
	 .expected = "db create rack1 " D12 "\n"
		     "web unlisted rack1 -\n"},
	{.name = "one that is on two hypervisors may stay on both",
	 .batch = "batch = lab\n"
		  "[machine db]\n"
		  "hypervisor = rack1",
	 .facts = {EXISTS(""), EXISTS("")},
	 .options = "unlisted",
	 .expected = "db create rack1 " D12 "\n"
		     "web unlisted rack1 -\n"
		     "web unlisted rack2 -\n"},
	{.name = "but is not deleted",
	 .batch = "batch = lab\n"
		  "[machine db]\n"
		  "hypervisor = rack1",
	 .facts = {EXISTS(""), EXISTS("")},
	 .options = "prune",
	 .expected =
		 "db create rack1 " D12 "\n"
		 "web delete rack1 -\n"
		 "web delete rack2 -\n"
		 "error: web is on rack1, where it runs, and on rack2, where it runs; if they share a disk, it is being damaged\n"
		 "error: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system destroy web && virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"
		 "error: web: to keep the one on rack2, which runs: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
};

/* plan_find(): destroy, start, stop, status. */
static const struct plan_case found[] = {
	{.name = "nothing to delete",
	 .batch = WEB,
	 .facts = {"{}"},
	 .options = "find",
	 .expected = "web create rack1 -\n"},
	{.name = "what exists is found with its identity, whatever it differs in",
	 .batch = WEB,
	 .facts =
		 {"{'Domains':[{'Cpus':4,'CpusOnline':4,'Interfaces':[{'HWAddr':'52:54:00:aa:bb:cc'}]}]}"},
	 .options = "find identity",
	 .expected =
		 "web keep rack1 - b01b1620-7610-5a91-8ee1-0b69ae7f99c9 52:54:00:aa:bb:cc copy -\n"},
	{.name = "a machine that was interrupted is found",
	 .batch = WEB,
	 .facts = {EXISTS("'IsActive':false,'Metadata':{'State':'creating'}")},
	 .options = "find",
	 .expected =
		 "web resume rack1 -: a run that created it was interrupted: it is rolled back, then recreated\n"},
	{.name = "a name that others have is an error",
	 .batch = WEB,
	 .facts = {EXISTS(OTHERS)},
	 .options = "find",
	 .expected =
		 "web create rack1 -\n"
		 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of no batch, with the UUID of this machine; to take it into this batch: vmango-provision adopt /batch/lab.ini web\n"},
	{.name = "on one of several hypervisors",
	 .batch = WEB "\n"
		      "hypervisor = any\n"
		      "[machine db]\n"
		      "hypervisor = any",
	 .facts = {"{}", EXISTS("")},
	 .options = "find",
	 .expected = "web keep rack2 -: already exists there\n"
		     "db create rack2 -\n"},
	{.name = "a machine may be on a hypervisor that was not reached",
	 .batch = WEB "\n"
		      "hypervisor = any",
	 .facts = {"{}", "{'IsReached':false,'Unreachable':'no route to host'}"},
	 .options = "find",
	 .expected = "web fail - -: may be on rack2: no route to host\n"},
	{.name = "those that the file no longer has, when all are to go",
	 .batch = "batch = lab\n"
		  "[machine db]",
	 .facts = {EXISTS("")},
	 .options = "find prune",
	 .expected = "db create rack1 -\n"
		     "web delete rack1 -\n"},
};

static const struct plan_case adopted[] = {
	{.name = "a machine of Vmango",
	 .batch = WEB,
	 .facts = {EXISTS("'Id':'12345678-1234-1234-1234-123456789abc'," VMANGO)},
	 .options = "adopts identity",
	 .expected =
		 "web adopt rack1 " D12
		 " 12345678-1234-1234-1234-123456789abc 52:54:00:b0:1b:16 overlay x86_64\n"},
	{.name = "of another batch, with what it differs in",
	 .batch = WEB,
	 .facts = {EXISTS(SHOP "'Cpus':4,'CpusOnline':4,'Metadata':{'Batch':'shop'}")},
	 .options = "adopts",
	 .expected = "web adopt rack1 " D12 ": Cpus: 4 -> 1\n"},
	{.name = "one that another tool has defined without its metadata",
	 .batch = WEB,
	 .facts = {EXISTS(OTHERS)},
	 .options = "adopts",
	 .expected = "web adopt rack1 " D12 "\n"},
	{.name = "not one that is of no batch",
	 .batch = WEB,
	 .facts = {EXISTS("'Id':'12345678-1234-1234-1234-123456789abc'," OTHERS)},
	 .options = "adopts",
	 .expected =
		 "web create rack1 -\n"
		 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of no batch; adopt only takes domains of Vmango and of other batches\n"},
	{.name = "not one whose metadata can't be read",
	 .batch = WEB,
	 .facts = {EXISTS("'IsUnreadable':true," OTHERS)},
	 .options = "adopts",
	 .expected =
		 "web create rack1 -\n"
		 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain whose metadata can't be read; adopt only takes domains of Vmango and of other batches\n"},
	{.name = "not one that a run was at work on",
	 .batch = WEB,
	 .facts = {EXISTS(SHOP "'Metadata':{'Batch':'shop','State':'creating'}")},
	 .options = "adopts",
	 .expected =
		 "web adopt rack1 -\n"
		 "error: lab.ini:1: machine web: a run on the machine of batch \"shop\" (file /batch/lab.ini, user ann) was interrupted, or is in progress; let its own batch finish it\n"},
	{.name = "not one that does not exist",
	 .batch = WEB,
	 .facts = {"{}"},
	 .options = "adopts",
	 .expected =
		 "web create rack1 -\n"
		 "error: lab.ini:1: machine web: domain web does not exist on its hypervisors\n"},
	{.name = "nor one that does not exist on any hypervisor",
	 .batch = WEB "\n"
		      "hypervisor = any",
	 .facts = {"{}", "{}"},
	 .options = "adopts",
	 .expected =
		 "web create rack2 -\n"
		 "error: lab.ini:1: machine web: domain web does not exist on its hypervisors\n"},
	{.name = "what is the batch's own is kept",
	 .batch = WEB,
	 .facts = {EXISTS("")},
	 .options = "adopts",
	 .expected = "web keep rack1 " D12 "\n"},
};

static const struct plan_case refusals[] =
	{
		{.name = "the name is taken by a domain of no batch",
		 .batch = WEB,
		 .facts = {EXISTS("'Id':'12345678-1234-1234-1234-123456789abc'," OTHERS)},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of no batch\n"},
		{.name = "by a machine of Vmango",
		 .batch = WEB,
		 .facts = {EXISTS("'Id':'12345678-1234-1234-1234-123456789abc'," VMANGO)},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of Vmango (user ann); to take it into this batch: vmango-provision adopt /batch/lab.ini web\n"},
		{.name = "by another batch",
		 .batch = WEB,
		 .facts = {EXISTS(
			 SHOP "'Metadata':{'Batch':'shop','BatchFile':'/x/shop.ini'}")},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of batch \"shop\" (file /x/shop.ini, user ann); if this is the file of that batch, renamed, add \"batch = shop\" before the first section; to take it into this batch: vmango-provision adopt /batch/lab.ini web\n"},
		{.name = "by a batch of this name from another file",
		 .batch = WEB,
		 .facts = {EXISTS("'Metadata':{'BatchFile':'/x/lab.ini'}")},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of batch \"lab\" (file /x/lab.ini, user ann); if the files are one batch, add \"batch = lab\" before the first section; to take it into this batch: vmango-provision adopt /batch/lab.ini web\n"},
		{.name = "by a copy of a machine of this batch",
		 .batch = WEB,
		 .facts = {EXISTS("'Id':'12345678-1234-1234-1234-123456789abc'")},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of batch \"lab\" (file /batch/lab.ini, user ann), copied from another domain; to take it into this batch: vmango-provision adopt /batch/lab.ini web\n"},
		{.name = "by the machine itself, whose metadata another tool has dropped",
		 .batch = WEB,
		 .facts = {EXISTS(OTHERS)},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain of no batch, with the UUID of this machine; to take it into this batch: vmango-provision adopt /batch/lab.ini web\n"},
		{.name = "by a domain whose metadata can't be read",
		 .batch = WEB,
		 .facts = {EXISTS("'IsUnreadable':true," OTHERS)},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: the name is taken on rack1 by a domain whose metadata can't be read; "
			 "to look at them: virsh -c qemu+ssh://rack1/system dumpxml --inactive web\n"},
		{.name = "the UUID is taken",
		 .batch = WEB,
		 .facts = {"{'Domains':[{'Name':'old'," OTHERS
			   ",'Id':'b01b1620-7610-5a91-8ee1-0b69ae7f99c9'}]}"},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:1: machine web: domain old on rack1 has the UUID of machine web\n"},
		{.name = "a volume that another domain has",
		 .batch = WEB,
		 .facts =
			 {"{'Bare':true,'Domains':[{'Name':'db'," OTHERS
			  ",'Id':'12345678-1234-1234-1234-123456789abc','Interfaces':[],'Disks':[{'Target':'vda','IsWritable':true,'Pool':null,'Volume':null,'HasMirror':false,'Capacity':0,'Chain':[{'Path':'/elsewhere/web_disk'}]}]}],'Volumes':[" PLAN_VOLUME
			  "]}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:1: machine web: volume web_disk already exists in pool default of rack1; domain db uses a file of that name\n"},
		{.name = "or has by the names of pool and volume",
		 .batch = WEB,
		 .facts =
			 {"{'Bare':true,'Domains':[{'Name':'db'," OTHERS
			  ",'Id':'12345678-1234-1234-1234-123456789abc','Interfaces':[],'Disks':[{'Target':'vda','IsWritable':true,'Pool':'default','Volume':'web_disk','HasMirror':false,'Capacity':0,'Chain':[]}]}],'Volumes':[" PLAN_VOLUME
			  "]}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:1: machine web: volume web_disk already exists in pool default of rack1; domain db uses a file of that name\n"},
		{.name = "volumes of that name are not the machine's",
		 .batch = WEB,
		 .facts = {"{'Volumes':[" PLAN_VOLUME
			   ",{'Name':'web_config.iso','Capacity':0,'IsBlock':false}]}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:1: machine web: volume web_disk already exists in pool default of rack1; if nothing needs it: virsh -c qemu+ssh://rack1/system vol-delete --pool default web_disk\n"
			 "error: lab.ini:1: machine web: volume web_config.iso already exists in pool default of rack1; if nothing needs it: virsh -c qemu+ssh://rack1/system vol-delete --pool default web_config.iso\n"},
		{.name = "which does not matter to one that is resumed",
		 .batch = WEB,
		 .facts = {EXISTS("'IsActive':false,'Metadata':{'State':'creating'}")},
		 .expected =
			 "web resume rack1 " D12
			 ": a run that created it was interrupted: it is rolled back, then recreated\n"},
		{.name = "the name is reserved, for a MAC",
		 .batch = WEB,
		 .facts = {"{'Network':{'Hosts':[{'Name':'web'}]}}"},
		 .expected = "web create rack1 " D12 "\n"
			     "error: lab.ini:1: machine web: 192.168.124.20 is already reserved for web in network vmango of rack1; if nothing needs it: virsh -c qemu+ssh://rack1/system net-update vmango delete ip-dhcp-host '<host mac=\"52:54:00:00:00:01\" name=\"web\" ip=\"192.168.124.20\"/>' --live --config\n"},
		{.name = "and without one",
		 .batch = WEB,
		 .facts = {"{'Network':{'Hosts':[{'Name':'web','HasHWAddr':false}]}}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:1: machine web: 192.168.124.20 is already reserved for web in network vmango of rack1; if nothing needs it: virsh -c qemu+ssh://rack1/system net-edit vmango\n"},
		{.name = "which does not matter without a reservation",
		 .batch = WEB "\n"
			      "ip = dhcp",
		 .facts = {"{'Network':{'Hosts':[{'Name':'web'}]}}"},
		 .expected = "web create rack1 " D12 "\n"},
		{.name = "nor to one that is resumed, whose own it may be",
		 .batch = WEB,
		 .facts =
			 {"{'Domains':[{'IsActive':false,'Metadata':{'State':'creating'}}],'Network':{'Hosts':[{'Name':'web'}]}}"},
		 .expected =
			 "web resume rack1 " D12
			 ": a run that created it was interrupted: it is rolled back, then recreated\n"},
		{.name = "an address that its own MAC has already",
		 .batch = WEB "\n"
			      "ip = 192.168.124.20",
		 .facts =
			 {"{'Domains':[{'Interfaces':[{'HWAddr':'52:54:00:00:00:01'}],'IsActive':false,'Metadata':{'State':'creating'}}],'Network':{'Hosts':[{'Name':'web'}]}}"},
		 .expected =
			 "web resume rack1 " D12
			 ": a run that created it was interrupted: it is rolled back, then recreated\n"},
		{.name = "nor where a script hands out addresses",
		 .batch = "[hypervisor rack1]\n"
			  "network_script = /bin/true\n" WEB,
		 .facts = {"{'Network':{'Ranges':[],'Hosts':[{'Name':'web'}]}}"},
		 .expected = "web create rack1 " D12 "\n"},
		{.name = "an address of another subnet",
		 .batch = WEB "\n"
			      "ip = 10.0.0.1",
		 .facts = {"{}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:2: ip: not an address for a guest of network vmango\n"},
		{.name = "the gateway's address",
		 .batch = WEB "\n"
			      "ip = 192.168.124.1",
		 .facts = {"{}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:2: ip: not an address for a guest of network vmango\n"},
		{.name = "an address outside the DHCP range is one of the subnet's",
		 .batch = WEB "\n"
			      "ip = 192.168.124.200",
		 .facts = {"{}"},
		 .expected = "web create rack1 " D12 "\n"},
		{.name = "an address that is reserved for a name",
		 .batch = WEB "\n"
			      "ip = 192.168.124.20",
		 .facts = {"{'Network':{'Hosts':[{'Name':'db'}]}}"},
		 .expected = "web create rack1 " D12 "\n"
			     "error: lab.ini:2: ip: reserved for db already\n"},
		{.name = "one of a machine whose reservation is missing",
		 .batch = WEB "\n"
			      "ip = 192.168.124.20",
		 .facts =
			 {"{'Bare':true,'Domains':[{'Name':'db','Id':'12345678-1234-1234-1234-123456789abc','Interfaces':[]}]}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:2: ip: it is the address of machine db, whose reservation is missing\n"},
		{.name = "or for a MAC",
		 .batch = WEB "\n"
			      "ip = 192.168.124.20",
		 .facts = {"{'Network':{'Hosts':[{}]}}"},
		 .expected = "web create rack1 " D12 "\n"
			     "error: lab.ini:2: ip: reserved for another MAC already\n"},
		{.name = "no address to pick",
		 .batch = WEB,
		 .facts = {"{'Network':{'Ranges':[]}}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:1: machine web: network vmango of rack1 has no IPv4 DHCP range to choose an address from\n"},
		{.name = "no image of that name",
		 .batch = WEB "\n"
			      "image = Debian-13",
		 .facts = {"{}"},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:2: image: no image \"Debian-13\" for x86_64 in pool vmango-images of rack1; did you mean \"Debian-12\"?\n"},
		{.name = "none for the architecture",
		 .batch = WEB "\n"
			      "arch = arm64",
		 .facts = {"{}"},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:10: image: no image \"Debian-12\" for aarch64 in pool vmango-images of rack1\n"},
		{.name = "an import has not finished it",
		 .batch = WEB "\n"
			      "image = Fedora-40_amd64_qcow2.img",
		 .facts = {"{'Unfinished':[{'Id':'Fedora-40_amd64_qcow2.img'}]}"},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:2: image: image \"Fedora-40_amd64_qcow2.img\" in pool vmango-images of rack1 is not complete: an import is under way or was interrupted\n"},
		{.name = "an import has not finished the one of that system",
		 .batch = WEB "\n"
			      "image = Fedora-40",
		 .facts = {"{'Unfinished':[{'Id':'Fedora-40_amd64_qcow2.img'}]}"},
		 .expected =
			 "web create rack1 -\n"
			 "error: lab.ini:2: image: no image \"Fedora-40\" for x86_64 in pool vmango-images of rack1; \"Fedora-40_amd64_qcow2.img\" is not complete: an import is under way or was interrupted\n"},
		{.name = "the image is larger than the disk",
		 .batch = WEB,
		 .facts = {"{'Images':[{'VirtualSize':10737418240}]}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:8: plan: the disk of plan small is 5.0 GiB, image " D12
			 " needs 10.0 GiB\n"},
		{.name = "overlays need dir pools",
		 .batch = "[hypervisor rack1]\n"
			  "clone = overlay\n" WEB,
		 .facts = {"{'RootPool':{'Type':'logical'}}"},
		 .expected =
			 "web create rack1 " D12 "\n"
			 "error: lab.ini:2: clone: overlay needs images and root volumes in pools of type dir, fs or netfs; these are dir and logical\n"},
		{.name = "everything that is wrong is reported together",
		 .batch = "[machine web]\n"
			  "ip = 10.0.0.1\n"
			  "image = Debian-13\n"
			  "[machine db]\n"
			  "image = Debian-12",
		 .facts = {"{'Volumes':[" PLAN_VOLUME "],'Network':{'Ranges':[]}}"},
		 .expected =
			 "web create rack1 -\n"
			 "db create rack1 " D12 "\n"
			 "error: lab.ini:1: machine web: volume web_disk already exists in pool default of rack1; if nothing needs it: virsh -c qemu+ssh://rack1/system vol-delete --pool default web_disk\n"
			 "error: lab.ini:2: ip: not an address for a guest of network vmango\n"
			 "error: lab.ini:3: image: no image \"Debian-13\" for x86_64 in pool vmango-images of rack1; did you mean \"Debian-12\"?\n"
			 "error: lab.ini:4: machine db: network vmango of rack1 has no IPv4 DHCP range to choose an address from\n"},
		{.name = "what is missing on the hypervisor was reported before",
		 .batch = WEB,
		 .facts =
			 {"{'ImagePool':{'Type':null},'RootPool':{'Type':null},'Network':{'Name':null}}"},
		 .expected = "web create rack1 -\n"},
};

#define FREE(bytes) "{'RootPool':{'Free':" bytes "}}"

static const struct plan_case room[] = {
	{.name = "copies take their size",
	 .batch = "[machine m-{1..3}]\n"
		  "[hypervisor rack1]\nroot_storage_pool = default\nclone = copy",
	 .facts = {FREE("41943040")},
	 .expected =
		 "m-1 create rack1 " D12 "\nm-2 create rack1 " D12
		 "\nm-3 create rack1 " D12 "\n"
		 "error: lab.ini:3: root_storage_pool: pool default of rack1 has 40.0 MiB left, but the disks of 3 machines take 15.0 GiB\n"},
	{.name = "a copy that just has room",
	 .batch = WEB "\n[hypervisor rack1]\nclone = copy",
	 .facts = {FREE("5368709120")},
	 .expected = "web create rack1 " D12 "\n"},
	{.name = "sizes that look the same are in bytes",
	 .batch = WEB "\n[hypervisor rack1]\nclone = copy",
	 .facts = {FREE("5368709119")},
	 .expected =
		 "web create rack1 " D12 "\n"
		 "error: lab.ini:2: hypervisor rack1: pool default of rack1 has 5368709119 bytes left, but the disk of 1 machine takes 5368709120\n"},
	{.name = "thin disks only can",
	 .batch = "[machine m-{1..2}]\n[plan small]\nmemory = 512\ndisk_size = 20T",
	 .facts = {FREE("270582939648")},
	 .expected =
		 "m-1 create rack1 " D12 "\nm-2 create rack1 " D12 "\n"
		 "warning: pool default of rack1 has 252.0 GiB left, but the disks of 2 machines can grow to 40.0 TiB\n"},
	{.name = "volumes of rbd are thin",
	 .batch = WEB "\nip = dhcp\n[hypervisor rack1]\nimage_storage_pool = default\n"
		      "clone = copy\nconfig_drive = none",
	 .facts = {"{'ImagePool':{'Type':'rbd','Name':'default','Path':null},"
		   "'RootPool':{'Type':'rbd','Path':null,'Free':1}}"},
	 .expected =
		 "web create rack1 " D12 "\n"
		 "warning: pool default of rack1 has 1 B left, but the disk of 1 machine can grow to 5.0 GiB\n"},
	{.name = "sections of one hypervisor share a pool",
	 .batch = "[machine web]\nhypervisor = rack1\n[machine db]\nhypervisor = rack2\n"
		  "[hypervisor rack1]\n[hypervisor rack2]\nclone = copy",
	 .facts = {"{'Uri':'x','RootPool':{'Free':5368709120}}",
		   "{'Uri':'x','RootPool':{'Free':5368709120}}"},
	 .expected =
		 "web create rack1 " D12 "\ndb create rack2 " D12 "\n"
		 "warning: pool default of rack1 has 5.0 GiB left, but the disks of 2 machines can grow to 10.0 GiB\n"},
	{.name = "what exists has its room, and so has what was left of a killed run",
	 .batch = WEB "\n[hypervisor rack1]\nclone = copy",
	 .facts =
		 {"{'RootPool':{'Free':1},'Domains':[{'IsActive':false,'Metadata':{'State':'creating'}}]," WEB_DISK
		  "}"},
	 .expected =
		 "web resume rack1 " D12
		 ": a run that created it was interrupted: it is rolled back, then recreated\n"},
};

static const struct plan_case templates[] = {
	{.name = "the volume has another name",
	 .batch = WEB,
	 .facts = {"{}"},
	 .volume = "<volume><name>disk</name></volume>",
	 .expected =
		 "web create rack1 " D12 "\n"
		 "error: lab.ini:1: machine web: the volume template's result: <name> is \"disk\", not \"web_disk\"\n"},
	{.name = "the volume is no volume",
	 .batch = WEB,
	 .facts = {"{}"},
	 .volume = "<disk/>",
	 .expected =
		 "web create rack1 " D12 "\n"
		 "error: lab.ini:1: machine web: the volume template's result: no <volume>\n"},
	{.name = "the domain has another name",
	 .batch = WEB,
	 .facts = {"{}"},
	 .vm = "<domain><name>x</name></domain>",
	 .expected =
		 "web create rack1 " D12 "\n"
		 "error: lab.ini:1: machine web: the VM template's result: <name> is \"x\", not \"web\"\n"},
	{.name = "the domain has no interface",
	 .batch = WEB,
	 .facts = {"{}"},
	 .vm = "<domain><name>{{ .Machine.Name }}</name></domain>",
	 .expected =
		 "web create rack1 " D12 "\n"
		 "error: lab.ini:1: machine web: the VM template's result: the domain has no <interface>\n"},
	{.name = "a field that does not exist",
	 .batch = WEB,
	 .facts = {"{}"},
	 .vm = "{{ .Machine.Nme.X }}",
	 .expected =
		 "web create rack1 " D12 "\n"
		 "error: lab.ini:1: machine web: template:1:4: <.Machine.Nme>: map has no entry for key \"Nme\"; did you mean \"Name\"?\n"},
	{.name = "it does not matter to what exists",
	 .batch = WEB,
	 .facts = {EXISTS("")},
	 .vm = "<disk/>",
	 .expected = "web keep rack1 " D12 "\n"},
};

/* All that a MAC can become: the last byte moves. */
static void test_macs(void)
{
	CLEANUP(buf_free) struct buf facts = {0};
	char first[UUID_STR_LEN], text[MAC_TEXT_MAX];
	uint8_t mac[MAC_SIZE];
	uuid_t uuid;

	identity_uuid("lab", "web", uuid, first);
	buf_format(&facts, "{'Network':{'Hosts':[");
	for (unsigned int i = 0; i < IDENTITY_ATTEMPTS - 1; i++) {
		identity_mac(uuid, i, mac);
		buf_format(&facts, "%s{'HWAddr':'%s'}", i ? "," : "",
			   mac_format(mac, text));
	}
	buf_add_string(&facts, "]}}");
	plan_case_test(&(struct plan_case){
		.name = "the last free MAC is used",
		.batch = WEB,
		.facts = {buf_text(&facts)},
		.options = "identity",
		.expected =
			"web create rack1 " D12
			" b01b1620-7610-5a91-8ee1-0b69ae7f99c9 52:54:00:b0:1b:15 overlay x86_64\n"});
	identity_mac(uuid, IDENTITY_ATTEMPTS - 1, mac);
	facts.size -= 3;
	buf_format(
		&facts,
		"]},'Domains':[{'Name':'old'," OTHERS
		",'Id':'12345678-1234-1234-1234-123456789abc','Interfaces':[{'HWAddr':'%s'}]}]}",
		mac_format(mac, text));
	plan_case_test(&(struct plan_case){
		.name = "no MAC address is free",
		.batch = WEB,
		.facts = {buf_text(&facts)},
		.expected =
			"web create rack1 " D12 "\n"
			"error: lab.ini:1: machine web: no MAC address is free on rack1\n"});
}

static void filter_check(const struct plan_filter *filter, const char *expected,
			 const char *name)
{
	static const char *const unlisted_names[] = {"old-1"};
	struct batch_machine machines[] = {{.name = (char *)"web-1"},
					   {.name = (char *)"web-2"}};
	struct batch batch = {.machines = {machines, 2, 2}};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf text = {0};

	plan_filter_check(filter, &batch, unlisted_names, 1, &errors);
	batch_errors_show(&errors, &text);
	tap_string(buf_text(&text), expected, "%s", name);
}

static void test_filter(void)
{
	const char *const good[] = {"web-1", "old-1"};
	const char *const bad[] = {"web-1", "wbe-2", "zzzzzz"};

	tap_ok(plan_filter_takes(&(struct plan_filter){0}, "web"), "no filter takes all");
	filter_check(&(struct plan_filter){0}, "", "all");
	filter_check(&(struct plan_filter){.machines = good, .machine_count = 2}, "",
		     "names of the batch, and of what it no longer has");
	filter_check(&(struct plan_filter){.machines = bad, .machine_count = 3},
		     "no machine \"wbe-2\" in the batch; did you mean \"web-2\"?\n"
		     "no machine \"zzzzzz\" in the batch\n",
		     "names that it does not have");
	filter_check(&(struct plan_filter){.only = "web-*"}, "", "a pattern that fits");
	filter_check(&(struct plan_filter){.only = "db-*"},
		     "--only db-* matches no machine in the batch\n",
		     "one that fits none");
}

/* Metadata can't hold every path. */
static void test_paths(void)
{
	static const struct plan_case one = {.batch = WEB, .facts = {"{}"}};
	CLEANUP(free_ptr) char *long_path = mem_zero(1, METADATA_FILE_MAX + 2);
	const char *const paths[] = {NULL, "/a\x01",
				     memset(long_path, 'a', METADATA_FILE_MAX + 1)};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		CLEANUP(plan_work_end) struct plan_work work;

		plan_work_begin(&work, &one);
		free(work.batch.path);
		work.batch.path = mem_string(paths[i]);
		tap_number((uint64_t)plan_make(&work.input, &work.changes, &work.errors),
			   0, "a batch whose path can't be recorded, number %zu", i);
		tap_string(work.changes.list.items[0].batch_file, NULL,
			   "is planned without it");
	}
}

/* Which hypervisors' problems matter. */
static void test_uses(void)
{
	static const struct plan_case one = {.batch = "[machine web]\n"
						      "hypervisor = rack1\n"
						      "[machine db]\n"
						      "hypervisor = rack2",
					     .facts = {"{}", "{}", "{}"},
					     .options = "machine=web"};
	CLEANUP(plan_work_end) struct plan_work work;
	const struct batch_hypervisor *hypervisors;

	plan_work_begin(&work, &one);
	hypervisors = work.batch.hypervisors.items;
	tap_ok(plan_uses(&work.input, &hypervisors[0]) &&
		       !plan_uses(&work.input, &hypervisors[1]) &&
		       !plan_uses(&work.input, &hypervisors[2]),
	       "those of machines that are meant are used");
	work.input.prune = true;
	tap_ok(plan_uses(&work.input, &hypervisors[2]),
	       "all are where machines that are in no file are to go");
}

int main(void)
{
	plan_cases_test(actions);
	plan_cases_test(differences);
	plan_cases_test(faults);
	plan_cases_test(unlisted);
	plan_cases_test(found);
	plan_cases_test(adopted);
	plan_cases_test(refusals);
	plan_cases_test(room);
	plan_cases_test(templates);
	test_macs();
	test_filter();
	test_paths();
	test_uses();
	return tap_done();
}
