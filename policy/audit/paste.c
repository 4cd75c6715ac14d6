/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about values and keys pasted from elsewhere. */
#include <string.h>

#include "policy/audit/private.h"
#include "policy/model/dns_name.h"

/* "sppctl set TARGET kms-host=NAME kms-port=PORT" */
static void split_port(struct spp_audit_job *job,
		       const struct spp_policy_item *item, const char *text)
{
	struct spp_buf CLEANUP(spp_buf_release) word = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *host = NULL;
	const char *port;

	if (!spp_dns_name_split_port(text, &host, &port))
		return;
	spp_audit_command(job, "set", &fix);
	spp_buf_printf(&word, NULL, "kms-host=%s", host);
	spp_audit_argument(spp_buf_text(&word), &fix);
	spp_buf_printf(&fix, NULL, " kms-port=%s", port);
	spp_audit_scope(item, &fix);
	spp_audit_note_fix(job, job->rule->grade, item, &fix,
			   "'%s' has a port, which is a value of its own",
			   text);
}

static void cut_prefix(struct spp_audit_job *job,
		       const struct spp_policy_item *item, const char *text)
{
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) word = SPP_BUF_INIT;
	const char *domain = spp_dns_name_after_srv(text);

	if (!domain)
		return;
	if (spp_item_is(item, SPP_SETTING_LOOKUP_DOMAIN) &&
	    spp_dns_name_valid(domain)) {
		spp_audit_command(job, "set", &fix);
		spp_buf_printf(&word, NULL, "lookup-domain=%s", domain);
		spp_audit_argument(spp_buf_text(&word), &fix);
	} else {
		spp_audit_command(job, "unset", &fix);
		spp_audit_argument(item->setting->name, &fix);
	}
	spp_audit_scope(item, &fix);
	spp_audit_note_fix(job, job->rule->grade, item, &fix,
			   "'%.200s' is the name of an SRV record", text);
}

static void check_pasted_name(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	size_t i;

	for (i = 0; !job->st && i < job->subject->state.count; i++) {
		char CLEANUP(spp_free_string) *text = NULL;

		item = spp_audit_item(job, i);
		if (!item || (!spp_item_is(item, SPP_SETTING_KMS_HOST) &&
			      !spp_item_is(item, SPP_SETTING_LOOKUP_DOMAIN)))
			continue;
		job->st = spp_value_get_text(&item->value, &text, NULL, NULL);
		if (job->st)
			return;
		if (spp_item_is(item, SPP_SETTING_KMS_HOST))
			split_port(job, item, text);
		cut_prefix(job, item, text);
	}
}

const struct spp_rule spp_rule_pasted_name = {
	RULE(R40),
	.name = "pasted-name",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "a host with a port in its name, or a record's name as a "
		   "domain",
	.rationale = "KeyManagementServiceName holds a host and "
		     "KeyManagementServicePort its port; slmgr /skms cuts "
		     "HOST:PORT apart, the registry does not. A lookup domain "
		     "is a domain: the client puts _vlmcs._tcp before it.",
	.source = SLMGR "; the effect is " INFERRED,
	.remedy = "sppctl set{target} NAME=VALUE{scope}",
	.needs = SPP_NEED_SOFTWARE,
	.check = check_pasted_name,
};

static void check_app_as_sku(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	const struct spp_app *app;
	size_t i;

	for (i = 0; i < job->subject->state.count; i++) {
		item = spp_audit_item(job, i);
		app = item && *item->scope.sku ? spp_app_find(item->scope.sku)
					       : NULL;
		if (app)
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' is the id of an application (%s), "
				       "and is in the place of a product's id",
				       item->scope.sku, app->name);
	}
}

const struct spp_rule spp_rule_app_as_sku = {
	RULE(R41),
	.name = "application-as-sku",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "a setting below an application's id in the place of a SKU",
	.rationale = "No product has the id of an application, so nothing "
		     "reads the value: it looks set and is not.",
	.source = TIMING "; the effect is " INFERRED,
	.remedy = UNSET,
	.advice = "for the whole application, use --scope spp/APPLICATION",
	.needs = SPP_NEED_SOFTWARE,
	.check = check_app_as_sku,
};
