/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/check/private.h"

#include <stdlib.h>

static enum spp_status prepare(struct spp_check_job *job, struct spp_error *err)
{
	uint32_t bins = job->hive->base.bins_size;
	enum spp_status st = spp_pages_load(job->hive->pages, err);

	if (st)
		return st;
	job->size = spp_pages_size(job->hive->pages);
	job->data = spp_pages_at(job->hive->pages, 0, (size_t)job->size, err);
	job->used = calloc(bins / 64 + 1, 1);
	job->reached = calloc(bins / 64 + 1, 1);
	job->frame = calloc(SPP_DEPTH_MAX + 1, sizeof(*job->frame));
	if (!job->data || !job->used || !job->reached || !job->frame)
		return spp_nomem(err);
	return SPP_OK;
}

enum spp_status spp_check_run(struct spp_check *check, struct spp_regf *hive,
			      struct spp_error *err)
{
	struct spp_check_job job = { .check = check, .hive = hive };
	enum spp_status st = prepare(&job, err);

	if (!st) {
		spp_check_base(&job);
		spp_check_bins(&job);
		spp_check_keys(&job);
		spp_check_security(&job);
		spp_check_orphans(&job);
	}
	free(job.used);
	free(job.reached);
	free(job.frame);
	free(job.sk);
	if (!st && job.failed)
		st = spp_nomem(err);
	return st;
}
