/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of image files, and the words for architectures and formats in them. */
#ifndef IMAGETOOL_IMAGE_NAME_H
#define IMAGETOOL_IMAGE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/*
 * In bytes: the OS such as "Centos-7", and a whole name with any spelling of the
 * architecture. A file name may have 255 bytes, so there is room for the prefix of a
 * volume that an import uses.
 */
enum { IMAGE_OS_MAX = 150, IMAGE_NAME_MAX = IMAGE_OS_MAX + 20 };

enum image_arch {
	IMAGE_ARCH_X86_64,
	IMAGE_ARCH_I686,
	IMAGE_ARCH_AARCH64,
	IMAGE_ARCH_ARMV7L,
	IMAGE_ARCH_PPC64LE,
	IMAGE_ARCH_S390X,
	IMAGE_ARCH_RISCV64,
	IMAGE_ARCH_COUNT,
};

enum image_format { IMAGE_QCOW2, IMAGE_RAW, IMAGE_FORMAT_COUNT };

/*
 * What the name of an image file says:
 *
 *	{OSName}-{OSVersion}_{Arch}_{Format}.img	Centos-7_amd64_qcow2.img
 *	{OSName}-{OSVersion}-{Arch}_{Format}.img	the form of Vmango's manual
 *
 * OSName is letters, digits, "." and "+"; it ends at the first "-". OSVersion may also
 * have "-" and "~". Both begin with a letter or a digit, OSVersion ends with one.
 */
struct image_name {
	char os[IMAGE_OS_MAX + 1]; /* "Centos-7" */
	char os_name[IMAGE_OS_MAX + 1];
	char os_version[IMAGE_OS_MAX + 1];
	enum image_arch arch;
	enum image_format format;
	bool canonical; /* the first form, with the canonical word for the architecture */
};

/*
 * Parses `length` bytes of a file name without its folder. On failure `parsed` is left
 * alone and the error is "column N: reason", with columns counted in bytes from 1.
 */
int image_name_parse(const char *name, size_t length, struct image_name *parsed,
		     struct error *error);

/* Fails when a parsed name does not have the canonical form; the error shows that form.
 */
int image_name_check_canonical(const char *name, const struct image_name *parsed,
			       struct error *error);

/* Composes a name; fails when a part does not fit the grammar, and says which. */
int image_name_set(struct image_name *name, const char *os_name, const char *os_version,
		   enum image_arch arch, enum image_format format, struct error *error);

/* Writes the canonical name to `text` and returns it. */
const char *image_name_format(const struct image_name *name,
			      char text[static IMAGE_NAME_MAX + 1]);

/* The architecture of a word, in any of its spellings; -1 when it is unknown. */
int image_arch_parse(const char *word, size_t length, enum image_arch *arch);
/* "amd64": the word in canonical names. */
const char *image_arch_word(enum image_arch arch);
/* "x86_64": libvirt's word. */
const char *image_arch_libvirt(enum image_arch arch);

/* "qcow2" or "raw"; -1 for others. */
int image_format_parse(const char *word, size_t length, enum image_format *format);
const char *image_format_word(enum image_format format);

#endif
