#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sppctl ui in a terminal of tmux: keys go in, the screen is looked at, and
# what F10 writes is the same, byte for byte, as what sppctl apply writes.
# label: thorough 20
. "$SOURCE/tests/check.sh"
command -v tmux >/dev/null || skip "no tmux"
export SOURCE_DATE_EPOCH=1700000000 TMUX_TMPDIR="$work" TERM=xterm-256color
unset TMUX
server=0
trap 't kill-server 2>/dev/null; rm -rf "$work"' EXIT

# t WORD...: tmux, each terminal with a server of its own
t()
{
	tmux -L ui$server -f /dev/null "$@"
}
fixture kms-primary probe
"$SPPCTL" ui probe >log/out 2>log/err </dev/null
[ $? -eq 4 ] || fail "without a terminal it is not refused"
grep -q 'not in this build' log/err && skip "no ncursesw in this build"
said 'use sppctl edit'

# begin WORD...: sppctl with these words in a terminal of 80x24
begin()
{
	t kill-server 2>/dev/null
	server=$((server + 1))
	rm -f ended
	t new-session -d -x 80 -y 24 \
		"trap : INT; $SPPCTL $*; echo \$? >$work/ended; sleep 60" || exit 2
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
key Enter
line 20000
shows '2 pending'

# Host and port at once, and one that is not a host.
find_setting kms-host 'no discovery through DNS'
key Enter
shows ':PORT too'
line 'a b'
shows '2 pending'
key Enter
shows ':PORT too'
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
shows '_vlmcs._tcp.branch.example  SRV 10 100 1688'
key a
shows 'DOMAIN, PRIORITY, WEIGHT: _'
line 'new.example, 5, 6'
shows '_vlmcs._tcp.new.example  SRV 5 6 1688'
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
line 'corp.example, 1, 2'
shows '_vlmcs._tcp.corp.example  SRV 1 2 1688'
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
grep -n R28 log/screen >log/at || fail "no finding of what is pending"
n=$(($(sed 's/:.*//' log/at) - 2))
while [ $n -gt 0 ]; do
	key Down
	n=$((n - 1))
done
key Enter
shows 'the fix is staged'
shows '5 pending'
key u
shows '6 pending'

# Resizing.
t resize-window -x 120 -y 40
shows '\SoftwareProtectionPlatform\DnsDomainPublishList'
t resize-window -x 60 -y 10
shows '80 columns and 24 rows needed'
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
begin ui S
shows '0 pending'
find_setting low-prio 'may starve'
key Enter
shows '1 pending'
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
[ "$("$SPPCTL" get S low-priority)" = on ] || fail "our change is not there"
[ "$("$SPPCTL" get S kms-host)" = kms7.corp.example ] || fail "his is not"

# Dropped, and ended by a signal: the hive is as it was.
fixture kms-primary S
keep s S
begin ui S
shows '0 pending'
find_setting low-prio 'may starve'
key Enter
shows '1 pending'
key q
shows 'drop what is pending?'
line y
ends 0
kept s S "dropped"
begin ui S
shows '0 pending'
find_setting low-prio 'may starve'
key Enter
shows '1 pending'
key C-c
ends 130
kept s S "a signal"

# A commit that is refused comes back to the screen with all that is pending.
fixture kms-primary S
begin ui S
shows '0 pending'
find_setting low-prio 'may starve'
key Enter
shows '1 pending'
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
