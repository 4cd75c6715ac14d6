/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that are neither a client's nor a host's alone. */
#include "policy/audit/private.h"

/* A week: longer, and a client that failed once waits too long. */
#define LONG_ACTIVATION 10080

void spp_rule_skip_rearm(struct spp_audit_job *job)
{
	bool image = job->subject->duty == SPP_DUTY_IMAGE;
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, "skip-rearm", item)))
		if (spp_item_on(item))
			spp_audit_note(job,
				       image ? SPP_GRADE_MEDIUM
					     : job->rule->grade,
				       item,
				       "sysprep /generalize will not reset "
				       "activation");
}

/*
 * What is odd about a value that other rules do not say better.  Of what the
 * service keeps for itself no type is documented.
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

/* Sets it again from what it says, or takes it away if it says nothing. */
static void remedy_of(const struct spp_audit_job *job,
		      const struct spp_policy_item *item, struct spp_buf *out)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) word = SPP_BUF_INIT;
	const struct spp_setting *setting = item->setting;
	size_t at;

	spp_buf_printf(&word, NULL, "%s=", setting->name);
	at = word.size;
	spp_setting_show(setting, &item->value, false, &word, NULL);
	if (word.size > at &&
	    !spp_setting_parse(setting, (const char *)word.data + at, false,
			       &value, NULL, NULL)) {
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

void spp_rule_wrong_type(struct spp_audit_job *job)
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
		remedy_of(job, item, &fix);
		spp_audit_note_fix(job, type_grade(job, item->setting, odd),
				   item, &fix, "%s", spp_buf_text(&what));
	}
}

static void judge_interval(struct spp_audit_job *job, const char *name)
{
	const struct spp_policy_item *item = NULL;
	uint32_t n;

	while ((item = spp_audit_next(job, name, item))) {
		if (!spp_item_number(item, &n))
			continue;
		if (n < item->setting->min || n > item->setting->max)
			spp_audit_note(job, job->rule->grade, item,
				       "%u minutes; allowed are %u to %u", n,
				       item->setting->min, item->setting->max);
		else if (n > LONG_ACTIVATION &&
			 spp_item_is(item, "activation-interval"))
			spp_audit_note(job, SPP_GRADE_LOW, item,
				       "%u minutes, more than a week", n);
	}
}

void spp_rule_interval(struct spp_audit_job *job)
{
	judge_interval(job, "activation-interval");
	judge_interval(job, "renewal-interval");
}

void spp_rule_no_ticket(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, "no-genuine-ticket", item)))
		if (spp_item_on(item))
			spp_audit_note(job,
				       spp_audit_worse(job) ? SPP_GRADE_MEDIUM
							    : job->rule->grade,
				       item, "online validation is off");
}

void spp_rule_product_key(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, "backup-product-key", item))) {
		struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;

		spp_setting_show(item->setting, &item->value, true, &key, NULL);
		if (!key.size)
			continue;
		if (!job->options->show_keys)
			spp_setting_redact(&key);
		spp_audit_note(job, job->rule->grade, item, "'%s' is stored",
			       spp_buf_text(&key));
	}
}

void spp_rule_user_operations(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	while ((item = spp_audit_next(job, "user-operations", item)))
		if (spp_item_on(item))
			spp_audit_note(job, job->rule->grade, item,
				       "standard users may install keys and "
				       "activate");
}

void spp_rule_vista_key(struct spp_audit_job *job)
{
	const struct spp_subject *subject = job->subject;
	const struct spp_policy_item *item;
	size_t i;

	if (spp_identity_build(subject->identity) < SPP_BUILD_7)
		return;
	for (i = 0; i < subject->state.count; i++) {
		item = &subject->state.item[i];
		if (item->scope.place == SPP_PLACE_SL)
			spp_audit_note(job, job->rule->grade, item,
				       "%s has no effect in the key SL",
				       item->setting->value);
	}
}
