/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names with ranges and lists: what they stand for, in which order, and what is refused.
 */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/batch/name_pattern.h"
#include "tests/unit/tap.h"

/* `names` is "name:index" for each, with blanks between. */
static const struct {
	const char *pattern, *names;
} expansions[] = {
	{"web", "web:0"},
	{"web-{1..3}", "web-1:1 web-2:2 web-3:3"},
	{"db-{01..10}", "db-01:1 db-02:2 db-03:3 db-04:4 db-05:5 db-06:6 db-07:7 db-08:8 "
			"db-09:9 db-10:10"},
	{"{3..1}", "3:3 2:2 1:1"},
	{"a{5..5}", "a5:5"},
	{"a{0..2}", "a0:0 a1:1 a2:2"},
	{"a{1..010}b", "a001b:1 a002b:2 a003b:3 a004b:4 a005b:5 a006b:6 a007b:7 a008b:8 "
		       "a009b:9 a010b:10"},
	{"a{10..08}", "a10:10 a09:9 a08:8"},
	{"{mail,dns}-a", "mail-a:1 dns-a:2"},
	{"{a,b,c}", "a:1 b:2 c:3"},
	{"{01,1}", "01:1 1:2"},
	{"web{,-old}", "web:1 web-old:2"},
	{"{a.b,c}", "a.b:1 c:2"},
	{"a--b__", "a--b__:0"},
	/* The last one changes fastest; the index is the first range's. */
	{"{1..2}-{8..9}", "1-8:1 1-9:1 2-8:2 2-9:2"},
	{"{0..1}-{8..9}", "0-8:0 0-9:0 1-8:1 1-9:1"},
	{"{a,b}-{c,d}", "a-c:1 a-d:1 b-c:2 b-d:2"},
	{"{1..2}{a,b}", "1a:1 1b:1 2a:2 2b:2"},
	{"{a,b}{7..8}", "a7:7 a8:8 b7:7 b8:8"},
	{"{a,b}{0..1}{c,d}", "a0c:0 a0d:0 a1c:1 a1d:1 b0c:0 b0d:0 b1c:1 b1d:1"},
	{"{a,a}", "a:1 a:2"},
	{"A-b_c.9", "A-b_c.9:0"},
	{"a23456789012345678901234567890123456789012345678901234567890123",
	 "a23456789012345678901234567890123456789012345678901234567890123:0"},
};

static const struct {
	const char *pattern, *error;
} refusals[] = {
	{"", "name does not begin with a letter or digit: \"\""},
	{"-a", "name does not begin with a letter or digit: \"-a\""},
	{".a", "name does not begin with a letter or digit: \".a\""},
	{"..", "name does not begin with a letter or digit: \"..\""},
	{"{_,b}a", "name does not begin with a letter or digit: \"_a\""},
	{"{,b}", "name does not begin with a letter or digit: \"\""},
	{"a-", "not a host name because of \"-\" or \".\" at an end: \"a-\""},
	{"a.", "not a host name because of \"-\" or \".\" at an end: \"a.\""},
	{"a..b", "not a host name because of \"-\" or \".\" at an end: \"a..b\""},
	{"a-.b", "not a host name because of \"-\" or \".\" at an end: \"a-.b\""},
	{"a.-b", "not a host name because of \"-\" or \".\" at an end: \"a.-b\""},
	{"a b",
	 "name has characters other than letters, digits, \"-\", \"_\" and \".\": \"a b\""},
	{"a/b",
	 "name has characters other than letters, digits, \"-\", \"_\" and \".\": \"a/b\""},
	{"caf\xc3\xa9",
	 "name has characters other than letters, digits, \"-\", \"_\" and \".\": "
	 "\"caf\xc3\xa9\""},
	{"a<b",
	 "name has characters other than letters, digits, \"-\", \"_\" and \".\": \"a<b\""},
	{"a{1..3", "\"{\" without \"}\""},
	{"a{", "\"{\" without \"}\""},
	{"a}b", "\"}\" without \"{\""},
	{"a{1..2}}", "\"}\" without \"{\""},
	{"a{b,{1..2}}", "\"{\" without \"}\""},
	{"a{}", "neither a range nor a list: {}"},
	{"a{b}", "neither a range nor a list: {b}"},
	{"a{1-3}", "neither a range nor a list: {1-3}"},
	{"a{1..}", "neither a range nor a list: {1..}"},
	{"a{..3}", "neither a range nor a list: {..3}"},
	{"a{a..c}", "neither a range nor a list: {a..c}"},
	{"a{-1..3}", "neither a range nor a list: {-1..3}"},
	{"a{1...3}", "neither a range nor a list: {1...3}"},
	{"a{1 .. 3}", "neither a range nor a list: {1 .. 3}"},
	{"a{1..99999999999999999999999}",
	 "neither a range nor a list: {1..99999999999999999999999}"},
	{"a{1..10001}", "expands to more than 10000 names"},
	{"a{1..200}{1..51}", "expands to more than 10000 names"},
	{"{1..100}{1..100}{a,b}", "expands to more than 10000 names"},
	{"a234567890123456789012345678901234567890123456789012345678901234",
	 "name is longer than 63 characters: "
	 "\"a234567890123456789012345678901234567890123456789012345678901234\""},
	{"a{00000000000000000000000000000000000000000000000000000000000000001..2}",
	 "name is longer than 63 characters: "
	 "\"00000000000000000000000000000000000000000000000000000000000000001\""},
};

static void expands(const char *pattern, const char *names)
{
	CLEANUP(name_list_free) struct name_list list = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf got = {0};

	if (name_pattern_expand(pattern, &list, &error) < 0)
		buf_add_string(&got, error_text(&error));
	array_foreach(item, &list.items)
		buf_format(&got, "%s%s:%u", got.size ? " " : "", item->name, item->index);
	tap_string(buf_text(&got), names, "\"%s\"", pattern);
}

static void refuses(const char *pattern, const char *reason)
{
	struct name_list list = {0};
	CLEANUP(error_free) struct error error = {0};

	tap_ok(name_pattern_expand(pattern, &list, &error) < 0 && !list.items.count,
	       "refusal %s", reason);
	tap_string(error_text(&error), reason, "and says why");
}

static void as_many_as_allowed(void)
{
	CLEANUP(name_list_free) struct name_list list = {0};

	tap_ok(name_pattern_expand("a-{1..100}-{001..100}", &list, NULL) == 0,
	       "10000 names are taken");
	tap_number(list.items.count, NAME_PATTERN_MAX, "and all are there");
	tap_string(list.items.items[NAME_PATTERN_MAX - 1].name, "a-100-100",
		   "to the last");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(expansions); i++)
		expands(expansions[i].pattern, expansions[i].names);
	for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++)
		refuses(refusals[i].pattern, refusals[i].error);
	as_many_as_allowed();
	return tap_done();
}
