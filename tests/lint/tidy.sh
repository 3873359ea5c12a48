#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# clang-tidy over one C file of the hypervisor, with the checks that .clang-tidy names. Run by make lint.
#
#   usage: tests/lint/tidy.sh [FILE]
#
# It is the second compiler that reads the sources; it gets the flags of the first but those that it does not know,
# and newlib's headers from where the first one has them. Without a file it proves that it can fail.
set -eu
cd "$(dirname "$0")/../.."

newlib=$($CC -print-sysroot)/include
[ -d "$newlib" ] || newlib=/usr/include/newlib
flags="--target=armv7a-none-eabi -mcpu=cortex-a15 -mthumb -mfloat-abi=soft -ffreestanding -std=gnu11 -isystem $newlib"
for word in $SKEP_FLAGS; do
	case $word in
	-D__*INT32_TYPE__*) ;; # its own 32-bit types are int already
	-I* | -D*) flags="$flags $word" ;;
	esac
done
flags="$flags -isystem $B/sysroot/include"

# shellcheck disable=SC2086 # a list of words
tidy() { clang-tidy --quiet --config-file=.clang-tidy --warnings-as-errors='*' "$1" -- $flags 2>&1; }

if [ $# = 1 ]; then
	out=$(tidy "$1") || { echo "$out"; exit 1; }
	exit 0
fi

sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT
echo 'int sample(int *p); int sample(int *p) { p = 0; return *p; }' >"$sample/sample.c"
if tidy "$sample/sample.c" >/dev/null; then
	echo "tidy: self-check failed: it did not find a null pointer that is followed"
	exit 1
fi
