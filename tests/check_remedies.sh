#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the audit says would mend a finding does: the remedies are run as they
# stand, in their order, and the rules are silent afterwards.
# label: thorough 6
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir bin
# A build without sanitizers takes a tenth of the time.
[ -x "${PLAIN:-}" ] || PLAIN=$SPPCTL
ln -s "$PLAIN" bin/sppctl
PATH="$work/bin:$PATH"
printf '{"sppctl-site":1,"domains":["corp.example","branch.example"],
"platform":"on-premises","role":"%s"}' image >image.json
sed 's/"image"/"host"/' image.json >host.json
mkdir -p 'it'\''s $(one)/Windows/System32/config' \
	'it'\''s $(one)/Windows/ServiceProfiles/NetworkService'
cp "$FIXTURES/audit-stale-cache.hive" \
	'it'\''s $(one)/Windows/System32/config/SOFTWARE'
cp "$FIXTURES/netsvc.hive" \
	'it'\''s $(one)/Windows/ServiceProfiles/NetworkService/NTUSER.DAT'

# remedies REPORT: the commands, one a line
remedies()
{
	python3 -c 'import json, sys
for t in json.load(open(sys.argv[1]))["targets"]:
    for f in t["findings"]:
        print(f["rule"], f["remedy"] or "-", sep="\t")' "$1"
}

mended=0
# mend SITE TARGET...: audits, does what is said, and audits again until
# nothing is to be done; what was mended once must not come back
mend()
{
	site=$1
	shift
	: >mended
	for round in 1 2 3 4; do
		sppctl audit --json --site "$site" "$@" >report.json 2>err ||
			true
		remedies report.json | grep '	sppctl ' >todo || return 0
		if cut -f1 todo | grep -xFf mended; then
			echo "not mended in $*"
			exit 1
		fi
		cut -f1 todo >>mended
		cut -f2 todo | awk '!seen[$0]++' >lines
		while read -r line; do
			sh -c "$line" >out 2>&1 || {
				echo "does not run: $line"
				cat out
				exit 1
			}
			mended=$((mended + 1))
		done <lines
	done
	echo "no end of it in $*"
	exit 1
}

for hive in "$FIXTURES"/audit-*.hive "$FIXTURES"/workstation.hive \
	"$FIXTURES"/malformed-list.hive "$FIXTURES"/wrong-types.hive \
	"$FIXTURES"/office2010.hive "$FIXTURES"/kms-client.hive; do
	name=$(basename "$hive" .hive)
	cp "$hive" "image of $name"
	mend image.json "image of $name"
done
for name in malformed-entry duplicate-domain silent-host; do
	cp "$FIXTURES/audit-$name.hive" "host $name"
	mend host.json "host $name"
done
mend image.json 'it'\''s $(one)'
# Rules about a fleet.
cp "$FIXTURES/kms-primary.hive" primary
cp "$FIXTURES/audit-cloned-list.hive" clone
cp "$FIXTURES/audit-caching-client.hive" client
mend host.json primary clone
printf '{"sppctl-site":1}' >none.json
mend none.json primary clone client
echo "$mended remedies"
