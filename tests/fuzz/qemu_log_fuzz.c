/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of QEMU's log. */
#include <stdint.h>

#include "hooks/qemu_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char reason[QEMU_LOG_REASON_MAX];
	struct error error = {0};

	qemu_log_reason((const char *)data, size, reason, &error);
	error_free(&error);
	return 0;
}
