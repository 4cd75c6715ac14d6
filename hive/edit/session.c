/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/session.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/edit/newkey.h"
#include "hive/edit/second_opinion.h"
#include "hive/regf/tmpfile.h"

/* One staged change. */
struct change {
	char *path;
	char *name;
	bool absent;
	struct spp_value value;
};

struct spp_session {
	struct spp_store *store;
	struct spp_session_options options;
	struct spp_pages *pages;
	struct spp_regf hive;
	struct change *change;
	size_t count;
	bool recover;
	bool failed;
	struct spp_session_report report;
};

static bool is_dirty(struct spp_pages *pages)
{
	const uint8_t *head = spp_pages_at(pages, 0, 512, NULL);
	struct spp_base base;

	return head && !spp_base_read(head, 512, &base, NULL) &&
	       spp_base_dirty(&base);
}

/*
 * Opens the pages of a hive in the state to be read.  A reader may discard the
 * logs even if they would replay.
 */
static enum spp_status open_pages(struct spp_store *store, bool discard,
				  struct spp_pages **pages,
				  struct spp_replay *replay,
				  struct spp_error *err)
{
	struct spp_error local = SPP_ERROR_INIT;
	enum spp_status st;

	st = spp_pages_open(&store->source, pages, err);
	if (st)
		return st;
	*replay = (struct spp_replay)SPP_REPLAY_INIT;
	if (discard && !store->write && is_dirty(*pages)) {
		replay->discarded = true;
		return SPP_OK;
	}
	st = spp_log_replay(*pages, &store->logs, replay, &local);
	if (!st)
		return SPP_OK;
	spp_pages_close(*pages);
	*pages = NULL;
	if (st != SPP_DIRTY || !discard) {
		if (st == SPP_DIRTY && store->if_dirty)
			local.remedy = store->if_dirty;
		return spp_fail_from(err, local.status, &local, "%s",
				     local.text);
	}
	*replay = (struct spp_replay){ .discarded = true };
	return spp_pages_open(&store->source, pages, err);
}

/* Opens the view; of a truncated hive the existing part, if requested. */
static enum spp_status open_regf(struct spp_session *s, struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = spp_regf_open(&s->hive, s->pages, &why);

	if (st == SPP_TRUNCATED && s->options.partial && !s->store->write) {
		st = spp_regf_cut(&s->hive, err);
		s->report.missing = s->hive.bins_lost;
		return st;
	}
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}

/* Discards the logs: completes the hive's base block without them. */
static enum spp_status give_up_logs(struct spp_session *s,
				    struct spp_error *err)
{
	enum spp_status st = spp_log_settle(s->pages, s->hive.base.seq1, err);

	return st ? st : open_regf(s, err);
}

/* Puts the hive's name before the failure. */
static enum spp_status name_it(const struct spp_store *store,
			       enum spp_status st, const char *what,
			       const struct spp_error *why,
			       struct spp_error *err)
{
	return spp_fail_from(err, st, why, "cannot %s '%s': %s", what,
			     store->label, why->text);
}

static enum spp_status open_hive(struct spp_session *s, struct spp_error *err)
{
	struct spp_replay *replay = &s->report.replay;
	enum spp_status st;

	st = open_pages(s->store, s->options.discard_logs, &s->pages, replay,
			err);
	if (!st)
		st = open_regf(s, err);
	if (!st && replay->discarded)
		st = give_up_logs(s, err);
	return st;
}

enum spp_status spp_session_open(struct spp_store *store,
				 const struct spp_session_options *options,
				 struct spp_session **session,
				 struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_session *s = calloc(1, sizeof(*s));
	enum spp_status st;

	if (!s)
		return spp_nomem(err);
	s->store = store;
	s->options = *options;
	st = open_hive(s, &why);
	if (!st && store->write && s->hive.base.minor > 5)
		st = spp_fail(&why, SPP_UNSUPPORTED,
			      "it is a layered hive (version 1.%u), part of a "
			      "container's registry; edit the base hive",
			      s->hive.base.minor);
	if (st) {
		spp_session_close(s);
		return name_it(store, st, store->write ? "edit" : "read", &why,
			       err);
	}
	s->report.seq_before = s->report.seq_after = s->hive.base.seq1;
	s->report.size_before = s->report.size_after = store->source.size;
	*session = s;
	return SPP_OK;
}

static void release(struct change *change)
{
	free(change->path);
	free(change->name);
	spp_value_release(&change->value);
}

void spp_session_close(struct spp_session *session)
{
	size_t i;

	if (!session)
		return;
	for (i = 0; i < session->count; i++)
		release(&session->change[i]);
	free(session->change);
	spp_pages_close(session->pages);
	free(session);
}

