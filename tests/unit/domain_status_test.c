/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a guest ran here, out of libvirt's status file, and the note of it. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "hooks/stop_note.h"
#include "tests/unit/tap.h"

#define JOB(job)     "<job type='none' async='" job "'/>"
#define NO_JOB	     "<job type='destroy' async='none'/>"
#define DEVICES	     "<devices><device alias='net0'/></devices>"
#define STATUS(a, b) "<domstatus state='" a "' reason='" b "' pid='1'>"
#define END	     "<domain type='qemu'><name>x</name></domain></domstatus>"

/* As libvirt 9.0 and 11.3 wrote them. */
static const struct {
	const char *title, *text;
	enum presence presence;
} cases[] = {
	{"it runs", STATUS("running", "booted") JOB("none") DEVICES END, PRESENCE_HERE},
	{"it has arrived", STATUS("running", "migrated") NO_JOB DEVICES END,
	 PRESENCE_HERE},
	{"it has arrived, by a libvirt without the list",
	 STATUS("running", "migrated") NO_JOB END, PRESENCE_HERE},
	{"paused by its user", STATUS("paused", "user") NO_JOB DEVICES END,
	 PRESENCE_HERE},
	{"aborted by the source", STATUS("paused", "migration") NO_JOB END,
	 PRESENCE_AWAY},
	{"failed while it arrived", STATUS("paused", "migration") JOB("migration in") END,
	 PRESENCE_AWAY},
	{"its QEMU terminated while it arrived",
	 STATUS("shutdown", "unknown") JOB("migration in") END, PRESENCE_AWAY},
	{"all received, but not running yet",
	 STATUS("shutdown", "unknown") JOB("migration in") DEVICES END, PRESENCE_AWAY},
	{"its memory is still coming", STATUS("running", "postcopy") JOB("none") END,
	 PRESENCE_AWAY},
	{"its memory did not come", STATUS("paused", "postcopy-failed") NO_JOB END,
	 PRESENCE_AWAY},
	{"left", STATUS("paused", "migration") JOB("migration out") DEVICES END,
	 PRESENCE_AWAY},
	{"shut down", STATUS("shutdown", "unknown") NO_JOB DEVICES END, PRESENCE_HERE},
	{"destroyed with its connection while it arrived",
	 STATUS("shutdown", "unknown") NO_JOB END, PRESENCE_UNKNOWN},
	{"its start failed", STATUS("paused", "starting up") JOB("start") DEVICES END,
	 PRESENCE_UNKNOWN},
	{"a state of another libvirt", STATUS("dreaming", "x") NO_JOB DEVICES END,
	 PRESENCE_UNKNOWN},
	{"no state", "<domstatus>" DEVICES "</domstatus>", PRESENCE_UNKNOWN},
	{"words of the guest's own XML",
	 STATUS("shutdown",
		"unknown") "<domain><metadata><domstatus state='running'/>"
			   "</metadata><devices><device/></devices></domain></domstatus>",
	 PRESENCE_UNKNOWN},
};

static const struct {
	const char *title, *text;
	enum presence presence;
} notes[] = {
	{"here", "here boot 900000\n", PRESENCE_HERE},
	{"away", "away boot 900000\n", PRESENCE_AWAY},
	{"this moment", "here boot 1000000\n", PRESENCE_HERE},
	{"as old as it may be", "here boot 400000\n", PRESENCE_HERE},
	{"too old", "here boot 399999\n", PRESENCE_UNKNOWN},
	{"of the future", "here boot 1000001\n", PRESENCE_UNKNOWN},
	{"of another boot", "here toob 900000\n", PRESENCE_UNKNOWN},
	{"cut", "here boot 90000", PRESENCE_UNKNOWN},
	{"two lines", "here boot 900000\nx\n", PRESENCE_UNKNOWN},
	{"a NUL", "here boot 900000\0\n", PRESENCE_UNKNOWN},
	{"no time", "here boot \n", PRESENCE_UNKNOWN},
	{"a long time", "here boot 00000000000000000000000000000900000\n",
	 PRESENCE_UNKNOWN},
	{"another word", "gone boot 900000\n", PRESENCE_UNKNOWN},
	{"nothing", "", PRESENCE_UNKNOWN},
};

static void fails(const char *text)
{
	enum presence presence = PRESENCE_HERE;
	CLEANUP(error_free) struct error error = {0};

	tap_ok(domain_status_parse(text, strlen(text), &presence, &error) < 0 &&
		       error.message && presence == PRESENCE_HERE,
	       "\"%s\" is none", text);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(error_free) struct error error = {0};
		enum presence presence = PRESENCE_COUNT;

		domain_status_parse(cases[i].text, strlen(cases[i].text), &presence,
				    &error);
		tap_number(presence, cases[i].presence, "%s", cases[i].title);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(notes); i++) {
		size_t size = strlen(notes[i].text);

		if (!strcmp(notes[i].title, "a NUL"))
			size += 2;
		tap_number(stop_note_parse(notes[i].text, size, "boot", 1000000),
			   notes[i].presence, "note: %s", notes[i].title);
	}
	fails("");
	fails("<domstatus state='running'>");
	fails("<domain/>");
	fails("<!DOCTYPE domstatus><domstatus state='running'/>");
	return tap_done();
}
