/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The config drive: what cloud-init in a guest reads about its machine, as an ISO image.
 */
#ifndef PROVISION_CONFIGDRIVE_CONFIGDRIVE_H
#define PROVISION_CONFIGDRIVE_CONFIGDRIVE_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"

enum configdrive_format {
	/*
	 * Label "config-2", openstack/latest/{meta_data.json, user_data,
	 * vendor_data.json, network_data.json}. cloud-init reads the newest dated folder
	 * that it knows, or "latest" when there is none, and cloudbase-init only reads
	 * "latest", so there are no dated folders. user_data is only there when there is
	 * some. https://docs.openstack.org/nova/latest/user/metadata.html
	 * https://docs.cloud-init.io/en/latest/reference/datasources/configdrive.html
	 */
	CONFIGDRIVE_OPENSTACK,
	/*
	 * Label "cidata", meta-data, user-data (there must be one, so it may be empty)
	 * and network-config, version 2.
	 * https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html
	 */
	CONFIGDRIVE_NOCLOUD,
};

/* What goes into a drive at most; more is an error. */
enum {
	CONFIGDRIVE_ID_MAX = 128,
	CONFIGDRIVE_HOSTNAME_MAX = 253, /* RFC 1035, section 2.3.4, without the root */
	CONFIGDRIVE_KEYS_MAX = 1000,
	CONFIGDRIVE_KEY_NAME_MAX = 255,
	CONFIGDRIVE_KEY_MAX = 16 * 1024,
	CONFIGDRIVE_USERDATA_MAX = 1024 * 1024,
	CONFIGDRIVE_DNS_MAX = 16,
};

struct configdrive_key {
	const char *name; /* not empty, and a different one for each key */
	const char
		*public_key; /* one line of authorized_keys(5); newlines at its end go */
};

/* An address that the guest is to have without asking DHCP. */
struct configdrive_address {
	const char *address; /* IPv4 or IPv6, as inet_pton(3) reads it */
	unsigned int prefix; /* its length in bits */
	const char *gateway; /* of the same family; NULL: no default route */
	const char *const *dns;
	size_t dns_count;
};

/* All that a drive says. The strings are borrowed and, user data apart, UTF-8. */
struct configdrive {
	enum configdrive_format format;
	/*
	 * Letters, digits and ".-_": another one for other content, since cloud-init
	 * applies it once for each instance id. Never the machine's bare UUID: of an
	 * OpenStack drive that has the one in the DMI data, cloud-init reads no more once
	 * it has seen it (check_instance_id() of its sources ConfigDrive and OpenStack).
	 */
	const char *instance_id;
	/* Labels of letters, digits, "-" and "_" with dots between (RFC 1123, section
	 * 2.1, and the underscore), so that no guest script trips over it. */
	const char *hostname;
	const char *hwaddr; /* "52:54:00:..."; NULL: no network data is written */
	const struct configdrive_key *keys;
	size_t key_count;
	const char *userdata; /* any bytes; NULL or none: no user data */
	size_t userdata_size;
	const struct configdrive_address *address; /* NULL: DHCP for IPv4 */
};

/* "openstack" or "nocloud"; -1 for other words, *format is then left alone. */
int configdrive_format_parse(const char *word, enum configdrive_format *format);

/*
 * Appends the ISO image to `image`: the same drive gives the same bytes. Fails when a
 * value is not of the form or size said above, or `image` can't hold it; then `image` is
 * left alone. May be called by several threads.
 *
 * DHCP: systemd-networkd identifies itself by a DUID made of /etc/machine-id, so copies
 * of an image that has one take the lease from each other. NoCloud's network-config says
 * "dhcp-identifier: mac", and cloud-init hands version 2 to netplan as it stands, so
 * guests with netplan (Debian since 12, Ubuntu) send their MAC address; where cloud-init
 * writes systemd-networkd's files itself, it leaves the word out (seen in 22.4).
 * OpenStack's network_data.json can't say it: cloud-init turns it into its version 1
 * form, which has no word for it whatever link type or service is given, vendor_data.json
 * comes after the network is up, and the `files` of meta_data.json are written in time,
 * but with mode 0660, which systemd-networkd can't read, while a netplan file put there
 * would stand above all that is configured in the guest later. So an OpenStack drive
 * wants an image with an empty /etc/machine-id (as distributions publish them) or a
 * static address. ifupdown with dhclient and NetworkManager send the MAC address anyway.
 */
int configdrive_build(const struct configdrive *drive, struct buf *image,
		      struct error *error);

#endif
