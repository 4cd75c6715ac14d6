#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Dependencies point down only, and each library is seen where it belongs.
# label: quick 1
set -eu
cd "$SOURCE"
bad=0

# forbid PATTERN FILES...: no include line of these files may match
forbid()
{
	pattern=$1
	shift
	if grep -nE "^#include *[\"<]($pattern)" "$@"; then
		echo "must not be included there: $pattern"
		bad=1
	fi
}

# only PATTERN GLOB...: the header may be included by files of these names
only()
{
	pattern=$1
	shift
	others=
	for f in $all; do
		for glob; do
			# shellcheck disable=SC2254 # it is a pattern
			case $f in $glob) continue 2 ;; esac
		done
		others="$others $f"
	done
	forbid "$pattern" $others
}

hive=$(find hive -name '*.[ch]')
policy=$(find policy -name '*.[ch]')
all="$hive $policy $(find cli -name '*.[ch]')"

forbid 'policy/|cli/' $hive
forbid 'cli/' $policy
only 'hivex.h' 'hive/edit/second_opinion.c'
only 'ntfs-3g/' 'hive/ntfs/*.c'
only 'wimlib.h' 'hive/wim/codec.c'
only 'libnbd.h' 'hive/image/nbd_client.c'
only 'curses.h' 'cli/editor/ui_screen.c'
only 'jansson.h' 'policy/format/json*' 'policy/audit/site*.c' 'cli/*'
only 'libxml/' 'policy/format/xml_*.c'
# The two files that see libxml2 serve the XML formats alone.
only 'policy/format/xml_' 'policy/format/xml_*' 'policy/format/gp*' \
	'policy/format/adm*'

# Below cli/ a message gives a remedy's code, and no option or command; the
# tables of rules and verbs have whole command lines as data.
words='"([^"\\]|\\.)*(--[a-z]{2}|sppctl [a-z-]+ (SOFTWARE|TARGET|help)'
words="$words|sppctl (set|unset|help|clear-cache|ospp|slmgr|publish|dump|apply))"
for f in $policy; do
	case $f in policy/audit/* | policy/verb/table_*) continue ;; esac
	if grep -nE "$words" "$f" | grep -vE '^[0-9]+:[[:space:]]*(\*|/\*)'; then
		echo "$f: cli/ words remedies; see cli/remedy.h"
		bad=1
	fi
done

# Above hive/ only its public headers are seen.
public='hive/(session|store|target|about|evidence)\.h|hive/(base/|regf/regf|check/check)'
public="$public|hive/place/output\.h"
for f in $policy $(find cli -name '*.[ch]'); do
	if grep -nE '^#include "hive/' "$f" | grep -vE "\"($public)"; then
		echo "$f: not a public header of hive/"
		bad=1
	fi
done

# The rooms of hive/, from below: a room sees those that are named before it,
# and no two see each other.
python3 - $hive <<'END' || bad=1
import re, sys
below = {
    'base': '',
    'regf': 'base',
    'log': 'base regf',
    'check': 'base regf log',
    'sandbox': 'base',
    'place': 'base regf sandbox',
    'top': 'base regf log check edit sandbox target wim',
    'edit': 'base regf log check sandbox top',
    'image': 'base regf sandbox place',
    'ntfs': 'base regf log sandbox place',
    'wim': 'base regf log sandbox place top',
    'target': 'base regf log sandbox place edit image ntfs wim top',
}
bad = 0
sees = {}
for f in sys.argv[1:]:
    parts = f.split('/')
    room = parts[1] if len(parts) == 3 else 'top'
    for line in open(f):
        m = re.match(r'#include "hive/([^"]+)"', line)
        if not m:
            continue
        sees.setdefault(f, set()).add('hive/' + m[1])
        other = m[1].split('/')[0] if '/' in m[1] else 'top'
        if other != room and other not in below[room].split():
            print(f'{f}: {room} does not see {m[1]}')
            bad = 1

def walk(f, path):
    global bad
    if f in path:
        print('a circle of headers:', ' -> '.join(path[path.index(f):] + [f]))
        bad = 1
        return
    if f not in done:
        for g in sorted(sees.get(f, ())):
            walk(g, path + [f])
        done.add(f)
done = set()
for f in sys.argv[1:]:
    walk(f, [])
sys.exit(bad)
END

# Only cli/ prints, exits, and reads the environment or the clock.
if grep -nE '\b(printf|puts|fputs|putchar|exit|getenv|clock_gettime|time) ?\(' \
	$(find hive policy -name "*.c") | grep -vE '\b(sn|vsn|as|vas|f)printf|_exit'; then
	echo "below cli/ nothing prints, exits or looks at the clock"
	bad=1
fi
# Messages of hive/ name no option or command of sppctl: they carry a remedy
# that cli/ words.
if grep -nE '^[^/]*"[^"]*(--[a-z]|sppctl (check|info|recover|restore|set) )' \
	$hive | grep -vE -- '--(setrw|restore-image|not-pipable)'; then
	echo "a message of hive/ names an option or a command"
	bad=1
fi
exit $bad
