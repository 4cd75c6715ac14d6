/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Edition, channel and key of the product key that was installed last, from
 * DigitalProductId4 and DigitalProductId.
 *
 * Source: third-party knowledge.  Microsoft documents neither layout; both are
 * as public programs read them, and were not verified on a running Windows.
 */
#ifndef POLICY_LICENCE_H
#define POLICY_LICENCE_H

#include "hive/base/value.h"

/* "BCDFG-HJKMP-QRTVW-XY234-67899" and its NUL */
#define SPP_LICENCE_KEY	  30
#define SPP_LICENCE_BYTES 15 /* of a stored key */

/* Channels as stored in DigitalProductId4. */
#define SPP_CHANNEL_HOST   "Volume:CSVLK"
#define SPP_CHANNEL_CLIENT "Volume:GVLK"

struct spp_licence {
	char *edition, *channel;   /* as stored; NULL if absent */
	char key[SPP_LICENCE_KEY]; /* complete; "" if absent */
};

#define SPP_LICENCE_INIT              \
	{                             \
		NULL, NULL, { '\0' }, \
	}

void spp_licence_release(struct spp_licence *licence);

/* Reads DigitalProductId4; does nothing if it has another form. */
enum spp_status spp_licence_read4(const struct spp_value *value,
				  struct spp_licence *licence,
				  struct spp_error *err);
/* Reads the key from DigitalProductId, unless there is one already. */
void spp_licence_read3(const struct spp_value *value,
		       struct spp_licence *licence);

/* Decodes a key; false, with an empty key, for bytes such as zeros. */
bool spp_licence_key(const uint8_t bytes[SPP_LICENCE_BYTES],
		     char key[SPP_LICENCE_KEY]);

/* "KMS client", "KMS host", "MAK", "retail", "OEM"; NULL for another. */
const char *spp_licence_channel(const char *channel);

#endif
