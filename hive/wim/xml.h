/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XML of a WIM: names and properties of its images, and the few numbers in
 * it that an edit changes.
 *
 *	spp_wim_xml_about(text, n, image, count, err);
 *	spp_wim_xml_patch(text, n, &patch, out, err);
 *
 * The text is UTF-8; the WIM stores UTF-16LE.  Only elements without children
 * and the attribute INDEX are read; everything that is not patched stays the
 * same byte for byte.
 */
#ifndef HIVE_WIM_XML_H
#define HIVE_WIM_XML_H

#include "hive/base/buf.h"
#include "hive/wim/about.h"

/* Fills in the images; image is an array of count zeroed structs. */
enum spp_status spp_wim_xml_about(const char *text, size_t n,
				  struct spp_wim_image_about *image,
				  size_t count, struct spp_error *err);

struct spp_wim_patch {
	unsigned int image;
	int64_t grown; /* bytes by which its files grew */
	uint64_t now;  /* FILETIME of its last change */
	uint64_t all;  /* bytes of the WIM before the XML */
};

/* Creates no elements that are missing. */
enum spp_status spp_wim_xml_patch(const char *text, size_t n,
				  const struct spp_wim_patch *patch,
				  struct spp_buf *out, struct spp_error *err);

#endif
