/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define TOO_LONG 20 /* seconds; no run takes one */

const char *program, *shim, *fixtures;
int failures;

void fail(struct job *job, const char *what)
{
	job->failed = true;
	if (++failures < 30)
		printf("%s: %s: %s\n", job->s->name, job->about, what);
}

void die(const char *what)
{
	perror(what);
	exit(2);
}

bool slurp(const char *path, struct bytes *to)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	*to = (struct bytes){ NULL, 0 };
	if (fd < 0)
		return false;
	if (fstat(fd, &st))
		die(path);
	to->size = (size_t)st.st_size;
	to->data = malloc(to->size + 1);
	if (!to->data || read(fd, to->data, to->size) != st.st_size)
		die(path);
	to->data[to->size] = '\0';
	close(fd);
	return true;
}

static bool same(const struct bytes *a, const struct bytes *b)
{
	return a->size == b->size && !memcmp(a->data, b->data, a->size);
}

static void spill(const char *path, const struct bytes *from)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, from->data, from->size) != (ssize_t)from->size)
		die(path);
	close(fd);
}

const char *file_name(const struct job *job, int i)
{
	return job->s->input[2 * i + 1];
}

int file_count(const struct job *job)
{
	int n = 0;

	while (n < FILES && job->s->input[2 * n])
		n++;
	return n;
}

/* "A/.NAME.sppctl-new", "A/NAME.bak" */
static void beside(char *to, size_t room, const char *path, const char *before,
		   const char *after)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	snprintf(to, room, "%.*s%s%s%s", (int)(name - path), path, before, name,
		 after);
}

/* A fresh set of files; the folder was made once. */
void lay_out(struct job *job)
{
	char path[256];
	int i;

	for (i = 0; i < file_count(job); i++) {
		unlink(file_name(job, i));
		beside(path, sizeof(path), file_name(job, i), ".",
		       ".sppctl-new");
		unlink(path);
		beside(path, sizeof(path), file_name(job, i), "", ".bak");
		unlink(path);
		beside(path, sizeof(path), file_name(job, i), "", ".bak.2");
		unlink(path);
		spill(file_name(job, i), &job->old[i]);
		if (job->s->attributes) {
			setxattr(file_name(job, i), "user.test", "x", 1, 0);
			chmod(file_name(job, i), 0640);
			if (!geteuid() && chown(file_name(job, i), 1234, 2345))
				die("chown");
		}
	}
}

static void run_child(const struct job *job, const char *at, const char *act,
		      const char *record)
{
	const char *argv[12] = { program };
	int fd, i;

	for (i = 0; job->s->argv[i]; i++)
		argv[i + 1] = job->s->argv[i];
	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	if (shim)
		setenv("LD_PRELOAD", shim, 1);
	if (shim && job->s->never)
		setenv("FAULT_NEVER", job->s->never, 1);
	if (record)
		setenv("FAULT_LOG", record, 1);
	if (at) {
		setenv("FAULT_AT", at, 1);
		setenv("FAULT_DO", act, 1);
	}
	fd = open("../err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(fd, STDERR_FILENO);
	dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
	close(fd);
	alarm(TOO_LONG);
	execv(program, (char **)(void *)argv);
	_exit(127);
}

pid_t start(const struct job *job, const char *at, const char *act,
	    const char *record)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		run_child(job, at, act, record);
	return pid;
}

