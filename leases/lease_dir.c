/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a directory of libvirt's lease files without asking libvirt. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "leases/lease_dir.h"
#include "leases/lease_file.h"
#include "leases/macs_file.h"
#include "leases/network_conf.h"

struct named_conf {
	char *network;
	struct network_conf conf;
};

struct lease_dir {
	const char *path;
	struct dirent **entries;
	int count;
	ARRAY(struct named_conf) confs;
	struct lease_list *leases;
	struct machine_list *machines;
	struct error_list *problems;
};

static void lease_dir_free(struct lease_dir *dir)
{
	for (int i = 0; i < dir->count; i++)
		free(dir->entries[i]);
	free(dir->entries);
	array_foreach(named, &dir->confs) {
		free(named->network);
		network_conf_free(&named->conf);
	}
	free(dir->confs.items);
}

/* The name without the suffix, owned by the caller; NULL if it has another suffix.
 */
static char *stem(const char *name, const char *suffix)
{
	size_t length = strlen(name), suffix_length = strlen(suffix);

	if (length <= suffix_length || strcmp(name + length - suffix_length, suffix))
		return NULL;
	return mem_substring(name, length - suffix_length);
}

static void conf_read(struct lease_dir *dir, const char *name)
{
	CLEANUP(free_ptr) char *network = stem(name, ".conf");
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(buf_free) struct buf text = {0};
	struct network_conf conf = {0};
	struct error error = {0};

	if (!network)
		return;
	path = mem_format("%s/%s", dir->path, name);
	if (file_read(path, NETWORK_CONF_SIZE_MAX, &text, &error) < 0) {
		if (errno == EACCES || errno == ENOENT)
			error_free(&error);
		else
			error_list_take(dir->problems, &error);
		return;
	}
	if (network_conf_parse(buf_text(&text), text.size, &conf, &error) < 0) {
		error_context(&error, "%s", path);
		error_list_take(dir->problems, &error);
		return;
	}
	*array_add(&dir->confs) = (struct named_conf){TAKE(network), conf};
}

static const struct named_conf *conf_of_bridge(const struct lease_dir *dir,
					       const char *bridge)
{
	array_foreach(named, &dir->confs) {
		if (named->conf.bridge && !strcmp(named->conf.bridge, bridge))
			return named;
	}
	return NULL;
}

static const struct named_conf *conf_of_network(const struct lease_dir *dir,
						const char *network)
{
	array_foreach(named, &dir->confs) {
		if (!strcmp(named->network, network))
			return named;
	}
	return NULL;
}

static void file_add(struct lease_dir *dir, const struct lease_file *file,
		     const char *network)
{
	struct error error = {0};
	size_t before = dir->leases->count;

	if (lease_file_read(file, dir->leases, dir->problems, &error) < 0)
		error_list_take(dir->problems, &error);
	for (size_t i = before; i < dir->leases->count; i++)
		dir->leases->items[i].network = mem_string(network);
}

static void status_read(struct lease_dir *dir, const char *name)
{
	CLEANUP(lease_file_free)
	struct lease_file file = {.bridge = stem(name, ".status")};
	const struct named_conf *named;

	if (!file.bridge || bridge_name_check(file.bridge, NULL) < 0)
		return;
	file.path = mem_format("%s/%s", dir->path, name);
	file.format = LEASE_FILE_STATUS;
	named = conf_of_bridge(dir, file.bridge);
	file_add(dir, &file, named ? named->network : NULL);
}

/* If BRIDGE.status exists, NET.leases is a leftover of an older libvirt. */
static bool is_left_over(const struct lease_dir *dir, const struct named_conf *named)
{
	CLEANUP(free_ptr) char *path = NULL;

	if (!named)
		return false;
	if (!named->conf.lease_file || !named->conf.bridge)
		return true;
	path = mem_format("%s/%s.status", dir->path, named->conf.bridge);
	return access(path, F_OK) == 0;
}

static void text_read(struct lease_dir *dir, const char *name)
{
	CLEANUP(lease_file_free) struct lease_file file = {0};
	CLEANUP(free_ptr) char *network = stem(name, ".leases");
	const struct named_conf *named;

	if (!network)
		return;
	named = conf_of_network(dir, network);
	if (is_left_over(dir, named))
		return;
	file.path = mem_format("%s/%s", dir->path, name);
	file.bridge = named ? mem_string(named->conf.bridge) : NULL;
	file.format = LEASE_FILE_TEXT;
	file_add(dir, &file, network);
}

static void macs_read(struct lease_dir *dir, const char *name)
{
	CLEANUP(free_ptr) char *bridge = stem(name, ".macs");
	CLEANUP(free_ptr) char *path = mem_format("%s/%s", dir->path, name);
	CLEANUP(error_list_free) struct error_list found = {0};
	CLEANUP(buf_free) struct buf text = {0};
	struct error error = {0};

	if (!bridge || bridge_name_check(bridge, NULL) < 0)
		return;
	if (file_read(path, MACS_FILE_SIZE_MAX, &text, &error) < 0) {
		/* The network was stopped after the directory was listed. */
		if (errno == ENOENT)
			error_free(&error);
		else
			error_list_take(dir->problems, &error);
		return;
	}
	if (macs_file_parse(buf_text(&text), text.size, bridge, dir->machines, &found,
			    &error) < 0) {
		error_context(&error, "%s", path);
		error_list_take(dir->problems, &error);
	}
	for (size_t i = 0; i < found.count; i++)
		error_list_add(dir->problems, "%s: %s", path, found.messages[i]);
}

static void nets_add(const struct lease_dir *dir, struct net_list *nets)
{
	array_foreach(named, &dir->confs) {
		struct net *net = array_add(nets);

		net->name = mem_string(named->network);
		net->bridge = mem_string(named->conf.bridge);
		net->active = true;
	}
}

int lease_dir_read(const char *directory, struct lease_list *leases,
		   struct net_list *nets, struct machine_list *machines,
		   struct error_list *problems, struct error *error)
{
	static void (*const readers[])(struct lease_dir *, const char *) = {
		conf_read, status_read, text_read, macs_read};
	CLEANUP(lease_dir_free)
	struct lease_dir dir = {.path = directory,
				.leases = leases,
				.machines = machines,
				.problems = problems};

	dir.count = scandir(directory, &dir.entries, NULL, alphasort);
	if (dir.count < 0)
		return error_errno(error, "%s", directory);
	for (size_t i = 0; i < ARRAY_LENGTH(readers); i++) {
		for (int j = 0; j < dir.count; j++)
			readers[i](&dir, dir.entries[j]->d_name);
	}
	machine_list_merge(machines);
	nets_add(&dir, nets);
	return 0;
}
