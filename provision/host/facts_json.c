/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a hypervisor as JSON, for tests and bug reports.
 *
 * One description serves both directions: each code_...() function names the members of
 * an object once, and a struct coder either adds them to the object or reads them from
 * it. After the first error, the functions do nothing.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/host/facts_json.h"
#include "provision/batch/machine_hash.h"

#define FORMAT "vmango-facts-1"

struct coder {
	bool reads;
	json_object *object;
	struct error *error;
	bool *failed; /* shared by all coders of a document */
};

static void fail(const struct coder *coder, const char *name, const char *reason)
{
	if (!*coder->failed)
		error_set(coder->error, "%s: %s", name, reason);
	*coder->failed = true;
}

/* The member; NULL when it is null or something is wrong. */
static json_object *member_get(const struct coder *coder, const char *name,
			       json_type type)
{
	json_object *value;

	if (*coder->failed)
		return NULL;
	if (!json_object_object_get_ex(coder->object, name, &value)) {
		fail(coder, name, "missing");
		return NULL;
	}
	if (value && !json_object_is_type(value, type)) {
		fail(coder, name, "of another type");
		return NULL;
	}
	return value;
}

static void member_add(const struct coder *coder, const char *name, json_object *value)
{
	json_object_object_add(coder->object, name, value);
}

static char *string_take(const struct coder *coder, const char *name, json_object *value)
{
	const char *text = json_object_get_string(value);
	size_t size = (size_t)json_object_get_string_len(value);

	if (size > FACTS_TEXT_MAX || strlen(text) != size) {
		fail(coder, name, "too long, or has a NUL");
		return NULL;
	}
	return mem_string(text);
}

/* NULL is null. */
static void code_text(const struct coder *coder, const char *name, char **text)
{
	json_object *value;

	if (!coder->reads) {
		member_add(coder, name, *text ? json_text(*text) : NULL);
		return;
	}
	value = member_get(coder, name, json_type_string);
	if (value)
		*text = string_take(coder, name, value);
}

/* The same, but never NULL. */
static void code_name(const struct coder *coder, const char *name, char **text)
{
	code_text(coder, name, text);
	if (coder->reads && !*coder->failed && !*text)
		fail(coder, name, "null");
}

static void code_number(const struct coder *coder, const char *name, uint64_t max,
			uint64_t *number)
{
	json_object *value;

	if (!coder->reads) {
		member_add(coder, name, json_object_new_uint64(*number));
		return;
	}
	value = member_get(coder, name, json_type_int);
	if (*coder->failed)
		return;
	if (!value || json_object_get_int64(value) < 0 ||
	    json_object_get_uint64(value) > max)
		fail(coder, name, "out of range");
	else
		*number = json_object_get_uint64(value);
}

static void code_count(const struct coder *coder, const char *name, unsigned int *number)
{
	uint64_t value = *number;

	code_number(coder, name, INT_MAX, &value);
	*number = (unsigned int)value;
}

static void code_truth(const struct coder *coder, const char *name, bool *truth)
{
	json_object *value;

	if (!coder->reads) {
		member_add(coder, name, json_object_new_boolean(*truth));
		return;
	}
	value = member_get(coder, name, json_type_boolean);
	if (value)
		*truth = json_object_get_boolean(value);
	else
		fail(coder, name, "null");
}

/* One of `words`, by its index. */
static unsigned int code_word(const struct coder *coder, const char *name,
			      const char *const words[], size_t count, unsigned int word)
{
	json_object *value;

	if (!coder->reads) {
		member_add(coder, name, json_object_new_string(words[word]));
		return word;
	}
	value = member_get(coder, name, json_type_string);
	for (size_t i = 0; value && i < count; i++) {
		if (!strcmp(json_object_get_string(value), words[i]))
			return (unsigned int)i;
	}
	fail(coder, name, "unknown value");
	return word;
}

static void code_address(const struct coder *coder, const char *name,
			 struct in_addr *address)
{
	char buffer[INET_ADDRSTRLEN];
	CLEANUP(free_ptr) char *text = NULL;

	if (!coder->reads)
		text = mem_string(inet_ntop(AF_INET, address, buffer, sizeof(buffer)));
	code_name(coder, name, &text);
	if (coder->reads && text && inet_pton(AF_INET, text, address) != 1)
		fail(coder, name, "not an IPv4 address");
}

