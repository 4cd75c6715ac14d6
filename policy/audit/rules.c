/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules.  A rule whose source is "third-party" rests on what others have
 * seen; one that is "inferred" on reading, not on a running Windows.
 */
#include "policy/audit/private.h"

#define REGISTRY "Microsoft, Registry Settings for Volume Activation"
#define SLMGR	 "Microsoft, slmgr.vbs options for volume activation"
#define DEPLOY	 "Microsoft, Deploy KMS Activation"
#define TIMING	 "Microsoft, KMS Activation Timing and Discovery"
#define OFFICE	 "Microsoft, Configure DNS for activating Office by using KMS"
#define SEEN	 "third-party"
#define INFERRED "inferred"

#define BIT	 SPP_RULE_BIT
#define EMULATOR (BIT(SPP_R01) | BIT(SPP_R02) | BIT(SPP_R03) | BIT(SPP_R04))
/* What is no list in the registry's eyes is not judged as one. */
#define ABOUT_LIST .silenced_by = BIT(SPP_R15), .needs = SPP_NEED_SOFTWARE

#define UNSET "sppctl unset{target}{names}{scope}"

const struct spp_rule spp_rules[SPP_RULE_COUNT] = {
	[SPP_R01] = {
		.id = "R01",
		.name = "public-kms-host",
		.grade = SPP_GRADE_CRITICAL,
		.summary = "a KMS host that is known to be public",
		.rationale = "A public KMS host activates what was not "
			     "licensed. The name counts wherever it stands: "
			     "for the machine, an application, a SKU, the "
			     "32-bit mirror, Office or in the cache.",
		.source = SEEN " lists, unverified; a site file adds to them",
		.remedy = UNSET,
		.needs = SPP_NEED_SOFTWARE,
		.wants = SPP_NEED_CACHE,
		.check = spp_rule_public_host,
	},
	[SPP_R02] = {
		.id = "R02",
		.name = "loopback-kms-host",
		.grade = SPP_GRADE_HIGH,
		.others = "critical for 127.0.0.2 below a SKU",
		.summary = "a KMS host that is the machine itself",
		.rationale = "Windows 8 and later refuse to activate against "
			     "the machine itself, so such an address works "
			     "with an emulator only; 127.0.0.2 below a SKU "
			     "is the mark of one.",
		.source = SEEN ": issues of vlmcsd and py-kms",
		.remedy = UNSET,
		.needs = SPP_NEED_SOFTWARE,
		.wants = SPP_NEED_CACHE,
		.check = spp_rule_loopback,
	},
	[SPP_R03] = {
		.id = "R03",
		.name = "activation-hook",
		.grade = SPP_GRADE_CRITICAL,
		.summary = "something is loaded into an activation program",
		.rationale = "Image File Execution Options of SppExtComObj, "
			     "sppsvc or osppsvc with VerifierDlls, Debugger "
			     "or KMS_ values let an emulator answer in the "
			     "place of a KMS host. It is the strongest "
			     "evidence there is.",
		.source = SEEN ": scripts of emulators",
		.advice = "sppctl does not edit Image File Execution "
			  "Options; rebuild the image, or delete the key "
			  "with another tool and look for the library",
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_hook,
	},
	[SPP_R04] = {
		.id = "R04",
		.name = "emulator-address",
		.grade = SPP_GRADE_MEDIUM,
		.others = "critical with R03",
		.summary = "an address that emulators use",
		.rationale = "Emulators answer at 172.16.0.2, 10.10.10.9, "
			     "10.10.10.10 or 10.0.0.10. They are private "
			     "addresses, at which a real host may be.",
		.source = SEEN,
		.remedy = UNSET,
		.advice = "if it is a real host, name it under kms-hosts in "
			  "a site file",
		.worse_with = BIT(SPP_R03),
		.needs = SPP_NEED_SOFTWARE,
		.wants = SPP_NEED_CACHE,
		.check = spp_rule_placeholder,
	},
	[SPP_R05] = {
		.id = "R05",
		.name = "unknown-kms-host",
		.grade = SPP_GRADE_MEDIUM,
		.others = "info for a name while no site file says which are "
			  "the site's own",
		.summary = "a KMS host that is not the site's own",
		.rationale = "A public address, or a name outside of the "
			     "site's domains and none of the clouds': "
			     "somebody must know whose host it is.",
		.source = INFERRED,
		.remedy = UNSET,
		.advice = "if it is yours, name it under kms-hosts in a site "
			  "file",
		.silenced_by = BIT(SPP_R01) | BIT(SPP_R02) | BIT(SPP_R04),
		.needs = SPP_NEED_SOFTWARE,
		.wants = SPP_NEED_OWN | SPP_NEED_CACHE,
		.check = spp_rule_unknown_host,
	},
	[SPP_R06] = {
		.id = "R06",
		.name = "foreign-cloud",
		.grade = SPP_GRADE_LOW,
		.others = "info while the platform is not known",
		.summary = "the KMS host of another cloud",
		.rationale = "The KMS hosts of Azure, Google Cloud and AWS "
			     "answer in their own networks: an image that "
			     "has moved away does not renew.",
		.source = "Microsoft, Google and AWS, pages on activation",
		.remedy = UNSET,
		.advice = "right in that cloud; a site file says which "
			  "platform this is for",
		.needs = SPP_NEED_SOFTWARE,
		.wants = SPP_NEED_PLATFORM,
		.check = spp_rule_foreign_cloud,
	},
	[SPP_R07] = {
		.id = "R07",
		.name = "other-host-below",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "an application or SKU has another KMS host than "
			   "the machine",
		.rationale = "The narrower setting wins, and slmgr /ckms for "
			     "the machine leaves it in force.",
		.source = TIMING,
		.remedy = UNSET,
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_other_host,
	},
	[SPP_R08] = {
		.id = "R08",
		.name = "hidden-host-below",
		.grade = SPP_GRADE_LOW,
		.summary = "an application or SKU has a KMS host and the "
			   "machine has none",
		.rationale = "The machine seems to find its host through the "
			     "DNS, and a part of it does not.",
		.source = TIMING,
		.remedy = UNSET,
		.silenced_by = BIT(SPP_R01) | BIT(SPP_R02),
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_hidden_host,
	},
	[SPP_R09] = {
		.id = "R09",
		.name = "idle-lookup-domain",
		.grade = SPP_GRADE_LOW,
		.summary = "a lookup domain beside a KMS host",
		.rationale = "While a KMS host is set, no DNS domain is asked "
			     "for one.",
		.source = SLMGR,
		.remedy = UNSET,
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_idle_lookup,
	},
	[SPP_R10] = {
		.id = "R10",
		.name = "stale-cache",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "a cached KMS host in an image, or another than "
			   "the one that is set",
		.rationale = "The host of the last success is tried before "
			     "the DNS, until it fails; in an image every "
			     "clone inherits it.",
		.source = TIMING,
		.remedy = UNSET,
		.needs = SPP_NEED_CACHE,
		.wants = SPP_NEED_SOFTWARE | SPP_NEED_DUTY,
		.check = spp_rule_stale_cache,
	},
	[SPP_R11] = {
		.id = "R11",
		.name = "pinned-image",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "a KMS host is set in an image",
		.rationale = "Every clone is bound to this host and asks no "
			     "DNS: it cannot be moved, and nothing takes over "
			     "when it fails.",
		.source = REGISTRY,
		.remedy = UNSET,
		.needs = SPP_NEED_SOFTWARE | SPP_NEED_DUTY,
		.check = spp_rule_pinned_image,
	},
	[SPP_R12] = {
		.id = "R12",
		.name = "skip-rearm",
		.grade = SPP_GRADE_INFO,
		.others = "medium in an image",
		.summary = "rearm is skipped",
		.rationale = "sysprep /generalize resets neither the timers "
			     "nor the client machine id: a KMS host counts "
			     "all clones as one machine.",
		.source = SLMGR,
		.remedy = "sppctl set{target} skip-rearm=off",
		.needs = SPP_NEED_SOFTWARE,
		.wants = SPP_NEED_DUTY,
		.check = spp_rule_skip_rearm,
	},
	[SPP_R13] = {
		.id = "R13",
		.name = "client-port",
		.grade = SPP_GRADE_LOW,
		.summary = "a KMS port without a host, or not 1688",
		.rationale = "Both are allowed, and both are often left over "
			     "from another host.",
		.source = REGISTRY,
		.remedy = UNSET,
		.silenced_by = BIT(SPP_R15),
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_client_port,
	},
	[SPP_R14] = {
		.id = "R14",
		.name = "listening-port",
		.grade = SPP_GRADE_INFO,
		.others = "low where the port is not published",
		.summary = "the host listens on another port than 1688",
		.rationale = "It is documented and no sign of an emulator. "
			     "Firewalls must know the port; clients learn "
			     "it from the SRV record, or not at all where "
			     "none is published.",
		.source = REGISTRY,
		.remedy = UNSET,
		.advice = "only if 1688 is what is meant",
		.silenced_by = BIT(SPP_R15),
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_listening_port,
	},
	[SPP_R15] = {
		.id = "R15",
		.name = "wrong-type",
		.grade = SPP_GRADE_HIGH,
		.others = "medium for a client's value; low for others, for "
			  "a text without its end, and where the type "
			  "itself is not certain",
		.summary = "a value of the wrong type, or one that is no "
			   "value of its setting",
		.rationale = "The service may ignore it, and the default "
			     "holds. How it reads a wrong type is not "
			     "documented.",
		.source = REGISTRY "; the effect is " INFERRED,
		.remedy = "sppctl set{target} NAME=VALUE{scope}",
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_wrong_type,
	},
	[SPP_R16] = {
		.id = "R16",
		.name = "inert-list",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "a list of domains, and publishing is off",
		.rationale = "DnsDomainPublishList is used only while "
			     "DisableDnsPublishing is 0 or absent.",
		.source = REGISTRY,
		.remedy = "sppctl set{target} dns-publishing=on",
		.advice = "or take the list away with sppctl publish --clear",
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_inert_list,
	},
	[SPP_R17] = {
		.id = "R17",
		.name = "silent-host",
		.grade = SPP_GRADE_LOW,
		.summary = "a KMS host that does not publish itself",
		.rationale = "Right where the DNS takes no dynamic updates "
			     "and somebody keeps the records by hand; "
			     "otherwise no client finds the host.",
		.source = DEPLOY,
		.remedy = "sppctl set{target} dns-publishing=on",
		.advice = "sppctl dns prints the records to be made by hand",
		.silenced_by = BIT(SPP_R16),
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_silent_host,
	},
	[SPP_R18] = {
		.id = "R18",
		.name = "host-leftovers",
		.grade = SPP_GRADE_LOW,
		.summary = "values of a KMS host, and no sign of one",
		.rationale = "Left over from a host that was retired or "
			     "cloned. A host key that was installed without "
			     "slmgr leaves no sign.",
		.source = "Microsoft, slmgr.vbs; " INFERRED,
		.remedy = "sppctl unset{target} NAME...",
		.advice = "if it is a host, say so in a site file",
		.needs = SPP_NEED_SOFTWARE | SPP_NEED_STATE,
		.check = spp_rule_host_leftovers,
	},
	[SPP_R19] = {
		.id = "R19",
		.name = "rogue-host",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "the sign of a KMS host in an image or a client",
		.rationale = "slmgr writes KeyManagementServiceVersion when a "
			     "KMS host key is installed: each clone becomes "
			     "a host that nobody planned.",
		.source = "Microsoft, slmgr.vbs",
		.remedy = UNSET,
		.advice = "replace the product key, too: slmgr /ipk with the "
			  "client setup key",
		.needs = SPP_NEED_SOFTWARE | SPP_NEED_DUTY,
		.check = spp_rule_rogue_host,
	},
	[SPP_R20] = {
		.id = "R20",
		.name = "malformed-entry",
		.grade = SPP_GRADE_HIGH,
		.summary = "an entry of the list that a host may not read",
		.rationale = "The form is 'domain, priority, weight'. How a "
			     "host reads anything else is not documented; "
			     "the domain is likely not published.",
		.source = REGISTRY "; the effect is " INFERRED,
		.remedy = "sppctl publish{target} --remove ENTRY --add "
			  "DOMAIN,PRIORITY,WEIGHT",
		.advice = "where no --add is given, the domain is to be "
			  "added anew",
		ABOUT_LIST,
		.check = spp_rule_list_entry,
	},
	[SPP_R21] = {
		.id = "R21",
		.name = "duplicate-domain",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "a domain that is listed twice",
		.rationale = "Which of the entries counts is not documented.",
		.source = INFERRED,
		.remedy = "sppctl publish{target} --remove DOMAIN --add "
			  "DOMAIN,PRIORITY,WEIGHT",
		ABOUT_LIST,
		.check = spp_rule_list_twice,
	},
	[SPP_R22] = {
		.id = "R22",
		.name = "home-domain-listed",
		.grade = SPP_GRADE_INFO,
		.summary = "the home domain is listed",
		.rationale = "Not needed to publish there, but the only way "
			     "to give its record a priority and a weight.",
		.source = REGISTRY "; the consequence is " INFERRED,
		.advice = "nothing to do",
		.silenced_by = BIT(SPP_R15),
		.needs = SPP_NEED_SOFTWARE | SPP_NEED_SUFFIX,
		.check = spp_rule_home_listed,
	},
	[SPP_R23] = {
		.id = "R23",
		.name = "cloned-list",
		.grade = SPP_GRADE_INFO,
		.summary = "two hosts with the same priorities and weights",
		.rationale = "Microsoft advises to copy the key from host to "
			     "host, and the numbers come along: neither is "
			     "the primary, and which one answers is chance.",
		.source = DEPLOY "; the consequence is " INFERRED,
		.remedy = "sppctl publish{target} --priority N",
		.advice = "if the other one is meant to be the primary",
		.silenced_by = BIT(SPP_R15),
		.needs = SPP_NEED_SOFTWARE | SPP_NEED_FLEET,
		.check_fleet = spp_rule_same_list,
	},
	[SPP_R24] = {
		.id = "R24",
		.name = "zero-weight",
		.grade = SPP_GRADE_INFO,
		.summary = "weight 0 beside other weights, no priorities",
		.rationale = "RFC 2782 gives a record of weight 0 a very "
			     "small chance beside records that have one.",
		.source = "RFC 2782; Windows' own draw is not documented",
		.remedy = "sppctl publish{target} --weight N",
		.silenced_by = BIT(SPP_R15),
		.needs = SPP_NEED_SOFTWARE,
		.wants = SPP_NEED_FLEET,
		.check = spp_rule_zero_weight,
		.check_fleet = spp_rule_zero_weight_fleet,
	},
	[SPP_R25] = {
		.id = "R25",
		.name = "interval-range",
		.grade = SPP_GRADE_HIGH,
		.others = "low for an activation interval of more than a week",
		.summary = "an interval outside of 15 to 43200 minutes",
		.rationale = "The service takes 15 to 43200; what it does "
			     "with another number is not documented. A long "
			     "activation interval keeps a client that failed "
			     "once waiting.",
		.source = REGISTRY,
		.remedy = UNSET,
		.silenced_by = BIT(SPP_R15) | BIT(SPP_R26),
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_interval,
	},
	[SPP_R26] = {
		.id = "R26",
		.name = "longest-intervals",
		.grade = SPP_GRADE_LOW,
		.others = "medium with R01 to R04",
		.summary = "both intervals at 43200 minutes",
		.rationale = "What emulators set, so that their host is "
			     "asked as rarely as can be.",
		.source = SEEN ": scripts of emulators",
		.remedy = "sppctl unset{target} activation-interval "
			  "renewal-interval{scope}",
		.silenced_by = BIT(SPP_R15),
		.worse_with = EMULATOR,
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_longest_intervals,
	},
	[SPP_R27] = {
		.id = "R27",
		.name = "caching-client",
		.grade = SPP_GRADE_INFO,
		.summary = "a client that caches its host, where hosts have "
			   "priorities or weights",
		.rationale = "A client that caches stays with the host it "
			     "found, so that priority and weight count only "
			     "once.",
		.source = SLMGR "; " OFFICE,
		.remedy = "sppctl set{target} host-caching=off",
		.needs = SPP_NEED_SOFTWARE | SPP_NEED_FLEET,
		.check_fleet = spp_rule_caching_client,
	},
	[SPP_R28] = {
		.id = "R28",
		.name = "low-priority",
		.grade = SPP_GRADE_INFO,
		.summary = "the service runs at low priority",
		.rationale = "On a busy machine it may starve, and then not "
			     "keep a sufficient count.",
		.source = REGISTRY,
		.remedy = UNSET,
		.silenced_by = BIT(SPP_R18),
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_low_priority,
	},
	[SPP_R29] = {
		.id = "R29",
		.name = "no-genuine-ticket",
		.grade = SPP_GRADE_INFO,
		.others = "medium with R01 to R04",
		.summary = "no validation data is sent to Microsoft",
		.rationale = "CIS recommends it ('Turn off KMS Client Online "
			     "AVS Validation'); emulators set it, too. Alone "
			     "it means nothing.",
		.source = "Microsoft, Policy CSP - Licensing; CIS, " SEEN,
		.advice = "nothing to do",
		.worse_with = EMULATOR,
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_no_ticket,
	},
	[SPP_R30] = {
		.id = "R30",
		.name = "product-key",
		.grade = SPP_GRADE_INFO,
		.summary = "a product key in plain text",
		.rationale = "Whoever reads the hive reads the key, and so "
			     "do inventory scripts and thieves.",
		.source = SEEN,
		.remedy = UNSET,
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_product_key,
	},
	[SPP_R31] = {
		.id = "R31",
		.name = "user-operations",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "standard users may install keys and activate",
		.rationale = "It lowers security, Microsoft says.",
		.source = REGISTRY,
		.remedy = "sppctl set{target} user-operations=off{scope}",
		.needs = SPP_NEED_SOFTWARE,
		.check = spp_rule_user_operations,
	},
	[SPP_R32] = {
		.id = "R32",
		.name = "vista-key",
		.grade = SPP_GRADE_MEDIUM,
		.summary = "a setting where Windows Vista had it",
		.rationale = "Since Windows 7 the key SL has no effect, "
			     "though some pages still name it: somebody "
			     "meant the key SoftwareProtectionPlatform.",
		.source = DEPLOY,
		.remedy = UNSET,
		.advice = "and set it again without --scope, if it is wanted",
		.needs = SPP_NEED_SOFTWARE | SPP_NEED_BUILD,
		.check = spp_rule_vista_key,
	},
};
