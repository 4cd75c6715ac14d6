/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/notes.h"

#include <string.h>

#include "tests/unit.h"

static void notes_are_gathered(void)
{
	struct spp_notes notes = SPP_NOTES_INIT;
	char text[16];
	size_t i, wrong = 0;

	for (i = 0; i < 100; i++)
		spp_note(&notes, "note %zu of '%s'", i, "x");
	CU_ASSERT_EQUAL_FATAL(notes.count, 100);
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "note %zu of 'x'", i);
		wrong += strcmp(notes.text[i], text) != 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	spp_notes_release(&notes);
	CU_ASSERT_EQUAL(notes.count, 0);
	CU_ASSERT_PTR_NULL(notes.text);
	spp_note(&notes, "anew");
	CU_ASSERT_EQUAL(notes.count, 1);
	spp_notes_release(&notes);
	spp_notes_release(&notes);
}

static void nobody_need_take_them(void)
{
	spp_note(NULL, "%d", 1);
	spp_notes_release(NULL);
}

static const struct unit_test tests[] = {
	{ "notes are gathered", notes_are_gathered },
	{ "nobody need take them", nobody_need_take_them },
	{ NULL, NULL },
};

const struct unit_suite unit_notes = { "notes", tests };
