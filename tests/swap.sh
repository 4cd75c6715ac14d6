# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of swapped files share.  Somebody who knows no locks replaces
# the file, its work file or its backup, plants a link there, or writes into
# it, before the Kth call of sppctl: no newer file is lost, nothing that a link
# leads to is touched, and success is not told of an edit that nobody finds.
# Sourced, after check.sh or disk.sh.
#
# K is the first call, and the one after each call that sees the file: one with
# its name, one that renames or links, fstat() of it, and fork(), after which a
# child may look.  Where nothing between two moments sees the file, it is all one
# to sppctl at which of them another took its name, and the earlier one is the
# harder.  So no K follows a call about another file or a library, nor one of a
# descriptor (fsync, fchmod, a write), which sees no name.  For what is written
# into a file, reads and writes of it count, too, the first of those in a row.
# SPPCTL_DEEP=1 takes every call for every file.
mkdir -p log
[ -x "$PLAIN" ] || skip "there is no build without sanitizers"
SPPCTL=$PLAIN
export SOURCE_DATE_EPOCH=1700000000 FAULT_FIRST=1
flags='-std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Wno-missing-field-initializers'
"$CC" $flags -shared -fPIC -o shim.so "$SOURCE/tests/fault/shim.c" -ldl ||
	exit 1

# sum FILE: its bytes, in short; "none" if there is none, "link" for a link
sum()
{
	if [ -L "$1" ]; then echo link
	elif [ -e "$1" ]; then cksum <"$1"
	else echo none
	fi
}

# lay FILE FROM: a copy that is not as new as what happens to it
lay()
{
	cp "$2" "$1"
	touch -d '2020-01-01 00:00:00.5' "$1"
}

# calls COMMAND...: finds out what it does, undisturbed
calls()
{
	FAULT_LOG=$work/log/map LD_PRELOAD=$work/shim.so "$@" >log/out 2>&1 ||
		fail "undisturbed: $(cat log/out)"
	tr -d '\0' <log/map | grep '^0 ' >log/calls
	rm -f log/map
	case $visible in
	rename) pattern=renameat2 first=head ;;
	write) pattern=pwrite first=tail ;;
	look) pattern=fstatat first=tail ;;
	esac
	awk -v call=$pattern '$3 == call { print $2 }' log/calls |
		$first -n 1 >log/visible
	[ "$(points any | wc -l)" -gt 15 ] || fail "few calls seen"
}

# points FILE [written]: numbers of the calls before which it is replaced, or
# written into; any: of all that look at names or change something
points()
{
	awk -v path="$(pwd -P)/$1" -v every="$sends" -v written="${2-}" \
		-v all="$([ $1 != any ] && [ ! "${SPPCTL_DEEP-}" ] || echo yes)" '
		# Of what a server is asked for while it is read, one like the other.
		$3 == "send" { if (++n % every == 0) print $2; next }
		all && $3 ~ /^(open|create|fstat|fstatat|flock|pwrite|fsync|ftruncate|fch.*|rename.*|link.*|unlink.*)$/ {
			print $2
			next
		}
		all { next }
		{ sees = 0 }
		$3 ~ /^(fork|rename.*|link.*)$/ { sees = 1 }
		$3 ~ /^(open|create|fstat|fstatat|unlink.*)$/ && $4 == path { sees = 1 }
		written && $3 ~ /^(ioctl|copy_file_range)$/ { sees = 1 }
		written && $3 ~ /^(pread|pwrite)$/ && $4 == path && last != $3 $4 { sees = 1 }
		sees { print before + 1; before = $2 }
		{ last = $3 $4; end = $2 }
		END { if (!all && before < end) print before + 1 }' log/calls
}

# meddle K WHAT FILE COMMAND...: code is its exit code
meddle()
{
	FAULT_AT="0 $1" FAULT_DO=$2 FAULT_FILE=$3 FAULT_WITH=$work/with
	export FAULT_AT FAULT_DO FAULT_FILE FAULT_WITH
	shift 3
	LD_PRELOAD=$work/shim.so timeout 20 "$@" >log/out 2>log/err
	code=$?
	case $code in
	0 | 3 | 4) ;;
	*) fail "$about: exit code $code: $(cat log/err)" ;;
	esac
	unset FAULT_AT FAULT_DO FAULT_FILE FAULT_WITH
}

# within WHAT IS WANTED...: is one of these
within()
{
	what=$1 is=$2
	shift 2
	for wanted; do
		[ "$is" != "$wanted" ] || return 0
	done
	fail "$about: exit $code: $what: $(cat log/err)"
}

