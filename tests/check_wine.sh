#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Wine's reg.exe imports every .reg file, and its cmd.exe runs every script
# that sppctl exports; what its reg.exe exports afterwards is what the policy
# said: for every setting, and for values that are odd.
# label: judges 90
. "$SOURCE/tests/check.sh"
export SOURCE_DATE_EPOCH=1700000000
wine=
for name in wine64 /usr/lib/wine/wine64 wine; do
	command -v "$name" >/dev/null && { wine=$name && break; }
done
[ "$wine" ] || skip "no wine"
command -v python3 >/dev/null || skip "no python3"
export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEARCH=win64
export WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='
unset DISPLAY

# win WORD...: a Windows program
win()
{
	timeout 120 "$wine" "$@" >log/wine 2>&1 </dev/null
}
trap 'timeout 20 "$server" -k 2>/dev/null; rm -rf "$work"' EXIT
server=wineserver
for name in /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver; do
	[ ! -x "$name" ] || { server=$name && break; }
done
timeout 240 "$wine" wineboot -i >log/wine 2>&1 </dev/null
win reg query 'HKLM\Software' || skip "Wine does not start here"
"$wine" --version 2>/dev/null | grep wine

# Some versions of its cmd.exe run what follows && and || whatever the exit code
# before was; the exit code of a script says nothing there.
printf 'cmd /c exit 3 && exit 5\r\ncmd /c exit 0 || exit 6\r\nexit 0\r\n' >and.cmd
win cmd /c and.cmd
lax=$?
[ $lax = 0 ] || echo "this Wine runs what follows && and || in any case," \
	"Windows does not: exit codes of scripts are not looked at"

cat >make.py <<'END'
import json, os, sys
settings = [s for s in json.load(open('settings.json'))['settings']
            if s['settable']]
def sz(t, end='\0'):
    return (t + end).encode('utf-16le').hex()
odd = {
    'REG_DWORD': [n.to_bytes(4, 'little').hex()
                  for n in (0, 1, 15, 0x7fffffff, 0xffffffff)],
    'REG_SZ': [sz(t) for t in (
        'kms.corp.example', '', '1688', '[2001:db8::1]', 'with blanks, commas',
        'C:\\Windows\\%TEMP%\\', '"quoted" \'too\' <&> ^|!',
        'zürich ‘q’ 🔑', '\\\\server\\0 and \\" ends in backslash\\',
        'x' * 900, ' both ends ', '%PATH%', '%1', '=-', 'hex(7):00')],
    'REG_EXPAND_SZ': [sz('%SystemRoot%\\x'), sz('')],
    'REG_MULTI_SZ': [sz(t) for t in (
        'a.example, 1, 2\0b.example, 0, 0\0', '', 'one\0', 'ü\0"q"\0\\0\0',
        'no end', 'an empty\0\0one\0')],
    'REG_BINARY': ['', '00', 'cafe0123456789' * 9],
    'REG_QWORD': ['ffffffffffffffff'],
    'REG_NONE': ['0102'],
}
# In spp itself slmgr.vbs would set these in a script; Wine has none.
slmgr = ('kms-host', 'kms-port', 'lookup-domain')
def scope(s):
    return 'spp/office' if s['scope'] == 'spp' and s['name'] in slmgr \
        else s['scope']
def write(name, wishes):
    scopes = {}
    for s, type_, data in wishes:
        scopes.setdefault(scope(s), {})[s['name']] = {'type': type_,
                                                     'hex': data}
    json.dump({'sppctl-policy': 1, 'scopes': scopes}, open(name, 'w'))
