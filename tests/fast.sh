# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced first by scripts that start sppctl hundreds of times: they take the
# build without sanitizers, which needs a quarter of the processor time.  Unit
# tests, cases, fuzzing and the scripts about hostile bytes run with sanitizers.
# SPPCTL_SANITIZED=1: these do, too.  So they do where the build without is not
# there, or older than the source.
# shellcheck disable=SC2034 # for whoever sources it
if [ -z "${SPPCTL_SANITIZED:-}" ] && [ -x "${PLAIN:-}" ] &&
	[ -z "$(find "$SOURCE/hive" "$SOURCE/policy" "$SOURCE/cli" \
		-name '*.[ch]' -newer "$PLAIN" -print -quit)" ]; then
	SPPCTL=$PLAIN
fi
