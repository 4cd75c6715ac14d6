/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/notes.h"

#include <stdio.h>
#include <stdlib.h>

static void add(struct spp_notes *notes, enum spp_remedy remedy,
		const char *fmt, va_list ap)
{
	enum spp_remedy *remedies;
	char **grown, *text;

	if (!notes)
		return;
	if (vasprintf(&text, fmt, ap) < 0) {
		spp_nomem(NULL);
		return;
	}
	grown = realloc(notes->text, (notes->count + 1) * sizeof(*grown));
	if (grown)
		notes->text = grown;
	remedies =
		realloc(notes->remedy, (notes->count + 1) * sizeof(*remedies));
	if (remedies)
		notes->remedy = remedies;
	if (!grown || !remedies) {
		spp_nomem(NULL);
		free(text);
		return;
	}
	notes->remedy[notes->count] = remedy;
	notes->text[notes->count++] = text;
}

void spp_note_remedy(struct spp_notes *notes, enum spp_remedy remedy,
		     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(notes, remedy, fmt, ap);
	va_end(ap);
}

void spp_note(struct spp_notes *notes, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(notes, SPP_REMEDY_NONE, fmt, ap);
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
	free(notes->remedy);
	*notes = (struct spp_notes)SPP_NOTES_INIT;
}
