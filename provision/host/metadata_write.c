/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the metadata of a machine as XML, by libxml2. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/xml.h"
#include "provision/host/metadata.h"
#include "provision/host/metadata_write.h"

DEFINE_CLEANUP(xmlDocPtr, xmlFreeDoc)

/* U+FFFE and U+FFFF, which XML does not allow either. */
static bool is_noncharacter(const char *text, size_t length)
{
	return length == 3 &&
	       (!memcmp(text, "\xef\xbf\xbe", 3) || !memcmp(text, "\xef\xbf\xbf", 3));
}

bool metadata_can_hold(const char *text, size_t size)
{
	for (size_t length; size; text += length, size -= length) {
		unsigned char first = (unsigned char)*text;

		length = text_utf8_length(text, size);
		if (length == 0 || is_noncharacter(text, length))
			return false;
		if (first < 0x20 && first != '\t' && first != '\n' && first != '\r')
			return false;
	}
	return true;
}

static int text_check(const char *what, const char *text, size_t size, size_t max_size,
		      struct error *error)
{
	if (size > max_size)
		return error_set(error, "%s: longer than %zu bytes", what, max_size);
	if (!metadata_can_hold(text, size))
		return error_set(error, "%s: has characters that XML can't hold", what);
	return 0;
}

static int required_check(const char *what, const char *text, struct error *error)
{
	if (!text || !*text)
		return error_set(error, "%s: missing", what);
	return text_check(what, text, strlen(text), METADATA_NAME_MAX, error);
}

static int optional_check(const char *what, const char *text, size_t max_size,
			  struct error *error)
{
	return text ? text_check(what, text, strlen(text), max_size, error) : 0;
}

static int vmango_check(const struct metadata *metadata, struct error *error)
{
	if (optional_check("image", metadata->image_id, METADATA_NAME_MAX, error) < 0 ||
	    optional_check("OS", metadata->os, METADATA_NAME_MAX, error) < 0 ||
	    optional_check("creator", metadata->creator, METADATA_NAME_MAX, error) < 0 ||
	    optional_check("plan", metadata->plan, METADATA_NAME_MAX, error) < 0)
		return -1;
	if (metadata->keys.count > METADATA_KEYS_MAX)
		return error_set(error, "more than %d SSH keys", METADATA_KEYS_MAX);
	array_foreach(key, &metadata->keys) {
		if (required_check("SSH key's name", key->name, error) < 0 ||
		    optional_check("SSH key", key->public ? key->public : "",
				   METADATA_KEY_MAX, error) < 0)
			return -1;
	}
	if (!metadata->userdata)
		return 0;
	return text_check("user data", metadata->userdata, metadata->userdata_size,
			  METADATA_USERDATA_MAX, error);
}

static int tools_check(const struct metadata *metadata, struct error *error)
{
	if (required_check("batch", metadata->batch, error) < 0 ||
	    optional_check("batch file", metadata->batch_file, METADATA_FILE_MAX, error) <
		    0 ||
	    optional_check("adopted UUID", metadata->adopted, METADATA_NAME_MAX, error) <
		    0 ||
	    optional_check("adopted name", metadata->adopted_name, METADATA_NAME_MAX,
			   error) < 0 ||
	    required_check("input hash", metadata->input_hash, error) < 0 ||
	    optional_check("user data's hash", metadata->userdata_hash, METADATA_NAME_MAX,
			   error) < 0)
		return -1;
	if (metadata->instance_serial > METADATA_SERIAL_MAX)
		return error_set(error, "instance serial: larger than %d",
				 METADATA_SERIAL_MAX);
	if (metadata->volumes.count > METADATA_VOLUMES_MAX)
		return error_set(error, "more than %d volumes", METADATA_VOLUMES_MAX);
	array_foreach(volume, &metadata->volumes) {
		if (required_check("volume's pool", volume->pool, error) < 0 ||
		    required_check("volume's name", volume->name, error) < 0 ||
		    optional_check("volume's backing file", volume->backing,
				   METADATA_FILE_MAX, error) < 0 ||
		    optional_check("volume's format", volume->format, METADATA_NAME_MAX,
				   error) < 0)
			return -1;
	}
	if (!metadata->reservation.network)
		return 0;
	if (required_check("network", metadata->reservation.network, error) < 0)
		return -1;
	return required_check("reservation's name", metadata->reservation.name, error);
}

