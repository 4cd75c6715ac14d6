/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/journal_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/regf/regf.h"

#define VERSION 2

size_t spp_journal_sector(const struct spp_journal_record *r, size_t i)
{
	size_t at = i * SPP_SECTOR_SIZE;

	return at >= r->n		     ? 0
	       : r->n - at < SPP_SECTOR_SIZE ? r->n - at
					     : SPP_SECTOR_SIZE;
}

struct spp_journal_record spp_journal_record(const struct spp_journal *j,
					     size_t i)
{
	const uint8_t *raw =
		j->file + SPP_JOURNAL_HEAD + i * SPP_JOURNAL_RECORD;

	return (struct spp_journal_record){ spp_get64(raw), spp_get32(raw + 8),
					    raw + 16, raw + SPP_JOURNAL_BEFORE,
					    raw + SPP_JOURNAL_AFTER };
}

static void make_head(const struct spp_journal *j,
		      uint8_t head[SPP_JOURNAL_HEAD])
{
	memset(head, 0, SPP_JOURNAL_HEAD);
	memcpy(head, "SPPCTL-J", 8);
	spp_put32(head + 8, VERSION);
	spp_put32(head + 12, SPP_OVERLAY_PAGE);
	spp_put64(head + 16, j->bind.disk_size);
	spp_put64(head + 24, j->pages);
	spp_put64(head + 32, j->bind.volume);
	spp_put64(head + 40, j->bind.serial);
	memcpy(head + 48, j->bind.layout, SPP_LAYOUT_SIZE);
	memcpy(head + 80, j->bind.suffix, SPP_JOURNAL_SUFFIX);
}

static void sum_up(const struct spp_journal *j, uint8_t sum[SPP_JOURNAL_SUM])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, j->pages * SPP_JOURNAL_RECORD,
		      j->file + SPP_JOURNAL_HEAD);
	sha256_update(&ctx, SPP_JOURNAL_HEAD, j->file);
	sha256_digest(&ctx, SPP_JOURNAL_SUM, sum);
}

/* Makes room for one more record and the checksum. */
static enum spp_status reserve(struct spp_journal *j, struct spp_error *err)
{
	size_t want = j->size + SPP_JOURNAL_RECORD + SPP_JOURNAL_SUM;
	uint8_t *grown;

	if (want <= j->room)
		return SPP_OK;
	grown = realloc(j->file, want + want / 2);
	if (!grown)
		return spp_nomem(err);
	j->file = grown;
	j->room = want + want / 2;
	return SPP_OK;
}

/* Adds a page, if its bytes would change. */
static enum spp_status add_page(struct spp_journal *j,
				struct spp_overlay *overlay, size_t i,
				spp_stage_of stage_of, void *ctx,
				struct spp_error *err)
{
	struct spp_overlay_page page;
	enum spp_status st = reserve(j, err);
	struct spp_journal_record r;
	uint8_t *raw;
	size_t s, n;

	if (st)
		return st;
	spp_overlay_page(overlay, i, &page);
	raw = j->file + j->size;
	memset(raw, 0, SPP_JOURNAL_RECORD);
	spp_put64(raw, page.off);
	spp_put32(raw + 8, (uint32_t)page.n);
	memcpy(raw + SPP_JOURNAL_AFTER, page.data, page.n);
	st = spp_block_read(spp_overlay_block(overlay), page.off,
			    raw + SPP_JOURNAL_BEFORE, page.n, err);
	if (st ||
	    !memcmp(raw + SPP_JOURNAL_BEFORE, raw + SPP_JOURNAL_AFTER, page.n))
		return st;
	r = spp_journal_record(j, j->pages);
	for (s = 0; (n = spp_journal_sector(&r, s)); s++)
		if (memcmp(r.before + s * SPP_SECTOR_SIZE,
			   r.after + s * SPP_SECTOR_SIZE, n) != 0)
			raw[16 + s] = (uint8_t)stage_of(
				ctx, r.off + s * SPP_SECTOR_SIZE,
				r.before + s * SPP_SECTOR_SIZE,
				r.after + s * SPP_SECTOR_SIZE);
	j->pages++;
	j->size += SPP_JOURNAL_RECORD;
	return SPP_OK;
}

