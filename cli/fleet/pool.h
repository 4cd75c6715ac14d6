/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on many things, each in a child of its own.
 *
 *	struct cli_pool *pool;
 *
 *	cli_pool_open(&options, &pool, err);
 *	while (... or cli_pool_running(pool)) {
 *		if (cli_pool_has_room(pool))
 *			cli_pool_start(pool, index, err);
 *		if (cli_pool_wait(pool, &ended))
 *			... ended.index, ended.say[] ...
 *		cli_pool_ended_release(&ended);
 *	}
 *	cli_pool_close(pool);
 *
 * A child has a limit of memory and of time, signals as they were before the
 * pool was opened, and ends by SIGTERM if its parent dies.  What it prints and
 * records is kept in memory up to CLI_POOL_SAID bytes; a child that says more
 * is ended.
 */
#ifndef CLI_FLEET_POOL_H
#define CLI_FLEET_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "hive/base/buf.h"

/* What one child may print, and what it may record. */
#define CLI_POOL_SAID ((size_t)16 << 20)

/* The pipes of a child. */
enum cli_pool_pipe {
	CLI_POOL_OUT,
	CLI_POOL_ERR,
	CLI_POOL_RECORD,
};
#define CLI_POOL_PIPES (CLI_POOL_RECORD + 1)

struct cli_pool_options {
	unsigned int jobs;
	uint64_t memory;  /* bytes beyond what is in use; 0: no limit */
	uint64_t seconds; /* 0: no limit */
	/* Runs in the child and returns its exit code. */
	int (*work)(void *ctx, size_t index, FILE *record);
	void *ctx;
};

/* One child that has ended. */
struct cli_ended {
	size_t index;
	int code; /* its exit code; -1: see why */
	struct spp_error why;
	bool terminated; /* by SIGTERM */
	struct spp_buf said[CLI_POOL_PIPES];
	struct timespec started;
	double seconds;
};

struct cli_pool;

/* Holds signals back: see cli/stop.h. */
enum spp_status cli_pool_open(const struct cli_pool_options *options,
			      struct cli_pool **pool, struct spp_error *err);
bool cli_pool_has_room(const struct cli_pool *pool);
unsigned int cli_pool_running(const struct cli_pool *pool);
enum spp_status cli_pool_start(struct cli_pool *pool, size_t index,
			       struct spp_error *err);
/* False if a signal came, or a second passed, before a child ended. */
bool cli_pool_wait(struct cli_pool *pool, struct cli_ended *ended);
/* Asks every child to finish or undo what it has in hand. */
void cli_pool_stop(struct cli_pool *pool);
void cli_pool_close(struct cli_pool *pool);
void cli_ended_release(struct cli_ended *ended);

/* As many processors as this process may use. */
unsigned int cli_pool_cores(void);

#endif
