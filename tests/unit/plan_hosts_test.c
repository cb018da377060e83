/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans for several hypervisors: where machines go, are, and have been. */
#define _GNU_SOURCE
#include "tests/unit/plan_case.h"

#define D12    "Debian-12_amd64_qcow2.img"
#define ANY    "[machine web]\nhypervisor = any"
#define WEB_ID "b01b1620-7610-5a91-8ee1-0b69ae7f99c9"
#define OTHERS "'Metadata':{'HasVmango':false,'HasTools':false,'Creator':null}"
#define DOWN   "{'IsReached':false,'Unreachable':'no route to host'}"

/* A machine that exists, with its disk, and `patch` over its domain. */
#define EXISTS(patch) "{'Domains':[{" patch "}],'Volumes':[" PLAN_VOLUME "]}"
/* The same with its other objects, as on a hypervisor that it was migrated away from. */
#define LEFT(patch)                                        \
	"{'Domains':[{" patch "}],'Volumes':[" PLAN_VOLUME \
	",{'Name':'web_config.iso','Capacity':0,'IsBlock':false}],'Network':{'Hosts':[{}]}}"
/* The same, where the connection to the hypervisor shows that it is rack1. */
#define RACK1(patch) "'Uri':'qemu+ssh://rack1/system'," patch
#define HOST_1	     "'HostId':'11111111-2222-3333-4444-000000000001',"
#define OFF \
	"'IsActive':false,'Activity':'off','IsSettled':false,'IsIdle':true,'WasMigrated':true"
#define STANDBY "'IsActive':false,'Activity':'off','IsSettled':false,'IsIdle':true"
#define AGAIN	"'Metadata':{'Run':'00000000-8888-7777-6666-555555555555'}"

