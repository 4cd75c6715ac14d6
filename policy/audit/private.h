/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a running audit, shared by the engine and the rules. */
#ifndef POLICY_AUDIT_PRIVATE_H
#define POLICY_AUDIT_PRIVATE_H

#include "policy/audit/engine.h"
#include "policy/audit/resilience.h"
#include "policy/dns/rights.h"
#include "policy/model/publish_list.h"

struct spp_audit_job {
	struct spp_audit *audit;
	const struct spp_site *site;
	const struct spp_audit_options *options;
	const struct spp_rule *rule;
	struct spp_subject *subject; /* being judged */
	enum spp_status st;	     /* the first failure: out of memory */
	/* The records of all targets; machines in the order of the subjects. */
	struct spp_records dns;
	struct spp_resilience design;
	struct spp_rights rights; /* zones in which several publish */
};

/* What the judge of the design found about the target. */
const struct spp_judged *spp_audit_judged(const struct spp_audit_job *job);
/* Whether the target has this weakness; appends it as a sentence. */
bool spp_audit_weak(const struct spp_audit_job *job,
		    enum spp_weakness_kind kind, struct spp_buf *says);

/* The state's item at index if it is a value that counts, else NULL. */
const struct spp_policy_item *spp_audit_item(const struct spp_audit_job *job,
					     size_t i);

/* The next item of one setting that a service reads; NULL at the end. */
const struct spp_policy_item *spp_audit_next(
	const struct spp_audit_job *job, enum spp_setting_id id,
	const struct spp_policy_item *last);

/* The item of a setting for the whole machine, or NULL. */
const struct spp_policy_item *spp_audit_root(const struct spp_subject *subject,
					     enum spp_setting_id id);
bool spp_item_number(const struct spp_policy_item *item, uint32_t *n);
/* Whether the value of a switch is not zero. */
bool spp_item_on(const struct spp_policy_item *item);

static inline bool spp_item_is(const struct spp_policy_item *item,
			       enum spp_setting_id id)
{
	return item->setting == &spp_settings[id];
}

/* Whether DNS publishing is off. */
bool spp_subject_is_silent(const struct spp_subject *subject);

/* The item of a setting that applies to a scope: its own, or a wider one's. */
const struct spp_policy_item *spp_audit_effective(
	const struct spp_audit_job *job, const struct spp_scope *scope,
	enum spp_setting_id id);

/* Whether a rule that raises this one's grade found anything in this target. */
bool spp_audit_worse(const struct spp_audit_job *job);

/* Records a finding about a value, or about the target if item is NULL. */
void spp_audit_note(struct spp_audit_job *job, enum spp_grade grade,
		    const struct spp_policy_item *item, const char *fmt, ...)
	SPP_PRINTF(4, 5);
/* The same with its own remedy; empty: none. */
void spp_audit_note_fix(struct spp_audit_job *job, enum spp_grade grade,
			const struct spp_policy_item *item,
			const struct spp_buf *remedy, const char *fmt, ...)
	SPP_PRINTF(5, 6);
/*
 * Parts of a remedy: "sppctl VERB TARGET"; a blank and an argument; " --scope
 * X" if the item is not in its usual scope.
 */
void spp_audit_command(const struct spp_audit_job *job, const char *verb,
		       struct spp_buf *out);
void spp_audit_scope(const struct spp_policy_item *item, struct spp_buf *out);
/*
 * Appends the rule's own remedy for an item, or for the target if item is NULL.
 */
void spp_audit_expand(const struct spp_audit_job *job,
		      const struct spp_policy_item *item, struct spp_buf *out);
/*
 * At the end of the run: makes sure that no remedy restores what another
 * removes.
 */
void spp_audit_agree(struct spp_audit_job *job);
/*
 * Records a finding about a value that is not a known setting; stored: its
 * data, or NULL.
 */
void spp_audit_note_at(struct spp_audit_job *job, enum spp_grade grade,
		       const char *key, const char *value,
		       const struct spp_value *stored, const char *fmt, ...)
	SPP_PRINTF(6, 7);

/* Read a host's name or address, and a list; false if there is none. */
bool spp_audit_address(struct spp_audit_job *job,
		       const struct spp_policy_item *item,
		       struct spp_host_address *address);
bool spp_audit_list(struct spp_audit_job *job,
		    const struct spp_subject *subject,
		    const struct spp_policy_item **item,
		    struct spp_publish_list *list);

/*
 * For the rows of rules.  A rule with the source "third-party" rests on what
 * others saw; "inferred" means concluded from documents, not seen on a running
 * Windows.
 */
#define RULE(number) .id = #number, .index = SPP_##number
#define BIT(number)  SPP_RULE_BIT(SPP_##number)

#define REGISTRY "Microsoft, Registry Settings for Volume Activation"
#define SLMGR	 "Microsoft, slmgr.vbs options for volume activation"
#define DEPLOY	 "Microsoft, Deploy KMS Activation"
#define TIMING	 "Microsoft, KMS Activation Timing and Discovery"
#define OFFICE	 "Microsoft, Configure DNS for activating Office by using KMS"
#define SEEN	 "third-party"
#define INFERRED "inferred"

/* Each topic's file defines its own. */
#define SPP_RULE_DECLARE(id, name) extern const struct spp_rule spp_rule_##name;
SPP_RULE_LIST(SPP_RULE_DECLARE)

#define EMULATOR (BIT(R01) | BIT(R02) | BIT(R03) | BIT(R04))
/* A value that is not a REG_MULTI_SZ is not judged as a list. */
#define ABOUT_LIST .silenced_by = BIT(R15), .needs = SPP_NEED_SOFTWARE

#define UNSET "sppctl unset{target}{names}{scope}"

#endif
