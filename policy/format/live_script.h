/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by the scripts for a running machine, in any language: which settings
 * slmgr.vbs sets, and the product key.
 *
 *	spp_live_script_write(&language, document, options, out, notes, err);
 *
 * A script is: head, a line for each registry value that no verb sets, stop (if
 * there was such a line), the verbs of slmgr.vbs, tail.
 *
 * A verb is used only if it is documented to leave exactly what the policy
 * says: for the KMS host with its port (/skms deletes a port that is not given)
 * and for the lookup domain.  Other verbs work only on KMS hosts, or it is not
 * documented what they write; those settings are written into the registry, and
 * the service is stopped, which starts again on demand.
 */
#ifndef POLICY_LIVE_SCRIPT_H
#define POLICY_LIVE_SCRIPT_H

#include "policy/format/format.h"
#include "policy/format/regop.h"

#define SPP_LIVE_SCRIPT_VERBS 4

struct spp_live_script_verb {
	const char *name; /* "/skms" */
	char *argument;	  /* only letters, digits and . - _ : [ ], or NULL */
};

struct spp_live_script {
	bool *covered; /* for each line: a verb does it */
	struct spp_live_script_verb verb[SPP_LIVE_SCRIPT_VERBS];
	size_t verbs;
};

#define SPP_LIVE_SCRIPT_INIT    \
	{                       \
		.covered = NULL \
	}

void spp_live_script_release(struct spp_live_script *live);

/*
 * product_key may be NULL.  A malformed key is SPP_USAGE; no message quotes it.
 */
enum spp_status spp_live_script_plan(const struct spp_regops *lines,
				     const char *product_key,
				     struct spp_live_script *live,
				     struct spp_notes *notes,
				     struct spp_error *err);

/* How a script is written in one language. */
struct spp_live_script_language {
	const char *format; /* its name */
	const char *head, *tail;
	const char *stop; /* stops the service */
	enum spp_status (*put_line)(struct spp_buf *out,
				    const struct spp_regop *line,
				    struct spp_error *err);
	/* The n-th wide line, from 1. */
	enum spp_status (*put_wide)(struct spp_buf *out,
				    const struct spp_regop_wide *wide, size_t n,
				    struct spp_error *err);
	enum spp_status (*put_verb)(struct spp_buf *out,
				    const struct spp_live_script_verb *verb,
				    struct spp_error *err);
	/* What follows the end of a script with wide lines, or NULL. */
	enum spp_status (*put_loops)(struct spp_buf *out,
				     const struct spp_regops *lines,
				     struct spp_error *err);
};

/* Plans the script for a document, and writes it. */
enum spp_status spp_live_script_write(
	const struct spp_live_script_language *language,
	const struct spp_document *document, const struct spp_export *options,
	struct spp_buf *out, struct spp_notes *notes, struct spp_error *err);

#endif
