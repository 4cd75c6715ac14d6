/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who reads a disk image: sppctl itself, or libguestfs. */
#ifndef CLI_BACKEND_H
#define CLI_BACKEND_H

#include "cli/command.h"
#include "hive/target/target.h"

/* Fills in what --disk-backend and --disk-key say. */
enum spp_status cli_disk_backend(const struct cli_call *call,
				 struct spp_target_options *options,
				 struct spp_error *err);

#endif
