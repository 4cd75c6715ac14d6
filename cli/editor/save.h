/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes to be made another time: as a policy, or as command lines. */
#ifndef CLI_EDITOR_SAVE_H
#define CLI_EDITOR_SAVE_H

#include "policy/model/policy.h"

/* Writes a new file, in the format that its name ends in. */
enum spp_status cli_save_policy(const struct spp_changes *changes,
				const char *path, struct spp_error *err);

/* Adds the lines of sppctl set and unset that do the same. */
enum spp_status cli_save_lines(const struct spp_changes *changes,
			       const char *target, struct spp_notes *lines,
			       struct spp_error *err);

#endif
