/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing a machine with everything that it owns according to its metadata. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "imagetool/storage_probe.h"
#include "provision/batch/machine_volume.h"
#include "provision/machine/address_script.h"
#include "provision/host/domain_settled.h"
#include "provision/machine/disk_users.h"
#include "provision/machine/domain_undefine.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_define.h"
#include "provision/machine/machine_files.h"
#include "provision/machine/machine_guard.h"
#include "provision/host/domain_metadata.h"
#include "provision/machine/machine_metadata.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/machine_stays.h"
#include "provision/machine/reservation.h"
#include "provision/machine/volume_record.h"

enum { POLL_MS = 100 };

static bool domain_is_gone(void)
{
	return virt_error_code() == VIR_ERR_NO_DOMAIN;
}

/* Shuts the guest down by ACPI and waits, unless the run is interrupted. */
static int guest_shutdown(const struct run *run, virDomainPtr domain, struct error *error)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};

	if (!run->graceful_s || virDomainShutdown(domain) < 0)
		return 0;
	for (unsigned int waited_ms = 0; waited_ms < run->graceful_s * 1000;
	     waited_ms += POLL_MS) {
		if (virDomainIsActive(domain) != 1)
			return 0;
		if (*run->interrupted)
			return error_set(error,
					 "interrupted while it waited for the guest to "
					 "stop");
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* *is_lost: the domain is gone, not by this call: who undefined it may have migrated it
 * too. */
static int guest_stop(struct run *run, virDomainPtr domain, bool *is_lost,
		      struct error *error)
{
	int active = virDomainIsActive(domain);

	*is_lost = active < 0 && domain_is_gone();
	if (active < 0 && !*is_lost)
		return virt_error(error, "can't read the guest's state");
	if (active != 1)
		return 0;
	/* Without a definition, or with that of another run, nothing would be left of it.
	 */
	if (machine_define_again(run, domain, error) < 0 ||
	    machine_metadata_restore(run, domain, error) < 0)
		return -1;
	run_report(run, virDomainGetName(domain), "stop");
	if (run_change(run, error) < 0 || guest_shutdown(run, domain, error) < 0 ||
	    run_change(run, error) < 0)
		return -1;
	if (virDomainDestroy(domain) == 0)
		return 0;
	*is_lost = domain_is_gone();
	if (!*is_lost && virt_error_code() != VIR_ERR_OPERATION_INVALID)
		return virt_error(error, "can't stop the guest");
	return 0;
}

int machine_stop(struct run *run, virDomainPtr domain, struct error *error)
{
	bool is_lost;

	return guest_stop(run, domain, &is_lost, error);
}

static virStoragePoolPtr pool_find(struct host *host, const char *name,
				   struct error *error)
{
	virStoragePoolPtr pool = virStoragePoolLookupByName(
		host_connection(host)->connection, name);

	if (!pool)
		virt_error(error, "pool %s", name);
	return pool;
}

/* Who uses the disks was looked at before the guest was stopped; a domain may have been
 * given one since, and one that runs holds QEMU's lock on it. */
static int disk_check(struct host *host, virStoragePoolPtr pool, virDomainPtr domain,
		      const char *name, struct error *error)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";
	CLEANUP(free_ptr) char *probe = NULL;

	virDomainGetUUIDString(domain, uuid);
	probe = storage_probe_name(uuid);
	/* A config drive is read only, and has no lock. */
	if (!machine_volume_is_drive(virDomainGetName(domain), name) &&
	    volume_lock_check(pool, name, probe, error) < 0)
		return -1;
	return disk_users_check(host, pool, name, uuid, error);
}

static void other_stays(struct run *run, const struct host *host, virDomainPtr domain,
			const struct metadata_volume *volume)
{
	CLEANUP(free_ptr)
	char *command = virsh_text(host->facts.uri, "vol-delete", "--pool", volume->pool,
				   volume->name, NULL);
	CLEANUP(free_ptr)
	char *text = mem_format("volume %s of pool %s stays, as its size, format or "
				"backing file are no longer as recorded; if nobody needs "
				"it: %s",
				volume->name, volume->pool, command);

	run_note(run, virDomainGetName(domain), text);
}

