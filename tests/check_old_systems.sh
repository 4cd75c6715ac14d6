#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Systems that lack what newer ones have: calls that an older kernel does not
# know (ENOSYS) or that an older container denies (EPERM), and no /proc.
# label: thorough 4
. "$SOURCE/tests/check.sh"
cat >deny.c <<'END'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* deny ERRNO CALL PROGRAM ARGUMENT...: the call fails in the program */
int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		unsigned int number;
	} calls[] = {
		{ "close_range", 436 },
		{ "faccessat2", 439 },
		{ "copy_file_range", SYS_copy_file_range },
		{ "renameat2", SYS_renameat2 },
		{ "seccomp", SYS_seccomp },
		{ "memfd_create", SYS_memfd_create },
	};
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K,
			 SECCOMP_RET_ERRNO | (unsigned int)atoi(argv[1])),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(argv[2], calls[i].name))
			code[1].k = calls[i].number;
	if (argc < 4 || !code[1].k ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		return 77;
	execv(argv[3], argv + 3);
	return 98;
}
END
"$CC" -std=gnu11 -o deny deny.c || skip "there are no filters of calls here"
./deny 1 close_range /bin/true || skip "no filter can be set here"

# edit WORDS PROGRAM...: a value is set, a key is made, and both are read
edit()
{
	words=$1
	shift
	fixture kms-primary hive
	"$@" "$SPPCTL" set hive kms-port=1701 >log/out 2>log/err ||
		fail "$words: no value is set: $(cat log/err)"
	"$@" "$SPPCTL" set hive no-genuine-ticket=on --scope policies \
		>log/out 2>log/err ||
		fail "$words: no key is made: $(cat log/err)"
	[ "$("$@" "$SPPCTL" get hive kms-port 2>log/err)" = 1701 ] ||
		fail "$words: another value is read"
	sound hive
}

edit nothing env
for call in close_range faccessat2 copy_file_range renameat2 memfd_create; do
	edit "$call denied" ./deny 1 $call
	edit "$call not known" ./deny 38 $call
done

# As root, without /proc.
[ "$(id -u)" = 0 ] && unshare -m true 2>log/err || {
	echo "skipped: /proc cannot be taken away here"
	exit $failed
}
cat >noproc <<'END'
#!/bin/sh
exec unshare -m sh -c 'umount -l /proc && exec "$@"' sh "$@"
END
chmod +x noproc
# A sanitizer needs /proc itself.
[ -x "$PLAIN" ] || skip "there is no build without sanitizers"
SPPCTL=$PLAIN
edit "no /proc" ./noproc
edit "no /proc, no close_range" ./noproc ./deny 38 close_range
exit $failed
