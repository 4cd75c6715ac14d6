#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What quickstart.sh says before it installs: it asks a person, says what is
# missing to whoever is not root, and builds nothing where packages are missing.
# Only the tools that would install are not the real ones here.
# label: quick 1
. "$SOURCE/tests/check.sh"
mkdir bin
cat >bin/dpkg-query <<'END'
#!/bin/sh
exit 1
END
cat >bin/apt-get <<'END'
#!/bin/sh
echo "$*" >>"$CALLS"
exit 100
END
cat >bin/cmake <<'END'
#!/bin/sh
echo cmake >>"$CALLS"
END
cat >bin/id <<'END'
#!/bin/sh
echo "${UID_HERE:-0}"
END
chmod +x bin/*
export CALLS="$work/calls" PATH="$work/bin:$PATH"

# ends CODE CALL COMMAND...: with this code, and apt-get was called so
ends()
{
	code=$1 call=$2
	shift 2
	: >calls
	"$@" >log/out 2>&1 </dev/null
	is=$?
	[ "$is" = "$code" ] || fail "'$*' ended with $is: $(cat log/out)"
	[ "$(head -1 calls)" = "$call" ] || fail "'$*' called: $(cat calls)"
}

# answer KEYS: what a person at a terminal types
answer()
{
	python3 - "$1" "$SOURCE/cli/quickstart.sh" <<'END'
import os, pty, sys
pid, fd = pty.fork()
if not pid:
    os.execvp("sh", ["sh", sys.argv[2]])
os.write(fd, sys.argv[1].encode().decode("unicode_escape").encode())
try:
    while os.read(fd, 4096):
        pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
}

ends 2 '' sh "$SOURCE/cli/quickstart.sh" --yes
said_so=$(cat log/out)
[ "$said_so" = "usage: quickstart.sh [-y]" ] || fail "$said_so"
ends 100 'update -qq' sh "$SOURCE/cli/quickstart.sh"
ends 100 'update -qq' sh "$SOURCE/cli/quickstart.sh" -y
grep -q '^  gcc .*libhivex-dev' log/out || fail "it does not say what it installs"
if command -v python3 >/dev/null; then
	ends 1 '' answer 'n\n'
	ends 1 '' answer '\x04'
	ends 100 'update -qq' answer 'y\n'
	ends 100 'update -qq' answer '\n'
fi
for tool in sh dirname grep cat head; do
	ln -s "$(command -v $tool)" bin/
done
UID_HERE=1000 PATH="$work/bin" ends 1 '' sh "$SOURCE/cli/quickstart.sh"
grep -q '^only root can install them: apt-get install gcc' log/out ||
	fail "$(cat log/out)"
exit $failed