/* A volume that was not completed may have been replaced by another; then it stays. */
static int volume_delete(struct run *run, struct host *host, virDomainPtr domain,
			 const struct metadata_volume *volume, struct error *error)
{
	const struct volume_record record = {.name = volume->name,
					     .capacity_bytes = volume->capacity_bytes,
					     .image_bytes = volume->image_bytes,
					     .backing = volume->backing,
					     .format = volume->format};
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = pool_find(host, volume->pool, error);

	if (!pool || disk_check(host, pool, domain, volume->name, error) < 0)
		return -1;
	if (volume->capacity_bytes) {
		int status = volume_record_delete(run, pool, &record, error);

		if (status > 0)
			other_stays(run, host, domain, volume);
		return status < 0 ? -1 : 0;
	}
	return storage_delete(run, pool, volume->name, error);
}

/* Removes each deleted volume from the metadata if possible, as another volume may get
 * its name immediately. */
static int volumes_delete(struct run *run, struct host *host, virDomainPtr domain,
			  struct metadata *metadata, struct error *error)
{
	for (size_t i = metadata->volumes.count; i-- > 0;) {
		if (volume_delete(run, host, domain, &metadata->volumes.items[i], error) <
		    0)
			return -1;
		metadata_volume_drop(metadata, i);
		machine_metadata_store(run, domain, metadata, NULL);
	}
	return 0;
}

static void missing_note(struct run *run, const char *machine,
			 const struct metadata_volume *volume)
{
	CLEANUP(free_ptr)
	char *text = mem_format("volume %s of pool %s does not exist; is the folder of "
				"the pool mounted?",
				volume->name, volume->pool);

	run_note(run, machine, text);
}

/* Records what identifies each complete volume, so that a later one of its name is not
 * taken for it. Returns 1 if the metadata changed. */
static int volumes_describe(struct run *run, struct host *host, const char *machine,
			    struct metadata *metadata, struct error *error)
{
	int changed = 0;

	for (size_t i = metadata->volumes.count; i-- > 0;) {
		struct metadata_volume *volume = &metadata->volumes.items[i];
		CLEANUP(virStoragePoolFree_ptr)
		virStoragePoolPtr pool = pool_find(host, volume->pool, error);
		int status;

		if (!pool)
			return -1;
		if (volume->capacity_bytes)
			continue;
		changed = 1;
		status = volume_record_read(pool, volume->name, &volume->capacity_bytes,
					    &volume->backing, &volume->format, error);
		if (status < 0)
			return -1;
		volume->image_bytes = volume->capacity_bytes;
		if (status > 0) {
			missing_note(run, machine, volume);
			metadata_volume_drop(metadata, i);
		}
	}
	return changed;
}

/* From here on, an interrupted removal leaves a machine that can't be started, only
 * rolled back. One that was never complete stays marked as such. */
static int removal_begin(struct run *run, struct host *host, virDomainPtr domain,
			 struct metadata *metadata, struct error *error)
{
	int changed = volumes_describe(run, host, virDomainGetName(domain), metadata,
				       error);

	if (changed < 0)
		return -1;
	if (metadata->state != METADATA_READY && !changed &&
	    text_equal(metadata->last_token, run->token))
		return 0;
	if (metadata->state == METADATA_READY)
		metadata->state = METADATA_REMOVING;
	if (machine_guard_take(run, metadata, error) == 0)
		return 0;
	/* One that was undefined while it ran is gone with its guest; the rest of it is
	 * known here alone. */
	if (virDomainIsActive(domain) >= 0 || !domain_is_gone())
		return -1;
	error_free(error);
	return run_change(run, error);
}

static void nvram_note(struct run *run, virDomainPtr domain, const char *user)
{
	CLEANUP(free_ptr)
	char *text = mem_format("its NVRAM file stays, as domain %s has it too", user);

	run_note(run, virDomainGetName(domain), text);
}

static int domain_undefine(struct run *run, struct host *host, virDomainPtr domain,
			   struct error *error)
{
	CLEANUP(free_ptr) char *user = NULL;
	int status;

