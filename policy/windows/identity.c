/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/base/filetime.h"
#include "policy/text/printable.h"
#include "policy/windows/firewall_read.h"
#include "policy/windows/interfaces_read.h"

#define NT	  "Microsoft\\Windows NT\\CurrentVersion"
#define TCPIP	  "Services\\Tcpip\\Parameters"
#define HOOKS_MAX 64 /* kept of one hive */

/* %s in a path of SYSTEM is the current control set. */
static const struct {
	enum spp_fact fact;
	enum spp_role role;
	const char *path, *value;
} sources[] = {
	/* The first existing value counts. */
	{ SPP_FACT_PRODUCT, SPP_ROLE_SOFTWARE, NT, "ProductName" },
	{ SPP_FACT_EDITION, SPP_ROLE_SOFTWARE, NT, "EditionID" },
	{ SPP_FACT_INSTALLATION, SPP_ROLE_SOFTWARE, NT, "InstallationType" },
	{ SPP_FACT_BUILD, SPP_ROLE_SOFTWARE, NT, "CurrentBuild" },
	{ SPP_FACT_BUILD, SPP_ROLE_SOFTWARE, NT, "CurrentBuildNumber" },
	{ SPP_FACT_REVISION, SPP_ROLE_SOFTWARE, NT, "UBR" },
	{ SPP_FACT_VERSION, SPP_ROLE_SOFTWARE, NT, "DisplayVersion" },
	{ SPP_FACT_VERSION, SPP_ROLE_SOFTWARE, NT, "ReleaseId" },
	{ SPP_FACT_COMPUTER, SPP_ROLE_SYSTEM,
	  "%sControl\\ComputerName\\ComputerName", "ComputerName" },
	{ SPP_FACT_HOST, SPP_ROLE_SYSTEM, "%s" TCPIP, "NV Hostname" },
	{ SPP_FACT_HOST, SPP_ROLE_SYSTEM, "%s" TCPIP, "Hostname" },
	{ SPP_FACT_SUFFIX, SPP_ROLE_SYSTEM, "%s" TCPIP, "NV Domain" },
	{ SPP_FACT_SUFFIX, SPP_ROLE_SYSTEM, "%s" TCPIP, "Domain" },
	{ SPP_FACT_POLICY_SUFFIX, SPP_ROLE_SOFTWARE,
	  "Policies\\Microsoft\\System\\DNSClient", "NV PrimaryDnsSuffix" },
	{ SPP_FACT_SEARCH_LIST, SPP_ROLE_SYSTEM, "%s" TCPIP, "SearchList" },
	{ SPP_FACT_POLICY_SEARCH_LIST, SPP_ROLE_SOFTWARE,
	  "Policies\\Microsoft\\Windows NT\\DNSClient", "SearchList" },
	{ SPP_FACT_DHCP_DOMAIN, SPP_ROLE_SYSTEM, "%s" TCPIP, "DhcpDomain" },
	{ SPP_FACT_SYNC_DOMAIN, SPP_ROLE_SYSTEM, "%s" TCPIP,
	  "SyncDomainWithMembership" },
	{ SPP_FACT_NETLOGON, SPP_ROLE_SYSTEM, "%sServices\\Netlogon", "Start" },
	{ SPP_FACT_GROUP_POLICY_DOMAIN, SPP_ROLE_SOFTWARE,
	  "Microsoft\\Windows\\CurrentVersion\\Group Policy\\History",
	  "MachineDomain" },
	{ SPP_FACT_PRODUCT_ID, SPP_ROLE_SOFTWARE, NT, "ProductId" },
};

