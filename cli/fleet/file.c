/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fleet/rows.h"
#include "cli/load.h"
#include "hive/regf/regf.h"
#include "policy/text/near.h"

/* How a line of results begins. */
#define RESULTS "{\"sppctl\":"

/* The members of each kind of object; "$schema" and "description" anywhere. */
static const char *const fleet_members[] = {
	"sppctl-fleet", "$schema", "description", "domains", "platform",
	"hosts",	"clients", "site",	  NULL
};
static const char *const host_members[] = {
	"name",	   "priority",	   "weight",	  "port", "policy",
	"targets", "targets-from", "description", NULL
};
static const char *const client_members[] = { "policy", "targets",
					      "targets-from", "description",
					      NULL };

void cli_fleet_file_release(struct cli_fleet_file *f)
{
	size_t i;

	for (i = 0; i < f->groups; i++) {
		free(f->group[i].name);
		spp_policy_release(&f->group[i].want);
	}
	for (i = 0; i < f->rows; i++)
		free(f->row[i].target);
	free(f->group);
	free(f->row);
	free(f->site);
	*f = (struct cli_fleet_file)CLI_FLEET_FILE_INIT;
}

static enum spp_status wrong(const struct cli_fleet_file *f, const char *where,
			     const char *what, struct spp_error *err)
{
	return spp_fail(err, SPP_INVALID, "'%s': %s %s", f->path, where, what);
}

static enum spp_status check_members(const struct cli_fleet_file *f,
				     const json_t *object, const char *where,
				     const char *const *known,
				     struct spp_error *err)
{
	const char *name;
	json_t *value;
	size_t i;

	if (!json_is_object(object))
		return wrong(f, where, "is not an object", err);
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		struct spp_near near = SPP_NEAR_INIT(name);

		for (i = 0; known[i] && strcmp(known[i], name); i++)
			spp_near_try(&near, known[i]);
		if (!known[i])
			return spp_near_fail(&near, "member",
					     "list: sppctl help schema fleet",
					     err);
	}
	return SPP_OK;
}

static enum spp_status read_number(const struct cli_fleet_file *f,
				   const json_t *object, const char *where,
				   const char *name, json_int_t least,
				   json_int_t *n, struct spp_error *err)
{
	const json_t *value = json_object_get(object, name);

	if (!value)
		return SPP_OK;
	if (!json_is_integer(value) || json_integer_value(value) < least ||
	    json_integer_value(value) > 65535)
		return spp_fail(err, SPP_INVALID,
				"'%s': %s: '%s' is not a number from %d to "
				"65535",
				f->path, where, name, (int)least);
	*n = json_integer_value(value);
	return SPP_OK;
}

enum spp_status cli_fleet_wish(struct spp_policy *want,
			       const struct spp_policy_item *item,
			       struct spp_error *err)
{
	if (item->wish == SPP_PRESENT)
		return spp_policy_set(want, &item->scope, item->setting,
				      &item->value, err);
	if (item->wish == SPP_DEFAULT)
		return spp_policy_offer(want, &item->scope, item->setting,
					&item->value, err);
	return spp_policy_wish(want, &item->scope, item->setting, item->wish,
			       err);
}

/* The wishes of one document go over what is wanted already. */
static enum spp_status lay_over(struct spp_policy *want,
				const struct spp_policy *more,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < more->count; i++)
		st = cli_fleet_wish(want, &more->item[i], err);
	return st;
}

/* Takes scopes: those of a policy document. */
static enum spp_status add_scopes(struct cli_fleet_file *f, const char *where,
				  json_t *scopes, struct spp_error *err)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	json_t *document =
		json_pack("{s:i, s:o}", "sppctl-policy", 1, "scopes", scopes);
	char CLEANUP(spp_free_string) *text =
		json_dumps(document, JSON_COMPACT);
	struct spp_input in = { .name = where, .data = (uint8_t *)text };
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	json_decref(document);
	if (!text)
		return spp_nomem(err);
	in.size = strlen(text);
	st = spp_format_find("json")->read(&in, &source.document, &import,
					   &why);
	if (st)
		return spp_fail(err, st, "'%s': %s", f->path, why.text);
	return lay_over(&f->group[f->groups - 1].want, &source.document.policy,
			err);
}

static enum spp_status add_policy(struct cli_fleet_file *f,
				  const struct cli_call *call,
				  const char *where, json_t *policy,
				  struct spp_error *err)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	enum spp_status st;

	if (!policy)
		return SPP_OK;
	if (json_is_object(policy))
		return add_scopes(f, where, json_incref(policy), err);
	if (!json_is_string(policy))
		return wrong(f, where,
			     "needs as 'policy' the name of a file, or the "
			     "scopes of a policy document",
			     err);
	st = cli_load_policy(call, json_string_value(policy), &source, &notes,
			     err);
	return st ? st
		  : lay_over(&f->group[f->groups - 1].want,
			     &source.document.policy, err);
}

