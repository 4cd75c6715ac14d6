/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/undo.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/base/newfile.h"
#include "hive/place/backup.h"
#include "hive/place/replace.h"
#include "hive/place/restore.h"
#include "hive/wim/write.h"

#define MAGIC	"SPPCTL-W"
#define SIZE	SPP_WIM_UNDO_RECORD
#define RECORDS SPP_WIM_UNDO_RECORDS
#define SUM_AT	480
#define BEFORE	64
#define AFTER	272
#define BUFFER	((size_t)1 << 18)
#define HASH_AT 32

/* How well a record fits a WIM, from worst to best; DONE is the one to undo. */
enum fit { NONE, OTHER, BROKEN_OFF, DONE };

struct undo {
	uint8_t record[RECORDS][SIZE];
	size_t count;
};

static void sum(const uint8_t *undo, uint8_t *to)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, SUM_AT, undo);
	sha256_digest(&ctx, 32, to);
}

static enum spp_status hash_between(int fd, uint64_t from, uint64_t to,
				    const char *label, uint8_t *sha256,
				    struct spp_error *err)
{
	uint8_t *buf = malloc(BUFFER);
	enum spp_status st = buf ? SPP_OK : spp_nomem(err);
	struct sha256_ctx ctx;
	size_t n;

	sha256_init(&ctx);
	for (; !st && from < to; from += n) {
		n = to - from < BUFFER ? (size_t)(to - from) : BUFFER;
		st = spp_read_at(fd, from, buf, n, label, err);
		if (!st)
			sha256_update(&ctx, n, buf);
	}
	sha256_digest(&ctx, 32, sha256);
	free(buf);
	return st;
}

static enum spp_status not_one(const char *label, struct spp_error *err)
{
	return spp_fail(err, SPP_NOTHIVE, "'%s' is not an undo file of a WIM",
			label);
}

/* Reads the file once; SPP_NOTHIVE if it is not an undo file. */
static enum spp_status load(const struct spp_place *file, struct undo *undo,
			    struct spp_error *err)
{
	const char *label = file->label;
	const uint8_t *record;
	uint8_t is[32];
	enum spp_status st;
	size_t i;

	undo->count = (size_t)file->st.st_size / SIZE;
	if (file->st.st_size % SIZE || !undo->count || undo->count > RECORDS)
		return not_one(label, err);
	st = spp_read_at(file->fd, 0, undo->record, undo->count * SIZE, label,
			 err);
	for (i = 0; !st && i < undo->count; i++) {
		record = undo->record[i];
		sum(record, is);
		if (memcmp(record, MAGIC, 8) != 0 || spp_get32(record + 8) != 1)
			return not_one(label, err);
		if (memcmp(is, record + SUM_AT, 32) != 0)
			return spp_fail(err, SPP_CORRUPT, "'%s' is damaged",
					label);
	}
	return st;
}

/*
 * Whether the record's old header is that of a complete WIM which ends where
 * the file would be cut: the same WIM, in an earlier state.
 */
static bool was_whole(const uint8_t *undo, const struct spp_wim *wim)
{
	struct spp_wim CLEANUP(spp_wim_release) was = SPP_WIM_INIT;

	was.fd = wim->fd;
	was.label = wim->label;
	was.file_size = spp_get64(undo + 16);
	return was.file_size <= wim->file_size &&
	       !memcmp(undo + BEFORE + SPP_WIM_AT_GUID,
		       wim->head + SPP_WIM_AT_GUID, 16) &&
	       !spp_wim_load_as(&was, undo + BEFORE, NULL) &&
	       was.end == was.file_size;
}

/*
 * Compares a record with the WIM.  Bytes after the WIM's end are of an edit
 * that never became visible.
 */
static enum fit compare(const uint8_t *undo, const struct spp_wim *wim)
{
	uint8_t sha256[32];

