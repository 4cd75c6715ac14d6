#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Readers that are not ours agree with every export: Samba's for Registry.pol,
# expat's and libxml2's schema validator for XML, hivexregedit for .reg files.
# label: judges 6
set -eu
export SOURCE_DATE_EPOCH=1700000000 LC_ALL=C.UTF-8
python=/usr/bin/python3
$python -c 'import samba.dcerpc.preg' || { echo "no python3-samba"; exit 77; }
for tool in xmllint hivexregedit; do
	command -v $tool >/dev/null || { echo "no $tool"; exit 77; }
done
spp='Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail()
{
	echo "$*"
	exit 1
}

read_by()
{
	$python "$SOURCE/tests/readers.py" "$@"
}

# export_all NAME FROM: in all formats, which all must say the same
export_all()
{
	name=$1
	"$SPPCTL" export "$2" --format gpp -o "$name.xml"
	"$SPPCTL" export "$2" --format gpp --flavour cmdlet --collection \
		-o "$name.cmdlet.xml"
	"$SPPCTL" export "$2" --format reg -o "$name.reg"
	"$SPPCTL" export "$2" --format reg --utf8 -o "$name.utf8.reg"
	"$SPPCTL" export "$2" --format pol -o "$name.pol" 2>>notes
	"$SPPCTL" export "$2" --format lgpo -o "$name.txt" 2>>notes
	"$SPPCTL" export "$2" --format lgpo --utf8 -o "$name.utf8.txt" 2>>notes
	for xml in "$name.xml" "$name.cmdlet.xml"; do
		xmllint --noout --schema "$SOURCE/tests/registry.xsd" "$xml" 2>&1
		inferred=$SOURCE/../shared/gpo/own/gpp-registry-inferred.xsd
		[ ! -f "$inferred" ] || xmllint --noout --schema "$inferred" "$xml" 2>&1
	done
	read_by reg "$name.reg" >"$name.said"
	read_by reg "$name.utf8.reg" | diff "$name.said" -
	read_by gpp "$name.xml" | diff "$name.said" -
	read_by gpp "$name.cmdlet.xml" | diff "$name.said" -
	read_by pol "$name.pol" | diff "$name.said" -
	read_by lgpo "$name.txt" | diff "$name.said" -
	read_by lgpo "$name.utf8.txt" | diff "$name.said" -
}

# 1. What is exported from a hive is what hivex sees in it.
for hive in kms-primary kms-client office2010 workstation; do
	export_all $hive "$FIXTURES/$hive.hive"
	for key in 'Microsoft' 'WOW6432Node\Microsoft'; do
		hivexregedit --export --prefix 'HKLM\SOFTWARE' \
			"$FIXTURES/$hive.hive" "$key" 2>>notes || true
	done | awk 'NR == 1 || !/^Windows Registry Editor/' >hivex.reg
	read_by reg hivex.reg | sort >hivex.said
	# The node is written Wow6432Node by us and WOW6432Node by others.
	tr '[:upper:]' '[:lower:]' <$hive.said | sort >ours
	tr '[:upper:]' '[:lower:]' <hivex.said | sort >theirs
	[ -s ours ] || fail "$hive: nothing was exported"
	comm -23 ours theirs >extra
	[ ! -s extra ] || { cat extra; fail "$hive: hivex does not see these"; }
	# And hivex' own export is read as what the hive holds.
	"$SPPCTL" import hivex.reg -o hivex.json 2>>notes
	"$SPPCTL" diff "$FIXTURES/$hive.hive" hivex.json >differs ||
		{ cat differs; fail "$hive: read differently from hivex' export"; }
done

# 2. A policy with one of everything that all formats can say.
cat >all.json <<'END'
{ "sppctl-policy": 1, "name": "one of everything", "scopes": {
  "spp": { "publish-list": ["a.example,1,2", "xn--zrich-kva.example"],
    "dns-publishing": "off", "listening-port": 1689, "low-priority": null,
    "activation-interval": 15, "kms-host": "[2001:db8::1]", "kms-port": null,
    "activation-type": "kms" },
  "spp/office": { "kms-host": "o.example", "kms-port": 1688 },
  "spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300": { "kms-host": null },
  "activation": { "*": null, "alternate-url":
    "https://x.example/?a=1&b=<2>\"'%25\\ zürich \u2018q\u2019 \ud83d\udd11" },
  "wow": { "host-version": "10.0" },
  "policies": { "no-genuine-ticket": "on" } } }
END
export_all all all.json
grep -q 'outside the Policies' notes || fail "no warning of tattoos"

