/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sppctl that runs out of memory at allocations that it makes itself:
 *
 *	alloc FIXTURES STRIDE	in a folder that it may fill
 *
 * That is each place in the source that wants memory, once: those with the same
 * three innermost callers are one place, in whatever command.  And each
 * STRIDEth allocation of each command: 1 tries all of them, 3 every third.
 *
 * Linked with --wrap for the functions that allocate, and with sppctl's own
 * main() under another name.  Each run is a fork, so that a sanitizer's check
 * for leaks is made each time.
 *
 * Whatever happens: no crash and no leak; exit code 3 and "out of memory", or
 * success with the whole output; the hive is the old one, or after success
 * the new one.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folders.h"

#define ARGS	 10
#define TOO_LONG 30 /* seconds */

int sppctl_main(int argc, char **argv);

/* Allocations to come until one fails; negative: none does. */
static long left = -1;
static bool for_ever; /* all that follow fail, too */
static long made;

/*
 * For each allocation of a run where nothing fails, the place that wants it;
 * shared with the child that runs.
 */
#define MOST 65536
static uint64_t *places;
static bool learning;

/* Not the two functions of ours on top, but three callers. */
static uint64_t place(void)
{
	void *at[5];
	uint64_t hash = 0;
	int n = backtrace(at, 5), i;

	for (i = 2; i < n; i++)
		hash = hash * 1000003 + (uintptr_t)at[i];
	return hash;
}

static bool refuse(void)
{
	if (learning && made < MOST)
		places[made] = place();
	made++;
	if (left < 0 || left-- > 0)
		return false;
	if (for_ever)
		left = 0;
	errno = ENOMEM;
	return true;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
int __real_vasprintf(char **to, const char *fmt, va_list ap);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
int __wrap_vasprintf(char **to, const char *fmt, va_list ap);
int __wrap_asprintf(char **to, const char *fmt, ...);

void *__wrap_malloc(size_t n)
{
	return refuse() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return refuse() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return refuse() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
	return refuse() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
	return refuse() ? NULL : __real_strndup(s, n);
}

int __wrap_vasprintf(char **to, const char *fmt, va_list ap)
{
	return refuse() ? -1 : __real_vasprintf(to, fmt, ap);
}

int __wrap_asprintf(char **to, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (refuse())
		return -1;
	va_start(ap, fmt);
	n = __real_vasprintf(to, fmt, ap);
	va_end(ap);
	return n;
}

struct scenario {
	const char *input[6]; /* fixture, name, ... */
	const char *argv[ARGS];
	enum {
		SELDOM,	  /* so many allocations that fewer are tried */
		OFTEN,	  /* few enough for more */
		SEPARATE, /* each hive is an edit of its own */
	} how;
};

static const struct scenario scenarios[] = {
	{ { "kms-primary.hive", "hive" }, { "show", "hive" }, SELDOM },
	{ { "wrong-types.hive", "hive" },
	  { "show", "--json", "hive" },
	  SELDOM },
	{ { "kms-primary.hive", "hive" },
	  { "get", "hive", "kms-host" },
	  OFTEN },
	{ { "kms-primary.hive", "hive" },
	  { "get", "--json", "hive", "publish-list" },
	  OFTEN },
	{ { "malformed-list.hive", "hive" }, { "publish", "hive" }, SELDOM },
	{ { "malformed-list.hive", "hive" },
	  { "publish", "--json", "hive" },
	  SELDOM },
	{ { "kms-client.hive", "hive" },
	  { "set", "hive", "kms-port=1701", "kms-host=kms77.corp.example" },
	  OFTEN },
	{ { "kms-client.hive", "hive" },
	  { "set", "hive", "no-genuine-ticket=on", "--backup", "--json" },
	  SELDOM },
	{ { "kms-client.hive", "hive" },
	  { "set", "hive", "kms-host=kms01", "--dry-run" },
	  OFTEN },
	{ { "kms-primary.hive", "hive" },
	  { "publish", "hive", "--add", "a.example,1,2", "--remove",
	    "branch.example", "--priority", "20" },
	  OFTEN },
	{ { "kms-client.hive", "hive" },
	  { "unset", "hive", "kms-host", "kms-port" },
	  OFTEN },
	{ { "dirty-split.hive", "hive", "dirty-split.hive.LOG1", "hive.LOG1",
	    "dirty-split.hive.LOG2", "hive.LOG2" },
	  { "set", "hive", "kms-port=1701" },
	  OFTEN },
	{ { "hostile-names.hive", "hive" }, { "check", "hive" }, OFTEN },
	{ { "hostile-names.hive", "hive" },
	  { "check", "--json", "hive" },
	  OFTEN },
	{ { "kms-client.hive", "Windows/System32/config/SOFTWARE",
	    "netsvc.hive",
	    "Windows/ServiceProfiles/NetworkService/NTUSER.DAT" },
	  { "unset", ".", "kms-host", "cached-host" },
	  OFTEN },
	{ { "dirty-split.hive", "hive", "dirty-split.hive.LOG1", "hive.LOG1",
	    "dirty-split.hive.LOG2", "hive.LOG2" },
	  { "recover", "hive", "--json" },
	  OFTEN },
	{ { "dirty-old-split.hive", "hive", "dirty-old-split.hive.LOG1",
	    "hive.LOG1", "dirty-old-split.hive.LOG2", "hive.LOG2" },
	  { "recover", "hive" },
	  OFTEN },
	{ { NULL }, { "import", "../../gpo", "--json" }, OFTEN },
	{ { "kms-primary.hive", "hive" }, { "dump", "hive" }, SELDOM },
	{ { "kms-primary.hive", "hive", "kms-client.hive", "other" },
	  { "diff", "hive", "other" },
	  SELDOM },
	{ { "kms-primary.hive", "hive", "kms-client.hive", "other" },
	  { "set", "hive", "other", "kms-port=1701" },
	  SEPARATE },
	{ { "kms-primary.hive", "hive", "kms-client.hive", "other" },
	  { "audit", "-j1", "--results", "/dev/null", "hive", "other" },
	  SELDOM },
	{ { NULL }, { "settings" }, SELDOM },
	{ { NULL }, { "settings", "--json" }, SELDOM },
	{ { NULL }, { "help", "set" }, OFTEN },
	{ { NULL }, { "help", "man" }, OFTEN },
	{ { NULL }, { "help", "schema" }, SELDOM },
};

static const char *fixtures;
static int failures;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

struct bytes {
	char *data;
	size_t size;
};

static struct bytes slurp(const char *path)
{
	struct bytes b = { NULL, 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		die(path);
	b.size = (size_t)st.st_size;
	b.data = __real_malloc(b.size + 1);
	if (!b.data || read(fd, b.data, b.size) != st.st_size)
		die(path);
	b.data[b.size] = '\0';
	close(fd);
	return b;
}

static bool is(const char *path, const struct bytes *wanted)
{
	struct bytes now = slurp(path);
	bool same = now.size == wanted->size &&
		    !memcmp(now.data, wanted->data, now.size);

	free(now.data);
	return same;
}

static void spill(const char *path, const struct bytes *from)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, from->data, from->size) != (ssize_t)from->size)
		die(path);
	close(fd);
}

