/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undefining a domain where the daemon is older than the library. */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "provision/machine/domain_undefine.h"
#include "tests/unit/tap.h"

/* A daemon that knows these flags, in the place of libvirt's own functions. */
static unsigned int flags_known, flags_taken, calls;
static virError last;

static void daemon_is(unsigned int known)
{
	flags_known = known;
	flags_taken = calls = 0;
	last = (virError){0};
}

int virDomainUndefineFlags(virDomainPtr domain, unsigned int flags)
{
	(void)domain;
	calls++;
	if (!flags_known)
		last.code = VIR_ERR_NO_DOMAIN;
	else if (flags & ~flags_known)
		last.code = VIR_ERR_INVALID_ARG;
	else
		flags_taken = flags;
	return flags_taken ? 0 : -1;
}

virErrorPtr virGetLastError(void)
{
	return &last;
}

int main(void)
{
	const unsigned int old = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
				 VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
				 VIR_DOMAIN_UNDEFINE_NVRAM;

	daemon_is(old);
	tap_ok(domain_undefine_all(NULL, false) == 0,
	       "libvirtd 5.0 undefines the domain");
	tap_number(flags_taken, old, "with all that it keeps");
#if LIBVIR_CHECK_VERSION(5, 6, 0)
	daemon_is(old | VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA);
	tap_ok(domain_undefine_all(NULL, false) == 0, "so does libvirtd 5.6");
	tap_number(flags_taken, flags_known, "with checkpoints");
#endif
	daemon_is(VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
		  VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
		  VIR_DOMAIN_UNDEFINE_KEEP_NVRAM);
	domain_undefine_all(NULL, true);
	tap_number(flags_taken, flags_known,
		   "the NVRAM stays if it may be used elsewhere");
	daemon_is(0);
	tap_ok(domain_undefine_all(NULL, false) < 0, "another failure stays one");
	tap_number(calls, 1, "and is not tried again");
	tap_number((uint64_t)last.code, VIR_ERR_NO_DOMAIN, "its reason stays");
	return tap_done();
}
