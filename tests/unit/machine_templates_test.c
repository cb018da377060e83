/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The templates that a hypervisor's section names. */
#define _GNU_SOURCE
#include "provision/batch/batch_load.h"
#include "provision/plan/machine_templates.h"
#include "tests/unit/batch_folder.h"
#include "tests/unit/tap.h"

#define LAB(keys)                                          \
	"[hypervisor rack1]\nurl = test:///default\n" keys \
	"[plan small]\nmemory = 512\ndisk_size = 5\n"      \
	"[machine web]\nplan = small\nimage = Debian-12\n"
#define BOTH "vm_template = vm.xml.in\nvolume_template = volume.xml.in\n"

static const struct {
	const char *what, *files;
	const char *vm, *volume; /* what they render; NULL: nothing was read */
	const char *expected;	 /* errors */
} cases[] = {
	{"both", LAB(BOTH) "== vm.xml.in\n<vm>{{.}}</vm>\n== volume.xml.in\n<volume/>\n",
	 "<vm>1</vm>\n", "<volume/>\n", ""},
	{"in a folder beside the batch",
	 LAB("vm_template = in/vm\nvolume_template = in/volume\n") "== in/vm\n<vm/>\n== in/volume\n<volume>{{.}}</volume>\n",
	 "<vm/>\n", "<volume>1</volume>\n", ""},
	{"one that does not exist", LAB(BOTH) "== volume.xml.in\n<volume/>\n", NULL,
	 "<volume/>\n", "lab.ini:3: vm_template: vm.xml.in: No such file or directory\n"},
	{"one with an error of syntax",
	 LAB(BOTH) "== vm.xml.in\n<vm/>\n== volume.xml.in\n<volume>\n{{end}}\n",
	 "<vm/>\n", NULL,
	 "lab.ini:4: volume_template: volume.xml.in:2:1: unexpected {{end}}\n"},
	{"two errors are both reported", LAB(BOTH) "== vm.xml.in\n{{if}}\n", NULL, NULL,
	 "lab.ini:3: vm_template: vm.xml.in:1:5: missing value for if\n"
	 "lab.ini:4: volume_template: volume.xml.in: No such file or directory\n"},
	{"a folder is no template",
	 LAB("vm_template = in\nvolume_template = in/volume\n") "== in/volume\n<volume/>\n",
	 NULL, "<volume/>\n", "lab.ini:3: vm_template: in: not a regular file\n"},
};

static void renders(const struct template *template, const char *expected,
		    const char *what)
{
	static const struct template_options options = {0};
	CLEANUP(buf_free) struct buf text = {0};
	json_object *one = json_object_new_int(1);

	if (template && template_render(template, one, &options, &text, NULL) < 0)
		buf_add_string(&text, "an error");
	tap_string(template ? buf_text(&text) : NULL, expected, "%s", what);
	json_object_put(one);
}

static void case_test(size_t number)
{
	struct batch_folder folder;
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(machine_templates_free) struct machine_templates templates = {0};
	CLEANUP(buf_free) struct buf text = {0};
	int status;

	batch_folder_enter(&folder, cases[number].files);
	if (batch_load("lab.ini", &(struct batch_options){0}, &batch, &errors) < 0)
		batch_folder_fail(errors.messages[0]);
	status = machine_templates_read(&batch.hypervisors.items[0], &templates, &errors);
	batch_errors_show(&errors, &text);
	tap_string(buf_text(&text), cases[number].expected, "%s", cases[number].what);
	tap_ok((status < 0) == (errors.count > 0), "the status says so");
	renders(templates.vm, cases[number].vm, "the template of the domain");
	renders(templates.volume, cases[number].volume, "the template of the volume");
	batch_folder_leave(&folder);
}

/* A section that names none gets those that were installed. */
static void test_installed(void)
{
	struct batch_folder folder;
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(machine_templates_free) struct machine_templates templates = {0};
	CLEANUP(buf_free) struct buf text = {0};
	int status;

	batch_folder_enter(&folder, LAB(""));
	if (batch_load("lab.ini", &(struct batch_options){0}, &batch, &errors) < 0)
		batch_folder_fail(errors.messages[0]);
	status = machine_templates_read(&batch.hypervisors.items[0], &templates, &errors);
	batch_errors_show(&errors, &text);
	if (access(VMANGO_DATADIR "/vm.xml.in", R_OK) == 0)
		tap_ok(status == 0 && templates.vm, "the installed templates are read");
	else
		tap_ok(status < 0 && strstr(buf_text(&text), VMANGO_DATADIR "/vm.xml.in"),
		       "what is not installed is missing under its path");
	batch_folder_leave(&folder);
	machine_templates_free(NULL);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_test(i);
	test_installed();
	return tap_done();
}
