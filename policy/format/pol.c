/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Registry.pol, the registry settings of a GPO ([MS-GPREG] 2.2.1).
 *
 *	"PReg"  50 52 65 67
 *	u32     1, the version
 *	then records to the end of the file, without count or padding:
 *	  [ key NUL ; name NUL ; u32 type ; u32 size ; data ]
 *
 * All text, including brackets and semicolons, is UTF-16LE; numbers are
 * little-endian.  Data may contain brackets and semicolons, so a record is read
 * by its size and not by searching for its end.  Keys have no hive: the file's
 * folder, Machine or User, tells it.  An action other than setting a value is
 * encoded in the name:
 *
 *	**del.NAME		delete the value		data " "
 *	**delvals.		delete all values of the key	data " "
 *	**DeleteValues		delete those named in data, with semicolons
 *	**DeleteKeys		delete the keys named in data, with semicolons
 *	**soft.NAME		set only if there is none
 *	**SecureKey		set permissions
 *	"", type 0, size 0	create the key
 *
 * Every type and all bytes are kept, except an empty list of strings, which
 * occurs as 0, 2, 4 and 6 zero bytes: it is read, and written, as the two that
 * the Group Policy editor writes.  The machine's file has no place for a user's
 * keys, such as the cache of NetworkService: the writer refuses them.
 */
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "policy/format/pol.h"
#include "policy/format/regop.h"

#define HEADER	 8
#define DATA_MAX 0xffff /* of data, by the specification */

/* Types in the specification. */
static const uint32_t types[] = {
	SPP_REG_SZ,    SPP_REG_EXPAND_SZ,	 SPP_REG_BINARY,
	SPP_REG_DWORD, SPP_REG_DWORD_BIG_ENDIAN, SPP_REG_MULTI_SZ,
	SPP_REG_QWORD,
};

static const uint8_t empty_list[2];

static int probe(const uint8_t *data, size_t size)
{
	return size >= 4 && !memcmp(data, "PReg", 4) ? 100 : 0;
}

/* A file being read. */
struct reader {
	const struct spp_input *in;
	size_t at, start; /* of the record */
	bool user;
	struct spp_policy *policy;
	struct spp_import *import;
	struct spp_error *err;
};

struct record {
	struct spp_buf key, name;
	uint32_t type, size;
	const uint8_t *data;
};

static void release_record(struct record *record)
{
	spp_buf_release(&record->key);
	spp_buf_release(&record->name);
}

static enum spp_status broken(struct reader *r, const char *what)
{
	return spp_fail(r->err, SPP_CORRUPT,
			"'%s': the record at byte %zu is damaged: %s",
			r->in->name, r->start, what);
}

static enum spp_status expect(struct reader *r, char mark)
{
	if (!spp_within(r->at, 2, r->in->size) ||
	    spp_get16(r->in->data + r->at) != (uint16_t)mark)
		return broken(r, mark == '['   ? "no '[' where it should begin"
				 : mark == ']' ? "no ']' after its data"
					       : "no ';' between its fields");
	r->at += 2;
	return SPP_OK;
}

static enum spp_status read_text(struct reader *r, struct spp_buf *text)
{
	const uint8_t *data = r->in->data;
	size_t end = r->at;
	enum spp_status st;

	while (spp_within(end, 2, r->in->size) && spp_get16(data + end))
		end += 2;
	if (!spp_within(end, 2, r->in->size))
		return broken(r, "a name without an end");
	st = spp_utf16_show(data + r->at, end - r->at, text, NULL, r->err);
	r->at = end + 2;
	return st;
}

static enum spp_status read_u32(struct reader *r, uint32_t *n)
{
	if (!spp_within(r->at, 4, r->in->size))
		return broken(r, "the file ends in it");
	*n = spp_get32(r->in->data + r->at);
	r->at += 4;
	return SPP_OK;
}

static enum spp_status read_record(struct reader *r, struct record *record)
{
	enum spp_status st = expect(r, '[');

	if (!st)
		st = read_text(r, &record->key);
	if (!st)
		st = expect(r, ';');
	if (!st)
		st = read_text(r, &record->name);
	if (!st)
		st = expect(r, ';');
	if (!st)
		st = read_u32(r, &record->type);
	if (!st)
		st = expect(r, ';');
	if (!st)
		st = read_u32(r, &record->size);
	if (!st)
		st = expect(r, ';');
	if (st)
		return st;
	if (!spp_within(r->at, record->size, r->in->size))
		return broken(r, "its size reaches beyond the file");
	record->data = r->in->data + r->at;
	r->at += record->size;
	return expect(r, ']');
}