static const char *const names[SPP_FACT_COUNT] = {
	[SPP_FACT_PRODUCT] = "product",
	[SPP_FACT_EDITION] = "edition",
	[SPP_FACT_INSTALLATION] = "installation_type",
	[SPP_FACT_BUILD] = "build",
	[SPP_FACT_REVISION] = "revision",
	[SPP_FACT_VERSION] = "display_version",
	[SPP_FACT_COMPUTER] = "computer",
	[SPP_FACT_HOST] = "host",
	[SPP_FACT_SUFFIX] = "dns_suffix",
	[SPP_FACT_POLICY_SUFFIX] = "policy_dns_suffix",
	[SPP_FACT_SEARCH_LIST] = "dns_search_list",
	[SPP_FACT_POLICY_SEARCH_LIST] = "policy_dns_search_list",
	[SPP_FACT_DHCP_DOMAIN] = "dhcp_domain",
	[SPP_FACT_CONNECTION_DOMAINS] = "connection_domains",
	[SPP_FACT_SYNC_DOMAIN] = "sync_domain_with_membership",
	[SPP_FACT_NETLOGON] = "netlogon_start",
	[SPP_FACT_GROUP_POLICY_DOMAIN] = "group_policy_domain",
	[SPP_FACT_PRODUCT_ID] = "product_id",
	[SPP_FACT_INSTALLED] = "installed",
	[SPP_FACT_KEY_EDITION] = "key_edition",
	[SPP_FACT_KEY_CHANNEL] = "key_channel",
	[SPP_FACT_KEY] = "key",
};

static const char *const hooked[] = { "SppExtComObj.exe", "sppsvc.exe",
				      "osppsvc.exe" };

const char *spp_fact_name(enum spp_fact fact)
{
	return names[fact];
}

const char *spp_fact_confidence(enum spp_fact fact)
{
	switch (fact) {
	case SPP_FACT_PRODUCT:
	case SPP_FACT_EDITION:
	case SPP_FACT_PRODUCT_ID:
		return "as stored";
	case SPP_FACT_INSTALLED:
		return "third-party knowledge of its meaning; an upgrade may "
		       "set it again";
	case SPP_FACT_KEY_EDITION:
	case SPP_FACT_KEY_CHANNEL:
	case SPP_FACT_KEY:
		return "third-party knowledge of the layout; of the key that "
		       "was installed last";
	default:
		return NULL;
	}
}

void spp_identity_release(struct spp_identity *identity)
{
	size_t i;

	if (!identity)
		return;
	for (i = 0; i < SPP_FACT_COUNT; i++)
		free(identity->fact[i]);
	for (i = 0; i < identity->hooks; i++) {
		free(identity->hook[i].program);
		free(identity->hook[i].value);
		free(identity->hook[i].data);
	}
	free(identity->hook);
	spp_firewall_release(&identity->firewall);
	*identity = (struct spp_identity)SPP_IDENTITY_INIT;
}

enum spp_status spp_identity_set(struct spp_identity *identity,
				 enum spp_fact fact, const char *text,
				 struct spp_error *err)
{
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		return spp_nomem(err);
	free(identity->fact[fact]);
	identity->fact[fact] = copy;
	return SPP_OK;
}

