/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A verb of slmgr.vbs or OSPP.VBS with its arguments, and its wishes for the
 * hives of an installation.
 *
 *	struct spp_verb_order order = SPP_VERB_ORDER_INIT;
 *
 *	spp_verb_order_parse(&spp_script_slmgr, words, count, &used, &order,
 *			&notes, err);			before a target
 *	spp_verb_order_wish(&order, &site, &want, &notes, err);
 *	... of each verb, and then ...
 *	spp_verb_order_say(&order, &site, &want, &said, &notes, err);
 *	spp_verb_order_release(&order);
 *
 * Like the scripts, the parser ignores case and takes / and - alike.  slmgr.vbs
 * forwards its arguments unchecked and the service rejects bad ones; here the
 * parser rejects them: SPP_USAGE for a wrong form, SPP_INVALID for a bad value.
 * An activation id is a SKU's; if its application is unknown, APPLICATION/ID
 * names it.
 */
#ifndef POLICY_ORDER_H
#define POLICY_ORDER_H

#include "policy/model/policy.h"
#include "policy/verb/verb.h"

struct spp_verb_order {
	const struct spp_verb *verb;
	const struct spp_script *script;
	enum spp_wish wish[2]; /* for each of verb->set; SPP_KEEP: unchanged */
	struct spp_value value[2];
	char *text; /* the argument as /dlv shows it, or NULL */
	bool all;   /* SHOW: every application */
	char app[SPP_GUID_SIZE], sku[SPP_GUID_SIZE]; /* "": not given */
};

#define SPP_VERB_ORDER_INIT  \
	{                    \
		.verb = NULL \
	}

void spp_verb_order_release(struct spp_verb_order *order);

/*
 * Reads the first verb and its arguments; *used: the number of words.  Refuses
 * a verb that needs a running Windows, and names an alternative.
 */
enum spp_status spp_verb_order_parse(const struct spp_script *script,
				     char *const *word, int words, int *used,
				     struct spp_verb_order *order,
				     struct spp_notes *notes,
				     struct spp_error *err);

/* Facts about the installation that verbs need. */
struct spp_installation {
	const char *path; /* for messages */
	const struct spp_policy *have;
	const struct spp_scopes *scopes;
	uint32_t build; /* of Windows; 0: not known */
	bool cache;	/* there is a NetworkService hive */
};

/* Adds the verb's wishes; notes, which may be NULL, takes warnings. */
enum spp_status spp_verb_order_wish(const struct spp_verb_order *order,
				    const struct spp_installation *inst,
				    struct spp_policy *want,
				    struct spp_notes *notes,
				    struct spp_error *err);

/*
 * Reports on a verb once all wishes are made: said takes slmgr's own lines,
 * notes takes warnings.  Both may be NULL.
 */
enum spp_status spp_verb_order_say(const struct spp_verb_order *order,
				   const struct spp_installation *inst,
				   const struct spp_policy *want,
				   struct spp_notes *said,
				   struct spp_notes *notes,
				   struct spp_error *err);

/*
 * The scope that the activation id of an order names, in place spp; the whole
 * place without an id.  SPP_USAGE if its application is unknown.
 */
enum spp_status spp_verb_order_scope(const struct spp_verb_order *order,
				     const struct spp_installation *inst,
				     struct spp_scope *scope,
				     struct spp_error *err);

/* Appends the scopes that a verb of ospp visits; see office.c. */
enum spp_status spp_office_scopes(const struct spp_verb_order *order,
				  const struct spp_installation *inst,
				  struct spp_scopes *scopes,
				  struct spp_notes *notes,
				  struct spp_error *err);

#endif
