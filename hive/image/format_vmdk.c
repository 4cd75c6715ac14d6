/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VMDK in one file: a sparse extent with its descriptor inside; little-endian:
 *
 *   0 "KDMV"      4 version 1 to 3  12 size of the disk in sectors
 *  28 first sector of the descriptor  36 its sectors
 *  72 whether it was not closed       77 compression
 *
 * The descriptor is text, lines of NAME=VALUE and one line for each extent:
 *
 *   createType="monolithicSparse"
 *   parentCID=ffffffff
 *   RW 4192256 SPARSE "disk.vmdk"
 *
 * Source: Virtual Disk Format 5.0, technical note by VMware.
 *
 * qemu reads it less strictly, and an image can use that to make it open any
 * file of this machine.  If the header's size is 0, it believes the extents of
 * the descriptor; it finds names anywhere in the text, even in comments; and it
 * takes a parent's name from the text at sector 1, wherever the header places
 * the descriptor.  So an image is refused if qemu could read it differently
 * than this file does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/image/format_private.h"

#define HEAD	       512
#define SECTOR	       ((uint64_t)512)
#define DESCRIPTOR_AT  1    /* sector; the only place where qemu looks */
#define DESCRIPTOR_MIN 20   /* sectors that qemu reads */
#define DESCRIPTOR_MAX 2048 /* sectors */

static const char *next_line(const char *line)
{
	line = strchr(line, '\n');
	return line ? line + 1 : "";
}

static size_t count(const char *text, const char *name)
{
	size_t n = 0;

	for (; (text = strcasestr(text, name)); text += strlen(name))
		n++;
	return n;
}

/* Whether NAME=VALUE is a line of the text, and NAME occurs nowhere else. */
static bool says(const char *text, const char *name, const char *value)
{
	size_t n = strlen(name), length;
	const char *line;

	if (count(text, name) != 1)
		return false;
	for (line = text; *line; line = next_line(line)) {
		if (strncasecmp(line, name, n) || line[n] != '=')
			continue;
		line += n + 1;
		line += strspn(line, " \"");
		length = strcspn(line, "\"\r\n");
		return length == strlen(value) &&
		       !strncasecmp(line, value, length);
	}
	return false;
}

/* Whether the text names exactly one extent, of the sparse form. */
static bool is_one_sparse_extent(const char *text)
{
	char access[16], type[16];
	size_t extents = 0;
	const char *line;

	for (line = text; *line; line = next_line(line)) {
		/* Like qemu, sscanf() goes on in the next line. */
		if (line[strspn(line, " \t\r")] == '\n' ||
		    sscanf(line, "%15s %*u %15s", access, type) != 2)
			continue;
		extents++;
		if (strcasecmp(type, "SPARSE") != 0)
			return false;
	}
	return extents == 1;
}

static void judge(struct spp_image_format *c, const char *text)
{
	if (!*text)
		c->flags |= SPP_IMAGE_PART;
	else if (!says(text, "parentCID", "ffffffff") ||
		 count(text, "parentFileNameHint"))
		c->flags |= SPP_IMAGE_CHILD;
	else if (!is_one_sparse_extent(text))
		c->flags |= SPP_IMAGE_EXTENTS;
	else if (says(text, "createType", "streamOptimized"))
		c->flags |= SPP_IMAGE_STREAM;
	else if (!says(text, "createType", "monolithicSparse"))
		c->flags |= SPP_IMAGE_EXTENTS;
}

static enum spp_status read_descriptor(struct spp_image_format *c,
				       uint64_t first, uint64_t sectors,
				       struct spp_error *err)
{
	uint64_t rest = c->file_size - HEAD, n;
	enum spp_status st;
	char *text;

	if (!first || !sectors) {
		c->flags |= SPP_IMAGE_PART;
		return SPP_OK;
	}
	if (first != DESCRIPTOR_AT || sectors > DESCRIPTOR_MAX)
		return spp_image_format_unknown(
			c, "its descriptor in an unusual place", err);
	if (sectors * SECTOR > rest)
		return spp_image_format_bad(c, "the place of the descriptor",
					    err);
	n = (sectors < DESCRIPTOR_MIN ? DESCRIPTOR_MIN : sectors) * SECTOR;
	if (n > rest)
		n = rest;
	text = calloc(1, (size_t)n + 1);
	if (!text)
		return spp_nomem(err);
	st = spp_image_format_bytes(c, DESCRIPTOR_AT * SECTOR, text, (size_t)n,
				    err);
	if (!st)
		judge(c, text);
	free(text);
	return st;
}

enum spp_status spp_vmdk_read(struct spp_image_format *c, struct spp_error *err)
{
	uint8_t head[HEAD] = { 0 };
	size_t n = c->file_size < HEAD ? (size_t)c->file_size : HEAD;
	enum spp_status st = spp_image_format_bytes(c, 0, head, n, err);

	if (st)
		return st;
	if (!memcmp(head, "COWD", 4))
		return spp_image_format_unknown(c, "the sparse form of old ESX",
						err);
	if (!memcmp(head, "# Disk Descr", 12)) {
		c->flags |= SPP_IMAGE_EXTENTS;
		return SPP_OK;
	}
	if (memcmp(head, "KDMV", 4) || n < HEAD)
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a VMDK image",
				c->label);
	if (spp_get32(head + 4) < 1 || spp_get32(head + 4) > 3)
		return spp_image_format_unknown(
			c, "another version than 1 to 3", err);
	if (!spp_get64(head + 12))
		c->flags |= SPP_IMAGE_EXTENTS;
	if (head[72])
		c->flags |= SPP_IMAGE_OPEN;
	if (spp_get16(head + 77))
		c->flags |= SPP_IMAGE_STREAM;
	return read_descriptor(c, spp_get64(head + 28), spp_get64(head + 36),
			       err);
}
