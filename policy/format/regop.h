/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Registry operations: "set this value", "delete that one", "delete a key".
 *
 * Group Policy preferences, Registry.pol, .reg files, LGPO text and scripts are
 * all lists of such lines.  Their meaning for a policy is implemented here,
 * once:
 *
 *	reading		struct spp_regop line = { ... };
 *
 *			spp_regop_take(&line, &policy, import, err);	each
 *			spp_regop_finish(&policy, document, import);
 *
 *	writing		struct spp_regops lines = SPP_REGOPS_INIT;
 *
 *			spp_regops_make(policy, &rules, &lines, notes, err);
 *			... lines.line[i] ...
 *			spp_regops_release(&lines);
 *
 * Lines are taken in the order of the file: a later one wins.  A line that is
 * not about a setting counts as foreign.  A value that Windows maintains goes
 * to the document's observed part: an audit reads it, apply does not write it.
 *
 * Lines express only "this value" and "not this value".  So a policy's "nothing
 * else in this scope" is written as a deletion of every setting that it
 * reaches, which means the same but is read back as these deletions; and a wish
 * for any application or SKU id is refused, unless the format can loop over
 * keys.
 */
#ifndef POLICY_REGOP_H
#define POLICY_REGOP_H

#include "policy/format/format.h"
#include "policy/text/lines.h"
#include "policy/windows/document.h"

/* The most settings that a file may set or delete. */
#define SPP_REGOP_MAX 8192
/* The most keys with settings that a file may clear. */
#define SPP_CLEARED_MAX 1024

enum spp_regop_kind {
	SPP_REGOP_SET,
	SPP_REGOP_OFFER,	 /* set if there is none */
	SPP_REGOP_DELETE,	 /* a value */
	SPP_REGOP_DELETE_VALUES, /* all values of a key */
	SPP_REGOP_DELETE_KEY,	 /* with everything below it */
	SPP_REGOP_CREATE_KEY,
};

enum spp_root {
	SPP_ROOT_MACHINE, /* HKEY_LOCAL_MACHINE */
	SPP_ROOT_USERS,	  /* HKEY_USERS */
	SPP_ROOT_OTHER,	  /* a root without settings */
	SPP_ROOT_HIVE,	  /* a hive of unknown role, loaded for editing */
};

struct spp_regop {
	enum spp_regop_kind op;
	enum spp_root root;
	const char *key;  /* below the root, no backslash at its ends */
	const char *name; /* of the value; "" for the default one */
	const struct spp_value *value;	   /* to set or offer */
	const struct spp_setting *setting; /* when writing */
	struct spp_where where;		   /* when reading */
};

/* "HKEY_LOCAL_MACHINE"; NULL for a root without a name. */
const char *spp_root_name(enum spp_root root);
/* By name or abbreviation, in any case; SPP_ROOT_OTHER for any other. */
enum spp_root spp_root_find(const char *name, size_t n);

/* Whether a line is about a setting, or a key with settings. */
bool spp_regop_is_ours(const struct spp_regop *line);

enum spp_status spp_regop_take(const struct spp_regop *line,
			       struct spp_policy *policy,
			       struct spp_import *import,
			       struct spp_error *err);
/* Moves the policy into an empty document; policy is empty afterwards. */
enum spp_status spp_regop_finish(struct spp_policy *policy,
				 struct spp_document *document,
				 struct spp_import *import,
				 struct spp_error *err);

/* A text of such lines, being read. */
struct spp_regop_text {
	const struct spp_input *in;
	struct spp_lines lines;
	struct spp_policy policy; /* what was taken so far */
	struct spp_import *import;
	struct spp_error *err;
};

/* Opens the text, lets read() take its lines, and fills the document. */
enum spp_status spp_regop_read(
	const struct spp_input *in, struct spp_document *document,
	struct spp_import *import,
	enum spp_status (*read)(struct spp_regop_text *text),
	struct spp_error *err);
/* SPP_CORRUPT, with the current line. */
enum spp_status spp_regop_broken(struct spp_regop_text *text, const char *what);

/*
 * A value to delete in every key that there is: of each application, or of
 * each SKU, or of the SKUs of one application.  Which there are only a script
 * finds out, when it runs.
 */
struct spp_regop_wide {
	enum spp_root root;
	char *key;		/* of the place */
	struct spp_scope scope; /* below it; "*": each */
	const struct spp_setting *setting;
	struct spp_scope *except; /* other wishes hold there; may have "*" */
	size_t excepts;
};

struct spp_regops {
	struct spp_regop *line;
	size_t count;
	struct spp_regop_wide *wide; /* before the lines */
	size_t wides;
	char **key;		  /* storage for the lines' keys */
	struct spp_policy policy; /* storage for their values */
};

#define SPP_REGOPS_INIT      \
	{                    \
		.line = NULL \
	}

/* What a format can express. */
struct spp_regops_rules {
	const char *format; /* its name, for messages */
	bool users;	    /* keys in HKEY_USERS */
	bool offers;	    /* defaults */
	bool loops;	    /* wishes for any application or SKU */
};

void spp_regops_release(struct spp_regops *lines);

/*
 * Makes lines, sorted by scope and setting.  SPP_INVALID if the format cannot
 * express the policy.  Wishes for any id, "*", become wide lines if the format
 * loops; otherwise they are left out with a note.
 */
enum spp_status spp_regops_make(const struct spp_policy *policy,
				const struct spp_regops_rules *rules,
				struct spp_regops *lines,
				struct spp_notes *notes, struct spp_error *err);

/*
 * For formats that know clean values alone.
 */
/* SPP_INVALID: a format cannot express a value. */
enum spp_status spp_regop_cannot(const char *format,
				 const struct spp_regop *line, const char *why,
				 struct spp_error *err);

/* The value's single string as UTF-8; SPP_INVALID if it is not clean. */
enum spp_status spp_regop_text(const char *format, const struct spp_regop *line,
			       struct spp_buf *text, struct spp_error *err);
/* The same for a list of strings: calls each for every string. */
enum spp_status spp_regop_list(const char *format, const struct spp_regop *line,
			       enum spp_status (*each)(void *ctx, size_t i,
						       const char *text,
						       struct spp_error *err),
			       void *ctx, struct spp_error *err);

/*
 * Warns of values outside the Policies keys: Group Policy keeps them after a
 * Registry.pol that set them no longer applies.
 */
void spp_regops_warn_of_tattoos(const struct spp_regops *lines,
				struct spp_notes *notes);

#endif
