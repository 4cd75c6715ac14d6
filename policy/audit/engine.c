/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/audit/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/audit/private.h"
#include "policy/text/printable.h"

static const char *const grade_words[SPP_GRADE_COUNT] = {
	[SPP_GRADE_INFO] = "info",	   [SPP_GRADE_LOW] = "low",
	[SPP_GRADE_MEDIUM] = "medium",	   [SPP_GRADE_HIGH] = "high",
	[SPP_GRADE_CRITICAL] = "critical",
};

static const struct {
	const char *text;
	enum spp_remedy remedy;
} needs[SPP_NEED_COUNT] = {
	{ "no SOFTWARE hive", SPP_REMEDY_NONE },
	{ "no NetworkService hive, which holds the cached KMS host",
	  SPP_REMEDY_NETSVC },
	{ "the primary DNS suffix is not known; it is in the SYSTEM hive",
	  SPP_REMEDY_SYSTEM },
	{ "the build of Windows is not known", SPP_REMEDY_NONE },
	{ "a policy says what is wanted, not what is there", SPP_REMEDY_NONE },
	{ "no site file says whether this is an image, a host or a client",
	  SPP_REMEDY_NONE },
	{ "no site file says which platform this is for", SPP_REMEDY_NONE },
	{ "no site file says which domains and KMS hosts are the site's own",
	  SPP_REMEDY_NONE },
	{ "only one target", SPP_REMEDY_NONE },
	{ "the firewall's rules are not known; they are in the SYSTEM hive",
	  SPP_REMEDY_SYSTEM },
};

const char *spp_grade_word(enum spp_grade grade)
{
	return grade_words[grade];
}

bool spp_grade_find(const char *word, enum spp_grade *grade)
{
	int i;

	for (i = 0; i < SPP_GRADE_COUNT; i++) {
		if (!strcasecmp(grade_words[i], word)) {
			*grade = (enum spp_grade)i;
			return true;
		}
	}
	return false;
}

static const char *const need_words[SPP_NEED_COUNT] = {
	"no SOFTWARE hive", "no NetworkService hive",
	"no DNS suffix",    "no build",
	"a policy",	    "no role in a site file",
	"no platform",	    "no own domains or hosts",
	"only one target",  "no firewall rules",
};

const char *spp_need_word(unsigned int bit)
{
	return need_words[bit];
}

const char *spp_need_text(unsigned int bit)
{
	return needs[bit].text;
}

enum spp_remedy spp_need_remedy(unsigned int bit)
{
	return needs[bit].remedy;
}

static void release_subject(struct spp_subject *subject)
{
	free(subject->path);
	spp_policy_release(&subject->state);
	free(subject->item_fired);
}

static void release_finding(struct spp_audit_finding *finding)
{
	free(finding->scope);
	free(finding->key);
	free(finding->value);
	spp_value_release(&finding->stored);
	free(finding->text);
	free(finding->remedy);
}

void spp_audit_release(struct spp_audit *audit)
{
	size_t i;

	if (!audit)
		return;
	for (i = 0; i < audit->subjects; i++)
		release_subject(&audit->subject[i]);
	for (i = 0; i < audit->findings; i++)
		release_finding(&audit->finding[i]);
	free(audit->subject);
	free(audit->finding);
	*audit = (struct spp_audit)SPP_AUDIT_INIT;
}

enum spp_status spp_audit_add(struct spp_audit *audit, const char *path,
			      const struct spp_document *document,
			      unsigned int hives, struct spp_error *err)
{
	struct spp_subject subject = { .identity = &document->identity,
				       .unknown = &document->unknown,
				       .is_state = document->is_dump,
				       .is_document = !hives,
				       .hives = hives };
	enum spp_status st = spp_document_meant(document, &subject.state, err);
	struct spp_subject *grown = NULL;

	if (!st) {
		subject.path = strdup(path);
		subject.item_fired = calloc(subject.state.count + 1,
					    sizeof(*subject.item_fired));
		grown = realloc(audit->subject,
				(audit->subjects + 1) * sizeof(*grown));
	}
	if (grown)
		audit->subject = grown;
	if (!grown || !subject.path || !subject.item_fired) {
		release_subject(&subject);
		return st ? st : spp_nomem(err);
	}
	grown[audit->subjects++] = subject;
	return SPP_OK;
}

