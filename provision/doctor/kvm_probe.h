/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests whether the KVM of this machine can run guests. */
#ifndef PROVISION_DOCTOR_KVM_PROBE_H
#define PROVISION_DOCTOR_KVM_PROBE_H

#include <stdbool.h>

/*
 * Tests /dev/kvm (https://www.kernel.org/doc/html/latest/virt/kvm/api.html): opens it,
 * reads its version, and on x86 runs a guest of a few instructions in a process of its
 * own for at most 10 s, without libvirt and QEMU. Returns the reason why guests can't
 * run, which the caller owns; NULL when no reason was found. `*tried` is whether a guest
 * was run: we may not be allowed to open /dev/kvm.
 */
char *kvm_probe(bool *tried);

/* Whether the text of /proc/cpuinfo is that of a processor with virtualization: VMX or
 * SVM. */
bool kvm_cpu_virtualizes(const char *cpuinfo);

#endif
