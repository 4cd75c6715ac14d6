/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/print.h"

#include <stdio.h>

#include "cli/out.h"

static void join(unsigned int bits, unsigned int count, const char *between,
		 const char *(*word)(unsigned int), struct spp_buf *out)
{
	unsigned int bit;

	for (bit = 0; bit < count; bit++)
		if (bits >> bit & 1)
			spp_buf_printf(out, NULL, "%s%s",
				       out->size ? between : "", word(bit));
}

void cli_oddities(unsigned int oddities, struct spp_buf *out)
{
	join(oddities, SPP_ODDITY_COUNT, ", ", spp_oddity_word, out);
}

/* A malformed entry is printed as stored. */
void cli_print_publish(const struct spp_publish_list *list, int indent)
{
	struct cli_table *t = cli_table_open("DOMAIN|>PRIORITY|>WEIGHT|");
	char priority[8], weight[8];
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) marks = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) blank = SPP_BUF_INIT;
		const struct spp_publish_entry *e = &list->entry[i];
		bool odd = !spp_publish_entry_understood(e);

		join(e->flaws, SPP_FLAW_COUNT, "; ", spp_flaw_text, &marks);
		snprintf(priority, sizeof(priority), "%u", e->priority);
		snprintf(weight, sizeof(weight), "%u", e->weight);
		if (e->flaws & SPP_FLAW_EMPTY)
			spp_buf_printf(&blank, NULL, "\"%s\"", e->text);
		cli_row(t,
			blank.size ? spp_buf_text(&blank)
			: odd	   ? e->text
				   : e->domain,
			odd ? "?" : priority, odd ? "?" : weight,
			spp_buf_text(&marks), NULL);
	}
	cli_table_close(t, stdout, indent);
}
