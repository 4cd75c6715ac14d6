/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about a KMS host and what it publishes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/audit/private.h"
#include "policy/model/dns_name.h"

#define FIREWALL_KEY                                                    \
	"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters" \
	"\\FirewallPolicy\\FirewallRules"

static void check_listening_port(struct spp_audit_job *job)
{
	const struct spp_policy_item *item =
		spp_audit_root(job->subject, SPP_SETTING_LISTENING_PORT);
	const struct spp_setting *setting =
		&spp_settings[SPP_SETTING_LISTENING_PORT];
	bool off = spp_subject_is_silent(job->subject);
	uint32_t n = spp_setting_holds(setting, item ? &item->value : NULL);
	uint32_t usual = setting->fallback.number;

	if (n != usual)
		spp_audit_note(job, off ? SPP_GRADE_LOW : job->rule->grade,
			       item, "port %u instead of %u%s", n, usual,
			       off ? ", and no SRV record tells clients" : "");
}

const struct spp_rule spp_rule_listening_port = {
	RULE(R14),
	.name = "listening-port",
	.grade = SPP_GRADE_INFO,
	.others = "low where the port is not published",
	.summary = "the host listens on another port than the default",
	.rationale = "It is documented and not a sign of an emulator. "
		     "Firewalls must know the port; clients learn "
		     "it from the SRV record, or not at all where "
		     "none is published.",
	.source = REGISTRY,
	.remedy = UNSET,
	.advice = "only if the default port is meant",
	.silenced_by = BIT(R15),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_listening_port,
};

static void check_inert_list(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_policy_item *item;

	if (spp_subject_is_silent(job->subject) &&
	    spp_audit_list(job, job->subject, &item, &list))
		spp_audit_note(job, job->rule->grade,
			       spp_audit_root(job->subject,
					      SPP_SETTING_DNS_PUBLISHING),
			       "publishing is off, so the list of %zu %s has "
			       "no effect",
			       list.count,
			       list.count == 1 ? "entry" : "entries");
}

const struct spp_rule spp_rule_inert_list = {
	RULE(R16),
	.name = "inert-list",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "domain list is ignored because publishing is off",
	.rationale = "DnsDomainPublishList is used only while "
		     "DisableDnsPublishing is 0 or absent.",
	.source = REGISTRY,
	.remedy = "sppctl set{target} dns-publishing=on",
	.advice = "or remove the list with sppctl publish --clear",
	.needs = SPP_NEED_SOFTWARE,
	.check = check_inert_list,
};

static void check_silent_host(struct spp_audit_job *job)
{
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
	size_t i = (size_t)(job->subject - job->audit->subject);

	/*
	 * A host without a list seems silent as well if there is no SYSTEM
	 * hive.
	 */
	if (spp_audit_weak(job, SPP_WEAK_SILENT, &says) &&
	    job->dns.machine[i].is_sure &&
	    job->dns.machine[i].silence == SPP_SILENT_OFF)
		spp_audit_note(job, job->rule->grade,
			       spp_audit_root(job->subject,
					      SPP_SETTING_DNS_PUBLISHING),
			       "%s", spp_buf_text(&says));
}

const struct spp_rule spp_rule_silent_host = {
	RULE(R17),
	.name = "silent-host",
	.grade = SPP_GRADE_LOW,
	.summary = "a KMS host that does not publish itself",
	.rationale =
		"Correct where the DNS takes no dynamic updates and the "
		"records are kept by hand; otherwise no client finds the host.",
	.source = DEPLOY,
	.remedy = "sppctl set{target} dns-publishing=on",
	.advice = "sppctl dns prints the records to be made by hand",
	.silenced_by = BIT(R16),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_silent_host,
};

/* Whether a host's value differs from its default. */
static bool says_something(struct spp_audit_job *job, enum spp_setting_id id,
			   const struct spp_policy_item *item)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_policy_item *same;
	uint32_t n;

	if (!item)
		return false;
	if (id == SPP_SETTING_PUBLISH_LIST)
		return spp_audit_list(job, job->subject, &same, &list);
	return !spp_item_number(item, &n) || n;
}

