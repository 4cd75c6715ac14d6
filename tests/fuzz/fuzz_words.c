/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first byte chooses a setting, the rest is what somebody typed: as a
 * value, a host, a domain, a scope, a rule of the firewall.  A value that is
 * accepted shows as a text that gives the same value again.
 */
#include <stdlib.h>

#include "policy/model/dns_name.h"
#include "policy/model/setting.h"
#include "policy/windows/firewall.h"
#include "tests/fuzz/memory.h"

static void value_of(const struct spp_setting *s, const char *text,
		     enum spp_terms raw)
{
	struct spp_value value = SPP_VALUE_INIT, again = SPP_VALUE_INIT;
	struct spp_notes notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_buf shown = SPP_BUF_INIT;

	if (!spp_setting_parse(s, text, raw, &value, &notes, &err)) {
		if (spp_setting_examine(s, &value) ||
		    spp_setting_show(s, &value, raw, &shown, NULL) ||
		    spp_setting_parse(s, spp_buf_text(&shown), raw, &again,
				      NULL, NULL) ||
		    !spp_value_equal(&value, &again))
			abort();
	} else if (!err.status || strchr(err.text, '\n')) {
		abort();
	}
	spp_notes_release(&notes);
	spp_buf_release(&shown);
	spp_value_release(&value);
	spp_value_release(&again);
}

/* A rule that is kept lets a port in or not, and says so. */
static void rule_of(const char *text)
{
	struct spp_firewall fw = { .known = true };
	struct spp_buf says = SPP_BUF_INIT;

	if (spp_firewall_add(&fw, "rule", text, NULL) ||
	    spp_firewall_say(&fw, 1688, &says, NULL) || !says.size)
		abort();
	spp_buf_release(&says);
	spp_firewall_release(&fw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_scope scope;
	char *text, *out = NULL;

	if (!size)
		return 0;
	text = memory_text(data + 1, size - 1);
	value_of(&spp_settings[data[0] % SPP_SETTING_COUNT], text,
		 data[0] & 0x80 ? SPP_TERMS_REGISTRY : SPP_TERMS_OWN);
	if (!spp_dns_name_parse(text, &out, NULL, NULL) &&
	    !spp_dns_name_valid(out))
		abort();
	free(out);
	out = NULL;
	if (!spp_dns_name_parse_host(text, &out, NULL, NULL) &&
	    !spp_dns_name_valid_host(out))
		abort();
	free(out);
	spp_scope_parse(text, true, &scope, NULL);
	rule_of(text);
	free(text);
	return 0;
}
