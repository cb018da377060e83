/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine that is there has otherwise than its batch wants it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/plan/machine_diff.h"
#include "provision/batch/machine_hash.h"
#include "tests/unit/tap.h"

static const uint64_t MIB = UINT64_C(1) << 20;

/* A machine as its batch has it, and as it was found; the same until a test changes it.
 */
struct pair {
	struct batch_plan plan;
	struct batch_ssh_key me, other;
	const struct batch_ssh_key *keys[2];
	struct batch_machine machine;
	struct metadata_key found_keys[1];
	struct metadata_volume volumes[2];
	struct metadata metadata;
	struct machine_found found;
	struct machine_wanted wanted;
};

static void pair_init(struct pair *pair)
{
	*pair = (struct pair){
		.plan = {.name = "small",
			 .memory_bytes = 256 * MIB,
			 .cpus = 2,
			 .disk_size_bytes = 2048 * MIB},
		.me = {.name = "me", .public_key = "ssh-ed25519 AAAA"},
		.other = {.name = "lab", .public_key = "ssh-ed25519 BBBB"},
		.keys = {&pair->me, &pair->other},
		.machine = {.name = "web",
			    .plan = &pair->plan,
			    .image = "Debian-12",
			    .keys = pair->keys,
			    .key_count = 1,
			    .userdata = "#!/bin/sh\n",
			    .userdata_size = 10,
			    .ip = BATCH_IP_AUTO},
		.found_keys = {{"me", "ssh-ed25519 AAAA"}},
		.metadata = {.image_id = "Debian-12_amd64_qcow2.img",
			     .os = "Debian-12",
			     .plan = "small",
			     .keys = {pair->found_keys, 1, 1},
			     .userdata = "#!/bin/sh\n",
			     .userdata_size = 10,
			     .volumes = {pair->volumes, 2, 2},
			     .reservation = {.network = "vmango"}},
		.found = {.metadata = &pair->metadata,
			  .hypervisor = "rack1",
			  .memory_bytes = 256 * MIB,
			  .disk_bytes = 2048 * MIB,
			  .disk_grows = true,
			  .cpus = 2},
		.wanted = {.machine = &pair->machine,
			   .image_id = "Debian-12_amd64_qcow2.img"},
	};
	inet_pton(AF_INET, "192.168.124.100", &pair->metadata.reservation.ip);
}

/* With a drive that was made for the machine as it is now in the pair. */
static void differs(struct pair *pair, const char *drive_hash, const char *expected,
		    const char *description)
{
	CLEANUP(machine_diff_free) struct machine_diff diff = {0};
	CLEANUP(free_ptr) char *text = NULL;
	CLEANUP(free_ptr)
	char *hash = machine_drive_hash(&pair->machine, BATCH_DRIVE_OPENSTACK);

	pair->metadata.drive_hash = (char *)drive_hash;
	pair->wanted.drive_hash = hash;
	machine_diff(&pair->found, &pair->wanted, &diff);
	text = machine_diff_text(&diff, true);
	tap_string(text, expected, "%s", description);
}

static void test_possible(void)
{
	struct pair pair;

	pair_init(&pair);
	differs(&pair, NULL, "", "the same");
	pair.plan.memory_bytes = 512 * MIB;
	pair.plan.cpus = 3;
	pair.plan.disk_size_bytes = 4096 * MIB;
	pair.machine.autostart = true;
	differs(&pair, NULL,
		"Memory: 256.0 MiB -> 512.0 MiB; Cpus: 2 -> 3; RootDisk.Size: 2.0 GiB -> "
		"4.0 GiB; Autostart: no -> yes",
		"memory, CPUs, a larger disk, autostart");
	pair_init(&pair);
	pair.found.memory_bytes = 256 * MIB - 1024;
	pair.found.disk_bytes = 2048 * MIB - 512;
	differs(&pair, NULL, "", "less than a MiB is no difference");
	pair_init(&pair);
	pair.found.memory_bytes = 0;
	pair.found.cpus = 0;
	pair.found.disk_bytes = 0;
	differs(&pair, NULL, "", "neither is what is not known");
	pair.plan.name = "tiny";
	differs(&pair, NULL, "Plan: small -> tiny", "a plan of another name");
	pair_init(&pair);
	pair.machine.protect = true;
	differs(&pair, NULL, "Protect: no -> yes", "protection");
}

