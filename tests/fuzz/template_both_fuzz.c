/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A template and, behind a NUL byte, JSON data; further templates behind further ones. */
#include <string.h>

#include "common/cleanup.h"
#include "common/json.h"
#include "provision/template/template.h"
#include "provision/render/field_uses.h"
#include "provision/render/wellformed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes the part up to a NUL byte or the end. */
static struct buf part_take(const char **at, size_t *left)
{
	const char *end = memchr(*at, '\0', *left);
	size_t size = end ? (size_t)(end - *at) : *left;
	struct buf part = {0};

	buf_add(&part, *at, size);
	*at += size + !!end;
	*left -= size + !!end;
	return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data;
	size_t left = size;
	CLEANUP(buf_free) struct buf text = part_take(&at, &left);
	CLEANUP(buf_free) struct buf context = part_take(&at, &left);
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(json_put) json_object *json = NULL;
	struct template_options options = {.max_output = 65536, .max_steps = 20000};
	CLEANUP(wellformed_free_ptr) struct wellformed *checker = wellformed_new();
	struct template *template;

	if (json_parse(buf_text(&context), context.size, JSON_DEPTH_MAX, &json, NULL) < 0)
		return 0;
	template = template_parse("fuzz", buf_text(&text), text.size, &error);
	if (!template)
		return 0;
	while (left) {
		CLEANUP(buf_free) struct buf more = part_take(&at, &left);

		template_parse_more(template, "more", buf_text(&more), more.size, &error);
	}
	for (int way = 0; way < 6; way++) {
		CLEANUP(buf_free) struct buf output = {0}, shape = {0};

		options.shape = way % 2 ? &shape : NULL;
		options.escape = way % 2 ? TEMPLATE_ESCAPE_XML : TEMPLATE_ESCAPE_NONE;
		options.missing = (enum template_missing)(way / 2);
		if (template_render(template, json, &options, &output, &error) == 0 &&
		    wellformed_check(checker, buf_text(&output), output.size, &error) !=
			    wellformed_check(checker, buf_text(&shape), shape.size,
					     &error) &&
		    way % 2)
			__builtin_trap();
	}
	template_free(template);
	return 0;
}
