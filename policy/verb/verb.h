/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verbs of slmgr.vbs and OSPP.VBS: one row each, used by the parser, the
 * help, the man page and the tests.
 *
 * The scripts ask the running service, which writes the registry; sppctl writes
 * what the service would.  Sources: the scripts themselves (slmgr.vbs of
 * Windows 7, 8 and 8.1, OSPP.VBS of Office 2016), Microsoft's slmgr.vbs options
 * for volume activation, and tests that watched the registry.  Unless the
 * latter two say so, it is inferred that the service writes the value named
 * like the setting.  Not known: whether it writes 0 or removes the value when a
 * verb restores the default (/sdns, /skhc, /spri); sppctl writes 0, which has
 * the same effect.
 */
#ifndef POLICY_VERB_H
#define POLICY_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/model/setting.h"

enum spp_does {
	SPP_DOES_SET, /* sets the first setting to value, or to the argument */
	SPP_DOES_CLEAR, /* removes the settings */
	SPP_DOES_HOST,	/* host and port from one argument */
	SPP_DOES_TYPE,	/* a number from 0 to 3; 0 or none removes it */
	SPP_DOES_SHOW,	/* prints what the hives tell */
	SPP_DOES_LIVE,	/* needs more than a hive: refused */
};

struct spp_verb {
	const char *name;      /* without / or -, lower case */
	const char *arguments; /* as the script's usage has them; "" */
	const char *summary;
	enum spp_does does;
	int least, most;		  /* arguments */
	const struct spp_setting *set[2]; /* NULL: none */
	const char *value;		  /* SET: NULL: the argument */
	bool sku;      /* the last argument may be an activation id */
	bool service;  /* ospp: of the service, not of each SKU */
	bool new_only; /* ospp: Windows 8 and later */
	/*
	 * The setting in slmgr's "can only be set on a KMS machine"; NULL:
	 * allowed everywhere.
	 */
	const char *gate;
	/* The line of /dlv with the result; %s: the argument. */
	const char *says;
	const char *needs;   /* LIVE: what it needs */
	const char *instead; /* LIVE: an alternative, or NULL */
	const char *differs; /* how sppctl differs from the script */
};

struct spp_script {
	const char *name; /* "slmgr" */
	const char *file; /* "slmgr.vbs" */
	const struct spp_verb *verb;
	size_t count;
	bool colon; /* the argument is joined to the verb: /sethst:NAME */
};

extern const struct spp_script spp_script_slmgr, spp_script_ospp;

/* word: the verb with / or -, with its argument if that is joined. */
const struct spp_verb *spp_verb_find(const struct spp_script *script,
				     const char *word);
/* Whether a word has the form of a verb, known or not. */
bool spp_verb_like(const char *word);

#endif
