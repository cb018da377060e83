/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Published names, as they stand on the servers of the distributions. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/published.h"
#include "tests/unit/tap.h"

struct published {
	const char *name;
	const char *canonical; /* or the error */
};

static const char ubuntu_csv[] =
	"version,codename,series,created,release,eol,eol-server,eol-esm,eol-legacy\n"
	"6.06 LTS,Dapper Drake,dapper,2005-10-12,2006-06-01,2009-07-14,2011-06-01\n"
	"14.04 LTS,Trusty Tahr,trusty,2013-10-17,2014-04-17,2019-04-25\n"
	"22.04 LTS,Jammy Jellyfish,jammy,2021-10-14,2022-04-21,2027-06-01\n"
	"23.10,Mantic Minotaur,mantic,2023-04-20,2023-10-12,2024-07-11\n"
	"24.04 LTS,Noble Numbat,noble,2023-10-12,2024-04-25,2029-05-31";

#define NOT_ALL	   "the name does not say:"
#define NO_VERSION " OS version (--version)"
#define NO_ARCH	   " architecture (--arch)"
#define NO_FORMAT  " format (--format)"
#define NO_OS	   " OS (--os)"

static const struct published published[] = {
	/* Debian */
	{"debian-12-genericcloud-amd64.qcow2", "Debian-12_amd64_qcow2.img"},
	{"debian-12-generic-arm64.qcow2", "Debian-12_arm64_qcow2.img"},
	{"debian-12-nocloud-ppc64el.raw", "Debian-12_ppc64el_raw.img"},
	{"debian-12-genericcloud-amd64-20240507-1740.qcow2", "Debian-12_amd64_qcow2.img"},
	{"debian-13-genericcloud-amd64-daily.qcow2", "Debian-13_amd64_qcow2.img"},
	{"debian-13-generic-riscv64-daily-20250804-2194.raw",
	 "Debian-13_riscv64_raw.img"},
	{"debian-sid-nocloud-amd64-daily.qcow2", "Debian-sid_amd64_qcow2.img"},
	{"debian-11-backports-genericcloud-amd64.qcow2",
	 "Debian-11-backports_amd64_qcow2.img"},
	{"debian-10-openstack-amd64.qcow2", "Debian-10_amd64_qcow2.img"},
	{"debian-9.13.22-20220706-openstack-amd64.qcow2", "Debian-9_amd64_qcow2.img"},
	{"debian-testing-openstack-amd64.qcow2", "Debian-testing_amd64_qcow2.img"},
	{"debian-12-genericcloud-amd64.tar.xz", "is neither qcow2 nor raw, but tar"},
	/* Ubuntu */
	{"jammy-server-cloudimg-amd64.img", "Ubuntu-22.04_amd64_qcow2.img"},
	{"jammy-server-cloudimg-amd64-disk-kvm.img", "Ubuntu-22.04_amd64_qcow2.img"},
	{"noble-server-cloudimg-arm64.img", "Ubuntu-24.04_arm64_qcow2.img"},
	{"noble-server-cloudimg-armhf.img", "Ubuntu-24.04_armhf_qcow2.img"},
	{"noble-server-cloudimg-riscv64.img", "Ubuntu-24.04_riscv64_qcow2.img"},
	{"mantic-minimal-cloudimg-amd64.img", "Ubuntu-23.10_amd64_qcow2.img"},
	{"trusty-server-cloudimg-i386-disk1.img", "Ubuntu-14.04_i386_qcow2.img"},
	{"ubuntu-22.04-server-cloudimg-amd64.img", "Ubuntu-22.04_amd64_qcow2.img"},
	{"ubuntu-20.04-server-cloudimg-ppc64el.img", "Ubuntu-20.04_ppc64el_qcow2.img"},
	{"ubuntu-18.04-server-cloudimg-s390x.img", "Ubuntu-18.04_s390x_qcow2.img"},
	{"ubuntu-24.04-minimal-cloudimg-amd64.img", "Ubuntu-24.04_amd64_qcow2.img"},
	{"jammy-server-cloudimg-amd64.vmdk", "is neither qcow2 nor raw, but vmdk"},
	{"zesty-server-cloudimg-amd64.img",
	 NOT_ALL " OS version (--version; the code name zesty is not in ubuntu.csv of "
		 "the package distro-info-data)"},
	/* CentOS and CentOS Stream */
	{"CentOS-7-x86_64-GenericCloud.qcow2", "Centos-7_amd64_qcow2.img"},
	{"CentOS-7-x86_64-GenericCloud-2009.qcow2", "Centos-7_amd64_qcow2.img"},
	{"CentOS-7-x86_64-GenericCloud-2009.qcow2c", "Centos-7_amd64_qcow2.img"},
	{"CentOS-7-x86_64-GenericCloud-20140929_01.qcow2.xz", "Centos-7_amd64_qcow2.img"},
	{"CentOS-7-aarch64-GenericCloud-2009.qcow2", "Centos-7_arm64_qcow2.img"},
	{"CentOS-6-x86_64-GenericCloud.qcow2", "Centos-6_amd64_qcow2.img"},
	{"CentOS-8-GenericCloud-8.4.2105-20210603.0.x86_64.qcow2",
	 "Centos-8_amd64_qcow2.img"},
	{"CentOS-Stream-GenericCloud-8-20220913.0.x86_64.qcow2",
	 "CentosStream-8_amd64_qcow2.img"},
	{"CentOS-Stream-GenericCloud-9-20220919.0.x86_64.qcow2",
	 "CentosStream-9_amd64_qcow2.img"},
	{"CentOS-Stream-GenericCloud-9-latest.aarch64.qcow2",
	 "CentosStream-9_arm64_qcow2.img"},
	{"CentOS-Stream-GenericCloud-x86_64-9-latest.x86_64.qcow2",
	 "CentosStream-9_amd64_qcow2.img"},
	{"CentOS-Stream-GenericCloud-x86_64-10-latest.x86_64.qcow2",
	 "CentosStream-10_amd64_qcow2.img"},
	/* Fedora */
	{"Fedora-Cloud-Base-28-1.1.x86_64.qcow2", "Fedora-28_amd64_qcow2.img"},
	{"Fedora-Cloud-Base-39-1.5.aarch64.raw.xz", "Fedora-39_arm64_raw.img"},
	{"Fedora-Cloud-Base-23-20151030.x86_64.qcow2", "Fedora-23_amd64_qcow2.img"},
	{"Fedora-Cloud-Base-Generic.x86_64-40-1.14.qcow2", "Fedora-40_amd64_qcow2.img"},
	{"Fedora-Cloud-Base-Generic-43-1.6.x86_64.qcow2", "Fedora-43_amd64_qcow2.img"},
	{"Fedora-Cloud-Base-Generic-42_Beta-1.4.ppc64le.qcow2",
	 "Fedora-42-Beta_ppc64el_qcow2.img"},
	{"Fedora-Cloud-Base-Rawhide-20240601.n.0.x86_64.qcow2",
	 "Fedora-Rawhide_amd64_qcow2.img"},
	{"Fedora-Server-KVM-39-1.5.x86_64.qcow2", "Fedora-39_amd64_qcow2.img"},
	{"fedora-coreos-38.20231002.3.1-qemu.x86_64.qcow2",
	 "FedoraCoreOS-38.20231002.3.1_amd64_qcow2.img"},
	{"fedora-coreos-38.20231002.3.1-metal.s390x.raw.xz",
	 "FedoraCoreOS-38.20231002.3.1_s390x_raw.img"},
	/* RHEL */
	{"rhel-server-7.6-x86_64-kvm.qcow2", "RHEL-7.6_amd64_qcow2.img"},
	{"rhel-8.6-x86_64-kvm.qcow2", "RHEL-8.6_amd64_qcow2.img"},
	{"rhel-baseos-9.0-x86_64-kvm.qcow2", "RHEL-9.0_amd64_qcow2.img"},
	{"rhel-9.4-aarch64-kvm.qcow2", "RHEL-9.4_arm64_qcow2.img"},
	{"rhel-guest-image-7.1-20150224.0.x86_64.qcow2", "RHEL-7.1_amd64_qcow2.img"},
	/* AlmaLinux, Rocky, Oracle */
	{"AlmaLinux-9-GenericCloud-latest.aarch64.qcow2", "AlmaLinux-9_arm64_qcow2.img"},
	{"AlmaLinux-8-GenericCloud-8.9-20231128.x86_64.qcow2",
	 "AlmaLinux-8_amd64_qcow2.img"},
	{"AlmaLinux-8-GenericCloud-UEFI-latest.x86_64.qcow2",
	 "AlmaLinux-8_amd64_qcow2.img"},
	{"AlmaLinux-10-GenericCloud-10.1-20251125.0.x86_64_v2.qcow2",
	 "AlmaLinux-10_amd64_qcow2.img"},
	{"AlmaLinux-Kitten-GenericCloud-10-latest.x86_64.qcow2",
	 "AlmaLinuxKitten-10_amd64_qcow2.img"},
	{"Rocky-9-GenericCloud.latest.x86_64.qcow2", "Rocky-9_amd64_qcow2.img"},
	{"Rocky-9-GenericCloud-Base.latest.aarch64.qcow2", "Rocky-9_arm64_qcow2.img"},
	{"Rocky-9-GenericCloud-Base-9.3-20231113.0.x86_64.qcow2",
	 "Rocky-9_amd64_qcow2.img"},
	{"Rocky-8-GenericCloud-8.6.20220702.0.x86_64.qcow2", "Rocky-8_amd64_qcow2.img"},
	{"OL9U5_x86_64-kvm-b259.qcow2", "OracleLinux-9.5_amd64_qcow2.img"},
	{"OL10U1_x86_64-kvm-b291.qcow2", "OracleLinux-10.1_amd64_qcow2.img"},
	{"OL9U4_aarch64-kvm-b90.qcow2", "OracleLinux-9.4_arm64_qcow2.img"},
	{"OL8U6_x86_64-kvm-b126.qcow", NOT_ALL NO_FORMAT},
	/* Amazon Linux */
	{"amzn2-kvm-2.0.20240610.1-x86_64.xfs.gpt.qcow2",
	 "AmazonLinux-2_amd64_qcow2.img"},
	{"amzn2-kvm-2.0.20220606.1-arm64.xfs.gpt.qcow2", "AmazonLinux-2_arm64_qcow2.img"},
	{"al2023-kvm-2023.6.20241121.0-kernel-6.1-x86_64.xfs.gpt.qcow2",
	 "AmazonLinux-2023_amd64_qcow2.img"},
	/* openSUSE, SLES */
	{"openSUSE-Leap-15.6-Minimal-VM.x86_64-Cloud.qcow2",
	 "openSUSE-Leap-15.6_amd64_qcow2.img"},
	{"openSUSE-Leap-15.5-Minimal-VM.aarch64-kvm.qcow2",
	 "openSUSE-Leap-15.5_arm64_qcow2.img"},
	{"openSUSE-Leap-15.2-OpenStack.x86_64-0.0.4-Build8.25.qcow2",
	 "openSUSE-Leap-15.2_amd64_qcow2.img"},
	{"openSUSE-Leap-15.4.x86_64-NoCloud.qcow2", "openSUSE-Leap-15.4_amd64_qcow2.img"},
	{"Leap-16.0-Minimal-VM.x86_64-Cloud.qcow2", "openSUSE-Leap-16.0_amd64_qcow2.img"},
	{"openSUSE-Tumbleweed-Minimal-VM.x86_64-Cloud.qcow2",
	 "openSUSE-Tumbleweed_amd64_qcow2.img"},
	{"openSUSE-MicroOS.x86_64-OpenStack-Cloud.qcow2",
	 "openSUSE-MicroOS_amd64_qcow2.img"},
	{"SLES15-SP4-Minimal-VM.x86_64-OpenStack-Cloud-GM.qcow2",
	 "SLES-15-SP4_amd64_qcow2.img"},
	{"SLES12-SP5-JeOS.x86_64-12.5-OpenStack-Cloud-GM.qcow2",
	 "SLES-12-SP5_amd64_qcow2.img"},
	{"SLES15-SP7-Minimal-VM.aarch64-Cloud-QU2.qcow2", "SLES-15-SP7_arm64_qcow2.img"},
	/* Arch, Alpine, Gentoo */
	{"Arch-Linux-x86_64-cloudimg.qcow2", "Arch-rolling_amd64_qcow2.img"},
	{"Arch-Linux-x86_64-cloudimg-20240515.233418.qcow2",
	 "Arch-rolling_amd64_qcow2.img"},
	{"nocloud_alpine-3.21.2-x86_64-uefi-cloudinit-r0.qcow2",
	 "Alpine-3.21.2_amd64_qcow2.img"},
	{"nocloud_alpine-3.19.0-x86_64-bios-tiny-r0.qcow2",
	 "Alpine-3.19.0_amd64_qcow2.img"},
	{"generic_alpine-3.22.1-aarch64-uefi-cloudinit-r0.qcow2",
	 "Alpine-3.22.1_arm64_qcow2.img"},
	{"di-amd64-cloudinit-20260222T170100Z.qcow2", "Gentoo-rolling_amd64_qcow2.img"},
	{"gentoo-openstack-amd64-default-20180621.qcow2",
	 "Gentoo-rolling_amd64_qcow2.img"},
	{"gentoo-openstack-amd64-systemd-latest.qcow2", "Gentoo-rolling_amd64_qcow2.img"},
	/* BSD */
	{"FreeBSD-13.2-RELEASE-amd64.qcow2.xz", "FreeBSD-13.2_amd64_qcow2.img"},
	{"FreeBSD-14.1-RELEASE-i386.raw.xz", "FreeBSD-14.1_i386_raw.img"},
	{"FreeBSD-14.2-RELEASE-amd64-BASIC-CLOUDINIT.zfs.raw.xz",
	 "FreeBSD-14.2_amd64_raw.img"},
	{"FreeBSD-15.1-RELEASE-arm64-aarch64-BASIC-CLOUDINIT-ufs.qcow2.xz",
	 "FreeBSD-15.1_arm64_qcow2.img"},
	{"FreeBSD-14.0-RELEASE-riscv-riscv64.qcow2.xz", "FreeBSD-14.0_riscv64_qcow2.img"},
	{"FreeBSD-16.0-CURRENT-amd64-BASIC-CLOUDINIT-ufs.qcow2.xz",
	 "FreeBSD-16.0-CURRENT_amd64_qcow2.img"},
	{"freebsd-14.2-zfs-2024-12-08.qcow2", NOT_ALL NO_ARCH},
	{"openbsd-7.3-2023-04-22.qcow2", NOT_ALL NO_ARCH},
	{"openbsd-min.qcow2", NOT_ALL NO_VERSION "," NO_ARCH},
	{"install76.img", NOT_ALL NO_ARCH},
	{"netbsd-10.1-2025-02-15.qcow2", NOT_ALL NO_ARCH},
	{"NetBSD-10.1-amd64-live.img.gz", "NetBSD-10.1_amd64_raw.img"},
	{"NetBSD-10.1_STABLE-amd64-live.img.gz", "NetBSD-10.1-STABLE_amd64_raw.img"},
	/* CirrOS, Flatcar, Windows */
	{"cirros-0.6.2-x86_64-disk.img", "CirrOS-0.6.2_amd64_qcow2.img"},
	{"cirros-0.5.2-aarch64-disk.img", "CirrOS-0.5.2_arm64_qcow2.img"},
	{"cirros-0.4.0-arm-disk.img",
	 NOT_ALL " architecture (--arch; \"arm\" is unknown)"},
	{"flatcar_production_openstack_image.img.bz2",
	 NOT_ALL NO_VERSION "," NO_ARCH "," NO_FORMAT},
	{"flatcar_production_qemu_image.img",
	 NOT_ALL NO_VERSION "," NO_ARCH "," NO_FORMAT},
	{"windows_server_2012_r2_standard_eval_kvm_20170321.qcow2.gz",
	 "WindowsServer-2012-r2_amd64_qcow2.img"},
	{"SERVER_EVAL_x64FRE_en-us.iso", "is neither qcow2 nor raw, but iso"},
	{"20348.169.amd64fre.fe_release_svc_refresh.210806-2348_server_"
	 "serverdatacentereval_en-us.vhd",
	 "is neither qcow2 nor raw, but vhd"},
	/* ours, and others */
	{"Centos-7-x86_64_qcow2.img", "Centos-7_amd64_qcow2.img"},
	{"disk.qcow2", NOT_ALL NO_OS "," NO_VERSION "," NO_ARCH},
	{"disk.img", NOT_ALL NO_OS "," NO_VERSION "," NO_ARCH "," NO_FORMAT},
	{"debian-12-genericcloud-amd64", NOT_ALL NO_FORMAT},
	{"debian-12-genericcloud-amd64.gz", NOT_ALL NO_FORMAT},
	{"", NOT_ALL NO_OS "," NO_VERSION "," NO_ARCH "," NO_FORMAT},
	{".qcow2", NOT_ALL NO_OS "," NO_VERSION "," NO_ARCH "," NO_FORMAT},
};

