#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion: what the program offers, and that bash, zsh and fish put it into
# the line: each shell runs on a terminal of its own, gets a line with a TAB,
# and what it then runs is written down.
# label: thorough 6
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
fixture client SOFTWARE
fixture office2010 office
# Files that nobody completes by reading them, and a name with a blank.
fixture cyclic
mkfifo pipe
cp SOFTWARE 'with space'

# offers EXPECTED WORD...: what may stand for the last word
offers()
{
	expected=$1
	shift
	is=$("$SPPCTL" __complete "$@" 2>log/err | cut -f 1 | tr '\n' ' ')
	[ "$is" = "$expected" ] ||
		fail "'$*' is completed to '$is', not '$expected'"
	[ ! -s log/err ] || fail "'$*': $(cat log/err)"
}
# offers_some WORD... -- EXPECTED...: among others
offers_some()
{
	words=
	while [ "$1" != -- ]; do
		words="$words '$1'"
		shift
	done
	shift
	eval "\"\$SPPCTL\" __complete $words" | cut -f 1 >log/out
	for word; do
		grep -qxF -e "$word" log/out ||
			fail "'$words' is not completed to '$word'"
	done
}

offers 'show ' sho
offers 'set settings ' set
offers '' frob x
offers '--json ' --js
offers 'show ' --json sho
offers '--scope= ' get SOFTWARE --sc
offers '--dry-run --discard-logs ' set --d
offers '--color= ' check --col
offers ':files ' show SOFT
offers ':files ' set ''
offers 'kms-host= kms-port= ' set SOFTWARE kms
offers 'KeyManagementServicePort= ' set SOFTWARE KeyManagementServiceP
offers 'host-caching=on host-caching=off ' set SOFTWARE host-caching=
offers 'renewal-interval=10080 ' set SOFTWARE renewal-interval=
offers ':files ' set SOFTWARE ./
offers 'kms-host kms-port ' get SOFTWARE kms
offers 'cached-host cached-port cached-address ' unset SOFTWARE kms-host cached
offers 'spp spp/windows spp/office spp/office2010 ' get SOFTWARE --scope spp
offers '--scope=ospp ' get SOFTWARE --scope=os
formats=$("$SPPCTL" help formats |
	awk '$2 == "yes" { printf "%s ", $1 }')
offers "$formats" import x -f ''
offers 'R01 ' audit SOFTWARE --ignore R01
offers 'high ' audit --fail-on h
offers 'qcow2 ' info --target-kind q
offers 'nsupdate ' dns --style n
offers 'plan ' fleet p
offers '/sdns ' slmgr SOFTWARE /sd
offers '-sdns ' slmgr SOFTWARE -sd
offers '/sethst: /setprt: ' ospp SOFTWARE /set
offers 'audit ' help schema aud
offers 'sppctl-policy.5 ' help man sppctl-po
offers 'kms-host ' settings kms-h
offers_some help '' -- scopes set kms-host R01 public-kms-host
offers_some slmgr SOFTWARE /ckms 7311 -- 73111121-5638-40f6-bc11-f1d7b0d64300
offers_some get SOFTWARE --scope spp/windows/7311 -- \
	spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300
# Scopes that the target has.
offers_some get office --scope ospp/ -- "$("$SPPCTL" show office --all --json |
	python3 -c 'import json, sys
for s in json.load(sys.stdin)["scopes"]:
    if s["scope"].startswith("ospp/"):
        print(s["scope"])
        break')"
[ ! -e "$FIXTURES/../sample/golden.qcow2" ] ||
	offers '1 ' info "$FIXTURES/../sample/golden.qcow2" --partition ''

# The shells.
mkdir bin
cat >bin/sppctl <<-'END'
	#!/bin/sh
	[ "$1" != __complete ] || exec "$SPPCTL" "$@"
	printf '%s|' "$@" >>"$TYPED"
	echo >>"$TYPED"
END
chmod +x bin/sppctl
for shell in bash zsh fish; do
	"$SPPCTL" help $shell >completion.$shell
