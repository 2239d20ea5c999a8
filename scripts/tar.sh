#!/bin/sh
# Makes a tar of the built library for machines without Swift: tar.sh FOLDER
# Called by make, which also sets VERSION, SOVERSION and SOURCE_DATE_EPOCH: the same library and time
# give the same bytes.
set -eu
cd "$(dirname "$0")/.."
name=libsparkchat-$VERSION-linux-$(uname -m)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sparkchat tar.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
root=$scratch/$name

PREFIX=$root LIBDIR=$root/lib DESTDIR='' scripts/install.sh install >/dev/null
cp LICENSE packaging/README.md "$root"
mkdir "$root/notices" "$root/examples"
cp packaging/notices/*.txt "$root/notices"
rm "$root/notices/jansson.txt" # only the wheel has it inside
cp bindings/c/callback.c bindings/c/pull.c "$root/examples"
tar --create --directory "$scratch" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner \
  --mode=u=rwX,go=rX --mtime="@$SOURCE_DATE_EPOCH" "$name" | gzip --no-name >"$1/$name.tar.gz"
