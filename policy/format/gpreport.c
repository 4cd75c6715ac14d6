/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report about a GPO by Get-GPOReport -ReportType Xml or the management
 * console; only its registry preferences are read, and nothing is written.
 *
 *	<GPO xmlns="http://www.microsoft.com/GroupPolicy/Settings">
 *	  <Computer>				or <User>
 *	    <Enabled>true</Enabled>
 *	    <ExtensionData>
 *	      <Extension xmlns:q1=".../Settings/Windows/Registry"
 *	                 xsi:type="q1:RegistrySettings">
 *	        <q1:RegistrySettings clsid="...">	as in Registry.xml, with
 *	          <q1:Registry ...>			empty <Filters/> and
 *	            <q1:Properties ...>			<Values/> everywhere
 *	      </Extension>
 *	      <Name>Windows Registry</Name>
 *
 * The extension of administrative templates has an element of the same name in
 * another namespace.  Its policies name no registry key, so nothing can be made
 * of them without the templates.  They and all other extensions count as
 * foreign, and so does the user's half.
 */
#include <string.h>

#include "policy/format/gpp.h"
#include "policy/format/xml_reader.h"

#define SETTINGS    "http://www.microsoft.com/GroupPolicy/Settings"
#define PREFERENCES SETTINGS "/Windows/Registry"

static int probe(const uint8_t *data, size_t size)
{
	char name[64];

	if (!spp_xml_reader_probe(data, size, name, sizeof(name)))
		return 0;
	return !strcmp(name, "GPO") || !strcmp(name, "report") ? 90 : 0;
}

struct reader {
	struct spp_xml_reader *xml;
	bool user;   /* in the user's half */
	bool off;    /* the half is disabled */
	size_t gpos; /* GPOs so far */
	struct spp_gpp gpp;
	struct spp_import *import;
	struct spp_error *err;
};

static bool is(const struct reader *r, const char *space, const char *name)
{
	return !strcmp(spp_xml_reader_name(r->xml), name) &&
	       !strcmp(spp_xml_reader_space(r->xml), space);
}

/* Calls read for each child of the element that was just opened. */
static enum spp_status each(struct reader *r,
			    enum spp_status (*read)(struct reader *r))
{
	enum spp_status st;
	enum spp_xml_event event;

	while (!(st = spp_xml_reader_next(r->xml, &event, r->err)) &&
	       event != SPP_XML_CLOSE && event != SPP_XML_END) {
		if (event == SPP_XML_OPEN)
			st = read(r);
		if (st)
			break;
	}
	return st;
}

static void list_element(struct reader *r)
{
	spp_import_foreign(r->import, "line %zu: %s of the %s",
			   spp_xml_reader_line(r->xml),
			   spp_xml_reader_name(r->xml),
			   r->user ? "user" : "computer");
}

/* Reads an extension: our preferences, or something foreign. */
static enum spp_status read_settings(struct reader *r)
{
	if (is(r, PREFERENCES, "RegistrySettings") && !r->user)
		return spp_gpp_read(r->xml, r->off, &r->gpp, r->import, r->err);
	if (strcmp(spp_xml_reader_name(r->xml), "Blocked") != 0)
		list_element(r);
	return spp_xml_reader_skip(r->xml, r->err);
}

static enum spp_status read_extension(struct reader *r)
{
	if (is(r, SETTINGS, "Extension"))
		return each(r, read_settings);
	return spp_xml_reader_skip(r->xml, r->err);
}

static enum spp_status read_half(struct reader *r)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st;

	if (is(r, SETTINGS, "ExtensionData"))
		return each(r, read_extension);
	if (!is(r, SETTINGS, "Enabled"))
		return spp_xml_reader_skip(r->xml, r->err);
	st = spp_xml_reader_text(r->xml, &text, r->err);
	r->off = !strcmp(spp_buf_text(&text), "false");
	if (!st && r->off && !r->user)
		spp_import_note(r->import,
				"%s:%zu: the GPO's settings for computers are "
				"disabled",
				spp_xml_reader_file(r->xml),
				spp_xml_reader_line(r->xml));
	return st;
}

static enum spp_status read_gpo(struct reader *r)
{
	r->user = is(r, SETTINGS, "User");
	r->off = false;
	if (r->user || is(r, SETTINGS, "Computer"))
		return each(r, read_half);
	return spp_xml_reader_skip(r->xml, r->err);
}

/* Reads <GPO>, or <report> with several of them. */
static enum spp_status read_top(struct reader *r)
{
	if (!is(r, SETTINGS, "GPO"))
		return spp_xml_reader_skip(r->xml, r->err);
	if (r->gpos++)
		return spp_xml_reader_fail(
			r->xml, r->err, SPP_REFUSED,
			"a second GPO; make a report of the one "
			"that is meant");
	return each(r, read_gpo);
}

static enum spp_status read_root(struct reader *r)
{
	enum spp_xml_event event;
	enum spp_status st;

	do {
		st = spp_xml_reader_next(r->xml, &event, r->err);
	} while (!st && event == SPP_XML_TEXT);
	if (!st && !strcmp(spp_xml_reader_name(r->xml), "report"))
		st = each(r, read_top);
	else if (!st)
		st = read_top(r);
	while (!st && event != SPP_XML_END)
		st = spp_xml_reader_next(r->xml, &event, r->err);
	if (!st && !r->gpos)
		st = spp_xml_reader_fail(r->xml, r->err, SPP_NOTHIVE,
					 "not a report of a GPO");
	return st;
}

static enum spp_status read_gpreport(const struct spp_input *in,
				     struct spp_document *document,
				     struct spp_import *import,
				     struct spp_error *err)
{
	struct reader r = { .import = import, .err = err };
	enum spp_status st = spp_xml_reader_open(in, &r.xml, err);

	if (st)
		return st;
	st = read_root(&r);
	spp_xml_reader_close(r.xml);
	if (!st)
		st = spp_gpp_to_document(&r.gpp, in, document, import, err);
	spp_gpp_release(&r.gpp);
	return st;
}

const struct spp_format spp_format_gpreport = {
	.name = "gpreport",
	.summary = "XML report of a GPO: its registry preferences",
	.probe = probe,
	.read = read_gpreport,
	.takes = SPP_TAKES_FILTERS,
};
