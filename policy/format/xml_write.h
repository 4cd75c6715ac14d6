/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML written through libxml2, with the white space of whoever is imitated.
 *
 *	struct spp_xmlout *xml;
 *
 *	spp_xmlout_open(&xml, err);
 *	spp_xmlout_start(xml, "Registry");
 *	spp_xmlout_attribute(xml, "name", "x");
 *	spp_xmlout_end(xml, " />");	the end of an element without content
 *	st = spp_xmlout_close(xml, out, err);
 *
 * The calls between open and close cannot be asked whether they failed; close
 * says it, and frees the writer in any case.
 */
#ifndef POLICY_XMLOUT_H
#define POLICY_XMLOUT_H

#include <stdbool.h>

#include "hive/base/buf.h"

struct spp_xmlout;

enum spp_status spp_xmlout_open(struct spp_xmlout **xml, struct spp_error *err);
/* Appends the document to out; out may be NULL. */
enum spp_status spp_xmlout_close(struct spp_xmlout *xml, struct spp_buf *out,
				 struct spp_error *err);

void spp_xmlout_start(struct spp_xmlout *xml, const char *name);
/* value NULL: nothing is written. */
void spp_xmlout_attribute(struct spp_xmlout *xml, const char *name,
			  const char *value);
void spp_xmlout_text(struct spp_xmlout *xml, const char *text);
/* As it is: line ends and blanks between elements, the declaration. */
void spp_xmlout_raw(struct spp_xmlout *xml, const char *text);
/* before: what stands before the "/>" of an element without content. */
void spp_xmlout_end(struct spp_xmlout *xml, const char *before);
/* start, text, end */
void spp_xmlout_element(struct spp_xmlout *xml, const char *name,
			const char *text);

/* Whether text consists of characters that XML can hold. */
bool spp_xmlout_can(const char *text);

#endif
