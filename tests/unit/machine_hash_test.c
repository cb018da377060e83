/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The digest of a machine's input: it differs with each part, and only with these. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/batch/machine_hash.h"
#include "tests/unit/tap.h"

static const struct batch_plan plan = {.name = "small",
				       .memory_bytes = 512 << 20,
				       .cpus = 2,
				       .disk_size_bytes = UINT64_C(5) << 30};
static const struct batch_ssh_key me = {.name = "me",
					.public_key = (char *)"ssh-ed25519 AAAA"};
static const struct batch_ssh_key ops = {.name = "ops",
					 .public_key = (char *)"ssh-rsa BBBB"};
static const struct batch_ssh_key *keys[] = {&me, &ops};

#define IMAGE "Debian-12_amd64_qcow2.img"

static struct batch_machine sample(void)
{
	struct batch_machine machine = {.name = (char *)"web-1",
					.plan = &plan,
					.arch = "x86_64",
					.keys = keys,
					.key_count = 2,
					.userdata = "#!/bin/true",
					.userdata_size = 11,
					.ip = BATCH_IP_ADDRESS,
					.autostart = true};

	inet_pton(AF_INET, "192.168.124.20", &machine.address);
	return machine;
}

/* Computed by another implementation. */
static void known(void)
{
	static const struct batch_plan least_plan = {
		.memory_bytes = 1 << 20, .cpus = 1, .disk_size_bytes = 1 << 30};
	struct batch_machine machine = sample(), least = {.plan = &least_plan};
	CLEANUP(free_ptr) char *hash = machine_hash(&machine, IMAGE);
	CLEANUP(free_ptr) char *least_hash = machine_hash(&least, "i");

	tap_string(hash,
		   "f7d2a2c835562ace2e6c5c293a03c4e2c671000f0c8fe88b40047f0d8852db11",
		   "a machine with everything");
	tap_string(least_hash,
		   "641bac63e00f7eecd8bc404e9d6c27c03a1e3d4c7b752f78b60b4de565f85f81",
		   "a machine with as little as there can be");
}

enum { CHANGES_MAX = 32 };

struct changes {
	char *hashes[CHANGES_MAX];
	size_t count;
};

/* One more input, unlike all before. */
static void differs(struct changes *changes, const char *what,
		    const struct batch_machine *machine, const char *image)
{
	char *hash = machine_hash(machine, image);
	bool differ = true;

	for (size_t i = 0; i < changes->count; i++)
		differ = differ && strcmp(changes->hashes[i], hash) != 0;
	tap_ok(differ, "it differs: %s", what);
	changes->hashes[changes->count++] = hash;
}

static void plans_differ(struct changes *changes)
{
	struct batch_machine machine = sample();
	struct batch_plan memory = plan, cpus = plan, disk = plan;

	memory.memory_bytes++;
	machine.plan = &memory;
	differs(changes, "memory", &machine, IMAGE);
	cpus.cpus++;
	machine.plan = &cpus;
	differs(changes, "processors", &machine, IMAGE);
	disk.disk_size_bytes++;
	machine.plan = &disk;
	differs(changes, "disk", &machine, IMAGE);
}

static void keys_differ(struct changes *changes)
{
	static const struct batch_ssh_key renamed = {
		.name = "you", .public_key = (char *)"ssh-ed25519 AAAA"};
	static const struct batch_ssh_key changed = {
		.name = "me", .public_key = (char *)"ssh-ed25519 AAAB"};
	/* The same bytes, shared out in another way. */
	static const struct batch_ssh_key shifted = {
		.name = "mes", .public_key = (char *)"sh-ed25519 AAAA"};
	const struct batch_ssh_key *given[] = {&renamed, &ops};
	struct batch_machine machine = sample();

	machine.keys = given;
	differs(changes, "a key's name", &machine, IMAGE);
	given[0] = &changed;
	differs(changes, "a key", &machine, IMAGE);
	given[0] = &shifted;
	differs(changes, "a key's name and the key", &machine, IMAGE);
	given[0] = &ops;
	given[1] = &me;
	differs(changes, "the order of keys", &machine, IMAGE);
	machine.key_count = 1;
	differs(changes, "fewer keys", &machine, IMAGE);
	machine.key_count = 0;
	differs(changes, "no key", &machine, IMAGE);
}

