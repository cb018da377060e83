/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this machine's KVM can run guests. */
#ifndef PROVISION_DOCTOR_KVM_PROBE_H
#define PROVISION_DOCTOR_KVM_PROBE_H

#include <stdbool.h>

/*
 * Tries /dev/kvm (https://www.kernel.org/doc/html/latest/virt/kvm/api.html): opens it,
 * asks for its version, and on x86 runs a guest of a few instructions, which lives in a
 * process of its own for 10 s at most; no libvirt and no QEMU is in it. Returns why
 * guests can't run, which the caller owns; NULL when nothing speaks against it. `*tried`
 * is whether a guest has run; /dev/kvm may not be ours to open.
 */
char *kvm_probe(bool *tried);

/* Whether the text of /proc/cpuinfo names a processor that can virtualize: VMX or SVM. */
bool kvm_cpu_virtualizes(const char *cpuinfo);

#endif
