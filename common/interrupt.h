/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT, SIGTERM and SIGHUP: they end the program immediately, or after it has rolled
 * back what it began. */
#ifndef COMMON_INTERRUPT_H
#define COMMON_INTERRUPT_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/error.h"

/*
 * A program is in one of three states:
 *
 * - Nothing to undo, the initial state: the signals have their default action, which
 * works even while a library call hangs.
 * - Children run (interrupt_group_add()): the same, but they are killed first.
 * - Deferred, after interrupt_defer(): the first signal is only recorded. The program
 *   notices it (interrupt_came(), interrupt_fd()), rolls back what it began
 *   (interrupt_undo_begin()) and exits. A thread ends the program if that takes too long.
 *
 * A second signal ends the program immediately in any state. The program always dies by
 * the signal, so that a shell reports 130 or 143. This state is global, as signals are.
 */

enum {
	/* Long enough for a libvirt call to return and for rolling back after it. */
	INTERRUPT_LIMIT_MS = 30 * 1000,
	/* With nothing to undo: long enough for the current step and the results. */
	INTERRUPT_GRACE_MS = 1500,
	/* How long a place may take to answer after a signal. */
	INTERRUPT_SILENT_MS = 1500,
	/* timeout(1) sends each signal twice. A second signal within this time is ignored
	 * unless the message has been printed. */
	INTERRUPT_TWICE_MS = 50,
};

/* Where work is done, such as a hypervisor, which may have stopped answering: then
 * nothing there can be finished or rolled back. */
struct interrupt_place {
	const char *name;
	_Atomic uint64_t answered_ms; /* clock_ms() of its last answer */
	/* Has somebody ask it and set answered_ms; returns immediately. Called again and
	 * again after a signal. */
	void (*ask)(struct interrupt_place *place);
};

/* Prints a message for the user; called by any thread. */
typedef void interrupt_printer(void *data, const char *text);

/*
 * To be called first, before there are threads. From then on SIGINT and SIGTERM end the
 * program, even if its parent process ignored or blocked them. An ignored SIGHUP stays
 * ignored (nohup).
 */
void interrupt_begin(interrupt_printer *print, void *data);

/* Replaces the function that prints messages. After this returns the former one is not
 * called again, so `print` itself must not call this. */
void interrupt_print_set(interrupt_printer *print, void *data);

/*
 * Enters the deferred state, for the rest of the program. After a signal, the program has
 * `limit_ms` to finish what is between interrupt_undo_begin() and interrupt_undo_end(),
 * or INTERRUPT_GRACE_MS if there is nothing to undo, or INTERRUPT_SILENT_MS if all that
 * is left is at places that do not answer. Then the thread prints what is not finished,
 * and ends the program. SIGPIPE is ignored, so that a closed output does not interrupt
 * the work.
 */
int interrupt_defer(unsigned int limit_ms, struct error *error);

/*
 * Mark the beginning and end of work that must be finished or rolled back before the
 * program ends. `what` describes it to the user; the caller keeps it, and `place` (NULL:
 * none that can be asked), and passes the same pointer to the end. Any number, in any
 * thread. After the beginning the caller checks interrupt_came() before it changes
 * anything, since the program does not wait for work that begins after a signal.
 */
void interrupt_undo_begin(const char *what, struct interrupt_place *place);
void interrupt_undo_end(const char *what);

/* Whether a signal was recorded; the flag is then not 0. */
bool interrupt_came(void);
const volatile sig_atomic_t *interrupt_flag(void);

/* A descriptor for poll(2) that is readable after a signal was recorded; it is never
 * read. -1 before interrupt_begin(), and if it could not be created. */
int interrupt_fd(void);

/* Between these a signal is only recorded; the last interrupt_let_go() ends the program.
 */
void interrupt_hold(void);
void interrupt_let_go(void);

/* Adds a process group that is killed when a signal ends the program. To be removed
 * before its leader is reaped, since the process ID can then be used again. */
void interrupt_group_add(pid_t group);
void interrupt_group_remove(pid_t group);

/* To be called at the end of the program: dies if a signal was recorded. */
void interrupt_end(void);

#endif
