/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages between hive/ntfs/probe.c and its children.  Tests replace a
 * child by one that lies.
 *
 *	spp_volume_probe_by(job, ctx, overlay, off, size, &volume, err);
 *	spp_volume_grow_by(job, ctx, overlay, &volume, edits, count, err);
 */
#ifndef HIVE_NTFS_REPORT_H
#define HIVE_NTFS_REPORT_H

#include "hive/ntfs/volume.h"
#include "hive/sandbox/wire.h"

/*
 * Kinds of reports: FACTS; PARTS * (number of the file) + (part); then, for
 * each file found, the kind after those of all files.
 */
enum {
	SPP_REPORT_FACTS,
	SPP_REPORT_HEAD,
	SPP_REPORT_EXTENTS,
	SPP_REPORT_RESIDENT,
	SPP_REPORT_PARTS
};

#define SPP_REPORT_FILES ((size_t)SPP_SEEK_PATHS * SPP_HIVE_FILES)
#define SPP_REPORT_FOUND (SPP_REPORT_FILES * SPP_REPORT_PARTS)

/* A file without the arrays that it points to. */
struct spp_report_head {
	uint32_t there, flags;
	uint64_t reference, size, valid, extents;
};

/* The argument of spp_volume_grow_job(). */
struct spp_growth {
	uint64_t size; /* of the volume */
	const struct spp_volume_edit *edits;
	size_t count;
};

/* The i-th file of a report. */
struct spp_volume_file *spp_volume_file(struct spp_volume *volume, size_t i);

/* ctx: a struct spp_volume_query. */
enum spp_status spp_volume_probe_job(struct spp_wire *wire, void *ctx,
				     struct spp_error *err);
enum spp_status spp_volume_grow_job(struct spp_wire *wire, void *ctx,
				    struct spp_error *err);

/* Like spp_volume_probe() and spp_volume_grow(), with a given child. */
enum spp_status spp_volume_probe_by(spp_wire_job job, void *ctx,
				    struct spp_overlay *disk, uint64_t off,
				    uint64_t size, struct spp_volume *volume,
				    struct spp_error *err);
enum spp_status spp_volume_grow_by(spp_wire_job job, void *ctx,
				   struct spp_overlay *disk,
				   const struct spp_volume *volume,
				   const struct spp_volume_edit *edits,
				   size_t count, struct spp_error *err);

#endif
