/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads NET.conf, the configuration that libvirt writes for a network's dnsmasq. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/line_reader.h"
#include "leases/network_conf.h"

enum { LINE_MAX_SIZE = 8192, NETWORK_NAME_MAX = 200 };

static char *trimmed(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

static void line_parse(char *line, struct network_conf *conf)
{
	const struct {
		const char *key;
		char **value;
	} keys[] = {
		{"interface", &conf->bridge},
		{"dhcp-leasefile", &conf->lease_file},
		{"dhcp-hostsfile", &conf->hosts_file},
	};
	char *value = strchr(line, '=');
	const char *key;

	if (!value)
		return;
	*value++ = '\0';
	key = trimmed(line);
	value = trimmed(value);
	for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
		if (!strcmp(key, keys[i].key) && !*keys[i].value && *value)
			*keys[i].value = mem_string(value);
	}
}

int network_conf_parse(const char *text, size_t size, struct network_conf *conf,
		       struct error *error)
{
	CLEANUP(network_conf_free) struct network_conf parsed = {0};
	struct line_reader reader = line_reader_start(text, size);
	char line[LINE_MAX_SIZE];

	while (line_reader_next(&reader, line, sizeof(line)))
		line_parse(line, &parsed);
	if (parsed.bridge && bridge_name_check(parsed.bridge, error) < 0)
		return error_context(error, "interface");
	*conf = parsed;
	parsed = (struct network_conf){0};
	return 0;
}

void network_conf_free(struct network_conf *conf)
{
	if (!conf)
		return;
	free(conf->bridge);
	free(conf->lease_file);
	free(conf->hosts_file);
	*conf = (struct network_conf){0};
}

int network_name_check(const char *name, struct error *error)
{
	if (!*name || !strcmp(name, ".") || !strcmp(name, "..") || strchr(name, '/') ||
	    strlen(name) > NETWORK_NAME_MAX)
		return error_set(error, "not a network's name: \"%s\"", name);
	return 0;
}

int bridge_name_check(const char *name, struct error *error)
{
	size_t length = strlen(name);

	if (!length || length >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		goto refused;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c == '/' || c == ':' || isspace(c))
			goto refused;
	}
	return 0;
refused:
	return error_set(error, "not an interface's name: \"%s\"", name);
}
