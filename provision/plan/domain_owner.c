/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner of a domain: the batch, another batch, Vmango, none, or unknown. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/text.h"
#include "provision/batch/identity.h"
#include "provision/plan/domain_owner.h"

/* Whether the domain's metadata were written for it, and not copied with it. */
static bool is_itself(const struct facts_domain *domain)
{
	const struct metadata *metadata = &domain->metadata;
	char text[UUID_STR_LEN];
	uuid_t uuid;

	identity_uuid(metadata->batch, domain->name, uuid, text);
	return !strcasecmp(domain->uuid, text) ||
	       (metadata->adopted && !strcasecmp(domain->uuid, metadata->adopted) &&
		text_equal(domain->name, metadata->adopted_name));
}

static bool is_of(const struct batch *batch, const struct facts_domain *domain)
{
	const struct metadata *metadata = &domain->metadata;

	if (strcmp(metadata->batch, batch->name) || !is_itself(domain))
		return false;
	if (batch->name_is_said || !batch->path)
		return true;
	/* Version 0.1 recorded no file; later ones do, unless there was none. */
	return metadata->batch_file ? !strcmp(metadata->batch_file, batch->path)
				    : !metadata->token;
}

enum domain_owner domain_owner_find(const struct batch *batch,
				    const struct facts_domain *domain)
{
	const struct metadata *metadata = &domain->metadata;

	if (domain->is_unreadable)
		return OWNER_UNKNOWN;
	if (!metadata->has_tools)
		return metadata->has_vmango ? OWNER_VMANGO : OWNER_NONE;
	return batch && batch->name && is_of(batch, domain) ? OWNER_THIS : OWNER_BATCH;
}

bool domain_owner_is_dropped(const struct batch *batch, const struct facts_domain *domain)
{
	char text[UUID_STR_LEN];
	uuid_t uuid;

	if (domain_owner_find(NULL, domain) != OWNER_NONE)
		return false;
	identity_uuid(batch->name, domain->name, uuid, text);
	return !strcasecmp(domain->uuid, text);
}

bool domain_owner_is_copy(const struct facts_domain *domain)
{
	return domain->metadata.has_tools && !is_itself(domain);
}

const char *domain_owner_word(const struct batch *batch,
			      const struct facts_domain *domain)
{
	static const char *const words[] = {[OWNER_THIS] = "this",
					    [OWNER_BATCH] = "batch",
					    [OWNER_VMANGO] = "vmango",
					    [OWNER_NONE] = "none",
					    [OWNER_UNKNOWN] = "unknown"};
	enum domain_owner owner = domain_owner_find(batch, domain);

	if (domain_owner_is_copy(domain))
		return "copy";
	if (owner == OWNER_BATCH && batch &&
	    text_equal(domain->metadata.batch, batch->name))
		return "file";
	return words[owner];
}

static void part_add(struct buf *text, size_t *parts, const char *what, const char *value)
{
	if (!value)
		return;
	buf_format(text, "%s%s %s", (*parts)++ ? ", " : " (", what, value);
}

char *domain_owner_text(const struct facts_domain *domain)
{
	const struct metadata *metadata = &domain->metadata;
	struct buf text = {0};
	size_t parts = 0;

	switch (domain_owner_find(NULL, domain)) {
	case OWNER_THIS:
	case OWNER_BATCH:
		buf_format(&text, "of batch \"%s\"", metadata->batch);
		part_add(&text, &parts, "file", metadata->batch_file);
		break;
	case OWNER_VMANGO:
		buf_add_string(&text, "of Vmango");
		break;
	case OWNER_NONE:
		buf_add_string(&text, "of no batch");
		break;
	case OWNER_UNKNOWN:
		buf_add_string(&text, "whose metadata can't be read");
		break;
	}
	part_add(&text, &parts, "user", metadata->creator);
	if (parts)
		buf_add_char(&text, ')');
	if (domain_owner_is_copy(domain))
		buf_add_string(&text, ", copied from another domain");
	return buf_take(&text);
}
