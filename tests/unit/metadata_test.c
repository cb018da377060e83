/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metadata of domains: written, kept by libvirt, read back, refused. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <libvirt/libvirt.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "provision/host/metadata.h"
#include "provision/host/metadata_write.h"
#include "tests/unit/tap.h"

#define HOSTILE "]]></vmango:md><evil a='\"&amp;\t\n\r caf\xc3\xa9 {{ x }}"

static char *text(const char *value)
{
	return mem_string(value);
}

static struct metadata sample(void)
{
	struct metadata metadata = {
		.has_vmango = true,
		.image_id = text("Debian-12_amd64_qcow2.img"),
		.os = text("Debian-12"),
		.creator = text("root <root@host>"),
		.plan = text("small & cheap"),
		.userdata = text("#!/bin/sh\r\n\techo '<b>' ]]> \"&amp;\"\n\n"),
		.has_tools = true,
		.state = METADATA_CREATING,
		.token = text("00000000-8888-7777-6666-555555555555"),
		.last_token = text("11111111-8888-7777-6666-555555555555"),
		.batch = text("lab"),
		.batch_file = text("/root/\"lab\".ini"),
		.adopted = text("9cb1d1a4-6a2b-4c0e-8f0b-2f2b7a0f5c11"),
		.adopted_name = text("web-1"),
		.protect = true,
		.input_hash = text("0123abcd"),
		.instance_serial = 3,
		.userdata_hash = text("89ab"),
		.userdata_hash_size = 4711,
		.reservation = {.network = text("vmango"),
				.mac = {0x52, 0x54, 0, 0xa, 0xb, 0xc},
				.name = text("web-1")},
	};

	metadata.userdata_size = strlen(metadata.userdata);
	inet_pton(AF_INET, "192.168.124.10", &metadata.reservation.ip);
	*array_add(&metadata.keys) = (struct metadata_key){text(HOSTILE),
							   text("ssh-ed25519 " HOSTILE)};
	*array_add(&metadata.keys) = (struct metadata_key){text("b"), text("ssh-rsa B")};
	*array_add(&metadata.volumes) = (struct metadata_volume){
		.pool = text("default"), .name = text("web-1_disk")};
	*array_add(&metadata.volumes) = (struct metadata_volume){
		.pool = text("default"),
		.name = text("web-1_config.iso"),
		.capacity_bytes = 4096,
		.image_bytes = 2048,
		.backing = text(HOSTILE)};
	return metadata;
}

static void same(const struct metadata *got, const struct metadata *expected)
{
	tap_ok(got->has_vmango && got->has_tools, "both elements are there");
	tap_string(got->image_id, expected->image_id, "image");
	tap_string(got->os, expected->os, "OS");
	tap_string(got->creator, expected->creator, "creator");
	tap_string(got->plan, expected->plan, "plan");
	tap_number(got->keys.count, expected->keys.count, "number of keys");
	for (size_t i = 0; i < got->keys.count; i++) {
		tap_ok(!strcmp(got->keys.items[i].name, expected->keys.items[i].name),
		       "key's name");
		tap_ok(!strcmp(got->keys.items[i].public, expected->keys.items[i].public),
		       "key");
	}
	tap_bytes(got->userdata, got->userdata_size, expected->userdata,
		  expected->userdata_size, "user data");
	tap_number(got->state, expected->state, "state");
	tap_string(got->batch, expected->batch, "batch");
	tap_string(got->batch_file, expected->batch_file, "batch file");
	tap_string(got->token, expected->token, "run that created it");
	tap_string(got->last_token, expected->last_token, "run that changed it last");
	tap_string(got->adopted, expected->adopted, "UUID of an adopted domain");
	tap_string(got->adopted_name, expected->adopted_name, "its name then");
	tap_ok(got->protect, "protected");
	tap_string(got->input_hash, expected->input_hash, "input hash");
	tap_string(got->userdata_hash, expected->userdata_hash, "user data's hash");
	tap_number(got->userdata_hash_size, expected->userdata_hash_size,
		   "size of what it is of");
	tap_number(got->instance_serial, expected->instance_serial, "instance serial");
	tap_number(got->volumes.count, 2, "number of volumes");
	tap_string(got->volumes.items[1].pool, "default", "a volume's pool");
	tap_string(got->volumes.items[1].name, "web-1_config.iso", "a volume's name");
	tap_ok(!got->volumes.items[0].capacity_bytes && !got->volumes.items[0].backing,
	       "a volume that is there");
	tap_number(got->volumes.items[1].capacity_bytes, 4096, "one that is made");
	tap_number(got->volumes.items[1].image_bytes, 2048, "and what it begins as");
	tap_string(got->volumes.items[1].backing, HOSTILE, "and what it stands on");
	tap_string(got->reservation.network, "vmango", "reservation: network");
	tap_string(got->reservation.name, "web-1", "reservation: name");
	tap_bytes(got->reservation.mac, MAC_SIZE, expected->reservation.mac, MAC_SIZE,
		  "reservation: MAC address");
	tap_ok(got->reservation.ip.s_addr == expected->reservation.ip.s_addr,
	       "reservation: address");
}

