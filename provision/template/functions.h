/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions that templates call. */
#ifndef PROVISION_TEMPLATE_FUNCTIONS_H
#define PROVISION_TEMPLATE_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "provision/template/value.h"
#include "provision/template/limits.h"

/* What a parameter takes; Go's types. */
enum parameter {
	PARAMETER_VALUE,  /* reflect.Value: as it is, no value too */
	PARAMETER_ANY,	  /* interface {}: boxed, so that no value is nil */
	PARAMETER_STRING, /* string and nothing else */
};

/* How the arguments are evaluated. */
enum function_kind {
	FUNCTION_PLAIN,
	FUNCTION_AND, /* up to the first that is false */
	FUNCTION_OR,  /* up to the first that is true */
	/* A field that is not there is no value in its arguments, whatever the option. */
	FUNCTION_FORGIVING,
};

struct function {
	const char *name;
	enum function_kind kind;
	size_t fixed_count; /* parameters there have to be */
	bool variadic;	    /* and any number more */
	enum parameter first, others;
	/* Values of arguments are of the kind that the parameter says. NULL for those
	 * that need no code. */
	int (*call)(struct work *work, const struct value *arguments, size_t count,
		    struct value *result, struct error *error);
};

/* NULL when there is none. */
const struct function *function_find(const char *name, size_t size);

/* The name of the function that is nearest to a word, NULL when none is. */
const char *function_nearest(const char *word);

/* The implementations. Comparison: */
int call_eq(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_ne(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_lt(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_le(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_gt(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_ge(struct work *, const struct value *, size_t, struct value *, struct error *);
/* Lists, maps, strings, truth: */
int call_index(struct work *, const struct value *, size_t, struct value *,
	       struct error *);
int call_slice(struct work *, const struct value *, size_t, struct value *,
	       struct error *);
int call_len(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_not(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_call(struct work *, const struct value *, size_t, struct value *,
	      struct error *);
/* Text: */
int call_print(struct work *, const struct value *, size_t, struct value *,
	       struct error *);
int call_printf(struct work *, const struct value *, size_t, struct value *,
		struct error *);
int call_println(struct work *, const struct value *, size_t, struct value *,
		 struct error *);
int call_html(struct work *, const struct value *, size_t, struct value *,
	      struct error *);
int call_js(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_urlquery(struct work *, const struct value *, size_t, struct value *,
		  struct error *);
/* Beyond Go: */
int call_xml(struct work *, const struct value *, size_t, struct value *, struct error *);
int call_default(struct work *, const struct value *, size_t, struct value *,
		 struct error *);
int call_quote(struct work *, const struct value *, size_t, struct value *,
	       struct error *);
int call_indent(struct work *, const struct value *, size_t, struct value *,
		struct error *);
int call_join(struct work *, const struct value *, size_t, struct value *,
	      struct error *);
int call_lower(struct work *, const struct value *, size_t, struct value *,
	       struct error *);
int call_upper(struct work *, const struct value *, size_t, struct value *,
	       struct error *);
int call_b64enc(struct work *, const struct value *, size_t, struct value *,
		struct error *);
int call_to_json(struct work *, const struct value *, size_t, struct value *,
		 struct error *);

#endif
