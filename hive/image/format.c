/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/format_private.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/image/device.h"

#define HEAD 32774 /* to the end of the magic of ISO 9660 */
#define TAIL 512

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Magic bytes of each kind; the more specific ones first. */
static const struct {
	enum spp_target_kind kind;
	size_t at, n;
	const char *bytes;
} magics[] = {
	{ SPP_TARGET_HIVE, 0, 4, "regf" },
	{ SPP_TARGET_WIM, 0, 8, "MSWIM\0\0" },
	{ SPP_TARGET_WIM, 0, 8, "WLPWM\0\0" },
	{ SPP_TARGET_QCOW2, 0, 4, "QFI\xfb" },
	{ SPP_TARGET_VHDX, 0, 8, "vhdxfile" },
	{ SPP_TARGET_VMDK, 0, 4, "KDMV" },
	{ SPP_TARGET_VMDK, 0, 4, "COWD" },
	{ SPP_TARGET_VMDK, 0, 21, "# Disk DescriptorFile" },
	{ SPP_TARGET_VDI, 64, 4, "\x7f\x10\xda\xbe" },
	{ SPP_TARGET_VHD, 0, 8, "conectix" },
	/* Raw disks and volumes. */
	{ SPP_TARGET_RAW, 3, 8, "NTFS    " },
	{ SPP_TARGET_RAW, 3, 8, "-FVE-FS-" },
	{ SPP_TARGET_RAW, 0, 6, "LUKS\xba\xbe" },
	{ SPP_TARGET_RAW, 510, 2, "\x55\xaa" },
	{ SPP_TARGET_RAW, 512, 8, "EFI PART" },
	{ SPP_TARGET_RAW, 4096, 8, "EFI PART" },
};

/*
 * Extensions of names, and the kind that each promises.  "-flat.vmdk" stands
 * before ".vmdk", which is its end.
 */
static const struct {
	enum spp_target_kind kind;
	const char *end;
} endings[] = {
	{ SPP_TARGET_RAW, "-flat.vmdk" }, { SPP_TARGET_RAW, ".raw" },
	{ SPP_TARGET_RAW, ".img" },	  { SPP_TARGET_RAW, ".dd" },
	{ SPP_TARGET_QCOW2, ".qcow2" },	  { SPP_TARGET_VHDX, ".vhdx" },
	{ SPP_TARGET_VHD, ".vhd" },	  { SPP_TARGET_VHD, ".vpc" },
	{ SPP_TARGET_VMDK, ".vmdk" },	  { SPP_TARGET_VDI, ".vdi" },
};

#define UNPACK	    "unpack it first"
#define UNPACK_DISK "unpack it and name the disk image in it"
#define CONVERT	    "convert it with qemu-img convert first"

/*
 * Files often mistaken for a disk image or a hive.  The first row is unused:
 * index 0 means none.
 */
static const struct {
	size_t at, n;
	const char *bytes, *what, *remedy;
} strangers[] = {
	{ 0, 0, NULL, NULL, NULL },
	{ 0, 2, "\x1f\x8b", "is compressed with gzip", UNPACK },
	{ 0, 6,
	  "\xfd"
	  "7zXZ\0",
	  "is compressed with xz", UNPACK },
	{ 0, 3, "BZh", "is compressed with bzip2", UNPACK },
	{ 0, 4, "\x28\xb5\x2f\xfd", "is compressed with zstd", UNPACK },
	{ 0, 4, "\x04\x22\x4d\x18", "is compressed with lz4", UNPACK },
	{ 257, 5, "ustar", "is a tar archive, such as an OVA", UNPACK_DISK },
	{ 0, 4, "PK\3\4", "is a zip archive", UNPACK_DISK },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "is a 7z archive", UNPACK_DISK },
	{ 0, 4, "Rar!", "is a rar archive", UNPACK_DISK },
	{ 0, 4, "MSCF", "is a cabinet", UNPACK },
	{ 32769, 5, "CD001", "is an ISO image",
	  "copy the WIM out of its folder sources" },
	{ 32769, 5, "BEA01", "is a UDF image",
	  "copy the WIM out of its folder sources" },
	{ 0, 16, "\0ntfsclone-image", "is an image of ntfsclone",
	  "make a volume of it with ntfsclone --restore-image" },
	{ 0, 15, "partclone-image", "is an image of partclone",
	  "make a volume of it with partclone.restore" },
	{ 0, 4, "QED\0", "is a QED image", CONVERT },
	{ 0, 16, "WithoutFreeSpace", "is a Parallels image", CONVERT },
	{ 0, 16, "WithouFreSpacExt", "is a Parallels image", CONVERT },
	{ 0, 3, "EVF", "is an EnCase image",
	  "make a raw disk of it with ewfexport" },
	{ 0, 4, "VMA\0", "is a backup of Proxmox VE",
	  "make disks of it with vma extract" },
};

