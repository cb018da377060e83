/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backing files in the forms in which overlays name them. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/backing_path.h"
#include "imagetool/volume.h"
#include "tests/unit/tap.h"

#define FILE_JSON "{\"driver\":\"file\",\"filename\":\"/pool/base\"}"

static const struct {
	const char *text, *path; /* of an overlay /other/top */
} forms[] = {
	{"/pool/base", "/pool/base"},
	{"/pool/../link/./base", "/pool/../link/./base"},
	{"base", "/other/base"},
	{"../pool/base", "/other/../pool/base"},
	{"file:/pool/base", "/pool/base"},
	{"file:///pool/base", "/pool/base"},
	{"file:base", "/other/base"},
	{"file:a:b", "/other/a:b"},
	{"host_device:/dev/vg/base", "/dev/vg/base"},
	{"./a:b", "/other/./a:b"},
	{"a:b", "a:b"},
	{"rbd:pool/base", "rbd:pool/base"},
	{"https://host/base", "https://host/base"},
	{"", ""},
	{"file:", ""},
	{"json:" FILE_JSON, "/pool/base"},
	{"json:{\"driver\":\"qcow2\",\"file\":" FILE_JSON "}", "/pool/base"},
	{"json: { \"file\" : { \"driver\":\"raw\", \"file\":" FILE_JSON "}}",
	 "/pool/base"},
	{"json:{\"file.filename\":\"/pool/base\"}", "/pool/base"},
	{"json:{\"driver\":\"qcow2\",\"file.driver\":\"raw\","
	 "\"file.file.filename\":\"/pool/base\"}",
	 "/pool/base"},
	{"json:{\"file\":{\"file.filename\":\"\\/pool\\/b\\u0061se\"}}", "/pool/base"},
	{"json:{\"file.filename\":\"file:/pool/base\"}", "/pool/base"},
	{"json:{\"driver\":\"raw\",\"offset\":512,\"file\":" FILE_JSON "}", "/pool/base"},
};

/* What is not understood stays as it is. */
static const char *const unknown[] = {
	"json:",
	"json:{",
	"json:[" FILE_JSON "]",
	"json:" FILE_JSON "x",
	"json:{\"file\":\"node\"}",
	"json:{\"file.filename\":\"base\"}",
	"json:{\"file.filename\":\"\"}",
	"json:{\"file.filename\":7}",
	"json:{\"file.filename\":\"nbd://host/base\"}",
	"json:{\"driver\":\"nbd\",\"path\":\"/run/base\"}",
	"json:{\"file\":" FILE_JSON ",\"data-file\":" FILE_JSON "}",
	"json:{\"driver\":\"quorum\",\"children\":[" FILE_JSON "]}",
};

static const struct {
	const char *path, *normal;
} paths[] = {
	{"/pool/base", "/pool/base"},
	{"///pool//base", "/pool/base"},
	{"/./pool/./base/.", "/pool/base"},
	{"/other/../pool/base", "/pool/base"},
	{"/a/b/../../pool/base", "/pool/base"},
	{"/../../pool/base", "/pool/base"},
	{"/pool/..base", "/pool/..base"},
	{"/pool/", "/pool"},
	{"/pool/..", "/"},
	{"/..", "/"},
	{"/", "/"},
	{"pool/../base", "pool/../base"},
	{"", ""},
};

static const struct {
	const char *backing, *path;
	bool may_be;
} pairs[] = {
	{"/pool/base", "/pool/base", true},
	{"/pool/base2", "/pool/base", false},
	{"json:{\"driver\":\"ssh\",\"path\":\"/pool/base\"}", "/pool/base", true},
	{"json:{\"driver\":\"ssh\",\"path\":\"/pool/other\"}", "/pool/base", false},
	{"json:{", "pool/image", false},
	{"json:{\"pool\":\"pool\",\"image\":\"image\"}", "pool/image", true},
	{"json:{}", "/pool/", false},
};

static void deep(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *path = NULL;

	buf_add_string(&text, "json:");
	for (size_t i = 0; i < 40; i++)
		buf_add_string(&text, "{\"file\":");
	buf_add_string(&text, FILE_JSON);
	for (size_t i = 0; i < 40; i++)
		buf_add_char(&text, '}');
	path = backing_path_resolve(buf_text(&text), "/other/top");
	tap_string(path, buf_text(&text), "too deep");
}

static void large(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *path = NULL;

	buf_add_string(&text, "json:{\"file.filename\":\"/pool/base\"");
	while (text.size < 70000)
		buf_add_char(&text, ' ');
	buf_add_char(&text, '}');
	path = backing_path_resolve(buf_text(&text), "/other/top");
	tap_string(path, buf_text(&text), "too large");
}

static void volume(void)
{
	static const char xml[] =
		"<volume><name>top</name><capacity>1</capacity><allocation>1</allocation>"
		"<target><path>/other/top</path></target><backingStore>"
		"<path>json:{&quot;file.filename&quot;:&quot;/pool/base&quot;}</path>"
		"</backingStore></volume>";
	CLEANUP(volume_free) struct volume parsed = {0};

	tap_number((uint64_t)volume_parse(xml, strlen(xml), &parsed, NULL), 0,
		   "a volume with a backing file");
	tap_string(parsed.backing_path, "/pool/base", "which is resolved");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
		CLEANUP(free_ptr)
		char *path = backing_path_resolve(forms[i].text, "/other/top");

		tap_string(path, forms[i].path, "resolved: %s", forms[i].text);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(unknown); i++) {
		CLEANUP(free_ptr)
		char *path = backing_path_resolve(unknown[i], "/other/top");

		tap_string(path, unknown[i], "not understood: %s", unknown[i]);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		CLEANUP(free_ptr) char *path = backing_path_normalize(paths[i].path);

		tap_string(path, paths[i].normal, "normalized: %s", paths[i].path);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++)
		tap_ok(backing_path_may_be(pairs[i].backing, pairs[i].path) ==
			       pairs[i].may_be,
		       "%s is%s %s", pairs[i].backing, pairs[i].may_be ? "" : " not",
		       pairs[i].path);
	deep();
	large();
	volume();
	return tap_done();
}
