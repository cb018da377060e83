/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that print their arguments: print, printf, println, html, js, urlquery. */
#ifndef PROVISION_TEMPLATE_FUNCTIONS_PRINT_H
#define PROVISION_TEMPLATE_FUNCTIONS_PRINT_H

#include "provision/template/function_type.h"

function_code call_print, call_printf, call_println, call_html, call_js, call_urlquery;

#endif
