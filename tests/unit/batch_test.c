/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Batches: every key as a typed value, defaults, units, names for many machines, and the
 * files that are named. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdbool.h>

#include "provision/batch/batch_load.h"
#include "tests/unit/batch_folder.h"
#include "tests/unit/tap.h"

#define ED25519 \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

/* Enough around the lines of a test to make a machine. */
#define PLAN	"[plan p]\nmemory = 1\ndisk_size = 1\n"
#define MACHINE PLAN "[machine m]\nplan = p\nimage = i\n"

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void hypervisor_show(const struct batch_hypervisor *hypervisor, struct buf *text)
{
	static const char *const clones[] = {"auto", "copy", "overlay"};
	static const char *const drives[] = {"openstack", "nocloud", "none"};
	static const char *const types[] = {"auto", "kvm", "qemu"};

	buf_format(text, "hypervisor %s url=%s images=%s root=%s network=%s",
		   hypervisor->name, or_dash(hypervisor->url), hypervisor->image_pool,
		   hypervisor->root_pool, hypervisor->network);
	buf_format(text, " vm=%s volume=%s clone=%s drive=%s type=%s ignored=",
		   or_dash(hypervisor->vm_template), or_dash(hypervisor->volume_template),
		   clones[hypervisor->clone], drives[hypervisor->config_drive],
		   types[hypervisor->domain_type]);
	for (char **word = hypervisor->ignored_vms; word && *word; word++)
		buf_format(text, "<%s>", *word);
	buf_add_char(text, '\n');
}

static void machine_show(const struct batch_machine *machine, struct buf *text)
{
	static const char *const ips[] = {"auto", "dhcp"};
	char address[INET_ADDRSTRLEN];

	buf_format(text, "machine %s index=%u on=", machine->name, machine->index);
	for (size_t i = 0; i < machine->hypervisor_count; i++)
		buf_format(text, "%s%s", i ? "," : "", machine->hypervisors[i]->name);
	buf_format(text, " plan=%s image=%s arch=%s keys=", machine->plan->name,
		   machine->image, or_dash(machine->arch));
	for (size_t i = 0; i < machine->key_count; i++)
		buf_format(text, "<%s>", machine->keys[i]->name);
	buf_format(text, " ip=%s autostart=%d",
		   machine->ip == BATCH_IP_ADDRESS ? inet_ntop(AF_INET, &machine->address,
							       address, sizeof(address))
						   : ips[machine->ip],
		   machine->autostart);
	if (machine->userdata)
		buf_format(text, " userdata=%zu:%s", machine->userdata_size,
			   machine->userdata);
	buf_add_char(text, '\n');
}

static void batch_show(const struct batch *batch, struct buf *text)
{
	array_foreach(hypervisor, &batch->hypervisors)
		hypervisor_show(hypervisor, text);
	array_foreach(plan, &batch->plans)
		buf_format(text, "plan %s %" PRIu64 " %u %" PRIu64 "\n", plan->name,
			   plan->memory_bytes, plan->cpus, plan->disk_size_bytes);
	array_foreach(key, &batch->keys)
		buf_format(text, "key %s %s\n", key->name, key->public_key);
	array_foreach(machine, &batch->machines)
		machine_show(machine, text);
}

struct batch_case {
	const char *what;
	const char *files;    /* as batch_folder_enter() takes them */
	const char *expected; /* a part of what batch_show() tells */
};

