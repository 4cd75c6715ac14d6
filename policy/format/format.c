/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/text/printable.h"

#define FOREIGN_MAX 400 /* bytes, and three more for "..." */

#define REFER(name) &spp_format_##name,
const struct spp_format *const spp_formats[] = { SPP_FORMAT_LIST(REFER) };
const size_t spp_formats_count = sizeof(spp_formats) / sizeof(spp_formats[0]);

const struct spp_format *spp_format_find(const char *name)
{
	size_t i;

	for (i = 0; i < spp_formats_count; i++)
		if (!strcasecmp(spp_formats[i]->name, name))
			return spp_formats[i];
	return NULL;
}

const struct spp_format *spp_format_of_path(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot;
	size_t i;

	dot = strrchr(slash ? slash : path, '.');
	for (i = 0; dot && i < spp_formats_count; i++)
		if (spp_formats[i]->suffix &&
		    !strcasecmp(spp_formats[i]->suffix, dot + 1))
			return spp_formats[i];
	return NULL;
}

const struct spp_format *spp_format_probe(const uint8_t *data, size_t size)
{
	const struct spp_format *best = NULL;
	int sure, surest = 0;
	size_t i;

	for (i = 0; i < spp_formats_count; i++) {
		if (!spp_formats[i]->probe)
			continue;
		sure = spp_formats[i]->probe(data, size);
		if (sure > surest) {
			best = spp_formats[i];
			surest = sure;
		}
	}
	return best;
}

void spp_import_release(struct spp_import *import)
{
	if (!import)
		return;
	spp_notes_release(&import->listed);
	spp_notes_release(&import->notes);
	import->foreign = import->noted = import->cleared = 0;
}

/* Appends to a list that is not full, and counts in any case. */
static void list(struct spp_notes *to, size_t *count, const char *fmt,
		 va_list ap)
{
	char CLEANUP(spp_free_string) *text = NULL;
	char CLEANUP(spp_free_string) *shown = NULL;

	if ((*count)++ >= SPP_FOREIGN_LISTED)
		return;
	if (vasprintf(&text, fmt, ap) < 0) {
		text = NULL;
		spp_nomem(NULL);
		return;
	}
	shown = spp_printable_cut(text, FOREIGN_MAX);
	if (shown)
		spp_note(to, "%s", shown);
}

void spp_import_foreign(struct spp_import *import, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	list(&import->listed, &import->foreign, fmt, ap);
	va_end(ap);
}

void spp_import_note(struct spp_import *import, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	list(&import->notes, &import->noted, fmt, ap);
	va_end(ap);
}
