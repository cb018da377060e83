/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config drives: reproducible images, refused values, what a context gives. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/configdrive/drive_context.h"
#include "provision/configdrive/nocloud.h"
#include "provision/configdrive/openstack.h"
#include "tests/unit/tap.h"

#define UUID "3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11"

enum { SECTOR = 2048, LABEL_AT = 16 * SECTOR + 40, THREADS = 4, ROUNDS = 25 };

static const struct configdrive_key keys[] = {
	{"me \"x\"", "ssh-ed25519 AAAA/BBBB= me@host: {\"a\"} \\\r\n"},
	{"caf\xc3\xa9", "ssh-rsa CCCC\n"},
};

static struct configdrive drive_sample(enum configdrive_format format)
{
	return (struct configdrive){
		.format = format,
		.instance_id = UUID,
		.hostname = "web-1.example.org",
		.hwaddr = "52:54:00:AB:cd:0F",
		.keys = keys,
		.key_count = ARRAY_LENGTH(keys),
		.userdata = "#!/bin/sh\necho hello\n",
		.userdata_size = 21,
	};
}

static void built(const struct configdrive *drive, struct buf *image)
{
	CLEANUP(error_free) struct error error = {0};

	if (configdrive_build(drive, image, &error) < 0)
		tap_ok(false, "built: %s", error_text(&error));
}

static bool holds(const struct buf *image, const void *data, size_t size)
{
	return image->size && memmem(image->data, image->size, data, size);
}

/* Whether today's date stands in the image as text or as ECMA-119 records it (9.1.5). */
static bool holds_today(const struct buf *image)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[9];

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y%m%d", &tm);
	return holds(image, text, 8) ||
	       holds(image,
		     (char[]){(char)tm.tm_year, (char)(tm.tm_mon + 1), (char)tm.tm_mday},
		     3);
}

static void reproducible(enum configdrive_format format, const char *label)
{
	struct configdrive drive = drive_sample(format);
	CLEANUP(buf_free) struct buf first = {0};
	CLEANUP(buf_free) struct buf second = {0};

	setenv("TZ", "Pacific/Auckland", 1);
	tzset();
	built(&drive, &first);
	setenv("TZ", "America/New_York", 1);
	tzset();
	built(&drive, &second);
	tap_ok(first.size > LABEL_AT && first.size % SECTOR == 0, "%s: whole sectors",
	       label);
	tap_ok(first.size == second.size && !memcmp(first.data, second.data, first.size),
	       "%s: the same bytes in another time zone", label);
	tap_ok(!holds_today(&first), "%s: no trace of today", label);
	tap_bytes(first.data + LABEL_AT, strlen(label), label, strlen(label), "label %s",
		  label);
	tap_ok(holds(&first, drive.userdata, drive.userdata_size), "%s: user data",
	       label);
	drive.userdata = "other";
	drive.userdata_size = 5;
	buf_clear(&second);
	built(&drive, &second);
	tap_ok(first.size != second.size || memcmp(first.data, second.data, first.size),
	       "%s: other bytes for other user data", label);
}

