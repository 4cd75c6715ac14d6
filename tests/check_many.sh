#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Many targets by one command: lists, results, resuming, shards, merging; and
# that several at a time print and do what one after the other does.
# label: thorough 8
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
export SOURCE_DATE_EPOCH=1700000000

# fresh: six sound hives, one that is refused, and the list of all
fresh()
{
	rm -rf t ./*.ndjson
	mkdir t
	for i in 1 2 3 4 5 6; do
		cp "$FIXTURES/kms-primary.hive" t/h$i
	done
	cp "$FIXTURES/truncated.hive" t/cut
	chmod u+w t/*
	printf '%s\n' t/h1 t/h2 t/cut t/h3 t/nothing t/h4 t/h5 t/h6 >list
}

# lines FILE WORDS: the results in it are these, "NAME STATUS", sorted
lines()
{
	python3 - "$1" <<'END' >log/lines
import json, sys
rows = [json.loads(l) for l in open(sys.argv[1])]
print(' '.join(sorted(r['target'].split('/')[1] + '=' + r['status']
                      for r in rows)))
END
	[ "$(cat log/lines)" = "$2" ] || fail "$1: $(cat log/lines), not $2"
}

all='cut=refused h1=changed h2=changed h3=changed h4=changed h5=changed h6=changed nothing=failed'

# The order of what is printed is that of the list, whoever ends first.
fresh
run 4 set -j1 --targets-from list kms-port=1801
cp log/out one.out
fresh
run 4 set -j4 --targets-from list kms-port=1801 --results r.ndjson
cmp -s log/out one.out || fail "-j4 prints otherwise than -j1"
lines r.ndjson "$all"
grep -qx 'sppctl: 6 changed, 1 refused, 1 failed' log/err ||
	fail "summary: $(cat log/err)"
run 4 set -j4 --targets-from list kms-port=1801
[ "$(grep -c 'nothing to change' log/out)" -eq 6 ] || fail "not idempotent"

# From stdin, with NUL bytes, a name with a newline, beside an operand.
fresh
cp t/h1 "t/new
line"
printf 't/new\nline\0t/h2\0' | "$SPPCTL" set t/h1 --targets-from - -0 \
	kms-port=1801 --results r.ndjson >log/out 2>log/err ||
	fail "stdin: $(cat log/err)"
lines r.ndjson 'h1=changed h2=changed new
line=changed'
run 2 set --targets-from /dev/null kms-port=1
run 2 set t/h1 --jobs none kms-port=1801
run 3 set --targets-from t/no-list kms-port=1801

# --results makes a new file; --resume goes on with it, and repeats on demand.
fresh
run 4 set --targets-from list kms-port=1801 --results r.ndjson
run 4 set --targets-from list kms-port=1801 --results r.ndjson
grep -q "exists; go on with --resume" log/err || fail "$(cat log/err)"
run 2 set --targets-from list kms-port=1802 --resume r.ndjson
run 4 set --targets-from list kms-port=1801 --resume r.ndjson
[ -s log/out ] && fail "resumed what was done"
cp t/h1 t/nothing
cp t/h1 t/cut
run 4 set --targets-from list kms-port=1801 --resume r.ndjson --retry failed
lines r.ndjson "$(echo "$all" | sed 's/nothing=failed/nothing=unchanged/')"
run 0 set --targets-from list kms-port=1801 --resume r.ndjson --retry refused
grep -qx 'sppctl: 6 changed, 2 unchanged' log/err || fail "$(cat log/err)"
run 2 set --targets-from list kms-port=1801 --retry failed
run 2 set --targets-from list kms-port=1801 --resume r.ndjson --retry changed
# A line that was cut short is no result.
head -c -40 r.ndjson >cut.ndjson
run 0 set --targets-from list kms-port=1801 --resume cut.ndjson
[ "$(wc -l <cut.ndjson)" -eq 8 ] || fail "after a line cut short"
echo '{"document":"result"}' >foreign.ndjson
run 2 set --targets-from list kms-port=1801 --resume foreign.ndjson

# Wishes count, not the name of the file that has them.
fresh
printf '{"sppctl-policy":1,"scopes":{"spp":{"kms-port":1801}}}' >p.json
run 4 apply --targets-from list p.json --results r.ndjson
cp p.json q.json
run 4 apply --targets-from list q.json --resume r.ndjson
[ -s log/out ] && fail "another name of the policy"
sed 's/1801/1802/' p.json >q.json
run 2 apply --targets-from list q.json --resume r.ndjson

# --stop-after: what was not begun is said and can be gone on with.
fresh
run 4 set -j1 --targets-from list kms-port=1801 --results r.ndjson \
	--stop-after 1
lines r.ndjson 'cut=refused h1=changed h2=changed'
grep -q '5 not begun; go on with the same command and --resume r.ndjson' \
	log/err || fail "$(cat log/err)"
run 4 set -j2 --targets-from list kms-port=1801 --resume r.ndjson
lines r.ndjson "$all"

# --ordered.
fresh
run 4 set -j4 --targets-from list kms-port=1801 --results r.ndjson --ordered
python3 -c "
import json
names = [json.loads(l)['target'] for l in open('r.ndjson')]
assert names == open('list').read().split(), names" || fail "not in order"

# Each target is in one shard; merge joins them, the latest of doubles.
fresh
for i in 1 2 3; do
	run '0|3|4' set --targets-from list kms-port=1801 --shard $i/3 \
		--results r$i.ndjson
done
run 4 merge r1.ndjson r2.ndjson r3.ndjson
cp log/out merged
lines merged "$all"
grep -qx 'sppctl: 6 changed, 1 refused, 1 failed' log/err || fail "$(cat log/err)"
run 4 merge merged r1.ndjson r2.ndjson r3.ndjson merged
cmp -s log/out r1.ndjson && fail "no merge"
[ "$(wc -l <log/out)" -eq 8 ] || fail "doubles"
for bad in 0/3 4/3 1/0 x/3 1; do
	run 2 set --targets-from list kms-port=1801 --shard $bad
done
echo '{"document":"result"}' >foreign.ndjson
run 2 merge foreign.ndjson

# A run that waits for the file of another, and one that may not.
fresh
: >r.ndjson
flock r.ndjson sleep 1 &
sleep 0.2
run 4 set --targets-from list kms-port=1801 --resume r.ndjson
wait

# What is judged together is read apart: lines as they come, and gone on with.
found='cut=refused h1=read h2=read h3=read h4=read h5=read h6=read nothing=failed'
for command in audit dns; do
	fresh
	run 4 $command -j1 --targets-from list
	cp log/out whole.out
	run 4 $command -j1 --targets-from list --results r.ndjson --stop-after 1
	lines r.ndjson 'cut=refused h1=read h2=read'
	[ -s log/out ] && fail "$command: judged what it has not read"
	grep -q '5 not begun; go on with the same command and --resume' log/err ||
		fail "$command: $(cat log/err)"
	head -c -40 r.ndjson >cut.ndjson
	for file in r.ndjson cut.ndjson; do
		rm -f t/h1
		run 4 $command -j4 --targets-from list --resume $file
		cp "$FIXTURES/kms-primary.hive" t/h1
		cmp -s log/out whole.out || fail "$command: resumed, it says
$(diff log/out whole.out)"
		lines $file "$found"
		grep -q "cannot open 't/nothing'" log/err ||
			fail "$command: what was not read is not told"
	done
	cp t/h2 t/nothing
	run 4 $command --targets-from list --resume r.ndjson --retry failed
	lines r.ndjson "$(echo "$found" | sed 's/nothing=failed/nothing=read/')"
	run 2 show --targets-from list --resume r.ndjson
done
run 4 audit --targets-from list --results r2.ndjson --ordered
# Six hosts with one list: what only shows beside others is in the lines.
python3 - <<'END' || fail "rules about several targets"
import json
rows = [json.loads(line) for line in open('r2.ndjson')]
assert [r['target'] for r in rows] == open('list').read().split()
assert sum('R23' in [f['rule'] for f in r.get('findings', [])]
           for r in rows) == 6, rows
assert {r['document'] for r in rows} == {'judged', 'failed'}
END

# A child that hangs does not hold up the others for ever.
fresh
mkfifo t/fifo
run '3|4' show t/fifo t/h1 --time-limit 1
grep -q 'SOFTWARE hive .t/h1' log/out || fail "after a FIFO"

# Readers of several targets.
fresh
for command in show check info publish dump; do
	run '0|1|3|4' $command t/h1 t/cut t/h2
done
run 3 get t/h1 t/nothing t/h2 kms-port
run 0 unset t/h1 t/h2 kms-host kms-port
run 2 unset t/h1 t/h2 kms-hots kms-port
run 2 dump t/h1 t/h2 -o both.json
run 2 recover t/h1 t/h2 -o both
run '0|1' audit -j4 t/h1 t/h2 t/h3
cp log/out four.out
run '0|1' audit -j1 t/h1 t/h2 t/h3
cmp -s log/out four.out || fail "audit -j4 finds otherwise than -j1"
exit $failed
