/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that compare: eq, ne, lt, le, gt, ge. */
#ifndef PROVISION_TEMPLATE_FUNCTIONS_COMPARE_H
#define PROVISION_TEMPLATE_FUNCTIONS_COMPARE_H

#include "provision/template/function_type.h"

function_code call_eq, call_ne, call_lt, call_le, call_gt, call_ge;

#endif
