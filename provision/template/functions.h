/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of the template language, by name. */
#ifndef PROVISION_TEMPLATE_FUNCTIONS_H
#define PROVISION_TEMPLATE_FUNCTIONS_H

#include "provision/template/function_type.h"

/* The function of that name (`size` bytes), NULL when there is none. */
const struct function *function_find(const char *name, size_t size);

/* The name of the function that is nearest to a word, NULL when none is near. */
const char *function_nearest(const char *word);

#endif
