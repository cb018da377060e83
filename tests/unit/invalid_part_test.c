/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which part of a document makes it invalid. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/render/invalid_part.h"
#include "tests/unit/tap.h"

/* Valid without "bad", and with "need" in it. */
static bool is_valid(const void *data, const char *xml)
{
	(void)data;
	return !strstr(xml, "bad") && strstr(xml, "need");
}

static const struct {
	const char *what, *xml, *part;
} cases[] = {
	{"an element", "<d><need/><a><b/></a><bad/></d>", "/d/bad"},
	{"one of several, with its text", "<d><need/><a>x</a><a>bad</a></d>",
	 "/d/a[2] is \"bad\""},
	{"one with elements, without its text", "<d><need/><bad>x<c/></bad></d>",
	 "/d/bad"},
	{"an attribute deep inside", "<d><need/><a><b/><c x='1' y='bad'/></a></d>",
	 "/d/a/c/@y is \"bad\""},
	{"one of an element that has to be there", "<d><a x='1'><need y='bad'/></a></d>",
	 NULL},
	{"an element inside of one", "<d><need/><a><b><bad/></b></a></d>", "/d/a/b/bad"},
	{"two errors", "<d><need/><a x='bad'/><bad/></d>", NULL},
	{"something that is missing", "<d><a/></d>", NULL},
	{"no document", "<d", NULL},
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(free_ptr)
		char *part = invalid_part(cases[i].xml, is_valid, NULL);

		tap_string(part, cases[i].part, "%s", cases[i].what);
	}
	return tap_done();
}
