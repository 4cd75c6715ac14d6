/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers of qcow2 and VHDX, number by number. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/image/format.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KIB	 1024
#define CLUSTER	 512

static uint8_t image[300 * KIB];
static size_t image_size;

static void put(size_t off, uint64_t value, size_t size, bool big)
{
	size_t i;

	for (i = 0; i < size; i++)
		image[off + i] =
			(uint8_t)(value >> 8 * (big ? size - 1 - i : i));
}

/* What is said of the image as it is; *c is to be released. */
static enum spp_status judge(struct spp_image_format *c,
			     enum spp_target_kind kind)
{
	enum spp_status st;

	*c = (struct spp_image_format)SPP_IMAGE_FORMAT_INIT;
	c->fd = memfd_create("image", MFD_CLOEXEC);
	CU_ASSERT_FATAL(c->fd >= 0);
	CU_ASSERT_EQUAL(write(c->fd, image, image_size), (ssize_t)image_size);
	c->label = "image";
	c->file_size = image_size;
	c->kind = kind;
	st = spp_image_format_read(c, NULL);
	close(c->fd);
	return st;
}

/*
 * qcow2 of version 3 in 16 clusters: 0 header  1 refcount table  2 its block
 * 3 L1 table  4 L2 table  5 data  6 the directory of bitmaps.
 */
static void make_qcow2(void)
{
	size_t i;

	memset(image, 0, sizeof(image));
	image_size = 16 * CLUSTER;
	memcpy(image, "QFI\xfb", 4);
	put(4, 3, 4, true);
	put(20, 9, 4, true);		/* bits of a cluster */
	put(24, 64 * CLUSTER, 8, true); /* size of the disk */
	put(36, 1, 4, true);		/* entries of L1 */
	put(40, 3 * CLUSTER, 8, true);
	put(48, 1 * CLUSTER, 8, true);
	put(56, 1, 4, true);
	put(96, 4, 4, true);
	put(100, 104, 4, true);
	put(CLUSTER, 2 * CLUSTER, 8, true);
	for (i = 0; i < 16; i++)
		put(2 * CLUSTER + 2 * i, 1, 2, true);
	put(3 * CLUSTER, 4 * CLUSTER | 1ull << 63, 8, true);
	put(4 * CLUSTER, 5 * CLUSTER | 1ull << 63, 8, true);
}

/* What is put into the image before it is judged. */
struct poke {
	size_t off, size;
	uint64_t value;
};

#define EXT    0xe2792acaull /* format of the backing file */
#define DATA   0x44415441ull
#define BITMAP 0x23852875ull

