/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

#define ENTRY  102
#define STREAM 38

#define ATTRIBUTE_FOLDER    0x10u
#define ATTRIBUTE_REPARSE   0x400u
#define ATTRIBUTE_ENCRYPTED 0x4000u

/* An entry of a folder. */
struct entry {
	size_t at, length; /* without its further streams */
	size_t next;	   /* after those */
	uint32_t attributes;
	uint64_t folder; /* offset of its entries, or 0 */
	uint64_t group;	 /* of hard links, or 0 */
	unsigned int streams;
	const uint8_t *name;
	size_t name_size;
};

static enum spp_status damaged(const struct spp_wim *wim,
			       const struct spp_wim_tree *tree,
			       const char *what, struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT, "'%s' is damaged: in image %u %s",
			wim->label, tree->image, what);
}

static size_t round8(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

/* Skips the further streams of an entry; false if they leave the tree. */
static bool skip_streams(const struct spp_wim_bytes *bytes, struct entry *e)
{
	unsigned int i;
	uint64_t n;

	for (i = 0; i < e->streams; i++) {
		if (!spp_within(e->next, STREAM, bytes->size))
			return false;
		n = spp_get64(bytes->data + e->next);
		if (n < STREAM || n > bytes->size)
			return false;
		e->next += round8((size_t)n);
	}
	return e->next <= bytes->size;
}

/*
 * Reads an entry; false if it is not inside the tree; length 0 ends a folder.
 */
static bool read_entry(const struct spp_wim_bytes *bytes, uint64_t at,
		       struct entry *e)
{
	const uint8_t *p;
	uint64_t length;

	if (!spp_within(at, 8, bytes->size))
		return false;
	p = bytes->data + at;
	length = spp_get64(p);
	*e = (struct entry){ .at = (size_t)at };
	if (length <= 8)
		return true;
	if (length < ENTRY || !spp_within(at, length, bytes->size))
		return false;
	e->length = round8((size_t)length);
	e->attributes = spp_get32(p + 8);
	e->folder = spp_get64(p + 16);
	e->group = e->attributes & ATTRIBUTE_REPARSE ? 0 : spp_get64(p + 88);
	e->streams = spp_get16(p + 96);
	e->name_size = spp_get16(p + 100);
	e->name = p + ENTRY;
	e->next = e->at + e->length;
	return e->name_size <= length - ENTRY && skip_streams(bytes, e);
}

/* Compares a name with ASCII text, ignoring case as Windows does. */
static bool is_called(const struct entry *e, const char *name, size_t n)
{
	size_t i;
	int a, b;

	if (e->name_size != 2 * n)
		return false;
	for (i = 0; i < n; i++) {
		a = spp_get16(e->name + 2 * i);
		b = (unsigned char)name[i];
		a = a >= 'a' && a <= 'z' ? a - 32 : a;
		b = b >= 'a' && b <= 'z' ? b - 32 : b;
		if (a != b)
			return false;
	}
	return true;
}

/* Whether another entry is in the same group; visits each entry once. */
static enum spp_status count_links(const struct spp_wim *wim,
				   const struct spp_wim_tree *tree,
				   uint64_t root, const struct entry *of,
				   bool *links, struct spp_error *err)
{
	size_t most = tree->bytes.size / ENTRY + 1, count = 0, seen = 0;
	uint64_t *folder = calloc(most + 1, sizeof(*folder));
	struct entry e;
	uint64_t at;

	*links = false;
	if (!folder)
		return spp_nomem(err);
	folder[count++] = root;
	while (count && !*links) {
		for (at = folder[--count]; at; at = e.next) {
			if (++seen > 2 * most || count > most ||
			    !read_entry(&tree->bytes, at, &e)) {
				free(folder);
				return damaged(wim, tree,
					       "the tree cannot be walked",
					       err);
			}
			if (!e.length)
				break;
			*links |= e.group == of->group && e.at != of->at;
			if (e.folder && e.attributes & ATTRIBUTE_FOLDER &&
			    !(e.attributes & ATTRIBUTE_REPARSE))
				folder[count++] = e.folder;
		}
	}
	free(folder);
	return SPP_OK;
}

static bool is_zero(const uint8_t *sha1)
{
	static const uint8_t zero[SPP_WIM_HASH];

	return !memcmp(sha1, zero, sizeof(zero));
}

/*
 * Finds the hash of the stream without a name: the entry's own, unless that is
 * zero and a further stream has no name.
 */
static size_t find_slot(const struct spp_wim_bytes *bytes,
			const struct entry *e)
{
	size_t at = e->at + e->length;
	unsigned int i;

	if (!is_zero(bytes->data + e->at + 64))
		return e->at + 64;
	for (i = 0; i < e->streams; i++) {
		if (!spp_get16(bytes->data + at + 36))
			return at + 16;
		at += round8((size_t)spp_get64(bytes->data + at));
	}
	return e->at + 64;
}

static enum spp_status set_file(const struct spp_wim *wim,
				struct spp_wim_tree *tree, uint64_t root,
				const struct entry *e,
				struct spp_wim_file *file,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	bool links = false;

	file->there = true;
	if (e->attributes & ATTRIBUTE_FOLDER)
		file->flags |= SPP_WIM_FILE_FOLDER;
	if (e->attributes & ATTRIBUTE_REPARSE)
		file->flags |= SPP_WIM_FILE_REPARSE;
	if (e->attributes & ATTRIBUTE_ENCRYPTED)
		file->flags |= SPP_WIM_FILE_ENCRYPTED;
	if (e->group)
		st = count_links(wim, tree, root, e, &links, err);
	if (links)
		file->flags |= SPP_WIM_FILE_LINKS;
	file->slot = find_slot(&tree->bytes, e);
	memcpy(file->sha1, tree->bytes.data + file->slot, SPP_WIM_HASH);
	if (st || is_zero(file->sha1))
		return st;
	st = spp_wim_find(wim, file->sha1, &file->place, err);
	if (st != SPP_NOTFOUND)
		return st;
	file->flags |= SPP_WIM_FILE_ELSEWHERE;
	return SPP_OK;
}

/* The tree for hive/base/seek.h: the id of an entry is its offset. */
struct walk {
	const struct spp_wim *wim;
	const struct spp_wim_tree *tree;
	uint64_t root; /* offset of the entries of the root, or 0 */
};

static enum spp_status entries_of(const struct walk *w, uint64_t folder,
				  uint64_t *entries, struct spp_error *err)
{
	struct entry e;

	*entries = w->root;
	if (!folder)
		return SPP_OK;
	if (!read_entry(&w->tree->bytes, folder, &e))
		return damaged(w->wim, w->tree, "a folder cannot be read", err);
	*entries = e.folder;
	return SPP_OK;
}

static enum spp_status list_folder(void *ctx, uint64_t folder, const char *name,
				   struct spp_seek_list *list,
				   struct spp_error *err)
{
	const struct walk *w = ctx;
	const unsigned int odd = ATTRIBUTE_FOLDER | ATTRIBUTE_REPARSE;
	enum spp_status st;
	struct entry e;
	uint64_t at;

	st = entries_of(w, folder, &at, err);
	for (; !st && at; at = e.next) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		if (!read_entry(&w->tree->bytes, at, &e))
			return damaged(w->wim, w->tree,
				       "a folder cannot be read", err);
		if (!e.length)
			break;
		/*
		 * A folder that is a reparse point has no entries of its own.
		 */
		if (!is_called(&e, name, strlen(name)) ||
		    (e.attributes & odd) == odd)
			continue;
		st = spp_utf16_show(e.name, e.name_size, &text, NULL, err);
		if (!st)
			st = spp_seek_add(list, e.at,
					  e.attributes & ATTRIBUTE_FOLDER,
					  spp_buf_text(&text), err);
	}
	return st;
}