enum spp_status spp_identity_add_hook(struct spp_identity *identity,
				      const char *program, const char *value,
				      const char *data, struct spp_error *err)
{
	struct spp_hook *grown, hook;

	grown = realloc(identity->hook, (identity->hooks + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	identity->hook = grown;
	hook.program = strdup(program);
	hook.value = strdup(value);
	hook.data = strdup(data);
	if (!hook.program || !hook.value || !hook.data) {
		free(hook.program);
		free(hook.value);
		free(hook.data);
		return spp_nomem(err);
	}
	grown[identity->hooks++] = hook;
	return SPP_OK;
}

/* "ControlSet001\", for the set that Select names as current. */
static enum spp_status control_set(struct spp_session *system, char *to,
				   size_t room, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	enum spp_status st;
	uint32_t n;

	st = spp_session_get(system, "Select", "Current", &value, err);
	if (st)
		return st;
	if (!spp_value_get_dword(&value, &n) || !n || n > 999)
		return SPP_NOTFOUND;
	snprintf(to, room, "ControlSet%03u\\", n);
	return SPP_OK;
}

/* Text as it is, a number in decimal; SPP_NOTFOUND if it is empty. */
static enum spp_status fact_text(const struct spp_value *value, char **text,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint32_t n;

	if (spp_value_get_dword(value, &n)) {
		if (asprintf(text, "%u", n) < 0)
			return spp_nomem(err);
		return SPP_OK;
	}
	st = spp_value_get_text(value, text, NULL, err);
	if (!st && !**text) {
		spp_free_string(text);
		st = SPP_NOTFOUND;
	}
	return st;
}

static enum spp_status read_fact(struct spp_hives *windows, size_t i,
				 const char *set, struct spp_identity *identity,
				 struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_session *session =
		spp_hives_session(windows, sources[i].role);
	const char *path = sources[i].path;
	char CLEANUP(spp_free_string) *text = NULL;
	char full[160];
	enum spp_status st;

	if (!session || identity->fact[sources[i].fact])
		return SPP_OK;
	if (path[0] == '%')
		snprintf(full, sizeof(full), "%s%s", set, path + 2);
	else
		snprintf(full, sizeof(full), "%s", path);
	if (path[0] == '%' && !*set)
		return SPP_OK;
	st = spp_session_get(session, full, sources[i].value, &value, err);
	if (!st)
		st = fact_text(&value, &text, err);
	if (!st)
		st = spp_identity_set(identity, sources[i].fact, text, err);
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

/* Whether a value among a program's options hooks it. */
static bool is_hook(const char *name)
{
	return !strcasecmp(name, "VerifierDlls") ||
	       !strcasecmp(name, "Debugger") || !strncasecmp(name, "KMS_", 4);
}

static enum spp_status read_hook(const struct spp_regf *hive,
				 const struct spp_slot *slot,
				 const char *program,
				 struct spp_identity *identity,
				 struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) hex = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *text = NULL;
	enum spp_status st;

	st = spp_name_show(&slot->name, &name, NULL, err);
	if (st || !is_hook(spp_buf_text(&name)))
		return st;
	st = spp_regf_value(hive, slot, &value, err);
	if (!st &&
	    (value.type == SPP_REG_SZ || value.type == SPP_REG_EXPAND_SZ))
		st = spp_value_get_text(&value, &text, NULL, err);
	else if (!st)
		st = spp_hex_show(value.data, value.size < 64 ? value.size : 64,
				  &hex, err);
	return st ? st
		  : spp_identity_add_hook(
			    identity, program, spp_buf_text(&name),
			    text ? text : spp_buf_text(&hex), err);
}

static enum spp_status read_hooks(struct spp_session *software,
				  const char *program,
				  struct spp_identity *identity,
				  struct spp_error *err)
{
	struct spp_regf *hive = spp_session_hive(software);
	struct spp_slot slot;
	struct spp_key key;
	enum spp_status st;
	char path[160];
	uint32_t i;

	snprintf(path, sizeof(path), "%s\\Image File Execution Options\\%s", NT,
		 program);
	st = spp_regf_find(hive, path, &key, err);
	for (i = 0; !st && i < key.values && identity->hooks < HOOKS_MAX; i++) {
		st = spp_key_slot(hive, &key, i, &slot, err);
		if (!st)
			st = read_hook(hive, &slot, program, identity, err);
	}
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

/* Reads a value beside ProductName; empty if there is none. */
static enum spp_status get(struct spp_session *software, const char *name,
			   struct spp_value *value, struct spp_error *err)
{
	enum spp_status st = spp_session_get(software, NT, name, value, err);

	return st == SPP_NOTFOUND ? SPP_OK : st;
}

static enum spp_status read_installed(struct spp_session *software,
				      struct spp_identity *identity,
				      struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) time = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) date = SPP_VALUE_INIT;
	enum spp_status st = get(software, "InstallTime", &time, err);
	const char *text = NULL;
	char room[SPP_TIME_TEXT];
	uint32_t n;

	if (!st)
		st = get(software, "InstallDate", &date, err);
	if (st)
		return st;
	if (time.type == SPP_REG_QWORD && time.size == 8)
		text = spp_filetime_text(spp_get64(time.data), room);
	if (!text && spp_value_get_dword(&date, &n) && n)
		text = spp_time_text(n, 0, 0, room);
	return spp_identity_set(identity, SPP_FACT_INSTALLED, text, err);
}

enum spp_status spp_identity_set_key(struct spp_identity *identity,
				     const char *key, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) hidden = SPP_BUF_INIT;
	enum spp_status st = spp_buf_puts(&hidden, key, err);

	if (st)
		return st;
	spp_printable_redact_all(&hidden);
	if (strlen(key) < sizeof(identity->key) &&
	    strcmp(key, spp_buf_text(&hidden)) != 0)
		strcpy(identity->key, key);
	return spp_identity_set(identity, SPP_FACT_KEY, spp_buf_text(&hidden),
				err);
}

