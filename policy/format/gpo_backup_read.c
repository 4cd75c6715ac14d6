/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of one GPO as a policy.
 *
 * Windows processes administrative templates (registry.pol) before all other
 * extensions, so where both name a value the preference is what stays; that
 * is how lines are taken here, in one policy, in this order.  The user side
 * never reaches a machine's settings of volume activation and is left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/format/gpo_backup.h"
#include "policy/format/gpp.h"
#include "policy/format/pol.h"
#include "policy/format/regop.h"

#define COMPUTER_OFF 2 /* in Options of Backup.xml */

enum part { POL, GPP, USER_POL, USER_GPP, PARTS, TALK, FOREIGN };

static const struct {
	const char *path;
	enum part part;
} parts[] = {
	{ "Machine/registry.pol", POL },
	{ "Machine/Preferences/Registry/Registry.xml", GPP },
	{ "User/registry.pol", USER_POL },
	{ "User/Preferences/Registry/Registry.xml", USER_GPP },
	/* Version and comments set nothing. */
	{ "GPT.INI", TALK },
	{ "GPO.cmt", TALK },
	{ "Machine/comment.cmtx", TALK },
	{ "User/comment.cmtx", TALK },
};

static enum part part_of(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcasecmp(parts[i].path, path))
			return parts[i].part;
	return FOREIGN;
}

struct job {
	const struct spp_input *in;
	struct spp_tree *tree;
	const struct spp_gpo *gpo;
	size_t entry[PARTS]; /* of the tree */
	bool there[PARTS];
	char *path[PARTS];
	struct spp_buf data[PARTS];
	struct spp_import *import;
	struct spp_error *err;
};

static void release(struct job *job)
{
	int i;

	for (i = 0; i < PARTS; i++) {
		free(job->path[i]);
		spp_buf_release(&job->data[i]);
	}
}

static const char *show(const struct spp_gpo *gpo)
{
	return gpo->name ? gpo->name : gpo->id;
}

static enum spp_status sort_out(struct job *job)
{
	size_t i, n = job->gpo->files ? strlen(job->gpo->files) : 0;
	enum part part;

	if (!job->gpo->files)
		return SPP_OK;
	for (i = spp_gpo_first(job->tree, job->gpo->files);
	     i < job->tree->count; i++) {
		const struct spp_tree_entry *entry = &job->tree->entry[i];

		if (strncmp(entry->path, job->gpo->files, n))
			break;
		if (entry->folder)
			continue;
		part = part_of(entry->path + n);
		if (part == FOREIGN) {
			spp_import_foreign(job->import, "%s", entry->path);
		} else if (part < PARTS && job->there[part]) {
			return spp_fail(job->err, SPP_REFUSED,
					"'%s' and '%s' are one file on "
					"Windows; remove one of them",
					job->tree->entry[job->entry[part]].path,
					entry->path);
		} else if (part < PARTS) {
			job->there[part] = true;
			job->entry[part] = i;
		}
	}
	return SPP_OK;
}

static enum spp_status load(struct job *job, enum part part,
			    struct spp_input *in, struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	if (!job->path[part]) {
		job->path[part] = spp_tree_path(job->tree, job->entry[part]);
		if (!job->path[part])
			return spp_nomem(err);
		st = spp_tree_read(job->tree, job->entry[part], SPP_FILE_MAX,
				   &job->data[part], err);
	}
	*in = *job->in;
	in->name = job->path[part];
	in->data = job->data[part].data;
	in->size = job->data[part].size;
	return st;
}

static enum spp_status take(struct job *job, enum part part, bool filters,
			    struct spp_policy *policy,
			    struct spp_import *import, struct spp_error *err)
{
	struct spp_gpp CLEANUP(spp_gpp_release) gpp = SPP_GPP_INIT;
	struct spp_input in;
	enum spp_status st;

	if (!job->there[part])
		return SPP_OK;
	st = load(job, part, &in, err);
	if (st)
		return st;
	in.ignore_filters |= !filters;
	if (part == POL || part == USER_POL)
		return spp_pol_take(&in, policy, import, err);
	st = spp_gpp_read_file(&in, &gpp, import, err);
	return st ? st : spp_gpp_take(&gpp, &in, policy, import, err);
}

