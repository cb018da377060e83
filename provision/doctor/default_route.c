/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The default route of this machine. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/doctor/default_route.h"

enum {
	COLUMNS_MAX = 16,
	ROUTE_UP = 0x1,
	ROUTE_REJECT = 0x200,
	BYTES4 = 4,
	BYTES6 = 16,
};

/* Splits a line into its columns; returns how many. */
static size_t columns_split(char *line, char *columns[static COLUMNS_MAX])
{
	size_t count = 0;
	char *rest = line, *word;

	while (count < COLUMNS_MAX && (word = strtok_r(rest, " \t", &rest)))
		columns[count++] = word;
	return count;
}

static int digit_value(char digit)
{
	const char *digits = "0123456789abcdef", *found;

	if (digit >= 'A' && digit <= 'F')
		digit = (char)(digit - 'A' + 'a');
	found = digit ? strchr(digits, digit) : NULL;
	return found ? (int)(found - digits) : -1;
}

/* Exactly `count` bytes of hexadecimal digits. */
static int bytes_read(const char *text, uint8_t *bytes, size_t count)
{
	if (strlen(text) != 2 * count)
		return -1;
	for (size_t i = 0; i < count; i++) {
		int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		bytes[i] = (uint8_t)(high * 16 + low);
	}
	return 0;
}

static bool is_zero(const char *text)
{
	return *text && text[strspn(text, "0")] == '\0';
}

static bool is_used(const char *flags)
{
	unsigned long value = strtoul(flags, NULL, 16);

	return value & ROUTE_UP && !(value & ROUTE_REJECT);
}

static int interface_take(const char *name, struct default_route *route)
{
	if (strlen(name) >= sizeof(route->interface) || !strcmp(name, "lo"))
		return -1;
	memcpy(route->interface, name, strlen(name) + 1);
	return 0;
}

/* Iface Destination Gateway Flags RefCnt Use Metric Mask ...; numbers of 32 bits, whose
 * bytes are those of the address in this machine's order. */
static int line_read4(char *const *columns, size_t count, struct default_route *route)
{
	struct default_route found = {0};
	uint8_t bytes[BYTES4];
	uint32_t number;

	if (count < 8 || !is_zero(columns[1]) || !is_zero(columns[7]) ||
	    !is_used(columns[3]) || bytes_read(columns[2], bytes, sizeof(bytes)) < 0 ||
	    interface_take(columns[0], &found) < 0)
		return -1;
	number = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
		 (uint32_t)bytes[2] << 8 | bytes[3];
	if (number)
		found.gateway = lease_address_v4((struct in_addr){number});
	*route = found;
	return 0;
}

/* Destination, its prefix, source, its prefix, next hop, metric, references, use, flags,
 * interface. */
static int line_read6(char *const *columns, size_t count, struct default_route *route)
{
	struct default_route found = {0};

	if (count < 10 || !is_zero(columns[0]) || !is_zero(columns[1]) ||
	    !is_used(columns[8]) ||
	    bytes_read(columns[4], found.gateway.bytes, BYTES6) < 0 ||
	    interface_take(columns[9], &found) < 0)
		return -1;
	if (!is_zero(columns[4]))
		found.gateway.family = AF_INET6;
	*route = found;
	return 0;
}

static int lines_read(const char *text,
		      int (*line_read)(char *const *columns, size_t count,
				       struct default_route *route),
		      struct default_route *route)
{
	while (*text) {
		size_t size = strcspn(text, "\n");
		CLEANUP(free_ptr) char *line = mem_substring(text, size);
		char *columns[COLUMNS_MAX];

		if (line_read(columns, columns_split(line, columns), route) == 0)
			return 0;
		text += size + (text[size] == '\n');
	}
	return -1;
}

int default_route_parse(const char *text, struct default_route *route)
{
	return lines_read(text, line_read4, route);
}

int default_route_parse6(const char *text, struct default_route *route)
{
	return lines_read(text, line_read6, route);
}
