/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path of a backing file, from what an overlay contains about it. */
#ifndef IMAGETOOL_BACKING_PATH_H
#define IMAGETOOL_BACKING_PATH_H

#include <stdbool.h>

/*
 * An overlay may name its backing file in every form that QEMU takes for an image
 * (qemu-img(1); BlockdevOptions in qapi/block-core.json), and libvirt reports some of
 * them as they are. Returns the path for these forms, and a copy of other text, such as
 * "rbd:pool/image"; `overlay` is the overlay's path. The caller owns the result.
 *
 *	base, ../pool/base		in the overlay's folder
 *	file:/pool/base, file:base	the same without the protocol, also host_device
 *	json:{"driver": ..., "file": {"driver": "file", "filename": "/pool/base"}}
 *	json:{"file.filename": "/pool/base"}
 *					the absolute path, if there is one file name
 */
char *backing_path_resolve(const char *text, const char *overlay);

/* An absolute path without empty parts, "." and "..", as if it had no symbolic links;
 * other text is copied. The caller owns the result. */
char *backing_path_normalize(const char *path);

/* Whether a resolved backing file may be the file at `path`: it is that path, or JSON
 * that was not understood and contains the file's name. */
bool backing_path_may_be(const char *resolved, const char *path);

#endif
