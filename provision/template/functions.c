/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of the template language, by name. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "common/text.h"
#include "provision/template/functions.h"
#include "provision/template/functions_compare.h"
#include "provision/template/functions_list.h"
#include "provision/template/functions_more.h"
#include "provision/template/functions_print.h"

/* name, kind, fixed parameters, variadic, type of the first and of the others, code */
static const struct function functions[] = {
	{"and", FUNCTION_AND, 1, true, PARAMETER_VALUE, PARAMETER_VALUE, NULL},
	{"or", FUNCTION_OR, 1, true, PARAMETER_VALUE, PARAMETER_VALUE, NULL},
	{"not", FUNCTION_PLAIN, 1, false, PARAMETER_VALUE, PARAMETER_VALUE, call_not},
	{"len", FUNCTION_PLAIN, 1, false, PARAMETER_VALUE, PARAMETER_VALUE, call_len},
	{"index", FUNCTION_PLAIN, 1, true, PARAMETER_VALUE, PARAMETER_VALUE, call_index},
	{"slice", FUNCTION_PLAIN, 1, true, PARAMETER_VALUE, PARAMETER_VALUE, call_slice},
	{"call", FUNCTION_PLAIN, 1, true, PARAMETER_VALUE, PARAMETER_VALUE, call_call},
	{"print", FUNCTION_PLAIN, 0, true, PARAMETER_ANY, PARAMETER_ANY, call_print},
	{"printf", FUNCTION_PLAIN, 1, true, PARAMETER_STRING, PARAMETER_ANY, call_printf},
	{"println", FUNCTION_PLAIN, 0, true, PARAMETER_ANY, PARAMETER_ANY, call_println},
	{"html", FUNCTION_PLAIN, 0, true, PARAMETER_ANY, PARAMETER_ANY, call_html},
	{"js", FUNCTION_PLAIN, 0, true, PARAMETER_ANY, PARAMETER_ANY, call_js},
	{"urlquery", FUNCTION_PLAIN, 0, true, PARAMETER_ANY, PARAMETER_ANY,
	 call_urlquery},
	{"eq", FUNCTION_PLAIN, 1, true, PARAMETER_VALUE, PARAMETER_VALUE, call_eq},
	{"ne", FUNCTION_PLAIN, 2, false, PARAMETER_VALUE, PARAMETER_VALUE, call_ne},
	{"lt", FUNCTION_PLAIN, 2, false, PARAMETER_VALUE, PARAMETER_VALUE, call_lt},
	{"le", FUNCTION_PLAIN, 2, false, PARAMETER_VALUE, PARAMETER_VALUE, call_le},
	{"gt", FUNCTION_PLAIN, 2, false, PARAMETER_VALUE, PARAMETER_VALUE, call_gt},
	{"ge", FUNCTION_PLAIN, 2, false, PARAMETER_VALUE, PARAMETER_VALUE, call_ge},
	{"xml", FUNCTION_PLAIN, 1, false, PARAMETER_ANY, PARAMETER_ANY, call_xml},
	{"default", FUNCTION_FORGIVING, 2, false, PARAMETER_VALUE, PARAMETER_VALUE,
	 call_default},
	{"quote", FUNCTION_PLAIN, 1, false, PARAMETER_ANY, PARAMETER_ANY, call_quote},
	{"indent", FUNCTION_PLAIN, 2, false, PARAMETER_ANY, PARAMETER_ANY, call_indent},
	{"join", FUNCTION_PLAIN, 2, false, PARAMETER_STRING, PARAMETER_ANY, call_join},
	{"lower", FUNCTION_PLAIN, 1, false, PARAMETER_ANY, PARAMETER_ANY, call_lower},
	{"upper", FUNCTION_PLAIN, 1, false, PARAMETER_ANY, PARAMETER_ANY, call_upper},
	{"b64enc", FUNCTION_PLAIN, 1, false, PARAMETER_ANY, PARAMETER_ANY, call_b64enc},
	{"toJSON", FUNCTION_PLAIN, 1, false, PARAMETER_ANY, PARAMETER_ANY, call_to_json},
};

const struct function *function_find(const char *name, size_t size)
{
	for (size_t i = 0; i < ARRAY_LENGTH(functions); i++)
		if (strlen(functions[i].name) == size &&
		    !memcmp(functions[i].name, name, size))
			return &functions[i];
	return NULL;
}

const char *function_nearest(const char *word)
{
	const char *names[ARRAY_LENGTH(functions)];

	for (size_t i = 0; i < ARRAY_LENGTH(functions); i++)
		names[i] = functions[i].name;
	return text_nearest(word, names, ARRAY_LENGTH(functions));
}
