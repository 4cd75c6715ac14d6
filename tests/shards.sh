# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of programs that spread one list over machines share.

# Hives in the folder t, a list of them, and a policy for each.
forty_hives()
{
	for i in $(seq 40); do
		cp "$FIXTURES/kms-primary.hive" t/h$i
		echo "$work/t/h$i"
	done >list
	chmod u+w t/*
	echo '{"sppctl-policy":1,"scopes":{"spp":{"kms-port":1811}}}' >p.json
}

# Two free ports of loopback.
two_ports()
{
	python3 -c '
import socket
s = [socket.socket() for i in range(2)]
for one in s: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in s))'
}
