/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the bridge of a libvirt network in libvirt's files. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "leases/network_bridge.h"
#include "leases/network_conf.h"
#include "leases/xml_walk.h"

struct state {
	bool is_network;
	char *bridge;
};

static void state_free(struct state *state)
{
	free(state->bridge);
}

static void state_element(void *data, const char *path, const char *const *attributes)
{
	struct state *state = data;

	if (!strcmp(path, "/networkstatus/network")) {
		state->is_network = true;
	} else if (!strcmp(path, "/networkstatus/network/bridge") && !state->bridge) {
		state->bridge = mem_string(xml_walk_attribute(attributes, "name"));
	}
}

int network_state_parse(const char *text, size_t size, char **bridge, struct error *error)
{
	CLEANUP(state_free) struct state state = {0};

	if (xml_walk(text, size, state_element, &state, error) < 0)
		return -1;
	if (!state.is_network)
		return error_set(error, "not the state of a network");
	if (!state.bridge) {
		*bridge = NULL;
		return 0;
	}
	if (bridge_name_check(state.bridge, error) < 0)
		return -1;
	*bridge = TAKE(state.bridge);
	return 0;
}

static int bridge_from_conf(const char *path, char **bridge, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(network_conf_free) struct network_conf conf = {0};

	if (file_read(path, NETWORK_CONF_SIZE_MAX, &text, error) < 0) {
		if (errno != ENOENT)
			return -1;
		error_free(error);
		*bridge = NULL;
		return 0;
	}
	if (network_conf_parse(buf_text(&text), text.size, &conf, error) < 0)
		return error_context(error, "%s", path);
	*bridge = TAKE(conf.bridge);
	return 0;
}

int network_bridge_find(const char *state_directory, const char *conf_directory,
			const char *network, char **bridge, struct error *error)
{
	CLEANUP(free_ptr) char *state_path = NULL, *conf_path = NULL;
	CLEANUP(buf_free) struct buf text = {0};

	if (network_name_check(network, error) < 0)
		return -1;
	state_path = mem_format("%s/%s.xml", state_directory, network);
	conf_path = mem_format("%s/%s.conf", conf_directory, network);
	if (file_read(state_path, NETWORK_STATE_SIZE_MAX, &text, error) < 0) {
		if (errno == ENOENT) {
			error_free(error);
			return bridge_from_conf(conf_path, bridge, error);
		}
	} else if (network_state_parse(buf_text(&text), text.size, bridge, error) < 0) {
		error_context(error, "%s", state_path);
	} else {
		return 0;
	}
	/* An error of the state matters only if NET.conf does not have the bridge either.
	 */
	if (bridge_from_conf(conf_path, bridge, NULL) < 0 || !*bridge)
		return -1;
	error_free(error);
	return 0;
}