static bool is_empty_list(uint32_t type, const uint8_t *data, size_t size)
{
	return type == SPP_REG_MULTI_SZ && size <= 6 && size % 2 == 0 &&
	       (!size || !memcmp(data, "\0\0\0\0\0", size));
}

static enum spp_status take(struct reader *r, enum spp_regop_kind op,
			    const char *key, const char *name,
			    const struct record *record)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_regop line = {
		.op = op,
		.root = r->user ? SPP_ROOT_OTHER : SPP_ROOT_MACHINE,
		.key = key,
		.name = name,
		.value = &value,
		.where = { .source = r->in->name },
	};
	bool empty = is_empty_list(record->type, record->data, record->size);
	enum spp_status st;

	st = spp_value_set(&value, record->type,
			   empty ? empty_list : record->data,
			   empty ? sizeof(empty_list) : record->size, r->err);
	return st ? st : spp_regop_take(&line, r->policy, r->import, r->err);
}

/* **DeleteKeys has full paths, as seen in files, or names below the key. */
static enum spp_status delete_key(struct reader *r, const char *name,
				  const struct record *record)
{
	struct spp_regop full = { .op = SPP_REGOP_DELETE_KEY,
				  .root = SPP_ROOT_MACHINE,
				  .key = name,
				  .name = "" };
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	enum spp_status st;

	if (spp_regop_is_ours(&full))
		return take(r, SPP_REGOP_DELETE_KEY, name, "", record);
	st = spp_buf_printf(&path, r->err, "%s\\%s", spp_buf_text(&record->key),
			    name);
	return st ? st
		  : take(r, SPP_REGOP_DELETE_KEY, spp_buf_text(&path), "",
			 record);
}

/* Handles each name in data, separated by semicolons. */
static enum spp_status take_list(struct reader *r, bool keys,
				 const struct record *record)
{
	struct spp_value value = { SPP_REG_SZ, (uint8_t *)record->data,
				   record->size };
	char CLEANUP(spp_free_string) *text = NULL;
	enum spp_status st = spp_value_get_text(&value, &text, NULL, r->err);
	char *at, *name;

	for (at = text; !st && (name = strsep(&at, ";"));) {
		name += strspn(name, " \\");
		if (!*name)
			continue;
		st = keys ? delete_key(r, name, record)
			  : take(r, SPP_REGOP_DELETE,
				 spp_buf_text(&record->key), name, record);
	}
	return st;
}

static bool starts(const char *name, const char *with)
{
	return !strncasecmp(name, with, strlen(with));
}

static enum spp_status take_record(struct reader *r,
				   const struct record *record)
{
	const char *key = spp_buf_text(&record->key);
	const char *name = spp_buf_text(&record->name);

	if (!*name && record->type == SPP_REG_NONE && !record->size)
		return take(r, SPP_REGOP_CREATE_KEY, key, "", record);
	if (!starts(name, "**"))
		return take(r, SPP_REGOP_SET, key, name, record);
	if (starts(name, "**del."))
		return take(r, SPP_REGOP_DELETE, key, name + 6, record);
	if (!strcasecmp(name, "**delvals.") || !strcasecmp(name, "**delvals"))
		return take(r, SPP_REGOP_DELETE_VALUES, key, "", record);
	if (starts(name, "**soft."))
		return take(r, SPP_REGOP_OFFER, key, name + 7, record);
	if (starts(name, "**DeleteValues"))
		return take_list(r, false, record);
	if (starts(name, "**DeleteKeys"))
		return take_list(r, true, record);
	/* Skips other actions, as Windows does. */
	spp_import_foreign(r->import, "%s\\%s", key, name);
	return SPP_OK;
}

/* Whether the path ends like that of a user's settings. */
static bool is_of_user(const char *path)
{
	const char *name = strrchr(path, '/'), *folder;

	if (!name || strcasecmp(name, "/Registry.pol"))
		return false;
	for (folder = name; folder > path && folder[-1] != '/'; folder--)
		;
	return name - folder == 4 && !strncasecmp(folder, "User", 4);
}

static enum spp_status read_header(struct reader *r)
{
	if (r->in->size < HEADER || !probe(r->in->data, r->in->size))
		return spp_fail(r->err, SPP_CORRUPT,
				"'%s' does not begin as a Registry.pol does",
				r->in->name);
	if (spp_get32(r->in->data + 4) != 1)
		return spp_fail(r->err, SPP_UNSUPPORTED,
				"'%s' is a Registry.pol of version %u; only "
				"version 1 is known",
				r->in->name, spp_get32(r->in->data + 4));
	r->at = HEADER;
	return SPP_OK;
}

