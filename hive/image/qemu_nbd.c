/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/qemu_nbd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/sandbox/landlock.h"
#include "hive/sandbox/program.h"

#define PROGRAM "qemu-nbd"

/* systemd's socket activation: the first socket is descriptor 3. */
#define FOLDER_MAX   90 /* a socket's name has 108 bytes */
#define LISTEN_FD    3
#define FIRST_FREE   10 /* numbers below are not used for our own files */
#define NOT_FOUND    127
#define NOT_ALLOWED  124 /* exit code: it exists but cannot be executed */
#define NOT_STARTED  125
#define NOT_SHUT     126	       /* exit codes of the child */
#define HEAP	     "33554432"	       /* makes glibc keep smaller buffers */
#define MEMORY_MAX   ((rlim_t)2 << 30) /* includes the stacks of 64 threads */
#define NAP_MS	     50
#define TERM_MS	     200 /* between two signals */
#define KEEPER_FILES 1024
#define STOP_MS	     (120 * 1000) /* after this time it will not end by itself */

/* qemu's name of each format, and whether it has backing files. */
static const struct {
	const char *driver;
	bool backing;
} drivers[SPP_TARGET_KINDS] = {
	[SPP_TARGET_RAW] = { "raw", false },
	[SPP_TARGET_QCOW2] = { "qcow2", true },
	[SPP_TARGET_VHDX] = { "vhdx", false },
	[SPP_TARGET_VHD] = { "vpc", false },
	[SPP_TARGET_VMDK] = { "vmdk", true },
	[SPP_TARGET_VDI] = { "vdi", false },
};

/*
 * Describes the whole graph of the disk in JSON.  Files are named by
 * descriptor, so that odd names, and files exchanged meanwhile, do not matter.
 */
static enum spp_status describe(const struct spp_image_layer *layers,
				size_t count, const int *fds,
				struct spp_buf *text, struct spp_error *err)
{
	enum spp_status st = spp_buf_puts(text, "json:", err);
	size_t i;

	for (i = 0; !st && i < count; i++) {
		st = spp_buf_printf(text, err,
				    "{\"driver\":\"%s\",\"file\":{\"driver\":"
				    "\"file\",\"filename\":\"/proc/self/fd/"
				    "%d\"%s}",
				    drivers[layers[i].kind].driver, fds[i],
				    i ? "" : ",\"locking\":\"off\"");
		if (!st && drivers[layers[i].kind].backing)
			st = spp_buf_puts(text,
					  i + 1 < count ? ",\"backing\":"
							: ",\"backing\":null",
					  err);
	}
	for (i = 0; !st && i < count; i++)
		st = spp_buf_puts(text, "}", err);
	return st;
}

/* Resets all signals for a new program. */
static void reset_signals(void)
{
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: becomes qemu-nbd, listening on the socket. */
static void become(pid_t parent, int listener, int log, const int *keep,
		   size_t count, int rules, const char *graph, bool write)
{
	const char *const args[] = { PROGRAM, graph, write ? NULL : "-r",
				     NULL };
	const struct rlimit no_core = { 0, 0 };
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };
	char pid[24];
	size_t i;

	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	/*
	 * Saves a third of the time for a large hive, which went into new
	 * memory.
	 */
	setenv("MALLOC_MMAP_THRESHOLD_", HEAP, 1);
	setenv("MALLOC_TRIM_THRESHOLD_", HEAP, 1);
	setrlimit(RLIMIT_CORE, &no_core);
	setrlimit(RLIMIT_DATA, &memory);
	reset_signals();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) /* the parent died before prctl() */
		_exit(1);
	for (i = 0; i < count; i++)
		fcntl(keep[i], F_SETFD, 0);
	dup2(log, STDERR_FILENO);
	dup2(log, STDOUT_FILENO);
	if (listener == LISTEN_FD)
		fcntl(listener, F_SETFD, 0);
	else
		dup2(listener, LISTEN_FD);
	if (!spp_program_shut_in(rules))
		_exit(NOT_SHUT);
	execvp(args[0], (char *const *)(uintptr_t)args);
	_exit(errno == ENOENT ? NOT_FOUND : NOT_ALLOWED);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * Whether the child pid ends within ms (-1: no limit).  Also returns false if
 * the pipe life, unless it is -1, is closed.
 */
static bool ends_within(pid_t pid, int pidfd, int life, int ms, int *how)
{
	struct pollfd on[] = { { life, 0, 0 }, { pidfd, POLLIN, 0 } };
	int nap = pidfd < 0 ? NAP_MS : ms; /* an old kernel lacks pidfd */
	pid_t ended;

	for (;;) {
		ended = waitpid(pid, how, WNOHANG);
		if (ended == pid || (ended < 0 && errno != EINTR))
			return true;
		if (on[0].revents || !ms)
			return false;
		if (!poll(on, 2, nap) && ms > 0)
			ms = ms > nap ? ms - nap : 0;
	}
}

