/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings, scopes and values on the command line. */
#ifndef CLI_SETTING_ARG_H
#define CLI_SETTING_ARG_H

#include "cli/command.h"
#include "policy/model/policy.h"
#include "policy/windows/hives.h"

/*
 * Finds a setting by its name, its old one, or that of its registry value;
 * *terms says which it was.
 */
enum spp_status cli_setting(const char *name, const struct spp_setting **found,
			    enum spp_terms *terms, struct spp_error *err);

/* The scope of --scope, which must be given. */
enum spp_status cli_scope_of(const struct cli_call *call,
			     struct spp_scope *scope, struct spp_error *err);

/* The scope of --scope, else the home of the setting. */
enum spp_status cli_scope(const struct cli_call *call,
			  const struct spp_setting *setting,
			  struct spp_scope *scope, struct spp_error *err);

/* Fails for a command line without NAME. */
enum spp_status cli_no_setting(struct spp_error *err);

/* Fails where the target has no hive for the scope, where it may be set. */
enum spp_status cli_need_hive(const struct spp_hives *hives,
			      const struct spp_scope *scope,
			      const struct spp_setting *setting,
			      struct spp_error *err);

/* Appends a value as text; a product key only with --show-keys. */
enum spp_status cli_show_value(const struct cli_call *call,
			       const struct spp_setting *setting,
			       const struct spp_value *value,
			       enum spp_terms terms, struct spp_buf *out,
			       struct spp_error *err);

#endif
