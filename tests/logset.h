/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hive with its transaction logs, in memory, and what it may replay to. */
#ifndef TESTS_LOGSET_H
#define TESTS_LOGSET_H

#include "hive/log/log.h"
#include "tests/bed.h"

struct logset {
	unsigned char *bytes[1 + SPP_LOG_COUNT]; /* the hive, then its logs */
	struct bed_bytes part[1 + SPP_LOG_COUNT];
	struct spp_source source[1 + SPP_LOG_COUNT];
	struct spp_logs logs;
	struct spp_pages *pages;
	struct spp_replay replay;
	struct spp_error err;
};

void logset_open(struct logset *set, const char *path);
/* The set of this name among the fixtures. */
void logset_fixture(struct logset *set, const char *name);
/* Makes part i (0: the hive, else a log) end after size bytes. */
void logset_part(struct logset *set, int i, size_t size);
/* Replays from the beginning, whatever was done before. */
enum spp_status logset_replay(struct logset *set);
void logset_close(struct logset *set);

struct logstate {
	unsigned char *bytes;
	size_t size;
};

struct logstate logstate_load(const char *path);
struct logstate logstate_fixture(const char *name);

/* Whether the bins are those of the state, and the base block is in order. */
bool logset_is(struct logset *set, const struct logstate *state);

#endif
