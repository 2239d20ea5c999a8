#!/bin/sh
# Builds build/wheels; called by `make wheel`, which has built the library and installed the tools.
#
# The wheel includes jansson, which a system may lack, but not OpenSSL, which every system with
# Python's ssl module has and keeps up to date.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
bin=build/venv/bin
# The space in the path reveals missing quotes.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sparkchat wheel.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/tmp"
export TMPDIR="$scratch/tmp" SPARKCHAT_BUILD_LIBRARY="$root/build/lib/libsparkchat.so.0"
"$bin/python" -m build --no-isolation --outdir "$scratch" bindings/python >/dev/null
rm -rf build/wheels
mkdir -p build/wheels
PATH="$root/$bin:$PATH" "$bin/python" -m auditwheel repair \
  --exclude libssl.so.3 --exclude libcrypto.so.3 \
  --lib-sdir /_native --wheel-dir build/wheels "$scratch"/*.whl >/dev/null
cp "$scratch"/*.tar.gz build/wheels
ls build/wheels
