/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/derived_id.h"

#include <stdio.h>

void spp_derived_id(const uint8_t *digest, char id[SPP_DERIVED_ID])
{
	static const int dash[] = { 3, 5, 7, 9 };
	uint8_t byte;
	int i, n = 1, next = 0;

	id[0] = '{';
	for (i = 0; i < 16; i++) {
		byte = digest[i];
		if (i == 6)
			byte = (uint8_t)((byte & 0x0f) | 0x80);
		else if (i == 8)
			byte = (uint8_t)((byte & 0x3f) | 0x80);
		snprintf(id + n, 3, "%02X", byte);
		n += 2;
		if (next < 4 && i == dash[next]) {
			id[n++] = '-';
			next++;
		}
	}
	id[n++] = '}';
	id[n] = '\0';
}
