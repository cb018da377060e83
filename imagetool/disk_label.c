/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The partition table at the beginning of a disk: MBR or GPT. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include "common/bytes.h"
#include "common/mem.h"
#include "imagetool/disk_label.h"
#include "imagetool/image_name.h"

enum {
	/* The MBR, as UEFI 2.10, section 5.2 has it. */
	MBR_SIZE = 512,
	MBR_ENTRIES = 446,
	MBR_ENTRY_SIZE = 16,
	MBR_ENTRY_COUNT = 4,
	MBR_TYPE_GPT = 0xee,
	/* The GPT header, UEFI 2.10, section 5.3.2. */
	GPT_HEADER_SIZE = 92,
	GPT_ALTERNATE_LBA = 32,
	GPT_ENTRIES_LBA = 72,
	GPT_ENTRY_COUNT = 80,
	GPT_ENTRY_SIZE = 84,
	GPT_ENTRY_SIZE_MIN = 128,
	GUID_SIZE = 16,
};

struct arch_type {
	enum image_arch arch;
	uint8_t guid[GUID_SIZE]; /* as on disk: the first three fields little-endian */
};

/* clang-format off */
#define GUID(a, b, c, d, e) { \
	(a) & 0xff, (a) >> 8 & 0xff, (a) >> 16 & 0xff, (uint32_t)(a) >> 24, \
	(b) & 0xff, (b) >> 8, (c) & 0xff, (c) >> 8, (d) >> 8, (d) & 0xff, \
	(e) >> 40 & 0xff, (e) >> 32 & 0xff, (e) >> 24 & 0xff, (e) >> 16 & 0xff, \
	(e) >> 8 & 0xff, (e) & 0xff}
/* clang-format on */

static const struct arch_type arch_types[] = {
	{IMAGE_ARCH_X86_64, GUID(0x4f68bce3, 0xe8cd, 0x4db1, 0x96e7, 0xfbcaf984b709)},
	{IMAGE_ARCH_X86_64, GUID(0x8484680c, 0x9521, 0x48c6, 0x9c11, 0xb0720656f69e)},
	{IMAGE_ARCH_I686, GUID(0x44479540, 0xf297, 0x41b2, 0x9af7, 0xd131d5f0458a)},
	{IMAGE_ARCH_I686, GUID(0x75250d76, 0x8cc6, 0x458e, 0xbd66, 0xbd47cc81a812)},
	{IMAGE_ARCH_AARCH64, GUID(0xb921b045, 0x1df0, 0x41c3, 0xaf44, 0x4c6f280d3fae)},
	{IMAGE_ARCH_AARCH64, GUID(0xb0e01050, 0xee5f, 0x4390, 0x949a, 0x9101b17104e9)},
	{IMAGE_ARCH_ARMV7L, GUID(0x69dad710, 0x2ce4, 0x4e3c, 0xb16c, 0x21a1d49abed3)},
	{IMAGE_ARCH_ARMV7L, GUID(0x7d0359a3, 0x02b3, 0x4f0a, 0x865c, 0x654403e70625)},
	{IMAGE_ARCH_PPC64LE, GUID(0xc31c45e6, 0x3f39, 0x412e, 0x80fb, 0x4809c4980599)},
	{IMAGE_ARCH_PPC64LE, GUID(0x15bb03af, 0x77e7, 0x4d4a, 0xb12b, 0xc0d084f7491c)},
	{IMAGE_ARCH_S390X, GUID(0x5eead9a9, 0xfe09, 0x4a1e, 0xa1d7, 0x520d00531306)},
	{IMAGE_ARCH_S390X, GUID(0x8a4f5770, 0x50aa, 0x4ed3, 0x874a, 0x99b710db6fea)},
	{IMAGE_ARCH_RISCV64, GUID(0x72ec70a6, 0xcf74, 0x40e6, 0xbd49, 0x4bda08e8f224)},
	{IMAGE_ARCH_RISCV64, GUID(0xbeaec34b, 0x8442, 0x439b, 0xa40b, 0x984381ed097d)},
};

const char *disk_label_word(enum disk_label_type type)
{
	static const char *const words[] = {"none", "mbr", "gpt"};

	return words[type];
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void gpt_entries_parse(const uint8_t *data, size_t size, const uint8_t *gpt,
			      size_t sector_size, struct disk_label *label)
{
	uint64_t first = bytes_le64(gpt + GPT_ENTRIES_LBA);
	size_t count = bytes_le32(gpt + GPT_ENTRY_COUNT);
	size_t step = bytes_le32(gpt + GPT_ENTRY_SIZE);

	if (first > size / sector_size || step < GPT_ENTRY_SIZE_MIN)
		return;
	for (size_t at = first * sector_size, i = 0; i < count; at += step, i++) {
		if (at > size || step > size - at)
			return;
		for (size_t j = 0; j < ARRAY_LENGTH(arch_types); j++)
			if (!memcmp(data + at, arch_types[j].guid, GUID_SIZE))
				label->arches |= 1U << arch_types[j].arch;
	}
}

static bool gpt_parse(const uint8_t *data, size_t size, size_t sector_size,
		      struct disk_label *label)
{
	const uint8_t *gpt = data + sector_size;
	uint64_t last;

	if (size < sector_size + GPT_HEADER_SIZE || memcmp(gpt, "EFI PART", 8))
		return false;
	label->type = DISK_LABEL_GPT;
	last = bytes_le64(gpt + GPT_ALTERNATE_LBA);
	label->end_bytes = last < UINT64_MAX / sector_size - 1 ? (last + 1) * sector_size
							       : UINT64_MAX;
	gpt_entries_parse(data, size, gpt, sector_size, label);
	return true;
}

/*
 * The boot sector of a file system without partitions ends like an MBR too; but where the
 * entries would be it has code or text, so that not all of their flags are valid.
 */
static bool mbr_parse(const uint8_t *data, struct disk_label *label, bool *protective)
{
	uint64_t end = 0;
	bool any = false;

	for (size_t i = 0; i < MBR_ENTRY_COUNT; i++) {
		const uint8_t *entry = data + MBR_ENTRIES + i * MBR_ENTRY_SIZE;
		uint64_t first = bytes_le32(entry + 8), count = bytes_le32(entry + 12);

		if (entry[0] != 0 && entry[0] != 0x80)
			return false;
		if (!entry[4])
			continue;
		any = true;
		if (entry[4] == MBR_TYPE_GPT)
			*protective = true;
		else
			end = later(end, (first + count) * MBR_SIZE);
	}
	if (!any)
		return false;
	label->type = DISK_LABEL_MBR;
	label->end_bytes = end;
	return true;
}

struct disk_label disk_label_parse(const uint8_t *data, size_t size)
{
	struct disk_label label = {0};
	bool protective = false;

	if (size < MBR_SIZE || data[510] != 0x55 || data[511] != 0xaa ||
	    !mbr_parse(data, &label, &protective))
		return label;
	if (protective && !gpt_parse(data, size, 512, &label))
		gpt_parse(data, size, 4096, &label);
	return label;
}
