/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cli/fleet/record.h"
#include "cli/fleet/targets.h"
#include "cli/heed.h"
#include "cli/out.h"
#include "cli/output.h"
#include "hive/base/filetime.h"
#include "hive/base/number.h"
#include "policy/audit/engine.h"
#include "policy/text/near.h"

#define YEAR_9999 253402300799ULL /* its last second */

enum spp_status cli_now(uint64_t *filetime, struct spp_error *err)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct timespec ts;
	uint64_t seconds;

	if (!epoch || !*epoch) {
		clock_gettime(CLOCK_REALTIME, &ts);
		*filetime = spp_filetime(ts.tv_sec, (uint32_t)ts.tv_nsec);
		return SPP_OK;
	}
	if (!spp_number_parse(epoch, YEAR_9999, &seconds))
		return spp_fail(err, SPP_USAGE,
				"SOURCE_DATE_EPOCH: '%s' is not a number of "
				"seconds since 1970",
				epoch);
	*filetime = spp_filetime((int64_t)seconds, 0);
	return SPP_OK;
}

/*
 * Whether it is the suffix of a log: Windows would read and overwrite the
 * backup.
 */
static bool is_log(const char *suffix)
{
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++)
		if (!strcasecmp(spp_log_suffix((enum spp_log_name)i), suffix))
			return true;
	return false;
}

static enum spp_status backup_suffix(const struct cli_call *call,
				     const char **suffix, struct spp_error *err)
{
	*suffix = NULL;
	if (!cli_has(call, OPT_BACKUP))
		return SPP_OK;
	*suffix = cli_value(call, OPT_BACKUP);
	if (!*suffix)
		*suffix = CLI_BACKUP_SUFFIX;
	if (!**suffix || strchr(*suffix, '/') || is_log(*suffix))
		return spp_fail(err, SPP_USAGE,
				"'%s' cannot be used as a backup suffix: it %s",
				*suffix,
				is_log(*suffix) ? "is that of a log"
				: **suffix	? "may not contain '/'"
						: "is empty");
	return SPP_OK;
}

static enum spp_status as_role(const struct cli_call *call, enum spp_role *role,
			       struct spp_error *err)
{
	const char *name = cli_value(call, OPT_AS);

	*role = name ? spp_role_find(name) : SPP_ROLE_ANY;
	if (name && *role == SPP_ROLE_ANY)
		return spp_near_few("role", name,
				    "SOFTWARE, SYSTEM, NetworkService", err);
	return SPP_OK;
}

static enum spp_status seconds_to_wait(const struct cli_call *call,
				       unsigned int *seconds,
				       struct spp_error *err)
{
	const char *text = cli_value(call, OPT_WAIT);
	size_t n = text ? strspn(text, "0123456789") : 0;

	if (!text)
		return SPP_OK;
	if (!n || n > 5 || text[n])
		return spp_fail(err, SPP_USAGE,
				"--wait: '%s' is not a number of seconds from "
				"0 to 99999",
				text);
	*seconds = (unsigned int)strtoul(text, NULL, 10);
	return SPP_OK;
}

static enum spp_status target_kind(const struct cli_call *call,
				   enum spp_target_kind *kind,
				   struct spp_error *err)
{
	const char *name = cli_value(call, OPT_TARGET_KIND);

	*kind = name ? spp_target_kind_find(name) : SPP_TARGET_AUTO;
	if (*kind == SPP_TARGET_KINDS)
		return spp_near_few("target kind", name,
				    "hive, folder, wim, raw, qcow2, vhdx, vhd, "
				    "vmdk, vdi, nbd",
				    err);
	return SPP_OK;
}

/* Every value of --backing, in order. */
static enum spp_status backing_files(const struct cli_call *call,
				     struct spp_target_options *options,
				     struct spp_error *err)
{
	size_t i;

