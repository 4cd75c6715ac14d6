/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/dns_name.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define L10 "abcdefghij"
#define L60 L10 L10 L10 L10 L10 L10
#define L63 L60 "abc"
/* Three labels of 63 and one to make 253. */
#define D253 L63 "." L63 "." L63 "." L60 "a"

/* in -> out; NULL: refused, with text */
struct row {
	const char *in, *out, *text;
	size_t notes;
};

static void parse_rows(const struct row *rows, size_t count,
		       enum spp_status (*parse)(const char *, char **,
						struct spp_notes *,
						struct spp_error *))
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct spp_notes CLEANUP(spp_notes_release) notes =
			SPP_NOTES_INIT;
		char CLEANUP(spp_free_string) *out = NULL;
		struct spp_error err = SPP_ERROR_INIT;
		enum spp_status st = parse(rows[i].in, &out, &notes, &err);

		UNIT_ROW(st == (rows[i].out ? SPP_OK : SPP_INVALID),
			 rows[i].in);
		UNIT_ROW(err.status == st, rows[i].in);
		UNIT_ROW(rows[i].out ? out && !strcmp(out, rows[i].out) : !out,
			 rows[i].in);
		UNIT_ROW(!rows[i].text || !strcmp(err.text, rows[i].text),
			 err.text);
		UNIT_ROW(notes.count == rows[i].notes, rows[i].in);
	}
}

/* Names that are neither address nor with a colon, and so serve as both. */
static const struct row names[] = {
	{ "corp.example", "corp.example", NULL, 0 },
	{ "Corp.EXAMPLE", "Corp.EXAMPLE", NULL, 0 },
	{ "corp.example.", "corp.example", NULL, 0 },
	{ "a.b", "a.b", NULL, 0 },
	{ "0a.1b", "0a.1b", NULL, 0 },
	{ "x--y.example", "x--y.example", NULL, 0 },
	{ "single", "single", NULL, 1 },
	{ "under_score.example", "under_score.example", NULL, 1 },
	{ "_both", "_both", NULL, 2 },
	{ "xn--mnchen-3ya.example", "xn--mnchen-3ya.example", NULL, 0 },
	{ "m\u00fcnchen.example", "xn--mnchen-3ya.example", NULL, 0 },
	{ "M\u00dcNCHEN.example", "xn--mnchen-3ya.example", NULL, 0 },
	{ "mu\u0308nchen.example", "xn--mnchen-3ya.example", NULL, 0 },
	{ "stra\u00dfe.example", "xn--strae-oqa.example", NULL, 0 },
	{ "\u65e5\u672c.example.", "xn--wgv71a.example", NULL, 0 },
	{ L63 ".example", L63 ".example", NULL, 0 },
	{ D253, D253, NULL, 0 },
	{ D253 ".", D253, NULL, 0 },
	{ L63 "d.example", NULL,
	  "domain '" L63 "d.example' has a label of 64 characters; the most "
	  "is 63",
	  0 },
	{ D253 "b", NULL,
	  "domain '" L10 L10 L10 L10 "...' has 254 characters; the most is "
	  "253",
	  0 },
	{ "", NULL, "a domain name is empty", 0 },
	{ "a..b", NULL, "domain 'a..b' has an empty label", 0 },
	{ ".a.b", NULL, "domain '.a.b' has an empty label", 0 },
	{ "a.b..", NULL, "domain 'a.b.' has an empty label", 0 },
	{ "-a.example", NULL,
	  "domain '-a.example' has a label that starts or ends with a hyphen",
	  0 },
	{ "a-.example", NULL,
	  "domain 'a-.example' has a label that starts or ends with a hyphen",
	  0 },
	{ "a.-", NULL,
	  "domain 'a.-' has a label that starts or ends with a hyphen", 0 },
	{ "two words.example", NULL,
	  "domain 'two words.example' has the character ' '; allowed are "
	  "letters, digits and hyphens",
	  0 },
	{ "semi;colon", NULL, NULL, 0 },
	{ "comma,x", NULL, NULL, 0 },
	{ "back\\slash", NULL, NULL, 0 },
	{ "sl/ash", NULL, NULL, 0 },
	{ "*.example", NULL, NULL, 0 },
	{ "a.exa\tmple", NULL, NULL, 0 },
	{ "\xff.example", NULL, NULL, 0 },
	{ "a\u200bb.example", "ab.example", NULL, 0 },
	{ "\u2488.example", NULL, NULL, 0 },
	{ "\u00a0.example", NULL, NULL, 0 },
};

