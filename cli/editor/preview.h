/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an edit would change, before anybody decides: values and findings. */
#ifndef CLI_EDITOR_PREVIEW_H
#define CLI_EDITOR_PREVIEW_H

#include <stdio.h>

#include "cli/editor/state.h"
#include "policy/audit/site.h"

/* The changes, as sppctl set prints them. */
void cli_preview_changes(const struct cli_call *call, const char *path,
			 const struct spp_changes *changes, FILE *to);

/*
 * Adds a line for each finding of the audit that the changes add ("+") or
 * remove ("-"); with the site file of --site.
 */
enum spp_status cli_preview_audit(const struct cli_call *call,
				  const struct cli_state *state,
				  const struct spp_changes *changes,
				  const struct spp_site *site,
				  struct spp_notes *lines,
				  struct spp_error *err);

/* Reads the file of --site, if there is one. */
enum spp_status cli_preview_site(const struct cli_call *call,
				 struct spp_site *site, struct spp_error *err);

#endif
