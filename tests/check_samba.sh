#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A domain controller of Samba's takes our GPO: samba-tool creates one, our
# registry.pol and preferences go into its SYSVOL, and show, fetch, backup and
# restore give back what sppctl reads as the same policy.  The domain is made
# in a folder of the test's own and served on the loopback of a network
# namespace of its own, so that it meets no other.
# label: judges 60
. "$SOURCE/tests/check.sh"
export SOURCE_DATE_EPOCH=1700000000
PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" = 0 ] || skip "a domain controller is run by root alone"
for tool in samba samba-tool ip unshare python3; do
	command -v $tool >/dev/null || skip "no $tool"
done
[ -d /usr/share/samba/setup/ad-schema ] || skip "no samba-ad-provision"
unshare -n true 2>/dev/null || skip "no network namespace here"

if [ "${1:-}" != served ]; then
	timeout 300 samba-tool domain provision --targetdir="$work/dc" \
		--realm=CORP.EXAMPLE --domain=CORP --server-role=dc \
		--adminpass='Passw0rd!x' --host-name=dc1 --host-ip=127.0.0.1 \
		--dns-backend=NONE >provision 2>&1 || {
		tail -3 provision
		skip "no domain can be provisioned here"
	}
	timeout 400 unshare -n sh "$SOURCE/tests/check_samba.sh" served "$work"
	exit $?
fi

# --- served: in the namespace
rm -rf "$work"
trap '[ ! "${pid:-}" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null' EXIT
work=$2
cd "$work" || exit 2
ip link set lo up
mkdir -p run rpc
sed -e "s|log file = .*|log file = $work/log.%m|" \
	-e "s|server services = .*|server services = s3fs, rpc, ldap, cldap, winbindd\\
	pid directory = $work/run\\
	ncalrpc dir = $work/rpc\\
	interfaces = lo\\
	bind interfaces only = yes\\
	ldap server require strong auth = no\\
	load printers = no|" dc/etc/smb.conf |
	awk '/^\[/ { skip = !/^\[(global|sysvol|netlogon)\]/ } !skip' >smb.conf
samba -s "$work/smb.conf" -F --no-process-group --debug-stdout \
	</dev/null >samba.log 2>&1 &
pid=$!

# gpo WORD...: a call of samba-tool gpo on that domain
gpo()
{
	folder=
	case $1 in create | fetch | backup | restore) folder=--tmpdir=tmp ;; esac
	timeout 60 samba-tool gpo "$@" $folder -s "$work/smb.conf" \
		-H ldap://127.0.0.1 -UAdministrator%Passw0rd!x \
		--use-kerberos=off >log/gpo 2>&1
}
mkdir -p tmp
i=0
until gpo listall; do
	i=$((i + 1))
	if [ $i -gt 40 ] || ! kill -0 $pid; then
		tail -n 3 samba.log
		cat log/gpo
		skip "the domain controller does not start here"
	fi
	sleep 1
done
samba --version

cp "$SOURCE/tests/gpo_host.json" host.json
run 0 export host.json --to gpo-backup -o ours --domain corp.example
run 0 export host.json --to json -o plain.json
grep -v '"name"' plain.json >wanted

# same FOLDER GPO WHAT: sppctl reads the policy that was put there
same()
{
	run 0 import "$1" --gpo "$2"
	grep -v '"name"' log/out | diff wanted - || fail "$3 is another policy"
}

# --- created by Samba, filled by us
gpo create 'KMS hosts' || fail "$(cat log/gpo)"
id=$(sed -n 's/.*created as //p' log/gpo)
policies=$work/dc/state/sysvol/corp.example/Policies
[ -d "$policies/$id" ] || fail "no folder of the GPO: $(cat log/gpo)"
cp -r ours/*/DomainSysvol/GPO/Machine/. "$policies/$id/Machine/"
same "$policies" "$id" "SYSVOL"
run 4 import "$policies"
said "has 3 GPOs"

# --- shown: its reader of Registry.pol finds our one value
gpo show "$id" || fail "$(cat log/gpo)"
grep -q "KMS hosts" log/gpo || fail "gpo show: $(cat log/gpo)"
if grep -q '^Policies' log/gpo; then
	grep -q NoGenTicket log/gpo || fail "gpo show: $(cat log/gpo)"
else
	echo "this samba-tool shows no policies"
fi

# --- fetched, backed up, restored under another name
rm -rf tmp/policy
gpo fetch "$id" || fail "gpo fetch: $(cat log/gpo)"
same "tmp/policy/$id" "$id" "what Samba fetched"
rm -rf tmp/policy
gpo backup "$id" || fail "gpo backup: $(cat log/gpo)"
find tmp/policy -type f | sed 's/.*}.//' | sort >log/backup
gpo restore again "tmp/policy/$id" || fail "gpo restore: $(cat log/gpo)"
again=$(sed -n 's/.*created as //p' log/gpo)
[ "$again" ] && [ -d "$policies/$again" ] && same "$policies" "$again" \
	"what Samba restored"

# --- and what Samba itself writes into a registry.pol is read
gpo create loaded || fail "$(cat log/gpo)"
id=$(sed -n 's/.*created as //p' log/gpo)
cat >load.json <<'END'
[ { "keyname": "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform",
    "valuename": "KeyManagementServicePort", "class": "MACHINE",
    "type": "REG_SZ", "data": "1700" },
  { "keyname": "SOFTWARE\\Policies\\Microsoft\\Windows NT\\CurrentVersion\\Software Protection Platform",
    "valuename": "NoGenTicket", "class": "MACHINE",
    "type": "REG_DWORD", "data": 1 } ]
END
if gpo load "$id" --content load.json; then
	run 0 import "$policies" --gpo "$id"
	grep -q '"kms-port": 1700' log/out || fail "no port: $(cat log/out)"
	grep -q '"no-genuine-ticket": "on"' log/out || fail "no ticket"
elif grep -q 'no such subcommand' log/gpo; then
	echo "this samba-tool has no gpo load"
	gpo manage smb_conf set "$id" 'apply gpo policies' yes ||
		fail "gpo manage: $(cat log/gpo)"
	run 0 import "$policies" --gpo "$id"
	said "not a KMS setting, left out: HKEY_LOCAL_MACHINE\\Software"
else
	fail "gpo load: $(cat log/gpo)"
fi

# --- our templates go into its central store
run 0 export --to admx -o sppctl.admx
mkdir admx && mv sppctl.admx en-US admx/
if gpo admxload --admx-dir=admx; then
	find "$policies/PolicyDefinitions" -name 'sppctl.adm*' | wc -l >log/admx
	[ "$(cat log/admx)" = 2 ] || fail "the templates are not in SYSVOL"
else
	fail "gpo admxload: $(tail -1 log/gpo)"
fi
exit $failed