static void read_back(const char *xml, const struct metadata *expected, const char *from)
{
	CLEANUP(metadata_free) struct metadata got = {0};
	CLEANUP(error_free) struct error error = {0};

	if (tap_ok(metadata_parse(xml, strlen(xml), &got, &error) == 0, "%s: read: %s",
		   from, error_text(&error)))
		same(&got, expected);
}

/* What a real libvirt makes of it: define, read, set our element alone, read. */
static void libvirt_keeps_it(void)
{
	CLEANUP(metadata_free) struct metadata metadata = sample();
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(virConnectClose_ptr)
	virConnectPtr connection = virt_open("test:///default", false, &error);
	CLEANUP(free_ptr) char *markup = metadata_xml(&metadata, &error);
	CLEANUP(free_ptr)
	char *xml = mem_format("<domain type='test'><name>web-1</name><memory>1024</"
			       "memory><metadata>%s</metadata>"
			       "<os><type>hvm</type></os></domain>",
			       markup);
	CLEANUP(free_ptr) char *element = NULL;
	CLEANUP(free_ptr) char *kept = NULL;
	CLEANUP(free_ptr) char *changed = NULL;
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainDefineXML(connection, xml);

	read_back(xml, &metadata, "as written");
	kept = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	read_back(kept, &metadata, "as libvirt keeps it");
	metadata.state = METADATA_READY;
	element = metadata_tools_element(&metadata, &error);
	tap_ok(virDomainSetMetadata(domain, VIR_DOMAIN_METADATA_ELEMENT, element,
				    METADATA_TOOLS_KEY, METADATA_TOOLS_URI,
				    VIR_DOMAIN_AFFECT_CONFIG) == 0,
	       "libvirt takes our element alone");
	free(element);
	free(metadata.plan);
	metadata.plan = text("large");
	element = metadata_vmango_element(&metadata, &error);
	tap_ok(virDomainSetMetadata(domain, VIR_DOMAIN_METADATA_ELEMENT, element,
				    METADATA_VMANGO_KEY, METADATA_VMANGO_URI,
				    VIR_DOMAIN_AFFECT_CONFIG) == 0,
	       "libvirt takes Vmango's element alone");
	changed = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	read_back(changed, &metadata, "changed");
}

