/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes values of a key without touching its other values.
 *
 *	struct spp_edit edit = { .cells = { .hive = &hive }, .now = now };
 *
 *	spp_edit_set(&edit, "Path\\To\\Key", "Name", &value, err);
 *	spp_edit_delete(&edit, "Path\\To\\Key", "Name", err);
 *	spp_edit_finish(&edit, seq, err);
 *	... edit.cells.ledger: bytes that may differ; edit.cells.watch: cells
 *	    that must have no other owner ...
 *	spp_edit_release(&edit);
 *
 * Data goes into the cell of the old data if it fits, else into a free cell,
 * else into a new bin.  libhivex would rewrite every value of the key, leave
 * the old cells in use and flatten big data, so values are not written through
 * it.  After a failure, discard the pages.
 */
#ifndef HIVE_EDIT_H
#define HIVE_EDIT_H

#include "hive/edit/cells.h"

struct spp_edit {
	struct spp_cells cells;
	uint64_t now; /* FILETIME for edited keys and the base block */
};

void spp_edit_release(struct spp_edit *edit);

/*
 * Sets a value of an existing key; its other values, their cells and their
 * order stay.  SPP_LIMIT past SPP_VALUE_MAX bytes; SPP_INVALID for a new name
 * that is too long or not ASCII.
 */
enum spp_status spp_edit_set(struct spp_edit *edit, const char *path,
			     const char *name, const struct spp_value *value,
			     struct spp_error *err);

/* Deletes a value; SPP_NOTFOUND if there is none. */
enum spp_status spp_edit_delete(struct spp_edit *edit, const char *path,
				const char *name, struct spp_error *err);

/*
 * Completes the base block: both sequence numbers (seq), the time, the size of
 * the bins, the checksum.
 */
enum spp_status spp_edit_finish(struct spp_edit *edit, uint32_t seq,
				struct spp_error *err);

#endif
