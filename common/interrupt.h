/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT, SIGTERM and SIGHUP: they end the program at once, or when what it has begun is
 * rolled back. */
#ifndef COMMON_INTERRUPT_H
#define COMMON_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "common/error.h"

/*
 * A program is in one of three states:
 *
 * - Nothing to undo: the default action of these signals, which nothing delays, not even
 *   a call of a library that never returns. This is the state in the beginning.
 * - Children run (interrupt_group_add()): the same, but they are killed first.
 * - Deferred, from interrupt_defer() to the end: the first signal is only noted. The
 *   program sees it (interrupt_came(), interrupt_fd()), rolls back what it has begun
 *   (interrupt_undo_begin()) and ends by itself; a thread sees to it that it does.
 *
 * A second signal ends the program at once in any state. It always dies by the signal, so
 * that a shell sees 130 or 143. What is kept here is the process's own, as signals are.
 */

enum {
	/* Enough for a call of libvirt's that is under way, and to roll back after it. */
	INTERRUPT_LIMIT_MS = 30 * 1000,
	/* With nothing to undo, for the end of what is under way, and the results. */
	INTERRUPT_GRACE_MS = 1500,
	/* timeout(1) sends each signal twice; the second is none within this time, unless
	 * the message was printed by then. */
	INTERRUPT_TWICE_MS = 50,
};

/* Says something to the user; called by any thread. */
typedef void interrupt_tell(void *data, const char *text);

/*
 * To be called first, before there are threads. Whatever the caller of the program has
 * ignored or blocked, SIGINT and SIGTERM end it from now on; an ignored SIGHUP stays so
 * (nohup).
 */
void interrupt_begin(interrupt_tell *tell, void *data);

/* Who says something from now on. The one before is not called any more when it returns,
 * so it must not be called by `tell`. */
void interrupt_tell_set(interrupt_tell *tell, void *data);

/*
 * From now on there may be something to undo; never ends. Once a signal has come, the
 * program is given `limit_ms` for what is between interrupt_undo_begin() and
 * interrupt_undo_end(), and INTERRUPT_GRACE_MS when nothing is; what is left then is
 * said, and it dies. SIGPIPE is ignored: a reader that went away must not end the work
 * half-way.
 */
int interrupt_defer(unsigned int limit_ms, struct error *error);

/*
 * What is to be finished or rolled back before the program may end. `what` is said to the
 * user; the caller keeps it, and ends with the same pointer. Any number, by any thread.
 * The caller asks interrupt_came() after the beginning, before it changes anything: what
 * begins after a signal is not waited for.
 */
void interrupt_undo_begin(const char *what);
void interrupt_undo_end(const char *what);

/* Whether a signal has been noted; also as a flag, not 0 then. */
bool interrupt_came(void);
const volatile sig_atomic_t *interrupt_flag(void);

/* Can be read forever once a signal has been noted, for poll(2); nobody reads it. -1
 * before interrupt_begin(), and where there is none. */
int interrupt_fd(void);

/* Between these a signal is noted; it ends the program at the last of them. */
void interrupt_hold(void);
void interrupt_let_go(void);

/* A process group that is killed when a signal ends the program. To be removed before its
 * leader is reaped, since another may get its number then. */
void interrupt_group_add(pid_t group);
void interrupt_group_remove(pid_t group);

/* The program has done all it had to: dies if a signal has been noted. */
void interrupt_end(void);

#endif
