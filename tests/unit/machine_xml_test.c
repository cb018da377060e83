/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is stored for a machine: its domain and volume, their context, metadata, config
 * drive. */
#define _GNU_SOURCE
#include <arpa/inet.h>

#include "provision/plan/machine_xml.h"
#include "tests/unit/plan_case.h"

#define KEYS                                  \
	"[ssh_key me]\npublic = ssh-ed25519 " \
	"AAAAC3NzaC1lZDI1NTE5AAAAIMOdxzGzQjde5/zQJGdWZnlD7CA0ZYeYP7OuZQRhNn8q me\n"
#define OVERLAY "[hypervisor rack1]\nurl = qemu+ssh://rack1/system\n"
#define WEB	"[machine web]\n"
#define DISK	"'Volumes':[" PLAN_VOLUME "]"
#define MAC	"52:54:00:b0:1b:16"

/* The planned change of the case's first machine. */
static struct change *change_plan(struct plan_work *work, const struct plan_case *one)
{
	plan_work_begin(work, one);
	if (plan_make(&work->input, &work->changes, &work->errors) < 0)
		batch_folder_fail(work->errors.messages[0]);
	return work->changes.list.items;
}

static struct machine_address address_read(const char *text)
{
	struct machine_address address = {.by_script = text && !strcmp(text, "script")};

	if (text && !address.by_script) {
		address.known = true;
		lease_address_parse(text, &address.address, NULL);
	}
	return address;
}

/* The text of a domain's first <description>. */
static char *description_of(const char *domain)
{
	const char *start = strstr(domain, "<description>");
	const char *end = start ? strstr(start, "</description>") : NULL;

	if (!end)
		return mem_string("no description");
	start += strlen("<description>");
	return mem_substring(start, (size_t)(end - start));
}

static const struct {
	const char *what, *batch, *facts, *address, *text, *expected;
} contexts[] = {
	{"the paths of disk and config drive", WEB, "{}", NULL,
	 "{{.VolumePath}} {{.ConfigDrivePath}}", "/disks/web_disk /disks/web_config.iso"},
	{"no config drive, no path of it", OVERLAY "config_drive = none\n" WEB, "{}",
	 NULL, "{{if .ConfigDrivePath}}a path{{else}}none{{end}}", "none"},
	{"an overlay is qcow2", OVERLAY "clone = overlay\n" WEB, "{}", NULL,
	 "{{.Machine.RootDisk.Type}}", "qcow2"},
	{"a copy has the image's format",
	 OVERLAY "clone = copy\n" WEB "image = Ubuntu-22.04\n", "{}", NULL,
	 "{{.Machine.RootDisk.Type}} {{.Image.Id}}", "raw Ubuntu-22.04_amd64_raw.img"},
	{"a volume of LVM is raw, whatever the image is", OVERLAY "clone = copy\n" WEB,
	 "{'RootPool':{'Name':'default','Type':'logical','Path':'/dev/vg','Free':107374182400}}",
	 NULL, "{{.Machine.RootDisk.Type}} {{.VolumePath}}", "raw /dev/vg/web_disk"},
	{"a reserved address", WEB, "{}", "192.168.124.20",
	 "{{.Machine.Ip.Address}}/{{.Machine.Ip.Netmask}} {{.Machine.Ip.Gateway}}",
	 "192.168.124.20/24 192.168.124.1"},
	{"an address that DHCP assigns", WEB, "{}", NULL,
	 "{{if .Machine.Ip.Address}}an address{{else}}none{{end}}", "none"},
	{"a network without a subnet has no gateway", WEB "ip = dhcp\n",
	 "{'Network':{'IsBridge':false,'HasSubnet':false,'Gateway':'0.0.0.0','Ranges':[],'HasDHCP':false}}",
	 NULL, "{{if .Machine.Ip.Gateway}}a gateway{{else}}none{{end}}", "none"},
	{"what the machine is", WEB, "{}", NULL,
	 "{{.Machine.Id}} {{.Machine.HWAddr}} {{.Machine.Creator}} {{.Machine.Arch}} "
	 "{{.Machine.StateName}}",
	 "b01b1620-7610-5a91-8ee1-0b69ae7f99c9 " MAC " ann x86_64 stopped"},
	{"a machine that runs", WEB, "{'Domains':[{}]," DISK "}", NULL,
	 "{{.Machine.StateName}}", "running"},
	{"KVM where the hypervisor has it", WEB, "{}", NULL, "{{.Hypervisor.DomainType}}",
	 "kvm"},
	{"emulated where it has none", WEB, "{'KVM':[]}", NULL,
	 "{{.Hypervisor.DomainType}}", "qemu"},
	{"the image", WEB, "{}", NULL,
	 "{{.Image.OS}} {{.Image.Arch}} {{.Image.PoolName}} {{.Image.Path}} {{.Image.Size}}",
	 "Debian-12 x86_64 vmango-images /images/a 1000"},
};

