/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch: the hypervisors, plans, SSH keys and machines that its files describe. */
#ifndef PROVISION_BATCH_BATCH_H
#define PROVISION_BATCH_BATCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"
#include "common/mem.h"
#include "provision/batch/batch_file.h"

enum {
	BATCH_NAME_MAX = 255, /* bytes; the limit of the metadata */
	BATCH_MACHINES_MAX = 10000,
	BATCH_CPUS_MAX = 4096,
	BATCH_TEMPLATE_MAX = 1024 * 1024, /* bytes; the limit of templates */
	BATCH_USERDATA_MAX = 1024 * 1024, /* bytes; the limit of a config drive */
};

enum batch_clone { BATCH_CLONE_AUTO, BATCH_CLONE_COPY, BATCH_CLONE_OVERLAY };
enum batch_drive { BATCH_DRIVE_OPENSTACK, BATCH_DRIVE_NOCLOUD, BATCH_DRIVE_NONE };
enum batch_domain_type { BATCH_DOMAIN_AUTO, BATCH_DOMAIN_KVM, BATCH_DOMAIN_QEMU };
enum batch_ip { BATCH_IP_AUTO, BATCH_IP_DHCP, BATCH_IP_ADDRESS };

/* A text that the batch owns, of any bytes; NULL: none. */
struct batch_text {
	const char *data;
	size_t size;
};

struct batch_hypervisor {
	const char *name;
	const char *url; /* NULL: libvirt's default */
	const char *image_pool, *root_pool, *network;
	char *vm_template, *volume_template; /* paths; NULL: the installed ones */
	/* What was read from these, if they can be read only once. */
	struct batch_text vm_template_text, volume_template_text;
	char *network_script; /* NULL: libvirt assigns addresses */
	char **ignored_vms;   /* NULL-ended */
	enum batch_clone clone;
	enum batch_drive config_drive;
	enum batch_domain_type domain_type;
	bool userdata_metadata; /* put user data into the metadata, for Vmango's web page
				 */
	bool url_is_given;	/* by batch_options, not by a file */
	/* Why the program that the URL names, or the script, must not be run; NULL: it
	 * may be. Set by batch_distrust(). */
	const char *url_distrust, *script_distrust;
	const struct batch_section *section; /* NULL for the default hypervisor */
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
	char *public_key; /* one line, without newline */
	const struct batch_section *section;
};

struct batch_machine {
	char *name;
	unsigned int
		index; /* its number in the range of the section's name, 0 without one */
	/* The hypervisors that it may be on, in order of preference. */
	const struct batch_hypervisor **hypervisors;
	size_t hypervisor_count;
	const struct batch_plan *plan;
	const char *image; /* Id or OS of an image */
	const char *arch;  /* libvirt's name, or NULL: the hypervisor's */
	const struct batch_ssh_key **keys;
	size_t key_count;
	const char *userdata; /* NULL: none; owned by the batch */
	size_t userdata_size;
	enum batch_ip ip;
	struct in_addr address; /* for BATCH_IP_ADDRESS */
	bool autostart;
	bool protect; /* must not be deleted */
	const struct batch_section *section, *defaults;
};

/* User data, read once for all machines that have them. */
struct batch_userdata {
	const struct batch_setting *setting;
	char *text;
	size_t size;
};

/* The content of a file that can be read only once, read once for all who name it. */
struct batch_stream {
	char *path;
	struct buf content;
};

struct batch {
	/* "batch = NAME" in the head, else the file's name without ".ini". A batch from
	 * standard input or a FIFO must have one, since identities are derived from it.
	 */
	char *name;
	/* Whether the head has the name. One that comes from the file's name may also be
	 * that of another file. */
	bool name_is_said;
	char *path; /* of the file, absolute; NULL: standard input, a FIFO, or unknown */
	ARRAY(struct batch_hypervisor) hypervisors;
	ARRAY(struct batch_plan) plans;
	ARRAY(struct batch_ssh_key) keys;
	ARRAY(struct batch_machine) machines; /* in the order of the file */
	ARRAY(struct batch_userdata) userdata;
	ARRAY(struct batch_stream) streams;
	struct batch_file file;
};

struct batch_options {
	const char *shared_path; /* the shared settings; NULL: none */
	const char *home;	 /* for "~"; NULL: unknown */
	const char *url;	 /* replaces the url of hypervisors; NULL: it does not */
};

/* Frees what batch_load() read; accepts a batch with errors. */
void batch_free(struct batch *batch);

/* Frees NULL-ended words, as batch_read_words() gives them. */
void batch_words_free(char **words);

/* A hypervisor with the default of every key. */
struct batch_hypervisor batch_hypervisor_default(const char *name);

/* The machine of that name, NULL when there is none. */
const struct batch_machine *batch_machine_find(const struct batch *batch,
					       const char *name);

/* Adds "path:line: key: reason" with the place where the machine or the defaults set the
 * key; when neither does, "path:line: machine NAME: reason" with the place of its
 * section. A message is only added once. Returns -1. */
int batch_machine_error(const struct batch_machine *machine, const char *key,
			struct error_list *errors, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same, for a key of a hypervisor. */
int batch_hypervisor_error(const struct batch_hypervisor *hypervisor, const char *key,
			   struct error_list *errors, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same with the reason in `error`, which is emptied. */
int batch_hypervisor_error_take(const struct batch_hypervisor *hypervisor,
				const char *key, struct error_list *errors,
				struct error *error);

#endif
