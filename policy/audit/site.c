/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The site file.  Every member but the first may be left out:
 *
 *   {
 *     "sppctl-site": 1,
 *     "domains": [ "corp.example" ],            own, with all below them
 *     "kms-hosts": [ "kms.partner.example" ],   allowed beside those
 *     "known-bad": [ "kms*.bad.example" ],      '*' is any characters
 *     "role": "image",                          or "host", "client"
 *     "known-good": [ "kms.club.example" ],     no public host, whatever
 *                                               the table says
 *     "platform": "azure",          or another word of known_hosts.c
 *     "targets": [                  instead of role and platform above,
 *       { "match": "KMS0*",         for what has this path, computer
 *         "role": "host",           name or host name; the first that
 *         "platform": "aws" }       fits counts
 *     ],
 *     "suppressions": [             findings that are known and accepted
 *       { "rule": "R07",            id or name
 *         "match": "KMS0*",         as above; left out: any target
 *         "setting": "kms-host",    left out: any
 *         "reason": "moves in May", "author": "jd",
 *         "expires": "2027-05-31" } the last day on which it holds
 *     ]
 *   }
 */
#include "policy/audit/site.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/filetime.h"
#include "policy/format/json_where.h"
#include "policy/model/dns_name.h"
#include "policy/text/printable.h"

static const char *const duty_words[SPP_DUTY_COUNT] = {
	[SPP_DUTY_UNKNOWN] = "unknown",
	[SPP_DUTY_IMAGE] = "image",
	[SPP_DUTY_HOST] = "host",
	[SPP_DUTY_CLIENT] = "client",
};

const char *spp_duty_word(enum spp_duty duty)
{
	return duty_words[duty];
}

static void release_names(struct spp_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
}

void spp_site_release(struct spp_site *site)
{
	size_t i;

	if (!site)
		return;
	release_names(&site->domain);
	release_names(&site->host);
	release_names(&site->bad);
	release_names(&site->good);
	for (i = 0; i < site->targets; i++)
		free(site->target[i].match);
	free(site->target);
	for (i = 0; i < site->exceptions; i++) {
		free(site->exception[i].rule);
		free(site->exception[i].match);
		free(site->exception[i].setting);
		free(site->exception[i].reason);
		free(site->exception[i].author);
		free(site->exception[i].expires);
	}
	free(site->exception);
	*site = (struct spp_site)SPP_SITE_INIT;
}

/* A site file being read, and where the reader stands in it. */
struct reader {
	const char *name, *text;
	size_t size;
	struct spp_json_path path;
	struct spp_site *site;
	struct spp_error *err;
};

/* No member lies deeper than a path can tell. */
static void push(struct reader *r, const char *name, size_t index)
{
	r->path.step[r->path.depth].name = name;
	r->path.step[r->path.depth++].index = index;
}

static enum spp_status complain(struct reader *r, const char *fmt, ...)
	SPP_PRINTF(2, 3);

static enum spp_status complain(struct reader *r, const char *fmt, ...)
{
	char CLEANUP(spp_free_string) *plain = NULL;
	size_t line, column;
	char what[600];
	va_list ap;

	spp_json_where(r->text, r->size, &r->path, &line, &column);
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	plain = spp_printable(what);
	return plain ? spp_fail_at(r->err, SPP_INVALID, r->name, line, column,
				   "%s", plain)
		     : spp_nomem(r->err);
}

/* Takes name. */
static enum spp_status keep(struct spp_names *names, char *name,
			    struct spp_error *err)
{
	char **grown =
		realloc(names->name, (names->count + 1) * sizeof(*grown));

	if (!grown) {
		free(name);
		return spp_nomem(err);
	}
	names->name = grown;
	grown[names->count++] = name;
	return SPP_OK;
}

/* How the text of one element becomes a name. */
typedef enum spp_status (*read_name)(const char *text, char **name,
				     struct spp_error *err);

