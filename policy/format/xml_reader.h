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
 * What keeps it safe: nothing is fetched, over the network or from the disk;
 * a document type is refused before the parser sees it, so that there are no
 * entities; depth, the size of a text and the number of attributes have
 * limits.  The bytes say which
 * encoding they are in, not the declaration, which may lie.  Failures are one
 * line with the file's name and the line in it.
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
	SPP_XML_CLOSE, /* and ends; for an empty one, too */
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
/* From SPP_XML_OPEN to the SPP_XML_CLOSE that belongs to it. */
enum spp_status spp_xml_reader_skip(struct spp_xml_reader *xml,
				    struct spp_error *err);
/* The same, appending what text stands in the element itself. */
enum spp_status spp_xml_reader_text(struct spp_xml_reader *xml,
				    struct spp_buf *text,
				    struct spp_error *err);

/* Makes libxml2 ready, and silent; spp_xml_reader_open() does it by itself. */
void spp_xml_reader_prepare(void);

/* Of the element that was opened or closed last; borrowed until the next. */
const char *spp_xml_reader_name(const struct spp_xml_reader *xml);
/* Its namespace, "" for none. */
const char *spp_xml_reader_space(const struct spp_xml_reader *xml);
size_t spp_xml_reader_line(const struct spp_xml_reader *xml);
const char *spp_xml_reader_file(const struct spp_xml_reader *xml);

/*
 * The attributes of the element that was opened last, one a call from 0 on;
 * false after the last.  Names are without their prefix.
 */
bool spp_xml_reader_attribute(struct spp_xml_reader *xml, size_t i,
			      const char **name, const char **value);

/* "FILE:LINE: ..." */
enum spp_status spp_xml_reader_fail(const struct spp_xml_reader *xml,
				    struct spp_error *err,
				    enum spp_status status, const char *fmt,
				    ...) SPP_PRINTF(4, 5);

/*
 * Whether these first bytes of a file are XML, and the name of the first
 * element in them, if it is there.
 */
bool spp_xml_reader_probe(const uint8_t *data, size_t size, char *name,
			  size_t room);

#endif
