/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a function of the template language is. */
#ifndef PROVISION_TEMPLATE_FUNCTION_TYPE_H
#define PROVISION_TEMPLATE_FUNCTION_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "provision/template/limits.h"
#include "provision/template/value.h"

/* What a parameter accepts, in Go's types. */
enum parameter {
	PARAMETER_VALUE,  /* reflect.Value: any value as it is, also no value */
	PARAMETER_ANY,	  /* interface {}: any value, boxed, so that no value is nil */
	PARAMETER_STRING, /* only a string */
};

/* How the arguments are evaluated. */
enum function_kind {
	FUNCTION_PLAIN,
	FUNCTION_AND, /* up to the first that is false */
	FUNCTION_OR,  /* up to the first that is true */
	/* In its arguments a missing field is no value, whatever options.missing says. */
	FUNCTION_FORGIVING,
};

/*
 * The code of a function. The arguments are of the types that the parameters accept, and
 * there are as many as the function takes. Returns -1 with an error that names neither
 * the function nor a place; the caller adds both.
 */
typedef int function_code(struct limits *limits, const struct value *arguments,
			  size_t count, struct value *result, struct error *error);

struct function {
	const char *name;
	enum function_kind kind;
	size_t fixed_count; /* of the parameters that must be given */
	bool variadic;	    /* any number of further arguments */
	enum parameter first, others;
	function_code *call; /* NULL for FUNCTION_AND and FUNCTION_OR */
};

#endif
