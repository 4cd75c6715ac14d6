# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of power cuts share: tests/powercut.py makes folders as they
# may be afterwards, and each is judged.  Sourced, after disk.sh or wim.sh.
[ -x "$PLAIN" ] || { echo "skipped: no build without sanitizers"; exit 77; }
SPPCTL=$PLAIN
export SOURCE_DATE_EPOCH=1700000000

# Where qemu-nbd may read it though it is shut in: beside its own folder.
mkdir -p tools/bin tools/lib
"${CC:-cc}" -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -shared -fPIC \
	-o tools/lib/record.so "$SOURCE/tests/fault/record.c" -ldl || exit 2
if command -v qemu-nbd >/dev/null; then
	cp "$(command -v qemu-nbd)" tools/bin/
fi

# cut SAMPLES ARGUMENT...: of powercut.py, from the folder d
cut()
{
	samples=$1
	shift
	rm -rf cut
	PATH=$work/tools/bin:$PATH python3 "$SOURCE/tests/powercut.py" d cut \
		"$samples" $work/tools/lib/record.so "$@" >cut.out 2>&1 || {
		fail "power cut: $(cat cut.out)"
		return 1
	}
}

# bad WORD...: of the state in hand
bad()
{
	verdict=bad
	echo "$name, state $n ($when, names: $names): $*" >>bad.out
}

# power NAME SAMPLES FOLDER FLUSHED JUDGE COMMAND...: each state of a copy of
# the folder must please the judge, who says old, new or dirty in $verdict.
# Where the file FLUSHED never were, some must not.
power()
{
	name=$1 samples=$2 before=$3 flushed=$4 judge=$5
	shift 5
	: >bad.out
	rm -rf d
	cp -r --sparse=always "$before" d
	cut "$samples" "$@" || return
	said=$(cat cut.out) counts=
	look
	echo "$name: $said:$(sort verdicts | uniq -c | tr -s ' \n' ' ')"
	[ ! -s bad.out ] || fail "$(head -5 bad.out)"
	for want in old new; do
		grep -q $want verdicts || fail "$name: no state is $want"
	done
	: >bad.out
	rm -rf d
	cp -r --sparse=always "$before" d
	cut "$samples" --unflushed "$flushed" "$@" || return
	look once
	[ -s bad.out ] || fail "$name: that $flushed is not flushed is not seen"
}

# look [once]: judges all states, or until one is bad
look()
{
	: >verdicts
	n=0
	while [ -d cut/$n ]; do
		when=$(cat cut/$n.when)
		names=$(cat cut/$n.names)
		verdict=
		$judge cut/$n
		[ $when = during ] || [ $verdict = new ] ||
			bad "the edit is done, and not there: $verdict"
		echo $verdict >>verdicts
		[ $# -eq 0 ] || [ $verdict != bad ] || return
		n=$((n + 1))
	done
}
