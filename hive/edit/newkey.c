/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/newkey.h"

#include <string.h>

#include "hive/base/bytes.h"
#include "hive/edit/second_opinion.h"
#include "hive/regf/tmpfile.h"

/* Finds the deepest existing key of path; *rest is the missing part. */
static enum spp_status deepest(struct spp_regf *hive, const char *path,
			       struct spp_key *key, const char **rest,
			       struct spp_error *err)
{
	enum spp_status st = spp_regf_key(hive, hive->base.root, key, err);
	struct spp_key next;
	size_t n;

	for (*rest = path; !st && **rest;) {
		n = strcspn(*rest, "\\");
		st = spp_key_subkey(hive, key, *rest, n, &next, err);
		if (st == SPP_NOTFOUND)
			return SPP_OK;
		*key = next;
		*rest += (*rest)[n] ? n + 1 : n;
	}
	return st;
}

static enum spp_status check_names(const char *path, unsigned int *count,
				   struct spp_error *err)
{
	const char *at = path;
	size_t n, i;

	for (*count = 0; *at; ++*count) {
		n = strcspn(at, "\\");
		if (!n || n > SPP_KEY_NAME_MAX)
			return spp_fail(err, SPP_INVALID,
					"'%s' has a key name of %zu characters",
					path, n);
		for (i = 0; i < n; i++)
			if ((unsigned char)at[i] < 0x20 ||
			    (unsigned char)at[i] > 0x7e)
				return spp_fail(err, SPP_INVALID,
						"cannot create the key '%s': "
						"its name is not ASCII",
						path);
		at += at[n] ? n + 1 : n;
	}
	return SPP_OK;
}

/* Enters in the ledger what libhivex may change of existing cells. */
static enum spp_status allow_changes(struct spp_edit *edit,
				     const struct spp_key *was,
				     struct spp_error *err)
{
	static const struct {
		uint8_t at, n;
	} fields[] = { { SPP_NK_SUBKEYS, 4 },
		       { SPP_NK_SUBKEY_LIST, 4 },
		       { SPP_NK_MAX_SUBKEY, 4 } };
	const struct spp_regf *hive = edit->cells.hive;
	struct spp_ranges *ledger = &edit->cells.ledger;
	uint64_t nk = spp_file_offset(was->offset) + 4;
	enum spp_status st = SPP_OK;
	struct spp_subkeys it;
	struct spp_cell cell;
	size_t i;

	for (i = 0; !st && i < sizeof(fields) / sizeof(fields[0]); i++)
		st = spp_ranges_add(ledger, nk + fields[i].at, fields[i].n,
				    err);
	if (!st)
		st = spp_ranges_add(ledger,
				    spp_file_offset(was->security) + 4 +
					    SPP_SK_REFERENCES,
				    4, err);
	if (st || !was->subkeys)
		return st;
	/*
	 * libhivex replaces a list: frees its cell and changes the root's
	 * pointer.
	 */
	if (!spp_regf_cell(hive, was->subkey_list, SPP_LIST_HEAD, &cell, err))
		st = spp_ranges_add(ledger, spp_file_offset(cell.offset),
				    cell.size + 4, err);
	spp_subkeys_begin(&it, hive, was);
	while (!st && !(st = spp_subkeys_next(&it, err)))
		if (!it.index)
			st = spp_ranges_add(ledger, spp_file_offset(it.leaf), 4,
					    err);
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

/* Before version 1.5 a list holds the first characters of names, not hashes. */
static enum spp_status put_hints(struct spp_edit *edit,
				 const struct spp_key *key,
				 struct spp_error *err)
{
	const struct spp_regf *hive = edit->cells.hive;
	struct spp_subkeys it;
	enum spp_status st;
	struct spp_key sub;
	uint8_t *p;

	if (hive->base.minor >= 5)
		return SPP_OK;
	spp_subkeys_begin(&it, hive, key);
	while (!(st = spp_subkeys_next(&it, err))) {
		if (it.kind != 'h' || key->subkeys != 1)
			continue;
		st = spp_regf_key(hive, it.key, &sub, err);
		p = st ? NULL
		       : spp_cells_payload(&edit->cells, it.leaf, 0, 12, err);
		if (!p)
			return SPP_CORRUPT;
		memcpy(p, "lf", 2);
		spp_put32(p + 8, spp_name_hint(&sub.name));
	}
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

/* Raises the longest subkey name, which is one half of its field. */
static enum spp_status raise_maximum(struct spp_edit *edit,
				     const struct spp_key *key, uint16_t was,
				     const char *name, struct spp_error *err)
{
	size_t bytes = 2 * strcspn(name, "\\");
	uint8_t *p = spp_cells_payload(&edit->cells, key->offset,
				       SPP_NK_MAX_SUBKEY, 2, err);

	if (!p)
		return SPP_CORRUPT;
	spp_put16(p, bytes > was ? (uint16_t)bytes : was);
	return SPP_OK;
}

/* Completes the new keys from parent downwards; path: the created part. */
static enum spp_status complete_keys(struct spp_edit *edit,
				     const struct spp_key *was,
				     const char *path, struct spp_error *err)
{
	const struct spp_regf *hive = edit->cells.hive;
	uint16_t longest = (uint16_t)was->max_subkey_name;
	struct spp_key key = *was;
	enum spp_status st;
	uint8_t *p;

	st = spp_regf_key(hive, was->offset, &key, err);
	while (!st) {
		p = spp_cells_payload(&edit->cells, key.offset, SPP_NK_TIME, 8,
				      err);
		if (!p)
			return SPP_CORRUPT;
		spp_put64(p, edit->now);
		if (!*path)
			return SPP_OK;
		st = raise_maximum(edit, &key, longest, path, err);
		if (!st)
			st = put_hints(edit, &key, err);
		if (!st)
			st = spp_key_subkey(edit->cells.hive, &key, path,
					    strcspn(path, "\\"), &key, err);
		path += strcspn(path, "\\");
		path += *path == '\\';
		longest = 0;
	}
	return spp_fail(err, SPP_BUG, "the created key is not there");
}

/* The parent must have its old subkeys and one more, in order. */
static enum spp_status check_subkeys(const struct spp_regf *hive,
				     const struct spp_key *key,
				     const uint32_t *was, uint32_t count,
				     struct spp_error *err)
{
	struct spp_key sub, before = { 0 };
	bool extra = false, first = true;
	struct spp_subkeys it;
	enum spp_status st;
	uint32_t i = 0;

