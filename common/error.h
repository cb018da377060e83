/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors: a message to which each layer adds its context, and lists of messages. */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A function that can fail returns 0 or -1 and takes a `struct error *` last, which may
 * be NULL if the caller does not need the reason. Zeroed, it is no error; error_free()
 * frees it.
 */
struct error {
	char *message;
	/* What was asked (a hypervisor, one of its daemons) did not answer, so that
	 * nothing is known; kept by error_context(). */
	bool is_unasked;
	bool is_denied; /* it was asked, and this user may not; kept like that */
	bool is_silent; /* unasked, as it did not answer in time; kept like that */
};

/* Sets the message and frees an earlier one. Returns -1, for `return error_set(...)`. */
int error_set(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Sets the message with ": " and strerror(errno) appended. errno is kept. Returns -1. */
int error_errno(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds context and ": " before the message. Returns -1. */
int error_context(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The message, or "unknown error"; valid as long as the error is. */
const char *error_text(const struct error *error);
/* Moves an error to another, which may be NULL, and empties it. Returns -1. */
int error_move(struct error *to, struct error *from);
void error_free(struct error *error);

/*
 * Messages to be reported together, in their order. At most ERROR_LIST_MAX are kept and
 * `dropped` counts the rest, so that hostile input can't fill the memory.
 */
enum { ERROR_LIST_MAX = 1000 };

struct error_list {
	char **messages;
	size_t count;
	size_t capacity;
	size_t dropped;
	/* Of the messages, how many came from such errors. */
	size_t unasked, silent;
};

/* Appends a message. Does nothing if the list is NULL. Returns -1. */
int error_list_add(struct error_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Moves the error's message to the list and empties the error. Returns -1. */
int error_list_take(struct error_list *list, struct error *error);
/* Moves the message unless the list already has it, and empties the error. Returns -1. */
int error_list_take_once(struct error_list *list, struct error *error);
/* Moves all messages to the end of another list, and empties `from`. Returns -1 if there
 * were any. */
int error_list_append(struct error_list *list, struct error_list *from);
void error_list_free(struct error_list *list);

#endif
