/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNS domains of single network connections. */
#ifndef POLICY_INTERFACES_READ_H
#define POLICY_INTERFACES_READ_H

#include "hive/session.h"

/*
 * Appends the Domain and DhcpDomain of each connection, with commas between
 * them.  set: as in "ControlSet001\".  What cannot be read is skipped.
 */
enum spp_status spp_interfaces_domains(struct spp_session *system,
				       const char *set, struct spp_buf *domains,
				       struct spp_error *err);

#endif
