/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table.  What follows from its rows is in setting_value.c. */
#include "policy/model/setting.h"

#include <string.h>
#include <strings.h>

#define AT(place) (1u << SPP_PLACE_##place)
/* Where slmgr, ospp and the service itself keep client settings. */
#define ANYWHERE (AT(SPP) | AT(OSPP) | AT(WOW) | AT(SL))
/* Where the services keep what they found. */
#define CACHES (AT(CACHE) | AT(CACHE_OSPP) | AT(CACHE_SL))

#define REGISTRY "Microsoft, Registry Settings for Volume Activation"
#define SLMGR	 "Microsoft, slmgr.vbs options for volume activation"
#define VISTA	 "Microsoft, Volume Activation 2.0 Operations Guide"
#define CSP	 "Microsoft, Policy CSP - Licensing"
#define SEEN	 "seen in a third-party dump of Windows Server 2012 R2"

const struct spp_setting spp_settings[] = {
	/* KMS host */
	{
		.name = "publish-list",
		.value = "DnsDomainPublishList",
		.type = SPP_REG_MULTI_SZ,
		.kind = SPP_KIND_PUBLISH,
		.fallback = "the primary DNS suffix alone",
		.audience = SPP_AUDIENCE_HOST,
		.places = AT(SPP) | AT(SL),
		.source = REGISTRY,
		.summary = "DNS domains in which the host publishes its SRV "
			   "record",
	},
	{
		.name = "dns-publishing",
		.value = "DisableDnsPublishing",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "on",
		.audience = SPP_AUDIENCE_HOST,
		.flags = SPP_NEGATED,
		.places = AT(SPP) | AT(SL),
		.source = REGISTRY,
		.summary = "the host publishes SRV records by itself",
	},
	{
		.name = "listening-port",
		.value = "KeyManagementServiceListeningPort",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_PORT,
		.min = 1,
		.max = 65535,
		.fallback = "1688",
		.audience = SPP_AUDIENCE_HOST,
		.places = AT(SPP) | AT(SL),
		.source = REGISTRY,
		.summary = "TCP port on which the host answers",
	},
	{
		.name = "low-priority",
		.value = "EnableKmsLowPriority",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "off",
		.audience = SPP_AUDIENCE_HOST,
		.places = AT(SPP) | AT(SL),
		.source = REGISTRY,
		.summary = "the service runs at low priority and may starve",
	},
	{
		.name = "host-version",
		.value = "KeyManagementServiceVersion",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_TEXT,
		.audience = SPP_AUDIENCE_HOST,
		.flags = SPP_MARK,
		.places = AT(SPP) | AT(WOW) | AT(SL),
		.source = REGISTRY,
		.summary = "written when a KMS host key is installed; tells "
			   "monitoring that this is a host",
	},
	{
		.name = "registered-domain",
		.value = "KeyManagementServiceRegisteredDomainName",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_TEXT,
		.audience = SPP_AUDIENCE_HOST,
		.flags = SPP_STATE,
		.places = CACHES,
		.home = SPP_PLACE_CACHE,
		.source = VISTA "; name and place since Windows 7 unverified",
		.summary = "domain in which the host last published",
	},
	{
		.name = "registered-port",
		.value = "KeyManagementServiceRegisteredPortNumber",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_TEXT,
		.audience = SPP_AUDIENCE_HOST,
		.flags = SPP_STATE,
		.places = CACHES,
		.home = SPP_PLACE_CACHE,
		.source = VISTA "; name and place since Windows 7 unverified",
		.summary = "port that the host last published",
	},
	/* Both */
	{
		.name = "activation-interval",
		.value = "VLActivationInterval",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_NUMBER,
		.min = 15,
		.max = 43200,
		.fallback = "120",
		.unit = "minutes",
		.audience = SPP_AUDIENCE_HOST | SPP_AUDIENCE_CLIENT,
		.places = AT(SPP) | AT(OSPP) | AT(SL),
		.source = REGISTRY,
		.summary = "between attempts of a client that is not "
			   "activated",
	},
	{
		.name = "renewal-interval",
		.value = "VLRenewalInterval",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_NUMBER,
		.min = 15,
		.max = 43200,
		.fallback = "10080",
		.unit = "minutes",
		.audience = SPP_AUDIENCE_HOST | SPP_AUDIENCE_CLIENT,
		.places = AT(SPP) | AT(OSPP) | AT(SL),
		.source = REGISTRY,
		.summary = "between renewals of an activated client",
	},
	/* KMS client */
	{
		.name = "kms-host",
		.value = "KeyManagementServiceName",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_HOST,
		.fallback = "found through DNS",
		.audience = SPP_AUDIENCE_CLIENT,
		.places = ANYWHERE,
		.source = REGISTRY,
		.summary = "the KMS host to use; no discovery through DNS",
	},
	{
		.name = "kms-port",
		.value = "KeyManagementServicePort",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_PORT,
		.min = 1,
		.max = 65535,
		.fallback = "1688",
		.audience = SPP_AUDIENCE_CLIENT,
		.places = ANYWHERE,
		.source = REGISTRY,
		.summary = "TCP port of the KMS host",
	},
	{
		.name = "lookup-domain",
		.value = "KeyManagementServiceLookupDomain",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_DOMAIN,
		.fallback = "the DNS suffixes of the machine",
		.audience = SPP_AUDIENCE_CLIENT,
		.places = ANYWHERE,
		.trust = SPP_INFERRED,
		.source = SLMGR "; the type is inferred",
		.summary = "DNS domain in which to look for a KMS host, "
			   "Windows 8 and later",
	},
	{
		.name = "host-caching",
		.value = "DisableKeyManagementServiceHostCaching",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "on",
		.audience = SPP_AUDIENCE_CLIENT,
		.flags = SPP_NEGATED,
		.places = AT(SPP) | AT(OSPP),
		.trust = SPP_THIRD_PARTY,
		.source = SLMGR "; the value's name is third-party",
		.summary = "the client stays with the host it found, so that "
			   "priority and weight count only once",
	},
	{
		.name = "activation-type",
		.value = "VLActivationType",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_CHOICE,
		.max = 3,
		.fallback = "all",
		.audience = SPP_AUDIENCE_CLIENT,
		.places = AT(SPP) | AT(OSPP),
		.source = REGISTRY "; at the root of the key inferred",
		.summary = "the only kind of volume activation to try",
	},
	{
		.name = "cached-host",
		.value = "DiscoveredKeyManagementServiceName",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_HOST,
		.audience = SPP_AUDIENCE_CLIENT,
		.flags = SPP_STATE,
		.places = CACHES,
		.home = SPP_PLACE_CACHE,
		.source = VISTA,
		.summary = "KMS host of the last success",
	},
	{
		.name = "cached-port",
		.value = "DiscoveredKeyManagementServicePort",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_PORT,
		.min = 1,
		.max = 65535,
		.audience = SPP_AUDIENCE_CLIENT,
		.flags = SPP_STATE,
		.places = CACHES,
		.home = SPP_PLACE_CACHE,
		.source = VISTA,
		.summary = "its port",
	},
	{
		.name = "cached-address",
		.value = "DiscoveredKeyManagementServiceIpAddress",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_TEXT,
		.audience = SPP_AUDIENCE_CLIENT,
		.flags = SPP_STATE,
		.places = CACHES,
		.home = SPP_PLACE_CACHE,
		.trust = SPP_THIRD_PARTY,
		.source = "third-party scripts",
		.summary = "its IP address",
	},
	{
		.name = "customer-pid",
		.value = "CustomerPID",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_TEXT,
		.audience = SPP_AUDIENCE_CLIENT,
		.flags = SPP_STATE,
		.places = CACHES,
		.home = SPP_PLACE_CACHE,
		.source = VISTA,
		.summary = "product id of the host of the last success",
	},
	/* General */
	{
		.name = "user-operations",
		.value = "UserOperations",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "off",
		.audience = SPP_AUDIENCE_GENERAL,
		.places = AT(SPP) | AT(OSPP),
		.source = REGISTRY,
		.summary = "standard users may install keys and activate",
	},
	{
		.name = "skip-rearm",
		.value = "SkipRearm",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "off",
		.audience = SPP_AUDIENCE_GENERAL,
		.places = AT(SPP),
		.source = SLMGR,
		.summary = "rearm, and so sysprep /generalize, resets nothing",
	},
	{
		.name = "alternate-url",
		.value = "AlternateURL",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_TEXT,
		.audience = SPP_AUDIENCE_GENERAL,
		.places = AT(ACTIVATION),
		.home = SPP_PLACE_ACTIVATION,
		.source = REGISTRY,
		.summary = "link shown in notifications instead of "
			   "Microsoft's",
	},
	{
		.name = "manual-activation",
		.value = "Manual",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "off",
		.audience = SPP_AUDIENCE_GENERAL,
		.places = AT(ACTIVATION),
		.home = SPP_PLACE_ACTIVATION,
		.source = REGISTRY,
		.summary = "no automatic activation",
	},
	{
		.name = "notifications-disabled",
		.value = "NotificationDisabled",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "off",
		.audience = SPP_AUDIENCE_GENERAL,
		.places = AT(ACTIVATION),
		.home = SPP_PLACE_ACTIVATION,
		.source = REGISTRY,
		.summary = "no notifications about activation",
	},
	{
		.name = "no-genuine-ticket",
		.value = "NoGenTicket",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "off",
		.audience = SPP_AUDIENCE_CLIENT,
		.places = AT(POLICIES) | AT(ACTIVATION) | AT(SLUI),
		.home = SPP_PLACE_POLICIES,
		.source = CSP "; the value's name is third-party",
		.summary = "no validation data is sent to Microsoft; "
			   "recommended by CIS",
	},
	{
		.name = "entitlement-reactivation",
		.value = "AllowWindowsEntitlementReactivation",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_SWITCH,
		.max = 1,
		.fallback = "on",
		.audience = SPP_AUDIENCE_CLIENT,
		.places = AT(POLICIES),
		.home = SPP_PLACE_POLICIES,
		.source = CSP,
		.summary = "reactivation by digital entitlement is allowed",
	},
	{
		.name = "keep-running-threshold",
		.value = "KeepRunningThresholdMins",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_OPAQUE,
		.unit = "minutes",
		.audience = SPP_AUDIENCE_GENERAL,
		.flags = SPP_STATE,
		.places = AT(SPP),
		.trust = SPP_THIRD_PARTY,
		.source = SEEN,
		.summary = "kept by the service",
	},
	{
		.name = "inactivity-shutdown-delay",
		.value = "InactivityShutdownDelay",
		.type = SPP_REG_DWORD,
		.kind = SPP_KIND_OPAQUE,
		.audience = SPP_AUDIENCE_GENERAL,
		.flags = SPP_STATE,
		.places = AT(SPP),
		.trust = SPP_THIRD_PARTY,
		.source = SEEN,
		.summary = "kept by the service",
	},
	{
		.name = "token-store",
		.value = "TokenStore",
		.type = SPP_REG_EXPAND_SZ,
		.kind = SPP_KIND_PATH,
		.audience = SPP_AUDIENCE_GENERAL,
		.flags = SPP_STATE,
		.places = AT(SPP),
		.trust = SPP_THIRD_PARTY,
		.source = SEEN,
		.summary = "folder of the service's tokens",
	},
	{
		.name = "cache-store",
		.value = "CacheStore",
		.type = SPP_REG_EXPAND_SZ,
		.kind = SPP_KIND_PATH,
		.audience = SPP_AUDIENCE_GENERAL,
		.flags = SPP_STATE,
		.places = AT(SPP),
		.trust = SPP_THIRD_PARTY,
		.source = SEEN,
		.summary = "folder of the service's cache",
	},
	{
		.name = "backup-product-key",
		.value = "BackupProductKeyDefault",
		.type = SPP_REG_SZ,
		.kind = SPP_KIND_TEXT,
		.audience = SPP_AUDIENCE_GENERAL,
		.flags = SPP_STATE | SPP_SECRET,
		.places = AT(SPP),
		.trust = SPP_THIRD_PARTY,
		.source = "third-party inventory scripts",
		.summary = "a product key in plain text",
	},
};

