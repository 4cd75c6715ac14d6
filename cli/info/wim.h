/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sppctl info prints about a WIM. */
#ifndef CLI_INFO_WIM_H
#define CLI_INFO_WIM_H

#include "cli/json.h"
#include "hive/about.h"

void cli_print_wim(const struct spp_wim_about *wim);
json_t *cli_json_wim(const struct spp_wim_about *wim);

#endif