static bool same(const struct spp_policy_item *a,
		 const struct spp_policy_item *b)
{
	return a->wish == b->wish && spp_value_equal(&a->value, &b->value);
}

/* Settings of registry.pol that the preferences change again. */
static enum spp_status tell_of_conflicts(struct job *job,
					 const struct spp_policy *policy)
{
	struct spp_policy CLEANUP(spp_policy_release) before = SPP_POLICY_INIT;
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	enum spp_status st = take(job, POL, true, &before, &import, job->err);
	size_t i;

	for (i = 0; !st && i < before.count; i++) {
		const struct spp_policy_item *was = &before.item[i], *is;

		is = spp_policy_get(policy, &was->scope, was->setting);
		if (!was->setting || (is && same(is, was)))
			continue;
		spp_import_note(job->import,
				"%s is in registry.pol and in the preferences "
				"of the GPO: the preference is taken, for "
				"Windows processes it last",
				was->setting->name);
	}
	return st;
}

/* A user's files are read to say how much is left out. */
static enum spp_status pass_over_users(struct job *job)
{
	size_t items = 0, ours = 0;
	int part;

	for (part = USER_POL; part <= USER_GPP; part++) {
		struct spp_policy CLEANUP(spp_policy_release) policy =
			SPP_POLICY_INIT;
		struct spp_import CLEANUP(spp_import_release) import =
			SPP_IMPORT_INIT;
		struct spp_error why = SPP_ERROR_INIT;
		enum spp_status st = take(job, (enum part)part, false, &policy,
					  &import, &why);

		if (st && spp_status_starved(st))
			return spp_fail_from(job->err, st, &why, "%s",
					     why.text);
		if (st)
			spp_import_note(job->import,
					"the user side is left out: %s",
					why.text);
		items += import.foreign + policy.count;
		ours += policy.count;
	}
	job->import->foreign += items;
	if (items)
		spp_import_note(job->import,
				"the user side of the GPO is left out: %zu %s",
				items, items == 1 ? "value" : "values");
	if (ours)
		spp_import_note(job->import,
				"%zu of them %s about volume activation, and "
				"a user's preferences may reach the machine "
				"where they run as the system",
				ours, ours == 1 ? "is" : "are");
	return SPP_OK;
}

static void tell_of_switches(const struct job *job)
{
	const struct spp_gpo *gpo = job->gpo;

	if (gpo->options && strtoul(gpo->options, NULL, 10) & COMPUTER_OFF)
		spp_import_note(job->import,
				"the computer side of the GPO '%s' is switched "
				"off: its settings reach no machine",
				show(gpo));
	if (!gpo->tools)
		return;
	if (job->there[POL] && !strcasestr(gpo->tools, SPP_GPO_CSE_POL))
		spp_import_note(job->import,
				"the GPO '%s' does not name the extension of "
				"its registry.pol: no machine applies it",
				show(gpo));
	if (job->there[GPP] && !strcasestr(gpo->tools, SPP_GPO_CSE_GPP))
		spp_import_note(job->import,
				"the GPO '%s' does not name the extension of "
				"its registry preferences: no machine applies "
				"them",
				show(gpo));
}

static enum spp_status read_parts(struct job *job,
				  struct spp_document *document)
{
	struct spp_policy CLEANUP(spp_policy_release) policy = SPP_POLICY_INIT;
	enum spp_status st;

	st = take(job, POL, true, &policy, job->import, job->err);
	if (!st)
		st = take(job, GPP, true, &policy, job->import, job->err);
	if (!st && job->there[POL] && job->there[GPP])
		st = tell_of_conflicts(job, &policy);
	if (!st)
		st = pass_over_users(job);
	if (st)
		return st;
	tell_of_switches(job);
	st = spp_regop_finish(&policy, document, job->import, job->err);
	if (!st && job->gpo->name) {
		free(document->name);
		document->name = strdup(job->gpo->name);
		if (!document->name)
			st = spp_nomem(job->err);
	}
	/* Items name these files as their places. */
	document->origin[0] = job->path[POL];
	document->origin[1] = job->path[GPP];
	job->path[POL] = job->path[GPP] = NULL;
	return st;
}

