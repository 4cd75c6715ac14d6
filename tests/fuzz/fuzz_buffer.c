/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are the text that somebody leaves in an editor, about a state that
 * is always the same.  What is wrong is marked in its lines, once; what is
 * wanted is written as a text that wants the same.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/editor/buffer.h"
#include "policy/format/format.h"
#include "tests/fuzz/memory.h"

static const char have[] =
	"{\"sppctl-policy\":1,\"scopes\":{\"spp\":{\"dns-publishing\":\"on\","
	"\"kms-host\":\"kms01.corp.example\",\"kms-port\":1688,"
	"\"publish-list\":[\"a.example, 1, 2\",\"b.example\"],"
	"\"listening-port\":{\"type\":\"REG_SZ\",\"hex\":\"310000\"}}},"
	"\"observed\":{\"cache\":{\"cached-host\":{\"type\":1,"
	"\"hex\":\"61000000\"}}}}";

static struct cli_state state = CLI_STATE_INIT;

static void take(const struct spp_policy *from)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		if (from->item[i].wish == SPP_PRESENT &&
		    spp_policy_set(&state.have, &from->item[i].scope,
				   from->item[i].setting, &from->item[i].value,
				   NULL))
			abort();
}

static void read_state(void)
{
	struct spp_document CLEANUP(spp_document_release) document =
		SPP_DOCUMENT_INIT;
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	const struct spp_input in = { .name = "have",
				      .data = (const uint8_t *)have,
				      .size = sizeof(have) - 1 };

	state.path = "target";
	if (spp_format_find("json")->read(&in, &document, &import, NULL))
		abort();
	take(&document.policy);
	take(&document.observed);
}

static enum spp_status read_text(const struct spp_buf *text,
				 struct spp_policy *want,
				 struct cli_flaws *flaws)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = cli_buffer_read(&state, "text", text, want, flaws,
					     &notes, &err);

	if (st != err.status || st == SPP_BUG || (st && !*err.text))
		abort();
	return st;
}

static bool same_change(const struct spp_change *a, const struct spp_change *b)
{
	return a->setting == b->setting &&
	       !spp_scope_cmp(&a->scope, &b->scope) && !a->after == !b->after &&
	       (!a->after || spp_value_equal(a->after, b->after));
}

/* The text of what is wanted wants the same. */
static void again(const struct spp_policy *want)
{
	struct spp_changes CLEANUP(spp_changes_release) x = SPP_CHANGES_INIT;
	struct spp_changes CLEANUP(spp_changes_release) y = SPP_CHANGES_INIT;
	struct spp_policy CLEANUP(spp_policy_release) second = SPP_POLICY_INIT;
	struct cli_flaws CLEANUP(cli_flaws_release) flaws = CLI_FLAWS_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	size_t i;

	if (cli_buffer_write(&state, want, "told", true, &text, NULL) ||
	    read_text(&text, &second, &flaws) || flaws.count ||
	    spp_policy_diff(&state.have, want, &x, NULL) ||
	    spp_policy_diff(&state.have, &second, &y, NULL) ||
	    x.count != y.count)
		abort();
	for (i = 0; i < x.count; i++)
		if (!same_change(&x.change[i], &y.change[i]))
			abort();
}

/* Once marked, marking changes nothing. */
static void mark(struct spp_buf *text, const struct cli_flaws *flaws)
{
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct cli_flaws CLEANUP(cli_flaws_release) more = CLI_FLAWS_INIT;
	struct spp_buf CLEANUP(spp_buf_release) once = SPP_BUF_INIT;
	size_t line, i;

	if (cli_buffer_mark(text, flaws, &line, NULL) ||
	    spp_buf_append(&once, text->data, text->size, NULL))
		abort();
	if (read_text(text, &want, &more) || flaws->is_cut)
		return; /* the end was added, so that more is looked at */
	if (more.count != flaws->count)
		abort();
	for (i = 0; i < more.count; i++)
		if (strcmp(more.flaw[i].text, flaws->flaw[i].text) != 0)
			abort();
	if (cli_buffer_mark(text, &more, &line, NULL) ||
	    text->size != once.size ||
	    memcmp(text->data, once.data, once.size) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct cli_flaws CLEANUP(cli_flaws_release) flaws = CLI_FLAWS_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (!state.path)
		read_state();
	if (spp_buf_append(&text, data, size, NULL))
		abort();
	if (read_text(&text, &want, &flaws))
		return 0;
	if (flaws.count)
		mark(&text, &flaws);
	else
		again(&want);
	return 0;
}
