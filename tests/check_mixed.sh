#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One run over whatever there is: all hives of the fixtures and of the
# collection, random bytes, empty files, folders, sockets, FIFOs, links that
# lead nowhere, unreadable files.  One line each, nothing hangs, and the memory
# of the parent does not grow with the number of targets.
# label: thorough 6
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
[ -x "$PLAIN" ] || skip "no build without sanitizers"

mkdir odd
head -c 100000 /dev/urandom >odd/random
(printf regf; head -c 100000 /dev/urandom) >odd/random-hive
(printf 'QFI\373\0\0\0\3'; head -c 100000 /dev/urandom) >odd/random-qcow2
(printf 'MSWIM\0\0\0'; head -c 100000 /dev/urandom) >odd/random-wim
(printf vhdxfile; head -c 100000 /dev/urandom) >odd/random-vhdx
: >odd/empty
mkdir odd/folder odd/locked
mkfifo odd/fifo
python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('odd/socket')"
ln -s nowhere odd/link
ln -s odd/loop odd/loop
: >odd/locked/file
chmod 0 odd/locked odd/empty
printf 'x' >"odd/a name with
a newline"
find "$FIXTURES" -name '*.hive' >list
find odd -mindepth 1 ! -path '*newline*' >>list
printf '%s\n' nothing /dev/null /dev/zero /proc/self/mem / . >>list
if [ -d "$SOURCE/../shared/hives" ]; then
	find "$SOURCE/../shared/hives" "$SOURCE/../shared/cases" \
		-type f ! -name '*.md' >>list
else
	echo "no ../shared: the collection of real hives is left out"
fi
sort -u list >once
total=$(wc -l <once)

# whole FILE: a line for each target, none twice, each of a known status
whole()
{
	python3 - "$1" <<'END' || fail "$1"
import collections, json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
names = [r['target'] for r in rows]
assert sorted(names) == sorted(open('once').read().split('\n')[:-1]), \
    set(open('once').read().split('\n')[:-1]) ^ set(names)
print(dict(collections.Counter(r['status'] for r in rows)))
for r in rows:
    assert (r['error'] is None) == (r['exit'] < 2), r
    assert r['status'] != 'failed' or r['error']['status'] != 'bug', r
END
}

for command in show check info; do
	timeout 300 "$PLAIN" $command --targets-from once --results \
		$command.ndjson --time-limit 60 >out 2>err
	[ $? -le 4 ] || fail "$command: exit $?"
	tail -1 err
	whole $command.ndjson
done
timeout 300 "$PLAIN" set --targets-from once kms-port=1801 --dry-run \
	--results set.ndjson >out 2>err
[ $? -le 4 ] || fail "set"
whole set.ndjson

# The parent's memory at $total targets, and at twenty times as many.
python3 - "$PLAIN" "$FIXTURES/kms-primary.hive" <<'END' || fail "memory"
import os, shutil, subprocess, sys
program, hive = sys.argv[1:]
os.mkdir('many')
peaks = []
for count in 100, 2000:
    for i in range(count):
        if not os.path.exists('many/%d' % i):
            os.link(hive, 'many/%d' % i) if os.stat(hive).st_dev == \
                os.stat('.').st_dev else shutil.copy(hive, 'many/%d' % i)
    with open('many.list', 'w') as f:
        f.writelines('many/%d\n' % i for i in range(count))
    run = subprocess.Popen([program, 'get', '--targets-from', 'many.list',
                            'kms-port', '--results', 'many%d' % count],
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    # Not as rusage has it: that knows the memory of this script, too.
    peak = 0
    while run.poll() is None:
        try:
            for line in open('/proc/%d/status' % run.pid):
                if line.startswith('VmHWM'):
                    peak = max(peak, int(line.split()[1]))
        except (OSError, ProcessLookupError):
            pass
        try:
            run.wait(0.001)
        except subprocess.TimeoutExpired:
            pass
    peaks.append(peak)
print('memory of the parent: %d KiB at 100 targets, %d KiB at 2000'
      % tuple(peaks))
sys.exit(peaks[1] > peaks[0] + 4096)
END
chmod 700 odd/locked
exit $failed
