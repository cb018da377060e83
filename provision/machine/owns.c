/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The volumes and the reservation that a machine owns according to its metadata. */
#define _GNU_SOURCE
#include <arpa/inet.h>

#include "common/json.h"
#include "common/buf.h"
#include "provision/machine/owns.h"

char *owns_text(const struct metadata *metadata)
{
	const struct metadata_reservation *reservation = &metadata->reservation;
	char ip[INET_ADDRSTRLEN];
	struct buf text = {0};

	array_foreach(volume, &metadata->volumes)
		buf_format(&text, "%s%s/%s", text.size ? ", " : "", volume->pool,
			   volume->name);
	if (reservation->network)
		buf_format(&text, "%s%s on %s", text.size ? ", " : "",
			   inet_ntop(AF_INET, &reservation->ip, ip, sizeof(ip)),
			   reservation->network);
	return text.size ? buf_take(&text) : mem_string("nothing");
}

json_object *owns_json(const struct metadata *metadata)
{
	const struct metadata_reservation *reservation = &metadata->reservation;
	json_object *object = json_object_new_object(), *one = NULL;
	json_object *volumes = json_object_new_array();
	char ip[INET_ADDRSTRLEN], mac[MAC_TEXT_MAX];

	array_foreach(volume, &metadata->volumes) {
		one = json_object_new_object();
		json_add_text(one, "Pool", volume->pool);
		json_add_text(one, "Name", volume->name);
		json_object_array_add(volumes, one);
	}
	json_object_object_add(object, "Volumes", volumes);
	one = NULL;
	if (reservation->network) {
		one = json_object_new_object();
		json_add_text(one, "Network", reservation->network);
		json_add_text(one, "Address",
			      inet_ntop(AF_INET, &reservation->ip, ip, sizeof(ip)));
		json_add_text(one, "HWAddr", mac_format(reservation->mac, mac));
	}
	json_object_object_add(object, "Reservation", one);
	return object;
}
