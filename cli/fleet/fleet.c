/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/out.h"
#include "cli/remedy.h"

static void close_target(struct cli_source *source, struct cli_member *m)
{
	int role;

	m->kind = "policy";
	if (!source->windows)
		return;
	m->kind = spp_hives_target(source->windows)->ops->kind;
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (spp_hives_session(source->windows, (enum spp_role)role))
			m->hives |= 1u << role;
}

static void load(const struct cli_call *call, struct cli_member *m)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;

	if (cli_load(call, m->path, &source, &m->notes, &m->err))
		return;
	close_target(&source, m);
	m->document = source.document;
	source.document = (struct spp_document)SPP_DOCUMENT_INIT;
}

enum cli_exit cli_fleet_load(const struct cli_call *call,
			     struct cli_fleet *fleet)
{
	enum cli_exit code, worst = CLI_OK;
	int i;

	fleet->member =
		calloc((size_t)call->operands + 1, sizeof(*fleet->member));
	if (!fleet->member) {
		cli_complain("out of memory");
		return CLI_FAILED;
	}
	for (i = 0; i < call->operands; i++) {
		struct cli_member *m = &fleet->member[fleet->count++];

		cli_progress(i, call->operands, call->operand[i]);
		m->path = call->operand[i];
		load(call, m);
		cli_warn_all(&m->notes);
		fleet->loaded += !m->err.status;
		if (!m->err.status)
			continue;
		cli_complain("%s%s", m->err.text, cli_remedy(m->err.remedy));
		code = cli_exit_of(m->err.status);
		worst = code > worst ? code : worst;
	}
	cli_progress(call->operands, call->operands, NULL);
	return worst;
}

void cli_fleet_release(struct cli_fleet *fleet)
{
	size_t i;

	if (!fleet)
		return;
	for (i = 0; i < fleet->count; i++) {
		spp_document_release(&fleet->member[i].document);
		spp_notes_release(&fleet->member[i].notes);
	}
	free(fleet->member);
	*fleet = (struct cli_fleet)CLI_FLEET_INIT;
}

json_t *cli_json_member(const struct cli_member *m)
{
	if (m->err.status)
		return json_pack("{s:o, s:o}", "path", cli_json_text(m->path),
				 "error", cli_json_failure(&m->err));
	return json_pack("{s:o, s:s, s:o}", "path", cli_json_text(m->path),
			 "kind", m->kind, "warnings",
			 cli_json_notes(&m->notes));
}

json_t *cli_json_identity(const struct spp_identity *identity)
{
	struct spp_buf title = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *fqdn = spp_identity_fqdn(identity);
	json_t *json = json_object();
	size_t i;

	spp_identity_title(identity, &title, NULL);
	json_object_set_new(json, "title",
			    title.size ? cli_json_take(&title) : json_null());
	for (i = 0; i < SPP_FACT_COUNT; i++)
		json_object_set_new(json, spp_fact_name((enum spp_fact)i),
				    cli_json_text(identity->fact[i]));
	json_object_set_new(json, "fqdn", cli_json_text(fqdn));
	return json;
}
