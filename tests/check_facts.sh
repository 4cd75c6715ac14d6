#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What Microsoft's pages say, where other pages of theirs or of others say
# something else, is what the program says: a line for each statement.
# label: quick 5
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"

# says WORDS ARGUMENT...: the command prints the words, however it breaks lines
says()
{
	words=$1
	shift
	"$SPPCTL" "$@" >log/out 2>&1
	tr -s ' \n' ' ' <log/out | grep -qF "$words" ||
		fail "not said: $words (sppctl $*)"
}

says "a link that some activation dialogs show besides Microsoft's" \
	settings AlternateURL
says 'they come anyway once the grace period is over' \
	settings NotificationDisabled
says 'Volume Activation general information' settings NotificationDisabled
says 'not for KMS clients' settings Manual
says 'Manage connections from Windows operating system' settings NoGenTicket
says 'Turn off KMS Client Online AVS Validation' settings NoGenTicket
says 'as Windows Server 2016 has it' settings NoAcquireGT
says 'Control Device Reactivation for Retail devices' \
	settings AllowWindowsEntitlementReactivation
says 'scopes spp, ospp, policies' settings UserOperations
says "a client's own is never used" settings VLRenewalInterval
says 'a number other than 1 to 3 means all' settings VLActivationType
says 'Microsoft documents KeyManagementServiceName alone' help scopes
says 'a page of 2019 that says they do not is out of date' help scopes
says 'asks Active Directory before any KMS host, unless activation-type' \
	help scopes
says 'lost its domains to HTML' help scopes
says 'VLActivationInterval is the setting' settings ActivationInterval
says 'REG_QWORD' settings LastAction
says 'its type is not known' settings ActionId
says 'its meaning is not documented' settings SuppressRulesEngine
says 'spp, sl' settings SkipRearm

# The hosts of a client's hive are judged with the words of the rules.
cp "$FIXTURES/kms-client.hive" client
cp "$FIXTURES/kms-primary.hive" host
"$SPPCTL" audit --rules >rules
for rule in R33 R36 R42 R43; do
	grep -q "$rule" rules || fail "no rule $rule"
done
for host in azkms.core.windows.net kms.core.windows.net \
	azkms.core.chinacloudapi.cn kms.core.chinacloudapi.cn \
	kms.windows.googlecloud.com 169.254.169.250 169.254.169.251 \
	169.254.169.253 kms.cloud.aliyuncs.com kms.tencentyun.com; do
	cp client cloud
	"$SPPCTL" set cloud kms-host=$host >/dev/null 2>&1
	says "'$host' is the KMS host of" audit cloud
done
says 'Whether the service reads it is not known' audit --rules
says 'Microsoft documents none for these records' dns host
says 'how Windows draws is not documented' simulate client
exit $failed
