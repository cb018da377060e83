/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet addresses. */
#ifndef LEASES_MAC_H
#define LEASES_MAC_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

enum {
	MAC_SIZE = 6,
	MAC_TEXT_MAX = 18, /* with its NUL */
};

/*
 * Reads six hexadecimal numbers of one or two digits with colons between them, as libvirt
 * does (virMacAddrParse). On failure `mac` is unchanged.
 */
int mac_parse(const char *text, uint8_t mac[static MAC_SIZE], struct error *error);

/* Writes "52:54:00:0a:0b:0c" into `text` and returns it. */
const char *mac_format(const uint8_t mac[static MAC_SIZE],
		       char text[static MAC_TEXT_MAX]);

bool mac_equal(const uint8_t a[static MAC_SIZE], const uint8_t b[static MAC_SIZE]);

#endif
