/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a batch: sections and keys, includes, shared settings, and every mistake
 * with its place. */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "provision/batch/batch_file.h"
#include "tests/unit/batch_folder.h"
#include "tests/unit/tap.h"

static const char *const kind_names[] = {
	[BATCH_HEAD] = "head",	       [BATCH_HYPERVISOR] = "hypervisor",
	[BATCH_PLAN] = "plan",	       [BATCH_SSH_KEY] = "ssh_key",
	[BATCH_DEFAULTS] = "defaults", [BATCH_MACHINE] = "machine",
};

/* Each section as "kind name path:line", its settings as "  key=value path:line". */
static void file_show(const struct batch_file *file, struct buf *text)
{
	array_foreach(section, &file->sections) {
		if (section->kind == BATCH_HEAD && !section->settings.count)
			continue;
		buf_format(text, "%s", kind_names[section->kind]);
		if (*section->name)
			buf_format(text, " %s", section->name);
		if (section->kind != BATCH_HEAD)
			buf_format(text, " %s:%u", section->path, section->line);
		buf_add_char(text, '\n');
		array_foreach(setting, &section->settings)
			buf_format(text, "  %s=%s %s:%u\n", setting->key, setting->value,
				   setting->path, setting->line);
	}
}

struct file_case {
	const char *what;
	const char *files; /* as batch_folder_enter() takes them; shared.ini is shared */
	const char *expected; /* the sections, or the mistakes */
};