/* Templates get the context, and their result is what is defined. */
static void test_contexts(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(contexts); i++) {
		CLEANUP(free_ptr)
		char *vm = mem_format("<domain type='kvm'><name>web</name><description>%s"
				      "</description><devices><interface/></devices>"
				      "</domain>",
				      contexts[i].text);
		struct plan_case one = {.batch = contexts[i].batch,
					.facts = {contexts[i].facts},
					.vm = vm};
		struct machine_address address = address_read(contexts[i].address);
		CLEANUP(plan_work_end) struct plan_work work;
		CLEANUP(machine_xml_free) struct machine_xml xml = {0};
		CLEANUP(error_free) struct error error = {0};
		CLEANUP(free_ptr) char *text = NULL;
		struct change *change = change_plan(&work, &one);

		if (machine_xml_make(change, &address, METADATA_READY, &xml, &error) < 0)
			text = mem_string(error_text(&error));
		else
			text = description_of(xml.domain);
		tap_string(text, contexts[i].expected, "context: %s", contexts[i].what);
	}
}

static void metadata_show(const struct metadata *metadata, struct buf *text)
{
	static const char *const states[] = {"creating", "removing", "ready"};
	const struct metadata_reservation *reservation = &metadata->reservation;
	char ip[INET_ADDRSTRLEN] = "", mac[MAC_TEXT_MAX];

	buf_format(text, "%s %s of %s in %s by %s, plan %s\n", states[metadata->state],
		   metadata->image_id, metadata->batch, metadata->batch_file,
		   metadata->creator, metadata->plan);
	array_foreach(key, &metadata->keys)
		buf_format(text, "key %s\n", key->name);
	array_foreach(volume, &metadata->volumes)
		buf_format(text, "volume %s/%s\n", volume->pool, volume->name);
	if (reservation->network)
		buf_format(text, "%s has %s on %s for %s%s\n", reservation->name,
			   inet_ntop(AF_INET, &reservation->ip, ip, sizeof(ip)),
			   reservation->network, mac_format(reservation->mac, mac),
			   reservation->by_script ? " by script" : "");
	if (metadata->userdata_hash)
		buf_format(text, "%zu bytes of user data\n",
			   metadata->userdata_hash_size);
	if (metadata->userdata)
		buf_format(text, "shown: %s\n", metadata->userdata);
	if (metadata->protect)
		buf_add_string(text, "protected\n");
	if (!metadata->drive_hash)
		buf_add_string(text, "no config drive\n");
}

#define HEAD(state, plan)                                                              \
	state " Debian-12_amd64_qcow2.img of lab in /batch/lab.ini by ann, plan " plan \
	      "\n"

