#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Many thin clones of one image: applied in a run that is killed three
# times at random moments and gone on with, and applied again.  Every image is
# right, the results are complete and without doubles, no file is left.
# SPPCTL_CLONES: how many, 150 if it is not set.
# label: judges 30
set -u
. "$SOURCE/tests/disk.sh"
need qemu-img mkntfs python3
[ -x "$PLAIN" ] || skip "no build without sanitizers"
count=${SPPCTL_CLONES:-150}
seed=${SPPCTL_SEED:-$$}
echo "$count clones, seed $seed"

truncate -s 16M base.raw
mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 base.raw >mkntfs.out 2>&1 &&
	"$FIXTURES/mkvolume" base.raw mkdir $CONFIG put \
		"$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE || exit 2
mkdir bases clones
qemu-img convert -f raw -O qcow2 base.raw bases/one.qcow2
cp bases/one.qcow2 bases/two.qcow2
"$PLAIN" set bases/two.qcow2 renewal-interval=14400 >set.out || exit 2
(cd clones && qemu-img create -q -f qcow2 -F qcow2 -b ../bases/one.qcow2 1 &&
	qemu-img create -q -f qcow2 -F qcow2 -b ../bases/two.qcow2 2) || exit 2
i=3
while [ $i -le "$count" ]; do
	cp clones/$((i % 2 + 1)) clones/$i
	i=$((i + 1))
done
find clones -type f | sort >list
md5sum bases/* >sums
echo '{"sppctl-policy":1,"scopes":{"spp":{"kms-port":1811}}}' >p.json

# apply [OPTION]...: a run that is gone on with, for as long as it takes
apply()
{
	"$PLAIN" apply --targets-from list --backing-dir bases p.json \
		--wait 20 "$@" >out 2>err
}

python3 - "$seed" "$PLAIN" <<'END' || fail "killed runs"
import random, signal, subprocess, sys, time
random.seed(int(sys.argv[1]))
command = [sys.argv[2], 'apply', '--targets-from', 'list', '--backing-dir',
           'bases', 'p.json', '--wait', '20', '--resume', 'run.ndjson']
total = sum(1 for line in open('list'))
def lines():
    try:
        return sum(1 for line in open('run.ndjson'))
    except FileNotFoundError:
        return 0

moments = sorted(random.uniform(0, total) for i in range(3))
for sign, moment in zip((signal.SIGKILL, signal.SIGTERM, signal.SIGKILL),
                        moments):
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                           stderr=open('err', 'w'))
    while run.poll() is None and lines() < moment:
        time.sleep(0.05)
    time.sleep(random.uniform(0, 0.3))
    run.send_signal(sign)
    run.wait()
    done = lines()
    print('after signal %d: %d of %d' % (sign, done, total), flush=True)
    if sign == signal.SIGTERM and run.returncode == -sign:
        said = open('err').read()
        if 'go on with the same command and --resume run.ndjson' not in said:
            sys.exit('it does not say how to go on: ' + said)
END
apply --resume run.ndjson || fail "the last run: $(tail -3 err)"
tail -1 err
python3 - <<'END' || fail "results"
import json
rows = [json.loads(line) for line in open('run.ndjson')]
names = [r['target'] for r in rows]
assert len(set(names)) == len(names), 'doubles'
assert sorted(names) == open('list').read().split(), 'incomplete'
bad = [r for r in rows if r['status'] not in ('changed', 'unchanged')]
assert not bad, bad[:3]
# A run that was killed may have edited what it did not write down.
assert all(r['status'] == 'changed' for r in rows), 'not told as changed'
print(sum(r.get('interrupted', False) for r in rows),
      'were edited by a run that was killed before it could write so')
END

[ -e run.ndjson.begun ] && fail "a file is left: run.ndjson.begun"

# Again: nothing to do, and nothing is written.
stat -c '%n %i %Y %Z' clones/* >before
apply --results again.ndjson || fail "again: $(tail -3 err)"
[ "$(tail -1 err)" = "sppctl: $count unchanged" ] || fail "again: $(tail -1 err)"
stat -c '%n %i %Y %Z' clones/* | cmp -s - before || fail "again: written to"

"$PLAIN" get --targets-from list --backing-dir bases kms-port >ports ||
	fail "get"
[ "$(grep -c '^clones/[0-9]*: 1811$' ports)" -eq "$count" ] ||
	fail "values: $(grep -v ' 1811$' ports | head -3)"
md5sum -c --quiet sums || fail "a base was written to"
for i in 1 2 $((count / 2)) "$count"; do
	qemu-img check -q clones/$i || fail "clone $i is damaged"
done
find clones -type f | sort | cmp -s - list ||
	fail "left: $(find clones -type f | sort | diff - list | head -3)"
exit $failed
