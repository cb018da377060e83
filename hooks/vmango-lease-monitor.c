/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's qemu hook that releases the DHCP leases of a stopped guest. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "hooks/monitor.h"
#include "hooks/report.h"

static const struct monitor_places places = {
	.config = "/etc/vmango/lease-monitor.conf",
	.leases = "/var/lib/libvirt/dnsmasq",
	.networks = "/run/libvirt/network",
	.logs = "/var/log/libvirt/qemu",
	.saves = "/var/lib/libvirt/qemu/save",
	.status = "/run/libvirt/qemu",
	.notes = "/run/vmango",
};

/* libvirt waits for the hook. The work is planned to end by the first; a timer ends it at
 * the second. */
enum { TIME_MS = 1750, TIME_HARD_MS = 1900 };

/* Writes to standard error unless that would block. Safe in a signal handler. */
static void line_write(const char *line, size_t size)
{
	struct pollfd writable = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&writable, 1, 0) > 0)
		(void)!write(STDERR_FILENO, line, size);
}

static void time_over(int number)
{
	static const char line[] = "vmango-lease-monitor: out of time, gave up\n";

	(void)number;
	line_write(line, sizeof(line) - 1);
	_exit(0);
}

/* libvirt would treat another exit status as a failure of the guest, and reports what is
 * on standard error only with one. */
_Noreturn void mem_exhausted(void)
{
	static const char line[] = "vmango-lease-monitor: out of memory, gave up\n";

	line_write(line, sizeof(line) - 1);
	report_exhausted();
	_exit(0);
}

/* The signal must arrive even if the caller has blocked or ignored it. */
static void time_limit(void)
{
	struct itimerval limit = {.it_value = {.tv_sec = TIME_HARD_MS / 1000,
					       .tv_usec = TIME_HARD_MS % 1000 * 1000}};
	struct sigaction action = {.sa_handler = time_over};
	sigset_t alarm;

	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarm, NULL);
	setitimer(ITIMER_REAL, &limit, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Prints to standard error, since libvirt may take a hook's standard output for XML. */
static void help(const char *option)
{
	static const char version[] = "vmango-lease-monitor " VMANGO_VERSION "\n";
	static const char usage[] =
		"usage: vmango-lease-monitor GUEST release end REASON < DOMAIN-XML\n"
		"libvirt's hook that releases the DHCP leases of a guest that has ended; "
		"see vmango-lease-monitor(8).\n";

	if (!strcmp(option, "--version"))
		line_write(version, sizeof(version) - 1);
	else if (!strcmp(option, "--help"))
		line_write(usage, sizeof(usage) - 1);
}

int main(int argc, char **argv)
{
	if (argc == 2)
		help(argv[1]);
	if (argc != 5 || strcmp(argv[3], "end"))
		return 0;
	if (!strcmp(argv[2], "stopped")) {
		time_limit();
		monitor_stopped(&places, argv[1]);
	} else if (!strcmp(argv[2], "release")) {
		time_limit();
		monitor_release(&places, argv[1], argv[4], clock_ms() + TIME_MS);
	}
	return 0;
}
