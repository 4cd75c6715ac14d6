/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/wim.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"

#define VERSION	      0x10d00
#define VERSION_SOLID 0xe00

static enum spp_status damaged(const struct spp_wim *wim, const char *what,
			       struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT, "'%s' is damaged: %s", wim->label,
			what);
}

void spp_wim_get_resource(const uint8_t *p, struct spp_wim_resource *r)
{
	uint64_t first = spp_get64(p);

	r->stored = first & 0xffffffffffffffu;
	r->flags = (unsigned int)(first >> 56);
	r->off = spp_get64(p + 8);
	r->size = spp_get64(p + 16);
}

void spp_wim_put_resource(uint8_t *p, const struct spp_wim_resource *r)
{
	spp_put64(p, r->stored | (uint64_t)r->flags << 56);
	spp_put64(p + 8, r->off);
	spp_put64(p + 16, r->size);
}

uint8_t *spp_wim_entry(const struct spp_wim *wim, size_t i)
{
	return wim->entry + i * SPP_WIM_ENTRY;
}

/* Versions without solid resources ignore the flag. */
static bool is_solid(const struct spp_wim *wim, const uint8_t *entry)
{
	return wim->solid && entry[7] & SPP_RESOURCE_SOLID;
}

bool spp_wim_is_solid_head(const struct spp_wim *wim, const uint8_t *entry)
{
	return is_solid(wim, entry) && spp_get64(entry + 16) == 1ull << 32;
}

/* Reads from the header how resources are packed. */
static enum spp_status read_method(struct spp_wim *wim, struct spp_error *err)
{
	static const struct {
		unsigned int flag;
		enum spp_wim_method method;
	} flags[] = {
		{ 0x20000, SPP_WIM_XPRESS },
		{ 0x40000, SPP_WIM_LZX },
		{ 0x80000, SPP_WIM_LZMS },
		{ 0x200000, SPP_WIM_XPRESS },
	};
	size_t i;

	wim->chunk = spp_get32(wim->head + 20);
	wim->method = SPP_WIM_NONE;
	if (!(wim->flags & SPP_WIM_PACKED))
		return SPP_OK;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (wim->flags & flags[i].flag)
			wim->method = flags[i].method;
	if (!wim->method)
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is packed in a way unknown here",
				wim->label);
	if (!wim->chunk)
		wim->chunk = 32768;
	/* libwim's limits. */
	if (wim->chunk & (wim->chunk - 1) || wim->chunk < 4096 ||
	    wim->chunk > 1u << 30)
		return damaged(wim, "its chunk size is invalid", err);
	return SPP_OK;
}

static enum spp_status check_parts(const struct spp_wim *wim,
				   struct spp_error *err)
{
	unsigned int part = spp_get16(wim->head + 40);
	unsigned int parts = spp_get16(wim->head + 42);

	if (!part || part > parts)
		return damaged(wim, "its part number is invalid", err);
	if (parts > 1 || wim->flags & SPP_WIM_SPANNED)
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is part %u of a WIM split in %u; put it "
				"together with wimjoin first",
				wim->label, part, parts);
	return SPP_OK;
}

static enum spp_status check_within(const struct spp_wim *wim,
				    const struct spp_wim_resource *r,
				    const char *what, struct spp_error *err)
{
	/* An edit writes the header anew. */
	if (r->stored && r->off < SPP_WIM_HEAD)
		return spp_fail(err, SPP_CORRUPT,
				"'%s' is damaged: its %s is in its header",
				wim->label, what);
	if (spp_within(r->off, r->stored, wim->file_size))
		return SPP_OK;
	return spp_fail(err, SPP_TRUNCATED,
			"'%s' is truncated or damaged: its %s is after its "
			"end",
			wim->label, what);
}

static enum spp_status read_places(struct spp_wim *wim, struct spp_error *err)
{
	const struct {
		size_t at;
		struct spp_wim_resource *to;
		const char *what;
	} places[] = {
		{ SPP_WIM_AT_TABLE, &wim->table, "table" },
		{ SPP_WIM_AT_XML, &wim->xml, "XML" },
		{ SPP_WIM_AT_INTEGRITY, &wim->integrity, "integrity table" },
	};
	enum spp_status st = SPP_OK;
	size_t i;