every = [(t, d) for t in odd for d in odd[t]]
if sys.argv[1] == 'odd':
    for i in range(len(every)):
        write('odd%02d.json' % i, [(s, *every[(i + k) % len(every)])
                                   for k, s in enumerate(settings)])
    # One value each, to find out what a script can say.
    for t in odd:
        s = next((s for s in settings if s['type'] == t), None)
        for i, d in enumerate(odd[t] if s else ()):
            write('try-%s-%d.json' % (t, i), [(s, t, d)])
    own = [s['name'] for s in settings if s['scope'] == 'spp']
    json.dump({'sppctl-policy': 1, 'scopes': {
        'spp': {n: None for n in own if n not in slmgr},
        'spp/office': {'kms-host': None, 'kms-port': 1690},
        'wow': {'host-version': None, 'kms-port': None}}},
        open('none.json', 'w'))
else:
    can = {t: [d for i, d in enumerate(odd[t])
               if os.path.exists('try-%s-%d.cmd' % (t, i))] for t in odd}
    print(sum(map(len, can.values())), 'values can be said in a script')
    for i in range(max(map(len, can.values()))):
        write('script%02d.json' % i,
              [(s, s['type'], can[s['type']][(i + k) % len(can[s['type']])])
               for k, s in enumerate(settings) if can.get(s['type'])])
END
run 0 settings --json
cp log/out settings.json
python3 make.py odd || fail "no policies"

nt='Microsoft\Windows NT\CurrentVersion'
cat >keys <<END
HKLM\\SOFTWARE\\$nt\\SoftwareProtectionPlatform
HKLM\\SOFTWARE\\Policies\\$nt\\Software Protection Platform
HKLM\\SOFTWARE\\Wow6432Node\\$nt\\SoftwareProtectionPlatform
END
awk '{ printf "reg export \"%s\" key%d.reg /y\r\n", $0, NR }' keys >export.cmd

# state FILE: what Wine has now, as one .reg file
state()
{
	rm -f key*.reg
	win cmd /c export.cmd
	for key in key*.reg; do
		[ ! -f "$key" ] || iconv -f UTF-16 -t UTF-8 "$key"
	done | tr -d '\r' |
		awk 'NR == 1 || !/^Windows Registry Editor/' >"$1"
	[ -s "$1" ] || echo 'Windows Registry Editor Version 5.00' >"$1"
}

# agrees POLICY HOW: what Wine has is what the policy says
agrees()
{
	state is.reg
	"$SPPCTL" diff is.reg "$1" >log/diff 2>&1 || {
		fail "$1 through $2: Wine has something else"
		sed 's/^/    /' log/diff
	}
}

# 1. .reg files, all settings and all odd values.  In UTF-16: strings that are
# written in hex, of a file in 8 bits, Wine takes for 8 bits as well.  Strings
# without their end are not tried: Wine's reg.exe gives them one.
count=0
for policy in odd*.json; do
	"$SPPCTL" export "$policy" --to reg -o in.reg 2>log/err ||
		{ fail "$policy: $(cat log/err)" && continue; }
	win reg import in.reg || fail "$policy: Wine's reg import fails"
	agrees "$policy" "reg import"
	count=$((count + 1))
done
echo "reg import: $count policies of all settings"
# What is to be absent is gone afterwards.
"$SPPCTL" export none.json --to reg -o in.reg
win reg import in.reg || fail "none.json: Wine's reg import fails"
agrees none.json "reg import"

# 2. scripts
for policy in try-*.json; do
	"$SPPCTL" export "$policy" --to cmd -o "${policy%.json}.cmd" \
		2>>log/refused || rm -f "${policy%.json}.cmd"
done
python3 make.py script || fail "no policies"
count=0
for policy in script*.json; do
	"$SPPCTL" export "$policy" --to cmd -o in.cmd 2>log/err ||
		{ fail "$policy: $(cat log/err)" && continue; }
	# The service is not there; what it would read stays in the registry.
	win cmd /c in.cmd || [ $lax != 0 ] || fail "$policy: the script fails"
	agrees "$policy" "cmd.exe"
	count=$((count + 1))
done
echo "cmd.exe: $count scripts"
"$SPPCTL" export none.json --to cmd -o in.cmd
win cmd /c in.cmd || [ $lax != 0 ] || fail "none.json: the script fails"
agrees none.json "cmd.exe"
exit $failed
