/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/sandbox/process.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct spp_process_room room = { .keep = -1 };

static enum spp_status succeed(void *ctx, struct spp_error *err)
{
	(void)ctx;
	(void)err;
	return SPP_OK;
}

static enum spp_status fail(void *ctx, struct spp_error *err)
{
	return spp_fail(err, SPP_TRUNCATED, "text of %s", (char *)ctx);
}

static enum spp_status fail_silently(void *ctx, struct spp_error *err)
{
	(void)ctx;
	(void)err;
	return SPP_UNSUPPORTED;
}

static enum spp_status die(void *ctx, struct spp_error *err)
{
	(void)err;
	raise(*(int *)ctx);
	return SPP_OK;
}

static enum spp_status run_out(void *ctx, struct spp_error *err)
{
	(void)ctx;
	return spp_nomem(err);
}

/* A status on which a caller would look for another file. */
static enum spp_status mislead(void *ctx, struct spp_error *err)
{
	(void)ctx;
	return spp_fail(err, SPP_NOTFOUND, "there is nothing here");
}

static enum spp_status leave(void *ctx, struct spp_error *err)
{
	(void)ctx;
	(void)err;
	_exit(0);
}

static enum spp_status change_memory(void *ctx, struct spp_error *err)
{
	(void)err;
	*(int *)ctx = 2;
	return SPP_OK;
}

static enum spp_status linger(void *ctx, struct spp_error *err)
{
	(void)ctx;
	(void)err;
	for (;;)
		sched_yield();
	return SPP_OK;
}

static enum spp_status run(spp_job job, void *ctx, struct spp_error *err)
{
	struct spp_process child = SPP_PROCESS_INIT;

	CU_ASSERT_EQUAL_FATAL(spp_process_start(&child, job, ctx, &room, err),
			      SPP_OK);
	return spp_process_wait(&child, "the job", err);
}

/* However a job ends, its parent hears of it and goes on. */
static void jobs_end(void)
{
	static int kill_signal = SIGKILL, alarm_signal = SIGALRM,
		   cpu_signal = SIGXCPU;
	static char who[] = "the child";
	static const struct {
		const char *name;
		spp_job job;
		void *ctx;
		enum spp_status want;
		const char *text;
	} rows[] = {
		{ "succeed", succeed, NULL, SPP_OK, "" },
		{ "fail", fail, who, SPP_TRUNCATED, "text of the child" },
		{ "fail silently", fail_silently, NULL, SPP_UNSUPPORTED,
		  "unsupported" },
		{ "die", die, &kill_signal, SPP_NOANSWER,
		  "the job was killed, perhaps by the kernel because memory is "
		  "short" },
		{ "hang", die, &alarm_signal, SPP_NOANSWER,
		  "the job did not finish within 120 seconds" },
		{ "compute", die, &cpu_signal, SPP_NORESOURCES,
		  "the job took more than 60 seconds of processor time" },
		{ "run out", run_out, NULL, SPP_NOMEM,
		  "the job ran out of memory" },
		{ "mislead", mislead, NULL, SPP_CORRUPT,
		  "the job gave an invalid answer" },
		{ "leave", leave, NULL, SPP_CORRUPT, "the job gave up" },
	};
	struct spp_error err;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		err = (struct spp_error)SPP_ERROR_INIT;
		UNIT_ROW(run(rows[i].job, rows[i].ctx, &err) == rows[i].want,
			 rows[i].name);
		UNIT_ROW(err.status == rows[i].want, rows[i].name);
		UNIT_ROW(!strcmp(err.text, rows[i].text), rows[i].name);
		UNIT_ROW(run(rows[i].job, rows[i].ctx, NULL) == rows[i].want,
			 rows[i].name);
	}
}

static void aborting_is_crashing(void)
{
	static int signal_number = SIGABRT;
	struct spp_error err = SPP_ERROR_INIT;

	CU_ASSERT_EQUAL(run(die, &signal_number, &err), SPP_CORRUPT);
	CU_ASSERT_STRING_EQUAL(err.text, "the job crashed (Aborted)");
}

static void memory_is_the_childs_own(void)
{
	int value = 1;

	CU_ASSERT_EQUAL(run(change_memory, &value, NULL), SPP_OK);
	CU_ASSERT_EQUAL(value, 1);
}

static void children_run_side_by_side(void)
{
	struct spp_process a = SPP_PROCESS_INIT, b = SPP_PROCESS_INIT;
	static char who[] = "b";
	struct spp_error err = SPP_ERROR_INIT;

	CU_ASSERT_EQUAL(spp_process_start(&a, succeed, NULL, &room, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_process_start(&b, fail, who, &room, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_process_wait(&b, "b", &err), SPP_TRUNCATED);
	CU_ASSERT_STRING_EQUAL(err.text, "text of b");
	CU_ASSERT_EQUAL(spp_process_wait(&a, "a", NULL), SPP_OK);
}

static void abandoned_children_are_gone(void)
{
	struct spp_process child = SPP_PROCESS_INIT;
	pid_t pid;

	spp_process_abandon(&child);
	spp_process_abandon(NULL);
	CU_ASSERT_EQUAL(spp_process_start(&child, linger, NULL, &room, NULL),
			SPP_OK);
	pid = child.pid;
	CU_ASSERT_EQUAL(kill(pid, 0), 0);
	spp_process_abandon(&child);
	CU_ASSERT_EQUAL(kill(pid, 0), -1);
	CU_ASSERT_EQUAL(errno, ESRCH);
	CU_ASSERT_EQUAL(child.pid, -1);
	spp_process_abandon(&child);
	/* One that was waited for is no longer anybody's. */
	CU_ASSERT_EQUAL(spp_process_start(&child, succeed, NULL, &room, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_process_wait(&child, "x", NULL), SPP_OK);
	CU_ASSERT_EQUAL(child.pid, -1);
	spp_process_abandon(&child);
}

static const struct unit_test tests[] = {
	{ "jobs end", jobs_end },
	{ "aborting is crashing", aborting_is_crashing },
	{ "memory is the child's own", memory_is_the_childs_own },
	{ "children run side by side", children_run_side_by_side },
	{ "abandoned children are gone", abandoned_children_are_gone },
	{ NULL, NULL },
};

const struct unit_suite unit_process = { "process", tests };