static const struct {
	const char *name;
	struct poke poke[6];
	enum spp_status status;
	unsigned int flags;
} qcow2s[] = {
	{ "good", { { 0, 0, 0 } }, SPP_OK, 0 },
	{ "another format", { { 0, 4, 0x51464930 } }, SPP_NOTHIVE, 0 },
	{ "version 4", { { 4, 4, 4 } }, SPP_UNSUPPORTED, 0 },
	{ "version 1", { { 4, 4, 1 } }, SPP_UNSUPPORTED, 0 },
	{ "version 2", { { 4, 4, 2 }, { 72, 8, 0 } }, SPP_OK, 0 },
	{ "encrypted", { { 32, 4, 2 } }, SPP_OK, SPP_IMAGE_ENCRYPTED },
	{ "snapshots", { { 60, 4, 3 } }, SPP_OK, SPP_IMAGE_SNAPSHOTS },
	{ "not closed", { { 72, 8, 1 } }, SPP_OK, SPP_IMAGE_OPEN },
	{ "corrupt", { { 72, 8, 2 } }, SPP_OK, SPP_IMAGE_CORRUPT },
	{ "data elsewhere", { { 72, 8, 4 } }, SPP_OK, SPP_IMAGE_DATA_FILE },
	{ "compression", { { 72, 8, 8 } }, SPP_OK, 0 },
	{ "extended L2", { { 72, 8, 16 } }, SPP_OK, 0 },
	{ "later feature", { { 72, 8, 32 } }, SPP_UNSUPPORTED, 0 },
	{ "last feature", { { 72, 8, 1ull << 63 } }, SPP_UNSUPPORTED, 0 },

	{ "backing file",
	  { { 8, 8, 200 }, { 16, 4, 4 }, { 200, 4, 0x61626364 } },
	  SPP_OK,
	  SPP_IMAGE_BACKING },
	{ "backing file without a name",
	  { { 8, 8, 200 }, { 16, 4, 0 } },
	  SPP_CORRUPT,
	  0 },
	{ "backing file with too long a name",
	  { { 8, 8, 200 }, { 16, 4, 1024 } },
	  SPP_CORRUPT,
	  0 },
	{ "backing file with a NUL in its name",
	  { { 8, 8, 200 }, { 16, 4, 4 }, { 200, 4, 0x61006364 } },
	  SPP_CORRUPT,
	  SPP_IMAGE_BACKING },
	{ "backing file named after the end",
	  { { 8, 8, 1 << 20 }, { 16, 4, 4 } },
	  SPP_TRUNCATED,
	  SPP_IMAGE_BACKING },

	{ "format of the backing file",
	  { { 104, 4, EXT }, { 108, 4, 3 }, { 112, 3, 0x726177 } },
	  SPP_OK,
	  0 },
	{ "long format of the backing file",
	  { { 104, 4, EXT }, { 108, 4, 16 } },
	  SPP_CORRUPT,
	  0 },
	{ "extension for a data file",
	  { { 104, 4, DATA }, { 108, 4, 8 } },
	  SPP_OK,
	  SPP_IMAGE_DATA_FILE },
	{ "extension past the end",
	  { { 104, 4, 1 }, { 108, 4, UINT32_MAX } },
	  SPP_CORRUPT,
	  0 },
	{ "extensions after the end",
	  { { 100, 4, 1 << 30 } },
	  SPP_TRUNCATED,
	  0 },
	{ "unknown extension", { { 104, 4, 1 }, { 108, 4, 4 } }, SPP_OK, 0 },

	{ "bitmap in use",
	  { { 104, 4, BITMAP },
	    { 108, 4, 24 },
	    { 120, 8, 24 },
	    { 128, 8, 6 * CLUSTER },
	    { 6 * CLUSTER + 12, 4, 1 } },
	  SPP_OK,
	  0 },
	{ "short list of bitmaps",
	  { { 104, 4, BITMAP }, { 108, 4, 16 } },
	  SPP_CORRUPT,
	  0 },
	{ "bitmaps past the end",
	  { { 104, 4, BITMAP },
	    { 108, 4, 24 },
	    { 120, 8, 100 },
	    { 128, 8, 16 * CLUSTER - 99 } },
	  SPP_CORRUPT,
	  0 },
	{ "too many bitmaps",
	  { { 104, 4, BITMAP }, { 108, 4, 24 }, { 120, 8, 1ull << 40 } },
	  SPP_CORRUPT,
	  0 },
	{ "name of a bitmap longer than their list",
	  { { 104, 4, BITMAP },
	    { 108, 4, 24 },
	    { 120, 8, 24 },
	    { 128, 8, 6 * CLUSTER },
	    { 6 * CLUSTER + 18, 2, 0xffff } },
	  SPP_CORRUPT,
	  0 },

	{ "clusters of 256", { { 20, 4, 8 } }, SPP_CORRUPT, 0 },
	{ "clusters of 4 MiB", { { 20, 4, 22 } }, SPP_CORRUPT, 0 },
	{ "refcounts of 128 bits", { { 96, 4, 7 } }, SPP_CORRUPT, 0 },
	{ "refcounts of a byte, lost clusters", { { 96, 4, 3 } }, SPP_OK, 0 },
	{ "refcounts of a byte, with snapshots",
	  { { 96, 4, 3 }, { 60, 4, 1 } },
	  SPP_TRUNCATED,
	  SPP_IMAGE_SNAPSHOTS },
	{ "refcounts past the limit", { { 56, 4, 16385 } }, SPP_CORRUPT, 0 },
	{ "refcounts after the end", { { 48, 8, 1 << 30 } }, SPP_TRUNCATED, 0 },
	{ "block of refcounts after the end",
	  { { CLUSTER, 8, 1 << 30 } },
	  SPP_TRUNCATED,
	  0 },
	{ "second block with nothing in it",
	  { { CLUSTER + 8, 8, 6 * CLUSTER } },
	  SPP_OK,
	  0 },
	/* The last cluster in use is after the end. */
	{ "lost cluster", { { 2 * CLUSTER + 32, 2, 1 } }, SPP_OK, 0 },
	{ "lost cluster with snapshots",
	  { { 2 * CLUSTER + 32, 2, 1 }, { 60, 4, 1 } },
	  SPP_TRUNCATED,
	  SPP_IMAGE_SNAPSHOTS },
	{ "lost cluster with bitmaps",
	  { { 2 * CLUSTER + 32, 2, 1 }, { 88, 8, 1 } },
	  SPP_TRUNCATED,
	  0 },
	{ "data after the end",
	  { { 2 * CLUSTER + 32, 2, 1 }, { 4 * CLUSTER + 8, 8, 16 * CLUSTER } },
	  SPP_TRUNCATED,
	  0 },
	{ "data before the end",
	  { { 2 * CLUSTER + 32, 2, 1 }, { 4 * CLUSTER + 8, 8, 15 * CLUSTER } },
	  SPP_OK,
	  0 },
	{ "packed data after the end",
	  { { 2 * CLUSTER + 32, 2, 1 },
	    { 4 * CLUSTER + 8, 8, 1ull << 62 | 16 * CLUSTER } },
	  SPP_TRUNCATED,
	  0 },
	{ "packed data before the end, its length above",
	  { { 2 * CLUSTER + 32, 2, 1 },
	    { 4 * CLUSTER + 8, 8, 3ull << 61 | 9 * CLUSTER } },
	  SPP_OK,
	  0 },
	{ "L2 table after the end",
	  { { 2 * CLUSTER + 32, 2, 1 }, { 3 * CLUSTER, 8, 16 * CLUSTER } },
	  SPP_TRUNCATED,
	  0 },
	{ "L1 table after the end",
	  { { 2 * CLUSTER + 32, 2, 1 }, { 40, 8, 1 << 30 } },
	  SPP_TRUNCATED,
	  0 },
	{ "L1 table past the limit",
	  { { 2 * CLUSTER + 32, 2, 1 }, { 36, 4, (4 << 20) + 1 } },
	  SPP_CORRUPT,
	  0 },
	{ "bits of clusters in an extended L2",
	  { { 2 * CLUSTER + 32, 2, 1 },
	    { 72, 8, 16 },
	    { 4 * CLUSTER + 8, 8, 0x00ffffffffffff00 } },
	  SPP_OK,
	  0 },
};

