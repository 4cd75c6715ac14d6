/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML read piece by piece, through libxml2, from untrusted files.
 *
 *	struct spp_xml_reader *xml;
 *
 *	spp_xml_reader_open(&input, &xml, err);
 *	while (!spp_xml_reader_next(xml, &event, err) && event != SPP_XML_END)
 *		...	spp_xml_reader_name(xml), spp_xml_reader_attribute(xml, ...)
 *	spp_xml_reader_close(xml);
 *
 * Safety: nothing is fetched, over the network or from the disk; a document
 * type is refused before the parser sees it, so there are no entities; depth,
 * the size of a text and the number of attributes have limits.  The encoding is
 * taken from the bytes and not from the declaration, which may lie.  A failure
 * is one line with the file's name and line.
 */
#ifndef POLICY_XML_READER_H
#define POLICY_XML_READER_H

#include "policy/format/format.h"

#define SPP_XML_ATTRIBUTES 256		     /* of one element */
#define SPP_XML_DEPTH	   64		     /* elements inside each other */
#define SPP_XML_LONG	   ((size_t)1 << 20) /* bytes of one attribute or text */

enum spp_xml_event {
	SPP_XML_END,   /* of the document */
	SPP_XML_OPEN,  /* an element begins */
	SPP_XML_CLOSE, /* it ends; reported for an empty one, too */
	SPP_XML_TEXT,
};

struct spp_xml_reader;

enum spp_status spp_xml_reader_open(const struct spp_input *in,
				    struct spp_xml_reader **xml,
				    struct spp_error *err);
void spp_xml_reader_close(struct spp_xml_reader *xml);

enum spp_status spp_xml_reader_next(struct spp_xml_reader *xml,
				    enum spp_xml_event *event,
				    struct spp_error *err);
/* Moves from SPP_XML_OPEN to its SPP_XML_CLOSE. */
enum spp_status spp_xml_reader_skip(struct spp_xml_reader *xml,
				    struct spp_error *err);
/* The same; appends the text directly inside the element. */
enum spp_status spp_xml_reader_text(struct spp_xml_reader *xml,
				    struct spp_buf *text,
				    struct spp_error *err);

/* Makes libxml2 ready and silent; spp_xml_reader_open() does this itself. */
void spp_xml_reader_prepare(void);

/*
 * The name of the element opened or closed last; borrowed until the next call.
 */
const char *spp_xml_reader_name(const struct spp_xml_reader *xml);
/* Its namespace, "" for none. */
const char *spp_xml_reader_space(const struct spp_xml_reader *xml);
size_t spp_xml_reader_line(const struct spp_xml_reader *xml);
const char *spp_xml_reader_file(const struct spp_xml_reader *xml);

/*
 * The i-th attribute, from 0, of the element opened last; false after the last.
 * Names have no prefix.
 */
bool spp_xml_reader_attribute(struct spp_xml_reader *xml, size_t i,
			      const char **name, const char **value);

/* "FILE:LINE: ..." */
enum spp_status spp_xml_reader_fail(const struct spp_xml_reader *xml,
				    struct spp_error *err,
				    enum spp_status status, const char *fmt,
				    ...) SPP_PRINTF(4, 5);

/*
 * Whether the first bytes of a file are XML, and the name of the first element,
 * if it is in them.
 */
bool spp_xml_reader_probe(const uint8_t *data, size_t size, char *name,
			  size_t room);

#endif
