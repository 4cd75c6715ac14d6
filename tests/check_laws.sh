#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What holds of every edit: nothing to do does nothing; what was set is there;
# the same edit gives the same bytes; hives do not grow by being edited.
# label: thorough 12
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"

# Nothing to do, said in every way.
fixture kms-client hive
keep hive hive
for args in 'set hive kms-port=1688' 'set hive KeyManagementServicePort=1688' \
	'set hive kms-host=kms01.corp.example --backup' \
	'set hive activation-interval=120 renewal-interval=10080 --json' \
	'unset hive publish-list' 'unset hive host-caching --backup' \
	'unset hive kms-host --scope spp/office' 'publish hive --clear' \
	'publish hive --priority 20' 'publish hive --remove corp.example' \
	'set hive kms-port=1700 --dry-run' 'publish hive --add a.b --dry-run' \
	'show hive' 'show hive --json' 'get hive kms-host' 'check hive' \
	'set hive kms-port=0' 'set hive kms-port=1700 --scope nowhere'; do
	run '0|1|2' $args
	kept hive hive "$args"
done
[ "$(ls)" = "$(printf 'hive\nlog')" ] || fail "something was left behind"

# What was set is there, in the words in which it is shown, and stays.
run 0 set hive 'publish-list=a.example,1,2;b.example' dns-publishing=off \
	listening-port=1689 low-priority=on host-version=10.0 \
	activation-interval=15 renewal-interval=43200 kms-host=192.0.2.10 \
	kms-port=65535 lookup-domain=corp.example host-caching=off \
	activation-type=token user-operations=on skip-rearm=on \
	'alternate-url=http://x/?a=b c' manual-activation=on \
	notifications-disabled=on no-genuine-ticket=on NoAcquireGT=1 \
	entitlement-reactivation=off
keep hive hive
"$SPPCTL" settings | sed 1d | grep -v 'kept by Windows' | while read -r name rest; do
	registry=$(echo "$rest" | grep -o '[A-Za-z]*  *REG_[A-Z_]*' |
		sed 's/ .*//')
	for name in "$name" "$registry"; do
		value=$("$SPPCTL" get hive "$name" | tr '\n' ';')
		value=${value%;}
		[ "$value" ] || fail "$name was set and is not there"
		run 0 set hive "$name=$value"
		grep -q 'nothing to change' log/out ||
			fail "$name=$value was set and is to be set again"
	done
	[ $failed -eq 0 ] || exit 1
done || failed=1
kept hive hive 'set to what get says'

# The same edit of the same hive at the same time gives the same bytes, and
# leaves a base block that Windows takes for its own.
export SOURCE_DATE_EPOCH=1700000000
edit()
{
	case $1 in
	dirty*) run 0 set one/hive activation-interval=77 ;;
	*)
		run 0 set one/hive kms-host=kms77.corp.example \
			no-genuine-ticket=on
		run 0 publish one/hive --add laws.example,7,7
		run 0 unset one/hive activation-interval
		;;
	esac
}
for name in kms-primary kms-client minor3 big-sibling many-subkeys li-lists \
	full-bins no-spp slack dirty-new dirty-split dirty-badbase dirty-old \
	stale; do
	mkdir one
	for log in '' .LOG1 .LOG2; do
		[ ! -e "$FIXTURES/$name.hive$log" ] ||
			cp "$FIXTURES/$name.hive$log" one/hive$log
	done
	cp -r one two
	seq=$(word one/hive 4)
	edit $name
	mv one 'done'
	mv two one
	edit $name
	cmp one/hive done/hive || fail "$name: two edits, two results"
	sound one/hive
	now=$(word one/hive 4)
	[ "$now" -eq "$(word one/hive 8)" ] || fail "$name: is dirty"
	[ "$now" -gt "$seq" ] || fail "$name: sequence $seq, then $now"
	[ "$(od -An -tx8 -j12 -N8 one/hive)" = ' 01da1747c66d0000' ] ||
		fail "$name: the time of the edit is not in the base block"
	for log in one/hive.LOG?; do
		[ ! -e "$log" ] || cmp -s "$log" "$FIXTURES/$name.hive${log#one/hive}" ||
			fail "$name: $log was touched"
	done
	rm -r one 'done'
done
for epoch in 0 1 253402300799; do
	fixture kms-client hive
	SOURCE_DATE_EPOCH=$epoch run 0 set hive kms-port=1700
	sound hive
done
unset SOURCE_DATE_EPOCH

# Setting and removing again and again leaves the hive as it was, but for
# times and free room, and of the size it had after the first time.
fixture kms-client hive
hivexregedit --export hive '\' >before
i=0
while [ $i -lt 25 ]; do
	run 0 set hive "kms-host=$(printf "%0$((i % 9 + 1))d" 0).corp.example"
	run 0 publish hive --add "d$((i % 3)).example" --add e.example
	run 0 publish hive --remove e.example
	run 0 set hive "alternate-url=$(printf "%0$((i % 7 * 40 + 1))d" 0)"
	[ $i -ne 0 ] || size=$(stat -c %s hive)
	i=$((i + 1))
done
run 0 unset hive publish-list alternate-url
run 0 set hive kms-host=kms01.corp.example
grown=$(($(stat -c %s hive) - size))
[ $grown -le 4096 ] || fail "100 edits made the hive grow by $grown bytes"
hivexregedit --export hive '\' | diff before - || fail "edits left something"
sound hive
exit $failed
