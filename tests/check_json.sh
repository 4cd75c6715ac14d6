#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every document of --json against the table of "sppctl help json": its kind,
# its version, who prints it, and that it has no member and no type but those
# that are listed, and all of those.  And that the table says no more than is
# seen: every shape, every member, every "or null" must occur.
# label: thorough 10
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
mkdir doc
count=0

# document CODES ARGUMENT...: keeps what it prints, and what it was asked
document()
{
	run "$@" --json
	shift
	count=$((count + 1))
	cp log/out "doc/$count.json"
	printf '%s\n' "$@" >"doc/$count.call"
}

# results CODES ARGUMENT...: keeps each line that --results has of it
results()
{
	run "$@" ${resumed:---results} lines.ndjson
	while read -r line; do
		count=$((count + 1))
		printf '%s\n' "$line" >"doc/$count.json"
		case $line in
		*'"document":"judged"'*) echo "$2" ;;
		*) echo --results ;;
		esac >"doc/$count.call"
	done <lines.ndjson
	rm lines.ndjson
}

for name in client server workstation kms-primary office2010 netsvc system \
	no-spp layered malformed-list wrong-types dirty-new dirty \
	damaged-value-size-long damaged-base-type truncated; do
	fixture $name
done
cp "$FIXTURES/dirty-new.hive.LOG1" dirty-new.LOG1
fixture audit-kms38 kms38
fixture audit-stale-cache stale-cache
fixture audit-activation-hook hook
mkdir sample
sh "$SOURCE/fixtures/sample.sh" "$FIXTURES" sample || fail "no samples"
mv sample/primary sample/secondary .
[ ! -e sample/golden.qcow2 ] || mv sample/golden.qcow2 .
mkdir -p both/System32/config both/ServiceProfiles/NetworkService
cp kms-primary both/System32/config/SOFTWARE
cp "$FIXTURES/system-firewall.hive" both/System32/config/SYSTEM
cp netsvc both/ServiceProfiles/NetworkService/NTUSER.DAT

# What is only read.
for name in client kms-primary malformed-list wrong-types no-spp system \
	netsvc primary both dirty-new layered; do
	document '0|3|4' show $name
	document '0|3|4' show $name --all
	document '0|1|3|4' check $name
	document '0|1|2|3|4' audit $name
	document '0|2|3|4' info $name
	document '0|1|3|4' publish $name
done
for name in office2010 server kms38 stale-cache hook both; do
	document 0 show $name --all
	document '0|1' audit $name
done
document 0 show dirty --discard-logs
document '3|4' show dirty
document '1|4' check dirty
document '3|4' info dirty
document 1 check damaged-value-size-long
document 0 show damaged-value-size-long
fixture hidden/odd-type odd-type
fixture hidden/braced-sku braced-sku
document 0 show odd-type --all
document 0 show braced-sku --all
document 4 info truncated
document '3|4' info damaged-base-type
document 0 show both --all --show-keys
document 0 show truncated --partial --as SOFTWARE
fixture licence
document 0 show licence
document '0|1' audit licence
document 0 get client host-caching
document 1 get client kms-host
document 3 get netsvc kms-host
document 2 get client no-such-setting
document '0|1' get client host-caching kms-port --effective
document 2 no-such-command
document 0 export client --format gpp
document 0 export client --format pol
document 0 export client --format reg --output x.reg
document 0 dump client --output "$(printf 'x\377')"
document 1 get client alternate-url
document 0 settings
document 0 --version
document 0 publish kms-primary --scope spp
document 2 publish client --scope nowhere
"$SPPCTL" dump kms38 --show-keys >kms38.json
"$SPPCTL" dump client >client.json
document 0 convert client.json x.reg
document 0 import client.json --output y.json
printf '{"sppctl-policy":1,"observed":{"spp":{"backup-product-key":
{"type":"REG_SZ","hex":"41002d00420000000000"}}},
"image":{"policy_dns_suffix":"corp.example",
"policy_dns_search_list":"a.example","dhcp_domain":"a.example",
"connection_domains":"a.example","sync_domain_with_membership":"1",
"group_policy_domain":"corp.example",
"netlogon_start":"2"}}' >key.json
document 1 diff client kms-primary
document 0 diff client client.json
run 0 export client.json --format gpo-backup -o gpo-folder
document 0 export --format admx -o made.admx
document '0|1' diff client gpo-folder
document 0 diff client - <client.json
document 0 diff kms-primary key.json
document 0 audit key.json
document 1 diff key.json kms-primary
document 2 diff client client.json --format none
document 3 diff client nothing

# What can be filed.
odd=$(printf 'a\377b')
for name in client dirty-new both; do
	document 0 show $name --evidence
	document 0 evidence $name -o filed-$name