static void qcow2(void)
{
	struct spp_image_format c;
	size_t i, j;

	for (i = 0; i < COUNT(qcow2s); i++) {
		make_qcow2();
		for (j = 0; j < 6; j++)
			put(qcow2s[i].poke[j].off, qcow2s[i].poke[j].value,
			    qcow2s[i].poke[j].size, true);
		UNIT_ROW(judge(&c, SPP_TARGET_QCOW2) == qcow2s[i].status,
			 qcow2s[i].name);
		UNIT_ROW(c.flags == qcow2s[i].flags, qcow2s[i].name);
		UNIT_ROW(c.broken == !strcmp(qcow2s[i].name, "bitmap in use"),
			 qcow2s[i].name);
		UNIT_ROW((c.backing_kind == SPP_TARGET_RAW) ==
				 !strcmp(qcow2s[i].name,
					 "format of the backing file"),
			 qcow2s[i].name);
		if (c.flags & SPP_IMAGE_BACKING && !qcow2s[i].status)
			UNIT_ROW(!strcmp(c.backing, "abcd"), qcow2s[i].name);
		spp_image_format_release(&c);
	}
}

/* Cut anywhere: what is used is missed, and what is not is not. */
static void qcow2_cut(void)
{
	struct spp_image_format c;
	enum spp_status st;
	size_t i;

	make_qcow2();
	for (i = 0; i < 16 * CLUSTER; i += 64) {
		make_qcow2();
		/* The data are in cluster 5, and the rest is not used. */
		put(2 * CLUSTER + 12, 0, 8, true);
		put(2 * CLUSTER + 20, 0, 8, true);
		put(2 * CLUSTER + 28, 0, 4, true);
		image_size = i;
		st = judge(&c, SPP_TARGET_QCOW2);
		CU_ASSERT_EQUAL(st, i > 5 * CLUSTER ? SPP_OK : SPP_TRUNCATED);
		spp_image_format_release(&c);
	}
}

