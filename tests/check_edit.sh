#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sppctl edit with editors that are scripts: what they change is in the hive as
# sppctl set would have it, byte for byte; what they break is one line on
# stderr, and the hive is as it was.
# label: thorough 20
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
export SOURCE_DATE_EPOCH=1700000000 TMPDIR="$work/tmp"
unset XDG_RUNTIME_DIR VISUAL
mkdir tmp bin

# editor LINE...: what the editor does with "$file", the last argument
editor()
{
	{
		echo '#!/bin/sh'
		echo 'for file; do :; done'
		printf '%s\n' "$@"
	} >bin/editor
	chmod +x bin/editor
}
export EDITOR="$work/bin/editor"

# nothing_left: no text of an editor is left behind
nothing_left()
{
	left=$(ls -A tmp)
	[ -z "$left" ] || fail "$1: left behind: $left"
	rm -rf tmp/*
}

# left WHAT: the text is kept, and where it is was said
left()
{
	path=$(sed -n "s/.*the text is in '\([^']*\)'.*/\1/p" log/err)
	[ -n "$path" ] && [ -e "$path" ] || {
		fail "$1: the text is not where it was said:"
		cat log/err
	}
	rm -rf tmp/*
}

# one_line WHAT: one thing is said
one_line()
{
	[ "$(grep -vc '^sppctl: warning: ' log/err)" -eq 1 ] || {
		fail "$1: not one line:"
		cat log/err
	}
}

# A change: the same bytes as by set.
fixture kms-primary S
fixture kms-primary T
editor 'sed -i "s/^#dns-publishing = on/dns-publishing = off/
s/^host-caching = off/#&/; s/branch.example, 10, 100/branch.example, 20, 5/
s/^#kms-host =/kms-host = kms9.corp.example/" "$file"' \
	'stat -c %a "$file" "$(dirname "$file")" >"'"$work"'/modes"'
run 0 edit S --yes
grep -q '^S: 4 changes' log/out || fail "it did not say 4 changes"
grep -q '^audit: + R16 ' log/out || fail "a new finding is not told"
[ "$(tr '\n' ' ' <modes)" = "600 700 " ] || fail "modes: $(cat modes)"
nothing_left "a change"
"$SPPCTL" get T publish-list >/dev/null
# unset and set are one commit here, so one policy stands for both.
cat >same.json <<'END'
{ "sppctl-policy": 1, "scopes": { "spp": { "dns-publishing": "off",
  "host-caching": null, "kms-host": "kms9.corp.example",
  "publish-list": ["corp.example, 10, 100", "branch.example, 20, 5"] } } }
END
run 0 apply T same.json
cmp S T || fail "edit and apply do not write the same bytes"
sound S

# No change, and a dry run, leave everything alone.
keep s S
editor 'touch "$file"'
run 0 edit S --yes
kept s S "no change"
editor 'sed -i "s/^#low-priority = off/low-priority = on/" "$file"'
run 1 edit S --dry-run
kept s S "a dry run"
grep -q 'S: 1 change pending' log/out || fail "a dry run did not tell"
run 0 edit S --yes --json
python3 -c 'import json; d = json.load(open("log/out"))
assert d["changed"] and d["targets"][0]["changes"][0]["name"] == \
"low-priority", d' || fail "the JSON document"
run 0 edit S --yes --backup
nothing_left "no change"

# Errors come back at their lines, all at once, and can be mended.
fixture kms-primary S
editor 'if grep -q "^# ERROR: " "$file"; then' \
	'	grep -A1 "^# ERROR: " "$file" >"'"$work"'/errors"' \
	'	sed -n "${1#+}p" "$file" >"'"$work"'/at"' \
	'	sed -i "s/= 99999/= 1700/; /^kms-hots/d; s/threshold = 16/threshold = 15/" "$file"' \
	'else' \
	'	sed -i "s/^#listening-port.*/listening-port = 99999/; s/^#kms-port.*/kms-hots = x/
s/threshold = 15/threshold = 16/" "$file"' \
	'fi'
run 0 edit S --yes
cat >expected <<'END'
# ERROR: invalid value '99999' for listening-port; allowed: 1..65535
listening-port = 99999
--
# ERROR: unknown setting 'kms-hots'; did you mean 'kms-host'?
kms-hots = x
END
diff -u expected errors || fail "the errors in the text"
sed -n 2p expected | cmp -s - at || fail "the editor is not at the first error"
[ "$("$SPPCTL" get S listening-port)" = 1700 ] || fail "the mended value"
grep -q 'S: 1 change$' log/out || fail "more than the mended value changed"
nothing_left "mended"

# What is wrong and stays so is not applied; read-only lines are read-only.
fixture kms-primary S
keep s S
for wrong in 's/threshold = 15/threshold = 16/' '/^read-only token/d' \
	's/^renewal-interval = .*/renewal-interval = hex(REG_SZ): 31 00 00 00/' \
	'$d' 's/^\[activation\]/[activatoin]/' 's/corp.example, 10, 100/corp.example 10/' \
	's/^rearm = on/rearm = on\nrearm = off/' 's/^rearm = on/rearm on/' \
	's/^#kms-host =/kms-host = a\x1b[31mb/' 's/^rearm/unset nothing\nrearm/'; do
	editor "grep -q '^# ERROR' \"\$file\" || sed -i '$wrong' \"\$file\""
	run 2 edit S --yes
	one_line "$wrong"
	left "$wrong"
	kept s S "$wrong"
	LC_ALL=C grep -q "$(printf '\033')" log/err && fail "raw control: $wrong"
done

# What Windows keeps can be removed by a word, and only so.
fixture kms-primary S
editor 'sed -i "s/^read-only token-store.*/unset token-store/" "$file"'
run 0 edit S --yes
run 1 get S token-store

# An editor that fails, is killed, or leaves something else than a text.  What
# was typed is kept, and where nothing was typed nothing is left behind.
fixture kms-primary S
keep s S
while read -r codes what; do
	editor "$what"
	run "$codes" edit S --yes
	one_line "$what"
	kept s S "$what"
	case $what in
	exit* | kill* | 'rm "$file"') nothing_left "$what" ;;
	*) left "$what" ;;
	esac