	if (!memcmp(undo + BEFORE, wim->head, SPP_WIM_HEAD))
		return spp_get64(undo + 16) == wim->end ? BROKEN_OFF : OTHER;
	if (memcmp(undo + AFTER, wim->head, SPP_WIM_HEAD) != 0 ||
	    spp_get64(undo + 24) != wim->end || !was_whole(undo, wim))
		return OTHER;
	if (hash_between(wim->fd, spp_get64(undo + 16), wim->end, wim->label,
			 sha256, NULL))
		return OTHER;
	return memcmp(sha256, undo + HASH_AT, 32) != 0 ? OTHER : DONE;
}

/* The record that fits best. */
static enum fit best(const struct undo *undo, const struct spp_wim *wim,
		     const uint8_t **record)
{
	enum fit fit = NONE, is;
	size_t i;

	for (i = 0; i < undo->count; i++) {
		is = compare(undo->record[i], wim);
		if (is > fit) {
			*record = undo->record[i];
			fit = is;
		}
	}
	return fit;
}

/*
 * Opens the newest backup if this edit may replace it: one of an edit that never
 * became visible, or, if this edit follows, of the one before.
 */
static enum fit open_old(struct spp_wim_undo *undo, const char *suffix,
			 bool follow, const uint8_t **record, struct undo *was)
{
	enum fit fit = NONE;

	if (!spp_restore_open(undo->place, suffix, &undo->old, NULL) &&
	    !load(&undo->old, was, NULL))
		fit = best(was, undo->wim, record);
	if (fit == BROKEN_OFF || (fit == DONE && follow))
		return fit;
	spp_place_close(&undo->old);
	return NONE;
}

static enum spp_status choose(struct spp_wim_undo *undo, const char *suffix,
			      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) full = SPP_BUF_INIT;
	const struct spp_place *place = undo->place;
	enum spp_status st;

	if (undo->old.fd >= 0) {
		st = spp_buf_puts(&undo->name, undo->old.name, err);
		return st ? st
			  : spp_buf_puts(&undo->label, undo->old.label, err);
	}
	st = spp_backup_next(place->dir, place->name, suffix, &full, err);
	if (!st)
		st = spp_buf_printf(&undo->name, err, "%s%s", place->name,
				    spp_buf_text(&full));
	return st ? st
		  : spp_buf_printf(&undo->label, err, "%s%s", place->beside,
				   spp_buf_text(&full));
}

/* The state before the edit; that of one which this edit follows is older. */
static void set_before(struct spp_wim_undo *undo, enum fit fit,
		       const uint8_t *done)
{
	uint8_t *now;

	/* Until this edit is visible, the file must undo the previous one. */
	if (fit == DONE)
		memcpy(undo->record[undo->count++], done, SIZE);
	now = undo->record[undo->count++];
	if (fit == DONE) {
		memcpy(now, done, SIZE);
		return;
	}
	memcpy(now, MAGIC, 8);
	spp_put32(now + 8, 1);
	spp_put64(now + 16, undo->wim->end);
	memcpy(now + BEFORE, undo->wim->head, SPP_WIM_HEAD);
}

enum spp_status spp_wim_undo_begin(struct spp_wim_undo *undo,
				   const struct spp_place *place,
				   const char *suffix,
				   const struct spp_wim *wim, bool follow,
				   bool dry, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) work = SPP_BUF_INIT;
	struct undo was = { .count = 0 };
	const uint8_t *done = NULL;
	enum spp_status st;
	enum fit fit;

	undo->place = place;
	undo->wim = wim;
	fit = open_old(undo, suffix, follow, &done, &was);
	set_before(undo, fit, done);
	st = choose(undo, suffix, err);
	if (!st)
		st = spp_buf_printf(&work, err, ".%s.sppctl-undo", place->name);
	if (!st)
		st = spp_newfile_possible(place->dir, spp_buf_text(&work),
					  spp_buf_text(&undo->name),
					  place->label, err);
	return st || dry ? st
			 : spp_newfile_open(&undo->file, place->dir,
					    spp_buf_text(&work),
					    spp_buf_text(&undo->label), err);
}

