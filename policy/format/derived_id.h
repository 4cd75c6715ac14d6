/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ids that the same content gets again, where Windows would make one up: the
 * first bytes of a digest, in the form of a UUID of version 8 (RFC 9562).
 */
#ifndef POLICY_DERIVED_ID_H
#define POLICY_DERIVED_ID_H

#include <stdint.h>

#define SPP_DERIVED_ID 39 /* "{8-4-4-4-12}" and NUL */

/* digest: 16 bytes or more; in capitals. */
void spp_derived_id(const uint8_t *digest, char id[SPP_DERIVED_ID]);

#endif
