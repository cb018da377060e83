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
#include "imagetool/digest.h"
#include "imagetool/import_names.h"

enum { HOST_LENGTH = 8, MACHINE_ID_SIZE_MAX = 4096 };

static const char temporary_start[] = ".vmango-import-";
static const char mark_start[] = ".vmango-publish-";

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

/* Nothing, or "-1" and so on. */
static bool is_number(const char *text)
{
	return !*text || (text[0] == '-' && text[1] >= '1' && text[1] <= '9' &&
			  !text[1 + strspn(text + 1, "0123456789")]);
}

struct import_name import_name_parse(const char *name)
{
	struct import_name parsed = {.type = IMPORT_OTHER};
	const char *owner;

	if (!strncmp(name, temporary_start, sizeof(temporary_start) - 1)) {
		owner = name + sizeof(temporary_start) - 1;
		if (is_owner(owner) && is_number(owner + IMPORT_OWNER_LENGTH))
			parsed.type = IMPORT_TEMPORARY;
	} else if (!strncmp(name, mark_start, sizeof(mark_start) - 1)) {
		owner = name + sizeof(mark_start) - 1;
		if (is_owner(owner) && owner[IMPORT_OWNER_LENGTH] == '_')
			parsed.type = IMPORT_MARK;
	}
	if (parsed.type == IMPORT_OTHER)
		return parsed;
	memcpy(parsed.owner.text, owner, IMPORT_OWNER_LENGTH);
	if (parsed.type == IMPORT_MARK)
		parsed.image = owner + IMPORT_OWNER_LENGTH + 1;
	return parsed;
}

const char *import_name_temporary(const struct import_owner *owner, size_t number,
				  char text[static IMPORT_NAME_MAX + 1])
{
	int length = snprintf(text, IMPORT_NAME_MAX + 1, "%s%s", temporary_start,
			      owner->text);

	if (number)
		snprintf(text + length, IMPORT_NAME_MAX + 1 - (size_t)length, "-%zu",
			 number);
	return text;
}

const char *import_name_mark(const struct import_owner *owner, const char *image,
			     char text[static IMPORT_NAME_MAX + 1])
{
	snprintf(text, IMPORT_NAME_MAX + 1, "%s%s_%s", mark_start, owner->text, image);
	return text;
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
			      temporary_start + 1, owner->text);
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