static const struct batch_case readable[] = {
	{"nothing but defaults", MACHINE,
	 "hypervisor local url=- images=vmango-images root=default network=vmango vm=- "
	 "volume=- clone=auto drive=openstack type=auto ignored=\n"
	 "plan p 1048576 1 1073741824\n"
	 "machine m index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"},
	{"memory in MB, disks in GB",
	 "[plan p]\nmemory = 512\ncpus = 4096\ndisk_size = 5\n",
	 "plan p 536870912 4096 5368709120\n"},
	{"units of memory and disks",
	 "[plan a]\nmemory = 2G\ndisk_size = 10G\n[plan b]\nmemory = 1 GiB\ndisk_size = 2tb\n"
	 "[plan c]\nmemory = 1024K\ndisk_size = 1048576B\n"
	 "[plan d]\nmemory = 8388607T\ndisk_size = 8191P\n",
	 "plan a 2147483648 1 10737418240\nplan b 1073741824 1 2199023255552\n"
	 "plan c 1048576 1 1048576\nplan d 9223370937343148032 1 9222246136947933184\n"},
	{"every key of a hypervisor",
	 "[hypervisor h]\nurl = qemu+ssh://root@[::1]:22/system?no_verify=1#x\n"
	 "image_storage_pool = a b\nroot_storage_pool = b\nnetwork = c\n"
	 "vm_template = d/e\nvolume_template = ~/f\nignored_vms = g, h i,\"j, k\" , ,l\n"
	 "clone = copy\nconfig_drive = none\ndomain_type = qemu\n",
	 "hypervisor h url=qemu+ssh://root@[::1]:22/system?no_verify=1#x images=a b root=b "
	 "network=c vm=d/e volume=home/f clone=copy drive=none type=qemu "
	 "ignored=<g><h i><j, k><l>\n"},
	{"empty values count as not there",
	 "[hypervisor h]\nurl =\nimage_storage_pool =\nroot_storage_pool =\nnetwork =\n"
	 "vm_template =\nvolume_template =\nignored_vms =\nnetwork_script =\n",
	 "hypervisor h url=- images=vmango-images root=default network=vmango vm=- volume=- "
	 "clone=auto drive=openstack type=auto ignored=\n"},
	{"quoted names are found by their names",
	 "[hypervisor \"a b\"]\n[plan \"small, cheap\"]\nmemory = 1\ndisk_size = 1\n"
	 "[ssh_key \"me, too\"]\npublic = " ED25519
	 "\n[ssh_key \"my key\"]\npublic = " ED25519
	 "\n[machine \"m\"]\nhypervisor = a b\nplan = small, cheap\nimage = i\n"
	 "ssh_keys = \"me, too\", my key\n",
	 "key me, too " ED25519 "\nkey my key " ED25519 "\n"
	 "machine m index=0 on=a b plan=small, cheap image=i arch=- keys=<me, too><my key> "
	 "ip=auto autostart=0\n"},
	{"one hypervisor need not be named", "[hypervisor h]\n" MACHINE,
	 "machine m index=0 on=h plan=p image=i arch=- keys= ip=auto autostart=0\n"},
	{"several hypervisors, in the order given, and any of them",
	 "[hypervisor g]\n[hypervisor h]\n[hypervisor \"h, i\"]\n" PLAN
	 "[defaults]\nplan = p\nimage = i\n[machine a]\nhypervisor = h, g, h\n"
	 "[machine b]\nhypervisor = any\n[machine c]\nhypervisor = \"h, i\", g\n",
	 "machine a index=0 on=h,g plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine b index=0 on=g,h,h, i plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine c index=0 on=h, i,g plan=p image=i arch=- keys= ip=auto autostart=0\n"},
	{"any machine key in the defaults, machines over them",
	 "[hypervisor g]\n[hypervisor h]\n[plan p]\nmemory = 1\ndisk_size = 1\n"
	 "[plan q]\nmemory = 1\ndisk_size = 1\n[ssh_key k]\npublic = " ED25519 "\n"
	 "[defaults]\nhypervisor = h\nplan = p\nimage = i\narch = arm64\nssh_keys = k\n"
	 "userdata = u\nip = dhcp\nautostart = yes\n[machine a]\n"
	 "[machine b]\nhypervisor = g\nplan = q\nimage = j\narch = i386\nssh_keys =\n"
	 "userdata =\nip = auto\nautostart = no\n",
	 "machine a index=0 on=h plan=p image=i arch=aarch64 keys=<k> ip=dhcp autostart=1 "
	 "userdata=1:u\n"
	 "machine b index=0 on=g plan=q image=j arch=i686 keys= ip=auto autostart=0\n"},
	{"the defaults may stand last",
	 "[machine m]\nplan = p\nimage = i\n" PLAN "[defaults]\nip = dhcp\n",
	 "machine m index=0 on=local plan=p image=i arch=- keys= ip=dhcp autostart=0\n"},
	{"sections for many machines, in the order of the file",
	 PLAN "[defaults]\nplan = p\nimage = i\n[machine web-{09..11}]\n[machine a]\n"
	      "[machine {x,y}-{1..2}]\nip = dhcp\n",
	 "machine web-09 index=9 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine web-10 index=10 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine web-11 index=11 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine a index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine x-1 index=1 on=local plan=p image=i arch=- keys= ip=dhcp autostart=0\n"
	 "machine x-2 index=2 on=local plan=p image=i arch=- keys= ip=dhcp autostart=0\n"
	 "machine y-1 index=1 on=local plan=p image=i arch=- keys= ip=dhcp autostart=0\n"
	 "machine y-2 index=2 on=local plan=p image=i arch=- keys= ip=dhcp autostart=0\n"},
	{"a section over one that an included file has",
	 "include = a.ini\n" PLAN "[machine web-{1..2}]\nimage = j\n"
	 "== a.ini\n[machine web-{1..2}]\nplan = p\nimage = i\nip = dhcp\n",
	 "machine web-1 index=1 on=local plan=p image=j arch=- keys= ip=dhcp autostart=0\n"
	 "machine web-2 index=2 on=local plan=p image=j arch=- keys= ip=dhcp autostart=0\n"},
	{"user data on the line, and on lines that keep their indentation",
	 MACHINE "userdata = #!/bin/true ; # x\n[machine n]\nplan = p\nimage = i\n"
		 "userdata =\n\t#cloud-config\n\ta:\n\t  - ; b # c\n\n\t  - d\n"
		 "[machine o]\nplan = p\nimage = i\nuserdata = #!/bin/sh\n  echo a\n",
	 "userdata=13:#!/bin/true ;\n"},
	{"user data with its lines",
	 MACHINE "userdata =\n\t#cloud-config\n\ta:\n\t  - ; b # c\n\n\t  - d\n",
	 "userdata=36:#cloud-config\na:\n  - ; b # c\n\n  - d\n\n"},
	{"user data behind the sign and below it",
	 MACHINE "userdata = #!/bin/sh\n  echo a\n", "userdata=17:#!/bin/sh\necho a\n\n"},
	{"user data files, relative to the file that says so",
	 "include = sub/a.ini\n" MACHINE "userdata_file = ~/u\n"
	 "== sub/a.ini\n[defaults]\nuserdata_file = u.yaml\n[machine n]\nplan = p\nimage = i\n"
	 "== sub/u.yaml\n#cloud-config\na: caf\xc3\xa9\n== home/u\nfrom home",
	 "machine n index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0 "
	 "userdata=23:#cloud-config\na: caf\xc3\xa9\n\n"
	 "machine m index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0 "
	 "userdata=9:from home\n"},
	{"user data of the machine over both keys of the defaults",
	 PLAN "[defaults]\nplan = p\nimage = i\nuserdata_file = u\n[machine a]\n"
	      "[machine b]\nuserdata = x\n[machine c]\nuserdata_file = v\n"
	      "[machine d]\nuserdata_file =\n[machine e]\nuserdata =\n== u\nu\n== v\nv\n",
	 "machine a index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0 "
	 "userdata=2:u\n\n"
	 "machine b index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0 "
	 "userdata=1:x\n"
	 "machine c index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0 "
	 "userdata=2:v\n\n"
	 "machine d index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine e index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"},
	{"an empty user data file is no user data", MACHINE "userdata_file = u\n== u\n",
	 "machine m index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"},
	{"key files, relative to the file that says so",
	 "include = sub/a.ini\n[ssh_key l]\npublic_file = ~/l\n"
	 "== sub/a.ini\n[ssh_key k]\npublic_file = k.pub\n"
	 "== sub/k.pub\n# mine\n" ED25519 " me@laptop\n== home/l\n" ED25519 "\n",
	 "key k " ED25519 " me@laptop\nkey l " ED25519 "\n"},
	{"addresses, one on each hypervisor",
	 "[hypervisor g]\n[hypervisor h]\n" PLAN "[defaults]\nplan = p\nimage = i\n"
	 "ip = 10.0.0.255\n[machine a]\nhypervisor = g\n[machine b]\nhypervisor = h\n",
	 "machine a index=0 on=g plan=p image=i arch=- keys= ip=10.0.0.255 autostart=0\n"
	 "machine b index=0 on=h plan=p image=i arch=- keys= ip=10.0.0.255 autostart=0\n"},
	{"words for yes and no",
	 PLAN
	 "[defaults]\nplan = p\nimage = i\nautostart = 0\n[machine a]\nautostart = true\n"
	 "[machine b]\nautostart = 1\n[machine c]\nautostart = false\n[machine d]\n",
	 "machine a index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=1\n"
	 "machine b index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=1\n"
	 "machine c index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"
	 "machine d index=0 on=local plan=p image=i arch=- keys= ip=auto autostart=0\n"},
};

