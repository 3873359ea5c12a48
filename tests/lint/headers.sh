#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Each header compiles alone and may be included twice, so that the order of includes never matters. Run by make lint.
set -eu
cd "$(dirname "$0")/../.."

# Compiles the inclusion of one header, given by its path from the root or from the sample's folder.
alone() {
	# shellcheck disable=SC2086 # lists of words
	printf '#include "%s"\n#include "%s"\n' "$1" "$1" | $CC $SKEP_FLAGS -I"$sample" -fsyntax-only -x c -
}

sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT
echo 'uint32_t sample(void);' >"$sample/no-include.h"
echo 'struct sample { int x; };' >"$sample/no-guard.h"
for bad in no-include no-guard; do
	if alone $bad.h 2>/dev/null; then
		echo "headers: self-check failed: it did not find $bad"
		exit 1
	fi
done

status=0
for room in boot hyp/lib hyp/arch hyp/core mm drivers vcpu guests guests/dev hyp hyp/shell; do
	for header in "$room"/*.h; do
		[ -f "$header" ] || continue
		alone "$header" || { echo "$header:1: does not compile alone, or not twice"; status=1; }
	done
done
exit $status