done <<'END'
3 exit 3
3 kill -KILL $$
3 echo >>"$file"; exit 3
3 echo >>"$file"; kill -KILL $$
3 : >"$file"
3 rm "$file"
3 rm "$file"; mkdir "$file"
3 rm "$file"; mkfifo "$file"
3 rm "$file"; ln -s /etc/passwd "$file"
3 truncate -s 1G "$file"
3 printf 'a\0b' >>"$file"
3 printf '\377\376\377' >"$file"; printf '\200' >>"$file"
2 head -c 700 "$file" >"$file.x"; mv "$file.x" "$file"
2 seq 10000 >>"$file"
END
EDITOR="$work/bin/nothing" run 3 edit S --yes
one_line "no such editor"
said 'set EDITOR to another'
nothing_left "no such editor"
VISUAL="$work/bin/nothing" run 3 edit S --yes
said 'set VISUAL to another'
EDITOR="$work/tmp" run 3 edit S --yes
one_line "a folder for an editor"
nothing_left "a folder for an editor"

# Editors replace the file by renaming, and leave copies; arguments and shell.
fixture kms-primary S
editor 'cp "$file" "$file~"; sed "s/^#low-priority = off/low-priority = on/" "$file" >"$file.new"' \
	'mv "$file.new" "$file"'
run 0 edit S --yes
[ "$("$SPPCTL" get S low-priority)" = on ] || fail "renamed by the editor"
nothing_left "copies of an editor"
EDITOR='sed -i "s/^low-priority = on/low-priority = off/"' run 0 edit S --yes
[ "$("$SPPCTL" get S low-priority)" = off ] || fail "an editor with arguments"
EDITOR=false VISUAL='sed -i s/^low-priority.*/low-priority=on/' \
	run 0 edit S --yes
[ "$("$SPPCTL" get S low-priority)" = on ] || fail "VISUAL counts first"
mkdir -m 700 run
XDG_RUNTIME_DIR="$work/run" EDITOR='dirname' run 0 edit S --yes
grep -q "^$work/run/sppctl-edit" log/out || fail "XDG_RUNTIME_DIR is not used"
chmod 777 run
ln -s run link
for runtime in "$work/run" "$work/link" "$work/none" relative ''; do
	XDG_RUNTIME_DIR="$runtime" EDITOR='dirname' run 0 edit S --yes
	grep -q "^$work/tmp/sppctl-edit" log/out ||
		fail "XDG_RUNTIME_DIR is used: '$runtime'"
