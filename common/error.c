/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors: a message to which each layer adds its context, and lists of messages. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/error.h"
#include "common/mem.h"

static void error_replace(struct error *error, char *message)
{
	free(error->message);
	error->message = message;
	error->is_unasked = error->is_denied = error->is_silent = false;
}

int error_set(struct error *error, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return -1;
	va_start(arguments, format);
	error_replace(error, mem_vformat(format, arguments));
	va_end(arguments);
	return -1;
}

int error_errno(struct error *error, const char *format, ...)
{
	CLEANUP(free_ptr) char *context = NULL;
	int number = errno;
	va_list arguments;

	if (!error)
		return -1;
	va_start(arguments, format);
	context = mem_vformat(format, arguments);
	va_end(arguments);
	error_replace(error, mem_format("%s: %s", context, strerror(number)));
	errno = number;
	return -1;
}

int error_context(struct error *error, const char *format, ...)
{
	CLEANUP(free_ptr) char *context = NULL;
	bool is_unasked = error && error->is_unasked;
	bool is_denied = error && error->is_denied;
	bool is_silent = error && error->is_silent;
	va_list arguments;

	if (!error)
		return -1;
	va_start(arguments, format);
	context = mem_vformat(format, arguments);
	va_end(arguments);
	error_replace(error, mem_format("%s: %s", context, error_text(error)));
	error->is_unasked = is_unasked;
	error->is_denied = is_denied;
	error->is_silent = is_silent;
	return -1;
}

const char *error_text(const struct error *error)
{
	return error && error->message ? error->message : "unknown error";
}

int error_move(struct error *to, struct error *from)
{
	error_free(to);
	if (to)
		*to = *from;
	else
		error_free(from);
	*from = (struct error){0};
	return -1;
}

void error_free(struct error *error)
{
	if (error)
		error_replace(error, NULL);
}

static int error_list_put(struct error_list *list, char *message)
{
	if (list->count >= ERROR_LIST_MAX) {
		list->dropped++;
		free(message);
		return -1;
	}
	list->messages = array_room(list->messages, list->count, &list->capacity,
				    sizeof(*list->messages));
	list->messages[list->count++] = message;
	return -1;
}

int error_list_add(struct error_list *list, const char *format, ...)
{
	va_list arguments;
	char *message;

	if (!list)
		return -1;
	va_start(arguments, format);
	message = mem_vformat(format, arguments);
	va_end(arguments);
	return error_list_put(list, message);
}

int error_list_take(struct error_list *list, struct error *error)
{
	if (!list) {
		error_free(error);
		return -1;
	}
	list->unasked += error && error->is_unasked;
	list->silent += error && error->is_silent;
	error_list_put(list, mem_string(error_text(error)));
	error_free(error);
	return -1;
}

int error_list_take_once(struct error_list *list, struct error *error)
{
	for (size_t i = 0; list && i < list->count; i++) {
		if (!strcmp(list->messages[i], error_text(error))) {
			error_free(error);
			return -1;
		}
	}
	return error_list_take(list, error);
}

int error_list_append(struct error_list *list, struct error_list *from)
{
	size_t count = from->count;

	for (size_t i = 0; list && i < count; i++)
		error_list_put(list, TAKE(from->messages[i]));
	if (list) {
		list->dropped += from->dropped;
		list->unasked += from->unasked;
		list->silent += from->silent;
	}
	error_list_free(from);
	return count ? -1 : 0;
}

void error_list_free(struct error_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++)
		free(list->messages[i]);
	free(list->messages);
	*list = (struct error_list){0};
}