static void test_name(const char *name, const char *csv, const char *expected)
{
	CLEANUP(error_free) struct error error = {0};
	char canonical[IMAGE_NAME_MAX + 1];
	struct image_parts parts;
	struct image_name image;

	if (published_parse(name, csv, &parts, &error) < 0 ||
	    image_parts_name(&parts, &image, &error) < 0)
		tap_string(error_text(&error), expected, "%s", name);
	else
		tap_string(image_name_format(&image, canonical), expected, "%s", name);
}

int main(void)
{
	char longest[PUBLISHED_NAME_MAX + 2];

	for (size_t i = 0; i < ARRAY_LENGTH(published); i++)
		test_name(published[i].name, ubuntu_csv, published[i].canonical);
	test_name("jammy-server-cloudimg-amd64.img", NULL,
		  NOT_ALL
		  " OS version (--version; the code name jammy is not in ubuntu.csv of "
		  "the package distro-info-data)");
	test_name("jammy-server-cloudimg-amd64.img", "22.04,x\n,,jammy\n,\njammy",
		  NOT_ALL
		  " OS version (--version; the code name jammy is not in ubuntu.csv of "
		  "the package distro-info-data)");
	memset(longest, '1', sizeof(longest) - 1);
	memcpy(longest, "openbsd-1.", 10);
	longest[sizeof(longest) - 1] = '\0';
	test_name(longest, NULL, "longer than 255 bytes");
	longest[PUBLISHED_NAME_MAX] = '\0';
	test_name(longest, NULL, NOT_ALL NO_ARCH "," NO_FORMAT);
	return tap_done();
}