	for (i = 0; i < call->given_count; i++) {
		if (call->given[i].id != OPT_BACKING)
			continue;
		if (options->backings == SPP_BACKING_MAX)
			return spp_fail(err, SPP_USAGE,
					"more than %d backing files",
					SPP_BACKING_MAX);
		options->backing[options->backings++] = call->given[i].value;
	}
	return SPP_OK;
}

enum spp_status cli_options_of(const struct cli_call *call, unsigned int write,
			       struct spp_hives_options *options,
			       struct spp_error *err)
{
	enum spp_status st;

	*options = (struct spp_hives_options){
		.target = { .write = write,
			    .dry = cli_has(call, OPT_DRY_RUN),
			    .break_links = cli_has(call, OPT_BREAK_LINKS),
			    .rebuild = cli_has(call, OPT_REBUILD),
			    .windows = cli_value(call, OPT_WINDOWS),
			    .backing_dir = cli_value(call, OPT_BACKING_DIR),
			    .lognames = call->lognames,
			    .partition = cli_value(call, OPT_PARTITION),
			    .journal_dir = cli_value(call, OPT_JOURNAL_DIR),
			    .tmp_dir = getenv("TMPDIR"),
			    .path = getenv("PATH"),
			    .unclean = cli_has(call, OPT_UNCLEAN),
			    .snapshots = cli_has(call, OPT_SNAPSHOTS) },
		.session = { .discard_logs = cli_has(call, OPT_DISCARD_LOGS),
			     .partial = cli_has(call, OPT_PARTIAL),
			     .hash = cli_has(call, OPT_JSON) ||
				     cli_recording_line() },
		.beside = { [SPP_ROLE_SYSTEM] = cli_value(call, OPT_SYSTEM),
			    [SPP_ROLE_NETSVC] = cli_value(call, OPT_NETSVC) },
	};
	st = cli_now(&options->session.now, err);
	if (!st)
		st = backup_suffix(call, &options->target.backup, err);
	if (!st)
		st = seconds_to_wait(call, &options->target.wait, err);
	if (!st)
		st = target_kind(call, &options->target.kind, err);
	if (!st)
		st = backing_files(call, &options->target, err);
	return st ? st : as_role(call, &options->as, err);
}

enum spp_status cli_open(const struct cli_call *call, const char *path,
			 unsigned int write, struct spp_hives **windows,
			 struct spp_error *err)
{
	struct spp_hives_options options;
	enum spp_status st = cli_options_of(call, write, &options, err);

	options.target.follow = call->follows;
	if (!st)
		st = spp_hives_open(path, &options, windows, err);
	if (st)
		return st;
	st = cli_output_apart(call, cli_value(call, OPT_OUTPUT), err);
	if (st) {
		spp_hives_close(*windows);
		*windows = NULL;
		return st;
	}
	cli_record_windows(*windows);
	cli_heed_kind(call, path, spp_hives_target(*windows)->ops->kind);
	return SPP_OK;
}

enum spp_status cli_one_output(const struct cli_call *call,
			       enum cli_option_id id, struct spp_error *err)
{
	if (call->targets < 2 || !cli_has(call, id))
		return SPP_OK;
	return spp_fail(err, SPP_USAGE,
			"--%s names one file; name one target, too",
			cli_options[id].name);
}

enum spp_status cli_one_target(const struct cli_call *call, int targets,
			       struct spp_error *err)
{
	enum cli_option_id id =
		cli_has(call, OPT_NETSVC) ? OPT_NETSVC : OPT_SYSTEM;

	if (targets < 2 || !cli_has(call, id))
		return SPP_OK;
	return spp_fail(err, SPP_USAGE,
			"--%s gives a hive of one installation; name one "
			"target",
			cli_options[id].name);
}

static void warn_of_log(struct spp_session *session, enum spp_log_name name,
			struct spp_notes *notes)
{
	const struct spp_store *store = spp_session_store(session);
	const struct spp_replay *replay = &spp_session_report(session)->replay;
	struct spp_log_look look = SPP_LOG_LOOK_INIT;
	size_t i;

