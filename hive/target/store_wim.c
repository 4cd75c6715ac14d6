/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A store for a hive in an image of a WIM.  The hive is unpacked as a whole
 * when its first byte is read, because its hash covers the whole.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/regf/pages.h"
#include "hive/target/store_copy.h"
#include "hive/target/wim.h"

struct wim_store;

/* What a source reads: the hive or one of its logs. */
struct file_at {
	struct wim_store *store;
	int index;
	struct spp_tmpfile copy; /* filled when it is unpacked */
};

struct wim_store {
	struct spp_store base;
	struct spp_target_wim *target;
	struct file_at at[SPP_WIM_FILES];
	struct spp_source log[SPP_LOG_COUNT];
	struct spp_wim_piece piece; /* the prepared hive, packed */
	uint64_t now;		    /* FILETIME that the edit gave it */
};

static struct wim_store *wim_store(struct spp_store *store)
{
	return (struct wim_store *)store; /* base comes first */
}

static const struct spp_wim_file *file_of(const struct wim_store *s, int index)
{
	return &s->target->tree.file[s->base.role][index];
}

static enum spp_status unpack(struct file_at *at, struct spp_error *err)
{
	struct spp_tmpfile CLEANUP(spp_tmpfile_close) copy = SPP_TMPFILE_INIT;
	const struct wim_store *s = at->store;
	const struct spp_wim_file *file = file_of(s, at->index);
	const char *odd = spp_wim_file_odd(file->flags &
					   ~(unsigned int)SPP_WIM_FILE_LINKS);
	enum spp_status st;

	/* A hive that is odd was refused earlier, so this is a log. */
	if (odd)
		return spp_fail(err, SPP_UNSUPPORTED,
				"a log of '%s' cannot be read: it is %s",
				s->base.label, odd);
	st = spp_tmpfile_open(&copy, s->base.tmpfile_dir, err);
	if (!st)
		st = spp_wim_unpack_file(&s->target->wim, &file->place,
					 file->sha1, file->path, copy.fd, err);
	if (st)
		return st;
	at->copy = copy;
	copy = (struct spp_tmpfile)SPP_TMPFILE_INIT;
	return SPP_OK;
}

static enum spp_status read_file(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	struct file_at *at = ctx;
	enum spp_status st = at->copy.fd >= 0 ? SPP_OK : unpack(at, err);

	return st ? st
		  : spp_read_at(at->copy.fd, off, buf, n, at->store->base.label,
				err);
}

static enum spp_status read_pages(void *ctx, uint64_t off, void *buf, size_t n,
				  struct spp_error *err)
{
	return spp_pages_read(ctx, off, buf, n, err);
}

static enum spp_status prepare(struct spp_store *store, struct spp_pages *pages,
			       struct spp_error *err)
{
	struct wim_store *s = wim_store(store);
	const struct spp_source source = { read_pages, pages,
					   spp_pages_size(pages) };
	const struct spp_wim_edited edited = { &file_of(s, 0)->place, pages };
	const uint8_t *base = spp_pages_at(pages, 0, 512, err);

	if (!base)
		return SPP_IO;
	s->now = spp_get64(base + 12); /* its last-written time */
	return spp_wim_piece_make(&s->target->wim, &source, &edited,
				  store->tmpfile_dir, &s->piece, err);
}

/* Unpacks the hive as a reader of the edited WIM will. */
static enum spp_status unpack_piece(struct spp_store *store,
				    struct spp_error *err)
{
	const struct wim_store *s = wim_store(store);

	return spp_wim_piece_unpack(&s->target->wim, &s->piece, store->copy.fd,
				    err);
}

static enum spp_status reread(struct spp_store *store,
			      struct spp_source *source, int *fd,
			      struct spp_error *err)
{
	return spp_store_copy_read(store, unpack_piece, source, fd, err);
}

static const struct spp_store_ops ops = {
	.prepare = prepare,
	.reread = reread,
	.seal = spp_store_copy_seal,
	.encoded = true,
};

bool spp_store_wim_change(struct spp_store *store,
			  struct spp_wim_change *change, uint64_t *now)
{
	struct wim_store *s = wim_store(store);

	if (!store->prepared)
		return false;
	store->prepared = false;
	*change = (struct spp_wim_change){ file_of(s, 0), &s->piece };
	*now = s->now;
	return true;
}

static enum spp_status judge(const struct wim_store *s, struct spp_error *err)
{
	unsigned int flags = file_of(s, 0)->flags;
	const char *odd;

	if (!s->base.write)
		flags &= ~(unsigned int)SPP_WIM_FILE_LINKS;
	odd = spp_wim_file_odd(flags);
	if (odd)
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' cannot be %s: it is %s", s->base.label,
				s->base.write ? "edited" : "read", odd);
	if (file_of(s, 0)->place.size > SPP_HIVE_MAX)
		return spp_fail(err, SPP_LIMIT,
				"'%s' has %" PRIu64
				" bytes, more than Windows holds of a hive",
				s->base.label, file_of(s, 0)->place.size);
	return SPP_OK;
}

static void set_sources(struct wim_store *s)
{
	const struct spp_wim_file *file;
	int i;

	for (i = 0; i < SPP_WIM_FILES; i++) {
		file = file_of(s, i);
		if (!i || !file->there || file->place.size > SPP_HIVE_MAX)
			continue;
		s->log[i - 1] = (struct spp_source){ read_file, &s->at[i],
						     file->place.size };
		s->base.logs.log[i - 1] = &s->log[i - 1];
	}
	s->base.source = (struct spp_source){ read_file, &s->at[0],
					      file_of(s, 0)->place.size };
}

enum spp_status spp_store_wim_open(struct spp_target_wim *t, enum spp_role role,
				   struct spp_error *err)
{
	struct wim_store *s;
	enum spp_status st;
	int i;

	if (!t->tree.file[role][0].there)
		return SPP_OK;
	s = calloc(1, sizeof(*s));
	if (!s)
		return spp_nomem(err);
	s->target = t;
	for (i = 0; i < SPP_WIM_FILES; i++)
		s->at[i] = (struct file_at){ s, i, SPP_TMPFILE_INIT };
	s->piece = (struct spp_wim_piece)SPP_WIM_PIECE_INIT;
	spp_store_copy_begin(&s->base, &ops, role, t->options.write,
			     t->place.dir);
	if (asprintf(&s->base.label, "%s#%u:%s", t->file, t->tree.image,
		     t->tree.file[role][0].path) < 0) {
		s->base.label = NULL;
		st = spp_nomem(err);
	} else {
		st = judge(s, err);
	}
	if (st) {
		spp_store_wim_close(&s->base);
		return st;
	}
	set_sources(s);
	t->base.store[role] = &s->base;
	return SPP_OK;
}

void spp_store_wim_close(struct spp_store *store)
{
	struct wim_store *s = wim_store(store);
	int i;

	if (!store)
		return;
	for (i = 0; i < SPP_WIM_FILES; i++)
		spp_tmpfile_close(&s->at[i].copy);
	spp_wim_piece_release(&s->piece);
	spp_tmpfile_close(&store->copy);
	free(store->label);
	free(s);
}
