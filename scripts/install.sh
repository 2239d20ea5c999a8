#!/bin/sh
# Installs the built library in PREFIX, LIBDIR and DESTDIR, or removes it: install.sh install|uninstall.
# `install.sh configure` writes the files for pkg-config and CMake into build/lib.
# Called by make, which also sets VERSION and SOVERSION. It builds nothing.
set -eu
cd "$(dirname "$0")/.."
if [ "$1" = configure ]; then
  PREFIX=build LIBDIR=build/lib DESTDIR=
fi
for path in "$PREFIX" "$LIBDIR"; do
  case $1:$path in
  configure:* | *:/* | *:) ;;
  *)
    echo "PREFIX and LIBDIR have to begin with /, unlike '$path'. LIBDIR includes PREFIX: $PREFIX/lib64, not lib64." >&2
    exit 1
    ;;
  esac
done
lib=$DESTDIR$LIBDIR
include=$DESTDIR$PREFIX/include
real=libsparkchat.so.$VERSION

# Fills in a template. Paths are relative to the folder of the result, so that the prefix can be
# moved. /usr cannot be moved, and pkg-config omits its folders if they are absolute.
fill() {
  # If libdir is a link, `..` is the parent of its target.
  to_include=$(realpath --relative-to="$lib" "$include")
  prefix="\${pcfiledir}/../${to_include%include}" libdir="\${pcfiledir}/.."
  if [ "${PREFIX%/}" = /usr ]; then
    prefix=/usr libdir=$LIBDIR
  fi
  sed -e "s|@PREFIX@|${prefix%/}|" -e "s|@LIBDIR@|$libdir|" -e "s|@INCLUDE@|$to_include|" \
    -e "s|@VERSION@|$VERSION|" -e "s|@SOVERSION@|$SOVERSION|" "$1" | install -m 644 /dev/stdin "$2"
}

configure() {
  install -d "$lib/pkgconfig" "$lib/cmake/sparkchat"
  fill packaging/sparkchat.pc.in "$lib/pkgconfig/sparkchat.pc"
  for template in packaging/cmake/*.in; do
    fill "$template" "$lib/cmake/sparkchat/$(basename "$template" .in)"
  done
}

case $1 in
configure)
  configure
  ;;
install)
  if [ ! -e "build/lib/$real" ]; then
    echo "libsparkchat $VERSION is not built. Run \`make\` first, without sudo; it needs Swift, which root may not find." >&2
    exit 1
  fi
  install -d "$lib" "$include"
  install -m 755 "build/lib/$real" "$lib"
  ln -sf "$real" "$lib/libsparkchat.so.$SOVERSION"
  ln -sf "libsparkchat.so.$SOVERSION" "$lib/libsparkchat.so"
  install -m 644 build/include/*.h* "$include"
  configure
  echo "libsparkchat $VERSION is in $lib and $include"
  ;;
uninstall)
  rm -f "$lib/$real" "$lib/libsparkchat.so.$SOVERSION" "$lib/libsparkchat.so" "$lib/pkgconfig/sparkchat.pc"
  for header in include/*.h*; do
    rm -f "$include/$(basename "$header")"
  done
  for template in packaging/cmake/*.in; do
    rm -f "$lib/cmake/sparkchat/$(basename "$template" .in)"
  done
  rmdir "$lib/cmake/sparkchat" 2>/dev/null || true
  ;;
esac
