/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON is taken as RFC 8259 has it, and nothing else. */
#include <string.h>

#include "common/json.h"
#include "tests/unit/tap.h"

enum { DEPTH = 4 };

static void taken(const char *text, const char *expected)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(json_put) json_object *json = NULL;
	int result = json_parse(text, strlen(text), DEPTH, &json, &error);
	const char *got = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN);

	tap_string(result < 0 ? error_text(&error) : got, expected, "takes %s", text);
}

static void refused(const char *text, size_t size, const char *reason)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(json_put) json_object *json = NULL;
	int result = json_parse(text, size, DEPTH, &json, &error);

	tap_string(result < 0 ? error_text(&error) : "nothing", reason, "refuses: %s",
		   reason);
}

static void written(const char *text, const char *expected)
{
	CLEANUP(json_put) json_object *json = json_text(text);

	tap_string(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN), expected,
		   "writes %s", expected);
}

#define REFUSED(text, reason) refused(text, sizeof(text) - 1, reason)

int main(void)
{
	taken("null", "null");
	taken(" 2 ", "2");
	taken("{\"a\":[1,-2.5,1e3,true,null,\"x\"]}",
	      "{\"a\":[1,-2.5,1e3,true,null,\"x\"]}");
	taken("18446744073709551615", "18446744073709551615");
	taken("-9223372036854775808", "-9223372036854775808");
	taken("\"NaN Infinity 01 \\\" \\\\\"", "\"NaN Infinity 01 \\\" \\\\\"");
	taken("\"\xc3\xa9\xf0\x9f\x90\xa7\\n\"", "\"\xc3\xa9\xf0\x9f\x90\xa7\\n\"");
	taken("{\"a\":1,\"a\":2}", "{\"a\":2}");
	taken("[[[[1]]]]", "[[[[1]]]]");
	REFUSED("", "line 1: the JSON ends early");
	REFUSED("{\"a\":\n[1,", "line 2: the JSON ends early");
	REFUSED("[1,\n2,]", "line 2: unexpected character");
	REFUSED("{} {}", "line 1: unexpected character");
	REFUSED("[[[[[1]]]]]", "line 1: nesting too deep");
	REFUSED("[1,\n18446744073709551616]",
		"line 2: number out of range: 18446744073709551616");
	REFUSED("-9223372036854775809",
		"line 1: number out of range: -9223372036854775809");
	REFUSED("1e999", "line 1: number out of range: 1e999");
	REFUSED("01", "line 1: not a number");
	REFUSED("[1.]", "line 1: not a number");
	REFUSED("[1e+]", "line 1: not a number");
	REFUSED("[-]", "line 1: not a number");
	REFUSED("NaN", "line 1: not a number");
	REFUSED("[-Infinity]", "line 1: not a number");
	REFUSED("\"a\nb\"", "line 1: control character in a string");
	REFUSED("[1,\n\"\xff\"]", "line 2: a string is no UTF-8");
	REFUSED("\"\xed\xa0\x80\"", "line 1: a string is no UTF-8");
	REFUSED("\"a\\\xff\"", "line 1: invalid string sequence");
	REFUSED("\xc3\xa9", "line 1: unexpected character");
	REFUSED("'a'", "line 1: unexpected character");
	REFUSED("/* c */ 1", "line 1: unexpected character");
	REFUSED("1\0 2", "line 1: a NUL byte is not JSON");
	written("a\"b\n", "\"a\\\"b\\n\"");
	written("caf\xc3\xa9", "\"caf\xc3\xa9\"");
	written("caf\xe9 \xf0\x9f", "\"caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\"");
	return tap_done();
}
