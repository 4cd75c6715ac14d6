/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remedies in the words of this program: code below cli/ knows no option and no
 * command, and gives a code.
 *
 *	cli_complain("%s%s", err.text, cli_remedy(err.remedy));
 */
#ifndef CLI_REMEDY_H
#define CLI_REMEDY_H

#include "hive/base/error.h"

/* "; name it with --netsvc", to append to a text; "" if there is none. */
const char *cli_remedy(enum spp_remedy remedy);

#endif
