/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about settings in wrong keys and settings without effect. */
#include <string.h>

#include "policy/audit/known_hosts.h"
#include "policy/audit/private.h"
#include "policy/model/effective.h"
#include "policy/model/idle.h"
#include "policy/windows/ticket.h"

#define MOVE "sppctl move{target} NAME{scope}"
#define MOVE_OR_UNSET \
	"sppctl move brings a value into force, sppctl unset removes it"

/* Whether bringing a host into force would be worse than removing it. */
static bool is_bad_host(struct spp_audit_job *job,
			const struct spp_policy_item *item)
{
	struct spp_host_address address;

	if ((!spp_item_is(item, SPP_SETTING_KMS_HOST) &&
	     !spp_item_is(item, SPP_SETTING_LOOKUP_DOMAIN)) ||
	    !spp_audit_address(job, item, &address))
		return false;
	return address.net == SPP_NET_LOOPBACK ||
	       spp_site_condemns(job->site, &address) ||
	       spp_known_hosts_find(&spp_known_hosts_public, &address) ||
	       spp_known_hosts_find(&spp_known_hosts_placeholder, &address);
}

/*
 * Moves a value to the key that was meant, so that it takes effect.  Removes
 * one that must not be there or is already set differently.
 */
static void put_fix(struct spp_audit_job *job,
		    const struct spp_policy_item *item, struct spp_buf *fix)
{
	struct spp_scope meant = spp_scope_meant(&item->scope);
	bool moves =
		spp_setting_settable(item->setting, meant.place) &&
		!spp_setting_examine(item->setting, &item->value) &&
		!spp_policy_get(&job->subject->state, &meant, item->setting) &&
		!spp_idle_reason(item->setting, &meant, &job->subject->state,
				 spp_identity_build(job->subject->identity)) &&
		!is_bad_host(job, item) &&
		!spp_item_is(item, SPP_SETTING_HOST_VERSION);

	spp_audit_command(job, moves ? "move" : "unset", fix);
	spp_audit_argument(item->setting->name, fix);
	spp_audit_scope(item, fix);
}

static void note_misplaced(struct spp_audit_job *job,
			   const struct spp_policy_item *item, const char *why)
{
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;

	put_fix(job, item, &fix);
	spp_audit_note_fix(job, job->rule->grade, item, &fix, "%s %s",
			   item->setting->value, why);
}

static void judge_place(struct spp_audit_job *job, enum spp_place place,
			const char *why)
{
	const struct spp_policy_item *item;
	size_t i;

	for (i = 0; i < job->subject->state.count; i++) {
		item = &job->subject->state.item[i];
		if (item->scope.place == place)
			note_misplaced(job, item, why);
	}
}

static void check_vista_key(struct spp_audit_job *job)
{
	if (spp_identity_build(job->subject->identity) >= SPP_BUILD_7)
		judge_place(job, SPP_PLACE_SL, "has no effect in the key SL");
}

const struct spp_rule spp_rule_vista_key = {
	RULE(R32),
	.name = "vista-key",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "setting in the Windows Vista location",
	.rationale = "Since Windows 7 the key SL has no effect, "
		     "though some pages still name it; the key "
		     "SoftwareProtectionPlatform is meant.",
	.source = DEPLOY,
	.remedy = MOVE,
	.advice = MOVE_OR_UNSET,
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_BUILD,
	.check = check_vista_key,
};

static void check_misspelt_key(struct spp_audit_job *job)
{
	judge_place(job, SPP_PLACE_WINDOWSNT,
		    "is below WindowsNT, without the blank: nothing reads it");
}

const struct spp_rule spp_rule_misspelt_key = {
	RULE(R33),
	.name = "misspelt-key",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "a setting below WindowsNT instead of Windows NT",
	.rationale = "Several public sysprep and KMS scripts misspell the key: "
		     "what they set there does nothing, and whoever ran them "
		     "believes that it does.",
	.source = SEEN " scripts",
	.remedy = MOVE,
	.advice = MOVE_OR_UNSET,
	.needs = SPP_NEED_SOFTWARE,
	.check = check_misspelt_key,
};

static void check_mirrored(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	size_t i;

	for (i = 0; i < job->subject->state.count; i++) {
		item = &job->subject->state.item[i];
		if (item->scope.place == SPP_PLACE_WOW &&
		    !spp_item_is(item, SPP_SETTING_HOST_VERSION))
			note_misplaced(job, item,
				       "is in the 32-bit mirror, which the "
				       "service is not known to read");
	}
}

const struct spp_rule spp_rule_mirrored = {
	RULE(R34),
	.name = "mirrored-setting",
	.grade = SPP_GRADE_LOW,
	.summary = "a setting below Wow6432Node",
	.rationale = "A 32-bit program was asked to set it. slmgr writes "
		     "KeyManagementServiceVersion there, and nobody documents "
		     "that the service reads anything.",
	.source = "Microsoft, slmgr.vbs; that it does nothing is " INFERRED,
	.remedy = MOVE,
	.advice = MOVE_OR_UNSET,
	.silenced_by = BIT(R01) | BIT(R02) | BIT(R04) | BIT(R15),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_mirrored,
};

/*
 * Whether there is a sign of Office 2010, which reads this key in any Windows.
 */
static bool has_office_2010(const struct spp_subject *subject)
{
	const char *app = spp_apps[SPP_APP_OFFICE_2010].guid;
	size_t i;

	for (i = 0; i < subject->state.count; i++)
		if (!strcmp(subject->state.item[i].scope.app, app))
			return true;
	return false;
}

