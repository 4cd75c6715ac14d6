#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the JSON Schema of every document that sppctl reads or prints:
#
#	sh schemas.sh SPPCTL FOLDER
set -eu
program=$1
folder=$2
rm -f "$folder"/*.json
mkdir -p "$folder"
"$program" help schema >"$folder/policy.json"
kinds=$("$program" help json | sed -n 's/^\([a-z-]*\), version.*/\1/p')
for kind in $kinds fleet; do
	"$program" help schema "$kind" >"$folder/$kind.json"
done
