/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the writers of a template and of its texts. */
#ifndef POLICY_FMT_ADMX_H
#define POLICY_FMT_ADMX_H

#include "policy/model/policy.h"

#define SPP_ADMX_ID 64 /* a setting's name, as an identifier */

struct spp_xml_writer;

/* Indented XML. */
struct spp_admx {
	struct spp_xml_writer *xml;
	int depth;
};

void spp_admx_line(struct spp_admx *w);
void spp_admx_begin(struct spp_admx *w, const char *name);
void spp_admx_attribute(struct spp_admx *w, const char *name,
			const char *value);
/*
 * _empty() ends an element without content, _finish() one with elements in it.
 */
void spp_admx_empty(struct spp_admx *w);
void spp_admx_finish(struct spp_admx *w);
void spp_admx_text(struct spp_admx *w, const char *name, const char *text);
/* The root of either file. */
void spp_admx_root(struct spp_admx *w, const char *name);

struct spp_admx_category {
	unsigned int audience; /* of the settings in it; 0: the top one */
	const char *name, *text;
};

extern const struct spp_admx_category spp_admx_categories[];
extern const size_t spp_admx_category_count;

/* Which versions of Windows know a setting. */
struct spp_admx_support {
	const char *name, *text;
};

extern const struct spp_admx_support spp_admx_supports[];
extern const size_t spp_admx_support_count;

const struct spp_admx_support *spp_admx_support_of(const struct spp_setting *s);

/* Whether there is a policy for the setting, and its name. */
bool spp_admx_offers(const struct spp_setting *s);
void spp_admx_id(const struct spp_setting *s, char id[SPP_ADMX_ID]);

enum spp_status spp_admx_texts(struct spp_admx *w, struct spp_error *err);

#endif
