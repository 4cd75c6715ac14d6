/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The proof before a commit: the new bytes are read back and compared with
 * the old ones, and nothing but what the ledger of the edit allows may
 * differ.
 */
#ifndef HIVE_PROOF_H
#define HIVE_PROOF_H

#include "hive/base/rangeset.h"
#include "hive/regf/regf.h"
#include "hive/check/shared_cells.h"

#define SPP_SHA256_SIZE 32

struct spp_proof {
	uint64_t bytes_changed; /* of those that were there before */
	uint64_t bytes_grown;
	uint8_t sha256[SPP_SHA256_SIZE]; /* of the new bytes, if wanted */
};

/*
 * Compares the pages before the edit with the source after it.  The ledger
 * must be sorted.  SPP_BUG names the first byte that may not differ.  The
 * watch, which may be NULL, counts in the bytes before.
 */
enum spp_status spp_proof_bytes(struct spp_pages *before,
				const struct spp_source *after,
				const struct spp_ranges *ledger,
				struct spp_watch *watch, bool hash,
				struct spp_proof *proof, struct spp_error *err);

/*
 * Compares a key before and after: every value but those for which edited()
 * says true must be the same record with the same data.  The key may be new.
 */
enum spp_status spp_proof_key(struct spp_regf *before, struct spp_regf *after,
			      const char *path,
			      bool (*edited)(void *ctx,
					     const struct spp_name *name),
			      void *ctx, struct spp_error *err);

/* SHA-256 of all bytes of a source. */
enum spp_status spp_sha256(const struct spp_source *source,
			   uint8_t sha256[SPP_SHA256_SIZE],
			   struct spp_error *err);

#endif
