#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sppctl ui in a terminal of tmux: keys go in, the screen is looked at, and
# what F10 writes is the same, byte for byte, as what sppctl apply writes.
# label: thorough 20
. "$SOURCE/tests/check.sh"
command -v tmux >/dev/null || skip "no tmux"
export SOURCE_DATE_EPOCH=1700000000 TMUX_TMPDIR="$work" TERM=xterm-256color
# ncurses leaks what it made for a terminal that is none.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=0}"
unset TMUX
server=0
trap 't kill-server 2>/dev/null; rm -rf "$work"' EXIT

# t WORD...: tmux, each terminal with a server of its own
t()
{
	tmux -L ui$server -f /dev/null "$@"
}
mkdir tmp
fixture kms-primary probe
"$SPPCTL" ui probe >log/out 2>log/err </dev/null
[ $? -eq 4 ] || fail "without a terminal it is not refused"
grep -q 'not in this build' log/err && skip "no ncursesw in this build"
said 'use sppctl edit'

# begin WORD...: sppctl with these words in a terminal of 80x24
begin()
{
	begin_in TMPDIR="$work/tmp" "$@"
}

# begin_in NAME=VALUE WORD...: the same with a variable of the environment
begin_in()
{
	with=$1
	shift
	t kill-server 2>/dev/null
	server=$((server + 1))
	rm -f ended
	t new-session -d -x 80 -y 24 \
		"trap : INT; env '$with' $SPPCTL $*; echo \$? >$work/ended; echo the shell; sleep 60" || exit 2
}

# key KEY...: as tmux send-keys
key()
{
	t send-keys "$@"
}

# line TEXT: typed in place of what is there, and Enter
line()
{
	t send-keys C-u
	t send-keys -l "$1"
	t send-keys Enter
}

# shows TEXT: the screen comes to show it
shows()
{
	tries=0
	until t capture-pane -p >log/screen && grep -qF -- "$1" log/screen; do
		tries=$((tries + 1))
		[ $tries -lt 150 ] || {
			echo "the screen does not show: $1"
			sed 's/^/    |/' log/screen
			exit 1
		}
		sleep 0.1
	done
}

# ends CODE: the program ends so
ends()
{
	tries=0
	until [ -s ended ]; do
		tries=$((tries + 1))
		[ $tries -lt 150 ] || {
			echo "it does not end"
			exit 1
		}
		sleep 0.1
	done
	[ "$(cat ended)" = "$1" ] || fail "it ended with $(cat ended), not $1"
}

# find NAME: the cursor on a setting
find_setting()
{
	key /
	shows '/_'
	line "$1"
	shows "$2"
}

# The screen, with one change pending
begin_and_change()
{
	begin ui S
	shows '0 pending'
	find_setting low-prio 'may starve'
	key Enter
	shows '1 pending'
}

# to_finding RULE: the cursor on a finding of the audit
to_finding()
{
	shows "$1"
	n=$(($(grep -n -m 1 "$1" log/screen | sed 's/:.*//') - 2))
	while [ $n -gt 0 ]; do
		key Down
		n=$((n - 1))
	done
}

fixture kms-primary S
fixture kms-primary T
keep s S
begin ui S
shows '0 pending'
shows 'DNS domains in which the host publishes its SRV record'
shows 'allowed: domain, priority, weight'
shows 'source (documented): Microsoft'

# A switch, taken back, and set again.
find_setting low-prio 'may starve'
key Enter
shows '1 pending'
grep -q '\*low-priority  *on  *set  *off' log/screen || fail "no mark at what is pending"
key F2
shows 'low-priority: not set (off) -> on'
shows 'audit: + R28'
key Escape
shows 'SETTING'
key u
shows '0 pending'
key Enter
shows '1 pending'

# A number within bounds.
find_setting renewal-interval 'between renewals'
key Enter
shows 'renewal-interval (15..43200): 10080_'
line 7
shows "invalid value '7' for renewal-interval"
shows 'renewal-interval (15..43200): 7_'
line 20000
shows '2 pending'

# Host and port at once, and one that is not a host.
find_setting kms-host 'no discovery through DNS'
key Enter
shows ':PORT too'
line 'a b'
shows "has the character ' '"
shows 'too): a b_'
line kms1.corp.example:1700
shows '4 pending'

# Unset; what Windows keeps cannot be set.
find_setting host-caching 'stays with the host'
key d
shows '5 pending'
find_setting token-store "folder of the service's tokens"
key Enter
shows 'kept by Windows itself'

