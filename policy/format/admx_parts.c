/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the writers of a template and of its texts. */
#include "policy/format/admx.h"

#include <ctype.h>
#include <stdio.h>

#include "policy/format/xml_writer.h"

#define NAMESPACE \
	"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"

const struct spp_admx_category spp_admx_categories[] = {
	{ 0, "VolumeActivation", "Volume activation" },
	{ SPP_AUDIENCE_HOST, "KmsHost", "KMS host" },
	{ SPP_AUDIENCE_CLIENT, "KmsClient", "KMS client" },
	{ SPP_AUDIENCE_GENERAL, "General", "General" },
};
const size_t spp_admx_category_count =
	sizeof(spp_admx_categories) / sizeof(spp_admx_categories[0]);

enum { SINCE_7, SINCE_8, SINCE_10, ONLY_2016 };

/* By the documents that the settings name as their sources. */
const struct spp_admx_support spp_admx_supports[] = {
	[SINCE_7] = { "Windows7",
		      "Windows 7, Windows Server 2008 R2 and later" },
	[SINCE_8] = { "Windows8", "Windows 8, Windows Server 2012 and later" },
	[SINCE_10] = { "Windows10",
		       "Windows 10, Windows Server 2019 and later" },
	[ONLY_2016] = { "Server2016", "Windows Server 2016" },
};
const size_t spp_admx_support_count =
	sizeof(spp_admx_supports) / sizeof(spp_admx_supports[0]);

const struct spp_admx_support *spp_admx_support_of(const struct spp_setting *s)
{
	static const int not_since_7[SPP_SETTING_COUNT] = {
		[SPP_SETTING_LOOKUP_DOMAIN] = SINCE_8,
		[SPP_SETTING_ACTIVATION_TYPE] = SINCE_8,
		[SPP_SETTING_GENUINE_TICKET] = SINCE_10,
		[SPP_SETTING_ENTITLEMENT_REACTIVATION] = SINCE_10,
		[SPP_SETTING_ACQUIRE_TICKET] = ONLY_2016,
	};

	return &spp_admx_supports[not_since_7[spp_setting_index(s)]];
}

void spp_admx_line(struct spp_admx *w)
{
	char blanks[64];

	snprintf(blanks, sizeof(blanks), "\r\n%*s", 2 * w->depth, "");
	spp_xml_writer_raw(w->xml, blanks);
}

void spp_admx_begin(struct spp_admx *w, const char *name)
{
	spp_admx_line(w);
	spp_xml_writer_start(w->xml, name);
	w->depth++;
}

void spp_admx_attribute(struct spp_admx *w, const char *name, const char *value)
{
	spp_xml_writer_attribute(w->xml, name, value);
}

/* Ends an element without content. */
void spp_admx_empty(struct spp_admx *w)
{
	w->depth--;
	spp_xml_writer_end(w->xml, " ");
}

/* Ends an element with elements in it. */
void spp_admx_finish(struct spp_admx *w)
{
	w->depth--;
	spp_admx_line(w);
	spp_xml_writer_end(w->xml, "");
}

void spp_admx_text(struct spp_admx *w, const char *name, const char *text)
{
	spp_admx_line(w);
	spp_xml_writer_element(w->xml, name, text);
}

/* "dns-publishing" as "DnsPublishing" */
void spp_admx_id(const struct spp_setting *s, char id[SPP_ADMX_ID])
{
	bool upper = true;
	const char *c;
	size_t n = 0;

	for (c = s->name; *c && n + 1 < SPP_ADMX_ID; c++) {
		if (*c != '-')
			id[n++] = upper ? (char)toupper((unsigned char)*c) : *c;
		upper = *c == '-';
	}
	id[n] = '\0';
}

bool spp_admx_offers(const struct spp_setting *s)
{
	return !(s->flags & SPP_STATE) && s->kind != SPP_KIND_OPAQUE;
}

void spp_admx_root(struct spp_admx *w, const char *name)
{
	spp_xml_writer_raw(w->xml,
			   "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
	spp_admx_begin(w, name);
	spp_admx_attribute(w, "xmlns", NAMESPACE);
	spp_admx_attribute(w, "revision", "1.0");
	spp_admx_attribute(w, "schemaVersion", "1.0");
}
