/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings: one row each (settings.def), and what follows from the row.
 *
 * A setting has a friendly name (dns-publishing) and the name of the registry
 * value behind it (DisableDnsPublishing).  Some are the negation of their
 * value; whoever uses the registry's name means the registry's number.  Some
 * had another name before, which said the opposite and still does.
 *
 *	const struct spp_setting *s = spp_setting_find(argument, &terms);
 *			... = &spp_settings[SPP_SETTING_DNS_PUBLISHING];
 *
 *	spp_setting_parse(s, "off", terms, &value, &notes, err);	strict
 *	spp_setting_show(s, &value, terms, &text, err);		tolerant
 *	marks = spp_setting_examine(s, &value);		what is odd about it
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
	SPP_KIND_OPAQUE,  /* kept by Windows, shown as it is */
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
	SPP_STATE = 2,	 /* written by Windows: may be removed, not set */
	SPP_SECRET = 4,	 /* not shown unless asked for */
	SPP_MARK = 8,	 /* marks one machine: a dump has it as observed */
};

/* How sure the fact is. */
enum spp_trust { SPP_DOCUMENTED, SPP_THIRD_PARTY, SPP_INFERRED };

/* What holds where there is no value. */
struct spp_fallback {
	const char *text; /* as it is shown; NULL: not documented */
	bool is_number;	  /* a value of the setting, not only words */
	uint32_t number;  /* as the registry has it */
};

struct spp_setting {
	const char *name;  /* friendly, unique */
	const char *old;   /* what a switch was called when it said the
			    * opposite, or NULL */
	const char *value; /* registry value, unique */
	enum spp_type type;
	enum spp_kind kind;
	uint32_t min, max;
	struct spp_fallback fallback; /* the documented default */
	const char *unit;	      /* "minutes", or NULL */
	unsigned int audience;
	unsigned int flags;
	unsigned int places; /* where it may live: 1 << enum spp_place */
	enum spp_place home; /* where it lives unless said otherwise */
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

/* Whether a value is known in a place: it lives there, or somebody put it
 * into a key that he took for the right one. */
bool spp_setting_known(const struct spp_setting *setting, enum spp_place place);
/* Whether it may be set there: nothing that Windows keeps for itself, and not
 * in its cache or in a key that nobody reads. */
bool spp_setting_settable(const struct spp_setting *setting,
			  enum spp_place place);
/* Whether a dump's value may be applied to other machines: what may be set,
 * and is not the mark of one machine. */
bool spp_setting_travels(const struct spp_setting *setting,
			 enum spp_place place);

/* By which of its names a setting is spoken of, and so what a word means. */
enum spp_terms {
	SPP_TERMS_OWN,	    /* its name */
	SPP_TERMS_REGISTRY, /* that of the value: a switch is 0 or 1 */
	SPP_TERMS_OLD,	    /* its old name: on is off */
};
#define SPP_TERMS_COUNT (SPP_TERMS_OLD + 1)

/* In any case; *terms says which name it was. */
const struct spp_setting *spp_setting_find(const char *name,
					   enum spp_terms *terms);
/* NULL: it has no such name. */
const char *spp_setting_name(const struct spp_setting *setting,
			     enum spp_terms terms);
/* By registry name alone. */
const struct spp_setting *spp_setting_of_value(const char *value);
size_t spp_setting_index(const struct spp_setting *setting);

const char *spp_kind_word(enum spp_kind kind);
const char *spp_trust_word(enum spp_trust trust);
const char *spp_audience_word(unsigned int audience);

/* Characters that a setting of text may have. */
#define SPP_TEXT_MAX 1024

/* The i-th word for a value of a switch or a choice; NULL past the last. */
const char *spp_setting_word(const struct spp_setting *setting, size_t i);

/* Appends what may be given: "on|off", "15..43200 minutes", ... */
enum spp_status spp_setting_range(const struct spp_setting *setting,
				  struct spp_buf *out, struct spp_error *err);

/*
 * From text to the value that Microsoft documents; SPP_INVALID says what is
 * allowed.  notes, which may be NULL,
 * takes warnings.
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

/* What is odd about a stored value, as bits. */
enum spp_oddity {
	SPP_ODD_TYPE = 1 << 0,	    /* not the documented type */
	SPP_ODD_SIZE = 1 << 1,	    /* a number of the wrong size */
	SPP_ODD_RANGE = 1 << 2,	    /* outside the documented range */
	SPP_ODD_NUMBER = 1 << 3,    /* text that should be a number */
	SPP_ODD_NAME = 1 << 4,	    /* no valid host or domain name */
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

/* Reads a number from a value of whatever type; false if it has none. */
bool spp_setting_number(const struct spp_value *value, uint32_t *n);
/*
 * The number that holds: the value's, or the default where value is NULL or
 * has no number, and for port 0, which the service takes for the default.
 */
uint32_t spp_setting_holds(const struct spp_setting *setting,
			   const struct spp_value *value);

#endif
