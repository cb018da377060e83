/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The changes of a batch: what has to be done for each machine. */
#ifndef PROVISION_PLAN_CHANGES_H
#define PROVISION_PLAN_CHANGES_H

#include <stdbool.h>
#include <uuid/uuid.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/batch/batch.h"
#include "provision/host/facts.h"
#include "provision/host/storage_pool.h"
#include "provision/plan/machine_templates.h"
#include "provision/plan/machine_diff.h"
#include "provision/plan/placement.h"
#include "provision/plan/plan_filter.h"

enum change_action {
	ACTION_CREATE,
	ACTION_RESUME, /* a run was interrupted: roll back, then create it */
	ACTION_CHANGE, /* it exists and is complete, but differs from the batch */
	ACTION_START,  /* it matches the batch, but is shut off */
	ACTION_KEEP,
	ACTION_CLEAN,	 /* keep it, and remove its leftovers elsewhere */
	ACTION_RESTORE,	 /* keep it, and restore what others have removed */
	ACTION_UNLISTED, /* of the batch, but no longer in the file: it stays */
	ACTION_DELETE,	 /* the same, but it is deleted; or any that destroy deletes */
	ACTION_ABSENT,	 /* destroy has nothing to delete */
	ACTION_ADOPT,	 /* of another owner: only its metadata change */
	ACTION_FAIL,	 /* its hypervisor can't be reached */
};

struct host;
struct owner_lock;

/* Another hypervisor that has a domain of the machine, which does not run there. */
struct change_leftover {
	const struct facts *facts;
	const struct facts_domain *domain;
	struct host *host; /* as in struct change */
};

enum fault_kind {
	FAULT_PAUSED,
	FAULT_DEFINITION,  /* it runs, but is no longer defined */
	FAULT_RESERVATION, /* its address is no longer reserved for it */
	FAULT_DRIVE,	   /* the volume of its config drive is missing */
	FAULT_VOLUME,	   /* another volume is missing */
	FAULT_INTERFACE,   /* it has none */
	FAULT_LINK,	   /* like a cable that is not plugged in */
	FAULT_DETACHED,	   /* it is not connected to its network */
	FAULT_DISK,	   /* its disk is not attached, or is another file */
	FAULT_SHARED,	   /* another domain has its disk, or its MAC address */
	FAULT_MEDIUM,	   /* its config drive is not in the CD-ROM that had it */
	FAULT_AUTOSTART,   /* it has been turned off */
};

/* What others have done to a machine, so that it is not as it was created. */
struct change_fault {
	enum fault_kind kind;
	char *text;
	bool is_restored; /* by apply, which loses nothing */
	bool is_updated;  /* by apply --update, like a difference */
	bool is_harmless; /* it is only shown: the machine works */
	bool stops;	  /* the guest can't start with it */
	const char
		*volume; /* that is missing, or is to be inserted; borrowed. NULL: none */
	const char
		*target; /* the CD-ROM that it is inserted into; borrowed. NULL: none */
};

struct change {
	const char *name;
	const struct batch_machine *machine; /* NULL: no longer in the file */
	const char *batch, *creator;	     /* borrowed */
	const char *token;		     /* of this run; NULL: it changes nothing */
	const char *batch_file;	   /* borrowed; NULL: unknown, or not valid in metadata */
	const struct facts *facts; /* its hypervisor; NULL: none is suitable */
	const struct machine_templates *templates; /* of that hypervisor */
	char *placement; /* why on that hypervisor; NULL: there was no choice */
	enum change_action action;
	struct machine_diff diff; /* with ACTION_CHANGE */
	/* What the running guest gets only when it is started again. */
	struct machine_diff waits;
	const struct facts_domain *domain; /* NULL: does not exist */
	/* What it was, or will be, created from; NULL: no longer in the pool. */
	const struct facts_image *image;
	enum storage_clone clone;
	const char *arch;
	char uuid[UUID_STR_LEN];
	uint8_t mac[MAC_SIZE];
	char *hash; /* of the machine's input */
	/* Its domain as it will be defined, except for the address; NULL: not created. */
	char *definition;
	char *reason; /* with ACTION_FAIL, _UNLISTED, _RESUME, or NULL */
	ARRAY(struct change_leftover) leftovers; /* of a migration */
	ARRAY(struct change_leftover) copies;	 /* of others, a standby for instance */
	ARRAY(struct change_fault) faults;
	/* For carrying out the change; the planner neither sets nor reads these. */
	struct host *host;	   /* the hypervisor; NULL if `facts` is */
	struct metadata *adopted;  /* with ACTION_ADOPT: its new metadata */
	struct owner_lock *former; /* lock of its previous batch; NULL: none */
	/* With ACTION_DELETE, once deletion_list_read() has read it: its metadata, with
	 * the volumes of its snapshots. */
	struct metadata *deleted;
};