static const struct file_case readable[] = {
	{"an empty file", "== lab.ini\n", ""},
	{"every kind of section",
	 "batch = lab\n"
	 "[hypervisor h]\n"
	 "url = qemu:///system\n"
	 "[plan p]\n"
	 "[ssh_key k]\n"
	 "[defaults]\n"
	 "plan = p\n"
	 "[machine web-{1..3}]\n"
	 "image = Debian-12 # the newest\n",
	 "head\n  batch=lab lab.ini:1\n"
	 "hypervisor h lab.ini:2\n  url=qemu:///system lab.ini:3\n"
	 "plan p lab.ini:4\nssh_key k lab.ini:5\n"
	 "defaults lab.ini:6\n  plan=p lab.ini:7\n"
	 "machine web-{1..3} lab.ini:8\n  image=Debian-12 lab.ini:9\n"},
	{"every key",
	 "[hypervisor h]\nurl=1\nimage_storage_pool=1\nroot_storage_pool=1\nnetwork=1\n"
	 "network_script=1\nvm_template=1\nvolume_template=1\nignored_vms=1\nclone=1\n"
	 "config_drive=1\ndomain_type=1\n"
	 "[plan p]\nmemory=1\ncpus=1\ndisk_size=1\n"
	 "[ssh_key k]\npublic=1\npublic_file=1\n"
	 "[defaults]\nhypervisor=1\nplan=1\nimage=1\narch=1\nssh_keys=1\nuserdata=1\n"
	 "userdata_file=1\nip=1\nautostart=1\nprotect=1\n"
	 "[machine m]\nhypervisor=1\nplan=1\nimage=1\narch=1\nssh_keys=1\nuserdata=1\n"
	 "userdata_file=1\nip=1\nautostart=1\nprotect=1\n",
	 "hypervisor h lab.ini:1\n  url=1 lab.ini:2\n  image_storage_pool=1 lab.ini:3\n"
	 "  root_storage_pool=1 lab.ini:4\n  network=1 lab.ini:5\n"
	 "  network_script=1 lab.ini:6\n  vm_template=1 lab.ini:7\n"
	 "  volume_template=1 lab.ini:8\n  ignored_vms=1 lab.ini:9\n  clone=1 lab.ini:10\n"
	 "  config_drive=1 lab.ini:11\n  domain_type=1 lab.ini:12\n"
	 "plan p lab.ini:13\n  memory=1 lab.ini:14\n  cpus=1 lab.ini:15\n"
	 "  disk_size=1 lab.ini:16\n"
	 "ssh_key k lab.ini:17\n  public=1 lab.ini:18\n  public_file=1 lab.ini:19\n"
	 "defaults lab.ini:20\n  hypervisor=1 lab.ini:21\n  plan=1 lab.ini:22\n"
	 "  image=1 lab.ini:23\n  arch=1 lab.ini:24\n  ssh_keys=1 lab.ini:25\n"
	 "  userdata=1 lab.ini:26\n  userdata_file=1 lab.ini:27\n  ip=1 lab.ini:28\n"
	 "  autostart=1 lab.ini:29\n  protect=1 lab.ini:30\n"
	 "machine m lab.ini:31\n  hypervisor=1 lab.ini:32\n  plan=1 lab.ini:33\n"
	 "  image=1 lab.ini:34\n  arch=1 lab.ini:35\n  ssh_keys=1 lab.ini:36\n"
	 "  userdata=1 lab.ini:37\n  userdata_file=1 lab.ini:38\n  ip=1 lab.ini:39\n"
	 "  autostart=1 lab.ini:40\n  protect=1 lab.ini:41\n"},
	{"quoted names, blanks around names",
	 "[plan \"small one\"]\n[plan \t b \t]\n[plan \"c\" ] # c\n[plan \"d]e\"]\n[plan \"\"f\"\"]\n",
	 "plan small one lab.ini:1\nplan b lab.ini:2\nplan c lab.ini:3\n"
	 "plan d]e lab.ini:4\nplan \"f\" lab.ini:5\n"},
	{"one name for sections of two kinds", "[plan a]\n[ssh_key a]\n",
	 "plan a lab.ini:1\nssh_key a lab.ini:2\n"},
	{"the batch's file over the shared settings",
	 "[plan p]\ncpus = 2\n[plan q]\n"
	 "== shared.ini\n[plan p]\nmemory = 512\ncpus = 1\n[defaults]\nip = dhcp\n",
	 "plan p lab.ini:1\n  memory=512 shared.ini:2\n  cpus=2 lab.ini:2\n"
	 "defaults shared.ini:4\n  ip=dhcp shared.ini:5\n"
	 "plan q lab.ini:3\n"},
	{"a file over what it includes, wherever the head says so",
	 "include = a.ini\nbatch = lab\ninclude = b.ini\n[plan p]\ncpus = 3\n"
	 "== a.ini\nbatch = a\n[plan p]\ncpus = 1\nmemory = 1\n"
	 "== b.ini\n[plan p]\nmemory = 2\n[machine m]\n",
	 "head\n  batch=lab lab.ini:2\n"
	 "plan p lab.ini:4\n  cpus=3 lab.ini:5\n  memory=2 b.ini:2\n"
	 "machine m b.ini:3\n"},
	{"the batch's name over that of what is included behind it",
	 "batch = lab\ninclude = a.ini\n== a.ini\nbatch = a\ninclude = b.ini\n"
	 "== b.ini\nbatch = b\n",
	 "head\n  batch=lab lab.ini:1\n"},
	{"includes are relative to the file that says so",
	 "include = sub/a.ini\n== sub/a.ini\ninclude = b.ini\ninclude = ../c.ini\n"
	 "== sub/b.ini\n[plan b]\n== c.ini\n[plan c]\n",
	 "plan b sub/b.ini:1\nplan c sub/../c.ini:1\n"},
	{"~ in an include is the home directory",
	 "include = ~/a.ini\n== home/a.ini\n[plan a]\n", "plan a home/a.ini:1\n"},
	{"one file included twice",
	 "include = a.ini\ninclude = b.ini\n== a.ini\ninclude = c.ini\n[plan a]\n"
	 "== b.ini\ninclude = c.ini\n[plan b]\n== c.ini\n[plan c]\ncpus = 1\n",
	 "plan c c.ini:1\n  cpus=1 c.ini:2\nplan a a.ini:2\nplan b b.ini:2\n"},
	{"the shared settings' own includes",
	 "== shared.ini\ninclude = a.ini\n"
	 "== a.ini\n[plan a]\n== lab.ini\n",
	 "plan a a.ini:1\n"},
	{"values of several lines",
	 "[machine m]\nuserdata =\n    #cloud-config\n    a:\n      - ; b # c\n\n    d: 1\n"
	 "ip = dhcp\n",
	 "machine m lab.ini:1\n  userdata=#cloud-config\na:\n  - ; b # c\n\nd: 1 lab.ini:2\n"
	 "  ip=dhcp lab.ini:8\n"},
	{"what one key says overrules what its other form said in an earlier file",
	 "include = a.ini\n[ssh_key k]\npublic = b\n[ssh_key l]\npublic_file = b\n"
	 "[defaults]\nuserdata_file = b\n[machine m]\nuserdata =\n"
	 "== a.ini\n[ssh_key l]\npublic = a\n[machine m]\nuserdata_file = a\n"
	 "== shared.ini\n[ssh_key k]\npublic_file = a\n[defaults]\nuserdata = a\nip = dhcp\n",
	 "ssh_key k lab.ini:2\n  public=b lab.ini:3\n"
	 "defaults lab.ini:6\n  ip=dhcp shared.ini:5\n  userdata_file=b lab.ini:7\n"
	 "ssh_key l lab.ini:4\n  public_file=b lab.ini:5\n"
	 "machine m lab.ini:8\n  userdata= lab.ini:9\n"},
	{"but not in the same one", "[ssh_key k]\npublic = a\npublic_file = b\n",
	 "ssh_key k lab.ini:1\n  public=a lab.ini:2\n  public_file=b lab.ini:3\n"},
};

