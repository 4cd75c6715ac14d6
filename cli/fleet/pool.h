/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on many things in children.
 *
 *	struct cli_pool *pool;
 *
 *	cli_pool_open(&options, &pool, err);
 *	while (... or cli_pool_running(pool)) {
 *		if (cli_pool_has_room(pool))
 *			cli_pool_start(pool, index, hint, err);
 *		if (cli_pool_wait(pool, &ended))
 *			... ended.index, ended.say[] ...
 *		cli_pool_ended_release(&ended);
 *	}
 *	cli_pool_close(pool);
 *
 * A child has limits of memory and of time for each thing, signals as they were
 * before the pool was opened, and ends by SIGTERM if its parent dies.  One that
 * had nothing out of the ordinary is given another thing (cli/fleet/worker.h).
 */
#ifndef CLI_FLEET_POOL_H
#define CLI_FLEET_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "cli/fleet/worker.h"

struct cli_pool_options {
	unsigned int jobs;
	uint64_t seconds; /* 0: no limit */
	struct cli_work work;
	/* In the parent before a child is started for index; or NULL. */
	void (*before)(void *ctx, size_t index);
};

/* One thing that is done. */
struct cli_ended {
	size_t index;
	int code; /* what work returned; -1: see why */
	struct spp_error why;
	bool terminated; /* by SIGTERM */
	struct spp_buf said[CLI_WORKER_STREAMS];
	struct timespec started;
	double seconds;
};

struct cli_pool;

/* Holds signals back: see cli/stop.h. */
enum spp_status cli_pool_open(const struct cli_pool_options *options,
			      struct cli_pool **pool, struct spp_error *err);
bool cli_pool_has_room(const struct cli_pool *pool);
unsigned int cli_pool_running(const struct cli_pool *pool);
/* hint: for work.run(), as it is when this is begun. */
enum spp_status cli_pool_start(struct cli_pool *pool, size_t index, bool hint,
			       struct spp_error *err);
/* False if a signal came, or a second passed, before anything was
 * done. */
bool cli_pool_wait(struct cli_pool *pool, struct cli_ended *ended);
/* Asks every child to finish or undo what it has in hand. */
void cli_pool_stop(struct cli_pool *pool);
void cli_pool_close(struct cli_pool *pool);
void cli_ended_release(struct cli_ended *ended);

/* As many processors as this process may use. */
unsigned int cli_pool_cores(void);

#endif
