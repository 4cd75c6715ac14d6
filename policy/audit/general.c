/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that concern neither only clients nor only hosts. */
#include "policy/audit/private.h"
#include "policy/text/printable.h"

/* One week; with a longer interval a client that failed once waits too long. */
#define LONG_ACTIVATION (7 * 24 * 60)

static void check_skip_rearm(struct spp_audit_job *job)
{
	bool image = job->subject->duty == SPP_DUTY_IMAGE;
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, SPP_SETTING_REARM, item)))
		if (spp_item_on(item))
			spp_audit_note(job,
				       image ? SPP_GRADE_MEDIUM
					     : job->rule->grade,
				       item,
				       "sysprep /generalize will not reset "
				       "activation");
}

const struct spp_rule spp_rule_skip_rearm = {
	RULE(R12),
	.name = "skip-rearm",
	.grade = SPP_GRADE_INFO,
	.others = "medium in an image",
	.summary = "rearm is skipped",
	.rationale = "sysprep /generalize resets neither the timers "
		     "nor the client machine id: a KMS host counts "
		     "all clones as one machine.",
	.source = SLMGR,
	.remedy = "sppctl set{target} rearm=on",
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_DUTY,
	.check = check_skip_rearm,
};

/*
 * Oddities of a value that no other rule reports better.  The types of values
 * that the service maintains are not documented.
 */
static unsigned int oddities(const struct spp_policy_item *item)
{
	static const unsigned int of_lists = SPP_ODD_TYPE | SPP_ODD_LENGTH;
	unsigned int odd = spp_setting_examine(item->setting, &item->value);

	switch (item->setting->kind) {
	case SPP_KIND_OPAQUE:
		return 0;
	case SPP_KIND_PUBLISH:
		return odd & of_lists;
	case SPP_KIND_PORT:
		break;
	default:
		odd &= ~(unsigned int)SPP_ODD_RANGE;
	}
	return item->setting->flags & SPP_STATE &&
			       item->setting->trust != SPP_DOCUMENTED
		       ? 0
		       : odd;
}

static enum spp_grade type_grade(const struct spp_audit_job *job,
				 const struct spp_setting *setting,
				 unsigned int odd)
{
	if (setting->trust != SPP_DOCUMENTED || setting->flags & SPP_STATE ||
	    odd == SPP_ODD_NUL)
		return SPP_GRADE_LOW;
	if (setting->audience & SPP_AUDIENCE_HOST)
		return job->rule->grade;
	return setting->audience & SPP_AUDIENCE_CLIENT ? SPP_GRADE_MEDIUM
						       : SPP_GRADE_LOW;
}

/* Sets the value again from its content, or removes it if it has none. */
static void remedy_of(const struct spp_audit_job *job,
		      const struct spp_policy_item *item, struct spp_buf *out)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) word = SPP_BUF_INIT;
	const struct spp_setting *setting = item->setting;
	size_t at;

	/* The sign of a host key is evidence: look at it first. */
	if (setting->flags & SPP_MARK)
		return;
	spp_buf_printf(&word, NULL, "%s=", setting->name);
	at = word.size;
	spp_setting_show(setting, &item->value, SPP_TERMS_OWN, &word, NULL);
	if (word.size > at &&
	    !spp_setting_parse(setting, (const char *)word.data + at,
			       SPP_TERMS_OWN, &value, NULL, NULL)) {
		spp_audit_command(job, "set", out);
		spp_audit_argument(spp_buf_text(&word), out);
	} else {
		spp_audit_command(job, "unset", out);
		spp_audit_argument(setting->name, out);
	}
	spp_audit_scope(item, out);
}

static void list_oddities(const struct spp_policy_item *item, unsigned int odd,
			  struct spp_buf *out)
{
	unsigned int bit;

	if (odd & SPP_ODD_TYPE) {
		spp_type_show(item->value.type, out, NULL);
		spp_buf_printf(out, NULL, " instead of %s",
			       spp_type_name((uint32_t)item->setting->type));
		odd &= ~(unsigned int)SPP_ODD_TYPE;
	}
	for (bit = 0; bit < SPP_ODDITY_COUNT; bit++)
		if (odd >> bit & 1)
			spp_buf_printf(out, NULL, "%s%s", out->size ? "; " : "",
				       spp_oddity_text(bit));
}

static void check_wrong_type(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	unsigned int odd;
	size_t i;

	for (i = 0; i < job->subject->state.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) what = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;

		item = spp_audit_item(job, i);
		odd = item ? oddities(item) : 0;
		if (!odd)
			continue;
		list_oddities(item, odd, &what);
		if (item->setting->flags & SPP_MARK)
			spp_buf_puts(&what,
				     "; it is a sign of a KMS host key: look "
				     "at the stored bytes before it is changed",
				     NULL);
		remedy_of(job, item, &fix);
		spp_audit_note_fix(job, type_grade(job, item->setting, odd),
				   item, &fix, "%s", spp_buf_text(&what));
	}
}

