/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model of sppctl ui: steps, what is pending, fixes, without a screen. */
#include <string.h>

#include "cli/editor/model.h"
#include "policy/model/publish_list.h"
#include "tests/unit.h"

static const struct spp_scope spp = { .place = SPP_PLACE_SPP };
static const struct spp_scope sl = { .place = SPP_PLACE_SL };
static const struct spp_scope mistaken = { .place = SPP_PLACE_WINDOWSNT };

static const struct spp_setting *setting(enum spp_setting_id id)
{
	return &spp_settings[id];
}

/* A state with a list, an interval and what Windows keeps. */
static void open_model(struct cli_model *m)
{
	struct cli_state state = CLI_STATE_INIT;
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	state.path = "x";
	state.hives = 1u << SPP_ROLE_SOFTWARE;
	spp_scopes_add(&state.offer, &spp, NULL);
	spp_setting_parse(setting(SPP_SETTING_PUBLISH_LIST),
			  "a.example, 1, 2; b.example, 3, 4", SPP_TERMS_OWN,
			  &value, NULL, NULL);
	spp_policy_set(&state.have, &spp, setting(SPP_SETTING_PUBLISH_LIST),
		       &value, NULL);
	spp_value_set_dword(&value, 120, NULL);
	spp_policy_set(&state.have, &spp,
		       setting(SPP_SETTING_ACTIVATION_INTERVAL), &value, NULL);
	spp_value_set_text(&value, SPP_REG_EXPAND_SZ, "%X%", NULL);
	spp_policy_set(&state.have, &spp, setting(SPP_SETTING_TOKEN_STORE),
		       &value, NULL);
	/* In wrong keys: one that can be moved, one that is there already. */
	spp_value_set_text(&value, SPP_REG_SZ, "a.example", NULL);
	spp_policy_set(&state.have, &sl, setting(SPP_SETTING_KMS_HOST), &value,
		       NULL);
	spp_value_set_dword(&value, 60, NULL);
	spp_policy_set(&state.have, &mistaken,
		       setting(SPP_SETTING_ACTIVATION_INTERVAL), &value, NULL);
	spp_value_release(&value);
	UNIT_ROW(!cli_model_take(&state, m, &err), err.text);
}

static enum spp_status type(struct cli_model *m, enum spp_setting_id id,
			    const char *text)
{
	struct spp_notes notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st =
		cli_model_type(m, &spp, setting(id), text, &notes, &err);

	CU_ASSERT_EQUAL(st, err.status);
	spp_notes_release(&notes);
	return st;
}

static bool shows(const struct cli_model *m, enum spp_setting_id id,
		  const char *text, enum cli_origin origin, bool pending)
{
	struct cli_row row = cli_model_row(m, &spp, setting(id));
	struct spp_buf shown = SPP_BUF_INIT;
	bool same;

	cli_model_show(&row, setting(id), false, &shown);
	same = !strcmp(spp_buf_text(&shown), text) && row.origin == origin &&
	       row.pending == pending;
	spp_buf_release(&shown);
	return same;
}

static void steps_are_taken_back_one_by_one(void)
{
	struct cli_model m = CLI_MODEL_INIT;

	open_model(&m);
	CU_ASSERT_EQUAL(cli_model_pending(&m), 0);
	CU_ASSERT_FALSE(cli_model_undo(&m));
	CU_ASSERT_FALSE(type(&m, SPP_SETTING_DNS_PUBLISHING, "off"));
	CU_ASSERT_FALSE(type(&m, SPP_SETTING_ACTIVATION_INTERVAL, "60"));
	CU_ASSERT_FALSE(type(&m, SPP_SETTING_ACTIVATION_INTERVAL, "60"));
	CU_ASSERT_EQUAL(m.steps, 2);
	CU_ASSERT_EQUAL(cli_model_pending(&m), 2);
	CU_ASSERT_TRUE(shows(&m, SPP_SETTING_DNS_PUBLISHING, "off",
			     CLI_FROM_HERE, true));
	CU_ASSERT_TRUE(cli_model_undo(&m));
	CU_ASSERT_TRUE(shows(&m, SPP_SETTING_ACTIVATION_INTERVAL, "120",
			     CLI_FROM_HERE, false));
	CU_ASSERT_TRUE(cli_model_undo(&m));
	CU_ASSERT_TRUE(shows(&m, SPP_SETTING_DNS_PUBLISHING, "on",
			     CLI_FROM_DEFAULT, false));
	CU_ASSERT_EQUAL(cli_model_pending(&m), 0);
	/* There and back again is nothing. */
	type(&m, SPP_SETTING_ACTIVATION_INTERVAL, "60");
	type(&m, SPP_SETTING_ACTIVATION_INTERVAL, "120");
	CU_ASSERT_EQUAL(cli_model_pending(&m), 0);
	cli_model_release(&m);
}

