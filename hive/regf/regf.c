/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/regf/regf.h"

#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

uint32_t spp_base_checksum(const uint8_t *head)
{
	uint32_t sum = 0;
	size_t at;

	for (at = 0; at < 508; at += 4)
		sum ^= spp_get32(head + at);
	if (sum == 0)
		return 1;
	if (sum == 0xffffffff)
		return 0xfffffffe;
	return sum;
}

/* The file name field ends at a NUL or fills its 64 bytes. */
static void read_name(const uint8_t *field, struct spp_base *base)
{
	struct spp_buf buf = SPP_BUF_INIT;
	size_t size = 0;

	while (size < 64 && spp_get16(field + size))
		size += 2;
	base->name[0] = '\0';
	if (!spp_utf16_to(field, size, &buf, NULL) &&
	    buf.size < sizeof(base->name))
		memcpy(base->name, spp_buf_text(&buf), buf.size + 1);
	spp_buf_release(&buf);
}

enum spp_status spp_base_read(const uint8_t *head, size_t size,
			      struct spp_base *base, struct spp_error *err)
{
	if (!head || size < 512 || !spp_regf_begins(head, size))
		return spp_fail(err, SPP_NOTHIVE, "not a registry hive");
	base->seq1 = spp_get32(head + 4);
	base->seq2 = spp_get32(head + 8);
	base->written = spp_get64(head + 12);
	base->major = spp_get32(head + 20);
	base->minor = spp_get32(head + 24);
	base->type = spp_get32(head + 28);
	base->format = spp_get32(head + 32);
	base->root = spp_get32(head + 36);
	base->bins_size = spp_get32(head + 40);
	base->flags = spp_get32(head + 144);
	base->checksum = spp_get32(head + 508);
	base->computed = spp_base_checksum(head);
	read_name(head + 48, base);
	return SPP_OK;
}

bool spp_base_dirty(const struct spp_base *base)
{
	return base->checksum != base->computed || base->seq1 != base->seq2;
}

static enum spp_status judge(const struct spp_base *base, uint64_t size,
			     struct spp_error *err)
{
	if (base->major != 1 || base->minor < 3 || base->minor > 6)
		return spp_fail(err, SPP_UNSUPPORTED,
				"hive version %u.%u is not supported",
				base->major, base->minor);
	if (base->type != 0)
		return spp_fail(err, SPP_NOTHIVE,
				"a transaction log, not a hive; name the file "
				"without .LOG");
	if (base->format != 1)
		return spp_fail(err, SPP_UNSUPPORTED,
				"hive format %u is not supported",
				base->format);
	if (!base->bins_size || base->bins_size % SPP_PAGE)
		return spp_fail(err, SPP_CORRUPT,
				"bins size 0x%x is not a multiple of 4096",
				base->bins_size);
	if (!spp_within(SPP_BASE_BLOCK, base->bins_size, size))
		return spp_fail_remedy(
			err, SPP_TRUNCATED,
			spp_within(SPP_BASE_BLOCK, SPP_PAGE, size)
				? SPP_REMEDY_PARTIAL
				: SPP_REMEDY_NONE,
			"hive is truncated: %llu bytes of %llu; restore it "
			"from a backup",
			(unsigned long long)size,
			(unsigned long long)base->bins_size + SPP_BASE_BLOCK);
	return SPP_OK;
}

enum spp_status spp_regf_open(struct spp_regf *hive, struct spp_pages *pages,
			      struct spp_error *err)
{
	uint64_t size = spp_pages_size(pages);
	const uint8_t *head = NULL;
	enum spp_status st;

	*hive = (struct spp_regf){ .pages = pages };
	if (size >= 512) {
		head = spp_pages_at(pages, 0, 512, err);
		if (!head)
			return SPP_IO;
	}
	st = spp_base_read(head, 512, &hive->base, err);
	if (!st)
		st = judge(&hive->base, size, err);
	return st;
}

enum spp_status spp_regf_cut(struct spp_regf *hive, struct spp_error *err)
{
	uint64_t size = spp_pages_size(hive->pages), whole;

	if (size < SPP_BASE_BLOCK + SPP_PAGE)
		return spp_fail(err, SPP_TRUNCATED,
				"hive is truncated: it has %llu bytes, and no "
				"whole page of keys",
				(unsigned long long)size);
	whole = (size - SPP_BASE_BLOCK) / SPP_PAGE * SPP_PAGE;
	if (whole >= hive->base.bins_size)
		return spp_fail(err, SPP_BUG, "hive is not truncated");
	hive->bins_lost = hive->base.bins_size - (uint32_t)whole;
	hive->base.bins_size = (uint32_t)whole;
	return SPP_OK;
}

/* Whether n bytes of the bins reach into the missing part of the hive. */
static bool is_missing(const struct spp_regf *hive, uint64_t offset, uint64_t n)
{
	uint64_t size = hive->base.bins_size;

	return offset % 8 == 0 && !spp_within(offset, n, size) &&
	       spp_within(offset, n, size + hive->bins_lost);
}

enum spp_status spp_regf_cell(const struct spp_regf *hive, uint32_t offset,
			      size_t want, struct spp_cell *cell,
			      struct spp_error *err)
{
	const uint8_t *p;
	uint32_t raw, size;

	if (is_missing(hive, offset, 8))
		return spp_fail(err, SPP_CORRUPT,
				"0x%x is in the part of the hive that is "
				"missing",
				offset);
	if (offset % 8 || offset < 32 ||
	    !spp_within(offset, 8, hive->base.bins_size))
		return spp_fail(err, SPP_CORRUPT,
				"0x%x is not the offset of a cell", offset);
	p = spp_pages_at(hive->pages, spp_file_offset(offset), 4, err);
	if (!p)
		return SPP_IO;
	raw = spp_get32(p);
	if (!(raw & 0x80000000u))
		return spp_fail(err, SPP_CORRUPT, "cell 0x%x is not in use",
				offset);
	size = 0u - raw;
	if (size >= 8 && is_missing(hive, offset, size))
		return spp_fail(err, SPP_CORRUPT,
				"cell 0x%x ends in the part of the hive that "
				"is missing",
				offset);
	if (size % 8 || size < 8 ||
	    !spp_within(offset, size, hive->base.bins_size))
		return spp_fail(err, SPP_CORRUPT,
				"cell 0x%x has the impossible size %u", offset,
				size);
	if (want > size - 4)
		return spp_fail(err, SPP_CORRUPT,
				"cell 0x%x is too small: %u bytes for %zu",
				offset, size - 4, want);
	p = spp_pages_at(hive->pages, spp_file_offset(offset) + 4, want, err);
	if (!p)
		return SPP_IO;
	cell->offset = offset;
	cell->size = size - 4;
	cell->data = p;
	return SPP_OK;
}
