/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command lines that fix a finding.
 *
 * They fit together: they are run in the order in which they are printed, and
 * none may restore what another removes.  If one finding removes a value and
 * another sets a better form of it, the latter's remedy is used for both.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/audit/private.h"

/*
 * Settings that are removed together, since one is useless without the others.
 */
static const char *companions(const struct spp_policy_item *item)
{
	if (spp_item_is(item, SPP_SETTING_KMS_HOST))
		return "kms-host kms-port";
	if (spp_item_is(item, SPP_SETTING_CACHED_HOST) ||
	    spp_item_is(item, SPP_SETTING_CACHED_ADDRESS))
		return "cached-host cached-port cached-address";
	return item->setting->name;
}

void spp_audit_argument(const char *text, struct spp_buf *out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:@%+=,-";

	spp_buf_puts(out, " ", NULL);
	if (*text && !text[strspn(text, plain)]) {
		spp_buf_puts(out, text, NULL);
		return;
	}
	spp_buf_puts(out, "'", NULL);
	for (; *text; text++) {
		if (*text == '\'')
			spp_buf_puts(out, "'\\''", NULL);
		else
			spp_buf_append(out, text, 1, NULL);
	}
	spp_buf_puts(out, "'", NULL);
}

/* Appends the target; a policy file has none that a command could fix. */
static void put_target(const struct spp_audit_job *job, struct spp_buf *out)
{
	const struct spp_subject *subject = job->subject;
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;

	/* A path must not look like an option. */
	spp_buf_printf(&path, NULL, "%s%s", *subject->path == '-' ? "./" : "",
		       subject->path);
	if (subject->is_document)
		spp_buf_puts(out, " TARGET", NULL);
	else
		spp_audit_argument(spp_buf_text(&path), out);
	if (!subject->is_document && job->options->with)
		spp_buf_puts(out, job->options->with, NULL);
}

void spp_audit_scope(const struct spp_policy_item *item, struct spp_buf *out)
{
	struct spp_scope home = spp_policy_home(item->setting);

	if (!spp_scope_cmp(&item->scope, &home))
		return;
	spp_buf_puts(out, " --scope ", NULL);
	spp_scope_show(&item->scope, out, NULL);
}

void spp_audit_command(const struct spp_audit_job *job, const char *verb,
		       struct spp_buf *out)
{
	spp_buf_printf(out, NULL, "sppctl %s", verb);
	put_target(job, out);
}

/* Expands the rule's remedy; a word in braces brings the blank before it. */
void spp_audit_expand(const struct spp_audit_job *job,
		      const struct spp_policy_item *item, struct spp_buf *out)
{
	const char *at = job->rule->remedy;

	while (at && *at) {
		if (*at != '{') {
			spp_buf_append(out, at++, 1, NULL);
			continue;
		}
		if (!strncmp(at, "{target}", 8))
			put_target(job, out);
		else if (item && !strncmp(at, "{names}", 7))
			spp_buf_printf(out, NULL, " %s", companions(item));
		else if (item && !strncmp(at, "{scope}", 7))
			spp_audit_scope(item, out);
		at += strcspn(at, "}") + 1;
	}
}

/* The words after "sppctl VERB TARGET ", or NULL for another verb. */
static const char *words_of(const struct spp_audit_job *job, const char *verb,
			    const struct spp_audit_finding *f)
{
	struct spp_buf CLEANUP(spp_buf_release) start = SPP_BUF_INIT;

	spp_audit_command(job, verb, &start);
	spp_buf_puts(&start, " ", NULL);
	if (!f->remedy || strncmp(f->remedy, spp_buf_text(&start), start.size))
		return NULL;
	return f->remedy + start.size;
}

/* Length of the setting's name that a remedy writes; 0: it writes none. */
static size_t written(const struct spp_audit_job *job,
		      const struct spp_audit_finding *f, const char **name)
{
	static const char list[] = "publish-list";
	const char *words = words_of(job, "set", f);

	if (words) {
		*name = words + (*words == '\'');
		return strcspn(*name, "=");
	}
	words = words_of(job, "publish", f);
	*name = list;
	return words && strstr(words, "--add ") ? sizeof(list) - 1 : 0;
}

/* Whether a remedy removes the setting. */
static bool removes(const struct spp_audit_job *job,
		    const struct spp_audit_finding *f, const char *name,
		    size_t size)
{
	const char *word = words_of(job, "unset", f);
	size_t n;

	for (; word && *word && *word != '-'; word += n) {
		word += strspn(word, " ");
		n = strcspn(word, " ");
		if (n == size && !strncmp(word, name, n))
			return true;
	}
	return false;
}

static bool same_scope(const struct spp_audit_finding *a,
		       const struct spp_audit_finding *b)
{
	return a->subject == b->subject && a->scope && b->scope &&
	       !strcmp(a->scope, b->scope);
}

void spp_audit_agree(struct spp_audit_job *job)
{
	struct spp_audit *audit = job->audit;
	const char *name;
	size_t i, k, size;

	for (i = 0; !job->st && i < audit->findings; i++) {
		struct spp_audit_finding *f = &audit->finding[i];
		char *other;

		job->subject = &audit->subject[f->subject];
		size = written(job, f, &name);
		for (k = 0; size && k < audit->findings; k++)
			if (same_scope(f, &audit->finding[k]) &&
			    removes(job, &audit->finding[k], name, size))
				break;
		if (!size || k == audit->findings)
			continue;
		other = strdup(audit->finding[k].remedy);
		if (!other) {
			job->st = spp_nomem(NULL);
			return;
		}
		free(f->remedy);
		f->remedy = other;
	}
}