/* A record alone needs no --update, and is not listed among what does. */
static void test_record(void)
{
	CLEANUP(machine_diff_free) struct machine_diff diff = {0};
	CLEANUP(free_ptr) char *text = NULL;
	struct pair pair;

	pair_init(&pair);
	pair.metadata.protect = true;
	machine_diff(&pair.found, &pair.wanted, &diff);
	tap_ok(machine_diff_find(&diff, MACHINE_PROTECT) != NULL, "protection differs");
	machine_diff_free(&diff);
	pair.metadata.drive_hash = (char *)"x";
	pair.wanted.drive_hash = "x";
	machine_diff(&pair.found, &pair.wanted, &diff);
	tap_ok(!machine_diff_needs_update(&diff), "which is a record alone");
	text = machine_diff_text(&diff, false);
	tap_string(text, "", "and is left out with the records");
}

static void test_impossible(void)
{
	struct pair pair;

	pair_init(&pair);
	pair.plan.disk_size_bytes = 1024 * MIB;
	differs(&pair, NULL, "RootDisk.Size: 2.0 GiB -> 1.0 GiB (not possible)",
		"a smaller disk");
	pair_init(&pair);
	pair.plan.disk_size_bytes = 4096 * MIB;
	pair.found.disk_grows = false;
	differs(&pair, NULL, "RootDisk.Size: 2.0 GiB -> 4.0 GiB (not possible)",
		"a larger disk where libvirt makes none larger");
	pair_init(&pair);
	pair.wanted.hypervisor = "rack2";
	differs(&pair, NULL, "Hypervisor: rack1 -> rack2 (not possible)",
		"another hypervisor");
	pair_init(&pair);
	pair.machine.ip = BATCH_IP_ADDRESS;
	inet_pton(AF_INET, "192.168.124.20", &pair.machine.address);
	differs(&pair, NULL,
		"Ip.Address: 192.168.124.100 -> 192.168.124.20 (not possible)",
		"another address");
	pair.metadata.reservation.ip = pair.machine.address;
	differs(&pair, NULL, "", "the same address");
	pair.machine.ip = BATCH_IP_DHCP;
	differs(&pair, NULL, "Ip.Address: 192.168.124.20 -> dhcp (not possible)",
		"no address of its own any more");
	pair.metadata.reservation.network = NULL;
	pair.machine.ip = BATCH_IP_AUTO;
	differs(&pair, NULL, "Ip.Address: dhcp -> auto (not possible)",
		"an address where there was none");
}

static void test_image(void)
{
	struct pair pair;

	pair_init(&pair);
	pair.wanted.image_id = "Debian-12_amd64_raw.img";
	differs(&pair, NULL, "",
		"an OS is what was asked for, whichever image is the newest now");
	pair.machine.arch = "aarch64";
	pair.wanted.image_id = "Debian-12_arm64_qcow2.img";
	differs(&pair, NULL,
		"ImageId: Debian-12_amd64_qcow2.img -> Debian-12_arm64_qcow2.img (not "
		"possible)",
		"another architecture");
	pair_init(&pair);
	pair.machine.image = pair.wanted.image_id = "Debian-12_amd64_raw.img";
	differs(&pair, NULL,
		"ImageId: Debian-12_amd64_qcow2.img -> Debian-12_amd64_raw.img (not "
		"possible)",
		"another image by its Id");
	pair.metadata.image_id = NULL;
	differs(&pair, NULL, "ImageId: none -> Debian-12_amd64_raw.img (not possible)",
		"metadata without an image");
}

static bool shows(struct pair *pair, bool wanted, bool hides, bool adds)
{
	CLEANUP(machine_diff_free) struct machine_diff diff = {0};

	pair->wanted.shows_userdata = wanted;
	pair->wanted.drive_hash = pair->metadata.drive_hash = NULL;
	machine_diff(&pair->found, &pair->wanted, &diff);
	return diff.hides_userdata == hides && diff.shows_userdata == adds;
}

