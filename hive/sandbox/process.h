/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running a job in a child process, so that a library which asserts, crashes
 * or hangs on hostile bytes takes only the child with it.
 *
 *	struct spp_child child;
 *
 *	spp_child_start(&child, job, ctx, err);
 *	... go on with other work ...
 *	spp_child_wait(&child, "libhivex", err);
 *
 * The job sees the parent's memory as it was; only its status, its error text
 * and what it writes to files come back.
 */
#ifndef HIVE_CHILD_H
#define HIVE_CHILD_H

#include <sys/types.h>

#include "hive/base/error.h"

/* Longer than any hive takes, shorter than anybody's patience. */
#define SPP_CHILD_SECONDS 120

struct spp_child {
	pid_t pid;
	int pipe; /* the child's struct spp_error comes through here */
};

#define SPP_CHILD_INIT \
	{              \
		-1, -1 \
	}

typedef enum spp_status (*spp_job)(void *ctx, struct spp_error *err);

enum spp_status spp_child_start(struct spp_child *child, spp_job job, void *ctx,
				struct spp_error *err);

/* The same, but the child can do nothing more than compute and use keep. */
enum spp_status spp_child_start_confined(struct spp_child *child, spp_job job,
					 void *ctx, int keep,
					 struct spp_error *err);

/* The job's own status; SPP_CORRUPT if it died, naming who. */
enum spp_status spp_child_wait(struct spp_child *child, const char *who,
			       struct spp_error *err);

/* Kills a child that is not waited for; nothing for one that was. */
void spp_child_abandon(struct spp_child *child);

#endif
