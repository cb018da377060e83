/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors: one message that each layer adds its context to, and lists of such messages. */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include <stdarg.h>
#include <stddef.h>

/*
 * A function that can fail returns 0 or -1 and takes a `struct error *` last, which may
 * be NULL when the caller does not ask why. Zeroed is "no error"; error_free() releases
 * it.
 */
struct error {
	char *message;
};

/* Sets the message, dropping an earlier one. Return -1, so `return error_set(...)`. */
int error_set(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same, closed with ": " and strerror(errno). errno is kept. */
int error_errno(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Puts context and ": " before the message that is there. Returns -1. */
int error_context(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The message, or "unknown error"; valid as long as the error is. */
const char *error_text(const struct error *error);
void error_free(struct error *error);

/*
 * Messages that are to be reported together, in the order they were found. At most
 * ERROR_LIST_MAX are kept; `dropped` counts the rest, so hostile input can't fill memory.
 */
enum { ERROR_LIST_MAX = 1000 };

struct error_list {
	char **messages;
	size_t count;
	size_t capacity;
	size_t dropped;
};

/* Returns -1. A NULL list takes nothing. */
int error_list_add(struct error_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Moves the error's message to the list and empties the error. Returns -1. */
int error_list_take(struct error_list *list, struct error *error);
/* The same, but a message that the list has already is not told again. */
int error_list_take_once(struct error_list *list, struct error *error);
void error_list_free(struct error_list *list);

#endif
