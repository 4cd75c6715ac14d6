/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/rows.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* WIM#all is each of its images, so that each is found by its name. */
static enum spp_status add_row(struct cli_fleet_file *f, const char *target,
			       struct spp_error *err)
{
	struct cli_targets CLEANUP(cli_targets_release) list = CLI_TARGETS_INIT;
	enum spp_status st = cli_targets_add(&list, target, err);
	struct cli_fleet_row *grown;
	size_t i;

	for (i = 0; !st && i < list.count; i++) {
		grown = spp_grow(f->row, f->rows, sizeof(*grown));
		if (!grown)
			return spp_nomem(err);
		f->row = grown;
		grown[f->rows++] =
			(struct cli_fleet_row){ list.name[i], f->groups - 1 };
		list.name[i] = NULL;
	}
	return st;
}

/*
 * What lies beside targets and is none: backups, logs, journals.  A number
 * may follow the suffix of a backup.
 */
static bool is_beside(const char *name)
{
	static const char *const suffixes[] = {
		".fleet", ".bak", ".log", ".log1", ".log2", ".sppctl-journal",
	};
	size_t n = strlen(name), length, i;

	while (n && name[n - 1] >= '0' && name[n - 1] <= '9')
		n--;
	if (!n || name[n - 1] != '.' || !name[n])
		n = strlen(name) + 1;
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		length = strlen(suffixes[i]);
		if (n - 1 > length &&
		    !strncasecmp(name + n - 1 - length, suffixes[i], length))
			return true;
	}
	return false;
}

/* A pattern that fits nothing stays, and fails as a target. */
static enum spp_status add_pattern(struct cli_fleet_file *f,
				   const char *pattern, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	glob_t found;
	size_t i;

	if (!strpbrk(pattern, "*?["))
		return add_row(f, pattern, err);
	if (glob(pattern, GLOB_NOCHECK, NULL, &found))
		return spp_fail(err, SPP_IO, "cannot look for '%s'", pattern);
	for (i = 0; !st && i < found.gl_pathc; i++)
		if (!is_beside(found.gl_pathv[i]))
			st = add_row(f, found.gl_pathv[i], err);
	globfree(&found);
	return st;
}

static enum spp_status add_listed(struct cli_fleet_file *f, const char *path,
				  struct spp_error *err)
{
	struct cli_targets CLEANUP(cli_targets_release) list = CLI_TARGETS_INIT;
	enum spp_status st = cli_targets_read(&list, path, '\n', err);
	size_t i;

	for (i = 0; !st && i < list.count; i++)
		st = add_row(f, list.name[i], err);
	return st;
}

enum spp_status cli_fleet_rows_read(struct cli_fleet_file *f,
				    const json_t *object, const char *where,
				    struct spp_error *err)
{
	const json_t *list = json_object_get(object, "targets"), *target;
	const json_t *from = json_object_get(object, "targets-from");
	enum spp_status st = SPP_OK;
	size_t i;

	if ((list && !json_is_array(list)) || (from && !json_is_string(from)) ||
	    (!list && !from))
		return spp_fail(err, SPP_INVALID,
				"'%s': %s needs 'targets', a list, or "
				"'targets-from', a file",
				f->path, where);
	json_array_foreach(list, i, target)
	{
		if (!json_is_string(target))
			return spp_fail(err, SPP_INVALID,
					"'%s': %s has a target that is not "
					"text",
					f->path, where);
		st = add_pattern(f, json_string_value(target), err);
		if (st)
			return st;
	}
	return from ? add_listed(f, json_string_value(from), err) : SPP_OK;
}
