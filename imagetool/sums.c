/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of checksums: SHA256SUMS, CHECKSUM, NAME.sha256. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/sums.h"

/* The contents of a line; the name points into it, and is NULL when it has none. */
struct sum {
	struct checksum checksum;
	const char *name;
	size_t name_length;
	bool escaped;
};

struct search {
	const char *name;
	char *first_name; /* of the first matching line, "" without a name */
	bool found[2];	  /* by type */
	struct checksum checksums[2];
};

static bool is_line(const char *line, size_t length, const char *start)
{
	return length > strlen(start) && !memcmp(line, start, strlen(start));
}

/* "SHA256 (NAME) = HEX" */
static int bsd_parse(const char *line, size_t length, struct sum *sum)
{
	static const char *const starts[] = {"SHA256 (", "SHA512 ("};
	size_t start = strlen(starts[0]), end = length;

	if (!is_line(line, length, starts[0]) && !is_line(line, length, starts[1]))
		return -1;
	while (end && isxdigit((unsigned char)line[end - 1]))
		end--;
	if (end < start + 4 || memcmp(line + end - 4, ") = ", 4) ||
	    checksum_parse_hex(line + end, length - end, &sum->checksum) < 0 ||
	    (sum->checksum.type == DIGEST_SHA256) != is_line(line, length, starts[0]))
		return -1;
	sum->name = line + start;
	sum->name_length = end - 4 - start;
	return 0;
}

/* "HEX  NAME", "HEX *NAME", "HEX" */
static int gnu_parse(const char *line, size_t length, struct sum *sum)
{
	size_t end = 0;

	if (length && line[0] == '\\') {
		sum->escaped = true;
		line++;
		length--;
	}
	while (end < length && isxdigit((unsigned char)line[end]))
		end++;
	if (checksum_parse_hex(line, end, &sum->checksum) < 0)
		return -1;
	if (end == length)
		return 0;
	if (length - end < 3 || line[end] != ' ' ||
	    (line[end + 1] != ' ' && line[end + 1] != '*'))
		return -1;
	sum->name = line + end + 2;
	sum->name_length = length - end - 2;
	return 0;
}

/* The name without folders and escapes; the caller owns it. */
static char *name_take(const struct sum *sum)
{
	char *name = mem_substring(sum->name, sum->name_length), *to = name, *slash;

	for (const char *from = name; sum->escaped && *from; from++) {
		if (*from == '\\' && from[1] && strchr("\\nr", from[1])) {
			from++;
			*to++ = *from == 'n' ? '\n' : *from == 'r' ? '\r' : '\\';
		} else {
			*to++ = *from;
		}
	}
	if (sum->escaped)
		*to = '\0';
	slash = strrchr(name, '/');
	if (slash)
		memmove(name, slash + 1, strlen(slash + 1) + 1);
	return name;
}

static int sum_add(struct search *search, const struct sum *sum, struct error *error)
{
	CLEANUP(free_ptr) char *name = sum->name ? name_take(sum) : mem_string("");
	enum digest_type type = sum->checksum.type;

	if (search->name && sum->name && strcmp(search->name, name))
		return 0;
	if (!search->name && search->first_name && strcmp(search->first_name, name))
		return error_set(error, "has checksums of several files");
	if (search->found[type] &&
	    !checksum_is_same(&search->checksums[type], &sum->checksum))
		return error_set(error, "has different checksums of %s",
				 *name ? name : "one file");
	search->found[type] = true;
	search->checksums[type] = sum->checksum;
	if (!search->first_name)
		search->first_name = TAKE(name);
	return 0;
}

int sums_find(const char *text, size_t size, const char *name, struct checksum *checksum,
	      struct error *error)
{
	struct search search = {.name = name};
	int status = 0;

	while (size && status == 0) {
		const char *stop = memchr(text, '\n', size);
		size_t length = stop ? (size_t)(stop - text) : size;
		size_t step = stop ? length + 1 : length;
		struct sum sum = {0};

		if (length && text[length - 1] == '\r')
			length--;
		if (bsd_parse(text, length, &sum) == 0 ||
		    gnu_parse(text, length, &sum) == 0)
			status = sum_add(&search, &sum, error);
		text += step;
		size -= step;
	}
	free(search.first_name);
	if (status < 0)
		return -1;
	if (search.found[DIGEST_SHA512])
		*checksum = search.checksums[DIGEST_SHA512];
	else if (search.found[DIGEST_SHA256])
		*checksum = search.checksums[DIGEST_SHA256];
	else
		return error_set(error, "has no SHA-256 or SHA-512 of %s",
				 name ? name : "any file");
	return 0;
}
