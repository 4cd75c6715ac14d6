/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/format.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "tests/unit.h"

#define SECTOR 512

static int make(const void *data, size_t n, size_t size)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, data, n), (ssize_t)n);
	CU_ASSERT(!ftruncate(fd, (off_t)size));
	return fd;
}

static void put64(uint8_t *to, uint64_t value)
{
	int i;

	for (i = 0; i < 8; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

#define HEAD_LINES                           \
	"# Disk DescriptorFile\nversion=1\n" \
	"CID=12345678\n"
#define NO_PARENT "parentCID=ffffffff\n"
#define SPARSE	  "createType=\"monolithicSparse\"\n"
#define EXTENT	  "RW 2048 SPARSE \"disk.vmdk\"\n"
#define GOOD	  HEAD_LINES NO_PARENT SPARSE EXTENT

/* Descriptors, and what is to be thought of them. */
static const struct {
	const char *what, *text;
	uint64_t capacity, at;
	unsigned int flags;
	enum spp_status status;
} vmdks[] = {
	{ "good", GOOD, 2048, 1, 0, SPP_OK },
	{ "good, with blank lines and comments",
	  HEAD_LINES "\n" NO_PARENT SPARSE "\n# Extents\n\n" EXTENT "\n", 2048,
	  1, 0, SPP_OK },
	{ "stream",
	  HEAD_LINES NO_PARENT "createType=\"streamOptimized\"\n" EXTENT, 2048,
	  1, SPP_IMAGE_STREAM, SPP_OK },
	{ "size 0", GOOD, 0, 1, SPP_IMAGE_EXTENTS, SPP_OK },
	{ "type in a comment as well", "# createType=\"monolithicFlat\"\n" GOOD,
	  2048, 1, SPP_IMAGE_EXTENTS, SPP_OK },
	{ "another type", HEAD_LINES NO_PARENT "createType=\"vmfs\"\n" EXTENT,
	  2048, 1, SPP_IMAGE_EXTENTS, SPP_OK },
	{ "no type", HEAD_LINES NO_PARENT EXTENT, 2048, 1, SPP_IMAGE_EXTENTS,
	  SPP_OK },
	{ "an extent of another form", GOOD "RW 8 FLAT \"/etc/passwd\" 0\n",
	  2048, 1, SPP_IMAGE_EXTENTS, SPP_OK },
	{ "an extent across lines", GOOD "RW\n8\nFLAT\n\"/etc/passwd\" 0\n",
	  2048, 1, SPP_IMAGE_EXTENTS, SPP_OK },
	{ "two extents", GOOD EXTENT, 2048, 1, SPP_IMAGE_EXTENTS, SPP_OK },
	{ "no extent", HEAD_LINES NO_PARENT SPARSE, 2048, 1, SPP_IMAGE_EXTENTS,
	  SPP_OK },
	{ "a parent", HEAD_LINES "parentCID=00000001\n" SPARSE EXTENT, 2048, 1,
	  SPP_IMAGE_CHILD, SPP_OK },
	{ "two parents", GOOD "parentCID=00000001\n", 2048, 1, SPP_IMAGE_CHILD,
	  SPP_OK },
	{ "a parent's name", GOOD "# parentFileNameHint=\"/etc/passwd\"\n",
	  2048, 1, SPP_IMAGE_CHILD, SPP_OK },
	{ "empty", "", 2048, 1, SPP_IMAGE_PART, SPP_OK },
	{ "without a descriptor", "", 2048, 0, SPP_IMAGE_PART, SPP_OK },
	{ "elsewhere", GOOD, 2048, 2, 0, SPP_UNSUPPORTED },
	{ "behind the end", GOOD, 2048, 4096, 0, SPP_UNSUPPORTED },
};

/* What reading an image says, which is identified first; it stays open. */
static enum spp_status read_image(struct spp_image_format *c,
				  const uint8_t *image, size_t size)
{
	*c = (struct spp_image_format)SPP_IMAGE_FORMAT_INIT;
	c->fd = make(image, size, size);
	c->label = "disk";
	CU_ASSERT_FALSE(spp_image_format_identify(c, NULL));
	return spp_image_format_read(c, NULL);
}

static void test_vmdk(void)
{
	static uint8_t image[32 * SECTOR];
	struct spp_image_format c;
	size_t i;

	for (i = 0; i < sizeof(vmdks) / sizeof(vmdks[0]); i++) {
		memset(image, 0, sizeof(image));
		memcpy(image, "KDMV\1", 5);
		put64(image + 12, vmdks[i].capacity);
		put64(image + 28, vmdks[i].at);
		put64(image + 36, vmdks[i].at ? 20 : 0);
		strcpy((char *)image + SECTOR, vmdks[i].text);
		UNIT_ROW(read_image(&c, image, sizeof(image)) ==
				 vmdks[i].status,
			 vmdks[i].what);
		UNIT_ROW(c.kind == SPP_TARGET_VMDK, vmdks[i].what);
		UNIT_ROW(c.flags == vmdks[i].flags, vmdks[i].what);
		UNIT_ROW(!vmdks[i].flags ==
				 !spp_image_format_judge(&c, 0, true, NULL),
			 vmdks[i].what);
		close(c.fd);
		spp_image_format_release(&c);
	}
}

static void put_footer(uint8_t *footer, uint8_t type)
{
	uint32_t sum = 0;
	int i;

	memset(footer, 0, SECTOR);
	memcpy(footer, "conectix", 8);
	footer[13] = 1;
	footer[63] = type;
	for (i = 0; i < SECTOR; i++)
		sum += footer[i];
	for (i = 0; i < 4; i++)
		footer[64 + i] = (uint8_t)(~sum >> (24 - 8 * i));
}

/* What qemu reads at the beginning is judged, not what is at the end. */
static void test_vhd(void)
{
	static const struct {
		const char *what;
		uint8_t first, last;
		unsigned int flags;
		enum spp_status status;
	} rows[] = {
		{ "fixed", 0, 2, 0, SPP_OK },
		{ "dynamic", 3, 3, 0, SPP_OK },
		{ "differencing", 4, 4, SPP_IMAGE_CHILD, SPP_OK },
		{ "differencing, with a fixed end", 4, 2, SPP_IMAGE_CHILD,
		  SPP_OK },
		{ "fixed, at the beginning", 2, 2, 0, SPP_CORRUPT },
		{ "dynamic, at the end alone", 0, 3, 0, SPP_CORRUPT },
	};
	uint8_t image[8 * SECTOR];
	struct spp_image_format c;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(image, 0, sizeof(image));
		if (rows[i].first)
			put_footer(image, rows[i].first);
		put_footer(image + sizeof(image) - SECTOR, rows[i].last);
		UNIT_ROW(read_image(&c, image, sizeof(image)) == rows[i].status,
			 rows[i].what);
		UNIT_ROW(c.kind == SPP_TARGET_VHD, rows[i].what);
		UNIT_ROW(c.flags == rows[i].flags, rows[i].what);
		close(c.fd);
		spp_image_format_release(&c);
	}
}

/* First bytes under a name. */
static const struct {
	const char *name;
	size_t at, n;
	const char *bytes;
	enum spp_status status;
	enum spp_target_kind kind;
	const char *says; /* in the error */
} names[] = {
	{ "a.raw", 510, 2, "\x55\xaa", SPP_OK, SPP_TARGET_RAW, NULL },
	{ "a.raw", 0, 1, "x", SPP_OK, SPP_TARGET_RAW, NULL },
	{ "a", 0, 1, "x", SPP_OK, SPP_TARGET_AUTO, NULL },
	{ "a", 0, 4, "KDMV", SPP_OK, SPP_TARGET_VMDK, NULL },
	{ "a.vmdk", 0, 4, "KDMV", SPP_OK, SPP_TARGET_VMDK, NULL },
	{ "a.raw", 0, 4, "KDMV", SPP_REFUSED, 0, "header of a vmdk" },
	{ "a.IMG", 0, 4, "QFI\xfb", SPP_REFUSED, 0, "header of a qcow2" },
	{ "a.dd", 0, 4, "regf", SPP_REFUSED, 0, "header of a hive" },
	{ "a-flat.vmdk", 0, 4, "KDMV", SPP_REFUSED, 0, "header of a vmdk" },
	{ "a.qcow2", 0, 4, "KDMV", SPP_REFUSED, 0, "header of a vmdk" },
	{ "a.qcow2", 510, 2, "\x55\xaa", SPP_OK, SPP_TARGET_RAW, NULL },
	{ "raw", 0, 4, "QFI\xfb", SPP_OK, SPP_TARGET_QCOW2, NULL },
	{ "a.raw.gz", 0, 2, "\x1f\x8b", SPP_UNSUPPORTED, 0, "gzip; unpack" },
	{ "a.ova", 257, 5, "ustar", SPP_UNSUPPORTED, 0, "OVA" },
	{ "a.iso", 32769, 5, "CD001", SPP_UNSUPPORTED, 0, "ISO" },
	{ "a.img", 0, 4, "QED", SPP_UNSUPPORTED, 0, "QED" },
};

static void test_names(void)
{
	uint8_t image[33000];
	struct spp_image_format c;
	struct spp_error err;
	enum spp_status st;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		memset(image, 0, sizeof(image));
		memcpy(image + names[i].at, names[i].bytes, names[i].n);
		c = (struct spp_image_format)SPP_IMAGE_FORMAT_INIT;
		err = (struct spp_error)SPP_ERROR_INIT;
		c.fd = make(image, sizeof(image), sizeof(image));
		c.label = names[i].name;
		UNIT_ROW(!spp_image_format_identify(&c, NULL), names[i].name);
		st = spp_image_format_named(&c, names[i].name, &err);
		UNIT_ROW(st == names[i].status, names[i].name);
		UNIT_ROW(st || c.kind == names[i].kind, names[i].name);
		UNIT_ROW(!st || strstr(err.text, names[i].says), names[i].name);
		close(c.fd);
	}
}

static const struct unit_test tests[] = {
	{ "a VMDK means one thing or is refused", test_vmdk },
	{ "a VHD is judged where qemu reads it", test_vhd },
	{ "a name that says otherwise is told", test_names },
	{ 0 },
};

const struct unit_suite unit_image_format = { "image_format", tests };
