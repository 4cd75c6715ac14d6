/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the reader and the writer of settings in lines; conf.c draws them. */
#ifndef POLICY_CONF_H
#define POLICY_CONF_H

#include "policy/format/format.h"

#define SPP_CONF_HEAD	 "# sppctl-settings, version "
#define SPP_CONF_VERSION 1

/* What stands before a name. */
enum spp_conf_word {
	SPP_CONF_SET,
	SPP_CONF_UNSET,
	SPP_CONF_KEEP,
	SPP_CONF_DEFAULT,
	SPP_CONF_READ_ONLY,
};
#define SPP_CONF_WORDS (SPP_CONF_READ_ONLY + 1)

extern const char *const spp_conf_word[SPP_CONF_WORDS];

/* Before a product key that is not shown. */
#define SPP_CONF_REDACTED "redacted: "

/*
 * Reads what follows the '=', of several lines with "\n" between them.  *line
 * is the line that failed, from 0.  notes may be NULL.
 */
enum spp_status spp_conf_parse(const struct spp_setting *setting,
			       const char *text, enum spp_terms terms,
			       struct spp_value *value, size_t *line,
			       struct spp_notes *notes, struct spp_error *err);

/*
 * Appends the text that spp_conf_parse() makes the same value of, bytes where
 * no words do.  A list, and long bytes, are lines that begin with a tab.
 */
enum spp_status spp_conf_show(const struct spp_setting *setting,
			      const struct spp_value *value,
			      struct spp_buf *out, struct spp_error *err);

enum spp_status spp_conf_write(const struct spp_document *document,
			       const struct spp_export *options,
			       struct spp_buf *out, struct spp_notes *notes,
			       struct spp_error *err);

#endif
