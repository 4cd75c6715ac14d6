/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints words that may come next, one a line: what the tables of the program
 * and the target of the command line have.  Words that do not go on from what
 * is typed are left out.  cli/help/complete.h decides which list fits.
 */
#ifndef CLI_HELP_OFFERS_H
#define CLI_HELP_OFFERS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"

struct cli_offers {
	const struct cli_command *command;
	const char *typed;  /* the word that is being typed, as far as it is */
	const char *target; /* the first operand, or NULL */
	size_t count;	    /* words printed */
};

/* before: what is typed in front of the word; says: its meaning, or NULL. */
void cli_offer(struct cli_offers *offers, const char *before, const char *word,
	       const char *after, const char *says);
void cli_offer_files(void); /* names of files may follow */

/* read_only: those, too, that only Windows sets. */
void cli_offer_settings(struct cli_offers *offers, const char *after,
			bool read_only);
void cli_offer_rules(struct cli_offers *offers, const char *before);
void cli_offer_skus(struct cli_offers *offers);

/* The values of an option. */
void cli_offer_value(struct cli_offers *offers, enum cli_option_id id,
		     const char *before);

/* Whether an option that takes one of a few words takes this one. */
bool cli_is_offered(enum cli_option_id id, const char *word);

#endif
