/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files in a pool's folder whose names and kinds a hypervisor might have chosen. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "imagetool/pool_folder.h"
#include "tests/unit/tap.h"

static void file_make(const char *path, const char *text)
{
	CLEANUP(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	dprintf(fd, "%s", text);
}

static void is_refused(int folder, const char *name)
{
	CLEANUP(close_fd) int fd = pool_folder_new_file(folder, name);

	tap_ok(fd < 0, "not a new file of the folder: \"%s\"", name);
}

static void test_open(int folder)
{
	static const char *const refused[] = {"",	    ".",	 "..",
					      "pool/new",   "../secret", "/etc/hostname",
					      "missing",    "link",	 "dangling",
					      "linked",	    "full",	 "pipe",
					      "../pool/new"};
	CLEANUP(close_fd) int fd = pool_folder_new_file(folder, "new");

	tap_ok(fd >= 0, "an empty file of one name");
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		is_refused(folder, refused[i]);
}

/* A kernel that has no openat2(). */
static void openat2_forget(void)
{
#ifdef SYS_openat2
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	tap_ok(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 &&
		       syscall(SYS_openat2, AT_FDCWD, ".", NULL, 0) < 0 &&
		       errno == ENOSYS,
	       "a kernel without openat2()");
#endif
}

static void test_rename(int folder)
{
	CLEANUP(close_fd) int fd = pool_folder_new_file(folder, "new");

	file_make("pool/new", "image");
	tap_ok(pool_folder_check(folder, "new", fd, 5, "ima", 3, NULL) == 0,
	       "what was sent");
	tap_ok(pool_folder_check(folder, "new", fd, 6, "ima", 3, NULL) < 0, "too short");
	tap_ok(pool_folder_check(folder, "new", fd, 5, "imx", 3, NULL) < 0,
	       "other bytes");
	tap_ok(pool_folder_check(folder, "full", fd, 5, "ima", 3, NULL) < 0,
	       "another name");
	tap_ok(pool_folder_rename(folder, "new", "full", fd, false, NULL) < 0,
	       "the name is taken");
	tap_ok(pool_folder_rename(folder, "new", "../secret", fd, true, NULL) < 0 &&
		       pool_folder_rename(folder, "../secret", "a", fd, true, NULL) < 0,
	       "names outside of the folder");
	tap_ok(link("pool/new", "pool/second") == 0 &&
		       pool_folder_check(folder, "new", fd, 5, "ima", 3, NULL) < 0 &&
		       unlink("pool/second") == 0,
	       "a file of two names");
	tap_ok(pool_folder_rename(folder, "new", "image", fd, false, NULL) == 0 &&
		       !pool_folder_has(folder, "new") &&
		       pool_folder_has(folder, "image"),
	       "renamed");
	tap_ok(pool_folder_rename(folder, "image", "full", fd, true, NULL) == 0,
	       "in the place of another");
	file_make("pool/other", "image");
	tap_ok(pool_folder_check(folder, "other", fd, 5, "ima", 3, NULL) < 0,
	       "the same bytes in another file");
	tap_ok(pool_folder_rename(folder, "other", "image", fd, true, NULL) < 0,
	       "another file put in its place");
}

static void test_folder(void)
{
	CLEANUP(close_fd) int folder = -1;

	tap_ok(pool_folder_open("missing") < 0, "no folder");
	tap_ok(pool_folder_open("secret") < 0, "a file");
	chmod("pool", 01777);
	folder = pool_folder_open("pool");
	tap_ok(folder < 0, "a folder that everybody may write");
	chmod("pool", 0755);
}

static void folder_remove(const char *path)
{
	static const char *const files[] = {
		"pool/new",  "pool/linked", "pool/full",  "pool/link", "pool/dangling",
		"pool/pipe", "pool/image",  "pool/other", "second",    "secret"};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(files[i]);
	rmdir("pool");
	tap_ok(rmdir(path) == 0, "nothing else was created");
}

int main(void)
{
	char path[] = "/tmp/pool_folder_test.XXXXXX";
	CLEANUP(close_fd) int folder = -1;

	if (!mkdtemp(path) || chdir(path) < 0)
		return 1;
	mkdir("pool", 0755);
	file_make("secret", "");
	file_make("pool/new", "");
	file_make("pool/linked", "");
	file_make("pool/full", "old");
	if (link("pool/linked", "second") < 0 || symlink("../secret", "pool/link") < 0 ||
	    symlink("nothing", "pool/dangling") < 0 || mkfifo("pool/pipe", 0600) < 0)
		return 1;
	test_folder();
	folder = pool_folder_open("pool");
	tap_ok(folder >= 0, "a folder that can be written");
	test_open(folder);
	test_rename(folder);
	file_make("pool/new", "");
	openat2_forget();
	test_open(folder);
	folder_remove(path);
	return tap_done();
}
