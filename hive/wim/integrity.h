/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integrity table of a WIM: SHA-1 over each chunk of the file, from
 * after the header to the end of its table.
 *
 *   0 size  4 number of hashes  8 bytes of a chunk  12 hashes, 20 bytes each
 */
#ifndef HIVE_WIM_INTEGRITY_H
#define HIVE_WIM_INTEGRITY_H

#include "hive/base/buf.h"
#include "hive/wim/wim.h"

struct spp_wim_integrity {
	const struct spp_wim *wim;
	/*
	 * The file to make a table for still has the WIM's chunks, so that their
	 * hashes are taken over unchecked: one that proves damage must stay.
	 */
	bool keep;
	struct spp_wim_bytes old; /* the WIM's own table; may be empty */
};

/* Reads the WIM's own table; one that is too long is left out. */
enum spp_status spp_wim_integrity_read(struct spp_wim_integrity *integrity,
				       struct spp_error *err);

/* Makes the table for `covered` bytes of the file fd, without its header. */
enum spp_status spp_wim_integrity_make(
	const struct spp_wim_integrity *integrity, int fd, uint64_t covered,
	struct spp_buf *table, struct spp_error *err);

#endif
