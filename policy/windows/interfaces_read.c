/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/interfaces_read.h"

#include <stdio.h>
#include <string.h>

#define INTERFACES_MAX 256  /* looked at */
#define DOMAINS_MAX    4096 /* bytes kept */

/* An empty one says nothing. */
static enum spp_status put_domain(struct spp_regf *hive,
				  const struct spp_key *key, const char *name,
				  struct spp_buf *domains,
				  struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	char CLEANUP(spp_free_string) *text = NULL;
	struct spp_slot slot;
	enum spp_status st = spp_key_value(hive, key, name, &slot, err);

	if (!st)
		st = spp_regf_value(hive, &slot, &value, err);
	if (!st && value.type != SPP_REG_SZ)
		return SPP_OK;
	if (!st)
		st = spp_value_get_text(&value, &text, NULL, err);
	if (st || !*text || strlen(text) > DOMAINS_MAX - domains->size)
		return st;
	return spp_buf_printf(domains, err, "%s%s", domains->size ? "," : "",
			      text);
}

enum spp_status spp_interfaces_domains(struct spp_session *system,
				       const char *set, struct spp_buf *domains,
				       struct spp_error *err)
{
	static const char *const values[] = { "Domain", "DhcpDomain" };
	struct spp_regf *hive = spp_session_hive(system);
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_subkeys it;
	struct spp_key key;
	enum spp_status st;
	char path[160];
	size_t i;

	snprintf(path, sizeof(path),
		 "%sServices\\Tcpip\\Parameters\\Interfaces", set);
	st = spp_regf_find(hive, path, &key, &why);
	if (st)
		return st == SPP_NOMEM ? spp_nomem(err) : SPP_OK;
	spp_subkeys_begin(&it, hive, &key);
	while (st != SPP_NOMEM && !spp_subkeys_next(&it, &why) &&
	       it.ordinal < INTERFACES_MAX) {
		st = spp_regf_key(hive, it.key, &key, &why);
		for (i = 0; !st && i < 2; i++) {
			st = put_domain(hive, &key, values[i], domains, &why);
			if (st != SPP_NOMEM)
				st = SPP_OK;
		}
	}
	spp_error_clear(&why);
	return st == SPP_NOMEM ? spp_nomem(err) : SPP_OK;
}