static void machines_differ(struct changes *changes)
{
	struct batch_machine machine = sample();

	differs(changes, "nothing yet", &machine, IMAGE);
	differs(changes, "the image", &machine, "Debian-13_amd64_qcow2.img");
	machine.arch = "aarch64";
	differs(changes, "the architecture", &machine, IMAGE);
	machine = sample();
	machine.userdata = "#!/bin/trux";
	differs(changes, "user data", &machine, IMAGE);
	machine.userdata_size = 10;
	differs(changes, "less of them", &machine, IMAGE);
	machine.userdata = NULL;
	machine.userdata_size = 0;
	differs(changes, "none of them", &machine, IMAGE);
	machine = sample();
	inet_pton(AF_INET, "192.168.124.21", &machine.address);
	differs(changes, "the address", &machine, IMAGE);
	machine.ip = BATCH_IP_AUTO;
	differs(changes, "a free address", &machine, IMAGE);
	machine.ip = BATCH_IP_DHCP;
	differs(changes, "no reservation", &machine, IMAGE);
	machine = sample();
	machine.autostart = false;
	differs(changes, "autostart", &machine, IMAGE);
}

/* What a machine is called and where it runs is not what it is made from. */
static void the_rest_does_not_count(void)
{
	static const struct batch_hypervisor elsewhere = {.name = "elsewhere"};
	const struct batch_hypervisor *hypervisors[] = {&elsewhere};
	struct batch_plan renamed = plan;
	struct batch_machine machine = sample(), other = sample();
	CLEANUP(free_ptr) char *hash = machine_hash(&machine, IMAGE);
	CLEANUP(free_ptr) char *other_hash = NULL;

	renamed.name = "tiny";
	other.name = (char *)"web-2";
	other.index = 2;
	other.hypervisors = hypervisors;
	other.hypervisor_count = 1;
	other.plan = &renamed;
	other.image = "Debian-12";
	other_hash = machine_hash(&other, IMAGE);
	tap_string(other_hash, hash, "names, places and words for the same do not count");
}

/* One more drive, unlike all before. */
static void drive_differs(struct changes *changes, const char *what,
			  const struct batch_machine *machine, enum batch_drive form)
{
	char *hash = machine_drive_hash(machine, form);
	bool differ = true;

	for (size_t i = 0; i < changes->count; i++)
		differ = differ && strcmp(changes->hashes[i], hash) != 0;
	tap_ok(differ, "its config drive differs: %s", what);
	changes->hashes[changes->count++] = hash;
}

static void drives(struct changes *changes)
{
	struct batch_machine machine = sample(), other = sample();
	CLEANUP(free_ptr) char *other_hash = NULL;

	drive_differs(changes, "nothing yet", &machine, BATCH_DRIVE_OPENSTACK);
	drive_differs(changes, "the form", &machine, BATCH_DRIVE_NOCLOUD);
	machine.key_count = 1;
	drive_differs(changes, "keys", &machine, BATCH_DRIVE_OPENSTACK);
	machine = sample();
	machine.userdata_size = 10;
	drive_differs(changes, "user data", &machine, BATCH_DRIVE_OPENSTACK);
	machine = sample();
	machine.name = (char *)"web-2";
	drive_differs(changes, "the host name", &machine, BATCH_DRIVE_OPENSTACK);
	other.arch = "aarch64";
	other.ip = BATCH_IP_DHCP;
	other.autostart = false;
	other_hash = machine_drive_hash(&other, BATCH_DRIVE_OPENSTACK);
	tap_string(other_hash, changes->hashes[0],
		   "what is not in the drive does not count");
}

/* FIPS 180-4's examples. */
static void data(void)
{
	CLEANUP(free_ptr) char *abc = machine_data_hash("abc", 3);
	CLEANUP(free_ptr) char *none = machine_data_hash("", 0);

	tap_string(abc,
		   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		   "bytes");
	tap_string(none,
		   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		   "no bytes");
}

static void changes_free(struct changes *changes)
{
	while (changes->count)
		free(changes->hashes[--changes->count]);
}

int main(void)
{
	CLEANUP(changes_free) struct changes drive_changes = {0};
	CLEANUP(changes_free) struct changes changes = {0};

	known();
	machines_differ(&changes);
	plans_differ(&changes);
	keys_differ(&changes);
	the_rest_does_not_count();
	drives(&drive_changes);
	data();
	return tap_done();
}