/* What the design says of a host: its list, and where it listens. */
static json_t *scopes_of_host(const json_t *domains, json_int_t priority,
			      json_int_t weight, json_int_t port)
{
	json_t *list = json_array(), *spp;
	const json_t *domain;
	size_t i;

	json_array_foreach(domains, i, domain) json_array_append_new(
		list, json_pack("{s:s, s:I, s:I}", "domain",
				json_string_value(domain), "priority", priority,
				"weight", weight));
	spp = json_pack("{s:s, s:o}", "dns-publishing", "on", "publish-list",
			list);
	if (port)
		json_object_set_new(spp, "listening-port", json_integer(port));
	return json_pack("{s:o}", "spp", spp);
}

static enum spp_status new_group(struct cli_fleet_file *f,
				 struct spp_error *err)
{
	struct cli_fleet_group *grown =
		spp_grow(f->group, f->groups, sizeof(*grown));

	if (!grown)
		return spp_nomem(err);
	f->group = grown;
	grown[f->groups++] = (struct cli_fleet_group){ .name = NULL };
	return SPP_OK;
}

static enum spp_status read_host(struct cli_fleet_file *f,
				 const struct cli_call *call,
				 const json_t *fleet, const json_t *host,
				 const char *where, struct spp_error *err)
{
	const char *name = json_string_value(json_object_get(host, "name"));
	json_int_t priority = 0, weight = 0, port = 0;
	enum spp_status st = check_members(f, host, where, host_members, err);

	if (!st && !name)
		st = wrong(f, where, "needs a 'name'", err);
	if (!st)
		st = read_number(f, host, where, "priority", 0, &priority, err);
	if (!st)
		st = read_number(f, host, where, "weight", 0, &weight, err);
	if (!st)
		st = read_number(f, host, where, "port", 1, &port, err);
	if (!st)
		st = add_policy(f, call, where, json_object_get(host, "policy"),
				err);
	if (!st)
		st = add_scopes(
			f, where,
			scopes_of_host(json_object_get(fleet, "domains"),
				       priority, weight, port),
			err);
	if (st)
		return st;
	f->group[f->groups - 1].name = strdup(name);
	return cli_fleet_rows_read(f, host, where, err);
}

static enum spp_status read_client(struct cli_fleet_file *f,
				   const struct cli_call *call,
				   const json_t *client, const char *where,
				   struct spp_error *err)
{
	enum spp_status st =
		check_members(f, client, where, client_members, err);

	if (!st)
		st = add_policy(f, call, where,
				json_object_get(client, "policy"), err);
	return st ? st : cli_fleet_rows_read(f, client, where, err);
}

static enum spp_status read_groups(struct cli_fleet_file *f,
				   const struct cli_call *call,
				   const json_t *fleet, const char *kind,
				   struct spp_error *err)
{
	bool hosts = !strcmp(kind, "hosts");
	const json_t *list = json_object_get(fleet, kind), *group;
	enum spp_status st = SPP_OK;
	char where[40];
	size_t i;

	if (list && !json_is_array(list))
		return wrong(f, kind, "is not a list", err);
	for (i = 0; !st && i < json_array_size(list); i++) {
		group = json_array_get(list, i);
		snprintf(where, sizeof(where), "%s[%zu]", kind, i);
		st = new_group(f, err);
		if (!st)
			st = hosts ? read_host(f, call, fleet, group, where,
					       err)
				   : read_client(f, call, group, where, err);
	}
	return st;
}

/*
 * The text of a site file that says the same: own domains and hosts, and what
 * each target is.
 */
static enum spp_status make_site(struct cli_fleet_file *f, const json_t *fleet,
				 struct spp_error *err)
{
	json_t *site =
		json_pack("{s:i, s:s}", "sppctl-site", 1, "role", "client");
	json_t *hosts = json_array(), *targets = json_array(), *more;
	size_t i;

	for (i = 0; i < f->groups; i++)
		if (f->group[i].name)
			json_array_append_new(hosts,
					      json_string(f->group[i].name));
	for (i = 0; i < f->rows; i++)
		if (f->group[f->row[i].group].name)
			json_array_append_new(targets,
					      json_pack("{s:s, s:s}", "match",
							f->row[i].target,
							"role", "host"));
	json_object_set(site, "domains", json_object_get(fleet, "domains"));
	if (json_object_get(fleet, "platform"))
		json_object_set(site, "platform",
				json_object_get(fleet, "platform"));
	json_object_set_new(site, "kms-hosts", hosts);
	json_object_set_new(site, "targets", targets);
	more = json_object_get(fleet, "site");
	if (more)
		json_object_update(site, more);
	f->site = json_dumps(site, JSON_INDENT(1));
	json_decref(site);
	return f->site ? SPP_OK : spp_nomem(err);
}

