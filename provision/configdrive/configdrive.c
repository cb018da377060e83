/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the image of a config drive from its files. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/configdrive/configdrive.h"
#include "provision/configdrive/drive_check.h"
#include "provision/configdrive/iso.h"
#include "provision/configdrive/nocloud.h"
#include "provision/configdrive/openstack.h"

enum { FILES_MAX = 4 };

/* The files of one drive; their contents are borrowed. */
struct files {
	struct iso_file items[FILES_MAX];
	size_t count;
};

int configdrive_format_parse(const char *word, enum configdrive_format *format)
{
	if (!strcmp(word, "openstack"))
		*format = CONFIGDRIVE_OPENSTACK;
	else if (!strcmp(word, "nocloud"))
		*format = CONFIGDRIVE_NOCLOUD;
	else
		return -1;
	return 0;
}

static void files_add(struct files *files, const char *path, const void *data,
		      size_t size)
{
	files->items[files->count++] = (struct iso_file){path, data, size};
}

static int openstack_build(const struct configdrive *drive, struct buf *image,
			   struct error *error)
{
	CLEANUP(free_ptr) char *meta = openstack_meta_data(drive);
	CLEANUP(free_ptr) char *network = openstack_network_data(drive);
	struct files files = {0};

	files_add(&files, "openstack/latest/meta_data.json", meta, strlen(meta));
	files_add(&files, "openstack/latest/vendor_data.json", "{}\n", 3);
	if (network)
		files_add(&files, "openstack/latest/network_data.json", network,
			  strlen(network));
	if (drive->userdata_size)
		files_add(&files, "openstack/latest/user_data", drive->userdata,
			  drive->userdata_size);
	return iso_build("config-2", files.items, files.count, image, error);
}

static int nocloud_build(const struct configdrive *drive, struct buf *image,
			 struct error *error)
{
	CLEANUP(free_ptr) char *meta = nocloud_meta_data(drive);
	CLEANUP(free_ptr) char *network = nocloud_network_config(drive);
	struct files files = {0};

	files_add(&files, "meta-data", meta, strlen(meta));
	files_add(&files, "user-data", drive->userdata, drive->userdata_size);
	if (network)
		files_add(&files, "network-config", network, strlen(network));
	return iso_build("cidata", files.items, files.count, image, error);
}

int configdrive_build(const struct configdrive *drive, struct buf *image,
		      struct error *error)
{
	if (configdrive_check(drive, error) < 0)
		return -1;
	if (drive->format == CONFIGDRIVE_NOCLOUD)
		return nocloud_build(drive, image, error);
	return openstack_build(drive, image, error);
}
