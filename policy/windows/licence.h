/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What DigitalProductId4 and DigitalProductId say of the product key that
 * was installed last: edition, channel, and the key.
 *
 * Source: third-party knowledge.  Microsoft documents neither layout; both
 * are as public programs read them, and were not seen on a running Windows.
 */
#ifndef POLICY_LICENCE_H
#define POLICY_LICENCE_H

#include "hive/base/value.h"

/* "BCDFG-HJKMP-QRTVW-XY234-67899" and its NUL */
#define SPP_LICENCE_KEY	  30
#define SPP_LICENCE_BYTES 15 /* of a stored key */

/* As DigitalProductId4 has them. */
#define SPP_CHANNEL_HOST   "Volume:CSVLK"
#define SPP_CHANNEL_CLIENT "Volume:GVLK"

struct spp_licence {
	char *edition, *channel;   /* as stored, NULL if not there */
	char key[SPP_LICENCE_KEY]; /* whole; empty if not there */
};

#define SPP_LICENCE_INIT              \
	{                             \
		NULL, NULL, { '\0' }, \
	}

void spp_licence_release(struct spp_licence *licence);

/* Reads DigitalProductId4; what is not of its form leaves licence alone. */
enum spp_status spp_licence_read4(const struct spp_value *value,
				  struct spp_licence *licence,
				  struct spp_error *err);
/* Reads the key of DigitalProductId if there is none yet. */
void spp_licence_read3(const struct spp_value *value,
		       struct spp_licence *licence);

/* False, and key is empty, for bytes that are no key, such as zeros. */
bool spp_licence_key(const uint8_t bytes[SPP_LICENCE_BYTES],
		     char key[SPP_LICENCE_KEY]);

/* "KMS client", "KMS host", "MAK", "retail", "OEM"; NULL for another. */
const char *spp_licence_channel(const char *channel);

#endif
