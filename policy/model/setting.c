/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of settings, from settings.def; setting_value.c has the functions
 * on its rows.
 */
#include "policy/model/setting.h"

#include <string.h>
#include <strings.h>

#define AT(place) (1u << SPP_PLACE_##place)
/* Places of client settings: of slmgr, ospp and the service itself. */
#define ANYWHERE (AT(SPP) | AT(OSPP) | AT(WOW) | AT(SL))
/* Caches of the services. */
#define CACHES (AT(CACHE) | AT(CACHE_OSPP) | AT(CACHE_SL))

#define REGISTRY "Microsoft, Registry Settings for Volume Activation"
#define SLMGR	 "Microsoft, slmgr.vbs options for volume activation"
#define VISTA	 "Microsoft, Volume Activation 2.0 Operations Guide"
#define CSP	 "Microsoft, Policy CSP - Licensing"
/* Where both policies of AVSValidationGP.admx are. */
#define AVS	"Windows Components/Software Protection Platform/"
#define GENERAL "Microsoft, Volume Activation general information"
#define CONNECTIONS                                                    \
	"Microsoft, Manage connections from Windows operating system " \
	"components to Microsoft services"
#define FOUND "third-party: found in keys of machines"
#define SEEN  "seen in a third-party dump of Windows Server 2012 R2"

/* A numeric default, and its text. */
#define NUMBER(n)                                            \
	{                                                    \
		.text = #n, .is_number = true, .number = (n) \
	}

const struct spp_setting spp_settings[SPP_SETTING_COUNT] = {
#define SETTING(id, ...) [SPP_SETTING_##id] = { __VA_ARGS__ },
#include "policy/model/settings.def"
#undef SETTING
};

static const char *const kind_words[SPP_KIND_COUNT] = {
	[SPP_KIND_SWITCH] = "switch", [SPP_KIND_NUMBER] = "number",
	[SPP_KIND_CHOICE] = "choice", [SPP_KIND_PORT] = "port",
	[SPP_KIND_HOST] = "host",     [SPP_KIND_DOMAIN] = "domain",
	[SPP_KIND_TEXT] = "text",     [SPP_KIND_PATH] = "path",
	[SPP_KIND_PUBLISH] = "list",  [SPP_KIND_OPAQUE] = "opaque",
};

static const char *const trust_words[] = {
	[SPP_DOCUMENTED] = "documented",
	[SPP_THIRD_PARTY] = "third-party",
	[SPP_INFERRED] = "inferred",
};

const char *spp_kind_word(enum spp_kind kind)
{
	return kind_words[kind];
}

const char *spp_trust_word(enum spp_trust trust)
{
	return trust_words[trust];
}

const char *spp_audience_word(unsigned int audience)
{
	if (audience == (SPP_AUDIENCE_HOST | SPP_AUDIENCE_CLIENT))
		return "host, client";
	if (audience & SPP_AUDIENCE_HOST)
		return "host";
	return audience & SPP_AUDIENCE_CLIENT ? "client" : "general";
}

bool spp_setting_known(const struct spp_setting *setting, enum spp_place place)
{
	return setting->places >> place & 1 ||
	       (spp_places[place].is_mistaken && setting->places & AT(SPP));
}

bool spp_setting_settable(const struct spp_setting *setting,
			  enum spp_place place)
{
	return setting->places >> place & 1 && !spp_place_is_cache(place) &&
	       !(setting->flags & SPP_STATE);
}

bool spp_setting_travels(const struct spp_setting *setting,
			 enum spp_place place)
{
	return spp_setting_settable(setting, place) &&
	       !(setting->flags & SPP_MARK);
}

size_t spp_setting_index(const struct spp_setting *setting)
{
	return (size_t)(setting - spp_settings);
}

const struct spp_setting *spp_setting_of_value(const char *value)
{
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++)
		if (!strcasecmp(spp_settings[i].value, value))
			return &spp_settings[i];
	return NULL;
}

const char *spp_setting_name(const struct spp_setting *s, enum spp_terms terms)
{
	switch (terms) {
	case SPP_TERMS_OLD:
		return s->old;
	case SPP_TERMS_REGISTRY:
		return s->value;
	case SPP_TERMS_OWN:
		break;
	}
	return s->name;
}

const struct spp_setting *spp_setting_find(const char *name,
					   enum spp_terms *terms)
{
	const char *known;
	size_t i;
	int t;

	for (t = 0; t < SPP_TERMS_COUNT; t++) {
		*terms = (enum spp_terms)t;
		for (i = 0; i < SPP_SETTING_COUNT; i++) {
			known = spp_setting_name(&spp_settings[i], *terms);
			if (known && !strcasecmp(known, name))
				return &spp_settings[i];
		}
	}
	return NULL;
}
