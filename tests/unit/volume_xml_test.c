/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes made fit: their capacity, nothing allocated, and overlays. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/plan/volume_xml.h"
#include "tests/unit/tap.h"

static const struct volume_form plain_form = {.capacity_bytes = 5368709120};
static const struct volume_form overlay_form = {.capacity_bytes = 5368709120,
						.backing_path = "/images/a&<b.img",
						.backing_format = "raw"};
static const struct volume_form block_form = {.capacity_bytes = 5368709120,
					      .is_block = true};

#define BEGIN	 "<?xml version=\"1.0\"?>\n"
#define CAPACITY "<capacity unit=\"bytes\">5368709120</capacity>"
#define NOTHING	 "<allocation unit=\"bytes\">0</allocation>"
#define ALL	 "<allocation unit=\"bytes\">5368709120</allocation>"
#define RAW	 "<target><format type=\"raw\"/></target>"
#define COMPAT	 "<compat>1.1</compat>"
#define QCOW2	 "<target><format type=\"qcow2\"/>" COMPAT "</target>"
#define BACKING                                                           \
	"<backingStore><path>/images/a&amp;&lt;b.img</path><format type=" \
	"\"raw\"/></backingStore>"

static const struct {
	const char *what, *xml, *plain, *overlay, *block;
} volumes[] = {
	{"what is missing is added", "<volume><name>a</name></volume>",
	 BEGIN "<volume><name>a</name>" CAPACITY NOTHING "</volume>\n",
	 BEGIN "<volume><name>a</name>" CAPACITY NOTHING QCOW2 BACKING "</volume>\n",
	 BEGIN "<volume><name>a</name>" CAPACITY ALL RAW "</volume>\n"},
	{"what is there is replaced",
	 "<volume type='file'><name>a</name><capacity unit='G'>1</capacity>"
	 "<capacity>2</capacity><allocation>7</allocation>"
	 "<backingStore><path>/etc/shadow</path></backingStore></volume>",
	 BEGIN
	 "<volume type=\"file\"><name>a</name><backingStore><path>/etc/shadow</path>"
	 "</backingStore>" CAPACITY NOTHING "</volume>\n",
	 BEGIN "<volume type=\"file\"><name>a</name>" CAPACITY NOTHING QCOW2 BACKING
	       "</volume>\n",
	 BEGIN
	 "<volume type=\"file\"><name>a</name><backingStore><path>/etc/shadow</path>"
	 "</backingStore>" CAPACITY ALL RAW "</volume>\n"},
	{"the rest of the target stays",
	 "<volume><name>a</name><target><format type='raw'/><permissions><mode>0600</mode>"
	 "</permissions><compat>1.1</compat></target></volume>",
	 BEGIN
	 "<volume><name>a</name><target><format type=\"raw\"/><permissions><mode>0600"
	 "</mode></permissions><compat>1.1</compat></target>" CAPACITY NOTHING
	 "</volume>\n",
	 BEGIN
	 "<volume><name>a</name><target><permissions><mode>0600</mode></permissions>"
	 "<compat>1.1</compat><format type=\"qcow2\"/></target>" CAPACITY NOTHING BACKING
	 "</volume>\n",
	 BEGIN
	 "<volume><name>a</name><target><permissions><mode>0600</mode></permissions>"
	 "<format type=\"raw\"/></target>" CAPACITY ALL "</volume>\n"},
	{"an older qcow2 that was asked for stays",
	 "<volume><name>a</name><target><format type='qcow2'/><compat>0.10</compat>"
	 "</target></volume>",
	 BEGIN
	 "<volume><name>a</name><target><format type=\"qcow2\"/><compat>0.10</compat>"
	 "</target>" CAPACITY NOTHING "</volume>\n",
	 BEGIN
	 "<volume><name>a</name><target><compat>0.10</compat><format type=\"qcow2\"/>"
	 "</target>" CAPACITY NOTHING BACKING "</volume>\n",
	 BEGIN "<volume><name>a</name>" RAW CAPACITY ALL "</volume>\n"},
	{"a format that a block device can't have is replaced",
	 "<volume><name>a</name><target><format type='qcow2'/></target></volume>",
	 BEGIN "<volume><name>a</name>" QCOW2 CAPACITY NOTHING "</volume>\n",
	 BEGIN "<volume><name>a</name>" QCOW2 CAPACITY NOTHING BACKING "</volume>\n",
	 BEGIN "<volume><name>a</name>" RAW CAPACITY ALL "</volume>\n"},
};

