/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_HELP_MAN_H
#define CLI_HELP_MAN_H

#include <stddef.h>

#include "hive/base/error.h"

/* Prints one page as roff: of a command, or "policy", "sppctl-fleet.5". */
enum spp_status cli_print_manual(const char *name, struct spp_error *err);

/* The names of all pages, "sppctl-set.1", yours; NULL past the last. */
char *cli_manual_name(size_t i);

#endif
