/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads preference items; gpp.h shows them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/format/gpp.h"
#include "policy/format/xml_reader.h"

#define WHY 300 /* the longest reason */

struct reader {
	struct spp_xml_reader *xml;
	char *space; /* the namespace of all elements */
	struct spp_gpp *gpp;
	struct spp_import *import;
	struct spp_error *err;
};

static bool is(const struct reader *r, const char *name)
{
	return !strcmp(spp_xml_reader_name(r->xml), name) &&
	       !strcmp(spp_xml_reader_space(r->xml), r->space);
}

/*
 * Moves to the next element inside the one that was opened last; false at its
 * end, or with *st set.
 */
static bool next_child(struct reader *r, enum spp_status *st)
{
	enum spp_xml_event event;

	do
		*st = spp_xml_reader_next(r->xml, &event, r->err);
	while (!*st && event != SPP_XML_OPEN && event != SPP_XML_CLOSE &&
	       event != SPP_XML_END);
	return !*st && event == SPP_XML_OPEN;
}

static bool is_true(const char *text)
{
	return text && (!strcmp(text, "1") || !strcmp(text, "true"));
}

/* Stores the attributes in the table; notes all others. */
static enum spp_status read_attributes(struct reader *r,
				       const char *const *names, size_t count,
				       char **slots)
{
	enum spp_status st = SPP_OK;
	const char *name, *value;
	size_t i, n;

	for (n = 0; !st && spp_xml_reader_attribute(r->xml, n, &name, &value);
	     n++) {
		for (i = 0; i < count && strcmp(names[i], name); i++)
			;
		if (i < count)
			st = spp_gpp_set(&slots[i], value, r->err);
		else if (strcmp(name, "clsid"))
			spp_import_note(
				r->import,
				"%s:%zu: attribute '%.40s' is not known and "
				"left out",
				spp_xml_reader_file(r->xml),
				spp_xml_reader_line(r->xml), name);
	}
	return st;
}

/*
 * Lists the names of the filters in <Filters> as a reason; "" if it is empty.
 */
static enum spp_status read_filters(struct reader *r, char *why)
{
	enum spp_status st = SPP_OK;
	size_t used;

	*why = '\0';
	while (!st && next_child(r, &st)) {
		used = strlen(why);
		snprintf(why + used, WHY - used, "%s%.40s",
			 used ? ", " : "item-level targeting by ",
			 spp_xml_reader_name(r->xml));
		st = spp_xml_reader_skip(r->xml, r->err);
	}
	return st;
}

static enum spp_status read_values(struct reader *r)
{
	struct spp_gpp_item *item = &r->gpp->item[r->gpp->count - 1];
	enum spp_status st = SPP_OK;

	item->has_values = true;
	while (!st && next_child(r, &st)) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		if (!is(r, "Value"))
			st = spp_gpp_limit(item, "an unknown element in Values",
					   r->err);
		if (!st)
			st = spp_xml_reader_text(r->xml, &text, r->err);
		if (!st)
			st = spp_gpp_add_string(r->gpp, spp_buf_text(&text),
						r->err);
	}
	return st;
}

static enum spp_status limit_by_element(struct reader *r,
					struct spp_gpp_item *item)
{
	char why[WHY];

	snprintf(why, sizeof(why), "an unknown element '%.40s'",
		 spp_xml_reader_name(r->xml));
	return spp_gpp_limit(item, why, r->err);
}

static enum spp_status read_properties(struct reader *r)
{
	struct spp_gpp_item *item = &r->gpp->item[r->gpp->count - 1];
	enum spp_status st;

	st = read_attributes(r, spp_gpp_properties, SPP_GPP_PROPERTIES,
			     item->property);
	while (!st && next_child(r, &st)) {
		if (is(r, "Values")) {
			st = read_values(r);
			continue;
		}
		st = is(r, "SubProp")
			     ? spp_gpp_limit(item, "single bits (SubProp)",
					     r->err)
			     : limit_by_element(r, item);
		if (!st)
			st = spp_xml_reader_skip(r->xml, r->err);
	}
	return st;
}

