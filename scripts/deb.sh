#!/bin/sh
# Builds Debian packages into a folder: deb.sh FOLDER. Called by `make deb`, which has built the library
# and installed the tools, and sets VERSION and SOURCE_DATE_EPOCH.
#
# Debian's tools need debian/ in the root, and a path without spaces, so the packages are built in a
# copy of the project. The revision is lower than any that Debian may use one day.
set -eu
cd "$(dirname "$0")/.."
folder=$1
scratch=$(mktemp -d /tmp/sparkchat-deb.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
stage=$scratch/sparkchat-$VERSION

mkdir "$stage"
cp -a --parents Makefile LICENSE CHANGELOG.md README.md README.zh-CN.md include packaging scripts docs \
  bindings/c* bindings/python Tests/Emulator/spark_emulator build/lib build/include "$stage"
cp -a packaging/debian "$stage/debian"
find "$stage" -name __pycache__ -prune -exec rm -r {} +
# Debian 12's hatchling does not know all of these fields, and Debian packages have their own.
sed -i -e '/^license/d' -e '/^classifiers = \[/,/^\]/d' "$stage/bindings/python/pyproject.toml"
cat >"$stage/debian/changelog" <<END
sparkchat ($VERSION-0upstream1) unstable; urgency=medium

  * Packages of libsparkchat $VERSION.

 -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  $(date --utc -R --date "@$SOURCE_DATE_EPOCH")
END

# Only the system's tools: the package is for the system's Python.
if ! (
  cd "$stage"
  exec env -u PYTHONPATH -u MAKEFLAGS -u MAKELEVEL PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    dpkg-buildpackage --build=binary --no-pre-clean --unsigned-changes
) >"$scratch/log" 2>&1; then
  cat "$scratch/log" >&2
  exit 1
fi
mkdir -p "$folder"
rm -f "$folder"/*.deb "$folder"/sparkchat_*
cp "$scratch"/*.deb "$scratch"/*.buildinfo "$scratch"/*.changes "$folder"
ls "$folder"
