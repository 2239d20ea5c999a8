#!/bin/sh
# Builds build/wheels; called by `make wheel`, which has built the library and installed the tools.
#
# What the library needs and a system may lack, jansson, goes into the wheel. OpenSSL does not: it is
# on every system that has Python's own ssl module, and the system's updates mend it.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
bin=build/venv/bin
# A space in the path: what does not quote properly shows.
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
