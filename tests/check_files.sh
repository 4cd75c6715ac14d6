#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files as they can be met: links, rights, locks, disks that are full, things
# that are no files at all.  Whatever happens, the hive is the old one or the
# new one, nothing is left beside it, and the message tells the truth.
# label: thorough 4
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"

# clean FOLDER: no file of an edit is left there
clean()
{
	left=$(ls -A "$1" | grep -F sppctl-new)
	[ ! "$left" ] || fail "left in '$1': $left"
}

# port FILE WANTED: what other programs find in it
port()
{
	is=$(reglookup -H -p "/Microsoft/Windows NT/CurrentVersion/\
SoftwareProtectionPlatform/KeyManagementServicePort" "$1" 2>&1)
	is=${is#*,SZ,}
	is=${is%,}
	[ "$is" = "$2" ] || fail "'$1' has the port '$is', not '$2'"
}

# --- links
mkdir real
fixture kms-client real/hive
ln -s hive real/near
ln -s ../elsewhere/real/near far
ln -s "$work/real/near" absolute
ln -s real/near relative
run 0 set relative kms-port=1701 --backup
port real/hive 1701
run 0 set absolute kms-port=1702
port real/hive 1702
[ -L real/near ] && [ -L relative ] && [ -L absolute ] ||
	fail "a link was replaced"
[ -f real/hive.bak ] || fail "the backup is not beside the file itself"
run 3 set far kms-port=1703
clean . ; clean real

fixture kms-client hard
ln hard other
keep other other
run 4 set hard kms-port=1701
said "'hard' has 2 hard links and an edit would part them; pass --break-links"
kept other other refused
run 0 get hard kms-port
run 0 set hard kms-port=1701 --break-links
port hard 1701
port other 1688
[ "$(stat -c %h other)" = 1 ] || fail "the links are not parted"
ln other third
run 0 set other kms-port=1702 --break-links --backup
port other 1702
port third 1688
port other.bak 1688

# --- names
mkdir names
for name in 'a b' '-x' "$(printf 'new\nline')" "$(printf 'odd\377')" '%s%n' \
	"'quoted'" '*' "$(printf '%0200d' 0)"; do
	fixture kms-client "names/$name"
	run 0 set "names/$name" kms-port=1701 --backup --json
	python3 -m json.tool <log/out >log/json || fail "no JSON for '$name'"
	port "names/$name" 1701
	port "names/$name.bak" 1688
done
name=$(printf '%0250d' 0)
fixture kms-client "names/$name"
keep long "names/$name"
run 3 set "names/$name" kms-port=1701
said 'File name too long; shorten the name or the suffix'
kept long "names/$name" 'no room for a longer name'
clean names

# --- marks, owner, rights, attributes
fixture kms-client hive
chmod 444 hive
keep hive hive
run 4 set hive kms-port=1701
said "'hive' is marked read-only; allow writing with chmod u+w first"
kept hive hive refused
run 4 set hive kms-port=1701 --dry-run
chmod 640 hive
[ "$(id -u)" -ne 0 ] || chown 1234:2345 hive
setfattr -n user.sppctl -v 'one two' hive 2>log/err &&
	setfattr -n user.empty hive &&
	setfattr -n user.binary -v 0x00ff00 hive
setfacl -m u:4321:r--,g:100:rw- hive 2>log/err
rights()
{
	stat -c '%a %u:%g' hive
	getfattr -d -m - -e hex hive 2>&1
	getfacl -n hive 2>&1
}
rights >log/rights
run 0 set hive kms-port=1701
rights | diff log/rights - || fail "owner, rights or attributes are not kept"

# --- somebody else's: what root may do is not tried here
as_nobody=
[ "$(id -u)" -ne 0 ] ||
	as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
chmod 711 "$work"
mkdir bin
cp "${PLAIN:-$SPPCTL}" bin/sppctl
# nobody CODES ARGUMENT...: run as a user without rights
nobody()
{
	(
		SPPCTL=$work/bin/unprivileged
		run "$@"
		exit $failed
	) || failed=1
}
printf '#!/bin/sh\nexec %s "%s/bin/sppctl" "$@"\n' "$as_nobody" "$work" \
	>bin/unprivileged
chmod 755 bin/*
mkdir locked
fixture kms-client locked/hive
[ "$as_nobody" ] && chown 65534:65534 locked/hive
chmod 555 locked
keep hive locked/hive
nobody 3 set locked/hive kms-port=1701
said "cannot create '.hive.sppctl-new' beside 'locked/hive': Permission denied"
kept hive locked/hive 'a folder without the right to write'
nobody 0 set locked/hive kms-port=1688
nobody 0 show locked/hive
chmod 755 locked
if [ "$as_nobody" ]; then
	chmod 777 locked
	chown 0:0 locked/hive
	chmod 666 locked/hive
	keep hive locked/hive
	nobody 3 set locked/hive kms-port=1701
	said "cannot keep the owner of 'locked/hive'; run as its owner"
	kept hive locked/hive 'not the owner'
	chmod 644 locked/hive
	keep hive locked/hive
	nobody 3 set locked/hive kms-port=1701
	said "cannot open 'locked/hive' for writing: Permission denied"
	kept hive locked/hive 'not the owner'
	chmod 600 locked/hive
	nobody 3 show locked/hive
	said "cannot open 'locked/hive': Permission denied"
	clean locked
fi

# --- a file in use
fixture kms-client hive
keep hive hive
flock hive "$SPPCTL" set hive kms-port=1701 >log/out 2>log/err
[ $? -eq 4 ] || fail "a locked hive was not refused"
said "'hive' is in use by flock (process"
kept hive hive locked
flock hive "$SPPCTL" show hive >log/out 2>log/err || fail "a lock kept a reader"
flock hive "$SPPCTL" set hive kms-port=1701 --dry-run >log/out 2>log/err
[ $? -eq 4 ] || fail "a dry run does not end as the edit would"
fixture kms-client crowd
for i in 1 2 3 4 5 6 7 8; do
	(
		"$SPPCTL" set crowd "kms-host=kms$i.corp.example" \
			--scope "spp/0000000$i-0000-0000-0000-000000000000" \
			>log/crowd.$i 2>&1
		echo $? >log/crowd.code.$i
	) &
done
for i in 1 2 3 4 5 6 7 8; do
	"$SPPCTL" show crowd >log/out 2>log/err || fail "a reader met a writer:" \
		"$(cat log/err)"
done
wait
for i in 1 2 3 4 5 6 7 8; do
	got=$("$SPPCTL" get crowd kms-host \
		--scope "spp/0000000$i-0000-0000-0000-000000000000")
	case $(cat log/crowd.code.$i):$got in
	"0:kms$i.corp.example" | 4:) ;;
	*) fail "one of many writers: $(cat log/crowd.$i)" ;;
	esac
done
sound crowd
clean .

# --- what is no file, or none of a hive's size
mkfifo fifo
: >empty
truncate -s 1T zeros
fixture kms-client sparse
truncate -s 100G sparse
for target in fifo empty zeros sparse . /dev/null /dev/full /dev/tty \
	/proc/self/mem /proc/version; do
	for command in show check 'set X kms-port=1' 'publish X --add a.b' \
		'get X kms-port'; do
		case $command in
		*X*) set -- ${command%X*} $target ${command#*X} ;;
		*) set -- $command $target ;;
		esac
		timeout 10 "$SPPCTL" "$@" >log/out 2>log/err
		got=$?
		case $target:$got in
		*:3 | /proc/version:4) ;;
		*) fail "exit code $got: sppctl $*" ;;
		esac
		[ "$(wc -l <log/err)" -eq 1 ] || fail "$(cat log/err): sppctl $*"
	done
done
clean .
rm -f zeros sparse

# --- an output that goes nowhere
for streams in '>&-' '>/dev/full' '2>&-' '>&- 2>&-' '<&- >&- 2>&-' \
	'>/dev/full 2>/dev/full'; do
	for name in kms-client dirty-badhash; do
		fixture $name hive
		rm -f hive.bak
		code=3
		case $streams in '2>&-') code=0 ;; esac
		eval '"$SPPCTL" set hive kms-port=1701 --backup --discard-logs \
			publish-list="$(seq -s ";" -f "d%g.example" 1 300)" \
			>log/out 2>log/err '"$streams"
		got=$?
		[ $got -eq $code ] || fail "exit code $got: sppctl $streams"
		port hive 1701
		sound hive
		cmp -s hive.bak "$FIXTURES/$name.hive" ||
			fail "the backup is not the old hive: sppctl $streams"
		case $streams in
		'>&-' | '>/dev/full')
			said "the output could not be written; edits that were made stay"
			;;
		esac
		eval '"$SPPCTL" show hive >log/out 2>log/err '"$streams"
		[ $? -eq $code ] || fail "show: sppctl $streams"
	done
done

# --- a file that may not grow
fixture kms-client hive
keep hive hive
(
	ulimit -f 8
	"$SPPCTL" set hive kms-port=1701
) >log/out 2>log/err
[ $? -eq 3 ] || fail "a limit on the size of files: $(cat log/err)"
said 'File too large'
kept hive hive 'a limit on the size of files'
clean .

# --- a disk that is full
full_disk()
{
	failed=0
	mkdir -p disk
	mount -t tmpfs -o size=64k,mode=755 none disk 2>log/err ||
		exit 77 # nothing can be mounted here
	cp hive disk/hive
	# Fill it up, but for $1 pages.
	head -c 1048576 /dev/zero >disk/fill 2>log/err
	truncate -s -$(($1 * 4096)) disk/fill
	keep disk disk/hive
	shift
	run '0|3' "$@"
	if [ $got -eq 3 ]; then
		said 'No space left on device'
		kept disk disk/hive 'a full disk'
		[ ! -e disk/hive.bak ] || fail "a full disk: a backup is left"
	fi
	echo $got >>codes
	sound disk/hive
	clean disk
	umount disk
	exit $failed
}
fixture kms-client hive
: >codes
for pages in 0 1 2 3 4 5 6 8; do
	for args in 'kms-port=1701' 'kms-port=1701 --backup' \
		'kms-port=1701 --scope spp/office'; do
		(
			trap - EXIT
			full_disk $pages set disk/hive $args
		)
		case $? in
		0) ;;
		77) break 2 ;;
		*) fail "  with room for $pages pages: set $args" ;;
		esac
	done
done
# Some of them must have found room, and some not.
if [ -s codes ] && [ "$(sort -u codes | wc -l)" -ne 2 ]; then
	fail "the disk was never full, or always"
fi
exit $failed
