/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/volume_bed.h"

#include <stdio.h>

#include "hive/regf/pages.h"
#include "hive/target/paths.h"

void volume_bed_must(enum spp_status st, const struct spp_error *err,
		     const char *what)
{
	if (!st)
		return;
	printf("%s: %s\n", what, err->text);
	exit(1);
}

static void slurp(struct volume_bed *bed, const char *path)
{
	FILE *f = fopen(path, "rb");
	long n;

	if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < 0) {
		perror(path);
		exit(2);
	}
	rewind(f);
	memory_block_init(&bed->disk, (size_t)n);
	if (fread(bed->disk.data, 1, (size_t)n, f) != (size_t)n)
		exit(2);
	fclose(f);
}

void volume_bed_probe(struct volume_bed *bed, struct spp_overlay *overlay,
		      struct spp_volume *volume)
{
	const struct spp_seek_query seek = spp_paths_query(NULL);
	struct spp_volume_query query = { 0, bed->disk.base.size, &seek, true };
	struct spp_error err = SPP_ERROR_INIT;

	volume_bed_must(spp_volume_probe(overlay, &query, volume, &err), &err,
			"probe");
}

static void release(struct volume_bed *bed)
{
	spp_volume_release(&bed->volume);
	spp_overlay_close(bed->is);
	spp_overlay_close(bed->was);
	bed->is = bed->was = NULL;
}

void volume_bed_again(struct volume_bed *bed)
{
	struct spp_block *disk = &bed->disk.base;
	struct spp_error err = SPP_ERROR_INIT;

	release(bed);
	volume_bed_must(spp_overlay_open(disk, &bed->was, &err), &err,
			"overlay");
	volume_bed_must(spp_overlay_open(disk, &bed->is, &err), &err,
			"overlay");
	volume_bed_probe(bed, bed->was, &bed->volume);
}

void volume_bed_open(struct volume_bed *bed, const char *path)
{
	memset(bed, 0, sizeof(*bed));
	slurp(bed, path);
	volume_bed_again(bed);
}

void volume_bed_close(struct volume_bed *bed)
{
	release(bed);
	memory_block_free(&bed->disk);
}

static enum spp_status read_file(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	const struct volume_bed_file *at = ctx;

	return spp_volume_read(at->bed->was, &at->bed->volume, at->file, off,
			       buf, n, err);
}

struct spp_source volume_bed_source(struct volume_bed_file *at)
{
	return (struct spp_source){ read_file, at, at->file->size };
}

void volume_bed_grow(struct volume_bed *bed, int role, uint64_t by)
{
	const struct spp_volume_file *file = bed->volume.file[role];
	struct volume_bed_file at = { bed, file };
	struct spp_source source = volume_bed_source(&at);
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_volume_edit edit = { file, NULL };

	bed->role = role;
	volume_bed_must(spp_pages_open(&source, &edit.pages, &err), &err,
			"open");
	volume_bed_must(spp_pages_grow(edit.pages, file->size + by, &err), &err,
			"pages");
	memset(spp_pages_edit(edit.pages, file->size, (size_t)by, NULL), 'x',
	       (size_t)by);
	volume_bed_must(spp_volume_grow(bed->is, &bed->volume, &edit, 1, &err),
			&err, "grow");
	spp_pages_close(edit.pages);
}

enum spp_status volume_bed_check(struct volume_bed *bed, struct spp_error *err)
{
	struct spp_volume_edit edit = { bed->volume.file[bed->role], NULL };

	return spp_footprint_check(bed->was, bed->is, &bed->volume, &edit, 1,
				   err);
}
