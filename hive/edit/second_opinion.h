/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libhivex as the second opinion on an edited hive, and as the creator of
 * keys.  It runs in a child process: it asserts on some damaged hives.
 *
 * Keys and values are named by their offsets, not by path, because one
 * malformed name hides its later siblings from libhivex' look-ups by name.
 */
#ifndef HIVE_JUDGE_H
#define HIVE_JUDGE_H

#include "hive/sandbox/process.h"
#include "hive/base/value.h"

/* A key as it must look to libhivex after the edit. */
struct spp_verdict {
	uint32_t key;	 /* offset of the key node */
	uint32_t values; /* how many values it has */
	/* One value of it that must be there; value 0: none in particular. */
	uint32_t value; /* offset of the vk cell */
	struct spp_value data;
};

/* Opens the file read-only and compares; the verdicts stay the caller's. */
enum spp_status spp_judge_start(struct spp_child *child, const char *path,
				const struct spp_verdict *verdicts,
				size_t count, struct spp_error *err);
enum spp_status spp_judge_wait(struct spp_child *child, struct spp_error *err);

/*
 * Creates the keys of path, separated by backslashes, below the key node at
 * offset parent, in the hive file at file, which is written in place: only
 * for a scratch copy.  The names must be ASCII.
 */
enum spp_status spp_judge_create(const char *file, uint32_t parent,
				 const char *path, struct spp_error *err);

#endif
