/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/base/utf16.h"
#include "hive/wim/integrity.h"
#include "hive/wim/uses.h"
#include "hive/wim/xml.h"

/* The file as it is being written. */
struct spp_wim_writer {
	struct spp_wim_edit *edit;
	const struct spp_wim *wim;
	int fd;
	uint64_t at;	/* offset of the next free byte */
	uint8_t *entry; /* entries of the new table */
	size_t entries;
	struct spp_wim_piece metadata; /* of the edited image */
	struct spp_wim_bytes xml;      /* the old one */
	struct spp_wim_integrity integrity;
};

static uint8_t *entry_of(const struct spp_wim_writer *w, size_t i)
{
	return w->entry + i * SPP_WIM_ENTRY;
}

static uint32_t references(const uint8_t *entry)
{
	return spp_get32(entry + 26);
}

static void set_place(uint8_t *p, const struct spp_wim_piece *piece,
		      uint64_t off, unsigned int flags)
{
	struct spp_wim_resource r = piece->resource;

	r.off = off;
	r.flags |= flags;
	spp_wim_put_resource(p, &r);
}

static enum spp_status write_piece(struct spp_wim_writer *w,
				   const struct spp_wim_piece *piece,
				   struct spp_error *err)
{
	enum spp_status st =
		spp_wim_piece_write(piece, w->fd, w->at, w->wim->label, err);

	w->at += piece->resource.stored;
	return st;
}

static enum spp_status copy_table(struct spp_wim_writer *w,
				  struct spp_error *err)
{
	size_t n = w->wim->entries * SPP_WIM_ENTRY;

	w->entry = malloc(n + w->edit->changes * SPP_WIM_ENTRY);
	if (!w->entry)
		return spp_nomem(err);
	memcpy(w->entry, w->wim->entry, n);
	w->entries = w->wim->entries;
	return SPP_OK;
}

/*
 * Releases the old bytes of the changed files: one reference less.  The stated
 * number may be too low, since some programs write such tables; so where it gets
 * to one or none, the uses that remain in all images are counted.  Each edit
 * takes no more than its own uses, so a number that is too low gets there, and
 * is set right, before the entry is removed.  An appending dry run removes none.
 */
static enum spp_status release_old(struct spp_wim_writer *w,
				   struct spp_error *err)
{
	const struct spp_wim_edit *edit = w->edit;
	uint64_t *uses = calloc(edit->changes + 1, sizeof(*uses));
	enum spp_status st = uses ? SPP_OK : spp_nomem(err);
	const struct spp_wim_place *old;
	uint32_t left;
	bool few = false;
	uint8_t *e;
	size_t i;

	for (i = 0; i < edit->changes; i++) {
		old = &edit->change[i].file->place;
		if (!old->size)
			continue;
		e = entry_of(w, old->entry);
		left = references(e) ? references(e) - 1 : 0;
		spp_put32(e + 26, left);
		few |= left <= 1;
	}
	if (!st && few && (edit->rebuild || !edit->dry))
		st = spp_wim_uses(edit, uses, err);
	for (i = 0; !st && i < edit->changes; i++) {
		old = &edit->change[i].file->place;
		if (!old->size)
			continue;
		e = entry_of(w, old->entry);
		if (references(e) < uses[i])
			spp_put32(e + 26, uses[i] < UINT32_MAX
						  ? (uint32_t)uses[i]
						  : UINT32_MAX);
	}
	free(uses);
	return st;
}

/* The entry with the same bytes, if the table has one. */
static uint8_t *find_same(const struct spp_wim_writer *w,
			  const struct spp_wim_piece *piece)
{
	uint8_t *e;
	size_t i;

	for (i = 0; i < w->entries; i++) {
		e = entry_of(w, i);
		if (!memcmp(e + 30, piece->sha1, SPP_WIM_HASH) &&
		    !(e[7] & SPP_RESOURCE_METADATA))
			return e;
	}
	return NULL;
}

