/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose a domain is, by metadata that anybody may have written. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/batch/identity.h"
#include "provision/plan/domain_owner.h"
#include "tests/unit/tap.h"

/* The domain "web" of batch "lab", read from /root/lab.ini. */
static struct facts_domain domain_of(const char *batch)
{
	struct facts_domain domain = {.name = (char *)"web"};
	uuid_t uuid;

	identity_uuid(batch, "web", uuid, domain.uuid);
	domain.metadata.has_tools = true;
	domain.metadata.batch = (char *)"lab";
	domain.metadata.batch_file = (char *)"/root/lab.ini";
	return domain;
}

static void is(const struct facts_domain *domain, const struct batch *batch,
	       const char *expected, const char *what)
{
	tap_string(domain_owner_word(batch, domain), expected, "%s", what);
}

static void text_is(const struct facts_domain *domain, const char *expected)
{
	CLEANUP(free_ptr) char *text = domain_owner_text(domain);

	tap_string(text, expected, "text: %s", expected);
}

static void owners(void)
{
	struct batch said = {.name = (char *)"lab",
			     .name_is_said = true,
			     .path = (char *)"/other/lab.ini"};
	struct batch made = {.name = (char *)"lab", .path = (char *)"/root/lab.ini"};
	struct facts_domain domain = domain_of("lab"), copy = domain_of("lab");

	is(&domain, &said, "this", "a name that is said counts wherever the file is");
	is(&domain, &made, "this", "one made of the file's counts with the file");
	made.path = (char *)"/other/lab.ini";
	is(&domain, &made, "file", "and not with another");
	domain.metadata.batch_file = NULL;
	is(&domain, &made, "this", "unless none is known, as of version 0.1");
	domain.metadata.token = (char *)"a-run";
	is(&domain, &made, "file", "a batch from standard input is no file's");
	is(&domain, &said, "this", "but one of that name");
	domain.metadata.token = NULL;
	is(&domain, NULL, "batch", "without a batch it is some batch's");
	memset(copy.uuid, '0', 8);
	is(&copy, &said, "copy", "a copy has another UUID");
	copy.metadata.adopted = copy.uuid;
	is(&copy, &said, "copy", "nor one that was adopted under another name");
	copy.metadata.adopted_name = copy.name;
	is(&copy, &said, "this", "unless it was adopted with it");
	copy.metadata.adopted = (char *)"";
	is(&copy, &said, "copy", "an adoption of nothing is none");
	copy = domain_of("other");
	is(&copy, &said, "copy", "the UUID of another batch");
	copy.name = (char *)"renamed";
	is(&copy, &said, "copy", "a domain that was renamed");
	domain.metadata.batch = (char *)"LAB";
	is(&domain, &said, "copy", "names are not compared loosely");
}

int main(void)
{
	struct facts_domain domain = domain_of("lab");

	owners();
	text_is(&domain, "of batch \"lab\" (file /root/lab.ini)");
	domain.metadata.creator = (char *)"bob";
	text_is(&domain, "of batch \"lab\" (file /root/lab.ini, user bob)");
	domain.name = (char *)"copy";
	text_is(&domain, "of batch \"lab\" (file /root/lab.ini, user bob), copied from "
			 "another domain");
	domain.metadata = (struct metadata){.has_vmango = true};
	is(&domain, NULL, "vmango", "Vmango's element alone");
	text_is(&domain, "of Vmango");
	domain.metadata = (struct metadata){0};
	is(&domain, NULL, "none", "no metadata");
	text_is(&domain, "of no batch");
	domain.is_unreadable = true;
	is(&domain, NULL, "unknown", "metadata that can't be understood");
	text_is(&domain, "whose metadata can't be read");
	return tap_done();
}
