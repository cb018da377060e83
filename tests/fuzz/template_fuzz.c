/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Template text, parsed and rendered on fixed data, checked and listed. */
#include <string.h>

#include "common/cleanup.h"
#include "common/json.h"
#include "provision/template/template.h"
#include "provision/render/field_check.h"
#include "provision/render/field_uses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char context[] =
	"{\"A\":{\"B\":[1,2.5,\"x\",null,true,{\"C\":\"<&]]>--\"}],\"N\":null},\"S\":\"text\","
	"\"I\":-5,\"F\":1e21,\"T\":true,\"L\":[[1],[],{}],\"M\":{\"b\":1,\"a\":{\"k\":\"v\"}},"
	"\"Metadata\":\"<m/>\",\"Machine\":{\"Name\":\"n\",\"Ip\":{\"Address\":\"192.0.2.1\"}}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const markup[] = {"Metadata", NULL};
	struct template_options options = {
		.escape = size % 2 ? TEMPLATE_ESCAPE_XML : TEMPLATE_ESCAPE_NONE,
		.missing = (enum template_missing)(size % 3),
		.markup = markup,
		.max_output = 65536,
		.max_steps = 20000,
	};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(json_put) json_object *json = NULL;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf output = {0};
	struct template *template = template_parse("fuzz", (const char *)data, size,
						   &error);

	if (!template)
		return 0;
	json_parse(context, sizeof(context) - 1, JSON_DEPTH_MAX, &json, NULL);
	if (template_render(template, json, &options, &output, &error) < 0 && output.size)
		__builtin_trap();
	field_check(template, &problems);
	template_free(template);
	return 0;
}
