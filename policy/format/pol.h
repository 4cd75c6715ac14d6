/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry.pol as one of the files of a GPO; pol.c draws it. */
#ifndef POLICY_POL_H
#define POLICY_POL_H

#include "policy/format/format.h"

/*
 * Takes the lines of a file into a policy that may have others already; a
 * later line wins.  A name that ends in User/Registry.pol is a user's file.
 */
enum spp_status spp_pol_take(const struct spp_input *in,
			     struct spp_policy *policy,
			     struct spp_import *import, struct spp_error *err);

#endif
