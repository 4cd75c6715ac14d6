/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One audit under way, between the engine and the rules. */
#ifndef POLICY_AUDIT_PRIVATE_H
#define POLICY_AUDIT_PRIVATE_H

#include <string.h>

#include "policy/audit/engine.h"
#include "policy/model/publish_list.h"

struct spp_audit_job {
	struct spp_audit *audit;
	const struct spp_site *site;
	const struct spp_audit_options *options;
	const struct spp_rule *rule;
	struct spp_subject *subject; /* being judged */
	enum spp_status st;	     /* the first failure: out of memory */
};

/* The state's item at index if it holds a value that counts, else NULL. */
const struct spp_policy_item *spp_audit_item(const struct spp_audit_job *job,
					     size_t i);

/* Goes through the items of one setting, by its name; NULL at the end. */
const struct spp_policy_item *spp_audit_next(
	const struct spp_audit_job *job, const char *name,
	const struct spp_policy_item *last);

/* The item of a setting where the whole machine has it, or NULL. */
const struct spp_policy_item *spp_audit_root(const struct spp_subject *subject,
					     const char *name);
/* The same as a number, read from whatever type. */
bool spp_audit_number(const struct spp_subject *subject, const char *name,
		      uint32_t *n);
bool spp_item_number(const struct spp_policy_item *item, uint32_t *n);
/* Whether a switch's value is not zero. */
bool spp_item_on(const struct spp_policy_item *item);

static inline bool spp_item_is(const struct spp_policy_item *item,
			       const char *name)
{
	return !strcmp(item->setting->name, name);
}

/* Whether DNS publishing is off. */
bool spp_subject_is_silent(const struct spp_subject *subject);

/* The value of a setting that a scope gets: its own, or a wider one's. */
const struct spp_policy_item *spp_audit_effective(
	const struct spp_audit_job *job, const struct spp_scope *scope,
	const char *name);

/* Whether a rule that makes this one worse found anything in this target. */
bool spp_audit_worse(const struct spp_audit_job *job);

/* Records a finding about a value; about the target as such if item is NULL. */
void spp_audit_note(struct spp_audit_job *job, enum spp_grade grade,
		    const struct spp_policy_item *item, const char *fmt, ...)
	SPP_PRINTF(4, 5);
/* The same with a remedy other than the rule's; empty: none. */
void spp_audit_note_fix(struct spp_audit_job *job, enum spp_grade grade,
			const struct spp_policy_item *item,
			const struct spp_buf *remedy, const char *fmt, ...)
	SPP_PRINTF(5, 6);
/* Begins a remedy, "sppctl VERB TARGET"; an argument with a blank before it;
 * " --scope X" where the item is not at home. */
void spp_audit_command(const struct spp_audit_job *job, const char *verb,
		       struct spp_buf *out);
void spp_audit_argument(const char *text, struct spp_buf *out);
void spp_audit_scope(const struct spp_policy_item *item, struct spp_buf *out);
/* About a value that is no setting of ours. */
void spp_audit_note_at(struct spp_audit_job *job, enum spp_grade grade,
		       const char *key, const char *value, const char *fmt, ...)
	SPP_PRINTF(5, 6);

/* Reads a host's name or address, and a list; false for none at all. */
bool spp_audit_address(struct spp_audit_job *job,
		       const struct spp_policy_item *item,
		       struct spp_host_address *address);
bool spp_audit_list(struct spp_audit_job *job,
		    const struct spp_subject *subject,
		    const struct spp_policy_item **item,
		    struct spp_publish_list *list);

/* By theme. */
void spp_rule_public_host(struct spp_audit_job *job);	    /* R01 */
void spp_rule_loopback(struct spp_audit_job *job);	    /* R02 */
void spp_rule_hook(struct spp_audit_job *job);		    /* R03 */
void spp_rule_placeholder(struct spp_audit_job *job);	    /* R04 */
void spp_rule_unknown_host(struct spp_audit_job *job);	    /* R05 */
void spp_rule_foreign_cloud(struct spp_audit_job *job);	    /* R06 */
void spp_rule_other_host(struct spp_audit_job *job);	    /* R07 */
void spp_rule_hidden_host(struct spp_audit_job *job);	    /* R08 */
void spp_rule_idle_lookup(struct spp_audit_job *job);	    /* R09 */
void spp_rule_stale_cache(struct spp_audit_job *job);	    /* R10 */
void spp_rule_pinned_image(struct spp_audit_job *job);	    /* R11 */
void spp_rule_skip_rearm(struct spp_audit_job *job);	    /* R12 */
void spp_rule_client_port(struct spp_audit_job *job);	    /* R13 */
void spp_rule_listening_port(struct spp_audit_job *job);    /* R14 */
void spp_rule_wrong_type(struct spp_audit_job *job);	    /* R15 */
void spp_rule_inert_list(struct spp_audit_job *job);	    /* R16 */
void spp_rule_silent_host(struct spp_audit_job *job);	    /* R17 */
void spp_rule_host_leftovers(struct spp_audit_job *job);    /* R18 */
void spp_rule_rogue_host(struct spp_audit_job *job);	    /* R19 */
void spp_rule_list_entry(struct spp_audit_job *job);	    /* R20 */
void spp_rule_list_twice(struct spp_audit_job *job);	    /* R21 */
void spp_rule_home_listed(struct spp_audit_job *job);	    /* R22 */
void spp_rule_same_list(struct spp_audit_job *job);	    /* R23 */
void spp_rule_zero_weight(struct spp_audit_job *job);	    /* R24 */
void spp_rule_zero_weight_fleet(struct spp_audit_job *job); /* R24 */
void spp_rule_interval(struct spp_audit_job *job);	    /* R25 */
void spp_rule_longest_intervals(struct spp_audit_job *job); /* R26 */
void spp_rule_caching_client(struct spp_audit_job *job);    /* R27 */
void spp_rule_low_priority(struct spp_audit_job *job);	    /* R28 */
void spp_rule_no_ticket(struct spp_audit_job *job);	    /* R29 */
void spp_rule_product_key(struct spp_audit_job *job);	    /* R30 */
void spp_rule_user_operations(struct spp_audit_job *job);   /* R31 */
void spp_rule_vista_key(struct spp_audit_job *job);	    /* R32 */

#endif
