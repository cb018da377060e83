/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mistakes in batches: all of them at once, each with its place and what was meant. */
#define _GNU_SOURCE
#include <stdbool.h>

#include "provision/batch/batch_load.h"
#include "tests/unit/batch_folder.h"
#include "tests/unit/tap.h"

#define ED25519 \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

/* Enough around the lines of a test to make a machine. */
#define PLAN	"[plan p]\nmemory = 1\ndisk_size = 1\n"
#define MACHINE PLAN "[machine m]\nplan = p\nimage = i\n"

static const struct {
	const char *what;
	const char *files;   /* as batch_folder_enter() takes them */
	const char *reasons; /* all of them */
} mistaken[] = {
	{"sizes",
	 "[plan a]\nmemory = 5 apples\ndisk_size = -1\n[plan b]\nmemory = 1023K\n"
	 "disk_size = 0\n[plan c]\nmemory = 99999999999999999999\ndisk_size = 8192P\n"
	 "[plan d]\nmemory =\ndisk_size = 1.5G\n[plan e]\n",
	 "lab.ini:2: memory: not a size: \"5 apples\"\n"
	 "lab.ini:3: disk_size: not a size: \"-1\"\n"
	 "lab.ini:5: memory: less than 1 MB\nlab.ini:6: disk_size: less than 1 MB\n"
	 "lab.ini:8: memory: not a size: \"99999999999999999999\"\n"
	 "lab.ini:9: disk_size: size is too large: \"8192P\"\n"
	 "lab.ini:11: memory: not a size: \"\"\nlab.ini:12: disk_size: not a size: \"1.5G\"\n"
	 "lab.ini:13: plan e: memory is missing\nlab.ini:13: plan e: disk_size is missing\n"},
	{"numbers of processors",
	 PLAN "cpus = 0\n[plan q]\nmemory = 1\ndisk_size = 1\ncpus = 4097\n"
	      "[plan r]\nmemory = 1\ndisk_size = 1\ncpus = two\n",
	 "lab.ini:4: cpus: 0 is not from 1 to 4096\n"
	 "lab.ini:8: cpus: 4097 is not from 1 to 4096\n"
	 "lab.ini:12: cpus: not a number: \"two\"\n"},
	{"words of a hypervisor",
	 "[hypervisor h]\nclone = overley\nconfig_drive = ISO\ndomain_type = QEMU\n"
	 "[hypervisor g]\nclone =\n",
	 "lab.ini:2: clone: unknown value \"overley\"; did you mean \"overlay\"?\n"
	 "lab.ini:3: config_drive: unknown value \"ISO\"\n"
	 "lab.ini:4: domain_type: unknown value \"QEMU\"; did you mean \"qemu\"?\n"
	 "lab.ini:6: clone: unknown value \"\"\n"},
	{"values of one line that have more",
	 "batch =\n  a\n  b\n[hypervisor h]\nurl =\n  a\n  b\nvm_template = a\n  b\n",
	 "lab.ini:1: batch: must be one line\nlab.ini:5: url: must be one line\n"
	 "lab.ini:8: vm_template: must be one line\n"},
	{"a name of a batch that is too long",
	 "batch = "
	 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
	 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
	 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
	 "0123456789\n",
	 "lab.ini:1: batch: longer than 255 bytes\n"},
	{"SSH keys",
	 "[ssh_key a]\n[ssh_key b]\npublic = " ED25519 "\npublic_file = k\n"
	 "[ssh_key c]\npublic = ssh-rsa AAAA\n[ssh_key d]\npublic_file = gone\n"
	 "[ssh_key e]\npublic_file = k\n[ssh_key f]\npublic =\n[ssh_key g]\n"
	 "public_file =\n== k\nno key\n",
	 "lab.ini:1: ssh_key a: public or public_file is missing\n"
	 "lab.ini:3: public: given together with public_file\n"
	 "lab.ini:6: public: not an SSH public key (\"type base64 comment\")\n"
	 "lab.ini:8: public_file: gone: No such file or directory\n"
	 "lab.ini:10: public_file: k: not an SSH public key (\"type base64 comment\")\n"
	 "lab.ini:11: ssh_key f: public or public_file is missing\n"
	 "lab.ini:13: ssh_key g: public or public_file is missing\n"},
	{"what a machine needs", "[machine m]\n[machine n]\nimage =\n",
	 "lab.ini:1: machine m: plan is missing\nlab.ini:1: machine m: image is missing\n"
	 "lab.ini:2: machine n: plan is missing\nlab.ini:2: machine n: image is missing\n"},
	{"which of several hypervisors", "[hypervisor g]\n[hypervisor h]\n" MACHINE,
	 "lab.ini:6: machine m: hypervisor is missing\n"},
	{"a hypervisor whose name means all", "[hypervisor any]\n",
	 "lab.ini:1: hypervisor any: stands for every hypervisor and can't be the name of one\n"},
	{"no hypervisor at all",
	 "[hypervisor g]\n[hypervisor h]\n" MACHINE "hypervisor =\n",
	 "lab.ini:6: machine m: hypervisor is missing\n"},
	{"some of several hypervisors",
	 "[hypervisor g]\n[hypervisor h]\n" MACHINE "hypervisor = g, x, any\n",
	 "lab.ini:9: hypervisor: no hypervisor \"x\"; did you mean \"g\"?\n"
	 "lab.ini:9: hypervisor: no hypervisor \"any\"\n"},
	{"addresses of machines that may meet",
	 "[hypervisor g]\n[hypervisor h]\n" PLAN "[defaults]\nplan = p\nimage = i\n"
	 "ip = 10.0.0.1\n[machine a]\nhypervisor = g\n[machine b]\nhypervisor = h\n"
	 "[machine c]\nhypervisor = any\n",
	 "lab.ini:9: ip: a already has this address\n"},
	{"names that nobody has, and the nearest",
	 "[hypervisor local]\n[plan small]\nmemory = 1\ndisk_size = 1\n[ssh_key me]\n"
	 "public = " ED25519 "\n[machine m]\nhypervisor = lokal\nplan = smal\nimage = i\n"
	 "arch = amd46\nssh_keys = mee, me, xyzzy\n[machine n]\nplan = xyzzy\nimage = i\n"
	 "arch = vax\n",
	 "lab.ini:8: hypervisor: no hypervisor \"lokal\"; did you mean \"local\"?\n"
	 "lab.ini:9: plan: no plan \"smal\"; did you mean \"small\"?\n"
	 "lab.ini:11: arch: unknown architecture \"amd46\"; did you mean \"amd64\"?\n"
	 "lab.ini:12: ssh_keys: no ssh_key \"mee\"; did you mean \"me\"?\n"
	 "lab.ini:12: ssh_keys: no ssh_key \"xyzzy\"\n"
	 "lab.ini:14: plan: no plan \"xyzzy\"\n"
	 "lab.ini:16: arch: unknown architecture \"vax\"\n"},
	{"a key that a machine gets twice",
	 "[ssh_key k]\npublic = " ED25519 "\n" MACHINE "ssh_keys = k, k\n",
	 "lab.ini:9: ssh_keys: k: given twice\n"},
	{"addresses",
	 PLAN
	 "[defaults]\nplan = p\nimage = i\n[machine a]\nip = 10.0.0\n[machine b]\nip =\n"
	 "[machine c]\nip = atuo\n[machine d]\nip = 010.0.0.1\n[machine e]\n"
	 "ip = fe80::1\n",
	 "lab.ini:8: ip: neither auto, dhcp nor an IPv4 address: \"10.0.0\"\n"
	 "lab.ini:10: ip: neither auto, dhcp nor an IPv4 address: \"\"\n"
	 "lab.ini:12: ip: neither auto, dhcp nor an IPv4 address: \"atuo\"\n"
	 "lab.ini:14: ip: neither auto, dhcp nor an IPv4 address: \"010.0.0.1\"\n"
	 "lab.ini:16: ip: neither auto, dhcp nor an IPv4 address: \"fe80::1\"\n"},
	{"one address for many machines",
	 PLAN "[defaults]\nplan = p\nimage = i\n[machine a-{1..4}]\nip = 10.0.0.1\n"
	      "[machine b]\nip = 10.0.0.2\n[machine c]\nip = 10.0.0.2\n[machine d]\n"
	      "ip = 10.0.0.2\n",
	 "lab.ini:8: ip: one address for 4 machines\n"
	 "lab.ini:12: ip: b already has this address\n"
	 "lab.ini:14: ip: b already has this address\n"},
	{"names given twice",
	 PLAN "[defaults]\nplan = p\nimage = i\n[machine web-{1..3}]\n[machine web-2]\n"
	      "[machine {a,b,a}]\n",
	 "lab.ini:8: machine web-2: web-2: already given in line 7\n"
	 "lab.ini:9: machine {a,b,a}: a: already given in line 9\n"},
	{"names given twice, in two files",
	 "include = a.ini\n[machine {m,n}]\n== a.ini\n" PLAN
	 "[defaults]\nplan = p\nimage = i\n[machine m]\n",
	 "lab.ini:2: machine {m,n}: m: already given in a.ini:7\n"},
	{"patterns of names",
	 PLAN "[defaults]\nplan = p\nimage = i\n[machine a-{1-3}]\n[machine \"a b\"]\n"
	      "[machine a{1..3]\n[machine a-{1..10001}]\n",
	 "lab.ini:7: machine a-{1-3}: neither a range nor a list: {1-3}\n"
	 "lab.ini:8: machine a b: name has characters other than letters, digits, \"-\", \"_\" and "
	 "\".\": \"a b\"\n"
	 "lab.ini:9: machine a{1..3: \"{\" without \"}\"\n"
	 "lab.ini:10: machine a-{1..10001}: expands to more than 10000 names\n"},
	{"too many machines",
	 PLAN "[defaults]\nplan = p\nimage = i\n[machine a-{1..10000}]\n[machine b]\n",
	 "lab.ini:8: machine b: more than 10000 machines\n"},
	{"user data",
	 PLAN
	 "[defaults]\nplan = p\nimage = i\n[machine a]\nuserdata = x\nuserdata_file = y\n"
	 "[machine b]\nuserdata_file = gone\n[machine c]\nuserdata_file = sub\n"
	 "[machine d]\nuserdata_file = latin\n== latin\ncaf\xe9\n== sub/x\n",
	 "lab.ini:8: userdata: given together with userdata_file\n"
	 "lab.ini:11: userdata_file: gone: No such file or directory\n"
	 "lab.ini:13: userdata_file: sub: not a regular file\n"
	 "lab.ini:15: userdata_file: latin: not UTF-8 text\n"},
	{"words for yes and no",
	 MACHINE "autostart = on\n[machine n]\nautostart = Yes\n"
		 "plan = p\nimage = i\n",
	 "lab.ini:7: autostart: unknown value \"on\"; did you mean \"no\"?\n"
	 "lab.ini:9: autostart: unknown value \"Yes\"; did you mean \"yes\"?\n"},
	{"a mistake in the defaults, told once",
	 PLAN "[defaults]\nplan = q\nimage = i\nip = x\nssh_keys = k\n"
	      "userdata_file = gone\nautostart = maybe\narch = vax\n"
	      "[machine a]\n[machine b-{1..9}]\n[machine c]\n",
	 "lab.ini:5: plan: no plan \"q\"; did you mean \"p\"?\n"
	 "lab.ini:11: arch: unknown architecture \"vax\"\n"
	 "lab.ini:8: ssh_keys: no ssh_key \"k\"\n"
	 "lab.ini:9: userdata_file: gone: No such file or directory\n"
	 "lab.ini:7: ip: neither auto, dhcp nor an IPv4 address: \"x\"\n"
	 "lab.ini:10: autostart: unknown value \"maybe\"\n"},
};

