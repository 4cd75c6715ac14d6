#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The lines of sppctl dns --style bind are a zone for BIND itself.
# label: judges 1
set -eu
command -v named-checkzone >/dev/null || {
	echo "skipped: no named-checkzone here"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for n in 1 2; do
	cat >host$n.json <<J
{ "sppctl-policy": 1, "scopes": { "spp": { "host-version": "10",
  "publish-list": [ "corp.example, ${n}0, 100", "branch.example, ${n}0, 0" ],
  "listening-port": 168$n } },
  "image": { "has_system": true, "host": "kms0$n", "dns_suffix": "ad.example" } }
J
done
for zone in ad corp branch; do
	for ttl in '' '--ttl 60'; do
		{
			printf '$TTL 300\n@ SOA ns admin 1 1 1 1 1\n@ NS ns\n'
			printf 'ns A 192.0.2.1\n'
			printf 'kms01 A 192.0.2.1\nkms02 A 192.0.2.2\n'
			# shellcheck disable=SC2086
			"$SPPCTL" dns host1.json host2.json --style bind $ttl |
				grep "^;\|^_vlmcs._tcp.$zone.example."
		} >zone
		named-checkzone -q -i local -o made -D $zone.example zone
		grep SRV made >records
		want=300
		[ -z "$ttl" ] || want=60
		[ "$(grep -cw "$want IN" records)" -eq 2 ]
		cat records
	done
done
