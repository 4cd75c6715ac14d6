/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are the XML of a WIM, as UTF-8: what it says of its images, or
 * that it says nothing.  Numbers are changed and nothing else: a second time
 * nothing is left to change.
 */
#include <stdlib.h>
#include <string.h>

#include "hive/wim/xml.h"
#include "tests/fuzz/memory.h"

#define IMAGES 3

static void about(const char *text, size_t n)
{
	struct spp_wim_image_about image[IMAGES];
	int i;

	memset(image, 0, sizeof(image));
	spp_wim_xml_about(text, n, image, IMAGES, NULL);
	for (i = 0; i < IMAGES; i++) {
		free(image[i].name);
		free(image[i].edition);
		free(image[i].version);
		free(image[i].arch);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct spp_wim_patch patch = { .image = 2,
					     .now = 0x01dabcdef0123456,
					     .all = 12345678 };
	struct spp_buf CLEANUP(spp_buf_release) once = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) twice = SPP_BUF_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	/* Exactly as large, so that one byte more is noticed. */
	char *text = malloc(size ? size : 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	about(text, size);
	if (!spp_wim_xml_patch(text, size, &patch, &once, &err)) {
		if (spp_wim_xml_patch(spp_buf_text(&once), once.size, &patch,
				      &twice, NULL) ||
		    once.size != twice.size ||
		    memcmp(spp_buf_text(&once), spp_buf_text(&twice),
			   once.size) != 0)
			abort();
	} else if (!err.status || strchr(err.text, '\n')) {
		abort();
	}
	free(text);
	return 0;
}
