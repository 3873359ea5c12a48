#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# clang-tidy over the hypervisor's C, with the checks that .clang-tidy names. Run by make lint.
#
# It is the second compiler that reads the sources; it gets the flags of the first but those that it does not know,
# and newlib's headers from where the first one has them.
set -eu
cd "$(dirname "$0")/../.."

newlib=$($CC -print-sysroot)/include
[ -d "$newlib" ] || newlib=/usr/include/newlib
flags="--target=armv7a-none-eabi -mcpu=cortex-a15 -mthumb -mfloat-abi=soft -ffreestanding -std=gnu11 -isystem $newlib"
for word in $SKEP_FLAGS; do
	case $word in -I* | -D*) flags="$flags $word" ;; esac
done
flags="$flags -isystem $B/sysroot/include"

# shellcheck disable=SC2086 # a list of words
tidy() { clang-tidy --quiet --config-file=.clang-tidy --warnings-as-errors='*' "$1" -- $flags 2>&1; }

if [ "${1-}" = --one ]; then
	tidy "$2" | grep -v ' warnings\{0,1\} generated\.$' >"$3/out.$$" || true
	grep -q ': error: \|: warning: ' "$3/out.$$" || exit 0
	cat "$3/out.$$"
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'int sample(int *p); int sample(int *p) { p = 0; return *p; }' >"$work/sample.c"
if "$0" --one "$work/sample.c" "$work" >/dev/null; then
	echo "tidy: self-check failed: it did not find a null pointer that is followed"
	exit 1
fi

for file in $SKEP_SRC; do
	case $file in *.c) ;; *) continue ;; esac
	echo "$file"
done >"$work/files"
xargs -P 2 -I @ "$0" --one @ "$work" <"$work/files"
