/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions on lists, maps and strings, and on truth: index, slice, len, not, call. */
#ifndef PROVISION_TEMPLATE_FUNCTIONS_LIST_H
#define PROVISION_TEMPLATE_FUNCTIONS_LIST_H

#include "provision/template/function_type.h"

function_code call_index, call_slice, call_len, call_not, call_call;

#endif