done
bash -n completion.bash || fail "the completion for bash is no script"
cat >type.py <<'END'
import os, pty, select, sys, time
shell, work = sys.argv[1], os.getcwd()
start = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}[shell]
load = {
    "bash": "PS1='READY> '; bind 'set bell-style none'; . ./completion.bash",
    "zsh": "PS1='READY> '; autoload -U compinit; compinit -u -D; "
           ". ./completion.zsh",
    "fish": "function fish_prompt; printf 'READY> '; end; "
            "source ./completion.fish",
}[shell]
lines = [
    ("sho\tx", "show|x|"),
    ("set SOFTWARE kms-h\tkms1", "set|SOFTWARE|kms-host=kms1|"),
    ("set SOFTWARE host-caching=of\tx", "set|SOFTWARE|host-caching=off|x|"),
    ("get SOFTWARE --sco\tspp", "get|SOFTWARE|--scope=spp|"),
    ("get SOFTWARE --scope spp/w\tx", "get|SOFTWARE|--scope|spp/windows|x|"),
    ("show SOFTW\tx", "show|SOFTWARE|x|"),
    ("ospp SOFTWARE /seth\tkms1", "ospp|SOFTWARE|/sethst:kms1|"),
    ("--json info --target-kind qco\tx", "--json|info|--target-kind|qcow2|x|"),
    ("help schem\tx", "help|schema|x|"),
    ("show wi\tx", "show|with space|x|"),
    ("show 'wi\tx", "show|with space|x|"),
    ("get SOFTWARE --scope spp/windows/7311\tx",
     "get|SOFTWARE|--scope|"
     "spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300|x|"),
    ("audit SOFTWARE --ignore public-kms-h\tx",
     "audit|SOFTWARE|--ignore|public-kms-host|x|"),
    ("settings kms-h\tx", "settings|kms-host|x|"),
    ("diff SOFTWARE --stat\tx", "diff|SOFTWARE|--states|x|"),
    ("get cyclic --scope windowsn\tx", "get|cyclic|--scope|windowsnt|x|"),
    ("get pipe --scope windowsn\tx", "get|pipe|--scope|windowsnt|x|"),
]
os.environ.update(TYPED=work + "/typed", TERM="xterm", HOME=work,
                  PATH=work + "/bin:" + os.environ["PATH"])
pid, fd = pty.fork()
if not pid:
    os.execvp(start[0], start)
seen = b""

def read(until, seconds=20):
    global seen
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        if select.select([fd], [], [], 0.02)[0]:
            try:
                more = os.read(fd, 65536)
            except OSError:
                break
            # fish asks what the terminal is.
            if b"\x1b[c" in more or b"\x1b[0c" in more:
                os.write(fd, b"\x1b[?6c")
            seen += more

def typed():
    try:
        return open("typed").read().splitlines()
    except OSError:
        return []

read(lambda: len(seen) > 1, 10)
os.write(fd, load.encode() + b"\r")
read(lambda: seen.count(b"READY> ") > 1 or seen.endswith(b"READY> "))
bad = 0
for line, expected in lines:
    had = len(typed())
    before, _, after = line.partition("\t")
    seen = b""
    os.write(fd, b"sppctl " + before.encode() + b"\t")
    # What is typed too soon is not completed by all of them.
    read(lambda: False, 0.25)
    os.write(fd, after.encode() + b"\r")
    read(lambda: len(typed()) > had, 10)
    is_ = typed()[had] if len(typed()) > had else "nothing"
    if is_ != expected:
        bad += 1
        print(f"{shell}: '{before}' TAB '{after}' runs '{is_}', not "
              f"'{expected}'; {seen[-300:]!r}")
os.write(fd, b"exit\r")
os.close(fd)
os.waitpid(pid, 0)
sys.exit(bad > 0)
END
for shell in bash zsh fish; do
	rm -f typed
	if ! command -v $shell >log/which; then
		echo "not tried: no $shell"
	else
		timeout 60 python3 type.py $shell >log/$shell 2>&1 ||
			fail "$shell: $(cat log/$shell)"
	fi
done
exit $failed
