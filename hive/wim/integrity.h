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

/*
 * Makes the table for the first `covered` bytes of the file fd, without its
 * header.  keep: fd still has the WIM's old chunks, so their hashes are taken
 * over unchecked; a hash that proves damage must not be replaced.
 */
enum spp_status spp_wim_integrity(const struct spp_wim *wim, int fd,
				  uint64_t covered, bool keep,
				  struct spp_buf *table, struct spp_error *err);

#endif
