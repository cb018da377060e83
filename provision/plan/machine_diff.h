/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine that is there has otherwise than its batch wants it. */
#ifndef PROVISION_PLAN_MACHINE_DIFF_H
#define PROVISION_PLAN_MACHINE_DIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "common/mem.h"
#include "provision/batch/batch.h"
#include "provision/host/metadata.h"

/* The fields in the order in which they are told. */
enum machine_field {
	MACHINE_HYPERVISOR,
	MACHINE_IMAGE,
	MACHINE_ADDRESS,
	MACHINE_PLAN,
	MACHINE_MEMORY,
	MACHINE_CPUS,
	MACHINE_DISK_SIZE,
	MACHINE_AUTOSTART,
	MACHINE_KEYS,
	MACHINE_USERDATA,
	MACHINE_CONFIG_DRIVE, /* its form, or what else metadata don't show */
	MACHINE_PROTECT,      /* a record in the metadata, which every apply stores */
};

struct machine_difference {
	enum machine_field field;
	char *from, *to;  /* for people: "256 MiB", "me, lab" */
	bool is_possible; /* in place, without recreating the machine */
};

/* Zeroed is empty: nothing differs. */
struct machine_diff {
	ARRAY(struct machine_difference) differences;
	/* No difference of the machine, but of what its metadata show of it: the text of
	 * its user data is to be removed, or added. */
	bool hides_userdata, shows_userdata;
};

/* What was found; borrowed. */
struct machine_found {
	const struct metadata *metadata;
	const char *hypervisor;
	uint64_t memory_bytes, disk_bytes; /* 0: not known, which is no difference */
	unsigned int cpus;		   /* the same */
	bool autostart;
	bool disk_grows; /* the disk can be made larger where it is */
};

/* What the batch wants; borrowed. */
struct machine_wanted {
	const struct batch_machine *machine;
	const char *hypervisor; /* NULL: any will do */
	const char *image_id;	/* NULL: the machine's image will do */
	const char *drive_hash; /* machine_drive_hash(); NULL: it has no config drive */
	bool shows_userdata;	/* as text in the metadata */
};

/*
 * Memory and disk are compared in whole MiB, as hypervisors round them up. User data are
 * compared with the text in the metadata, or with its hash where there is no text. A
 * config drive counts as changed when its hash is another, or is not known and keys or
 * user data differ. The caller frees the result.
 */
void machine_diff(const struct machine_found *found, const struct machine_wanted *wanted,
		  struct machine_diff *diff);
void machine_diff_free(struct machine_diff *diff);

/* The change of that field; NULL when it does not differ. */
const struct machine_difference *machine_diff_find(const struct machine_diff *diff,
						   enum machine_field field);

/* Whether any of it can change in place, and whether any can't. */
bool machine_diff_is_possible(const struct machine_diff *diff);
bool machine_diff_is_impossible(const struct machine_diff *diff);

/* Whether any of it needs more than a record in the metadata. */
bool machine_diff_needs_update(const struct machine_diff *diff);

/* Whether the machine needs a config drive of new content. */
bool machine_diff_needs_drive(const struct machine_diff *diff);

/* "Memory", "SSHKeys", ...: the field's name in JSON. */
const char *machine_field_name(enum machine_field field);

/* "in place" or "not possible". */
const char *machine_difference_how(const struct machine_difference *difference);

/* "Memory: 256 MiB -> 512 MiB; ImageId: a -> b (not possible)"; the caller's. Without
 * records on request. */
char *machine_diff_text(const struct machine_diff *diff, bool with_records);

/*
 * Whether a machine with that image is what `image` and `arch` of the batch ask for: by
 * its Id, or by its OS and architecture, however many newer ones there are.
 */
bool machine_image_fits(const struct batch_machine *machine,
			const struct metadata *metadata);

#endif
