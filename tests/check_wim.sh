#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Images of WIMs as targets: every way to name them, every compression, what
# an edit leaves alone, no-op, dry run, backup, rebuild, and every refusal.
# label: thorough 18
set -u
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/wim.sh"
export SOURCE_DATE_EPOCH=1700000000
python=python3

# What an edit leaves alone stays packed as it was: here by a compressor that
# is told to try less hard than the one that packs what changed.
mkdir -p large/$CONFIG
"$FIXTURES/mkhive" --size 2M large/$CONFIG/SOFTWARE
wimcapture large old.wim --compress=LZX:20 >wim.out 2>&1 ||
	fail "$(cat wim.out)"
cp old.wim new.wim
expect 0 '1 change' "$SPPCTL" set new.wim dns-publishing=off
sound new.wim
expect 0 '^off$' "$SPPCTL" get new.wim dns-publishing
$python "$SOURCE/tests/wim.py" new.wim chunks old.wim >out
read -r taken chunks <out
[ "$chunks" -gt 60 ] && [ "$taken" -gt $((chunks - 8)) ] ||
	fail "$taken of $chunks chunks are packed as they were"

# A hive that is smaller than a chunk needs no memory for all of the chunk.
wimcapture large new.wim --compress=LZMS --chunk-size=128M >wim.out 2>&1 ||
	fail "$(cat wim.out)"
expect 0 '1 change' "$SPPCTL" set new.wim dns-publishing=off
sound new.wim
expect 0 '^off$' "$SPPCTL" get new.wim dns-publishing

# Every compression, with and without an integrity table.
for how in '--compress=none' '--compress=none --check' '--compress=LZX' \
	'--compress=LZX --check' '--compress=XPRESS --check' \
	'--compress=LZMS --check' '--solid' '--solid --check'; do
	wim old.wim $how
	cp old.wim new.wim
	was=$(state new.wim)
	expect 4 'Windows 11 Home' "$SPPCTL" info new.wim
	grep -q 'edit: refused.*has 2 images' out || fail "info: $(cat out)"
	expect 0 'edit: possible' "$SPPCTL" info new.wim#all
	expect 0 'edit: possible' "$SPPCTL" info new.wim#2
	expect 0 'dns-publishing  *on' "$SPPCTL" show new.wim#1
	expect 0 '' "$SPPCTL" check new.wim#2
	"$SPPCTL" audit new.wim#all >out 2>&1
	[ $? -le 1 ] || fail "audit: $(cat out)"
	expect 1 '1 change pending' "$SPPCTL" set new.wim#2 dns-publishing=off \
		--dry-run
	expect 0 'nothing to change' "$SPPCTL" unset new.wim#1 lookup-domain
	[ "$(state new.wim)" = "$was" ] || fail "$how: it was written to"
	expect 0 '1 change' "$SPPCTL" set new.wim#2 dns-publishing=off
	sound new.wim
	same new.wim old.wim '1 2'
	value new.wim 2 DisableDnsPublishing | grep -q '^1$' ||
		fail "$how: not there"
	value new.wim 1 DisableDnsPublishing | grep -q '^1$' &&
		fail "$how: the other image has it, too"
	expect 0 '^off$' "$SPPCTL" get 'new.wim#Windows 11 Home' dns-publishing
	expect 0 'dns-publishing  *on' "$SPPCTL" show 'new.wim#windows 11 pro'
	was=$(state new.wim)
	expect 0 'nothing to change' "$SPPCTL" set new.wim#2 dns-publishing=off
	[ "$(state new.wim)" = "$was" ] || fail "$how: written for nothing"
	case $how in
	*--check*) wiminfo new.wim | grep -q 'Integrity info' ||
		fail "$how: its integrity table is gone" ;;
	esac
	expect 0 '1 change' "$SPPCTL" unset new.wim#2 dns-publishing
	expect 0 'change' "$SPPCTL" publish new.wim#all --add test.example,5
	expect 0 'test.example' "$SPPCTL" get new.wim#1 publish-list
	expect 0 'test.example' "$SPPCTL" get new.wim#2 publish-list
	sound new.wim
	same new.wim old.wim '1 2'
	# Rebuilt, it holds what it uses and no more; the others' bytes stay.
	size=$(stat -c %s new.wim)
	expect 0 '1 change' "$SPPCTL" set new.wim#1 kms-port=1700 --rebuild
	[ "$(stat -c %s new.wim)" -lt "$size" ] || fail "$how: not shorter"
	sound new.wim
	same new.wim old.wim '1 2'
	expect 0 '^1700$' "$SPPCTL" get new.wim#1 kms-port
	expect 0 'test.example' "$SPPCTL" get new.wim#2 publish-list
	# Others can go on with it.
	wimappend tree new.wim third >wim.out 2>&1 || fail "$how: $(cat wim.out)"
	wimoptimize new.wim >wim.out 2>&1 || fail "$how: $(cat wim.out)"
	expect 0 '^1700$' "$SPPCTL" get new.wim#1 kms-port
	expect 0 'nothing to change' "$SPPCTL" unset new.wim#3 kms-port
