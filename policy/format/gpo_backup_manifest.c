/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adds a backup to a manifest that is there.  It is read to be sure of what it
 * is; then the new element is put before its end, so that every byte of the
 * others stays.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/format/gpo_backup.h"
#include "policy/format/xml_reader.h"

static const char end_mark[] = "</Backups>";

/* Reads the whole manifest; *has: it lists this id. */
static enum spp_status look(const struct spp_input *in, const char *wanted,
			    bool *has, struct spp_error *err)
{
	struct spp_xml_reader *xml = NULL;
	enum spp_xml_event event = SPP_XML_TEXT;
	enum spp_status st = spp_xml_reader_open(in, &xml, err);
	bool found = true;

	*has = false;
	while (!st && event == SPP_XML_TEXT)
		st = spp_xml_reader_next(xml, &event, err);
	if (!st && (event != SPP_XML_OPEN ||
		    strcmp(spp_xml_reader_name(xml), "Backups") != 0 ||
		    strcmp(spp_xml_reader_space(xml), SPP_GPO_MANIFEST_SPACE)))
		st = spp_xml_reader_fail(xml, err, SPP_REFUSED,
					 "not a manifest of GPO backups");
	while (!st && found) {
		char CLEANUP(spp_free_string) *id = NULL;
		const struct spp_gpo_field fields[] = { { "ID", &id },
							{ NULL, NULL } };

		st = spp_gpo_record(xml, "BackupInst", fields, &found, err);
		*has |= id && !strcasecmp(id, wanted);
	}
	spp_xml_reader_close(xml);
	return st;
}

/* What stands between from and to, to being looked for from the end. */
static const char *between(const char *text, const char *from, const char *to,
			   size_t *n)
{
	const char *begin = strstr(text, from), *end, *last = NULL;

	if (!begin)
		return NULL;
	begin += *from == '<' ? 0 : strlen(from);
	for (end = strstr(begin, to); end; end = strstr(end + 1, to))
		last = end;
	*n = last ? (size_t)(last - begin) : 0;
	return last ? begin : NULL;
}

enum spp_status spp_gpo_manifest_add(const struct spp_input *old,
				     const struct spp_buf *made,
				     struct spp_buf *out, struct spp_error *err)
{
	const char *text = (const char *)old->data, *instance, *id, *at;
	char wanted[64];
	enum spp_status st;
	size_t n = 0, idn = 0, before = 0;
	bool has;

	instance = between(spp_buf_text(made), "<BackupInst>", end_mark, &n);
	id = between(spp_buf_text(made), "<ID><![CDATA[", "]]></ID>", &idn);
	if (id)
		id = memchr(id, '{', idn);
	if (!instance || !id)
		return spp_fail(err, SPP_BUG, "a manifest without a backup");
	memcpy(wanted, id, SPP_GUID_SIZE + 1);
	wanted[SPP_GUID_SIZE + 1] = '\0';
	st = look(old, wanted, &has, err);
	if (st)
		return st;
	if (has)
		return spp_buf_append(out, old->data, old->size, err);
	/* It was read as XML; whether its bytes are UTF-8 is another matter. */
	at = memchr(text, '\0', old->size)
		     ? NULL
		     : between(text, "<", end_mark, &before);
	if (!at)
		return spp_fail(err, SPP_REFUSED,
				"'%s' is not written as Windows writes it; "
				"name another folder",
				old->name);
	before += (size_t)(at - text);
	st = spp_buf_append(out, text, before, err);
	if (!st)
		st = spp_buf_append(out, instance, n, err);
	return st ? st
		  : spp_buf_append(out, text + before, old->size - before, err);
}
