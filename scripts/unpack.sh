#!/bin/sh
# Unpacks Debian packages into a folder without installing them: unpack.sh FOLDER PACKAGE...
# This starts no daemon, does not change the system, and needs no root.
set -eu

folder=$1
shift
mkdir -p "$folder"
cd "$folder"
apt-get download "$@" >/dev/null 2>&1 || {
  # The list of packages may be out of date.
  [ "$(id -u)" = 0 ] && apt-get update >/dev/null 2>&1
  apt-get download "$@" >/dev/null 2>&1
}
for file in ./*.deb; do
  dpkg -x "$file" .
  rm "$file"
done
