/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Targets and documents for the tests of audit, dns and simulate. */
#ifndef TESTS_AUDIT_HELP_H
#define TESTS_AUDIT_HELP_H

#include "policy/audit/engine.h"
#include "policy/dns/records.h"
#include "policy/format/format.h"

/* Hives of one target, by the names of their fixtures; NULL: not there. */
struct help_hives {
	const char *software, *system, *netsvc;
};

/*
 * Dumps a target made of these hives: the fixture itself where it is one
 * file, else a Windows folder.  *roles, which may be NULL, gets the hives.
 * False, with a failed test, if it cannot be read.
 */
bool help_dump(const struct help_hives *hives, struct spp_document *document,
	       unsigned int *roles);

/* Reads a policy document from text; false, with a failed test, if wrong. */
bool help_read(const char *json, struct spp_document *document);
/* Writes it and reads it back. */
bool help_again(const struct spp_document *document,
		struct spp_document *again);

/* Reads a site file from text; NULL is no site. */
bool help_site(const char *json, struct spp_site *site);

/* Adds a machine from the text of a document. */
bool help_machine(struct spp_records *dns, const char *label, const char *json);

#endif
