/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In the parent: starts a child that runs libntfs-3g, and checks its reports.
 */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/ntfs/footprint.h"
#include "hive/ntfs/report.h"
#include "hive/ntfs/write_order.h"

#define LIBRARY "libntfs-3g"
/* $Boot has the first 8 KiB of every volume, so no other file begins there. */
#define BOOT_SIZE   8192
#define SECTOR_MAX  4096u
#define CLUSTER_MAX (2u << 20)
#define FLAGS_ALL   (2u * SPP_FILE_UNALLOCATED - 1)

#define FILES SPP_REPORT_FILES

/* The parent's state. */
struct host {
	struct spp_overlay *disk;
	struct spp_volume *volume;
	bool facts;		/* the facts have arrived */
	size_t promised[FILES]; /* extents announced for each file */
};

/* Lets the child read this volume and nothing else. */
static enum spp_status host_read(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	const struct host *host = ctx;

	if (!spp_within(off, n, host->volume->size))
		return SPP_BUG;
	return spp_overlay_read(host->disk, host->volume->off + off, buf, n,
				err);
}

static enum spp_status host_write(void *ctx, uint64_t off, const void *data,
				  size_t n, struct spp_error *err)
{
	const struct host *host = ctx;

	if (!spp_within(off, n, host->volume->size))
		return SPP_BUG;
	return spp_overlay_write(host->disk, host->volume->off + off, data, n,
				 err);
}

/* A power of two, from 256, the least that NTFS allows. */
static bool is_size(uint32_t n, uint32_t most)
{
	return n >= 256 && n <= most && !(n & (n - 1));
}

static enum spp_status take_facts(struct host *host, const void *data, size_t n)
{
	struct spp_volume_facts *facts = &host->volume->facts;

	if (n != sizeof(*facts) || host->facts)
		return SPP_BUG;
	memcpy(facts, data, n);
	host->facts = true;
	/* Bytes of another process may be no valid bool or enum. */
	facts->hibernated = *(const uint8_t *)&facts->hibernated != 0;
	facts->dirty = *(const uint8_t *)&facts->dirty != 0;
	facts->label[sizeof(facts->label) - 1] = '\0';
	return (unsigned int)facts->log <= SPP_VOLUME_LOG_CACHED &&
			       is_size(facts->sector, SECTOR_MAX) &&
			       is_size(facts->cluster, CLUSTER_MAX)
		       ? SPP_OK
		       : SPP_BUG;
}

static enum spp_status take_head(struct host *host, size_t i, const void *data,
				 size_t n, struct spp_error *err)
{
	struct spp_volume_file *file = spp_volume_file(host->volume, i);
	struct spp_report_head head;

	if (n != sizeof(head) || file->there)
		return SPP_BUG;
	memcpy(&head, data, n);
	if (!head.there || head.flags > FLAGS_ALL ||
	    head.extents > SPP_EXTENTS_MAX)
		return SPP_BUG;
	*file = (struct spp_volume_file){ .there = true,
					  .flags = head.flags,
					  .reference = head.reference,
					  .size = head.size,
					  .valid = head.valid };
	host->promised[i] = (size_t)head.extents;
	file->extent = calloc((size_t)head.extents + 1, sizeof(*file->extent));
	return file->extent ? SPP_OK : spp_nomem(err);
}

static enum spp_status take_extents(struct host *host, size_t i,
				    const void *data, size_t n,
				    struct spp_error *err)
{
	struct spp_volume_file *file = spp_volume_file(host->volume, i);
	size_t count = n / sizeof(*file->extent);
	struct spp_extent *e;

	if (!file->there || !count || n % sizeof(*file->extent) ||
	    count > host->promised[i] - file->extents)
		return SPP_BUG;
	e = file->extent + file->extents;
	memcpy(e, data, n);
	for (file->extents += count; count; count--, e++)
		if (!e->n || e->off < BOOT_SIZE ||
		    !spp_within(e->off, e->n, host->volume->size))
			return spp_fail(err, SPP_CORRUPT,
					"the MFT places a hive outside of the "
					"volume, or over its boot sector");
	return SPP_OK;
}

static enum spp_status take_resident(struct spp_volume_file *file,
				     const void *data, size_t n,
				     struct spp_error *err)
{
	if (!file->there || file->resident || file->extents ||
	    n != SPP_RESIDENT_MAX || file->size > n)
		return SPP_BUG;
	file->resident = malloc(n);
	if (!file->resident)
		return spp_nomem(err);
	memcpy(file->resident, data, n);
	return SPP_OK;
}

/* A found name must consist of parts, and be of a path that was asked for. */
static enum spp_status take_found(struct spp_seek *seek, const void *data,
				  size_t n)
{
	struct spp_found *f = &seek->found[seek->count];

	if (n != sizeof(*f) || seek->count == SPP_SEEK_MAX)
		return SPP_BUG;
	memcpy(f, data, n);
	if (f->path >= SPP_SEEK_PATHS || f->skipped ||
	    !memchr(f->name, '\0', sizeof(f->name)))
		return SPP_BUG;
	seek->count++;
	return SPP_OK;
}