static void code_mac(const struct coder *coder, const char *name,
		     uint8_t mac[static MAC_SIZE])
{
	char buffer[MAC_TEXT_MAX];
	CLEANUP(free_ptr) char *text = NULL;

	if (!coder->reads)
		text = mem_string(mac_format(mac, buffer));
	code_name(coder, name, &text);
	if (coder->reads && text && mac_parse(text, mac, NULL) < 0)
		fail(coder, name, "not a MAC address");
}

static void code_uuid(const struct coder *coder, const char *name,
		      char uuid[static UUID_STR_LEN])
{
	CLEANUP(free_ptr) char *text = coder->reads ? NULL : mem_string(uuid);
	uuid_t parsed;

	code_name(coder, name, &text);
	if (!coder->reads || !text)
		return;
	if (uuid_parse(text, parsed) < 0)
		fail(coder, name, "not a UUID");
	else
		memcpy(uuid, text, UUID_STR_LEN);
}

/* An object within the object; false when there is nothing more to do. */
static bool code_object(const struct coder *coder, const char *name, struct coder *inner)
{
	*inner = *coder;
	if (coder->reads) {
		inner->object = member_get(coder, name, json_type_object);
		if (!inner->object)
			fail(coder, name, "null");
		return !*coder->failed;
	}
	inner->object = json_object_new_object();
	member_add(coder, name, inner->object);
	return true;
}

/* A list of objects, one after the other in list.item. */
struct list {
	struct coder item;
	json_object *array;
	const char *name;
	size_t index, count; /* of the item, from 0, once list_next() has returned true */
	bool has_begun;
};

static struct list list_begin(const struct coder *coder, const char *name, size_t count)
{
	struct list list = {.item = *coder, .name = name, .count = count};

	if (!coder->reads) {
		list.array = json_object_new_array();
		member_add(coder, name, list.array);
		return list;
	}
	list.array = member_get(coder, name, json_type_array);
	if (!list.array)
		fail(coder, name, "null");
	list.count = *coder->failed ? 0 : json_object_array_length(list.array);
	if (list.count > FACTS_LIST_MAX) {
		fail(coder, name, "too many");
		list.count = 0;
	}
	return list;
}

static bool list_next(struct list *list)
{
	if (list->has_begun)
		list->index++;
	list->has_begun = true;
	if (list->index >= list->count || *list->item.failed)
		return false;
	if (!list->item.reads) {
		list->item.object = json_object_new_object();
		json_object_array_add(list->array, list->item.object);
		return true;
	}
	list->item.object = json_object_array_get_idx(list->array, list->index);
	if (json_object_is_type(list->item.object, json_type_object))
		return true;
	fail(&list->item, list->name, "not a list of objects");
	return false;
}

/* The entry of `array` for list.item; a new one when reading. */
#define LIST_ENTRY(list, array) \
	((list)->item.reads ? array_add((array)) : &(array)->items[(list)->index])

static void code_pool(const struct coder *coder, const char *name,
		      struct facts_pool *pool)
{
	struct coder inner;

	if (!code_object(coder, name, &inner))
		return;
	code_text(&inner, "Name", &pool->name);
	code_text(&inner, "Type", &pool->type);
	code_text(&inner, "Path", &pool->path);
	code_number(&inner, "Free", UINT64_MAX, &pool->free_bytes);
}

static void code_range(const struct coder *coder, struct network_range *range)
{
	struct in_addr first = {htonl(range->first)}, last = {htonl(range->last)};

	code_address(coder, "First", &first);
	code_address(coder, "Last", &last);
	range->first = ntohl(first.s_addr);
	range->last = ntohl(last.s_addr);
	if (range->first > range->last)
		fail(coder, "Last", "before First");
}

static void code_reservation_entry(const struct coder *coder, struct network_host *host)
{
	code_truth(coder, "HasHWAddr", &host->has_mac);
	code_mac(coder, "HWAddr", host->mac);
	code_text(coder, "Name", &host->name);
	code_address(coder, "Address", &host->address);
}