static const struct plan_case places[] = {
	{.name = "the one with the fewest machines, be they of others",
	 .batch = ANY,
	 .facts = {"{'Domains':[{'Name':'a'," OTHERS "}]}", "{}",
		   "{'Domains':[{'Name':'a'," OTHERS "},{'Name':'b'," OTHERS "}]}"},
	 .expected = "web create rack2 " D12
		     ": rack2: 0 machines; rack1: 1 machine; rack3: 2 machines\n"},
	{.name = "of several with as many the first that the machine names",
	 .batch = "[machine web]\nhypervisor = rack2, rack1",
	 .facts = {"{}", "{}"},
	 .expected = "web create rack2 " D12 ": rack2: 0 machines; rack1: 0 machines\n"},
	{.name = "each counts for those after it",
	 .batch = "[machine web-{1..3}]\nhypervisor = any",
	 .facts = {"{}", "{}"},
	 .expected = "web-1 create rack1 " D12
		     ": rack1: 0 machines; rack2: 0 machines\nweb-2 create rack2 " D12
		     ": rack2: 0 machines; rack1: 1 machine\nweb-3 create rack1 " D12
		     ": rack1: 1 machine; rack2: 1 machine\n"},
	{.name = "machines that name their hypervisor come first",
	 .batch = ANY "\n[machine db]\nhypervisor = rack1",
	 .facts = {"{}", "{}"},
	 .expected = "web create rack2 " D12
		     ": rack2: 0 machines; rack1: 1 machine\ndb create rack1 " D12 "\n"},
	{.name = "memory that is left, of which guests that run have their share",
	 .batch = ANY,
	 .facts = {"{'Memory':1073741824,'Domains':[{'Name':'a'," OTHERS
		   ",'Memory':536870913}]}",
		   "{'Domains':[{'Name':'a'," OTHERS "},{'Name':'b'," OTHERS "}]}"},
	 .expected =
		 "web create rack2 " D12
		 ": rack2: 2 machines; rack1: 536870911 bytes of memory left, 536870912 needed\n"},
	{.name = "those that do not run have none",
	 .batch = ANY,
	 .facts = {"{'Memory':1073741824,'Domains':[{'Name':'a'," OTHERS
		   ",'Memory':1073741824,'IsActive':false}]}",
		   "{'Domains':[{'Name':'a'," OTHERS "},{'Name':'b'," OTHERS "}]}"},
	 .expected = "web create rack1 " D12 ": rack1: 1 machine; rack2: 2 machines\n"},
	{.name = "but machines of the batch that are to be started have",
	 .batch = "[machine web]\nhypervisor = any\n[machine db]\nhypervisor = any",
	 .facts = {"{'Memory':536870912,'Domains':[{'IsActive':false}]}", "{}"},
	 .expected =
		 "web start rack1 " D12 ": already exists there\ndb create rack2 " D12
		 ": rack2: 0 machines; rack1: 0 B of memory left, 512.0 MiB needed\n"},
	{.name = "one that is to be started counts once",
	 .batch = "[machine web]\nhypervisor = any\n[machine db]\nhypervisor = any",
	 .facts = {EXISTS("'IsActive':false"), "{'Domains':[{'Name':'a'," OTHERS "}]}"},
	 .expected = "web start rack1 " D12 ": already exists there\ndb create rack1 " D12
		     ": rack1: 1 machine; rack2: 1 machine\n"},
	{.name = "more guests than memory leave none",
	 .batch = ANY,
	 .facts = {"{'Memory':1,'Domains':[{'Name':'a'," OTHERS "}]}", "{}"},
	 .expected =
		 "web create rack2 " D12
		 ": rack2: 0 machines; rack1: 0 B of memory left, 512.0 MiB needed\n"},
	{.name = "guests that claim all memory there is twice leave none",
	 .batch = ANY,
	 .facts = {"{'Domains':[{'Name':'a'," OTHERS
		   ",'Memory':18446744073709551615},{'Name':'b'," OTHERS
		   ",'Memory':18446744073709551615}]}",
		   "{'Domains':[{'Name':'a'," OTHERS "},{'Name':'b'," OTHERS
		   "},{'Name':'c'," OTHERS "}]}"},
	 .expected =
		 "web create rack2 " D12
		 ": rack2: 3 machines; rack1: 0 B of memory left, 512.0 MiB needed\n"},
	{.name = "room for the disk",
	 .batch = ANY,
	 .facts = {"{'RootPool':{'Free':5368709119}}",
		   "{'Domains':[{'Name':'a'," OTHERS "}]}"},
	 .expected =
		 "web create rack2 " D12
		 ": rack2: 1 machine; rack1: 5368709119 bytes of disk left, 5368709120 needed\n"},
	{.name = "no hypervisor has room",
	 .batch = ANY,
	 .facts = {"{'RootPool':{'Free':1}}", "{'Memory':1}"},
	 .expected =
		 "web create - -\nerror: lab.ini:2: hypervisor: no hypervisor has room for web: rack1: 1 B of disk left, 5.0 GiB needed; rack2: 1 B of memory left, 512.0 MiB needed\n"},
	{.name = "one that has not the image",
	 .batch = ANY,
	 .facts = {"{'Images':[]}", "{'Domains':[{'Name':'a'," OTHERS "}]}"},
	 .expected = "web create rack2 " D12
		     ": rack2: 1 machine; rack1: no image \"Debian-12\"\n"},
	{.name = "one whose image is too large",
	 .batch = ANY,
	 .facts = {"{'Images':[{'VirtualSize':6442450944}]}",
		   "{'Domains':[{'Name':'a'," OTHERS "}]}"},
	 .expected =
		 "web create rack2 " D12
		 ": rack2: 1 machine; rack1: the disk of plan small is 5.0 GiB, image " D12
		 " needs 6.0 GiB\n"},
	{.name = "one where others have the name",
	 .batch = ANY,
	 .facts = {"{'Domains':[{" OTHERS "}]}",
		   "{'Domains':[{'Name':'a'," OTHERS "},{'Name':'b'," OTHERS "}]}"},
	 .expected =
		 "web create rack2 " D12
		 ": rack2: 2 machines; rack1: the name is taken by a domain of no batch\n"},
	{.name = "where nothing else is known of a hypervisor its image is not looked for",
	 .batch = ANY,
	 .facts = {"{'Arch':null}", "{'Images':[]}"},
	 .expected =
		 "web create rack1 -: rack1: 0 machines; rack2: no image \"Debian-12\"\n"},
	{.name = "a machine that exists stays where it is",
	 .batch = ANY,
	 .facts = {"{}", EXISTS("")},
	 .expected = "web keep rack2 " D12 ": already exists there\n"},
	{.name = "even where its hypervisor is not one of those that it names",
	 .batch = "[machine web]\nhypervisor = rack1, rack2",
	 .facts = {"{}", "{}", EXISTS("")},
	 .expected =
		 "web change rack3 " D12
		 ": Hypervisor: rack3 -> rack1 (not possible); already exists there\n"},
};

