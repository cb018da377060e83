/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing domains that another tool created as a batch. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/host/domain_export.h"
#include "provision/host/domain_export_write.h"

static const uint64_t MEGABYTE = UINT64_C(1) << 20, DISK_USUAL = UINT64_C(10) << 30;

/* For an unknown image, network or pool. */
#define UNKNOWN "CHANGE-ME"

static void comment_add(struct buf *text, const char *comment)
{
	buf_add_string(text, "# ");
	text_add_printable(text, comment);
	buf_add_char(text, '\n');
}

/* A value that the file can't hold is commented out. */
static void value_add(struct buf *text, const char *key, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=:,./@%?&";
	bool is_whole = !value[strspn(value, plain)];

	if (!is_whole && (strchr(value, '"') || !text_is_utf8(value, strlen(value)))) {
		buf_format(text, "# %s = ", key);
		text_add_printable(text, value);
	} else if (is_whole) {
		buf_format(text, "%s = %s", key, value);
	} else {
		CLEANUP(buf_free) struct buf printable = {0};

		text_add_printable(&printable, value);
		buf_format(text, "%s%s = \"%s\"",
			   strcmp(buf_text(&printable), value) ? "# " : "", key,
			   buf_text(&printable));
	}
	buf_add_char(text, '\n');
}

static uint64_t megabytes(uint64_t bytes)
{
	return bytes > MEGABYTE ? (bytes + MEGABYTE - 1) / MEGABYTE : 1;
}

static char *plan_name(const struct domain_export *domain)
{
	uint64_t disk = domain->disk_bytes ? domain->disk_bytes : DISK_USUAL;

	return mem_format("%" PRIu64 "M-%ucpu-%" PRIu64 "M",
			  megabytes(domain->memory_bytes),
			  domain->cpus ? domain->cpus : 1, megabytes(disk));
}

/* The first domain with the hypervisor, network and pool of domain number `index`.
 */
static size_t place_of(const struct domain_export *domains, size_t index)
{
	size_t i = 0;

	while (!text_equal(domains[i].network, domains[index].network) ||
	       !text_equal(domains[i].pool, domains[index].pool))
		i++;
	return i;
}

static char *hypervisor_name(size_t place)
{
	return place ? mem_format("local-%zu", place + 1) : mem_string("local");
}

static void hypervisors_write(const struct domain_export *domains, size_t count,
			      const char *uri, struct buf *text)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(free_ptr) char *name = hypervisor_name(i);

		if (place_of(domains, i) != i)
			continue;
		buf_format(text, "[hypervisor %s]\n", name);
		value_add(text, "url", uri);
		value_add(text, "network",
			  domains[i].network ? domains[i].network : UNKNOWN);
		value_add(text, "root_storage_pool",
			  domains[i].pool ? domains[i].pool : UNKNOWN);
		buf_add_char(text, '\n');
	}
}

static void plans_write(const struct domain_export *domains, size_t count,
			struct buf *text)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(free_ptr) char *name = plan_name(&domains[i]);
		uint64_t disk = domains[i].disk_bytes ? domains[i].disk_bytes
						      : DISK_USUAL;
		bool is_known = false;

		for (size_t j = 0; j < i && !is_known; j++) {
			CLEANUP(free_ptr) char *other = plan_name(&domains[j]);

			is_known = !strcmp(name, other);
		}
		if (is_known)
			continue;
		buf_format(text,
			   "[plan %s]\nmemory = %" PRIu64 "M\ncpus = %u\n"
			   "disk_size = %" PRIu64 "M\n\n",
			   name, megabytes(domains[i].memory_bytes),
			   domains[i].cpus ? domains[i].cpus : 1, megabytes(disk));
	}
}

static void machine_write(const struct domain_export *domains, size_t index,
			  struct buf *text)
{
	const struct domain_export *domain = &domains[index];
	CLEANUP(free_ptr) char *plan = plan_name(domain);
	CLEANUP(free_ptr) char *hypervisor = hypervisor_name(place_of(domains, index));
	char ip[INET_ADDRSTRLEN];

	for (size_t i = 0; i < domain->notes.count; i++) {
		CLEANUP(free_ptr)
		char *note = mem_format("%s: not in the batch: %s", domain->name,
					domain->notes.messages[i]);

		comment_add(text, note);
	}
	if (!domain->disk_bytes)
		buf_format(text, "# %s: the size of its disk is not known\n",
			   domain->name);
	if (!domain->metadata.image_id)
		buf_format(text, "# %s: the image is %s\n", domain->name,
			   domain->image ? "guessed from its OS" : "not known");
	if (!domain->metadata.has_vmango && !domain->metadata.has_tools)
		buf_format(text, "# %s: its SSH keys and user data are not known\n",
			   domain->name);
	buf_format(text, "[machine %s]\nhypervisor = %s\nplan = %s\n", domain->name,
		   hypervisor, plan);
	value_add(text, "image", domain->image ? domain->image : UNKNOWN);
	buf_format(text, "ip = %s\n",
		   domain->has_address
			   ? inet_ntop(AF_INET, &domain->address, ip, sizeof(ip))
			   : "dhcp");
	if (domain->autostart)
		buf_add_string(text, "autostart = yes\n");
	buf_add_char(text, '\n');
}

void domain_export_write(const struct domain_export *domains, size_t count,
			 const char *uri, struct buf *text)
{
	buf_add_string(
		text,
		"# Machines like these domains. Apply creates new ones, with disks from "
		"the image,\n# and refuses as long as a domain of the name exists.\n\n");
	hypervisors_write(domains, count, uri, text);
	plans_write(domains, count, text);
	for (size_t i = 0; i < count; i++)
		machine_write(domains, i, text);
}