static void code_network(const struct coder *coder, struct network *network)
{
	unsigned int ip_index = (unsigned int)network->ip_index;
	struct coder inner;
	struct list list;

	if (!code_object(coder, "Network", &inner))
		return;
	code_text(&inner, "Name", &network->name);
	code_text(&inner, "Bridge", &network->bridge);
	code_truth(&inner, "IsBridge", &network->is_bridge);
	code_truth(&inner, "HasSubnet", &network->has_subnet);
	code_address(&inner, "Gateway", &network->gateway);
	code_count(&inner, "Prefix", &network->prefix);
	code_count(&inner, "IpIndex", &ip_index);
	network->ip_index = (int)ip_index;
	if (network->has_subnet && (network->prefix < 1 || network->prefix > 32))
		fail(&inner, "Prefix", "out of range");
	code_truth(&inner, "HasDHCP", &network->has_dhcp);
	list = list_begin(&inner, "Ranges", network->ranges.count);
	while (list_next(&list))
		code_range(&list.item, LIST_ENTRY(&list, &network->ranges));
	if (network->ranges.count && !network->has_subnet)
		fail(&inner, "Ranges", "without a subnet");
	list = list_begin(&inner, "Hosts", network->hosts.count);
	while (list_next(&list))
		code_reservation_entry(&list.item, LIST_ENTRY(&list, &network->hosts));
	/* Facts of earlier versions do not have it. */
	if (coder->reads &&
	    !json_object_object_get_ex(inner.object, "HasConfigured", NULL))
		return;
	code_truth(&inner, "HasConfigured", &network->has_configured);
	list = list_begin(&inner, "ConfiguredHosts", network->configured.count);
	while (list_next(&list))
		code_reservation_entry(&list.item,
				       LIST_ENTRY(&list, &network->configured));
}

/* The other fields of an image follow from its file name. */
static void code_image(const struct coder *coder, struct facts_image *image)
{
	code_name(coder, "Id", &image->id);
	code_text(coder, "Path", &image->path);
	code_number(coder, "Size", UINT64_MAX, &image->size_bytes);
	code_number(coder, "VirtualSize", UINT64_MAX, &image->virtual_size_bytes);
	code_number(coder, "Changed", UINT64_MAX, &image->changed_s);
	if (coder->reads && image->id &&
	    image_name_parse(image->id, strlen(image->id), &image->name, NULL) < 0)
		fail(coder, "Id", "not an image's name");
}

static void code_volume(const struct coder *coder, struct facts_volume *volume)
{
	code_name(coder, "Name", &volume->name);
	code_number(coder, "Capacity", UINT64_MAX, &volume->capacity_bytes);
	code_truth(coder, "IsBlock", &volume->is_block);
	/* Facts of earlier versions do not have it. */
	if (!coder->reads || json_object_object_get_ex(coder->object, "Format", NULL))
		code_text(coder, "Format", &volume->format);
	if (!coder->reads || json_object_object_get_ex(coder->object, "IsGone", NULL))
		code_truth(coder, "IsGone", &volume->is_gone);
}

/* Without the key itself. */
static void code_key(const struct coder *coder, struct metadata_key *key)
{
	CLEANUP(free_ptr) char *hash = NULL;

	if (!coder->reads)
		hash = machine_key_hash(key->public);
	code_name(coder, "Name", &key->name);
	code_name(coder, "Hash", coder->reads ? &key->public : &hash);
	if (coder->reads && key->public && !machine_key_is_hash(key->public))
		fail(coder, "Hash", "not a hash");
}

static void code_owned_volume(const struct coder *coder, struct metadata_volume *volume)
{
	code_name(coder, "Pool", &volume->pool);
	code_name(coder, "Name", &volume->name);
	code_number(coder, "Capacity", UINT64_MAX, &volume->capacity_bytes);
	code_number(coder, "Image", UINT64_MAX, &volume->image_bytes);
	code_text(coder, "Backing", &volume->backing);
}

static void code_reservation(const struct coder *coder,
			     struct metadata_reservation *reservation)
{
	struct coder inner;

	if (!code_object(coder, "Reservation", &inner))
		return;
	code_text(&inner, "Network", &reservation->network);
	code_mac(&inner, "HWAddr", reservation->mac);
	code_address(&inner, "Address", &reservation->ip);
	code_text(&inner, "Name", &reservation->name);
	code_truth(&inner, "ByScript", &reservation->by_script);
}

