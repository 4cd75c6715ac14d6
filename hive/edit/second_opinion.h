/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libhivex as the second opinion on an edited hive, and as the creator of keys.
 * It runs in a confined child, because it asserts on some damaged hives and was
 * not written for hives crafted as an attack.
 *
 * Keys and values are identified by offset and not by path, because one
 * malformed name hides its later siblings from libhivex' look-ups by name.
 */
#ifndef HIVE_SECOND_OPINION_H
#define HIVE_SECOND_OPINION_H

#include "hive/base/value.h"
#include "hive/sandbox/process.h"

/* What libhivex must find in a key after the edit. */
struct spp_verdict {
	uint32_t key;	 /* offset of the key node */
	uint32_t values; /* how many values it has */
	/* One value of it that must exist; value 0: any. */
	uint32_t value; /* offset of the vk cell */
	struct spp_value data;
};

/*
 * Starts the reading child, which cannot write to the file; the caller keeps
 * the verdicts.
 */
enum spp_status spp_second_opinion_start(struct spp_process *process, int fd,
					 const struct spp_verdict *verdicts,
					 size_t count, struct spp_error *err);
enum spp_status spp_second_opinion_wait(struct spp_process *process,
					struct spp_error *err);

/*
 * Creates the keys of path, separated by backslashes, below the key node at
 * offset parent.  It writes the file in place, so pass a scratch copy.  The
 * names must be ASCII.
 */
enum spp_status spp_second_opinion_create(int fd, uint32_t parent,
					  const char *path,
					  struct spp_error *err);

#endif