/*
 * The keeper: waits until qemu-nbd ends, or until we close the pipe, which our
 * death does as well; then it ends qemu-nbd.  It repeats SIGTERM, because one
 * is lost while qemu-nbd starts.  SIGKILL would ruin the bitmaps of a qcow2, so
 * it is the last resort.
 */
static void keep(pid_t pid, int life)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int how = 0, waited = 0, fd;

	for (fd = 0; fd < KEEPER_FILES; fd++)
		if (fd != life && fd != pidfd)
			close(fd);
	if (!ends_within(pid, pidfd, life, -1, &how))
		for (; !ends_within(pid, pidfd, -1, TERM_MS, &how);
		     waited += TERM_MS)
			kill(pid, waited < STOP_MS ? SIGTERM : SIGKILL);
	if (WIFSIGNALED(how)) {
		signal(WTERMSIG(how), SIG_DFL);
		raise(WTERMSIG(how));
	}
	_exit(WEXITSTATUS(how));
}

/*
 * Makes a folder that only we can enter, with a name short enough for a socket
 * in it.
 */
static bool make_folder(const char *in, char folder[FOLDER_MAX])
{
	int n = in ? snprintf(folder, FOLDER_MAX, "%s/sppctl-XXXXXX", in) : -1;

	return n > 0 && n < FOLDER_MAX && mkdtemp(folder);
}

/*
 * Makes a socket that nobody else can connect to: its folder is ours alone, and
 * removed as soon as both ends exist.
 */
static enum spp_status make_sockets(const char *tmp_dir, int *listener, int *fd,
				    struct spp_error *err)
{
	/* Some of these may be missing or not writable. */
	const char *const in[] = { tmp_dir, "/tmp", "/dev/shm", "/var/tmp" };
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	enum spp_status st = SPP_OK;
	char folder[FOLDER_MAX];
	size_t i = 0;

	while (i < sizeof(in) / sizeof(in[0]) && !make_folder(in[i], folder))
		i++;
	if (i == sizeof(in) / sizeof(in[0]))
		return spp_fail_errno(err, SPP_IO,
				      "cannot make a folder for a socket in "
				      "$TMPDIR or /tmp");
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/nbd", folder);
	*listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*listener < 0 || *fd < 0 ||
	    bind(*listener, (struct sockaddr *)&name, sizeof(name)) ||
	    listen(*listener, 1) ||
	    connect(*fd, (struct sockaddr *)&name, sizeof(name)))
		st = spp_fail_errno(err, SPP_IO, "cannot connect a socket");
	unlink(name.sun_path);
	rmdir(folder);
	return st;
}

/* Duplicates the layers' descriptors to numbers above those in use. */
static enum spp_status lift(const struct spp_image_layer *layers, size_t count,
			    int *fds, struct spp_error *err)
{
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = -1;
	for (i = 0; i < count; i++) {
		fds[i] = fcntl(layers[i].fd, F_DUPFD_CLOEXEC, FIRST_FREE);
		if (fds[i] < 0)
			return spp_fail_errno(err, SPP_IO,
					      "cannot pass on a file");
	}
	return SPP_OK;
}

/* Allows the image, the layers below it, and qemu-nbd's own code. */
static bool allow(int rules, const int *fds, size_t count, bool write)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (spp_landlock_allow(
			    rules, fds[i],
			    SPP_LANDLOCK_READ |
				    (!i && write ? SPP_LANDLOCK_WRITE : 0)))
			return false;
	return true;
}

static enum spp_status launch(struct spp_qemu_nbd *server,
			      const struct spp_image_layer *layers,
			      size_t count, bool write, const int *fds,
			      int listener, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) graph = SPP_BUF_INIT;
	enum spp_status st = describe(layers, count, fds, &graph, err);
	int rules, life[2];
	pid_t keeper, pid;

	if (st)
		return st;
	rules = spp_program_rules(PROGRAM, server->path);
	if (rules >= 0 && !allow(rules, fds, count, write)) {
		close_fd(&rules);
		return spp_fail_errno(err, SPP_IO, "cannot confine qemu-nbd");
	}
	if (pipe2(life, O_CLOEXEC)) {
		close_fd(&rules);
		return spp_fail_errno(err, SPP_NORESOURCES,
				      "cannot make a pipe");
	}
	server->life = life[1];
	server->log = memfd_create("qemu-nbd", MFD_CLOEXEC);
	server->pid = server->log < 0 ? -1 : fork();
	if (!server->pid) {
		/* A terminal's signal that ends us must not end these two. */
		setsid();
		reset_signals();
		keeper = getpid();
		pid = fork();
		if (!pid)
			become(keeper, listener, server->log, fds, count, rules,
			       spp_buf_text(&graph), write);
		if (pid < 0)
			_exit(NOT_STARTED);
		close(life[1]);
		keep(pid, life[0]);
	}
	close(life[0]);
	close_fd(&rules);
	return server->pid < 0 ? spp_fail_errno(err, SPP_NORESOURCES,
						"cannot start qemu-nbd")
			       : SPP_OK;
}