struct spp_journal *spp_journal_allocate(const char *label, size_t room)
{
	struct spp_journal *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->fd = -1;
	j->label = strdup(label);
	j->file = malloc(room);
	j->room = room;
	if (!j->label || !j->file) {
		spp_journal_close(j);
		return NULL;
	}
	return j;
}

enum spp_status spp_journal_make(struct spp_overlay *overlay,
				 const struct spp_journal_bind *bind,
				 spp_stage_of stage_of, void *ctx,
				 const char *label,
				 struct spp_journal **journal,
				 struct spp_error *err)
{
	struct spp_journal *j = spp_journal_allocate(
		label,
		SPP_JOURNAL_HEAD + 8 * SPP_JOURNAL_RECORD + SPP_JOURNAL_SUM);
	size_t i, n = spp_overlay_count(overlay);
	enum spp_status st = SPP_OK;

	if (!j)
		return spp_nomem(err);
	j->bind = *bind;
	j->size = SPP_JOURNAL_HEAD;
	for (i = 0; !st && i < n; i++)
		st = add_page(j, overlay, i, stage_of, ctx, err);
	if (st) {
		spp_journal_close(j);
		return st;
	}
	make_head(j, j->file);
	sum_up(j, j->file + j->size);
	j->size += SPP_JOURNAL_SUM;
	*journal = j;
	return SPP_OK;
}

static enum spp_status damaged(const struct spp_journal *j,
			       struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT, "'%s' is damaged", j->label);
}

/* Whether a record is outside the disk, or has a sector of an unknown stage. */
static bool record_bad(const struct spp_journal *j, size_t i)
{
	struct spp_journal_record r = spp_journal_record(j, i);
	size_t s;

	if (r.off % SPP_OVERLAY_PAGE || !r.n || r.n > SPP_OVERLAY_PAGE ||
	    !spp_within(r.off, r.n, j->bind.disk_size) ||
	    (i && spp_journal_record(j, i - 1).off >= r.off))
		return true;
	for (s = 0; s < SPP_JOURNAL_SECTORS; s++) {
		size_t n = spp_journal_sector(&r, s), at = s * SPP_SECTOR_SIZE;

		if (r.stage[s] == SPP_STAGE_MARK || r.stage[s] >= SPP_STAGES ||
		    (r.stage[s] == SPP_STAGE_HEAD && n != SPP_SECTOR_SIZE) ||
		    !r.stage[s] != !memcmp(r.before + at, r.after + at, n))
			return true;
	}
	return false;
}

enum spp_status spp_journal_parse(struct spp_journal *j, struct spp_error *err)
{
	const uint8_t *head = j->file;
	uint64_t pages;
	uint8_t sum[SPP_JOURNAL_SUM];
	size_t i;

	if (memcmp(head, "SPPCTL-J", 8) != 0)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is not a journal of sppctl", j->label);
	if (spp_get32(head + 8) != VERSION ||
	    spp_get32(head + 12) != SPP_OVERLAY_PAGE)
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' was made by another version of sppctl",
				j->label);
	pages = spp_get64(head + 24);
	if (!pages || pages > SPP_OVERLAY_MAX ||
	    j->size != SPP_JOURNAL_HEAD + pages * SPP_JOURNAL_RECORD +
			       SPP_JOURNAL_SUM ||
	    memchr(head + 80, '/', SPP_JOURNAL_SUFFIX) ||
	    head[SPP_JOURNAL_HEAD - 1])
		return damaged(j, err);
	j->pages = (size_t)pages;
	j->bind.disk_size = spp_get64(head + 16);
	j->bind.volume = spp_get64(head + 32);
	j->bind.serial = spp_get64(head + 40);
	memcpy(j->bind.layout, head + 48, SPP_LAYOUT_SIZE);
	memcpy(j->bind.suffix, head + 80, SPP_JOURNAL_SUFFIX);
	sum_up(j, sum);
	if (memcmp(sum, j->file + j->size - SPP_JOURNAL_SUM, SPP_JOURNAL_SUM) !=
	    0)
		return damaged(j, err);
	for (i = 0; i < j->pages; i++)
		if (record_bad(j, i))
			return damaged(j, err);
	return SPP_OK;
}