static enum spp_status read_domain(const char *text, char **name,
				   struct spp_error *err)
{
	return spp_dns_name_parse(text, name, NULL, err);
}

static enum spp_status read_host(const char *text, char **name,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *host = NULL;
	struct spp_host_address address;
	enum spp_status st = spp_dns_name_parse_host(text, &host, NULL, err);

	if (st)
		return st;
	spp_host_address_read(host, &address);
	*name = strdup(address.name);
	return *name ? SPP_OK : spp_nomem(err);
}

static enum spp_status read_pattern(const char *text, char **name,
				    struct spp_error *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_:*";

	if (!*text || strlen(text) > SPP_DNS_NAME_MAX ||
	    text[strspn(text, allowed)])
		return spp_fail(err, SPP_INVALID,
				"'%.60s' is not a pattern of host names", text);
	if (!text[strspn(text, "*.")])
		return spp_fail(err, SPP_INVALID,
				"pattern '%s' fits every name", text);
	*name = strdup(text);
	return *name ? SPP_OK : spp_nomem(err);
}

static enum spp_status read_names(struct reader *r, const json_t *json,
				  read_name read, struct spp_names *names)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	char *name = NULL;
	size_t i;

	if (!json_is_array(json))
		return complain(r, "must be an array of texts");
	if (json_array_size(json) > SPP_SITE_NAMES_MAX)
		return complain(r, "has more than %d names",
				SPP_SITE_NAMES_MAX);
	for (i = 0; !st && i < json_array_size(json); i++) {
		const char *text = json_string_value(json_array_get(json, i));

		push(r, NULL, i);
		if (!text)
			return complain(r, "must be text");
		if (read(text, &name, &why))
			return why.status == SPP_NOMEM
				       ? spp_nomem(r->err)
				       : complain(r, "%s", why.text);
		r->path.depth--;
		st = keep(names, name, r->err);
	}
	return st;
}

static enum spp_status read_duty(struct reader *r, const json_t *json,
				 enum spp_duty *duty)
{
	const char *word = json_string_value(json);
	int i;

	for (i = 1; word && i < SPP_DUTY_COUNT; i++) {
		if (!strcmp(word, duty_words[i])) {
			*duty = (enum spp_duty)i;
			return SPP_OK;
		}
	}
	return complain(r, "must be one of image, host and client");
}

static enum spp_status read_platform(struct reader *r, const json_t *json,
				     enum spp_platform *platform)
{
	struct spp_buf CLEANUP(spp_buf_release) words = SPP_BUF_INIT;
	const char *word = json_string_value(json);
	int i;

	for (i = 1; word && i < SPP_PLATFORM_COUNT; i++) {
		if (!strcmp(word, spp_platform_word((enum spp_platform)i))) {
			*platform = (enum spp_platform)i;
			return SPP_OK;
		}
	}
	for (i = 1; i < SPP_PLATFORM_COUNT; i++)
		spp_buf_printf(&words, NULL, "%s%s",
			       i == 1			     ? ""
			       : i == SPP_PLATFORM_COUNT - 1 ? " and "
							     : ", ",
			       spp_platform_word((enum spp_platform)i));
	return complain(r, "must be one of %s", spp_buf_text(&words));
}

static enum spp_status read_row_member(struct reader *r, const char *name,
				       const json_t *json,
				       struct spp_site_target *row)
{
	const char *text = json_string_value(json);

	if (!strcmp(name, "role"))
		return read_duty(r, json, &row->duty);
	if (!strcmp(name, "platform"))
		return read_platform(r, json, &row->platform);
	if (strcmp(name, "match"))
		return complain(r, "unknown member '%s' of a target", name);
	if (!text || !*text || strlen(text) > 4096)
		return complain(r, "must be a path or name, in which * stands "
				   "for any characters");
	row->match = strdup(text);
	return row->match ? SPP_OK : spp_nomem(r->err);
}

static enum spp_status read_row(struct reader *r, json_t *json,
				struct spp_site_target *row)
{
	enum spp_status st = SPP_OK;
	const char *name;
	json_t *member;

