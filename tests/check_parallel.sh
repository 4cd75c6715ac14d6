#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shards of one list on two machines by GNU parallel over ssh: two sshd of the
# test's own on loopback ports, with keys made for it.
# label: judges 30
set -u
. "$SOURCE/tests/image.sh"
. "$SOURCE/tests/shards.sh"
PATH=$PATH:/usr/sbin:/sbin
need parallel sshd ssh ssh-keygen python3
[ -x "$PLAIN" ] || skip "no build without sanitizers"
export PYTHONDONTWRITEBYTECODE=1
mkdir t keys
chmod 700 . keys
forty_hives

ssh-keygen -q -t ed25519 -N '' -f keys/host && ssh-keygen -q -t ed25519 \
	-N '' -f keys/user || exit 2
cp keys/user.pub keys/authorized
ports=$(two_ports)
[ -d /run/sshd ] || [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
for port in $ports; do
	cat >keys/sshd.$port <<END
Port $port
ListenAddress 127.0.0.1
HostKey $work/keys/host
AuthorizedKeysFile $work/keys/authorized
PidFile $work/keys/pid.$port
PasswordAuthentication no
StrictModes no
UsePAM no
END
	"$(command -v sshd)" -f "$work/keys/sshd.$port" \
		-E "$work/keys/log.$port" || {
		echo "skipped: sshd does not start: $(tail -1 keys/log.$port)"
		exit 77
	}
	echo "[127.0.0.1]:$port $(cat keys/host.pub)" >>keys/known
done
stop()
{
	for port in $ports; do
		[ ! -f keys/pid.$port ] || kill "$(cat keys/pid.$port)"
	done
}
trap 'stop; chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
cat >keys/ssh <<END
#!/bin/sh
exec ssh -i $work/keys/user -o UserKnownHostsFile=$work/keys/known \
	-o BatchMode=yes -o IdentitiesOnly=yes "\$@"
END
chmod +x keys/ssh
for port in $ports; do
	keys/ssh -p $port 127.0.0.1 true 2>keys/err || {
		echo "skipped: no ssh to this machine: $(cat keys/err keys/log.$port)"
		exit 77
	}
done
logins=
for port in $ports; do
	logins="$logins${logins:+,}1/$work/keys/ssh -p $port 127.0.0.1"
done
export HOME="$work" PARALLEL_HOME="$work/keys"

# once FOLDER: the recipe of cli/pages/fleet.md
once()
{
	mkdir -p $1
	seq 4 | parallel --will-cite -j1 --sshlogin "$logins" \
		"$PLAIN apply --targets-from $work/list $work/p.json \
		--shard {}/4 --results $work/$1/{}.ndjson" >out 2>err ||
		fail "$1: $(cat err)"
	"$PLAIN" merge $1/*.ndjson >$1.ndjson 2>merged || fail "merge"
}

once first
[ "$(cat merged)" = 'sppctl: 40 changed' ] || fail "first: $(cat merged)"
once second
[ "$(cat merged)" = 'sppctl: 40 unchanged' ] || fail "second: $(cat merged)"
python3 -c "
import json
names = [json.loads(l)['target'] for l in open('first.ndjson')]
assert sorted(names) == sorted(open('list').read().split()), names" ||
	fail "not each target once"
for port in $ports; do
	keys/ssh -p $port 127.0.0.1 true || fail "sshd $port is gone"
done
exit $failed