/* Without its text; UserdataShown says whether the metadata have that. */
static void code_userdata(const struct coder *coder, struct metadata *metadata)
{
	CLEANUP(free_ptr) char *hash = mem_string(metadata->userdata_hash);
	uint64_t size = metadata->userdata_hash_size, shown = metadata->userdata_size;

	if (metadata->userdata) {
		free(hash);
		hash = machine_data_hash(metadata->userdata, metadata->userdata_size);
		size = metadata->userdata_size;
	}
	code_text(coder, "UserdataHash", &hash);
	code_number(coder, "UserdataSize", METADATA_USERDATA_MAX, &size);
	code_number(coder, "UserdataShown", METADATA_USERDATA_MAX, &shown);
	if (!coder->reads)
		return;
	metadata->userdata_hash = TAKE(hash);
	metadata->userdata_hash_size = size;
	metadata->userdata_size = shown;
}

static void code_metadata(const struct coder *coder, struct metadata *metadata)
{
	static const char *const states[] = {[METADATA_CREATING] = "creating",
					     [METADATA_REMOVING] = "removing",
					     [METADATA_READY] = "ready"};
	struct coder inner;
	struct list list;

	if (!code_object(coder, "Metadata", &inner))
		return;
	code_truth(&inner, "HasVmango", &metadata->has_vmango);
	code_text(&inner, "ImageId", &metadata->image_id);
	code_text(&inner, "Os", &metadata->os);
	code_text(&inner, "Creator", &metadata->creator);
	code_text(&inner, "Plan", &metadata->plan);
	list = list_begin(&inner, "Keys", metadata->keys.count);
	while (list_next(&list))
		code_key(&list.item, LIST_ENTRY(&list, &metadata->keys));
	code_userdata(&inner, metadata);
	code_truth(&inner, "HasTools", &metadata->has_tools);
	metadata->state = code_word(&inner, "State", states, ARRAY_LENGTH(states),
				    metadata->state);
	code_text(&inner, "Run", &metadata->token);
	code_text(&inner, "Batch", &metadata->batch);
	code_text(&inner, "BatchFile", &metadata->batch_file);
	code_text(&inner, "Adopted", &metadata->adopted);
	code_text(&inner, "AdoptedName", &metadata->adopted_name);
	code_truth(&inner, "Protect", &metadata->protect);
	code_text(&inner, "InputHash", &metadata->input_hash);
	code_count(&inner, "InstanceSerial", &metadata->instance_serial);
	code_text(&inner, "DriveHash", &metadata->drive_hash);
	list = list_begin(&inner, "Volumes", metadata->volumes.count);
	while (list_next(&list))
		code_owned_volume(&list.item, LIST_ENTRY(&list, &metadata->volumes));
	code_reservation(&inner, &metadata->reservation);
	if (metadata->has_tools && !metadata->batch)
		fail(&inner, "Batch", "null");
}

static void code_disk(const struct coder *coder, struct domain_disk *disk)
{
	struct list list;

	code_name(coder, "Target", &disk->target);
	code_truth(coder, "IsWritable", &disk->is_writable);
	code_text(coder, "Pool", &disk->pool);
	code_text(coder, "Volume", &disk->volume);
	code_truth(coder, "HasMirror", &disk->has_mirror);
	code_number(coder, "Capacity", UINT64_MAX, &disk->capacity_bytes);
	list = list_begin(coder, "Chain", disk->chain.count);
	while (list_next(&list))
		code_name(&list.item, "Path", LIST_ENTRY(&list, &disk->chain));
}

static void code_nic(const struct coder *coder, struct hardware_nic *nic)
{
	code_truth(coder, "HasHWAddr", &nic->has_mac);
	code_mac(coder, "HWAddr", nic->mac);
	code_text(coder, "Source", &nic->source);
	code_text(coder, "Model", &nic->model);
	code_truth(coder, "IsDown", &nic->is_down);
	if (!coder->reads || json_object_object_get_ex(coder->object, "IsDetached", NULL))
		code_truth(coder, "IsDetached", &nic->is_detached);
}

static void code_hardware_disk(const struct coder *coder, struct hardware_disk *disk)
{
	code_text(coder, "Target", &disk->target);
	code_text(coder, "Bus", &disk->bus);
	code_text(coder, "Path", &disk->path);
}

