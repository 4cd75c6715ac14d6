/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be recorded about a target in addition to its settings: its files,
 * their hashes and times, the contents of its logs, and who examined it when.
 *
 *	exhibit = cli_evidence_hives(call, windows);	while it is open
 *	cli_evidence_put(call, document, exhibit);	the last member
 *	cli_evidence_print(call, exhibit);	or as text
 *
 * Facts that cost only a few system calls are always in JSON.  Hashes, the
 * entries of the logs, and the text, need --evidence.
 */
#ifndef CLI_EVIDENCE_EVIDENCE_H
#define CLI_EVIDENCE_EVIDENCE_H

#include "cli/command.h"
#include "cli/json.h"
#include "hive/evidence.h"

/*
 * Whether evidence is needed: for JSON, SARIF, --evidence or sppctl evidence.
 */
bool cli_evidence_wanted(const struct cli_call *call);

/* Whether it has hashes and entries of logs, which need a whole read. */
bool cli_evidence_full(const struct cli_call *call);

/* The evidence of one open target, yours; NULL if not needed. */
json_t *cli_evidence_hives(const struct cli_call *call,
			   struct spp_hives *windows);
/* The same for open sessions without their meaning: no identity, no keys. */
json_t *cli_evidence_target(const struct cli_call *call,
			    const struct spp_target *target,
			    struct spp_session *const session[SPP_ROLE_COUNT]);
/*
 * A file with a policy.  facts NULL: it is standard input; data NULL, too: a
 * folder.
 */
json_t *cli_evidence_file(const struct cli_call *call, const char *path,
			  const struct spp_buf *data, const char *format,
			  const struct spp_file_facts *facts);

/* {"made", "user", ..., "targets"}; takes an exhibit or a list of them. */
json_t *cli_evidence_document(const struct cli_call *call, json_t *exhibits);
/* The same as member "evidence" of a document; nothing for NULL. */
void cli_evidence_put(const struct cli_call *call, json_t *document,
		      json_t *exhibits);
/* The same as JSON text if --evidence is given, else NULL; yours. */
char *cli_evidence_dump(const struct cli_call *call, json_t *exhibits);
/* The same as text, if --evidence is given: on stdout after the result. */
void cli_evidence_print(const struct cli_call *call, json_t *exhibits);
void cli_evidence_print_to(const struct cli_call *call, json_t *exhibits,
			   FILE *to);
void cli_evidence_text(const json_t *evidence, FILE *to);

#endif
