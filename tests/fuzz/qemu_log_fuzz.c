/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of QEMU's log. */
#include <stdint.h>

#include "hooks/qemu_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qemu_log_run run;

	qemu_log_parse((const char *)data, size, &run);
	return 0;
}
