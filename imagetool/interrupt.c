/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT, SIGTERM and SIGHUP as something that can be waited for. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "imagetool/interrupt.h"

static void signals_fill(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGHUP);
}

int interrupt_begin(struct interrupt *interrupt, struct error *error)
{
	sigset_t signals;

	signal(SIGPIPE, SIG_IGN);
	signals_fill(&signals);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	interrupt->fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return interrupt->fd < 0 ? error_errno(error, "signals") : 0;
}

bool interrupt_came(struct interrupt *interrupt)
{
	struct signalfd_siginfo signal;
	sigset_t signals;

	if (interrupt->came)
		return true;
	if (read(interrupt->fd, &signal, sizeof(signal)) != sizeof(signal))
		return false;
	interrupt->came = true;
	signals_fill(&signals);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
	return true;
}
