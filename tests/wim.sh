# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of WIMs share: making them with wimcapture, without root, and
# reading them back with wimlib's own programs.  Sourced.
#
# Needs of the environment: SPPCTL, FIXTURES, SOURCE (see CMakeLists.txt).

case $("$SPPCTL" --version) in
*'WIM: libwim'*) ;;
*) echo "skipped: no WIMs in this build"; exit 77 ;;
esac
. "$SOURCE/tests/image.sh"
need wimcapture wimappend wimverify wimdir wiminfo wimextract wimsplit \
	hivexget python3 iconv

# state FILE: its bytes, and what else a no-op must leave alone
state()
{
	md5sum <"$1"
	stat -c '%i %.9Y %s %a' "$1"
}

# windows FOLDER: the three hives and something else
windows()
{
	mkdir -p "$1/$CONFIG" "$1/$NETSVC"
	cp "$FIXTURES/kms-primary.hive" "$1/$CONFIG/SOFTWARE"
	cp "$FIXTURES/system.hive" "$1/$CONFIG/SYSTEM"
	cp "$FIXTURES/netsvc.hive" "$1/$NETSVC/NTUSER.DAT"
	seq 1 30000 >"$1/Windows/numbers"
}

# wim FILE OPTION...: two images of the same folder
wim()
{
	file=$1
	shift
	[ -d tree ] || windows tree
	rm -f "$file"
	wimcapture tree "$file" 'Windows 11 Pro' "$@" >wim.out 2>&1 &&
		wimappend tree "$file" 'Windows 11 Home' >wim.out 2>&1 ||
		{ cat wim.out; exit 2; }
}

# sound WIM: by wimverify
sound()
{
	wimverify "$1" >verify.out 2>&1 || fail "wimverify $1: $(tail -5 verify.out)"
}

# value WIM IMAGE NAME: of the SPP key, by wimextract and hivexget
value()
{
	wimextract "$1" "$2" /$CONFIG/SOFTWARE --to-stdout >hive.tmp \
		2>extract.out || fail "wimextract $1: $(cat extract.out)"
	hivexget hive.tmp "$SPP" "$3" 2>&1
	rm -f hive.tmp
}

# listing WIM IMAGE: all of its files, without what an edit changes: hash,
# sizes, offset and number of references of what the file holds
listing()
{
	wimdir "$1" "$2" --detailed | sed -E '/^(Solid resource|Solid offset|Flags|Hash|Uncompressed size|Compressed size|Offset in WIM|Reference Count|Raw (size|compressed size)|Solid resource offset|Offset in solid resource) /d'
}

# xml WIM: without what an edit changes: two sizes and the time
xml()
{
	wiminfo "$1" --xml | iconv -f utf-16le -t utf-8 | sed 's/></>\n</g' |
		sed -E '/LASTMODIFICATIONTIME>/,/LASTMODIFICATIONTIME>/d; /TOTALBYTES/d'
}

# same WIM OLD IMAGES: nothing but the hives differs
same()
{
	for i in $3; do
		listing "$2" $i >one
		listing "$1" $i >two
		cmp -s one two || fail "$1 $i: $(diff one two | head -5)"
	done
	xml "$2" >one
	xml "$1" >two
	cmp -s one two || fail "$1: $(diff one two | head -5)"
}