# The list: add, reorder, rank, with the records that it gives.
find_setting publish-list 'DNS domains in which'
key Enter
shows 'SRV records'
shows '_vlmcs._tcp.branch.example'
shows '1.        10    100  1688  100.0%    down  S'
shows 'no host in view is left while it is down: S'
key a
shows 'DOMAIN, PRIORITY, WEIGHT: _'
line 'new.example, 5, 6'
shows '_vlmcs._tcp.new.example'
shows '1.         5      6  1688'
key Down
key Down
key K
key a
shows 'WEIGHT: _'
line 'new.example, 9, 9'
shows 'is listed twice'
key Up
key Up
key Enter
shows 'WEIGHT: corp.example, 10, 100_'
line ''
shows 'd deletes the entry'
key Enter
shows 'WEIGHT: corp.example, 10, 100_'
line 'corp.example, 1, 2'
shows '1.         1      2  1688'
key Escape
shows '6 pending'

# The same as commands, and as a policy.
key w
shows 'the same as commands'
shows "sppctl set S low-priority=on"
shows "sppctl unset S host-caching"
key p
shows 'new file for the policy'
line new.json
shows 'the policy is written'
kept s S "before F10"

# The audit: a fix is staged, and taken back.
key F3
shows 'audit, with what is pending'
to_finding R28
shows 'fix: sppctl unset S low-priority'
key Enter
shows 'the fix is staged'
shows '5 pending'
key u
shows '6 pending'
key Escape
shows 'SETTING'

# Resizing.
t resize-window -x 120 -y 40
shows 'DnsDomainPublishList, REG_MULTI_SZ, in Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform'
t resize-window -x 60 -y 10
shows '80x24 needed'
t resize-window -x 10 -y 4
shows '80x24'
# Nobody changes what he does not see.
key d Enter u
t resize-window -x 80 -y 24
shows '6 pending'

# Nothing is written before F10 and y.
key F10
shows 'write these changes?'
key Escape
shows '6 pending'
kept s S "F10 and Escape"
key q
shows 'drop what is pending?'
line n
shows '6 pending'
key F10
shows 'write these changes?'
key y
ends 0
shows 'S: 6 changes'
run 0 apply T new.json
cmp S T || fail "ui and apply do not write the same bytes"
sound S
is='corp.example, 1, 2; new.example, 5, 6; branch.example, 10, 100'
[ "$("$SPPCTL" get S publish-list | sed ':a;N;$!ba;s/\n/; /g')" = "$is" ] ||
	fail "the list is $("$SPPCTL" get S publish-list)"

# Somebody else changes the target meanwhile.
fixture kms-primary S
begin_and_change
"$SPPCTL" set S kms-host=kms7.corp.example >/dev/null
keep s S
key F10
shows 'write these changes?'
key y
shows 'somebody else has changed the target'
kept s S "a conflict"
find_setting kms-host kms7.corp.example
shows '1 pending'
key F10
shows 'write these changes?'
key y
ends 0
# What is printed at the end stays to be read.
shows 'the shell'
shows 'S: 1 change'
[ "$("$SPPCTL" get S low-priority)" = on ] || fail "our change is not there"
[ "$("$SPPCTL" get S kms-host)" = kms7.corp.example ] || fail "his is not"

# Dropped, and ended by a signal: the hive is as it was.
fixture kms-primary S
keep s S
begin_and_change
key q
shows 'drop what is pending?'
line y
ends 0
kept s S "dropped"
begin_and_change
key C-c
ends 130
kept s S "a signal"

# A commit that is refused comes back to the screen with all that is pending.
fixture kms-primary S
begin_and_change
ln S S.link
key F10
shows 'write these changes?'
key y
shows 'Enter goes back'
rm S.link
key Enter
shows '1 pending'
key F10
shows 'write these changes?'
key y
ends 0
[ "$("$SPPCTL" get S low-priority)" = on ] || fail "the second try"

