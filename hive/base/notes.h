/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Warnings gathered below cli/, which alone prints: one line each.
 *
 *	struct spp_notes notes = SPP_NOTES_INIT;
 *
 *	spp_note(&notes, "single label '%s'", label);
 *	...
 *	spp_notes_release(&notes);
 *
 * A note that cannot be stored is lost; spp_memory_shortages() counts it.
 */
#ifndef HIVE_NOTES_H
#define HIVE_NOTES_H

#include "hive/base/error.h"

struct spp_notes {
	char **text;
	enum spp_remedy *remedy; /* one for each text */
	size_t count;
};

#define SPP_NOTES_INIT       \
	{                    \
		.text = NULL \
	}

/* notes may be NULL. */
void spp_note(struct spp_notes *notes, const char *fmt, ...) SPP_PRINTF(2, 3);
/* The same with a remedy. */
void spp_note_remedy(struct spp_notes *notes, enum spp_remedy remedy,
		     const char *fmt, ...) SPP_PRINTF(3, 4);
void spp_notes_release(struct spp_notes *notes);

#endif
