/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/ntfs/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h> /* the headers of libntfs-3g in Debian 13 need it first */

#include <ntfs-3g/attrib.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/volume.h>

#include "hive/regf/pages.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Flags from the inode, since the library may refuse to open such an attribute.
 */
static unsigned int file_flags(const ntfs_inode *ni)
{
	static const struct {
		FILE_ATTR_FLAGS inode;
		unsigned int flag;
	} flags[] = {
		{ FILE_ATTR_COMPRESSED, SPP_FILE_COMPRESSED },
		{ FILE_ATTR_SPARSE_FILE, SPP_FILE_SPARSE },
		{ FILE_ATTR_ENCRYPTED, SPP_FILE_ENCRYPTED },
		{ FILE_ATTR_REPARSE_POINT, SPP_FILE_REPARSE },
	};
	unsigned int found = 0;
	size_t i;

	for (i = 0; i < COUNT(flags); i++)
		if (ni->flags & flags[i].inode)
			found |= flags[i].flag;
	return found;
}

/* Maps the runs of a file; a hole makes the file sparse. */
static enum spp_status map_file(ntfs_volume *vol, ntfs_attr *na,
				struct spp_volume_file *file,
				struct spp_error *err)
{
	const runlist_element *rl;
	size_t n = 0;

	if (ntfs_attr_map_whole_runlist(na))
		return spp_ntfs_fail(err, "find the parts of a hive");
	for (rl = na->rl; rl && rl->length; rl++)
		n++;
	if (n > SPP_EXTENTS_MAX)
		return spp_fail(err, SPP_LIMIT,
				"a hive is in more than %d parts",
				SPP_EXTENTS_MAX);
	file->extent = calloc(n + 1, sizeof(*file->extent));
	if (!file->extent)
		return spp_nomem(err);
	for (rl = na->rl; rl && rl->length; rl++) {
		if (rl->lcn < 0 || rl->length < 0) {
			file->flags |= SPP_FILE_SPARSE;
			break;
		}
		file->extent[file->extents++] = (struct spp_extent){
			(uint64_t)rl->lcn << vol->cluster_size_bits,
			(uint64_t)rl->length << vol->cluster_size_bits,
		};
	}
	return SPP_OK;
}

static enum spp_status read_resident(ntfs_attr *na,
				     struct spp_volume_file *file,
				     struct spp_error *err)
{
	if (file->size > SPP_RESIDENT_MAX)
		return spp_fail(err, SPP_CORRUPT,
				"an MFT record says that it holds %llu bytes",
				(unsigned long long)file->size);
	file->resident = calloc(1, SPP_RESIDENT_MAX);
	if (!file->resident)
		return spp_nomem(err);
	if (ntfs_attr_pread(na, 0, (s64)file->size, file->resident) !=
	    (s64)file->size)
		return spp_ntfs_fail(err, "read a file");
	return SPP_OK;
}

/* Checks that each cluster of the file is marked as used in $Bitmap. */
static enum spp_status check_allocation(ntfs_volume *vol,
					struct spp_volume_file *file,
					struct spp_error *err)
{
	uint64_t first, last, at;
	uint8_t bits[512];
	s64 start, n;
	size_t i;

	for (i = 0; i < file->extents; i++) {
		first = file->extent[i].off >> vol->cluster_size_bits;
		last = first + (file->extent[i].n >> vol->cluster_size_bits);
		for (at = first; at < last; at++) {
			start = (s64)(at / 8);
			if (at == first || at % (8 * sizeof(bits)) == 0) {
				start -= start % (s64)sizeof(bits);
				n = ntfs_attr_pread(vol->lcnbmp_na, start,
						    sizeof(bits), bits);
				if (n <= 0)
					return spp_ntfs_fail(err,
							     "read $Bitmap");
				memset(bits + n, 0, sizeof(bits) - (size_t)n);
			}
			if (!(bits[at / 8 % sizeof(bits)] >> at % 8 & 1))
				file->flags |= SPP_FILE_UNALLOCATED;
		}
	}
	return SPP_OK;
}

static enum spp_status read_attr(ntfs_volume *vol, ntfs_attr *na,
				 bool allocated, struct spp_volume_file *file,
				 struct spp_error *err)
{
	enum spp_status st;

	if (na->data_size < 0 || na->initialized_size < 0)
		return spp_fail(err, SPP_CORRUPT,
				"the MFT has a file of negative size");
	file->size = (uint64_t)na->data_size;
	file->valid = (uint64_t)na->initialized_size;
	if (!NAttrNonResident(na))
		return read_resident(na, file, err);
	/* The attribute has flags of its own, which the inode may lack. */
	if (na->data_flags & ATTR_COMPRESSION_MASK)
		file->flags |= SPP_FILE_COMPRESSED;
	if (na->data_flags & ATTR_IS_ENCRYPTED)
		file->flags |= SPP_FILE_ENCRYPTED;
	if (na->data_flags & ATTR_IS_SPARSE)
		file->flags |= SPP_FILE_SPARSE;
	if (file->flags)
		return SPP_OK;
	st = map_file(vol, na, file, err);
	if (!st && allocated)
		st = check_allocation(vol, file, err);
	return st;
}

static enum spp_status read_data(ntfs_volume *vol, ntfs_inode *ni,
				 bool allocated, struct spp_volume_file *file,
				 struct spp_error *err)
{
	ntfs_attr *na = ntfs_attr_open(ni, AT_DATA, AT_UNNAMED, 0);
	enum spp_status st;

