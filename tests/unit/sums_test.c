/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums, and the files that list them. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/digest.h"
#include "imagetool/sums.h"
#include "tests/unit/tap.h"

#define A256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define B256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define A512                                                               \
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" \
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

struct lookup {
	const char *description, *text, *name;
	const char *found; /* else `error` */
	const char *error;
};

static const struct lookup lookups[] = {
	{"GNU", B256 "  b.img\n" A256 "  a.img\n", "a.img", "sha256:" A256, NULL},
	{"GNU, binary", A256 " *a.img\n", "a.img", "sha256:" A256, NULL},
	{"GNU, no line break at the end", A256 "  a.img", "a.img", "sha256:" A256, NULL},
	{"GNU, a line break of DOS", A256 "  a.img\r\n", "a.img", "sha256:" A256, NULL},
	{"GNU, in a folder", A256 "  ./x/a.img\n", "a.img", "sha256:" A256, NULL},
	{"GNU, escaped", "\\" A256 "  a\\n\\\\.img\n", "a\n\\.img", "sha256:" A256, NULL},
	{"GNU, upper case",
	 "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD  a\n", "a",
	 "sha256:" A256, NULL},
	{"BSD", "SHA256 (b) = " B256 "\nSHA256 (a b.img) = " A256 "\n", "a b.img",
	 "sha256:" A256, NULL},
	{"BSD, SHA-512", "SHA512 (a) = " A512 "\n", "a", "sha512:" A512, NULL},
	{"BSD, a name like the end", "SHA256 (a) = x) = " A256 "\n", "a) = x",
	 "sha256:" A256, NULL},
	{"Fedora's CHECKSUM",
	 "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# a.qcow2: 397475840 "
	 "bytes\nSHA256 (a.qcow2) = " A256 "\n-----BEGIN PGP SIGNATURE-----\n\niQ\n",
	 "a.qcow2", "sha256:" A256, NULL},
	{"both kinds: the longer", A256 "  a\n" A512 "  a\n", "a", "sha512:" A512, NULL},
	{"the digits alone", A256 "\n", "whatever", "sha256:" A256, NULL},
	{"any, of one", "# one\n" A256 "  a\n", NULL, "sha256:" A256, NULL},
	{"the same twice", A256 "  a\n" A256 "  a\n", "a", "sha256:" A256, NULL},
	{"any, of two", A256 "  a\n" A256 "  b\n", NULL, NULL,
	 "has checksums of several files"},
	{"another", A256 "  a\n", "b", NULL, "has no SHA-256 or SHA-512 of b"},
	{"a part of the name", A256 "  a.img.sig\n", "a.img", NULL,
	 "has no SHA-256 or SHA-512 of a.img"},
	{"two", A256 "  a\n" B256 "  a\n", "a", NULL, "has different checksums of a"},
	{"nothing", "", "a", NULL, "has no SHA-256 or SHA-512 of a"},
	{"MD5", "900150983cd24fb0d6963f7d28e17f72  a\n", "a", NULL,
	 "has no SHA-256 or SHA-512 of a"},
	{"one digit too many", "0" A256 "  a\n", "a", NULL,
	 "has no SHA-256 or SHA-512 of a"},
	{"the wrong word", "SHA512 (a) = " A256 "\n", "a", NULL,
	 "has no SHA-256 or SHA-512 of a"},
	{"no name", A256 "  \n", "a", NULL, "has no SHA-256 or SHA-512 of a"},
};

static void test_lookup(const struct lookup *lookup)
{
	CLEANUP(error_free) struct error error = {0};
	char text[CHECKSUM_TEXT_MAX];
	struct checksum found;
	int status = sums_find(lookup->text, strlen(lookup->text), lookup->name, &found,
			       &error);

	tap_string(status < 0 ? NULL : checksum_text(&found, text), lookup->found,
		   "%s: found", lookup->description);
	tap_string(status < 0 ? error_text(&error) : NULL, lookup->error, "%s: error",
		   lookup->description);
}

static void test_digest(enum digest_type type, const char *expected)
{
	struct checksum checksum;
	char text[CHECKSUM_TEXT_MAX];
	struct digest digest;

	digest_begin(&digest, type);
	digest_add(&digest, "a", 1);
	digest_add(&digest, "bc", 2);
	checksum = digest_end(&digest);
	tap_string(checksum_text(&checksum, text), expected, "the checksum of \"abc\"");
}

static void test_zeros(void)
{
	enum { SIZE = 100000 };
	CLEANUP(free_ptr) uint8_t *zeros = mem_zero(1, SIZE);
	struct digest counted, real;
	struct checksum a, b;

	digest_begin(&counted, DIGEST_SHA512);
	digest_begin(&real, DIGEST_SHA512);
	digest_add_zeros(&counted, SIZE);
	digest_add(&real, zeros, SIZE);
	a = digest_end(&counted);
	b = digest_end(&real);
	tap_ok(checksum_is_same(&a, &b), "zeros by their number");
}

static void test_parse(const char *text, const char *expected)
{
	CLEANUP(error_free) struct error error = {0};
	struct checksum checksum;
	char got[CHECKSUM_TEXT_MAX];

	if (checksum_parse(text, &checksum, &error) == 0)
		tap_string(checksum_text(&checksum, got), expected, "%s", text);
	else
		tap_string(error_text(&error), expected, "%s", text);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(lookups); i++)
		test_lookup(&lookups[i]);
	test_digest(DIGEST_SHA256, "sha256:" A256);
	test_digest(DIGEST_SHA512, "sha512:" A512);
	test_zeros();
	test_parse("sha256:" A256, "sha256:" A256);
	test_parse("sha512:" A512, "sha512:" A512);
	test_parse("sha512:" A256,
		   "sha512 needs 128 hexadecimal digits: \"sha512:" A256 "\"");
	test_parse("sha256:xyz", "sha256 needs 64 hexadecimal digits: \"sha256:xyz\"");
	test_parse(A256, "not sha256:... or sha512:...: \"" A256 "\"");
	test_parse("md5:00", "not sha256:... or sha512:...: \"md5:00\"");
	test_parse("sha2:", "not sha256:... or sha512:...: \"sha2:\"");
	return tap_done();
}
