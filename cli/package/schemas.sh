#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the JSON Schema of every document that sppctl reads or prints:
#
#	sh schemas.sh FOLDER [EMULATOR...] SPPCTL
set -eu
folder=$1
shift
rm -f "$folder"/*.json
mkdir -p "$folder"
"$@" help schema >"$folder/policy.json"
kinds=$("$@" help json | sed -n 's/^\([a-z-]*\), version.*/\1/p')
for kind in $kinds fleet; do
	"$@" help schema "$kind" >"$folder/$kind.json"
done
