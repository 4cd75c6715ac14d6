/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings: one row each (settings.def), and functions on the rows.
 *
 * A setting has a friendly name (dns-publishing) and the name of its registry
 * value (DisableDnsPublishing).  Some are the negation of their value: with the
 * registry's name, a number is the registry's number.  Some have an old name,
 * which means the opposite.
 *
 *	const struct spp_setting *s = spp_setting_find(argument, &terms);
 *			... = &spp_settings[SPP_SETTING_DNS_PUBLISHING];
 *
 *	spp_setting_parse(s, "off", terms, &value, &notes, err);	strict
 *	spp_setting_show(s, &value, terms, &text, err);		tolerant
 *	marks = spp_setting_examine(s, &value);		its oddities
 */
#ifndef POLICY_SETTING_H
#define POLICY_SETTING_H

#include "hive/base/notes.h"
#include "hive/base/value.h"
#include "policy/model/scope.h"

enum spp_kind {
	SPP_KIND_SWITCH,  /* REG_DWORD, zero or not */
	SPP_KIND_NUMBER,  /* REG_DWORD between min and max */
	SPP_KIND_CHOICE,  /* REG_DWORD with names for its values */
	SPP_KIND_PORT,	  /* REG_SZ, decimal, 1 to 65535 */
	SPP_KIND_HOST,	  /* REG_SZ, DNS or NetBIOS name or address */
	SPP_KIND_DOMAIN,  /* REG_SZ, DNS domain */
	SPP_KIND_TEXT,	  /* REG_SZ */
	SPP_KIND_PATH,	  /* REG_EXPAND_SZ */
	SPP_KIND_PUBLISH, /* REG_MULTI_SZ, DnsDomainPublishList */
	SPP_KIND_OPAQUE,  /* maintained by Windows, shown as it is */
};
#define SPP_KIND_COUNT (SPP_KIND_OPAQUE + 1)

/* Who reads the setting, as bits. */
enum {
	SPP_AUDIENCE_HOST = 1,
	SPP_AUDIENCE_CLIENT = 2,
	SPP_AUDIENCE_GENERAL = 4
};

enum {
	SPP_NEGATED = 1, /* the switch is on when the value is zero */
	SPP_STATE = 2,	 /* maintained by Windows: can be removed, not set */
	SPP_SECRET = 4,	 /* not shown unless asked for */
	SPP_MARK =
		8, /* identifies one machine: a dump has it under "observed" */
};

/* How certain a fact is. */
enum spp_trust { SPP_DOCUMENTED, SPP_THIRD_PARTY, SPP_INFERRED };

/* What applies if there is no value. */
struct spp_fallback {
	const char *text; /* for display; NULL: not documented */
	bool is_number;	  /* number is a value of the setting */
	uint32_t number;  /* as the registry has it */
};

struct spp_setting {
	const char *name;  /* friendly, unique */
	const char *old;   /* former name, with the opposite meaning; or NULL */
	const char *value; /* registry value, unique */
	enum spp_type type;
	enum spp_kind kind;
	uint32_t min, max;
	struct spp_fallback fallback; /* the documented default */
	const char *unit;	      /* "minutes", or NULL */
	unsigned int audience;
	unsigned int flags;
	unsigned int places; /* where it can be: bits 1 << enum spp_place */
	enum spp_place home; /* the usual place */
	enum spp_trust trust;
	const char *source;
	const char *summary; /* one line */
	const char *policy;  /* its display name in Group Policy, or NULL */
	const char *policy_source; /* of that name */
};

/* One for each row of settings.def, in its order. */
enum spp_setting_id {
#define SETTING(id, ...) SPP_SETTING_##id,
#include "policy/model/settings.def"
#undef SETTING
	SPP_SETTING_COUNT
};

extern const struct spp_setting spp_settings[SPP_SETTING_COUNT];

/*
 * Whether a value is known in a place: it belongs there, or people put it into
 * that key by mistake.
 */
bool spp_setting_known(const struct spp_setting *setting, enum spp_place place);
/*
 * Whether it can be set there: not if Windows maintains it, not in a cache, and
 * not in a key that nothing reads.
 */
