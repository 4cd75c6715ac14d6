/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which host may be refused by which zone, and the script that mends it. */
#ifndef CLI_FLEET_RIGHTS_H
#define CLI_FLEET_RIGHTS_H

#include "cli/fleet/design.h"

/* A line for each zone in which several hosts publish, after prefix. */
void cli_rights_notes(const struct cli_design *design, const char *prefix);
/* [{"domain", "hosts"}] */
json_t *cli_json_rights(const struct cli_design *design);

/* Whether text can be the name of a group in Active Directory. */
bool cli_rights_group_valid(const char *text);
/* PowerShell with dsacls.exe; texts of targets are quoted or left out. */
void cli_rights_script(const struct cli_design *design, const char *group);

#endif
