/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lets sppctl fail and crash at every call that it makes of the operating
 * system, in every command that writes, and looks at what is left:
 *
 *	fault SPPCTL SHIM FIXTURES FOLDER	in a folder that it may fill
 *	fault --kill N SPPCTL FIXTURES FOLDER	kill -9 at N random moments
 *
 * Whatever happens: each hive is byte by byte the old one or the new one.  A
 * failure is told (exit code 3) unless sppctl can do without the call, and
 * leaves no file behind.  After a crash the same command goes through and
 * leaves no file behind either.
 *
 * What comes to the same is tried once, unless SPPCTL_DEEP is set: a crash
 * before the first call, and then after each that changes a file or a name, for
 * the calls between leave on the disk what was there; a second errno where a
 * kind of call is made first, for one function tells all of them; and of many
 * reads in a row the first, and one of what can go wrong with others.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "folders.h"
#include "job.h"

#define CRASHED 99 /* exit code of a crash that the shim made */

static const struct scenario scenarios[] = {
	{ "set",
	  { "kms-client.hive", "hive" },
	  1,
	  { "set", "hive", "kms-port=1701", "kms-host=kms77.corp.example" } },
	{ "set in a new bin",
	  { "full-bins.hive", "hive" },
	  1,
	  { "set", "hive", "lookup-domain=corp.example", "--json" } },
	{ "set with backup",
	  { "kms-client.hive", "hive" },
	  1,
	  { "set", "hive", "kms-port=1701", "--backup" },
	  .attributes = true },
	{ "set with backup, no links, no clones",
	  { "kms-client.hive", "hive" },
	  1,
	  { "set", "hive", "kms-port=1701", "--backup" },
	  "linkat ioctl copy_file_range" },
	{ "set with backup, names neither exchanged nor kept from others",
	  { "kms-client.hive", "hive" },
	  1,
	  { "set", "hive", "kms-port=1701", "--backup" },
	  "linkat ioctl copy_file_range renameat2" },
	{ "unset",
	  { "kms-client.hive", "hive" },
	  1,
	  { "unset", "hive", "kms-host", "kms-port" } },
	{ "publish",
	  { "kms-primary.hive", "hive" },
	  1,
	  { "publish", "hive", "--add", "third.example,1,2" } },
	{ "publish with backup",
	  { "kms-primary.hive", "hive" },
	  1,
	  { "publish", "hive", "--priority", "20", "--backup" } },
	{ "new keys",
	  { "kms-client.hive", "hive" },
	  1,
	  { "set", "hive", "no-genuine-ticket=on", "kms-port=1701" } },
	{ "new keys, no nameless files",
	  { "no-spp.hive", "hive" },
	  1,
	  { "set", "hive", "kms-port=1701" },
	  "tmpfile" },
	{ "logs",
	  { "dirty-split.hive", "hive", "dirty-split.hive.LOG1", "hive.LOG1",
	    "dirty-split.hive.LOG2", "hive.LOG2" },
	  1,
	  { "set", "hive", "kms-port=1701", "--backup" } },
	{ "old logs",
	  { "dirty-old-badbase.hive", "hive", "dirty-old-badbase.hive.LOG1",
	    "hive.LOG1" },
	  1,
	  { "unset", "hive", "kms-host" } },
	{ "recover from logs",
	  { "dirty-new.hive", "hive", "dirty-new.hive.LOG1", "hive.LOG1" },
	  1,
	  { "recover", "hive", "--backup" } },
	{ "folder",
	  { "kms-client.hive", "Windows/System32/config/SOFTWARE",
	    "netsvc.hive", "Windows/ServiceProfiles/NetworkService/NTUSER.DAT",
	    "system.hive", "Windows/System32/config/SYSTEM" },
	  3,
	  { "unset", ".", "kms-host", "cached-host", "--backup" } },
};
#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

/* What sppctl can do without; the status it gives then is its own affair. */
static bool is_optional(const struct job *job, const struct call *c,
			const char *act)
{
	static const char *const calls[] = {
		"ioctl",   "copy_file_range", "sync_file_range", "linkat",
		"tmpfile", "unlinkat",	      "flock",		 "open",
		"fstat",   "fstatat",	      "fgetxattr",	 "flistxattr",
		"read", /* from a child that has said everything */
	};
	size_t i;

	if (!strcmp(act, "short") || !strcmp(act, "4") || job->unread)
		return true;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(calls[i], c->name))
			return true;
	return false;
}

