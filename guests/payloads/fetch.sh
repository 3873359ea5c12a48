#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Fetches Debian packages built for armhf into .cache/debs/NAME.deb, whatever the machine itself runs on.
#
#   usage: guests/payloads/fetch.sh NAME...
#
# A name that depends on one versioned package of its own kind (linux-image-armmp-lpae depends on the kernel of
# the day) stands for that one. What is in the cache already is left alone and needs no network.
#
# apt keeps its whole state for this in .cache/apt, so the machine's own architectures, lists and installed
# packages are neither changed nor looked at. Sources and keys are the machine's. Nothing is installed.
set -eu

cd "$(dirname "$0")/../.."
cache=$PWD/.cache
arch=armhf

say() { echo "fetch: $*" >&2; }

[ $# -gt 0 ] || { say "usage: $0 NAME..."; exit 2; }

missing=
for name; do
	[ -s "$cache/debs/$name.deb" ] || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

mkdir -p "$cache/debs" "$cache/apt/lists/partial" "$cache/apt/archives/partial" "$cache/apt/download"
rm -f "$cache/apt/"*.log

# make -j may call this several times at once: one at a time, and then look again.
exec 9>"$cache/apt/lock"
flock 9

private() {
	tool=$1
	shift
	"$tool" -q -o APT::Architecture=$arch -o APT::Architectures=$arch -o APT::Sandbox::User=root \
		-o APT::Get::List-Cleanup=false -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
		-o Dir::State="$cache/apt" -o Dir::State::status=/dev/null -o Dir::Cache="$cache/apt" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= "$@"
}

update() {
	say "reading the package lists for $arch into .cache/apt"
	# A source that has no armhf, or a mirror in the middle of its own update, makes this fail although all
	# that is wanted can be had: what counts is whether the download finds its package.
	private apt-get update >"$cache/apt/update.log" 2>&1 || true
}

# The package that NAME stands for: itself, or the versioned one that it depends on.
resolve() {
	private apt-cache show "$1" >/dev/null 2>&1 || return 1
	case $1 in
	linux-image-*)
		private apt-cache depends --important "$1" 2>/dev/null |
			sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1 ;;
	*)	echo "$1" ;;
	esac
}

download() {
	real=$(resolve "$1") && [ -n "$real" ] || return 1
	rm -f "$cache/apt/download/"*
	(cd "$cache/apt/download" && private apt-get download "$real") >"$cache/apt/download.log" 2>&1 || return 1
	say "$(basename "$cache/apt/download/"*.deb)"
	mv "$cache/apt/download/"*.deb "$cache/debs/$1.deb"
}

for name in $missing; do
	[ ! -s "$cache/debs/$name.deb" ] || continue
	download "$name" && continue
	# No lists yet, or older than a point release that replaced the package.
	update
	download "$name" && continue
	say "cannot get $name for $arch from this machine's apt sources:"
	cat "$cache/apt/update.log" "$cache/apt/download.log" >&2 2>/dev/null || true
	exit 1
done
