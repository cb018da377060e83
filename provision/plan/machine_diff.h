/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The differences between an existing machine and its batch. */
#ifndef PROVISION_PLAN_MACHINE_DIFF_H
#define PROVISION_PLAN_MACHINE_DIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "common/mem.h"
#include "provision/batch/batch.h"
#include "provision/host/metadata.h"

/* The fields, in the order in which differences are listed. */
enum machine_field {
	MACHINE_HYPERVISOR,
	MACHINE_IMAGE,
	MACHINE_NETWORK, /* of its NIC */
	MACHINE_ADDRESS,
	MACHINE_PLAN,
	MACHINE_MEMORY,
	MACHINE_CPUS,
	MACHINE_DISK_SIZE,
	MACHINE_AUTOSTART,
	MACHINE_KEYS,
	MACHINE_USERDATA,
	MACHINE_CONFIG_DRIVE, /* its format, or content that metadata don't show */
	MACHINE_PROTECT,      /* recorded in the metadata by every apply */
	/* Of the template. */
	MACHINE_NIC_MODEL,
	MACHINE_NIC_LINK,
	MACHINE_DISK_BUS, /* target and bus */
	MACHINE_DOMAIN_TYPE,
	MACHINE_TYPE,
	MACHINE_CPU_MODE,
	MACHINE_FIRMWARE,
};

struct machine_difference {
	enum machine_field field;
	char *from, *to;  /* texts for messages: "256 MiB", "me, lab" */
	bool is_possible; /* in place, without recreating the machine */
	bool is_waiting;  /* for the guest's next start; not possible before */
};

/* Zeroed is empty: nothing differs. */
struct machine_diff {
	ARRAY(struct machine_difference) differences;
	/* Not a difference of the machine itself: the text of its user data has to be
	 * removed from its metadata, or added. */
	bool hides_userdata, shows_userdata;
};

/* The existing machine; borrowed. */
struct machine_found {
	const struct metadata *metadata;
	const char *hypervisor;
	uint64_t memory_bytes, disk_bytes; /* 0: unknown, counts as equal */
	unsigned int cpus;		   /* 0: unknown, counts as equal */
	const char *network;		   /* of its NIC; NULL: it has none */
	bool autostart;
	bool disk_grows; /* the disk can grow in its pool */
};

/* The machine as the batch describes it; borrowed. */
struct machine_wanted {
	const struct batch_machine *machine;
	const char *hypervisor; /* NULL: any */
	const char *image_id;	/* NULL: the machine's image matches */
	const char *drive_hash; /* machine_drive_hash(); NULL: no config drive */
	bool shows_userdata;	/* as text in the metadata */
	const char *network;	/* NULL: unknown, counts as equal */
	/* The network of its NIC can change in place, with its reservation. */
	bool network_changes;
	/* The network that it will be on does not have its reserved address. */
	bool address_is_lost;
};

/*
 * Memory and disk are compared in whole MiB, as hypervisors round them up. User data are
 * compared with the text in the metadata, or with the hash if there is no text. A config
 * drive counts as changed if its hash differs, or is unknown while keys or user data
 * differ. The address can change in place where the reservation has to move anyway. The
 * caller frees the result.
 */
void machine_diff(const struct machine_found *found, const struct machine_wanted *wanted,
		  struct machine_diff *diff);
void machine_diff_free(struct machine_diff *diff);

/* Adds a difference; takes ownership of `from` and `to`. */
void machine_diff_add(struct machine_diff *diff, enum machine_field field, char *from,
		      char *to, bool is_possible);

/* The difference of that field; NULL if it does not differ. */
const struct machine_difference *machine_diff_find(const struct machine_diff *diff,
						   enum machine_field field);

/* Whether a difference can be changed in place, and whether one can't. */
bool machine_diff_is_possible(const struct machine_diff *diff);
bool machine_diff_is_impossible(const struct machine_diff *diff);

/* Whether a difference needs more than a record in the metadata. */
bool machine_diff_needs_update(const struct machine_diff *diff);

/* Whether the machine needs a new config drive. */
bool machine_diff_needs_drive(const struct machine_diff *diff);

/* "Memory", "SSHKeys", ...: the field's name in JSON. */
const char *machine_field_name(enum machine_field field);

/* "in place", "not possible" or "next start". */
const char *machine_difference_how(const struct machine_difference *difference);

/* "Memory: 256 MiB -> 512 MiB; ImageId: a -> b (not possible)"; the caller owns it.
 * `with_records` includes what is only recorded in the metadata. */
char *machine_diff_text(const struct machine_diff *diff, bool with_records);

/*
 * Whether the machine's image matches `image` and `arch` of the batch: by its Id, or by
 * its OS and architecture, even if there are newer images of that OS.
 */
bool machine_image_fits(const struct batch_machine *machine,
			const struct metadata *metadata);

#endif
