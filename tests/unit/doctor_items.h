/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the doctor expect of a report. */
#ifndef TESTS_UNIT_DOCTOR_ITEMS_H
#define TESTS_UNIT_DOCTOR_ITEMS_H

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/doctor/doctor.h"
#include "tests/unit/tap.h"

/* "check result" of each item. */
static char *items_text(const struct doctor_report *report)
{
	struct buf text = {0};

	array_foreach(item, &report->items)
		buf_format(&text, "%s%s %s", text.size ? "; " : "", item->check,
			   doctor_result_word(item->result));
	return buf_take(&text);
}

/* Empties the report. */
static void items_are(struct doctor_report *report, const char *expected,
		      const char *description)
{
	CLEANUP(free_ptr) char *got = items_text(report);

	tap_string(got, expected, "%s", description);
	doctor_report_free(report);
}

#endif
