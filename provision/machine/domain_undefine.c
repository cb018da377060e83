/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undefining a domain with everything that libvirt stores for it. */
#include <libvirt/virterror.h>

#include "common/virt.h"
#include "provision/machine/domain_undefine.h"

#if LIBVIR_CHECK_VERSION(5, 6, 0)
enum { CHECKPOINTS = VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA };
#else
enum { CHECKPOINTS = 0 };
#endif

int domain_undefine_all(virDomainPtr domain, bool keeps_nvram)
{
	const unsigned int flags = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
				   VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
				   (keeps_nvram ? VIR_DOMAIN_UNDEFINE_KEEP_NVRAM
						: VIR_DOMAIN_UNDEFINE_NVRAM);
	int status = virDomainUndefineFlags(domain, flags | CHECKPOINTS);

	if (status < 0 && CHECKPOINTS != 0 && virt_error_code() == VIR_ERR_INVALID_ARG)
		status = virDomainUndefineFlags(domain, flags);
	return status;
}