static void nocloud_texts(void)
{
	struct configdrive drive = drive_sample(CONFIGDRIVE_NOCLOUD);
	const char *dns[] = {"10.0.0.3", "fd00::3"};
	struct configdrive_address address = {"10.0.0.2", 24, "10.0.0.1", dns, 2};
	CLEANUP(free_ptr) char *meta = nocloud_meta_data(&drive);
	CLEANUP(free_ptr) char *network = nocloud_network_config(&drive);
	CLEANUP(free_ptr) char *fixed = NULL;

	tap_string(meta,
		   "instance-id: \"" UUID "\"\n"
		   "local-hostname: \"web-1.example.org\"\n"
		   "public-keys:\n"
		   "  \"me \\\"x\\\"\": \"ssh-ed25519 AAAA/BBBB= me@host: {\\\"a\\\"} "
		   "\\\\\"\n"
		   "  \"caf\xc3\xa9\": \"ssh-rsa CCCC\"\n",
		   "meta-data");
	tap_string(network,
		   "version: 2\nethernets:\n  eth0:\n    match:\n"
		   "      macaddress: \"52:54:00:ab:cd:0f\"\n"
		   "    dhcp4: true\n    dhcp-identifier: mac\n",
		   "network-config for DHCP: identified by MAC address");
	drive.address = &address;
	fixed = nocloud_network_config(&drive);
	tap_string(fixed,
		   "version: 2\nethernets:\n  eth0:\n    match:\n"
		   "      macaddress: \"52:54:00:ab:cd:0f\"\n"
		   "    dhcp4: false\n    addresses:\n      - \"10.0.0.2/24\"\n"
		   "    routes:\n      - to: \"0.0.0.0/0\"\n        via: \"10.0.0.1\"\n"
		   "    nameservers:\n      addresses:\n        - \"10.0.0.3\"\n"
		   "        - \"fd00::3\"\n",
		   "network-config for a static address");
	drive.hwaddr = NULL;
	tap_ok(!nocloud_network_config(&drive), "no NIC, no network-config");
}

/* The string at a path of members and indices ("networks/0/type") of a JSON text. */
static void json_at(const char *text, const char *path, const char *expected)
{
	json_object *root = json_tokener_parse(text), *object = root;
	CLEANUP(free_ptr) char *steps = mem_string(path);
	char *rest = NULL;

	for (char *step = strtok_r(steps, "/", &rest); step && object;
	     step = strtok_r(NULL, "/", &rest)) {
		if (json_object_is_type(object, json_type_array))
			object = json_object_array_get_idx(object,
							   strtoul(step, NULL, 10));
		else
			object = json_object_object_get(object, step);
	}
	tap_string(object ? json_object_get_string(object) : NULL, expected, "%s", path);
	json_object_put(root);
}

static void openstack_texts(void)
{
	struct configdrive drive = drive_sample(CONFIGDRIVE_OPENSTACK);
	const char *dns[] = {"fd00::3"};
	struct configdrive_address address = {"fd00::2", 64, "fd00::1", dns, 1};
	CLEANUP(free_ptr) char *meta = openstack_meta_data(&drive);
	CLEANUP(free_ptr) char *network = openstack_network_data(&drive);
	CLEANUP(free_ptr) char *fixed = NULL;

	json_at(meta, "uuid", UUID);
	json_at(meta, "hostname", "web-1.example.org");
	json_at(meta, "name", "web-1.example.org");
	json_at(meta, "launch_index", "0");
	json_at(meta, "public_keys/me \"x\"",
		"ssh-ed25519 AAAA/BBBB= me@host: {\"a\"} \\");
	json_at(meta, "public_keys/caf\xc3\xa9", "ssh-rsa CCCC");
	json_at(network, "links/0/ethernet_mac_address", "52:54:00:ab:cd:0f");
	json_at(network, "networks/0/type", "ipv4_dhcp");
	drive.address = &address;
	fixed = openstack_network_data(&drive);
	json_at(fixed, "networks/0/type", "ipv6");
	json_at(fixed, "networks/0/ip_address", "fd00::2");
	json_at(fixed, "networks/0/netmask", "ffff:ffff:ffff:ffff::");
	json_at(fixed, "networks/0/routes/0/gateway", "fd00::1");
	json_at(fixed, "networks/0/routes/0/netmask", "::");
	json_at(fixed, "services/0/address", "fd00::3");
	address = (struct configdrive_address){"10.0.0.2", 9, NULL, NULL, 0};
	free(fixed);
	fixed = openstack_network_data(&drive);
	json_at(fixed, "networks/0/netmask", "255.128.0.0");
	json_at(fixed, "networks/0/routes/0", NULL);
	drive.hwaddr = NULL;
	tap_ok(!openstack_network_data(&drive), "no NIC, no network_data.json");
}