static const struct file_case mistaken[] = {
	{"unknown sections, and nothing about the keys in them",
	 "[plam p]\nmemory = x\nfoo = 1\n[zzzzzzzz]\nfoo = 1\n[Machine m]\n[]\n[machines m]\n",
	 "lab.ini:7: section name or its \"]\" is missing\n"
	 "lab.ini:1: unknown section \"plam\"; did you mean \"plan\"?\n"
	 "lab.ini:4: unknown section \"zzzzzzzz\"\n"
	 "lab.ini:6: unknown section \"Machine\"; did you mean \"machine\"?\n"
	 "lab.ini:8: unknown section \"machines\"; did you mean \"machine\"?\n"},
	{"unknown keys of each kind",
	 "bach = 1\nplan = x\n[hypervisor h]\nnetwrok = 1\n[plan p]\nmemroy = 1\nip = 1\n"
	 "[ssh_key k]\npubilc = 1\n[defaults]\nuserdata-file = 1\n[machine m]\nIP = 1\n"
	 "include = x\nxyzzy = 1\n",
	 "lab.ini:1: unknown key \"bach\"; did you mean \"batch\"?\n"
	 "lab.ini:2: plan: belongs in a section [defaults] or [machine NAME]\n"
	 "lab.ini:4: unknown key \"netwrok\"; did you mean \"network\"?\n"
	 "lab.ini:6: unknown key \"memroy\"; did you mean \"memory\"?\n"
	 "lab.ini:7: ip: belongs in a section [defaults] or [machine NAME]\n"
	 "lab.ini:9: unknown key \"pubilc\"; did you mean \"public\"?\n"
	 "lab.ini:11: unknown key \"userdata-file\"; did you mean \"userdata_file\"?\n"
	 "lab.ini:13: unknown key \"IP\"; did you mean \"ip\"?\n"
	 "lab.ini:14: include: belongs before the first section\n"
	 "lab.ini:15: unknown key \"xyzzy\"\n"},
	{"keys that other sections have",
	 "[hypervisor h]\nbatch = lab\nmemory = 1\n[machine m]\nnetwork = n\n"
	 "public_file = f\n",
	 "lab.ini:2: batch: belongs before the first section\n"
	 "lab.ini:3: memory: belongs in a section [plan NAME]\n"
	 "lab.ini:5: network: belongs in a section [hypervisor NAME]\n"
	 "lab.ini:6: public_file: belongs in a section [ssh_key NAME]\n"},
	{"names where none belongs, none where one does",
	 "[plan]\n[machine]\n[machine \"\"]\n[defaults d]\n[hypervisor  ]\n",
	 "lab.ini:1: plan: needs a name\nlab.ini:2: machine: needs a name\n"
	 "lab.ini:3: machine: needs a name\nlab.ini:4: defaults: takes no name\n"
	 "lab.ini:5: hypervisor: needs a name\n"},
	{"keys and sections given twice",
	 "batch = a\nbatch = b\n[plan p]\ncpus = 1\ncpus = 1\n[plan \"p\"]\nmemory = 1\n"
	 "[defaults]\n[defaults]\n",
	 "lab.ini:2: batch: already given in line 1\n"
	 "lab.ini:5: cpus: already given in line 4\n"
	 "lab.ini:6: plan p: already given in line 3\n"
	 "lab.ini:9: defaults: already given in line 8\n"},
	{"twice in an included file, at its own lines",
	 "include = a.ini\n[plan p]\n== a.ini\n\n[plan p]\n[plan p]\n",
	 "a.ini:3: plan p: already given in line 2\n"},
	{"machines and a batch's name in the shared settings",
	 "[plan p]\n== shared.ini\nbatch = x\ninclude = a.ini\n[machine m]\nimage = x\n"
	 "== a.ini\n[machine n]\n",
	 "shared.ini:1: batch: not allowed in the shared settings\n"
	 "a.ini:1: machine: not allowed in the shared settings\n"
	 "shared.ini:3: machine: not allowed in the shared settings\n"},
	{"a batch that is not there", "== x.ini\n",
	 "lab.ini: No such file or directory\n"},
	{"an include that is not there",
	 "\ninclude = a.ini\ninclude = b.ini\n[plan]\n"
	 "== b.ini\n[x]\n",
	 "lab.ini:2: include: a.ini: No such file or directory\n"
	 "b.ini:1: unknown section \"x\"\nlab.ini:4: plan: needs a name\n"},
	{"an include of the shared settings that is not there",
	 "== lab.ini\n== shared.ini\ninclude = a.ini\n",
	 "shared.ini:1: include: a.ini: No such file or directory\n"},
	{"an include that is a folder, none at all, or standard input",
	 "include = sub\ninclude =\ninclude = -\n== sub/x\n",
	 "lab.ini:1: include: sub: not a regular file\n"
	 "lab.ini:2: include: a path is missing\n"
	 "lab.ini:3: include: -: No such file or directory\n"},
	{"a file that includes itself", "include = lab.ini\n[plan]\n",
	 "lab.ini:1: include: lab.ini: is already being read\n"
	 "lab.ini:2: plan: needs a name\n"},
	{"files that include each other",
	 "include = a.ini\n== a.ini\ninclude = b.ini\n"
	 "== b.ini\n\ninclude = a.ini\ninclude = lab.ini\n",
	 "b.ini:2: include: a.ini: is already being read\n"
	 "b.ini:3: include: lab.ini: is already being read\n"},
	{"what the INI reader refuses", "[plan p]\ncpus\n[a\n[plan p\n[machine m]\n= 1\n",
	 "lab.ini:2: neither [section], key = value nor a comment\n"
	 "lab.ini:3: section name or its \"]\" is missing\n"
	 "lab.ini:4: section name or its \"]\" is missing\n"
	 "lab.ini:6: key is missing before \"=\"\n"},
};