/* A log, or what --json says of the files beside the edit. */
static bool may_stay_unread(const struct scenario *s)
{
	int i;

	for (i = 0; s->argv[i]; i++)
		if (!strcmp(s->argv[i], "--json"))
			return true;
	return strstr(s->name, "logs") != NULL;
}

static void try(struct job *job, const struct call *c, const char *act)
{
	bool crash = !strcmp(act, "before") || !strcmp(act, "after");
	char at[32];
	int code, i;

	snprintf(job->about, sizeof(job->about), "call %d.%d, %s: %s",
		 c->process, c->number, c->name, act);
	snprintf(at, sizeof(at), "%d %d", c->process, c->number);
	job->failed = false;
	job->unread = !strcmp(c->name, "pread") && may_stay_unread(job->s);
	lay_out(job);
	code = run(job, at, act, NULL);
	check_logs(job);
	if (crash && !c->process) {
		if (code != CRASHED)
			fail(job, "it did not crash");
		for (i = 0; i < job->s->hives; i++)
			which(job, i);
		check_again(job);
		return;
	}
	if (code == 0 && (crash || is_optional(job, c, act)))
		check_done(job);
	else if (code == 0)
		fail(job, "success, although something failed");
	else if (code == 3 || code == 4)
		check_refused(job);
	else
		fail(job, code == 128 + SIGALRM ? "it hangs" : "exit code");
	/* What cannot be removed stays until the next run. */
	if (!strcmp(c->name, "unlinkat") && atoi(act)) {
		check_again(job);
		return;
	}
	for (i = 0; i < job->s->hives; i++)
		if (has_new_file(job, i))
			fail(job, "the new file is left");
	check_folders(job);
}

/* What is worth trying with each kind of call. */
static const char *const *actions(const char *call)
{
	static const char *const writes[] = { "5",     "28",   "4",
					      "short", "zero", "before",
					      "after", NULL };
	static const char *const reads[] = { "5", "4", "short", NULL };
	static const char *const changes[] = { "5", "28", "before", "after",
					       NULL };
	static const char *const looks[] = { "5", "12", NULL };
	static const struct {
		const char *name;
		const char *const *actions;
	} kinds[] = {
		{ "write", writes },
		{ "pwrite", writes },
		{ "pread", reads },
		{ "read", reads },
		{ "copy_file_range", writes },
		{ "open", looks },
		{ "fstat", looks },
		{ "fstatat", looks },
		{ "fgetxattr", looks },
		{ "flistxattr", looks },
		{ "flock", looks },
		{ "pipe2", looks },
		{ "fork", looks },
		{ "memfd_create", looks },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, call))
			return kinds[i].actions;
	return changes;
}

/* Whether a call leaves files and names as they are. */
static bool changes_nothing(const char *call)
{
	static const char *const calls[] = {
		"fsync", "fdatasync", "sync_file_range", "pipe2", "fork",
		"flock", "read",      "pread",		 "fstat",
	};
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(calls[i], call))
			return true;
	return false;
}

static bool may_crash(const char *call)
{
	const char *const *act = actions(call);

	while (*act && strcmp(*act, "before") != 0)
		act++;
	return *act;
}

/* What was called before, and how. */
struct past {
	int row;       /* so many calls of this kind just before, in a row */
	bool crashed;  /* a crash was tried in this process */
	bool the_same; /* the kind of call was seen in any process */
};

static struct past look_back(const struct job *job, int at)
{
	const struct call *c = &job->call[at], *was;
	struct past past = { 0 };
	bool row = true;

	while (at--) {
		was = &job->call[at];
		past.the_same |= !strcmp(was->name, c->name);
		if (was->process != c->process)
			continue;
		row = row && !strcmp(was->name, c->name);
		past.row += row;
		past.crashed |= may_crash(was->name);
	}
	return past;
}

