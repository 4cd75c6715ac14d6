/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/firewall.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/number.h"

static const char *const profiles[SPP_PROFILE_COUNT] = { "domain", "private",
							 "public" };
static const char *const ways[SPP_WAY_COUNT] = {
	[SPP_WAY_UNKNOWN] = "unknown", [SPP_WAY_OPEN] = "open",
	[SPP_WAY_LIMITED] = "limited", [SPP_WAY_SHUT] = "shut",
	[SPP_WAY_BLOCKED] = "blocked",
};

const char *spp_profile_word(enum spp_profile profile)
{
	return profiles[profile];
}

const char *spp_way_word(enum spp_way way)
{
	return ways[way];
}

void spp_firewall_release(struct spp_firewall *firewall)
{
	size_t i;

	if (!firewall)
		return;
	for (i = 0; i < firewall->count; i++) {
		free(firewall->rule[i].name);
		free(firewall->rule[i].text);
	}
	free(firewall->rule);
	*firewall = (struct spp_firewall)SPP_FIREWALL_INIT;
}

/* The parts of a rule. */
struct parts {
	bool inbound, active, allows, blocks;
	bool tcp;     /* or any protocol */
	bool program; /* limited to another program or service */
	bool own;     /* of the KMS */
	bool limited; /* to addresses, interfaces, users, secure traffic */
	bool ported;  /* limited to some ports */
	bool fits;    /* one of these is the wanted port */
	unsigned int profiles; /* 0: all */
};

/* The value of the member "Action=" if the word is one, or NULL. */
static const char *value_of(const char *word, size_t n, const char *name)
{
	size_t k = strlen(name);

	return n > k && word[k] == '=' && !strncasecmp(word, name, k)
		       ? word + k + 1
		       : NULL;
}

static bool is(const char *value, const char *end, const char *text)
{
	size_t n = strlen(text);

	return value && (size_t)(end - value) == n &&
	       !strncasecmp(value, text, n);
}

static bool ends_with(const char *value, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - value) >= n && !strncasecmp(end - n, text, n);
}

/* "1688", "1000-2000"; words such as RPC are not ports. */
static bool has_port(const char *value, const char *end, uint32_t port)
{
	char text[16], *dash;
	uint64_t from, to;

	if ((size_t)(end - value) >= sizeof(text))
		return false;
	memcpy(text, value, (size_t)(end - value));
	text[end - value] = '\0';
	dash = strchr(text, '-');
	if (dash)
		*dash = '\0';
	if (!spp_number_parse(text, 65535, &from))
		return false;
	to = from;
	if (dash && !spp_number_parse(dash + 1, 65535, &to))
		return false;
	return port >= from && port <= to;
}

static void take_program(struct parts *p, const char *value, const char *end)
{
	if (ends_with(value, end, "sppsvc.exe") ||
	    ends_with(value, end, "sppextcomobj.exe"))
		p->own = true;
	else
		p->program = true;
}

