/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sppctl info prints about a disk image. */
#ifndef CLI_INFO_DISK_H
#define CLI_INFO_DISK_H

#include "cli/json.h"
#include "hive/about.h"

void cli_print_disk(const struct spp_disk *disk);
json_t *cli_json_disk(const struct spp_disk *disk);

#endif
