/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking from this process what a parser of hostile bytes does not need: all
 * open files but a few, the right to open others, to start or signal
 * processes, to use much memory or time.  There is no way back; for children
 * that have nothing else to do.
 *
 *	const struct spp_confine room = { .say = pipe, .keep = -1 };
 *
 *	spp_confine(&room, err);
 *
 * A library that opens its file by name finds it nonetheless: where the
 * filter is in force, open() of room.name is answered with room.keep, and no
 * file system is asked; where it is not, the caller must give a name that the
 * kernel knows (spp_confine_filters()).
 */
#ifndef HIVE_SANDBOX_CONFINE_H
#define HIVE_SANDBOX_CONFINE_H

#include <stddef.h>
#include <stdint.h>

#include "hive/base/error.h"

#define SPP_CONFINE_MEMORY  ((size_t)512 << 20) /* beyond what is in use */
#define SPP_CONFINE_SECONDS 60			/* of processor time */

/* What is left to a process. */
struct spp_confine {
	int say;	  /* a descriptor that is written to */
	int keep;	  /* another one, or -1 */
	const char *name; /* what opens keep once more; NULL: nothing opens */
	bool write;	  /* what has the name may be written to */
	uint64_t longest; /* bytes that a file may have then */
	size_t memory;	  /* bytes beyond SPP_CONFINE_MEMORY */
};

/*
 * Whether a filter of system calls is in force in rooms: it is for x86-64,
 * i386 and aarch64, on kernels that have filters.  Elsewhere closed files and
 * limits must do.
 */
bool spp_confine_filters(void);

/* Where a sanitizer wants to speak, stderr stays, too. */
enum spp_status spp_confine(const struct spp_confine *room,
			    struct spp_error *err);

#endif