static const struct plan_case unreachable[] = {
	{.name = "one that is off may have been moved to the one that can't be reached",
	 .batch = ANY,
	 .facts = {EXISTS(STANDBY), DOWN},
	 .expected =
		 "web fail rack1 -: may run on rack2, which can't be reached (no route to host); if it does not, start it: virsh -c qemu+ssh://rack1/system start web; already exists there\n"},
	{.name = "nor is it deleted as one that the file no longer has",
	 .batch = "[machine db]\nhypervisor = rack1",
	 .facts = {EXISTS(STANDBY), DOWN},
	 .options = "prune",
	 .expected =
		 "db create rack1 " D12 "\n"
		 "web fail rack1 -: is off, and may have been moved with its disk to rack2, which can't be reached (no route to host); if that is lost, remove its section from the batch\n"},
	{.name = "unless that is lost",
	 .batch = ANY,
	 .facts = {EXISTS(STANDBY), DOWN},
	 .options = "lost=rack2",
	 .expected = "web start rack1 " D12 ": already exists there\n"},
	{.name = "a machine may be on the one that can't be reached",
	 .batch = ANY,
	 .facts = {"{}", DOWN},
	 .expected =
		 "web fail - -: may be on rack2, which can't be reached (no route to host); --assume-lost rack2 creates it elsewhere\n"},
	{.name = "unless that is said to be lost",
	 .batch = ANY,
	 .facts = {DOWN, "{}"},
	 .options = "lost=rack1",
	 .expected = "web create rack2 " D12
		     ": rack2: 0 machines; rack1: can't be reached\n"},
	{.name = "of two that are out of reach both must be",
	 .batch = ANY,
	 .facts = {DOWN, DOWN, "{}"},
	 .options = "lost=rack1",
	 .expected =
		 "web fail - -: may be on rack2, which can't be reached (no route to host); --assume-lost rack2 creates it elsewhere\n"},
	{.name = "where only the lost one had room, the machine fails and the others go on",
	 .batch = ANY "\n[machine db]\nhypervisor = rack2",
	 .facts = {DOWN, "{'Images':[],'Domains':[{'Name':'db'}]}"},
	 .options = "lost=rack1",
	 .expected =
		 "web fail - -: no hypervisor has room: rack1: can't be reached; rack2: no image \"Debian-12\"\ndb keep rack2 -\n"},
	{.name = "one that was found does not depend on the others",
	 .batch = ANY,
	 .facts = {DOWN, EXISTS("")},
	 .expected = "web keep rack2 " D12 ": already exists there\n"},
	{.name = "one that names another hypervisor does neither",
	 .batch = "[machine web]\nhypervisor = rack2\n[machine db]\nhypervisor = rack1",
	 .facts = {DOWN, "{}"},
	 .options = "lost=rack1",
	 .expected = "web create rack2 " D12 "\ndb fail rack1 -: no route to host\n"},
	{.name = "a search fails where one was not reached, said to be lost or not",
	 .batch = ANY,
	 .facts = {"{}", DOWN},
	 .options = "find lost=rack2",
	 .expected = "web fail - -: may be on rack2: no route to host\n"},
};