	wim->end = SPP_WIM_HEAD;
	for (i = 0; !st && i < sizeof(places) / sizeof(places[0]); i++) {
		spp_wim_get_resource(wim->head + places[i].at, places[i].to);
		st = check_within(wim, places[i].to, places[i].what, err);
		if (!st && places[i].to->off + places[i].to->stored > wim->end)
			wim->end = places[i].to->off + places[i].to->stored;
	}
	return st;
}

static enum spp_status read_head(struct spp_wim *wim, struct spp_error *err)
{
	uint32_t version;
	enum spp_status st;

	if (!memcmp(wim->head, "WLPWM\0\0", 8))
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is a WIM made for pipes; make it an "
				"ordinary one with wimoptimize --not-pipable "
				"first",
				wim->label);
	if (memcmp(wim->head, "MSWIM\0\0", 8) != 0)
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a WIM",
				wim->label);
	version = spp_get32(wim->head + 12);
	if (spp_get32(wim->head + 8) != SPP_WIM_HEAD)
		return damaged(wim, "its header has another size", err);
	if (version != VERSION && version != VERSION_SOLID)
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is a WIM of version 0x%x, unknown here",
				wim->label, version);
	wim->solid = version == VERSION_SOLID;
	wim->flags = spp_get32(wim->head + SPP_WIM_AT_FLAGS);
	wim->images = spp_get32(wim->head + 44);
	wim->boot = spp_get32(wim->head + SPP_WIM_AT_BOOT);
	if (wim->images > SPP_WIM_IMAGES)
		return damaged(wim, "it has too many images", err);
	st = check_parts(wim, err);
	if (!st)
		st = read_method(wim, err);
	return st ? st : read_places(wim, err);
}

/*
 * Finds the end of the WIM; everything up to the XML and past it must be kept.
 */
static void find_end(struct spp_wim *wim)
{
	struct spp_wim_resource r;
	const uint8_t *e;
	size_t i;

	for (i = 0; i < wim->entries; i++) {
		e = spp_wim_entry(wim, i);
		spp_wim_get_resource(e, &r);
		if (is_solid(wim, e) && !spp_wim_is_solid_head(wim, e))
			continue;
		if (spp_within(r.off, r.stored, wim->file_size) &&
		    r.off + r.stored > wim->end)
			wim->end = r.off + r.stored;
	}
}

/*
 * Finds the metadata of image 1, 2, ...: they are in the order of their
 * entries.
 */
static enum spp_status find_metadata(struct spp_wim *wim, struct spp_error *err)
{
	unsigned int image = 0;
	const uint8_t *e;
	size_t i;

	wim->metadata = calloc(wim->images + 1, sizeof(*wim->metadata));
	if (!wim->metadata)
		return spp_nomem(err);
	for (i = 0; i < wim->entries && image < wim->images; i++) {
		e = spp_wim_entry(wim, i);
		if (e[7] & SPP_RESOURCE_METADATA && !is_solid(wim, e) &&
		    spp_get32(e + 26) && spp_get64(e + 16))
			wim->metadata[image++] = i;
	}
	if (image < wim->images)
		return damaged(wim, "an image has no metadata", err);
	return SPP_OK;
}

static enum spp_status load_table(struct spp_wim *wim, struct spp_error *err)
{
	struct spp_wim_bytes CLEANUP(spp_wim_bytes_release) bytes =
		SPP_WIM_BYTES_INIT;
	struct spp_wim_place place = spp_wim_whole(&wim->table);
	enum spp_status st;

	if (wim->table.size > SPP_WIM_TABLE_MAX)
		return damaged(wim, "its table is too long", err);
	st = spp_wim_read(wim, &place, 0, place.size, &bytes, err);
	if (st)
		return st;
	wim->entries = bytes.size / SPP_WIM_ENTRY;
	wim->entry = malloc(bytes.size + 1);
	if (!wim->entry)
		return spp_nomem(err);
	memcpy(wim->entry, bytes.data, bytes.size);
	find_end(wim);
	return find_metadata(wim, err);
}

enum spp_status spp_wim_load(struct spp_wim *wim, struct spp_error *err)
{
	uint8_t head[SPP_WIM_HEAD];
	enum spp_status st;

