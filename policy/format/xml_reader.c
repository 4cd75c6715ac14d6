/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/xml_reader.h"

#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/text/lines.h"

/* Newer versions of libxml2 made its errors const. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *xml_error;
#else
typedef xmlErrorPtr xml_error;
#endif

struct spp_xml_reader {
	const char *file;
	struct spp_lines text;
	size_t skipped; /* lines that the parser does not see */
	xmlTextReaderPtr reader;
	struct spp_error error; /* the parser's first */
	char *name, *space;
	size_t line;
	bool pending; /* an empty element was opened; report its end next */
};

/*
 * Keeps the parser's first complaint, as one line; the others follow from it.
 */
static void complain(void *ctx, xml_error error)
{
	struct spp_xml_reader *xml = ctx;
	char what[200];

	if (error->level < XML_ERR_ERROR || xml->error.status)
		return;
	if (error->code == XML_ERR_NO_MEMORY) {
		spp_nomem(&xml->error);
		return;
	}
	snprintf(what, sizeof(what), "%s",
		 error->message ? error->message : "");
	what[strcspn(what, "\n")] = '\0';
	/* The parser's own limit, ten million bytes. */
	if (strcasestr(what, "huge")) {
		spp_fail(&xml->error, SPP_LIMIT,
			 "%s:%zu: an element or a text that is too long",
			 xml->file, (size_t)error->line + xml->skipped);
		return;
	}
	spp_fail_at(&xml->error, SPP_CORRUPT, xml->file,
		    (size_t)error->line + xml->skipped, 0,
		    "not well-formed XML: %s", what);
}

static size_t count_lines(const char *text, size_t n)
{
	size_t lines = 0;

	for (; n; text++, n--)
		lines += *text == '\n';
	return lines;
}

/*
 * Skips the declaration: it names the original encoding, but the text is UTF-8
 * by now.
 */
static void skip_declaration(const char **data, size_t *size)
{
	const char *end;

	if (*size < 6 || memcmp(*data, "<?xml", 5) ||
	    !strchr(" \t\r\n", (*data)[5]))
		return;
	end = memmem(*data, *size, "?>", 2);
	if (!end)
		return;
	*size -= (size_t)(end + 2 - *data);
	*data = end + 2;
}

static enum spp_status refuse_doctype(const struct spp_xml_reader *xml,
				      struct spp_error *err)
{
	const char *found =
		memmem(xml->text.data, xml->text.size, "<!DOCTYPE", 9);

	if (!found)
		return SPP_OK;
	return spp_fail(err, SPP_CORRUPT,
			"%s:%zu: a document type, which Group Policy never "
			"writes and which could hold entities",
			xml->file,
			1 + count_lines(xml->text.data,
					(size_t)(found - xml->text.data)));
}

/* The place after the mark, or the end if it is missing. */
static const char *behind(const char *at, const char *end, const char *mark)
{
	const char *found = memmem(at, (size_t)(end - at), mark, strlen(mark));

	return found ? found + strlen(mark) : end;
}

static bool starts(const char *at, const char *end, const char *mark)
{
	return (size_t)(end - at) >= strlen(mark) &&
	       !memcmp(at, mark, strlen(mark));
}

/* Skips a tag; counts its attributes by the values in quotes. */
static const char *skip_tag(const char *at, const char *end, size_t *attributes)
{
	const char *quote;

	for (*attributes = 0; at < end && *at != '>'; at++) {
		if (*at != '"' && *at != '\'')
			continue;
		++*attributes;
		quote = memchr(at + 1, *at, (size_t)(end - at - 1));
		if (!quote)
			return end;
		at = quote;
	}
	return at;
}

/*
 * Refuses elements with very many attributes before the parser sees them: it
 * compares each attribute with every other, which could take minutes.
 */
static enum spp_status refuse_crowds(const struct spp_xml_reader *xml,
				     struct spp_error *err)
{
	const char *at = xml->text.data, *end = at + xml->text.size, *tag;
	size_t attributes;

	while (at < end && (tag = memchr(at, '<', (size_t)(end - at)))) {
		if (starts(tag, end, "<!--")) {
			at = behind(tag + 4, end, "-->");
		} else if (starts(tag, end, "<![CDATA[")) {
			at = behind(tag, end, "]]>");
		} else if (starts(tag, end, "<?")) {
			at = behind(tag, end, "?>");
		} else {
			at = skip_tag(tag, end, &attributes);
			if (attributes > SPP_XML_ATTRIBUTES)
				return spp_fail(
					err, SPP_LIMIT,
					"%s:%zu: an element with %zu "
					"attributes; the most is %d",
					xml->file,
					1 + count_lines(
						    xml->text.data,
						    (size_t)(tag -
							     xml->text.data)),
					attributes, SPP_XML_ATTRIBUTES);
		}
	}
	return SPP_OK;
}

