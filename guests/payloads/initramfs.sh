#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Packs an initial ramdisk for Linux: the static busybox of a Debian package and the files of a folder.
#
#   usage: guests/payloads/initramfs.sh BUSYBOX.deb FOLDER OUTPUT
#
# The same input gives the same bytes: order, owner, modes and times are fixed, and gzip keeps no name or time.
set -eu

deb=$1 folder=$2 out=$3
root=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$root"' EXIT
umask 022

mkdir -p "$root/bin"
dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './*bin/busybox' >"$root/bin/busybox"
cp -R "$folder/." "$root/"
chmod -R u=rwX,go=rX "$root"
chmod 755 "$root/bin/busybox" "$root/init"
find "$root" -exec touch -h -d @0 {} +

(cd "$root" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0) | gzip -9n >"$out"
