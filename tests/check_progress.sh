#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The bar of a long run on a terminal never mixes with what is printed, and is
# gone at the end; without a terminal there is none.  And a target that needs
# more memory than --memory-limit fails alone.
# label: thorough 6
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
mkdir t
for i in 1 2 3 4; do
	cp "$FIXTURES/client.hive" t/h$i
	cp "$FIXTURES/truncated.hive" t/cut$i
done
# These are waited for, so that the run lasts.
cp t/h1 t/busy1
cp t/h1 t/busy2
chmod u+w t/*
printf 't/%s\n' h1 cut1 busy1 h2 cut2 h3 busy2 cut3 h4 cut4 >list
exec 8<t/busy1 9<t/busy2
flock 8 && flock 9 || skip "no flock"

cp "$SOURCE/tests/terminal.py" .
cat >watch.py <<'END'
import fcntl, os, pty, re, struct, subprocess, sys, terminal, termios
program, errors_too = sys.argv[1], sys.argv[2] == 'both'
command = [program, 'set', '--targets-from', 'list', '-j2', '--wait', '1',
           'kms-port=1712', '--dry-run']
plain = subprocess.run(command, capture_output=True)
assert b'\r' not in plain.stdout + plain.stderr, 'a bar without a terminal'
assert b'\x1b' not in plain.stdout + plain.stderr
parent, child = pty.openpty()
# So wide that no line is folded.
fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 400, 0, 0))
run = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=child,
                       stdout=child if errors_too else subprocess.PIPE)
os.close(child)
seen = b''.join(terminal.pieces(parent, 60))
out = b'' if errors_too else run.stdout.read()
assert run.wait() == plain.returncode, run.returncode
seen = seen.replace(b'\r\n', b'\n')
# A bar is wiped before anything else is printed.
bar = re.compile(rb'\[[# ]{20}\] \d+/10[^\r\n]*\r\x1b\[K')
bars = bar.findall(seen)
assert bars, 'no bar: %r' % seen
assert any(b'/s, ' in b and b' s left' in b for b in bars), bars
rest = bar.sub(b'', seen)
assert b'\r' not in rest and b'\x1b' not in rest, rest
assert not re.search(rb'\[[# ]{20}\]', rest), rest
if errors_too:
    # Line by line what is printed without a terminal.
    assert sorted(rest.splitlines()) == \
        sorted(plain.stdout.splitlines() + plain.stderr.splitlines()), rest
else:
    assert rest == plain.stderr, rest
    assert out == plain.stdout, out
END
python3 -B watch.py "$SPPCTL" both >log/watch 2>&1 ||
	fail "on a terminal: $(tail -1 log/watch | cat -v)"
python3 -B watch.py "$SPPCTL" errors >log/watch 2>&1 ||
	fail "stderr on a terminal: $(tail -1 log/watch | cat -v)"

exec 8<&- 9<&-

# A limit of memory; sanitizers take more than any limit.
if [ -x "$PLAIN" ]; then
	python3 - "$FIXTURES/client.hive" <<'END'
import sys
# A policy of many items is small on disk and large in memory.
open('t/large.reg', 'w').write(
    'Windows Registry Editor Version 5.00\n\n' +
    ''.join('[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\'
            'CurrentVersion\\SoftwareProtectionPlatform\\'
            '%08x-0000-0000-0000-000000000000]\n'
            '"KeyManagementServicePort"="1688"\n\n' % i
            for i in range(8000)))
END
	SPPCTL=$PLAIN
	printf 't/%s\n' h1 h2 large.reg h3 h4 >list
	run '0|1' audit -j1 --targets-from list --memory-limit 512
	run 3 audit -j1 --targets-from list --memory-limit 3 --results r.ndjson
	said 'out of memory'
	python3 - <<'END' || fail "--memory-limit: $(cut -c1-200 r.ndjson)"
import json
got = {r['target']: r['status'] for r in map(json.loads, open('r.ndjson'))}
assert got.pop('t/large.reg') == 'failed', got
assert len(got) == 4 and 'failed' not in got.values(), got
END
fi
exit $failed
