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
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/audit/site_exception.h"
#include "policy/model/dns_name.h"

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
	for (i = 0; i < site->exceptions; i++)
		spp_site_exception_release(&site->exception[i]);
	free(site->exception);
	*site = (struct spp_site)SPP_SITE_INIT;
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

static enum spp_status read_names(struct spp_json_reader *r, const json_t *json,
				  read_name read, struct spp_names *names)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	char *name = NULL;
	size_t i;

	if (!json_is_array(json))
		return spp_json_complain(r, "must be an array of texts");
	if (json_array_size(json) > SPP_SITE_NAMES_MAX)
		return spp_json_complain(r, "has more than %d names",
					 SPP_SITE_NAMES_MAX);
	for (i = 0; !st && i < json_array_size(json); i++) {
		const char *text = json_string_value(json_array_get(json, i));

		spp_json_push(r, NULL, i);
		if (!text)
			return spp_json_complain(r, "must be text");
		if (read(text, &name, &why))
			return why.status == SPP_NOMEM
				       ? spp_nomem(r->err)
				       : spp_json_complain(r, "%s", why.text);
		spp_json_pop(r);
		st = keep(names, name, r->err);
	}
	return st;
}

static enum spp_status read_duty(struct spp_json_reader *r, const json_t *json,
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
	return spp_json_complain(r, "must be one of image, host and client");
}

static enum spp_status read_platform(struct spp_json_reader *r,
				     const json_t *json,
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
	return spp_json_complain(r, "must be one of %s", spp_buf_text(&words));
}

static enum spp_status read_row_member(struct spp_json_reader *r,
				       const char *name, json_t *json,
				       void *ctx)
{
	const char *text = json_string_value(json);
	struct spp_site_target *row = ctx;

	if (!strcmp(name, "role"))
		return read_duty(r, json, &row->duty);
	if (!strcmp(name, "platform"))
		return read_platform(r, json, &row->platform);
	if (strcmp(name, "match"))
		return spp_json_complain(r, "unknown member '%s' of a target",
					 name);
	if (!text || !*text || strlen(text) > 4096)
		return spp_json_complain(
			r, "must be a path or name, in which * stands "
			   "for any characters");
	row->match = strdup(text);
	return row->match ? SPP_OK : spp_nomem(r->err);
}

static enum spp_status read_row(struct spp_json_reader *r, json_t *json,
				struct spp_site_target *row)
{
	enum spp_status st;

	if (!json_is_object(json))
		return spp_json_complain(r, "must be an object with 'match'");
	st = spp_json_members(r, json, read_row_member, row);
	if (st)
		return st;
	return row->match ? SPP_OK : spp_json_complain(r, "has no 'match'");
}

static enum spp_status read_targets(struct spp_json_reader *r,
				    const json_t *json, struct spp_site *site)
{
	enum spp_status st = SPP_OK;
	size_t i, n = json_array_size(json);

	if (!json_is_array(json) || n > SPP_SITE_NAMES_MAX)
		return spp_json_complain(
			r, "must be an array of %d targets at the most",
			SPP_SITE_NAMES_MAX);
	site->target = n ? calloc(n, sizeof(*site->target)) : NULL;
	if (n && !site->target)
		return spp_nomem(r->err);
	for (i = 0; !st && i < n; i++) {
		spp_json_push(r, NULL, i);
		site->targets++;
		st = read_row(r, json_array_get(json, i), &site->target[i]);
		spp_json_pop(r);
	}
	return st;
}

static enum spp_status read_exceptions(struct spp_json_reader *r,
				       const json_t *json,
				       struct spp_site *site)
{
	enum spp_status st = SPP_OK;
	size_t i, n = json_array_size(json);

	if (!json_is_array(json) || n > SPP_SITE_NAMES_MAX)
		return spp_json_complain(
			r,
			"must be an array of %d suppressions at the "
			"most",
			SPP_SITE_NAMES_MAX);
	site->exception = n ? calloc(n, sizeof(*site->exception)) : NULL;
	if (n && !site->exception)
		return spp_nomem(r->err);
	for (i = 0; !st && i < n; i++) {
		spp_json_push(r, NULL, i);
		site->exceptions++;
		st = spp_site_exception_read(r, json_array_get(json, i),
					     &site->exception[i]);
		spp_json_pop(r);
	}
	return st;
}

static enum spp_status read_member(struct spp_json_reader *r, const char *name,
				   json_t *json, void *ctx)
{
	struct spp_site *site = ctx;

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
		return read_targets(r, json, site);
	if (!strcmp(name, "suppressions"))
		return read_exceptions(r, json, site);
	return spp_json_complain(r, "unknown member '%s' of a site file", name);
}

static enum spp_status read_site(struct spp_json_reader *r, json_t *root,
				 struct spp_site *site)
{
	if (!json_is_object(root))
		return spp_json_complain(r, "a site file must be an object");
	if (json_integer_value(json_object_get(root, "sppctl-site")) !=
	    SPP_SITE_VERSION)
		return spp_json_complain(
			r,
			"'sppctl-site' must be %d; is this a site "
			"file?",
			SPP_SITE_VERSION);
	return spp_json_members(r, root, read_member, site);
}

enum spp_status spp_site_read(const char *name, const void *data, size_t size,
			      struct spp_site *site, struct spp_error *err)
{
	struct spp_json_reader r = {
		.name = name, .text = data, .size = size, .err = err
	};
	struct spp_site found = { .given = true };
	json_t *root;
	enum spp_status st = spp_json_load(&r, &root);

	if (st)
		return st;
	st = read_site(&r, root, &found);
	json_decref(root);
	if (st) {
		spp_site_release(&found);
		return st;
	}
	spp_site_release(site);
	*site = found;
	return SPP_OK;
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

		if (!spp_site_matches(row->match, path, identity))
			continue;
		if (row->duty)
			*duty = row->duty;
		if (row->platform)
			*platform = row->platform;
		return;
	}
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