/* Below, elements with a NULL namespace have none. */

/* An element with a text, escaped when it is written; NULL: none. */
static xmlNodePtr child_add(xmlNodePtr parent, xmlNsPtr ns, const char *name,
			    const char *text)
{
	xmlNodePtr child = xmlNewTextChild(parent, ns, BAD_CAST name, BAD_CAST text);

	if (!child)
		mem_exhausted();
	return child;
}

static void attribute_add(xmlNodePtr node, const char *name, const char *value)
{
	if (!xmlNewProp(node, BAD_CAST name, BAD_CAST value))
		mem_exhausted();
}

/* Adds an element to the document's root, and its namespace. */
static xmlNodePtr element_add(xmlDocPtr document, const char *name, const char *uri,
			      const char *prefix, xmlNsPtr *ns)
{
	xmlNodePtr element = child_add(document->children, NULL, name, NULL);

	*ns = NULL;
	if (uri) {
		*ns = xmlNewNs(element, BAD_CAST uri, BAD_CAST prefix);
		if (!*ns)
			mem_exhausted();
		xmlSetNs(element, *ns);
	}
	return element;
}

static void vmango_add(xmlDocPtr document, bool with_namespace,
		       const struct metadata *metadata)
{
	xmlNsPtr ns;
	xmlNodePtr md = element_add(document, "md",
				    with_namespace ? METADATA_VMANGO_URI : NULL,
				    METADATA_VMANGO_KEY, &ns);
	xmlNodePtr list;

	if (metadata->image_id)
		child_add(md, ns, "imageId", metadata->image_id);
	if (metadata->os)
		child_add(md, ns, "os", metadata->os);
	if (metadata->creator)
		child_add(md, ns, "creator", metadata->creator);
	if (metadata->plan)
		child_add(md, ns, "plan", metadata->plan);
	list = child_add(md, ns, "sshkeys", NULL);
	array_foreach(key, &metadata->keys) {
		attribute_add(child_add(list, ns, "key", key->public), "name", key->name);
	}
	if (metadata->userdata)
		child_add(md, ns, "userdata", metadata->userdata);
}

static void volume_add(xmlNodePtr machine, xmlNsPtr ns,
		       const struct metadata_volume *volume)
{
	xmlNodePtr node = child_add(machine, ns, "volume", NULL);
	char text[24];

	attribute_add(node, "pool", volume->pool);
	attribute_add(node, "name", volume->name);
	if (!volume->capacity_bytes)
		return;
	snprintf(text, sizeof(text), "%" PRIu64, volume->capacity_bytes);
	attribute_add(node, "capacity", text);
	snprintf(text, sizeof(text), "%" PRIu64, volume->image_bytes);
	attribute_add(node, "image", text);
	if (volume->backing)
		attribute_add(node, "backing", volume->backing);
	if (volume->format)
		attribute_add(node, "format", volume->format);
}

static void userdata_hash_add(xmlNodePtr machine, xmlNsPtr ns,
			      const struct metadata *metadata)
{
	xmlNodePtr node;
	char size[24];

	if (!metadata->userdata_hash)
		return;
	node = child_add(machine, ns, "userdata", NULL);
	attribute_add(node, "hash", metadata->userdata_hash);
	snprintf(size, sizeof(size), "%zu", metadata->userdata_hash_size);
	attribute_add(node, "size", size);
}

