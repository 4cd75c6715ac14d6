/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses words into an order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/text/near.h"
#include "policy/verb/order.h"

static const char *const types[] = { "All", "AD", "KMS", "Token" };

void spp_verb_order_release(struct spp_verb_order *order)
{
	if (!order)
		return;
	spp_value_release(&order->value[0]);
	spp_value_release(&order->value[1]);
	free(order->text);
	*order = (struct spp_verb_order)SPP_VERB_ORDER_INIT;
}

static enum spp_status keep_text(struct spp_verb_order *order, const char *text,
				 struct spp_error *err)
{
	free(order->text);
	order->text = strdup(text);
	return order->text ? SPP_OK : spp_nomem(err);
}

/* Checks a number, in decimal as in VBScript. */
static enum spp_status check_number(const struct spp_verb_order *order,
				    const char *text, struct spp_error *err)
{
	if (*text && !text[strspn(text, "0123456789")])
		return SPP_OK;
	return spp_fail(err, SPP_INVALID,
			"'%s' is not a number for /%s; give %s", text,
			order->verb->name, order->verb->arguments);
}

/* Wishes a value for the i-th setting of the verb. */
static enum spp_status set(struct spp_verb_order *order, int i,
			   const char *text, struct spp_notes *notes,
			   struct spp_error *err)
{
	const struct spp_setting *setting = order->verb->set[i];
	enum spp_status st = SPP_OK;

	if (setting->kind == SPP_KIND_PORT || setting->kind == SPP_KIND_NUMBER)
		st = check_number(order, text, err);
	if (!st)
		st = spp_setting_parse(setting, text, SPP_TERMS_OWN,
				       &order->value[i], notes, err);
	order->wish[i] = SPP_PRESENT;
	return st;
}

/* Splits NAME, NAME:PORT, :PORT, [IPV6] or [IPV6]:PORT. */
static enum spp_status split_host(char *text, char **port,
				  struct spp_error *err)
{
	char *end = text;

	if (*text == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return spp_fail(
				err, SPP_INVALID,
				"'%s' is not an IPv6 address with a port; "
				"give [ADDRESS] or [ADDRESS]:PORT",
				text);
		end++;
	} else {
		end += strcspn(end, ":");
		/* More than one colon: an IPv6 address without brackets. */
		if (*end && strchr(end + 1, ':'))
			end += strlen(end);
	}
	*port = *end ? end + 1 : NULL;
	if (*port && !**port)
		return spp_fail(err, SPP_INVALID,
				"'%s' has a colon, but no port after it", text);
	*end = '\0';
	return SPP_OK;
}

static enum spp_status parse_host(struct spp_verb_order *order,
				  const char *word, struct spp_notes *notes,
				  struct spp_error *err)
{
	char CLEANUP(spp_free_string) *name = strdup(word);
	enum spp_status st;
	char *port = NULL;

	if (!name)
		return spp_nomem(err);
	if (!*name)
		return spp_fail(err, SPP_INVALID, "/%s has an empty name",
				order->verb->name);
	st = split_host(name, &port, err);
	if (!st && *name)
		st = set(order, 0, name, notes, err);
	if (!st && port)
		st = set(order, 1, port, notes, err);
	else if (!st)
		order->wish[1] = SPP_ABSENT; /* slmgr removes it */
	return st ? st : keep_text(order, word, err);
}

static enum spp_status parse_type(struct spp_verb_order *order,
				  const char *word, struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	if (word && (word[0] < '0' || word[0] > '3' || word[1]))
		return spp_fail(err, SPP_INVALID,
				"invalid activation type '%s'; allowed: 0 to 3",
				word);
	order->wish[0] = SPP_ABSENT;
	if (word && *word != '0')
		st = set(order, 0, word, NULL, err);
	return st ? st : keep_text(order, types[word ? *word - '0' : 0], err);
}

/*
 * Refuses the id of an application: no product has it, so nothing would read
 * the value.
 */
static enum spp_status refuse_app(const struct spp_verb_order *order,
				  struct spp_error *err)
{
	const struct spp_app *app = spp_app_find(order->sku);

	if (!app)
		return SPP_OK;
	return spp_fail(err, SPP_USAGE,
			"'%s' is the id of an application (%s), not of a "
			"product; /%s without an id is for the whole machine, "
			"and scope spp/%s is the application's",
			order->sku, app->name, order->verb->name, app->name);
}

/*
 * Parses GUID, or APPLICATION/GUID if the hive does not tell the application.
 */
static enum spp_status parse_sku(struct spp_verb_order *order, const char *word,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_scope scope;
	enum spp_status st;

	if (order->verb->does == SPP_DOES_SHOW && !strcasecmp(word, "all")) {
		order->all = true;
		return SPP_OK;
	}
	if (spp_guid_parse(word, order->sku))
		return refuse_app(order, err);
	st = spp_buf_printf(&text, err, "spp/%s", word);
	if (st)
		return st;
	if (!strchr(word, '/') ||
	    spp_scope_parse(spp_buf_text(&text), false, &scope, NULL) ||
	    !*scope.sku)
		return spp_fail(
			err, SPP_USAGE,
			"'%s' is not an activation id for /%s; give a GUID, "
			"or APPLICATION/GUID",
			word, order->verb->name);
	strcpy(order->app, scope.app);
	strcpy(order->sku, scope.sku);
	return refuse_app(order, err);
}

static enum spp_status parse_set(struct spp_verb_order *order, const char *word,
				 struct spp_notes *notes, struct spp_error *err)
{
	const char *text = order->verb->value ? order->verb->value : word;
	const struct spp_setting *setting = order->verb->set[0];
	enum spp_status st;

