/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the rules of the firewall from the hives. */
#include <stdio.h>
#include <string.h>

#include "policy/windows/firewall_read.h"

static const char *const keys[SPP_PROFILE_COUNT] = {
	[SPP_PROFILE_DOMAIN] = "DomainProfile",
	[SPP_PROFILE_PRIVATE] = "StandardProfile",
	[SPP_PROFILE_PUBLIC] = "PublicProfile",
};

static enum spp_status read_rule(const struct spp_regf *hive,
				 const struct spp_slot *slot,
				 struct spp_firewall *fw, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *text = NULL;
	enum spp_status st;

	st = spp_name_show(&slot->name, &name, NULL, err);
	if (!st)
		st = spp_regf_value(hive, slot, &value, err);
	if (st || value.type != SPP_REG_SZ)
		return st;
	st = spp_value_get_text(&value, &text, NULL, err);
	return st ? st : spp_firewall_add(fw, spp_buf_text(&name), text, err);
}

/*
 * Reads the rules of a key; an unreadable one may be the one that lets the port
 * in.
 */
static enum spp_status read_rules(struct spp_session *session, const char *base,
				  struct spp_firewall *fw, bool *there,
				  struct spp_error *err)
{
	struct spp_regf *hive = spp_session_hive(session);
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_slot slot;
	struct spp_key key;
	enum spp_status st;
	char path[200];
	uint32_t i;

	snprintf(path, sizeof(path), "%s\\FirewallRules", base);
	st = spp_regf_find(hive, path, &key, &why);
	*there = !st;
	for (i = 0; !st && i < key.values; i++) {
		st = spp_key_slot(hive, &key, i, &slot, &why);
		if (!st)
			st = read_rule(hive, &slot, fw, &why);
		if (st && st != SPP_NOMEM) {
			fw->more = true;
			st = SPP_OK;
		}
	}
	return st == SPP_NOMEM ? spp_nomem(err) : SPP_OK;
}

/* The number of a value, or -1 if there is none. */
static int number(struct spp_session *session, const char *base,
		  const char *profile, const char *value)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	char path[200];
	uint32_t n;

	snprintf(path, sizeof(path), "%s\\%s", base, profile);
	if (spp_session_get(session, path, value, &v, NULL) ||
	    !spp_value_get_dword(&v, &n))
		return -1;
	return n != 0;
}

static void read_profiles(struct spp_session *session, const char *base,
			  struct spp_firewall *fw)
{
	int i, on, blocks;

	for (i = 0; i < SPP_PROFILE_COUNT; i++) {
		on = number(session, base, keys[i], "EnableFirewall");
		blocks = number(session, base, keys[i], "DefaultInboundAction");
		if (!on || !blocks)
			fw->off |= 1u << i;
		else if (on > 0)
			fw->off &= ~(1u << i);
	}
}

enum spp_status spp_firewall_read(struct spp_session *system, const char *set,
				  struct spp_session *software,
				  struct spp_firewall *fw,
				  struct spp_error *err)
{
	static const char policies[] = "Policies\\Microsoft\\WindowsFirewall";
	enum spp_status st = SPP_OK;
	char base[160];
	bool there;

	if (!system || !*set)
		return SPP_OK;
	snprintf(base, sizeof(base),
		 "%sServices\\SharedAccess\\Parameters\\FirewallPolicy", set);
	st = read_rules(system, base, fw, &fw->known, err);
	if (st || !fw->known)
		return st;
	read_profiles(system, base, fw);
	if (!software)
		return SPP_OK;
	st = read_rules(software, policies, fw, &there, err);
	if (!st)
		read_profiles(software, policies, fw);
	return st;
}