/* The changed files get their new hashes in the metadata. */
static void set_hashes(const struct spp_wim_writer *w)
{
	const struct spp_wim_change *c = w->edit->change;
	size_t i;

	for (i = 0; i < w->edit->changes; i++, c++)
		memcpy(w->edit->tree->bytes.data + c->file->slot,
		       c->piece->sha1, SPP_WIM_HASH);
}

static enum spp_status add_new(struct spp_wim_writer *w,
			       const struct spp_wim_change *change,
			       struct spp_error *err)
{
	uint8_t *e = find_same(w, change->piece);

	if (e) {
		spp_put32(e + 26, references(e) + 1);
		return SPP_OK;
	}
	e = entry_of(w, w->entries++);
	memset(e, 0, SPP_WIM_ENTRY);
	set_place(e, change->piece, w->at, 0);
	spp_put16(e + 24, 1); /* its part number */
	spp_put32(e + 26, 1);
	memcpy(e + 30, change->piece->sha1, SPP_WIM_HASH);
	return write_piece(w, change->piece, err);
}

static enum spp_status read_memory(void *ctx, uint64_t off, void *buf, size_t n,
				   struct spp_error *err)
{
	(void)err;
	memcpy(buf, (const uint8_t *)ctx + off, n);
	return SPP_OK;
}

static enum spp_status make_metadata(struct spp_wim_writer *w,
				     struct spp_error *err)
{
	const struct spp_wim_bytes *bytes = &w->edit->tree->bytes;
	const struct spp_source source = { read_memory, bytes->data,
					   bytes->size };

	return spp_wim_piece_make(w->wim, &source, NULL, w->edit->dir,
				  &w->metadata, err);
}

static enum spp_status write_metadata(struct spp_wim_writer *w,
				      struct spp_error *err)
{
	unsigned int image = w->edit->tree->image;
	uint8_t *e = entry_of(w, w->wim->metadata[image - 1]);

	set_place(e, &w->metadata, w->at, SPP_RESOURCE_METADATA);
	memcpy(e + 30, w->metadata.sha1, SPP_WIM_HASH);
	return write_piece(w, &w->metadata, err);
}

/*
 * Whether an entry is removed: this edit took its last use, or it is of an image
 * that was deleted.  Others that state no references may have some.
 */
static bool is_gone(const struct spp_wim_writer *w, size_t i)
{
	const uint8_t *e = entry_of(w, i);

	if (references(e) || spp_wim_is_solid_head(w->wim, e))
		return false;
	return e[7] & SPP_RESOURCE_METADATA ||
	       references(spp_wim_entry(w->wim, i));
}

static void compact_table(struct spp_wim_writer *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->entries; i++)
		if (!is_gone(w, i))
			memmove(entry_of(w, n++), entry_of(w, i),
				SPP_WIM_ENTRY);
	w->entries = n;
}

/*
 * Writes the table or the XML, unpacked, because other programs cannot read
 * them packed.
 */
static enum spp_status write_plain(struct spp_wim_writer *w, const void *data,
				   size_t n, size_t where,
				   struct spp_error *err)
{
	struct spp_wim_resource r;
	enum spp_status st;

	st = spp_write_at(w->fd, w->at, data, n, w->wim->label, err);
	spp_wim_get_resource(w->wim->head + where, &r);
	r = (struct spp_wim_resource){
		w->at, n, n, r.flags & ~(unsigned int)SPP_RESOURCE_PACKED
	};
	spp_wim_put_resource(w->edit->head + where, &r);
	w->at += n;
	return st;
}

/*
 * Patches the XML; one that is not valid text, or would be too long to read, is
 * kept as it is.
 */