struct job {
	const struct scenario *s;
	struct bytes old[3], new[3], out;
	int files;
	int code; /* when nothing fails */
	long number;
};

static void fail(const struct job *job, const char *what)
{
	const char *const *arg = job->s->argv;
	struct bytes said;

	if (++failures > 20)
		return;
	printf("sppctl");
	for (; *arg; arg++)
		printf(" %s", *arg);
	said = slurp("../err");
	printf(": allocation %ld%s: %s\n%.3000s", job->number,
	       for_ever ? " and all that follow" : "", what, said.data);
	free(said.data);
}

static void lay_out(const struct job *job)
{
	int i;

	unlink("hive.bak");
	for (i = 0; i < job->files; i++)
		spill(job->s->input[2 * i + 1], &job->old[i]);
}

/* Tells the parent how many there were, where it asks. */
static void run_child(const struct job *job, long number, int count)
{
	char *argv[ARGS + 2] = { (char *)(void *)"sppctl" };
	int argc = 1, code;

	for (; job->s->argv[argc - 1]; argc++)
		argv[argc] = (char *)(void *)job->s->argv[argc - 1];
	if (!freopen("../out", "w", stdout) || !freopen("../err", "w", stderr))
		_exit(2);
	alarm(TOO_LONG);
	made = 0;
	left = number;
	learning = count >= 0;
	code = sppctl_main(argc, argv);
	left = -1;
	if (count >= 0 && write(count, &made, sizeof(made)) != sizeof(made))
		_exit(2);
	exit(code);
}