static void what_may_not_be_set_is_refused(void)
{
	struct cli_model m = CLI_MODEL_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	open_model(&m);
	CU_ASSERT_TRUE(type(&m, SPP_SETTING_ACTIVATION_INTERVAL, "14"));
	CU_ASSERT_TRUE(type(&m, SPP_SETTING_TOKEN_STORE, "a"));
	CU_ASSERT_TRUE(type(&m, SPP_SETTING_KMS_HOST, "a b"));
	CU_ASSERT_TRUE(type(&m, SPP_SETTING_KMS_HOST, "a.example:99999"));
	CU_ASSERT_EQUAL(m.steps, 0);
	/* What Windows keeps can be removed. */
	CU_ASSERT_FALSE(cli_model_set(
		&m, &spp, setting(SPP_SETTING_TOKEN_STORE), NULL, NULL, &err));
	CU_ASSERT_EQUAL(cli_model_pending(&m), 1);
	CU_ASSERT_TRUE(
		cli_model_shows(&m, &spp, setting(SPP_SETTING_TOKEN_STORE)));
	cli_model_undo(&m);
	CU_ASSERT_EQUAL(cli_model_pending(&m), 0);
	cli_model_release(&m);
}

static void a_host_with_its_port_is_one_step(void)
{
	struct cli_model m = CLI_MODEL_INIT;

	open_model(&m);
	CU_ASSERT_FALSE(type(&m, SPP_SETTING_KMS_HOST, "a.example:1700"));
	CU_ASSERT_TRUE(shows(&m, SPP_SETTING_KMS_HOST, "a.example",
			     CLI_FROM_HERE, true));
	CU_ASSERT_TRUE(
		shows(&m, SPP_SETTING_KMS_PORT, "1700", CLI_FROM_HERE, true));
	CU_ASSERT_TRUE(cli_model_undo(&m));
	CU_ASSERT_EQUAL(cli_model_pending(&m), 0);
	cli_model_release(&m);
}

static void a_scope_below_has_the_value_from_above(void)
{
	struct cli_model m = CLI_MODEL_INIT;
	struct spp_scope office = spp;
	struct cli_row row;

	open_model(&m);
	strcpy(office.app, spp_apps[SPP_APP_OFFICE].guid);
	type(&m, SPP_SETTING_KMS_HOST, "a.example");
	row = cli_model_row(&m, &office, setting(SPP_SETTING_KMS_HOST));
	CU_ASSERT_EQUAL(row.origin, CLI_FROM_ABOVE);
	CU_ASSERT_PTR_NOT_NULL(row.item);
	CU_ASSERT_FALSE(row.pending);
	cli_model_release(&m);
}