done

# The rest of the commands.
wim old.wim --compress=LZX --check
cp old.wim new.wim
expect 0 'change' "$SPPCTL" set new.wim#2 kms-port=1700
expect 0 '' "$SPPCTL" dump new.wim#2
mv out policy.json
expect 1 '' "$SPPCTL" diff new.wim#1 policy.json
expect 0 'nothing to change' "$SPPCTL" apply new.wim#2 policy.json
expect 0 'kms-port' "$SPPCTL" apply new.wim#all policy.json
expect 0 '' "$SPPCTL" diff new.wim#1 policy.json
expect 0 '_vlmcs._tcp' "$SPPCTL" dns new.wim#all
expect 0 '' "$SPPCTL" simulate new.wim#1
expect 0 '' "$SPPCTL" slmgr new.wim#1 -dlv
expect 0 '' "$SPPCTL" ospp new.wim#2 /sethst:kms.example
expect 0 '' "$SPPCTL" clear-cache new.wim#all
expect 0 '' "$SPPCTL" export new.wim#1 --format reg
expect 4 '"wim"' "$SPPCTL" info new.wim --json
$python -m json.tool <out >/dev/null || fail "info --json is none"
sound new.wim
same new.wim old.wim '1 2'

# One image needs no number; a file called like an image is itself.
wimcapture tree one.wim only --compress=LZX >wim.out 2>&1
expect 0 '1 change' "$SPPCTL" set one.wim kms-port=1700
expect 0 '^1700$' "$SPPCTL" get one.wim#1 kms-port
expect 0 '^1700$' "$SPPCTL" get one.wim#only kms-port
cp one.wim 'a#1'
expect 0 '^1700$' "$SPPCTL" get 'a#1' kms-port
expect 0 '^1700$' "$SPPCTL" get 'a#1#only' kms-port --target-kind wim
expect 4 '2 images.*#1 (Windows 11 Pro), #2' "$SPPCTL" show new.wim
expect 2 'no image .3' "$SPPCTL" show new.wim#3
expect 0 'sppctl-policy' "$SPPCTL" dump new.wim#all
expect 0 '"document": "run"' "$SPPCTL" show new.wim#all --json
expect 0 '' "$SPPCTL" show new.wim#all

