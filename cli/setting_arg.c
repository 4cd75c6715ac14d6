/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/setting_arg.h"

#include <string.h>
#include <strings.h>

#include "cli/hint.h"
#include "policy/text/near.h"
#include "policy/text/printable.h"

static enum spp_status parse_scope(const char *text, struct spp_scope *scope,
				   struct spp_error *err)
{
	char CLEANUP(spp_free_string) *place =
		strndup(text, strcspn(text, "/"));
	struct spp_near near = SPP_NEAR_INIT(place);
	size_t i;

	if (!place)
		return spp_nomem(err);
	for (i = 0; i < SPP_PLACE_COUNT; i++) {
		if (!strcasecmp(spp_places[i].name, place))
			return spp_scope_parse(text, false, scope, err);
		spp_near_try(&near, spp_places[i].name);
	}
	return spp_near_fail(&near, "scope", "list: sppctl help scopes", err);
}

enum spp_status cli_scope_of(const struct cli_call *call,
			     struct spp_scope *scope, struct spp_error *err)
{
	return parse_scope(cli_value(call, OPT_SCOPE), scope, err);
}

enum spp_status cli_scope(const struct cli_call *call,
			  const struct spp_setting *setting,
			  struct spp_scope *scope, struct spp_error *err)
{
	const char *text = cli_value(call, OPT_SCOPE);
	enum spp_status st;

	*scope = spp_policy_home(setting);
	if (!text)
		return SPP_OK;
	st = parse_scope(text, scope, err);
	if (!st && !spp_setting_known(setting, scope->place))
		st = spp_fail(err, SPP_USAGE, "scope '%s' does not hold %s",
			      text, setting->name);
	return st;
}

enum spp_status cli_setting(const char *name, const struct spp_setting **found,
			    enum spp_terms *terms, struct spp_error *err)
{
	struct spp_near near = SPP_NEAR_INIT(name);
	const char *known;
	size_t i;
	int t;

	*found = spp_setting_find(name, terms);
	if (*found)
		return SPP_OK;
	for (t = 0; t < SPP_TERMS_COUNT; t++)
		for (i = 0; i < SPP_SETTING_COUNT; i++) {
			known = spp_setting_name(&spp_settings[i],
						 (enum spp_terms)t);
			if (known)
				spp_near_try(&near, known);
		}
	if (!near.best && (cli_hint_setting(name, err) ||
			   cli_hint_part("setting", name, err)))
		return SPP_USAGE;
	return spp_near_fail(&near, "setting", "list: sppctl settings", err);
}

enum spp_status cli_no_setting(struct spp_error *err)
{
	return spp_fail(err, SPP_USAGE,
			"no NAME of a setting given (list: sppctl settings)");
}

enum spp_status cli_need_hive(const struct spp_hives *hives,
			      const struct spp_scope *scope,
			      const struct spp_setting *setting,
			      struct spp_error *err)
{
	enum spp_role role = spp_places[scope->place].role;

	if (spp_hives_session(hives, role))
		return SPP_OK;
	return spp_fail(err, SPP_NOTFOUND,
			"the target has no %s hive, which holds %s",
			spp_role_name(role), setting->name);
}

enum spp_status cli_show_value(const struct cli_call *call,
			       const struct spp_setting *setting,
			       const struct spp_value *value,
			       enum spp_terms terms, struct spp_buf *out,
			       struct spp_error *err)
{
	enum spp_status st = spp_setting_show(setting, value, terms, out, err);

	if (!st && setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS))
		spp_printable_redact_all(out);
	return st;
}