static void refused(const struct configdrive *drive, const char *expected)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf image = {0};

	buf_add_string(&image, "before");
	if (tap_ok(configdrive_build(drive, &image, &error) < 0, "refused"))
		tap_string(error_text(&error), expected, "says why");
	tap_string(buf_text(&image), "before", "and nothing is added");
}

static void names_are_checked(void)
{
	static const char *const bad[] = {"a b", "a\nb", "$(reboot)", "-a",
					  "a-",	 "a..b", "a.",	      "caf\xc3\xa9",
					  "a/b", "a\"b", "a'b",	      "{{ x }}"};
	struct configdrive drive = drive_sample(CONFIGDRIVE_OPENSTACK);
	char long_name[CONFIGDRIVE_HOSTNAME_MAX + 2];

	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		CLEANUP(free_ptr)
		char *expected = mem_format("host name: \"%s\" is none: letters, digits, "
					    "\"-\" and \"_\", 1 to 63 between dots",
					    bad[i]);

		drive.hostname = bad[i];
		refused(&drive, expected);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	drive.hostname = long_name;
	refused(&drive, "host name: longer than 253 characters");
	drive.hostname = "";
	refused(&drive, "host name: missing");
	drive.hostname = "web_1";
	drive.instance_id = "../../etc";
	refused(&drive,
		"instance id: \"../../etc\" does not begin with a letter or digit");
	drive.instance_id = "a/../b";
	refused(&drive,
		"instance id: \"a/../b\" has characters other than letters, digits, \".\", "
		"\"-\" and \"_\"");
	drive.instance_id = NULL;
	refused(&drive, "instance id: missing");
}

static void key_refused(const char *name, const char *public, const char *expected)
{
	struct configdrive drive = drive_sample(CONFIGDRIVE_NOCLOUD);
	struct configdrive_key key = {name, public};

	drive.keys = &key;
	drive.key_count = 1;
	refused(&drive, expected);
}

static void keys_are_checked(void)
{
	struct configdrive drive = drive_sample(CONFIGDRIVE_NOCLOUD);
	struct configdrive_key twice[] = {{"me", "ssh-rsa A"}, {"me", "ssh-rsa B"}};
	CLEANUP(free_ptr) char *big = mem_zero(1, CONFIGDRIVE_KEY_MAX + 2);

	memset(big, 'A', CONFIGDRIVE_KEY_MAX + 1);
	key_refused("me", "ssh-rsa A\nssh-rsa B",
		    "SSH key 1 (me): not one line of UTF-8");
	key_refused("me", "ssh-rsa A\x7f", "SSH key 1 (me): not one line of UTF-8");
	key_refused("me", "ssh-rsa A\xc2\x85", "SSH key 1 (me): not one line of UTF-8");
	key_refused("me", "ssh-rsa \xe2\x80\xa8",
		    "SSH key 1 (me): not one line of UTF-8");
	key_refused("me", "ssh-rsa \xff", "SSH key 1 (me): not one line of UTF-8");
	key_refused("me", "\n", "SSH key 1 (me): no public key");
	key_refused("me", big, "SSH key 1 (me): longer than 16384 bytes");
	key_refused("", "ssh-rsa A", "SSH key 1 (): no name");
	key_refused("m\te", "ssh-rsa A",
		    "SSH key 1 (m\te): its name has control characters or is not UTF-8");
	drive.keys = twice;
	drive.key_count = 2;
	refused(&drive, "SSH key 2 (me): given twice");
}

