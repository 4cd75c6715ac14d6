/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first byte chooses a script and a Windows, the rest are the words of a
 * command line, separated by newlines.  What is accepted wishes only what may
 * be written; what is refused is refused with one line.
 */
#include <stdlib.h>

#include "policy/verb/order.h"
#include "tests/fuzz/memory.h"

#define WORDS 8

static const uint32_t builds[] = { 0, 6002, 7601, 19045 };

/* A Windows with a SKU of each kind. */
static void furnish(struct spp_scopes *scopes)
{
	static const char *const have[] = {
		"spp",
		"spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300",
		"ospp",
		"ospp/office2010/6f327760-8c5c-417c-9b61-836a98287e0c",
		"cache/office/d450596f-894d-49e0-966a-fd39ed4c4c64",
	};
	struct spp_scope scope;
	size_t i;

	for (i = 0; i < sizeof(have) / sizeof(have[0]); i++)
		if (spp_scope_parse(have[i], false, &scope, NULL) ||
		    spp_scopes_add(scopes, &scope, NULL))
			abort();
}

static void one_line(enum spp_status st, const struct spp_error *err)
{
	if (st && (!*err->text || err->status != st))
		abort();
}

static void carry_out(const struct spp_verb_order *order, uint32_t build,
		      bool cache)
{
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) said = SPP_NOTES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_installation inst = { "target", &have, &scopes, build,
					 cache };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	furnish(&scopes);
	st = spp_verb_order_wish(order, &inst, &want, &notes, &err);
	one_line(st, &err);
	if (st)
		return;
	if (spp_verb_order_say(order, &inst, &want, &said, &notes, &err) ||
	    spp_policy_diff(&have, &want, &changes, &err) ||
	    spp_changes_allowed(&changes, &notes, &err))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_verb_order CLEANUP(spp_verb_order_release) order =
		SPP_VERB_ORDER_INIT;
	const struct spp_script *script;
	struct spp_error err = SPP_ERROR_INIT;
	char *text, *rest = NULL, *word[WORDS];
	int count = 0, used = 0;
	enum spp_status st;

	if (!size)
		return 0;
	text = memory_text(data + 1, size - 1);
	script = data[0] & 1 ? &spp_script_ospp : &spp_script_slmgr;
	word[0] = strtok_r(text, "\n", &rest);
	while (word[count] && ++count < WORDS)
		word[count] = strtok_r(NULL, "\n", &rest);
	if (count) {
		st = spp_verb_order_parse(script, word, count, &used, &order,
					  NULL, &err);
		one_line(st, &err);
		if (!st && (used < 1 || used > count))
			abort();
		if (!st)
			carry_out(&order, builds[data[0] >> 1 & 3],
				  data[0] & 8);
	}
	free(text);
	return 0;
}
