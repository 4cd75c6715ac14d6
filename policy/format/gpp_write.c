/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes preference items as the Group Policy editor does, or as
 * Set-GPPrefRegistryValue of Windows Server 2025 does.
 */
#include <string.h>
#include <strings.h>

#include "policy/format/gpp.h"
#include "policy/format/xml_writer.h"
#include "policy/text/near.h"

static const struct spp_gpp_flavour flavours[] = {
	{
		.name = "gpmc",
		.spaced_bytes = true,
		.type_images = true,
		.padded_hours = true,
		.decimal = true,
		.close = "",
		.first = "",
		.between = "\r\n\t",
		.properties = "",
		.item_end = "",
		.values = "",
		.value = "",
		.values_end = "",
		.properties_end = "",
		.group_end = "\r\n",
		.last = "\r\n",
	},
	{
		.name = "cmdlet",
		.mark = true,
		.disabled = true,
		.close = " ",
		.first = "\r\n  ",
		.between = "\r\n  ",
		.properties = "\r\n    ",
		.item_end = "\r\n  ",
		.values = "\r\n      ",
		.value = "\r\n        ",
		.values_end = "\r\n      ",
		.properties_end = "\r\n    ",
		.group_end = "\r\n",
		.last = "",
	},
};
#define FLAVOURS (sizeof(flavours) / sizeof(flavours[0]))

enum spp_status spp_gpp_flavour_find(const char *name,
				     const struct spp_gpp_flavour **flavour,
				     struct spp_error *err)
{
	size_t i;

	for (i = 0; i < FLAVOURS; i++) {
		if (!name || !strcasecmp(flavours[i].name, name)) {
			*flavour = &flavours[i];
			return SPP_OK;
		}
	}
	return spp_near_few("flavour", name, "gpmc, cmdlet", err);
}

static enum spp_status check_text(const struct spp_gpp_item *item,
				  const char *text, struct spp_error *err)
{
	if (!text || spp_xml_writer_can(text))
		return SPP_OK;
	return spp_fail(err, SPP_INVALID,
			"format gpp cannot express the wish for '%s': it has "
			"characters that XML cannot hold",
			item->attribute[SPP_GPP_STATUS]
				? item->attribute[SPP_GPP_STATUS]
				: "?");
}

static enum spp_status check(const struct spp_gpp *gpp, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i, j;

	if (gpp->collection && !spp_xml_writer_can(gpp->collection))
		return spp_fail(err, SPP_INVALID,
				"the policy's name has characters that XML "
				"cannot hold");
	for (i = 0; i < gpp->count; i++) {
		const struct spp_gpp_item *item = &gpp->item[i];

		for (j = 0; !st && j < SPP_GPP_ATTRIBUTES; j++)
			st = check_text(item, item->attribute[j], err);
		for (j = 0; !st && j < SPP_GPP_PROPERTIES; j++)
			st = check_text(item, item->property[j], err);
		for (j = 0; !st && j < item->strings; j++)
			st = check_text(item, item->string[j], err);
	}
	return st;
}

static void write_values(struct spp_xml_writer *xml,
			 const struct spp_gpp_item *item,
			 const struct spp_gpp_flavour *f)
{
	size_t i;

	spp_xml_writer_raw(xml, f->values);
	spp_xml_writer_start(xml, "Values");
	for (i = 0; i < item->strings; i++) {
		spp_xml_writer_raw(xml, f->value);
		spp_xml_writer_element(xml, "Value", item->string[i]);
	}
	if (item->strings)
		spp_xml_writer_raw(xml, f->values_end);
	spp_xml_writer_end(xml, item->strings ? "" : f->close);
	spp_xml_writer_raw(xml, f->properties_end);
}

static void write_item(struct spp_xml_writer *xml,
		       const struct spp_gpp_item *item,
		       const struct spp_gpp_flavour *f)
{
	size_t i;

	spp_xml_writer_start(xml, "Registry");
	spp_xml_writer_attribute(xml, "clsid", SPP_GPP_REGISTRY);
	for (i = 0; i < SPP_GPP_ATTRIBUTES; i++)
		spp_xml_writer_attribute(xml, spp_gpp_attributes[i],
					 item->attribute[i]);
	spp_xml_writer_raw(xml, f->properties);
	spp_xml_writer_start(xml, "Properties");
	for (i = 0; i < SPP_GPP_PROPERTIES; i++)
		spp_xml_writer_attribute(xml, spp_gpp_properties[i],
					 item->property[i]);
	if (item->has_values)
		write_values(xml, item, f);
	spp_xml_writer_end(xml, item->has_values ? "" : f->close);
	spp_xml_writer_raw(xml, f->item_end);
	spp_xml_writer_end(xml, "");
}

enum spp_status spp_gpp_write(const struct spp_gpp *gpp,
			      const struct spp_gpp_flavour *flavour,
			      struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st = check(gpp, err);
	struct spp_xml_writer *xml;
	size_t i;

	if (!st)
		st = spp_xml_writer_open(&xml, err);
	if (st)
		return st;
	if (flavour->mark)
		spp_xml_writer_raw(xml, "\xef\xbb\xbf");
	spp_xml_writer_raw(xml,
			   "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n");
	spp_xml_writer_start(xml, gpp->collection ? "Collection"
						  : "RegistrySettings");
	spp_xml_writer_attribute(xml, "clsid",
				 gpp->collection ? SPP_GPP_COLLECTION
						 : SPP_GPP_SETTINGS);
	spp_xml_writer_attribute(xml, "name", gpp->collection);
	for (i = 0; i < gpp->count; i++) {
		spp_xml_writer_raw(xml, i ? flavour->between : flavour->first);
		write_item(xml, &gpp->item[i], flavour);
	}
	if (gpp->count)
		spp_xml_writer_raw(xml, flavour->group_end);
	spp_xml_writer_end(xml, gpp->count ? "" : flavour->close);
	if (*flavour->last)
		spp_xml_writer_raw(xml, flavour->last);
	return spp_xml_writer_close(xml, out, err);
}
