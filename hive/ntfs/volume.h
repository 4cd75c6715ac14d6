/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An NTFS volume: its state as Windows left it, and the places of its hives.
 *
 *	struct spp_volume volume;
 *
 *	spp_volume_probe(overlay, &query, &volume, err);
 *	spp_volume_judge(&volume, ...);		what a person must know
 *	spp_volume_read(overlay, &volume, file, at, buf, n, err);
 *	spp_volume_overwrite(overlay, &volume, file, at, data, n, err);
 *	spp_volume_grow(overlay, &volume, edits, count, err);
 *	spp_volume_release(&volume);
 *
 * libntfs-3g reads the structures of the file system in a confined child, which
 * returns a map of each hive.  The hives are read by these maps.  An edit that
 * keeps a hive's size writes only mapped bytes, so no structure of the file
 * system changes.  If a hive grows, libntfs-3g writes into the overlay.
 * Nothing here reaches the disk.
 */
#ifndef HIVE_VOLUME_H
#define HIVE_VOLUME_H

#include "hive/base/seek.h"
#include "hive/log/log.h"
#include "hive/place/overlay.h"

/* Files of a hive: the hive and its logs. */
#define SPP_HIVE_FILES	 (1 + SPP_LOG_COUNT)
#define SPP_EXTENTS_MAX	 262144
#define SPP_RESIDENT_MAX 4096

enum spp_volume_log {
	SPP_VOLUME_LOG_CLEAN,	/* version 1.1 and closed, or empty */
	SPP_VOLUME_LOG_UNCLEAN, /* has changes not written to the volume */
	SPP_VOLUME_LOG_CACHED,	/* version 2.0: Windows resumes from it */
};

/* Reasons why a file cannot be read or written by a map. */
enum {
	SPP_FILE_COMPRESSED = 1 << 0,
	SPP_FILE_SPARSE = 1 << 1,
	SPP_FILE_ENCRYPTED = 1 << 2,
	SPP_FILE_REPARSE = 1 << 3,     /* its content is elsewhere (WOF, ...) */
	SPP_FILE_UNALLOCATED = 1 << 4, /* $Bitmap says its clusters are free */
	SPP_FILE_TWINS = 1 << 5, /* two logs whose names differ only in case */
};

/* A contiguous run of a file; runs are in the file's order. */
struct spp_extent {
	uint64_t off; /* on the volume, bytes */
	uint64_t n;
};

struct spp_volume_file {
	bool there;
	unsigned int flags;
	uint64_t reference;   /* MFT record number and sequence number */
	uint64_t size, valid; /* bytes; past valid it reads as zero */
	struct spp_extent *extent;
	size_t extents;
	uint8_t *resident; /* SPP_RESIDENT_MAX bytes; NULL: has extents */
};

struct spp_volume_facts {
	uint64_t serial;
	uint32_t cluster, sector; /* bytes */
	uint8_t major, minor;	  /* version of NTFS */
	bool hibernated;
	bool dirty; /* chkdsk is due */
	enum spp_volume_log log;
	char label[132]; /* UTF-8, for display */
};

struct spp_volume {
	uint64_t off, size; /* on the disk */
	struct spp_volume_facts facts;
	struct spp_seek seek; /* all files found under the paths */
	/* For each path the chosen file, if any, and its logs. */
	struct spp_volume_file file[SPP_SEEK_PATHS][SPP_HIVE_FILES];
};

/* The place of a volume on a disk, and what to find in it. */
struct spp_volume_query {
	uint64_t off, size;
	const struct spp_seek_query *seek;
	/*
	 * Check that the hives' clusters are marked as used, which matters for
	 * writing.
	 */
	bool allocated;
};

/* The dirty pages of one hive, to be written. */
struct spp_volume_edit {
	const struct spp_volume_file *file;
	struct spp_pages *pages;
};

enum spp_status spp_volume_probe(struct spp_overlay *disk,
				 const struct spp_volume_query *query,
				 struct spp_volume *volume,
				 struct spp_error *err);
void spp_volume_release(struct spp_volume *volume);

enum spp_status spp_volume_read(struct spp_overlay *disk,
				const struct spp_volume *volume,
				const struct spp_volume_file *file, uint64_t at,
				void *buf, size_t n, struct spp_error *err);

/* Only within the valid size of a file with extents. */
enum spp_status spp_volume_overwrite(struct spp_overlay *disk,
				     const struct spp_volume *volume,
				     const struct spp_volume_file *file,
				     uint64_t at, const void *data, size_t n,
				     struct spp_error *err);

/*
 * Writes the dirty pages and lengthens the files; volume is stale afterwards.
 */
enum spp_status spp_volume_grow(struct spp_overlay *disk,
				const struct spp_volume *volume,
				const struct spp_volume_edit *edits,
				size_t count, struct spp_error *err);

/* SHA-256 of the places and sizes of the hives. */
void spp_volume_layout(const struct spp_volume *volume, uint8_t sha256[32]);

#endif
