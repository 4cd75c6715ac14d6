#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Wrong command lines: each row of usage.table ends with its exit code, says
# what the row has, on one line, and the same in JSON where --json is given.
# label: thorough 4
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
fixture kms-primary SOFTWARE
cp "$SOURCE/policy/ready/client.json" .
: >empty
run 0 audit SOFTWARE --results run.ndjson
state SOFTWARE >before
rows=0
grep -v '^#' "$SOURCE/tests/usage.table" >rows
while IFS='|' read -r code words message; do
	# A bar in a message is no separator: the last field has the rest.
	message=${message# }
	rows=$((rows + 1))
	eval "run $code $words </dev/null"
	said "$message"
	[ "$(wc -l <log/err)" -eq 1 ] || fail "several lines:$words"
	[ ! -s log/out ] || case $words in
	*--json*) ;;
	*) fail "it printed something:$words" ;;
	esac
done <rows
[ $rows -gt 40 ] || fail "only $rows rows"
state SOFTWARE >after
cmp before after || fail "a wrong command line changed the hive"

# An option that does nothing for a kind of target, or for a format, is told.
idle()
{
	code=$1 says=$2
	shift 2
	run "$code" "$@"
	said "for which $says does nothing"
}
idle 1 --partition get SOFTWARE dns-publishing --partition 2
idle 0 --rebuild recover SOFTWARE --rebuild
idle 0 --journal-dir restore SOFTWARE --journal-dir .
idle 0 --unclean check SOFTWARE --unclean
idle 0 --snapshots info SOFTWARE --snapshots
idle 0 --backing evidence SOFTWARE --backing before -o filed
idle 0 --backing-dir diff SOFTWARE --states --backing-dir .
idle 0 --hash-image show SOFTWARE --evidence --hash-image
idle 0 --strict audit SOFTWARE --strict
idle 0 --system audit client.json --system SOFTWARE
idle 0 --as audit client.json --as SOFTWARE
idle 0 --windows apply SOFTWARE client.json -n --windows X
idle 0 --prefix apply SOFTWARE client.json -n --prefix X
idle 0 --ignore-filters import client.json --ignore-filters
run 0 publish SOFTWARE --backup -n
said "nothing is edited, so --backup does nothing"
said "nothing is edited, so --dry-run does nothing"
run 0 slmgr --backup SOFTWARE /dlv
said "nothing is edited, so --backup does nothing"
mkdir -p folder/Windows/System32/config
cp SOFTWARE folder/Windows/System32/config/SOFTWARE
idle 0 --as show folder --as SOFTWARE
run 0 diff SOFTWARE client.json --strict --as SOFTWARE
! grep -q 'does nothing' log/err || fail "told of what the other operand heeds"

# Each variable that is read is in help environment, and the other way round.
grep -rhoE "(get|set)env\(\"[A-Z_]+" "$SOURCE/cli" --include='*.c' |
	sed 's/.*"//' | sort -u >variables
"$SPPCTL" help environment | grep -oE '^  [A-Z][A-Z_, ]+  ' | tr ', ' '\n\n' |
	grep . | sort -u >named
diff variables named || fail "help environment is not what is read"

# The same in JSON; wrong options in front of --json do not hide it.
if command -v python3 >log/which; then
	for words in 'shwo --json' '--json shwo' 'show --nope SOFTWARE --json' \
		'get SOFTWARE kms-hots --json' 'dump nope --json' \
		'export nope --format gpp --json' 'import nope --json' \
		'convert nope x.reg --json' 'export SOFTWARE -f x --json'; do
		run '2|3' $words
		python3 "$SOURCE/tests/validate.py" "$SPPCTL" log/out ||
			fail "no JSON document: $words"
		grep -q '"error"' log/out || fail "no error: $words"
	done
	for words in 'dump SOFTWARE' 'export SOFTWARE -f gpp' \
		'export SOFTWARE -f pol' 'import client.json' \
		'convert client.json x.reg' 'dump SOFTWARE -o y.json' \
		'export client.json -f cmd -o y.cmd' \
		'dump SOFTWARE client.json' 'export -f admx -o y.admx'; do
		run 0 $words --json
		python3 "$SOURCE/tests/validate.py" "$SPPCTL" log/out ||
			fail "no JSON document: $words"
	done
	[ -s x.reg ] && [ -s y.cmd ] && [ -s y.json ] ||
		fail "a file is missing"
fi
exit $failed
