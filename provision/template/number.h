/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Number literals: https://go.dev/ref/spec#Integer_literals and the sections after. */
#ifndef PROVISION_TEMPLATE_NUMBER_H
#define PROVISION_TEMPLATE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "provision/template/value.h"

/* Reads an integer in any base or a float; `*overflows` is set for an integer that only
 * uint64 can hold; evaluating it is an error. Floats are read by strtod(3), so LC_NUMERIC
 * must be "C". */
int number_read(const char *literal, size_t size, struct value *value, bool *overflows,
		struct error *error);

#endif
