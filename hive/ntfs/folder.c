/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the entries of a folder whose names differ only in case. */
#include "hive/ntfs/private.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h> /* the headers of libntfs-3g in Debian 13 need it first */

#include <ntfs-3g/attrib.h>
#include <ntfs-3g/dir.h>
#include <ntfs-3g/index.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/unistr.h>
#include <ntfs-3g/volume.h>

#include "hive/base/utf16.h"

/*
 * The place of a name in a folder's index.  Entries are sorted by their names
 * in capitals, and equal ones by their bytes, so the name in capitals comes
 * before those in any other case.
 */
struct index_key {
	size_t n; /* of the name */
	union {
		FILE_NAME_ATTR name;
		uint8_t room[sizeof(FILE_NAME_ATTR) +
			     (size_t)2 * SPP_SEEK_NAME];
	} u;
};

/* The structure is packed; the names in it are aligned all the same. */
static ntfschar *text_of(const FILE_NAME_ATTR *name)
{
	return (ntfschar *)((uintptr_t)name +
			    offsetof(FILE_NAME_ATTR, file_name));
}

static int make_key(struct index_key *key, const char *name)
{
	ntfschar *text = text_of(&key->u.name);
	size_t i;

	memset(key, 0, sizeof(*key));
	key->n = strlen(name);
	key->u.name.file_name_length = (u8)key->n;
	for (i = 0; i < key->n; i++)
		text[i] = cpu_to_le16((u16)toupper((unsigned char)name[i]));
	return (int)(sizeof(key->u.name) + key->n * sizeof(*text));
}

static bool is_named(const ntfs_volume *vol, const FILE_NAME_ATTR *is,
		     const struct index_key *key)
{
	return ntfs_names_are_equal(text_of(is), is->file_name_length,
				    text_of(&key->u.name), key->n, IGNORE_CASE,
				    vol->upcase, vol->upcase_len);
}

/* Whether the entry is only the short name of a file already listed. */
static bool is_alias(struct spp_seek_list *list, uint64_t id)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->entry[i].id == id)
			return true;
	return false;
}

static enum spp_status add_entry(ntfs_volume *vol, const INDEX_ENTRY *ie,
				 struct spp_seek_list *list,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const FILE_NAME_ATTR *name = &ie->key.file_name;
	uint64_t id = le64_to_cpu(ie->indexed_file);
	ntfs_inode *ni;
	enum spp_status st;
	bool folder;

	if (name->file_name_type == FILE_NAME_DOS && is_alias(list, id))
		return SPP_OK;
	ni = ntfs_inode_open(vol, id);
	if (!ni)
		return spp_ntfs_fail(err, "look for a hive");
	folder = ni->mrec->flags & MFT_RECORD_IS_DIRECTORY;
	/* A folder that is a reparse point has no entries of its own. */
	if (folder && ni->flags & FILE_ATTR_REPARSE_POINT) {
		ntfs_inode_close(ni);
		return SPP_OK;
	}
	ntfs_inode_close(ni);
	st = spp_utf16_show((const uint8_t *)text_of(name),
			    (size_t)name->file_name_length * 2, &text, NULL,
			    err);
	return st ? st
		  : spp_seek_add(list, id, folder, spp_buf_text(&text), err);
}

static enum spp_status list_index(ntfs_volume *vol, ntfs_index_context *index,
				  const char *name, struct spp_seek_list *list,
				  struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct index_key key;
	INDEX_ENTRY *ie;

	if (ntfs_index_lookup(&key.u, make_key(&key, name), index) &&
	    errno != ENOENT)
		return spp_ntfs_fail(err, "look for a hive");
	ie = index->entry;
	/*
	 * If the name is missing, this is the entry after it, or the end of a
	 * block.
	 */
	if (ie && ie->ie_flags & INDEX_ENTRY_END)
		ie = ntfs_index_next(ie, index);
	while (!st && ie && is_named(vol, &ie->key.file_name, &key)) {
		st = add_entry(vol, ie, list, err);
		ie = ntfs_index_next(ie, index);
	}
	if (!st && index->bad_index)
		st = spp_fail(err, SPP_CORRUPT, "a folder is damaged");
	return st;
}

enum spp_status spp_ntfs_list(void *ctx, uint64_t folder, const char *name,
			      struct spp_seek_list *list, struct spp_error *err)
{
	ntfs_volume *vol = ctx;
	ntfs_inode *ni = ntfs_inode_open(vol, folder);
	ntfs_index_context *index;
	enum spp_status st;

	if (!ni)
		return spp_ntfs_fail(err, "look for a hive");
	index = ntfs_index_ctx_get(ni, NTFS_INDEX_I30, 4);
	st = index ? list_index(vol, index, name, list, err)
		   : spp_ntfs_fail(err, "look for a hive");
	if (index)
		ntfs_index_ctx_put(index);
	ntfs_inode_close(ni);
	return st;
}
