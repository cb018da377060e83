/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of a machine's volumes, which are made of its own. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "provision/batch/machine_volume.h"

static const char *const suffixes[MACHINE_VOLUME_KINDS] = {
	[MACHINE_VOLUME_DISK] = "_disk",
	[MACHINE_VOLUME_DRIVE] = "_config.iso",
	[MACHINE_VOLUME_DRIVE_2] = "_config-2.iso",
};

char *machine_volume_name(const char *machine, enum machine_volume_kind kind)
{
	return mem_format("%s%s", machine, suffixes[kind]);
}

bool machine_volume_is_drive(const char *machine, const char *volume)
{
	size_t size = strlen(machine);

	return !strncmp(volume, machine, size) &&
	       (!strcmp(volume + size, suffixes[MACHINE_VOLUME_DRIVE]) ||
		!strcmp(volume + size, suffixes[MACHINE_VOLUME_DRIVE_2]));
}

char *machine_volume_path(const char *folder, const char *machine,
			  enum machine_volume_kind kind)
{
	return mem_format("%s/%s%s", folder ? folder : "", machine, suffixes[kind]);
}

char *machine_of_volume(const char *volume, const char **suffix)
{
	size_t size = strlen(volume);

	for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
		size_t suffix_size = strlen(suffixes[i]);

		if (size <= suffix_size ||
		    strcmp(volume + size - suffix_size, suffixes[i]))
			continue;
		*suffix = suffixes[i];
		return mem_substring(volume, size - suffix_size);
	}
	return NULL;
}

char *machine_of_disk(const char *volume)
{
	const char *suffix = suffixes[MACHINE_VOLUME_DISK];
	size_t size = strlen(volume), suffix_size = strlen(suffix);

	if (size <= suffix_size || strcmp(volume + size - suffix_size, suffix))
		return NULL;
	return mem_substring(volume, size - suffix_size);
}
