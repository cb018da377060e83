/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of image file names. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/image_name.h"
#include "tests/unit/tap.h"

struct accepted {
	const char *name, *os_name, *os_version, *arch, *format, *canonical;
};

static const struct accepted accepted[] = {
	{"Centos-7_amd64_qcow2.img", "Centos", "7", "x86_64", "qcow2", NULL},
	{"Centos-7-amd64_qcow2.img", "Centos", "7", "x86_64", "qcow2",
	 "Centos-7_amd64_qcow2.img"},
	{"Centos-7_x86_64_qcow2.img", "Centos", "7", "x86_64", "qcow2",
	 "Centos-7_amd64_qcow2.img"},
	{"Centos-7-x86_64_raw.img", "Centos", "7", "x86_64", "raw",
	 "Centos-7_amd64_raw.img"},
	{"Debian-12_i386_raw.img", "Debian", "12", "i686", "raw", NULL},
	{"Debian-12_i686_raw.img", "Debian", "12", "i686", "raw",
	 "Debian-12_i386_raw.img"},
	{"Debian-12_x86_raw.img", "Debian", "12", "i686", "raw",
	 "Debian-12_i386_raw.img"},
	{"Ubuntu-22.04_arm64_qcow2.img", "Ubuntu", "22.04", "aarch64", "qcow2", NULL},
	{"Ubuntu-22.04_aarch64_qcow2.img", "Ubuntu", "22.04", "aarch64", "qcow2",
	 "Ubuntu-22.04_arm64_qcow2.img"},
	{"Ubuntu-22.04_armv7l_qcow2.img", "Ubuntu", "22.04", "armv7l", "qcow2",
	 "Ubuntu-22.04_armhf_qcow2.img"},
	{"Ubuntu-22.04_ppc64le_qcow2.img", "Ubuntu", "22.04", "ppc64le", "qcow2",
	 "Ubuntu-22.04_ppc64el_qcow2.img"},
	{"Ubuntu-22.04_s390x_qcow2.img", "Ubuntu", "22.04", "s390x", "qcow2", NULL},
	{"Ubuntu-22.04_riscv64_qcow2.img", "Ubuntu", "22.04", "riscv64", "qcow2", NULL},
	{"openSUSE-Leap-15.6_amd64_qcow2.img", "openSUSE", "Leap-15.6", "x86_64", "qcow2",
	 NULL},
	{"Debian-12-arm64-raw-amd64_raw.img", "Debian", "12-arm64-raw", "x86_64", "raw",
	 "Debian-12-arm64-raw_amd64_raw.img"},
	{"A-1~rc1+b_amd64_raw.img", "A", "1~rc1+b", "x86_64", "raw", NULL},
};

struct refused {
	const char *name, *error;
};

static const struct refused refused[] = {
	{"", "column 1: does not end in \".img\""},
	{".img", "column 1: \"_\" and format missing"},
	{"Centos-7_amd64_qcow2.IMG", "column 25: does not end in \".img\""},
	{"Centos-7_amd64_qcow2.img ", "column 26: does not end in \".img\""},
	{"Centos-7.img", "column 9: \"_\" and format missing"},
	{"Centos-7_amd64_.img", "column 16: format missing"},
	{"Centos-7_amd64_vmdk.img", "column 16: unknown format \"vmdk\""},
	{"Centos-7_amd64_qcow.img",
	 "column 16: unknown format \"qcow\"; did you mean \"qcow2\"?"},
	{"Centos-7_qcow2.img", "column 9: architecture missing"},
	{"Centos_qcow2.img", "column 7: architecture missing"},
	{"_qcow2.img", "column 1: architecture missing"},
	{"Centos-7__qcow2.img", "column 10: architecture missing"},
	{"Centos-7_amd46_qcow2.img",
	 "column 10: unknown architecture \"amd46\"; did you mean \"amd64\"?"},
	{"Centos-7-sparc_qcow2.img", "column 10: unknown architecture \"sparc\""},
	{"Centos_amd64_qcow2.img", "column 7: \"-\" and OS version missing"},
	{"Centos-_amd64_qcow2.img", "column 8: OS version missing"},
	{"Centos-7-_amd64_qcow2.img",
	 "column 9: \"-\" is not allowed here in the OS version"},
	{"-7_amd64_qcow2.img", "column 1: OS name missing"},
	{"_amd64_qcow2.img", "column 1: OS name missing"},
	{"amd64_qcow2.img", "column 6: architecture missing"},
	{"Cent os-7_amd64_qcow2.img",
	 "column 5: \" \" is not allowed here in the OS name"},
	{"Cent/os-7_amd64_qcow2.img",
	 "column 5: \"/\" is not allowed here in the OS name"},
	{".vmango-7_amd64_qcow2.img",
	 "column 1: \".\" is not allowed here in the OS name"},
	{"Caf\xc3\xa9-7_amd64_qcow2.img",
	 "column 4: \"\xc3\xa9\" is not allowed here in the OS name"},
	{"Centos-7_x_amd64_qcow2.img",
	 "column 9: \"_\" is not allowed here in the OS version"},
	{"Centos-7\n_amd64_qcow2.img",
	 "column 9: \"\n\" is not allowed here in the OS version"},
};

