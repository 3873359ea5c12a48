#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# cppcheck over the hypervisor's C, with sizes of 32-bit Arm. Run by make lint.
set -eu
cd "$(dirname "$0")/../.."

# comparePointers: the addresses that linker.ld gives are one object's, although each is declared by itself.
check() {
	cppcheck -q --error-exitcode=1 --inline-suppr --std=c11 --platform=unix32 \
		--enable=warning,performance,portability --suppress=missingIncludeSystem --suppress=unmatchedSuppression \
		--suppress=comparePointers --suppress="*:$B/sysroot/*" \
		-D__arm__ -D__GNUC__=12 -DSKEP_DEBUG=0 -I. -I"$B/sysroot/include" "$@"
}

sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT
echo 'int sample(void); int sample(void) { int a[2] = {1, 2}; return a[2]; }' >"$sample/sample.c"
if check "$sample/sample.c" 2>/dev/null; then
	echo "cppcheck: self-check failed: it did not find an access outside of an array"
	exit 1
fi

c_files=
for file in $SKEP_SRC; do
	case $file in *.c) c_files="$c_files $file" ;; esac
done
[ -z "$c_files" ] && exit 0
# shellcheck disable=SC2086 # a list of names
check -j 2 $c_files
