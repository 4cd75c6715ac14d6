#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shards of one list as a Slurm job array: a cluster of one node, with munged,
# slurmctld and slurmd of the test's own.
# label: judges 60
set -u
. "$SOURCE/tests/image.sh"
. "$SOURCE/tests/shards.sh"
PATH=$PATH:/usr/sbin:/sbin
need slurmctld slurmd sbatch squeue munged python3
[ -x "$PLAIN" ] || skip "no build without sanitizers"
[ "$(id -u)" -eq 0 ] || skip "slurmd needs root"
mkdir t slurm slurm/state slurm/spool munge results
forty_hives
name=$(hostname -s)
set -- $(two_ports)

dd if=/dev/urandom of=munge/key bs=1024 count=1 status=none
chmod 700 munge
chmod 400 munge/key
munged --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
	--pid-file="$work/munge/pid" --log-file="$work/munge/log" \
	--seed-file="$work/munge/seed" >munge.out 2>&1 || {
	echo "skipped: munged does not start: $(cat munge.out)"
	exit 77
}
cat >slurm/slurm.conf <<END
ClusterName=test
SlurmctldHost=$name(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$1
SlurmdPort=$2
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/slurm/state
SlurmdSpoolDir=$work/slurm/spool
SlurmctldPidFile=$work/slurm/slurmctld.pid
SlurmdPidFile=$work/slurm/slurmd.pid
SlurmctldLogFile=$work/slurm/slurmctld.log
SlurmdLogFile=$work/slurm/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
ReturnToService=2
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$name Default=YES State=UP
END
export SLURM_CONF="$work/slurm/slurm.conf"
stop()
{
	for pid in slurm/slurmd.pid slurm/slurmctld.pid munge/pid; do
		[ ! -f $pid ] || kill "$(cat $pid)"
	done
	sleep 1
}
trap 'stop; chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
: >slurm/out
slurmctld -c >>slurm/out 2>&1
# Older ones know no "disabled", and which of the others is there differs.
for plugin in disabled cgroup/v2 cgroup/v1; do
	echo "CgroupPlugin=$plugin" >slurm/cgroup.conf
	slurmd -c >>slurm/out 2>&1 && break
done
for i in $(seq 20); do
	sinfo -h -o %t 2>/dev/null | grep -q idle && break
	sleep 0.5
done
sinfo -h -o %t 2>/dev/null | grep -q idle || {
	echo "skipped: the node of slurm is not ready: $(tail -n 1 slurm/slurmd.log slurm/out)"
	exit 77
}

# The recipe of cli/pages/fleet.md.
cat >job.sh <<END
#!/bin/sh
#SBATCH --array=1-4
#SBATCH --output=$work/results/%a.out
exec $PLAIN apply --targets-from $work/list $work/p.json -j 1 \\
	--shard \$SLURM_ARRAY_TASK_ID/4 \\
	--resume $work/results/\$SLURM_ARRAY_TASK_ID.ndjson
END
once()
{
	timeout 60 sbatch --wait job.sh >out 2>&1 || fail "sbatch: $(cat out)"
	"$PLAIN" merge results/*.ndjson >all.ndjson 2>merged || fail "merge"
	[ "$(cat merged)" = 'sppctl: 40 changed' ] || fail "$(cat merged)"
}
once
# The same job again goes on where it was: nothing is left to do.
once
python3 -c "
import json
names = [json.loads(l)['target'] for l in open('all.ndjson')]
assert sorted(names) == sorted(open('list').read().split()), names" ||
	fail "not each target once"
exit $failed
