/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/notes.h"

#include <stdio.h>
#include <stdlib.h>

void spp_vnote(struct spp_notes *notes, const char *fmt, va_list ap)
{
	char **grown, *text;

	if (!notes)
		return;
	if (vasprintf(&text, fmt, ap) < 0) {
		spp_nomem(NULL);
		return;
	}
	grown = realloc(notes->text, (notes->count + 1) * sizeof(*grown));
	if (!grown) {
		spp_nomem(NULL);
		free(text);
		return;
	}
	notes->text = grown;
	notes->text[notes->count++] = text;
}

void spp_note(struct spp_notes *notes, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	spp_vnote(notes, fmt, ap);
	va_end(ap);
}

void spp_notes_release(struct spp_notes *notes)
{
	size_t i;

	if (!notes)
		return;
	for (i = 0; i < notes->count; i++)
		free(notes->text[i]);
	free(notes->text);
	*notes = (struct spp_notes)SPP_NOTES_INIT;
}
