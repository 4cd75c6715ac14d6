#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A file that is read is not written over by -o, by whatever name.
# label: quick 4
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"

fixture kms-primary hive
fixture client other
chmod u+w hive other
config=W/Windows/System32/config
mkdir -p $config W/Windows/ServiceProfiles/NetworkService
cp hive $config/SOFTWARE
cp "$FIXTURES/system.hive" $config/SYSTEM
cp "$FIXTURES/netsvc.hive" W/Windows/ServiceProfiles/NetworkService/NTUSER.DAT
chmod -R u+w W
run 0 dump hive -o policy.json
echo '{"sppctl-site":1,"role":"host"}' >site.json
echo hive >list
cp hive x.wim
run 0 audit hive other --results lines
ln -s hive link
ln hive twin
ln -s policy.json link.json
mkdir out

# refused OUTPUT ARGUMENT...: a usage error that leaves the file as it is
refused()
{
	output=$1
	shift
	keep file "$output"
	run 2 "$@"
	said "cannot write to '$output', which this command uses already"
	kept file "$output" "by sppctl $*"
}

for name in hive link twin "$work/out/../hive"; do
	refused "$name" dump hive -o "$name"
	refused "$name" export hive --to reg -o "$name"
	refused "$name" convert hive "$name" --to json
	refused "$name" report hive other -o "$name"
	refused "$name" report other --targets-from list -o "$name"
	[ "$name" = hive ] || refused hive dump "$name" -o hive
done
refused x.wim dump x.wim#1 -o x.wim
refused x.wim report x.wim#all other -o x.wim
for name in policy.json link.json; do
	refused $name convert policy.json $name --to json
	refused $name import policy.json -o $name
	refused $name dump policy.json -o $name
done
run 2 import - -o policy.json <policy.json
said "cannot write to 'policy.json'"
refused list report --targets-from list -o list
refused site.json report hive --site site.json -o site.json
refused lines report --from lines -o lines
refused lines dump hive -o lines --resume lines
run 2 dump hive -o new --results ./new
[ ! -e new ] || fail "a new file was made"
for file in SYSTEM SOFTWARE; do
	refused $config/$file dump W -o $config/$file
	refused $config/$file report W other -o $config/$file
	refused $config/$file export W -o $config/$file --to reg
done
run 0 dump W -o $config/new.json
run 0 dump W -o $config/new.json
refused other dump hive --system other -o other

# Logs that are found beside a hive.
: >hive.LOG1
: >hive.LOG2
refused hive.LOG1 dump hive -o hive.LOG1
refused hive.LOG2 convert hive hive.LOG2 --to reg

# A folder of GPOs.
run 0 export policy.json --to gpo-backup -o GPOs
for file in GPOs/*/Backup.xml GPOs/manifest.xml; do
	refused "$file" import GPOs -o "$file"
	refused "$file" convert GPOs "$file" --to json
done

# A template and its texts.
run 0 export --to admx -o out/a.admx
cp policy.json out/en-US/a.adml
refused out/en-US/a.adml convert out/en-US/a.adml out/a.admx

# What names a file of its own kind already.
keep hive hive
run 2 audit hive --resume hive
run 4 audit hive --results hive
run 4 recover hive -o hive
run 3 evidence hive -o hive
kept hive hive "by a file of results"

# A disk, where one can be named.
if mknod disk b 7 250 2>log/mknod; then
	run 2 dump hive -o disk
	said "cannot write to 'disk', a block device"
	run 4 audit hive --results disk
fi

# Layers of an image, found or named.
command -v qemu-img >/dev/null && command -v mkntfs >/dev/null &&
	[ -x "$FIXTURES/mkvolume" ] || exit $failed
truncate -s 16M base.raw
mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 base.raw >log/mkntfs 2>&1 &&
	"$FIXTURES/mkvolume" base.raw mkdir Windows/System32/config \
		put hive Windows/System32/config/SOFTWARE || exit 2
qemu-img create -q -f qcow2 -b "$work/base.raw" -F raw top.qcow2 || exit 2
run '0|4' dump top.qcow2 --backing base.raw -o top.json
[ $got -eq 0 ] || exit $failed
for way in '--backing base.raw' '--backing-dir .'; do
	refused base.raw dump top.qcow2 $way -o base.raw
	refused top.qcow2 dump top.qcow2 $way -o top.qcow2
done
refused base.raw report top.qcow2 other --backing-dir . -o base.raw
exit $failed
