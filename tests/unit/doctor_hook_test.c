/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to make of the lease monitor among libvirt's hooks. */
#include <sys/stat.h>

#include "provision/doctor/hook_checks.h"
#include "provision/doctor/hook_daemon.h"
#include "tests/unit/doctor_items.h"

enum { START_MS = 1000000, VERSION_NEW = 9000000, VERSION_OLD = 6004000 };

/* A lease monitor as it should be. */
static struct hook_file good_file(void)
{
	return (struct hook_file){.path = mem_string("/hooks/qemu.d/monitor"),
				  .in_folder = true,
				  .mode = S_IFREG | 0755,
				  .is_monitor = true,
				  .changed_ms = START_MS - 1};
}

/* Judges one that is changed so. */
static void hook_is(void (*change)(struct hook_facts *facts, struct hook_file *file),
		    unsigned long libvirt_version, const char *expected,
		    const char *description)
{
	CLEANUP(hook_facts_free) struct hook_facts facts = {0};
	struct doctor_report report = {0};
	struct hook_file *file = array_add(&facts.files);

	*file = good_file();
	facts.daemon = (struct hook_daemon){.name = "libvirtd", .loaded_ms = START_MS};
	facts.answer = (struct hook_answer){
		.tried = true, .output = mem_string(""), .version = mem_string("1.0")};
	if (change)
		change(&facts, file);
	doctor_check_hook(&report, &facts, libvirt_version, "1.0");
	items_are(&report, expected, description);
}

static void foreign(struct hook_facts *facts, struct hook_file *file)
{
	(void)facts;
	file->is_monitor = false;
}

static void link_to(struct hook_facts *facts, struct hook_file *file)
{
	file->mode = S_IFLNK | 0777;
	tap_ok(!hook_file_to_try(facts), "a link is not tried");
}

static void not_executable(struct hook_facts *facts, struct hook_file *file)
{
	file->mode = S_IFREG | 0644;
	tap_ok(!hook_file_to_try(facts), "what is not executable is not tried");
}

static void others_write(struct hook_facts *facts, struct hook_file *file)
{
	file->mode = S_IFREG | 0775;
	tap_ok(!hook_file_to_try(facts), "what others may write is not tried");
}

static void others_own(struct hook_facts *facts, struct hook_file *file)
{
	file->owner = 1000;
	tap_ok(!hook_file_to_try(facts), "what others own is not tried");
}

static void mislabelled(struct hook_facts *facts, struct hook_file *file)
{
	(void)facts;
	file->label = mem_string("unconfined_u:object_r:user_home_t:s0");
}

static void labelled(struct hook_facts *facts, struct hook_file *file)
{
	file->label = mem_string("system_u:object_r:virt_hook_exec_t:s0");
	tap_ok(hook_file_to_try(facts) == file, "a good one is tried");
}

static void script(struct hook_facts *facts, struct hook_file *file)
{
	file->is_script = true;
	facts->answer.tried = false;
	tap_ok(!hook_file_to_try(facts), "a script is not tried");
}

static void twice(struct hook_facts *facts, struct hook_file *file)
{
	(void)file;
	*array_add(&facts->files) = good_file();
}

static void newer(struct hook_facts *facts, struct hook_file *file)
{
	(void)facts;
	file->changed_ms = START_MS + 1;
}

static void newer_managed(struct hook_facts *facts, struct hook_file *file)
{
	newer(facts, file);
	facts->daemon.managed = true;
}

static void no_daemon(struct hook_facts *facts, struct hook_file *file)
{
	(void)file;
	facts->daemon.name = NULL;
}

static void fails(struct hook_facts *facts, struct hook_file *file)
{
	(void)file;
	facts->answer.failure = mem_string("exit status 1");
}

static void prints(struct hook_facts *facts, struct hook_file *file)
{
	(void)file;
	free(facts->answer.output);
	facts->answer.output = mem_string("x");
}

static void other_version(struct hook_facts *facts, struct hook_file *file)
{
	(void)file;
	facts->answer.version[0] = '0';
}

static void hooks_are_judged(void)
{
	static const char good[] = "hook ok; hook-loaded ok; hook-answer ok";

	hook_is(NULL, VERSION_NEW, good, "a good hook");
	hook_is(labelled, VERSION_NEW, good, "a good label");
	hook_is(NULL, VERSION_OLD, "hook finding", "libvirt before 6.5 knows no qemu.d");
	hook_is(foreign, VERSION_NEW, "hook finding", "somebody else's hook");
	hook_is(link_to, VERSION_NEW, "hook finding", "a link");
	hook_is(not_executable, VERSION_NEW, "hook finding", "not executable");
	hook_is(others_write, VERSION_NEW, "hook finding", "others write");
	hook_is(others_own, VERSION_NEW, "hook finding", "others own");
	hook_is(mislabelled, VERSION_NEW, "hook finding", "a wrong label");
	hook_is(script, VERSION_NEW, "hook ok; hook-loaded ok", "a script");
	hook_is(twice, VERSION_NEW,
		"hook warning; hook ok; hook-loaded ok; hook-answer ok", "two of them");
	hook_is(newer, VERSION_NEW, "hook ok; hook-loaded warning; hook-answer ok",
		"newer than the daemon");
	hook_is(newer_managed, VERSION_NEW,
		"hook ok; hook-loaded finding; hook-answer ok",
		"newer than the daemon, which has not been reloaded");
	hook_is(no_daemon, VERSION_NEW, "hook ok; hook-answer ok", "no daemon was found");
	hook_is(fails, VERSION_NEW, "hook ok; hook-loaded ok; hook-answer finding",
		"it fails");
	hook_is(prints, VERSION_NEW, "hook ok; hook-loaded ok; hook-answer finding",
		"it prints");
	hook_is(other_version, VERSION_NEW,
		"hook ok; hook-loaded ok; hook-answer warning", "another version");
}

static void daemons_are_read(void)
{
	static const char stat[] =
		"12 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 "
		"17 18 4711 20 21\n";
	uint64_t ticks = 0;

	tap_ok(hook_stat_parse(stat, &ticks, NULL) == 0, "a process' stat");
	tap_number(ticks, 4711, "has its start");
	tap_ok(hook_stat_parse("12 (a) S 1 2 3", &ticks, NULL) < 0,
	       "a short one has not");
	tap_ok(hook_stat_parse("", &ticks, NULL) < 0, "nor an empty one");
	tap_number(hook_unit_parse("MainPID=7\nXMainPID=8\n", "MainPID"), 7, "a number");
	tap_number(hook_unit_parse("A=1\nMainPID=x", "MainPID"), 0, "no number");
	tap_number(hook_unit_parse("MainPI", "MainPID"), 0, "no line");
}

int main(void)
{
	hooks_are_judged();
	daemons_are_read();
	return tap_done();
}
