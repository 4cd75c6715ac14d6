/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/editor/ui.h"

void ui_tell(struct ui *ui, const struct spp_error *err,
	     const struct spp_notes *notes, const char *good)
{
	const char *text = good ? good : "";

	ui->bad = err && err->status;
	if (ui->bad)
		text = err->text;
	else if (notes && notes->count)
		text = notes->text[0];
	snprintf(ui->said, sizeof(ui->said), "%s", text);
}
