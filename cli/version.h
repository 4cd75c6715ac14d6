/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sppctl --version: this build, its libraries, and what confines them here. */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#include <stdbool.h>

void cli_print_version(bool json);

#endif
