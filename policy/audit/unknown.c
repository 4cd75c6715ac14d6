/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules about values and keys that are not settings, and about unreadable ones.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/audit/known_hosts.h"
#include "policy/audit/private.h"
#include "policy/model/dns_name.h"

#define ELSEWHERE                                                            \
	"sppctl has no name for it; look at it, and remove it with another " \
	"tool"

/* Appends "SOFTWARE\..." in the form used by all findings. */
static void put_key(const struct spp_unknown *item, struct spp_buf *out)
{
	spp_buf_printf(out, NULL, "%s\\%s",
		       spp_place_is_cache(item->place) ? "S-1-5-20"
						       : "SOFTWARE",
		       item->key);
}

/* Reads the host that a text names, without its port; false for other texts. */
static bool read_host(char *text, struct spp_host_address *address)
{
	char *colon = strrchr(text, ':');

	if (colon && !strchr(text, '[') && strchr(text, ':') == colon)
		*colon = '\0';
	spp_host_address_read(text, address);
	return *address->name != '\0';
}

/* Why a host must not be used, or NULL. */
static const char *condemn(const struct spp_audit_job *job,
			   const struct spp_host_address *address)
{
	if (spp_site_allows(job->site, address))
		return NULL;
	if (spp_site_condemns(job->site, address))
		return "a known bad host";
	if (spp_known_hosts_find(&spp_known_hosts_public, address))
		return "a public KMS host";
	if (spp_known_hosts_find(&spp_known_hosts_placeholder, address))
		return "an address that emulators use";
	return NULL;
}

/* Whether a text may name a host: an address, or letters with dots. */
static bool is_host_like(const char *text, const struct spp_host_address *a)
{
	char CLEANUP(spp_free_string) *written = NULL;

	if (a->net != SPP_NET_NAME)
		return true;
	return strchr(text, '.') && !strpbrk(text, "\\/ %{") &&
	       !spp_dns_name_parse(text, &written, NULL, NULL);
}

/* Findings in the data of a value. */
struct said {
	enum spp_grade grade;
	const char *what; /* or NULL */
	char host[SPP_DNS_NAME_MAX + 1];
};

static void judge_text(const struct spp_audit_job *job, char *text,
		       struct said *said)
{
	struct spp_host_address address;
	const char *bad;

	if (strlen(text) > SPP_DNS_NAME_MAX || !read_host(text, &address))
		return;
	bad = condemn(job, &address);
	if (bad) {
		said->grade = SPP_GRADE_HIGH;
		said->what = bad;
	} else if (!said->what && is_host_like(text, &address)) {
		said->grade = SPP_GRADE_LOW;
		said->what = "what looks like a host";
	} else {
		return;
	}
	strcpy(said->host, text);
}

/* Judges each string in a value of any type. */
static void judge_data(struct spp_audit_job *job,
		       const struct spp_unknown *item, struct said *said)
{
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	size_t i;

	*said = (struct said){ .grade = SPP_GRADE_INFO };
	if (spp_value_get_items(&item->value, &items, NULL)) {
		job->st = spp_nomem(NULL);
		return;
	}
	for (i = 0; i < items.count && said->grade < SPP_GRADE_HIGH; i++)
		judge_text(job, items.item[i].text, said);
}

static void describe(const struct spp_unknown *item,
		     const struct spp_setting *near, struct spp_buf *out)
{
	if (near && !strcasecmp(near->value, item->name))
		spp_buf_puts(out, spp_unknown_misplaced(item, near), NULL);
	else if (near)
		spp_buf_printf(out, NULL, "a name close to %s", near->value);
	else if (!*item->name)
		spp_buf_puts(out,
			     "a default value, which the service has no "
			     "use for",
			     NULL);
	else
		spp_buf_puts(out, "not a known value of this key", NULL);
}

static void judge_value(struct spp_audit_job *job,
			const struct spp_unknown *item)
{
	struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct spp_setting *near = spp_unknown_near(item->name);
	enum spp_grade grade = near ? SPP_GRADE_MEDIUM : SPP_GRADE_INFO;
	struct said said;

	judge_data(job, item, &said);
	if (spp_unknown_is_usual(item) && !near && said.grade < SPP_GRADE_HIGH)
		return;
	if (said.grade > grade)
		grade = said.grade;
	put_key(item, &key);
	describe(item, near, &text);
	if (said.what)
		spp_buf_printf(&text, NULL, "; it holds %s, '%s'", said.what,
			       said.host);
	spp_audit_note_at(job, grade, spp_buf_text(&key),
			  *item->name ? item->name : "(default)", &item->value,
			  "'%s': %s", *item->name ? item->name : "(default)",
			  spp_buf_text(&text));
}