/* The planner's input; borrowed by the changes. */
struct plan_input {
	const struct batch *batch;
	/* For each hypervisor of the batch, in its order. */
	const struct facts *const *facts;
	const struct machine_templates *templates;
	const char *creator; /* of machines, for Vmango; NULL: unknown */
	const char *token;   /* of this run; NULL: it changes nothing */
	/* The batch in commands that messages advise, quoted for a shell, with its
	 * options
	 * ("-c URI FILE"); NULL: standard input. */
	const char *operands;
	struct plan_filter filter;
	bool unlisted; /* add changes for machines that the file no longer has */
	bool prune;    /* delete them, unless they are protected */
	bool adopts;   /* treat machines of Vmango and of other batches as its own */
	/* Names of unreachable hypervisors whose machines are considered lost. */
	const char *const *lost;
	size_t lost_count;
};

struct changes {
	struct plan_input input;
	struct error_list warnings; /* of machines that can be created nevertheless */
	/* The free resources of each hypervisor, in the batch's order. */
	struct placement_host *space;
	/* One for each selected machine, in the batch's order, then those that the file
	 * no longer has. */
	ARRAY(struct change) list;
};

void changes_free(struct changes *changes);

/* Whether the domain belongs to this batch, complete or not. */
bool changes_own(const struct changes *changes, const struct facts_domain *domain);

/* The same, or whether the batch can adopt it. */
bool changes_take(const struct changes *changes, const struct facts_domain *domain);

/* Whether that hypervisor could not be reached and is not given as lost, so that a
 * machine may be on it. */
bool changes_host_is_unknown(const struct changes *changes, const struct facts *facts);

/* Appends a change to the list, which must have capacity for it, with the identity
 * derived from the batch's name and `name`. `name` is borrowed. */
struct change *change_add(struct changes *changes, const char *name);

/* The index of a hypervisor in the batch. */
size_t changes_index(const struct changes *changes,
		     const struct batch_hypervisor *hypervisor);

/* Sets the change's hypervisor: one of the planner's facts. */
void change_place(const struct changes *changes, struct change *change,
		  const struct facts *facts);

/* Sets the change's UUID and MAC address to those of its domain: the address that its
 * reservation is for, else that of its first NIC, if it has one. */
void change_take_domain(struct change *change);

/* Adds a fault, without any of its marks, and takes ownership of `text`. The result is
 * valid until the next one is added. */
struct change_fault *change_fault_add(struct change *change, enum fault_kind kind,
				      char *text);

/* Whether the machine is complete and protected, by its metadata or by the batch. */
bool change_is_protected(const struct change *change);

/* Whether it is not created yet, or its removal has deleted something, if it runs or not.
 */
bool change_is_incomplete(const struct change *change);

/* Whether its removal was interrupted and its guest still runs, with all that it has. */
bool change_is_taken_back(const struct change *change);

/* Whether the running guest's NIC is not connected to its network. */
bool change_is_detached(const struct change *change);

/* Whether the machine's address comes from its hypervisor's network script. */
bool change_has_script(const struct change *change);

/* "create", "resume", "restore", "change", "start", "keep", "clean", "unlisted",
 * "delete", "absent", "adopt", "fail". */
const char *change_action_name(enum change_action action);

#endif