static int case_load(const struct batch_case *test, struct batch *batch,
		     struct buf *mistakes)
{
	static const struct batch_options options = {.home = "home"};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct batch_folder folder;
	int status;

	batch_folder_enter(&folder, test->files);
	status = batch_load("lab.ini", &options, batch, &errors);
	batch_errors_show(&errors, mistakes);
	batch_folder_leave(&folder);
	return status;
}

static void reads(const struct batch_case *test)
{
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(buf_free) struct buf text = {0};

	if (!tap_ok(case_load(test, &batch, &text) == 0, "%s: no mistake", test->what)) {
		printf("# %s", buf_text(&text));
		return;
	}
	batch_show(&batch, &text);
	if (!tap_ok(strstr(buf_text(&text), test->expected) != NULL, "%s", test->what))
		printf("# got:\n%s# expected in it:\n%s", buf_text(&text),
		       test->expected);
}

/* A batch with shared settings, an include, key files and user data, as people write it.
 */
static void an_example(void)
{
	static const struct batch_options options = {
		.shared_path = "tests/fixtures/batch/shared.ini"};
	static const char expected[] =
		"hypervisor local url=qemu:///system images=vmango-images root=default "
		"network=vmango vm=tests/fixtures/batch/templates/vm.xml.in volume=- "
		"clone=overlay drive=openstack type=auto ignored=<router><backup>\n"
		"hypervisor far away url=qemu+ssh://root@far/system images=images "
		"root=guests network=lan vm=- volume=/srv/volume.xml.in clone=copy "
		"drive=nocloud type=kvm ignored=\n"
		"plan small 536870912 2 5368709120\n"
		"plan large 17179869184 8 2199023255552\n";
	static const char machines[] =
		"machine web-1 index=1 on=local plan=small image=Debian-12 arch=- "
		"keys=<me><ops> ip=auto autostart=0 "
		"userdata=34:#cloud-config\npackages:\n  - nginx\n\n"
		"machine web-2 index=2 on=local plan=small image=Debian-12 arch=- "
		"keys=<me><ops> ip=auto autostart=0 "
		"userdata=34:#cloud-config\npackages:\n  - nginx\n\n"
		"machine web-3 index=3 on=local plan=small image=Debian-12 arch=- "
		"keys=<me><ops> ip=auto autostart=0 "
		"userdata=34:#cloud-config\npackages:\n  - nginx\n\n"
		"machine db-a index=1 on=far away plan=large "
		"image=Centos-7_amd64_qcow2.img arch=x86_64 keys= ip=dhcp autostart=1 "
		"userdata=154:#cloud-config\nwrite_files:\n  - path: /etc/motd\n"
		"    content: |\n      ; no comment, # neither\n\n"
		"      indented {{ .text }}\nruncmd: []   # said to cloud-init\n\n"
		"machine db-b index=2 on=far away plan=large "
		"image=Centos-7_amd64_qcow2.img arch=x86_64 keys= ip=dhcp autostart=1 "
		"userdata=154:#cloud-config\nwrite_files:\n  - path: /etc/motd\n"
		"    content: |\n      ; no comment, # neither\n\n"
		"      indented {{ .text }}\nruncmd: []   # said to cloud-init\n\n"
		"machine mail index=0 on=local plan=small image=Debian-12 arch=- "
		"keys=<me><ops> ip=192.168.124.20 autostart=0 userdata=11:#!/bin/true\n";
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf text = {0};

	tap_ok(batch_load("tests/fixtures/batch/lab.ini", &options, &batch, &errors) == 0,
	       "an example is read: %s",
	       errors.count ? errors.messages[0] : "no mistake");
	tap_string(batch.name, "example", "its name");
	batch_show(&batch, &text);
	tap_ok(!strncmp(buf_text(&text), expected, strlen(expected)),
	       "its hypervisors and plans");
	tap_string(strstr(buf_text(&text), "machine "), machines, "its machines");
	tap_number(batch.keys.count, 2, "its keys");
	tap_ok(strlen(batch.keys.items[0].public_key) == 733,
	       "one of them longer than a line");
}

