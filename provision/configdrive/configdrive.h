/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The config drive: an ISO image from which cloud-init in a guest reads about its
 * machine. */
#ifndef PROVISION_CONFIGDRIVE_CONFIGDRIVE_H
#define PROVISION_CONFIGDRIVE_CONFIGDRIVE_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"

enum configdrive_format {
	/*
	 * Label "config-2", openstack/latest/{meta_data.json, user_data,
	 * vendor_data.json, network_data.json}. cloud-init reads the newest dated folder
	 * that it knows, or "latest" without one, and cloudbase-init only reads "latest";
	 * so there are no dated folders. user_data is left out when it is empty.
	 * https://docs.openstack.org/nova/latest/user/metadata.html
	 * https://docs.cloud-init.io/en/latest/reference/datasources/configdrive.html
	 */
	CONFIGDRIVE_OPENSTACK,
	/* Label "cidata", meta-data, user-data (required, but may be empty) and
	 * network-config, version 2.
	 * https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html */
	CONFIGDRIVE_NOCLOUD,
};

/* Maxima; more is an error. */
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
	const char *name;	/* not empty, and different for each key */
	const char *public_key; /* one line of authorized_keys(5); newlines at its end are
				   dropped */
};

/* An address that the guest sets itself, without DHCP. */
struct configdrive_address {
	const char *address; /* IPv4 or IPv6, as inet_pton(3) reads it */
	unsigned int prefix; /* its length in bits */
	const char *gateway; /* of the same family; NULL: no default route */
	const char *const *dns;
	size_t dns_count;
};

/* The contents of a drive. The strings are borrowed and, except user data, UTF-8. */
struct configdrive {
	enum configdrive_format format;
	/*
	 * Letters, digits and ".-_". Other contents need another id, since cloud-init
	 * applies a drive once for each. It must not be the machine's bare UUID: when the
	 * id of an OpenStack drive is the UUID in the DMI data, cloud-init does not read
	 * the drive again once it has seen it (check_instance_id() of its sources
	 * ConfigDrive and OpenStack).
	 */
	const char *instance_id;
	/* Labels of letters, digits, "-" and "_", separated by dots (RFC 1123,
	 * section 2.1, and the underscore), so that scripts in guests can use it
	 * without quoting. */
	const char *hostname;
	const char *hwaddr; /* "52:54:00:..."; NULL: no network data are written */
	const struct configdrive_key *keys;
	size_t key_count;
	const char *userdata; /* any bytes; NULL: none */
	size_t userdata_size;
	const struct configdrive_address *address; /* NULL: DHCP for IPv4 */
};

/* "openstack" or "nocloud"; -1 for other words, *format is then unchanged. */
int configdrive_format_parse(const char *word, enum configdrive_format *format);

/*
 * Appends the ISO image to `image`; the same drive gives the same bytes. Fails when a
 * value does not have the form or size described above, or `image` can't hold it; `image`
 * is then unchanged. Thread-safe.
 *
 * DHCP: systemd-networkd identifies itself by a DUID derived from /etc/machine-id, so
 * copies of an image that has one take the lease from each other. NoCloud's
 * network-config has "dhcp-identifier: mac", and cloud-init passes version 2 to netplan
 * unchanged, so guests with netplan (Debian since 12, Ubuntu) send their MAC address;
 * where cloud-init writes the files of systemd-networkd itself, it drops this key (seen
 * in 22.4). OpenStack's network_data.json has no such key: cloud-init converts it to its
 * version 1, which has none for any link type or service. vendor_data.json is applied
 * after the network is up. The `files` of meta_data.json are written in time, but with
 * mode 0660, which systemd-networkd can't read, and a netplan file written that way would
 * override what is configured in the guest later. So an OpenStack drive needs an image
 * with an empty /etc/machine-id (as distributions publish them) or a static address.
 * ifupdown with dhclient and NetworkManager send the MAC address anyway.
 */
int configdrive_build(const struct configdrive *drive, struct buf *image,
		      struct error *error);

#endif
