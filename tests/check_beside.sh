#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Edits that span two hives, of a folder or beside a file: what fails in the
# second leaves the first as it was.
# label: quick 3
set -u
. "$SOURCE/tests/fast.sh"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1700000000 NO_COLOR=1 LC_ALL=C.UTF-8
bad=0
cd "$work" || exit 2
software=w/Windows/System32/config/SOFTWARE
profile=w/Windows/ServiceProfiles/NetworkService

fresh()
{
	chmod -R u+w w 2>/dev/null
	rm -rf w
	mkdir -p w/Windows/System32/config $profile
	cp "$FIXTURES/kms-client.hive" $software
	cp "$FIXTURES/system.hive" w/Windows/System32/config/SYSTEM
	cp "$FIXTURES/netsvc.hive" $profile/NTUSER.DAT
	ls -li --time-style=full-iso $software $profile/NTUSER.DAT >was
}

fail()
{
	echo "$*"
	bad=1
}

# run CODE TARGET...: clears everything that is cached or overrides
run()
{
	wanted=$1
	shift
	"$SPPCTL" clear-cache --overrides "$@" >out 2>err
	got=$?
	[ $got -eq "$wanted" ] || fail "$*: exit $got, not $wanted: $(cat err)"
}

# Nothing may have changed, in bytes, inode or time, and nothing be left over.
untouched()
{
	ls -li --time-style=full-iso $software $profile/NTUSER.DAT >is
	cmp -s was is || fail "$1: touched: $(diff was is)"
	cmp -s $software "$FIXTURES/kms-client.hive" || fail "$1: SOFTWARE"
	cmp -s $profile/NTUSER.DAT "$FIXTURES/netsvc.hive" || fail "$1: NTUSER"
	[ ! -e w/Windows/System32/config/.SOFTWARE.sppctl-new ] ||
		fail "$1: left a new hive behind"
	grep -q NTUSER err || fail "$1: does not name the hive: $(cat err)"
	[ "$(grep -c . err)" -eq 1 ] || fail "$1: not one line: $(cat err)"
}

# both TARGET...: what fails in NTUSER.DAT
both()
{
	fresh
	mkdir $profile/.NTUSER.DAT.sppctl-new
	run 4 "$@"
	untouched "no room for the new hive: $*"

	fresh
	touch $profile/NTUSER.DAT.bak
	run 0 "$@" --backup
	[ ! -s $profile/NTUSER.DAT.bak ] || fail "a file was overwritten"
	cmp -s $profile/NTUSER.DAT.bak.2 "$FIXTURES/netsvc.hive" ||
		fail "no second backup of NTUSER.DAT"

	fresh
	chmod a-w $profile/NTUSER.DAT
	ls -li --time-style=full-iso $software $profile/NTUSER.DAT >was
	run 4 "$@"
	untouched "read-only: $*"

	fresh
	run 0 "$@" --backup
	cmp -s $software.bak "$FIXTURES/kms-client.hive" || fail "no backup"
	cmp -s $profile/NTUSER.DAT.bak "$FIXTURES/netsvc.hive" ||
		fail "no backup of NTUSER.DAT"
	"$SPPCTL" show --all --json w >now
	grep -q 'kms02' now && fail "a host is left"
	grep -q 'kms01.corp.example' now || fail "the global host is gone"
	run 0 "$@"
	grep -q 'nothing to change' out || fail "not done at once: $(cat out)"
}
both w
both $software --netsvc $profile/NTUSER.DAT
both $profile/../../System32/config/SOFTWARE --netsvc $profile/NTUSER.DAT \
	--system w/Windows/System32/config/SYSTEM

# Where the second hive alone is edited, the first need not be writable.
fresh
chmod a-w $software
"$SPPCTL" clear-cache $software --netsvc $profile/NTUSER.DAT >out 2>err ||
	fail "SOFTWARE is not edited: $(cat err)"
cmp -s $software "$FIXTURES/kms-client.hive" || fail "SOFTWARE is changed"
grep -q '8 changes' out || fail "$(cat out)"
grep -q 'overrides removes it' err || fail "no word of the override"

# A hive that is there twice, of the wrong kind, or missing.
refuse()
{
	wanted=$1 says=$2
	shift 2
	"$SPPCTL" "$@" >out 2>err
	got=$?
	[ $got -eq "$wanted" ] || fail "$*: exit $got, not $wanted"
	grep -q "$says" err || fail "$*: $(cat err)"
}
fresh
system=w/Windows/System32/config/SYSTEM
refuse 2 'one NetworkService hive too many' show w --netsvc $profile/NTUSER.DAT
refuse 2 'one SYSTEM hive too many' show $system --system $system
refuse 2 'is a SYSTEM hive' show $software --netsvc $system
refuse 2 'is a NetworkService hive' show $software --system $profile/NTUSER.DAT
refuse 2 'name one target' clear-cache $software $system --netsvc $profile/x
refuse 2 'name one target' diff $software $software --system $system
refuse 3 'cannot open' show $software --netsvc nothing
refuse 2 'has no NetworkService hive' clear-cache $software
refuse 2 'use --netsvc FILE' clear-cache $system
refuse 3 'not a registry hive' show $software --system "$SPPCTL"

# Each command that opens a target takes them.
for command in "get $software cached-host" "show $software" \
	"dump $software" "diff $software $software.json" \
	"set $software -n host-caching=off" "unset $software -n cached-host" \
	"publish $software" "apply $software $software.json -n" \
	"check $software" "slmgr $software /dlv" "clear-cache $software -n"; do
	echo '{ "sppctl-policy": 1 }' >$software.json
	"$SPPCTL" $command --netsvc $profile/NTUSER.DAT --system $system \
		>out 2>err
	[ $? -lt 2 ] || fail "$command: $(cat err)"
done
[ "$("$SPPCTL" get $software cached-host --netsvc $profile/NTUSER.DAT)" = \
	kms02.corp.example ] || fail "get does not see the cache"
exit $bad
