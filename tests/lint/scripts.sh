#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Shell scripts and Python programs, read by shellcheck and pyflakes. Run by make lint.
set -eu
cd "$(dirname "$0")/../.."

# shellcheck disable=SC2016 # to be found, not to be expanded
if echo 'rm $1' | shellcheck -s sh - >/dev/null 2>&1; then
	echo "scripts: self-check failed: shellcheck did not find an unquoted variable"
	exit 1
fi
if echo 'import os' | /usr/bin/python3 -m pyflakes >/dev/null 2>&1; then
	echo "scripts: self-check failed: pyflakes did not find an unused import"
	exit 1
fi

# What begins with a shell's name is a shell script, whatever its own.
grep -rlE --exclude-dir=.git --exclude-dir=build --exclude-dir=.cache '^#! ?/bin/(busybox )?sh' . |
	sort | xargs shellcheck -s sh -e SC2317
find . \( -name .git -o -name build -o -name .cache \) -prune -o -name '*.py' -print | sort |
	xargs /usr/bin/python3 -m pyflakes