static void tools_add(xmlDocPtr document, bool with_namespace,
		      const struct metadata *metadata)
{
	static const char *const states[] = {[METADATA_CREATING] = "being-created",
					     [METADATA_REMOVING] = "being-removed",
					     [METADATA_READY] = "ready"};
	const struct metadata_reservation *reservation = &metadata->reservation;
	char mac[MAC_TEXT_MAX], ip[INET_ADDRSTRLEN], serial[16];
	xmlNsPtr ns;
	xmlNodePtr machine = element_add(document, "machine",
					 with_namespace ? METADATA_TOOLS_URI : NULL,
					 METADATA_TOOLS_KEY, &ns);
	xmlNodePtr node;

	attribute_add(machine, "state", states[metadata->state]);
	if (metadata->token)
		attribute_add(machine, "run", metadata->token);
	if (metadata->last_token)
		attribute_add(machine, "last", metadata->last_token);
	if (metadata->protect)
		attribute_add(machine, "protect", "yes");
	node = child_add(machine, ns, "batch", NULL);
	attribute_add(node, "name", metadata->batch);
	if (metadata->batch_file)
		attribute_add(node, "file", metadata->batch_file);
	if (metadata->adopted)
		attribute_add(node, "adopted", metadata->adopted);
	if (metadata->adopted_name)
		attribute_add(node, "as", metadata->adopted_name);
	attribute_add(child_add(machine, ns, "input", NULL), "hash",
		      metadata->input_hash);
	snprintf(serial, sizeof(serial), "%u", metadata->instance_serial);
	node = child_add(machine, ns, "instance", NULL);
	attribute_add(node, "serial", serial);
	if (metadata->drive_hash)
		attribute_add(node, "drive", metadata->drive_hash);
	userdata_hash_add(machine, ns, metadata);
	array_foreach(volume, &metadata->volumes) {
		volume_add(machine, ns, volume);
	}
	if (!reservation->network)
		return;
	node = child_add(machine, ns, "reservation", NULL);
	attribute_add(node, "network", reservation->network);
	attribute_add(node, "mac", mac_format(reservation->mac, mac));
	attribute_add(node, "ip", inet_ntop(AF_INET, &reservation->ip, ip, sizeof(ip)));
	attribute_add(node, "name", reservation->name);
	if (reservation->by_script)
		attribute_add(node, "script", "yes");
}

/* The children of the document's root as markup. */
static char *document_text(xmlDocPtr document, struct error *error)
{
	CLEANUP(xmlBufferFree_ptr) xmlBufferPtr buffer = xmlBufferCreate();

	if (!buffer)
		mem_exhausted();
	for (xmlNodePtr node = document->children->children; node; node = node->next)
		if (xmlNodeDump(buffer, document, node, 0, 0) < 0)
			mem_exhausted();
	if (xmlBufferLength(buffer) > METADATA_XML_MAX) {
		error_set(error, "larger than %d bytes as XML", METADATA_XML_MAX);
		return NULL;
	}
	return mem_string((const char *)xmlBufferContent(buffer));
}

/* The elements that are both selected and set. */
static char *metadata_write(const struct metadata *metadata, bool vmango, bool tools,
			    bool with_namespace, struct error *error)
{
	CLEANUP(xmlFreeDoc_ptr) xmlDocPtr document = NULL;
	xmlNodePtr root;
	char *text = NULL;

	if ((vmango && vmango_check(metadata, error) < 0) ||
	    (tools && tools_check(metadata, error) < 0))
		goto failed;
	document = xmlNewDoc(BAD_CAST "1.0");
	root = document ? xmlNewDocNode(document, NULL, BAD_CAST "metadata", NULL) : NULL;
	if (!root)
		mem_exhausted();
	xmlDocSetRootElement(document, root);
	if (vmango)
		vmango_add(document, with_namespace, metadata);
	if (tools)
		tools_add(document, with_namespace, metadata);
	text = document_text(document, error);
	if (text)
		return text;
failed:
	error_context(error, "metadata");
	return NULL;
}

char *metadata_xml(const struct metadata *metadata, struct error *error)
{
	return metadata_write(metadata, metadata->has_vmango, metadata->has_tools, true,
			      error);
}

char *metadata_tools_element(const struct metadata *metadata, struct error *error)
{
	return metadata_write(metadata, false, true, false, error);
}

char *metadata_vmango_element(const struct metadata *metadata, struct error *error)
{
	return metadata_write(metadata, true, false, false, error);
}
