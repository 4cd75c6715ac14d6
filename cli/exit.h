/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exit codes: there are no others, and their meaning does not change. */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

#include "hive/base/error.h"

enum cli_exit {
	CLI_OK = 0,	  /* done, or nothing to find */
	CLI_FINDINGS = 1, /* findings, differences, or changes pending */
	CLI_USAGE = 2,	  /* usage error or invalid value */
	CLI_FAILED = 3,	  /* could not be done */
	CLI_REFUSED = 4,  /* needs the decision of a person */
};
#define CLI_EXIT_COUNT (CLI_REFUSED + 1)

extern const char *const cli_exit_text[CLI_EXIT_COUNT];
enum cli_exit cli_exit_of(enum spp_status status);

#endif
