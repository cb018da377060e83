/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of Unix sockets, which has names that any user chose. */
#include <stdint.h>
#include <stdlib.h>

#include "common/mem.h"
#include "provision/doctor/socket_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_substring((const char *)data, size);

	socket_inode_parse(text, "/run/libvirt/libvirt-sock");
	free(text);
	return 0;
}