static void check_host_leftovers(struct spp_audit_job *job)
{
	static const enum spp_setting_id ids[] = {
		SPP_SETTING_PUBLISH_LIST,
		SPP_SETTING_LISTENING_PORT,
		SPP_SETTING_LOW_PRIORITY,
	};
	struct spp_buf CLEANUP(spp_buf_release) found = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	const struct spp_policy_item *item, *first = NULL;
	size_t i;

	if (!job->subject->is_state || spp_subject_is_host(job->subject))
		return;
	spp_audit_command(job, "unset", &fix);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		item = spp_audit_root(job->subject, ids[i]);
		if (!says_something(job, ids[i], item))
			continue;
		first = first ? first : item;
		spp_buf_printf(&found, NULL, "%s%s", found.size ? ", " : "",
			       item->setting->name);
		spp_audit_argument(item->setting->name, &fix);
	}
	if (!first)
		return;
	spp_audit_scope(first, &fix);
	spp_audit_note_fix(
		job, job->rule->grade, first, &fix,
		"no sign of a KMS host key, but host settings are present: %s",
		spp_buf_text(&found));
}

const struct spp_rule spp_rule_host_leftovers = {
	RULE(R18),
	.name = "host-leftovers",
	.grade = SPP_GRADE_LOW,
	.summary = "host settings without a sign of a KMS host key",
	.rationale = "Left over from a host that was retired or "
		     "cloned. A host key that was installed without "
		     "slmgr leaves no sign.",
	.source = "Microsoft, slmgr.vbs; " INFERRED,
	.remedy = "sppctl unset{target} NAME...",
	.advice = "if it is a host, say so in a site file",
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_STATE,
	.check = check_host_leftovers,
};

static void check_rogue_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	if (job->subject->duty != SPP_DUTY_IMAGE &&
	    job->subject->duty != SPP_DUTY_CLIENT)
		return;
	while ((item = spp_audit_next(job, SPP_SETTING_HOST_VERSION, item)))
		spp_audit_note(job, job->rule->grade, item,
			       "a KMS host key was installed in %s",
			       job->subject->duty == SPP_DUTY_IMAGE
				       ? "an image"
				       : "a client");
}

const struct spp_rule spp_rule_rogue_host = {
	RULE(R19),
	.name = "rogue-host",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "sign of a KMS host key in an image or a client",
	.rationale = "slmgr writes KeyManagementServiceVersion when a "
		     "KMS host key is installed: each clone becomes "
		     "a host that nobody planned.",
	.source = "Microsoft, slmgr.vbs",
	.advice = "first find out who installed the key and when (slmgr /dlv, "
		  "the event log), and keep the hive; then slmgr /ipk with the "
		  "client setup key removes the value",
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_DUTY,
	.check = check_rogue_host,
};

/* A machine of a client edition that nobody declared a host. */
static void check_client_host(struct spp_audit_job *job)
{
	const struct spp_subject *subject = job->subject;
	const struct spp_policy_item *item = NULL;

	if (subject->duty == SPP_DUTY_HOST ||
	    !subject->identity->fact[SPP_FACT_PRODUCT] ||
	    spp_identity_is_server(subject->identity))
		return;
	while ((item = spp_audit_next(job, SPP_SETTING_HOST_VERSION, item)))
		spp_audit_note(job, job->rule->grade, item,
			       "'%s' looks like a KMS host",
			       subject->identity->fact[SPP_FACT_PRODUCT]);
}

const struct spp_rule spp_rule_client_host = {
	RULE(R53),
	.name = "client-edition-host",
	.grade = SPP_GRADE_LOW,
	.summary = "sign of a KMS host key on an edition for clients",
	.rationale = "A client edition may be a KMS host for clients, but few "
		     "sites mean it to be; emulators leave the sign, too.",
	.source = "Microsoft, slmgr.vbs; " INFERRED,
	.advice = "if it is a host, say so with role in a site file; else "
		  "look at it first, as R19 says",
	.silenced_by = BIT(R19),
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_DUTY,
	.check = check_client_host,
};

