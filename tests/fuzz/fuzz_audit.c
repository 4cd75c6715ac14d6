/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a policy document.  It is judged alone and as a fleet of two,
 * its records are made, and its clients choose; no text that comes of it may
 * hold a control character.
 */
#include <stdlib.h>

#include "policy/audit/engine.h"
#include "policy/audit/resilience.h"
#include "policy/dns/simulate.h"
#include "policy/format/format.h"
#include "tests/fuzz/memory.h"

static void must_be_plain(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			abort();
}

static void audit_some(const struct spp_document *document, int count)
{
	static const char text[] =
		"{\"sppctl-site\":1,\"domains\":[\"corp.example\"],"
		"\"known-bad\":[\"a*b\"],\"role\":\"image\"}";
	struct spp_audit_options options = { .show_keys = false };
	struct spp_audit audit = SPP_AUDIT_INIT;
	struct spp_site site = SPP_SITE_INIT;
	size_t i;

	if (count > 1 &&
	    spp_site_read("site", text, sizeof(text) - 1, &site, NULL))
		abort();
	while (count--)
		if (spp_audit_add(&audit, "it", document, 0, NULL))
			abort();
	if (spp_audit_run(&audit, &site, &options, NULL))
		abort();
	for (i = 0; i < audit.findings; i++) {
		must_be_plain(audit.finding[i].text);
		must_be_plain(audit.finding[i].remedy);
	}
	spp_audit_unknown(&audit, 0, &site);
	spp_audit_release(&audit);
	spp_site_release(&site);
}

static void choose(const struct spp_document *document)
{
	struct spp_simulation simulation = SPP_SIMULATION_INIT;
	struct spp_resilience found = SPP_RESILIENCE_INIT;
	bool down[2] = { true, false };
	struct spp_simulate_options options = { 10, 1, down };
	struct spp_policy state = SPP_POLICY_INIT;
	struct spp_records dns = SPP_RECORDS_INIT;
	size_t i;

	if (spp_document_state(document, &state, NULL) ||
	    spp_records_add(&dns, "a", &state, &document->identity, NULL) ||
	    spp_records_add(&dns, "b", &state, &document->identity, NULL))
		abort();
	spp_records_finish(&dns);
	if (spp_resilience_judge(&dns, &found, NULL))
		abort();
	for (i = 0; i < dns.count && i < 50; i = spp_records_domain(&dns, i)) {
		must_be_plain(dns.srv[i].domain);
		must_be_plain(dns.machine[dns.srv[i].machine].fqdn);
		spp_simulate(&dns, i, &options, &simulation, NULL);
	}
	spp_simulation_release(&simulation);
	spp_resilience_release(&found);
	spp_records_release(&dns);
	spp_policy_release(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = "fuzz" };
	uint8_t *copy = memory_text(data, size);

	in.data = copy;
	in.size = size;
	if (!spp_format_find("json")->read(&in, &document, &import, NULL)) {
		audit_some(&document, 1);
		audit_some(&document, 2);
		choose(&document);
	}
	spp_document_release(&document);
	spp_import_release(&import);
	free(copy);
	return 0;
}