done
SUDO_USER='admin'
export SUDO_USER
document 0 evidence dirty -o filed-dirty
unset SUDO_USER
head -c 100 client >tiny
document 0 evidence tiny -o filed-tiny
document 4 evidence client -o filed-client
mkdir "logs$odd"
cp dirty "logs$odd/$odd"
head -c 1000 /dev/zero >"logs$odd/$odd.LOG2"
document 0 evidence "logs$odd/$odd" -o filed-odd
# Times that are none, with a checksum that is right.
python3 - <<'PY' || fail "no hive without times"
import struct
hive = bytearray(open("client", "rb").read())
hive[12:20] = bytes(8)
at = -1
while (at := hive.find(b"nk", at + 1)) >= 0:
    if hive[at - 4:at - 3] and hive[at + 76:].startswith(b"SoftwareProtectionPlatform"):
        hive[at + 4:at + 12] = bytes(8)
total = 0
for word in struct.unpack("<127I", hive[:508]):
    total ^= word
hive[508:512] = struct.pack("<I", total)
open("timeless", "wb").write(hive)
PY
document 0 show timeless
# Names that are not UTF-8.
cp kms-primary "$odd"
mkdir -p "folder$odd/System32/config"
cp kms-primary "folder$odd/System32/config/SOFTWARE"
cp system "folder$odd/System32/config/SYSTEM"
document '1|3' audit "$odd" "no$odd"
document '0|1' diff "$odd" "folder$odd"
document 0 info "$odd"
document 4 info "logs$odd/$odd"
document 0 set "$odd" kms-port=1701 --backup
document 0 restore "$odd"
document '0|1' dns "folder$odd"
document '0|1' simulate "folder$odd" --down "folder$odd"
document 0 show "$odd"
(cd "folder$odd" && "$SPPCTL" show System32/config/SOFTWARE --json) >log/out
count=$((count + 1))
cp log/out doc/$count.json
echo show >doc/$count.call

# Judged, several at a time.
printf '{"sppctl-site":1,"domains":["corp.example"],"role":"client"}' >site
printf '{"sppctl-site":1,"suppressions":[{"rule":"R50","reason":"known",
"author":"me","expires":"9999-01-01"}]}' >accepted
document '0|1' audit odd-type --site accepted
document '1|3' audit client nothing kms-primary --ignore R31 --site site
document 0 audit client.json
document 2 audit client --fail-on nothing
document 0 audit --rules
for name in primary secondary; do
	"$SPPCTL" publish $name --add corp.example,10,100 >log/list
done
document 0 dns primary secondary client
document 0 dns primary --ttl 3600
document '0|1' audit primary secondary sample/client
document '0|1' dns kms-primary
"$SPPCTL" set secondary dns-publishing=off >log/list
document 0 dns primary secondary client
document '1|3' dns primary nothing
document 2 dns primary --ttl never
document 0 simulate primary secondary client
document '0|1' simulate primary secondary --down kms01 --clients 100
document 1 simulate primary --down kms01 --seed 18446744073709551615
document '0|1' simulate kms-primary
document 0 simulate server
document 3 simulate primary nothing
document 2 simulate primary --clients none
document 0 slmgr client /dlv
document 0 slmgr kms-primary /dli all
document 3 slmgr nothing /dlv
document 2 slmgr client /nothing

# Several, each by itself.
for name in show check info publish restore recover; do
	document '0|1|3|4' $name client nothing truncated server
	results '0|1|3|4' $name client nothing truncated dirty-new dirty
done
document '1|3' get client nothing host-caching
results '1|3' get client nothing host-caching --json
document 0 slmgr client server /dlv
results 1 check damaged-value-size-long client
results '1|3|4' set client nothing truncated kms-port=1701 --dry-run
results '3|4' set client nothing truncated kms-port=1688 --backup
results 0 restore client
results 2 get client kms-host --scope nowhere
cp client "$(printf 'not\377utf8')"
results 0 show "$(printf 'not\377utf8')"

cp client f1
cp client f2
printf '{"sppctl-fleet":1,"domains":["corp.example"],"clients":[
{"policy":{"spp":{"kms-port":1701}},"targets":["f1","f2"]}]}' >fleet
document 1 fleet plan fleet
results 0 dns client office2010
results '0|1' fleet audit fleet
document 0 fleet apply fleet --results fleet.ndjson
document 0 fleet rollback fleet fleet.ndjson
document '0|1' fleet audit fleet
rm fleet.ndjson
sed -i 's/,"f2"//' fleet
document 0 fleet apply fleet --results fleet.ndjson
document 0 fleet rollback fleet fleet.ndjson

# A run that was killed had changed it.
run 0 set f1 kms-port=1703
printf 'f1\0' >lines.ndjson.begun
: >lines.ndjson
resumed=--resume
results 0 set f1 kms-port=1703
resumed=

# Edited.
for name in client kms-primary both golden.qcow2; do
	[ -e $name ] || continue
	document 1 set $name kms-port=1701 --dry-run
	document 0 set $name kms-port=1701 --backup
	document 0 set $name kms-port=1701
	document 1 restore $name --dry-run
	document 0 restore $name
	document 0 unset $name renewal-interval kms-port