static enum spp_status patch_xml(const struct spp_wim_writer *w,
				 struct spp_buf *xml, struct spp_error *err)
{
	struct spp_wim_patch patch = { .image = w->edit->tree->image,
				       .now = w->edit->now,
				       .all = w->at };
	struct spp_buf CLEANUP(spp_buf_release) was = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) is = SPP_BUF_INIT;
	const struct spp_wim_bytes *old = &w->xml;
	const struct spp_wim_change *c;
	enum spp_status st;
	size_t i;

	for (i = 0; i < w->edit->changes; i++) {
		c = &w->edit->change[i];
		patch.grown += (int64_t)c->piece->resource.size -
			       (int64_t)c->file->place.size;
	}
	st = spp_utf16_to(old->data, old->size, &was, NULL);
	if (!st)
		st = spp_wim_xml_patch(spp_buf_text(&was), was.size, &patch,
				       &is, NULL);
	if (!st)
		st = spp_utf16_from(spp_buf_text(&is), is.size, xml, NULL);
	if (st == SPP_NOMEM)
		return spp_nomem(err);
	if (!st && xml->size <= SPP_WIM_XML_MAX)
		return SPP_OK;
	xml->size = 0;
	return spp_buf_append(xml, old->data, old->size, err);
}

static enum spp_status write_xml(struct spp_wim_writer *w,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) xml = SPP_BUF_INIT;
	enum spp_status st = patch_xml(w, &xml, err);

	return st ? st
		  : write_plain(w, xml.data, xml.size, SPP_WIM_AT_XML, err);
}

static enum spp_status write_integrity(struct spp_wim_writer *w,
				       uint64_t covered, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) table = SPP_BUF_INIT;
	enum spp_status st;

	if (!w->wim->integrity.stored)
		return SPP_OK;
	st = spp_wim_integrity_make(&w->integrity, w->fd, covered, &table, err);
	if (!st)
		st = write_plain(w, table.data, table.size,
				 SPP_WIM_AT_INTEGRITY, err);
	return st;
}

/* Writes everything new, beginning with the changed hives. */
static enum spp_status write_new(struct spp_wim_writer *w,
				 struct spp_error *err)
{
	struct spp_wim_edit *edit = w->edit;
	enum spp_status st = SPP_OK;
	uint64_t covered;
	size_t i;

	for (i = 0; !st && i < edit->changes; i++)
		st = add_new(w, &edit->change[i], err);
	if (!st)
		st = write_metadata(w, err);
	if (!st && w->wim->boot && w->wim->boot <= w->wim->images)
		memcpy(edit->head + SPP_WIM_AT_BOOT_METADATA,
		       entry_of(w, w->wim->metadata[w->wim->boot - 1]),
		       SPP_WIM_PLACE);
	if (st)
		return st;
	compact_table(w);
	st = write_plain(w, w->entry, w->entries * SPP_WIM_ENTRY,
			 SPP_WIM_AT_TABLE, err);
	covered = w->at;
	if (!st)
		st = write_xml(w, err);
	return st ? st : write_integrity(w, covered, err);
}

static enum spp_status finish(struct spp_wim_writer *w, enum spp_status st,
			      struct spp_error *err)
{
	w->edit->end = w->at;
	/* Cuts off what an interrupted edit left further on. */
	if (!st && ftruncate(w->fd, (off_t)w->at))
		st = spp_fail_errno(err, SPP_IO, "cannot write to '%s'",
				    w->wim->label);
	if (!st && fsync(w->fd))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s' to disk",
				    w->wim->label);
	return st;
}

/* Reads what the edit changes. */
static enum spp_status read_old(struct spp_wim_writer *w, struct spp_error *err)
{
	struct spp_wim_place xml = spp_wim_whole(&w->wim->xml);
	enum spp_status st;

	if (xml.size > SPP_WIM_XML_MAX)
		return spp_fail(err, SPP_CORRUPT,
				"'%s' is damaged: its XML is too long",
				w->wim->label);
	st = spp_wim_read(w->wim, &xml, 0, xml.size, &w->xml, err);
	return st ? st : spp_wim_integrity_read(&w->integrity, err);
}

/*
 * Whether a rebuild copies the entry's bytes; those in a solid resource are
 * copied with it.
 */
static bool is_copied(const struct spp_wim_writer *w, size_t i)
{
	const struct spp_wim *wim = w->wim;
	const uint8_t *e = entry_of(w, i);

	return i != wim->metadata[w->edit->tree->image - 1] && !is_gone(w, i) &&
	       !(wim->solid && e[7] & SPP_RESOURCE_SOLID &&
		 !spp_wim_is_solid_head(wim, e));
}