static enum spp_status set_licence(const struct spp_licence *licence,
				   struct spp_identity *identity,
				   struct spp_error *err)
{
	enum spp_status st = spp_identity_set(identity, SPP_FACT_KEY_EDITION,
					      licence->edition, err);

	if (!st)
		st = spp_identity_set(identity, SPP_FACT_KEY_CHANNEL,
				      licence->channel, err);
	if (st || !*licence->key)
		return st;
	return spp_identity_set_key(identity, licence->key, err);
}

static enum spp_status read_key(struct spp_session *software,
				struct spp_identity *identity,
				struct spp_error *err)
{
	struct spp_licence CLEANUP(spp_licence_release) licence =
		SPP_LICENCE_INIT;
	struct spp_value CLEANUP(spp_value_release) id3 = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) id4 = SPP_VALUE_INIT;
	enum spp_status st = get(software, "DigitalProductId4", &id4, err);

	if (!st)
		st = get(software, "DigitalProductId", &id3, err);
	if (!st)
		st = spp_licence_read4(&id4, &licence, err);
	if (st)
		return st;
	spp_licence_read3(&id3, &licence);
	return set_licence(&licence, identity, err);
}

/* Damage here must not hide the other facts. */
static enum spp_status read_licence(struct spp_session *software,
				    struct spp_identity *identity,
				    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = read_installed(software, identity, &why);

	if (st != SPP_NOMEM) {
		identity->is_licence_damaged = st != SPP_OK;
		st = read_key(software, identity, &why);
	}
	if (st == SPP_NOMEM)
		return spp_nomem(err);
	identity->is_licence_damaged |= st != SPP_OK;
	return SPP_OK;
}

static enum spp_status read_connections(struct spp_session *system,
					const char *set,
					struct spp_identity *identity,
					struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) domains = SPP_BUF_INIT;
	enum spp_status st;

	if (!system || !*set)
		return SPP_OK;
	st = spp_interfaces_domains(system, set, &domains, err);
	if (st || !domains.size)
		return st;
	return spp_identity_set(identity, SPP_FACT_CONNECTION_DOMAINS,
				spp_buf_text(&domains), err);
}

enum spp_status spp_identity_read(struct spp_hives *windows,
				  struct spp_identity *identity,
				  struct spp_error *err)
{
	struct spp_session *software =
		spp_hives_session(windows, SPP_ROLE_SOFTWARE);
	struct spp_session *system =
		spp_hives_session(windows, SPP_ROLE_SYSTEM);
	enum spp_status st = SPP_OK;
	char set[32] = "";
	size_t i;

	identity->has_system = system != NULL;
	if (system)
		st = control_set(system, set, sizeof(set), err);
	if (st == SPP_NOTFOUND)
		st = SPP_OK;
	for (i = 0; !st && i < sizeof(sources) / sizeof(sources[0]); i++)
		st = read_fact(windows, i, set, identity, err);
	for (i = 0; !st && software && i < sizeof(hooked) / sizeof(hooked[0]);
	     i++)
		st = read_hooks(software, hooked[i], identity, err);
	if (!st)
		st = read_connections(system, set, identity, err);
	if (!st)
		st = spp_firewall_read(system, set, software,
				       &identity->firewall, err);
	return st || !software ? st : read_licence(software, identity, err);
}
