/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VMDK in one file: a sparse extent with its descriptor inside;
 * little-endian:
 *
 *   0 "KDMV"      4 version 1 to 3  8 flags  12 size in sectors
 *  28 first sector of the descriptor  36 its sectors
 *  72 whether it was not closed       77 compression
 *
 * The descriptor is text, lines of NAME=VALUE: createType says how many files
 * there are, parentCID whether this is a child of another image.  A file that
 * is nothing but a descriptor names other files.  Source: Virtual Disk Format
 * 5.0, technical note by VMware.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/image/format_private.h"

#define HEAD	       512
#define SECTOR	       512
#define DESCRIPTOR_MAX 2048 /* sectors */

/* The value of a line, without its quotes; NULL where there is none. */
static const char *line_value(const char *text, const char *name, size_t *n)
{
	size_t length = strlen(name);
	const char *line = text;

	while (line && *line) {
		if (!strncasecmp(line, name, length) && line[length] == '=') {
			line += length + 1;
			line += strspn(line, " \"");
			*n = strcspn(line, "\"\r\n");
			return line;
		}
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return NULL;
}

static bool value_is(const char *value, size_t n, const char *text)
{
	return strlen(text) == n && !strncasecmp(value, text, n);
}

static enum spp_status judge(struct spp_container *c, const char *text,
			     struct spp_error *err)
{
	const char *value;
	size_t n;

	value = line_value(text, "parentCID", &n);
	if (!value || !value_is(value, n, "ffffffff"))
		c->flags |= SPP_CONTAINER_CHILD;
	value = line_value(text, "createType", &n);
	if (!value)
		return spp_container_bad(c, "the descriptor", err);
	if (value_is(value, n, "streamOptimized"))
		c->flags |= SPP_CONTAINER_STREAM;
	else if (!value_is(value, n, "monolithicSparse"))
		c->flags |= SPP_CONTAINER_EXTENTS;
	return SPP_OK;
}

static enum spp_status read_descriptor(struct spp_container *c, uint64_t first,
				       uint64_t sectors, struct spp_error *err)
{
	enum spp_status st;
	char *text;

	if (!first || !sectors) {
		c->flags |= SPP_CONTAINER_EXTENTS;
		return SPP_OK;
	}
	if (sectors > DESCRIPTOR_MAX || first > c->file_size / SECTOR)
		return spp_container_bad(c, "the place of the descriptor", err);
	text = calloc(1, (size_t)sectors * SECTOR + 1);
	if (!text)
		return spp_nomem(err);
	st = spp_container_bytes(c, first * SECTOR, text,
				 (size_t)sectors * SECTOR, err);
	if (!st)
		st = judge(c, text, err);
	free(text);
	return st;
}

enum spp_status spp_vmdk_read(struct spp_container *c, struct spp_error *err)
{
	uint8_t head[HEAD] = { 0 };
	size_t n = c->file_size < HEAD ? (size_t)c->file_size : HEAD;
	enum spp_status st = spp_container_bytes(c, 0, head, n, err);

	if (st)
		return st;
	if (!memcmp(head, "COWD", 4))
		return spp_container_unknown(c, "the sparse form of old ESX",
					     err);
	if (!memcmp(head, "# Disk Descr", 12)) {
		c->flags |= SPP_CONTAINER_EXTENTS;
		return SPP_OK;
	}
	if (memcmp(head, "KDMV", 4))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is no VMDK image",
				c->label);
	if (spp_get32(head + 4) < 1 || spp_get32(head + 4) > 3)
		return spp_container_unknown(c, "another version than 1 to 3",
					     err);
	if (head[72])
		c->flags |= SPP_CONTAINER_OPEN;
	if (spp_get16(head + 77))
		c->flags |= SPP_CONTAINER_STREAM;
	return read_descriptor(c, spp_get64(head + 28), spp_get64(head + 36),
			       err);
}
