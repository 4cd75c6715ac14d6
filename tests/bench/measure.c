/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a command and writes to file descriptor 3 what it took:
 *
 *	measure COMMAND [ARGUMENT...]
 *
 * Wall and processor microseconds, the peak in KiB, and the exit code.  Those
 * of its children count.  It is so small itself because a process' peak begins
 * with that of the one that started it.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

static long long micros(struct timeval t)
{
	return t.tv_sec * 1000000ll + t.tv_usec;
}

int main(int argc, char **argv)
{
	long long start = now();
	struct rusage used;
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = fork();
	if (!pid) {
		close(3);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid)
		return 2;
	dprintf(3, "%lld %lld %ld %d\n", now() - start,
		micros(used.ru_utime) + micros(used.ru_stime), used.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status)
				  : 128 + WTERMSIG(status));
	return 0;
}
