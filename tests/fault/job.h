/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One command on its files, and what must be true of what it leaves. */
#ifndef TESTS_FAULT_JOB_H
#define TESTS_FAULT_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FILES 4
#define CALLS 512

struct scenario {
	const char *name;
	const char *input[2 * FILES]; /* fixture, name; hives before logs */
	int hives;
	const char *argv[10]; /* without the program */
	const char *never;    /* calls that there are not */
	bool attributes; /* hives with rights and attributes of their own */
};

struct bytes {
	char *data;
	size_t size;
};

/* A call that sppctl made when nothing went wrong. */
struct call {
	int process, number;
	char name[24];
};

/* One scenario under way. */
struct job {
	const struct scenario *s;
	struct bytes old[FILES], new[FILES];
	struct call call[CALLS];
	int calls;
	char about[160]; /* what is being tried */
	bool unread;	 /* a log may not have been */
	bool failed;
};

extern const char *program, *shim, *fixtures;
extern int failures;

/* Counts it, and says it. */
void fail(struct job *job, const char *what);
/* What the test itself cannot do. */
void die(const char *what);
/* The bytes of a file; false if there is none. */
bool slurp(const char *path, struct bytes *to);
/* The files of a scenario: hives, then logs. */
const char *file_name(const struct job *job, int i);
int file_count(const struct job *job);
/* Makes all of them anew, as they were. */
void lay_out(struct job *job);
/* The command: at a call the shim does something; record: it lists them. */
pid_t start(const struct job *job, const char *at, const char *act,
	    const char *record);
/* Its exit code, or 128 and the signal. */
int finish(pid_t pid);
/* Both. */
int run(const struct job *job, const char *at, const char *act,
	const char *record);
/* 0 the old hive, 1 the new one, 2 where both are the same, -1 neither */
int which(struct job *job, int i);
/* Whether a backup is there; it must be the old hive. */
bool has_backup(struct job *job, int i);
/* Whether a new file was left that is no hive yet. */
bool has_new_file(const struct job *job, int i);
/* No file but those that the scenario knows. */
void check_folders(struct job *job);
/* Logs are never touched. */
void check_logs(struct job *job);
/* After success: all of it. */
void check_done(struct job *job);
/* After a failure: told in a line, and told truly. */
void check_refused(struct job *job);
/* The same command once more, and nothing in its way. */
void check_again(struct job *job);
void nap(double length);

#endif