# Other hosts: whom clients ask, as the list is edited, and who is down.
fixture kms-primary S
fixture kms-secondary other
"$SPPCTL" publish other --set-rank corp.example,10,50 >/dev/null
"$SPPCTL" dump other -o other.json >/dev/null
keep o other.json
begin ui S --beside other.json
shows '0 pending'
find_setting publish-list 'DNS domains in which'
key Enter
shows '1.        10    100  1688   66.6%    down  S'
shows '1.        10     50  1688   33.4%  100.0%  other.json'
shows '2.        20    100  1688       -  100.0%  other.json'
shows '66.6% ask in vain, then the next, while it is down: S'
key f
shows '33.4% ask in vain, then the next, while it is down: other.json'
key Enter
shows 'WEIGHT: corp.example, 10, 100_'
line 'corp.example, 30, 1'
shows '1.        10     50  1688  100.0%    down  other.json'
shows '2.        30      1  1688       -  100.0%  S'
t capture-pane -p >log/screen
[ "$(wc -l <log/screen)" -le 24 ] || fail "more than a screen"
key h
shows 'a target or a dump: _'
line nothing
shows "cannot open 'nothing'"
key F4
shows 'owns the record'
key Escape
shows 'Esc back'
kept o other.json "a host beside"
key Escape
shows '1 pending'
key q
shows 'drop what is pending'
line y
ends 0

# A setting in a wrong key: the fix moves it, in one step, as sppctl move does.
fixture kms-primary S
"$SPPCTL" set S lookup-domain=corp.example --scope sl >log/out 2>&1
cp S T
begin ui S
shows '0 pending'
key F3
to_finding R32
shows 'fix: sppctl move S lookup-domain --scope sl'
key Enter
shows 'the fix is staged'
shows '2 pending'
key u
shows 'taken back'
key Enter
shows '2 pending'
key Escape
shows 'SETTING'
key F10
shows 'write these changes?'
key y
ends 0
run 0 move T lookup-domain --scope sl
cmp S T || fail "the staged move and sppctl move differ"

# A scope of its own; the line that is typed can be edited anywhere.
begin ui S
shows '0 pending'
key n
shows 'scope, such as'
line spp/office
shows 'spp/office'
find_setting kms-host 'no discovery through DNS'
key Enter
shows ':PORT too'
key -l 'b.example'
key Home
key -l a
key Right Delete
key End
key -l ':17xy'
key C-w
key -l 'kmss7.corp.example'
key Left Left Left Left Left Left Left Left Left Left Left Left Left Left
key BSpace End
shows 'kms7.corp.example_'
key Enter
shows '1 pending'
key w
shows "sppctl set S kms-host=kms7.corp.example --scope spp/office"
key Escape
shows '1 pending'

# Ended by a signal while changes are pending: they are kept.
keep s S
key C-c
ends 130
shows 'what was pending is in'
grep -q '^kms-host = kms7.corp.example' tmp/*/settings.conf ||
	fail "what was pending is not kept"
rm -rf tmp/*
kept s S "a signal"

# What F10 could not write is told at the first change.
if [ "$(id -u)" != 0 ]; then
	chmod a-w .
	begin ui S
	find_setting low-prio 'may starve'
	key Enter
	shows 'F10 could not write'
	chmod u+w .
fi
ln S S.link
begin ui S
shows '0 pending'
find_setting low-prio 'may starve'
key Enter
shows 'F10 could not write'
shows '1 pending'
key q
shows 'drop what is pending'
line y
ends 0
rm S.link

# Terminals that are none.
for terminal in dumb nothing ''; do
	begin_in "TERM=$terminal" ui S
	shows 'cannot show a screen'
	ends 4
done
begin_in 'LC_ALL=C' ui S
shows '0 pending'
key q
ends 0

# NO_COLOR, and colours without it.
fixture kms-primary S
begin ui S
shows '0 pending'
t capture-pane -p -e | grep -q "$(printf '\033')\[[0-9;]*3[0-7]m" &&
	fail "colours with NO_COLOR"
unset NO_COLOR
begin ui S
shows '0 pending'
t capture-pane -p -e | grep -q "$(printf '\033')\[[0-9;]*3[0-7]m" ||
	fail "no colours without NO_COLOR"
find_setting low-prio 'may starve'
key Enter
shows '1 pending'
key F2
shows '  low-priority: not set (off) -> on'
export NO_COLOR=1

# Hostile names and values, in each scope.
for odd in wrong-types malformed-list hostile-names unicode-names workstation; do
	fixture $odd S
	keep s S
	begin ui S
	shows '0 pending'
	key F3
	key Escape
	find_setting publish-list 'DNS domains'
	key Enter
	shows 'SRV records'
	key Escape
	key /
	shows '/_'
	line backup-product-key
	shows 'SETTING'
	t capture-pane -p >log/screen
	grep -q '12345-\|ABCDE-' log/screen && fail "$odd: a product key"
	shows 'SETTING'
	key q
	ends 0
	kept s S "$odd"
done
exit $failed
