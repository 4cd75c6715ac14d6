/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes the pages of a hive, for the readers of both log formats. */
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/log/private.h"

enum spp_status spp_log_put(struct spp_pages *pages, uint64_t off,
			    const uint8_t *data, size_t n,
			    struct spp_log_use *use, struct spp_error *err)
{
	uint8_t *p = spp_pages_edit(pages, off, n, err);

	if (!p)
		return SPP_IO;
	memcpy(p, data, n);
	use->pages++;
	use->bytes += n;
	return SPP_OK;
}

enum spp_status spp_log_put_base(struct spp_pages *pages, size_t at, uint32_t v,
				 struct spp_error *err)
{
	uint8_t *p = spp_pages_edit(pages, at, 4, err);

	if (!p)
		return SPP_IO;
	spp_put32(p, v);
	return SPP_OK;
}

enum spp_status spp_log_grow(struct spp_pages *pages,
			     const struct spp_log_file *log, uint32_t size,
			     struct spp_error *err)
{
	uint64_t want = (uint64_t)size + SPP_BASE_BLOCK;

	if (want > log->size_limit)
		return spp_fail_remedy(
			err, SPP_DIRTY, SPP_REMEDY_DISCARD_LOGS,
			"hive is dirty and its log wants bins of %u "
			"bytes, more than it brings; boot Windows once",
			size);
	return spp_pages_grow(pages, want, err);
}
