/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who examined a target, when, where, and with which program. */
#include "cli/evidence/evidence.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/fleet/record.h"
#include "cli/target.h"
#include "hive/base/filetime.h"
#include "policy/text/printable.h"

bool cli_evidence_full(const struct cli_call *call)
{
	enum cli_files files = call->command->files;

	return cli_has(call, OPT_EVIDENCE) || cli_has(call, OPT_SARIF) ||
	       files == CLI_FILES_ALWAYS ||
	       (files == CLI_FILES_LINES && cli_recording_line());
}

bool cli_evidence_wanted(const struct cli_call *call)
{
	return cli_has(call, OPT_JSON) || cli_evidence_full(call);
}

static json_t *json_user(void)
{
	char room[4096];
	struct passwd entry, *found = NULL;
	struct spp_buf number = SPP_BUF_INIT;
	int failed = getpwuid_r(geteuid(), &entry, room, sizeof(room), &found);

	if (failed == ENOMEM)
		spp_nomem(NULL);
	if (failed || !found) {
		spp_buf_printf(&number, NULL, "%u", geteuid());
		return cli_json_take(&number);
	}
	return cli_json_text(entry.pw_name);
}

/* The command line as it was given, without product keys. */
static json_t *json_command(const struct cli_call *call)
{
	json_t *list = json_pack("[s]", "sppctl");
	int i;

	for (i = 0; i < call->words; i++) {
		char CLEANUP(spp_free_string) *word = strdup(call->word[i]);

		if (!word) {
			spp_nomem(NULL);
			continue;
		}
		spp_printable_redact(word);
		json_array_append_new(list, cli_json_text(word));
	}
	return list;
}

json_t *cli_evidence_document(const struct cli_call *call, json_t *exhibits)
{
	char now[SPP_TIME_TEXT], *folder = getcwd(NULL, 0);
	struct utsname system;
	json_t *json = json_object();
	uint64_t filetime;

	if (!folder && errno == ENOMEM)
		spp_nomem(NULL);
	if (uname(&system))
		memset(&system, 0, sizeof(system));
	json_object_set_new(
		json, "made",
		cli_json_text(cli_now(&filetime, NULL)
				      ? NULL
				      : spp_filetime_text(filetime, now)));
	json_object_set_new(json, "user", json_user());
	json_object_set_new(json, "uid", json_integer(geteuid()));
	json_object_set_new(json, "sudo_user",
			    cli_json_text(getenv("SUDO_USER")));
	json_object_set_new(json, "host", cli_json_text(system.nodename));
	json_object_update_new(json, json_pack("{s:o, s:s, s:o}", "system",
					       cli_json_text(system.release),
					       "version", CLI_VERSION,
					       "command", json_command(call)));
	cli_json_set_path(json, "folder", folder ? folder : "");
	free(folder);
	if (!json_is_array(exhibits))
		exhibits = json_pack("[o]", exhibits);
	json_object_set_new(json, "targets", exhibits);
	return json;
}

void cli_evidence_put(const struct cli_call *call, json_t *document,
		      json_t *exhibits)
{
	if (exhibits)
		json_object_set_new(document, "evidence",
				    cli_evidence_document(call, exhibits));
}

char *cli_evidence_dump(const struct cli_call *call, json_t *exhibits)
{
	json_t *json;
	char *text;

	if (!exhibits || !cli_has(call, OPT_EVIDENCE)) {
		json_decref(exhibits);
		return NULL;
	}
	json = cli_evidence_document(call, exhibits);
	text = json_dumps(json, 0);
	if (!text)
		spp_nomem(NULL);
	json_decref(json);
	return text;
}

void cli_evidence_print(const struct cli_call *call, json_t *exhibits)
{
	cli_evidence_print_to(call, exhibits, stdout);
}

void cli_evidence_print_to(const struct cli_call *call, json_t *exhibits,
			   FILE *to)
{
	json_t *json;

	if (!exhibits)
		return;
	json = cli_evidence_document(call, exhibits);
	if (cli_has(call, OPT_EVIDENCE)) {
		putc('\n', to);
		cli_evidence_text(json, to);
	}
	json_decref(json);
}
