/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creating a machine, in an order in which the next run finds everything after an
 * interruption. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "provision/host/domain_settled.h"
#include "provision/machine/address_script.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_create.h"
#include "provision/machine/machine_guard.h"
#include "provision/machine/machine_metadata.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/reservation.h"
#include "provision/machine/volume_record.h"
#include "provision/plan/volume_xml.h"

/* Each failed attempt means that another run got an address, so one of the runs always
 * proceeds. */
enum { ADDRESS_TRIES = 64 };

/* The creation of a machine in progress. */
struct creation {
	struct run *run;
	const struct change *change;
	struct machine_xml *xml;
	struct machine_address *address;
	virDomainPtr domain;
	bool *stays; /* set: what was created is not to be rolled back */
};

/*
 * Defines a domain, or redefines it, one at a time per hypervisor. libvirtd validates in
 * threads, and libxml2 initializes its schema of data types on first use, without a lock;
 * of two first domains validated at the same time, one could be refused although it is
 * valid.
 */
static virDomainPtr domain_xml_define(struct run *run, struct host *host, const char *xml,
				      struct error *error)
{
	virConnectPtr connection = host_connection(host)->connection;
	virDomainPtr domain;

	pthread_mutex_lock(&host->defining_lock);
	domain = virDomainDefineXMLFlags(connection, xml, VIR_DOMAIN_DEFINE_VALIDATE);
	pthread_mutex_unlock(&host->defining_lock);
	run_point(run);
	if (!domain)
		virt_error(error, "can't define the domain");
	return domain;
}

/*
 * Defines the domain without starting it; its metadata will name everything that is
 * created later. Fails if the UUID is already defined, as libvirt would replace that
 * domain.
 */
static virDomainPtr domain_define(struct run *run, const struct change *change,
				  const char *xml, struct error *error)
{
	virDomainPtr domain;

	if (run_change(run, error) < 0 ||
	    host_domain_find(change->host, change->uuid, &domain, error) < 0)
		return NULL;
	if (domain) {
		virDomainFree(domain);
		error_set(error, "the domain has been defined by another user meanwhile");
		return NULL;
	}
	return domain_xml_define(run, change->host, xml, error);
}

/*
 * Stores the domain's metadata with the existing volumes (enum machine_volume, or-ed),
 * and the volume that is about to be created, or NULL.
 */
static int metadata_store(const struct creation *creation, enum metadata_state state,
			  unsigned int volumes, const struct volume_record *record,
			  struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	machine_metadata(creation->change, creation->address, state, volumes, &metadata);
	if (record) {
		struct metadata_volume *volume = array_add(&metadata.volumes);

		*volume = (struct metadata_volume){
			.pool = mem_string(creation->change->facts->config->root_pool),
			.name = mem_string(record->name),
			.capacity_bytes = record->capacity_bytes,
			.image_bytes = record->image_bytes,
			.backing = mem_string(record->backing),
			.format = mem_string(record->format)};
	}
	return machine_metadata_store(creation->run, creation->domain, &metadata, error);
}

/*
 * Another user may have created a volume of that name since the plan was made. It is not
 * the machine's, so the metadata must not name it when the machine is rolled back or
 * deleted; while they do, nothing is rolled back.
 */
static int volume_failed(const struct creation *creation, int failure, unsigned int own,
			 struct error *error)
{
	CLEANUP(error_free) struct error store_error = {0};

	if (failure != STORAGE_NAME_TAKEN ||
	    metadata_store(creation, METADATA_CREATING, own, NULL, &store_error) == 0)
		return -1;
	*creation->stays = true;
	return error_context(error,
			     "nothing was rolled back, as the metadata name a "
			     "volume of others (%s)",
			     error_text(&store_error));
}

/* Renders the domain again with what has become known, and redefines it. */
static int domain_redefine(const struct creation *creation, const struct change *change,
			   struct error *error)
{
	CLEANUP(machine_xml_free) struct machine_xml fresh = {0};
	virDomainPtr domain;

	if (machine_xml_make(change, creation->address, METADATA_CREATING, &fresh,
			     error) < 0)
		return -1;
	machine_xml_free(creation->xml);
	*creation->xml = fresh;
	fresh = (struct machine_xml){0};
	if (run_change(creation->run, error) < 0)
		return -1;
	domain = domain_xml_define(creation->run, change->host, creation->xml->domain,
				   error);
	if (!domain)
		return -1;
	virDomainFree(domain);
	return 0;
}