/* Null when it is not known. */
static void code_hardware(const struct coder *coder, const char *name,
			  struct domain_hardware *hardware)
{
	struct coder inner;
	struct list list;

	if (coder->reads)
		hardware->is_known = member_get(coder, name, json_type_object);
	else if (!hardware->is_known)
		member_add(coder, name, NULL);
	if (!hardware->is_known || !code_object(coder, name, &inner))
		return;
	code_number(&inner, "Memory", UINT64_MAX, &hardware->memory_bytes);
	code_number(&inner, "MemoryMax", UINT64_MAX, &hardware->memory_max_bytes);
	code_count(&inner, "Cpus", &hardware->cpus);
	code_count(&inner, "CpusMax", &hardware->cpus_max);
	code_text(&inner, "DomainType", &hardware->type);
	code_text(&inner, "MachineType", &hardware->machine_type);
	code_text(&inner, "CpuMode", &hardware->cpu_mode);
	code_text(&inner, "Firmware", &hardware->firmware);
	list = list_begin(&inner, "Nics", hardware->nics.count);
	while (list_next(&list))
		code_nic(&list.item, LIST_ENTRY(&list, &hardware->nics));
	list = list_begin(&inner, "Disks", hardware->disks.count);
	while (list_next(&list))
		code_hardware_disk(&list.item, LIST_ENTRY(&list, &hardware->disks));
}

static void code_domain(const struct coder *coder, struct facts_domain *domain)
{
	static const char *const activities[] = {[FACTS_ACTIVITY_UNKNOWN] = "unknown",
						 [FACTS_OFF] = "off",
						 [FACTS_RUNS] = "runs",
						 [FACTS_MIGRATES] = "migrates"};
	struct list list;

	code_name(coder, "Name", &domain->name);
	code_uuid(coder, "Id", domain->uuid);
	code_truth(coder, "IsActive", &domain->active);
	code_truth(coder, "IsPaused", &domain->is_paused);
	code_truth(coder, "IsTransient", &domain->is_transient);
	code_truth(coder, "Autostart", &domain->autostart);
	code_truth(coder, "IsUnreadable", &domain->is_unreadable);
	code_truth(coder, "IsOverwritten", &domain->is_overwritten);
	code_number(coder, "Memory", UINT64_MAX, &domain->memory_bytes);
	code_count(coder, "Cpus", &domain->cpus);
	code_count(coder, "CpusOnline", &domain->cpus_online);
	domain->activity = code_word(coder, "Activity", activities,
				     ARRAY_LENGTH(activities), domain->activity);
	code_truth(coder, "IsSettled", &domain->is_settled);
	code_truth(coder, "IsIdle", &domain->is_idle);
	code_truth(coder, "WasMigrated", &domain->was_migrated);
	list = list_begin(coder, "Interfaces", domain->macs.count);
	while (list_next(&list))
		code_mac(&list.item, "HWAddr", LIST_ENTRY(&list, &domain->macs)->mac);
	list = list_begin(coder, "Disks", domain->disks.list.count);
	while (list_next(&list))
		code_disk(&list.item, LIST_ENTRY(&list, &domain->disks.list));
	code_hardware(coder, "Hardware", &domain->hardware);
	code_hardware(coder, "Live", &domain->live);
	code_metadata(coder, &domain->metadata);
}

static void code_capabilities(const struct coder *coder, struct facts *facts)
{
	struct list list;

	code_text(coder, "HostId", &facts->host_uuid);
	code_text(coder, "Arch", &facts->arch);
	code_number(coder, "Memory", UINT64_MAX, &facts->memory_bytes);
	code_truth(coder, "HasCapabilities", &facts->has_capabilities);
	list = list_begin(coder, "KVM", facts->kvm_archs.count);
	while (list_next(&list))
		code_name(&list.item, "Arch", LIST_ENTRY(&list, &facts->kvm_archs));
}

/* The password in "://USER:PASSWORD@HOST", if `authority` begins with USER. */
static size_t password_find(const char *authority, const char **password)
{
	size_t size = strcspn(authority, "/?# \t\n'\"");
	const char *at = memrchr(authority, '@', size);
	const char *colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;

	*password = colon;
	return colon ? (size_t)(at - colon) : 0;
}

