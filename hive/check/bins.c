/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/check/private.h"

bool spp_check_bit(const uint8_t *bits, uint32_t offset)
{
	return bits[offset / 64] >> (offset / 8 % 8) & 1;
}

void spp_check_set(uint8_t *bits, uint32_t offset)
{
	bits[offset / 64] |= (uint8_t)(1 << (offset / 8 % 8));
}

bool spp_check_reach(struct spp_check_job *job, uint32_t offset, size_t want,
		     const char *what, struct spp_cell *cell)
{
	struct spp_error err = SPP_ERROR_INIT;

	if (spp_regf_cell(job->hive, offset, want, cell, &err)) {
		spp_check_note(job, SPP_CHECK_REFERENCE, offset, "%s: %s", what,
			       err.text);
		return false;
	}
	if (!spp_check_bit(job->used, offset)) {
		spp_check_note(job, SPP_CHECK_REFERENCE, offset,
			       "%s: 0x%x is in the middle of a cell", what,
			       offset);
		return false;
	}
	if (spp_check_bit(job->reached, offset)) {
		spp_check_note(job, SPP_CHECK_SHARED, offset,
			       "%s: cell 0x%x is in use for something else",
			       what, offset);
		return false;
	}
	spp_check_set(job->reached, offset);
	return true;
}

void spp_check_base(struct spp_check_job *job)
{
	const struct spp_base *base = &job->hive->base;
	uint64_t end = SPP_BASE_BLOCK + (uint64_t)base->bins_size;

	if (base->computed != base->checksum)
		spp_check_note_at(job, SPP_CHECK_BASE, SPP_ERROR, 508,
				  "checksum is 0x%08x, should be 0x%08x",
				  base->checksum, base->computed);
	if (base->seq1 != base->seq2)
		spp_check_note_at(job, SPP_CHECK_DIRTY, SPP_ERROR, 4,
				  "sequence numbers %u and %u differ",
				  base->seq1, base->seq2);
	if (base->flags & SPP_FLAG_KTM)
		spp_check_note_at(job, SPP_CHECK_TRANSACTIONS, SPP_WARNING, 144,
				  "transactions are pending");
	if (job->size > end)
		spp_check_note_at(job, SPP_CHECK_TRAILING, SPP_INFO, end,
				  "%llu bytes after the last bin",
				  (unsigned long long)(job->size - end));
}

/* Checks the cells of one bin; false if they do not fill it. */
static bool check_cells(struct spp_check_job *job, uint32_t bin, uint32_t end)
{
	struct spp_check *check = job->check;
	uint32_t at = bin + SPP_BIN_HEAD, raw, size;
	bool free_before = false, used;

	for (; at < end; at += size) {
		raw = spp_get32(job->data + spp_file_offset(at));
		used = raw & 0x80000000u;
		size = used ? 0u - raw : raw;
		if (size < 8 || size % 8 || size > end - at) {
			spp_check_note(job, SPP_CHECK_CELL, at,
				       "cell of %u bytes, %u are left in its "
				       "bin",
				       size, end - at);
			return false;
		}
		if (used) {
			spp_check_set(job->used, at);
			check->used_cells++;
			check->used_bytes += size;
		} else {
			check->free_cells++;
			check->free_bytes += size;
			if (free_before)
				spp_check_note(job, SPP_CHECK_FREE_PAIR, at,
					       "free cell after a free cell");
		}
		free_before = !used;
	}
	return true;
}

/*
 * The next place where a bin may begin, after a header that cannot be trusted.
 */
static uint32_t find_bin(const struct spp_check_job *job, uint32_t at)
{
	for (at += SPP_PAGE; at < job->hive->base.bins_size; at += SPP_PAGE) {
		const uint8_t *p = job->data + spp_file_offset(at);

		if (!memcmp(p, "hbin", 4) && spp_get32(p + 4) == at)
			break;
	}
	return at;
}

void spp_check_bins(struct spp_check_job *job)
{
	uint32_t at = 0, total = job->hive->base.bins_size, size;

	while (at < total) {
		const uint8_t *p = job->data + spp_file_offset(at);

		size = spp_get32(p + 8);
		job->check->bins++;
		if (memcmp(p, "hbin", 4) || spp_get32(p + 4) != at || !size ||
		    size % SPP_PAGE || size > total - at) {
			spp_check_note(job, SPP_CHECK_BIN, at,
				       "no bin begins here, or its offset "
				       "0x%x or size 0x%x is wrong",
				       spp_get32(p + 4), size);
			at = find_bin(job, at);
			continue;
		}
		check_cells(job, at, at + size);
		at += size;
	}
}

void spp_check_orphans(struct spp_check_job *job)
{
	uint32_t total = job->hive->base.bins_size, at, i;

	for (i = 0; i <= total / 64; i++) {
		if (job->used[i] == job->reached[i])
			continue;
		for (at = i * 64; at < i * 64 + 64 && at < total; at += 8)
			if (spp_check_bit(job->used, at) &&
			    !spp_check_bit(job->reached, at))
				spp_check_note(
					job, SPP_CHECK_ORPHAN, at,
					"cell of %u bytes is reached from "
					"nowhere",
					0u - spp_get32(job->data +
						       spp_file_offset(at)));
	}
}