/* Appends "SOFTWARE\Microsoft\..."; for NetworkService the id of its user. */
static void put_key(const struct spp_scope *scope, struct spp_buf *out)
{
	spp_buf_puts(out,
		     spp_place_is_cache(scope->place) ? "S-1-5-20\\"
						      : "SOFTWARE\\",
		     NULL);
	spp_scope_path(scope, out, NULL);
}

static bool locate(const struct spp_policy_item *item,
		   struct spp_audit_finding *f)
{
	struct spp_buf scope = SPP_BUF_INIT, key = SPP_BUF_INIT;

	spp_scope_show(&item->scope, &scope, NULL);
	put_key(&item->scope, &key);
	f->name = item->setting->name;
	f->scope = spp_buf_take(&scope);
	f->key = spp_buf_take(&key);
	f->value = strdup(item->setting->value);
	if (spp_value_copy(&f->stored, &item->value, NULL))
		return false;
	return f->scope && f->key && f->value;
}

/* Counts a finding; true if it is to be kept as well. */
static bool count(struct spp_audit_job *job, enum spp_grade grade,
		  const struct spp_policy_item *item,
		  struct spp_audit_finding *f)
{
	struct spp_subject *subject = job->subject;
	size_t rule = job->rule->index;
	size_t at = item ? (size_t)(item - subject->state.item) : 0;

	if (item && subject->item_fired[at] & job->rule->silenced_by)
		return false;
	subject->fired |= SPP_RULE_BIT(rule);
	if (item)
		subject->item_fired[at] |= SPP_RULE_BIT(rule);
	if (job->options->ignore & SPP_RULE_BIT(rule)) {
		job->audit->ignored++;
		return false;
	}
	f->exception = spp_site_excepts(
		job->site, job->rule->id, job->rule->name,
		item ? item->setting->name : NULL, subject->path,
		subject->identity, job->options->now);
	if (f->exception)
		job->audit->suppressed++;
	else
		job->audit->grade[grade]++;
	return subject->left_out[rule]++ < SPP_AUDIT_KEPT;
}

/* Takes the texts. */
static void keep(struct spp_audit_job *job, struct spp_audit_finding *f)
{
	struct spp_audit *audit = job->audit;
	struct spp_audit_finding *grown;

	f->rule = job->rule;
	f->subject = (size_t)(job->subject - audit->subject);
	f->order = audit->findings;
	grown = realloc(audit->finding, (audit->findings + 1) * sizeof(*grown));
	if (grown) {
		audit->finding = grown;
		grown[audit->findings++] = *f;
	} else {
		release_finding(f);
		job->st = spp_nomem(NULL);
	}
}

/* Makes a text safe for terminals, and hides product keys. */
static char *show(const struct spp_audit_job *job, const char *text)
{
	char *shown = spp_printable(text);

	if (shown && !job->options->show_keys)
		spp_printable_redact(shown);
	return shown;
}

static char *format(const struct spp_audit_job *job, const char *fmt,
		    va_list ap)
{
	char CLEANUP(spp_free_string) *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0) {
		text = NULL;
		return NULL;
	}
	return show(job, text);
}

static void note(struct spp_audit_job *job, enum spp_grade grade,
		 const struct spp_policy_item *item,
		 const struct spp_buf *remedy, const char *fmt, va_list ap)
{
	struct spp_audit_finding f = { .grade = grade };
	struct spp_buf CLEANUP(spp_buf_release) own = SPP_BUF_INIT;

	if (job->st || !count(job, grade, item, &f))
		return;
	if (!remedy) {
		spp_audit_expand(job, item, &own);
		remedy = &own;
	}
	f.text = format(job, fmt, ap);
	f.remedy = remedy->size ? show(job, spp_buf_text(remedy)) : NULL;
	if (!f.text || (item && !locate(item, &f)) ||
	    (remedy->size && !f.remedy)) {
		release_finding(&f);
		job->st = spp_nomem(NULL);
		return;
	}
	keep(job, &f);
}

void spp_audit_note(struct spp_audit_job *job, enum spp_grade grade,
		    const struct spp_policy_item *item, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(job, grade, item, NULL, fmt, ap);
	va_end(ap);
}

