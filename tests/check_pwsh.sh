#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# PowerShell's own parser reads every script that sppctl writes: exports, the
# script beside a GPO backup, rights and records in the DNS.
# label: judges 5
. "$SOURCE/tests/check.sh"
command -v pwsh >/dev/null ||
	skip "pwsh is not installed; no package of Debian has it"
config=Windows/System32/config
for host in primary secondary; do
	mkdir -p $host/$config
	fixture kms-primary $host/$config/SOFTWARE
done
fixture system primary/$config/SYSTEM
fixture system-secondary secondary/$config/SYSTEM
for policy in primary secondary client; do
	run 0 export "$SOURCE/policy/ready/$policy.json" --to ps1 -o $policy.ps1
done
run 0 export primary --to gpo-backup -o gpos
cp gpos/*.ps1 import.ps1
for style in rights powershell; do
	run 0 dns primary secondary --style $style && cp log/out $style.ps1
done
cat >parse <<'END'
param($file)
$errors = $null
[void][System.Management.Automation.Language.Parser]::ParseFile(
	$file, [ref]$null, [ref]$errors)
$errors | ForEach-Object { $_.Message }
exit $errors.Count
END
mkdir parser && mv parse parser/parse.ps1
for script in *.ps1; do
	pwsh -NoProfile -NonInteractive -File parser/parse.ps1 \
		"$work/$script" >log/pwsh 2>&1 || fail "$script: $(cat log/pwsh)"
done
exit $failed