static const struct {
	enum spp_target_kind kind;
	enum spp_status (*read)(struct spp_image_format *c,
				struct spp_error *err);
} readers[] = {
	{ SPP_TARGET_QCOW2, spp_qcow2_read },
	{ SPP_TARGET_VHDX, spp_vhdx_read },
	{ SPP_TARGET_VHD, spp_vhd_read },
	{ SPP_TARGET_VMDK, spp_vmdk_read },
	{ SPP_TARGET_VDI, spp_vdi_read },
};

/* What each flag means for the use of an image. */
static const struct {
	const char *word;
	enum spp_status status;
	bool write_only;  /* the image can be read all the same */
	const char *text; /* after the name of the image */
	enum spp_remedy remedy;
} verdicts[SPP_IMAGE_FLAGS] = {
	{ "snapshots", SPP_REFUSED, false,
	  "has internal snapshots, which an edit would not reach",
	  SPP_REMEDY_SNAPSHOTS },
	{ "backing", SPP_REFUSED, false, "is an overlay of another image",
	  SPP_REMEDY_BACKING },
	{ "encrypted", SPP_UNSUPPORTED, false,
	  "is encrypted; decrypt it with qemu-img convert first",
	  SPP_REMEDY_NONE },
	{ "data-file", SPP_UNSUPPORTED, false,
	  "keeps its data in another file; put both into one with qemu-img "
	  "convert first",
	  SPP_REMEDY_NONE },
	{ "differencing", SPP_UNSUPPORTED, false,
	  "is a differencing image, useless without its parent; merge the two "
	  "first",
	  SPP_REMEDY_NONE },
	{ "extents", SPP_UNSUPPORTED, false,
	  "describes a disk that is in other files; put it into one with "
	  "qemu-img convert first",
	  SPP_REMEDY_NONE },
	{ "open", SPP_DIRTY, false,
	  "was not closed by the program that wrote it last; if no virtual "
	  "machine uses it, repair it with qemu-img check -r all or start "
	  "and shut down its machine",
	  SPP_REMEDY_NONE },
	{ "log", SPP_DIRTY, false,
	  "has writes in its log that are to be replayed; start and shut "
	  "down its machine, or run qemu-img check -r all",
	  SPP_REMEDY_NONE },
	{ "corrupt", SPP_CORRUPT, false,
	  "is marked as corrupt; repair it with qemu-img check -r all",
	  SPP_REMEDY_NONE },
	{ "saved", SPP_REFUSED, false,
	  "belongs to a machine in saved state; start the machine and shut "
	  "it down",
	  SPP_REMEDY_NONE },
	{ "stream", SPP_UNSUPPORTED, true,
	  "is a compressed stream, which cannot be edited in place; convert "
	  "it with qemu-img convert first",
	  SPP_REMEDY_NONE },
	{ "part", SPP_UNSUPPORTED, false,
	  "is one of several files of a VMDK; put them into one with qemu-img "
	  "convert of the file that names them",
	  SPP_REMEDY_NONE },
};

const char *spp_image_format_flag_word(unsigned int bit)
{
	return verdicts[bit].word;
}

void spp_image_format_release(struct spp_image_format *c)
{
	if (!c)
		return;
	free(c->backing);
	*c = (struct spp_image_format)SPP_IMAGE_FORMAT_INIT;
}

static enum spp_target_kind by_head(const uint8_t *head, size_t n)
{
	size_t i;

	for (i = 0; i < COUNT(magics); i++)
		if (spp_within(magics[i].at, magics[i].n, n) &&
		    !memcmp(head + magics[i].at, magics[i].bytes, magics[i].n))
			return magics[i].kind;
	return SPP_TARGET_AUTO;
}

static int find_stranger(const uint8_t *head, size_t n)
{
	int i;

	for (i = (int)COUNT(strangers) - 1; i; i--)
		if (spp_within(strangers[i].at, strangers[i].n, n) &&
		    !memcmp(head + strangers[i].at, strangers[i].bytes,
			    strangers[i].n))
			break;
	return i;
}

/* A fixed-size VHD is a raw image with a footer. */
static enum spp_status by_tail(struct spp_image_format *c,
			       struct spp_error *err)
{
	uint8_t tail[TAIL];
	enum spp_status st;

	if (c->file_size < TAIL)
		return SPP_OK;
	st = spp_image_format_bytes(c, c->file_size - TAIL, tail, TAIL, err);
	if (!st && !memcmp(tail, "conectix", 8))
		c->kind = SPP_TARGET_VHD;
	return st;
}

