/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preparing a session: the staged changes become a new hive, and the hive is
 * proven before anybody sees it.
 *
 *	build    edit the pages; the store writes them to where they can be
 *	         published from
 *	verify   read them back
 *	judge    three at once: libhivex reads the new hive in a child, prove()
 *	         compares it with the old one, the disk writes
 */
#include <stdlib.h>
#include <strings.h>

#include "hive/check/check.h"
#include "hive/edit/newkey.h"
#include "hive/edit/second_opinion.h"
#include "hive/edit/session_private.h"

/* Keys come first: libhivex needs a finished base block and no open cells. */
static enum spp_status edit_pages(struct spp_session *s, struct spp_edit *edit,
				  struct spp_error *err)
{
	uint32_t seq = spp_log_newest(&s->store->logs, &s->hive.base) + 1;
	enum spp_status st = SPP_OK;
	const struct spp_change *c;
	size_t i;

	for (i = 0; !st && i < s->count; i++)
		if (!s->change[i].absent)
			st = spp_newkey_create(edit, s->change[i].path,
					       s->store->tmpfile_dir, err);
	for (i = 0; !st && i < s->count; i++) {
		c = &s->change[i];
		st = c->absent ? spp_edit_delete(edit, c->path, c->name, err)
			       : spp_edit_set(edit, c->path, c->name, &c->value,
					      err);
	}
	if (!st && s->hive.damaged)
		st = spp_fail_remedy(err, SPP_CORRUPT, SPP_REMEDY_CHECK,
				     "it is damaged near the edited key (%s)",
				     s->hive.damage.text);
	if (!st)
		st = spp_edit_finish(edit, seq, err);
	return st;
}

/* Notes what libhivex must find for one change. */
static enum spp_status expect(struct spp_regf *hive, const struct spp_change *c,
			      struct spp_verdict *v, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) is = SPP_VALUE_INIT;
	struct spp_slot slot;
	struct spp_key key;
	enum spp_status st = spp_regf_find(hive, c->path, &key, err);

	if (st)
		return st;
	v->key = key.offset;
	v->values = key.values;
	st = spp_key_value(hive, &key, c->name, &slot, err);
	if (c->absent)
		return st == SPP_NOTFOUND
			       ? SPP_OK
			       : spp_fail(err, SPP_BUG, "'%s' is still there",
					  c->name);
	if (st)
		return spp_fail(err, SPP_BUG, "'%s' is not there", c->name);
	v->value = slot.offset;
	v->data = c->value; /* borrowed */
	st = spp_regf_value(hive, &slot, &is, err);
	if (!st && !spp_value_equal(&is, &c->value))
		st = spp_fail(err, SPP_BUG, "'%s' has another value", c->name);
	return st;
}

struct edited {
	const struct spp_session *s;
	const char *path;
};

static bool is_edited(void *ctx, const struct spp_name *name)
{
	const struct edited *e = ctx;
	size_t i;

	for (i = 0; i < e->s->count; i++)
		if (!strcasecmp(e->s->change[i].path, e->path) &&
		    spp_name_is(name, e->s->change[i].name))
			return true;
	return false;
}

/* Reads the prepared hive back and compares it, by bytes and by meaning. */
static enum spp_status prove(struct spp_session *s,
			     const struct spp_proof_sides *sides,
			     struct spp_edit *edit, struct spp_regf *after,
			     struct spp_error *err)
{
	struct spp_regf old;
	struct edited edited = { s, NULL };
	enum spp_status st;
	size_t i;

	st = spp_proof_bytes(sides, &edit->cells.ledger, &s->report.proof, err);
	if (!st)
		st = spp_proof_watch(sides, &edit->cells.watch, err);
	if (!st)
		st = spp_regf_open(&old, sides->before, err);
	if (!st)
		st = spp_shared_cells_judge(&edit->cells.watch, &old, err);
	for (i = 0; !st && i < s->count; i++) {
		edited.path = s->change[i].path;
		st = spp_proof_key(&old, after, edited.path, is_edited, &edited,
				   err);
	}
	/* The report is about the file, not about its replayed state. */
	if (!st && (s->report.replay.format || s->report.replay.discarded))
		st = spp_proof_recount(&s->store->source, sides,
				       &s->report.proof, err);
	if (!st && s->options.hash)
		st = spp_sha256(sides->after, s->report.proof.sha256, err);
	if (!st && s->options.hash) {
		st = spp_sha256(&s->store->source, s->report.sha256_before,
				err);
		s->report.hashed = !st;
	}
	return st;
}

