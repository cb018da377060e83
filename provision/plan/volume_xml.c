/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completing a rendered volume for the way in which it is created. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/xml.h"
#include "provision/plan/volume_xml.h"

static int volume_parse(struct xml *xml, const char *text, size_t size,
			struct error *error)
{
	xmlNodePtr root;

	if (xml_parse(xml, text, size, error) < 0)
		return -1;
	root = xmlDocGetRootElement(xml->document);
	if (!root || root->ns || xmlStrcmp(root->name, BAD_CAST "volume")) {
		xml_free(xml);
		return error_set(error, "no <volume>");
	}
	return 0;
}

char *volume_xml_name(const char *text, size_t size, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *name = NULL;

	if (volume_parse(&xml, text, size, error) < 0)
		return NULL;
	name = xml_string(&xml, NULL, "/volume/name");
	if (name && *name)
		return TAKE(name);
	error_set(error, "<volume> has no <name>");
	return NULL;
}

static xmlNodePtr child_get(xmlNodePtr parent, const char *name)
{
	xmlNodePtr child = parent->children;

	while (child && xmlStrcmp(child->name, BAD_CAST name))
		child = child->next;
	return child;
}

static void children_remove(xmlNodePtr parent, const char *name)
{
	xmlNodePtr child;

	while ((child = child_get(parent, name))) {
		xmlUnlinkNode(child);
		xmlFreeNode(child);
	}
}

/* Replaces all children of that name with an empty one. */
static xmlNodePtr child_replace(xmlNodePtr parent, const char *name)
{
	xmlNodePtr child;

	children_remove(parent, name);
	child = xmlNewChild(parent, NULL, BAD_CAST name, NULL);
	if (!child)
		mem_exhausted();
	return child;
}

static void bytes_put(xmlNodePtr parent, const char *name, uint64_t bytes)
{
	CLEANUP(free_ptr) char *text = mem_format("%" PRIu64, bytes);
	xmlNodePtr child = child_replace(parent, name);

	xmlSetProp(child, BAD_CAST "unit", BAD_CAST "bytes");
	xmlNodeAddContent(child, BAD_CAST text);
}

static void format_put(xmlNodePtr parent, const char *format)
{
	xmlSetProp(child_replace(parent, "format"), BAD_CAST "type", BAD_CAST format);
}

static void target_format_put(xmlNodePtr volume, const char *format)
{
	xmlNodePtr target = child_get(volume, "target");

	format_put(target ? target : child_replace(volume, "target"), format);
}

/* libvirt refuses <compat> for raw volumes. */
static void target_raw_put(xmlNodePtr volume)
{
	target_format_put(volume, "raw");
	children_remove(child_get(volume, "target"), "compat");
}

/* By default libvirt creates qcow2 version 0.10, which does not support backup bitmaps.
 */
static void compat_put(xmlNodePtr volume)
{
	xmlNodePtr target = child_get(volume, "target");
	xmlNodePtr format = target ? child_get(target, "format") : NULL;
	xmlChar *type = format ? xmlGetNoNsProp(format, BAD_CAST "type") : NULL;

	if (xmlStrEqual(type, BAD_CAST "qcow2") && !child_get(target, "compat"))
		xmlNewChild(target, NULL, BAD_CAST "compat", BAD_CAST "1.1");
	xmlFree(type);
}

char *volume_xml_format(const char *text, size_t size)
{
	CLEANUP(xml_free) struct xml xml = {0};

	if (xml_parse(&xml, text, size, NULL) < 0)
		return NULL;
	return xml_string(&xml, NULL, "/volume/target/format/@type");
}

static void backing_put(xmlNodePtr volume, const char *path, const char *format)
{
	xmlNodePtr backing = child_replace(volume, "backingStore");

	xmlNewTextChild(backing, NULL, BAD_CAST "path", BAD_CAST path);
	format_put(backing, format);
}

char *volume_xml_finish(const char *text, size_t size, const struct volume_form *form,
			struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	xmlNodePtr volume;

	if (volume_parse(&xml, text, size, error) < 0)
		return NULL;
	volume = xmlDocGetRootElement(xml.document);
	bytes_put(volume, "capacity", form->capacity_bytes);
	bytes_put(volume, "allocation", form->is_block ? form->capacity_bytes : 0);
	if (form->is_block)
		target_raw_put(volume);
	if (form->backing_path) {
		target_format_put(volume, "qcow2");
		backing_put(volume, form->backing_path, form->backing_format);
	}
	compat_put(volume);
	return xml_text(&xml);
}

char *volume_xml_raw(const char *name, uint64_t size_bytes)
{
	/* The name contains a machine's name, which has no character to escape. */
	return mem_format("<volume><name>%s</name>"
			  "<capacity unit='bytes'>%" PRIu64 "</capacity>"
			  "<allocation unit='bytes'>%" PRIu64 "</allocation>"
			  "<target><format type='raw'/></target></volume>",
			  name, size_bytes, size_bytes);
}
