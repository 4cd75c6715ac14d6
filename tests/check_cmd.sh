#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Wine runs a batch file of sppctl export --format cmd: values are exact, what
# is to be deleted is gone from every application and SKU, and nothing else is.
# label: judges 60
. "$SOURCE/tests/check.sh"
command -v wine >/dev/null || skip 'no wine'
export WINEPREFIX="$work/prefix" WINEDEBUG=-all DISPLAY=

cat >wide.json <<'J'
{ "sppctl-policy": 1, "scopes": {
  "spp": { "host-caching": "off",
    "publish-list": [ "corp.example, 10, 100", "branch.example, 20, 100" ] },
  "spp/*": { "kms-host": null, "kms-port": null },
  "spp/office": { "kms-port": "1689" },
  "spp/*/*": { "kms-host": null, "kms-port": null },
  "spp/office2010/*": { "kms-host": { "keep": true } },
  "spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300": {
    "kms-host": "kms09.corp.example" },
  "ospp/office/*": { "kms-host": null } } }
J
run 0 export wide.json --format cmd
cp log/out wide.cmd

k='HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform'
o='HKLM\SOFTWARE\Microsoft\OfficeSoftwareProtectionPlatform'
windows=55c92734-d682-4d71-983e-d6ec3f16059f
office=0ff1ce15-a989-479d-af46-f275c6370663
office2010=59a52881-a989-479d-af46-f275c6370663
name=KeyManagementServiceName
{
	while read -r key value data; do
		printf 'reg add "%s" /v %s /d "%s" /f /reg:64\r\n' \
			"$k$key" $value "$data"
	done <<V
\\Activation $name stays.example
\\$windows $name gone.example
\\$windows KeyManagementServicePort 1700
\\$windows VLOther stays
\\$windows\\73111121-5638-40f6-bc11-f1d7b0d64300 $name old.example
\\$windows\\AAAAAAAA-5638-40f6-bc11-f1d7b0d64300 $name gone.example
\\$windows\\AAAAAAAA-5638-40f6-bc11-f1d7b0d64300 KeyManagementServicePort 1700
\\$office KeyManagementServicePort old
\\$office2010\\bbbbbbbb-5638-40f6-bc11-f1d7b0d64300 $name stays.example
\\$office2010\\bbbbbbbb-5638-40f6-bc11-f1d7b0d64300 KeyManagementServicePort 17
\\{cccccccc-5638-40f6-bc11-f1d7b0d64300} $name stays.example
\\ccccccccc5638-40f6-bc11-f1d7b0d64300 $name stays.example
\\a&echo+injected&b $name stays.example
V
	for app in $office $office2010; do
		printf 'reg add "%s" /v %s /d %s /f /reg:64\r\n' \
			"$o\\$app\\dddddddd-5638-40f6-bc11-f1d7b0d64300" \
			$name office.example
	done
} >before.cmd
printf '@reg query "%s" /s /reg:64\r\n' "$k" "$o" >after.cmd

nice timeout 300 wineboot -i >/dev/null 2>&1 || skip 'wine does not start'
timeout 100 wine cmd /c before.cmd >log/out 2>&1
# Wine 8 runs what follows || in any case, so its exit code tells nothing.
timeout 100 wine cmd /c wide.cmd >log/ran 2>&1
! grep -q injected log/ran || fail 'the name of a key was run'
timeout 100 wine cmd /c after.cmd 2>/dev/null | tr -d '\r' |
	sed 's/.*Platform/S/; s/^    //' | grep -v '^$' >log/values
timeout 20 wineserver -k
cat >log/wanted <<V
S
DisableKeyManagementServiceHostCaching    REG_DWORD    0x1
DnsDomainPublishList    REG_MULTI_SZ    corp.example, 10, 100\\0branch.example, 20, 100
S\\$office
KeyManagementServicePort    REG_SZ    1689
S\\$windows
VLOther    REG_SZ    stays
S\\$windows\\73111121-5638-40f6-bc11-f1d7b0d64300
$name    REG_SZ    kms09.corp.example
S\\$windows\\AAAAAAAA-5638-40f6-bc11-f1d7b0d64300
S\\$office2010
S\\$office2010\\bbbbbbbb-5638-40f6-bc11-f1d7b0d64300
$name    REG_SZ    stays.example
S\\a&echo+injected&b
$name    REG_SZ    stays.example
S\\Activation
$name    REG_SZ    stays.example
S\\ccccccccc5638-40f6-bc11-f1d7b0d64300
$name    REG_SZ    stays.example
S\\{cccccccc-5638-40f6-bc11-f1d7b0d64300}
$name    REG_SZ    stays.example
S\\$office
S\\$office\\dddddddd-5638-40f6-bc11-f1d7b0d64300
S\\$office2010
S\\$office2010\\dddddddd-5638-40f6-bc11-f1d7b0d64300
$name    REG_SZ    office.example
V
diff log/wanted log/values || fail 'other values than were wanted'
exit $failed