static void check_office_key(struct spp_audit_job *job)
{
	uint32_t build = spp_identity_build(job->subject->identity);
	const char *app = spp_apps[SPP_APP_OFFICE].guid;
	const struct spp_policy_item *item;
	size_t i;

	for (i = 0; build >= SPP_BUILD_8 && i < job->subject->state.count;
	     i++) {
		item = &job->subject->state.item[i];
		if (item->scope.place != SPP_PLACE_OSPP ||
		    item->setting->flags & SPP_STATE)
			continue;
		if (!strcmp(item->scope.app, app))
			note_misplaced(job, item,
				       "is for Office 2013 and later, which "
				       "uses SoftwareProtectionPlatform here");
		else if (!*item->scope.app &&
			 spp_item_is(item, SPP_SETTING_KMS_HOST) &&
			 !has_office_2010(job->subject))
			spp_audit_note(job, SPP_GRADE_INFO, item,
				       "Office 2010 alone reads %s there",
				       item->setting->value);
	}
}

const struct spp_rule spp_rule_office_key = {
	RULE(R35),
	.name = "office-key",
	.grade = SPP_GRADE_LOW,
	.others = "info for the whole key, where nothing tells of Office 2010",
	.summary = "a setting of Office 2010's key for a later Office",
	.rationale = "Since Windows 8 Office 2013 and later are activated by "
		     "the service of Windows and read its key; Microsoft's "
		     "page on tools for volume activation of Office still "
		     "names the other.",
	.source = "Microsoft, OSPP.VBS; tests by others of which key is read",
	.remedy = UNSET,
	.advice = "if a later Office is meant, set it in spp/office",
	.silenced_by = BIT(R01) | BIT(R02) | BIT(R04) | BIT(R15),
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_BUILD,
	.check = check_office_key,
};

static void check_netsvc_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	struct spp_host_address address;
	size_t i;

	for (i = 0; i < job->subject->state.count; i++) {
		item = spp_audit_item(job, i);
		if (item && spp_item_is(item, SPP_SETTING_KMS_HOST) &&
		    spp_place_is_cache(item->scope.place) &&
		    spp_audit_address(job, item, &address))
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' is set in the profile of the "
				       "service",
				       address.name);
	}
}

const struct spp_rule spp_rule_netsvc_host = {
	RULE(R36),
	.name = "netsvc-kms-host",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "a KMS host is set in the NetworkService hive",
	.rationale = "Public scripts and emulators write it there. Whether the "
		     "service reads it is not known; no tool of Microsoft's "
		     "shows or removes it.",
	.source = SEEN " scripts",
	.remedy = UNSET,
	.silenced_by = BIT(R01) | BIT(R02) | BIT(R04),
	.needs = SPP_NEED_CACHE,
	.check = check_netsvc_host,
};

static void check_other_ticket(struct spp_audit_job *job)
{
	const struct spp_setting *right =
		spp_ticket_setting(job->subject->identity);
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	struct spp_scope scope = { .place = SPP_PLACE_POLICIES };
	const struct spp_policy_item *item;

	if (!right || spp_policy_get(&job->subject->state, &scope, right))
		return;
	item = spp_policy_get(&job->subject->state, &scope,
			      spp_ticket_other(right));
	if (!item || !spp_item_on(item))
		return;
	spp_audit_command(job, "set", &fix);
	spp_buf_printf(&fix, NULL, " %s=1", right->value);
	spp_audit_note_fix(job, job->rule->grade, item, &fix,
			   "this Windows reads %s instead", right->value);
}

const struct spp_rule spp_rule_other_ticket = {
	RULE(R37),
	.name = "ticket-of-another-build",
	.grade = SPP_GRADE_INFO,
	.summary = "the name that another Windows has for genuine-ticket",
	.rationale = "Windows Server 2016 has NoAcquireGT where all later "
		     "versions have NoGenTicket: the other one does nothing.",
	.source = "Microsoft, Manage connections from Windows operating "
		  "system components to Microsoft services",
	.remedy = "sppctl set{target} NAME=1",
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_BUILD,
	.check = check_other_ticket,
};

static void check_idle_setting(struct spp_audit_job *job)
{
	uint32_t build = spp_identity_build(job->subject->identity), n;
	const struct spp_policy_item *item;
	const struct spp_buf none = SPP_BUF_INIT; /* nothing to remove */
	const char *why;
	size_t i;

	for (i = 0; i < job->subject->state.count; i++) {
		item = spp_audit_item(job, i);
		/* Other rules report lists and wrong keys. */
		if (!item || spp_item_is(item, SPP_SETTING_PUBLISH_LIST) ||
		    spp_places[item->scope.place].is_mistaken)
			continue;
		why = spp_idle_reason(item->setting, &item->scope,
				      &job->subject->state, build);
		/* Windows itself writes the default. */
		if (!why || (item->setting->fallback.is_number &&
			     spp_item_number(item, &n) &&
			     n == item->setting->fallback.number))
			continue;
		if (spp_item_is(item, SPP_SETTING_RENEWAL_INTERVAL) &&
		    (job->subject->duty == SPP_DUTY_HOST ||
		     job->subject->fired & BIT(R26)))
			continue;
		spp_audit_note_fix(job, job->rule->grade, item,
				   why == spp_idle_inferred ? &none : NULL,
				   "%s is not known to work here: %s",
				   item->setting->value, why);
	}
}

const struct spp_rule spp_rule_idle_setting = {
	RULE(R38),
	.name = "idle-setting",
	.grade = SPP_GRADE_INFO,
	.summary = "a setting without effect in its scope",
	.rationale = "A client never uses its own renewal interval; for an "
		     "application the name of the host alone is documented, "
		     "for a SKU its host, port, lookup domain and activation "
		     "type.",
	.source = REGISTRY,
	.remedy = UNSET,
	.silenced_by = BIT(R13) | BIT(R15) | BIT(R25) | BIT(R26) | BIT(R32),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_idle_setting,
};
