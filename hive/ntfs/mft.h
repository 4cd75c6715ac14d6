/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small reader of the MFT that does not trust the volume: which records and
 * clusters a file has.  The parent uses it to check what a child wrote.
 *
 *	struct spp_mft mft = { .disk = overlay, .off = off, .size = size };
 *	struct spp_mft_file file = SPP_MFT_FILE_INIT;
 *
 *	spp_mft_open(&mft, err);
 *	spp_mft_file(&mft, number, &file, err);
 *	spp_mft_read(&mft, &file, SPP_MFT_DATA, pos, buf, n, err);
 *	spp_mft_release(&mft);			and spp_mft_file_release()
 *
 * Offsets count from the start of the volume.  A structure that cannot be
 * followed is SPP_CORRUPT.
 */
#ifndef HIVE_NTFS_MFT_H
#define HIVE_NTFS_MFT_H

#include "hive/place/overlay.h"

#define SPP_MFT_RECORD_MAX 4096
#define SPP_MFT_BLOCK_MAX  65536

/* Types of attributes; the number after one means the same type with a name. */
enum {
	SPP_MFT_LIST = 0x20,
	SPP_MFT_NAME = 0x30,
	SPP_MFT_DATA = 0x80,
	SPP_MFT_INDEX = 0xa1,
	SPP_MFT_BITMAP = 0xb0,
};

/* Clusters of an attribute from vcn on, and their place on the volume. */
struct spp_mft_run {
	uint32_t kind;
	uint64_t vcn, lcn, n;
};

struct spp_mft_file {
	uint64_t number;
	struct spp_mft_run *run; /* of all attributes in clusters */
	size_t runs;
	uint64_t *record; /* record numbers, the base record first */
	size_t records;
	uint64_t *folder; /* numbers of the folders that list it */
	size_t folders;
	uint64_t valid, valid_bits; /* valid bytes of $DATA and $BITMAP */
};

#define SPP_MFT_FILE_INIT                          \
	{                                          \
		0, NULL, 0, NULL, 0, NULL, 0, 0, 0 \
	}

struct spp_mft {
	struct spp_overlay *disk;	 /* borrowed */
	uint64_t off, size;		 /* of the volume */
	uint32_t cluster, record, block; /* bytes; block: of an index */
	uint64_t start;			 /* offset of record 0 */
	struct spp_mft_file self;	 /* $MFT */
};

/* An attribute in a record. */
struct spp_mft_attr {
	uint32_t kind;
	size_t at, n; /* in the record */
	bool mapped;  /* its content is in clusters */
};

enum spp_status spp_mft_open(struct spp_mft *mft, struct spp_error *err);
void spp_mft_release(struct spp_mft *mft);

enum spp_status spp_mft_file(struct spp_mft *mft, uint64_t number,
			     struct spp_mft_file *file, struct spp_error *err);
void spp_mft_file_release(struct spp_mft_file *file);

/* Reads bytes of an attribute; SPP_NOTFOUND if it is not in clusters. */
enum spp_status spp_mft_read(const struct spp_mft *mft,
			     const struct spp_mft_file *file, uint32_t kind,
			     uint64_t pos, void *buf, size_t n,
			     struct spp_error *err);
/*
 * Turns an offset on the volume into one in an attribute; false if it is
 * elsewhere.
 */
bool spp_mft_find(const struct spp_mft *mft, const struct spp_mft_file *file,
		  uint32_t kind, uint64_t off, uint64_t *pos);
bool spp_mft_has_record(const struct spp_mft_file *file, uint64_t number);

/* Restores the ends of a record's sectors; false if the record is torn. */
bool spp_mft_fix(uint8_t *record, size_t n, const char *magic);
/*
 * Moves on to the next attribute, or the first if zeroed; false at the end, or
 * if it is damaged.
 */
bool spp_mft_next(const uint8_t *record, size_t n, struct spp_mft_attr *attr);

#endif
