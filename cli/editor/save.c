/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/save.h"

#include <unistd.h>

#include "cli/load.h"
#include "cli/target.h"
#include "policy/audit/engine.h"

enum spp_status cli_save_text(const struct spp_changes *changes,
			      const struct spp_format *format,
			      struct spp_buf *out, struct spp_notes *notes,
			      struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) policy = SPP_POLICY_INIT;
	struct spp_export options = { .show_keys = false };
	struct spp_document document = SPP_DOCUMENT_INIT;
	enum spp_status st = cli_now(&options.now, err);
	size_t i;

	for (i = 0; !st && i < changes->count; i++)
		st = spp_policy_set(&policy, &changes->change[i].scope,
				    changes->change[i].setting,
				    changes->change[i].after, err);
	document.policy = policy;
	return st ? st : format->write(&document, &options, out, notes, err);
}

enum spp_status cli_save_policy(const struct spp_changes *changes,
				const char *path, struct spp_notes *notes,
				struct spp_error *err)
{
	const struct spp_format *format = spp_format_of_path(path);
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
	enum spp_status st;

	if (!format || !format->write)
		return spp_fail(err, SPP_USAGE,
				"cannot tell the format from the name '%s'; "
				"end it in .json",
				path);
	if (!access(path, F_OK))
		return spp_fail(err, SPP_USAGE,
				"'%s' is there already; give another name",
				path);
	st = cli_save_text(changes, format, &out, notes, err);
	return st ? st : cli_write_file(path, out.data, out.size, false, err);
}

/* " NAME=VALUE"; false where no words give the value again. */
static bool put_value(const struct spp_change *c, struct spp_buf *line)
{
	struct spp_value CLEANUP(spp_value_release) again = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) word = SPP_BUF_INIT;

	spp_setting_show(c->setting, c->after, SPP_TERMS_OWN, &text, NULL);
	if (spp_setting_parse(c->setting, spp_buf_text(&text), SPP_TERMS_OWN,
			      &again, NULL, NULL) ||
	    !spp_value_equal(&again, c->after))
		return false;
	spp_buf_printf(&word, NULL, "%s=%s", c->setting->name,
		       spp_buf_text(&text));
	spp_audit_argument(spp_buf_text(&word), line);
	return true;
}

enum spp_status cli_save_lines(const struct spp_changes *changes,
			       const char *target, const char *with,
			       struct spp_notes *lines, struct spp_error *err)
{
	size_t i;

	for (i = 0; i < changes->count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) line = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
		const struct spp_change *c = &changes->change[i];
		struct spp_scope home = spp_policy_home(c->setting);
		bool said = true;

		spp_buf_printf(&line, NULL, "sppctl %s",
			       c->after ? "set" : "unset");
		spp_buf_printf(&path, NULL, "%s%s", *target == '-' ? "./" : "",
			       target);
		spp_audit_argument(spp_buf_text(&path), &line);
		spp_buf_puts(&line, with ? with : "", NULL);
		if (c->after)
			said = put_value(c, &line);
		else
			spp_audit_argument(c->setting->name, &line);
		if (spp_scope_cmp(&c->scope, &home)) {
			spp_buf_puts(&line, " --scope ", NULL);
			spp_scope_show(&c->scope, &line, NULL);
		}
		if (said)
			spp_note(lines, "%s", spp_buf_text(&line));
		else
			spp_note(lines,
				 "# %s: no words give this value; save it as "
				 "policy",
				 c->setting->name);
	}
	return spp_memory_shortages() ? spp_nomem(err) : SPP_OK;
}