static void refuses(const char *what, const char *files, const char *reasons)
{
	static const struct batch_options options = {.home = "home"};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf got = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder, files);
	tap_ok(batch_load("lab.ini", &options, &batch, &errors) < 0, "%s: refused", what);
	batch_errors_show(&errors, &got);
	tap_string(buf_text(&got), reasons, "%s: every mistake", what);
	batch_folder_leave(&folder);
}

static void every_mistake_at_once(void)
{
	static const struct batch_options options = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf expected = {0};
	CLEANUP(buf_free) struct buf got = {0};

	tap_ok(file_read("tests/fixtures/batch/wrong.errors", 1 << 20, &expected, NULL) ==
		       0,
	       "the mistakes are known");
	tap_ok(batch_load("tests/fixtures/batch/wrong.ini", &options, &batch, &errors) <
		       0,
	       "a batch full of mistakes is refused");
	batch_errors_show(&errors, &got);
	tap_string(buf_text(&got), buf_text(&expected), "and all of them are told");
}

static void standard_input_needs_a_name(void)
{
	static const struct batch_options options = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder, "\n");
	if (!freopen("lab.ini", "r", stdin))
		batch_folder_fail("lab.ini");
	tap_ok(batch_load("-", &options, &batch, &errors) < 0 && errors.count == 1,
	       "standard input without a name is refused");
	tap_string(errors.messages[0], "-: batch is missing: standard input has no name",
		   "and why");
	batch_folder_leave(&folder);
}

