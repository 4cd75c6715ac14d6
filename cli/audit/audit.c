/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/audit/audit.h"

#include <string.h>

bool cli_audit_fails(const struct cli_audit *a)
{
	int grade;

	for (grade = (int)a->fail_on; grade < SPP_GRADE_COUNT; grade++)
		if (a->audit.grade[grade])
			return true;
	return false;
}

bool cli_audit_is_secret(const struct spp_audit_finding *f)
{
	enum spp_terms terms;
	const struct spp_setting *s =
		f->name ? spp_setting_find(f->name, &terms)
			: spp_unknown_near(f->value);

	return s && s->flags & SPP_SECRET;
}

uint64_t cli_audit_rules_of(unsigned int bit, bool needs)
{
	uint64_t rules = 0;
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		if ((needs ? spp_rules[i]->needs : spp_rules[i]->wants) >> bit &
		    1)
			rules |= SPP_RULE_BIT(i);
	return rules;
}

const struct spp_audit_finding *cli_audit_findings(const struct cli_audit *a,
						   size_t subject,
						   size_t *count)
{
	size_t lo = 0, hi = a->audit.findings, mid, end;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (a->audit.finding[mid].subject < subject)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < a->audit.findings; end++)
		if (a->audit.finding[end].subject != subject)
			break;
	*count = end - lo;
	return *count ? &a->audit.finding[lo] : NULL;
}

void cli_audit_exception(const struct spp_site_exception *e,
			 struct spp_buf *out)
{
	spp_buf_printf(out, NULL, "%s (%s, until %s)", e->reason, e->author,
		       e->expires);
}

char *cli_audit_remedy(const struct spp_rule *rule)
{
	static const struct {
		const char *word, *says;
	} words[] = { { "{target}", " TARGET" },
		      { "{names}", " NAME..." },
		      { "{scope}", " [--scope SCOPE]" } };
	struct spp_buf out = SPP_BUF_INIT;
	const char *at = rule->remedy;
	size_t i, n;

	while (at && *at) {
		n = strcspn(at, "{");
		spp_buf_append(&out, at, n, NULL);
		at += n;
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!strncmp(at, words[i].word, strlen(words[i].word)))
				spp_buf_puts(&out, words[i].says, NULL);
		at += *at ? strcspn(at, "}") + 1 : 0;
	}
	return rule->remedy ? spp_buf_take(&out) : NULL;
}