static enum spp_status find_file(const struct walk *w,
				 struct spp_wim_tree *tree, uint64_t at,
				 struct spp_wim_file *file,
				 struct spp_error *err)
{
	struct entry e;

	if (!read_entry(&tree->bytes, at, &e))
		return damaged(w->wim, tree, "a file cannot be read", err);
	return set_file(w->wim, tree, w->root, &e, file, err);
}

/* Finds the hive and the logs beside it. */
static enum spp_status find_hive(const struct walk *w,
				 struct spp_wim_tree *tree,
				 const struct spp_found *found,
				 struct spp_error *err)
{
	const struct spp_seek_tree walked = { (void *)(uintptr_t)w,
					      list_folder };
	struct spp_wim_file *file = tree->file[found->path];
	enum spp_status st = find_file(w, tree, found->id, file, err);
	struct spp_seek_entry entry;
	bool there, twins;
	const char *suffix;
	int i;

	file->path = st ? NULL : strdup(found->name);
	if (!st && !file->path)
		st = spp_nomem(err);
	for (i = 0; !st && i < SPP_LOG_COUNT; i++) {
		suffix = spp_log_suffix((enum spp_log_name)i);
		st = spp_seek_beside(&walked, found, suffix, &entry, &there,
				     &twins, err);
		if (st || !there)
			continue;
		file = &tree->file[found->path][1 + i];
		st = find_file(w, tree, entry.id, file, err);
		if (twins)
			file->flags |= SPP_WIM_FILE_TWINS;
		if (!st &&
		    asprintf(&file->path, "%s%s", found->name, suffix) < 0) {
			file->path = NULL;
			st = spp_nomem(err);
		}
	}
	return st;
}

