/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names with ranges and lists: web-{1..3}, db-{01..10}, {mail,dns}-a. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/num.h"
#include "provision/batch/name_pattern.h"

enum { RANGE_NUMBER_MAX = 1000000 };

/* The parts of a pattern; the highest part so far gives the names their index. */
enum part { PART_TEXT, PART_LIST, PART_RANGE };

void name_list_free(struct name_list *list)
{
	if (!list)
		return;
	array_foreach(item, &list->items)
		free(item->name);
	free(list->items.items);
	*list = (struct name_list){0};
}

static int list_add(struct name_list *list, const char *name, unsigned int index,
		    struct error *error)
{
	struct name_item *item;

	if (strlen(name) > NAME_MAX_LENGTH)
		return error_set(error, "name is longer than %d characters: \"%s\"",
				 NAME_MAX_LENGTH, name);
	if (list->items.count >= NAME_PATTERN_MAX)
		return error_set(error, "expands to more than %d names",
				 NAME_PATTERN_MAX);
	item = array_add(&list->items);
	item->name = mem_string(name);
	item->index = index;
	return 0;
}

/* Reads "FIRST..LAST"; false when it is something else. */
static bool range_parse(const char *text, uint64_t *first, uint64_t *last, int *width)
{
	const char *dots = strstr(text, "..");
	CLEANUP(free_ptr) char *from = NULL;
	const char *to;
	bool padded;

	if (!dots)
		return false;
	from = mem_substring(text, (size_t)(dots - text));
	to = dots + 2;
	if (num_parse(from, 0, RANGE_NUMBER_MAX, first, NULL) < 0 ||
	    num_parse(to, 0, RANGE_NUMBER_MAX, last, NULL) < 0)
		return false;
	padded = (from[0] == '0' && from[1]) || (to[0] == '0' && to[1]);
	*width = 0;
	if (padded)
		*width = (int)(strlen(from) > strlen(to) ? strlen(from) : strlen(to));
	return true;
}

static int range_expand(uint64_t first, uint64_t last, int width, struct name_list *list,
			struct error *error)
{
	for (uint64_t number = first;; number += first <= last ? 1 : (uint64_t)-1) {
		CLEANUP(free_ptr)
		char *text = mem_format("%0*u", width, (unsigned int)number);

		if (list_add(list, text, (unsigned int)number, error) < 0)
			return -1;
		if (number == last)
			return 0;
	}
}

static int list_expand(const char *text, struct name_list *list, struct error *error)
{
	unsigned int place = 0;

	for (;;) {
		size_t length = strcspn(text, ",");
		CLEANUP(free_ptr) char *word = mem_substring(text, length);

		if (list_add(list, word, ++place, error) < 0)
			return -1;
		if (!text[length])
			return 0;
		text += length + 1;
	}
}

/* Expands what is between two braces into words. */
static int group_expand(const char *text, struct name_list *words, enum part *part,
			struct error *error)
{
	uint64_t first, last;
	int width;

	if (range_parse(text, &first, &last, &width)) {
		*part = PART_RANGE;
		return range_expand(first, last, width, words, error);
	}
	if (!strchr(text, ','))
		return error_set(error, "neither a range nor a list: {%s}", text);
	*part = PART_LIST;
	return list_expand(text, words, error);
}

/* Replaces `list` by each of its names followed by each of `words`, which may set the
 * index. */
static int list_multiply(struct name_list *list, const struct name_list *words,
			 bool words_index, struct error *error)
{
	struct name_list product = {0};

	array_foreach(left, &list->items) {
		array_foreach(right, &words->items) {
			CLEANUP(free_ptr)
			char *name = mem_format("%s%s", left->name, right->name);

			if (list_add(&product, name,
				     words_index ? right->index : left->index,
				     error) < 0) {
				name_list_free(&product);
				return -1;
			}
		}
	}
	name_list_free(list);
	*list = product;
	return 0;
}

/* Expands plain text up to the next brace, or a group in braces, which sets *part. */
static int part_expand(const char **pattern, struct name_list *words, enum part *part,
		       struct error *error)
{
	size_t length = strcspn(*pattern, "{}");
	CLEANUP(free_ptr) char *text = NULL;

	if (length) {
		text = mem_substring(*pattern, length);
		*pattern += length;
		return list_add(words, text, 0, error);
	}
	if (**pattern == '}')
		return error_set(error, "\"}\" without \"{\"");
	length = strcspn(*pattern + 1, "{}");
	if ((*pattern)[1 + length] != '}')
		return error_set(error, "\"{\" without \"}\"");
	text = mem_substring(*pattern + 1, length);
	*pattern += length + 2;
	return group_expand(text, words, part, error);
}

static int name_check(const char *name, struct error *error)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_.";
	size_t length = strlen(name);

	if (!length || strchr("-_.", name[0]))
		return error_set(error,
				 "name does not begin with a letter or digit: \"%s\"",
				 name);
	if (strspn(name, allowed) != length)
		return error_set(
			error,
			"name has characters other than letters, digits, \"-\", \"_\" and "
			"\".\": \"%s\"",
			name);
	if (strchr("-.", name[length - 1]) || strstr(name, "..") || strstr(name, "-.") ||
	    strstr(name, ".-"))
		return error_set(
			error,
			"not a host name because of \"-\" or \".\" at an end: \"%s\"",
			name);
	return 0;
}

int name_pattern_expand(const char *pattern, struct name_list *list, struct error *error)
{
	CLEANUP(name_list_free) struct name_list names = {0};
	enum part highest = PART_TEXT;

	if (list_add(&names, "", 0, error) < 0)
		return -1;
	while (*pattern) {
		CLEANUP(name_list_free) struct name_list words = {0};
		enum part part = PART_TEXT;

		if (part_expand(&pattern, &words, &part, error) < 0 ||
		    list_multiply(&names, &words, part > highest, error) < 0)
			return -1;
		highest = part > highest ? part : highest;
	}
	array_foreach(item, &names.items) {
		if (name_check(item->name, error) < 0)
			return -1;
	}
	*list = names;
	names = (struct name_list){0};
	return 0;
}
