/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that Go does not have: xml, default, quote, indent, join, lower, upper,
 * b64enc, toJSON. */
#ifndef PROVISION_TEMPLATE_FUNCTIONS_MORE_H
#define PROVISION_TEMPLATE_FUNCTIONS_MORE_H

#include "provision/template/function_type.h"

function_code call_xml, call_default, call_quote, call_indent, call_join, call_lower,
	call_upper, call_b64enc, call_to_json;

#endif
