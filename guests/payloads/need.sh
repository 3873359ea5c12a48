#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Makes sure that Debian packages (tools of this machine) are installed.
#
#   usage: guests/payloads/need.sh PACKAGE...
#
# Silent, and without network, when all of them are. Otherwise one line says what is installed, and apt-get does
# it, as root or by sudo. Recommended packages are left out: they are not needed and are many.
set -eu

missing=
for package; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null; then
	as_root=sudo
else
	echo "need: please install, as root:$missing" >&2
	exit 1
fi

echo "need: installing$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
	# shellcheck disable=SC2086 # a list of names
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
		-o DPkg::Lock::Timeout=300 $missing >"$log" 2>&1 </dev/null
}
# The lists may be absent (a new machine) or old (a package was replaced).
install || { $as_root apt-get update -q >"$log" 2>&1 || true; install; } || { cat "$log" >&2; exit 1; }
