/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parse tree of templates. */
#ifndef PROVISION_TEMPLATE_NODE_H
#define PROVISION_TEMPLATE_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "provision/template/arena.h"
#include "provision/template/value.h"

struct function;

/* A template file. */
struct source {
	char *name;
	char *text;
	size_t size;
};

enum node_type {
	/* Statements. */
	NODE_TEXT,
	NODE_ACTION,
	NODE_IF,
	NODE_WITH,
	NODE_RANGE,
	NODE_TEMPLATE, /* a call; {{block}} is a call and a definition */
	NODE_BREAK,
	NODE_CONTINUE,
	/* Operands. */
	NODE_DOT,
	NODE_NIL,
	NODE_CONSTANT, /* string, number, boolean */
	NODE_FIELD,    /* .A.B */
	NODE_VARIABLE, /* $x or $x.A.B */
	NODE_CHAIN,    /* (pipe).A.B */
	NODE_FUNCTION,
	NODE_PIPE, /* in parentheses */
};

struct node;

/* One stage of a pipeline: a first word and its arguments, linked by `next`. */
struct command {
	struct command *next;
	struct node *words;
	size_t word_count;
};

struct pipe {
	const struct source *source;
	size_t from, to;
	struct command *commands; /* never NULL */
	bool assign;		  /* assigns to variables that exist */
	size_t variable_count;	  /* 0 to 2 */
	/* Equal names in one scope are one pointer. */
	const char *variables[2];
};

/* A field of a chain; the name is a C string. */
struct field {
	struct field *next;
	const char *name;
	size_t from, to;
};

struct node {
	enum node_type type;
	struct node *next; /* the next statement or word */
	const struct source *source;
	size_t from, to; /* its first byte in the source, and the byte after its last */
	union {
		struct span text;
		struct pipe *pipe; /* of an action or in parentheses */
		struct {
			struct pipe *pipe;
			struct node *list;
			struct node *otherwise;
			bool chained; /* `otherwise` is an {{else if}} or {{else with}} */
		} branch;
		struct {
			const char *name;
			size_t name_size;
			struct pipe *pipe; /* NULL: the data is nil */
			struct definition
				*target; /* set when the file is added to a template */
			struct node *next_call; /* the call before it in the file */
		} call;
		struct {
			const char *variable; /* NODE_VARIABLE; else NULL */
			struct node *base;    /* NODE_CHAIN; else NULL */
			struct field *fields; /* NULL: only the variable */
		} path;
		struct {
			struct value value;
			bool overflows; /* an integer that int64 can't hold */
		} constant;
		const struct function *function;
	};
};

/* A template by its name. */
struct definition {
	struct definition *next;
	const char *name; /* may hold NULs */
	size_t name_size;
	struct node *body; /* NULL is an empty one */
	bool is_defined;   /* false: it is only called */
};

/* "$": the one pointer that all templates use as the name of their data. */
extern const char node_data_name[];

/* Whether the body has nothing but space; it then does not count as a definition. */
bool node_list_is_empty(const struct node *list);

/* Sets "name:line:column: reason" for an offset. Returns -1. */
int source_error(struct error *error, const struct source *source, size_t at,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The line of an offset (at most the size), from 1. */
size_t source_line(const struct source *source, size_t at);
/* The column of an offset: its byte in its line, from 1. */
size_t source_column(const struct source *source, size_t at);

#endif