done
ln -s tmp tmplink
for tmp in run:/tmp none:/tmp tmplink:"$work/tmplink"; do
	TMPDIR="$work/${tmp%%:*}" EDITOR='dirname' run 0 edit S --yes
	grep -q "^${tmp#*:}/sppctl-edit" log/out || fail "TMPDIR: $tmp"
done
if [ "$(id -u)" = 0 ]; then
	chmod 700 run
	chown 65534 run
	XDG_RUNTIME_DIR="$work/run" EDITOR='dirname' run 0 edit S --yes
	grep -q "^$work/tmp/sppctl-edit" log/out || fail "a folder of another"
	rm -rf run
fi

# Somebody else changes the target while the editor is open: his change and
# ours are both there in the end, and what he did is told.
fixture kms-primary S
editor 'if grep -q "Somebody else has changed" "$file"; then' \
	'	cp "$file" "'"$work"'/second"; exit' 'fi' \
	'sed -i "s/^#low-priority = off/low-priority = on/; s/^rearm = on/rearm = off/" "$file"' \
	"\"$SPPCTL\" set \"$work/S\" kms-host=kms7.corp.example rearm=on renewal-interval=20000 >/dev/null"
run 0 edit S --yes
said "'S' was changed by somebody else meanwhile"
grep -q 'renewal-interval: 10080 -> 20000' log/err || fail "his change is not told"
grep -q '^kms-host = kms7.corp.example' second || fail "his change is not in the text"
grep -q '^low-priority = on' second || fail "our change is not in the text"
for is in low-priority=on rearm=off kms-host=kms7.corp.example \
	renewal-interval=20000; do
	[ "$("$SPPCTL" get S ${is%=*})" = "${is#*=}" ] || fail "not $is"
done
grep -q '^S: 2 changes' log/out || fail "other changes than ours"
nothing_left "a conflict"

# Two editors at once: the second to be done begins again, and both are there.
# Who opens the target in the same moment waits for it.
editor 'grep -q "Somebody else has changed" "$file" && exit 0' \
	'echo >>"'"$work"'/both"' \
	'n=0; while [ "$(wc -l <"'"$work"'/both")" -lt 2 ] && [ $n -lt 3000 ]' \
	'do n=$((n + 1)); sleep 0.01; done' \
	'sed -i "$CHANGE" "$file"'
fixture kms-primary S
CHANGE='s/^rearm = on/rearm = off/' "$SPPCTL" edit S --yes --wait 60 \
	>log/one 2>&1 &
CHANGE='s/^#low-priority = off/low-priority = on/' run 0 edit S --yes --wait 60
wait $! || fail "the other of two editors: $(cat log/one)"
for is in low-priority=on rearm=off; do
	[ "$("$SPPCTL" get S ${is%=*})" = "${is#*=}" ] || fail "two: not $is"
done
nothing_left "two editors"

# Another Windows under the name is not changed unasked.
fixture kms-primary S
fixture workstation other
editor 'sed -i "s/^#low-priority = off/low-priority = on/" "$file"' \
	"cp \"$work/other\" \"$work/S\""
run 4 edit S --yes
said 'another Windows than the one'
left "another Windows"
cmp S other || fail "another Windows is changed"

