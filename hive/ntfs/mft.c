/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A boot sector, a record and its attributes:
 *
 *   boot    11 bytes of a sector, 13 sectors of a cluster, 48 cluster of the
 *           MFT, 64 clusters of a record, 68 of an index block; the last two
 *           and 13 are powers of two if negative
 *   record  0 "FILE", 4 place and 6 count of the update sequence, 20 first
 *           attribute, 22 flags, 24 bytes in use, 32 base record
 *   attr    0 type, 4 length, 8 has clusters, 9 length of the name
 *           resident: 16 length and 20 place of the content
 *           else: 16 first cluster, 32 place of the runs, 48 size, 56 valid
 *   list    entries: 4 length, 16 record
 */
#include "hive/ntfs/mft.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"

#define STRIDE	    512 /* of the update sequence, for any sector size */
#define CLUSTER_MAX (2u << 20)
#define RUNS_MAX    262144
#define RECORDS_MAX 4096
#define FOLDERS_MAX 64
#define LIST_MAX    262144
#define NUMBER(ref) ((ref)&0xffffffffffffu)
#define IN_USE	    1

static enum spp_status bad(struct spp_error *err, const char *what)
{
	return spp_fail(err, SPP_CORRUPT, "the MFT cannot be followed: %s",
			what);
}

