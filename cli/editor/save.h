/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes to be made another time: as a policy, or as command lines. */
#ifndef CLI_EDITOR_SAVE_H
#define CLI_EDITOR_SAVE_H

#include "policy/format/format.h"

/* Appends the changes as a policy. */
enum spp_status cli_save_text(const struct spp_changes *changes,
			      const struct spp_format *format,
			      struct spp_buf *out, struct spp_notes *notes,
			      struct spp_error *err);
/* Writes a new file, in the format that its name ends in. */
enum spp_status cli_save_policy(const struct spp_changes *changes,
				const char *path, struct spp_notes *notes,
				struct spp_error *err);

/*
 * Adds the lines of sppctl set and unset that do the same; with: what follows
 * the target in them, or NULL.
 */
enum spp_status cli_save_lines(const struct spp_changes *changes,
			       const char *target, const char *with,
			       struct spp_notes *lines, struct spp_error *err);

#endif
