/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the hook's `stopped` notes of a guest for the `release` that follows. */
#ifndef HOOKS_STOP_NOTE_H
#define HOOKS_STOP_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "hooks/domain_status.h"

/* libvirt calls both within seconds; other hooks run between them. An older note is of
 * another stop. */
enum { STOP_NOTE_AGE_MAX_MS = 10 * 60 * 1000 };

/*
 * Reads a note, "here BOOT-ID MILLISECONDS\n" or "away ...": PRESENCE_UNKNOWN unless it
 * is exactly that, of the boot `boot_id` and of the time until `now_ms`. Pure.
 */
enum presence stop_note_parse(const char *text, size_t size, const char *boot_id,
			      uint64_t now_ms);

/*
 * Replaces the note of `guest` in `directory`, which is created with mode 0700 when it is
 * missing; PRESENCE_UNKNOWN only deletes it. Nothing that is found there is followed,
 * opened or kept: a file is deleted and recreated. Fails, and leaves no note that
 * holds, when the directory is not the caller's alone to write, or full.
 */
int stop_note_write(const char *directory, const char *guest, enum presence presence,
		    uint64_t now_ms, struct error *error);

/* Reads and deletes the note; PRESENCE_UNKNOWN when there is none that holds. */
enum presence stop_note_take(const char *directory, const char *guest, uint64_t now_ms);

#endif