static void markup_is_as_declared(void)
{
	CLEANUP(metadata_free)
	struct metadata metadata = {
		.has_vmango = true,
		.os = text("caf\xc3\xa9 <&>"),
		.has_tools = true,
		.state = METADATA_READY,
		.batch = text("lab"),
		.input_hash = text("ff"),
	};
	CLEANUP(free_ptr) char *markup = metadata_xml(&metadata, NULL);

	tap_string(markup,
		   "<vmango:md xmlns:vmango=\"http://vmango.org/schema/md\"><vmango:os>"
		   "caf\xc3\xa9 &lt;&amp;&gt;</vmango:os><vmango:sshkeys/></vmango:md>"
		   "<tools:machine xmlns:tools=\"https://vmango.org/schema/tools\" "
		   "state=\"ready\"><tools:batch name=\"lab\"/><tools:input hash=\"ff\"/>"
		   "<tools:instance serial=\"0\"/></tools:machine>",
		   "markup");
	metadata.has_vmango = false;
	metadata.has_tools = false;
	free(markup);
	markup = metadata_xml(&metadata, NULL);
	tap_string(markup, "", "nothing asked for, nothing written");
}

static void write_refused(struct metadata *metadata, const char *expected)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *markup = metadata_xml(metadata, &error);

	tap_string(markup, NULL, "not written");
	tap_string(error_text(&error), expected, "%s", expected);
}

static void text_set(char **place, const char *value)
{
	free(*place);
	*place = text(value);
}

static void texts_are_checked(void)
{
	CLEANUP(metadata_free) struct metadata metadata = sample();
	CLEANUP(free_ptr) char *big = mem_zero(1, METADATA_USERDATA_MAX + 1);

	free(metadata.userdata);
	metadata.userdata = mem_copy("a\0b", 4);
	metadata.userdata_size = 3;
	write_refused(&metadata,
		      "metadata: user data: has characters that XML can't hold");
	text_set(&metadata.userdata, "\x1f\x8b");
	metadata.userdata_size = 2;
	write_refused(&metadata,
		      "metadata: user data: has characters that XML can't hold");
	free(metadata.userdata);
	memset(big, '&', METADATA_USERDATA_MAX);
	metadata.userdata = TAKE(big);
	metadata.userdata_size = METADATA_USERDATA_MAX;
	write_refused(&metadata, "metadata: larger than 3145728 bytes as XML");
	metadata.userdata_size++;
	write_refused(&metadata, "metadata: user data: longer than 1048576 bytes");
	text_set(&metadata.userdata, "");
	metadata.userdata_size = 0;
	text_set(&metadata.keys.items[0].name, "\xef\xbf\xbf");
	write_refused(&metadata,
		      "metadata: SSH key's name: has characters that XML can't hold");
	text_set(&metadata.keys.items[0].name, "me");
	text_set(&metadata.keys.items[0].public, "\x1b[31m");
	write_refused(&metadata, "metadata: SSH key: has characters that XML can't hold");
	text_set(&metadata.keys.items[0].public, "ssh-rsa A");
	text_set(&metadata.batch, "");
	write_refused(&metadata, "metadata: batch: missing");
	text_set(&metadata.batch, "lab");
	text_set(&metadata.volumes.items[0].pool, "\xc0\xaf");
	write_refused(&metadata,
		      "metadata: volume's pool: has characters that XML can't hold");
	text_set(&metadata.volumes.items[0].pool, NULL);
	write_refused(&metadata, "metadata: volume's pool: missing");
}

#define DOMAIN(inside) "<domain><metadata>" inside "</metadata></domain>"
#define MACHINE(attributes, inside)                                                     \
	DOMAIN("<t:machine xmlns:t='https://vmango.org/schema/tools' " attributes       \
	       "><t:batch name='b'/><t:input hash='0'/><t:instance serial='1'/>" inside \
	       "</t:machine>")

static void read_refused(const char *xml, const char *expected)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(error_free) struct error error = {0};

	tap_ok(metadata_parse(xml, strlen(xml), &metadata, &error) < 0, "not read");
	tap_string(error_text(&error), expected, "%s", expected);
}

