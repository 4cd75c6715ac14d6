/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/xml_writer.h"

#include <libxml/parserInternals.h>
#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "policy/format/xml_reader.h"

struct spp_xml_writer {
	struct spp_buf text;
	xmlOutputBufferPtr to; /* the writer's own */
	xmlTextWriterPtr writer;
	struct spp_error error;
	bool failed;
};

/* Receives libxml2's bytes. */
static int take_bytes(void *ctx, const char *data, int n)
{
	struct spp_xml_writer *xml = ctx;

	if (spp_buf_append(&xml->text, data, (size_t)n, &xml->error))
		return -1;
	return n;
}

enum spp_status spp_xml_writer_open(struct spp_xml_writer **xml,
				    struct spp_error *err)
{
	struct spp_xml_writer *made = calloc(1, sizeof(*made));

	spp_xml_reader_prepare();
	if (made)
		made->to =
			xmlOutputBufferCreateIO(take_bytes, NULL, made, NULL);
	if (made && made->to)
		made->writer = xmlNewTextWriter(made->to); /* takes it */
	if (!made || !made->writer) {
		if (made && made->to)
			xmlOutputBufferClose(made->to);
		free(made);
		return spp_nomem(err);
	}
	*xml = made;
	return SPP_OK;
}

enum spp_status spp_xml_writer_close(struct spp_xml_writer *xml,
				     struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	xml->failed |= xmlTextWriterFlush(xml->writer) < 0;
	xmlFreeTextWriter(xml->writer);
	if (xml->error.status)
		st = spp_fail_from(err, xml->error.status, &xml->error, "%s",
				   xml->error.text);
	else if (xml->failed)
		st = spp_nomem(err);
	else if (out)
		st = spp_buf_append(out, xml->text.data, xml->text.size, err);
	spp_buf_release(&xml->text);
	free(xml);
	return st;
}

void spp_xml_writer_start(struct spp_xml_writer *xml, const char *name)
{
	xml->failed |=
		xmlTextWriterStartElement(xml->writer, BAD_CAST name) < 0;
}

void spp_xml_writer_attribute(struct spp_xml_writer *xml, const char *name,
			      const char *value)
{
	if (value)
		xml->failed |=
			xmlTextWriterWriteAttribute(xml->writer, BAD_CAST name,
						    BAD_CAST value) < 0;
}

void spp_xml_writer_text(struct spp_xml_writer *xml, const char *text)
{
	xml->failed |= xmlTextWriterWriteString(xml->writer, BAD_CAST text) < 0;
}

/* "]]>" ends a section wherever it stands: it is parted into two. */
void spp_xml_writer_cdata(struct spp_xml_writer *xml, const char *text)
{
	const char *end;

	xml->failed |= xmlTextWriterStartCDATA(xml->writer) < 0;
	for (; (end = strstr(text, "]]>")); text = end + 2) {
		xml->failed |=
			xmlTextWriterWriteRawLen(xml->writer, BAD_CAST text,
						 (int)(end + 2 - text)) < 0;
		xml->failed |= xmlTextWriterEndCDATA(xml->writer) < 0;
		xml->failed |= xmlTextWriterStartCDATA(xml->writer) < 0;
	}
	xml->failed |= xmlTextWriterWriteRaw(xml->writer, BAD_CAST text) < 0;
	xml->failed |= xmlTextWriterEndCDATA(xml->writer) < 0;
}

void spp_xml_writer_raw(struct spp_xml_writer *xml, const char *text)
{
	xml->failed |= xmlTextWriterWriteRaw(xml->writer, BAD_CAST text) < 0;
}

void spp_xml_writer_end(struct spp_xml_writer *xml, const char *before)
{
	/* The writer itself adds no blank there. */
	xml->failed |= xmlOutputBufferWriteString(xml->to, before) < 0;
	xml->failed |= xmlTextWriterEndElement(xml->writer) < 0;
}

void spp_xml_writer_element(struct spp_xml_writer *xml, const char *name,
			    const char *text)
{
	spp_xml_writer_start(xml, name);
	if (*text)
		spp_xml_writer_text(xml, text);
	spp_xml_writer_end(xml, "");
}

bool spp_xml_writer_can(const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	size_t left = strlen(text);
	ucs4_t c;
	int used;

	for (; left; at += used, left -= (size_t)used) {
		used = u8_mbtoucr(&c, at, left);
		if (used <= 0 || !IS_CHAR(c))
			return false;
	}
	return true;
}
