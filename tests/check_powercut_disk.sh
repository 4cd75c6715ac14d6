#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The power fails while a disk image is edited, and with it qemu-nbd, which
# writes the image: it opens, is old, new or dirty without its journal, and
# becomes old or new with it.
# label: thorough 20
set -u
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/disk.sh"
. "$SOURCE/tests/powercut.sh"
windows win.ntfs 8 512
gpt old.raw win.ntfs
many=
for i in $(seq 1 150); do
	many="$many --add a-rather-long-domain-name-$i.corp.example"
done

# below FOLDER: the option that names what the overlay there lies above
below()
{
	[ $what != overlay ] || echo --backing $1/base.raw
}

# disk IMAGE: of what the machine sees
disk()
{
	rm -f seen.tmp
	qemu-img convert -t unsafe -O raw $1 seen.tmp 2>convert.out &&
		md5sum <seen.tmp
}

# hive: of the disk that was seen last, as far as its base block says; the file
# may be longer
hive()
{
	dd if=seen.tmp of=seen.ntfs bs=1M skip=2 count=8 conv=sparse status=none
	ntfscat seen.ntfs $CONFIG/SOFTWARE >seen.hive 2>ntfscat.out
	bins=$(od -An -tu4 -j40 -N4 seen.hive)
	head -c $((bins + 4096)) seen.hive | md5sum
}

# opens IMAGE: to qemu it is whole; clusters that nothing refers to may be left
opens()
{
	[ $format != raw ] || return 0
	# Any writer replays the log of a vhdx; sppctl leaves that to others.
	if [ $format = vhdx ]; then
		qemu-img check -q -r all $1 >check.out 2>&1
	fi
	qemu-img check $1 >check.out 2>&1
	case $? in
	0 | 3) ;;
	*) bad "qemu-img check: $(head -c 300 check.out)" ;;
	esac
}

# Without its journal.
alone()
{
	mkdir alone
	for f in $1/*; do
		case $f in *sppctl*) ;; *) cp --sparse=always $f alone ;; esac
	done
	if "$SPPCTL" show $(below alone) alone/disk.$format >out 2>&1; then
		disk alone/disk.$format >is.disk
		hive >is.hive
		cmp -s is.hive old.hive || cmp -s is.hive new.hive ||
			bad "torn without its journal, and calls itself clean"
	else
		dirty=$((dirty + 1))
		grep -q dirty out || bad "without its journal: $(cat out)"
	fi
	rm -rf alone
}

judge_disk()
{
	image=$1/disk.$format
	opens $image
	[ "$verdict" ] || alone $1
	[ -z "$verdict" ] || return
	"$SPPCTL" recover $(below $1) $image >out 2>&1 ||
		bad "recover: $(cat out)"
	disk $image >is.disk
	if cmp -s is.disk new.disk; then verdict=${verdict:-new}
	elif cmp -s is.disk old.disk; then verdict=${verdict:-old}
	else bad "neither old nor new: $(cat out)"
	fi
	opens $image
	[ ! -e $image.sppctl-journal ] || bad "a journal is left"
}

# edit FORMAT SAMPLES
edit()
{
	format=$1
	dirty=0
	cp -r images new
	disk images/disk.$format >old.disk
	hive >old.hive
	expect 0 '' "$SPPCTL" publish $(below new) new/disk.$format $many
	disk new/disk.$format >new.disk
	hive >new.hive
	power "$what" $2 images disk.$format judge_disk \
		"$SPPCTL" publish $(below d) d/disk.$format $many
	[ $dirty -gt 0 ] || fail "$what: nothing was ever dirty"
	rm -rf images new
	mkdir images
}

mkdir images
what=raw
cp --sparse=always old.raw images/disk.raw
edit raw 16
what=qcow2
qemu-img convert -t unsafe -O qcow2 old.raw images/disk.qcow2
edit qcow2 24
what=overlay
cp --sparse=always old.raw images/base.raw
qemu-img create -q -f qcow2 -b base.raw -F raw images/disk.qcow2
edit qcow2 24
what=vhdx
qemu-img convert -t unsafe -O vhdx -o block_size=1M old.raw images/disk.vhdx
edit vhdx 24
exit $failed
