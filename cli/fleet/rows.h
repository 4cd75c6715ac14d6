/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The targets of one group of a fleet file: names, patterns, a list. */
#ifndef CLI_FLEET_ROWS_H
#define CLI_FLEET_ROWS_H

#include <jansson.h>

#include "cli/fleet/file.h"

/* Adds them to the last group; where: for messages. */
enum spp_status cli_fleet_rows_read(struct cli_fleet_file *file,
				    const json_t *object, const char *where,
				    struct spp_error *err);

#endif