# Swapped at any call after the editor: both changes are there in the end, or
# the newer file is as it was.
if [ -x "${PLAIN:-}" ] && "$CC" -std=c11 -D_GNU_SOURCE -shared -fPIC \
	-o shim.so "$SOURCE/tests/fault/shim.c" -ldl; then
	fixture kms-primary newer
	"$SPPCTL" set newer renewal-interval=20000 >/dev/null
	editor 'sed -i "s/^#low-priority = off/low-priority = on/" "$file"'
	fixture kms-primary S
	FAULT_FIRST=1 FAULT_LOG=$work/log/calls LD_PRELOAD=$work/shim.so \
		"$PLAIN" edit S --yes >log/out 2>&1 || fail "undisturbed"
	fixture kms-primary S
	both=0
	for k in $(tr -d '\0' <log/calls | awk '$1 == 0 &&
		$3 ~ /^(open|flock|fstatat|rename|fsync)/ { print $2 }'); do
		fixture kms-primary S
		cp newer with
		FAULT_FIRST=1 FAULT_AT="0 $k" FAULT_DO=swap FAULT_FILE=S \
			FAULT_WITH=with LD_PRELOAD=$work/shim.so \
			"$PLAIN" edit S --yes >log/out 2>log/err
		code=$?
		is=$("$PLAIN" get S renewal-interval 2>/dev/null)
		is="$is $("$PLAIN" get S low-priority 2>/dev/null)"
		grep -q 'by somebody else' log/err && both=$((both + 1))
		case "$code $is" in
		'0 20000 on') ;;
		*) cmp -s S newer || fail "call $k: exit $code: $is" ;;
		esac
		# What changed after the last look is caught up with, too.
		[ $code != 4 ] || ! grep -q 'by somebody else' log/err ||
			fail "call $k: refused: $(cat log/err)"
	done
	[ $both -gt 5 ] || fail "no swap was caught up with"
	rm -rf tmp/*
fi

# One that changes it each time is not waited for for ever.
if [ "${PLAIN:-}" ]; then
	fixture kms-primary S
	editor 'n=$(cat n 2>/dev/null || echo 100); echo $((n + 1)) >n' \
		'sed -i "s/^#low-priority = off/low-priority = on/" "$file"' \
		"\"$PLAIN\" set \"$work/S\" renewal-interval=\$n >/dev/null"
	"$PLAIN" edit S --yes >log/out 2>log/err
	[ $? -eq 4 ] || fail "a target that always changes"
	left "a target that always changes"
fi

# A target that cannot be edited is refused before anybody types.
fixture kms-primary S
editor 'echo opened >"'"$work"'/opened"'
printf '\1' | dd of=S bs=1 seek=4 conv=notrunc 2>/dev/null
run 4 edit S --yes
[ ! -e opened ] || fail "the editor was opened for a dirty hive"
fixture kms-primary S
ln S S.link
run 4 edit S --yes
[ ! -e opened ] || fail "the editor was opened for a hive with hard links"
rm -f S.link
run 3 edit nothing --yes
run 2 edit S S.2 --yes --json
run 4 edit S </dev/null
said 'use --yes'
nothing_left "refused"

# Product keys and hostile bytes are not in the text as they are.
fixture workstation S
editor 'cp "$file" "'"$work"'/text"'
run 0 edit S --yes
grep -q '^read-only backup-product-key = redacted: XXXXX-' text ||
	fail "the key is not redacted"
grep -q 'ABCDE-\|12345-' text && fail "a product key is in the text"
for odd in wrong-types malformed-list hostile-names unicode-names; do
	fixture $odd S
	keep s S
	run 0 edit S --yes
	kept s S "$odd"
	python3 - text <<'END' || fail "$odd: controls in the text"
import sys, unicodedata
for c in open(sys.argv[1], encoding="utf-8").read():
    assert c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"), repr(c)
END
done

# Entries that were malformed before stay byte for byte while others change.
fixture malformed-list S
fixture malformed-list T
editor 'sed -i "s/good.example, 10, 100/good.example, 1, 2/" "$file"'
run 0 edit S --yes
"$SPPCTL" publish T --add good.example,1,2 >/dev/null 2>&1
cmp S T || fail "edit and publish do not write the same bytes"
fixture malformed-list S
editor 'sed -i "s/\"dom.example,,10\"/\"dom.example,,11\"/" "$file"'
run 2 edit S --yes
left "a new malformed entry"

# A full disk: the text cannot be written, or the editor cannot.
fixture kms-primary S
keep s S
editor 'touch "$file"'
(
	ulimit -f 2
	"$SPPCTL" edit S --yes >log/out 2>log/err
	[ $? -eq 3 ]
) || fail "a full disk"
one_line "a full disk"
kept s S "a full disk"
nothing_left "a full disk"
editor 'ulimit -f 1; cp "$file" "$file.x" 2>/dev/null; mv "$file.x" "$file"'
run 2 edit S --yes
left "an editor on a full disk"
kept s S "an editor on a full disk"

# A small file system that is full, for the text or for the hive; one that is
# read-only; and a folder that is: refused before the editor opens.
cat >mounts.sh <<'END'
mount -t tmpfs -o size=64k x full && mount -t tmpfs -o size=64k x target &&
	chmod 700 full || exit 77
cp S target/S
head -c 64k /dev/zero >full/f
XDG_RUNTIME_DIR=$PWD/full "$SPPCTL" edit S --yes >log/out 2>log/err || exit 1
XDG_RUNTIME_DIR=$PWD/full TMPDIR=$PWD/full "$SPPCTL" edit S --yes \
	>log/out 2>>log/err || exit 2
[ "$(ls -A full)" = f ] || exit 3
head -c 64k /dev/zero >target/f 2>/dev/null
"$SPPCTL" edit target/S --yes >log/out 2>log/err
[ $? -eq 3 ] && cmp S.0 target/S || exit 4
grep -q 'the text is in' log/err || exit 5
rm -rf tmp/* target/f opened
mount -o remount,ro target
"$SPPCTL" edit target/S --yes >log/out 2>log/err
[ $? -eq 3 ] && grep -q 'Read-only file system' log/err || exit 6
[ ! -e opened ] || exit 7
END
fixture kms-primary S
cp S S.0
mkdir full target
editor 'echo >"'"$work"'/opened"' \
	'sed -i "s/^#low-priority = off/low-priority = on/" "$file"'
if unshare -m true 2>/dev/null; then
	SPPCTL="$SPPCTL" unshare -m sh mounts.sh
	code=$?
	[ $code = 77 ] || [ $code = 0 ] || fail "small file systems: $code: $(cat log/err)"
	nothing_left "small file systems"
	if setpriv --version >/dev/null 2>&1; then
		mkdir folder
		cp S.0 folder/S
		chmod 666 folder/S
		chmod 755 .
		rm -f opened
		setpriv --reuid=65534 --clear-groups "$SPPCTL" edit folder/S \
			--yes >log/out 2>log/err
		[ $? -eq 3 ] || fail "a folder that is not ours: $(cat log/err)"
		[ ! -e opened ] || fail "the editor was opened for it"
	fi
else
	echo "small file systems are not tried: mounting is not allowed"
fi

# INT while the editor runs is the editor's; TERM ends both.
fixture kms-primary S
editor 'kill -INT $PPID; sleep 0.2' \
	'sed -i "s/^#low-priority = off/low-priority = on/" "$file"'
run 0 edit S --yes
[ "$("$SPPCTL" get S low-priority)" = on ] || fail "INT lost the edit"
fixture kms-primary S
keep s S
editor 'echo >>"$file"; kill -TERM $PPID; sleep 20' 'echo late >"'"$work"'/late"'
"$SPPCTL" edit S --yes >log/out 2>log/err
[ $? -eq 143 ] || fail "TERM: exit code not of the signal"
said 'stopped by SIGTERM'
left "TERM"
kept s S "TERM"
[ ! -e late ] || fail "the editor went on after TERM"

# Several targets, one after the other.
fixture kms-primary S
fixture kms-secondary T
editor 'sed -i "s/^#low-priority = off/low-priority = on/" "$file"'
run 3 edit S nothing T --yes
for t in S T; do
	[ "$("$SPPCTL" get $t low-priority)" = on ] || fail "$t is not edited"
done
nothing_left "several"

# At a terminal: again, details, policy, apply; and quit.
cp "$SOURCE/tests/terminal.py" .
cat >talk.py <<'END'
import os, pty, sys, terminal
say = sys.argv[2:]
pid, fd = pty.fork()
if not pid:
    os.execv(sys.argv[1], [sys.argv[1], "edit", "S"])
out = b""
for more in terminal.pieces(fd, 50):
    out += more
    if say and out.endswith((b"[a/e/d/s/q]? ", b"(a new file): ")):
        os.write(fd, say.pop(0).encode() + b"\n")
        out += b"\n"
_, status = os.waitpid(pid, 0)
sys.stdout.write(out.decode().replace("\r", ""))
sys.exit(os.waitstatus_to_exitcode(status) & 255)
END
fixture kms-primary S
keep s S
editor 'sed -i "s/^#low-priority = off/low-priority = on/" "$file"'
python3 -B talk.py "$SPPCTL" q >log/out || fail "quit: exit code"
grep -q '^S: nothing is changed' log/out || fail "quit did not say so"
kept s S "quit"
python3 -B talk.py "$SPPCTL" '?' d e s new.json a >log/out ||
	fail "apply: exit code"
grep -q '^s  saves the changes as a policy' log/out || fail "no help of choices"
grep -q '+ REG_DWORD, 4 bytes: 01 00 00 00' log/out || fail "no details"
grep -q "'new.json' is written" log/out || fail "no policy"
grep -q '"low-priority": "on"' new.json || fail "the policy: $(cat new.json)"
tail -1 log/out | grep -q '^S: 1 change$' || fail "the last line of an edit"
[ "$("$SPPCTL" get S low-priority)" = on ] || fail "apply at a terminal"
nothing_left "a terminal"
exit $failed
