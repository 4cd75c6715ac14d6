#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A run of fleet apply is killed, gone on with, and rolled back: hives, a
# folder, disk images and the images of a WIM are as they were before.
# label: thorough 4
. "$SOURCE/tests/check.sh"
PATH=$PATH:/sbin:/usr/sbin
command -v python3 >/dev/null || skip "no python3"
[ -x "$PLAIN" ] && SPPCTL=$PLAIN
export SOURCE_DATE_EPOCH=1700000000
config=Windows/System32/config

mkdir t
for i in $(seq 40); do
	cp "$FIXTURES/client.hive" t/h$i
done
mkdir -p t/folder/$config
cp "$FIXTURES/client.hive" t/folder/$config/SOFTWARE
chmod -R u+w t
list='"t/h*", "t/folder"'
values="t/h1 t/h40 t/folder"
case $("$SPPCTL" --version) in
*'disk images: lib'*)
	if command -v mkntfs >/dev/null && command -v qemu-img >/dev/null; then
		truncate -s 16M t/raw.img
		mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 t/raw.img >log/mkntfs 2>&1 &&
			"$FIXTURES/mkvolume" t/raw.img mkdir $config put \
				"$FIXTURES/client.hive" $config/SOFTWARE ||
			fail "no volume"
		qemu-img convert -f raw -O qcow2 t/raw.img t/disk.qcow2
		list="$list, \"t/raw.img\", \"t/disk.qcow2\""
		values="$values t/raw.img t/disk.qcow2"
	else
		echo "disk images are left out: no mkntfs or qemu-img"
	fi ;;
esac
case $("$SPPCTL" --version) in
*'WIM: libwim'*)
	if command -v wimcapture >/dev/null; then
		wimcapture t/folder t/install.wim one >log/wim &&
			wimappend t/folder t/install.wim two >log/wim &&
			wimappend t/folder t/install.wim three >log/wim
		list="$list, \"t/install.wim#all\""
		values="$values t/install.wim#1 t/install.wim#2 t/install.wim#3"
	else
		echo "WIMs are left out: no wimcapture"
	fi ;;
esac
printf '{"sppctl-fleet":1,"domains":["corp.example"],"clients":[
{"policy":{"spp":{"kms-port":1711}},"targets":[%s]}]}' "$list" >fleet.json
find t -type f ! -name disk.qcow2 -exec md5sum {} + | sort -k 2 >sums
targets=$("$SPPCTL" fleet plan fleet.json 2>log/err | grep -c 'pending$')
[ "$targets" -eq $((38 + $(echo $values | wc -w))) ] ||
	fail "plan: $targets targets: $(cat log/err)"

# put_back: rolls run.ndjson back, and looks at everything
put_back()
{
	run 0 fleet rollback fleet.json run.ndjson
	md5sum -c sums >log/sums 2>&1 || fail "not as before: $(cat log/sums)"
	[ ! -e t/disk.qcow2 ] || qemu-img check -q t/disk.qcow2 ||
		fail "the disk image is damaged"
	run 1 get $values kms-port
	[ "$(grep -c ': not set$' log/out)" -eq "$(echo $values | wc -w)" ] ||
		fail "after rollback: $(cat log/out)"
	find t -name '*.fleet*' >log/left
	[ -s log/left ] && fail "left: $(cat log/left)"
	rm -f run.ndjson
}

# applied: the run is whole, and every target has what is wanted
applied()
{
	run 0 get $values kms-port
	[ "$(grep -c ': 1711$' log/out)" -eq "$(echo $values | wc -w)" ] ||
		fail "applied: $(cat log/out)"
	[ "$(grep -c '"status":"changed"' run.ndjson)" -eq "$targets" ] ||
		fail "results: $(grep -v '"status":"changed"' run.ndjson)"
	[ -e run.ndjson.begun ] && fail "left: run.ndjson.begun"
}

run 0 fleet apply fleet.json --results run.ndjson
applied
put_back

# Killed three times, and gone on with.
python3 - "$SPPCTL" "$targets" <<'END' || fail "killed runs"
import os, signal, subprocess, sys, time
program, total = sys.argv[1], int(sys.argv[2])
def lines():
    try:
        return sum(1 for line in open('run.ndjson'))
    except FileNotFoundError:
        return 0
for part in 1, 2, 3:
    run = subprocess.Popen([program, 'fleet', 'apply', 'fleet.json', '-j2',
                            '--wait', '20', '--resume', 'run.ndjson'],
                           stdout=subprocess.DEVNULL,
                           stderr=open('log/killed', 'w'))
    until = time.monotonic() + 60
    while run.poll() is None and lines() < total * part // 4 and \
            time.monotonic() < until:
        time.sleep(0.001)
    run.kill()
    run.wait()
    print('killed at', lines(), 'of', total)
END
# The last children may be at work yet: they end by themselves.
run 0 fleet apply fleet.json --wait 20 --resume run.ndjson
applied
put_back

# Whatever the moments were: edited, and killed before the line was written.
run 0 fleet apply fleet.json --results run.ndjson
sed -n '$p' run.ndjson >last
sed -i '$d' run.ndjson
python3 -c "
import json
open('run.ndjson.begun', 'w').write(json.load(open('last'))['target'] + '\0')"
run 0 fleet apply fleet.json --resume run.ndjson
grep -q '"interrupted":true' run.ndjson || fail "not told as interrupted"
applied
put_back

# Nothing was begun there: what an earlier run has changed is not undone.
run 0 set t/h1 kms-port=1711 --backup=.fleet
run 0 fleet apply fleet.json --results run.ndjson
grep '"target":"t/h1"' run.ndjson | grep -q '"status":"unchanged"' ||
	fail "h1 is not unchanged"
run 0 fleet rollback fleet.json run.ndjson
run 0 get t/h1 kms-port
[ -e t/install.wim ] || exit $failed

# The same in a WIM, whose images may have one undo file.
rm run.ndjson
run 0 set 't/install.wim#1' kms-port=1711 --backup=.fleet
run 0 fleet apply fleet.json --results run.ndjson
run 0 fleet rollback fleet.json run.ndjson
run 0 get 't/install.wim#1' kms-port
run 1 get 't/install.wim#2' 't/install.wim#3' kms-port

# The images of a WIM have one undo file, whatever comes between them.
run 0 set 't/install.wim#2' t/h2 't/install.wim#3' kms-port=1712 --backup=.mixed
[ -e t/install.wim.mixed.2 ] && fail "a second undo file"
run 0 restore t/install.wim --backup=.mixed
run 1 get 't/install.wim#2' 't/install.wim#3' kms-port
exit $failed