static int case_read(const char *path, const char *files, struct batch_file *file,
		     struct buf *mistakes)
{
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct batch_folder folder;
	int status;

	batch_folder_enter(&folder, files);
	status = batch_file_read(path, "shared.ini", "home", file, &errors);
	batch_errors_show(&errors, mistakes);
	batch_folder_leave(&folder);
	return status;
}

static void reads(const struct file_case *test)
{
	CLEANUP(batch_file_free) struct batch_file file = {0};
	CLEANUP(buf_free) struct buf mistakes = {0};
	CLEANUP(buf_free) struct buf got = {0};

	tap_ok(case_read("lab.ini", test->files, &file, &mistakes) == 0, "%s: no mistake",
	       test->what);
	tap_string(buf_text(&mistakes), "", "%s: no message", test->what);
	file_show(&file, &got);
	tap_string(buf_text(&got), test->expected, "%s", test->what);
}

static void refuses(const struct file_case *test)
{
	CLEANUP(batch_file_free) struct batch_file file = {0};
	CLEANUP(buf_free) struct buf mistakes = {0};

	tap_ok(case_read("lab.ini", test->files, &file, &mistakes) < 0, "%s: refused",
	       test->what);
	tap_string(buf_text(&mistakes), test->expected, "%s: every mistake", test->what);
}

/* NAME-1 includes NAME-2 and so on, `count` of them, the last one has a plan. */
static void chain_write(unsigned int count)
{
	for (unsigned int i = 1; i <= count; i++) {
		CLEANUP(free_ptr) char *name = mem_format("%u.ini", i);
		CLEANUP(free_ptr)
		char *text = i < count ? mem_format("include = %u.ini\n", i + 1)
				       : mem_string("[plan p]\n");

		batch_folder_write(name, text, strlen(text));
	}
}

static void includes_have_a_depth(void)
{
	CLEANUP(batch_file_free) struct batch_file most = {0};
	CLEANUP(batch_file_free) struct batch_file more = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder, "include = 1.ini\n");
	chain_write(BATCH_INCLUDE_DEPTH_MAX);
	tap_ok(batch_file_read("lab.ini", NULL, NULL, &most, &errors) == 0 &&
		       batch_file_find(&most, BATCH_PLAN, "p"),
	       "16 files that include each other");
	chain_write(BATCH_INCLUDE_DEPTH_MAX + 1);
	tap_ok(batch_file_read("lab.ini", NULL, NULL, &more, &errors) < 0, "but not 17");
	tap_string(errors.messages[0],
		   "16.ini:1: include: 17.ini: more than 16 nested includes",
		   "the place of the last one is named");
	batch_folder_leave(&folder);
}

