/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors: messages with their context, and lists of them. */
#define _GNU_SOURCE
#include <errno.h>

#include "common/cleanup.h"
#include "common/error.h"
#include "tests/unit/tap.h"

static void messages(void)
{
	CLEANUP(error_free) struct error error = {0};

	tap_string(error_text(&error), "unknown error", "no message");
	tap_string(error_text(NULL), "unknown error", "nobody asks");
	tap_ok(error_set(NULL, "x") == -1 && error_context(NULL, "x") == -1,
	       "nobody asks, and it is a failure all the same");
	tap_ok(error_set(&error, "not a size: \"%s\"", "5 apples") == -1,
	       "a message is set");
	tap_ok(error_context(&error, "%s:%d", "lab.ini", 12) == -1,
	       "a layer adds context");
	tap_string(error_text(&error), "lab.ini:12: not a size: \"5 apples\"",
		   "as one line");
	errno = ENOENT;
	tap_ok(error_errno(&error, "a") == -1 && errno == ENOENT, "errno stays");
	tap_string(error_text(&error), "a: No such file or directory",
		   "its reason replaces the earlier message");
}

static void lists(void)
{
	CLEANUP(error_list_free) struct error_list list = {0};
	CLEANUP(error_free) struct error error = {0};

	tap_ok(error_list_add(NULL, "x") == -1 && error_list_take(NULL, &error) == -1 &&
		       error_list_take_once(NULL, &error) == -1,
	       "nobody asks for the list");
	error_list_add(&list, "%s", "a");
	for (int i = 0; i < 3; i++) {
		error_set(&error, "b");
		tap_ok(error_list_take_once(&list, &error) == -1 && !error.message,
		       "a message is taken over");
	}
	tap_number(list.count, 2, "but stands there once");
	error_set(&error, "b");
	error_list_take(&list, &error);
	tap_number(list.count, 3, "unless it is to be there again");
	tap_ok(list.messages[0][0] == 'a' && list.messages[1][0] == 'b',
	       "in their order");
	for (int i = 0; i < ERROR_LIST_MAX; i++)
		error_list_add(&list, "%d", i);
	tap_number(list.count, ERROR_LIST_MAX, "a list ends");
	tap_number(list.dropped, 3, "and says how many it has not");
}

static void appended(void)
{
	CLEANUP(error_list_free) struct error_list list = {0}, from = {0};
	struct error error = {.is_silent = true, .is_unasked = true};

	tap_ok(error_list_append(&list, &from) == 0, "nothing to append is no failure");
	error_list_add(&list, "a");
	error_list_add(&from, "b");
	error_list_take(&from, &error);
	tap_ok(error_list_append(&list, &from) == -1, "a list is appended");
	tap_ok(list.count == 3 && list.messages[1][0] == 'b' && list.unasked == 1 &&
		       list.silent == 1,
	       "with what is known of its messages");
	tap_ok(!from.count && !from.messages && !from.unasked, "and is empty then");
	error_list_add(&from, "b");
	tap_ok(error_list_append(NULL, &from) == -1 && !from.messages,
	       "nobody asks for them");
}

int main(void)
{
	messages();
	lists();
	appended();
	return tap_done();
}