/* If several match, look at the first, for a report. */
static enum spp_status find_hives(const struct walk *w,
				  struct spp_wim_tree *tree,
				  const struct spp_seek_query *query,
				  struct spp_error *err)
{
	const struct spp_seek_tree walked = { (void *)(uintptr_t)w,
					      list_folder };
	const struct spp_found *chosen[SPP_SEEK_PATHS];
	enum spp_status st;
	size_t i, many;
	bool twins;

	st = spp_seek_run(&walked, 0, query, 0, &tree->seek, err);
	if (st)
		return st;
	twins = spp_seek_choose(&tree->seek, query, chosen, &many) ==
		SPP_SEEK_MANY;
	for (i = 0; twins && i < tree->seek.count; i++)
		if (!chosen[tree->seek.found[i].path])
			chosen[tree->seek.found[i].path] = &tree->seek.found[i];
	for (i = 0; !st && i < SPP_SEEK_PATHS; i++)
		if (chosen[i])
			st = find_hive(w, tree, chosen[i], err);
	if (twins)
		tree->file[many][0].flags |= SPP_WIM_FILE_TWINS;
	return st;
}

static enum spp_status find_root(const struct spp_wim *wim,
				 const struct spp_wim_tree *tree,
				 uint64_t *folder, struct spp_error *err)
{
	const struct spp_wim_bytes *bytes = &tree->bytes;
	uint64_t at;
	struct entry e;

	if (bytes->size < 8)
		return damaged(wim, tree, "there is no tree", err);
	at = ((uint64_t)spp_get32(bytes->data) + 7) & ~7ull;
	if (at < 8)
		at = 8; /* some programs write 0 for no descriptors */
	if (!read_entry(bytes, at, &e))
		return damaged(wim, tree, "there is no tree", err);
	*folder = e.length ? e.folder : 0;
	return SPP_OK;
}

enum spp_status spp_wim_tree_load(const struct spp_wim *wim, unsigned int image,
				  struct spp_wim_tree *tree,
				  struct spp_error *err)
{
	const uint8_t *e = spp_wim_entry(wim, wim->metadata[image - 1]);
	struct spp_wim_resource resource;
	struct spp_wim_place place;
	enum spp_status st;

	tree->image = image;
	spp_wim_get_resource(e, &resource);
	if (resource.size > SPP_WIM_METADATA_MAX)
		return damaged(wim, tree, "the metadata are too long", err);
	place = spp_wim_whole(&resource);
	st = spp_wim_read(wim, &place, 0, place.size, &tree->bytes, err);
	return st ? st
		  : spp_wim_verify(wim, &tree->bytes, e + 30,
				   "the tree of an image", err);
}

enum spp_status spp_wim_tree_read(const struct spp_wim *wim, unsigned int image,
				  const struct spp_seek_query *query,
				  struct spp_wim_tree *tree,
				  struct spp_error *err)
{
	struct walk walk = { wim, tree, 0 };
	enum spp_status st = spp_wim_tree_load(wim, image, tree, err);

	if (!st)
		st = find_root(wim, tree, &walk.root, err);
	if (!st)
		st = find_hives(&walk, tree, query, err);
	return st;
}

void spp_wim_tree_release(struct spp_wim_tree *tree)
{
	int role, i;

	if (!tree)
		return;
	spp_wim_bytes_release(&tree->bytes);
	for (role = 0; role < SPP_SEEK_PATHS; role++)
		for (i = 0; i < SPP_WIM_FILES; i++)
			free(tree->file[role][i].path);
	*tree = (struct spp_wim_tree)SPP_WIM_TREE_INIT;
}

const char *spp_wim_file_odd(unsigned int flags)
{
	static const struct {
		unsigned int flag;
		const char *word;
	} words[] = {
		{ SPP_WIM_FILE_FOLDER, "a folder" },
		{ SPP_WIM_FILE_REPARSE, "a reparse point, which leads "
					"elsewhere" },
		{ SPP_WIM_FILE_ENCRYPTED, "encrypted" },
		{ SPP_WIM_FILE_ELSEWHERE, "stored in another WIM" },
		{ SPP_WIM_FILE_LINKS, "a hard link" },
		{ SPP_WIM_FILE_TWINS, "present twice, in different case" },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (flags & words[i].flag)
			return words[i].word;
	return NULL;
}
