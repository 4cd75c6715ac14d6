/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XML in a WIM: what its images are called and what they are, and the few
 * numbers in it that an edit changes.
 *
 *	spp_wim_xml_about(text, n, image, count, err);
 *	spp_wim_xml_patch(text, n, &patch, out, err);
 *
 * The text is UTF-8; the WIM has it in UTF-16LE.  Of the document only
 * elements without children and the attribute INDEX are looked at; all that
 * is not patched stays byte for byte.
 */
#ifndef HIVE_WIM_XML_H
#define HIVE_WIM_XML_H

#include "hive/base/buf.h"
#include "hive/wim/about.h"

/* image: of each of count images, zeroed; what is found is put in. */
enum spp_status spp_wim_xml_about(const char *text, size_t n,
				  struct spp_wim_image_about *image,
				  size_t count, struct spp_error *err);

struct spp_wim_patch {
	unsigned int image;
	int64_t grown; /* bytes by which its files grew */
	uint64_t now;  /* FILETIME of its last change */
	uint64_t all;  /* bytes of the WIM before the XML */
};

/* Elements that are not there are not made. */
enum spp_status spp_wim_xml_patch(const char *text, size_t n,
				  const struct spp_wim_patch *patch,
				  struct spp_buf *out, struct spp_error *err);

#endif