static void network_is_checked(void)
{
	struct configdrive drive = drive_sample(CONFIGDRIVE_NOCLOUD);
	struct configdrive_address address = {"10.0.0.2", 33, NULL, NULL, 0};
	const char *dns[] = {"dns\n- evil"};

	drive.address = &address;
	refused(&drive, "address: prefix length 33 is not from 1 to 32");
	address = (struct configdrive_address){"10.0.0.2", 24, "fd00::1", NULL, 0};
	refused(&drive, "address: gateway \"fd00::1\" is not an IPv4 address");
	address = (struct configdrive_address){"10.0.0.2", 24, NULL, dns, 1};
	refused(&drive, "address: name server \"dns\n- evil\" is not an address");
	address.address = "10.0.0";
	refused(&drive, "address: \"10.0.0\" is not an address");
	drive.hwaddr = NULL;
	refused(&drive, "address: the NIC's MAC address is missing");
	drive.address = NULL;
	drive.hwaddr = "52:54:00:12:34";
	refused(&drive, "NIC: not a MAC address: \"52:54:00:12:34\"");
	drive.hwaddr = "52:54:00:12:34:56\n";
	refused(&drive, "NIC: not a MAC address: \"52:54:00:12:34:56\n\"");
}

static void userdata_has_a_limit(void)
{
	struct configdrive drive = drive_sample(CONFIGDRIVE_OPENSTACK);
	CLEANUP(free_ptr) char *data = mem_zero(1, CONFIGDRIVE_USERDATA_MAX + 1);
	CLEANUP(buf_free) struct buf image = {0};
	CLEANUP(buf_free) struct buf small = {.max_size = 4096};
	CLEANUP(error_free) struct error error = {0};

	for (size_t i = 0; i < CONFIGDRIVE_USERDATA_MAX; i++)
		data[i] = (char)(i * 31 + i / 251);
	drive.userdata = data;
	drive.userdata_size = CONFIGDRIVE_USERDATA_MAX;
	built(&drive, &image);
	tap_ok(holds(&image, data, CONFIGDRIVE_USERDATA_MAX), "1 MiB of any bytes");
	tap_ok(configdrive_build(&drive, &small, &error) < 0 && small.size == 0,
	       "a buffer that is too small: %s", error_text(&error));
	drive.userdata_size++;
	refused(&drive, "user data: larger than 1048576 bytes");
	drive = drive_sample(CONFIGDRIVE_OPENSTACK);
	drive.userdata_size = 0;
	buf_clear(&image);
	built(&drive, &image);
	tap_ok(!holds(&image, "user_data", 9), "none: no user_data");
	drive.format = CONFIGDRIVE_NOCLOUD;
	buf_clear(&image);
	built(&drive, &image);
	tap_ok(holds(&image, "user-data", 9), "none: an empty user-data");
}

/* Builds the same drive again and again; NULL when all are the same. */
static void *thread_main(void *argument)
{
	struct configdrive drive = drive_sample(CONFIGDRIVE_OPENSTACK);
	CLEANUP(buf_free) struct buf first = {0};
	CLEANUP(buf_free) struct buf again = {0};

	drive.instance_id = argument;
	drive.userdata = argument;
	drive.userdata_size = strlen(argument);
	for (size_t i = 0; i < ROUNDS; i++) {
		buf_clear(&again);
		if (configdrive_build(&drive, i ? &again : &first, NULL) < 0)
			return argument;
		if (i && (first.size != again.size ||
			  memcmp(first.data, again.data, first.size) != 0))
			return argument;
	}
	return holds(&first, argument, strlen(argument)) ? NULL : argument;
}

static void threads_take_turns(void)
{
	char names[THREADS][16];
	pthread_t threads[THREADS];
	bool same = true;

	for (size_t i = 0; i < THREADS; i++) {
		snprintf(names[i], sizeof(names[i]), "machine-%zu", i);
		pthread_create(&threads[i], NULL, thread_main, names[i]);
	}
	for (size_t i = 0; i < THREADS; i++) {
		void *result;

		pthread_join(threads[i], &result);
		same = same && !result;
	}
	tap_ok(same, "threads at once get the bytes that one alone gets");
}

