#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# While an NBD export is edited, another server takes the name of its socket,
# its server is killed, or its journal and backup in another folder are replaced:
# no newer disk is lost, none is torn, and success is not told of an edit that
# nobody finds.
# label: thorough 13
set -u
. "$SOURCE/tests/disk.sh"
. "$SOURCE/tests/swap.sh"
trap 'stop; rm -rf "$work"' EXIT
uri="nbd+unix:///?socket=$work/d/f"
servers=
count=0

# serve SOCKET IMAGE: $server is its process
serve()
{
	count=$((count + 1))
	qemu-nbd --fork --pid-file="$work/log/$count" -f raw -t -k "$work/$1" \
		$2 || exit 2
	server=$(cat log/$count)
	servers="$servers $server"
}

stop()
{
	for server in $servers; do
		kill -9 $server 2>/dev/null
	done
	servers=
}

# begin WHAT: an old disk under the name, and a newer one
begin()
{
	about="$1 at call $k"
	stop
	fresh
	mkdir -p j
	rm -f j/* j/.f*
	cp --sparse=always old.raw a.raw
	cp --sparse=always newer.raw b.raw
	serve d/f a.raw
}

windows old.raw 3 512
cp old.raw newer.raw
"$SPPCTL" set newer.raw host-caching=on >log/out 2>&1 || fail "$(cat log/out)"
visible=look
was=$(sum old.raw)
newer=$(sum newer.raw)
cp newer.raw edited.raw
"$SPPCTL" set edited.raw kms-port=1701 >log/out 2>&1 || fail "$(cat log/out)"
newer_edited=$(sum edited.raw)
k=none
begin learn
calls "$SPPCTL" set $uri kms-port=1701
numbers=$(points any)
edited=$(sum a.raw)
[ "$edited" != "$was" ] || fail "nothing is edited"
last=$(cat log/visible)
# Most of it is reading, which is all alike.
[ "${SPPCTL_DEEP-}" ] ||
	numbers=$(echo "$numbers" | sed -n '1,16p; 17~14p'
		echo "$numbers" | tail -n 46)

# settled: what was left unfinished can be finished
settled()
{
	case $(sum a.raw) in
	"$was" | "$edited") return ;;
	esac
	[ $code -ne 0 ] || fail "$about: done, it says, and it is not"
	[ -e d/f.sppctl-journal ] || fail "$about: torn, and no journal"
	"$SPPCTL" show $uri >log/out 2>&1
	grep -q 'was interrupted' log/out || fail "$about: show does not tell"
	"$SPPCTL" recover $uri >log/out 2>&1 || fail "$about: $(cat log/out)"
	within "the disk" "$(sum a.raw)" "$edited"
}

unfinished=0
for k in $numbers; do
	begin "another socket"
	serve other b.raw
	mv other with
	meddle $k swap d/f "$SPPCTL" set $uri kms-port=1701
	within "the old disk" "$(sum a.raw)" "$was" "$edited"
	within "the newer disk" "$(sum b.raw)" "$newer" "$newer_edited"
	[ $code -ne 0 ] || [ "$(sum b.raw)" != "$newer" ] || [ $k -gt $last ] ||
		fail "$about: done, it says, and it is not"

	begin "no server"
	echo $server >with
	meddle $k kill d/f "$SPPCTL" set $uri kms-port=1701
	[ $code -ne 0 ] || within "the disk" "$(sum a.raw)" "$edited"
	[ ! -e d/f.sppctl-journal ] || unfinished=$((unfinished + 1))
	rm -f d/f
	serve d/f a.raw
	settled
done
[ $unfinished -gt 2 ] || fail "$unfinished edits were left unfinished"

# In a folder of its own, one server serves all.
begin learn
set -- "$SPPCTL" set $uri kms-port=1701 --journal-dir j --backup
calls "$@"
# again WHAT: as begin, for the server that there is
again()
{
	about="$1 at call $k"
	cp --sparse=always old.raw a.raw
	rm -f j/* j/.f*
	cp victim with
}

[ "${SPPCTL_DEEP-}" ] || sends=100000 # none of them sees a name
meddle_beside again 'sum a.raw' "$@"
exit $failed