void spp_journal_close(struct spp_journal *journal)
{
	if (!journal)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal->label);
	free(journal->file);
	free(journal);
}

const struct spp_journal_bind *spp_journal_bind(
	const struct spp_journal *journal)
{
	return &journal->bind;
}

size_t spp_journal_pages(const struct spp_journal *journal)
{
	return journal->pages;
}

void spp_journal_mark(const uint8_t *before, const uint8_t *after,
		      uint8_t mark[SPP_SECTOR_SIZE])
{
	uint32_t seq = spp_get32(before + 4), other = spp_get32(after + 4);

	if (other - seq < 0x80000000u)
		seq = other;
	memcpy(mark, before, SPP_SECTOR_SIZE);
	spp_put32(mark + 4, seq + 1);
	spp_put32(mark + 8, seq);
	spp_put64(mark + 12, INT64_MAX);
	spp_put32(mark + 508, spp_base_checksum(mark));
}

/*
 * Counts the sectors that are old but not new, new but not old, marked, and
 * none of these; ones that do not change are not counted.
 */
static void compare(const struct spp_journal_record *r, const uint8_t *is,
		    uint64_t count[4])
{
	uint8_t mark[SPP_SECTOR_SIZE];
	size_t i, at, n;
	bool old, new;

	for (i = 0; (n = spp_journal_sector(r, i)); i++) {
		at = i * SPP_SECTOR_SIZE;
		old = !memcmp(is + at, r->before + at, n);
		new = !memcmp(is + at, r->after + at, n);
		if (old && new)
			continue;
		if (old || new) {
			count[new]++;
			continue;
		}
		if (r->stage[i] == SPP_STAGE_HEAD)
			spp_journal_mark(r->before + at, r->after + at, mark);
		if (r->stage[i] == SPP_STAGE_HEAD && !memcmp(is + at, mark, n))
			count[2]++;
		else
			count[3]++;
	}
}

enum spp_status spp_journal_compare(const struct spp_journal *j,
				    struct spp_overlay *disk,
				    enum spp_journal_fit *fit,
				    struct spp_error *err)
{
	uint64_t count[4] = { 0, 0, 0, 0 };
	enum spp_status st = SPP_OK;
	uint8_t is[SPP_OVERLAY_PAGE];
	struct spp_journal_record r;
	size_t i;

	*fit = SPP_FIT_NOT;
	if (j->bind.disk_size != spp_overlay_block(disk)->size)
		return SPP_OK;
	for (i = 0; !st && i < j->pages; i++) {
		r = spp_journal_record(j, i);
		st = spp_overlay_read(disk, r.off, is, r.n, err);
		if (!st)
			compare(&r, is, count);
	}
	if (!st && !count[3])
		*fit = !count[0] && !count[2] ? SPP_FIT_AFTER
		       : count[1] || count[2] ? SPP_FIT_BETWEEN
					      : SPP_FIT_BEFORE;
	return st;
}

enum spp_status spp_journal_load(const struct spp_journal *j, bool after,
				 struct spp_overlay *overlay,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct spp_journal_record r;
	size_t i;

	for (i = 0; !st && i < j->pages; i++) {
		r = spp_journal_record(j, i);
		st = spp_overlay_write(overlay, r.off,
				       after ? r.after : r.before, r.n, err);
	}
	return st;
}
