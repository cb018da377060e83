/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A digest of what a machine is made from, to see whether its input has changed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <nettle/sha2.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/batch/machine_hash.h"

/* A field is its length and its bytes, so that no two inputs look alike. */
static void field_add(struct sha256_ctx *context, const void *data, size_t size)
{
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)((uint64_t)size >> (8 * i));
	sha256_update(context, sizeof(length), length);
	if (size)
		sha256_update(context, size, data);
}

static void text_add(struct sha256_ctx *context, const char *text)
{
	field_add(context, text, text ? strlen(text) : 0);
}

static void number_add(struct sha256_ctx *context, uint64_t number)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(number >> (8 * i));
	field_add(context, bytes, sizeof(bytes));
}

static char *digest_text(struct sha256_ctx *context)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct buf text = {0};

	sha256_digest(context, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		buf_format(&text, "%02x", digest[i]);
	return buf_take(&text);
}

static void keys_add(struct sha256_ctx *context, const struct batch_machine *machine)
{
	number_add(context, machine->key_count);
	for (size_t i = 0; i < machine->key_count; i++) {
		text_add(context, machine->keys[i]->name);
		text_add(context, machine->keys[i]->public_key);
	}
}

char *machine_hash(const struct batch_machine *machine, const char *image_id)
{
	struct sha256_ctx context;

	sha256_init(&context);
	text_add(&context, image_id);
	text_add(&context, machine->arch);
	number_add(&context, machine->plan->memory_bytes);
	number_add(&context, machine->plan->cpus);
	number_add(&context, machine->plan->disk_size_bytes);
	keys_add(&context, machine);
	field_add(&context, machine->userdata, machine->userdata_size);
	number_add(&context, machine->ip);
	number_add(&context,
		   machine->ip == BATCH_IP_ADDRESS ? ntohl(machine->address.s_addr) : 0);
	number_add(&context, machine->autostart);
	return digest_text(&context);
}

char *machine_drive_hash(const struct batch_machine *machine, enum batch_drive form)
{
	struct sha256_ctx context;

	sha256_init(&context);
	text_add(&context, machine->name);
	number_add(&context, form);
	keys_add(&context, machine);
	field_add(&context, machine->userdata, machine->userdata_size);
	return digest_text(&context);
}

char *machine_data_hash(const void *data, size_t size)
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, size, data);
	return digest_text(&context);
}

static const char key_hash_prefix[] = "sha256:";

char *machine_key_hash(const char *key)
{
	CLEANUP(free_ptr) char *hash = NULL;

	if (machine_key_is_hash(key))
		return mem_string(key);
	hash = machine_data_hash(key, strlen(key));
	return mem_format("%s%s", key_hash_prefix, hash);
}

bool machine_key_is_hash(const char *text)
{
	size_t size = sizeof(key_hash_prefix) - 1;

	return !strncmp(text, key_hash_prefix, size) &&
	       strspn(text + size, "0123456789abcdef") == 2 * SHA256_DIGEST_SIZE &&
	       strlen(text) == size + 2 * SHA256_DIGEST_SIZE;
}