/* Whether the hive was damaged before the edit, its unused logs aside. */
static bool was_damaged(const struct spp_session *s, struct spp_pages *before)
{
	struct spp_check CLEANUP(spp_check_release) check = SPP_CHECK_INIT;
	struct spp_regf old;

	return !(s->report.replay.discarded &&
		 spp_log_settle(before, s->report.seq_before, NULL)) &&
	       !spp_regf_open(&old, before, NULL) &&
	       !spp_check_run(&check, &old, NULL) && check.severity[SPP_ERROR];
}

/* libhivex may refuse the new hive for damage that the old one had. */
static enum spp_status hear(const struct spp_session *s,
			    struct spp_process *child, struct spp_pages *before,
			    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = spp_second_opinion_wait(child, &why);

	if ((st == SPP_BUG || st == SPP_CORRUPT) && was_damaged(s, before))
		return spp_fail_remedy(err, SPP_CORRUPT, SPP_REMEDY_CHECK,
				       "%s, and the hive was already damaged",
				       why.text);
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}

/*
 * libhivex reads while the proof runs and the disk writes; nothing becomes
 * visible before all three are done.
 */
static enum spp_status judge(struct spp_session *s, struct spp_regf *after,
			     const struct spp_proof_sides *sides, int fd,
			     struct spp_edit *edit, struct spp_error *err)
{
	struct spp_process CLEANUP(spp_process_abandon) child =
		SPP_PROCESS_INIT;
	struct spp_verdict *verdicts;
	enum spp_status st = SPP_OK;
	size_t i;

	verdicts = calloc(s->count + 1, sizeof(*verdicts));
	if (!verdicts)
		return spp_nomem(err);
	for (i = 0; !st && i < s->count; i++)
		st = expect(after, &s->change[i], &verdicts[i], err);
	if (!st)
		st = spp_second_opinion_start(&child, fd, verdicts, s->count,
					      err);
	free(verdicts); /* the child has a copy */
	if (!st && s->store->ops->begin)
		s->store->ops->begin(s->store);
	if (!st)
		st = prove(s, sides, edit, after, err);
	if (!st)
		st = s->store->ops->seal(s->store, err);
	return st ? st : hear(s, &child, sides->before, err);
}

static enum spp_status verify(struct spp_session *s, struct spp_edit *edit,
			      struct spp_error *err)
{
	struct spp_pages *before = NULL, *pages = NULL;
	struct spp_replay replay;
	struct spp_source now;
	struct spp_regf after;
	enum spp_status st;
	int fd = -1;

	st = s->store->ops->reread(s->store, &now, &fd, err);
	if (!st)
		st = spp_pages_open(&now, &pages, err);
	if (!st)
		st = spp_regf_open(&after, pages, err);
	if (!st && spp_base_dirty(&after.base))
		st = spp_fail(err, SPP_BUG, "the new hive would be dirty");
	if (!st)
		st = spp_session_pages(s->store, s->options.discard_logs,
				       &before, &replay, err);
	if (!st)
		st = judge(s, &after,
			   &(struct spp_proof_sides){ before, s->pages, &now,
						      s->store->ops->encoded },
			   fd, edit, err);
	if (!st) {
		s->report.seq_after = after.base.seq1;
		s->report.size_after = now.size;
	}
	spp_pages_close(before);
	spp_pages_close(pages);
	return st;
}

static enum spp_status build(struct spp_session *s, struct spp_error *err)
{
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &s->hive }, .now = s->options.now };
	enum spp_status st = edit_pages(s, &edit, err);

	if (!st)
		st = s->store->ops->prepare(s->store, s->pages, err);
	/* The proof reads the pages again; libhivex needs its memory on top. */
	spp_pages_forget(s->pages);
	spp_ranges_sort(&edit.cells.ledger);
	return st ? st : verify(s, &edit, err);
}

enum spp_status spp_session_prepare(struct spp_session *session,
				    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = spp_session_editable(session, err);

	if (st || !spp_session_changed(session))
		return st;
	st = build(session, &why);
	if (!st)
		return SPP_OK;
	session->failed = true;
	session->store->prepared = false;
	return spp_session_fail(session->store, st, "edit", &why, err);
}
