/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes from this process what a parser of hostile bytes does not need: all
 * open files but a few, the right to open others, to start or signal processes,
 * to use much memory or time.  It cannot be undone, so it is for child
 * processes with a single job.
 *
 *	const struct spp_confine room = { .say = pipe, .keep = -1 };
 *
 *	spp_confine(&room, err);
 *
 * A library that opens its file by name still finds it.  With the filter,
 * open() of room.name returns a copy of room.keep, and no file system is asked;
 * without it, the caller must give a name that the kernel knows
 * (spp_confine_filters()).
 */
#ifndef HIVE_SANDBOX_CONFINE_H
#define HIVE_SANDBOX_CONFINE_H

#include <stddef.h>
#include <stdint.h>

#include "hive/base/error.h"

#define SPP_CONFINE_MEMORY  ((size_t)512 << 20) /* beyond the memory in use */
#define SPP_CONFINE_SECONDS 60			/* of processor time */

/* What a process keeps. */
struct spp_confine {
	int say;	  /* a descriptor for writing */
	int keep;	  /* another descriptor, or -1 */
	const char *name; /* opening it opens keep again; NULL: nothing opens */
	bool write;	  /* the file of that name may be written to */
	uint64_t longest; /* bytes to which that file may grow */
	size_t memory;	  /* bytes beyond SPP_CONFINE_MEMORY */
};

/*
 * Whether confined processes run under a filter of system calls: on x86-64,
 * i386 and aarch64, if the kernel has filters.  Elsewhere only closed files and
 * limits confine them.
 */
bool spp_confine_filters(void);

/* With a sanitizer, stderr stays open as well. */
enum spp_status spp_confine(const struct spp_confine *room,
			    struct spp_error *err);

#endif
