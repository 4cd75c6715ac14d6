/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state in which Windows left a volume. */
#include "hive/ntfs/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h> /* the headers of libntfs-3g in Debian 13 need it first */

#include <ntfs-3g/attrib.h>
#include <ntfs-3g/dir.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/logfile.h>
#include <ntfs-3g/volume.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Reads a few bytes at the start of a file's unnamed data. */
static s64 read_start(ntfs_inode *ni, void *buf, s64 n)
{
	ntfs_attr *na = ntfs_attr_open(ni, AT_DATA, AT_UNNAMED, 0);
	s64 got = na ? ntfs_attr_pread(na, 0, n, buf) : -1;

	if (na)
		ntfs_attr_close(na);
	return got;
}

/*
 * Windows writes its memory to hiberfil.sys and marks the file: "hibr", in
 * capitals since Windows 8; "rstr" while it reads it back; "wake" after that.
 * The library knows only the first mark.
 */
static enum spp_status check_hibernation(ntfs_volume *vol, bool *hibernated,
					 struct spp_error *err)
{
	static const char *const marks[] = { "hibr", "HIBR", "rstr", "RSTR" };
	char head[4] = "";
	ntfs_inode *ni;
	size_t i;

	*hibernated = false;
	if (ntfs_volume_check_hiberfile(vol, 0)) {
		if (errno != EPERM)
			return spp_ntfs_fail(err, "read hiberfil.sys");
		*hibernated = true;
		return SPP_OK;
	}
	ni = ntfs_pathname_to_inode(vol, NULL, "hiberfil.sys");
	if (!ni)
		return SPP_OK;
	if (read_start(ni, head, sizeof(head)) == sizeof(head))
		for (i = 0; i < COUNT(marks); i++)
			*hibernated |= !memcmp(head, marks[i], sizeof(head));
	ntfs_inode_close(ni);
	return SPP_OK;
}

/*
 * Version 2.0 is what Windows 8 and later write while they use the volume, and
 * leave there if they intend to resume.
 */
static enum spp_volume_log judge_log(ntfs_attr *na)
{
	RESTART_PAGE_HEADER *rp = NULL;
	enum spp_volume_log log = SPP_VOLUME_LOG_CLEAN;

	if (!ntfs_check_logfile(na, &rp) || !ntfs_is_logfile_clean(na, rp))
		log = SPP_VOLUME_LOG_UNCLEAN;
	if (rp && le16_to_cpu(rp->major_ver) == 2 &&
	    le16_to_cpu(rp->minor_ver) == 0)
		log = SPP_VOLUME_LOG_CACHED;
	free(rp);
	return log;
}

static enum spp_status check_log(ntfs_volume *vol, enum spp_volume_log *log,
				 struct spp_error *err)
{
	ntfs_inode *ni = ntfs_inode_open(vol, FILE_LogFile);
	ntfs_attr *na = ni ? ntfs_attr_open(ni, AT_DATA, AT_UNNAMED, 0) : NULL;
	enum spp_status st = SPP_OK;

	if (na)
		*log = judge_log(na);
	else
		st = spp_ntfs_fail(err, "read $LogFile");
	if (na)
		ntfs_attr_close(na);
	if (ni)
		ntfs_inode_close(ni);
	return st;
}

/*
 * Reads the serial number from the boot sector; the library does not keep it.
 */
static enum spp_status read_serial(const struct spp_ntfs_io *io,
				   uint64_t *serial, struct spp_error *err)
{
	uint8_t bytes[8];
	enum spp_status st = io->read(io->ctx, 72, bytes, sizeof(bytes), err);

	if (!st)
		*serial = spp_get64(bytes);
	return st;
}

/* The volume's label as stored, not as a locale would convert it. */
static void read_label(ntfs_volume *vol, char *label, size_t room)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	uint8_t name[64];
	s64 size = 0;
	void *raw;

	raw = ntfs_attr_readall(vol->vol_ni, AT_VOLUME_NAME, AT_UNNAMED, 0,
				&size);
	if (raw && size > 0) {
		size = size > (s64)sizeof(name) ? (s64)sizeof(name) : size;
		memcpy(name, raw, (size_t)size);
		if (!spp_utf16_show(name, (size_t)size, &text, NULL, NULL))
			snprintf(label, room, "%s", spp_buf_text(&text));
	}
	free(raw);
}

enum spp_status spp_ntfs_facts(const struct spp_ntfs_io *io, ntfs_volume *vol,
			       struct spp_volume_facts *facts,
			       struct spp_error *err)
{
	enum spp_status st = read_serial(io, &facts->serial, err);

	facts->cluster = vol->cluster_size;
	facts->sector = vol->sector_size;
	facts->major = vol->major_ver;
	facts->minor = vol->minor_ver;
	facts->dirty = (vol->flags & VOLUME_IS_DIRTY) != 0;
	if (!st)
		st = check_hibernation(vol, &facts->hibernated, err);
	if (!st)
		st = check_log(vol, &facts->log, err);
	if (!st)
		read_label(vol, facts->label, sizeof(facts->label));
	return st;
}
