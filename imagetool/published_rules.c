/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of how each distribution names its images. */
#define _GNU_SOURCE
#include "common/mem.h"
#include "imagetool/published_rules.h"

#define WORD "([a-z0-9_]+)"
#define DAY  "[0-9]{8}"

/*
 * The version is that of the release, without the date of the build. Distributions
 * without releases have the version "rolling", as BUILD_ID in their os-release has it.
 */
const struct published_rule published_rules[] = {
	/* https://cloud.debian.org/images/cloud/ */
	{
		.os_name = "Debian",
		.pattern = "debian-([0-9]+(-backports)?|sid|testing)(\\.[0-9.]+)?(-" DAY
			   ")?-[a-z0-9]+-" WORD "(-daily)?(-" DAY "-[0-9]+)?",
		.version = 1,
		.arch = 5,
	},
	/* https://cloud-images.ubuntu.com/; code names are looked up */
	{
		.os_name = "Ubuntu",
		.pattern = "(ubuntu-)?([0-9]+\\.[0-9]+|[a-z]+)-(server|minimal)-cloudimg-"
			   "([a-z0-9]+)(-disk1|-disk-kvm|-uefi1)?",
		.version = 2,
		.arch = 4,
		.img = IMG_QCOW2,
	},
	/* https://cloud.centos.org/centos/ */
	{
		.os_name = "Centos",
		.pattern = "CentOS-([0-9]+)-" WORD "-GenericCloud(-[0-9_]+)?",
		.version = 1,
		.arch = 2,
	},
	{
		.os_name = "Centos",
		.pattern = "CentOS-([0-9]+)-GenericCloud-[0-9.]+-[0-9]+\\.[0-9]+\\." WORD,
		.version = 1,
		.arch = 2,
	},
	{
		.os_name = "CentosStream",
		.pattern = "CentOS-Stream-[A-Za-z0-9]+(-UKI)?(-[a-z0-9_]+)?-([0-9]+)-"
			   "(latest|[0-9]+\\.[0-9]+)\\." WORD,
		.version = 3,
		.arch = 5,
	},
	/* https://download.fedoraproject.org/pub/fedora/linux/releases/ */
	{
		.os_name = "Fedora",
		.pattern = "Fedora-[A-Z][A-Za-z-]+-([0-9]+(_Beta)?|Rawhide)-"
			   "[0-9]+(\\.[0-9]+|\\.n)*\\." WORD,
		.version = 1,
		.arch = 4,
	},
	{
		.os_name = "Fedora",
		.pattern = "Fedora-[A-Z][A-Za-z-]+\\." WORD "-([0-9]+(_Beta)?|Rawhide)-"
			   "[0-9]+(\\.[0-9]+|\\.n)*",
		.version = 2,
		.arch = 1,
	},
	/* https://fedoraproject.org/coreos/download */
	{
		.os_name = "FedoraCoreOS",
		.pattern =
			"fedora-coreos-([0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)-[a-z0-9]+\\." WORD,
		.version = 1,
		.arch = 2,
	},
	/* https://access.redhat.com/downloads/content/rhel */
	{
		.os_name = "RHEL",
		.pattern = "rhel-(server-|baseos-)?([0-9]+(\\.[0-9]+)?)-" WORD "-kvm",
		.version = 2,
		.arch = 4,
	},
	{
		.os_name = "RHEL",
		.pattern =
			"rhel-guest-image-([0-9]+\\.[0-9]+)-[0-9]+(\\.[0-9]+)?\\." WORD,
		.version = 1,
		.arch = 3,
	},
	/* https://repo.almalinux.org/almalinux/ */
	{
		.os_name = "AlmaLinux",
		.pattern =
			"AlmaLinux-([0-9]+)(-[A-Za-z0-9]+)+-(latest|[0-9.]+-[0-9.]+)\\."
			"(x86_64|aarch64|ppc64le|s390x|i686)(_v2)?",
		.version = 1,
		.arch = 4,
	},
	{
		.os_name = "AlmaLinuxKitten",
		.pattern = "AlmaLinux-Kitten-[A-Za-z0-9]+-([0-9]+)-(latest|[0-9.]+)\\."
			   "(x86_64|aarch64|ppc64le|s390x|i686)(_v2)?",
		.version = 1,
		.arch = 3,
	},
	/* https://dl.rockylinux.org/pub/rocky/ */
	{
		.os_name = "Rocky",
		.pattern = "Rocky-([0-9]+)-[A-Za-z0-9]+(-[A-Za-z]+)?"
			   "(\\.latest|-[0-9]+\\.[0-9]+[.-][0-9]{8}\\.[0-9]+)\\." WORD,
		.version = 1,
		.arch = 4,
	},
	/* https://yum.oracle.com/oracle-linux-templates.html */
	{
		.os_name = "OracleLinux",
		.pattern = "OL([0-9]+)U([0-9]+)_" WORD "-[a-z]+-b[0-9]+",
		.version = 1,
		.minor_version = 2,
		.arch = 3,
	},
	/* https://cdn.amazonlinux.com/os-images/, https://cdn.amazonlinux.com/al2023/ */
	{
		.os_name = "AmazonLinux",
		.pattern = "(amzn|al)([0-9]+)-kvm-[0-9.]+(-kernel-[0-9.]+)?-" WORD
			   "\\.xfs\\.gpt",
		.version = 2,
		.arch = 4,
	},
	/* https://download.opensuse.org/distribution/, .../tumbleweed/appliances/ */
	{
		.os_name = "openSUSE",
		.pattern = "openSUSE-(Leap-[0-9]+\\.[0-9]+|Tumbleweed|MicroOS)"
			   "(-[A-Za-z-]+)?\\." WORD "-[A-Za-z0-9.-]+",
		.version = 1,
		.arch = 3,
	},
	{
		.os_name = "openSUSE",
		.pattern = "(Leap-[0-9]+\\.[0-9]+)-Minimal-VM\\." WORD "-[A-Za-z0-9.-]+",
		.version = 1,
		.arch = 2,
	},
	/* https://www.suse.com/download/sles/ */
	{
		.os_name = "SLES",
		.pattern = "SLES-?([0-9]+(-SP[0-9]+|\\.[0-9]+)?)-[A-Za-z-]+\\." WORD
			   "-[A-Za-z0-9.-]+",
		.version = 1,
		.arch = 3,
	},
	/* https://geo.mirror.pkgbuild.com/images/ */
	{
		.os_name = "Arch",
		.pattern = "Arch-Linux-" WORD "-(cloudimg|basic)(-" DAY "\\.[0-9]+)?",
		.arch = 1,
		.fixed_version = "rolling",
	},
	/* https://alpinelinux.org/cloud/ */
	{
		.os_name = "Alpine",
		.pattern = "[a-z]+_alpine-([0-9]+\\.[0-9]+\\.[0-9]+|edge)-" WORD
			   "(-[a-z]+)+-r[0-9]+",
		.version = 1,
		.arch = 2,
	},
	/* https://www.gentoo.org/downloads/, https://gentoo.osuosl.org/experimental/ */
	{
		.os_name = "Gentoo",
		.pattern = "di-" WORD "-(cloudinit|console)(-[a-z]+)?-" DAY "T[0-9]{6}Z",
		.arch = 1,
		.fixed_version = "rolling",
	},
	{
		.os_name = "Gentoo",
		.pattern = "gentoo-openstack-" WORD "(-[a-z]+)*-(latest|" DAY
			   "T?[0-9]*Z?)",
		.arch = 1,
		.fixed_version = "rolling",
	},
	/* https://download.freebsd.org/releases/VM-IMAGES/ */
	{
		.os_name = "FreeBSD",
		.pattern = "FreeBSD-([0-9]+\\.[0-9]+)-RELEASE-(arm64-|riscv-)?" WORD
			   "(-[A-Z]+)*([.-](ufs|zfs))?",
		.version = 1,
		.arch = 3,
	},
	{
		.os_name = "FreeBSD",
		.pattern = "FreeBSD-([0-9]+\\.[0-9]+-[A-Z]+[0-9]*)-(arm64-|riscv-)?" WORD
			   "(-[A-Z]+)*([.-](ufs|zfs))?(-" DAY "-[0-9a-f]+(-[0-9]+)?)?",
		.version = 1,
		.arch = 3,
	},
	/* https://bsd-cloud-image.org/ */
	{
		.os_name = "FreeBSD",
		.pattern = "freebsd-([0-9]+\\.[0-9]+)-(ufs|zfs)(-[0-9-]{10})?",
		.version = 1,
	},
	{
		.os_name = "OpenBSD",
		.pattern = "openbsd-([0-9]+\\.[0-9]+)(-[0-9-]{10})?",
		.version = 1,
	},
	{
		.os_name = "NetBSD",
		.pattern = "netbsd-([0-9]+\\.[0-9]+)(-[0-9-]{10})?",
		.version = 1,
	},
	/* https://github.com/hcartiaux/openbsd-cloud-image */
	{
		.os_name = "OpenBSD",
		.pattern = "openbsd-(min|generic)",
	},
	/* https://www.openbsd.org/faq/faq4.html: disks to install from */
	{
		.os_name = "OpenBSD",
		.pattern = "(install|miniroot)([0-9])([0-9])",
		.version = 2,
		.minor_version = 3,
		.img = IMG_RAW,
	},
	/* https://cdn.netbsd.org/pub/NetBSD/images/ */
	{
		.os_name = "NetBSD",
		.pattern = "NetBSD-([0-9]+\\.[0-9]+(\\.[0-9]+)?(_[A-Z0-9]+)?)-(evbarm-)?"
			   "([a-z0-9]+)-(live|install)",
		.version = 1,
		.arch = 5,
		.img = IMG_RAW,
	},
	/* https://download.cirros-cloud.net/ */
	{
		.os_name = "CirrOS",
		.pattern = "cirros-([0-9]+\\.[0-9]+\\.[0-9]+|d[0-9]+)-" WORD "-disk",
		.version = 1,
		.arch = 2,
		.img = IMG_QCOW2,
	},
	/* https://stable.release.flatcar-linux.net/amd64-usr/: the folder says the rest
	 */
	{
		.os_name = "Flatcar",
		.pattern = "flatcar_production_[a-z0-9_]+_image",
	},
	/* https://cloudbase.it/windows-cloud-images/: Windows Server since 2008 R2 is
	   64-bit */
	{
		.os_name = "WindowsServer",
		.pattern = "windows_server_([0-9]+(_r2)?)_[a-z]+_eval_kvm(_[0-9]+)?",
		.version = 1,
		.fixed_arch = "x86_64",
	},
};

const size_t published_rule_count = ARRAY_LENGTH(published_rules);