const struct spp_rule spp_rule_wrong_type = {
	RULE(R15),
	.name = "wrong-type",
	.grade = SPP_GRADE_MEDIUM,
	.others = "low for what neither a host nor a client reads, for "
		  "a text without its end, and where the type "
		  "itself is not certain",
	.summary = "value of the wrong type, or not a value of its setting",
	.rationale = "The service may ignore it, and the default "
		     "holds. How it reads a wrong type is not "
		     "documented.",
	.source = REGISTRY "; the effect is " INFERRED,
	.remedy = "sppctl set{target} NAME=VALUE{scope}",
	.silenced_by = BIT(R40),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_wrong_type,
};

static void judge_interval(struct spp_audit_job *job, enum spp_setting_id id)
{
	const struct spp_policy_item *item = NULL;
	uint32_t n;

	while ((item = spp_audit_next(job, id, item))) {
		if (!spp_item_number(item, &n))
			continue;
		if (n < item->setting->min || n > item->setting->max)
			spp_audit_note(job, job->rule->grade, item,
				       "%u minutes; allowed are %u to %u", n,
				       item->setting->min, item->setting->max);
		else if (n > LONG_ACTIVATION &&
			 spp_item_is(item, SPP_SETTING_ACTIVATION_INTERVAL))
			spp_audit_note(job, SPP_GRADE_LOW, item,
				       "%u minutes, more than a week", n);
	}
}

static void check_interval(struct spp_audit_job *job)
{
	judge_interval(job, SPP_SETTING_ACTIVATION_INTERVAL);
	judge_interval(job, SPP_SETTING_RENEWAL_INTERVAL);
}

const struct spp_rule spp_rule_interval = {
	RULE(R25),
	.name = "interval-range",
	.grade = SPP_GRADE_MEDIUM,
	.others = "low for an activation interval of more than a week",
	.summary = "an interval outside of 15 to 43200 minutes",
	.rationale = "The service takes 15 to 43200; what it does "
		     "with another number is not documented. With a long "
		     "interval, a client that failed once waits a long time "
		     "before it retries.",
	.source = REGISTRY,
	.remedy = UNSET,
	.silenced_by = BIT(R15) | BIT(R26),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_interval,
};

static void judge_ticket(struct spp_audit_job *job,
			 const struct spp_policy_item *item)
{
	if (spp_item_on(item))
		spp_audit_note(job,
			       spp_audit_worse(job) ? SPP_GRADE_MEDIUM
						    : job->rule->grade,
			       item, "online validation is off");
}

static void check_no_ticket(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, SPP_SETTING_GENUINE_TICKET, item)))
		judge_ticket(job, item);
	while ((item = spp_audit_next(job, SPP_SETTING_ACQUIRE_TICKET, item)))
		judge_ticket(job, item);
}

const struct spp_rule spp_rule_no_ticket = {
	RULE(R29),
	.name = "no-genuine-ticket",
	.grade = SPP_GRADE_INFO,
	.others = "medium with R01 to R04",
	.summary = "no validation data is sent to Microsoft",
	.rationale = "CIS recommends it ('Turn off KMS Client Online "
		     "AVS Validation'); emulators set it as well. Alone it "
		     "means nothing.",
	.source = "Microsoft, Policy CSP - Licensing; CIS, " SEEN,
	.advice = "no fix needed",
	.silenced_by = BIT(R37),
	.worse_with = EMULATOR,
	.needs = SPP_NEED_SOFTWARE,
	.check = check_no_ticket,
};

static void check_product_key(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, SPP_SETTING_BACKUP_PRODUCT_KEY,
				      item))) {
		struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;

		spp_setting_show(item->setting, &item->value,
				 SPP_TERMS_REGISTRY, &key, NULL);
		if (!key.size)
			continue;
		if (!job->options->show_keys)
			spp_printable_redact_all(&key);
		spp_audit_note(job, job->rule->grade, item, "'%s' is stored",
			       spp_buf_text(&key));
	}
}

const struct spp_rule spp_rule_product_key = {
	RULE(R30),
	.name = "product-key",
	.grade = SPP_GRADE_INFO,
	.summary = "a product key in plain text",
	.rationale = "Anyone who can read the hive can read the key.",
	.source = SEEN,
	.remedy = UNSET,
	.needs = SPP_NEED_SOFTWARE,
	.check = check_product_key,
};

static void check_user_operations(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, SPP_SETTING_USER_OPERATIONS, item)))
		if (spp_item_on(item))
			spp_audit_note(job, job->rule->grade, item,
				       "standard users may install keys and "
				       "activate");
}

const struct spp_rule spp_rule_user_operations = {
	RULE(R31),
	.name = "user-operations",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "standard users may install keys and activate",
	.rationale = "Microsoft says this lowers security.",
	.source = REGISTRY,
	.remedy = "sppctl set{target} user-operations=off{scope}",
	.needs = SPP_NEED_SOFTWARE,
	.check = check_user_operations,
};
