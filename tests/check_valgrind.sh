#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No error and no leak under valgrind, which sees what the sanitizers do not:
# memory used before it has a value.
# label: thorough 16
. "$SOURCE/tests/check.sh"
[ -x "$PLAIN" ] || skip "there is no build without sanitizers"
command -v valgrind >log/valgrind || skip "there is no valgrind"

# watch CODE ARGUMENT...
watch()
{
	code=$1
	shift
	valgrind -q --error-exitcode=99 --exit-on-first-error=no \
		--leak-check=full --show-leak-kinds=definite,possible \
		--child-silent-after-fork=yes \
		--log-file=log/valgrind "$PLAIN" "$@" >log/out 2>log/err
	got=$?
	[ $got -eq $code ] || {
		fail "exit code $got, not $code: sppctl $*"
		cat log/err log/valgrind
	}
}

for name in kms-primary wrong-types hostile-names malformed-list netsvc; do
	fixture $name
done
for file in dirty-new.hive dirty-new.hive.LOG1 dirty-old.hive \
	dirty-old.hive.LOG1; do
	cp "$FIXTURES/$file" .
done
watch 0 show hostile-names
watch 0 show --json wrong-types
watch 0 publish --json malformed-list
watch 1 check hostile-names
watch 0 check --json dirty-old.hive
watch 0 set kms-primary kms-host=kms77.corp.example activation-interval=77 \
	--backup
watch 0 set --json kms-primary no-genuine-ticket=on --scope policies
watch 0 set kms-primary kms-host=kms77.corp.example activation-interval=77
watch 0 set dirty-new.hive kms-port=1701
watch 0 publish kms-primary --add third.example,1,2 --remove branch.example \
	--priority 20
watch 0 unset netsvc cached-host cached-port
watch 1 unset netsvc cached-address --dry-run \
	--scope cache/windows/73111121-5638-40f6-bc11-f1d7b0d64300
watch 2 set kms-primary kms-port=0
exit $failed
