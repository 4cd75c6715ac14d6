/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child that crashes, hangs or talks without end does not spoil the rest. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fleet/pool.h"
#include "tests/unit.h"

enum { FINE, CRASHES, HANGS, TALKS, LEAVES, KINDS };

static int work(void *ctx, size_t i, FILE *record)
{
	static char chunk[65536];
	size_t n;

	(void)ctx;
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
		for (n = 0; n <= CLI_POOL_SAID; n += sizeof(chunk))
			fwrite(chunk, 1, sizeof(chunk), stdout);
		for (;;)
			pause();
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
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&e->said[CLI_POOL_OUT]), text);
	snprintf(text, sizeof(text), "told by %zu", e->index);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&e->said[CLI_POOL_ERR]), text);
	snprintf(text, sizeof(text), "{%zu}", e->index);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&e->said[CLI_POOL_RECORD]), text);
}

static void each_ends_in_its_own_way(void)
{
	const struct cli_pool_options o = { .jobs = 3,
					    .seconds = 1,
					    .work = work };
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
				cli_pool_start(pool, begun++, NULL), SPP_OK);
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
	const struct cli_pool_options o = { .jobs = 2, .work = work };
	struct cli_pool *pool = NULL;
	sigset_t before;

	sigprocmask(SIG_SETMASK, NULL, &before);
	CU_ASSERT_EQUAL_FATAL(cli_pool_open(&o, &pool, NULL), SPP_OK);
	CU_ASSERT_EQUAL(cli_pool_start(pool, HANGS, NULL), SPP_OK);
	CU_ASSERT_EQUAL(cli_pool_start(pool, HANGS, NULL), SPP_OK);
	CU_ASSERT(!cli_pool_has_room(pool));
	cli_pool_close(pool);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static const struct unit_test tests[] = {
	{ "each child ends in its own way", each_ends_in_its_own_way },
	{ "closing ends all children", closing_ends_all },
	{ NULL, NULL },
};

const struct unit_suite unit_pool = { "pool", tests };
