/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of rules, one line each, sorted by id.  A rule is a function with
 * its row beside it, spp_rule_NAME, in the file of its topic; its line here
 * makes its index SPP_Rnn and enters it in spp_rules[].
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#define SPP_RULE_LIST(X)          \
	X(R01, public_host)       \
	X(R02, loopback)          \
	X(R03, hook)              \
	X(R04, placeholder)       \
	X(R05, unknown_host)      \
	X(R06, foreign_cloud)     \
	X(R07, other_host)        \
	X(R08, hidden_host)       \
	X(R09, idle_lookup)       \
	X(R10, stale_cache)       \
	X(R11, pinned_image)      \
	X(R12, skip_rearm)        \
	X(R13, client_port)       \
	X(R14, listening_port)    \
	X(R15, wrong_type)        \
	X(R16, inert_list)        \
	X(R17, silent_host)       \
	X(R18, host_leftovers)    \
	X(R19, rogue_host)        \
	X(R20, list_entry)        \
	X(R21, list_twice)        \
	X(R22, home_listed)       \
	X(R23, same_list)         \
	X(R24, zero_weight)       \
	X(R25, interval)          \
	X(R26, longest_intervals) \
	X(R27, caching_client)    \
	X(R28, low_priority)      \
	X(R29, no_ticket)         \
	X(R30, product_key)       \
	X(R31, user_operations)   \
	X(R32, vista_key)         \
	X(R33, misspelt_key)      \
	X(R34, mirrored)          \
	X(R35, office_key)        \
	X(R36, netsvc_host)       \
	X(R37, other_ticket)      \
	X(R38, idle_setting)      \
	X(R40, pasted_name)       \
	X(R41, app_as_sku)        \
	X(R42, firewall)          \
	X(R43, shared_zone)       \
	X(R50, unknown_value)     \
	X(R51, unreadable)        \
	X(R52, unknown_key)       \
	X(R53, client_host)       \
	X(R70, host_key)          \
	X(R71, client_key)

enum spp_rule_index {
#define SPP_RULE_INDEX(id, name) SPP_##id,
	SPP_RULE_LIST(SPP_RULE_INDEX)
#undef SPP_RULE_INDEX
		SPP_RULE_COUNT
};

#endif