static enum spp_status start(struct spp_xml_reader *xml, struct spp_error *err)
{
	const char *data = xml->text.data;
	size_t size = xml->text.size;

	skip_declaration(&data, &size);
	xml->skipped =
		count_lines(xml->text.data, (size_t)(data - xml->text.data));
	xml->reader = xmlReaderForMemory(data, (int)size, NULL, "UTF-8",
					 XML_PARSE_NONET | XML_PARSE_NOCDATA);
	if (!xml->reader)
		return spp_nomem(err);
	xmlTextReaderSetStructuredErrorHandler(
		xml->reader, (xmlStructuredErrorFunc)complain, xml);
	return SPP_OK;
}

/* Keeps libxml2 from printing what it cannot report. */
static void keep_quiet(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

void spp_xml_reader_prepare(void)
{
	xmlSetGenericErrorFunc(NULL, keep_quiet);
	xmlInitParser();
}

enum spp_status spp_xml_reader_open(const struct spp_input *in,
				    struct spp_xml_reader **xml,
				    struct spp_error *err)
{
	struct spp_xml_reader *made = calloc(1, sizeof(*made));
	enum spp_status st;

	if (!made)
		return spp_nomem(err);
	spp_xml_reader_prepare();
	made->file = in->name;
	st = spp_lines_open(in->name, in->data, in->size, &made->text, err);
	if (!st)
		st = refuse_doctype(made, err);
	if (!st)
		st = refuse_crowds(made, err);
	if (!st)
		st = start(made, err);
	if (st) {
		spp_xml_reader_close(made);
		return st;
	}
	*xml = made;
	return SPP_OK;
}

void spp_xml_reader_close(struct spp_xml_reader *xml)
{
	if (!xml)
		return;
	if (xml->reader)
		xmlFreeTextReader(xml->reader);
	spp_lines_release(&xml->text);
	free(xml->name);
	free(xml->space);
	free(xml);
}

static const char *text_of(const xmlChar *text)
{
	return text ? (const char *)text : "";
}

static enum spp_status keep(char **to, const xmlChar *text,
			    struct spp_error *err)
{
	free(*to);
	*to = strdup(text_of(text));
	return *to ? SPP_OK : spp_nomem(err);
}

/* Checks limits on each node. */
static enum spp_status check(struct spp_xml_reader *xml, struct spp_error *err)
{
	const char *value;

	if (xmlTextReaderDepth(xml->reader) > SPP_XML_DEPTH)
		return spp_xml_reader_fail(
			xml, err, SPP_LIMIT,
			"elements are nested more than %d deep", SPP_XML_DEPTH);
	value = (const char *)xmlTextReaderConstValue(xml->reader);
	if (value && strlen(value) > SPP_XML_LONG)
		return spp_xml_reader_fail(
			xml, err, SPP_LIMIT,
			"a text of %zu bytes; the most is %zu", strlen(value),
			SPP_XML_LONG);
	return SPP_OK;
}

static enum spp_status open_element(struct spp_xml_reader *xml,
				    struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	xml->pending = xmlTextReaderIsEmptyElement(xml->reader) == 1;
	while (!st && xmlTextReaderMoveToNextAttribute(xml->reader) == 1)
		st = check(xml, err);
	xmlTextReaderMoveToElement(xml->reader);
	return st;
}

static void note_place(struct spp_xml_reader *xml)
{
	xmlNodePtr node = xmlTextReaderCurrentNode(xml->reader);
	long line = node ? xmlGetLineNo(node) : 0;

	if (line > 0)
		xml->line = (size_t)line + xml->skipped;
}

/* The node's event; false for a node without one, such as a comment. */
static bool event_of(int type, enum spp_xml_event *event)
{
	switch (type) {
	case XML_READER_TYPE_ELEMENT:
		*event = SPP_XML_OPEN;
		return true;
	case XML_READER_TYPE_END_ELEMENT:
		*event = SPP_XML_CLOSE;
		return true;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		*event = SPP_XML_TEXT;
		return true;
	default:
		return false;
	}
}

enum spp_status spp_xml_reader_next(struct spp_xml_reader *xml,
				    enum spp_xml_event *event,
				    struct spp_error *err)
{
	enum spp_status st;
	int more;

	if (xml->pending) {
		xml->pending = false;
		*event = SPP_XML_CLOSE;
		return SPP_OK;
	}
	do {
		more = xmlTextReaderRead(xml->reader);
		if (xml->error.status)
			return spp_fail_from(err, xml->error.status,
					     &xml->error, "%s",
					     xml->error.text);
		if (more < 0)
			return spp_xml_reader_fail(xml, err, SPP_CORRUPT,
						   "not well-formed XML");
		if (!more) {
			*event = SPP_XML_END;
			return SPP_OK;
		}
		note_place(xml);
		st = check(xml, err);
		if (st)
			return st;
	} while (!event_of(xmlTextReaderNodeType(xml->reader), event));
	if (*event == SPP_XML_TEXT)
		return SPP_OK;
	st = keep(&xml->name, xmlTextReaderConstLocalName(xml->reader), err);
	if (!st)
		st = keep(&xml->space,
			  xmlTextReaderConstNamespaceUri(xml->reader), err);
	return st || *event == SPP_XML_CLOSE ? st : open_element(xml, err);
}

enum spp_status spp_xml_reader_text(struct spp_xml_reader *xml,
				    struct spp_buf *text, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	enum spp_xml_event event = SPP_XML_END;
	int depth = 1;

	while (depth && !st) {
		st = spp_xml_reader_next(xml, &event, err);
		if (st || event == SPP_XML_END)
			break;
		if (event == SPP_XML_OPEN)
			depth++;
		else if (event == SPP_XML_CLOSE)
			depth--;
		else if (depth == 1 && text)
			st = spp_buf_puts(
				text,
				text_of(xmlTextReaderConstValue(xml->reader)),
				err);
		if (!st && text && text->size > SPP_XML_LONG)
			st = spp_xml_reader_fail(
				xml, err, SPP_LIMIT,
				"a text of more than %zu bytes", SPP_XML_LONG);
	}
	return st;
}

enum spp_status spp_xml_reader_skip(struct spp_xml_reader *xml,
				    struct spp_error *err)
{
	return spp_xml_reader_text(xml, NULL, err);
}

const char *spp_xml_reader_name(const struct spp_xml_reader *xml)
{
	return xml->name ? xml->name : "";
}

const char *spp_xml_reader_space(const struct spp_xml_reader *xml)
{
	return xml->space ? xml->space : "";
}

size_t spp_xml_reader_line(const struct spp_xml_reader *xml)
{
	return xml->line;
}

const char *spp_xml_reader_file(const struct spp_xml_reader *xml)
{
	return xml->file;
}

bool spp_xml_reader_attribute(struct spp_xml_reader *xml, size_t i,
			      const char **name, const char **value)
{
	if (!i)
		xmlTextReaderMoveToElement(xml->reader);
	do {
		if (xmlTextReaderMoveToNextAttribute(xml->reader) != 1) {
			xmlTextReaderMoveToElement(xml->reader);
			return false;
		}
	} while (xmlTextReaderIsNamespaceDecl(xml->reader) == 1);
	*name = text_of(xmlTextReaderConstLocalName(xml->reader));
	*value = text_of(xmlTextReaderConstValue(xml->reader));
	return true;
}

enum spp_status spp_xml_reader_fail(const struct spp_xml_reader *xml,
				    struct spp_error *err,
				    enum spp_status status, const char *fmt,
				    ...)
{
	char what[700];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return spp_fail_at(err, status, xml->file, xml->line, 0, "%s", what);
}

bool spp_xml_reader_probe(const uint8_t *data, size_t size, char *name,
			  size_t room)
{
	char head[4096];
	const char *at = head, *end;
	size_t n;

	*name = '\0';
	spp_lines_head(data, size, head, sizeof(head));
	at += strspn(at, " \t\r\n");
	if (*at != '<' || !at[1] || strchr(" \t\r\n<>=", at[1]))
		return false;
	while (at && *at == '<' && (at[1] == '?' || at[1] == '!')) {
		end = !strncmp(at, "<!--", 4) ? strstr(at, "-->")
					      : strchr(at, '>');
		at = end ? strchr(end, '<') : NULL;
	}
	if (!at)
		return true;
	n = strcspn(at + 1, " \t\r\n/>");
	if (n < room) {
		memcpy(name, at + 1, n);
		name[n] = '\0';
	}
	return true;
}
