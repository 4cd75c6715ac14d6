/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a job in a confined child process: if a library asserts, crashes, hangs
 * or is taken over by hostile bytes, only the child is lost.
 *
 *	struct spp_process process = SPP_PROCESS_INIT;
 *	const struct spp_process_room room = { .keep = fd };
 *
 *	spp_process_start(&process, job, ctx, &room, err);
 *	... go on with other work ...
 *	spp_process_wait(&process, "libhivex", err);
 *
 * The job sees a copy of the parent's memory; only its status, its error text
 * and what it writes to its descriptors come back.  The parent trusts these no
 * more than the bytes that the job read.
 */
#ifndef HIVE_SANDBOX_PROCESS_H
#define HIVE_SANDBOX_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "hive/base/error.h"

/* The longest time for any hive, in seconds. */
#define SPP_PROCESS_SECONDS 120

struct spp_process {
	pid_t pid;
	int pipe; /* brings back the child's struct spp_error */
};

#define SPP_PROCESS_INIT \
	{                \
		-1, -1   \
	}

/* What the job may use; see struct spp_confine for the last four. */
struct spp_process_room {
	void (*warm)(void); /* runs before the child is confined, or NULL */
	int keep;	    /* a descriptor, or -1 */
	const char *name;
	bool write;
	uint64_t longest;
	size_t memory;
};

typedef enum spp_status (*spp_job)(void *ctx, struct spp_error *err);

enum spp_status spp_process_start(struct spp_process *process, spp_job job,
				  void *ctx,
				  const struct spp_process_room *room,
				  struct spp_error *err);

/*
 * Returns the job's own status; a failure's text begins with who.  Also:
 *
 *	SPP_CORRUPT	it crashed, or answered what no job answers
 *	SPP_NORESOURCES	it ran out of memory or processor time
 *	SPP_NOANSWER	it took too long, or was killed
 */
enum spp_status spp_process_wait(struct spp_process *process, const char *who,
				 struct spp_error *err);

/* Kills a child that was not waited for; else does nothing. */
void spp_process_abandon(struct spp_process *process);

#endif