/* Records the volume in the metadata before creating it. Returns 0 or enum
 * storage_failure. */
static int disk_clone(const struct creation *creation, enum storage_clone clone,
		      struct error *error)
{
	const struct change *change = creation->change;
	const struct host_connection *link = host_connection(change->host);
	const struct storage_source source = {
		.pool = link->images_pool,
		.id = change->image->id,
		.path = change->image->path,
		.format = image_format_word(change->image->name.format),
	};
	const struct storage_target target = {
		.pool = link->root_pool,
		.pool_type = change->facts->root_pool.type,
		.xml = creation->xml->volume,
		.capacity_bytes = change->machine->plan->disk_size_bytes,
	};
	CLEANUP(free_ptr)
	char *name = machine_volume_name(change->name, MACHINE_VOLUME_DISK);
	CLEANUP(free_ptr)
	char *format = volume_xml_format(target.xml, strlen(target.xml));
	struct volume_record record = {
		.name = name,
		.capacity_bytes = target.capacity_bytes,
		.image_bytes = change->image->virtual_size_bytes,
		.format = storage_pool_is_folder(target.pool_type) ? format : NULL,
	};

	if (clone == STORAGE_OVERLAY) {
		record.image_bytes = target.capacity_bytes;
		record.backing = change->image->path;
		record.format = "qcow2";
	}
	if (metadata_store(creation, METADATA_CREATING, 0, &record, error) < 0)
		return -1;
	return storage_clone_image(creation->run, &target, clone, &source, error);
}

/* Whether the file system can share blocks is only known by trying. */
static int disk_create(const struct creation *creation, struct error *error)
{
	struct change change = *creation->change;
	int status;

	if (run_step(creation->run, change.name, "clone", error) < 0)
		return -1;
	status = disk_clone(creation, change.clone, error);
	if (status == STORAGE_FAILED && change.clone == STORAGE_REFLINK) {
		error_free(error);
		change.clone = STORAGE_OVERLAY;
		if (domain_redefine(creation, &change, error) < 0)
			return -1;
		status = disk_clone(creation, change.clone, error);
	}
	return status < 0 ? volume_failed(creation, status, 0, error) : 0;
}

static int drive_create(const struct creation *creation, struct error *error)
{
	const struct change *change = creation->change;
	const struct host_connection *link = host_connection(change->host);
	const struct buf *image = &creation->xml->drive;
	CLEANUP(free_ptr)
	char *name = machine_volume_name(change->name, MACHINE_VOLUME_DRIVE);
	const struct volume_record record = {
		.name = name, .capacity_bytes = image->size, .image_bytes = image->size};
	int status;

	if (!image->size)
		return 0;
	if (run_step(creation->run, change->name, "config drive", error) < 0 ||
	    metadata_store(creation, METADATA_CREATING, MACHINE_DISK, &record, error) < 0)
		return -1;
	status = storage_write(creation->run, link->connection, link->root_pool, name,
			       image->data, image->size, error);
	return status < 0 ? volume_failed(creation, status, MACHINE_DISK, error) : 0;
}

static int address_choose(const struct change *change, struct machine_address *address,
			  struct error *error)
{
	const struct batch_machine *machine = change->machine;

	*address = (struct machine_address){
		.known = machine->ip != BATCH_IP_DHCP,
		.address = lease_address_v4(machine->address)};
	if (change_has_script(change)) {
		*address = (struct machine_address){.by_script = true};
		return 0;
	}
	if (machine->ip == BATCH_IP_AUTO)
		return reservation_pick(change->host, &address->address.v4, error);
	return 0;
}

static int domain_start(struct run *run, virDomainPtr domain, struct error *error)
{
	int status;

	if (run_change(run, error) < 0)
		return -1;
	status = virDomainCreate(domain);
	run_point(run);
	if (status == 0)
		return 0;
	virt_error(error, "can't start the domain");
	if (virDomainIsActive(domain) != 1)
		return -1;
	error_free(error);
	return 0;
}

/* The domain is defined, so its metadata can name what is created. */
static int domain_fill(const struct creation *creation, struct error *error)
{
	const struct batch_machine *machine = creation->change->machine;

	if (disk_create(creation, error) < 0 || drive_create(creation, error) < 0 ||
	    metadata_store(creation, METADATA_CREATING, MACHINE_VOLUMES, NULL, error) <
		    0 ||
	    run_step(creation->run, machine->name, "start", error) < 0)
		return -1;
	if (machine->autostart && virDomainSetAutostart(creation->domain, 1) < 0)
		return virt_error(error, "can't set autostart");
	run_point(creation->run);
	if (metadata_store(creation, METADATA_READY, MACHINE_VOLUMES, NULL, error) < 0)
		return -1;
	return domain_start(creation->run, creation->domain, error);
}

