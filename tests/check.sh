# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the check_*.sh: an empty folder to work in, and words to check
# with.  A script says nothing of what is right, and ends with "exit $failed".
set -u
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
unset SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'chmod -R u+rwX "$work" 2>/dev/null; rm -rf "$work"' EXIT
failed=0
cd "$work" || exit 2
mkdir log
umask 022

# fail WORD...: something is not as it should be
fail()
{
	echo "$*"
	failed=1
}

# skip WORD...: it cannot be known here
skip()
{
	echo "skipped: $*"
	exit 77
}

# run CODES ARGUMENT...: sppctl must end with one of the codes, "0" or "0|3";
# what it said is in log/out and log/err
run()
{
	codes=$1
	shift
	"$SPPCTL" "$@" >log/out 2>log/err
	got=$?
	case "|$codes|" in
	*"|$got|"*) return 0 ;;
	esac
	fail "exit code $got, not $codes: sppctl $*"
	sed 's/^/    /' log/err
	return 1
}

# said TEXT: the last run must have said this on stderr
said()
{
	grep -qF -e "$1" log/err || {
		fail "it did not say: $1"
		sed 's/^/    /' log/err
	}
}

# state FILE: everything about a file that an idle run must leave alone
state()
{
	stat -c '%i %.9Y %a %u:%g %h %s' "$1"
	md5sum <"$1"
}

# keep NAME FILE; kept NAME FILE: the file must still be as it was
keep()
{
	state "$2" >"log/$1"
}
kept()
{
	state "$2" | cmp -s - "log/$1" || fail "'$2' was touched: $3"
}

# word FILE OFFSET: four bytes as a number
word()
{
	od -An -tu4 -j"$2" -N4 "$1" | tr -d ' '
}

# fixture NAME [FILE]: a copy of one, under its own name without .hive
fixture()
{
	cp "$FIXTURES/$1.hive" "${2:-$1}"
}

# sound FILE: without findings
sound()
{
	"$SPPCTL" check "$1" >log/check 2>&1 || {
		fail "'$1' is not sound:"
		sed 's/^/    /' log/check
	}
}