/* CRC-32C of a header, with its own four bytes as zero. */
static void seal_vhdx(size_t at)
{
	uint32_t crc = ~0u;
	size_t i;
	int bit;

	put(at + 4, 0, 4, false);
	for (i = 0; i < 4096; i++) {
		crc ^= image[at + i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	put(at + 4, ~crc, 4, false);
}

#define FIRST  (64 * KIB)
#define SECOND (128 * KIB)
#define REGION (192 * KIB)
#define META   (256 * KIB)

static void make_vhdx(void)
{
	static const uint8_t metadata[16] = { 0x06, 0xa2, 0x7c, 0x8b,
					      0x90, 0x47, 0x9a, 0x4b,
					      0xb8, 0xfe, 0x57, 0x5f,
					      0x05, 0x0f, 0x88, 0x6e };
	static const uint8_t parameters[16] = { 0x37, 0x67, 0xa1, 0xca,
						0x36, 0xfa, 0x43, 0x4d,
						0xb3, 0xb6, 0x33, 0xf0,
						0xaa, 0x44, 0xe7, 0x6b };
	size_t i;

	memset(image, 0, sizeof(image));
	image_size = sizeof(image);
	memcpy(image, "vhdxfile", 8);
	for (i = FIRST; i <= SECOND; i += FIRST) {
		memcpy(image + i, "head", 4);
		put(i + 8, i / FIRST, 8, false);
		put(i + 66, 1, 2, false);
	}
	memcpy(image + REGION, "regi", 4);
	put(REGION + 8, 2, 4, false);
	memset(image + REGION + 16, 0xaa, 16);
	memcpy(image + REGION + 48, metadata, 16);
	put(REGION + 64, META, 8, false);
	memcpy(image + META, "metadata", 8);
	put(META + 10, 1, 2, false);
	memcpy(image + META + 32, parameters, 16);
	put(META + 48, 8 * KIB, 4, false);
}

static const struct {
	const char *name;
	struct poke poke[3];
	enum spp_status status;
	unsigned int flags;
	size_t torn; /* header whose sum is not right */
} vhdxs[] = {
	{ "good", { { 0, 0, 0 } }, SPP_OK, 0, 0 },
	{ "another format", { { 0, 1, 'V' } }, SPP_NOTHIVE, 0, 0 },
	{ "log in the second header",
	  { { SECOND + 48, 1, 1 } },
	  SPP_OK,
	  SPP_IMAGE_LOG,
	  0 },
	{ "log in the last byte",
	  { { SECOND + 63, 1, 1 } },
	  SPP_OK,
	  SPP_IMAGE_LOG,
	  0 },
	{ "log in the older header", { { FIRST + 48, 1, 1 } }, SPP_OK, 0, 0 },
	{ "log in the newer header that is first",
	  { { FIRST + 48, 1, 1 }, { FIRST + 8, 8, 3 } },
	  SPP_OK,
	  SPP_IMAGE_LOG,
	  0 },
	{ "log in the older header, the newer is torn",
	  { { FIRST + 48, 1, 1 } },
	  SPP_OK,
	  SPP_IMAGE_LOG,
	  SECOND },
	{ "log in the second header, the first is torn",
	  { { SECOND + 48, 1, 1 }, { FIRST + 8, 8, 9 } },
	  SPP_OK,
	  SPP_IMAGE_LOG,
	  FIRST },
	{ "no header", { { FIRST, 1, 'H' } }, SPP_CORRUPT, 0, SECOND },
	{ "version 2", { { SECOND + 66, 2, 2 } }, SPP_UNSUPPORTED, 0, 0 },
	{ "no regions", { { REGION, 1, 'R' } }, SPP_CORRUPT, 0, 0 },
	{ "too many regions", { { REGION + 8, 4, 17 } }, SPP_CORRUPT, 0, 0 },
	{ "no region of metadata",
	  { { REGION + 8, 4, 1 } },
	  SPP_CORRUPT,
	  0,
	  0 },
	{ "metadata after the end",
	  { { REGION + 64, 8, UINT64_MAX } },
	  SPP_CORRUPT,
	  0,
	  0 },
	{ "metadata at the end",
	  { { REGION + 64, 8, 300 * KIB } },
	  SPP_TRUNCATED,
	  0,
	  0 },
	{ "no metadata", { { META, 1, 'M' } }, SPP_CORRUPT, 0, 0 },
	{ "too many metadata", { { META + 10, 2, 65 } }, SPP_CORRUPT, 0, 0 },
	{ "no parameters", { { META + 10, 2, 0 } }, SPP_CORRUPT, 0, 0 },
	{ "parameters after the end",
	  { { META + 48, 4, UINT32_MAX } },
	  SPP_TRUNCATED,
	  0,
	  0 },
	{ "a parent",
	  { { META + 8 * KIB + 4, 4, 2 } },
	  SPP_OK,
	  SPP_IMAGE_CHILD,
	  0 },
	{ "blocks that stay", { { META + 8 * KIB + 4, 4, 1 } }, SPP_OK, 0, 0 },
};

static void vhdx(void)
{
	struct spp_image_format c;
	enum spp_status st;
	size_t i, j;

	for (i = 0; i < COUNT(vhdxs); i++) {
		make_vhdx();
		for (j = 0; j < 3; j++)
			put(vhdxs[i].poke[j].off, vhdxs[i].poke[j].value,
			    vhdxs[i].poke[j].size, false);
		seal_vhdx(FIRST);
		seal_vhdx(SECOND);
		if (vhdxs[i].torn)
			image[vhdxs[i].torn + 100] ^= 1;
		UNIT_ROW(judge(&c, SPP_TARGET_VHDX) == vhdxs[i].status,
			 vhdxs[i].name);
		UNIT_ROW(c.flags == vhdxs[i].flags, vhdxs[i].name);
		spp_image_format_release(&c);
	}
	make_vhdx();
	seal_vhdx(FIRST);
	seal_vhdx(SECOND);
	for (i = 0; i < META + 8 * KIB + 8; i += 4 * KIB) {
		image_size = i;
		st = judge(&c, SPP_TARGET_VHDX);
		CU_ASSERT_EQUAL(st, i > REGION && i < META ? SPP_CORRUPT
							   : SPP_TRUNCATED);
	}
}

static const struct unit_test tests[] = {
	{ "qcow2", qcow2 },
	{ "qcow2 that was cut", qcow2_cut },
	{ "VHDX", vhdx },
	{ NULL, NULL },
};

const struct unit_suite unit_image_headers = { "image_headers", tests };
