/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libhivex as the second opinion on an edited hive, and as the creator of
 * keys.  It runs in a confined child: it asserts on some damaged hives, and it
 * was not written for those that somebody made in order to break it.
 *
 * Keys and values are named by their offsets, not by path, because one
 * malformed name hides its later siblings from libhivex' look-ups by name.
 */
#ifndef HIVE_SECOND_OPINION_H
#define HIVE_SECOND_OPINION_H

#include "hive/base/value.h"
#include "hive/sandbox/process.h"

/* A key as it must look to libhivex after the edit. */
struct spp_verdict {
	uint32_t key;	 /* offset of the key node */
	uint32_t values; /* how many values it has */
	/* One value of it that must be there; value 0: none in particular. */
	uint32_t value; /* offset of the vk cell */
	struct spp_value data;
};

/* Reads the file, and cannot write to it; the verdicts stay the caller's. */
enum spp_status spp_second_opinion_start(struct spp_process *process, int fd,
					 const struct spp_verdict *verdicts,
					 size_t count, struct spp_error *err);
enum spp_status spp_second_opinion_wait(struct spp_process *process,
					struct spp_error *err);

/*
 * Creates the keys of path, separated by backslashes, below the key node at
 * offset parent, in the hive file, which is written in place: only for a
 * scratch copy.  The names must be ASCII.
 */
enum spp_status spp_second_opinion_create(int fd, uint32_t parent,
					  const char *path,
					  struct spp_error *err);

#endif