	/* /cachst takes true or false; slmgr's switches take no argument. */
	if (!order->verb->value && setting->kind == SPP_KIND_SWITCH &&
	    strcasecmp(word, "true") && strcasecmp(word, "false"))
		return spp_fail(err, SPP_INVALID,
				"'%s' is neither true nor false", word);
	st = set(order, 0, text, notes, err);
	return st || order->verb->value ? st : keep_text(order, word, err);
}

/* arg: the verb's arguments, ended by NULL. */
static enum spp_status parse_arguments(struct spp_verb_order *order,
				       char *const *arg, int count,
				       struct spp_notes *notes,
				       struct spp_error *err)
{
	const struct spp_verb *verb = order->verb;
	int before_sku = verb->most - verb->sku;
	const char *first = before_sku && count ? arg[0] : NULL;
	const char *word = first ? first : "";
	enum spp_status st = SPP_OK;

	switch (verb->does) {
	case SPP_DOES_SET:
		st = parse_set(order, word, notes, err);
		break;
	case SPP_DOES_HOST:
		st = parse_host(order, word, notes, err);
		break;
	case SPP_DOES_TYPE:
		st = parse_type(order, first, err);
		break;
	case SPP_DOES_CLEAR:
		order->wish[0] = SPP_ABSENT;
		order->wish[1] = verb->set[1] ? SPP_ABSENT : SPP_KEEP;
		break;
	case SPP_DOES_SHOW:
	case SPP_DOES_LIVE:
		break;
	}
	if (!st && verb->sku && count > before_sku)
		st = parse_sku(order, arg[before_sku], err);
	return st;
}

static enum spp_remedy help_of(const struct spp_script *script)
{
	return script == &spp_script_ospp ? SPP_REMEDY_OSPP : SPP_REMEDY_SLMGR;
}

static enum spp_status refuse_verb(const struct spp_script *script,
				   const char *word, struct spp_error *err)
{
	const struct spp_script *other = script == &spp_script_slmgr
						 ? &spp_script_ospp
						 : &spp_script_slmgr;
	const char *begin = word + (*word && spp_verb_like(word));
	char CLEANUP(spp_free_string) *name =
		strndup(begin, strcspn(begin, ":"));
	struct spp_near near = SPP_NEAR_INIT(name ? name : "");
	size_t i;

	for (i = 0; i < script->count; i++)
		spp_near_try(&near, script->verb[i].name);
	if (!spp_verb_like(word) && near.best)
		return spp_fail(err, SPP_USAGE,
				"'%s' is not a verb; did you mean '/%s'?", word,
				near.best);
	if (!spp_verb_like(word))
		return spp_fail(err, SPP_USAGE,
				"'%s' is not a verb; verbs begin with / or -",
				word);
	if (spp_verb_find(other, word))
		return spp_fail_remedy(err, SPP_USAGE, help_of(other),
				       "'%s' is a verb of %s", word,
				       other->name);
	if (near.best)
		return spp_fail_remedy(err, SPP_USAGE, help_of(script),
				       "unknown %s verb '%s'; did you mean "
				       "'%c%s'",
				       script->name, word, *word, near.best);
	return spp_fail_remedy(err, SPP_USAGE, help_of(script),
			       "unknown %s verb '%s'", script->name, word);
}

static enum spp_status refuse_live(const struct spp_verb *verb,
				   struct spp_error *err)
{
	return spp_fail(err, SPP_USAGE, "/%s needs %s%s%s", verb->name,
			verb->needs, verb->instead ? "; " : "",
			verb->instead ? verb->instead : "");
}

static enum spp_status check_count(const struct spp_verb *verb,
				   char *const *arg, int count,
				   struct spp_error *err)
{
	if (count < verb->least)
		return spp_fail(err, SPP_USAGE, "/%s needs %s", verb->name,
				verb->arguments);
	if (count > verb->most)
		return spp_fail(err, SPP_USAGE,
				"'%s' is one argument too many for /%s",
				arg[verb->most], verb->name);
	return SPP_OK;
}

enum spp_status spp_verb_order_parse(const struct spp_script *script,
				     char *const *word, int words, int *used,
				     struct spp_verb_order *order,
				     struct spp_notes *notes,
				     struct spp_error *err)
{
	struct spp_verb_order o = { .script = script,
				    .wish = { SPP_KEEP, SPP_KEEP } };
	char *joined = script->colon ? strchr(word[0], ':') : NULL;
	char *const *arg = word + 1;
	enum spp_status st;
	char *one[2];
	int count = 0;

	o.verb = spp_verb_find(script, word[0]);
	if (!o.verb)
		return refuse_verb(script, word[0], err);
	if (o.verb->does == SPP_DOES_LIVE)
		return refuse_live(o.verb, err);
	while (count < words - 1 && !spp_verb_like(arg[count]))
		count++;
	*used = 1 + count;
	if (script->colon) {
		/*
		 * An argument after a space does not belong to such a verb, so
		 * it is refused.
		 */
		one[0] = joined ? joined + 1 : count ? arg[0] : NULL;
		one[1] = joined ? (count ? arg[0] : NULL)
				: (count > 1 ? arg[1] : NULL);
		count += joined != NULL;
		arg = one;
	}
	st = check_count(o.verb, arg, count, err);
	if (!st)
		st = parse_arguments(&o, arg, count, notes, err);
	if (st) {
		spp_verb_order_release(&o);
		return st;
	}
	spp_verb_order_release(order);
	*order = o;
	return SPP_OK;
}