static const struct {
	const char *what, *batch, *address;
	enum metadata_state state;
	unsigned int volumes;
	const char *expected;
} records[] = {
	{"a machine that is being created owns nothing yet", WEB, NULL, METADATA_CREATING,
	 0, HEAD("creating", "small")},
	{"its disk, when it exists", WEB, NULL, METADATA_CREATING, MACHINE_DISK,
	 HEAD("creating", "small") "volume default/web_disk\n"},
	{"everything", KEYS WEB "ssh_keys = me\nprotect = yes\nuserdata = #!/bin/sh\n",
	 "192.168.124.20", METADATA_READY, MACHINE_VOLUMES,
	 HEAD("ready", "small") "key me\n"
				"volume default/web_disk\nvolume default/web_config.iso\n"
				"web has 192.168.124.20 on vmango for " MAC "\n"
				"9 bytes of user data\nprotected\n"},
	{"the text of user data only where it is asked for",
	 OVERLAY "userdata_metadata = yes\n" WEB "userdata = #!/bin/sh\n", NULL,
	 METADATA_READY, 0,
	 HEAD("ready", "small") "9 bytes of user data\nshown: #!/bin/sh\n"},
	{"without a config drive", OVERLAY "config_drive = none\n" WEB, NULL,
	 METADATA_READY, MACHINE_VOLUMES,
	 HEAD("ready", "small") "volume default/web_disk\nno config drive\n"},
	{"an address that a script is to assign", WEB, "script", METADATA_READY, 0,
	 HEAD("ready", "small") "web has 0.0.0.0 on vmango for " MAC " by script\n"},
};

static void test_records(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(records); i++) {
		struct plan_case one = {.batch = records[i].batch, .facts = {"{}"}};
		struct machine_address address = address_read(records[i].address);
		CLEANUP(plan_work_end) struct plan_work work;
		CLEANUP(metadata_free) struct metadata metadata = {0};
		CLEANUP(buf_free) struct buf text = {0};
		struct change *change = change_plan(&work, &one);

		machine_metadata(change, &address, records[i].state, records[i].volumes,
				 &metadata);
		metadata_show(&metadata, &text);
		tap_string(buf_text(&text), records[i].expected, "metadata: %s",
			   records[i].what);
	}
}

/* `before` is the machine as it was created, `after` is its batch now. */
static const struct {
	const char *what, *before, *after, *expected;
	bool keeps_hash;
} updates[] = {
	{"plan, keys, user data and protection are the batch's now",
	 WEB "userdata = #!/bin/sh\n",
	 KEYS "[plan big]\nmemory = 1024\ndisk_size = 5\n" WEB
	      "plan = big\nssh_keys = me\nprotect = yes\n",
	 HEAD("ready",
	      "big") "key me\n"
		     "volume default/web_disk\nvolume default/web_config.iso\nprotected\n",
	 false},
	{"keys and user data that are gone", KEYS WEB "ssh_keys = me\nprotect = yes\n",
	 WEB "userdata = hello\n",
	 HEAD("ready", "small") "volume default/web_disk\nvolume default/web_config.iso\n"
				"5 bytes of user data\n",
	 false},
	{"as long as something has to be recreated, the input counts as changed", WEB,
	 WEB "image = Ubuntu-22.04\n",
	 HEAD("ready",
	      "small") "volume default/web_disk\nvolume default/web_config.iso\n",
	 true},
};

static void test_updates(void)
{
	const struct machine_address none = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(updates); i++) {
		struct plan_case before = {.batch = updates[i].before, .facts = {"{}"}};
		struct plan_case after = {.batch = updates[i].after,
					  .facts = {"{'Domains':[{}]," DISK "}"}};
		CLEANUP(plan_work_end) struct plan_work created;
		CLEANUP(plan_work_end) struct plan_work updated;
		CLEANUP(metadata_free) struct metadata metadata = {0};
		CLEANUP(free_ptr) char *hash = NULL;
		CLEANUP(buf_free) struct buf text = {0};

		machine_metadata(change_plan(&created, &before), &none, METADATA_READY,
				 MACHINE_VOLUMES, &metadata);
		hash = mem_string(metadata.input_hash);
		machine_metadata_update(change_plan(&updated, &after), &metadata);
		metadata_show(&metadata, &text);
		tap_string(buf_text(&text), updates[i].expected, "update: %s",
			   updates[i].what);
		tap_ok(!strcmp(hash, metadata.input_hash) == updates[i].keeps_hash,
		       "and the hash of the input is %s",
		       updates[i].keeps_hash ? "the old one" : "the new one");
	}
}

