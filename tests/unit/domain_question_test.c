/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked about a domain before it is defined. */
#define _GNU_SOURCE
#include "provision/plan/domain_question.h"
#include "tests/unit/plan_case.h"

#define DOMAIN(devices)                                                                  \
	"<domain type='kvm'><name>{{ .Machine.Name }}</name><os><type arch='{{ "         \
	".Machine.Arch }}' machine='q35'>hvm</type></os><devices>" devices "<interface " \
	"type='network'><source network='{{ .Network }}'/></interface></devices></domain>"
#define SOURCE(type, source)                                                         \
	"<disk type='" type "' device='disk'><source " source "/><target dev='vdb' " \
	"bus='virtio'/></disk>"

/* Two machines of this template. */
static const struct {
	const char *what, *vm;
	const char *needs; /* of the first */
	bool is_one_shape;
} cases[] = {
	{"what is installed", DOMAIN(SOURCE("file", "file='{{ .VolumePath }}'")),
	 "network vmango (interface)\n", true},
	{"another disk, and one that may be missing",
	 DOMAIN(SOURCE("file", "file='/data/{{ .Machine.Name }}-x'")
			SOURCE("file", "file='/opt' startupPolicy='optional'")
				SOURCE("block", "dev='/dev/x'")),
	 "network vmango (interface)\nfile /data/a-x (disk vdb)\nfile /dev/x (disk vdb)\n",
	 true},
	{"volumes by name, the own one among them",
	 DOMAIN(SOURCE("volume", "pool='default' volume='{{ .Machine.Name }}_disk'")
			SOURCE("volume", "pool='default' volume='y'")
				SOURCE("volume", "pool='p' volume='z_disk'")),
	 "network vmango (interface)\nvolume y (disk vdb) of default\n"
	 "volume z_disk (disk vdb) of p\n",
	 true},
	{"interfaces",
	 DOMAIN("<interface type='network'><source network='vmango'/></interface>"
		"<interface type='bridge'><source bridge='br0'/><filterref filter='f'/>"
		"</interface><interface type='direct'><source dev='eth0'/></interface>"),
	 "network vmango (interface)\nnetwork vmango (interface)\n"
	 "interface br0 (interface)\ninterface eth0 (interface)\nfilter f (interface)\n",
	 true},
	{"a difference",
	 DOMAIN("<graphics type='vnc' port='59{{ len .Machine.Name }}'/>"),
	 "network vmango (interface)\n", false},
};

static void needs_show(const struct domain_question *question, struct buf *text)
{
	static const char *const kinds[] = {"network", "interface", "filter", "file",
					    "volume"};

	array_foreach(need, &question->needs)
		buf_format(text, "%s %s (%s)%s%s\n", kinds[need->kind], need->name,
			   need->device, need->pool ? " of " : "",
			   need->pool ? need->pool : "");
}

static void question_make(const struct change *change, struct domain_question *question)
{
	CLEANUP(error_free) struct error error = {0};

	tap_ok(change->definition && domain_question_make(change, question, &error) == 0,
	       "%s: %s", change->name, error_text(&error));
}

static void test_case(size_t i)
{
	const struct plan_case given = {.batch = "[machine a]\n[machine bcd]",
					.facts = {"{}"},
					.vm = cases[i].vm};
	CLEANUP(plan_work_end) struct plan_work work;
	CLEANUP(domain_question_free) struct domain_question one = {0}, other = {0};
	CLEANUP(buf_free) struct buf needs = {0};

	plan_work_begin(&work, &given);
	plan_make(&work.input, &work.changes, &work.errors);
	question_make(&work.changes.list.items[0], &one);
	question_make(&work.changes.list.items[1], &other);
	needs_show(&one, &needs);
	tap_string(buf_text(&needs), cases[i].needs, "%s: needs", cases[i].what);
	tap_ok(!strcmp(one.shape, other.shape) == cases[i].is_one_shape, "%s: shape",
	       cases[i].what);
	tap_ok(strcmp(one.xml, other.xml) && !strstr(one.xml, "<metadata") &&
		       !strstr(one.xml, "volume=\"a_disk\" pool=\"default\""),
	       "%s: what is asked", cases[i].what);
	tap_string(one.machine_type, "q35", "%s: machine type", cases[i].what);
	tap_ok(!one.certain, "%s: all of it is certain", cases[i].what);
	domain_question_free(&other);
}

static void test_uncertain(void)
{
	const struct plan_case given = {
		.batch = "[machine a]",
		.facts = {"{}"},
		.vm = DOMAIN("<hostdev mode='subsystem'/><tpm model='tpm-tis'/>")};
	CLEANUP(plan_work_end) struct plan_work work;
	CLEANUP(domain_question_free) struct domain_question question = {0};

	plan_work_begin(&work, &given);
	plan_make(&work.input, &work.changes, &work.errors);
	question_make(&work.changes.list.items[0], &question);
	tap_ok(strstr(question.xml, "<hostdev") && strstr(question.xml, "<tpm"),
	       "devices that are completed at the start are asked about");
	tap_ok(question.certain && !strstr(question.certain, "<hostdev") &&
		       !strstr(question.certain, "<tpm") &&
		       strstr(question.certain, "<interface"),
	       "and what is left without them");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		test_case(i);
	test_uncertain();
	return tap_done();
}