static int by_target(const void *a, const void *b)
{
	return strcmp(((const struct cli_fleet_row *)a)->target,
		      ((const struct cli_fleet_row *)b)->target);
}

static enum spp_status check_whole(struct cli_fleet_file *f,
				   struct spp_error *err)
{
	size_t i;

	if (!f->rows)
		return wrong(f, "the fleet", "has no targets", err);
	qsort(f->row, f->rows, sizeof(*f->row), by_target);
	for (i = 1; i < f->rows; i++)
		if (!by_target(&f->row[i - 1], &f->row[i]))
			return spp_fail(err, SPP_INVALID,
					"'%s': target '%s' is there twice",
					f->path, f->row[i].target);
	return SPP_OK;
}

static enum spp_status check_domains(const struct cli_fleet_file *f,
				     const json_t *fleet, struct spp_error *err)
{
	const json_t *domains = json_object_get(fleet, "domains"), *domain;
	size_t i;

	if (!json_is_array(domains) || !json_array_size(domains))
		return wrong(f, "the fleet", "needs 'domains', a list", err);
	json_array_foreach(domains, i, domain) if (
		!json_is_string(
			domain)) return wrong(f, "domains",
					      "has one that is not text", err);
	if (json_object_get(fleet, "site") &&
	    !json_is_object(json_object_get(fleet, "site")))
		return wrong(f, "site", "is not an object", err);
	return SPP_OK;
}

static enum spp_status read_fleet(struct cli_fleet_file *f,
				  const struct cli_call *call,
				  const json_t *fleet, struct spp_error *err)
{
	const json_t *version = json_object_get(fleet, "sppctl-fleet");
	enum spp_status st =
		check_members(f, fleet, "the fleet", fleet_members, err);

	if (!st && (!json_is_integer(version) ||
		    json_integer_value(version) != CLI_FLEET_VERSION))
		st = wrong(f, "the fleet",
			   "needs \"sppctl-fleet\": 1 as its version", err);
	if (!st)
		st = check_domains(f, fleet, err);
	if (!st)
		st = read_groups(f, call, fleet, "hosts", err);
	if (!st)
		st = read_groups(f, call, fleet, "clients", err);
	if (!st)
		st = make_site(f, fleet, err);
	return st ? st : check_whole(f, err);
}

enum spp_status cli_fleet_file_read(struct cli_fleet_file *f,
				    const struct cli_call *call,
				    const char *path, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	enum spp_status st = cli_read_file(path, &buf, err);
	json_error_t where;
	json_t *fleet;

	if (st)
		return st;
	f->path = path;
	if (spp_regf_begins(buf.data, buf.size))
		return spp_fail(err, SPP_USAGE,
				"'%s' is a hive; a fleet file names it as a "
				"target (see sppctl help fleet-file)",
				path);
	if (!strncmp(spp_buf_text(&buf), RESULTS, sizeof(RESULTS) - 1))
		return spp_fail(err, SPP_USAGE,
				"'%s' holds results; put the fleet file before "
				"it",
				path);
	fleet = json_loadb(spp_buf_text(&buf), buf.size, JSON_REJECT_DUPLICATES,
			   &where);
	if (!fleet)
		return spp_fail_at(err, SPP_INVALID, path,
				   where.line > 0 ? (size_t)where.line : 0,
				   where.column > 0 ? (size_t)where.column : 0,
				   "%s", where.text);
	st = read_fleet(f, call, fleet, err);
	json_decref(fleet);
	return st;
}

enum spp_status cli_fleet_file_targets(const struct cli_fleet_file *f,
				       struct cli_targets *list,
				       struct cli_call *call,
				       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < f->rows; i++)
		st = cli_targets_add(list, f->row[i].target, err);
	return st ? st : cli_targets_take(list, call, err);
}

const struct cli_fleet_group *cli_fleet_file_group(
	const struct cli_fleet_file *f, const char *target)
{
	struct cli_fleet_row key = { (char *)(uintptr_t)target, 0 }, *found;

	found = f->rows ? bsearch(&key, f->row, f->rows, sizeof(*f->row),
				  by_target)
			: NULL;
	return found ? &f->group[found->group] : NULL;
}