enum spp_status spp_qemu_nbd_start(struct spp_qemu_nbd *server,
				   const struct spp_image_layer *layers,
				   size_t count, bool write, const char *label,
				   int *fd, struct spp_error *err)
{
	int fds[SPP_LAYERS_MAX], listener = -1, connected = -1;
	enum spp_status st;
	size_t i;

	if (access("/proc/self/fd", X_OK))
		return spp_fail(err, SPP_IO,
				"'%s' cannot be unpacked: qemu-nbd is given "
				"open files by way of /proc, which is not "
				"mounted; mount it, or convert the image to "
				"raw",
				label);
	if (count > SPP_LAYERS_MAX)
		return spp_fail(err, SPP_LIMIT,
				"'%s' has more than %d backing files", label,
				SPP_LAYERS_MAX - 1);
	st = lift(layers, count, fds, err);
	if (!st)
		st = make_sockets(server->tmp_dir, &listener, &connected, err);
	if (!st)
		st = launch(server, layers, count, write, fds, listener, err);
	close_fd(&listener);
	for (i = 0; i < count; i++)
		close_fd(&fds[i]);
	if (st) {
		close_fd(&connected);
		spp_qemu_nbd_stop(server);
		return st;
	}
	*fd = connected;
	return SPP_OK;
}

/* It ends when its client closes, or soon after its keeper loses us. */
static int reap(struct spp_qemu_nbd *server)
{
	int how = 0;

	close_fd(&server->life);
	while (server->pid > 0 && waitpid(server->pid, &how, 0) < 0 &&
	       errno == EINTR)
		;
	server->pid = -1;
	return how;
}

/* The last line that it printed, without its own name. */
static void last_words(int log, char *text, size_t room)
{
	ssize_t n = pread(log, text, room - 1, 0);
	char *line;

	text[n < 0 ? 0 : n] = '\0';
	while ((line = strrchr(text, '\n')) && !line[1])
		*line = '\0';
	if (line)
		memmove(text, line + 1, strlen(line + 1) + 1);
	/* Leave out the JSON graph of "...json:{...}': why". */
	line = strstr(text, "}': ");
	if (line)
		memmove(text, line + 4, strlen(line + 4) + 1);
}

/* Failures of the machine, which say nothing about the image. */
static const struct {
	int number;
	enum spp_status status;
} refusals[] = {
	{ ENOMEM, SPP_NORESOURCES }, { EMFILE, SPP_NORESOURCES },
	{ ENFILE, SPP_NORESOURCES }, { EAGAIN, SPP_NORESOURCES },
	{ ENOSPC, SPP_NORESOURCES }, { EACCES, SPP_IO },
	{ EPERM, SPP_IO },	     { EIO, SPP_IO },
};

static enum spp_status status_of(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strstr(text, strerror(refusals[i].number)))
			return refusals[i].status;
	return SPP_CORRUPT;
}

/* Whether the signal means a fault of the program itself. */
static bool is_crash(int signal)
{
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT ||
	       signal == SIGILL || signal == SIGFPE || signal == SIGTRAP;
}

enum spp_status spp_qemu_nbd_why(struct spp_qemu_nbd *server, const char *label,
				 struct spp_error *err)
{
	char text[512] = "";
	int how = reap(server), code = WIFEXITED(how) ? WEXITSTATUS(how) : 0;

	if (code == NOT_FOUND)
		return spp_fail(err, SPP_IO,
				"cannot open '%s': qemu-nbd, which unpacks "
				"it, is not installed; install qemu-utils",
				label);
	if (code == NOT_ALLOWED)
		return spp_fail(
			err, SPP_IO,
			"cannot open '%s': the qemu-nbd that is found "
			"first in $PATH cannot be executed where sppctl "
			"confines it; install qemu-utils",
			label);
	if (code == NOT_STARTED)
		return spp_fail(err, SPP_NORESOURCES,
				"cannot open '%s': cannot start qemu-nbd",
				label);
	if (code == NOT_SHUT)
		return spp_fail(err, SPP_IO,
				"cannot open '%s': qemu-nbd cannot be confined",
				label);
	if (WIFSIGNALED(how))
		return spp_fail(
			err,
			is_crash(WTERMSIG(how)) ? SPP_CORRUPT : SPP_NOANSWER,
			"cannot open '%s': qemu-nbd %s (%s)", label,
			is_crash(WTERMSIG(how)) ? "crashed" : "was killed",
			strsignal(WTERMSIG(how)));
	last_words(server->log, text, sizeof(text));
	if (strstr(text, "lock") && strstr(text, "Failed to get"))
		return spp_fail(err, SPP_BUSY,
				"a backing file of '%s' is in use by another "
				"process; shut the virtual machine down first",
				label);
	return spp_fail(err, status_of(text), "cannot open '%s': qemu-nbd: %s",
			label, text);
}

void spp_qemu_nbd_stop(struct spp_qemu_nbd *server)
{
	if (!server)
		return;
	reap(server);
	close_fd(&server->log);
}