	if (run_change(run, error) < 0)
		return -1;
	if (run->leaves_volumes)
		machine_stays_note(run, host, domain);
	if (!run->keeps_nvram && domain_nvram_user(domain, &user, error) < 0)
		return -1;
	if (user)
		nvram_note(run, domain, user);
	status = domain_undefine_all(domain, run->keeps_nvram || user);
	run_point(run);
	if (status < 0 && !domain_is_gone())
		return virt_error(error, "can't undefine the domain");
	return 0;
}

static int address_release(struct run *run, struct host *host, virDomainPtr domain,
			   const struct metadata *metadata, struct error *error)
{
	char id[VIR_UUID_STRING_BUFLEN] = "";

	if (!metadata->reservation.by_script)
		return reservation_delete(run, host, &metadata->reservation, error);
	virDomainGetUUIDString(domain, id);
	return address_script_release(run, host, id, metadata, error);
}

/* Deletes everything that was claimed, the domain last. */
static int remove_claimed(struct run *run, struct host *host, virDomainPtr domain,
			  struct metadata *metadata, struct error *error)
{
	if (volumes_delete(run, host, domain, metadata, error) < 0)
		return -1;
	if (metadata->reservation.network &&
	    address_release(run, host, domain, metadata, error) < 0)
		return -1;
	return domain_undefine(run, host, domain, error);
}

static int started_check(virDomainPtr domain, struct error *error)
{
	int active = virDomainIsActive(domain);

	if (active < 0 && !domain_is_gone())
		return virt_error(error, "can't read the guest's state");
	if (active == 1)
		return error_set(error, "somebody has started it again; nothing is "
					"deleted");
	return 0;
}

static int remove_all(struct run *run, struct host *host, virDomainPtr domain,
		      struct metadata *metadata, struct error *error)
{
	bool is_lost;

	if (guest_stop(run, domain, &is_lost, error) < 0)
		return -1;
	if (is_lost || domain_was_migrated(domain))
		return error_set(
			error, is_lost ? "it was undefined meanwhile, and may have been "
					 "migrated; nothing is deleted"
				       : "it was migrated to another hypervisor "
					 "meanwhile; nothing is deleted");
	if (removal_begin(run, host, domain, metadata, error) < 0)
		return -1;
	if (started_check(domain, error) < 0)
		return -1;
	run_report(run, virDomainGetName(domain), "delete");
	return remove_claimed(run, host, domain, metadata, error);
}

enum pool_state { POOL_THERE, POOL_MISSING, POOL_INACTIVE };

/* What could not be asked counts as there: the next call fails with the reason. */
static enum pool_state pool_look(struct host *host, const char *name)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = pool_find(host, name, &error);

	if (!pool)
		return virt_error_code() == VIR_ERR_NO_STORAGE_POOL ? POOL_MISSING
								    : POOL_THERE;
	return virStoragePoolIsActive(pool) == 0 ? POOL_INACTIVE : POOL_THERE;
}

static void volume_stays(struct run *run, const struct host *host, const char *machine,
			 const struct metadata_volume *volume, enum pool_state state)
{
	const char *uri = host->facts.uri;
	CLEANUP(buf_free) struct buf text = {0};

	buf_format(&text, "volume %s stays, as pool %s ", volume->name, volume->pool);
	if (state == POOL_MISSING) {
		buf_format(&text, "does not exist");
	} else {
		buf_format(&text, "is not active; to delete it: ");
		virsh_add(&text, uri, "pool-start", volume->pool, NULL);
		buf_format(&text, " && ");
		virsh_add(&text, uri, "vol-delete", "--pool", volume->pool, volume->name,
			  NULL);
	}
	run_note(run, machine, text.data);
}

/* Notes each volume, unless `run` is NULL. */
static void away_leave(struct run *run, struct host *host, const char *machine,
		       struct metadata *metadata)
{
	for (size_t i = metadata->volumes.count; i-- > 0;) {
		const struct metadata_volume *volume = &metadata->volumes.items[i];
		enum pool_state state = pool_look(host, volume->pool);

		if (state == POOL_THERE)
			continue;
		if (run)
			volume_stays(run, host, machine, volume, state);
		metadata_volume_drop(metadata, i);
	}
}

void machine_remove_away(struct host *host, struct metadata *metadata)
{
	away_leave(NULL, host, NULL, metadata);
}

