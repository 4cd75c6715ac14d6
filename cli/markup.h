/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in XML and HTML: the one place that writes entities. */
#ifndef CLI_MARKUP_H
#define CLI_MARKUP_H

#include <stdio.h>

/*
 * Writes text for an element or a quoted attribute; NULL writes nothing.
 * Characters that XML 1.0 cannot hold are written as \u{1B}.  Of & < > " ' and
 * the newline, those in kept stay unchanged.
 */
void cli_markup(FILE *to, const char *text, const char *kept);

#endif