static void context_is_read(void)
{
	static const char json[] =
		"{\"Machine\":{\"Name\":\"web-1\",\"Id\":\"" UUID "\",\"HWAddr\":null,"
		"\"Userdata\":\"a\\u0000b\\n\",\"SSHKeys\":[{\"Name\":\"me\","
		"\"Public\":\"ssh-rsa A\"}],\"Ip\":{\"Address\":\"10.0.0.2\","
		"\"Gateway\":\"\",\"Netmask\":24}},\"Image\":{\"Id\":[1,2]},"
		"\"Hypervisor\":{\"ConfigDrive\":\"nocloud\"}}\n";
	CLEANUP(configdrive_context_free) struct configdrive_context context = {0};
	CLEANUP(error_free) struct error error = {0};
	struct configdrive *drive = &context.drive;

	tap_ok(configdrive_context_parse(json, strlen(json), &context, &error) == 0,
	       "a context is read: %s", error_text(&error));
	tap_number(drive->format, CONFIGDRIVE_NOCLOUD, "its format");
	tap_string(drive->hostname, "web-1", "its host name");
	tap_string(drive->instance_id, UUID "-1", "its instance id");
	tap_string(drive->hwaddr, NULL, "null is nothing");
	tap_bytes(drive->userdata, drive->userdata_size, "a\0b\n", 4, "its user data");
	tap_number(drive->key_count, 1, "its keys");
	tap_string(drive->keys[0].name, "me", "a key's name");
	tap_string(drive->keys[0].public_key, "ssh-rsa A", "a key");
	tap_string(context.address.address, "10.0.0.2", "its address");
	tap_string(context.address.gateway, NULL, "empty is nothing");
	tap_number(context.address.prefix, 24, "its prefix length");
	tap_ok(!drive->address, "which is DHCP's unless asked for");
}

static void contexts_are_refused(void)
{
	static const struct {
		const char *json, *expected;
	} cases[] = {
		{"", "line 1: the JSON ends early"},
		{"{\"Machine\":\n{\"Name\":\n", "line 3: the JSON ends early"},
		{"[]", "not an object"},
		{"null ", "not an object"},
		{"{}", "Machine: missing"},
		{"{\"Machine\":[]}", "Machine: not an object"},
		{"{\"Machine\":{}}", "Machine: Name: missing"},
		{"{\"Machine\":{\"Name\":7}}", "Machine: Name: not a string"},
		{"{\"Machine\":{\"Name\":\"a\\u0000b\"}}",
		 "Machine: Name: has a NUL byte"},
		{"{\"Machine\":{\"Name\":\"a\",\"Id\":\"b\",\"SSHKeys\":[3]}}",
		 "Machine: SSHKeys[0]: not an object"},
		{"{\"Machine\":{\"Name\":\"a\",\"Id\":\"b\",\"SSHKeys\":[{}]}}",
		 "Machine: SSHKeys[0]: Name: missing"},
		{"{\"Machine\":{\"Name\":\"a\",\"Id\":\"b\",\"Ip\":{\"Netmask\":129}}}",
		 "Machine: Ip: Netmask: not a prefix length"},
		{"{\"Machine\":{\"Name\":\"a\",\"Id\":\"b\"},\"Hypervisor\":"
		 "{\"ConfigDrive\":\"floppy\"}}",
		 "Hypervisor: ConfigDrive: \"floppy\" is not openstack, nocloud or none"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct configdrive_context context = {0};
		CLEANUP(error_free) struct error error = {0};

		tap_ok(configdrive_context_parse(cases[i].json, strlen(cases[i].json),
						 &context, &error) < 0,
		       "refused");
		tap_string(error_text(&error), cases[i].expected, "%s",
			   cases[i].expected);
		configdrive_context_free(&context);
	}
}

int main(void)
{
	reproducible(CONFIGDRIVE_OPENSTACK, "config-2");
	reproducible(CONFIGDRIVE_NOCLOUD, "cidata");
	nocloud_texts();
	openstack_texts();
	names_are_checked();
	keys_are_checked();
	network_is_checked();
	userdata_has_a_limit();
	threads_take_turns();
	context_is_read();
	contexts_are_refused();
	return tap_done();
}
