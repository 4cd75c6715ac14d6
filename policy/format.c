/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format.h"

#include <string.h>
#include <strings.h>

extern const struct spp_format spp_format_json;

const struct spp_format *const spp_formats[] = {
	&spp_format_json,
};
const size_t spp_format_count = sizeof(spp_formats) / sizeof(spp_formats[0]);

/* The key of each hive as Group Policy and .reg files name it. */
static const char *const roots[SPP_ROLE_COUNT] = {
	[SPP_ROLE_SOFTWARE] = "SOFTWARE\\",
	[SPP_ROLE_SYSTEM] = "SYSTEM\\",
	[SPP_ROLE_NETSVC] = "S-1-5-20\\",
};

const struct spp_format *spp_format_find(const char *name)
{
	size_t i;

	for (i = 0; i < spp_format_count; i++)
		if (!strcasecmp(spp_formats[i]->name, name))
			return spp_formats[i];
	return NULL;
}

const struct spp_format *spp_format_probe(const uint8_t *data, size_t size)
{
	const struct spp_format *best = NULL;
	int sure, surest = 0;
	size_t i;

	for (i = 0; i < spp_format_count; i++) {
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
	import->foreign = 0;
}

void spp_import_foreign(struct spp_import *import, const char *fmt, ...)
{
	va_list ap;

	if (import->foreign++ >= SPP_FOREIGN_LISTED)
		return;
	va_start(ap, fmt);
	spp_vnote(&import->listed, fmt, ap);
	va_end(ap);
}

/* Takes an id and the backslash before it; *rest moves behind it. */
static bool take_id(const char **rest, char guid[SPP_GUID_SIZE])
{
	char part[SPP_GUID_SIZE];
	size_t n;

	if (**rest != '\\')
		return false;
	n = strcspn(*rest + 1, "\\");
	if (n != SPP_GUID_SIZE - 1)
		return false;
	memcpy(part, *rest + 1, n);
	part[n] = '\0';
	*rest += n + 1;
	return spp_guid_parse(part, guid);
}

static bool locate_place(const char *key, enum spp_place place,
			 struct spp_scope *scope)
{
	const struct spp_place_row *row = &spp_places[place];
	const char *root = roots[row->role];
	size_t n = strlen(root);

	*scope = (struct spp_scope){ .place = place };
	if (strncasecmp(key, root, n))
		return false;
	key += n;
	n = strlen(row->path);
	if (strncasecmp(key, row->path, n))
		return false;
	key += n;
	if (*key && (!row->applications || !take_id(&key, scope->app)))
		return false;
	if (*key && !take_id(&key, scope->sku))
		return false;
	return !*key;
}

bool spp_format_locate(const char *key, const char *value,
		       struct spp_scope *scope,
		       const struct spp_setting **setting)
{
	int place;

	*setting = spp_setting_of_value(value);
	for (place = 0; *setting && place < SPP_PLACE_COUNT; place++)
		if (locate_place(key, (enum spp_place)place, scope))
			return (*setting)->places >> place & 1;
	return false;
}

enum spp_status spp_format_key(const struct spp_scope *scope,
			       struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st;

	st = spp_buf_puts(out, roots[spp_places[scope->place].role], err);
	return st ? st : spp_scope_path(scope, out, err);
}