/* The text without the passwords of the URIs in it; the caller owns it. */
static char *without_passwords(const char *text)
{
	struct buf result = {0};
	const char *scheme, *password;

	if (!text)
		return NULL;
	while ((scheme = strstr(text, "://"))) {
		const char *authority = scheme + strlen("://");
		size_t size = password_find(authority, &password);
		const char *end = size ? password : authority;

		buf_add(&result, text, (size_t)(end - text));
		text = end + size;
	}
	buf_add_string(&result, text);
	return buf_take(&result);
}

/* A message, which may name the hypervisor by its URI. */
static void code_message(const struct coder *coder, const char *name, char **message)
{
	CLEANUP(free_ptr) char *shown = coder->reads ? NULL : without_passwords(*message);

	code_text(coder, name, coder->reads ? message : &shown);
}

static void code_reason(const struct coder *coder, char **problem)
{
	code_message(coder, "Reason", problem);
	if (coder->reads && !*coder->failed && !*problem)
		fail(coder, "Reason", "null");
}

static void code_facts(const struct coder *coder, struct facts *facts,
		       struct facts_origin *origin)
{
	CLEANUP(free_ptr) char *format = coder->reads ? NULL : mem_string(FORMAT);
	struct list list;

	code_name(coder, "Format", &format);
	if (format && strcmp(format, FORMAT))
		fail(coder, "Format", "not " FORMAT);
	code_name(coder, "Hypervisor", &origin->hypervisor);
	code_number(coder, "Time", UINT32_MAX, &origin->read_s);
	code_truth(coder, "IsReached", &facts->is_reached);
	code_message(coder, "Unreachable", &facts->unreachable);
	if (coder->reads && !facts->is_reached && !facts->unreachable)
		fail(coder, "Unreachable", "null");
	list = list_begin(coder, "Problems", facts->problems.count);
	while (list_next(&list))
		code_reason(&list.item, LIST_ENTRY(&list, &facts->problems));
	code_text(coder, "Uri", &facts->uri);
	code_capabilities(coder, facts);
	code_pool(coder, "ImagePool", &facts->images_pool);
	code_pool(coder, "RootPool", &facts->root_pool);
	code_network(coder, &facts->network);
	list = list_begin(coder, "Images", facts->images.count);
	while (list_next(&list))
		code_image(&list.item, LIST_ENTRY(&list, &facts->images));
	list = list_begin(coder, "Unfinished", facts->unfinished.count);
	while (list_next(&list))
		code_name(&list.item, "Id", LIST_ENTRY(&list, &facts->unfinished));
	code_truth(coder, "VolumesAreOld", &facts->volumes_are_old);
	list = list_begin(coder, "Volumes", facts->volumes.count);
	while (list_next(&list))
		code_volume(&list.item, LIST_ENTRY(&list, &facts->volumes));
	list = list_begin(coder, "Domains", facts->domains.count);
	while (list_next(&list))
		code_domain(&list.item, LIST_ENTRY(&list, &facts->domains));
}

json_object *facts_json_write(const struct facts *facts, const char *hypervisor,
			      uint64_t read_s)
{
	CLEANUP(free_ptr) char *name = without_passwords(hypervisor);
	CLEANUP(free_ptr) char *uri = without_passwords(facts->uri);
	struct facts_origin origin = {.hypervisor = name, .read_s = read_s};
	struct facts shown = *facts;
	bool failed = false;
	const struct coder coder = {.object = json_object_new_object(),
				    .failed = &failed};

	shown.uri = uri;
	code_facts(&coder, &shown, &origin);
	return coder.object;
}

int facts_json_read(const char *text, size_t size, struct facts *facts,
		    struct facts_origin *origin, struct error *error)
{
	CLEANUP(json_put) json_object *object = NULL;
	bool failed = false;

	*facts = (struct facts){0};
	*origin = (struct facts_origin){0};
	if (json_parse(text, size, JSON_DEPTH_MAX, &object, error) < 0)
		return -1;
	if (!json_object_is_type(object, json_type_object))
		return error_set(error, "not a JSON object");
	code_facts(&(struct coder){.reads = true,
				   .object = object,
				   .error = error,
				   .failed = &failed},
		   facts, origin);
	if (!failed)
		return 0;
	facts_free(facts);
	free(origin->hypervisor);
	*origin = (struct facts_origin){0};
	return -1;
}
