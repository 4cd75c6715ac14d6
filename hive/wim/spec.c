/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/spec.h"

#include <string.h>
#include <sys/stat.h>

enum spp_status spp_wim_split(const char *spec, char **file, const char **image,
			      struct spp_error *err)
{
	char *name = strdup(spec), *hash;
	size_t n = strlen(spec);
	struct stat st;

	*image = NULL;
	if (!name)
		return spp_nomem(err);
	*file = name;
	if (!stat(name, &st))
		return SPP_OK;
	/* Search from the end, since a folder's name may have a '#', too. */
	while ((hash = memrchr(name, '#', n))) {
		n = (size_t)(hash - name);
		*hash = '\0';
		if (!stat(name, &st) && S_ISREG(st.st_mode)) {
			*image = spec + n + 1;
			return SPP_OK;
		}
		*hash = '#';
	}
	return SPP_OK;
}