const size_t spp_setting_count = sizeof(spp_settings) / sizeof(spp_settings[0]);

static const char *const kind_words[SPP_KIND_COUNT] = {
	[SPP_KIND_SWITCH] = "switch", [SPP_KIND_NUMBER] = "number",
	[SPP_KIND_CHOICE] = "choice", [SPP_KIND_PORT] = "port",
	[SPP_KIND_HOST] = "host",     [SPP_KIND_DOMAIN] = "domain",
	[SPP_KIND_TEXT] = "text",     [SPP_KIND_PATH] = "path",
	[SPP_KIND_PUBLISH] = "list",  [SPP_KIND_OPAQUE] = "opaque",
};

static const char *const trust_words[] = {
	[SPP_DOCUMENTED] = "documented",
	[SPP_THIRD_PARTY] = "third-party",
	[SPP_INFERRED] = "inferred",
};

const char *spp_kind_word(enum spp_kind kind)
{
	return kind_words[kind];
}

const char *spp_trust_word(enum spp_trust trust)
{
	return trust_words[trust];
}

const char *spp_audience_word(unsigned int audience)
{
	if (audience == (SPP_AUDIENCE_HOST | SPP_AUDIENCE_CLIENT))
		return "host, client";
	if (audience & SPP_AUDIENCE_HOST)
		return "host";
	return audience & SPP_AUDIENCE_CLIENT ? "client" : "general";
}

bool spp_setting_travels(const struct spp_setting *setting)
{
	return !(setting->flags & (SPP_STATE | SPP_MARK));
}

size_t spp_setting_index(const struct spp_setting *setting)
{
	return (size_t)(setting - spp_settings);
}

const struct spp_setting *spp_setting_of_value(const char *value)
{
	size_t i;

	for (i = 0; i < spp_setting_count; i++)
		if (!strcasecmp(spp_settings[i].value, value))
			return &spp_settings[i];
	return NULL;
}

const struct spp_setting *spp_setting_find(const char *name, bool *raw)
{
	size_t i;

	for (i = 0; i < spp_setting_count; i++) {
		*raw = false;
		if (!strcasecmp(spp_settings[i].name, name))
			return &spp_settings[i];
	}
	*raw = true;
	return spp_setting_of_value(name);
}
