/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fuzz target of one format: FORMAT is defined before this is included.
 * What its reader takes, its writer must be able to write again, and that
 * must be read as the same.  Every other format writes it too, or refuses;
 * what it wrote, it reads and writes again as the same bytes.
 */
#ifndef FUZZ_FORMAT_H
#define FUZZ_FORMAT_H

#include <stdlib.h>

#include "policy/format/format.h"
#include "tests/fuzz/memory.h"

/* A value for where there is none is no change of the same wish. */
static bool is_same_offer(const struct spp_change *change,
			  const struct spp_policy *first)
{
	const struct spp_policy_item *item =
		spp_policy_get(first, &change->scope, change->setting);

	return item && item->wish == SPP_DEFAULT && change->after &&
	       spp_value_equal(&item->value, change->after);
}

static void again(const struct spp_format *format,
		  const struct spp_document *document)
{
	struct spp_export options = { .now = 1 };
	struct spp_document second = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_notes notes = SPP_NOTES_INIT;
	struct spp_buf out = SPP_BUF_INIT;
	struct spp_input in = { .name = "again" };
	struct spp_changes changes = SPP_CHANGES_INIT;
	size_t i;

	if (format->write &&
	    !format->write(document, &options, &out, &notes, NULL)) {
		in.data = out.data;
		in.size = out.size;
		if (format->read(&in, &second, &import, NULL) ||
		    spp_policy_diff(&document->policy, &second.policy, &changes,
				    NULL))
			abort();
		for (i = 0; i < changes.count; i++)
			if (!is_same_offer(&changes.change[i],
					   &document->policy))
				abort();
	}
	spp_changes_release(&changes);
	spp_document_release(&second);
	spp_import_release(&import);
	spp_notes_release(&notes);
	spp_buf_release(&out);
}

/* Reads what format wrote and writes it again. */
static void repeat(const struct spp_format *format, const struct spp_buf *first)
{
	struct spp_export options = { .now = 1 };
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_buf second = SPP_BUF_INIT;
	struct spp_input in = { .name = "again",
				.data = first->data,
				.size = first->size };

	if (format->read(&in, &document, &import, NULL) ||
	    format->write(&document, &options, &second, NULL, NULL) ||
	    first->size != second.size ||
	    memcmp(first->data, second.data, first->size) != 0)
		abort();
	spp_buf_release(&second);
	spp_import_release(&import);
	spp_document_release(&document);
}

/* The mark of one machine is written, and not read from most formats. */
static bool has_mark(const struct spp_policy *policy)
{
	size_t i;

	for (i = 0; i < policy->count; i++)
		if (policy->item[i].setting &&
		    policy->item[i].setting->flags & SPP_MARK)
			return true;
	return false;
}

static void write_all(const struct spp_document *document)
{
	struct spp_export options = { .now = 1 };
	size_t i;

	for (i = 0; i < spp_formats_count; i++) {
		const struct spp_format *format = spp_formats[i];
		struct spp_notes notes = SPP_NOTES_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		struct spp_buf out = SPP_BUF_INIT;

		if (format->write &&
		    !format->write(document, &options, &out, &notes, &err) &&
		    format->read && !has_mark(&document->policy) &&
		    strcmp(format->name, "json") != 0)
			repeat(format, &out);
		spp_notes_release(&notes);
		spp_buf_release(&out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct spp_format *format = spp_format_find(FORMAT);
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_input in = { .name = "fuzz", .ignore_filters = size & 1 };
	uint8_t *copy = memory_text(data, size);

	in.data = copy;
	in.size = size;
	spp_format_probe(copy, size);
	if (!format->read(&in, &document, &import, &err)) {
		again(format, &document);
		write_all(&document);
	} else if (!err.status || strchr(err.text, '\n')) {
		abort();
	}
	spp_document_release(&document);
	spp_import_release(&import);
	free(copy);
	return 0;
}

#endif
