/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the operands of a call to its targets.
 *
 *	struct cli_targets list = CLI_TARGETS_INIT;
 *
 *	cli_targets_make(&list, call, err);	call->target, call->targets
 *	... call->operand is what is left ...
 *	cli_targets_release(&list);
 *
 * Targets are operands and the lines of --targets-from, in this order.  Each
 * is there once.  WIM#all becomes one target for each image; the images of a
 * WIM are worked on one after the other.  --shard leaves some out.
 */
#ifndef CLI_FLEET_TARGETS_H
#define CLI_FLEET_TARGETS_H

#include "cli/command.h"

struct cli_targets {
	char **name;
	size_t count;
	size_t twice; /* names that were given before */
};

#define CLI_TARGETS_INIT     \
	{                    \
		.name = NULL \
	}

/* SPP_USAGE if there are none; the list must outlive the call. */
enum spp_status cli_targets_make(struct cli_targets *list,
				 struct cli_call *call, struct spp_error *err);
void cli_targets_release(struct cli_targets *list);

/* The parts of it: a name (WIM#all is expanded), a list, and all as those of
 * the call. */
enum spp_status cli_targets_add(struct cli_targets *list, const char *name,
				struct spp_error *err);
enum spp_status cli_targets_read(struct cli_targets *list, const char *path,
				 int end, struct spp_error *err);
enum spp_status cli_targets_take(struct cli_targets *list,
				 struct cli_call *call, struct spp_error *err);

/* Whether both are images of one WIM, by their names. */
bool cli_same_wim(const char *a, const char *b);
/*
 * Of each name the index of the first one that is an image of the same WIM,
 * or its own.  Yours to free; NULL: out of memory.
 */
size_t *cli_first_of_wim(char *const *name, size_t n);
/* The same for the same text on every machine: FNV-1a. */
#define CLI_HASH_INIT 0xcbf29ce484222325ULL
uint64_t cli_hash(uint64_t hash, const void *data, size_t n);

#endif
