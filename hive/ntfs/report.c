/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In the children: run libntfs-3g and report its findings. */
#include "hive/ntfs/report.h"

#include <string.h>

#include "hive/ntfs/cached.h"
#include "hive/ntfs/ntfs.h"

/* In the child: a read by libntfs-3g goes over the wire. */
static enum spp_status wire_read(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	return spp_wire_read(ctx, off, buf, n, err);
}

static enum spp_status wire_write(void *ctx, uint64_t off, const void *data,
				  size_t n, struct spp_error *err)
{
	return spp_wire_write(ctx, off, data, n, err);
}

static enum spp_status report_extents(struct spp_wire *wire, uint64_t kind,
				      const struct spp_volume_file *file,
				      struct spp_error *err)
{
	size_t most = SPP_WIRE_MAX / sizeof(*file->extent), i, n;
	enum spp_status st = SPP_OK;

	for (i = 0; !st && i < file->extents; i += n) {
		n = file->extents - i < most ? file->extents - i : most;
		st = spp_wire_report(wire, kind, file->extent + i,
				     n * sizeof(*file->extent), err);
	}
	return st;
}

static enum spp_status report_file(struct spp_wire *wire, size_t i,
				   const struct spp_volume_file *file,
				   struct spp_error *err)
{
	struct spp_report_head head = { file->there,	 file->flags,
					file->reference, file->size,
					file->valid,	 file->extents };
	enum spp_status st;

	st = spp_wire_report(wire, i * SPP_REPORT_PARTS + SPP_REPORT_HEAD,
			     &head, sizeof(head), err);
	if (!st)
		st = report_extents(wire,
				    i * SPP_REPORT_PARTS + SPP_REPORT_EXTENTS,
				    file, err);
	if (!st && file->resident)
		st = spp_wire_report(wire,
				     i * SPP_REPORT_PARTS + SPP_REPORT_RESIDENT,
				     file->resident, SPP_RESIDENT_MAX, err);
	return st;
}

static enum spp_status report(struct spp_wire *wire, struct spp_volume *volume,
			      struct spp_error *err)
{
	enum spp_status st;
	size_t i;

	st = spp_wire_report(wire, SPP_REPORT_FACTS, &volume->facts,
			     sizeof(volume->facts), err);
	for (i = 0; !st && i < volume->seek.count; i++)
		st = spp_wire_report(wire, SPP_REPORT_FOUND,
				     &volume->seek.found[i],
				     sizeof(volume->seek.found[i]), err);
	for (i = 0; !st && i < SPP_REPORT_FILES; i++)
		if (spp_volume_file(volume, i)->there)
			st = report_file(wire, i, spp_volume_file(volume, i),
					 err);
	return st;
}

enum spp_status spp_volume_probe_job(struct spp_wire *wire, void *ctx,
				     struct spp_error *err)
{
	const struct spp_volume_query *query = ctx;
	struct spp_ntfs_io io = { wire, query->size, wire_read, NULL };
	struct spp_ntfs_cached cached;
	struct spp_volume volume;
	enum spp_status st;

	memset(&volume, 0, sizeof(volume));
	st = spp_ntfs_cached_open(&cached, &io, err);
	if (!st)
		st = spp_ntfs_probe(&cached.io, query->seek, query->allocated,
				    &volume, err);
	spp_ntfs_cached_close(&cached);
	if (!st)
		st = report(wire, &volume, err);
	spp_volume_release(&volume);
	return st;
}

enum spp_status spp_volume_grow_job(struct spp_wire *wire, void *ctx,
				    struct spp_error *err)
{
	const struct spp_growth *growth = ctx;
	struct spp_ntfs_io io = { wire, growth->size, wire_read, wire_write };

	return spp_ntfs_write(&io, growth->edits, growth->count, err);
}
