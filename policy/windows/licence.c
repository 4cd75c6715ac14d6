/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/licence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

/* Both structures begin with their size and a version. */
#define SIZE3	 164
#define VERSION3 3
#define KEY3	 52
#define SIZE4	 1272
#define VERSION4 4
#define EDITION4 280 /* 260 characters */
#define KEY4	 808
#define CHANNEL4 1016 /* 64 characters */

#define DIGITS 25
#define N_FLAG 0x08 /* of the last byte: the key has an N */

void spp_licence_release(struct spp_licence *licence)
{
	if (!licence)
		return;
	free(licence->edition);
	free(licence->channel);
	*licence = (struct spp_licence)SPP_LICENCE_INIT;
}

static bool is_form(const struct spp_value *value, uint32_t size,
		    uint32_t version)
{
	return value->type == SPP_REG_BINARY && value->size == size &&
	       spp_get32(value->data) == size &&
	       spp_get32(value->data + 4) == version;
}

/* The text of a field, which may lack its NUL; NULL if it is empty. */
static enum spp_status field(const struct spp_value *value, size_t at,
			     size_t characters, char **text,
			     struct spp_error *err)
{
	struct spp_value part = { SPP_REG_SZ, value->data + at,
				  2 * characters };
	char *read = NULL;
	enum spp_status st = spp_value_get_text(&part, &read, NULL, err);

	if (st)
		return st;
	if (!*read)
		spp_free_string(&read);
	free(*text);
	*text = read;
	return SPP_OK;
}

/*
 * Divides a number in base 256, least significant byte first; returns the
 * remainder.
 */
static unsigned int divide(uint8_t number[SPP_LICENCE_BYTES], unsigned int by)
{
	unsigned int rest = 0;
	size_t i = SPP_LICENCE_BYTES;

	while (i--) {
		rest = rest << 8 | number[i];
		number[i] = (uint8_t)(rest / by);
		rest %= by;
	}
	return rest;
}

static bool is_zero(const uint8_t number[SPP_LICENCE_BYTES])
{
	static const uint8_t zero[SPP_LICENCE_BYTES];

	return !memcmp(number, zero, sizeof(zero));
}

bool spp_licence_key(const uint8_t bytes[SPP_LICENCE_BYTES],
		     char key[SPP_LICENCE_KEY])
{
	static const char alphabet[] = "BCDFGHJKMPQRTVWXY2346789";
	uint8_t number[SPP_LICENCE_BYTES];
	char digits[DIGITS];
	unsigned int rest = 0;
	bool has_n;
	size_t i;

	*key = '\0';
	memcpy(number, bytes, sizeof(number));
	has_n = number[SPP_LICENCE_BYTES - 1] & N_FLAG;
	if (has_n)
		number[SPP_LICENCE_BYTES - 1] ^= N_FLAG;
	if (is_zero(number))
		return false;
	for (i = DIGITS; i--;) {
		rest = divide(number, sizeof(alphabet) - 1);
		digits[i] = alphabet[rest];
	}
	if (!is_zero(number))
		return false;
	/* The first digit is the position of the N. */
	if (has_n) {
		memmove(digits, digits + 1, rest);
		digits[rest] = 'N';
	}
	for (i = 0; i < DIGITS; i++) {
		if (i && i % 5 == 0)
			*key++ = '-';
		*key++ = digits[i];
	}
	*key = '\0';
	return true;
}

enum spp_status spp_licence_read4(const struct spp_value *value,
				  struct spp_licence *licence,
				  struct spp_error *err)
{
	enum spp_status st;

	if (!is_form(value, SIZE4, VERSION4))
		return SPP_OK;
	st = field(value, EDITION4, 260, &licence->edition, err);
	if (!st)
		st = field(value, CHANNEL4, 64, &licence->channel, err);
	if (!st)
		spp_licence_key(value->data + KEY4, licence->key);
	return st;
}

void spp_licence_read3(const struct spp_value *value,
		       struct spp_licence *licence)
{
	if (!*licence->key && is_form(value, SIZE3, VERSION3))
		spp_licence_key(value->data + KEY3, licence->key);
}

const char *spp_licence_channel(const char *channel)
{
	static const struct {
		const char *stored, *word;
	} channels[] = {
		{ SPP_CHANNEL_CLIENT, "KMS client" },
		{ SPP_CHANNEL_HOST, "KMS host" },
		{ "Volume:MAK", "MAK" },
		{ "Retail", "retail" },
	};
	size_t i;

	for (i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
		if (!strcasecmp(channel, channels[i].stored))
			return channels[i].word;
	if (!strncasecmp(channel, "Retail:", 7))
		return "retail";
	return strncasecmp(channel, "OEM:", 4) ? NULL : "OEM";
}