/* Several sections of a batch may lead to one hypervisor. */
static const struct plan_case sections[] = {
	{.name = "a machine is found once",
	 .batch = ANY,
	 .facts = {EXISTS(""), "{" RACK1("'Domains':[{}],'Volumes':[") PLAN_VOLUME "]}"},
	 .expected = "web keep rack1 " D12 ": already exists there\n"},
	{.name = "by the section that it names",
	 .batch = "[machine web]\nhypervisor = rack2",
	 .facts = {EXISTS(""), "{" RACK1("'Domains':[{}],'Volumes':[") PLAN_VOLUME "]}"},
	 .expected = "web keep rack2 " D12 "\n"},
	{.name = "better by the one in whose pool its volumes are",
	 .batch =
		 "[hypervisor rack1]\n[hypervisor rack2]\nroot_storage_pool = fast\n[machine web]\nhypervisor = rack1",
	 .facts =
		 {"{'Domains':[{'Metadata':{'Volumes':[{'Pool':'fast','Name':'web_disk','Capacity':0,'Image':0,'Backing':null},{'Pool':'fast','Name':'web_config.iso','Capacity':0,'Image':0,'Backing':null}]}}]}",
		  "{" RACK1(
			  "'Domains':[{'Metadata':{'Volumes':[{'Pool':'fast','Name':'web_disk','Capacity':0,'Image':0,'Backing':null},{'Pool':'fast','Name':'web_config.iso','Capacity':0,'Image':0,'Backing':null}]}}]}")},
	 .expected = "web change rack2 " D12
		     ": Hypervisor: rack2 -> rack1 (not possible)\n"},
};

