/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings an IPv4 address. */
#ifndef PROVISION_DOCTOR_PING_H
#define PROVISION_DOCTOR_PING_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

enum { PING_SIZE = 16 }; /* bytes of a request, without the header of IPv4 */

/* A raw socket for ping_send(), in the network namespace that the calling thread has now.
 * Needs CAP_NET_RAW. -1 on failure; the caller closes it. */
int ping_socket(struct error *error);

/*
 * Sends echo requests (RFC 792) with `number`, again after a third of the time, and waits
 * for a reply for at most `wait_ms`. Whether one came.
 */
bool ping_replies(int fd, struct in_addr address, uint32_t number, unsigned int wait_ms);

/* Writes a request; the number is in its identifier and its data. */
void ping_build(uint32_t number, uint8_t packet[static PING_SIZE]);

/* Whether an IPv4 packet of `size` bytes is the reply of that address to that request. */
bool ping_is_reply(const uint8_t *packet, size_t size, struct in_addr address,
		   uint32_t number);

#endif
