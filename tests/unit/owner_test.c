/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run says about itself, and whether it lives. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/host/owner.h"
#include "tests/unit/tap.h"

#define BOOT "6c9b1e2d-0b7e-4b57-9c3e-5a0a7d1b2c3d"
#define RECORD(verb, boot, pid)                                                     \
	"{\"Verb\":" verb ",\"User\":\"root\",\"Host\":\"host9\",\"File\":\"/root/" \
	"lab.ini\",\"Boot\":" boot                                                  \
	",\"PidNamespace\":4026531836,\"TimeNamespace\":4026531834,\"Pid\":" pid    \
	",\"Start\":4567,\"Since\":1795839368,\"Renews\":true}"

static void a_record(void)
{
	static const char record[] = RECORD("\"apply\"", "\"" BOOT "\"", "123");
	CLEANUP(owner_free) struct owner owner = {0};
	CLEANUP(free_ptr) char *json = NULL, *text = NULL;

	tap_ok(owner_parse(record, strlen(record), &owner, NULL) == 0,
	       "a record is read");
	json = owner_json(&owner);
	tap_string(json, record, "and written as it was");
	text = owner_text(&owner);
	tap_string(text,
		   "apply of root on host9, PID 123, since 2026-11-28 04:16:08 UTC "
		   "(/root/lab.ini)",
		   "and said to people");
}

static const struct {
	const char *text, *error;
} refused[] = {
	{"", "line 1: "},
	{"[]", "not a JSON object"},
	{"{}", "Verb: missing"},
	{RECORD("1", "\"\"", "1"), "Verb: missing"},
	{RECORD("\"a\"", "\"" BOOT "0\"", "1"), "Boot: longer than 36 bytes"},
	{RECORD("\"a\"", "\"\"", "-1"), "Pid: missing"},
	{RECORD("\"a\"", "\"\"", "99999999999"), "Pid: above 2147483647"},
	{RECORD("\"a\"", "\"\"", "1") " x", "line 1: "},
};

static void what_is_no_record(void)
{
	CLEANUP(free_ptr) char *large = mem_zero(1, OWNER_SIZE_MAX + 1);
	CLEANUP(error_free) struct error error = {0};
	struct owner owner;

	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		CLEANUP(error_free) struct error reason = {0};

		tap_ok(owner_parse(refused[i].text, strlen(refused[i].text), &owner,
				   &reason) < 0 &&
			       !strncmp(error_text(&reason), refused[i].error,
					strlen(refused[i].error)),
		       "refused: %s", refused[i].text);
	}
	tap_ok(owner_parse(large, OWNER_SIZE_MAX + 1, &owner, &error) < 0,
	       "what is too large is refused");
}

/* A child that has ended and was not waited for. */
static void judge_zombie(struct owner *owner, const struct owner *self)
{
	siginfo_t ended;

	owner->pid = fork();
	if (owner->pid == 0)
		_exit(0);
	waitid(P_PID, (id_t)owner->pid, &ended, WEXITED | WNOWAIT);
	tap_ok(owner_judge(owner, self) == OWNER_HAS_ENDED, "one that has ended");
	waitpid(owner->pid, NULL, 0);
	tap_ok(owner_judge(owner, self) == OWNER_HAS_ENDED, "one that is gone");
}

static void who_lives(void)
{
	CLEANUP(owner_free) struct owner self = {0}, other = {0}, again = {0};

	owner_self("apply", "me", "/lab.ini", &self);
	owner_self("apply", NULL, NULL, &other);
	tap_ok(strcmp(self.token, other.token) != 0, "each run has a token of its own");
	tap_ok(self.pid == getpid() && self.start_ticks && self.pid_namespace &&
		       strlen(self.boot_id) == UUID_STR_LEN - 1,
	       "this process is described");
	tap_ok(owner_judge(&other, &self) == OWNER_IS_ALIVE, "and lives");
	other.start_ticks--;
	tap_ok(owner_judge(&other, &self) == OWNER_HAS_ENDED,
	       "another that has its PID now is not taken for it");
	other.start_ticks++;
	other.boot_id[0] = other.boot_id[0] == '0' ? '1' : '0';
	tap_ok(owner_judge(&other, &self) == OWNER_IS_UNKNOWN,
	       "of another boot or host nothing is known");
	memcpy(other.boot_id, self.boot_id, sizeof(self.boot_id));
	other.pid_namespace++;
	tap_ok(owner_judge(&other, &self) == OWNER_IS_UNKNOWN,
	       "nor of another PID namespace");
	tap_ok(owner_judge(&again, &self) == OWNER_IS_UNKNOWN, "nor of an empty record");
	other.pid_namespace--;
	judge_zombie(&other, &self);
}

int main(void)
{
	a_record();
	what_is_no_record();
	who_lives();
	return tap_done();
}