static void ours_must_be_whole(void)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};
	static const char fine[] = MACHINE("state='ready' color='red'", "<t:more/>");

	tap_ok(metadata_parse(fine, strlen(fine), &metadata, NULL) == 0 &&
		       metadata.has_tools && !metadata.has_vmango &&
		       !metadata.reservation.network,
	       "what is not known is not looked at");
	read_refused("<domain>", "line 1: Premature end of data in tag domain line 1");
	read_refused("<!DOCTYPE a [<!ENTITY b 'c'>]><domain/>",
		     "line 1: document type declarations are refused");
	read_refused(MACHINE("", ""), "tools:machine: @state: missing");
	read_refused(
		MACHINE("state='odd'", ""),
		"tools:machine: @state: \"odd\" is not being-created, being-removed or "
		"ready");
	read_refused(MACHINE("state='ready'", "<t:volume pool='p'/>"),
		     "tools:machine: tools:volume: @name: missing");
	read_refused(MACHINE("state='ready'", "<t:reservation network='n' mac='m' ip='1' "
					      "name='a'/>"),
		     "tools:machine: tools:reservation: not a MAC address: \"m\"");
	read_refused(
		MACHINE("state='ready'",
			"<t:reservation network='n' mac='1:2:3:4:5:6' ip='1' "
			"name='a'/>"),
		"tools:machine: tools:reservation: @ip: \"1\" is not an IPv4 address");
	read_refused(DOMAIN("<t:machine xmlns:t='https://vmango.org/schema/tools' "
			    "state='ready'/>"),
		     "tools:machine: tools:batch/@name: missing");
}

static void vmangos_is_taken_as_it_is(void)
{
	static const char xml[] = DOMAIN(
		"<vmango:md xmlns:vmango='http://vmango.org/schema/md'>"
		"<vmango:os>Centos-7</vmango:os><vmango:sshkeys>"
		"<vmango:key name='me'>ssh-rsa A</vmango:key><vmango:key>no "
		"name</vmango:key>"
		"</vmango:sshkeys><vmango:userdata>\n    <![CDATA[\n  #!/bin/sh\n    "
		"]]>\n"
		"  </vmango:userdata></vmango:md>"
		"<machine xmlns='urn:other' state='?'/>");
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(metadata_free) struct metadata none = {0};
	CLEANUP(buf_free) struct buf many = {0};

	tap_ok(metadata_parse(xml, strlen(xml), &metadata, NULL) == 0 &&
		       metadata.has_vmango && !metadata.has_tools,
	       "Vmango's own machine");
	tap_string(metadata.os, "Centos-7", "its OS");
	tap_string(metadata.image_id, NULL, "no image");
	tap_number(metadata.keys.count, 1, "the key that has a name");
	tap_string(metadata.userdata, "\n    \n  #!/bin/sh\n    \n  ", "its user data");
	buf_add_string(&many,
		       "<domain><metadata><md xmlns='" METADATA_VMANGO_URI "'><os>");
	for (size_t i = 0; i <= METADATA_NAME_MAX; i++)
		buf_add_char(&many, 'a');
	buf_add_string(&many, "</os><sshkeys>");
	for (size_t i = 0; i <= METADATA_KEYS_MAX; i++)
		buf_add_string(&many, "<key name='a'>b</key>");
	buf_add_string(&many, "</sshkeys></md></metadata></domain>");
	metadata_free(&metadata);
	tap_ok(metadata_parse(many.data, many.size, &metadata, NULL) == 0, "too much");
	tap_string(metadata.os, NULL, "too long: left out");
	tap_number(metadata.keys.count, METADATA_KEYS_MAX, "too many: left out");
	tap_ok(metadata_parse("<domain/>", 9, &none, NULL) == 0 && !none.has_vmango &&
		       !none.has_tools,
	       "no metadata");
}

int main(void)
{
	libvirt_keeps_it();
	markup_is_as_declared();
	texts_are_checked();
	ours_must_be_whole();
	vmangos_is_taken_as_it_is();
	return tap_done();
}
