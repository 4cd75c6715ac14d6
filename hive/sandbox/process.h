/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running a job in a confined child process, so that a library which asserts,
 * crashes, hangs or is taken over by hostile bytes takes only the child with
 * it.
 *
 *	struct spp_process process = SPP_PROCESS_INIT;
 *	const struct spp_process_room room = { .keep = fd };
 *
 *	spp_process_start(&process, job, ctx, &room, err);
 *	... go on with other work ...
 *	spp_process_wait(&process, "libhivex", err);
 *
 * The job sees the parent's memory as it was; only its status, its error text
 * and what it writes to what it was given come back.  The parent judges all
 * of that as it judges the bytes that the job read.
 */
#ifndef HIVE_SANDBOX_PROCESS_H
#define HIVE_SANDBOX_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "hive/base/error.h"

/* Longer than any hive takes, shorter than anybody's patience. */
#define SPP_PROCESS_SECONDS 120

struct spp_process {
	pid_t pid;
	int pipe; /* the child's struct spp_error comes through here */
};

#define SPP_PROCESS_INIT \
	{                \
		-1, -1   \
	}

/* What the job gets; see struct spp_confine for the last four. */
struct spp_process_room {
	void (*warm)(void); /* runs before anything is taken away, or NULL */
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
 * The job's own status, with who put before what went wrong in the child:
 *
 *	SPP_CORRUPT	it crashed, or said what no job says
 *	SPP_NORESOURCES	it ran out of memory or processor time
 *	SPP_NOANSWER	it took too long, or somebody killed it
 */
enum spp_status spp_process_wait(struct spp_process *process, const char *who,
				 struct spp_error *err);

/* Kills a child that is not waited for; nothing for one that was. */
void spp_process_abandon(struct spp_process *process);

#endif
