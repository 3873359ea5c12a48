#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# All C is formatted as .clang-format says. To put it right: clang-format -i FILE. Run by make lint.
set -eu
cd "$(dirname "$0")/../.."

# The sample is formatted as if it lay in the root, where .clang-format is.
if echo 'int  main( ){return 0 ;}' | clang-format --dry-run -Werror --assume-filename="$PWD/sample.c" 2>/dev/null; then
	echo "format: self-check failed: it accepts anything"
	exit 1
fi

bad=$(find boot hyp mm drivers vcpu guests tests -name '*.[ch]' -exec sh -c '
	for file; do clang-format "$file" | cmp -s - "$file" || echo "$file:1: not formatted: clang-format -i $file"; done
' sh {} +)
[ -z "$bad" ] || { echo "$bad"; exit 1; }
