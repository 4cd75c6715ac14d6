/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about the product key of Windows. */
#include <string.h>
#include <strings.h>

#include "policy/audit/private.h"

#define KEY "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"

static bool has_channel(const struct spp_audit_job *job, const char *channel)
{
	const char *stored = job->subject->identity->fact[SPP_FACT_KEY_CHANNEL];

	return stored && !strcasecmp(stored, channel);
}

static void check_host_key(struct spp_audit_job *job)
{
	const struct spp_subject *subject = job->subject;
	const struct spp_identity *identity = subject->identity;
	const char *type = identity->fact[SPP_FACT_INSTALLATION];

	/* R19 and R53 tell the same by the sign that slmgr leaves. */
	if (spp_audit_next(job, SPP_SETTING_HOST_VERSION, NULL) &&
	    (identity->fact[SPP_FACT_PRODUCT] ||
	     subject->duty == SPP_DUTY_IMAGE ||
	     subject->duty == SPP_DUTY_CLIENT))
		return;
	/*
	 * The purpose of a machine must be stated; it is not guessed from its
	 * edition.
	 */
	if (subject->duty == SPP_DUTY_HOST || !type ||
	    strcasecmp(type, "Client") || !has_channel(job, SPP_CHANNEL_HOST))
		return;
	spp_audit_note_at(job, job->rule->grade, KEY, "DigitalProductId4", NULL,
			  "a client edition has a key of the channel '%s', "
			  "for KMS hosts",
			  SPP_CHANNEL_HOST);
}

const struct spp_rule spp_rule_host_key = {
	RULE(R70),
	.name = "client-edition-host-key",
	.grade = SPP_GRADE_LOW,
	.summary = "product key of a KMS host on an edition for clients",
	.rationale = "A client edition may be a KMS host for clients, but few "
		     "sites mean it to be. The key is the one that was "
		     "installed last, and the layout of DigitalProductId4 is "
		     "third-party knowledge.",
	.source = SEEN,
	.advice = "if it is a host, say so with role in a site file; else look "
		  "at slmgr /dlv there first, then slmgr /ipk with the client "
		  "setup key",
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_DUTY,
	.check = check_host_key,
};

static void check_client_key(struct spp_audit_job *job)
{
	if (!has_channel(job, SPP_CHANNEL_CLIENT))
		return;
	if (job->subject->duty != SPP_DUTY_HOST &&
	    !spp_audit_next(job, SPP_SETTING_HOST_VERSION, NULL))
		return;
	spp_audit_note_at(job, job->rule->grade, KEY, "DigitalProductId4", NULL,
			  "a KMS host has a key of the channel '%s', for KMS "
			  "clients",
			  SPP_CHANNEL_CLIENT);
}

const struct spp_rule spp_rule_client_key = {
	RULE(R71),
	.name = "host-client-key",
	.grade = SPP_GRADE_LOW,
	.summary = "product key of a KMS client on a KMS host",
	.rationale =
		"With a client's key Windows asks a KMS host and does not "
		"serve other Windows. It is right on a host for Office alone. "
		"The layout of DigitalProductId4 is third-party knowledge.",
	.source = "Microsoft, slmgr.vbs; " SEEN,
	.advice = "look at slmgr /dlv there: a host for Windows needs a KMS "
		  "host key",
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_DUTY,
	.check = check_client_key,
};
