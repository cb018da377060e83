/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts as JSON: what is refused, what is left out, and what redaction replaces. */
#define _GNU_SOURCE
#include "provision/host/facts_redact.h"
#include "tests/unit/plan_case.h"

struct refusal {
	const char *name, *patch, *expected;
};

static const struct refusal refusals[] = {
	{"the base is right", "{}", NULL},
	{"members that are not known are ignored", "{'New':{'a':[1]}}", NULL},
	{"another version", "{'Format':'vmango-facts-2'}", "Format: not vmango-facts-1"},
	{"no version", "{'Format':null}", "Format: null"},
	{"a text that is a number", "{'Hypervisor':5}", "Hypervisor: of another type"},
	{"a name that is null", "{'Hypervisor':null}", "Hypervisor: null"},
	{"a text with a NUL", "{'Uri':'a\\u0000b'}", "Uri: too long, or has a NUL"},
	{"a number that is a text", "{'Memory':'5'}", "Memory: of another type"},
	{"a number that is null", "{'Memory':null}", "Memory: out of range"},
	{"a negative number", "{'Memory':-1}", "Memory: out of range"},
	{"a time beyond 2106", "{'Time':4294967296}", "Time: out of range"},
	{"a truth that is null", "{'IsReached':null}", "IsReached: null"},
	{"not reached, and no reason", "{'IsReached':false}", "Unreachable: null"},
	{"a list that is null", "{'Volumes':null}", "Volumes: null"},
	{"a list that is an object", "{'Volumes':{}}", "Volumes: of another type"},
	{"a list of texts", "{'Volumes':['a']}", "Volumes: not a list of objects"},
	{"an object that is null", "{'RootPool':null}", "RootPool: null"},
	{"an object that is a list", "{'RootPool':[]}", "RootPool: of another type"},
	{"a member that is missing", "{'Volumes':[{}]}", "Name: missing"},
	{"an image that has no image's name", "{'Images':[{'Id':'a'}]}",
	 "Id: not an image's name"},
	{"a word that does not exist", "{'Domains':[{'Activity':'sleeps'}]}",
	 "Activity: unknown value"},
	{"no UUID", "{'Domains':[{'Id':'a'}]}", "Id: not a UUID"},
	{"no MAC", "{'Domains':[{'Interfaces':[{'HWAddr':'a'}]}]}",
	 "HWAddr: not a MAC address"},
	{"no address", "{'Network':{'Gateway':'a'}}", "Gateway: not an IPv4 address"},
	{"a prefix of no bits", "{'Network':{'Prefix':0}}", "Prefix: out of range"},
	{"one of more than an address has", "{'Network':{'Prefix':33}}",
	 "Prefix: out of range"},
	{"a range without a subnet", "{'Network':{'IsBridge':false,'HasSubnet':false}}",
	 "Ranges: without a subnet"},
	{"a range the wrong way round",
	 "{'Network':{'Ranges':[{'First':'10.0.0.2','Last':'10.0.0.1'}]}}",
	 "Last: before First"},
	{"a key instead of its hash",
	 "{'Domains':[{'Metadata':{'Keys':[{'Name':'me','Hash':'ssh-rsa AAAA'}]}}]}",
	 "Hash: not a hash"},
	{"a hash that is too short",
	 "{'Domains':[{'Metadata':{'Keys':[{'Name':'me','Hash':'sha256:00'}]}}]}",
	 "Hash: not a hash"},
	{"a machine without a batch", "{'Domains':[{'Metadata':{'Batch':null}}]}",
	 "Batch: null"},
};

/* "" when it was read. */
static void read_check(const char *text, size_t size, const char *expected,
		       const char *name)
{
	CLEANUP(facts_free) struct facts facts = {0};
	CLEANUP(error_free) struct error error = {0};
	struct facts_origin origin;
	int status = facts_json_read(text, size, &facts, &origin, &error);

	tap_string(error.message, expected, "%s", name);
	tap_ok((status < 0) == (expected != NULL), "%s: the status says so", name);
	if (status < 0)
		tap_ok(!origin.hypervisor && !facts.domains.count && !facts.uri,
		       "%s: nothing is left", name);
	free(origin.hypervisor);
}

static void test_refusals(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
		CLEANUP(json_put)
		json_object *document = plan_document(refusals[i].patch, 1);
		const char *text = json_object_to_json_string(document);

		read_check(text, strlen(text), refusals[i].expected, refusals[i].name);
	}
	read_check("[]", 2, "not a JSON object", "a list");
	read_check("null", 4, "not a JSON object", "null");
	read_check("{", 1, "line 1: the JSON ends early", "half an object");
}

