#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# GPO backups as folders: what is written is read again, the same policy is
# the same bytes, further backups go beside, and what others plant in a folder
# is not followed.  Backups that Windows wrote, where they are at hand: each is
# read, and ours have their form byte for byte.
# label: quick 3
. "$SOURCE/tests/check.sh"
export SOURCE_DATE_EPOCH=1700000000

cp "$SOURCE/tests/gpo_host.json" host.json
cat >client.json <<'END'
{ "sppctl-policy": 1, "scopes": { "spp": { "kms-host": "kms.corp.example" } } }
END

# files FOLDER: every file with its sum
files()
{
	(cd "$1" && find . -type f | sort | xargs -d '\n' md5sum)
}

# --- there and back, twice the same
run 0 export host.json --to gpo-backup -o one --domain corp.example
grep -q "GPO 'KMS hosts', 4 preferences, 1 policy value" log/out ||
	fail "$(cat log/out)"
files one >log/first
run 0 export host.json --to gpo-backup -o one --domain corp.example
run 0 export host.json --to gpo-backup -o two --domain corp.example
files one | diff log/first - || fail "writing it again changed it"
files two | diff log/first - || fail "the same policy is other bytes"
run 0 import one -o back.json
run 0 export host.json --to json -o plain.json
diff plain.json back.json || fail "what is read is not what was written"
cp "$FIXTURES/kms-primary.hive" SOFTWARE
chmod u+w SOFTWARE
run 0 apply SOFTWARE one
run 0 diff SOFTWARE one
run 0 diff SOFTWARE host.json
run 0 audit one --json --fail-on critical

# --- several in one folder
run 0 export client.json --to gpo-backup -o one --gpo-name 'KMS clients' \
	--domain corp.example
run 0 convert SOFTWARE one --to gpo-backup --gpo-name 'as it was'
[ "$(find one -name Backup.xml | wc -l)" = 3 ] || fail "not three backups"
[ "$(grep -o '<BackupInst>' one/manifest.xml | wc -l)" = 3 ] ||
	fail "the manifest does not list three"
[ "$(find one -name 'import-*.ps1' | wc -l)" = 3 ] || fail "not three scripts"
run 4 import one
said "'one' has 3 GPOs; choose one with --gpo NAME or ID"
said "KMS clients: 1 KMS setting"
run 0 import one --gpo 'kms CLIENTS' -o back.json
diff - back.json <<'END' || fail "not what the clients get"
{
  "sppctl-policy": 1,
  "name": "KMS clients",
  "scopes": {
    "spp": {
      "kms-host": "kms.corp.example"
    }
  }
}
END
run 0 diff SOFTWARE one --gpo 'as it was' --from gpo-backup
run 3 import one --gpo nobody
said "'one' has no GPO 'nobody'"
run 2 import host.json --gpo x
run 2 export host.json --to gpo-backup
run 2 export host.json --to gpp --gpo-name x
run 2 export host.json --to gpo-backup -o new --gpo-name 'a
b'
run 2 export host.json --to gpo-backup -o new --domain 'a b'
[ ! -e new ] || fail "a refused export made a folder"

# --- a manifest that is not ours, and a backup that somebody changed
mkdir strange
echo '<Backups/>' >strange/manifest.xml
run 4 export host.json --to gpo-backup -o strange
grep -qx '<Backups/>' strange/manifest.xml || fail "a manifest was replaced"
# Refused, it leaves nothing: a manifest that cannot be read or written, a
# folder that has the name of the script.
left()
{
	find "$1" | sort >log/left
	diff log/was log/left || fail "$2: left in the folder"
}
mkdir garbage
echo garbage >garbage/manifest.xml
find garbage | sort >log/was
run '3|4' export host.json --to gpo-backup -o garbage
left garbage "no manifest"
run 0 export client.json --to gpo-backup -o kept
chmod 400 kept/manifest.xml
find kept | sort >log/was
run 4 export host.json --to gpo-backup -o kept
left kept "a manifest marked read-only"
chmod 600 kept/manifest.xml
mkdir "kept/$(basename one/import-KMS-hosts-*.ps1)"
find kept | sort >log/was
run '3|4' export host.json --to gpo-backup -o kept --domain corp.example
left kept "a folder named as the script"
rmdir kept/import-KMS-hosts-*.ps1
run 0 export host.json --to gpo-backup -o kept --domain corp.example
echo more >>"$(echo two/*/Backup.xml)"
run 4 export host.json --to gpo-backup -o two --domain corp.example
said "is there with other content"
touch file
run 3 export host.json --to gpo-backup -o file

# --- a call that fails leaves the folder as it was, or, once the manifest has
# its new name, with a backup that is whole
"$CC" -D_GNU_SOURCE -shared -fPIC -o shim.so "$SOURCE/tests/fault/shim.c" -ldl ||
	exit 1
# exported [FAULT]: host.json beside what the folder "to" has already
exported()
{
	rm -rf to
	[ ! -d from ] || cp -a from to
	FAULT_LOG=$work/calls FAULT_AT="${1:-0 0}" FAULT_DO=5 \
		LD_PRELOAD=$work/shim.so "$PLAIN" export host.json \
		--to gpo-backup -o to --domain corp.example >log/out 2>log/err
}
# listing FOLDER: all names and bytes
listing()
{
	[ ! -d "$1" ] || (cd "$1" && find . | sort && files .)
}
for about in "a new folder" "a folder with a backup"; do
	rm -rf from
	[ "$about" = "a new folder" ] ||
		run 0 export client.json --to gpo-backup -o from
	listing from >log/was
	: >calls
	exported || fail "$about: $(cat log/err)"
	listing to >log/done
	stays=0
	for n in $(tr -d '\000' <calls |
		awk '$1 == 0 && $3 ~ /^(create|rename|pwrite|fsync)/ { print $2 }'); do
		exported "0 $n" && continue
		listing to >log/left
		if cmp -s log/was log/left; then
			continue
		elif cmp -s log/done log/left; then
			said "stays, since the manifest may name it"
			stays=$((stays + 1))
		else
			fail "$about, call $n: $(cat log/err)"
			diff log/was log/left
		fi
	done
	[ $stays = 1 ] || fail "$about: $stays of the calls leave the backup"