/* Makes room for one more element when count is a power of two. */
static void *more(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

static enum spp_status add_number(uint64_t **array, size_t *count, size_t most,
				  uint64_t number, struct spp_error *err)
{
	uint64_t *grown;

	if (*count == most)
		return bad(err, "a file has too many records or names");
	grown = more(*array, *count, sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	*array = grown;
	grown[(*count)++] = number;
	return SPP_OK;
}

static enum spp_status add_run(struct spp_mft_file *file,
			       const struct spp_mft_run *run,
			       struct spp_error *err)
{
	struct spp_mft_run *grown;

	if (file->runs == RUNS_MAX)
		return bad(err, "a file has too many parts");
	grown = more(file->run, file->runs, sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	file->run = grown;
	grown[file->runs++] = *run;
	return SPP_OK;
}

void spp_mft_file_release(struct spp_mft_file *file)
{
	if (!file)
		return;
	free(file->run);
	free(file->record);
	free(file->folder);
	*file = (struct spp_mft_file)SPP_MFT_FILE_INIT;
}

void spp_mft_release(struct spp_mft *mft)
{
	if (mft)
		spp_mft_file_release(&mft->self);
}

bool spp_mft_has_record(const struct spp_mft_file *file, uint64_t number)
{
	size_t i;

	for (i = 0; i < file->records; i++)
		if (file->record[i] == number)
			return true;
	return false;
}

bool spp_mft_find(const struct spp_mft *mft, const struct spp_mft_file *file,
		  uint32_t kind, uint64_t off, uint64_t *pos)
{
	uint64_t lcn = off / mft->cluster;
	const struct spp_mft_run *r;
	size_t i;

	for (i = 0; i < file->runs; i++) {
		r = &file->run[i];
		if (r->kind == kind && lcn >= r->lcn && lcn - r->lcn < r->n) {
			*pos = (r->vcn + lcn - r->lcn) * mft->cluster +
			       off % mft->cluster;
			return true;
		}
	}
	return false;
}

enum spp_status spp_mft_read(const struct spp_mft *mft,
			     const struct spp_mft_file *file, uint32_t kind,
			     uint64_t pos, void *buf, size_t n,
			     struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	const struct spp_mft_run *r;
	uint64_t vcn, in, left;
	uint8_t *to = buf;
	size_t take, i;

	for (; !st && n; to += take, pos += take, n -= take) {
		vcn = pos / mft->cluster;
		for (i = 0; i < file->runs; i++) {
			r = &file->run[i];
			if (r->kind == kind && vcn >= r->vcn &&
			    vcn - r->vcn < r->n)
				break;
		}
		if (i == file->runs)
			return SPP_NOTFOUND;
		in = pos - r->vcn * mft->cluster;
		left = r->n * mft->cluster - in;
		take = left < n ? (size_t)left : n;
		st = spp_overlay_read(mft->disk,
				      mft->off + r->lcn * mft->cluster + in, to,
				      take, err);
	}
	return st;
}

bool spp_mft_fix(uint8_t *record, size_t n, const char *magic)
{
	size_t at = spp_get16(record + 4), count = spp_get16(record + 6), i;

	if (memcmp(record, magic, 4) != 0 || count != n / STRIDE + 1 ||
	    at % 2 || at < 8 || at + 2 * count > STRIDE - 2)
		return false;
	for (i = 1; i < count; i++) {
		if (memcmp(record + i * STRIDE - 2, record + at, 2) != 0)
			return false;
		memcpy(record + i * STRIDE - 2, record + at + 2 * i, 2);
	}
	return true;
}

bool spp_mft_next(const uint8_t *record, size_t n, struct spp_mft_attr *attr)
{
	size_t at = attr->n ? attr->at + attr->n : spp_get16(record + 20);
	size_t used = spp_get32(record + 24), size;
	uint32_t type;

	if (used > n || at % 8 || at < 42 || at > used || used - at < 24)
		return false;
	type = spp_get32(record + at);
	size = spp_get32(record + at + 4);
	if (type % 16 || type == UINT32_MAX || size < 24 || size % 8 ||
	    size > used - at || (record[at + 8] && size < 64))
		return false;
	*attr = (struct spp_mft_attr){ type + (record[at + 9] != 0), at, size,
				       record[at + 8] != 0 };
	return true;
}

/* A signed little-endian number of n bytes. */
static int64_t signed_of(const uint8_t *p, size_t n)
{
	uint64_t v = n && p[n - 1] & 0x80 ? UINT64_MAX : 0;

	while (n--)
		v = v << 8 | p[n];
	return (int64_t)v;
}

/*
 * Adds the runs of an attribute: pairs of a length and the distance from the
 * previous run.
 */
static enum spp_status add_runs(const struct spp_mft *mft,
				const uint8_t *record,
				const struct spp_mft_attr *attr,
				struct spp_mft_file *file,
				struct spp_error *err)
{
	const uint8_t *a = record + attr->at;
	size_t at = spp_get16(a + 32), ln, on;
	uint64_t clusters = mft->size / mft->cluster, vcn = spp_get64(a + 16);
	enum spp_status st = SPP_OK;
	int64_t lcn = 0, n, by;

	if (vcn > clusters)
		return bad(err, "a part begins after the end of the volume");
	if (!vcn && attr->kind == SPP_MFT_DATA)
		file->valid = spp_get64(a + 56);
	if (!vcn && attr->kind == SPP_MFT_BITMAP)
		file->valid_bits = spp_get64(a + 56);
	for (; !st && at < attr->n && a[at]; at += 1 + ln + on) {
		ln = a[at] & 15;
		on = a[at] >> 4;
		if (!ln || ln > 8 || on > 8 || ln + on >= attr->n - at)
			return bad(err, "a list of parts is damaged");
		n = signed_of(a + at + 1, ln);
		by = signed_of(a + at + 1 + ln, on);
		if (n <= 0 || (uint64_t)n > clusters - vcn ||
		    __builtin_add_overflow(lcn, by, &lcn) || lcn < 0 ||
		    (uint64_t)lcn > clusters ||
		    (on && (uint64_t)n > clusters - (uint64_t)lcn))
			return bad(err, "a part is outside of the volume");
		/* A run without a distance is a hole. */
		if (on)
			st = add_run(file,
				     &(struct spp_mft_run){ attr->kind, vcn,
							    (uint64_t)lcn,
							    (uint64_t)n },
				     err);
		vcn += (uint64_t)n;
	}
	return st;
}

/* The content of a resident attribute. */
static const uint8_t *content(const uint8_t *record,
			      const struct spp_mft_attr *attr, size_t *n)
{
	size_t at = spp_get16(record + attr->at + 20);

	*n = spp_get32(record + attr->at + 16);
	return at <= attr->n && *n <= attr->n - at ? record + attr->at + at
						   : NULL;
}

static enum spp_status read_record(const struct spp_mft *mft, uint64_t number,
				   uint8_t *record, struct spp_error *err)
{
	enum spp_status st;

	if (number > mft->size / mft->record)
		return bad(err, "a record is outside of it");
	st = number ? spp_mft_read(mft, &mft->self, SPP_MFT_DATA,
				   number * mft->record, record, mft->record,
				   err)
		    : spp_overlay_read(mft->disk, mft->off + mft->start, record,
				       mft->record, err);
	if (st == SPP_NOTFOUND)
		return bad(err, "a record is outside of it");
	if (!st && (!spp_mft_fix(record, mft->record, "FILE") ||
		    !(spp_get16(record + 22) & IN_USE)))
		return bad(err, "a record is damaged or free");
	return st;
}

/* Adds one record of the file; list: its attribute list, if it has one. */
static enum spp_status add_record(const struct spp_mft *mft, uint64_t number,
				  uint8_t *record, struct spp_mft_file *file,
				  struct spp_mft_attr *list,
				  struct spp_error *err)
{
	struct spp_mft_attr attr = { .n = 0 };
	enum spp_status st = read_record(mft, number, record, err);
	const uint8_t *text;
	size_t n;

	if (!st && NUMBER(spp_get64(record + 32)) !=
			   (number == file->number ? 0 : file->number))
		return bad(err, "a record belongs to another file");
	if (!st)
		st = add_number(&file->record, &file->records, RECORDS_MAX,
				number, err);
	while (!st && spp_mft_next(record, mft->record, &attr)) {
		if (attr.mapped)
			st = add_runs(mft, record, &attr, file, err);
		if (attr.kind == SPP_MFT_LIST)
			*list = attr;
		if (attr.kind != SPP_MFT_NAME || attr.mapped)
			continue;
		text = content(record, &attr, &n);
		if (!text || n < 8)
			return bad(err, "a name is damaged");
		st = add_number(&file->folder, &file->folders, FOLDERS_MAX,
				NUMBER(spp_get64(text)), err);
	}
	return st;
}

/* Reads the attribute list into a buffer of LIST_MAX bytes. */
static enum spp_status read_list(const struct spp_mft *mft,
				 const uint8_t *record,
				 const struct spp_mft_attr *list,
				 const struct spp_mft_file *file, uint8_t *buf,
				 size_t *n, struct spp_error *err)
{
	const uint8_t *text;
	uint64_t size;

	if (!list->mapped) {
		text = content(record, list, n);
		if (!text)
			return bad(err, "a list of records is damaged");
		memcpy(buf, text, *n);
		return SPP_OK;
	}
	size = spp_get64(record + list->at + 48);
	if (size > LIST_MAX)
		return bad(err, "a list of records is too long");
	*n = (size_t)size;
	return spp_mft_read(mft, file, SPP_MFT_LIST, 0, buf, *n, err);
}

static enum spp_status add_listed(const struct spp_mft *mft, const uint8_t *buf,
				  size_t n, struct spp_mft_file *file,
				  struct spp_error *err)
{
	uint8_t record[SPP_MFT_RECORD_MAX];
	struct spp_mft_attr none;
	enum spp_status st = SPP_OK;
	uint64_t number;
	size_t at, size;

	for (at = 0; !st && n - at >= 26; at += size) {
		size = spp_get16(buf + at + 4);
		if (size < 26 || size > n - at)
			return bad(err, "a list of records is damaged");
		number = NUMBER(spp_get64(buf + at + 16));
		if (!spp_mft_has_record(file, number))
			st = add_record(mft, number, record, file, &none, err);
	}
	return st;
}

enum spp_status spp_mft_file(struct spp_mft *mft, uint64_t number,
			     struct spp_mft_file *file, struct spp_error *err)
{
	uint8_t record[SPP_MFT_RECORD_MAX], *buf;
	struct spp_mft_attr list = { .n = 0 };
	enum spp_status st;
	size_t n = 0;

	file->number = number;
	st = add_record(mft, number, record, file, &list, err);
	if (st || !list.n)
		return st;
	buf = malloc(LIST_MAX);
	if (!buf)
		return spp_nomem(err);
	st = read_list(mft, record, &list, file, buf, &n, err);
	if (!st)
		st = add_listed(mft, buf, n, file, err);
	free(buf);
	return st == SPP_NOTFOUND ? bad(err, "a list of records has a hole")
				  : st;
}

/* Bytes, from a number of units or a negative power of two. */
static uint32_t bytes(uint8_t v, uint32_t unit, uint32_t most)
{
	uint64_t n = v < 128   ? (uint64_t)v * unit
		     : v > 224 ? (uint64_t)1 << (256 - v)
			       : 0;

	return n >= STRIDE && n <= most && !(n & (n - 1)) ? (uint32_t)n : 0;
}

enum spp_status spp_mft_open(struct spp_mft *mft, struct spp_error *err)
{
	uint8_t boot[STRIDE];
	uint32_t sector, cluster;
	enum spp_status st;

	st = spp_overlay_read(mft->disk, mft->off, boot, sizeof(boot), err);
	if (st)
		return st;
	/* Above 128 sectors the exponent is stored, negated. */
	sector = spp_get16(boot + 11);
	cluster = boot[13] <= 128 ? boot[13] * sector
				  : sector << (256 - boot[13]) % 16;
	if (cluster < STRIDE || cluster > CLUSTER_MAX ||
	    cluster & (cluster - 1))
		return bad(err, "the boot sector is damaged");
	mft->cluster = cluster;
	mft->record = bytes(boot[64], cluster, SPP_MFT_RECORD_MAX);
	mft->block = bytes(boot[68], cluster, SPP_MFT_BLOCK_MAX);
	mft->start = spp_get64(boot + 48);
	if (!mft->record || !mft->block || mft->start >= mft->size / cluster)
		return bad(err, "the boot sector is damaged");
	mft->start *= cluster;
	return spp_mft_file(mft, 0, &mft->self, err);
}