enum spp_status spp_image_format_identify(struct spp_image_format *c,
					  struct spp_error *err)
{
	uint8_t head[HEAD];
	enum spp_status st;
	struct stat file;
	size_t n;

	if (fstat(c->fd, &file))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      c->label);
	c->file_size = (uint64_t)file.st_size;
	c->device = S_ISBLK(file.st_mode);
	if (c->device) {
		st = spp_device_size(c->fd, c->label, &c->file_size, err);
		if (st)
			return st;
	}
	n = c->file_size < HEAD ? (size_t)c->file_size : HEAD;
	st = spp_image_format_bytes(c, 0, head, n, err);
	if (st)
		return st;
	c->kind = by_head(head, n);
	if (c->kind == SPP_TARGET_RAW || c->kind == SPP_TARGET_AUTO)
		c->stranger = find_stranger(head, n);
	if (c->kind == SPP_TARGET_RAW || c->kind == SPP_TARGET_AUTO)
		st = by_tail(c, err);
	return st;
}

/* The kind that a name promises, or SPP_TARGET_AUTO. */
static enum spp_target_kind by_name(const char *name)
{
	size_t i, n, length = strlen(name);

	for (i = 0; i < COUNT(endings); i++) {
		n = strlen(endings[i].end);
		if (length > n &&
		    !strcasecmp(name + length - n, endings[i].end))
			return endings[i].kind;
	}
	return SPP_TARGET_AUTO;
}

enum spp_status spp_image_format_named(struct spp_image_format *c,
				       const char *name, struct spp_error *err)
{
	enum spp_target_kind promised =
		c->device ? SPP_TARGET_RAW : by_name(name);

	if (c->stranger)
		return spp_fail_remedy(
			err, SPP_UNSUPPORTED,
			promised == SPP_TARGET_RAW ? SPP_REMEDY_RAW
						   : SPP_REMEDY_NONE,
			"'%s' %s; %s", c->label, strangers[c->stranger].what,
			strangers[c->stranger].remedy);
	/* Opened as a raw disk, any content is harmless. */
	if (c->kind == SPP_TARGET_AUTO && promised == SPP_TARGET_RAW)
		c->kind = SPP_TARGET_RAW;
	if (promised == SPP_TARGET_AUTO || c->kind == promised ||
	    c->kind == SPP_TARGET_RAW || c->kind == SPP_TARGET_AUTO)
		return SPP_OK;
	return spp_fail_remedy(
		err, SPP_REFUSED, SPP_REMEDY_KIND,
		"'%s' is %s%s%s but has the header of a %s%s%s", c->label,
		c->device ? "a block device" : "named like a ",
		c->device ? "" : spp_target_kind_name(promised),
		c->device ? "" : " image", spp_target_kind_name(c->kind),
		c->kind >= SPP_TARGET_RAW ? " image" : "",
		promised == SPP_TARGET_RAW
			? ", which the guest of a raw disk can write"
			: "");
}

enum spp_status spp_image_format_kind_at(const char *path,
					 enum spp_target_kind *kind,
					 struct spp_error *err)
{
	struct spp_image_format c = SPP_IMAGE_FORMAT_INIT;
	enum spp_status st = SPP_OK;
	struct stat file;

	c.label = path;
	c.fd = spp_open_quiet(AT_FDCWD, path, O_NONBLOCK);
	if (c.fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	if (!fstat(c.fd, &file) &&
	    (S_ISREG(file.st_mode) || S_ISBLK(file.st_mode)))
		st = spp_image_format_identify(&c, err);
	if (!st)
		st = spp_image_format_named(&c, path, err);
	close(c.fd);
	if (!st)
		*kind = c.kind;
	return st;
}

enum spp_status spp_image_format_read(struct spp_image_format *c,
				      struct spp_error *err)
{
	size_t i;

	for (i = 0; i < COUNT(readers); i++)
		if (readers[i].kind == c->kind)
			return readers[i].read(c, err);
	return SPP_OK;
}

enum spp_status spp_image_format_judge(const struct spp_image_format *c,
				       unsigned int allowed, bool write,
				       struct spp_error *err)
{
	unsigned int bit, left = c->flags & ~allowed;

	/*
	 * Flags that no option allows come last in the table; report them
	 * first.
	 */
	for (bit = SPP_IMAGE_FLAGS; bit--;)
		if (left >> bit & 1 && (write || !verdicts[bit].write_only))
			return spp_fail_remedy(err, verdicts[bit].status,
					       verdicts[bit].remedy, "'%s' %s",
					       c->label, verdicts[bit].text);
	return SPP_OK;
}