static void named(const char *path, const char *files, const char *expected)
{
	static const struct batch_options options = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder, files);
	tap_ok(batch_load(path, &options, &batch, &errors) == 0, "%s is read", path);
	tap_string(batch.name, expected, "the name of %s", path);
	batch_folder_leave(&folder);
}

/* Whether the file says the batch's name, and where it is. */
static void said(const char *text, bool expected)
{
	static const struct batch_options options = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(free_ptr) char *path = NULL;
	struct batch_folder folder;

	batch_folder_enter(&folder, text);
	batch_load("lab.ini", &options, &batch, &errors);
	path = mem_format("%s/lab.ini", folder.path);
	tap_ok(batch.name_is_said == expected, "the name is%s said",
	       expected ? "" : " not");
	tap_string(batch.path, path, "the file's path is absolute");
	batch_folder_leave(&folder);
}

static void names(void)
{
	named("lab.ini", "\n", "lab");
	named("sub/web.ini", "== sub/web.ini\n", "web");
	named("./web.conf", "== web.conf\n", "web.conf");
	named(".ini", "== .ini\n", ".ini");
	named("lab.ini", "batch =\n", "lab");
	named("lab.ini", "batch = two words\n", "two words");
	named("lab.ini", "include = a.ini\n== a.ini\nbatch = a\n", "a");
	said("# nothing\n", false);
	said("batch = x\n", true);
	said("batch =\n", false);
}

