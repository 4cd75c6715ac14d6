/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef POLICY_FIREWALL_READ_H
#define POLICY_FIREWALL_READ_H

#include "hive/session.h"
#include "policy/windows/firewall.h"

/*
 * Reads the rules of the control set ("ControlSet001\\") and those of Group
 * Policy, which win.  Either session may be NULL.  Damage is not a failure:
 * rules behind it remain unknown.
 */
enum spp_status spp_firewall_read(struct spp_session *system, const char *set,
				  struct spp_session *software,
				  struct spp_firewall *firewall,
				  struct spp_error *err);

#endif