/* Claims what will be deleted; `is_final` if that comes next. */
static int files_claim(struct run *run, struct host *host, virDomainPtr domain,
		       struct metadata *metadata, bool is_final, struct error *error)
{
	if (run->leaves_volumes)
		away_leave(is_final ? run : NULL, host, virDomainGetName(domain),
			   metadata);
	return machine_files_claim(host, domain, metadata, error);
}

/* What may be deleted is known before a guest is asked to stop, which may take minutes;
 * then it is looked at again. */
static int guest_ask(struct run *run, struct host *host, virDomainPtr domain,
		     struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	if (!run->graceful_s)
		return 0;
	if (domain_metadata_read(domain, &metadata, error) < 0 ||
	    files_claim(run, host, domain, &metadata, false, error) < 0)
		return -1;
	return machine_stop(run, domain, error);
}

/* The machine is then on another hypervisor, which may share the storage. */
static int migrated_check(virDomainPtr domain, const struct metadata *metadata,
			  struct error *error)
{
	CLEANUP(free_ptr) char *uri = NULL;
	CLEANUP(free_ptr) char *command = NULL;

	if (metadata->state != METADATA_READY || !domain_was_migrated(domain))
		return 0;
	uri = virConnectGetURI(virDomainGetConnect(domain));
	command = virsh_text(uri, "undefine", VIRSH_UNDEFINE, virDomainGetName(domain),
			     NULL);
	return error_set(error,
			 "it was migrated to another hypervisor, which this batch does "
			 "not have, or where it is off; nothing is deleted. Add that "
			 "hypervisor to the batch, or remove this definition: %s",
			 command);
}

static int remove_guarded(struct run *run, struct host *host, virDomainPtr domain,
			  const struct facts_domain *planned, struct machine_guard *guard,
			  struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	machine_guard_set(run, guard, domain, planned->name, &planned->metadata);
	if (domain_metadata_read(domain, &metadata, error) < 0)
		return -1;
	if (domain_settled_check(domain, error) < 0 ||
	    machine_define_again(run, domain, error) < 0 ||
	    guest_ask(run, host, domain, error) < 0 ||
	    files_claim(run, host, domain, &metadata, true, error) < 0 ||
	    migrated_check(domain, &metadata, error) < 0 ||
	    (metadata.state == METADATA_READY && run_check(run, "delete", error) < 0))
		return -1;
	return remove_all(run, host, domain, &metadata, error);
}

int machine_remove(struct run *run, struct host *host, virDomainPtr domain,
		   const struct facts_domain *planned, struct error *error)
{
	struct machine_guard guard = {.may_be_gone = true};
	int status = remove_guarded(run, host, domain, planned, &guard, error);

	machine_guard_end(run, &guard);
	return status;
}

static int take_back_guarded(struct run *run, virDomainPtr domain,
			     const struct facts_domain *planned,
			     struct machine_guard *guard, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	machine_guard_set(run, guard, domain, planned->name, &planned->metadata);
	if (domain_metadata_read(domain, &metadata, error) < 0)
		return -1;
	metadata.state = METADATA_READY;
	array_foreach(volume, &metadata.volumes) {
		volume->capacity_bytes = volume->image_bytes = 0;
		free(TAKE(volume->backing));
		free(TAKE(volume->format));
	}
	return machine_guard_take(run, &metadata, error);
}

int machine_take_back(struct run *run, virDomainPtr domain,
		      const struct facts_domain *planned, struct error *error)
{
	struct machine_guard guard = {0};
	int status = take_back_guarded(run, domain, planned, &guard, error);

	machine_guard_end(run, &guard);
	return status;
}

static int roll_back_guarded(struct run *run, struct host *host, virDomainPtr domain,
			     struct machine_guard *guard, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	if (run_change(run, error) < 0 ||
	    domain_metadata_read(domain, &metadata, error) < 0)
		return -1;
	if (!text_equal(metadata.token, run->token))
		return error_set(error, "it now belongs to another run");
	machine_guard_set(run, guard, domain, virDomainGetName(domain), &metadata);
	if (machine_files_claim(host, domain, &metadata, error) < 0)
		return -1;
	return remove_all(run, host, domain, &metadata, error);
}

