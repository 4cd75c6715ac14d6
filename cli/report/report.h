/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page for people, made of lines of results: each line is one JSON object
 * about one target.
 *
 *	struct cli_report r = { .lines = file, .name = "results.ndjson" };
 *
 *	cli_report_index(&r, err);	the first pass: sums, records, order
 *	cli_report_print(&r, to, err);	the second: the page
 *	cli_report_release(&r);
 *
 * A line is parsed, used and freed, so memory grows only with the summaries of
 * the machines.
 */
#ifndef CLI_REPORT_REPORT_H
#define CLI_REPORT_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "hive/session.h"
#include "policy/audit/engine.h"
#include "policy/audit/resilience.h"

/* The summary of one line. */
struct cli_report_machine {
	char *name; /* host name, else the path */
	char *path, *title;
	off_t offset; /* of its line */
	uint32_t grade[SPP_GRADE_COUNT];
	int worst; /* grade; -1: no findings */
	bool failed, judged, host;
};

struct cli_report_reason {
	char *text;
	size_t machines;
};

struct cli_report {
	FILE *lines;
	const char *name; /* of the results, or NULL */
	const char *made; /* when, for people */
	/* Made by the first pass. */
	struct cli_report_machine *machine; /* worst first */
	size_t count, failed, judged;
	uint64_t grade[SPP_GRADE_COUNT];
	struct cli_report_reason *limit, *quiet; /* not judged; suppressed */
	size_t limits, quiets;
	struct spp_records dns;
	struct spp_resilience design;
	uint8_t sha256[SPP_SHA256_SIZE];
	json_t *versions; /* {"0.2.0": machines} */
};

enum spp_status cli_report_index(struct cli_report *r, struct spp_error *err);
enum spp_status cli_report_print(struct cli_report *r, FILE *to,
				 struct spp_error *err);
void cli_report_release(struct cli_report *r);

/* machine.c: everything about one machine. */
void cli_report_machine(size_t number, const struct cli_report_machine *m,
			const json_t *line, FILE *to);
/* "REASON (AUTHOR, until DAY)" of a finding that the site file accepts. */
void cli_report_exception(const json_t *exception, struct spp_buf *text);
/* failover.c: records and what happens when the first host fails. */
enum spp_status cli_report_failover(const struct cli_report *r, FILE *to,
				    struct spp_error *err);

/* html.c: foreign text, safe for terminals and HTML. */
void cli_html(FILE *to, const char *text);
/* "<td>TEXT</td>" */
void cli_html_cell(FILE *to, const char *text);
void cli_html_badge(FILE *to, enum spp_grade grade);
/* The text of a member, or NULL. */
const char *cli_member_text(const json_t *json, const char *member);

extern const char cli_report_style[];

#endif
