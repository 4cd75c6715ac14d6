/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats of policy files: a list, and for each format a file NAME.c that
 * ends with its row.
 *
 *	struct spp_document doc = SPP_DOCUMENT_INIT;
 *	struct spp_import import = SPP_IMPORT_INIT;
 *	const struct spp_format *format = spp_format_probe(data, size);
 *
 *	format->read(&input, &doc, &import, err);
 *	format->write(&doc, &options, &out, &notes, err);
 *
 * Readers take hostile bytes: every size, count and depth is bounded, and a
 * failure is one line with the place.  Contents other than known settings are
 * counted and listed in the import, never dropped silently.  Writers note what
 * a format cannot express, and fail if leaving it out would change the meaning.
 *
 * A format of several files has read_tree and write_tree instead.
 */
#ifndef POLICY_FORMAT_H
#define POLICY_FORMAT_H

#include "hive/base/buf.h"
#include "hive/base/notes.h"
#include "hive/base/tree.h"
#include "policy/windows/document.h"

/*
 * The most that is read of a file; its parsed form may need five times as much.
 */
#define SPP_FILE_MAX ((size_t)8 << 20)
/* At most this many foreign items, and this many notes, are listed; all are
 * counted. */
#define SPP_FOREIGN_LISTED 100

struct spp_input {
	const char *name; /* of the file, for messages */
	const uint8_t *data;
	size_t size;
	const char *prefix;  /* .reg: the key a hive was loaded under */
	bool ignore_filters; /* gpp: drop item-level targeting */
	const char *gpo; /* gpo-backup: its name or id; NULL: the only one */
};

/* The contents of a file beside the policy. */
struct spp_import {
	size_t foreign; /* unknown values and items */
	size_t cleared; /* keys whose contents are to be removed */
	size_t noted;	/* notes, listed or not */
	struct spp_notes listed;
	struct spp_notes notes;
};

#define SPP_IMPORT_INIT      \
	{                    \
		.foreign = 0 \
	}

struct spp_export {
	uint64_t now;	     /* FILETIME, for formats with a time */
	const char *flavour; /* gpp: "gpmc" or "cmdlet"; NULL: the first */
	bool collection; /* gpp: the form that can be dragged into the editor */
	const char *uid; /* gpp: of the only item; NULL: derived */
	const char *changed;	 /* gpp: for all items; NULL: from now */
	bool utf8;		 /* reg, lgpo: instead of UTF-16LE */
	const char *prefix;	 /* reg: see spp_input */
	const char *product_key; /* cmd, ps1: to install and activate */
	bool show_keys;		 /* json, conf: product keys in full */
	const char *evidence;	 /* json: a member of this text, or NULL */
	const char *language;	 /* admx: write the ADML instead if not NULL */
	const char *head;	 /* conf: comments at the top, or NULL */
	/* conf: scopes whose unset settings become comments, or NULL. */
	const struct spp_scopes *offer;
	const char *gpo_name; /* gpo-backup: NULL: the policy's name */
	const char *domain;   /* gpo-backup: NULL: a placeholder */
};

/* The members of spp_input and spp_export that only some formats use. */
enum spp_format_takes {
	SPP_TAKES_PREFIX = 1 << 0,
	SPP_TAKES_FLAVOUR = 1 << 1,
	SPP_TAKES_COLLECTION = 1 << 2,
	SPP_TAKES_UID = 1 << 3,
	SPP_TAKES_CHANGED = 1 << 4,
	SPP_TAKES_UTF8 = 1 << 5,
	SPP_TAKES_PRODUCT_KEY = 1 << 6,
	SPP_TAKES_SHOW_KEYS = 1 << 7,
	SPP_TAKES_LANGUAGE = 1 << 8,
	SPP_TAKES_GPO = 1 << 9,
	SPP_TAKES_FILTERS = 1 << 10,
};

struct spp_format {
	const char *name;
	const char *suffix; /* of a file's name, or NULL */
	const char *summary;
	unsigned int takes; /* bits of enum spp_format_takes */
	/* How likely, 0 to 100, these bytes are of this format. */
	int (*probe)(const uint8_t *data, size_t size);
	/* NULL if the format has no reader or no writer. */
	enum spp_status (*read)(const struct spp_input *in,
				struct spp_document *document,
				struct spp_import *import,
				struct spp_error *err);
	enum spp_status (*write)(const struct spp_document *document,
				 const struct spp_export *options,
				 struct spp_buf *out, struct spp_notes *notes,
				 struct spp_error *err);
	/* The same of a format that is a folder: in->data is not used. */
	enum spp_status (*read_tree)(const struct spp_input *in,
				     struct spp_tree *tree,
				     struct spp_document *document,
				     struct spp_import *import,
				     struct spp_error *err);
	enum spp_status (*write_tree)(const struct spp_document *document,
				      const struct spp_export *options,
				      struct spp_tree *tree,
				      struct spp_notes *notes,
				      struct spp_error *err);
};

/* One line for each format: its row is spp_format_NAME in its file. */
#define SPP_FORMAT_LIST(X) \
	X(json)            \
	X(gpp)             \
	X(gpreport)        \
	X(pol)             \
	X(gpo_backup)      \
	X(reg)             \
	X(lgpo)            \
	X(conf)            \
	X(admx)            \
	X(cmd)             \
	X(ps1)

#define SPP_FORMAT_DECLARE(name) \
	extern const struct spp_format spp_format_##name;
SPP_FORMAT_LIST(SPP_FORMAT_DECLARE)
#undef SPP_FORMAT_DECLARE

extern const struct spp_format *const spp_formats[];
extern const size_t spp_formats_count;

const struct spp_format *spp_format_find(const char *name);
/* The format of a file's suffix, or NULL. */
const struct spp_format *spp_format_of_path(const char *path);
/* The likeliest format of these bytes, or NULL. */
const struct spp_format *spp_format_probe(const uint8_t *data, size_t size);

void spp_import_release(struct spp_import *import);
/* Counts and lists one thing that is not a known setting. */
void spp_import_foreign(struct spp_import *import, const char *fmt, ...)
	SPP_PRINTF(2, 3);
/* Notes something about a known setting. */
void spp_import_note(struct spp_import *import, const char *fmt, ...)
	SPP_PRINTF(2, 3);

#endif