# 3. .reg merged by hivexregedit, and the policy applied: the same hive.
cat >merge.json <<'END'
{ "sppctl-policy": 1, "scopes": {
  "spp": { "publish-list": ["a.example,1,2", "b.example"], "skip-rearm": "on",
    "kms-host": null, "kms-port": 1690, "dns-publishing": "off",
    "host-caching": null },
  "activation": { "manual-activation": "on", "alternate-url": "zürich \\ \"" }
} }
END
for hive in kms-primary kms-client; do
	cp "$FIXTURES/$hive.hive" merged
	cp "$FIXTURES/$hive.hive" applied
	chmod u+w merged applied
	"$SPPCTL" export merge.json --format reg --utf8 -o merge.reg
	hivexregedit --merge --prefix 'HKEY_LOCAL_MACHINE\SOFTWARE' merged merge.reg
	"$SPPCTL" apply applied merge.json >/dev/null
	for file in merged applied; do
		hivexregedit --export --prefix 'HKLM\SOFTWARE' $file "$spp" |
			sort >$file.said
	done
	diff merged.said applied.said || fail "$hive: merge and apply differ"
done

# 4. Through an image: out of one hive, into another, no difference.
for format in gpp reg pol lgpo json; do
	cp "$FIXTURES/kms-secondary.hive" b
	chmod u+w b
	"$SPPCTL" export "$FIXTURES/kms-primary.hive" --format $format -o policy \
		2>>notes
	! "$SPPCTL" diff b policy >differs || fail "$format: no difference before"
	"$SPPCTL" apply b policy >/dev/null
	"$SPPCTL" diff "$FIXTURES/kms-primary.hive" b >differs ||
		{ cat differs; fail "$format: a difference after"; }
done

# 5. The bytes depend on nothing but the policy and the time.
"$SPPCTL" export all.json --format gpp -o again.xml
cmp all.xml again.xml || fail "two exports differ"

# 6. Templates: whole, and valid by the schema where it is at hand.
mkdir templates
"$SPPCTL" export --format admx -o templates/sppctl.admx
read_by admx templates/sppctl.admx >templates.said
"$SPPCTL" settings --json | $python -c '
import json, sys
for s in json.load(sys.stdin)["settings"]:
	print(s["registry"])' | sort >known
cut -d'|' -f2 templates.said | sort -u >offered
comm -23 offered known >extra
[ -s offered ] && [ ! -s extra ] || fail "templates offer what is no setting"
xsd=$SOURCE/../shared/gpo/admx-xsd/PolicyDefinitionFiles.xsd
for file in templates/sppctl.admx templates/en-US/sppctl.adml; do
	# The schema's namespace is not the one that Windows uses.
	sed 's,http://schemas.microsoft.com/GroupPolicy/2006/07/,http://www.microsoft.com/GroupPolicy/,' \
		$file >checked.xml
	[ ! -f "$xsd" ] || xmllint --noout --schema "$xsd" checked.xml 2>&1
done
[ -f "$xsd" ] || echo "skipped: no schema of templates here"

# 7. What the editor makes of a template is what Registry.pol has of the policy.
"$SPPCTL" settings --json >settings.json
for state in on off; do
	$python -c '
import json, sys
value = {"switch": sys.argv[1], "number": 1690, "port": 1690,
         "list": ["a.example,1,2", "b.example"]}
scopes = {}
for s in json.load(open("settings.json"))["settings"]:
    if not s["settable"] or sys.argv[1] == "off" and s["kind"] != "switch":
        continue
    scopes.setdefault(s["scope"], {})[s["name"]] = \
        s["range"].split("|")[-1] if s["kind"] == "choice" \
        else value.get(s["kind"], "kms.example")
json.dump({"sppctl-policy": 1, "scopes": scopes}, open("all.json", "w"))
' $state
	"$SPPCTL" export all.json --to pol -o all.pol 2>>notes
	read_by pol all.pol >all.said
	[ -s all.said ] || fail "nothing to compare"
	[ $state = on ] && how=admxset || how=admxoff
	read_by $how templates/sppctl.admx | diff all.said - ||
		fail "templates and Registry.pol differ: $state"
done

# 8. A GPO backup: whole XML, and Backup.xml names every file and no other.
"$SPPCTL" export all.json --to gpo-backup -o backup --domain corp.example \
	>/dev/null 2>>notes
find backup -name '*.xml' | while read -r file; do
	xmllint --noout --nonet "$file" || echo "$file" >>broken
done
[ ! -e broken ] || fail "XML that is not well-formed: $(cat broken)"
$python - backup <<'END' || fail "Backup.xml"
import os, sys
import xml.etree.ElementTree as ElementTree
bkp = "{http://www.microsoft.com/GroupPolicy/GPOOperations}"
[top] = [d for d in os.listdir(sys.argv[1]) if d.startswith("{")]
top = os.path.join(sys.argv[1], top)
root = ElementTree.parse(os.path.join(top, "Backup.xml")).getroot()
listed = {e.get(bkp + "Location").replace("\\", "/")
          for e in root.iter(bkp + "FSObjectFile") if e.get(bkp + "Location")}
there = {os.path.relpath(os.path.join(d, f), top)
         for d, _, files in os.walk(os.path.join(top, "DomainSysvol"))
         for f in files}
if listed != there or not there:
    sys.exit("listed %s, there %s" % (listed, there))
END
