/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/session_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/regf/tmpfile.h"

static bool is_dirty(struct spp_pages *pages)
{
	const uint8_t *head = spp_pages_at(pages, 0, 512, NULL);
	struct spp_base base;

	return head && !spp_base_read(head, 512, &base, NULL) &&
	       spp_base_dirty(&base);
}

enum spp_status spp_session_pages(struct spp_store *store, bool discard,
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

enum spp_status spp_session_fail(const struct spp_store *store,
				 enum spp_status st, const char *verb,
				 const struct spp_error *why,
				 struct spp_error *err)
{
	/* A step may return SPP_CORRUPT whatever kept it from its bytes. */
	st = why->status ? why->status : st;
	return spp_fail_from(err, st, why, "cannot %s '%s': %s", verb,
			     store->label, why->text);
}

static enum spp_status open_hive(struct spp_session *s, struct spp_error *err)
{
	struct spp_replay *replay = &s->report.replay;
	enum spp_status st;

	st = spp_session_pages(s->store, s->options.discard_logs, &s->pages,
			       replay, err);
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
		return spp_session_fail(
			store, st, store->write ? "edit" : "read", &why, err);
	}
	s->report.seq_before = s->report.seq_after = s->hive.base.seq1;
	s->report.size_before = s->report.size_after = store->source.size;
	*session = s;
	return SPP_OK;
}

static void release(struct spp_change *change)
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
		return spp_session_fail(session->store, st, "read", &why, err);
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
	struct spp_change change = { .absent = !value }, *grown;

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

enum spp_status spp_session_editable(struct spp_session *s,
				     struct spp_error *err)
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
	enum spp_status st = spp_session_editable(session, err);

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
	enum spp_status st = spp_session_editable(session, err);

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