static void test_accepted(const struct accepted *test)
{
	CLEANUP(error_free) struct error error = {0};
	char text[IMAGE_NAME_MAX + 1];
	struct image_name name;

	if (!tap_ok(image_name_parse(test->name, strlen(test->name), &name, &error) == 0,
		    "%s: accepted", test->name))
		return;
	tap_string(name.os_name, test->os_name, "%s: OSName", test->name);
	tap_string(name.os_version, test->os_version, "%s: OSVersion", test->name);
	tap_string(image_arch_libvirt(name.arch), test->arch, "%s: Arch", test->name);
	tap_string(image_format_word(name.format), test->format, "%s: Type", test->name);
	tap_ok(name.canonical == !test->canonical, "%s: canonical or not", test->name);
	tap_string(image_name_format(&name, text),
		   test->canonical ? test->canonical : test->name, "%s: canonical form",
		   test->name);
}

static void test_set(void)
{
	CLEANUP(error_free) struct error error = {0};
	char text[IMAGE_NAME_MAX + 1], longest[IMAGE_OS_MAX + 1];
	struct image_name name;

	tap_ok(image_name_set(&name, "Debian", "12", IMAGE_ARCH_AARCH64, IMAGE_RAW,
			      &error) == 0,
	       "a name from its parts");
	tap_string(image_name_format(&name, text), "Debian-12_arm64_raw.img",
		   "is put together");
	tap_ok(image_name_set(&name, "open-SUSE", "15", IMAGE_ARCH_AARCH64, IMAGE_RAW,
			      &error) < 0,
	       "an OS name with a dash can't be told from its version");
	tap_string(
		error_text(&error),
		"open-SUSE-15_arm64_raw.img: column 5: \"-\" is not allowed here in the "
		"OS name",
		"so it is refused");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[IMAGE_OS_MAX - strlen("Debian-")] = '\0';
	tap_ok(image_name_set(&name, "Debian", longest, IMAGE_ARCH_PPC64LE, IMAGE_QCOW2,
			      NULL) == 0,
	       "150 bytes of OS");
	tap_ok(strlen(image_name_format(&name, text)) <= IMAGE_NAME_MAX,
	       "fit with any architecture and format");
	longest[IMAGE_OS_MAX - strlen("Debian-")] = 'a';
	longest[IMAGE_OS_MAX - strlen("Debian-") + 1] = '\0';
	tap_ok(image_name_set(&name, "Debian", longest, IMAGE_ARCH_S390X, IMAGE_RAW,
			      NULL) < 0,
	       "151 do not");
}

int main(void)
{
	struct image_name name;

	for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++)
		test_accepted(&accepted[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		CLEANUP(error_free) struct error error = {0};

		image_name_parse(refused[i].name, strlen(refused[i].name), &name, &error);
		tap_string(error_text(&error), refused[i].error, "%s", refused[i].name);
	}
	test_set();
	return tap_done();
}
