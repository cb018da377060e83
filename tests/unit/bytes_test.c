/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in both byte orders, at odd addresses. */
#include "common/bytes.h"
#include "tests/unit/tap.h"

int main(void)
{
	static const uint8_t bytes[] = {0, 0xf1, 2, 0xf3, 4, 0xf5, 6, 0xf7, 8};
	const uint8_t *at = bytes + 1;

	tap_number(bytes_be16(at), 0xf102, "big-endian, 16 bits");
	tap_number(bytes_be32(at), 0xf102f304, "big-endian, 32 bits");
	tap_number(bytes_be64(at), 0xf102f304f506f708, "big-endian, 64 bits");
	tap_number(bytes_le16(at), 0x02f1, "little-endian, 16 bits");
	tap_number(bytes_le32(at), 0x04f302f1, "little-endian, 32 bits");
	tap_number(bytes_le64(at), 0x08f706f504f302f1, "little-endian, 64 bits");
	return tap_done();
}