/* Appends the entry that was probably meant; nothing if that is unclear. */
static void intended(const struct spp_publish_entry *e, struct spp_buf *out)
{
	char CLEANUP(spp_free_string) *written = NULL;
	unsigned int flaws = e->flaws & ~(unsigned int)SPP_FLAW_ZEROS;
	const char *domain = e->domain;

	if (flaws == SPP_FLAW_SRV)
		domain = spp_dns_name_after_srv(domain);
	else if (flaws && flaws != SPP_FLAW_DOT && flaws != SPP_FLAW_DOMAIN)
		return;
	/* Without a final dot, and as A-labels. */
	if (!spp_dns_name_parse(domain, &written, NULL, NULL))
		spp_buf_printf(out, NULL, "%s,%u,%u", written, e->priority,
			       e->weight);
}

/* Appends the command that removes a domain and adds it again as given. */
static void replace_entry(const struct spp_audit_job *job, const char *domain,
			  const struct spp_buf *again, struct spp_buf *out)
{
	spp_audit_command(job, "publish", out);
	spp_buf_puts(out, " --remove", NULL);
	spp_audit_argument(domain, out);
	if (!again->size)
		return;
	spp_buf_puts(out, " --add", NULL);
	spp_audit_argument(spp_buf_text(again), out);
}

static void mend_entry(const struct spp_audit_job *job,
		       const struct spp_publish_entry *e, struct spp_buf *out)
{
	struct spp_buf CLEANUP(spp_buf_release) again = SPP_BUF_INIT;

	intended(e, &again);
	replace_entry(job, e->domain, &again, out);
}

static void list_flaws(unsigned int flaws, struct spp_buf *out)
{
	unsigned int bit;

	for (bit = 0; bit < SPP_FLAW_COUNT; bit++)
		if (flaws >> bit & 1)
			spp_buf_printf(out, NULL, "%s%s", out->size ? "; " : "",
				       spp_flaw_text(bit));
}

static void check_list_entry(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_policy_item *item;
	unsigned int flaws;
	size_t i;

	if (!spp_audit_list(job, job->subject, &item, &list))
		return;
	for (i = 0; i < list.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) what = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;

		flaws = list.entry[i].flaws & ~(unsigned int)SPP_FLAW_DUPLICATE;
		if (!flaws)
			continue;
		list_flaws(flaws, &what);
		mend_entry(job, &list.entry[i], &fix);
		spp_audit_note_fix(job,
				   flaws == SPP_FLAW_ZEROS ? SPP_GRADE_LOW
							   : job->rule->grade,
				   item, &fix, "entry %zu, '%.200s': %s", i + 1,
				   list.entry[i].text, spp_buf_text(&what));
	}
}

const struct spp_rule spp_rule_list_entry = {
	RULE(R20),
	.name = "malformed-entry",
	.grade = SPP_GRADE_HIGH,
	.others = "low for leading zeros alone",
	.summary = "list entry that a host may not understand",
	.rationale = "The form is 'domain, priority, weight'. How a "
		     "host reads anything else is not documented; "
		     "the domain is likely not published.",
	.source = REGISTRY "; the effect is " INFERRED,
	.remedy = "sppctl publish{target} --remove ENTRY --add "
		  "DOMAIN,PRIORITY,WEIGHT",
	.advice = "if the fix has no --add, add the correct domain yourself",
	ABOUT_LIST,
	.check = check_list_entry,
};

static void check_list_twice(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_publish_entry *e, *first;
	const struct spp_policy_item *item;
	size_t i;

	if (!spp_audit_list(job, job->subject, &item, &list))
		return;
	for (i = 0; i < list.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) again = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;

		e = &list.entry[i];
		if (!(e->flaws & SPP_FLAW_DUPLICATE))
			continue;
		first = &list.entry[e->first];
		spp_buf_printf(&again, NULL, "%s,%u,%u", first->domain,
			       first->priority, first->weight);
		replace_entry(job, first->domain, &again, &fix);
		spp_audit_note_fix(job, job->rule->grade, item, &fix,
				   "entry %zu, '%.200s', is listed before%s",
				   i + 1, e->text,
				   first->priority != e->priority ||
						   first->weight != e->weight
					   ? " with other numbers"
					   : "");
	}
}