static const struct {
	const char *what, *xml, *reason; /* begins with that */
} refused[] = {
	{"nothing", "", "line 1: Document is empty"},
	{"no XML", "<volume>\n<name></volume>", "line 2: "},
	{"another document", "<domain><name>a</name></domain>", "no <volume>"},
	{"a volume inside of another document", "<a><volume><name>a</name></volume></a>",
	 "no <volume>"},
	{"a volume of somebody else's namespace",
	 "<volume xmlns='urn:x'><name>a</name></volume>", "no <volume>"},
	{"entities",
	 "<!DOCTYPE v [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><volume><name>&e;</name>"
	 "</volume>",
	 "line 1: document type declarations are refused"},
};

static void finishes(size_t i)
{
	const char *xml = volumes[i].xml;
	CLEANUP(free_ptr)
	char *plain = volume_xml_finish(xml, strlen(xml), &plain_form, NULL);
	CLEANUP(free_ptr)
	char *overlay = volume_xml_finish(xml, strlen(xml), &overlay_form, NULL);
	CLEANUP(free_ptr)
	char *block = volume_xml_finish(xml, strlen(xml), &block_form, NULL);

	tap_string(plain, volumes[i].plain, "%s", volumes[i].what);
	tap_string(overlay, volumes[i].overlay, "%s, as an overlay", volumes[i].what);
	tap_string(block, volumes[i].block, "%s, as a block device", volumes[i].what);
}

static void refuses(const char *what, const char *xml, const char *reason)
{
	CLEANUP(error_free) struct error finish = {0};
	CLEANUP(error_free) struct error name = {0};

	tap_ok(!volume_xml_finish(xml, strlen(xml), &plain_form, &finish),
	       "%s: not finished", what);
	tap_ok(!strncmp(error_text(&finish), reason, strlen(reason)), "%s: %s", what,
	       error_text(&finish));
	tap_ok(!volume_xml_name(xml, strlen(xml), &name), "%s: has no name", what);
	tap_string(error_text(&name), error_text(&finish), "%s: for the same reason",
		   what);
}

static void names(void)
{
	static const char good[] =
		"<volume><name>a &amp; b</name><name>c</name></volume>";
	static const char none[] = "<volume><target><name>a</name></target></volume>";
	static const char empty[] = "<volume><name/></volume>";
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *name = volume_xml_name(good, strlen(good), &error);

	tap_string(name, "a & b", "a name");
	tap_ok(!volume_xml_name(none, strlen(none), &error), "no name");
	tap_string(error_text(&error), "<volume> has no <name>", "which is told");
	tap_ok(!volume_xml_name(empty, strlen(empty), &error), "nor an empty one");
	tap_string(error_text(&error), "<volume> has no <name>", "which is told as well");
}

static void raw(void)
{
	CLEANUP(free_ptr)
	char *xml = volume_xml_raw("web-1_config.iso", 18446744073709551615U);

	tap_string(xml,
		   "<volume><name>web-1_config.iso</name>"
		   "<capacity unit='bytes'>18446744073709551615</capacity>"
		   "<allocation unit='bytes'>18446744073709551615</allocation>"
		   "<target><format type='raw'/></target></volume>",
		   "a raw volume");
}

static void formats(void)
{
	static const char qcow2[] =
		"<volume><target><format type='qcow2'/></target></volume>";
	static const char none[] = "<volume><name>a</name></volume>";
	CLEANUP(free_ptr) char *format = volume_xml_format(qcow2, strlen(qcow2));

	tap_string(format, "qcow2", "a format");
	tap_ok(!volume_xml_format(none, strlen(none)), "no format");
	tap_ok(!volume_xml_format("<volume>", 8), "nor of what is no XML");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(volumes); i++)
		finishes(i);
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
		refuses(refused[i].what, refused[i].xml, refused[i].reason);
	names();
	raw();
	formats();
	return tap_done();
}
