/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verbs of slmgr.vbs and OSPP.VBS: one row each, from which the parser,
 * the help, the man page and the tests read.
 *
 * The scripts ask the running service, which writes the registry; sppctl
 * writes what the service would.  Source: the scripts themselves (slmgr.vbs of
 * Windows 7, 8 and 8.1, OSPP.VBS of Office 2016), Microsoft's slmgr.vbs
 * options for volume activation, and tests that watched the registry.  That
 * the service writes a value of a setting's name is inferred where neither of
 * the latter says so.  Not known: whether it writes 0 or removes the value
 * where a verb gives back the default (/sdns, /skhc, /spri); sppctl writes 0,
 * which means the same.
 */
#ifndef POLICY_VERB_H
#define POLICY_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/model/setting.h"

enum spp_does {
	SPP_DOES_SET,	/* the first setting gets value, or the argument */
	SPP_DOES_CLEAR, /* the settings are removed */
	SPP_DOES_HOST,	/* host and port from one argument */
	SPP_DOES_TYPE,	/* a number from 0 to 3; 0 and none remove it */
	SPP_DOES_SHOW,	/* prints what the hives say */
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
	/* What slmgr says "can only be set on a KMS machine"; NULL: for all. */
	const char *gate;
	/* The line by which /dlv shows the result; %s: what was given. */
	const char *says;
	const char *needs;   /* LIVE: what it needs */
	const char *instead; /* LIVE: what there is instead; NULL: nothing */
	const char *differs; /* where sppctl is not as the script is */
};

struct spp_script {
	const char *name; /* "slmgr" */
	const char *file; /* "slmgr.vbs" */
	const struct spp_verb *verb;
	size_t count;
	bool colon; /* the argument is joined to the verb: /sethst:NAME */
};

extern const struct spp_script spp_script_slmgr, spp_script_ospp;

/* word: the verb with / or -, and with its argument where that is joined. */
const struct spp_verb *spp_verb_find(const struct spp_script *script,
				     const char *word);
/* Whether a word has the form of a verb, whatever it says. */
bool spp_verb_like(const char *word);

#endif
