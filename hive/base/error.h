/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Failures: a status, a message for people, and a remedy.
 *
 * Every function that can fail returns an enum spp_status and takes a struct
 * spp_error last, which may be NULL.  The first failure wins: a recorded
 * failure is never overwritten, so that the cause is not buried under its
 * consequences.
 *
 *	struct spp_error err = SPP_ERROR_INIT;
 *
 *	if (spp_thing(..., &err))
 *		puts(err.text);
 *
 * A text is one line, lower case, without a full stop, the subject in single
 * quotes and the remedy, if any, after a semicolon.
 */
#ifndef HIVE_ERROR_H
#define HIVE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define SPP_PRINTF(f, a) __attribute__((format(printf, f, a)))
/* Runs fn(&variable) when the variable leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

enum spp_status {
	SPP_OK = 0,
	SPP_NOTFOUND,	 /* no such key, value, file or setting */
	SPP_USAGE,	 /* the request makes no sense */
	SPP_INVALID,	 /* a wanted value or a document breaks its rules */
	SPP_NOMEM,	 /* out of memory */
	SPP_IO,		 /* the operating system reported an error */
	SPP_NOTHIVE,	 /* another kind of file than expected */
	SPP_CORRUPT,	 /* damaged: breaks the format's own rules */
	SPP_TRUNCATED,	 /* shorter than it says it is */
	SPP_UNSUPPORTED, /* sound, but of a kind that sppctl does not edit */
	SPP_DIRTY,	 /* unfinished writes that could not be replayed */
	SPP_BUSY,	 /* in use by another process */
	SPP_REFUSED,	 /* possible, but a person must decide */
	SPP_LIMIT,	 /* past a named limit */
	SPP_NORESOURCES, /* this machine is short of memory, processes or time */
	SPP_NOANSWER,	 /* a process or server did not answer, or was killed */
	SPP_BUG,	 /* sppctl's own proof failed */
};
#define SPP_STATUS_COUNT (SPP_BUG + 1)

/*
 * Remedies that are an option or a command of the program.  Only cli/ knows
 * those, so a failure carries a code and cli/ adds the words.
 */
enum spp_remedy {
	SPP_REMEDY_NONE,
	SPP_REMEDY_ROLE,   /* say which hive a file is */
	SPP_REMEDY_SYSTEM, /* name the SYSTEM hive */
	SPP_REMEDY_NETSVC, /* name the NetworkService hive */
	SPP_REMEDY_SCOPES, /* list the scopes */
	SPP_REMEDY_UNSET,
	SPP_REMEDY_UNSET_ONE, /* unset one of two values */
	SPP_REMEDY_FILTERS,   /* import items despite their targeting */
	SPP_REMEDY_ONE_HIVE,  /* settings of one hive only */
	SPP_REMEDY_SLMGR,     /* list the verbs of slmgr */
	SPP_REMEDY_OSPP,
	SPP_REMEDY_USE_OSPP, /* the verbs of the other script */
	SPP_REMEDY_CLEAR_OVERRIDES,
	SPP_REMEDY_CLEAR_CACHE,
	SPP_REMEDY_CHECK,	    /* lists all damage of a hive */
	SPP_REMEDY_DISCARD_LOGS,    /* go on without the logs */
	SPP_REMEDY_LOGS_OR_JOURNAL, /* the same, or name the journal */
	SPP_REMEDY_BREAK_LINKS,	    /* edit one hard link of several */
	SPP_REMEDY_WINDOWS,	    /* choose a Windows by its path */
	SPP_REMEDY_PARTITION,	    /* choose a partition */
	SPP_REMEDY_PARTITIONS,	    /* list the partitions */
	SPP_REMEDY_READ_UNCLEAN,    /* a volume that was not shut down */
	SPP_REMEDY_EDIT_UNCLEAN,
	SPP_REMEDY_SNAPSHOTS,	/* accept an image that has them */
	SPP_REMEDY_BACKING,	/* name the backing file */
	SPP_REMEDY_RAW,		/* treat it as a raw disk */
	SPP_REMEDY_KIND,	/* say which kind the target is */
	SPP_REMEDY_JOURNAL_DIR, /* name a folder for the journal */
	SPP_REMEDY_RECOVER,	/* complete an interrupted edit, or undo it */
	SPP_REMEDY_CARRY_OUT,	/* carry out an edit that had not begun */
	SPP_REMEDY_COMPLETE, /* write an edit that is only shown as complete */
	SPP_REMEDY_GPO,	     /* choose one GPO of several */
	SPP_REMEDY_PARTIAL,  /* read what is there of a truncated hive */
};
#define SPP_REMEDY_COUNT (SPP_REMEDY_PARTIAL + 1)

#define SPP_ERROR_TEXT	 1024
#define SPP_ERROR_SOURCE 256

struct spp_error {
	enum spp_status status;
	char text[SPP_ERROR_TEXT];
	/* The place of the cause in a file; the text begins with it. */
	char source[SPP_ERROR_SOURCE]; /* "": in no file */
	size_t line, column;	       /* from 1; 0: not known */
	enum spp_remedy remedy;	       /* not in the text */
};

#define SPP_ERROR_INIT           \
	{                        \
		.status = SPP_OK \
	}

/*
 * Records a failure, unless one is recorded already, and returns status, so
 * that callers can write "return spp_fail(err, SPP_CORRUPT, ...)".
 */
enum spp_status spp_fail(struct spp_error *err, enum spp_status status,
			 const char *fmt, ...) SPP_PRINTF(3, 4);

/* The same with a remedy. */
enum spp_status spp_fail_remedy(struct spp_error *err, enum spp_status status,
				enum spp_remedy remedy, const char *fmt, ...)
	SPP_PRINTF(4, 5);

/* Reports the failure why in other words; keeps its remedy and place. */
enum spp_status spp_fail_from(struct spp_error *err, enum spp_status status,
			      const struct spp_error *why, const char *fmt, ...)
	SPP_PRINTF(4, 5);

/* Reports a place in a file: "SOURCE:LINE:COLUMN: ..." */
enum spp_status spp_fail_at(struct spp_error *err, enum spp_status status,
			    const char *source, size_t line, size_t column,
			    const char *fmt, ...) SPP_PRINTF(6, 7);

/* Appends ": " and the text of errno; returns SPP_NOMEM for ENOMEM. */
enum spp_status spp_fail_errno(struct spp_error *err, enum spp_status status,
			       const char *fmt, ...) SPP_PRINTF(3, 4);

enum spp_status spp_nomem(struct spp_error *err);
/*
 * The number of allocations that failed in this process so far.  Code that
 * makes text for display compares it before and after: if it grew, the text may
 * be incomplete.
 */
unsigned int spp_memory_shortages(void);

/*
 * Whether the failure is the machine's (memory, resources, a silent process)
 * and not the data's.  Such a failure proves no damage, and another file must
 * not be chosen because of it.
 */
bool spp_status_starved(enum spp_status status);

/* The status as a word for scripts: "corrupt", "dirty", "in-use", ... */
const char *spp_status_word(enum spp_status status);

/* Forgets an expected failure, so that work can go on. */
void spp_error_clear(struct spp_error *err);

/* free() for CLEANUP(): takes the address of a char pointer. */
void spp_free_string(char **s);

#endif
