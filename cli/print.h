/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables that more than one command prints. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "policy/model/publish_list.h"
#include "policy/model/setting.h"

void cli_print_publish(const struct spp_publish_list *list, int indent);

/* Appends "wrong-type, out-of-range"; nothing for none. */
void cli_oddities(unsigned int oddities, struct spp_buf *out);

#endif