/* Whether an action, which is number n of its call, comes to something new. */
static bool is_new(const struct job *job, int at, const char *act, int n)
{
	const char *call = job->call[at].name;
	struct past past = look_back(job, at);

	if (getenv("SPPCTL_DEEP"))
		return true;
	if (!strcmp(act, "before"))
		return !past.crashed;
	if (!strcmp(act, "after"))
		return !changes_nothing(call);
	if (!strcmp(call, "pread"))
		return !past.row || (past.row < 12 && past.row % 3 == n) ||
		       past.row % 12 == 4 * n;
	return !n || !atoi(act) || !strcmp(act, "4") || !past.the_same;
}

/* A run where nothing goes wrong: the new hives, and the calls. */
static void learn(struct job *job)
{
	struct bytes log;
	char *line;
	int i;

	snprintf(job->about, sizeof(job->about), "undisturbed");
	for (i = 0; i < file_count(job); i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", fixtures,
			 job->s->input[2 * i]);
		if (!slurp(path, &job->old[i]))
			die(path);
		make_folders(file_name(job, i));
	}
	lay_out(job);
	unlink("../calls");
	if (run(job, NULL, NULL, shim ? "../calls" : NULL))
		fail(job, "it fails");
	for (i = 0; i < file_count(job); i++)
		if (!slurp(file_name(job, i), &job->new[i]))
			die(file_name(job, i));
	if (!shim)
		return;
	if (!slurp("../calls", &log))
		die("calls");
	for (line = strtok(log.data, "\n"); line; line = strtok(NULL, "\n")) {
		struct call *c = &job->call[job->calls];

		if (job->calls++ == CALLS ||
		    sscanf(line, "%d %d %23s", &c->process, &c->number,
			   c->name) != 3)
			die("too many calls");
	}
	free(log.data);
}

static void release(struct job *job)
{
	int i;

	for (i = 0; i < FILES; i++) {
		free(job->old[i].data);
		free(job->new[i].data);
	}
}

static void try_all(const struct scenario *s)
{
	struct job job = { .s = s };
	const char *const *act;
	int i, n;

	learn(&job);
	if (!job.calls)
		fail(&job, "the shim saw no calls");
	for (i = 0; i < job.calls; i++)
		for (act = actions(job.call[i].name), n = 0; *act; act++, n++)
			if (is_new(&job, i, *act, n))
				try(&job, &job.call[i], *act);
	release(&job);
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Kills one run at some moment of its life. */
static void kill_once(struct job *job, double life)
{
	double moment = life * 1.2 * (double)rand() / RAND_MAX;
	pid_t pid;
	int i;

	snprintf(job->about, sizeof(job->about), "killed after %.2f ms",
		 moment * 1000);
	lay_out(job);
	pid = start(job, NULL, NULL, NULL);
	nap(moment);
	kill(pid, SIGKILL);
	finish(pid);
	for (i = 0; i < job->s->hives; i++) {
		which(job, i);
		has_backup(job, i);
	}
	check_logs(job);
	check_again(job);
}

static void kill_many(const struct scenario *s, int times)
{
	struct job job = { .s = s };
	double life;

	learn(&job);
	life = seconds();
	lay_out(&job);
	run(&job, NULL, NULL, NULL);
	life = seconds() - life;
	while (times-- > 0)
		kill_once(&job, life);
	release(&job);
}

static void enter(const char *folder, const char *name)
{
	if (chdir(folder) || mkdir(name, 0755) || chdir(name))
		die(folder);
}

int main(int argc, char **argv)
{
	char name[16];
	int times = 0;
	size_t i;

	if (argc == 6 && !strcmp(argv[1], "--kill")) {
		times = atoi(argv[2]);
		argv += 2;
	} else if (argc == 5) {
		shim = argv[2];
		argv++;
	} else {
		return 2;
	}
	program = shim ? argv[0] : argv[1];
	fixtures = argv[2];
	srand((unsigned int)time(NULL));
	for (i = 0; i < SCENARIOS; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		enter(i ? ".." : argv[3], name);
		if (shim)
			try_all(&scenarios[i]);
		else if (!scenarios[i].never)
			kill_many(&scenarios[i], times / (int)SCENARIOS + 1);
	}
	if (failures)
		printf("%d failures\n", failures);
	return failures ? 1 : 0;
}
