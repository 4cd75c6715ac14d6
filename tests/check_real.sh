#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Real hives, where a collection of them is at hand: each is shown, checked and
# edited.  They are not part of the project; see fixtures/ for those that are.
# label: judges 60
. "$SOURCE/tests/check.sh"
hives=$SOURCE/../shared/hives
[ -d "$hives" ] || skip "there is no collection of hives"

# The logs of a hive lie beside it, so folders are copied as they are.
cp -r "$hives" all
chmod -R u+w all
find all -type f | LC_ALL=C sort | while read -r file; do
	[ "$(head -c 4 "$file" | tr -d '\0')" = regf ] && echo "$file"
done >list
[ -s list ] || skip "there are no hives in the collection"

# quick CODES ARGUMENT...: like run, and within two seconds
quick()
{
	codes=$1
	shift
	timeout 2 "$SPPCTL" "$@" >log/out 2>log/err
	got=$?
	case "|$codes|" in
	*"|$got|"*) ;;
	*) fail "exit code $got, not $codes: sppctl $*: $(cat log/err)" ;;
	esac
	# A verdict: a result, or what is wrong, in one line.  Confined children
	# of the build with sanitizers keep stderr, so libhivex is heard there.
	said=$(grep -v '^compare_name_with_nk_name: ' log/err |
		grep -cv '^sppctl: warning: ')
	case $got:$said in
	[01]:0) [ -s log/out ] || fail "no word: sppctl $*" ;;
	[34]:1) ;;
	*) fail "exit code $got with $said messages: sppctl $*" ;;
	esac
}

errors()
{
	sed -n 's/.*; \([0-9]*\) errors*, .*/\1/p' log/out
}

# Three readers that are not ours, each seeing the whole hive.
readers='hivexregedit reglookup regfexport'
by_hivexregedit()
{
	hivexregedit --export "$1" '\' | awk '
	/^\[/ { key = $0; print key; next }
	/^$/ || /^Windows Registry Editor/ { next }
	{ print key " " $0 }'
}
by_reglookup()
{
	reglookup -H "$1" | sed 's/\(,KEY,[^,]*,\).*/\1/'
}
by_regfexport()
{
	regfexport "$1" | awk '
	/^Key path: / { key = key2 = $0; print key; next }
	/^Value: / { sub(/^Value: [0-9]* /, ""); key2 = key " " $0; next }
	/^$/ || /^Key: / { next }
	{ print key2 " " $0 }'
}
# see FILE TO: what they see in a file, for as long as they stay reasonable
see()
{
	for reader in $readers; do
		(ulimit -v 2000000; ulimit -t 10; by_$reader "$1" 2>/dev/null) |
			head -c 20000000 >"$2.$reader"
	done
}

# What is allowed to be new: the edit itself and the keys that lead to it.
# Nothing may be gone.
new_only()
{
	for reader in $readers; do
		# A hive that a reader cannot read tells nothing.
		[ "$(wc -l <before.$reader)" -gt 2 ] || continue
		diff before.$reader after.$reader | grep '^[<>]' |
			grep -ivE "$1" >log/differs || continue
		fail "$file: $reader sees more than the edit:"
		head -n 5 log/differs | cut -c 1-200
	done
}

spp='[/\\](Microsoft|Policies)?([/\\]?Windows NT)?([/\\]CurrentVersion)?'
intended="^> .*$spp([/\\\\]Software ?Protection ?Platform.*)?(\]|,KEY,,|\$)"
intended="$intended|SoftwareProtectionPlatform.*(KeyManagementService|AlternateURL)"
intended="$intended|Software Protection Platform.*NoGenTicket"

edited=0
while read -r file; do
	keep file "$file"
	ls -A "$(dirname "$file")" >log/beside
	quick '0|3|4' show "$file"
	quick '0|3|4' show --as SOFTWARE --json "$file"
	quick '0|1|3|4' check "$file"
	before=$(errors)
	quick '1|3|4' set "$file" --as SOFTWARE kms-host=kms77.corp.example \
		--dry-run
	kept file "$file" 'read only'
	quick '0|3|4' set "$file" --as SOFTWARE kms-port=1701 \
		kms-host=kms77.corp.example no-genuine-ticket=on \
		alternate-url=http://help.corp.example/ --backup
	if [ $got -ne 0 ]; then
		kept file "$file" refused
		ls -A "$(dirname "$file")" | cmp -s - log/beside ||
			fail "$file: something is left beside it"
		continue
	fi
	edited=$((edited + 1))
	quick '0|1|3|4' check "$file"
	[ "$(errors)" -le "${before:-0}" ] ||
		fail "$file: $before errors, then $(errors)"
	# A dirty hive is another one than its readers think.
	if [ "$(word "$file.bak" 4)" -eq "$(word "$file.bak" 8)" ]; then
		see "$file.bak" before
		see "$file" after
		new_only "$intended"
	fi
	mv -f "$file.bak" "$file"
done <list
[ $edited -ge 40 ] || fail "only $edited hives could be edited"

# Values that came and went, read by each of the three.
for file in all/ez-registry/NTUSER1.DAT all/aiowinreg/nt/software.reg; do
	[ -e "$file" ] || continue
	see "$file" before
	run 0 set "$file" --as SOFTWARE kms-port=1701 \
		kms-host=kms77.corp.example activation-interval=77 \
		'publish-list=corp.example,10,100;branch.example,20,50'
	sound "$file"
	see "$file" after
	new_only "$intended|SoftwareProtectionPlatform.*(VLAct|DnsDomain)"
	for word in kms77.corp.example 1701 0x0000004D 77 dword:0000004d \
		'corp.example%2C 10%2C 100|branch.example%2C 20%2C 50' \
		"$(printf 'corp.example, 10, 100' | iconv -t utf-16le | od -An -v -tx1 | tr -d '\n' | sed 's/^ //; s/ /,/g')"; do
		grep -qF -e "$word" after.* || fail "$file: nobody reads $word"
	done
	for reader in $readers; do
		grep -qE 'KeyManagementServiceName' after.$reader ||
			fail "$file: $reader does not see the new value"
	done
	run 0 unset "$file" --as SOFTWARE kms-port kms-host \
		activation-interval publish-list
	sound "$file"
	see "$file" after
	new_only "^> .*$spp([/\\\\]SoftwareProtectionPlatform)?(\]|,KEY,,|\$)"
done
exit $failed