static void fixes_are_staged(void)
{
	static const struct {
		const char *line;
		bool ok;
		size_t pending;
	} rows[] = {
		{ "sppctl unset 'a b' activation-interval", true, 1 },
		{ "sppctl set x dns-publishing=off", true, 1 },
		{ "sppctl set x kms-host=a.example --scope spp/office", true,
		  1 },
		{ "sppctl unset x kms-host kms-port", true, 0 },
		{ "sppctl publish x --remove a.example --add a.example,5,6",
		  true, 1 },
		{ "sppctl publish x --priority 7", true, 1 },
		{ "sppctl publish x --priority N", false, 0 },
		{ "sppctl publish x --clear", true, 1 },
		{ "sppctl publish x --clear --add c.example,1,2", true, 1 },
		{ "sppctl move x kms-host", false, 0 },
		{ "sppctl move x kms-host --scope sl", true, 2 },
		{ "sppctl move x kms-host lookup-domain --scope sl", true, 2 },
		{ "sppctl move x activation-interval --scope windowsnt", false,
		  0 },
		{ "sppctl set x -o 'a b' dns-publishing=off", true, 1 },
		{ "sppctl set x -o b dns-publishing=off", false, 0 },
		{ "sppctl set x rearm=off renewal-interval=7", false, 0 },
		{ "sppctl", false, 0 },
		{ "", false, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cli_model m = CLI_MODEL_INIT;
		struct spp_notes notes = SPP_NOTES_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		open_model(&m);
		m.with = " -o 'a b'";
		UNIT_ROW(!cli_model_fix(&m, rows[i].line, &notes, &err) ==
				 rows[i].ok,
			 rows[i].line);
		UNIT_ROW(cli_model_pending(&m) == rows[i].pending,
			 rows[i].line);
		if (rows[i].pending)
			cli_model_undo(&m);
		UNIT_ROW(!cli_model_pending(&m), rows[i].line);
		spp_notes_release(&notes);
		cli_model_release(&m);
	}
}

static void the_audit_sees_what_is_pending(void)
{
	struct cli_model m = CLI_MODEL_INIT;
	struct spp_site site = SPP_SITE_INIT;
	struct spp_audit before = SPP_AUDIT_INIT, after = SPP_AUDIT_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	open_model(&m);
	CU_ASSERT_FALSE(cli_model_audit(&m, &site, 0, &before, &err));
	type(&m, SPP_SETTING_LOW_PRIORITY, "on");
	CU_ASSERT_FALSE(cli_model_audit(&m, &site, 0, &after, &err));
	CU_ASSERT_TRUE(after.findings > before.findings);
	spp_audit_release(&before);
	spp_audit_release(&after);
	cli_model_release(&m);
}

static void a_scope_is_added(void)
{
	struct cli_model m = CLI_MODEL_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t at = 99, n;

	open_model(&m);
	n = m.scopes.count;
	CU_ASSERT_FALSE(cli_model_add_scope(&m, "spp/office", &at, &err));
	CU_ASSERT_EQUAL(m.scopes.count, n + 1);
	CU_ASSERT_STRING_EQUAL(m.scopes.scope[at].app,
			       spp_apps[SPP_APP_OFFICE].guid);
	CU_ASSERT_FALSE(cli_model_add_scope(&m, "spp/office", &at, &err));
	CU_ASSERT_EQUAL(m.scopes.count, n + 1);
	CU_ASSERT_TRUE(cli_model_add_scope(&m, "spp/*", &at, &err));
	err = (struct spp_error)SPP_ERROR_INIT;
	CU_ASSERT_TRUE(cli_model_add_scope(&m, "cache", &at, &err));
	CU_ASSERT_EQUAL(m.scopes.count, n + 1);
	cli_model_release(&m);
}

static const struct unit_test tests[] = {
	{ "steps are taken back one by one", steps_are_taken_back_one_by_one },
	{ "what may not be set is refused", what_may_not_be_set_is_refused },
	{ "a host with its port is one step",
	  a_host_with_its_port_is_one_step },
	{ "a scope below has the value from above",
	  a_scope_below_has_the_value_from_above },
	{ "fixes are staged", fixes_are_staged },
	{ "a scope is added", a_scope_is_added },
	{ "the audit sees what is pending", the_audit_sees_what_is_pending },
	{ NULL, NULL },
};

const struct unit_suite unit_ui_model = { "ui_model", tests };