	spp_subkeys_begin(&it, hive, key);
	while (!(st = spp_subkeys_next(&it, err))) {
		if (i < count && it.key == was[i])
			i++;
		else if (extra)
			break;
		else
			extra = true;
		st = spp_regf_key(hive, it.key, &sub, err);
		if (st)
			return st;
		if (!first && spp_name_cmp(&before.name, &sub.name) >= 0)
			return spp_fail(err, SPP_CORRUPT,
					"the subkeys beside the new key are "
					"not in Windows' order");
		before = sub;
		first = false;
	}
	if (st != SPP_NOTFOUND || i != count || !extra)
		return spp_fail(err, SPP_BUG,
				"libhivex lost a subkey beside the new key");
	return SPP_OK;
}

/* Appends the offsets of all subkeys to a buffer, as an array. */
static enum spp_status list_subkeys(const struct spp_regf *hive,
				    const struct spp_key *key,
				    struct spp_buf *out, struct spp_error *err)
{
	struct spp_subkeys it;
	enum spp_status st;

	spp_subkeys_begin(&it, hive, key);
	while (!(st = spp_subkeys_next(&it, err))) {
		st = spp_buf_append(out, &it.key, sizeof(it.key), err);
		if (st)
			return st;
	}
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

/* Passes the pages through libhivex and takes over its result. */
static enum spp_status through_libhivex(struct spp_edit *edit, uint32_t parent,
					const char *path, int dirfd,
					struct spp_error *err)
{
	struct spp_tmpfile CLEANUP(spp_tmpfile_close) scratch =
		SPP_TMPFILE_INIT;
	struct spp_regf *hive = edit->cells.hive;
	uint32_t had = hive->base.bins_size;
	struct spp_source source;
	enum spp_status st;
	const uint8_t *head;

	st = spp_tmpfile_open(&scratch, dirfd, err);
	if (!st)
		st = spp_tmpfile_fill(&scratch, hive->pages, err);
	if (!st)
		st = spp_second_opinion_create(scratch.fd, parent, path, err);
	if (!st)
		st = spp_fd_source(&scratch.fd, &source, err);
	if (!st && source.size < spp_pages_size(hive->pages))
		st = spp_fail(err, SPP_BUG, "libhivex shortened the hive");
	if (!st)
		st = spp_pages_assign(hive->pages, &source, err);
	head = st ? NULL : spp_pages_at(hive->pages, 0, 512, err);
	if (!head)
		return st ? st : SPP_IO;
	st = spp_base_read(head, 512, &hive->base, err);
	if (!st)
		st = spp_ranges_add(&edit->cells.ledger, spp_file_offset(had),
				    hive->base.bins_size - had, err);
	return st;
}

/*
 *	pages ---> scratch file ---> libhivex (child) ---> scratch file
 *	  ^                                                     |
 *	  '---- complete_keys <- check_subkeys <- pages <-------'
 *
 * allow_changes() enters in the ledger, before libhivex runs, what it may
 * change of existing cells.
 */
enum spp_status spp_newkey_create(struct spp_edit *edit, const char *path,
				  int dirfd, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) subkeys = SPP_BUF_INIT;
	struct spp_regf *hive = edit->cells.hive;
	struct spp_key parent, now;
	unsigned int count;
	enum spp_status st;
	const char *rest;

	st = deepest(hive, path, &parent, &rest, err);
	if (st || !*rest)
		return st;
	st = check_names(rest, &count, err);
	if (st)
		return st;
	st = list_subkeys(hive, &parent, &subkeys, err);
	if (st)
		return st;
	st = allow_changes(edit, &parent, err);
	if (st)
		return st;
	st = through_libhivex(edit, parent.offset, rest, dirfd, err);
	if (st)
		return st;
	st = spp_regf_key(hive, parent.offset, &now, err);
	if (st)
		return st;
	st = check_subkeys(hive, &now, (const uint32_t *)subkeys.data,
			   (uint32_t)(subkeys.size / 4), err);
	return st ? st : complete_keys(edit, &parent, rest, err);
}
