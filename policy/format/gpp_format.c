/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Registry.xml of Group Policy preferences; gpp.h shows it.
 *
 * Read with <RegistrySettings> or <Collection> as its root.  Written as the
 * Group Policy editor does, or byte for byte like Set-GPPrefRegistryValue.
 */
#include <string.h>

#include "policy/format/gpp.h"
#include "policy/format/xml_reader.h"

static const char *const probed[] = { "RegistrySettings", "Collection",
				      "Registry" };

static int probe(const uint8_t *data, size_t size)
{
	char name[64];
	size_t i;

	if (!spp_xml_reader_probe(data, size, name, sizeof(name)))
		return 0;
	for (i = 0; i < sizeof(probed) / sizeof(probed[0]); i++)
		if (!strcmp(name, probed[i]))
			return 90;
	/* Claims any XML weakly: the user gets the XML reader's message. */
	return 10;
}

static enum spp_status read_root(struct spp_xml_reader *xml,
				 struct spp_gpp *gpp, struct spp_import *import,
				 struct spp_error *err)
{
	enum spp_xml_event event;
	enum spp_status st;

	do {
		st = spp_xml_reader_next(xml, &event, err);
	} while (!st && event == SPP_XML_TEXT);
	if (st)
		return st;
	if (event != SPP_XML_OPEN ||
	    (strcmp(spp_xml_reader_name(xml), "RegistrySettings") != 0 &&
	     strcmp(spp_xml_reader_name(xml), "Collection") != 0) ||
	    *spp_xml_reader_space(xml))
		return spp_xml_reader_fail(
			xml, err, SPP_NOTHIVE,
			"the root is '%.100s', not RegistrySettings "
			"or Collection",
			spp_xml_reader_name(xml));
	st = spp_gpp_read(xml, false, gpp, import, err);
	/* Reads to the end of the file, to find anything after the root. */
	while (!st && event != SPP_XML_END)
		st = spp_xml_reader_next(xml, &event, err);
	return st;
}

enum spp_status spp_gpp_read_file(const struct spp_input *in,
				  struct spp_gpp *gpp,
				  struct spp_import *import,
				  struct spp_error *err)
{
	struct spp_xml_reader *xml;
	enum spp_status st = spp_xml_reader_open(in, &xml, err);

	if (st)
		return st;
	st = read_root(xml, gpp, import, err);
	spp_xml_reader_close(xml);
	return st;
}

static enum spp_status read_gpp(const struct spp_input *in,
				struct spp_document *document,
				struct spp_import *import,
				struct spp_error *err)
{
	struct spp_gpp CLEANUP(spp_gpp_release) gpp = SPP_GPP_INIT;
	enum spp_status st = spp_gpp_read_file(in, &gpp, import, err);

	return st ? st : spp_gpp_to_document(&gpp, in, document, import, err);
}

static enum spp_status write_gpp(const struct spp_document *document,
				 const struct spp_export *options,
				 struct spp_buf *out, struct spp_notes *notes,
				 struct spp_error *err)
{
	struct spp_gpp CLEANUP(spp_gpp_release) gpp = SPP_GPP_INIT;
	const struct spp_gpp_flavour *flavour;
	enum spp_status st;

	st = spp_gpp_flavour_find(options->flavour, &flavour, err);
	if (!st)
		st = spp_gpp_from_document(document, options, flavour, &gpp,
					   notes, err);
	return st ? st : spp_gpp_write(&gpp, flavour, out, err);
}

const struct spp_format spp_format_gpp = {
	.name = "gpp",
	.suffix = "xml",
	.summary = "Registry.xml of Group Policy preferences",
	.takes = SPP_TAKES_FLAVOUR | SPP_TAKES_COLLECTION | SPP_TAKES_UID |
		 SPP_TAKES_CHANGED | SPP_TAKES_FILTERS,
	.probe = probe,
	.read = read_gpp,
	.write = write_gpp,
};