/* A batch from standard input has no file; what is recorded stays. */
static void test_no_file(void)
{
	static const struct plan_case one = {.batch = WEB, .facts = {"{}"}};
	CLEANUP(plan_work_end) struct plan_work work;
	CLEANUP(metadata_free)
	struct metadata metadata = {.batch_file = mem_string("/old.ini"),
				    .protect = true};
	struct change *change = change_plan(&work, &one);

	change->batch_file = NULL;
	machine_metadata_record(change, &metadata);
	tap_string(metadata.batch_file, "/old.ini",
		   "the file stays that of the last run");
	tap_ok(!metadata.protect, "the protection is the batch's");
}

static const struct {
	const char *what, *drive, *label;
	unsigned int serial;
	const char *holds[4];
} drives[] = {
	{"OpenStack's",
	 "openstack",
	 "config-2",
	 1,
	 {"b01b1620-7610-5a91-8ee1-0b69ae7f99c9-1", "\"web\"", "ssh-ed25519 AAAAC3Nz",
	  "echo \"hello\""}},
	{"NoCloud's",
	 "nocloud",
	 "cidata",
	 2,
	 {"b01b1620-7610-5a91-8ee1-0b69ae7f99c9-2", "local-hostname",
	  "ssh-ed25519 AAAAC3Nz", "echo \"hello\""}},
};

static void test_drives(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(drives); i++) {
		CLEANUP(free_ptr)
		char *batch = mem_format(OVERLAY "config_drive = %s\n" KEYS WEB
						 "ssh_keys = me\n"
						 "userdata = echo \"hello\"\n",
					 drives[i].drive);
		struct plan_case one = {.batch = batch, .facts = {"{}"}};
		CLEANUP(plan_work_end) struct plan_work work;
		CLEANUP(buf_free) struct buf image = {0};
		CLEANUP(error_free) struct error error = {0};
		struct change *change = change_plan(&work, &one);

		tap_ok(machine_drive_make(change, drives[i].serial, &image, &error) ==
				       0 &&
			       memmem(image.data, image.size, drives[i].label,
				      strlen(drives[i].label)),
		       "%s drive has its label", drives[i].what);
		for (size_t n = 0; n < ARRAY_LENGTH(drives[i].holds); n++)
			tap_ok(memmem(image.data, image.size, drives[i].holds[n],
				      strlen(drives[i].holds[n])),
			       "and holds: %s", drives[i].holds[n]);
	}
}

static const struct {
	const char *what, *batch, *facts, *expected;
} drive_names[] = {
	{"of a machine that is created", WEB, "{}", "web_config.iso"},
	{"the one that a machine has", WEB,
	 "{'Domains':[{'Metadata':{'Volumes':[{'Pool':'default','Name':'web_disk',"
	 "'Capacity':0,'Image':0,'Backing':null},{'Pool':'default','Name':"
	 "'web_config-2.iso','Capacity':0,'Image':0,'Backing':null}]}}]," DISK "}",
	 "web_config-2.iso"},
	{"the first one again of a machine that is recreated", WEB,
	 "{'Domains':[{'IsActive':false,'Metadata':{'State':'creating','Volumes':[{'Pool':'default','Name':"
	 "'web_config-2.iso','Capacity':0,'Image':0,'Backing':null}]}}]}",
	 "web_config.iso"},
};