/* A machine with the text of its user data is equal to one with the hash. */
static void hash_alone(struct pair *pair, const char *drive_hash)
{
	CLEANUP(free_ptr) char *hash = machine_data_hash("#!/bin/sh\n", 10);

	tap_ok(shows(pair, false, true, false) && shows(pair, true, false, false),
	       "the text is to go unless it is wanted");
	pair->metadata.userdata = NULL;
	pair->metadata.userdata_size = 0;
	pair->metadata.userdata_hash = hash;
	pair->metadata.userdata_hash_size = 10;
	differs(pair, drive_hash, "", "the same user data by their hash");
	tap_ok(shows(pair, false, false, false) && shows(pair, true, false, true),
	       "the text is to come if it is wanted");
	pair->machine.userdata = "\x01\x02";
	pair->machine.userdata_size = 2;
	differs(pair, drive_hash, "Userdata: 10 bytes (a8076d3d) -> 2 bytes (a12871fe)",
		"other user data by their hash, which XML can't hold");
	tap_ok(shows(pair, true, false, false), "whose text can't come");
	pair->machine.userdata = NULL;
	pair->machine.userdata_size = 0;
	differs(pair, drive_hash, "Userdata: 10 bytes (a8076d3d) -> none",
		"none any more, by their hash");
	pair->metadata.userdata_hash = NULL;
	pair->metadata.userdata_hash_size = 0;
}

/* The hashes stand in domains, so these must stay what they are. */
static void test_drive(void)
{
	struct pair pair;
	CLEANUP(free_ptr) char *hash = NULL;

	pair_init(&pair);
	hash = machine_drive_hash(&pair.machine, BATCH_DRIVE_OPENSTACK);
	differs(&pair, hash, "", "a drive of this content");
	pair.machine.key_count = 2;
	differs(&pair, hash, "SSHKeys: me -> me, lab", "one more key");
	pair.machine.key_count = 0;
	differs(&pair, hash, "SSHKeys: me -> none", "no keys");
	pair_init(&pair);
	pair.found_keys[0].public = "ssh-ed25519 CCCC";
	differs(&pair, NULL, "SSHKeys: me -> me (other keys)",
		"the key behind the same name");
	pair_init(&pair);
	pair.machine.userdata = "#!/bin/ash\n";
	pair.machine.userdata_size = 11;
	differs(&pair, hash, "Userdata: 10 bytes (a8076d3d) -> 11 bytes (fa608fd8)",
		"other user data");
	pair.machine.userdata = NULL;
	pair.machine.userdata_size = 0;
	differs(&pair, hash, "Userdata: 10 bytes (a8076d3d) -> none", "none any more");
	pair_init(&pair);
	differs(&pair, "00000000aa", "ConfigDrive: 00000000 -> 1bb5a278",
		"a drive whose difference metadata don't show");
	pair.machine.userdata = "\x01\x02";
	pair.machine.userdata_size = 2;
	differs(&pair, hash, "ConfigDrive: 1bb5a278 -> 36b162f3",
		"user data that metadata can't hold");
	pair_init(&pair);
	hash_alone(&pair, hash);
	pair_init(&pair);
	pair.metadata.volumes.count = 1;
	differs(&pair, NULL, "ConfigDrive: none -> wanted (not possible)",
		"a drive where there was none");
}

static void test_questions(void)
{
	CLEANUP(machine_diff_free) struct machine_diff diff = {0};
	struct pair pair;

	tap_ok(!machine_diff_is_possible(&diff) && !machine_diff_is_impossible(&diff) &&
		       !machine_diff_needs_drive(&diff),
	       "no difference asks for nothing");
	pair_init(&pair);
	pair.machine.key_count = 2;
	pair.plan.disk_size_bytes = 1024 * MIB;
	machine_diff(&pair.found, &pair.wanted, &diff);
	tap_ok(machine_diff_is_possible(&diff), "some can change in place");
	tap_ok(machine_diff_is_impossible(&diff), "and some can't");
	tap_ok(machine_diff_needs_drive(&diff), "keys need a new drive");
	tap_ok(machine_diff_find(&diff, MACHINE_KEYS) &&
		       !machine_diff_find(&diff, MACHINE_MEMORY),
	       "a change is found by its field");
	tap_string(machine_difference_how(machine_diff_find(&diff, MACHINE_KEYS)),
		   "in place", "how keys change");
	tap_string(machine_difference_how(machine_diff_find(&diff, MACHINE_DISK_SIZE)),
		   "not possible", "how a disk does not");
}

int main(void)
{
	test_possible();
	test_record();
	test_impossible();
	test_image();
	test_drive();
	test_questions();
	return tap_done();
}
