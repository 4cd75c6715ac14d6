/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/markup.h"

#include <string.h>

#include "policy/text/printable.h"

static const struct {
	char c;
	const char *entity;
} entities[] = {
	{ '&', "&amp;" },  { '<', "&lt;" },   { '>', "&gt;" },
	{ '"', "&quot;" }, { '\'', "&#39;" }, { '\n', "&#10;" },
};

static const char *entity_of(char c)
{
	size_t i;

	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (entities[i].c == c)
			return entities[i].entity;
	return NULL;
}

void cli_markup(FILE *to, const char *text, const char *kept)
{
	char CLEANUP(spp_free_string) *plain =
		spp_printable_but(text ? text : "", "\n");
	const char *p, *entity;

	for (p = plain ? plain : ""; *p; p++) {
		entity = strchr(kept, *p) ? NULL : entity_of(*p);
		if (entity)
			fputs(entity, to);
		else
			putc(*p, to);
	}
}