enum spp_status spp_pol_take(const struct spp_input *in,
			     struct spp_policy *policy,
			     struct spp_import *import, struct spp_error *err)
{
	struct reader r = { .in = in,
			    .user = is_of_user(in->name),
			    .policy = policy,
			    .import = import,
			    .err = err };
	enum spp_status st = read_header(&r);

	while (!st && r.at < in->size) {
		struct record CLEANUP(release_record)
			record = { .key = SPP_BUF_INIT };

		r.start = r.at;
		st = read_record(&r, &record);
		if (!st)
			st = take_record(&r, &record);
	}
	return st;
}

static enum spp_status read_pol(const struct spp_input *in,
				struct spp_document *document,
				struct spp_import *import,
				struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) policy = SPP_POLICY_INIT;
	enum spp_status st = spp_pol_take(in, &policy, import, err);

	return st ? st : spp_regop_finish(&policy, document, import, err);
}

static enum spp_status put_text(struct spp_buf *out, const char *prefix,
				const char *text, struct spp_error *err)
{
	enum spp_status st = spp_utf16_from(prefix, strlen(prefix), out, err);

	if (!st)
		st = spp_utf16_from(text, strlen(text), out, err);
	return st ? st : spp_buf_u16(out, 0, err);
}

static enum spp_status put_data(struct spp_buf *out, uint32_t type,
				const void *data, size_t size,
				struct spp_error *err)
{
	enum spp_status st = spp_buf_u16(out, ';', err);

	if (!st)
		st = spp_buf_u32(out, type, err);
	if (!st)
		st = spp_buf_u16(out, ';', err);
	if (!st)
		st = spp_buf_u32(out, (uint32_t)size, err);
	if (!st)
		st = spp_buf_u16(out, ';', err);
	if (!st)
		st = spp_buf_append(out, data, size, err);
	return st ? st : spp_buf_u16(out, ']', err);
}

static enum spp_status put_value(struct spp_buf *out, const char *name,
				 const struct spp_value *value,
				 struct spp_notes *notes, struct spp_error *err)
{
	size_t i = 0;

	if (value->size > DATA_MAX)
		return spp_fail(err, SPP_LIMIT,
				"%s has %zu bytes; a Registry.pol takes %d",
				name, value->size, DATA_MAX);
	while (i < sizeof(types) / sizeof(types[0]) && types[i] != value->type)
		i++;
	if (i == sizeof(types) / sizeof(types[0]))
		spp_note(notes,
			 "%s is of type %u, which the format does not "
			 "provide for",
			 name, value->type);
	if (is_empty_list(value->type, value->data, value->size))
		return put_data(out, value->type, empty_list,
				sizeof(empty_list), err);
	return put_data(out, value->type, value->data, value->size, err);
}

static enum spp_status put_line(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_notes *notes, struct spp_error *err)
{
	const char *prefix = line->op == SPP_REGOP_DELETE  ? "**del."
			     : line->op == SPP_REGOP_OFFER ? "**soft."
							   : "";
	enum spp_status st = spp_buf_u16(out, '[', err);

	if (!st)
		st = put_text(out, "", line->key, err);
	if (!st)
		st = spp_buf_u16(out, ';', err);
	if (!st)
		st = put_text(out, prefix, line->name, err);
	if (st)
		return st;
	if (!line->value)
		return put_data(out, SPP_REG_SZ, " \0\0", 4, err);
	return put_value(out, line->name, line->value, notes, err);
}

static enum spp_status write_pol(const struct spp_document *document,
				 const struct spp_export *options,
				 struct spp_buf *out, struct spp_notes *notes,
				 struct spp_error *err)
{
	struct spp_regops CLEANUP(spp_regops_release) lines = SPP_REGOPS_INIT;
	struct spp_regops_rules rules = { .format = "pol", .offers = true };
	enum spp_status st;
	size_t i;

	(void)options;
	st = spp_regops_make(&document->policy, &rules, &lines, notes, err);
	if (!st)
		st = spp_buf_append(out, "PReg\1\0\0", HEADER, err);
	for (i = 0; !st && i < lines.count; i++)
		st = put_line(out, &lines.line[i], notes, err);
	if (!st)
		spp_regops_warn_of_tattoos(&lines, notes);
	return st;
}

const struct spp_format spp_format_pol = {
	.name = "pol",
	.suffix = "pol",
	.summary = "Registry.pol, the registry settings of a GPO",
	.probe = probe,
	.read = read_pol,
	.write = write_pol,
};