static void long_values_are_whole(void)
{
	static const struct batch_options options = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(buf_free) struct buf key = {0};
	struct batch_folder folder;

	buf_add_string(&key, ED25519 " ");
	while (key.size < 16 * 1024)
		buf_add_char(&key, "comment "[key.size % 7]);
	batch_folder_enter(&folder, "");
	buf_format(&text, "[ssh_key k]\npublic = %s\n" MACHINE "userdata = %s\n",
		   key.data, key.data);
	batch_folder_write("lab.ini", text.data, text.size);
	tap_ok(batch_load("lab.ini", &options, &batch, &errors) == 0,
	       "a key and user data of 16 KiB are taken: %s",
	       errors.count ? errors.messages[0] : "no mistake");
	tap_string(batch.keys.items[0].public_key, key.data, "the key is not cut");
	tap_string(batch.machines.items[0].userdata, key.data, "nor are the user data");
	batch_folder_leave(&folder);
}

static void a_url_overrides(void)
{
	static const struct batch_options options = {.url = "test:///default"};
	CLEANUP(batch_free) struct batch named_one = {0};
	CLEANUP(batch_free) struct batch none = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder,
			   "[hypervisor h]\nurl = qemu:///system\n== none.ini\n");
	tap_ok(batch_load("lab.ini", &options, &named_one, &errors) == 0 &&
		       batch_load("none.ini", &options, &none, &errors) == 0,
	       "a URI is given together with the batch");
	tap_string(named_one.hypervisors.items[0].url, "test:///default",
		   "it counts over the batch's");
	tap_string(none.hypervisors.items[0].url, "test:///default", "and without one");
	tap_string(none.hypervisors.items[0].name, "local",
		   "for the one that nobody wrote");
	batch_folder_leave(&folder);
}

int main(void)
{
	an_example();
	for (size_t i = 0; i < ARRAY_LENGTH(readable); i++)
		reads(&readable[i]);
	names();
	long_values_are_whole();
	a_url_overrides();
	return tap_done();
}