static void includes_are_counted(void)
{
	CLEANUP(batch_file_free) struct batch_file most = {0};
	CLEANUP(batch_file_free) struct batch_file more = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf shared = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder, "[plan p]\n== a.ini\n== b.ini\ninclude = a.ini\n");
	for (int i = 0; i < BATCH_INCLUDES_MAX; i++)
		buf_add_string(&shared, "include = a.ini\n");
	batch_folder_write("shared.ini", shared.data, shared.size);
	tap_ok(batch_file_read("lab.ini", "shared.ini", NULL, &most, &errors) == 0 &&
		       batch_file_find(&most, BATCH_PLAN, "p"),
	       "100 includes leave room for the batch itself");
	tap_ok(batch_file_read("b.ini", "shared.ini", NULL, &more, &errors) < 0,
	       "but not for another");
	tap_string(errors.messages[0], "b.ini:1: include: a.ini: more than 100 includes",
		   "its place is named");
	batch_folder_leave(&folder);
}

static void sections_are_counted(void)
{
	CLEANUP(batch_file_free) struct batch_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf text = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder, "");
	for (int i = 1; i <= BATCH_SECTIONS_MAX; i++)
		buf_format(&text, "[plan %d]\n", i);
	batch_folder_write("lab.ini", text.data, text.size);
	tap_ok(batch_file_read("lab.ini", NULL, NULL, &file, &errors) < 0 &&
		       errors.count == 1 && file.sections.count == BATCH_SECTIONS_MAX,
	       "20000 sections at most, the head counted");
	tap_string(errors.messages[0], "lab.ini:20000: plan: too many sections",
		   "the place of the next one is named");
	batch_folder_leave(&folder);
}

static void long_values_are_whole(void)
{
	CLEANUP(batch_file_free) struct batch_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf text = {0};
	const struct batch_setting *setting;
	struct batch_folder folder;

	batch_folder_enter(&folder, "");
	buf_add_string(&text, "[machine m]\nuserdata = <");
	while (text.size < 16 * 1024 + 23)
		buf_add_string(&text, "a b;c #d\t=:[x] \"");
	buf_add_string(&text, ">\n");
	batch_folder_write("lab.ini", text.data, text.size);
	tap_ok(batch_file_read("lab.ini", NULL, NULL, &file, &errors) == 0,
	       "a value of 16 KiB is taken");
	setting = batch_section_get(batch_file_find(&file, BATCH_MACHINE, "m"),
				    "userdata");
	tap_bytes(setting->value, strlen(setting->value), text.data + 23, text.size - 24,
		  "and not cut");
	batch_folder_leave(&folder);
}

static void standard_input_is_a_file(void)
{
	static const char text[] = "include = sub/a.ini\n[plan p]\nx = 1\n";
	CLEANUP(batch_file_free) struct batch_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(close_fd) int fd = memfd_create("batch", MFD_CLOEXEC);
	struct batch_folder folder;

	batch_folder_enter(&folder, "== sub/a.ini\n[plan a]\n");
	if (write(fd, text, sizeof(text) - 1) < 0 || lseek(fd, 0, SEEK_SET) < 0 ||
	    dup2(fd, STDIN_FILENO) < 0)
		batch_folder_fail("standard input");
	tap_ok(batch_file_read("-", NULL, NULL, &file, &errors) < 0 && errors.count == 1,
	       "standard input is read");
	tap_string(errors.messages[0], "-:3: unknown key \"x\"", "as the file \"-\"");
	tap_ok(batch_file_find(&file, BATCH_PLAN, "a") &&
		       batch_file_find(&file, BATCH_PLAN, "p"),
	       "its includes are relative to the current folder");
	batch_folder_leave(&folder);
}

static void shared_settings_may_be_missing(void)
{
	CLEANUP(batch_file_free) struct batch_file none = {0};
	CLEANUP(batch_file_free) struct batch_file wrong = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct batch_folder folder;

	batch_folder_enter(&folder, "[plan p]\n== shared/x\n");
	tap_ok(batch_file_read("lab.ini", "none/x.ini", NULL, &none, &errors) == 0,
	       "without shared settings");
	tap_ok(batch_file_read("lab.ini", "shared", NULL, &wrong, &errors) < 0 &&
		       errors.count == 1,
	       "those that can't be read are a mistake");
	tap_string(errors.messages[0], "shared: not a regular file", "and which");
	batch_folder_leave(&folder);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(readable); i++)
		reads(&readable[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(mistaken); i++)
		refuses(&mistaken[i]);
	includes_have_a_depth();
	includes_are_counted();
	sections_are_counted();
	long_values_are_whole();
	standard_input_is_a_file();
	shared_settings_may_be_missing();
	return tap_done();
}