static enum spp_status read_item_child(struct reader *r,
				       struct spp_gpp_item *item)
{
	enum spp_status st;
	char why[WHY];

	if (is(r, "Properties"))
		return read_properties(r);
	if (is(r, "Filters")) {
		st = read_filters(r, why);
		return st || !*why ? st : spp_gpp_limit(item, why, r->err);
	}
	st = is(r, "GPOSettingOrder") ? SPP_OK : limit_by_element(r, item);
	return st ? st : spp_xml_reader_skip(r->xml, r->err);
}

/* Checks attributes that change the meaning of an item. */
static enum spp_status check_attributes(struct spp_gpp_item *item,
					struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	if (is_true(item->attribute[SPP_GPP_USER_CONTEXT]))
		st = spp_gpp_limit(item, "run as the user (userContext)", err);
	if (!st && is_true(item->attribute[SPP_GPP_REMOVE_POLICY]))
		st = spp_gpp_limit(item,
				   "to be removed again with the GPO "
				   "(removePolicy)",
				   err);
	if (!st && is_true(item->property[SPP_GPP_BITFIELD]))
		st = spp_gpp_limit(item, "single bits (bitfield)", err);
	return st;
}

static enum spp_status read_item(struct reader *r, bool off)
{
	struct spp_gpp_item *item;
	enum spp_status st = spp_gpp_add(r->gpp, &item, r->err);

	if (st)
		return st;
	item->line = spp_xml_reader_line(r->xml);
	st = read_attributes(r, spp_gpp_attributes, SPP_GPP_ATTRIBUTES,
			     item->attribute);
	while (!st && next_child(r, &st))
		st = read_item_child(r, item);
	if (!st)
		st = check_attributes(item, r->err);
	item->off = off || is_true(item->attribute[SPP_GPP_DISABLED]);
	return st;
}

static enum spp_status limit_all(struct reader *r, size_t first,
				 const char *why)
{
	enum spp_status st = SPP_OK;

	for (; !st && *why && first < r->gpp->count; first++)
		st = spp_gpp_limit(&r->gpp->item[first], why, r->err);
	return st;
}

/* Reads what the attributes of a collection say about its items. */
static void read_group_attributes(struct reader *r, bool *off, const char **why)
{
	const char *name, *value;
	size_t i;

	*why = "";
	for (i = 0; spp_xml_reader_attribute(r->xml, i, &name, &value); i++) {
		if (!strcmp(name, "disabled") && is_true(value))
			*off = true;
		if (!strcmp(name, "userContext") && is_true(value))
			*why = "run as the user (userContext)";
		if (!strcmp(name, "removePolicy") && is_true(value))
			*why = "to be removed again with the GPO "
			       "(removePolicy)";
	}
}

/* Reads a collection; the limit on elements bounds its depth. */
static enum spp_status read_group(struct reader *r, bool off)
{
	size_t first = r->gpp->count;
	char filters[WHY] = "";
	enum spp_status st = SPP_OK;
	const char *why;

	read_group_attributes(r, &off, &why);
	while (!st && next_child(r, &st)) {
		if (is(r, "Registry")) {
			st = read_item(r, off);
		} else if (is(r, "Collection")) {
			st = read_group(r, off);
		} else if (is(r, "Filters")) {
			st = read_filters(r, filters);
		} else {
			if (!is(r, "GPOSettingOrder"))
				spp_import_foreign(r->import,
						   "line %zu: element '%s'",
						   spp_xml_reader_line(r->xml),
						   spp_xml_reader_name(r->xml));
			st = spp_xml_reader_skip(r->xml, r->err);
		}
	}
	if (!st)
		st = limit_all(r, first, filters);
	return st ? st : limit_all(r, first, why);
}

enum spp_status spp_gpp_read(struct spp_xml_reader *xml, bool off,
			     struct spp_gpp *gpp, struct spp_import *import,
			     struct spp_error *err)
{
	struct reader r = { .xml = xml,
			    .space = strdup(spp_xml_reader_space(xml)),
			    .gpp = gpp,
			    .import = import,
			    .err = err };
	enum spp_status st = r.space ? read_group(&r, off) : spp_nomem(err);

	free(r.space);
	return st;
}
