/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Partition tables: MBR, GPT of both sector sizes, and what only looks like one. */
#include <string.h>

#include "common/mem.h"
#include "imagetool/disk_label.h"
#include "imagetool/image_name.h"
#include "tests/unit/tap.h"

static uint8_t disk[DISK_LABEL_SIZE];

/* sgdisk's type 8304, as on disk */
static const uint8_t root_x86_64[16] = {0xe3, 0xbc, 0x68, 0x4f, 0xcd, 0xe8, 0xb1, 0x4d,
					0x96, 0xe7, 0xfb, 0xca, 0xf9, 0x84, 0xb7, 0x09};

static void put(size_t at, size_t size, uint64_t number)
{
	for (size_t i = 0; i < size; i++)
		disk[at + i] = (uint8_t)(number >> 8 * i);
}

static void mbr(uint8_t type, uint8_t flags, uint32_t first, uint32_t count)
{
	memset(disk, 0, sizeof(disk));
	disk[446] = flags;
	disk[450] = type;
	put(454, 4, first);
	put(458, 4, count);
	disk[510] = 0x55;
	disk[511] = 0xaa;
}

static void gpt(size_t sector, uint64_t last, uint64_t entries_at, uint32_t entry_size)
{
	mbr(0xee, 0, 1, 0xffffffff);
	memcpy(disk + sector, "EFI PART", 8);
	put(sector + 32, 8, last);
	put(sector + 72, 8, entries_at);
	put(sector + 80, 4, 128);
	put(sector + 84, 4, entry_size);
	memcpy(disk + 2 * sector + 128, root_x86_64, sizeof(root_x86_64));
}

static void is(const char *expected, uint64_t end, unsigned int arches,
	       const char *description)
{
	struct disk_label label = disk_label_parse(disk, sizeof(disk));

	tap_string(disk_label_word(label.type), expected, "%s", description);
	tap_number(label.end_bytes, end, "%s: its end", description);
	tap_number(label.arches, arches, "%s: architectures", description);
}

int main(void)
{
	const unsigned int x86_64 = 1U << IMAGE_ARCH_X86_64;

	is("none", 0, 0, "zeros");
	mbr(0x83, 0x80, 2048, 4096);
	is("mbr", 6144 * 512, 0, "one partition");
	mbr(0x83, 0, 0xffffffff, 0xffffffff);
	is("mbr", UINT64_C(0x1fffffffe) * 512, 0, "a partition of the largest numbers");
	mbr(0, 0, 0, 0);
	is("none", 0, 0, "no partitions");
	mbr(0x83, 0x42, 2048, 4096);
	is("none", 0, 0, "code where the flags would be");
	mbr(0x83, 0, 2048, 4096);
	disk[511] = 0;
	is("none", 0, 0, "no signature");
	gpt(512, 99, 2, 128);
	is("gpt", 51200, x86_64, "GPT");
	gpt(4096, 99, 2, 128);
	is("gpt", 409600, x86_64, "GPT of 4096-byte sectors");
	gpt(512, UINT64_MAX, 2, 128);
	is("gpt", UINT64_MAX, x86_64, "GPT with its copy at the end of the world");
	gpt(512, 99, UINT64_MAX, 128);
	is("gpt", 51200, 0, "GPT with entries out of reach");
	gpt(512, 99, 2, 0);
	is("gpt", 51200, 0, "GPT with entries of no size");
	gpt(512, 99, 2, UINT32_MAX);
	is("gpt", 51200, 0, "GPT with huge entries");
	gpt(512, 99, 2, 128);
	disk[512] = 0;
	is("mbr", 0, 0, "a protective MBR without a GPT");
	tap_number(disk_label_parse(disk, 511).type, DISK_LABEL_NONE, "half a sector");
	return tap_done();
}