/*
 * All resources together are no longer than the file, unless the WIM was
 * crafted.
 */
static enum spp_status check_copied(const struct spp_wim_writer *w,
				    struct spp_error *err)
{
	uint64_t left = w->wim->file_size - SPP_WIM_HEAD;
	struct spp_wim_resource r;
	size_t i;

	for (i = 0; i < w->entries; i++) {
		if (!is_copied(w, i))
			continue;
		spp_wim_get_resource(entry_of(w, i), &r);
		if (r.stored > left ||
		    !spp_within(r.off, r.stored, w->wim->file_size))
			return spp_fail(err, SPP_CORRUPT,
					"'%s' is damaged: its resources are "
					"not within it",
					w->wim->label);
		left -= r.stored;
	}
	return SPP_OK;
}

static enum spp_status begin(struct spp_wim_writer *w, struct spp_error *err)
{
	enum spp_status st = read_old(w, err);

	if (!st)
		st = copy_table(w, err);
	if (st)
		return st;
	set_hashes(w);
	st = release_old(w, err);
	if (!st && w->edit->rebuild)
		st = check_copied(w, err);
	return st ? st : make_metadata(w, err);
}

enum spp_status spp_wim_begin(struct spp_wim_edit *edit,
			      struct spp_wim_writer **writer,
			      struct spp_error *err)
{
	struct spp_wim_writer *w = *writer = malloc(sizeof(*w));

	if (!w)
		return spp_nomem(err);
	*w = (struct spp_wim_writer){
		.edit = edit,
		.wim = edit->wim,
		.fd = -1,
		.metadata = SPP_WIM_PIECE_INIT,
		.integrity = { .wim = edit->wim, .keep = !edit->rebuild },
	};
	memcpy(edit->head, edit->wim->head, SPP_WIM_HEAD);
	return begin(w, err);
}

void spp_wim_end(struct spp_wim_writer **writer)
{
	struct spp_wim_writer *w = *writer;

	if (!w)
		return;
	free(w->entry);
	spp_wim_piece_release(&w->metadata);
	spp_wim_bytes_release(&w->xml);
	spp_wim_bytes_release(&w->integrity.old);
	free(w);
	*writer = NULL;
}

enum spp_status spp_wim_append(struct spp_wim_writer *w, int fd,
			       struct spp_error *err)
{
	w->fd = fd;
	w->at = w->wim->end;
	return finish(w, write_new(w, err), err);
}

/* Copies the used resources, packed. */
static enum spp_status copy_used(struct spp_wim_writer *w,
				 struct spp_error *err)
{
	struct spp_wim_resource r;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < w->entries; i++) {
		if (!is_copied(w, i))
			continue;
		spp_wim_get_resource(entry_of(w, i), &r);
		st = spp_copy_bytes(w->wim->fd, r.off, w->fd, w->at, r.stored,
				    w->wim->label, err);
		r.off = w->at;
		w->at += r.stored;
		spp_wim_put_resource(entry_of(w, i), &r);
	}
	return st;
}

enum spp_status spp_wim_rebuild(struct spp_wim_writer *w, int fd,
				struct spp_error *err)
{
	enum spp_status st;

	w->fd = fd;
	w->at = SPP_WIM_HEAD;
	st = copy_used(w, err);
	if (!st)
		st = write_new(w, err);
	if (!st)
		st = spp_write_at(fd, 0, w->edit->head, SPP_WIM_HEAD,
				  w->wim->label, err);
	return finish(w, st, err);
}

enum spp_status spp_wim_switch(int fd, const uint8_t head[SPP_WIM_HEAD],
			       const char *label, struct spp_error *err)
{
	enum spp_status st =
		spp_write_at(fd, 0, head, SPP_WIM_HEAD, label, err);

	if (!st && fsync(fd))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s' to disk",
				    label);
	return st;
}