/* `size` bytes of user data in a file, or on the lines of the batch. */
static int userdata_load(size_t size, bool in_file, struct batch *batch,
			 struct error_list *errors)
{
	static const struct batch_options options = {0};
	CLEANUP(buf_free) struct buf text = {0};
	struct batch_folder folder;
	int status;

	batch_folder_enter(&folder, "");
	buf_add_string(&text, in_file ? "" : MACHINE "userdata = ");
	for (size_t i = 0; i < size; i++)
		buf_add_char(&text, 'u');
	if (in_file) {
		batch_folder_write("u", text.data, text.size);
		buf_clear(&text);
		buf_add_string(&text, MACHINE "userdata_file = u\n");
	}
	batch_folder_write("lab.ini", text.data, text.size);
	status = batch_load("lab.ini", &options, batch, errors);
	batch_folder_leave(&folder);
	return status;
}

static void userdata_has_a_maximum(void)
{
	static const char *const reasons[] = {
		"lab.ini:7: userdata: larger than 1048576 bytes",
		"lab.ini:7: userdata_file: u: larger than 1048576 bytes"};

	for (int in_file = 0; in_file < 2; in_file++) {
		CLEANUP(batch_free) struct batch most = {0};
		CLEANUP(batch_free) struct batch more = {0};
		CLEANUP(error_list_free) struct error_list errors = {0};

		tap_ok(userdata_load(BATCH_USERDATA_MAX, in_file, &most, &errors) == 0 &&
			       most.machines.items[0].userdata_size == BATCH_USERDATA_MAX,
		       "1 MiB of user data is taken");
		tap_ok(userdata_load(BATCH_USERDATA_MAX + 1, in_file, &more, &errors) < 0,
		       "but no byte more");
		tap_string(errors.messages[0], reasons[in_file], "which is told");
	}
}