# Backup and back; a backup of another state is not applied.
cp old.wim new.wim
expect 0 '1 change' "$SPPCTL" set new.wim#all dns-publishing=off --backup
[ "$(stat -c %s new.wim.bak)" -eq 1024 ] || fail "no backup"
cp new.wim edited.wim
cp new.wim.bak edited.wim.bak
expect 0 '' "$SPPCTL" set new.wim#1 kms-port=1 --backup
cmp -s new.wim.bak edited.wim.bak || fail "a backup is overwritten"
expect 0 'put back from new.wim.bak.2' "$SPPCTL" restore new.wim
cmp -s new.wim edited.wim || fail "not as it was before the second edit"
expect 1 'would be put back' "$SPPCTL" restore new.wim --dry-run
cmp -s new.wim edited.wim || fail "--dry-run restored"
expect 0 'put back' "$SPPCTL" restore new.wim
cmp -s new.wim old.wim || fail "not as it was"
[ ! -e new.wim.bak ] || fail "the backup is still there"
expect 0 'nothing is put back' "$SPPCTL" restore new.wim
expect 0 '' "$SPPCTL" set new.wim#1 dns-publishing=off --backup=.b
expect 0 '' "$SPPCTL" set new.wim#1 kms-port=1700
expect 4 'has changed since the edit' "$SPPCTL" restore new.wim --backup=.b
cp old.wim new.wim
expect 0 '' "$SPPCTL" set new.wim#1 kms-port=1700 --rebuild --backup=.whole
cmp -s new.wim.whole old.wim || fail "the backup of a rebuild is not the old one"
expect 0 '' "$SPPCTL" restore new.wim --backup=.whole
cmp -s new.wim old.wim || fail "not as it was, either"

# A dirty hive is replayed, and read alone it stays as it is.
mkdir -p dirty/$CONFIG
cp "$FIXTURES/dirty-new.hive" dirty/$CONFIG/Software
cp "$FIXTURES/dirty-new.hive.LOG1" dirty/$CONFIG/SOFTWARE.log1
wimcapture dirty dirty.wim dirty --compress=LZX >wim.out 2>&1
was=$(state dirty.wim)
expect 0 'recovered from its logs' "$SPPCTL" info dirty.wim
expect 0 'Software.*recovered' "$SPPCTL" show dirty.wim
[ "$(state dirty.wim)" = "$was" ] || fail "the dirty WIM was written to"
expect 0 '1 change' "$SPPCTL" set dirty.wim activation-interval=90
expect 0 'Software.*clean' "$SPPCTL" show dirty.wim
sound dirty.wim
listing dirty.wim 1 | grep -q 'Full Path *= "/Windows/System32/config/Software"' ||
	fail "the name changed its case"

# What the entry says stays: attributes, security, times, named streams.
PATH=$PATH:/sbin:/usr/sbin
if command -v mkntfs >/dev/null && [ -x "$FIXTURES/mkvolume" ]; then
	truncate -s 16M vol.ntfs
	mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 vol.ntfs >mkntfs.out 2>&1
	"$FIXTURES/mkvolume" vol.ntfs mkdir $CONFIG mkdir $NETSVC \
		put "$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE \
		put "$FIXTURES/netsvc.hive" $NETSVC/NTUSER.DAT
	wimcapture vol.ntfs kept.wim kept --compress=none >wim.out 2>&1 ||
		fail "$(cat wim.out)"
	for set in 'attributes 0x2027' 'security 1' 'created 133000000000000000'
	do
		$python "$SOURCE/tests/wim.py" kept.wim entry SOFTWARE $set
	done
	cp kept.wim old.wim
	sound kept.wim
	expect 0 '1 change' "$SPPCTL" set kept.wim kms-port=1700
	sound kept.wim
	same kept.wim old.wim 1
	listing kept.wim 1 >one
	grep -q 'Security Descriptor' one || fail "nothing to keep: $(cat one)"
	grep -q 'Creation Time *= .*2022' one || fail "no time to keep"
fi
wim old.wim --compress=none