bool spp_setting_settable(const struct spp_setting *setting,
			  enum spp_place place);
/*
 * Whether a dump's value can be applied to other machines: it can be set, and
 * does not identify one machine.
 */
bool spp_setting_travels(const struct spp_setting *setting,
			 enum spp_place place);

/*
 * Which of its names was used for a setting; this decides the meaning of a
 * word.
 */
enum spp_terms {
	SPP_TERMS_OWN,	    /* its name */
	SPP_TERMS_REGISTRY, /* the registry value's name: a switch is 0 or 1 */
	SPP_TERMS_OLD,	    /* the old name: on means off */
};
#define SPP_TERMS_COUNT (SPP_TERMS_OLD + 1)

/* Finds a name in any case; *terms: which of the names it was. */
const struct spp_setting *spp_setting_find(const char *name,
					   enum spp_terms *terms);
/* NULL if it has no such name. */
const char *spp_setting_name(const struct spp_setting *setting,
			     enum spp_terms terms);
/* Finds a registry name. */
const struct spp_setting *spp_setting_of_value(const char *value);
size_t spp_setting_index(const struct spp_setting *setting);

const char *spp_kind_word(enum spp_kind kind);
const char *spp_trust_word(enum spp_trust trust);
const char *spp_audience_word(unsigned int audience);

/* The most characters of a text setting. */
#define SPP_TEXT_MAX 1024

/* The i-th word for a value of a switch or a choice; NULL past the last. */
const char *spp_setting_word(const struct spp_setting *setting, size_t i);

/* Appends the allowed values: "on|off", "15..43200 minutes", ... */
enum spp_status spp_setting_range(const struct spp_setting *setting,
				  struct spp_buf *out, struct spp_error *err);

/*
 * Makes the value that Microsoft documents from a text; SPP_INVALID lists the
 * allowed ones.  notes, which may be NULL, takes warnings.
 */
enum spp_status spp_setting_parse(const struct spp_setting *setting,
				  const char *text, enum spp_terms terms,
				  struct spp_value *value,
				  struct spp_notes *notes,
				  struct spp_error *err);

/* Appends the value as a word that parse() takes; no unit. */
enum spp_status spp_setting_show(const struct spp_setting *setting,
				 const struct spp_value *value,
				 enum spp_terms terms, struct spp_buf *out,
				 struct spp_error *err);

/* Oddities of a stored value, as bits. */
enum spp_oddity {
	SPP_ODD_TYPE = 1 << 0,	    /* not the documented type */
	SPP_ODD_SIZE = 1 << 1,	    /* a number of the wrong size */
	SPP_ODD_RANGE = 1 << 2,	    /* outside the documented range */
	SPP_ODD_NUMBER = 1 << 3,    /* text that should be a number */
	SPP_ODD_NAME = 1 << 4,	    /* not a valid host or domain name */
	SPP_ODD_LENGTH = 1 << 5,    /* odd number of bytes */
	SPP_ODD_NUL = 1 << 6,	    /* not terminated */
	SPP_ODD_TAIL = 1 << 7,	    /* bytes after the terminator */
	SPP_ODD_TEXT = 1 << 8,	    /* lone surrogates, control characters */
	SPP_ODD_ENTRY = 1 << 9,	    /* a list entry a host may not read */
	SPP_ODD_DUPLICATE = 1 << 10 /* a domain listed twice */
};
#define SPP_ODDITY_COUNT 11

unsigned int spp_setting_examine(const struct spp_setting *setting,
				 const struct spp_value *value);
/* The word and the explanation of one oddity, by bit number. */
const char *spp_oddity_word(unsigned int bit);
const char *spp_oddity_text(unsigned int bit);

/* Reads a number from a value of any type; false if it has none. */
bool spp_setting_number(const struct spp_value *value, uint32_t *n);
/*
 * The effective number: the value's, or the default if value is NULL or has no
 * number.  Port 0 means the default, as for the service.
 */
uint32_t spp_setting_holds(const struct spp_setting *setting,
			   const struct spp_value *value);

#endif
