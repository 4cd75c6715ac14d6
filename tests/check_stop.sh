#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A signal, or a reader of stdout that is gone, in the middle of a list: the
# target in hand is finished or left alone, the rest is not touched, and what
# was done is said.
# label: thorough 8
set -u
. "$SOURCE/tests/image.sh"
need python3
[ -x "$PLAIN" ] || { echo "skipped: no build without sanitizers"; exit 77; }
"$CC" -D_GNU_SOURCE -shared -fPIC -o shim.so \
	"$SOURCE/tests/fault/shim.c" -ldl || exit 2
export SOURCE_DATE_EPOCH=1700000000 FAULT_FIRST=1

# fresh: the targets, as they were
fresh()
{
	rm -rf run
	mkdir run
	cp -r was/. run
}

# try AT SIGNAL WORD...: the command in run, with the signal at that call
try()
{
	at=$1
	signal=$2
	shift 2
	fresh
	(cd run && env LD_PRELOAD="$work/shim.so" FAULT_AT="0 $at" \
		FAULT_DO="SIG$signal" "$PLAIN" "$@" >../out 2>../err)
	got=$?
}

# calls WORD...: how many calls the command makes
calls()
{
	fresh
	rm -f log
	(cd run && env LD_PRELOAD="$work/shim.so" FAULT_LOG="$work/log" \
		"$PLAIN" "$@" >../out 2>../err) || fail "$*: $(cat err)"
	grep -c '^0 ' log
}

# is_done TARGET: whether it has the new value
is_done()
{
	[ "$("$PLAIN" get "run/$1" kms-port 2>/dev/null)" = 1811 ]
}

# judge TARGET...: what was done is said, and nothing else is there
judge()
{
	n=$#
	k=0
	rest=
	for t; do
		if is_done "$t"; then
			[ -z "$rest" ] || fail "at $at: $t is edited, not $rest"
			k=$((k + 1))
			grep -q "^$t: 1 change" out || fail "at $at: $t untold"
		else
			rest="$rest${rest:+, }'$t'"
		fi
	done
	# Of a run with children the calls are not the same each time: this
	# one was over before the signal.
	[ $got -eq 0 ] && [ $n -gt 1 ] && [ -z "$rest" ] && return
	[ $got -eq $((128 + signal)) ] || fail "at $at: exit $got: $(cat err)"
	if [ "$rest" ] && { [ $k -gt 0 ] || [ -s err ]; }; then
		grep -q "stopped by SIG[A-Z]*: $k of $n targets* done; not touched: $rest$" err ||
			fail "at $at: $k of $n: $(cat err)"
	fi
	(cd run && find . | sort) >list
	cmp -s list was.list || fail "at $at: left: $(diff was.list list)"
}

# sample COUNT TARGET...: TERM at about COUNT of the calls
sample()
{
	count=$1
	shift
	(cd was && find . | sort) >was.list
	all=$(calls set -j1 "$@" kms-port=1811)
	at=1
	while [ "$at" -le "$all" ]; do
		try $at 15 set -j1 "$@" kms-port=1811
		judge "$@"
		at=$((at + 1 + all / count))
	done
}

mkdir was
for t in a b c; do
	cp "$FIXTURES/kms-primary.hive" was/$t
done
chmod u+w was/*
sample 15 a b c
at=$((all * 2 / 3))
for signal in 1 2; do
	try $at $signal set -j1 a b c kms-port=1811
	judge a b c
done

# One JSON document, whole.
try $at 15 set -j1 a b c kms-port=1811 --json
[ $got -eq 143 ] || fail "json: exit $got"
python3 - out <<'END' || fail "json: $(cat out)"
import json, sys
d = json.load(open(sys.argv[1]))
left = ['a', 'b', 'c'][len(d['targets']):]
# The last may have been in hand, and is done.
assert d.get('stopped') == \
    ({'signal': 'SIGTERM', 'untouched': left} if left else None)
END

# A caller that does not want to be ended by HUP (nohup).
fresh
(trap '' HUP; cd run || exit; LD_PRELOAD="$work/shim.so" FAULT_AT="0 $at" \
	FAULT_DO=SIG1 "$PLAIN" set a b c kms-port=1811 >../out 2>../err)
got=$?
[ $got -eq 0 ] && is_done c || fail "an ignored signal: exit $got: $(cat err)"

# Nobody reads stdout any more: the first is done and whole, the rest is not.
fresh
(cd run && python3 - "$PLAIN" <<'END' >../out 2>../err
import os, signal, subprocess, sys
r, w = os.pipe()
os.close(r)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
sys.exit(subprocess.call([sys.argv[1], 'set', '-j1', 'a', 'b', 'c', 'kms-port=1811'],
                         stdout=w))
END
)
got=$?
[ $got -eq 3 ] || fail "a closed pipe: exit $got"
grep -q "output could not be written: 1 of 3 targets done; not touched: 'b', 'c'" err ||
	fail "a closed pipe: $(cat err)"
is_done a || fail "a closed pipe: a is not edited"
cmp -s was/b run/b && cmp -s was/c run/c || fail "a closed pipe: more was edited"

# One target, in the process itself.
rm was/b was/c
count=15
all=$(calls set a kms-port=1811)
(cd was && find . | sort) >was.list
at=1
while [ "$at" -le "$all" ]; do
	try $at 15 set a kms-port=1811
	judge a
	at=$((at + 1 + all / count))
done

# A folder, and two images of a WIM.
rm -rf was
mkdir -p was/w/$CONFIG
cp "$FIXTURES/kms-primary.hive" was/w/$CONFIG/SOFTWARE
chmod -R u+w was
cp was/w/$CONFIG/SOFTWARE was/a
sample 8 w a
if command -v wimcapture >/dev/null && "$PLAIN" --version | grep -q 'WIM: libwim'; then
	wimcapture was/w t.wim one >/dev/null 2>&1 &&
		wimappend was/w t.wim two >/dev/null 2>&1 || exit 2
	rm -rf was/*
	mv t.wim was
	sample 10 't.wim#1' 't.wim#2'
fi

# A disk image.
if command -v mkntfs >/dev/null && "$PLAIN" --version | grep -q 'disk images: lib'; then
	rm -rf was/*
	truncate -s 8M was/d.raw
	mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 was/d.raw >mkntfs.out 2>&1 &&
		"$FIXTURES/mkvolume" was/d.raw mkdir $CONFIG put \
			"$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE || exit 2
	cp "$FIXTURES/kms-primary.hive" was/a
	chmod u+w was/a
	sample 15 d.raw a
fi
exit $failed
