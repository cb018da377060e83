/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The note by which the event `stopped` passes a guest's presence to `release`. */
#ifndef HOOKS_STOP_NOTE_H
#define HOOKS_STOP_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "hooks/domain_status.h"

/* libvirt runs both events within seconds, with other hooks in between. An older note is
 * of another stop. */
enum { STOP_NOTE_AGE_MAX_MS = 10 * 60 * 1000 };

/*
 * Reads a note, "here BOOT-ID MILLISECONDS\n" or "away BOOT-ID MILLISECONDS\n".
 * PRESENCE_UNKNOWN if it is anything else, of another boot than `boot_id`, later than
 * `now_ms` or older than STOP_NOTE_AGE_MAX_MS. Pure.
 */
enum presence stop_note_parse(const char *text, size_t size, const char *boot_id,
			      uint64_t now_ms);

/*
 * Replaces the note of `guest` in `directory`; PRESENCE_UNKNOWN only deletes it. A
 * missing directory is created with mode 0700. An existing file or symbolic link is
 * deleted, never opened. Fails when another user may write to the directory or the file
 * can't be written; no valid note is left then.
 */
int stop_note_write(const char *directory, const char *guest, enum presence presence,
		    uint64_t now_ms, struct error *error);

/* Reads and deletes the note; PRESENCE_UNKNOWN when there is no valid one. */
enum presence stop_note_take(const char *directory, const char *guest, uint64_t now_ms);

#endif
