/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which GPOs a folder has: by the shape of its names, not by its manifest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/format/gpo_backup.h"
#include "policy/format/xml_reader.h"

#define SYSVOL "DomainSysvol/GPO"

void spp_gpos_release(struct spp_gpos *gpos)
{
	size_t i;

	if (!gpos)
		return;
	for (i = 0; i < gpos->count; i++) {
		struct spp_gpo *gpo = &gpos->gpo[i];

		free(gpo->base);
		free(gpo->files);
		free(gpo->id);
		free(gpo->guid);
		free(gpo->name);
		free(gpo->tools);
		free(gpo->options);
	}
	free(gpos->gpo);
	*gpos = (struct spp_gpos)SPP_GPOS_INIT;
}

/* Whether a name is "{GUID}". */
static bool is_guid(const char *name, size_t n)
{
	char text[40], guid[SPP_GUID_SIZE];

	if (n != SPP_GUID_SIZE + 1 || *name != '{' || name[n - 1] != '}')
		return false;
	memcpy(text, name, n);
	text[n] = '\0';
	return spp_guid_parse(text, guid);
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_one(const char *name, const char *const *names, size_t count)
{
	while (count--)
		if (!strcasecmp(name, names[count]))
			return true;
	return false;
}

#define NAMED(name, list) is_one(name, list, sizeof(list) / sizeof((list)[0]))

static const char *const root_files[] = { SPP_GPO_MANIFEST, "bkupInfo.xml",
					  "Backup.xml", "GPT.INI" };
static const char *const root_folders[] = { "DomainSysvol", "GPOs",
					    "Policies" };
static const char *const sides[] = { "Machine", "User" };
/* What a Windows folder has in it, or a hive's. */
static const char *const windows[] = { "Windows", "WINNT", "System32",
				       "SOFTWARE", "config" };

bool spp_gpo_is_root(const struct spp_tree *tree, bool named)
{
	bool found = named;
	size_t i;

	for (i = 0; i < tree->count; i++) {
		const char *name = tree->entry[i].path;

		if (NAMED(name, windows))
			return false;
		found |= tree->entry[i].folder
				 ? is_guid(name, strlen(name)) ||
					   NAMED(name, root_folders)
				 : NAMED(name, root_files);
	}
	return found;
}

/* Where a path ends in tail, the length of what is before it; else -1. */
static long before(const char *path, const char *tail)
{
	size_t n = strlen(path), m = strlen(tail);

	if (n < m || strcasecmp(path + n - m, tail))
		return -1;
	if (n > m && path[n - m - 1] != '/')
		return -1;
	return (long)(n - m);
}

/* How long the GPO's base is that an entry gives away; -1: none. */
static long base_of(const struct spp_tree_entry *entry, bool *backup)
{
	const char *path = entry->path;
	const char *name = last_name(path);
	long n = entry->folder ? before(path, SYSVOL) : -1;
	size_t end;

	*backup = true;
	if (n >= 0)
		return n;
	if (!entry->folder && !strcasecmp(name, "Backup.xml"))
		return name - path;
	*backup = false;
	if (!entry->folder && !strcasecmp(name, "GPT.INI"))
		return name - path;
	if (!entry->folder || !NAMED(name, sides))
		return -1;
	/* "{GUID}/Machine", or "Machine" in the folder itself */
	n = name - path;
	for (end = n ? (size_t)n - 1 : 0; n && end && path[end - 1] != '/';)
		end--;
	return !n || is_guid(path + end, (size_t)n - 1 - end) ? n : -1;
}

static enum spp_status add(struct spp_gpos *gpos, const char *path, size_t n,
			   bool backup, struct spp_error *err)
{
	struct spp_gpo gpo = { .base = strndup(path, n) };
	struct spp_gpo *grown;

	if (!gpo.base)
		return spp_nomem(err);
	if (gpos->count >= SPP_GPO_MAX) {
		free(gpo.base);
		return spp_fail(err, SPP_LIMIT,
				"the folder has more than %d GPOs",
				SPP_GPO_MAX);
	}
	if (!backup)
		gpo.files = strdup(gpo.base);
	grown = spp_grow(gpos->gpo, gpos->count, sizeof(*grown));
	if (grown)
		gpos->gpo = grown;
	if (!grown || (!backup && !gpo.files)) {
		free(gpo.base);
		free(gpo.files);
		return spp_nomem(err);
	}
	gpos->gpo[gpos->count++] = gpo;
	return SPP_OK;
}

/* Backups before others of the same folder, shorter ones before those in
 * them. */
static int by_base(const void *a, const void *b)
{
	const struct spp_gpo *x = a, *y = b;
	int order = strcasecmp(x->base, y->base);

	return order ? order : !!x->files - !!y->files;
}

/* Of entries that tell of the same GPO one is kept, and none inside it. */
static void merge(struct spp_gpos *gpos)
{
	size_t i, kept = 0;

	qsort(gpos->gpo, gpos->count, sizeof(*gpos->gpo), by_base);
	for (i = 0; i < gpos->count; i++) {
		struct spp_gpo *gpo = &gpos->gpo[i];
		const char *last = kept ? gpos->gpo[kept - 1].base : NULL;

		if (last && !strncasecmp(last, gpo->base, strlen(last)) &&
		    (*last || gpos->gpo[kept - 1].files || !*gpo->base)) {
			free(gpo->base);
			free(gpo->files);
		} else {
			gpos->gpo[kept++] = *gpo;
		}
	}
	gpos->count = kept;
}

size_t spp_gpo_first(const struct spp_tree *tree, const char *base)
{
	size_t from = 0, to = tree->count, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (strcmp(tree->entry[middle].path, base) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* The entry of a GPO's folder with this name, in any case. */
static const struct spp_tree_entry *find(const struct spp_tree *tree,
					 const char *base, const char *name,
					 bool folder)
{
	size_t i, n = strlen(base);

	for (i = spp_gpo_first(tree, base); i < tree->count; i++) {
		const struct spp_tree_entry *entry = &tree->entry[i];

		if (strncmp(entry->path, base, n))
			break;
		if (entry->folder == folder &&
		    !strcasecmp(entry->path + n, name))
			return entry;
	}
	return NULL;
}

enum spp_status spp_gpo_record(struct spp_xml_reader *xml, const char *parent,
			       const struct spp_gpo_field *fields, bool *found,
			       struct spp_error *err)
{
	const struct spp_gpo_field *field;
	enum spp_xml_event event;
	enum spp_status st;
	const char *name;

	*found = false;
	for (;;) {
		st = spp_xml_reader_next(xml, &event, err);
		if (st || event == SPP_XML_END)
			return st;
		if (event == SPP_XML_TEXT)
			continue;
		name = spp_xml_reader_name(xml);
		if (!strcmp(name, parent)) {
			*found |= event == SPP_XML_OPEN;
			if (event == SPP_XML_CLOSE)
				return SPP_OK;
			continue;
		}
		if (!*found || event == SPP_XML_CLOSE)
			continue;
		for (field = fields; field->name; field++)
			if (!strcmp(field->name, name) && !*field->to)
				break;
		if (!field->name) {
			st = spp_xml_reader_skip(xml, err);
		} else {
			struct spp_buf text = SPP_BUF_INIT;

			st = spp_xml_reader_text(xml, &text, err);
			*field->to = st		 ? NULL
				     : text.data ? spp_buf_take(&text)
						 : strdup("");
			spp_buf_release(&text);
			if (!st && !*field->to)
				st = spp_nomem(err);
		}
		if (st)
			return st;
	}
}

static enum spp_status read_fields(struct spp_tree *tree,
				   const struct spp_tree_entry *entry,
				   const char *parent,
				   const struct spp_gpo_field *fields,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	size_t i = (size_t)(entry - tree->entry);
	char CLEANUP(spp_free_string) *path = spp_tree_path(tree, i);
	struct spp_input in = { .name = path };
	struct spp_xml_reader *xml = NULL;
	enum spp_status st;
	bool found;

	if (!path)
		return spp_nomem(err);
	st = spp_tree_read(tree, i, SPP_FILE_MAX, &data, err);
	in.data = data.data;
	in.size = data.size;
	if (!st)
		st = spp_xml_reader_open(&in, &xml, err);
	if (!st)
		st = spp_gpo_record(xml, parent, fields, &found, err);
	spp_xml_reader_close(xml);
	return st;
}

/* Tells of a damaged file and goes on; without memory nobody can. */
static enum spp_status pass_over(const struct spp_error *why,
				 struct spp_import *import,
				 struct spp_error *err)
{
	if (spp_status_starved(why->status))
		return spp_fail_from(err, why->status, why, "%s", why->text);
	spp_import_note(import, "%s; what it says is not used", why->text);
	return SPP_OK;
}

/* What a file of the backup says; one that is damaged is told of. */
static enum spp_status describe(struct spp_tree *tree, struct spp_gpo *gpo,
				const char *file, const char *parent,
				const struct spp_gpo_field *fields,
				struct spp_import *import,
				struct spp_error *err)
{
	const struct spp_tree_entry *entry = find(tree, gpo->base, file, false);
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	if (!entry)
		return SPP_OK;
	st = read_fields(tree, entry, parent, fields, &why);
	return st ? pass_over(&why, import, err) : SPP_OK;
}

/* The name of the GPO's folder. */
static enum spp_status name_folder(const struct spp_tree *tree,
				   struct spp_gpo *gpo, struct spp_error *err)
{
	size_t n = strlen(gpo->base);
	const char *from = gpo->base;

	if (!n) {
		from = tree->name ? tree->name : "";
		n = strlen(from);
		while (n && from[n - 1] == '/')
			n--;
	} else {
		n--;
	}
	while (memrchr(from, '/', n)) {
		const char *slash = memrchr(from, '/', n);

		n -= (size_t)(slash + 1 - from);
		from = slash + 1;
	}
	gpo->id = strndup(from, n);
	return gpo->id ? SPP_OK : spp_nomem(err);
}

static enum spp_status complete(struct spp_tree *tree, struct spp_gpo *gpo,
				struct spp_import *import,
				struct spp_error *err)
{
	const struct spp_gpo_field info[] = {
		{ "ID", &gpo->id },
		{ "GPOGuid", &gpo->guid },
		{ "GPODisplayName", &gpo->name },
		{ NULL, NULL },
	};
	const struct spp_gpo_field core[] = {
		{ "ID", &gpo->guid },
		{ "DisplayName", &gpo->name },
		{ "Options", &gpo->options },
		{ "MachineExtensionGuids", &gpo->tools },
		{ NULL, NULL },
	};
	const struct spp_tree_entry *sysvol;
	enum spp_status st = SPP_OK;

	if (gpo->files) { /* of SYSVOL: its folder is its id */
		st = name_folder(tree, gpo, err);
		if (st || !is_guid(gpo->id, strlen(gpo->id)))
			return st;
		gpo->guid = strdup(gpo->id);
		return gpo->guid ? SPP_OK : spp_nomem(err);
	}
	sysvol = find(tree, gpo->base, SYSVOL, true);
	if (sysvol && asprintf(&gpo->files, "%s/", sysvol->path) < 0) {
		gpo->files = NULL;
		return spp_nomem(err);
	}
	st = describe(tree, gpo, "bkupInfo.xml", "BackupInst", info, import,
		      err);
	if (!st)
		st = describe(tree, gpo, "Backup.xml",
			      "GroupPolicyCoreSettings", core, import, err);
	if (!st && !gpo->id)
		st = name_folder(tree, gpo, err);
	return st;
}

/* Backups that a manifest names and that are not there. */
static enum spp_status look_into_manifest(struct spp_tree *tree,
					  const struct spp_tree_entry *entry,
					  const struct spp_gpos *gpos,
					  struct spp_import *import,
					  struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	size_t at = (size_t)(entry - tree->entry), i;
	char CLEANUP(spp_free_string) *path = spp_tree_path(tree, at);
	struct spp_input in = { .name = path };
	struct spp_xml_reader *xml = NULL;
	struct spp_error why = SPP_ERROR_INIT;
	bool found = true;
	enum spp_status st;

	if (!path)
		return spp_nomem(err);
	st = spp_tree_read(tree, at, SPP_FILE_MAX, &data, &why);
	in.data = data.data;
	in.size = data.size;
	if (!st)
		st = spp_xml_reader_open(&in, &xml, &why);
	while (!st && found) {
		char CLEANUP(spp_free_string) *id = NULL;
		const struct spp_gpo_field fields[] = { { "ID", &id },
							{ NULL, NULL } };

		st = spp_gpo_record(xml, "BackupInst", fields, &found, &why);
		for (i = 0; !st && id && i < gpos->count; i++)
			if (!strcasecmp(gpos->gpo[i].id, id))
				break;
		if (!st && id && i == gpos->count)
			spp_import_note(import,
					"'%s' names the backup '%s', which is "
					"not there",
					path, id);
	}
	spp_xml_reader_close(xml);
	return st ? pass_over(&why, import, err) : SPP_OK;
}

enum spp_status spp_gpos_find(struct spp_tree *tree, struct spp_gpos *gpos,
			      struct spp_import *import, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	const char *inside = NULL;
	bool backup;
	size_t i;
	long n;

	for (i = 0; !st && i < tree->count; i++) {
		const char *path = tree->entry[i].path;

		/* Nothing in a backup's files is a GPO of its own. */
		if (inside && !strncmp(path, inside, strlen(inside)) &&
		    path[strlen(inside)] == '/')
			continue;
		n = base_of(&tree->entry[i], &backup);
		if (tree->entry[i].folder && n >= 0 && backup)
			inside = path;
		if (n >= 0)
			st = add(gpos, path, (size_t)n, backup, err);
	}
	if (gpos->count)
		merge(gpos);
	for (i = 0; !st && i < gpos->count; i++)
		st = complete(tree, &gpos->gpo[i], import, err);
	for (i = 0; !st && i < tree->count; i++)
		if (!tree->entry[i].folder &&
		    !strcasecmp(last_name(tree->entry[i].path),
				SPP_GPO_MANIFEST))
			st = look_into_manifest(tree, &tree->entry[i], gpos,
						import, err);
	if (!st && tree->skipped)
		spp_import_note(import,
				"'%s': %zu links or other things that are not "
				"files are not looked at",
				tree->name, tree->skipped);
	return st;
}
