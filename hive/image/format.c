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

#define HEAD 4608 /* enough for a GPT behind a sector of 4096 bytes */
#define TAIL 512

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const kinds[SPP_TARGET_KINDS] = {
	[SPP_TARGET_AUTO] = "auto",	[SPP_TARGET_HIVE] = "hive",
	[SPP_TARGET_FOLDER] = "folder", [SPP_TARGET_WIM] = "wim",
	[SPP_TARGET_RAW] = "raw",	[SPP_TARGET_QCOW2] = "qcow2",
	[SPP_TARGET_VHDX] = "vhdx",	[SPP_TARGET_VHD] = "vhd",
	[SPP_TARGET_VMDK] = "vmdk",	[SPP_TARGET_VDI] = "vdi",
	[SPP_TARGET_NBD] = "nbd",
};

/* What the first bytes say, more particular ones first. */
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
	/* Disks and volumes, as they are. */
	{ SPP_TARGET_RAW, 3, 8, "NTFS    " },
	{ SPP_TARGET_RAW, 3, 8, "-FVE-FS-" },
	{ SPP_TARGET_RAW, 0, 6, "LUKS\xba\xbe" },
	{ SPP_TARGET_RAW, 510, 2, "\x55\xaa" },
	{ SPP_TARGET_RAW, 512, 8, "EFI PART" },
	{ SPP_TARGET_RAW, 4096, 8, "EFI PART" },
};

static const struct {
	enum spp_target_kind kind;
	enum spp_status (*read)(struct spp_container *c, struct spp_error *err);
} readers[] = {
	{ SPP_TARGET_QCOW2, spp_qcow2_read },
	{ SPP_TARGET_VHDX, spp_vhdx_read },
	{ SPP_TARGET_VHD, spp_vhd_read },
	{ SPP_TARGET_VMDK, spp_vmdk_read },
	{ SPP_TARGET_VDI, spp_vdi_read },
};

/* What each flag means for whoever wants to use the image. */
static const struct {
	const char *word;
	enum spp_status status;
	bool write_only;  /* no hindrance to reading */
	const char *text; /* behind the name of the image */
} verdicts[SPP_CONTAINER_FLAGS] = {
	{ "snapshots", SPP_REFUSED, false,
	  "has internal snapshots, which an edit would not reach; pass "
	  "--snapshots to go on with its current state" },
	{ "backing", SPP_REFUSED, false,
	  "is an overlay of another image; if that is as it should be, name "
	  "the other one with --backing" },
	{ "encrypted", SPP_UNSUPPORTED, false,
	  "is encrypted; decrypt it with qemu-img convert first" },
	{ "data-file", SPP_UNSUPPORTED, false,
	  "keeps its data in another file; put both into one with qemu-img "
	  "convert first" },
	{ "differencing", SPP_UNSUPPORTED, false,
	  "is a differencing image, which is nothing without its parent; "
	  "merge the two first" },
	{ "extents", SPP_UNSUPPORTED, false,
	  "describes a disk that lies in other files; put it into one with "
	  "qemu-img convert first" },
	{ "open", SPP_DIRTY, false,
	  "was not closed by the program that wrote it last; if no virtual "
	  "machine uses it, repair it with qemu-img check -r all or start "
	  "and shut down its machine" },
	{ "log", SPP_DIRTY, false,
	  "has writes in its log that are to be replayed; start and shut "
	  "down its machine, or run qemu-img check -r all" },
	{ "corrupt", SPP_CORRUPT, false,
	  "is marked as corrupt; repair it with qemu-img check -r all" },
	{ "saved", SPP_REFUSED, false,
	  "belongs to a machine in saved state; start the machine and shut "
	  "it down" },
	{ "stream", SPP_UNSUPPORTED, true,
	  "is a compressed stream, which cannot be edited in place; convert "
	  "it with qemu-img convert first" },
};

const char *spp_target_kind_name(enum spp_target_kind kind)
{
	return kinds[kind];
}

enum spp_target_kind spp_target_kind_find(const char *name)
{
	int kind;

	if (!strcasecmp(name, "vpc"))
		return SPP_TARGET_VHD;
	for (kind = 0; kind < SPP_TARGET_KINDS; kind++)
		if (!strcasecmp(kinds[kind], name))
			break;
	return (enum spp_target_kind)kind;
}

const char *spp_container_flag_word(unsigned int bit)
{
	return verdicts[bit].word;
}

void spp_container_release(struct spp_container *c)
{
	if (!c)
		return;
	free(c->backing);
	*c = (struct spp_container)SPP_CONTAINER_INIT;
}

enum spp_status spp_container_bytes(const struct spp_container *c, uint64_t off,
				    void *buf, size_t n, struct spp_error *err)
{
	if (!spp_within(off, n, c->file_size))
		return spp_fail(err, SPP_TRUNCATED,
				"'%s' is truncated: its header leads behind "
				"its end",
				c->label);
	return spp_read_at(c->fd, off, buf, n, c->label, err);
}

enum spp_status spp_container_bad(const struct spp_container *c,
				  const char *what, struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT,
			"'%s' is damaged: %s is not what a %s image has",
			c->label, what, kinds[c->kind]);
}

enum spp_status spp_container_unknown(const struct spp_container *c,
				      const char *what, struct spp_error *err)
{
	return spp_fail(err, SPP_UNSUPPORTED,
			"'%s' is a %s image with %s, which is not supported",
			c->label, kinds[c->kind], what);
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

/* A VHD of fixed size is a raw image with a footer behind it. */
static enum spp_status by_tail(struct spp_container *c, struct spp_error *err)
{
	uint8_t tail[TAIL];
	enum spp_status st;

	if (c->file_size < TAIL)
		return SPP_OK;
	st = spp_container_bytes(c, c->file_size - TAIL, tail, TAIL, err);
	if (!st && !memcmp(tail, "conectix", 8))
		c->kind = SPP_TARGET_VHD;
	return st;
}

enum spp_status spp_container_identify(struct spp_container *c,
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
	n = c->file_size < HEAD ? (size_t)c->file_size : HEAD;
	st = spp_container_bytes(c, 0, head, n, err);
	if (st)
		return st;
	c->kind = by_head(head, n);
	if (c->kind == SPP_TARGET_RAW || c->kind == SPP_TARGET_AUTO)
		st = by_tail(c, err);
	return st;
}

enum spp_status spp_container_kind_at(const char *path,
				      enum spp_target_kind *kind,
				      struct spp_error *err)
{
	struct spp_container c = SPP_CONTAINER_INIT;
	enum spp_status st = SPP_OK;
	struct stat file;

	c.label = path;
	c.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (c.fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	if (!fstat(c.fd, &file) && S_ISREG(file.st_mode))
		st = spp_container_identify(&c, err);
	close(c.fd);
	if (!st)
		*kind = c.kind;
	return st;
}

enum spp_status spp_container_read(struct spp_container *c,
				   struct spp_error *err)
{
	size_t i;

	for (i = 0; i < COUNT(readers); i++)
		if (readers[i].kind == c->kind)
			return readers[i].read(c, err);
	return SPP_OK;
}

enum spp_status spp_container_judge(const struct spp_container *c,
				    unsigned int allowed, bool write,
				    struct spp_error *err)
{
	unsigned int bit, left = c->flags & ~allowed;

	/* What no option helps against is the better thing to say first. */
	for (bit = SPP_CONTAINER_FLAGS; bit--;)
		if (left >> bit & 1 && (write || !verdicts[bit].write_only))
			return spp_fail(err, verdicts[bit].status, "'%s' %s",
					c->label, verdicts[bit].text);
	return SPP_OK;
}
