/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/audit/site_exception.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/filetime.h"

void spp_site_exception_release(struct spp_site_exception *row)
{
	if (!row)
		return;
	free(row->rule);
	free(row->match);
	free(row->setting);
	free(row->reason);
	free(row->author);
	free(row->expires);
	*row = (struct spp_site_exception){ .rule = NULL };
}

/* "2027-01-31"; as texts, dates sort in order. */
static bool is_date(const char *text)
{
	size_t i;

	if (strlen(text) != 10)
		return false;
	for (i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? text[i] != '-'
				     : text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

static enum spp_status read_member(struct spp_json_reader *r, const char *name,
				   json_t *json, void *ctx)
{
	struct spp_site_exception *row = ctx;
	const struct {
		const char *name;
		char **to;
	} members[] = {
		{ "rule", &row->rule },	      { "match", &row->match },
		{ "setting", &row->setting }, { "reason", &row->reason },
		{ "author", &row->author },   { "expires", &row->expires }
	};
	const char *text = json_string_value(json);
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!strcmp(members[i].name, name))
			break;
	if (i == sizeof(members) / sizeof(members[0]))
		return spp_json_complain(
			r, "unknown member '%s' of a suppression", name);
	if (!text || !*text || strlen(text) > 4096)
		return spp_json_complain(r, "must be text");
	if (members[i].to == &row->expires && !is_date(text))
		return spp_json_complain(r,
					 "must be a date such as 2027-01-31");
	*members[i].to = strdup(text);
	return *members[i].to ? SPP_OK : spp_nomem(r->err);
}

enum spp_status spp_site_exception_read(struct spp_json_reader *r, json_t *json,
					struct spp_site_exception *row)
{
	enum spp_status st;

	if (!json_is_object(json))
		return spp_json_complain(r, "must be an object with 'rule'");
	st = spp_json_members(r, json, read_member, row);
	if (st)
		return st;
	if (!row->rule || !row->reason || !row->author || !row->expires)
		return spp_json_complain(r, "must have 'rule', 'reason', "
					    "'author' and 'expires'");
	return SPP_OK;
}

static bool fits(const char *match, const char *text)
{
	return text && spp_known_hosts_glob(match, text);
}

bool spp_site_matches(const char *match, const char *path,
		      const struct spp_identity *identity)
{
	return fits(match, path) ||
	       fits(match, identity->fact[SPP_FACT_COMPUTER]) ||
	       fits(match, identity->fact[SPP_FACT_HOST]);
}

bool spp_site_expired(const struct spp_site_exception *exception, uint64_t now)
{
	char text[SPP_TIME_TEXT];
	const char *today = spp_filetime_text(now, text);

	return today && strncmp(exception->expires, today, 10) < 0;
}

const struct spp_site_exception *spp_site_excepts(
	const struct spp_site *site, const char *id, const char *name,
	const char *setting, const char *path,
	const struct spp_identity *identity, uint64_t now)
{
	size_t i;

	for (i = 0; i < site->exceptions; i++) {
		const struct spp_site_exception *row = &site->exception[i];

		if ((strcasecmp(row->rule, id) != 0 &&
		     strcasecmp(row->rule, name) != 0) ||
		    (row->setting &&
		     (!setting || strcasecmp(row->setting, setting) != 0)) ||
		    spp_site_expired(row, now))
			continue;
		if (!row->match || spp_site_matches(row->match, path, identity))
			return row;
	}
	return NULL;
}