static void test_drive_names(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(drive_names); i++) {
		struct plan_case one = {.batch = drive_names[i].batch,
					.facts = {drive_names[i].facts}};
		CLEANUP(plan_work_end) struct plan_work work;
		CLEANUP(free_ptr)
		char *name = machine_drive_name(change_plan(&work, &one));

		tap_string(name, drive_names[i].expected, "the config drive's name: %s",
			   drive_names[i].what);
	}
}

#define LONG_NAME                                                          \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* NULL: as PLAN_VM and PLAN_VOLUME_XML are, and by "ann". */
static const struct {
	const char *what, *vm, *volume, *creator, *expected;
} errors[] = {
	{"a volume of another name", NULL, "<volume><name>other</name></volume>", NULL,
	 "the volume template's result: <name> is \"other\", not \"web_disk\""},
	{"a volume without a name", NULL, "<volume/>", NULL,
	 "the volume template's result: <volume> has no <name>"},
	{"a field of the volume template that does not exist", NULL, "{{.Nothing}}", NULL,
	 "template:1:3: <.Nothing>: map has no entry for key \"Nothing\""},
	{"a field of the VM template that does not exist", "<a>\n{{.Nothing}}</a>", NULL,
	 NULL, "template:2:3: <.Nothing>: map has no entry for key \"Nothing\""},
	{"a domain of another name", "<domain><name>other</name></domain>", NULL, NULL,
	 "the VM template's result: <name> is \"other\", not \"web\""},
	{"metadata that libvirt can't store", NULL, NULL, LONG_NAME,
	 "metadata: creator: longer than 255 bytes"},
};

static void test_errors(void)
{
	static const struct plan_case one = {.batch = WEB, .facts = {"{}"}};
	const struct machine_address none = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(errors); i++) {
		CLEANUP(plan_work_end) struct plan_work work;
		CLEANUP(machine_xml_free)
		struct machine_xml xml = {.volume = mem_string("as before")};
		CLEANUP(error_free) struct error error = {0};
		struct change *change = change_plan(&work, &one);

		machine_templates_free(&work.templates[0]);
		work.templates[0].vm = plan_template(errors[i].vm, PLAN_VM);
		work.templates[0].volume = plan_template(errors[i].volume,
							 PLAN_VOLUME_XML);
		if (errors[i].creator)
			change->creator = errors[i].creator;
		tap_ok(machine_xml_make(change, &none, METADATA_READY, &xml, &error) <
				       0 &&
			       !strcmp(xml.volume, "as before") && !xml.domain,
		       "refused: %s", errors[i].what);
		tap_string(error_text(&error), errors[i].expected, "and why");
	}
}

/* All parts of one machine. */
static void test_whole(void)
{
	static const struct plan_case one = {.batch = WEB, .facts = {"{}"}};
	const struct machine_address none = {0};
	CLEANUP(plan_work_end) struct plan_work work;
	struct machine_xml xml = {0};
	CLEANUP(error_free) struct error error = {0};
	struct change *change = change_plan(&work, &one);

	tap_ok(machine_xml_make(change, &none, METADATA_READY, &xml, &error) == 0,
	       "a whole machine");
	tap_string(xml.volume, "<volume><name>web_disk</name></volume>",
		   "its volume is as the template says");
	tap_ok(strstr(xml.domain, xml.metadata ? "<metadata>" : "") &&
		       strstr(xml.domain, "<source file=\"/disks/web_config.iso\"/>"),
	       "its domain has the metadata and the config drive");
	tap_ok(strstr(xml.domain, "<mac address=\"" MAC "\"/>"), "and the MAC address");
	tap_ok(xml.drive.size > 0, "there is a config drive");
	machine_xml_free(&xml);
	tap_ok(!xml.domain && !xml.volume && !xml.metadata && !xml.drive.size,
	       "freed, it is empty");
	machine_xml_free(NULL);
}

int main(void)
{
	test_contexts();
	test_records();
	test_updates();
	test_no_file();
	test_drives();
	test_drive_names();
	test_errors();
	test_whole();
	return tap_done();
}