static enum spp_status host_report(void *ctx, uint64_t kind, const void *data,
				   size_t n, struct spp_error *err)
{
	struct host *host = ctx;
	size_t i;

	if (kind == SPP_REPORT_FACTS)
		return take_facts(host, data, n);
	if (kind == SPP_REPORT_FOUND)
		return take_found(&host->volume->seek, data, n);
	if (kind / SPP_REPORT_PARTS >= FILES)
		return SPP_BUG;
	i = (size_t)(kind / SPP_REPORT_PARTS);
	switch (kind % SPP_REPORT_PARTS) {
	case SPP_REPORT_HEAD:
		return take_head(host, i, data, n, err);
	case SPP_REPORT_EXTENTS:
		return take_extents(host, i, data, n, err);
	case SPP_REPORT_RESIDENT:
		return take_resident(spp_volume_file(host->volume, i), data, n,
				     err);
	default:
		return SPP_BUG;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct spp_extent *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

/* Checks that no byte of the volume belongs to two places in hives. */
static enum spp_status check_overlaps(const struct spp_volume *volume,
				      struct spp_error *err)
{
	struct spp_extent *all;
	size_t i, role, n = 0;
	bool bad = false;

	for (role = 0; role < SPP_SEEK_PATHS; role++)
		n += volume->file[role][0].extents;
	all = calloc(n + 1, sizeof(*all));
	if (!all)
		return spp_nomem(err);
	for (n = role = 0; role < SPP_SEEK_PATHS; role++) {
		const struct spp_volume_file *file = volume->file[role];

		if (file->extents)
			memcpy(all + n, file->extent,
			       file->extents * sizeof(*all));
		n += file->extents;
	}
	qsort(all, n, sizeof(*all), by_place);
	for (i = 1; i < n; i++)
		bad |= all[i].off < all[i - 1].off + all[i - 1].n;
	free(all);
	if (bad)
		return spp_fail(err, SPP_CORRUPT,
				"two parts of a hive are at the same place");
	return SPP_OK;
}

/* Checks that the map is as long as the file. */
static enum spp_status check_file(const struct spp_volume_file *file,
				  struct spp_error *err)
{
	uint64_t mapped = 0;
	size_t i;

	if (!file->there || file->resident || file->flags)
		return SPP_OK;
	for (i = 0; i < file->extents; i++)
		mapped += file->extent[i].n < UINT64_MAX - mapped
				  ? file->extent[i].n
				  : UINT64_MAX - mapped;
	if (file->size > mapped || file->valid > file->size)
		return spp_fail(err, SPP_CORRUPT,
				"a hive of %llu bytes has %llu on the volume",
				(unsigned long long)file->size,
				(unsigned long long)mapped);
	return SPP_OK;
}

static enum spp_status check(const struct host *host, struct spp_error *err)
{
	const struct spp_volume_file *file;
	enum spp_status st = SPP_OK;
	size_t i;

	if (!host->facts)
		return spp_fail(err, SPP_CORRUPT, LIBRARY " said nothing");
	for (i = 0; !st && i < FILES; i++) {
		file = spp_volume_file(host->volume, i);
		if (file->extents != host->promised[i])
			return spp_fail(err, SPP_CORRUPT,
					LIBRARY " told a half of a file");
		st = check_file(file, err);
	}
	return st ? st : check_overlaps(host->volume, err);
}

enum spp_status spp_volume_probe_by(spp_wire_job job, void *ctx,
				    struct spp_overlay *disk, uint64_t off,
				    uint64_t size, struct spp_volume *volume,
				    struct spp_error *err)
{
	struct host host = { .disk = disk, .volume = volume };
	const struct spp_wire_host wire = { &host, host_read, NULL,
					    host_report };
	enum spp_status st;

	memset(volume, 0, sizeof(*volume));
	volume->off = off;
	volume->size = size;
	st = spp_wire_run(job, ctx, &wire, LIBRARY, err);
	if (!st)
		st = check(&host, err);
	if (st)
		spp_volume_release(volume);
	return st;
}

enum spp_status spp_volume_probe(struct spp_overlay *disk,
				 const struct spp_volume_query *query,
				 struct spp_volume *volume,
				 struct spp_error *err)
{
	struct spp_volume_query job = *query;

	return spp_volume_probe_by(spp_volume_probe_job, &job, disk, query->off,
				   query->size, volume, err);
}

enum spp_status spp_volume_grow_by(spp_wire_job job, void *ctx,
				   struct spp_overlay *disk,
				   const struct spp_volume *volume,
				   const struct spp_volume_edit *edits,
				   size_t count, struct spp_error *err)
{
	struct spp_volume same = { .off = volume->off, .size = volume->size };
	struct host host = { .disk = disk, .volume = &same };
	const struct spp_wire_host wire = { &host, host_read, host_write,
					    NULL };
	struct spp_overlay *before = NULL;
	enum spp_status st;

	st = spp_overlay_copy(disk, &before, err);
	if (!st)
		st = spp_wire_run(job, ctx, &wire, LIBRARY, err);
	if (!st)
		st = spp_write_order_keep_numbers(disk, volume->off,
						  volume->size, err);
	if (!st)
		st = spp_footprint_check(before, disk, volume, edits, count,
					 err);
	spp_overlay_close(before);
	return st;
}

enum spp_status spp_volume_grow(struct spp_overlay *disk,
				const struct spp_volume *volume,
				const struct spp_volume_edit *edits,
				size_t count, struct spp_error *err)
{
	struct spp_growth growth = { volume->size, edits, count };

	return spp_volume_grow_by(spp_volume_grow_job, &growth, disk, volume,
				  edits, count, err);
}