enum spp_status spp_gpo_read(const struct spp_input *in, struct spp_tree *tree,
			     const struct spp_gpo *gpo,
			     struct spp_document *document,
			     struct spp_import *import, struct spp_error *err)
{
	struct job CLEANUP(release) job = {
		.in = in, .tree = tree, .gpo = gpo, .import = import, .err = err
	};
	enum spp_status st = sort_out(&job);

	return st ? st : read_parts(&job, document);
}

/* "{5F36...}", "5f36..." and "5F36" are not the same: braces may be missing. */
static bool same_id(const char *id, const char *given)
{
	char a[SPP_GUID_SIZE], b[SPP_GUID_SIZE];

	if (!id)
		return false;
	if (spp_guid_parse(id, a) && spp_guid_parse(given, b))
		return !strcmp(a, b);
	return !strcasecmp(id, given);
}

static bool is_wanted(const struct spp_gpo *gpo, const char *wanted)
{
	return !wanted || same_id(gpo->id, wanted) ||
	       same_id(gpo->guid, wanted) ||
	       (gpo->name && !strcasecmp(gpo->name, wanted));
}

/* How many settings a GPO has; one that cannot be read has none. */
static enum spp_status count(const struct spp_input *in, struct spp_tree *tree,
			     struct spp_gpo *gpo, struct spp_error *err)
{
	struct spp_document CLEANUP(spp_document_release) document =
		SPP_DOCUMENT_INIT;
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	struct spp_input all = *in;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	all.ignore_filters = true;
	st = spp_gpo_read(&all, tree, gpo, &document, &import, &why);
	gpo->ours = document.policy.count + document.observed.count;
	if (st && spp_status_starved(st))
		return spp_fail_from(err, st, &why, "%s", why.text);
	return SPP_OK;
}

static enum spp_status list(const struct spp_input *in, struct spp_tree *tree,
			    struct spp_gpos *gpos, const char *wanted,
			    struct spp_import *import, struct spp_error *err)
{
	size_t i, others = 0;
	enum spp_status st;

	for (i = 0; i < gpos->count; i++) {
		struct spp_gpo *gpo = &gpos->gpo[i];

		if (!is_wanted(gpo, wanted))
			continue;
		st = count(in, tree, gpo, err);
		if (st)
			return st;
		if (gpo->ours)
			spp_import_note(import, "'%s' %s: %zu KMS %s", gpo->id,
					gpo->name ? gpo->name : "", gpo->ours,
					gpo->ours == 1 ? "setting"
						       : "settings");
		else
			others++;
	}
	for (i = 0; others && i < gpos->count; i++)
		if (!gpos->gpo[i].ours && is_wanted(&gpos->gpo[i], wanted))
			spp_import_note(import, "'%s' %s: no KMS setting",
					gpos->gpo[i].id,
					gpos->gpo[i].name ? gpos->gpo[i].name
							  : "");
	return SPP_OK;
}

enum spp_status spp_gpo_choose(const struct spp_input *in,
			       struct spp_tree *tree, struct spp_gpos *gpos,
			       const struct spp_gpo **gpo,
			       struct spp_import *import, struct spp_error *err)
{
	size_t i, found = 0;
	enum spp_status st;

	for (i = 0; i < gpos->count; i++) {
		if (!is_wanted(&gpos->gpo[i], in->gpo))
			continue;
		*gpo = &gpos->gpo[i];
		found++;
	}
	if (found == 1)
		return SPP_OK;
	if (!gpos->count)
		return spp_fail(err, SPP_NOTHIVE, "'%s': no GPO in this folder",
				in->name);
	st = list(in, tree, gpos, found ? in->gpo : NULL, import, err);
	if (st)
		return st;
	if (!found)
		return spp_fail(err, SPP_NOTFOUND, "'%s' has no GPO '%s'",
				in->name, in->gpo);
	return spp_fail_remedy(err, SPP_REFUSED, SPP_REMEDY_GPO,
			       in->gpo ? "'%s' has %zu GPOs of this name"
				       : "'%s' has %zu GPOs",
			       in->name, found);
}
