/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch: the hypervisors, plans, keys and machines that an INI file asks for. */
#ifndef PROVISION_BATCH_BATCH_H
#define PROVISION_BATCH_BATCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/batch/batch_file.h"

enum {
	BATCH_NAME_MAX = 255, /* bytes, what metadata take */
	BATCH_MACHINES_MAX = 10000,
	BATCH_CPUS_MAX = 4096,
	BATCH_USERDATA_MAX = 1024 * 1024, /* bytes, what a config drive takes */
};

enum batch_clone { BATCH_CLONE_AUTO, BATCH_CLONE_COPY, BATCH_CLONE_OVERLAY };
enum batch_drive { BATCH_DRIVE_OPENSTACK, BATCH_DRIVE_NOCLOUD, BATCH_DRIVE_NONE };
enum batch_domain_type { BATCH_DOMAIN_AUTO, BATCH_DOMAIN_KVM, BATCH_DOMAIN_QEMU };
enum batch_ip { BATCH_IP_AUTO, BATCH_IP_DHCP, BATCH_IP_ADDRESS };

struct batch_hypervisor {
	const char *name;
	const char *url; /* NULL: what libvirt defaults to */
	const char *image_pool, *root_pool, *network;
	char *vm_template, *volume_template; /* paths; NULL: the installed ones */
	char *network_script;		     /* NULL: libvirt hands out addresses */
	char **ignored_vms;		     /* NULL-ended */
	enum batch_clone clone;
	enum batch_drive config_drive;
	enum batch_domain_type domain_type;
	bool userdata_metadata; /* as text, for Vmango's page */
	bool url_is_given;	/* by batch_options, not by a file */
	/* Why the program that the address names, or the script, is not to be run; NULL:
	 * it may be. Set by batch_distrust(). */
	const char *url_distrust, *script_distrust;
	const struct batch_section *section; /* NULL for the one that nobody wrote */
};

struct batch_plan {
	const char *name;
	uint64_t memory_bytes;
	unsigned int cpus;
	uint64_t disk_size_bytes;
	const struct batch_section *section;
};

struct batch_ssh_key {
	const char *name;
	char *public_key; /* one line, without its end */
	const struct batch_section *section;
};

struct batch_machine {
	char *name;
	unsigned int index; /* its number in the section's range, 0 without one */
	/* Where it may be, best first when all else is equal; more than one: to choose.
	 */
	const struct batch_hypervisor **hypervisors;
	size_t hypervisor_count;
	const struct batch_plan *plan;
	const char *image; /* an image's Id or OS */
	const char *arch;  /* libvirt's name, or NULL: the hypervisor's */
	const struct batch_ssh_key **keys;
	size_t key_count;
	const char *userdata; /* NULL: none; owned by the batch */
	size_t userdata_size;
	enum batch_ip ip;
	struct in_addr address; /* with BATCH_IP_ADDRESS */
	bool autostart;
	bool protect; /* not to be deleted */
	const struct batch_section *section, *defaults;
};

/* User data as they are read, once for all machines that have them. */
struct batch_userdata {
	const struct batch_setting *setting;
	char *text;
	size_t size;
};

struct batch {
	/* "batch = NAME" in the head, else the file's name without ".ini"; a batch from
	 * standard input must say it, since identities are made of it. */
	char *name;
	/* Whether the head says it. A name that was only made out of a file's name may be
	 * that of another file as well. */
	bool name_is_said;
	char *path; /* of the file, absolute; NULL: standard input, or not known */
	ARRAY(struct batch_hypervisor) hypervisors;
	ARRAY(struct batch_plan) plans;
	ARRAY(struct batch_ssh_key) keys;
	ARRAY(struct batch_machine) machines; /* in the order of the file */
	ARRAY(struct batch_userdata) userdata;
	struct batch_file file;
};

struct batch_options {
	const char *shared_path; /* the shared settings; NULL: none */
	const char *home;	 /* for "~"; NULL: not known */
	const char *url;	 /* overrides the hypervisor's url; NULL: no */
};

/* Frees a batch that batch_load() read, also one with errors. */
void batch_free(struct batch *batch);

/* Frees NULL-ended words, as batch_read_words() gives them. */
void batch_words_free(char **words);

/* A hypervisor with the default of every key. */
struct batch_hypervisor batch_hypervisor_default(const char *name);

/* NULL when the batch has no machine of that name. */
const struct batch_machine *batch_machine_find(const struct batch *batch,
					       const char *name);

/*
 * Adds "path:line: key: reason" with the place where the machine, or the defaults, set
 * the key; without one "path:line: machine name: reason" with that of its section.
 * A message that is there already is not told again. Returns -1.
 */
int batch_machine_error(const struct batch_machine *machine, const char *key,
			struct error_list *errors, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for a hypervisor's key. */
int batch_hypervisor_error(const struct batch_hypervisor *hypervisor, const char *key,
			   struct error_list *errors, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
