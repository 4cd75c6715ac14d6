/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What scripts for a running machine have in common, whatever they are
 * written in: which settings slmgr.vbs sets, and the product key.
 *
 *	struct spp_script script = SPP_SCRIPT_INIT;
 *
 *	spp_script_plan(&lines, product_key, &script, notes, err);
 *	... script.covered[i]: line i is done by a verb ...
 *	... script.verb[0..verbs-1]: slmgr.vbs NAME ARGUMENT, in this order ...
 *	spp_script_release(&script);
 *
 * A verb is used only where it is documented to leave behind just what the
 * policy says: for the KMS host with its port (/skms deletes a port that is
 * not given) and for the lookup domain.  Others act on KMS hosts alone, or
 * leave open what they write; those settings are written into the registry,
 * and the service is stopped, which starts again when it is needed.
 */
#ifndef POLICY_SCRIPT_H
#define POLICY_SCRIPT_H

#include "policy/regline.h"

#define SPP_SCRIPT_VERBS 4

struct spp_script_verb {
	const char *name; /* "/skms" */
	char *argument;	  /* letters, digits and . - _ : [ ] alone, or NULL */
};

struct spp_script {
	bool *covered; /* one for each line */
	struct spp_script_verb verb[SPP_SCRIPT_VERBS];
	size_t verbs;
};

#define SPP_SCRIPT_INIT         \
	{                       \
		.covered = NULL \
	}

void spp_script_release(struct spp_script *script);

/*
 * product_key may be NULL.  A key that has not the form of one is SPP_USAGE,
 * and in no message.
 */
enum spp_status spp_script_plan(const struct spp_reglines *lines,
				const char *product_key,
				struct spp_script *script,
				struct spp_notes *notes, struct spp_error *err);

#endif