/* What is found later is told at the place that says it. */
static void mistakes_have_a_place(void)
{
	static const struct batch_options options = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf got = {0};
	const struct batch_hypervisor *hypervisor;
	const struct batch_machine *machine;
	struct batch_folder folder;

	batch_folder_enter(&folder, "[defaults]\nimage = i\n" PLAN "[hypervisor h]\n"
				    "network = n\n[machine m]\nplan = p\n");
	tap_ok(batch_load("lab.ini", &options, &batch, &errors) == 0, "a batch is read");
	hypervisor = &batch.hypervisors.items[0];
	machine = batch_machine_find(&batch, "m");
	batch_machine_error(machine, "plan", &errors, "%d", 1);
	batch_machine_error(machine, "image", &errors, "%d", 2);
	batch_machine_error(machine, "arch", &errors, "%d", 3);
	batch_hypervisor_error(hypervisor, "network", &errors, "%d", 4);
	batch_hypervisor_error(hypervisor, "url", &errors, "%d", 5);
	batch_errors_show(&errors, &got);
	tap_string(buf_text(&got),
		   "lab.ini:9: plan: 1\nlab.ini:2: image: 2\nlab.ini:8: machine m: 3\n"
		   "lab.ini:7: network: 4\nlab.ini:6: hypervisor h: 5\n",
		   "keys, defaults, sections have a place");
	tap_ok(!batch_machine_find(&batch, "n"), "there is no other machine");
	batch_folder_leave(&folder);
}

int main(void)
{
	every_mistake_at_once();
	for (size_t i = 0; i < ARRAY_LENGTH(mistaken); i++)
		refuses(mistaken[i].what, mistaken[i].files, mistaken[i].reasons);
	standard_input_needs_a_name();
	userdata_has_a_maximum();
	mistakes_have_a_place();
	return tap_done();
}
