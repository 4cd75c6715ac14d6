/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "hive/target.h"

void spp_restores_release(struct spp_restores *restores)
{
	size_t i;

	if (!restores)
		return;
	for (i = 0; i < restores->count; i++) {
		free(restores->item[i].label);
		free(restores->item[i].backup);
	}
	free(restores->item);
	*restores = (struct spp_restores)SPP_RESTORES_INIT;
}

enum spp_status spp_restores_add(struct spp_restores *restores,
				 const char *label, const char *backup,
				 struct spp_error *err)
{
	struct spp_restored *grown;

	grown = realloc(restores->item, (restores->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	restores->item = grown;
	grown += restores->count;
	grown->label = strdup(label);
	grown->backup = strdup(backup);
	if (!grown->label || !grown->backup) {
		free(grown->label);
		free(grown->backup);
		return spp_nomem(err);
	}
	restores->count++;
	return SPP_OK;
}