	if (!json_is_object(json))
		return complain(r, "must be an object with 'match'");
	json_object_foreach(json, name, member)
	{
		push(r, name, 0);
		st = read_row_member(r, name, member, row);
		if (st)
			return st;
		r->path.depth--;
	}
	return row->match ? SPP_OK : complain(r, "has no 'match'");
}

static enum spp_status read_targets(struct reader *r, const json_t *json)
{
	struct spp_site *site = r->site;
	enum spp_status st = SPP_OK;
	size_t i, n = json_array_size(json);

	if (!json_is_array(json) || n > SPP_SITE_NAMES_MAX)
		return complain(r, "must be an array of %d targets at the most",
				SPP_SITE_NAMES_MAX);
	site->target = n ? calloc(n, sizeof(*site->target)) : NULL;
	if (n && !site->target)
		return spp_nomem(r->err);
	for (i = 0; !st && i < n; i++) {
		push(r, NULL, i);
		site->targets++;
		st = read_row(r, json_array_get(json, i), &site->target[i]);
		if (!st)
			r->path.depth--;
	}
	return st;
}

/* "2027-01-31"; such texts sort as the days do. */
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

static enum spp_status read_exception_member(struct reader *r, const char *name,
					     const json_t *json,
					     struct spp_site_exception *row)
{
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
		return complain(r, "unknown member '%s' of a suppression",
				name);
	if (!text || !*text || strlen(text) > 4096)
		return complain(r, "must be text");
	if (members[i].to == &row->expires && !is_date(text))
		return complain(r, "must be a date such as 2027-01-31");
	*members[i].to = strdup(text);
	return *members[i].to ? SPP_OK : spp_nomem(r->err);
}

static enum spp_status read_exception(struct reader *r, json_t *json,
				      struct spp_site_exception *row)
{
	enum spp_status st = SPP_OK;
	const char *name;
	json_t *member;

	if (!json_is_object(json))
		return complain(r, "must be an object with 'rule'");
	json_object_foreach(json, name, member)
	{
		push(r, name, 0);
		st = read_exception_member(r, name, member, row);
		if (st)
			return st;
		r->path.depth--;
	}
	if (!row->rule || !row->reason || !row->author || !row->expires)
		return complain(r, "must have 'rule', 'reason', 'author' and "
				   "'expires'");
	return SPP_OK;
}

static enum spp_status read_exceptions(struct reader *r, const json_t *json)
{
	struct spp_site *site = r->site;
	enum spp_status st = SPP_OK;
	size_t i, n = json_array_size(json);

	if (!json_is_array(json) || n > SPP_SITE_NAMES_MAX)
		return complain(r,
				"must be an array of %d suppressions at the "
				"most",
				SPP_SITE_NAMES_MAX);
	site->exception = n ? calloc(n, sizeof(*site->exception)) : NULL;
	if (n && !site->exception)
		return spp_nomem(r->err);
	for (i = 0; !st && i < n; i++) {
		push(r, NULL, i);
		site->exceptions++;
		st = read_exception(r, json_array_get(json, i),
				    &site->exception[i]);
		if (!st)
			r->path.depth--;
	}
	return st;
}

static enum spp_status read_member(struct reader *r, const char *name,
				   const json_t *json)
{
	struct spp_site *site = r->site;

	if (!strcmp(name, "sppctl-site") || !strcmp(name, "$schema"))
		return SPP_OK;
	if (!strcmp(name, "domains"))
		return read_names(r, json, read_domain, &site->domain);
	if (!strcmp(name, "kms-hosts"))
		return read_names(r, json, read_host, &site->host);
	if (!strcmp(name, "known-bad"))
		return read_names(r, json, read_pattern, &site->bad);
	if (!strcmp(name, "known-good"))
		return read_names(r, json, read_pattern, &site->good);
	if (!strcmp(name, "role"))
		return read_duty(r, json, &site->duty);
	if (!strcmp(name, "platform"))
		return read_platform(r, json, &site->platform);
	if (!strcmp(name, "targets"))
		return read_targets(r, json);
	if (!strcmp(name, "suppressions"))
		return read_exceptions(r, json);
	return complain(r, "unknown member '%s' of a site file", name);
}