void spp_audit_note_fix(struct spp_audit_job *job, enum spp_grade grade,
			const struct spp_policy_item *item,
			const struct spp_buf *remedy, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(job, grade, item, remedy, fmt, ap);
	va_end(ap);
}

void spp_audit_note_at(struct spp_audit_job *job, enum spp_grade grade,
		       const char *key, const char *value,
		       const struct spp_value *stored, const char *fmt, ...)
{
	struct spp_audit_finding f = { .grade = grade };
	va_list ap;

	if (job->st || !count(job, grade, NULL, &f))
		return;
	va_start(ap, fmt);
	f.text = format(job, fmt, ap);
	va_end(ap);
	f.key = spp_printable(key);
	f.value = spp_printable(value);
	if (!f.text || !f.key || !f.value ||
	    (stored && spp_value_copy(&f.stored, stored, NULL))) {
		release_finding(&f);
		job->st = spp_nomem(NULL);
		return;
	}
	keep(job, &f);
}

bool spp_audit_worse(const struct spp_audit_job *job)
{
	return job->subject->fired & job->rule->worse_with;
}

static void run_rule(struct spp_audit_job *job, const struct spp_rule *rule)
{
	struct spp_audit *audit = job->audit;
	size_t i;

	job->rule = rule;
	for (i = 0; !job->st && i < audit->subjects; i++) {
		job->subject = &audit->subject[i];
		rule->check(job);
	}
}

static int by_target(const void *a, const void *b)
{
	const struct spp_audit_finding *x = a, *y = b;

	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	if (!x->exception != !y->exception)
		return x->exception ? 1 : -1;
	if (x->grade != y->grade)
		return x->grade > y->grade ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule->index < y->rule->index ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Turns the number of findings into the number of those not kept. */
static void count_left_out(struct spp_subject *subject)
{
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		subject->left_out[i] -= subject->left_out[i] > SPP_AUDIT_KEPT
						? SPP_AUDIT_KEPT
						: subject->left_out[i];
}

/* Judges all targets together. */
static void judge_design(struct spp_audit_job *job)
{
	const struct spp_subject *subject = job->audit->subject;
	size_t i;

	for (i = 0; !job->st && i < job->audit->subjects; i++) {
		job->dns.told = subject[i].duty == SPP_DUTY_HOST;
		job->st = spp_records_add(&job->dns, subject[i].path,
					  &subject[i].state,
					  subject[i].identity, NULL);
	}
	if (job->st)
		return;
	spp_records_finish(&job->dns);
	job->st = spp_resilience_judge(&job->dns, &job->design, NULL);
	if (!job->st)
		job->st = spp_rights_find(&job->dns, &job->rights, NULL);
}

enum spp_status spp_audit_run(struct spp_audit *audit,
			      const struct spp_site *site,
			      const struct spp_audit_options *options,
			      struct spp_error *err)
{
	struct spp_audit_job job = { .audit = audit,
				     .site = site,
				     .options = options };
	uint64_t done = 0, before = 1;
	size_t i;

	for (i = 0; i < audit->subjects; i++)
		spp_site_place(site, audit->subject[i].path,
			       audit->subject[i].identity,
			       &audit->subject[i].duty,
			       &audit->subject[i].platform);
	judge_design(&job);
	/* Each rule runs after those that silence it or raise its grade. */
	while (done != before) {
		before = done;
		for (i = 0; i < SPP_RULE_COUNT; i++) {
			uint64_t first = spp_rules[i]->silenced_by |
					 spp_rules[i]->worse_with;

			if (done & SPP_RULE_BIT(i) || first & ~done)
				continue;
			run_rule(&job, spp_rules[i]);
			done |= SPP_RULE_BIT(i);
		}
	}
	for (i = 0; i < audit->subjects; i++)
		count_left_out(&audit->subject[i]);
	if (audit->findings)
		qsort(audit->finding, audit->findings, sizeof(*audit->finding),
		      by_target);
	spp_audit_agree(&job);
	spp_resilience_release(&job.design);
	spp_rights_release(&job.rights);
	spp_records_release(&job.dns);
	return job.st ? spp_nomem(err) : SPP_OK;
}
