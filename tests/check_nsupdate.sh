#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# nsupdate sends the lines of sppctl dns --style nsupdate to BIND, which then
# answers what sppctl dns printed, with the time to live that was asked for.
# label: judges 5
. "$SOURCE/tests/check.sh"
PATH=$PATH:/sbin:/usr/sbin
for tool in named nsupdate dig; do
	command -v $tool >/dev/null || skip "no $tool"
done

for n in 1 2; do
	cat >host$n.json <<J
{ "sppctl-policy": 1, "scopes": { "spp": { "host-version": "10",
  "publish-list": [ "corp.example, ${n}0, 100", "branch.example, ${n}0, 50" ],
  "listening-port": 168$n } },
  "image": { "has_system": true, "host": "kms0$n", "dns_suffix": "corp.example" } }
J
done

# A free port of loopback; named takes no other, and no file but its own.
port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])') || skip "no python3 or no loopback"
cat >named.conf <<C
options {
  directory "$work"; pid-file "$work/named.pid"; session-keyfile none;
  listen-on port $port { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; managed-keys-directory "$work";
};
controls { };
zone "corp.example" { type primary; file "corp"; allow-update { 127.0.0.1; }; };
zone "branch.example" { type primary; file "branch"; allow-update { 127.0.0.1; }; };
C
for zone in corp branch; do
	printf '$TTL 300\n@ SOA ns admin 1 1 1 1 1\n@ NS ns\nns A 192.0.2.1\n' >$zone
done
chmod 755 "$work"
named -g -n 1 -c named.conf >named.log 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null; wait $pid 2>/dev/null; chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
answer()
{
	dig +short +time=1 +tries=1 -p "$port" @127.0.0.1 "$@" 2>/dev/null
}
for i in $(seq 50); do
	[ -z "$(answer SOA corp.example)" ] || break
	kill -0 $pid 2>/dev/null || break
	sleep 0.1
done
[ "$(answer SOA corp.example)" ] || skip "named does not start here: $(tail -1 named.log)"

"$SPPCTL" dns host1.json host2.json --style nsupdate --ttl 600 >lines || fail "no lines"
{
	echo "server 127.0.0.1 $port"
	cat lines
} | nsupdate >nsupdate.log 2>&1 || {
	cat nsupdate.log
	fail "nsupdate takes it not"
}
for zone in corp branch; do
	weight=100
	[ $zone = corp ] || weight=50
	printf '10 %s 1681 kms01.corp.example.\n20 %s 1682 kms02.corp.example.\n' \
		$weight $weight >want
	answer SRV _vlmcs._tcp.$zone.example | sort >got
	diff want got || fail "$zone.example has other records"
	dig +noall +answer -p "$port" @127.0.0.1 SRV _vlmcs._tcp.$zone.example |
		awk '$2 != 600 { exit 1 }' || fail "$zone.example has another time to live"
done
exit $failed