done

# --- whom the ready ones are for
for ready in primary=1 secondary=1 client=0; do
	run 0 export "$SOURCE/policy/ready/${ready%=*}.json" --to gpo-backup \
		-o ready --gpo-name "$ready"
	grep -q "IsKeyManagementServiceMachine = ${ready#*=}" log/out ||
		fail "$ready: $(cat log/out)"
done

# --- SYSVOL, in the spelling of a Samba server, and a local GPO
guid="{31B2F340-016D-11D2-945F-00C04FB984F9}"
mkdir -p "sysvol/Policies/$guid/MACHINE/Preferences" local/Machine
cp -r one/*/DomainSysvol/GPO/Machine/Preferences \
	"sysvol/Policies/$guid/MACHINE/" 2>/dev/null
echo '[General]' >"sysvol/Policies/$guid/GPT.INI"
run 0 diff SOFTWARE "sysvol/Policies/$guid" || :
run 0 import sysvol --gpo "$guid"
echo '{ "sppctl-policy": 1, "scopes": { "spp": { "kms-port": 1701 } } }' >p.json
run 0 export p.json --to pol -o local/Machine/Registry.pol
echo '[General]' >local/gpt.ini
run 0 import local
grep -q '"kms-port": 1701' log/out || fail "no port in the local GPO"

# --- what others plant
ln -s /etc/passwd "local/Machine/link"
mkfifo local/Machine/pipe
mkdir -p local/Machine/Preferences/Registry
ln -s /dev/zero local/Machine/Preferences/Registry/Registry.xml
timeout 20 "$SPPCTL" import local >log/out 2>log/err || fail "planted files"
said "3 links or other things"
rm local/Machine/Preferences/Registry/Registry.xml
truncate -s 9M local/Machine/Preferences/Registry/Registry.xml
run 3 import local
said "is too large"
cat >local/Machine/Preferences/Registry/Registry.xml <<'END'
<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<RegistrySettings clsid="{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}">&x;</RegistrySettings>
END
run 3 import local
said "a document type"
rm local/Machine/Preferences/Registry/Registry.xml
mkdir deep && (cd deep && : >gpt.ini && mkdir -p "$(printf 'd/%.0s' $(seq 200))")
run 0 import deep
# A Windows folder is a target, whatever else is in it.
mkdir -p win/Windows/System32/config win/Policies
cp SOFTWARE win/Windows/System32/config/SOFTWARE
run 0 dump win
grep -q '"image"' log/out || fail "a Windows was taken for GPOs"

# --- what Windows wrote
real=$SOURCE/../shared/gpo/backup
if [ ! -d "$real" ]; then
	echo "no ../shared: the backups that Windows wrote are left out"
	exit $failed
fi
# counts NAME FOREIGN NOTE
counts()
{
	run 0 import "$real/$1"
	[ "$(grep -c '"spp"' log/out)" = 0 ] || fail "$1: settings from nowhere"
	listed=$(grep -c 'not a KMS setting' log/err)
	more=$(sed -n 's/.*: and \([0-9]*\) more that are.*/\1/p' log/err)
	[ $((listed + ${more:-0})) = "$2" ] ||
		fail "$1: $listed and ${more:-0} foreign items, not $2"
	[ ! "$3" ] || said "$3"
	run 4 import "$real/$1" --strict
}
counts registry-preferences-and-policy 227 \
	'the user side of the GPO is left out: 81 values'
counts services-ws2025 1 ''
counts user-side-only 6 "'DoD - Internet Explorer 11 - User' is switched off"
run 4 import "$real"
said "has 3 GPOs"
run 0 import "$real" --gpo WI01A-Services-GPMC

# form FILE: without what differs: names, ids, times, descriptors, the files
# and extensions that the other GPO has
cat >form.py <<'END'
import re, sys
t = open(sys.argv[1], 'rb').read().decode()
t = re.sub(r'\{[0-9A-Fa-f-]{36}\}', '{ID}', t)
t = re.sub(r'<SecurityGroups>.*</SecurityGroups>', '<SecurityGroups/>', t)
t = re.sub(r'(<SecurityDescriptor>)[^<]*', r'\1', t)
t = re.sub(r'(?<=<!\[CDATA\[)(?!\[)[^]]*', 'X', t)
t = re.sub(r'(?<=<!\[CDATA\[)\[.*?\](?=\]\]>)', '[TOOLS]', t)
t = re.sub(r'\\\\[^"]*?\\Policies', r'\\\\Policies', t)
t = t.replace('Registry\\Registry.xml', 'Services\\Services.xml')
t = t.replace('Preferences\\Registry"', 'Preferences\\Services"')
sys.stdout.write(t)
END
run 0 export client.json --to gpo-backup -o form
for file in manifest.xml bkupInfo.xml Backup.xml; do
	python3 form.py "$(find "$real/services-ws2025" -name $file)" >theirs
	python3 form.py "$(find form -name $file)" >ours
	cmp theirs ours || fail "$file has not the form that Windows writes"
done
exit $failed
