/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reader made of some bytes, as text that a table of tests can hold:
 *
 *	"spp kms-host = kms1\n"		wished for, raw
 *	"spp kms-port absent\n"
 *	"spp * absent\n"		everything else
 *	"spp rearm default 1\n"	where there is none
 *	"observed spp token-store = x\n"
 *	"foreign 2\n"
 */
#ifndef TESTS_SAID_H
#define TESTS_SAID_H

#include <stdio.h>
#include <string.h>

#include "policy/format/format.h"
#include "tests/unit.h"

static inline void said_policy(const struct spp_policy *policy,
			       const char *before, struct spp_buf *out)
{
	static const char *const words[] = { "=", "absent", "keep", "default" };
	size_t i;

	for (i = 0; i < policy->count; i++) {
		const struct spp_policy_item *item = &policy->item[i];
		bool has =
			item->wish == SPP_PRESENT || item->wish == SPP_DEFAULT;

		spp_buf_puts(out, before, NULL);
		spp_scope_show(&item->scope, out, NULL);
		spp_buf_printf(out, NULL, " %s %s%s",
			       item->setting ? item->setting->name : "*",
			       words[item->wish], has ? " " : "");
		if (has && item->value.type != (uint32_t)item->setting->type)
			spp_buf_printf(out, NULL, "(%u) ", item->value.type);
		if (has)
			spp_setting_show(item->setting, &item->value, true, out,
					 NULL);
		spp_buf_puts(out, "\n", NULL);
	}
}

/* Reads bytes; what was said, or "!EXIT MESSAGE" where it failed. */
static inline void said(const char *format, const struct spp_input *in,
			struct spp_buf *out)
{
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	if (spp_format_find(format)->read(in, &document, &import, &err)) {
		spp_buf_printf(out, NULL, "!%s: %s",
			       spp_status_word(err.status), err.text);
	} else {
		said_policy(&document.policy, "", out);
		said_policy(&document.observed, "observed ", out);
		if (import.foreign)
			spp_buf_printf(out, NULL, "foreign %zu\n",
				       import.foreign);
	}
	spp_document_release(&document);
	spp_import_release(&import);
}

/* One row: these bytes must be read so. */
#define SAID(format, in, expected) \
	said_check(format, in, expected, __FILE__, __LINE__)

static inline void said_check(const char *format, const struct spp_input *in,
			      const char *expected, const char *file, int line)
{
	struct spp_buf out = SPP_BUF_INIT;

	said(format, in, &out);
	if (strcmp(spp_buf_text(&out), expected) != 0)
		printf("\n%s:%d: said:\n%s\ninstead of:\n%s\n", file, line,
		       spp_buf_text(&out), expected);
	CU_assertImplementation(!strcmp(spp_buf_text(&out), expected),
				(unsigned int)line, expected, file, "",
				CU_FALSE);
	spp_buf_release(&out);
}

/* The path of a real file for Group Policy, or NULL where there is none. */
static inline const char *said_real(const char *name)
{
	static char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/../shared/gpo/%s", UNIT_SOURCE, name);
	f = fopen(path, "rb");
	if (!f) {
		printf("skipped: no %s here ", name);
		return NULL;
	}
	fclose(f);
	return path;
}

#endif
