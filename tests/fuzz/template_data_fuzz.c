/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON data, rendered by a template that prints all of it in every way. In XML mode the
 * result is well-formed whatever the data is, and so is its shape. */
#include <string.h>

#include "common/cleanup.h"
#include "common/json.h"
#include "provision/template/template.h"
#include "provision/render/wellformed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
	"<a b='{{.}}' c=\"{{.}}\"><!--{{.}}--><!-- {{.}} --><![CDATA[{{.}}]]>{{.}}"
	"<d>{{define \"all\"}}{{toJSON .}}{{printf \"%v %+v %#v %T %q %x %d %s %8.3v\" . . . . . "
	". . . .}}{{html .}}{{js .}}{{urlquery .}}{{quote .}}{{b64enc .}}{{upper .}}{{lower .}}"
	"{{print .}}{{println . .}}{{indent 2 .}}{{xml (js .)}}{{if .}}y{{else}}n{{end}}{{end}}"
	"{{template \"all\" .}}{{block \"walk\" .}}{{if eq (printf \"%.1s\" (printf \"%T\" .)) "
	"\"[\" \"m\"}}{{range $k, $v := .}}{{$k}}={{$v}}<e f=\"{{$k}}{{$v}}\">{{template "
	"\"walk\" .}}</e>{{end}}{{len .}}{{end}}{{end}}</d>{{.A.B | default .}}</a>";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_free) struct buf shape = {0};
	struct template_options options = {
		.escape = TEMPLATE_ESCAPE_XML,
		.max_output = 1024 * 1024,
		.max_steps = 100000,
		.shape = &shape,
	};
	CLEANUP(json_put) json_object *json = NULL;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf output = {0};
	CLEANUP(wellformed_free_ptr) struct wellformed *checker = wellformed_new();
	struct template *template;

	if (json_parse((const char *)data, size, JSON_DEPTH_MAX, &json, &error) < 0)
		return 0;
	template = template_parse("fuzz", text, sizeof(text) - 1, &error);
	if (!template)
		__builtin_trap();
	if (template_render(template, json, &options, &output, &error) == 0 &&
	    (wellformed_check(checker, buf_text(&output), output.size, &error) < 0 ||
	     wellformed_check(checker, buf_text(&shape), shape.size, &error) < 0))
		__builtin_trap();
	template_free(template);
	return 0;
}