static void test_limits(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *name = mem_zero(1, FACTS_TEXT_MAX + 2);

	memset(name, 'a', FACTS_TEXT_MAX + 1);
	buf_format(&text, "{'Uri':'%s'}", name);
	CLEANUP(json_put) json_object *document = plan_document(buf_text(&text), 1);
	const char *json = json_object_to_json_string(document);

	read_check(json, strlen(json), "Uri: too long, or has a NUL",
		   "a text that is too long");
	json_object_object_add(document, "Uri", json_object_new_string(name + 1));
	json = json_object_to_json_string(document);
	read_check(json, strlen(json), NULL, "the longest text");
	buf_clear(&text);
	buf_add_string(&text, "{'VolumesAreOld':false,'Unfinished':[");
	for (size_t i = 0; i <= FACTS_LIST_MAX; i++)
		buf_format(&text, "%s{}", i ? "," : "");
	buf_add_string(&text, "]}");
	json_object_object_add(document, "Unfinished", NULL);
	CLEANUP(json_put) json_object *list = plan_document(buf_text(&text), 1);
	json = json_object_to_json_string(list);
	read_check(json, strlen(json), "Unfinished: too many", "a list that is too long");
}

/* The facts of a hypervisor as a text, with single quotes and no line ends. */
static char *written(const struct facts *facts, const char *hypervisor)
{
	CLEANUP(json_put) json_object *object = facts_json_write(facts, hypervisor, 1);
	char *text = mem_string(json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));

	for (char *at = text; *at; at++)
		if (*at == '"')
			*at = '\'';
	return text;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void test_secrets(void)
{
	CLEANUP(facts_free) struct facts facts = {0};
	CLEANUP(free_ptr) char *text = NULL;
	struct metadata *metadata;
	struct metadata_key *key;

	plan_facts_read("{'Uri':'xen+tls://ann:pass@host/?a=b:c@d','Domains':[{}]}", 1,
			&facts);
	metadata = &facts.domains.items[0].metadata;
	metadata->userdata = mem_string("#!/bin/sh");
	metadata->userdata_size = 9;
	key = array_add(&metadata->keys);
	*key = (struct metadata_key){mem_string("me"), mem_string("ssh-rsa AAAA me@pc")};
	text = written(&facts, "xen://ann:pass@host/");
	tap_ok(has(text, "'Uri':'xen+tls://ann@host/?a=b:c@d'"),
	       "a URI without its password");
	tap_ok(has(text, "'Hypervisor':'xen://ann@host/'"), "a name that is a URI");
	tap_ok(!has(text, "pass"), "no password");
	tap_ok(!has(text, "bin/sh"), "no user data");
	tap_ok(has(text, "'UserdataHash':'3af71adb278ad4af33c144b78fa1ae708da03b773d98324"
			 "ae991a7daedb53ca2','UserdataSize':9,'UserdataShown':9"),
	       "but their hash and size");
	tap_ok(!has(text, "AAAA") && has(text, "{'Name':'me','Hash':'sha256:"),
	       "of a key the hash");
	free(key->public);
	key->public = mem_string("sha256:my password");
	free(text);
	text = written(&facts, "rack1");
	tap_ok(!has(text, "my password"), "be it called a hash or not");
}

