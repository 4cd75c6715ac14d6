/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders of Group Policy objects: read as a policy, written as a backup. */
#ifndef CLI_GPO_H
#define CLI_GPO_H

#include <sys/stat.h>

#include "cli/load.h"

/* Whether a folder has GPOs in it, by its names; named: the caller says so. */
bool cli_gpo_is(const char *path, bool named);

/* Whether path is such a folder, and the file is in it. */
bool cli_gpo_has(const char *path, const struct stat *file);

/*
 * Reads the GPO that in->gpo names.  What is to be told of it goes to import,
 * also where it fails.
 */
enum spp_status cli_gpo_load(const struct spp_input *in,
			     struct spp_document *document,
			     struct spp_import *import, struct spp_error *err);

/*
 * Adds a backup to a folder, which is made if it is not there: first the
 * backup, whole, then the manifest that names it.  Prints what to do with it.
 * Where it fails, the folder is as it was; but a backup that the manifest may
 * name already stays, and err says so.
 */
enum spp_status cli_gpo_save(const struct spp_document *document,
			     const struct spp_export *options, const char *path,
			     struct spp_notes *notes, struct spp_error *err);

#endif