int finish(pid_t pid)
{
	int how;

	if (waitpid(pid, &how, 0) != pid)
		die("waitpid");
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

int run(const struct job *job, const char *at, const char *act,
	const char *record)
{
	return finish(start(job, at, act, record));
}

/*
 * The same but for the sequence numbers, and the checksum over them: they need
 * only be higher than those of the logs, and one of these may be unreadable.
 */
static bool alike(const struct bytes *a, const struct bytes *b)
{
	return a->size == b->size && a->size > 512 &&
	       !memcmp(a->data + 12, b->data + 12, 508 - 12) &&
	       !memcmp(a->data + 512, b->data + 512, a->size - 512);
}

int which(struct job *job, int i)
{
	struct bytes now;
	int result = -1;

	if (!slurp(file_name(job, i), &now)) {
		fail(job, "the hive is gone");
		return -1;
	}
	if (same(&now, &job->old[i]))
		result = same(&job->old[i], &job->new[i]) ? 2 : 0;
	else if (same(&now, &job->new[i]) ||
		 (job->unread && alike(&now, &job->new[i])))
		result = 1;
	else
		fail(job, "the hive is neither the old one nor the new one");
	free(now.data);
	return result;
}

bool has_backup(struct job *job, int i)
{
	struct bytes now;
	char path[256];

	beside(path, sizeof(path), file_name(job, i), "", ".bak");
	if (!slurp(path, &now))
		return false;
	if (!same(&now, &job->old[i]))
		fail(job, "the backup is not the old hive");
	free(now.data);
	return true;
}

bool has_new_file(const struct job *job, int i)
{
	char path[256];

	beside(path, sizeof(path), file_name(job, i), ".", ".sppctl-new");
	return !access(path, F_OK);
}

static bool is_known(const struct job *job, const char *folder,
		     const char *name)
{
	char path[512], backup[512], second[512];
	int i;

	snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "",
		 name);
	for (i = 0; i < file_count(job); i++) {
		beside(backup, sizeof(backup), file_name(job, i), "", ".bak");
		/* Where a copy was finished just before a crash. */
		beside(second, sizeof(second), file_name(job, i), "", ".bak.2");
		if (!strcmp(path, file_name(job, i)) || !strcmp(path, backup) ||
		    !strcmp(path, second))
			return true;
	}
	return false;
}

/* No file but those that the scenario knows, in the folders of its hives. */
void check_folders(struct job *job)
{
	struct dirent *entry;
	char folder[256];
	const char *path, *slash;
	DIR *dir;
	int i;

	for (i = 0; i < job->s->hives; i++) {
		path = file_name(job, i);
		slash = strrchr(path, '/');
		snprintf(folder, sizeof(folder), "%.*s",
			 slash ? (int)(slash - path) : 0, path);
		dir = opendir(*folder ? folder : ".");
		while (dir && (entry = readdir(dir)))
			if (entry->d_type == DT_REG &&
			    !is_known(job, folder, entry->d_name))
				fail(job, entry->d_name);
		if (dir)
			closedir(dir);
	}
}

static bool with_backup(const struct job *job)
{
	int i;

	for (i = 0; job->s->argv[i]; i++)
		if (!strcmp(job->s->argv[i], "--backup"))
			return true;
	return false;
}

void check_logs(struct job *job)
{
	int i;

	for (i = job->s->hives; i < file_count(job); i++)
		if (which(job, i) != 2)
			fail(job, "a log was touched");
}

void check_done(struct job *job)
{
	int i, is;

	for (i = 0; i < job->s->hives; i++) {
		is = which(job, i);
		if (is == 0)
			fail(job, "success, but the hive is the old one");
		if (is == 1 && with_backup(job) && !has_backup(job, i))
			fail(job, "success, but the backup is missing");
	}
}

/* What was said before the failure, such as that a hive will be rewritten. */
static const char *after_warnings(const char *text)
{
	const char *end;

	while (!strncmp(text, "sppctl: warning: ", 17) &&
	       (end = strchr(text, '\n')))
		text = end + 1;
	return text;
}

void check_refused(struct job *job)
{
	struct bytes said;
	int i, replaced = 0;
	const char *text, *end;

	if (!slurp("../err", &said))
		die("err");
	text = after_warnings(said.data);
	end = strchr(text, '\n');
	if (strncmp(text, "sppctl: ", 8) || !end || end[1])
		fail(job, "the failure was not told in one line");
	for (i = 0; i < job->s->hives; i++) {
		if (which(job, i) == 1)
			replaced++;
		else if (has_backup(job, i))
			fail(job, "a backup of a hive that was not replaced");
	}
	if (replaced && !strstr(said.data, "is replaced"))
		fail(job, "a hive was replaced and nobody was told");
	if (job->failed)
		printf("\tit said: %s", said.data);
	free(said.data);
}

void nap(double length)
{
	struct timespec ts = { 0, (long)(length * 1e9) };

	nanosleep(&ts, NULL);
}

void check_again(struct job *job)
{
	int i, code, tries = 100;

	/* A child of the dead one may hold the lock a moment longer. */
	while ((code = run(job, NULL, NULL, NULL)) == 4 && tries--)
		nap(0.001);
	if (code)
		fail(job, "the next run did not go through");
	for (i = 0; i < job->s->hives; i++)
		if (!which(job, i))
			fail(job, "after the next run the hive is the old one");
	check_folders(job);
}