/* Names that a person gave: all of them have the word "zzz". */
#define NAMES                                                                                                                          \
	"{'IsReached':true,'Unreachable':'zzz reason','Problems':[{'Reason':'zzz'}],"                                                  \
	"'Uri':'qemu+ssh://zzz@zzz/zzz','ImagePool':{'Name':'zzz-i','Path':'/zzz/i'},"                                                 \
	"'RootPool':{'Name':'zzz','Path':'/zzz/d'},"                                                                                   \
	"'Network':{'Name':'zzz','Bridge':'brzzz','Hosts':[{'Name':'zzz'}],"                                                           \
	"'HasConfigured':true,'ConfiguredHosts':[{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:01','Name':'zzz','Address':'10.0.0.9'}]}," \
	"'Images':[{'Id':'Zzz-1_amd64_qcow2.img','Path':'/zzz/i/Zzz-1_amd64_qcow2.img'},"                                              \
	"{'Id':'Zzz-2-arm64_raw.img','Path':null}],"                                                                                   \
	"'VolumesAreOld':false,'Unfinished':[{'Id':'Zzz-3_amd64_raw.img'},{'Id':'zzz'}],"                                              \
	"'Volumes':[{'Name':'zzz_disk','Capacity':1,'IsBlock':false,'Format':'raw'},"                                                  \
	"{'Name':'zzz_zzz','Capacity':1,'IsBlock':false},"                                                                             \
	"{'Name':'zzz_disk_disk','Capacity':1,'IsBlock':false}],"                                                                      \
	"'Domains':[{'Name':'zzz','Disks':[{'Target':'vda','IsWritable':true,"                                                         \
	"'Pool':'zzz','Volume':'zzz_disk','HasMirror':false,'Capacity':0,'Chain':[{'Path':'/zzz/d/zzz_disk'},"                         \
	"{'Path':'/zzz/i/Zzz-1_amd64_qcow2.img'},{'Path':'rbd/zzz'}]}],"                                                               \
	"'Live':{'Memory':1,'MemoryMax':1,'Cpus':1,'CpusMax':1,'DomainType':'kvm',"                                                    \
	"'MachineType':'q35','CpuMode':null,'Firmware':'/zzz/fw/zzz.fd',"                                                              \
	"'Nics':[{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:01','Source':'zzz',"                                                       \
	"'Model':null,'IsDown':false}],"                                                                                               \
	"'Disks':[{'Target':'vda','Bus':null,'Path':'/zzz/d/zzz_disk'}]},"                                                             \
	"'Metadata':{'ImageId':'Zzz-1_amd64_qcow2.img','Os':'Zzz-1','Creator':'zzz',"                                                  \
	"'Plan':'zzz','Keys':[{'Name':'zzz','Hash':'sha256:00000000000000000000000000"                                                 \
	"00000000000000000000000000000000000000'}],'Batch':'zzz','BatchFile':'/zzz',"                                                  \
	"'Volumes':[{'Pool':'zzz','Name':'zzz_config-2.iso','Capacity':0,'Image':0,"                                                   \
	"'Backing':'/zzz/i/zzz'}],"                                                                                                    \
	"'Reservation':{'Network':'zzz','Name':'zzz'}}}]}"

static void test_redaction(void)
{
	CLEANUP(redaction_free) struct redaction redaction = {0};
	CLEANUP(facts_free) struct facts facts = {0};
	CLEANUP(facts_free) struct facts other = {0};
	CLEANUP(free_ptr) char *text = NULL;
	CLEANUP(free_ptr) char *more = NULL;
	static const char *const kept[] = {
		"'Hypervisor':'hypervisor-1'",
		"'Uri':'qemu+ssh://host-1/system'",
		"'ImagePool':{'Name':'pool-1','Type':'dir','Path':'/folder-1',",
		"'RootPool':{'Name':'pool-2','Type':'dir','Path':'/folder-2',",
		"'Id':'image-1_amd64_qcow2.img','Path':'/folder-1/image-1_amd64_qcow2.img'",
		"'Id':'image-2_arm64_raw.img','Path':null",
		"'Volumes':[{'Name':'domain-1_disk',",
		"{'Name':'volume-1',",
		"{'Name':'domain-2_disk',",
		"'Chain':[{'Path':'/folder-2/domain-1_disk'},"
		"{'Path':'/folder-1/image-1_amd64_qcow2.img'},",
		"'Volumes':[{'Pool':'pool-2','Name':'domain-1_config-2.iso',",
		"'Reservation':{'Network':'network-1',",
		"'Source':'network-1','Model':null",
		"'Disks':[{'Target':'vda','Bus':null,'Path':'/folder-2/domain-1_disk'}]",
		"'Hardware':null,'Live':{'Memory':1,",
		"'Name':'domain-1','ByScript'",
		"'ImageId':'image-1_amd64_qcow2.img','Os':'os-1','Creator':'user-1',"
		"'Plan':'plan-1','Keys':[{'Name':'key-1','Hash':'sha256:0000",
	};

	plan_facts_read(NAMES, 1, &facts);
	text = written(&facts, facts_redact(&facts, "zzz", &redaction));
	if (!tap_ok(!strcasestr(text, "zzz"), "no name is left"))
		printf("# %s\n", text);
	for (size_t i = 0; i < ARRAY_LENGTH(kept); i++)
		if (!tap_ok(has(text, kept[i]), "redacted: %s", kept[i]))
			printf("# %s\n", text);
	for (char *at = text; *at; at++)
		if (*at == '\'')
			*at = '"';
	read_check(text, strlen(text), NULL, "what is redacted can be read");
	plan_facts_read("{'Domains':[{'Name':'new'},{'Name':'zzz'}]}", 2, &other);
	more = written(&other, facts_redact(&other, "rack2", &redaction));
	tap_ok(has(more, "'Hypervisor':'hypervisor-2'") &&
		       has(more, "'Name':'domain-1'") && has(more, "'Name':'domain-3'") &&
		       !has(more, "'Name':'domain-2'"),
	       "the same names on another hypervisor are replaced by the same");
}

int main(void)
{
	test_refusals();
	test_limits();
	test_secrets();
	test_redaction();
	return tap_done();
}