/* Members that limit a rule if they are present. */
static bool limits(const char *word, size_t n)
{
	static const char *const names[] = { "RA4",	 "RA6",	   "RA42",
					     "RA62",	 "LA4",	   "LA6",
					     "RPort",	 "IF",	   "IFType",
					     "Security", "RMauth", "RUAuth",
					     "LUAuth",	 "LUOwn" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (value_of(word, n, names[i]))
			return true;
	return false;
}

static void take_word(struct parts *p, const char *word, size_t n,
		      uint32_t port)
{
	const char *end = word + n, *v;
	int i;

	if ((v = value_of(word, n, "Action"))) {
		p->allows = is(v, end, "Allow");
		p->blocks = is(v, end, "Block");
	} else if ((v = value_of(word, n, "Active"))) {
		p->active = is(v, end, "TRUE");
	} else if ((v = value_of(word, n, "Dir"))) {
		p->inbound = is(v, end, "In");
	} else if ((v = value_of(word, n, "Protocol"))) {
		p->tcp = is(v, end, "6");
	} else if ((v = value_of(word, n, "LPort")) ||
		   (v = value_of(word, n, "LPort2_10"))) {
		p->ported = true;
		p->fits |= has_port(v, end, port);
	} else if ((v = value_of(word, n, "App"))) {
		take_program(p, v, end);
	} else if ((v = value_of(word, n, "Svc"))) {
		if (is(v, end, "sppsvc"))
			p->own = true;
		else if (!is(v, end, "*"))
			p->program = true;
	} else if ((v = value_of(word, n, "Profile"))) {
		for (i = 0; i < SPP_PROFILE_COUNT; i++)
			if (is(v, end, profiles[i]))
				p->profiles |= 1u << i;
	} else if (limits(word, n)) {
		p->limited = true;
	}
}

static struct parts take_apart(const char *text, uint32_t port)
{
	struct parts p = { .tcp = true };
	size_t n;

	for (; *text; text += text[n] ? n + 1 : n) {
		n = strcspn(text, "|");
		take_word(&p, text, n, port);
	}
	if (p.profiles && !(p.profiles & 1u << SPP_PROFILE_DOMAIN))
		p.limited = true;
	return p;
}

enum spp_status spp_firewall_add(struct spp_firewall *firewall,
				 const char *name, const char *text,
				 struct spp_error *err)
{
	struct parts p = take_apart(text, 0);
	struct spp_firewall_rule *grown;

	if (!p.inbound || !p.tcp || (!p.allows && !p.blocks) ||
	    (!p.own && (p.program || !p.active)))
		return SPP_OK;
	if (firewall->count == SPP_FIREWALL_RULES ||
	    strlen(text) > SPP_FIREWALL_TEXT ||
	    strlen(name) > SPP_FIREWALL_TEXT) {
		firewall->more = true;
		return SPP_OK;
	}
	grown = spp_grow(firewall->rule, firewall->count, sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	firewall->rule = grown;
	grown[firewall->count].name = strdup(name);
	grown[firewall->count].text = strdup(text);
	if (!grown[firewall->count].name || !grown[firewall->count].text) {
		free(grown[firewall->count].name);
		free(grown[firewall->count].text);
		return spp_nomem(err);
	}
	firewall->count++;
	return SPP_OK;
}

enum spp_way spp_firewall_way(const struct spp_firewall *firewall,
			      uint32_t port, const char **rule)
{
	enum spp_way way = SPP_WAY_SHUT;
	size_t i;

	*rule = NULL;
	if (!firewall->known)
		return SPP_WAY_UNKNOWN;
	if (firewall->off & 1u << SPP_PROFILE_DOMAIN)
		return SPP_WAY_OPEN;
	for (i = 0; i < firewall->count; i++) {
		const struct spp_firewall_rule *r = &firewall->rule[i];
		struct parts p = take_apart(r->text, port);

		if (!p.active && p.own && !*rule && way == SPP_WAY_SHUT)
			*rule = r->name;
		if (!p.active || (p.ported && !p.fits))
			continue;
		if (p.blocks && !p.limited) {
			*rule = r->name;
			return SPP_WAY_BLOCKED;
		}
		if (p.allows && way != SPP_WAY_OPEN) {
			*rule = r->name;
			way = p.limited ? SPP_WAY_LIMITED : SPP_WAY_OPEN;
		}
	}
	return way == SPP_WAY_SHUT && firewall->more ? SPP_WAY_UNKNOWN : way;
}

enum spp_status spp_firewall_say(const struct spp_firewall *firewall,
				 uint32_t port, struct spp_buf *out,
				 struct spp_error *err)
{
	const char *rule;
	enum spp_way way = spp_firewall_way(firewall, port, &rule);

	switch (way) {
	case SPP_WAY_UNKNOWN:
		break;
	case SPP_WAY_OPEN:
		return rule ? spp_buf_printf(out, err,
					     "rule '%s' lets TCP %u in", rule,
					     port)
			    : spp_buf_puts(out,
					   "off in the profile of a domain, so "
					   "everything gets in",
					   err);
	case SPP_WAY_LIMITED:
		return spp_buf_printf(out, err,
				      "rule '%s' lets TCP %u in, but not from "
				      "everywhere or not in a domain",
				      rule, port);
	case SPP_WAY_SHUT:
		return spp_buf_printf(
			out, err, "no active inbound rule lets TCP %u in%s%s%s",
			port, rule ? " ('" : "", rule ? rule : "",
			rule ? "' is off)" : "");
	case SPP_WAY_BLOCKED:
		return spp_buf_printf(out, err, "rule '%s' keeps TCP %u out",
				      rule, port);
	}
	return spp_buf_puts(out, "not known", err);
}
