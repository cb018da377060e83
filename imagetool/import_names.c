/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of volumes that an import leaves behind when it is killed. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "common/num.h"
#include "imagetool/digest.h"
#include "imagetool/image_name.h"
#include "imagetool/import_names.h"

enum { HOST_LENGTH = 8, MACHINE_ID_SIZE_MAX = 4096 };

static const char *const starts[] = {
	[IMPORT_TEMPORARY] = ".vmango-import-", [IMPORT_LOCK] = ".vmango-lock-",
	[IMPORT_MARK] = ".vmango-publish-",	[IMPORT_NEW] = ".vmango-new-",
	[IMPORT_REPLACE] = ".vmango-replace-",	[IMPORT_WHOLE] = ".vmango-whole-",
};

/* "01234567-0123456789abcdef" */
static bool is_owner(const char *text)
{
	for (size_t i = 0; i < IMPORT_OWNER_LENGTH; i++) {
		if (i == HOST_LENGTH ? text[i] != '-'
				     : !text[i] || !strchr("0123456789abcdef", text[i]))
			return false;
	}
	return true;
}

/* Nothing, or "-1" and so on, and what follows; NULL when it is neither. */
static const char *number_parse(const char *text, uint32_t *number)
{
	CLEANUP(free_ptr) char *digits = NULL;
	size_t length;
	uint64_t value;

	if (text[0] != '-')
		return text;
	length = strspn(text + 1, "0123456789");
	digits = mem_substring(text + 1, length);
	if (text[1] == '0' || num_parse(digits, 1, UINT32_MAX, &value, NULL) < 0)
		return NULL;
	*number = (uint32_t)value;
	return text + 1 + length;
}

static int rest_parse(const char *text, struct import_name *parsed)
{
	const char *rest = is_owner(text) ? text + IMPORT_OWNER_LENGTH : NULL;
	struct image_name image;

	if (rest && parsed->type != IMPORT_MARK)
		rest = number_parse(rest, &parsed->run.number);
	if (!rest || *rest != (parsed->type == IMPORT_TEMPORARY ? '\0' : '_'))
		return -1;
	if (*rest)
		parsed->image = rest + 1;
	/* A hypervisor may call its volumes as it likes. */
	if (*rest && image_name_parse(rest + 1, strlen(rest + 1), &image, NULL) < 0)
		return -1;
	memcpy(parsed->run.owner.text, text, IMPORT_OWNER_LENGTH);
	return 0;
}

struct import_name import_name_parse(const char *name)
{
	for (int type = IMPORT_TEMPORARY; type <= IMPORT_WHOLE; type++) {
		struct import_name parsed = {.type = (enum import_name_type)type};
		size_t length = strlen(starts[type]);

		if (!strncmp(name, starts[type], length) &&
		    rest_parse(name + length, &parsed) == 0)
			return parsed;
	}
	return (struct import_name){.type = IMPORT_OTHER};
}

const char *import_name_format(enum import_name_type type, const struct import_run *run,
			       const char *image, char text[static IMPORT_NAME_MAX + 1])
{
	bool has_image = type != IMPORT_TEMPORARY;
	char number[sizeof("-4294967295")] = "";

	if (run->number && type != IMPORT_MARK)
		snprintf(number, sizeof(number), "-%" PRIu32, run->number);
	snprintf(text, IMPORT_NAME_MAX + 1, "%s%s%s%s%s", starts[type], run->owner.text,
		 number, has_image ? "_" : "", has_image ? image : "");
	return text;
}

bool import_name_replaces(const struct import_name *name)
{
	return name->type == IMPORT_REPLACE || name->type == IMPORT_WHOLE;
}

bool import_name_marks(const struct import_name *name)
{
	return name->type == IMPORT_MARK || import_name_replaces(name);
}

/*
 * Owners can be looked up where their sockets' names are: on the same machine, in the
 * same network namespace.
 */
static uint32_t host_number(void)
{
	CLEANUP(buf_free) struct buf machine_id = {0};
	struct stat namespace = {0};
	struct checksum checksum;
	struct digest digest;

	file_read("/etc/machine-id", MACHINE_ID_SIZE_MAX, &machine_id, NULL);
	if (stat("/proc/self/ns/net", &namespace) < 0)
	namespace.st_ino = 0;
	digest_begin(&digest, DIGEST_SHA256);
	digest_add(&digest, buf_text(&machine_id), machine_id.size);
	digest_add(&digest, &namespace.st_ino, sizeof(namespace.st_ino));
	checksum = digest_end(&digest);
	return bytes_be32(checksum.bytes);
}

/* Binds the owner's name; fails with EADDRINUSE when it is alive. */
static int owner_bind(const struct import_owner *owner)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s%s",
			      starts[IMPORT_TEMPORARY] + 1, owner->text);
	int failure;

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			     (size_t)length)) == 0)
		return fd;
	failure = errno;
	close(fd);
	errno = failure;
	return -1;
}

int import_owner_begin(struct import_owner *owner, struct error *error)
{
	struct import_owner result;
	uint64_t run;
	int fd;

	if (getrandom(&run, sizeof(run), 0) != sizeof(run))
		return error_errno(error, "random numbers");
	snprintf(result.text, sizeof(result.text), "%08" PRIx32 "-%016" PRIx64,
		 host_number(), run);
	fd = owner_bind(&result);
	if (fd < 0)
		return error_errno(error, "a socket's name");
	*owner = result;
	return fd;
}

enum import_owner_state import_owner_look(const struct import_owner *owner)
{
	char host[HOST_LENGTH + 1];
	int fd;

	snprintf(host, sizeof(host), "%08" PRIx32, host_number());
	if (memcmp(host, owner->text, HOST_LENGTH))
		return OWNER_ELSEWHERE;
	fd = owner_bind(owner);
	if (fd >= 0) {
		close(fd);
		return OWNER_DEAD;
	}
	return errno == EADDRINUSE ? OWNER_ALIVE : OWNER_ELSEWHERE;
}