/* Fills the file, then names it. */
static enum spp_status save(struct spp_wim_undo *undo, struct spp_error *err)
{
	const char *name = spp_buf_text(&undo->name);
	bool replace = undo->old.fd >= 0;
	struct spp_newfile *f = &undo->file;
	enum spp_status st;

	st = spp_write_at(f->fd, 0, undo->record, undo->count * SIZE, f->label,
			  err);
	/* If the owner cannot be set, the file stays ours alone. */
	if (!st)
		spp_newfile_own(f, &undo->place->st, undo->place->label, NULL);
	if (!st)
		st = spp_newfile_sync(f, err);
	if (!st && replace && !spp_leads_to(f->dir, name, &undo->old.st))
		st = spp_fail(err, SPP_BUSY, "'%s' was replaced by others",
			      f->label);
	if (!st)
		st = replace ? spp_newfile_replace(f, name, err)
			     : spp_newfile_name(f, name, err);
	undo->named = !st;
	if (!st && fsync(f->dir) && errno != EINVAL)
		st = spp_fail_errno(err, SPP_IO,
				    "cannot write the folder of '%s' to disk",
				    f->label);
	return st;
}

enum spp_status spp_wim_undo_write(struct spp_wim_undo *undo,
				   const uint8_t head[SPP_WIM_HEAD],
				   uint64_t end, struct spp_error *err)
{
	uint8_t *now = undo->record[undo->count - 1];
	enum spp_status st;

	spp_put64(now + 24, end);
	memcpy(now + AFTER, head, SPP_WIM_HEAD);
	st = hash_between(undo->place->fd, spp_get64(now + 16), end,
			  undo->wim->label, now + HASH_AT, err);
	sum(now, now + SUM_AT);
	return st ? st : save(undo, err);
}

void spp_wim_undo_forget(const struct spp_wim_undo *undo)
{
	struct stat st;

	/* One that was extended still undoes the edit before. */
	if (undo->named && undo->count == 1 && !fstat(undo->file.fd, &st))
		spp_replace_remove(undo->place, spp_buf_text(&undo->name), &st);
}

void spp_wim_undo_close(struct spp_wim_undo *undo)
{
	if (!undo)
		return;
	spp_newfile_close(&undo->file);
	spp_place_close(&undo->old);
	spp_buf_release(&undo->name);
	spp_buf_release(&undo->label);
}

/*
 * Restores the header first; the bytes after the old end then belong to
 * nothing, and are cut off.
 */
static enum spp_status put_back(const struct spp_wim *wim, const uint8_t *undo,
				int fd, struct spp_error *err)
{
	enum spp_status st = spp_wim_switch(fd, undo + BEFORE, wim->label, err);

	if (!st && (ftruncate(fd, (off_t)spp_get64(undo + 16)) || fsync(fd)))
		st = spp_fail_errno(err, SPP_IO, "cannot shorten '%s'",
				    wim->label);
	return st;
}

enum spp_status spp_wim_undo_apply(const struct spp_place *place,
				   const struct spp_place *backup,
				   const struct spp_wim *wim, bool dry,
				   struct spp_error *err)
{
	const uint8_t *record = NULL;
	struct undo undo;
	enum spp_status st = load(backup, &undo, err);

	if (st)
		return st;
	if (best(&undo, wim, &record) <= OTHER)
		return spp_fail(
			err, SPP_REFUSED,
			"'%s' has changed since the edit that '%s' would undo",
			wim->label, backup->label);
	if (dry)
		return SPP_OK;
	st = spp_place_still(place, err);
	if (!st)
		st = put_back(wim, record, place->fd, err);
	if (!st)
		st = spp_place_after(place, err);
	return st ? st : spp_restore_end(place, backup, err);
}
