/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which programs that a batch names may be run by verbs that only read. */
#define _GNU_SOURCE
#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/batch/trust.h"

static const char *const program_parameters[] = {"command", "netcat"};

/* Decodes %XX in a part of a URL. */
static char *part_decode(const char *text, size_t length)
{
	struct buf decoded = {0};

	for (size_t i = 0; i < length; i++) {
		bool escaped = text[i] == '%' && length - i > 2 &&
			       text_hex_digit(text[i + 1]) >= 0 &&
			       text_hex_digit(text[i + 2]) >= 0;

		if (escaped) {
			buf_add_char(&decoded, (char)(text_hex_digit(text[i + 1]) * 16 +
						      text_hex_digit(text[i + 2])));
			i += 2;
		} else {
			buf_add_char(&decoded, text[i]);
		}
	}
	return decoded.size ? buf_take(&decoded) : mem_string("");
}

static bool parameter_is_program(const char *text, size_t length)
{
	CLEANUP(free_ptr) char *name = part_decode(text, length);

	for (size_t i = 0; i < ARRAY_LENGTH(program_parameters); i++)
		if (!strcasecmp(name, program_parameters[i]))
			return true;
	return false;
}

static bool transport_is_program(const char *url, size_t scheme)
{
	const char *plus = memchr(url, '+', scheme);

	return plus && (size_t)(url + scheme - plus) == strlen("+ext") &&
	       !strncasecmp(plus, "+ext", strlen("+ext"));
}

static bool path_is_embedded(const char *url, size_t end)
{
	CLEANUP(free_ptr) char *place = part_decode(url, end);
	const char *slash = strrchr(place, '/');

	return slash && !strcasecmp(slash, "/embed");
}

bool batch_url_names_program(const char *url)
{
	size_t length;

	if (!url)
		return false;
	length = strcspn(url, "?#");
	if (transport_is_program(url, strcspn(url, ":")) || path_is_embedded(url, length))
		return true;
	/* Parameters are separated by "&" or ";". */
	while (url[length]) {
		const char *name = url + length + 1;

		if (parameter_is_program(name, strcspn(name, "=&;#")))
			return true;
		length += 1 + strcspn(name, "&;#");
	}
	return false;
}

/* Why the file that has the setting is not trusted; NULL when it is trusted, or no file
 * has the setting. */
static const char *reason_of(const struct batch_hypervisor *hypervisor, const char *key)
{
	const struct batch_setting *setting = batch_section_get(hypervisor->section, key);

	return setting ? setting->distrust : NULL;
}

void batch_distrust(struct batch *batch, struct error_list *warnings)
{
	array_foreach(hypervisor, &batch->hypervisors) {
		hypervisor->script_distrust = reason_of(hypervisor, "network_script");
		/* A URL of the command line comes from the user. */
		if (!hypervisor->url_is_given && batch_url_names_program(hypervisor->url))
			hypervisor->url_distrust = reason_of(hypervisor, "url");
		if (hypervisor->network_script && hypervisor->script_distrust)
			batch_hypervisor_error(hypervisor, "network_script", warnings,
					       "not asked: the file %s",
					       hypervisor->script_distrust);
	}
}
