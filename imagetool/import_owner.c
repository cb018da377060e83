/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which imports still run: each one owns the volumes that carry its name. */
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
#include "common/virt.h"
#include "imagetool/digest.h"
#include "imagetool/import_owner.h"
#include "imagetool/volume.h"

enum { MACHINE_ID_SIZE_MAX = 4096 };

/* Identifies where an owner's socket can be seen: this machine, and on it this network
 * namespace. */
static uint32_t host_number(void)
{
	CLEANUP(buf_free) struct buf machine_id = {0};
	struct stat network = {0};
	struct checksum checksum;
	struct digest digest;

	file_read("/etc/machine-id", MACHINE_ID_SIZE_MAX, &machine_id, NULL);
	if (stat("/proc/self/ns/net", &network) < 0)
		network.st_ino = 0;
	digest_begin(&digest, DIGEST_SHA256);
	digest_add(&digest, buf_text(&machine_id), machine_id.size);
	digest_add(&digest, &network.st_ino, sizeof(network.st_ino));
	checksum = digest_end(&digest);
	return bytes_be32(checksum.bytes);
}

/* Binds the owner's socket; fails with EADDRINUSE when the owner is alive. */
static int socket_bind(const struct import_owner *owner)
{
	const struct import_run run = {.owner = *owner};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char name[IMPORT_NAME_MAX + 1];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int length, failure;

	if (fd < 0)
		return -1;
	/* The name of the temporary volume without its dot; a leading NUL makes the
	 * socket abstract. */
	length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s",
			  import_name_format(IMPORT_TEMPORARY, &run, NULL, name) + 1);
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
	uint64_t number;
	int fd;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return error_errno(error, "can't get random numbers");
	snprintf(result.text, sizeof(result.text), "%08" PRIx32 "-%016" PRIx64,
		 host_number(), number);
	fd = socket_bind(&result);
	if (fd < 0)
		return error_errno(error, "can't bind a socket");
	*owner = result;
	return fd;
}

enum import_owner_state import_owner_state(const struct import_owner *owner)
{
	char host[IMPORT_HOST_LENGTH + 1];
	int fd;

	snprintf(host, sizeof(host), "%08" PRIx32, host_number());
	if (memcmp(host, owner->text, IMPORT_HOST_LENGTH))
		return OWNER_ELSEWHERE;
	fd = socket_bind(owner);
	if (fd >= 0) {
		close(fd);
		return OWNER_DEAD;
	}
	return errno == EADDRINUSE ? OWNER_ALIVE : OWNER_ELSEWHERE;
}

static bool is_old(virStorageVolPtr handle, uint64_t now_s)
{
	CLEANUP(volume_free) struct volume volume = {0};

	return volume_read(handle, &volume, NULL) == 0 && volume.changed_s < now_s &&
	       now_s - volume.changed_s > IMPORT_DEAD_AFTER_S;
}

/* Whether the image that is marked is not written any more. */
static bool image_is_old(virStoragePoolPtr pool, const char *image, uint64_t now_s)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;

	if (volume_lookup(pool, image, &handle, NULL) < 0)
		return false;
	return !handle || is_old(handle, now_s);
}

bool import_is_dead(const struct import_name *name, virStoragePoolPtr pool,
		    virStorageVolPtr handle, uint64_t now_s)
{
	switch (import_owner_state(&name->run.owner)) {
	case OWNER_DEAD:
		return true;
	case OWNER_ALIVE:
		return false;
	case OWNER_ELSEWHERE:
		break;
	}
	return is_old(handle, now_s) &&
	       (name->type != IMPORT_MARK || image_is_old(pool, name->image, now_s));
}