struct spp_store *spp_session_store(const struct spp_session *session)
{
	return session->store;
}

struct spp_regf *spp_session_hive(struct spp_session *session)
{
	return &session->hive;
}

const struct spp_session_report *spp_session_report(
	const struct spp_session *session)
{
	return &session->report;
}

enum spp_status spp_session_get(struct spp_session *session, const char *path,
				const char *name, struct spp_value *value,
				struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_slot slot;
	struct spp_key key;
	enum spp_status st;

	st = spp_regf_find(&session->hive, path, &key, &why);
	if (!st)
		st = spp_key_value(&session->hive, &key, name, &slot, &why);
	if (!st)
		st = spp_regf_value(&session->hive, &slot, value, &why);
	if (st && st != SPP_NOTFOUND)
		return name_it(session->store, st, "read", &why, err);
	return st;
}

/* Forgets a staged change of a value. */
static void unstage(struct spp_session *s, const char *path, const char *name)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (strcasecmp(s->change[i].path, path) ||
		    strcasecmp(s->change[i].name, name))
			continue;
		release(&s->change[i]);
		s->change[i] = s->change[--s->count];
		return;
	}
}

static enum spp_status stage(struct spp_session *s, const char *path,
			     const char *name, const struct spp_value *value,
			     struct spp_error *err)
{
	struct change change = { .absent = !value }, *grown;

	change.path = strdup(path);
	change.name = strdup(name);
	grown = realloc(s->change, (s->count + 1) * sizeof(*grown));
	if (grown)
		s->change = grown;
	if (!change.path || !change.name || !grown ||
	    (value && spp_value_copy(&change.value, value, err))) {
		release(&change);
		s->failed = true;
		return spp_nomem(err);
	}
	s->change[s->count++] = change;
	return SPP_OK;
}

static enum spp_status may_stage(struct spp_session *s, struct spp_error *err)
{
	if (s->failed || !s->store->write)
		return spp_fail(err, SPP_BUG, "'%s' is not open for editing",
				s->store->label);
	return SPP_OK;
}

enum spp_status spp_session_set(struct spp_session *session, const char *path,
				const char *name, const struct spp_value *value,
				struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) now = SPP_VALUE_INIT;
	enum spp_status st = may_stage(session, err);

	if (!st && value->size > SPP_VALUE_MAX)
		st = spp_fail(err, SPP_LIMIT,
			      "value '%s' would have %zu bytes; the most that "
			      "is written is %d",
			      name, value->size, SPP_VALUE_MAX);
	if (st)
		return st;
	unstage(session, path, name);
	st = spp_session_get(session, path, name, &now, err);
	if (!st && spp_value_equal(&now, value))
		return SPP_OK;
	if (st && st != SPP_NOTFOUND)
		return st;
	return stage(session, path, name, value, err);
}

enum spp_status spp_session_delete(struct spp_session *session,
				   const char *path, const char *name,
				   struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) now = SPP_VALUE_INIT;
	enum spp_status st = may_stage(session, err);

	if (st)
		return st;
	unstage(session, path, name);
	st = spp_session_get(session, path, name, &now, err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	return stage(session, path, name, NULL, err);
}

void spp_session_recover(struct spp_session *session)
{
	session->recover = session->report.replay.format != SPP_LOG_NONE ||
			   session->report.replay.discarded;
}

enum spp_status spp_session_copy(struct spp_session *session, int fd,
				 struct spp_error *err)
{
	struct spp_tmpfile to = { .fd = fd };

	return spp_tmpfile_fill(&to, session->pages, err);
}

bool spp_session_changed(const struct spp_session *session)
{
	return session->count || session->recover;
}

/* Keys come first: libhivex needs a finished base block and no open cells. */
static enum spp_status edit_pages(struct spp_session *s, struct spp_edit *edit,
				  struct spp_error *err)
{
	uint32_t seq = spp_log_newest(&s->store->logs, &s->hive.base) + 1;
	enum spp_status st = SPP_OK;
	const struct change *c;
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
static enum spp_status expect(struct spp_regf *hive, const struct change *c,
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
	return st ? st : spp_second_opinion_wait(&child, err);
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
		st = open_pages(s->store, s->options.discard_logs, &before,
				&replay, err);
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
	enum spp_status st = may_stage(session, err);

	if (st || !spp_session_changed(session))
		return st;
	st = build(session, &why);
	if (!st)
		return SPP_OK;
	session->failed = true;
	session->store->prepared = false;
	return name_it(session->store, st, "edit", &why, err);
}
