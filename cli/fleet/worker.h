/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A child that works on one thing after the other.
 *
 *	struct cli_worker w = CLI_WORKER_INIT;
 *
 *	cli_worker_start(&w, &work, mask, leave, ctx, err);
 *	while (cli_worker_send(&w, index, hint)) {
 *		... poll w.wire; then
 *		cli_worker_hear(&w, &answer);
 *		cli_worker_take(&w, said);
 *		... no more is sent after answer.last ...
 *	}
 *	cli_worker_release(&w);	once it has been waited for
 *
 * It ends by itself after anything that it did not get through in peace: an
 * error, a warning, a peak of memory, much output; and after each target of a
 * command that writes.  So whatever may have been done to its memory is done to
 * one target, and what it costs to start a process is spread over sound ones
 * that are only read.  It ends by SIGTERM if its parent
 * dies, and when the wire is closed.
 *
 * What it prints and records lies in memory that both share, and that has no
 * more than CLI_WORKER_SAID bytes for each stream.
 */
#ifndef CLI_FLEET_WORKER_H
#define CLI_FLEET_WORKER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "hive/base/buf.h"

/* What may be said of one target on each stream. */
#define CLI_WORKER_SAID ((size_t)16 << 20)

enum cli_worker_stream {
	CLI_WORKER_OUT,
	CLI_WORKER_ERR,
	CLI_WORKER_RECORD,
};
#define CLI_WORKER_STREAMS (CLI_WORKER_RECORD + 1)

/* Added to what run() returns: this child takes no further target. */
#define CLI_WORKER_LAST 0x100

struct cli_work {
	/* Runs in the child and returns an exit code; hint: as it was sent. */
	int (*run)(void *ctx, size_t index, bool hint, FILE *record);
	void *ctx;
	uint64_t memory; /* bytes beyond what is in use; 0: no limit */
};

struct cli_worker {
	pid_t pid; /* 0: none */
	int wire;
	int said[CLI_WORKER_STREAMS];
};

#define CLI_WORKER_INIT                                      \
	{                                                    \
		.pid = 0, .wire = -1, .said = { -1, -1, -1 } \
	}

struct cli_answer {
	int code;
	bool last;
	bool too_long; /* it had more to say than there is room for */
};

/* The child gets the signal mask, and first leaves what is its parent's. */
enum spp_status cli_worker_start(struct cli_worker *worker,
				 const struct cli_work *work,
				 const sigset_t *mask, void (*leave)(void *ctx),
				 void *ctx, struct spp_error *err);
/* False if the child is gone. */
bool cli_worker_send(const struct cli_worker *worker, size_t index, bool hint);
/* False if there is no answer yet. */
bool cli_worker_hear(const struct cli_worker *worker,
		     struct cli_answer *answer);
/* What was said since the last time; a child that died said it, too. */
void cli_worker_take(const struct cli_worker *worker,
		     struct spp_buf said[CLI_WORKER_STREAMS]);
void cli_worker_release(struct cli_worker *worker);

#endif
