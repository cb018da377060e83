/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads numbers in wire and disk formats byte by byte, without alignment. */
#ifndef COMMON_BYTES_H
#define COMMON_BYTES_H

#include <stdint.h>

/* The caller has checked that there are enough bytes. */
static inline uint16_t bytes_be16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t bytes_be32(const uint8_t *at)
{
	return (uint32_t)bytes_be16(at) << 16 | bytes_be16(at + 2);
}

static inline uint64_t bytes_be64(const uint8_t *at)
{
	return (uint64_t)bytes_be32(at) << 32 | bytes_be32(at + 4);
}

static inline uint16_t bytes_le16(const uint8_t *at)
{
	return (uint16_t)(at[1] << 8 | at[0]);
}

static inline uint32_t bytes_le32(const uint8_t *at)
{
	return (uint32_t)bytes_le16(at + 2) << 16 | bytes_le16(at);
}

static inline uint64_t bytes_le64(const uint8_t *at)
{
	return (uint64_t)bytes_le32(at + 4) << 32 | bytes_le32(at);
}

#endif
