/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests whether the KVM of this machine can run guests. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "provision/doctor/kvm_probe.h"

#define DEVICE "/dev/kvm"

enum {
	VERSION = 12, /* the only one since Linux 2.6.22 */
	GUEST_TIME_S = 10,
	CPUINFO_SIZE_MAX = 64 * 1024 * 1024,
};

bool kvm_cpu_virtualizes(const char *cpuinfo)
{
	const char *flags = strstr(cpuinfo, "\nflags");
	CLEANUP(free_ptr) char *line = NULL;
	char *rest, *word;

	if (!flags)
		return false;
	line = rest = mem_substring(flags + 1, strcspn(flags + 1, "\n"));
	while ((word = strsep(&rest, " \t:")))
		if (!strcmp(word, "vmx") || !strcmp(word, "svm"))
			return true;
	return false;
}

/* The exit status of the guest's process. */
enum guest_end {
	GUEST_RAN,
	GUEST_NOT_CREATED,
	GUEST_NOT_RUN,
	GUEST_FAILED,
};

static const char *const guest_reasons[] = {
	[GUEST_NOT_CREATED] = DEVICE " can't create a virtual machine",
	[GUEST_NOT_RUN] = DEVICE " creates a virtual machine but can't run it",
	[GUEST_FAILED] = "a virtual machine of a few instructions fails",
};

#if defined(__x86_64__) || defined(__i386__)
enum { MEMORY_SIZE = 64 * 1024, CODE_AT = 4096 };

/* In real mode, as a processor starts: mov $42,%ax; cpuid; push %ax; pop %ax; hlt. */
static const uint8_t code[] = {0xb8, 0x2a, 0x00, 0x0f, 0xa2, 0x50, 0x58, 0xf4};

static int processor_create(int kvm, int machine, struct kvm_run **run)
{
	struct kvm_regs registers = {.rip = CODE_AT, .rsp = MEMORY_SIZE / 2, .rflags = 2};
	struct kvm_sregs segments;
	int processor = ioctl(machine, KVM_CREATE_VCPU, 0);
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	if (processor < 0 || size < (int)sizeof(**run))
		return -1;
	*run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, processor, 0);
	if (*run == MAP_FAILED || ioctl(processor, KVM_GET_SREGS, &segments) < 0)
		return -1;
	segments.cs.base = 0;
	segments.cs.selector = 0;
	if (ioctl(processor, KVM_SET_SREGS, &segments) < 0 ||
	    ioctl(processor, KVM_SET_REGS, &registers) < 0)
		return -1;
	return processor;
}

static enum guest_end guest_run(int kvm)
{
	int machine = ioctl(kvm, KVM_CREATE_VM, 0), processor;
	void *memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = {.memory_size = MEMORY_SIZE,
						     .userspace_addr = (uintptr_t)memory};
	struct kvm_run *run;

	if (machine < 0 || memory == MAP_FAILED)
		return GUEST_NOT_CREATED;
	memcpy((char *)memory + CODE_AT, code, sizeof(code));
	if (ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return GUEST_NOT_CREATED;
	processor = processor_create(kvm, machine, &run);
	if (processor < 0)
		return GUEST_NOT_CREATED;
	if (ioctl(processor, KVM_RUN, 0) < 0)
		return GUEST_NOT_RUN;
	return run->exit_reason == KVM_EXIT_HLT ? GUEST_RAN : GUEST_FAILED;
}
#else
static enum guest_end guest_run(int kvm)
{
	return ioctl(kvm, KVM_CREATE_VM, 0) < 0 ? GUEST_NOT_CREATED : GUEST_RAN;
}
#endif

/* Other threads do not exist in the child, so it only makes system calls. */
static enum guest_end guest_try(int kvm)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		sigset_t none;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGALRM, SIG_DFL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		alarm(GUEST_TIME_S);
		_exit(guest_run(kvm));
	}
	while (pid < 0 || waitpid(pid, &status, 0) < 0)
		if (pid < 0 || errno != EINTR)
			return GUEST_NOT_RUN;
	return WIFEXITED(status) ? (enum guest_end)WEXITSTATUS(status) : GUEST_FAILED;
}

/* One kind of KVM runs only paravirtualized guests (kvm_pvm). */
static char *cpu_examine(void)
{
#if defined(__x86_64__) || defined(__i386__)
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read("/proc/cpuinfo", CPUINFO_SIZE_MAX, &text, NULL) == 0 &&
	    !kvm_cpu_virtualizes(buf_text(&text)))
		return mem_string(DEVICE " exists, but the processor has neither VMX nor "
					 "SVM; ordinary guests do not boot");
#endif
	return NULL;
}

char *kvm_probe(bool *tried)
{
	CLEANUP(close_fd) int kvm = open(DEVICE, O_RDWR | O_CLOEXEC);
	enum guest_end end;

	*tried = false;
	if (kvm < 0 && (errno == EACCES || errno == EPERM))
		return NULL;
	if (kvm < 0)
		return mem_format(DEVICE ": %s", strerror(errno));
	if (ioctl(kvm, KVM_GET_API_VERSION, 0) != VERSION)
		return mem_string(DEVICE " is not KVM");
	end = guest_try(kvm);
	*tried = true;
	if (end != GUEST_RAN)
		return mem_string(guest_reasons[end]);
	return cpu_examine();
}