static void domains(void)
{
	static const struct row more[] = {
		{ ".", NULL, NULL, 0 },
		{ "1.2.3.4", NULL,
		  "'1.2.3.4' is a number or an address, not a domain", 0 },
		{ "300.1.1.1", NULL, NULL, 0 },
		{ "kms:1688", NULL,
		  "domain 'kms:1688' has the character ':'; allowed are "
		  "letters, digits and hyphens",
		  0 },
		{ "[::1]", NULL, NULL, 0 },
	};

	parse_rows(names, COUNT(names), spp_dns_name_parse);
	parse_rows(more, COUNT(more), spp_dns_name_parse);
}

static void hosts(void)
{
	static const struct row more[] = {
		{ "192.0.2.10", "192.0.2.10", NULL, 0 },
		{ "KMS01", "KMS01", NULL, 1 },
		{ "[2001:db8::1]", "[2001:db8::1]", NULL, 0 },
		{ "[::1]", "[::1]", NULL, 0 },
		{ "[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]", NULL, 0 },
		{ "2001:db8::1", NULL,
		  "IPv6 address '2001:db8::1' must be in brackets: "
		  "[2001:db8::1]",
		  0 },
		{ "kms01:1688", NULL,
		  "'kms01:1688' has a port; give the host alone: kms01", 0 },
		{ "[::1]:1688", NULL, NULL, 0 },
		{ "[::g]", NULL, NULL, 0 },
		{ "[]", NULL, NULL, 0 },
		{ "[1.2.3.4]", NULL, NULL, 0 },
		{ "[::1", NULL, NULL, 0 },
		{ "300.1.1.1", NULL, "'300.1.1.1' is not a valid IPv4 address",
		  0 },
		{ "1.2.3", NULL, "'1.2.3' is not a valid IPv4 address", 0 },
		{ "1.2.3.4.5", NULL, "'1.2.3.4.5' is not a valid IPv4 address",
		  0 },
		{ "1.2.3.4.", NULL, "'1.2.3.4.' is not a valid IPv4 address",
		  0 },
		{ "42", NULL, "'42' is not a valid IPv4 address", 0 },
		{ "1.2.3.4x", "1.2.3.4x", NULL, 0 },
	};

	parse_rows(names, COUNT(names), spp_dns_name_parse_host);
	parse_rows(more, COUNT(more), spp_dns_name_parse_host);
}

/* What was parsed is valid; what is stored may be less than that. */
static void stored_names_are_judged(void)
{
	static const struct {
		const char *text;
		bool domain, host;
	} rows[] = {
		{ "corp.example", true, true },
		{ "single", true, true },
		{ "corp.example.", false, false },
		{ "", false, false },
		{ "m\u00fcnchen.example", false, false },
		{ "1.2.3.4", false, true },
		{ "1.2.3", false, false },
		{ "::1", false, false },
		{ "[::1]", false, true },
		{ "a b", false, false },
		{ "%KMS%.example", false, false },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		UNIT_ROW(spp_dns_name_valid(rows[i].text) == rows[i].domain,
			 rows[i].text);
		UNIT_ROW(spp_dns_name_valid_host(rows[i].text) == rows[i].host,
			 rows[i].text);
	}
	for (i = 0; i < COUNT(names); i++)
		if (names[i].out)
			UNIT_ROW(spp_dns_name_valid(names[i].out),
				 names[i].out);
}

static const struct unit_test tests[] = {
	{ "domains", domains },
	{ "hosts", hosts },
	{ "stored names are judged", stored_names_are_judged },
	{ NULL, NULL },
};

const struct unit_suite unit_domain = { "domain", tests };
