/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child that crashes, hangs or talks without end does not spoil the rest. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fleet/pool.h"
#include "tests/unit.h"

enum { FINE, CRASHES, HANGS, TALKS, LEAVES, KINDS };

static int work(void *ctx, size_t i, bool hint, FILE *record)
{
	static char chunk[65536];
	size_t n;

	(void)ctx;
	(void)hint;
	fprintf(record, "{%zu}", i);
	switch (i % KINDS) {
	case CRASHES:
		raise(SIGKILL);
		break;
	case HANGS:
		for (;;)
			pause();
	case TALKS:
		memset(chunk, 'x', sizeof(chunk));
		for (n = 0; n <= CLI_WORKER_SAID; n += sizeof(chunk))
			fwrite(chunk, 1, sizeof(chunk), stdout);
		break;
	case LEAVES:
		return 4;
	default:
		printf("said by %zu", i);
		fprintf(stderr, "told by %zu", i);
	}
	return 0;
}

static void check(const struct cli_ended *e)
{
	static const enum spp_status why[KINDS] = {
		[CRASHES] = SPP_NORESOURCES,
		[HANGS] = SPP_NOANSWER,
		[TALKS] = SPP_LIMIT,
	};
	char text[40];

	CU_ASSERT_EQUAL(e->why.status, why[e->index % KINDS]);
	CU_ASSERT_EQUAL(e->code, e->index % KINDS == LEAVES ? 4
				 : e->index % KINDS == FINE ? 0
							    : -1);
	if (e->index % KINDS != FINE)
		return;
	snprintf(text, sizeof(text), "said by %zu", e->index);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&e->said[CLI_WORKER_OUT]), text);
	snprintf(text, sizeof(text), "told by %zu", e->index);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&e->said[CLI_WORKER_ERR]), text);
	snprintf(text, sizeof(text), "{%zu}", e->index);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&e->said[CLI_WORKER_RECORD]), text);
}

static void each_ends_in_its_own_way(void)
{
	const struct cli_pool_options o = { .jobs = 3,
					    .seconds = 1,
					    .work = { .run = work } };
	struct cli_pool *pool = NULL;
	struct cli_ended ended;
	size_t begun = 0, done = 0;
	const size_t count = 2 * KINDS;
	sigset_t before;

	sigprocmask(SIG_SETMASK, NULL, &before);
	CU_ASSERT_EQUAL_FATAL(cli_pool_open(&o, &pool, NULL), SPP_OK);
	while (done < count) {
		while (begun < count && cli_pool_has_room(pool))
			CU_ASSERT_EQUAL_FATAL(
				cli_pool_start(pool, begun++, false, NULL),
				SPP_OK);
		CU_ASSERT(cli_pool_running(pool) <= 3);
		if (!cli_pool_wait(pool, &ended))
			continue;
		check(&ended);
		cli_ended_release(&ended);
		done++;
	}
	CU_ASSERT_EQUAL(cli_pool_running(pool), 0);
	cli_pool_close(pool);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void closing_ends_all(void)
{
	const struct cli_pool_options o = { .jobs = 2,
					    .work = { .run = work } };
	struct cli_pool *pool = NULL;
	sigset_t before;

	sigprocmask(SIG_SETMASK, NULL, &before);
	CU_ASSERT_EQUAL_FATAL(cli_pool_open(&o, &pool, NULL), SPP_OK);
	CU_ASSERT_EQUAL(cli_pool_start(pool, HANGS, false, NULL), SPP_OK);
	CU_ASSERT_EQUAL(cli_pool_start(pool, HANGS, false, NULL), SPP_OK);
	CU_ASSERT(!cli_pool_has_room(pool));
	cli_pool_close(pool);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

#define MUCH ((size_t)64 << 20)

/* What a child may do after which no other thing is to be done in it. */
static int act(void *ctx, size_t i, bool hint, FILE *record)
{
	static int things;
	volatile char *much;
	size_t k;

	(void)ctx;
	(void)hint;
	fprintf(record, "%d %d", (int)getpid(), things++);
	switch (i) {
	case 2:
		fputs("sppctl: warning: odd\n", stderr);
		break;
	case 4:
		return 3;
	case 6:
		return CLI_WORKER_LAST;
	case 8:
		much = malloc(MUCH);
		for (k = 0; much && k < MUCH; k += 1024)
			much[k] = 1;
		free((void *)(uintptr_t)much);
		break;
	case 10:
		abort();
	case 12:
		kill(getpid(), SIGTERM);
		break;
	}
	return 0;
}

/* Works on things from 0 to count - 1, one after the other. */
static void follow(size_t count, int *pid, int *things, int *code)
{
	const struct cli_pool_options o = {
		.jobs = 1,
		.work = { .run = act },
	};
	struct cli_pool *pool = NULL;
	struct cli_ended ended;
	sigset_t before;
	size_t i;

	sigprocmask(SIG_SETMASK, NULL, &before);
	CU_ASSERT_EQUAL_FATAL(cli_pool_open(&o, &pool, NULL), SPP_OK);
	for (i = 0; i < count; i++) {
		CU_ASSERT_EQUAL_FATAL(cli_pool_start(pool, i, false, NULL),
				      SPP_OK);
		while (!cli_pool_wait(pool, &ended))
			;
		CU_ASSERT_EQUAL(ended.index, i);
		CU_ASSERT_EQUAL(
			sscanf(spp_buf_text(&ended.said[CLI_WORKER_RECORD]),
			       "%d %d", &pid[i], &things[i]),
			i == 10 || i == 12 ? -1 : 2);
		code[i] = ended.code;
		cli_ended_release(&ended);
	}
	cli_pool_close(pool);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Sound things share a child; whatever is not has the last word in one. */
static void only_peace_is_shared(void)
{
	static const int began[] = {
		0, 1, 2, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1
	};
	int pid[15], things[15], code[15];
	size_t i;

	follow(15, pid, things, code);
	for (i = 0; i < 15; i++) {
		if (i == 10 || i == 12) {
			CU_ASSERT_EQUAL(code[i], -1);
			continue;
		}
		CU_ASSERT_EQUAL(things[i], began[i]);
		CU_ASSERT_EQUAL(code[i], i == 4 ? 3 : 0);
		if (i && began[i])
			CU_ASSERT_EQUAL(pid[i], pid[i - 1]);
	}
}

static const struct unit_test tests[] = {
	{ "only what ends in peace is followed by another thing",
	  only_peace_is_shared },
	{ "each child ends in its own way", each_ends_in_its_own_way },
	{ "closing ends all children", closing_ends_all },
	{ NULL, NULL },
};

const struct unit_suite unit_pool = { "pool", tests };
