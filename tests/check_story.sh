#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The story of the README from empty folders to the simulated failover: two
# hosts, two domains, a client; first as the DNS is by default, in which only
# the first host to register has records, and then with rights for both.
# label: thorough 3
. "$SOURCE/tests/check.sh"

config=Windows/System32/config
# hive RECIPE FILE
hive()
{
	mkdir -p "$(dirname "$2")"
	"$FIXTURES/mkhive" "$SOURCE/fixtures/recipes/$1.recipe" "$2"
}

# is EXIT WORDS...: the command ends so; its output is in out
is()
{
	want=$1
	shift
	code=0
	"$SPPCTL" "$@" >out 2>err || code=$?
	[ $code = "$want" ] || fail "sppctl $*: exit $code, not $want"
}

# says TEXT, silent TEXT: whether the output has it
says()
{
	grep -qF -- "$1" out || fail "not said: $1"
}
silent()
{
	! grep -qF -- "$1" out || fail "said: $1"
}

hive server primary/$config/SOFTWARE
hive system primary/$config/SYSTEM
hive server secondary/$config/SOFTWARE
hive system-secondary secondary/$config/SYSTEM
hive workstation client/$config/SOFTWARE

# Entries are pasted with line ends of Windows; the second host gets the list
# of the first and a later rank; clients look for a host each time.
is 0 publish primary --add "$(printf 'corp.example, 10, 100\r\nbranch.example, 10, 100')"
is 0 dump primary -o primary.json
is 0 apply secondary primary.json
is 0 publish secondary --priority 20
is 0 set client host-caching=off

# Every host has a record in every domain, and the zones may refuse one.
is 0 dns primary secondary client
for zone in corp branch; do
	grep -qE "^_vlmcs._tcp.$zone.example +10 +100 +1688 +kms01" out ||
		fail "no record of the primary in $zone.example"
	grep -qE "^_vlmcs._tcp.$zone.example +20 +100 +1688 +kms02" out ||
		fail "no record of the secondary in $zone.example"
done
says 'rights: in branch.example, corp.example the first of kms01'
silent 'weak:'
is 0 dns primary
silent 'rights:'

# Without rights nothing takes over, whoever was first.
is 1 simulate primary secondary client --down primary --first-writer primary
says 'refused by the zone: kms02.corp.example'
says '1000 clients find no KMS host after the failure'
says "weak: 'corp.example' has one host only, 'kms01.corp.example'"
is 0 simulate primary secondary client --down primary --first-writer kms02
says 'refused by the zone: kms01.corp.example'
silent 'find no KMS host'

# A zone in which the first writer does not publish must have another.
cp -r primary third
hive system third/$config/SYSTEM
is 0 publish third --remove branch.example
is 2 simulate third secondary primary --first-writer nobody
is 0 simulate third secondary --first-writer third
says '_vlmcs._tcp.branch.example: 1000 clients'

# The script names each zone and each host, and ends in no quote too few.
is 0 dns primary secondary client --style rights --group "Bob's hosts"
says "\$group = 'Bob''s hosts'"
says "foreach (\$zone in 'branch.example', 'corp.example') {"
says "-Members 'KMS01\$'"
says "-Members 'KMS02\$'"
says 'dsacls.exe $record.DistinguishedName /G "${domain}\${group}:GA"'
says 'Set-NetFirewallRule -Name SPPSVC-In-TCP'
[ "$(grep -v '^#' out | tr -cd "'" | wc -c | awk '{ print $1 % 2 }')" = 0 ] ||
	fail "an odd number of quotes"
if command -v pwsh >/dev/null; then
	pwsh -NoProfile -Command '$e = $null
[void][System.Management.Automation.Language.Parser]::ParseFile("out",
[ref]$null, [ref]$e); exit $e.Count' || fail "PowerShell cannot parse it"
fi
is 2 dns primary secondary --style rights --group 'a"b'
is 2 dns primary secondary --group a

# With rights the secondary takes all clients, and only then.
is 0 simulate primary secondary client --down primary
grep -qE '^  kms01.* 1000  100.0% +down$' out || fail "the primary is not first"
grep -qE '^  kms02.* 0 +0.0% +1000  100.0%$' out || fail "nothing takes over"
silent 'refused'

# The audit tells the second host of both zones.
is 0 audit primary secondary client
says "R43  spp publish-list: other hosts publish in 'branch.example', 'corp.example', too"
is 0 audit primary client
silent ' R43  '

# The inbound rule of the service is off, as it is by default; then it is on.
hive system-firewall primary/$config/SYSTEM
is 1 audit primary secondary client
says "R42  no active inbound rule lets TCP 1688 in ('SPPSVC-In-TCP' is off)"
is 0 show primary
says "firewall: no active inbound rule lets TCP 1688 in"
is 0 dump primary -o shut.json
is 1 audit shut.json
sed 's/Active=FALSE/Active=TRUE/' shut.json >open.json
is 0 audit open.json
silent ' R42  '
is 0 set primary listening-port=8080
is 0 show primary
says "firewall: rule '{5E5C0A3C-1B8C-4C8E-9B3A-0E0D3A7B9F11}' lets TCP 8080 in"
exit $failed