# meddle_beside PREPARE SUM COMMAND...: journal and backup in the folder j are
# replaced, or links are planted there; PREPARE lays out the disk and SUM is its
# bytes, in short
meddle_beside()
{
	prepare=$1 disk=$2
	shift 2
	for beside in f.sppctl-journal .f.sppctl-journal-new f.bak; do
		for k in $(points j/$beside); do
			beside_at_call swap "$@"
			beside_at_call plant "$@"
		done
	done
}

beside_at_call()
{
	way=$1
	shift
	$prepare "$way $beside"
	meddle $k $way j/$beside "$@"
	within "the disk" "$($disk)" "$was" "$edited"
	[ $code -ne 0 ] || within "the disk" "$($disk)" "$edited"
	if [ $way = plant ]; then
		within "the victim" "$(sum with)" "$victim"
	elif [ $beside = f.bak ]; then
		within "the newer backup" "$(sum j/f.bak)" "$victim"
	fi
}

# any NAME WANTED: the file, or one beside it that begins like it
any()
{
	for f in "$1"*; do
		[ "$(sum "$f")" != "$2" ] || return 0
	done
	fail "$about: exit $code: lost: $(cat log/err)"
}

# fresh: an empty folder to do it in
fresh()
{
	rm -rf d
	mkdir d
	cp victim with
}
echo 'of somebody else' >victim
victim=$(sum victim)

sends=1 # every one of them is taken, of what goes to a server
visible=rename # what makes it so: the first rename, or the last write
besides='d/.f.sppctl-new d/f.bak' # files that others replace, too
backup=  # what lies beside the file as d/f.bak
plant=yes # whether links are planted, too

# scenario NAME OLD NEWER EDIT...: OLD is edited under d/f, NEWER gets its name
# meanwhile
scenario()
{
	name=$1 old=$2 newer=$3
	shift 3
	fresh
	lay d/f "$newer"
	[ ! "$backup" ] || lay d/f.bak "$backup"
	"$@" >log/out 2>log/err
	newer_edited=$(sum d/f)
	fresh
	lay d/f "$old"
	[ ! "$backup" ] || lay d/f.bak "$backup"
	calls "$@"
	edited=$(sum d/f)
	was=$(sum "$old")
	new=$(sum "$newer")
	[ "$edited" != "$was" ] || fail "$name: nothing is edited"
	set -- "$name" "$@"
	for k in $(points d/f); do
		swap_file "$@"
		[ ! "$plant" ] || plant_file "$@"
	done
	for k in $(points d/f written); do
		scribble "$@"
	done
	for beside in $besides; do
		for k in $(points $beside); do
			swap_beside "$@"
		done
	done
}

# start WHAT: the folder as it is before
start()
{
	about="$name, $1 at call $k"
	fresh
	lay d/f "$old"
	[ ! "$backup" ] || lay d/f.bak "$backup"
}

swap_file()
{
	shift
	start "another file"
	cp "$newer" with
	meddle $k swap d/f "$@"
	within "the newer file" "$(sum d/f)" "$new" "$newer_edited"
	# An edit that came to nothing must not be called done.
	[ $code -ne 0 ] || [ "$(sum d/f)" != "$new" ] ||
		[ "$new" = "$newer_edited" ] || [ $k -gt "$(cat log/visible)" ] ||
		fail "$about: done, it says, and it is not"
	tidy
}

plant_file()
{
	shift
	start "a link"
	cp victim with
	meddle $k plant d/f "$@"
	within "the victim" "$(sum with)" "$victim"
	[ -L d/f ] || [ "$(sum d/f)" != none ] || fail "$about: it is gone"
}

scribble()
{
	shift
	start "writing"
	meddle $k scribble d/f "$@"
	# What was written is in the file that has the name, or was written to
	# one that had it before, and then is still there.
	[ "$(sum d/f)" != none ] || fail "$about: it is gone"
	if [ $code -eq 0 ]; then return; fi
	grep -q meddled d/f || any d/f "$was"
}

swap_beside()
{
	shift
	start "another $beside"
	cp victim with
	meddle $k swap $beside "$@"
	case $(sum d/f) in
	"$was" | "$edited") ;;
	# It was planted just before or after the names changed places.
	"$victim") [ $code -ne 0 ] || any d/f "$was" ;;
	*) fail "$about: exit $code: neither old nor new: $(cat log/err)" ;;
	esac
	[ $beside != d/f.bak ] || within "the newer backup" "$(sum d/f.bak)" \
		"$victim"
	rm -f $beside
	tidy
}

# tidy: no work file is left
tidy()
{
	left=$(ls -A d | grep -E 'sppctl-(new|undo)')
	[ ! "$left" ] || fail "$about: left behind: $left"
}