	if (!store->logs.log[name] || replay->why[name] ||
	    spp_log_look(store->logs.log[name], name, replay, &look, NULL))
		return;
	for (i = 0; i < look.entries; i++) {
		if (!look.entry[i].rejected)
			continue;
		spp_note(notes,
			 "'%s': entry %zu of its log %s, at byte %llu, is "
			 "rejected: %s; it and later entries are not applied",
			 store->label, i + 1, spp_log_suffix(name),
			 (unsigned long long)look.entry[i].offset,
			 look.entry[i].why);
		break;
	}
	spp_log_look_release(&look);
}

static void warn_of_hive(struct spp_session *session, struct spp_notes *notes)
{
	const struct spp_regf *hive = spp_session_hive(session);
	const struct spp_session_report *r = spp_session_report(session);
	const char *label = spp_session_store(session)->label;
	int i;

	if (r->missing)
		spp_note(notes,
			 "'%s' is truncated: its last %llu bytes are missing, "
			 "and their contents are not shown",
			 label, (unsigned long long)r->missing);
	if (r->replay.discarded)
		spp_note(notes,
			 "'%s' is dirty and read as is, without its logs; "
			 "their changes are missing",
			 label);
	for (i = 0; r->replay.format && i < SPP_LOG_COUNT; i++)
		warn_of_log(session, (enum spp_log_name)i, notes);
	/* The flag alone is the normal state of a used SYSTEM hive. */
	if (hive->base.flags & SPP_FLAG_KTM && spp_session_store(session)->txr)
		spp_note(notes,
			 "'%s' may have pending transactions: logs of some lie "
			 "beside it in TxR, which sppctl does not read",
			 label);
	if (spp_session_store(session)->touches)
		spp_note(notes,
			 "the access time of '%s' may change: only its owner "
			 "and root can read it without that",
			 label);
	if (hive->base.minor > 5)
		spp_note(notes,
			 "'%s' is a layered hive: its values are added to "
			 "those of another",
			 label);
	if (hive->odd)
		spp_note(notes,
			 "in '%s', %s; this may be an attempt to hide or "
			 "mislead",
			 label, hive->oddity.text);
	if (hive->damaged)
		spp_note(notes, "'%s' is damaged: %s", label,
			 hive->damage.text);
}

void cli_warn_of_state(const struct spp_hives *windows, struct spp_notes *notes)
{
	const struct spp_target *target = spp_hives_target(windows);
	struct spp_session *session;
	size_t i;
	int role;

	for (i = 0; i < target->notes.count; i++)
		spp_note_remedy(notes, target->notes.remedy[i], "%s",
				target->notes.text[i]);
	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		session = spp_hives_session(windows, (enum spp_role)role);
		if (session)
			warn_of_hive(session, notes);
	}
}

void cli_target_words(const struct cli_call *call, struct spp_buf *out)
{
	static const enum cli_option_id ids[] = {
		OPT_AS,		 OPT_NETSVC,	   OPT_TARGET_KIND, OPT_WINDOWS,
		OPT_PARTITION,	 OPT_UNCLEAN,	   OPT_SNAPSHOTS,   OPT_BACKING,
		OPT_JOURNAL_DIR, OPT_DISCARD_LOGS,
	};
	const struct cli_given *given;
	size_t i, k;

	for (i = 0; i < call->given_count; i++) {
		given = &call->given[i];
		for (k = 0; k < sizeof(ids) / sizeof(ids[0]); k++)
			if (ids[k] == given->id)
				break;
		if (k == sizeof(ids) / sizeof(ids[0]))
			continue;
		spp_buf_printf(out, NULL, " --%s", cli_options[given->id].name);
		if (given->value)
			spp_audit_argument(given->value, out);
	}
}
