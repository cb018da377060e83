/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to be asked about a domain before it is defined. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/xml.h"
#include "provision/batch/machine_volume.h"
#include "provision/plan/domain_question.h"

/* libvirt makes up what is missing there only when it starts the guest. */
static const char uncertain[] =
	"/domain/devices/hostdev|/domain/devices/tpm|"
	"/domain/devices/interface[@type='hostdev' or @type='vdpa' or @type='vhostuser']";

struct reference {
	const char *path;
	enum domain_need_kind kind;
	const char *device; /* for messages, before `detail`'s value */
	const char *detail; /* relative to the attribute; NULL: none */
};

static const struct reference references[] = {
	{"/domain/devices/interface[@type='network']/source/@network", DOMAIN_NETWORK,
	 "interface", NULL},
	{"/domain/devices/interface[@type='bridge']/source/@bridge", DOMAIN_INTERFACE,
	 "interface", NULL},
	{"/domain/devices/interface[@type='direct']/source/@dev", DOMAIN_INTERFACE,
	 "interface", NULL},
	{"/domain/devices/interface/filterref/@filter", DOMAIN_FILTER, "interface", NULL},
	{"/domain/devices/disk[not(@type) or @type='file']/source[not(@startupPolicy)]"
	 "/@file",
	 DOMAIN_FILE, "disk", "../../target/@dev"},
	{"/domain/devices/disk[@type='block']/source/@dev", DOMAIN_FILE, "disk",
	 "../../target/@dev"},
	{"/domain/devices/disk[@type='volume']/source/@volume", DOMAIN_VOLUME, "disk",
	 "../../target/@dev"},
};

/* The paths that the machine's volumes will have; NULL where they have none. */
struct own {
	char *paths[2], *names[2];
	const char *pool;
};

static void own_read(const struct change *change, struct own *own)
{
	static const enum machine_volume_kind kinds[] = {MACHINE_VOLUME_DISK,
							 MACHINE_VOLUME_DRIVE};
	const char *folder = change->facts->root_pool.path;

	*own = (struct own){.pool = change->facts->config->root_pool};
	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
		own->names[i] = machine_volume_name(change->name, kinds[i]);
		if (folder)
			own->paths[i] = machine_volume_path(folder, change->name,
							    kinds[i]);
	}
}

static void own_free(struct own *own)
{
	for (size_t i = 0; i < ARRAY_LENGTH(own->names); i++) {
		free(own->names[i]);
		free(own->paths[i]);
	}
}

static bool own_has(const struct own *own, const char *path)
{
	return (own->paths[0] && !strcmp(path, own->paths[0])) ||
	       (own->paths[1] && !strcmp(path, own->paths[1]));
}

static void nodes_remove(struct xml *xml, const char *path)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(xml, NULL, path);

	xml_foreach(node, nodes)
	{
		xmlUnlinkNode(node);
		xmlFreeNode(node);
		nodes->nodesetval->nodeTab[at_node] = NULL;
	}
}

/* By its path, as it is not in the pool yet. */
static void source_make_file(xmlNodePtr source, const char *path)
{
	xmlUnsetProp(source, BAD_CAST "pool");
	xmlUnsetProp(source, BAD_CAST "volume");
	xmlSetProp(source, BAD_CAST "file", BAD_CAST path);
	xmlSetProp(source->parent, BAD_CAST "type", BAD_CAST "file");
}

static void own_volumes_replace(struct xml *xml, const struct own *own)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr sources = xml_nodes(
		xml, NULL, "/domain/devices/disk[@type='volume']/source");

	xml_foreach(source, sources)
	{
		CLEANUP(free_ptr) char *pool = xml_string(xml, source, "@pool");
		CLEANUP(free_ptr) char *name = xml_string(xml, source, "@volume");

		for (size_t i = 0; i < ARRAY_LENGTH(own->names) && pool && name; i++)
			if (own->paths[i] && !strcmp(pool, own->pool) &&
			    !strcmp(name, own->names[i]))
				source_make_file(source, own->paths[i]);
	}
}

static void needs_add(struct domain_question *question, struct xml *xml,
		      const struct own *own, const struct reference *reference)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(xml, NULL, reference->path);

	xml_foreach(node, nodes)
	{
		CLEANUP(free_ptr) char *name = xml_string(xml, node, ".");
		CLEANUP(free_ptr) char *detail = NULL;
		struct domain_need *need;

		if (!name || !*name || own_has(own, name))
			continue;
		if (reference->detail)
			detail = xml_string(xml, node, reference->detail);
		need = array_add(&question->needs);
		need->kind = reference->kind;
		need->device = mem_format("%s%s%s", reference->device, detail ? " " : "",
					  detail ? detail : "");
		if (need->kind == DOMAIN_VOLUME)
			need->pool = xml_string(xml, node, "../@pool");
		need->name = TAKE(name);
	}
}

static bool is_part_of_name(char c)
{
	return isalnum((unsigned char)c);
}

static char *word_replace(const char *text, const char *word, const char *with)
{
	CLEANUP(buf_free) struct buf replaced = {0};
	size_t length = strlen(word);
	const char *from = text, *found;

	while (length && (found = strstr(from, word))) {
		bool inside = (found > text && is_part_of_name(found[-1]) &&
			       is_part_of_name(*word)) ||
			      is_part_of_name(found[length]);

		buf_add(&replaced, from, (size_t)(found - from));
		buf_add_string(&replaced, inside ? word : with);
		from = found + length;
	}
	buf_add_string(&replaced, from);
	return buf_take(&replaced);
}

static char *shape_make(const struct change *change, const char *xml,
			const struct own *own)
{
	char mac[MAC_TEXT_MAX];
	const char *const words[] = {own->paths[0], own->paths[1], change->uuid,
				     mac_format(change->mac, mac), change->name};
	static const char *const marks[] = {"@disk", "@drive", "@uuid", "@mac", "@name"};
	CLEANUP(free_ptr) char *shape = mem_string(xml);

	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		char *next;

		if (!words[i])
			continue;
		next = word_replace(shape, words[i], marks[i]);
		free(shape);
		shape = next;
	}
	return TAKE(shape);
}

int domain_question_make(const struct change *change, struct domain_question *question,
			 struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(own_free) struct own own = {0};
	const char *text = change->definition;
	CLEANUP(free_ptr) char *device = NULL;

	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	own_read(change, &own);
	nodes_remove(&xml, "/domain/metadata");
	own_volumes_replace(&xml, &own);
	for (size_t i = 0; i < ARRAY_LENGTH(references); i++)
		needs_add(question, &xml, &own, &references[i]);
	question->xml = xml_text(&xml);
	question->shape = shape_make(change, question->xml, &own);
	question->arch = xml_string(&xml, NULL, "/domain/os/type/@arch");
	question->machine_type = xml_string(&xml, NULL, "/domain/os/type/@machine");
	question->emulator = xml_string(&xml, NULL, "/domain/devices/emulator");
	device = xml_string(&xml, NULL, uncertain);
	if (!device)
		return 0;
	nodes_remove(&xml, uncertain);
	question->certain = xml_text(&xml);
	return 0;
}

void domain_question_free(struct domain_question *question)
{
	free(question->xml);
	free(question->certain);
	free(question->shape);
	free(question->arch);
	free(question->machine_type);
	free(question->emulator);
	array_foreach(need, &question->needs) {
		free(need->name);
		free(need->pool);
		free(need->device);
	}
	free(question->needs.items);
	*question = (struct domain_question){0};
}
