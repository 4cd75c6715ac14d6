/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes are a site file; what is wrong with it is told in one line. */
#include <stdlib.h>

#include "policy/audit/site.h"
#include "tests/fuzz/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_site site = SPP_SITE_INIT;
	struct spp_identity identity = SPP_IDENTITY_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_host_address address;
	enum spp_platform platform;
	enum spp_duty duty;
	char *copy = memory_text(data, size);

	if (!spp_site_read("fuzz", copy, size, &site, &err)) {
		spp_host_address_read("kms01.corp.example", &address);
		spp_site_place(&site, "images/it", &identity, &duty, &platform);
		spp_site_allows(&site, &address);
		spp_site_owns(&site, &address);
		spp_site_condemns(&site, &address);
	} else if (!err.status || strchr(err.text, '\n')) {
		abort();
	}
	spp_site_release(&site);
	free(copy);
	return 0;
}