static int creation_roll_back(const struct creation *creation, struct error *error)
{
	CLEANUP(error_free) struct error left = {0};
	const struct change *change = creation->change;

	run_report(creation->run, change->name, "roll back");
	if (machine_roll_back(creation->run, change->host, creation->domain, &left) < 0)
		error_context(error, "not all could be rolled back (%s)",
			      error_text(&left));
	return -1;
}

/* The domain's metadata already name the script's reservation when the script is run. */
static int script_assign(const struct creation *creation, struct error *error)
{
	const struct change *change = creation->change;
	struct in_addr assigned;

	if (run_step(creation->run, change->name, "assign", error) < 0 ||
	    address_script_assign(creation->run, change, &assigned, error) < 0)
		return -1;
	creation->address->address = lease_address_v4(assigned);
	creation->address->known = true;
	return 0;
}

/* An address that was taken meanwhile is replaced if the batch has ip = auto. */
static int address_reserve(const struct creation *creation, struct error *error)
{
	const struct change *change = creation->change;
	struct machine_address *address = creation->address;
	bool taken = false;

	if (run_step(creation->run, change->name, "reserve", error) < 0)
		return -1;
	for (unsigned int tries = 0; tries < ADDRESS_TRIES; tries++) {
		error_free(error);
		if (taken &&
		    (reservation_pick(change->host, &address->address.v4, error) < 0 ||
		     metadata_store(creation, METADATA_CREATING, 0, NULL, error) < 0))
			return -1;
		if (reservation_add(creation->run, change->host, change->mac,
				    change->name, address->address.v4, &taken,
				    error) == 0)
			return 0;
		if (!taken || change->machine->ip != BATCH_IP_AUTO)
			return -1;
	}
	return -1;
}

/* The address is final before anything is made from it; a domain that was rendered with
 * another one is redefined. */
static int address_assign(const struct creation *creation, struct error *error)
{
	struct machine_address *address = creation->address;
	const struct machine_address rendered = *address;

	if (address->by_script) {
		if (script_assign(creation, error) < 0)
			return -1;
	} else if (address->known && address_reserve(creation, error) < 0) {
		return -1;
	}
	return rendered.known == address->known &&
			       lease_address_equal(&rendered.address, &address->address)
		       ? 0
		       : domain_redefine(creation, creation->change, error);
}

int machine_create(struct run *run, const struct change *change,
		   struct machine_address *address, struct error *error)
{
	CLEANUP(machine_xml_free) struct machine_xml xml = {0};
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	CLEANUP(metadata_free) struct metadata metadata = {0};
	struct machine_guard guard = {0};
	bool stays = false;
	int status;
	struct creation creation = {.run = run,
				    .change = change,
				    .xml = &xml,
				    .address = address,
				    .stays = &stays};

	if (run_step(run, change->name, "define", error) < 0 ||
	    address_choose(change, address, error) < 0 ||
	    machine_xml_make(change, address, METADATA_CREATING, &xml, error) < 0)
		return -1;
	domain = domain_define(run, change, xml.domain, error);
	if (!domain)
		return -1;
	creation.domain = domain;
	machine_metadata(change, address, METADATA_CREATING, 0, &metadata);
	machine_guard_set(run, &guard, domain, change->name, &metadata);
	status = address_assign(&creation, error) == 0 ? domain_fill(&creation, error)
						       : -1;
	machine_guard_end(run, &guard);
	if (status == 0)
		return 0;
	return stays ? -1 : creation_roll_back(&creation, error);
}

/* It may run elsewhere. */
static int migrated_check(const struct change *change, virDomainPtr domain,
			  struct error *error)
{
	CLEANUP(free_ptr) char *command = NULL;

	if (!domain_was_migrated(domain))
		return 0;
	command = virsh_text(facts_command_uri(change->facts), "start", change->name,
			     NULL);
	return error_set(error,
			 "it was migrated to another hypervisor; if it no longer exists "
			 "there, start it here: %s",
			 command);
}

int machine_start(struct run *run, const struct change *change, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->uuid, error);

	if (!domain || migrated_check(change, domain, error) < 0 ||
	    run_step(run, change->name, "start", error) < 0)
		return -1;
	return domain_start(run, domain, error);
}