const struct spp_rule spp_rule_list_twice = {
	RULE(R21),
	.name = "duplicate-domain",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "domain listed twice",
	.rationale = "Which of the entries counts is not documented.",
	.source = INFERRED,
	.remedy = "sppctl publish{target} --remove DOMAIN --add "
		  "DOMAIN,PRIORITY,WEIGHT",
	ABOUT_LIST,
	.check = check_list_twice,
};

static void check_home_listed(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const char *home = spp_identity_suffix(job->subject->identity);
	const struct spp_policy_item *item;
	size_t i;

	if (!home || !spp_audit_list(job, job->subject, &item, &list))
		return;
	for (i = 0; i < list.count; i++)
		if (!list.entry[i].flaws &&
		    !strcasecmp(list.entry[i].domain, home))
			spp_audit_note(job, job->rule->grade, item,
				       "home domain '%s' is listed, which "
				       "gives it priority %u and weight %u",
				       home, list.entry[i].priority,
				       list.entry[i].weight);
}

const struct spp_rule spp_rule_home_listed = {
	RULE(R22),
	.name = "home-domain-listed",
	.grade = SPP_GRADE_INFO,
	.summary = "the home domain is listed",
	.rationale = "Not needed to publish there, but the only way "
		     "to give its record a priority and a weight.",
	.source = REGISTRY "; the consequence is " INFERRED,
	.advice = "no fix needed",
	.silenced_by = BIT(R15),
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_SUFFIX,
	.check = check_home_listed,
};

static void check_low_priority(struct spp_audit_job *job)
{
	const struct spp_policy_item *item =
		spp_audit_root(job->subject, SPP_SETTING_LOW_PRIORITY);

	if (spp_item_on(item))
		spp_audit_note(job, job->rule->grade, item,
			       "the service may starve on a busy machine");
}

const struct spp_rule spp_rule_low_priority = {
	RULE(R28),
	.name = "low-priority",
	.grade = SPP_GRADE_INFO,
	.summary = "the service runs at low priority",
	.rationale = "On a busy machine it may starve, and then not "
		     "keep a sufficient count.",
	.source = REGISTRY,
	.remedy = UNSET,
	.silenced_by = BIT(R18),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_low_priority,
};

static void check_firewall(struct spp_audit_job *job)
{
	const struct spp_firewall *fw = &job->subject->identity->firewall;
	const struct spp_policy_item *item =
		spp_audit_root(job->subject, SPP_SETTING_LISTENING_PORT);
	uint32_t port =
		spp_setting_holds(&spp_settings[SPP_SETTING_LISTENING_PORT],
				  item ? &item->value : NULL);
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
	const char *rule;
	enum spp_way way;

	if (!spp_subject_is_host(job->subject))
		return;
	way = spp_firewall_way(fw, port, &rule);
	if (way == SPP_WAY_UNKNOWN || way == SPP_WAY_OPEN)
		return;
	job->st = spp_firewall_say(fw, port, &says, NULL);
	spp_audit_note_at(
		job, way == SPP_WAY_LIMITED ? SPP_GRADE_INFO : job->rule->grade,
		FIREWALL_KEY, rule ? rule : "SPPSVC-In-TCP", NULL, "%s",
		spp_buf_text(&says));
}

const struct spp_rule spp_rule_firewall = {
	RULE(R42),
	.name = "closed-firewall",
	.grade = SPP_GRADE_MEDIUM,
	.others = "info where a rule lets it in from some addresses only, or "
		  "not in a domain",
	.summary = "no active rule of the firewall lets a host's port in",
	.rationale = "The inbound rule of the service is off by default and "
		     "is for TCP 1688. While no rule lets the host's port in, "
		     "no client reaches it. Rules of other firewalls are not "
		     "seen.",
	.source = "Microsoft, Create a KMS activation host; where the rules "
		  "are stored is " SEEN,
	.advice = "on the host: Set-NetFirewallRule -Name SPPSVC-In-TCP "
		  "-Profile Domain,Private -Enabled True, with -LocalPort for "
		  "another port",
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_FIREWALL,
	.check = check_firewall,
};