/* A machine that was migrated is known by the run that created it. */
static const struct plan_case moved[] =
	{
		{.name = "what it left is cleaned",
		 .batch = ANY,
		 .facts = {EXISTS(""), LEFT(OFF)},
		 .expected =
			 "web clean rack1 " D12
			 ": left on rack2: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; already exists there\n"},
		{.name = "the other way round as well",
		 .batch = ANY,
		 .facts = {LEFT(OFF), EXISTS("")},
		 .expected =
			 "web clean rack2 " D12
			 ": left on rack1: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; already exists there\n"},
		{.name = "what a network script reserved is the script's",
		 .batch = ANY,
		 .facts = {LEFT(OFF ",'Metadata':{'Reservation':{'ByScript':true}}"),
			   EXISTS("")},
		 .expected =
			 "web clean rack2 " D12
			 ": left on rack1: definition, volume default/web_disk, volume default/web_config.iso; already exists there\n"},
		{.name = "without a reservation",
		 .batch = ANY "\nip = dhcp",
		 .facts = {LEFT(OFF ",'Metadata':{'Reservation':{'Network':null}}"),
			   EXISTS("'Metadata':{'Reservation':{'Network':null}}")},
		 .expected =
			 "web clean rack2 " D12
			 ": left on rack1: definition, volume default/web_disk, volume default/web_config.iso; already exists there\n"},
		{.name = "a change counts for more than what it left",
		 .batch = ANY,
		 .facts = {EXISTS("'Cpus':4,'CpusOnline':4"), LEFT(OFF)},
		 .expected =
			 "web change rack1 " D12
			 ": Cpus: 4 -> 1; left on rack2: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; already exists there\n"},
		{.name = "left on two",
		 .batch = ANY,
		 .facts = {LEFT(OFF), EXISTS(""), LEFT(OFF)},
		 .expected =
			 "web clean rack2 " D12
			 ": left on rack1: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; left on rack3: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; already exists there\n"},
		{.name = "one that it was left on under two sections is one",
		 .batch = ANY,
		 .facts = {EXISTS(""), LEFT(OFF),
			   "{'Uri':'qemu+ssh://rack2/system','Domains':[{" OFF "}]}"},
		 .expected =
			 "web clean rack1 " D12
			 ": left on rack2: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; already exists there\n"},
		{.name = "what was interrupted while it was deleted there is left there",
		 .batch = ANY,
		 .facts = {EXISTS(""), LEFT(OFF ",'Metadata':{'State':'removing'}")},
		 .expected =
			 "web clean rack1 " D12
			 ": left on rack2: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; already exists there\n"},
		{.name = "what is not known to have been migrated away stays, a standby for instance",
		 .batch = ANY,
		 .facts = {EXISTS(""), LEFT(STANDBY)},
		 .expected =
			 "web keep rack1 " D12
			 ": a copy on rack2 stays (definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20), since it is not known whether a migration has left it; to remove its definition: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web; already exists there\n"},
		{.name = "what it no longer has is not named",
		 .batch = ANY,
		 .facts =
			 {EXISTS(""),
			  "{'Bare':true,'Domains':[{" OFF
			  "}],'Volumes':[{'Name':'web_config.iso','Capacity':0,'IsBlock':false}],'Network':{'Hosts':[]}}"},
		 .expected =
			 "web clean rack1 " D12
			 ": left on rack2: definition, volume default/web_config.iso; already exists there\n"},
		{.name = "a removal that another run has begun there is ended",
		 .batch = ANY,
		 .facts = {EXISTS(""), LEFT(STANDBY ",'Metadata':{'State':'removing'}")},
		 .expected =
			 "web clean rack1 " D12
			 ": left on rack2: definition, volume default/web_disk, volume default/web_config.iso, reservation 192.168.124.20; already exists there\n"},
		{.name = "a removal of what another run created is not the same machine's",
		 .batch = ANY,
		 .facts =
			 {EXISTS(""),
			  LEFT(OFF
			       ",'Metadata':{'State':'removing','Run':'00000000-8888-7777-6666-555555555555'}")},
		 .expected =
			 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
		{.name = "one that is not at rest has not arrived",
		 .batch = ANY,
		 .facts = {EXISTS("'IsSettled':false"), LEFT(OFF)},
		 .expected =
			 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
		{.name = "one that is saved is not left",
		 .batch = ANY,
		 .facts =
			 {EXISTS(""),
			  EXISTS("'IsActive':false,'Activity':'off','IsSettled':false,'IsIdle':false")},
		 .expected =
			 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
		{.name = "one that another run created is not the same machine",
		 .batch = ANY,
		 .facts = {EXISTS(""), LEFT(OFF "," AGAIN)},
		 .expected =
			 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
		{.name = "nor one that 0.1 created",
		 .batch = ANY,
		 .facts = {EXISTS("'Metadata':{'Run':null}"),
			   LEFT(OFF ",'Metadata':{'Run':null}")},
		 .expected =
			 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
		{.name = "nor where one of them is 0.1's",
		 .batch = ANY,
		 .facts = {EXISTS(""), LEFT(OFF ",'Metadata':{'Run':null}")},
		 .expected =
			 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
};

static const struct
	plan_case
		twins
			[] =
				{
					{.name = "both run",
					 .batch = ANY,
					 .facts = {EXISTS(""), EXISTS("")},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it runs; if they share a disk, it is being damaged\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system destroy web && virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2, which runs: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
					{.name = "neither runs",
					 .batch = ANY,
					 .facts = {EXISTS(OFF), EXISTS(OFF)},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it does not run, and on rack2, where it does not run\nerror: web: to keep the one on rack1: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
					{.name = "one of them runs, and is proposed first",
					 .batch = ANY,
					 .facts = {EXISTS(OFF "," AGAIN), EXISTS("")},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it does not run, and on rack2, where it runs\nerror: web: to keep the one on rack2, which runs: virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack1: virsh -c qemu+ssh://rack2/system destroy web && virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
					{.name = "one is being migrated",
					 .batch = ANY,
					 .facts =
						 {EXISTS("'Activity':'migrates','IsSettled':false"),
						  EXISTS("'Activity':'migrates','IsSettled':false")},
					 .expected = "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it is being migrated, and on rack2, where it is being migrated; wait until the migration, or another job, has ended\n"},
					{.name = "to one that runs",
					 .batch = ANY,
					 .facts =
						 {EXISTS("'Activity':'migrates','IsSettled':false"),
						  EXISTS("")},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it is being migrated, and on rack2, where it runs; wait until the migration, or another job, has ended\n"},
					{.name = "of one it is not known what it does",
					 .batch = ANY,
					 .facts = {EXISTS("'Activity':'unknown'"),
						   EXISTS("")},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it may run, and on rack2, where it runs\n"},
					{.name = "three", .batch = ANY, .facts = {EXISTS(""), EXISTS(OFF "," AGAIN), EXISTS("")}, .expected = "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run, and on rack3, where it runs; if they share a disk, it is being damaged\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web && virsh -c qemu+ssh://rack3/system destroy web && virsh -c qemu+ssh://rack3/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack3, which runs: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web && virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web && virsh -c qemu+ssh://rack3/system destroy web && virsh -c qemu+ssh://rack3/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
					{.name = "one host under two URLs",
					 .batch = ANY,
					 .facts = {EXISTS(""),
						   "{" HOST_1 "'Domains':[{}]}"},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it runs; if they share a disk, it is being damaged\nerror: web: rack1 and rack2 may be one hypervisor under two URLs (both have the host UUID 11111111-2222-3333-4444-000000000001); if so, remove one of them from the batch\n"},
					{.name = "whose URLs are one after all",
					 .batch = ANY,
					 .facts = {EXISTS(""),
						   "{" RACK1(HOST_1 "'Domains':[{}]}")},
					 .expected = "web keep rack1 " D12
						     ": already exists there\n"},
					{.name = "a host whose UUID is not known is no other",
					 .batch = ANY,
					 .facts = {"{'HostId':null,'Domains':[{}]}",
						   "{'HostId':null,'Domains':[{" OFF
						   "," AGAIN "}]}"},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it does not run\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
					{.name = "a machine that names one of them is on both as well",
					 .batch = "[machine web]\nhypervisor = rack1",
					 .facts = {EXISTS(""), EXISTS("")},
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it runs; if they share a disk, it is being damaged\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system destroy web && virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2, which runs: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
					{.name = "one of others is none",
					 .batch = ANY,
					 .facts = {EXISTS(""), EXISTS(OTHERS)},
					 .expected = "web keep rack1 " D12
						     ": already exists there\n"},
					{.name = "nothing is deleted of what is on two",
					 .batch = ANY,
					 .facts = {EXISTS(""), EXISTS("")},
					 .options = "find",
					 .expected =
						 "web create - -\nerror: lab.ini:2: hypervisor: web is on rack1, where it runs, and on rack2, where it runs; if they share a disk, it is being damaged\nerror: web: to keep the one on rack1, which runs: virsh -c qemu+ssh://rack2/system destroy web && virsh -c qemu+ssh://rack2/system undefine --keep-nvram --snapshots-metadata --managed-save web\nerror: web: to keep the one on rack2, which runs: virsh -c qemu+ssh://rack1/system destroy web && virsh -c qemu+ssh://rack1/system undefine --keep-nvram --snapshots-metadata --managed-save web\n"},
					{.name = "nor of what the file no longer has",
					 .batch =
						 "batch = lab\n[machine db]\nhypervisor = rack1",
					 .facts = {EXISTS(OFF),
						   EXISTS("'Activity':'unknown'")},
					 .options = "prune",
					 .expected =
						 "db create rack1 " D12
						 "\nweb delete rack1 -\nweb delete rack2 -\nerror: web is on rack1, where it does not run, and on rack2, where it may run\n"},
};

int main(void)
{
	plan_cases_test(places);
	plan_cases_test(unreachable);
	plan_cases_test(sections);
	plan_cases_test(moved);
	plan_cases_test(twins);
	return tap_done();
}