static int run(const struct job *job, long number, int count)
{
	pid_t pid;
	int how;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		run_child(job, number, count);
	if (waitpid(pid, &how, 0) != pid)
		die("waitpid");
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

/* Whether stderr has nothing but sppctl's own lines, and one of them this. */
static bool said(const char *what)
{
	struct bytes err = slurp("../err");
	bool yes = strstr(err.data, what);

	free(err.data);
	return yes;
}

/* Inodes and times of the files, which --json has last, are other ones. */
static size_t without_evidence(const struct bytes *out)
{
	const char *at = strstr(out->data, "\"evidence\": {");

	return at ? (size_t)(at - out->data) : out->size;
}

static bool said_as_much(const struct job *job)
{
	struct bytes now = slurp("../out");
	size_t n = without_evidence(&job->out);
	bool same = without_evidence(&now) == n &&
		    !memcmp(now.data, job->out.data, n);

	free(now.data);
	return same;
}

static void try(struct job *job, long number)
{
	bool old = true, new = true, is_old, is_new;
	int code, i;

	job->number = number;
	lay_out(job);
	code = run(job, number, -1);
	for (i = 0; i < job->files; i++) {
		is_old = is(job->s->input[2 * i + 1], &job->old[i]);
		is_new = is(job->s->input[2 * i + 1], &job->new[i]);
		old &= is_old || (job->s->how == SEPARATE && is_new);
		new &= is_new;
	}
	if (said("Sanitizer") || code > 4)
		fail(job, "crash or leak");
	else if (code == job->code && !said_as_much(job))
		fail(job, "success, but something is missing in the output");
	else if (code == job->code && !new)
		fail(job, "success, but the hive is not the new one");
	else if (code != job->code && code != 3)
		fail(job, "exit code");
	else if (code != job->code && new &&said("edits that were made stay"))
		;
	else if (code != job->code && !said("out of memory"))
		fail(job, "it does not say 'out of memory'");
	else if (code != job->code && !old)
		fail(job, "a failure, but the hive is not the old one");
	if (!access(".hive.sppctl-new", F_OK)) {
		fail(job, "the new file is left");
		unlink(".hive.sppctl-new");
	}
}

/* One run where nothing fails. */
static long learn(struct job *job)
{
	char path[512];
	int ends[2], i;
	long n = 0;

	for (i = 0; i < 3 && job->s->input[2 * i]; i++) {
		snprintf(path, sizeof(path), "%s/%s", fixtures,
			 job->s->input[2 * i]);
		job->old[i] = slurp(path);
		make_folders(job->s->input[2 * i + 1]);
	}
	job->files = i;
	lay_out(job);
	if (pipe(ends))
		die("pipe");
	job->code = run(job, -1, ends[1]);
	if (read(ends[0], &n, sizeof(n)) != sizeof(n))
		n = 0;
	close(ends[0]);
	close(ends[1]);
	job->out = slurp("../out");
	for (i = 0; i < job->files; i++)
		job->new[i] = slurp(job->s->input[2 * i + 1]);
	if (!n || job->code > 1)
		fail(job, "it fails with all the memory that it wants");
	return n;
}

/* Whether no command has wanted memory at this place yet. */
static bool is_untried(uint64_t place)
{
	static uint64_t tried[MOST];
	static size_t count;
	size_t i;

	for (i = 0; i < count; i++)
		if (tried[i] == place)
			return false;
	if (count < MOST)
		tried[count++] = place;
	return true;
}

static void try_all(const struct scenario *s, long stride)
{
	struct job job = { .s = s, .number = -1 };
	long n = learn(&job), i;
	int k;

	for_ever = false;
	for (i = 0; i < n && i < MOST; i++)
		if (is_untried(places[i]))
			try(&job, i);

	if (s->how == OFTEN)
		stride = (stride + 2) / 3;
	for (i = n ? rand() % stride : 0; i < n; i += stride) {
		for_ever = false;
		try(&job, i);
	}
	/* With none at all from some point on; the odds are much the same. */
	for (i = n ? rand() % (4 * stride) : 0; i < n; i += 4 * stride) {
		for_ever = true;
		try(&job, i);
	}
	for_ever = false;
	for (k = 0; k < job.files; k++) {
		free(job.old[k].data);
		free(job.new[k].data);
	}
	free(job.out.data);
}

int main(int argc, char **argv)
{
	char name[16];
	size_t i;

	if (argc != 3)
		return 2;
	fixtures = argv[1];
	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	srand(1);
	places = mmap(NULL, MOST * sizeof(*places), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (places == MAP_FAILED)
		die("mmap");
	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		snprintf(name, sizeof(name), "%zu", i);
		if ((i && chdir("..")) || mkdir(name, 0755) || chdir(name))
			die(name);
		try_all(&scenarios[i], atol(argv[2]));
	}
	if (failures)
		printf("%d failures\n", failures);
	return failures ? 1 : 0;
}
