/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's status file of a guest, and the hook's note of a stop. */
#include <stdint.h>

#include "hooks/stop_note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum presence presence = PRESENCE_UNKNOWN;
	struct error error = {0};

	domain_status_parse((const char *)data, size, &presence, &error);
	error_free(&error);
	stop_note_parse((const char *)data, size, "boot", 1000);
	return 0;
}