	if (!na)
		return spp_ntfs_fail(err, "open a hive");
	st = read_attr(vol, na, allocated, file, err);
	ntfs_attr_close(na);
	return st;
}

static enum spp_status read_file(ntfs_volume *vol, uint64_t id, bool allocated,
				 struct spp_volume_file *file,
				 struct spp_error *err)
{
	ntfs_inode *ni = ntfs_inode_open(vol, id);
	enum spp_status st;

	if (!ni)
		return spp_ntfs_fail(err, "open a hive");
	file->there = true;
	file->reference =
		MK_MREF(ni->mft_no, le16_to_cpu(ni->mrec->sequence_number));
	file->flags |= file_flags(ni);
	/* A file that a map cannot read gets no map. */
	st = file->flags ? SPP_OK : read_data(vol, ni, allocated, file, err);
	ntfs_inode_close(ni);
	return st;
}

/* Finds and maps a hive and its logs. */
static enum spp_status read_hive(const struct spp_seek_tree *tree,
				 const struct spp_found *found, bool allocated,
				 struct spp_volume *volume,
				 struct spp_error *err)
{
	struct spp_volume_file *file = volume->file[found->path];
	enum spp_status st =
		read_file(tree->ctx, found->id, allocated, file, err);
	struct spp_seek_entry entry;
	bool there, twins;
	int log;

	for (log = 0; !st && log < SPP_LOG_COUNT; log++) {
		st = spp_seek_beside(tree, found,
				     spp_log_suffix((enum spp_log_name)log),
				     &entry, &there, &twins, err);
		if (st || !there)
			continue;
		if (twins)
			file[1 + log].flags |= SPP_FILE_TWINS;
		st = read_file(tree->ctx, entry.id, false, &file[1 + log], err);
	}
	return st;
}

static enum spp_status read_hives(ntfs_volume *vol,
				  const struct spp_seek_query *query,
				  bool allocated, struct spp_volume *volume,
				  struct spp_error *err)
{
	const struct spp_seek_tree tree = { vol, spp_ntfs_list };
	const struct spp_found *chosen[SPP_SEEK_PATHS];
	enum spp_status st;
	size_t i, many;

	st = spp_seek_run(&tree, FILE_root, query, 0, &volume->seek, err);
	if (st)
		return st;
	spp_seek_choose(&volume->seek, query, chosen, &many);
	for (i = 0; !st && i < SPP_SEEK_PATHS; i++)
		if (chosen[i])
			st = read_hive(&tree, chosen[i], allocated, volume,
				       err);
	return st;
}

enum spp_status spp_ntfs_probe(const struct spp_ntfs_io *io,
			       const struct spp_seek_query *query,
			       bool allocated, struct spp_volume *volume,
			       struct spp_error *err)
{
	struct spp_ntfs_device device = { .io = io };
	ntfs_volume *vol;
	enum spp_status st;

	st = spp_ntfs_mount(&device, false, &vol, err);
	if (st)
		return st;
	st = spp_ntfs_facts(io, vol, &volume->facts, err);
	if (!st)
		st = read_hives(vol, query, allocated, volume, err);
	ntfs_umount(vol, FALSE);
	return st;
}

static enum spp_status write_run(ntfs_attr *na, struct spp_pages *pages,
				 uint64_t off, size_t n, struct spp_error *err)
{
	const uint8_t *data = spp_pages_at(pages, off, n, err);
	s64 put;

	if (!data)
		return SPP_IO;
	for (; n; off += (uint64_t)put, data += put, n -= (size_t)put) {
		errno = EIO;
		put = ntfs_attr_pwrite(na, (s64)off, (s64)n, data);
		if (put > 0)
			continue;
		if (errno == ENOSPC)
			return spp_fail(err, SPP_REFUSED,
					"the volume is full; make room on it "
					"first");
		return spp_ntfs_fail(err, "write a hive");
	}
	return SPP_OK;
}

static enum spp_status write_file(ntfs_volume *vol,
				  const struct spp_volume_edit *edit,
				  struct spp_error *err)
{
	ntfs_inode *ni = ntfs_inode_open(vol, edit->file->reference);
	ntfs_attr *na = ni ? ntfs_attr_open(ni, AT_DATA, AT_UNNAMED, 0) : NULL;
	enum spp_status st = na ? SPP_OK : spp_ntfs_fail(err, "open a hive");
	uint64_t off = 0;
	size_t n;

	for (; !st && (n = spp_pages_dirty(edit->pages, &off)); off += n)
		st = write_run(na, edit->pages, off, n, err);
	if (na)
		ntfs_attr_close(na);
	if (ni && ntfs_inode_close(ni) && !st)
		st = spp_ntfs_fail(err, "complete a hive");
	return st;
}

enum spp_status spp_ntfs_write(const struct spp_ntfs_io *io,
			       const struct spp_volume_edit *edits,
			       size_t count, struct spp_error *err)
{
	struct spp_ntfs_device device = { .io = io };
	ntfs_volume *vol;
	enum spp_status st;
	size_t i;

	st = spp_ntfs_mount(&device, true, &vol, err);
	if (st)
		return st;
	for (i = 0; !st && i < count; i++)
		st = write_file(vol, &edits[i], err);
	if (ntfs_umount(vol, FALSE) && !st)
		st = spp_ntfs_fail(err, "close the volume");
	return st;
}