# refused CODE PATTERN: to write to refused.wim, fast and without a trace
refused()
{
	was=$(state refused.wim)
	expect $1 "$2" timeout 5 "$SPPCTL" set refused.wim kms-port=1700
	[ "$(state refused.wim)" = "$was" ] || fail "written to: $2"
	[ ! -e refused.wim.sppctl-new ] || fail "something is left: $2"
}
entry="$python $SOURCE/tests/wim.py refused.wim"
wimcapture tree plain.wim plain --compress=none >wim.out 2>&1
cp plain.wim refused.wim
flags=$(od -An -tu4 -j16 -N4 refused.wim)
$entry header 16 $((flags | 4))
refused 4 'marked read-only.*wimexport'
wimexport refused.wim all writable.wim >wim.out 2>&1 || fail "$(cat wim.out)"
expect 0 '1 change' "$SPPCTL" set writable.wim kms-port=1701
expect 0 '' "$SPPCTL" show refused.wim
expect 4 'marked read-only' "$SPPCTL" info refused.wim
cp plain.wim refused.wim
$entry header 16 $((flags | 0x40))
refused 4 'marked as being written'
expect 0 'marked as being written' "$SPPCTL" show refused.wim
cp plain.wim refused.wim
$entry entry SOFTWARE attributes 0x4020
refused 4 'is encrypted'
expect 4 'is encrypted' "$SPPCTL" show refused.wim
cp plain.wim refused.wim
$entry entry SOFTWARE attributes 0x420
refused 4 'a reparse point'
mkdir -p linked
cp -r tree/. linked
ln linked/$CONFIG/SOFTWARE linked/$CONFIG/OTHER
wimcapture linked linked.wim linked >wim.out 2>&1
cp linked.wim refused.wim
refused 4 'a hard link'
expect 0 '' "$SPPCTL" show refused.wim
expect 4 'a hard link' "$SPPCTL" info refused.wim
# Names of one file: to append to it changes all of them.
cp plain.wim refused.wim
ln refused.wim another.wim
refused 4 'has 2 hard links, and an edit would change all of them'
expect 4 '2 hard links' "$SPPCTL" set refused.wim kms-port=1701 --dry-run
expect 4 'edit: refused.*2 hard links' "$SPPCTL" info refused.wim
expect 0 '' "$SPPCTL" show refused.wim
expect 0 '1 change' "$SPPCTL" set refused.wim kms-port=1701 --rebuild \
	--break-links
cmp -s another.wim plain.wim || fail "the other name was changed"
rm -f another.wim refused.wim
mkdir -p empty/Windows
wimcapture empty refused.wim nothing >wim.out 2>&1
refused 3 'has no Windows'
cp -r tree twins
cp twins/$CONFIG/SYSTEM twins/$CONFIG/software
wimcapture twins refused.wim twins >wim.out 2>&1
refused 4 'has several SOFTWARE hives: .*choose one with --windows'
wimcapture tree refused.wim pipe --pipable >wim.out 2>&1
refused 4 'made for pipes.*wimoptimize --not-pipable'
head -c 3000000 /dev/urandom >tree/Windows/noise
wimcapture tree whole.wim whole >wim.out 2>&1
rm tree/Windows/noise
wimsplit whole.wim part.swm 1 >wim.out 2>&1 || fail "$(cat wim.out)"
cp part.swm refused.wim
refused 4 'split in.*wimjoin'
wimcapture tree base.wim base >wim.out 2>&1
wimcapture tree refused.wim delta --delta-from=base.wim >wim.out 2>&1
refused 4 'stored in another WIM'
cp plain.wim refused.wim
chmod 444 refused.wim
[ "$(id -u)" -eq 0 ] && refused 4 'chmod u+w'
rm -f refused.wim
# In use: locked as wimlib locks, or merely open for writing.
cp plain.wim refused.wim
if command -v flock >/dev/null; then
	was=$(state refused.wim)
	flock -x refused.wim "$SPPCTL" set refused.wim kms-port=1 >out 2>&1
	[ $? -eq 4 ] && grep -q 'in use by .*process' out ||
		fail "locked: $(cat out)"
	flock -x refused.wim "$SPPCTL" show refused.wim >out 2>&1 ||
		fail "locked against readers: $(cat out)"
	[ "$(state refused.wim)" = "$was" ] || fail "locked, and written to"
fi
exec 9<>refused.wim
expect 4 'in use by .*process' "$SPPCTL" set refused.wim kms-port=1
exec 9>&-
expect 0 '1 change' "$SPPCTL" set refused.wim kms-port=1
expect 3 'not a WIM' "$SPPCTL" show tree/$CONFIG/SOFTWARE --target-kind wim

exit $failed
