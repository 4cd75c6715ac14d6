/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the tables of verbs. */
#ifndef POLICY_VERB_PRIVATE_H
#define POLICY_VERB_PRIVATE_H

#include "policy/verb/verb.h"

#define SET(id) &spp_settings[SPP_SETTING_##id]

/* A row for a verb that needs more than a hive. */
#define LIVE(verb, takes, says_what, wants, there_is)                          \
	{                                                                      \
		.name = (verb), .arguments = (takes), .summary = (says_what),  \
		.does = SPP_DOES_LIVE, .needs = (wants), .instead = (there_is) \
	}

#define SERVICE	 "the running service"
#define LICENCES SERVICE ", which keeps the licences"
#define KEYS	 SERVICE ", which checks and stores keys"
#define UNKNOWN	 SERVICE ": where it keeps this is not known"
#define TOKENS	 SERVICE " and its certificates"

#endif