	if (wim->file_size < SPP_WIM_HEAD)
		return spp_fail(err, SPP_CORRUPT,
				"'%s' is shorter than the header of a WIM",
				wim->label);
	st = spp_read_at(wim->fd, 0, head, SPP_WIM_HEAD, wim->label, err);
	return st ? st : spp_wim_load_as(wim, head, err);
}

enum spp_status spp_wim_load_as(struct spp_wim *wim,
				const uint8_t head[SPP_WIM_HEAD],
				struct spp_error *err)
{
	enum spp_status st;

	memcpy(wim->head, head, SPP_WIM_HEAD);
	st = read_head(wim, err);
	return st ? st : load_table(wim, err);
}

void spp_wim_release(struct spp_wim *wim)
{
	if (!wim)
		return;
	free(wim->entry);
	free(wim->metadata);
	wim->entry = NULL;
	wim->metadata = NULL;
}

enum spp_status spp_wim_writable(const struct spp_wim *wim,
				 struct spp_error *err)
{
	if (wim->flags & SPP_WIM_IN_PROGRESS)
		return spp_fail(err, SPP_REFUSED,
				"'%s' is marked as being written: another "
				"program works on it, or one was ended in the "
				"middle; if none does, check it with wimverify "
				"and clear the mark with wimoptimize",
				wim->label);
	if (wim->flags & SPP_WIM_READ_ONLY)
		return spp_fail(
			err, SPP_REFUSED,
			"'%s' is marked read-only in its header; edit a "
			"copy without the mark, which wimexport makes",
			wim->label);
	return SPP_OK;
}

struct spp_wim_place spp_wim_whole(const struct spp_wim_resource *resource)
{
	return (struct spp_wim_place){ *resource, 0, resource->size, 0 };
}

/* Reads the size of a solid resource, which its entry lacks. */
static enum spp_status solid_size(const struct spp_wim *wim,
				  struct spp_wim_resource *r,
				  struct spp_error *err)
{
	uint8_t head[16];
	enum spp_status st = check_within(wim, r, "solid resource", err);

	if (!st && r->stored < sizeof(head))
		st = damaged(wim, "a solid resource is too short", err);
	if (!st)
		st = spp_read_at(wim->fd, r->off, head, sizeof(head),
				 wim->label, err);
	r->size = st ? 0 : spp_get64(head);
	return st;
}

/*
 * Finds a blob in solid resources.  Offsets count through several solid
 * resources in a row as if they were one.
 */
static enum spp_status place_in_solid(const struct spp_wim *wim, size_t i,
				      struct spp_wim_place *place,
				      struct spp_error *err)
{
	const uint8_t *e = spp_wim_entry(wim, i);
	uint64_t off = spp_get64(e + 8);
	enum spp_status st;
	size_t first = i;

	place->size = spp_get64(e) & 0xffffffffffffffu;
	place->entry = i;
	while (first && is_solid(wim, spp_wim_entry(wim, first - 1)))
		first--;
	for (; first < wim->entries && is_solid(wim, spp_wim_entry(wim, first));
	     first++) {
		if (!spp_wim_is_solid_head(wim, spp_wim_entry(wim, first)))
			continue;
		spp_wim_get_resource(spp_wim_entry(wim, first),
				     &place->resource);
		st = solid_size(wim, &place->resource, err);
		if (st)
			return st;
		place->off = off;
		if (spp_within(off, place->size, place->resource.size))
			return SPP_OK;
		if (off < place->resource.size)
			break;
		off -= place->resource.size;
	}
	return damaged(wim, "a file is not in any solid resource", err);
}

enum spp_status spp_wim_find(const struct spp_wim *wim,
			     const uint8_t sha1[SPP_WIM_HASH],
			     struct spp_wim_place *place, struct spp_error *err)
{
	const uint8_t *e;
	size_t i;

	for (i = 0; i < wim->entries; i++) {
		e = spp_wim_entry(wim, i);
		if (memcmp(e + 30, sha1, SPP_WIM_HASH) != 0 ||
		    e[7] & SPP_RESOURCE_METADATA ||
		    spp_wim_is_solid_head(wim, e))
			continue;
		if (is_solid(wim, e))
			return place_in_solid(wim, i, place, err);
		spp_wim_get_resource(e, &place->resource);
		place->off = 0;
		place->size = place->resource.size;
		place->entry = i;
		return SPP_OK;
	}
	return SPP_NOTFOUND;
}
