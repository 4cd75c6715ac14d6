#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where -o OUT is written to: modes, links, pipes, and names that another user
# planted.
. "$SOURCE/tests/check.sh"
fixture kms-client hive
key=BCDFG-HJKMP-QRTVW-XY234-67899

# mode FILE WANTED
mode()
{
	is=$(stat -c %a "$1")
	[ "$is" = "$2" ] || fail "'$1' has the mode $is, not $2"
}

# --- new files, and files that are there
run 0 dump hive -o new.json
mode new.json 644
(umask 077; run 0 dump hive -o own.json; exit $failed) || failed=1
mode own.json 600
run 0 dump hive --show-keys -o keys.json
mode keys.json 600
run 0 export hive --format cmd --product-key $key -o new.cmd
mode new.cmd 600
grep -q $key new.cmd || fail "the key is not in it"
for m in 600 640 664; do
	echo old >kept.json
	chmod $m kept.json
	[ "$(id -u)" -ne 0 ] || chown 1234:2345 kept.json
	stat -c '%a %u:%g' kept.json >log/was
	run 0 dump hive -o kept.json
	stat -c '%a %u:%g' kept.json | cmp -s - log/was ||
		fail "owner or mode of an old file are not kept"
	cmp -s kept.json new.json || fail "not what was asked for"
done
chmod 400 kept.json
run 4 dump hive -o kept.json
said "'kept.json' is marked read-only"
run 3 dump hive -o nowhere/x.json
run 2 dump hive -o log/

# --- recover: killed at any moment, its output is whole or not there
"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o exit_at.so "$SOURCE/tests/exit_at.c" \
	-ldl || exit 2
k=1
while :; do
	rm -f whole
	EXIT_AT=$k LD_PRELOAD=$work/exit_at.so \
		ASAN_OPTIONS=verify_asan_link_order=0 \
		"$SPPCTL" recover hive -o whole >log/out 2>&1
	case $? in
	0) break ;;
	99) ;;
	*) fail "recover -o: $(cat log/out)"; break ;;
	esac
	[ ! -e whole ] || cmp -s hive whole || fail "recover -o: half, at $k"
	k=$((k + 1))
done
[ $k -gt 3 ] || fail "recover -o: $k calls seen"
cmp -s hive whole || fail "recover -o: not the hive"
mode whole 600
keep whole whole
run 4 recover hive -o whole
said "'whole' exists already"
kept whole whole "by recover -o"

# --- links, pipes, devices
ln -s new.json link
echo old >new.json
run 0 dump hive -o link
[ -L link ] || fail "a link was replaced"
cmp -s new.json own.json || fail "a link was not followed"
ln -s nothing dangling
run 3 dump hive -o dangling
[ ! -e nothing ] || fail "a link to nothing was followed"
run 0 dump hive -o /dev/null
run 3 dump hive -o /dev/full
run 0 dump hive -o /dev/stdout
cmp -s log/out own.json || fail "/dev/stdout"
"$SPPCTL" dump hive -o /dev/stdout | cmp -s - own.json || fail "a pipe"
mkfifo pipe
"$SPPCTL" dump hive -o pipe 2>log/err &
cmp -s own.json pipe || fail "a named pipe"
wait $! || fail "a named pipe: $(cat log/err)"
left=$(ls -A | grep sppctl-new)
[ ! "$left" ] || fail "left: $left"

# --- a folder of somebody else
[ "$(id -u)" -eq 0 ] || exit $failed
other()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
chmod 711 "$work"
mkdir theirs
chown 65534:65534 theirs
echo 'of root alone' >victim
chmod 600 victim
keep victim victim
for name in .out.json.sppctl-new out.json.sppctl-new out.json; do
	for plant in 'ln -s ../victim' mkfifo mkdir; do
		rm -rf theirs/* theirs/.out*
		case $plant in
		ln*) other ln -s "$work/victim" theirs/$name ;;
		*) other $plant theirs/$name ;;
		esac
		timeout 10 "$SPPCTL" dump hive -o theirs/out.json 2>log/err
		got=$?
		case "$plant $name:$got" in
		*' out.json:4' | 'mkdir .out.json.sppctl-new:4' | \
			*' out.json.sppctl-new:0' | *' .out.json.sppctl-new:0') ;;
		*) fail "$plant $name: exit code $got: $(cat log/err)" ;;
		esac
		kept victim victim "through $name"
	done
done
exit $failed