done
document 0 restore client
export EDITOR=true VISUAL=
document 4 edit client
document 0 edit client --yes
EDITOR='sed -i s/^#*kms-port.*/kms-port=1701/' document '0|1' edit client \
	--dry-run
cp "$FIXTURES/audit-misspelt-key.hive" misspelt
document 0 move misspelt --scope windowsnt host-caching
document 4 move misspelt --scope windowsnt
document 3 set nothing kms-port=1701
document 3 apply client nothing server client.json
printf '{"sppctl-policy":1,\n"image":[]}' >wrong.json
document 2 apply client wrong.json
document 2 set client kms-port=0
document 2 unset client nothing
document '0|3' apply both office2010 client.json
document 0 publish server --add corp.example,10,100
document 1 publish server --clear --dry-run
document 2 publish server --add .
document 0 clear-cache both --overrides
document 0 clear-cache netsvc --backup
document 2 clear-cache client
document 0 slmgr client /skms kms1.corp.example:1689 /ckhc
document 1 slmgr client /ckms --dry-run
document 0 ospp office2010 /sethst:kms2.corp.example
document 2 ospp office2010 /nothing
document 0 recover dirty-new --output copy
document 3 recover nothing
document 4 recover dirty
document 0 recover dirty-new
document 0 recover client

# Disk images, where there are any.
if [ -e golden.qcow2 ] && command -v qemu-img >/dev/null; then
	document 0 info golden.qcow2 --hash-image
	document 0 evidence golden.qcow2 -o filed-disk
	document 0 show golden.qcow2
	document '0|1' check golden.qcow2
	document '0|1' audit golden.qcow2
	qemu-img create -q -f qcow2 -F qcow2 -b golden.qcow2 over.qcow2
	document '0|4' info over.qcow2 --backing golden.qcow2
	document '3|4' info over.qcow2
	# A partition that says it is NTFS, and is not.
	qemu-img convert -O raw golden.qcow2 bad.raw
	dd if=/dev/zero of=bad.raw bs=4096 seek=257 count=64 conv=notrunc \
		status=none
	document '0|2|3|4' info bad.raw
	document 0 recover golden.qcow2
	truncate -s 16M volume.raw
	(PATH=$PATH:/sbin:/usr/sbin
	mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 volume.raw) >log/mkntfs 2>&1
	"$FIXTURES/mkvolume" volume.raw mkdir Windows/System32/config \
		put dirty Windows/System32/config/SOFTWARE \
		put client Windows/System32/config/SOFTWARE.LOG2 ||
		fail "no volume"
	document 4 info volume.raw
fi

# And WIMs: an image without a hive, one with a hard link, one that is broken.
if "$SPPCTL" --version | grep -q 'WIM: libwim' &&
	command -v wimcapture >/dev/null; then
	mkdir -p empty tree/Windows/System32/config
	cp server tree/Windows/System32/config/SOFTWARE
	wimcapture tree images.wim Pro --image-property WINDOWS/ARCH=9 \
		>log/wim 2>&1
	ln tree/Windows/System32/config/SOFTWARE tree/link
	wimappend tree images.wim Home >log/wim 2>&1
	wimappend empty images.wim '' >log/wim 2>&1
	document '0|4' info images.wim
	document 0 info images.wim#1
	document 0 show images.wim#1
	document 0 set images.wim#1 kms-port=1701
	document '3|4' set images.wim#2 kms-port=1701
	document '3|4' audit images.wim#all
	document '0|1|3|4' check images.wim#all
	wiminfo images.wim --blobs >log/blobs
	at=$(sed -n 's/^Offset in WIM *= \([0-9]*\) bytes/\1/p; /METADATA/p' \
		log/blobs | grep -B1 METADATA | sed -n 1p)
	printf 'broken' | dd of=images.wim bs=1 seek="$at" conv=notrunc \
		status=none
	document '0|3|4' info images.wim
fi

# Lines of results.
run '1|3' audit client client.json nothing --results lines
while read -r line; do
	count=$((count + 1))
	printf '%s\n' "$line" >doc/$count.json
	echo audit >doc/$count.call
done <lines

# What is not there is not meant, either.
run 2 help schema report
! grep -q "mean 'report'" log/err || fail "names itself: $(cat log/err)"

# And by the schema of each, where there is a validator.
python3 "$SOURCE/tests/validate.py" "$SPPCTL" doc/*.json || failed=1

COLUMNS=999 "$SPPCTL" help json >table
"$SPPCTL" --help | sed -n '/^Commands/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' |
	while read -r name; do
		"$SPPCTL" help "$name" | grep -q -e '--json ' && echo "$name"
	done >takes
python3 "$SOURCE/tests/documents.py" || failed=1
exit $failed