static enum spp_status read_site(struct reader *r, json_t *root)
{
	enum spp_status st = SPP_OK;
	const char *name;
	json_t *member;

	if (!json_is_object(root))
		return complain(r, "a site file must be an object");
	if (json_integer_value(json_object_get(root, "sppctl-site")) !=
	    SPP_SITE_VERSION)
		return complain(r,
				"'sppctl-site' must be %d; is this a site "
				"file?",
				SPP_SITE_VERSION);
	json_object_foreach(root, name, member)
	{
		push(r, name, 0);
		st = read_member(r, name, member);
		if (st)
			return st;
		r->path.depth--;
	}
	return SPP_OK;
}

enum spp_status spp_site_read(const char *name, const void *data, size_t size,
			      struct spp_site *site, struct spp_error *err)
{
	struct spp_site found = { .given = true };
	struct reader r = { .name = name,
			    .text = data,
			    .size = size,
			    .site = &found,
			    .err = err };
	json_error_t where;
	enum spp_status st;
	json_t *root;

	if (size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) {
		r.text += 3;
		r.size -= 3;
	}
	root = json_loadb(r.text, r.size, JSON_REJECT_DUPLICATES, &where);
	if (!root)
		return spp_fail(err, SPP_CORRUPT, "%s:%d:%d: %s", name,
				where.line, where.column, where.text);
	st = read_site(&r, root);
	json_decref(root);
	if (st) {
		spp_site_release(&found);
		return st;
	}
	spp_site_release(site);
	*site = found;
	return SPP_OK;
}

static bool fits(const char *match, const char *text)
{
	return text && spp_known_hosts_glob(match, text);
}

void spp_site_place(const struct spp_site *site, const char *path,
		    const struct spp_identity *identity, enum spp_duty *duty,
		    enum spp_platform *platform)
{
	size_t i;

	*duty = site->duty;
	*platform = site->platform;
	for (i = 0; i < site->targets; i++) {
		const struct spp_site_target *row = &site->target[i];

		if (!fits(row->match, path) &&
		    !fits(row->match, identity->fact[SPP_FACT_COMPUTER]) &&
		    !fits(row->match, identity->fact[SPP_FACT_HOST]))
			continue;
		if (row->duty)
			*duty = row->duty;
		if (row->platform)
			*platform = row->platform;
		return;
	}
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
		if (!row->match || fits(row->match, path) ||
		    fits(row->match, identity->fact[SPP_FACT_COMPUTER]) ||
		    fits(row->match, identity->fact[SPP_FACT_HOST]))
			return row;
	}
	return NULL;
}

bool spp_site_allows(const struct spp_site *site,
		     const struct spp_host_address *address)
{
	struct spp_host_address one;
	size_t i;

	for (i = 0; i < site->host.count; i++) {
		spp_host_address_read(site->host.name[i], &one);
		if (spp_host_address_same(&one, address))
			return true;
	}
	for (i = 0; i < site->good.count; i++)
		if (spp_known_hosts_fits(site->good.name[i], address->name))
			return true;
	return false;
}

bool spp_site_owns(const struct spp_site *site,
		   const struct spp_host_address *address)
{
	size_t i;

	if (address->net != SPP_NET_NAME)
		return false;
	for (i = 0; i < site->domain.count; i++)
		if (spp_dns_name_below(address->name, site->domain.name[i]))
			return true;
	return false;
}

const char *spp_site_condemns(const struct spp_site *site,
			      const struct spp_host_address *address)
{
	size_t i;

	for (i = 0; i < site->bad.count; i++)
		if (spp_known_hosts_fits(site->bad.name[i], address->name))
			return site->bad.name[i];
	return NULL;
}
