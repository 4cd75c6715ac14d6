/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libntfs-3g may write when a hive grows, and what it may not. */
#include "hive/ntfs/footprint.h"

#include <stdio.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/ntfs/mft.h"
#include "tests/editing.h"
#include "tests/unit.h"
#include "tests/volume_bed.h"

#define OUTSIDE "outside of what it may touch"

/* Records of the MFT. */
#define MFT_MIRR 1
#define VOLUME	 3
#define BITS	 6

/* A volume whose SOFTWARE hive has grown, and its structures after that. */
struct bench {
	struct volume_bed bed;
	struct spp_mft mft;
};

static bool set_up(struct bench *b, const char *name)
{
	struct spp_error err = SPP_ERROR_INIT;
	char path[UNIT_PATH];

	if (!editing_volume(name, ""))
		return false;
	unit_path(path, name);
	volume_bed_open(&b->bed, path);
	volume_bed_grow(&b->bed, SPP_ROLE_SOFTWARE, 65536);
	CU_ASSERT_EQUAL(volume_bed_check(&b->bed, &err), SPP_OK);
	b->mft = (struct spp_mft){ .disk = b->bed.is,
				   .size = b->bed.disk.base.size };
	CU_ASSERT_EQUAL_FATAL(spp_mft_open(&b->mft, NULL), SPP_OK);
	return true;
}

static void tear_down(struct bench *b)
{
	spp_mft_release(&b->mft);
	volume_bed_close(&b->bed);
}

/* One bit more changes at off: is that refused? */
static bool is_refused(struct bench *b, uint64_t off, uint8_t flip)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_overlay *is = b->bed.is;
	enum spp_status st;
	uint8_t byte;

	spp_overlay_read(is, off, &byte, 1, NULL);
	byte ^= flip;
	spp_overlay_write(is, off, &byte, 1, NULL);
	st = volume_bed_check(&b->bed, &err);
	byte ^= flip;
	spp_overlay_write(is, off, &byte, 1, NULL);
	return st == SPP_CORRUPT && strstr(err.text, OUTSIDE);
}

/* Where the first run of a file's data is. */
static uint64_t data_of(struct bench *b, uint64_t number)
{
	struct spp_mft_file file = SPP_MFT_FILE_INIT;
	uint64_t off;

	CU_ASSERT_EQUAL_FATAL(spp_mft_file(&b->mft, number, &file, NULL),
			      SPP_OK);
	CU_ASSERT_FATAL(file.runs > 0);
	off = file.run->lcn * b->mft.cluster;
	spp_mft_file_release(&file);
	return off;
}

/*
 * The entry of a hive in its folder; 0: there is none.  The last two bytes of a
 * reference may be those by which a sector ends.
 */
static uint64_t entry_of(struct bench *b, enum spp_role role)
{
	const uint64_t reference = b->bed.volume.file[role]->reference;
	uint64_t off, most = b->bed.disk.base.size - 0x60;

	for (off = 0; off < most; off += 8)
		if (!((spp_get64(b->bed.disk.data + off) ^ reference) << 16) &&
		    spp_get16(b->bed.disk.data + off + 0x52) == 'S')
			return off;
	return 0;
}

static void bytes_of_others(void)
{
	uint64_t own, other, bits, record;
	struct bench b;

	if (!set_up(&b, "others.raw"))
		return;
	record = b.mft.start + VOLUME * (uint64_t)b.mft.record;
	CU_ASSERT_TRUE(is_refused(&b, record + 22, 1)); /* no longer in use */
	CU_ASSERT_TRUE(is_refused(&b, record + 100, 1));
	CU_ASSERT_TRUE(is_refused(&b, data_of(&b, MFT_MIRR) + 100, 1));
	bits = data_of(&b, BITS);
	CU_ASSERT_TRUE(is_refused(&b, bits, 1)); /* of the boot sector */
	CU_ASSERT_TRUE(is_refused(&b, b.bed.disk.base.size - 1, 1));
	/* Times and sizes in the folder are copies, each of one hive. */
	own = entry_of(&b, SPP_ROLE_SOFTWARE);
	other = entry_of(&b, SPP_ROLE_SYSTEM);
	CU_ASSERT_FATAL(own && other && own != other);
	CU_ASSERT_FALSE(is_refused(&b, own + 0x38, 1));
	CU_ASSERT_TRUE(is_refused(&b, other + 0x38, 1));
	CU_ASSERT_TRUE(is_refused(&b, own + 0x52, 1)); /* its name */
	tear_down(&b);
}

/* A cluster that the hive got was in use before: it is of another file. */
static void clusters_of_others(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	uint64_t bits, cluster, lcn, i, size;
	struct bench b;
	uint8_t *map, is;

	if (!set_up(&b, "clusters.raw"))
		return;
	bits = data_of(&b, BITS);
	cluster = b.mft.cluster;
	size = b.bed.disk.base.size / cluster / 8;
	map = b.bed.disk.data + bits;
	for (lcn = 0, i = 0; !lcn && i < size; i++) {
		spp_overlay_read(b.bed.is, bits + i, &is, 1, NULL);
		if (is & ~map[i])
			for (lcn = i * 8; !((is & ~map[i]) >> lcn % 8 & 1);)
				lcn++;
	}
	CU_ASSERT_FATAL(lcn > 0);
	map[lcn / 8] |= (uint8_t)(1 << lcn % 8);
	CU_ASSERT_EQUAL(volume_bed_check(&b.bed, &err), SPP_CORRUPT);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "libntfs-3g took clusters of another file; "
			       "nothing was changed");
	map[lcn / 8] ^= (uint8_t)(1 << lcn % 8);
	CU_ASSERT_EQUAL(volume_bed_check(&b.bed, NULL), SPP_OK);
	tear_down(&b);
}

/* Two hives that have the same clusters. */
static void clusters_twice(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_volume_edit twice[2];
	struct bench b;

	if (!set_up(&b, "twice.raw"))
		return;
	twice[0] =
		(struct spp_volume_edit){ b.bed.volume.file[SPP_ROLE_SOFTWARE],
					  NULL };
	twice[1] = twice[0];
	CU_ASSERT_EQUAL(spp_footprint_check(b.bed.was, b.bed.is, &b.bed.volume,
					    twice, 2, &err),
			SPP_CORRUPT);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "libntfs-3g gave a cluster to two files; "
			       "nothing was changed");
	tear_down(&b);
}

static const struct unit_test tests[] = {
	{ "bytes of others", bytes_of_others },
	{ "clusters of others", clusters_of_others },
	{ "clusters twice", clusters_twice },
	{ NULL, NULL },
};

const struct unit_suite unit_footprint = { "footprint", tests };
