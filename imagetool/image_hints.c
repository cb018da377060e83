/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options for what an image's name does not say: --os, --version, --arch, --format.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "imagetool/image_hints.h"

static const char ubuntu_csv_path[] = "/usr/share/distro-info/ubuntu.csv";

enum { UBUNTU_CSV_SIZE_MAX = 1024 * 1024 };

bool image_hint_take(struct cli *cli, int code, struct image_hints *hints)
{
	const char *value = cli->value;

	switch (code) {
	case HINT_OS:
		hints->os_name = value;
		return true;
	case HINT_VERSION:
		hints->os_version = value;
		return true;
	case HINT_ARCH:
		if (image_arch_parse(value, strlen(value), &hints->arch) < 0)
			cli_usage(cli, "unknown architecture \"%s\"", value);
		hints->has_arch = true;
		return true;
	case HINT_FORMAT:
		if (image_format_parse(value, strlen(value), &hints->format) < 0)
			cli_usage(cli, "format \"%s\" is neither qcow2 nor raw", value);
		hints->has_format = true;
		return true;
	default:
		return false;
	}
}

static int options_apply(const struct image_hints *hints, struct image_parts *parts,
			 struct error *error)
{
	if (hints->has_arch && parts->has_arch && hints->arch != parts->arch)
		return error_set(error, "its name says %s, not %s",
				 image_arch_word(parts->arch),
				 image_arch_word(hints->arch));
	if (hints->has_format && parts->has_format && hints->format != parts->format)
		return error_set(error, "its name says %s, not %s",
				 image_format_word(parts->format),
				 image_format_word(hints->format));
	if (hints->os_name)
		snprintf(parts->os_name, sizeof(parts->os_name), "%s", hints->os_name);
	if (hints->os_version)
		snprintf(parts->os_version, sizeof(parts->os_version), "%s",
			 hints->os_version);
	if (hints->has_arch) {
		parts->arch = hints->arch;
		parts->has_arch = true;
	}
	if (hints->has_format) {
		parts->format = hints->format;
		parts->has_format = true;
	}
	return 0;
}

/* Takes from the content what is certain, where name and hints say nothing. */
static void facts_apply(const struct image_facts *facts, struct image_parts *parts)
{
	unsigned int arches = facts->has_label ? facts->label.arches : 0;

	if (!parts->has_format && facts->content == CONTENT_QCOW2) {
		parts->format = IMAGE_QCOW2;
		parts->has_format = true;
	}
	if (!parts->has_format && facts->content == CONTENT_RAW) {
		parts->format = IMAGE_RAW;
		parts->has_format = true;
	}
	for (unsigned int arch = 0; arch < IMAGE_ARCH_COUNT && !parts->has_arch; arch++) {
		if (arches != 1U << arch)
			continue;
		parts->arch = arch;
		parts->has_arch = true;
	}
}

int name_decide(const char *file, const struct image_hints *hints,
		const struct image_facts *facts, struct image_name *name,
		struct error *error)
{
	CLEANUP(buf_free) struct buf ubuntu_csv = {0};
	const char *slash = strrchr(file, '/');
	struct image_parts parts;

	/* Without this file code names stay unknown, and the error says so. */
	file_read(ubuntu_csv_path, UBUNTU_CSV_SIZE_MAX, &ubuntu_csv, NULL);
	if (published_parse(slash ? slash + 1 : file, ubuntu_csv.data, &parts, error) <
		    0 ||
	    options_apply(hints, &parts, error) < 0)
		return -1;
	if (facts)
		facts_apply(facts, &parts);
	return image_parts_name(&parts, name, error);
}
