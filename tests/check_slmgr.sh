#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs tests/slmgr.table: each verb on a fresh hive; another program tells what
# became of it.
# label: thorough 9
set -u
. "$SOURCE/tests/fast.sh"
command -v reglookup >/dev/null || exit 77
table=$SOURCE/tests/slmgr.table
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1700000000 NO_COLOR=1 LC_ALL=C.UTF-8
bad=0
cd "$work" || exit 2

ENT=73111121-5638-40f6-bc11-f1d7b0d64300
ENTN=e272e3e2-732f-4c65-a8f0-484747d0d947
PP16=d450596f-894d-49e0-966a-fd39ed4c4c64
PP10=6f327760-8c5c-417c-9b61-836a98287e0c
cat >short.sed <<END
s|^/Software/Microsoft/Windows NT/CurrentVersion/SoftwareProtectionPlatform/|cache/|
s|^/Microsoft/Windows NT/CurrentVersion/SoftwareProtectionPlatform/|spp/|
s|^/Microsoft/OfficeSoftwareProtectionPlatform/|ospp/|
s|/55c92734-d682-4d71-983e-d6ec3f16059f/|/windows/|
s|/0ff1ce15-a989-479d-af46-f275c6370663/|/office/|
s|/59a52881-a989-479d-af46-f275c6370663/|/office2010/|
s|/$ENT/|/ENT/|
s|/$ENTN/|/ENTN/|
s|/$PP16/|/PP16/|
s|/$PP10/|/PP10/|
s|^\([^,]*\),\([^,]*\),\([^,]*\),.*|\1=\2:\3|
END

# values FILE...: every value of the hives, a line each, in short
values()
{
	for file; do
		[ -f "$file" ] && reglookup -H "$file" 2>/dev/null
	done | grep -v ',KEY,' | sed -f short.sed | LC_ALL=C sort
}

# prepare HIVE: puts a fresh target where target says
prepare()
{
	rm -rf target target.bak hives
	if [ "$1" = folder ]; then
		config=target/Windows/System32/config
		profile=target/Windows/ServiceProfiles/NetworkService
		mkdir -p $config $profile
		cp "$FIXTURES/kms-client.hive" $config/SOFTWARE
		cp "$FIXTURES/system.hive" $config/SYSTEM
		cp "$FIXTURES/netsvc.hive" $profile/NTUSER.DAT
		echo $config/SOFTWARE $profile/NTUSER.DAT >hives
	elif [ -f "$FIXTURES/$1.hive" ]; then
		cp "$FIXTURES/$1.hive" target
		echo target >hives
	else
		: >hives
	fi
}

complain()
{
	echo "line $line: $script $hive $words: $*"
	bad=1
}

# expand WORDS: short names of SKUs to their ids
expand()
{
	echo " $1 " | sed "s/ {ENT} / {$ENT} /; s/ ENT / $ENT /
		s/ ENTN / $ENTN /; s/ PP16 / $PP16 /; s/ PP10 / $PP10 /"
}

# lines WORDS: one a line, in order; nothing for "-"
lines()
{
	[ "$1" = - ] || echo "$1" | tr ' ' '\n' | LC_ALL=C sort
}

# trim WORDS: with one space between them, and none around
trim()
{
	set -- $1
	echo "$*"
}

line=0
set -f
while IFS= read -r row; do
	line=$((line + 1))
	case $row in ''|'#'*) continue ;; esac
	IFS='|' read -r script hive words code before after says <<END
$row
END
	script=$(trim "$script") hive=$(trim "$hive") words=$(trim "$words")
	code=$(trim "$code") before=$(trim "$before") after=$(trim "$after")
	says=$(echo "$says" | sed 's/^ //; s/ *$//')
	prepare "$hive"
	[ -e "was.$hive" ] || values $(cat hives) >"was.$hive"
	cp "was.$hive" was
	set -- $(expand "$words")
	"$SPPCTL" "$script" target "$@" >out 2>err
	got=$?
	values $(cat hives) >is
	[ $got -eq "$code" ] || complain "exit $got, not $code: $(cat err)"
	lines "$before" >expected
	LC_ALL=C comm -23 was is | diff expected - >difference ||
		complain "values before: $(cat difference)"
	lines "$after" >expected
	LC_ALL=C comm -13 was is | diff expected - >difference ||
		complain "values after: $(cat difference)"
	echo "$says" | sed 's/;;/\n/g' | while IFS= read -r part; do
		grep -qF -e "$part" out err || echo "$part"
	done >unsaid
	[ -s unsaid ] && complain "did not say '$(cat unsaid)': $(cat out err)"
	# A refusal is one line, and leaves the very bytes.
	[ "$code" -eq 0 ] || [ "$(grep -vc warning err)" -eq 1 ] ||
		complain "not one line: $(cat err)"
	[ "$code" -eq 0 ] || [ "$hive" = folder ] || [ ! -f target ] ||
		cmp -s target "$FIXTURES/$hive.hive" || complain "changed bytes"
done <"$table"

# Every verb that the help lists has a row.
for script in slmgr ospp; do
	"$SPPCTL" help $script >help
	awk '/^Verbs$/ { on = 1; next } /^Refused/ { on = NF } !NF { on = 0 }
		on { for (i = 1; i <= NF && (i == 1 || on > 1); i++)
			if ($i ~ "^/") {
				sub("^/", "", $i)
				sub(":.*", "", $i)
				print $i
			} }' help | while read -r verb; do
		grep -qiE "^$script \| [^|]* \| [/-]${verb}[ :]" "$table" ||
			echo "$script /$verb has no row"
	done >missing
	[ -s help ] || bad=1
	[ "$(wc -l <missing)" -eq 0 ] || { cat missing; bad=1; }
done

# Called by the scripts' names, and with options in all the places.
for name in slmgr SLMGR.VBS ospp; do ln -s "$SPPCTL" $name; done
same()
{
	prepare kms-primary
	"$@" >out 2>err || { echo "$*: $(cat err)"; bad=1; }
	values target >is
	grep -qx 'spp/DisableDnsPublishing=DWORD:0x00000001' is ||
		{ echo "$*: not done"; bad=1; }
}
same ./slmgr target /cdns
same ./SLMGR.VBS target -cdns --json
same ./slmgr --backup target /cdns
same "$SPPCTL" slmgr --json target -cdns
same "$SPPCTL" slmgr target --backup=.old -cdns
same "$SPPCTL" slmgr target -cdns -b
[ -f target.bak ] || { echo "no backup"; bad=1; }
same "$SPPCTL" slmgr -- target /cdns
[ -f target.old ] || { echo "no backup"; bad=1; }
prepare kms-primary
"$SPPCTL" slmgr target /cdns -n >out && { echo "dry run: not 1"; bad=1; }
grep -q '1 change pending' out && ! grep -q '^DNS publishing' out ||
	{ echo "dry run: $(cat out)"; bad=1; }
cmp -s target "$FIXTURES/kms-primary.hive" || { echo "dry run wrote"; bad=1; }
for help in '/?' '-?'; do
	./slmgr target $help | grep -q '/skms NAME' || { echo "$help"; bad=1; }
done
./slmgr '/?' | grep -q '/skms NAME' || { echo "no help"; bad=1; }
./slmgr --version | grep -q '^sppctl ' || { echo "no version"; bad=1; }
./slmgr /sdns 2>err && bad=1
grep -q 'put the target before it' err || { cat err; bad=1; }
exit $bad
