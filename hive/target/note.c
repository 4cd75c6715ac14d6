/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "hive/target.h"

void spp_target_note(struct spp_target *target, const char *fmt, ...)
{
	char **grown, *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	grown = text ? realloc(target->note,
			       (target->notes + 1) * sizeof(*grown))
		     : NULL;
	if (!grown) {
		free(text);
		spp_nomem(NULL);
		return;
	}
	target->note = grown;
	grown[target->notes++] = text;
}

void spp_target_free_notes(struct spp_target *target)
{
	size_t i;

	for (i = 0; i < target->notes; i++)
		free(target->note[i]);
	free(target->note);
}