int machine_roll_back(struct run *run, struct host *host, virDomainPtr domain,
		      struct error *error)
{
	struct machine_guard guard = {.may_be_gone = true};
	int status = roll_back_guarded(run, host, domain, &guard, error);

	machine_guard_end(run, &guard);
	return status;
}

/* Both domains may have changed since the plan was made. */
static int leftover_check(struct host *new_host, virDomainPtr domain, struct error *error)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr moved = NULL;
	CLEANUP(metadata_free) struct metadata metadata = {0};
	char uuid[VIR_UUID_STRING_BUFLEN] = "";

	virDomainGetUUIDString(domain, uuid);
	moved = host_domain_open(new_host, uuid, error);
	if (!moved)
		return -1;
	if (domain_metadata_read(moved, &metadata, error) < 0)
		return -1;
	if (metadata.state != METADATA_READY || !domain_is_settled_in(moved))
		return error_set(error, "it no longer runs on %s",
				 new_host->config->name);
	if (!domain_is_off(domain))
		return error_set(error, "it is no longer shut off");
	return 0;
}

/* Where the new hypervisor's network has no DHCP, the former one may still be what
 * assigns the address, over a link that both share: its reservation stays, and is named.
 */
static void reservation_leave(struct run *run, const struct host *host,
			      const struct host *new_host, const char *machine,
			      struct metadata_reservation *reservation)
{
	CLEANUP(free_ptr)
	char *entry = NULL, *command = NULL, *text = NULL;
	char address[INET_ADDRSTRLEN];

	if (!reservation->network || !new_host->facts.network.name ||
	    new_host->facts.network.has_dhcp)
		return;
	entry = network_host_xml(reservation->mac, reservation->name, reservation->ip);
	command = virsh_text(host->facts.uri, "net-update", reservation->network,
			     "delete", "ip-dhcp-host", entry, "--live", "--config", NULL);
	text = mem_format("the reservation of %s in network %s of %s stays, as network "
			  "%s of %s hands out no addresses; if nothing needs it: %s",
			  inet_ntop(AF_INET, &reservation->ip, address, sizeof(address)),
			  reservation->network, host->config->name,
			  new_host->config->network, new_host->config->name, command);
	run_note(run, machine, text);
	free(TAKE(reservation->network));
}

/* The machine keeps its address when the new hypervisor's network assigns it. */
static int reservation_move(struct run *run, struct host *new_host,
			    const struct metadata_reservation *reservation,
			    struct error *error)
{
	const struct network *network = &new_host->facts.network;
	bool taken;

	if (!reservation->network || !network_has_address(network, reservation->ip) ||
	    network_host_by_mac(network, reservation->mac) ||
	    network_host_by_address(network, reservation->ip))
		return 0;
	return reservation_add(run, new_host, reservation->mac, reservation->name,
			       reservation->ip, &taken, error);
}

static int leftover_remove(struct run *run, struct host *host, struct host *new_host,
			   virDomainPtr domain, const struct facts_domain *planned,
			   struct machine_guard *guard, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	machine_guard_set(run, guard, domain, planned->name, &planned->metadata);
	if (leftover_check(new_host, domain, error) < 0 ||
	    domain_metadata_read(domain, &metadata, error) < 0)
		return -1;
	if (metadata.state != METADATA_REMOVING && !domain_was_migrated(domain))
		return error_set(error, "it has been started since its migration");
	if (metadata.reservation.by_script)
		free(TAKE(metadata.reservation.network));
	reservation_leave(run, host, new_host, planned->name, &metadata.reservation);
	if (machine_files_claim_leftover(host, new_host, domain, &metadata, error) < 0 ||
	    reservation_move(run, new_host, &metadata.reservation, error) < 0 ||
	    removal_begin(run, host, domain, &metadata, error) < 0)
		return -1;
	return remove_claimed(run, host, domain, &metadata, error);
}

int machine_remove_leftover(struct run *run, struct host *host, struct host *new_host,
			    virDomainPtr domain, const struct facts_domain *planned,
			    struct error *error)
{
	struct machine_guard guard = {.may_be_gone = true, .must_be_off = true};
	int status = leftover_remove(run, host, new_host, domain, planned, &guard, error);

	machine_guard_end(run, &guard);
	return status;
}
