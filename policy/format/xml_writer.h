/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML written through libxml2, with the white space of the imitated program.
 *
 *	struct spp_xml_writer *xml;
 *
 *	spp_xml_writer_open(&xml, err);
 *	spp_xml_writer_start(xml, "Registry");
 *	spp_xml_writer_attribute(xml, "name", "x");
 *	spp_xml_writer_end(xml, " />");	the end of an element without content
 *	st = spp_xml_writer_close(xml, out, err);
 *
 * The calls between open and close return nothing; close reports a failure of
 * any of them, and frees the writer in any case.
 */
#ifndef POLICY_XML_WRITER_H
#define POLICY_XML_WRITER_H

#include <stdbool.h>

#include "hive/base/buf.h"

struct spp_xml_writer;

enum spp_status spp_xml_writer_open(struct spp_xml_writer **xml,
				    struct spp_error *err);
/* Appends the document to out; out may be NULL. */
enum spp_status spp_xml_writer_close(struct spp_xml_writer *xml,
				     struct spp_buf *out,
				     struct spp_error *err);

void spp_xml_writer_start(struct spp_xml_writer *xml, const char *name);
/* value NULL: nothing is written. */
void spp_xml_writer_attribute(struct spp_xml_writer *xml, const char *name,
			      const char *value);
void spp_xml_writer_text(struct spp_xml_writer *xml, const char *text);
/* As a section of its own, which Windows writes where it is empty, too. */
void spp_xml_writer_cdata(struct spp_xml_writer *xml, const char *text);
/* Written unchanged: line ends and blanks between elements, the declaration. */
void spp_xml_writer_raw(struct spp_xml_writer *xml, const char *text);
/* before: the text before the "/>" of an element without content. */
void spp_xml_writer_end(struct spp_xml_writer *xml, const char *before);
/* start, text, end */
void spp_xml_writer_element(struct spp_xml_writer *xml, const char *name,
			    const char *text);

/* Whether text consists of characters that XML can hold. */
bool spp_xml_writer_can(const char *text);

#endif