/* The next one of a kind; *at begins at 0.  NULL: no more. */
static const struct spp_unknown *next(const struct spp_audit_job *job,
				      enum spp_unknown_kind kind, size_t *at)
{
	const struct spp_unknowns *unknown = job->subject->unknown;

	while (!job->st && *at < unknown->count)
		if (unknown->item[(*at)++].kind == kind)
			return &unknown->item[*at - 1];
	return NULL;
}

static void check_unknown_value(struct spp_audit_job *job)
{
	const struct spp_unknown *item;
	size_t at = 0;

	while ((item = next(job, SPP_UNKNOWN_VALUE, &at)))
		judge_value(job, item);
}

const struct spp_rule spp_rule_unknown_value = {
	RULE(R50),
	.name = "unknown-value",
	.grade = SPP_GRADE_MEDIUM,
	.others = "high where it holds a known bad host, low for any other "
		  "host, info for all else",
	.summary = "a value in a known key that is not a setting there",
	.rationale = "The service does not read a misspelt name or a value "
		     "in the wrong key: what somebody meant to set is not "
		     "set. An emulator or a person may also keep something "
		     "there that a list of settings does not show.",
	.source = INFERRED "; what Windows keeps there itself is " SEEN,
	.advice = ELSEWHERE,
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_CACHE,
	.check = check_unknown_value,
};

static void check_unreadable(struct spp_audit_job *job)
{
	const struct spp_unknowns *unknown = job->subject->unknown;
	const struct spp_unknown *item;
	size_t at = 0;

	while ((item = next(job, SPP_UNREADABLE, &at))) {
		struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;

		put_key(item, &key);
		spp_audit_note_at(job, job->rule->grade, spp_buf_text(&key),
				  item->name ? item->name : "", NULL,
				  "%s%s%scannot be read: %s",
				  item->name ? "'" : "",
				  item->name   ? item->name
				  : *item->key ? "something in this key "
					       : "something on the way to it ",
				  item->name ? "' " : "", item->why);
	}
	if (unknown->left_out)
		spp_audit_note(job, SPP_GRADE_HIGH, NULL,
			       "%zu more values or keys than are kept and "
			       "judged",
			       unknown->left_out);
}

const struct spp_rule spp_rule_unreadable = {
	RULE(R51),
	.name = "unreadable",
	.grade = SPP_GRADE_HIGH,
	.summary = "a value or key that cannot be read",
	.rationale = "What cannot be read is not known to be absent: a "
		     "setting may be hidden there. Two values or keys of one "
		     "name count, as which of them Windows takes is not "
		     "known.",
	.source = INFERRED,
	.advice = "sppctl check lists the damage; keep the hive as evidence "
		  "and restore it from a backup",
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_CACHE,
	.check = check_unreadable,
};

/* Whether a key, or a key below it, has a value; at: what comes after it. */
static bool has_values(const struct spp_audit_job *job, const char *key,
		       size_t at)
{
	const struct spp_unknown *item;
	size_t n = strlen(key);

	while ((item = next(job, SPP_UNKNOWN_VALUE, &at)))
		if (!strncmp(item->key, key, n) &&
		    (!item->key[n] || item->key[n] == '\\'))
			return true;
	return false;
}

static void check_unknown_key(struct spp_audit_job *job)
{
	const struct spp_unknown *item;
	size_t at = 0;

	while ((item = next(job, SPP_UNKNOWN_KEY, &at))) {
		struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
		enum spp_grade grade = SPP_GRADE_INFO;

		if (spp_unknown_is_usual(item))
			continue;
		if (item->why)
			grade = has_values(job, item->key, at)
					? SPP_GRADE_MEDIUM
					: SPP_GRADE_LOW;
		put_key(item, &key);
		spp_audit_note_at(job, grade, spp_buf_text(&key), "", NULL,
				  "%s: %s", spp_buf_text(&key),
				  item->why ? item->why : "not a known key");
	}
}

const struct spp_rule spp_rule_unknown_key = {
	RULE(R52),
	.name = "unknown-key",
	.grade = SPP_GRADE_MEDIUM,
	.others = "low where it holds no value, info where its name imitates "
		  "nothing",
	.summary = "a key that looks like one that counts",
	.rationale = "An id in braces or at the wrong depth, and a name that "
		     "differs from the known key by few letters, are not "
		     "what the service reads; they mislead or hide.",
	.source = INFERRED,
	.advice = ELSEWHERE,
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_CACHE,
	.check = check_unknown_key,
};
