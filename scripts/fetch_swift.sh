#!/bin/sh
# Makes sure that there is a Swift; called by `make`, which has the fetched toolchain in its PATH.
#
# If Swift is missing or too old, offers to fetch it; SWIFT=fetch fetches it without asking.
# It works in build/swift-VERSION.part, which it renames only when everything is verified. swift.org
# publishes no checksums: the signature decides.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=/dev/null
. packaging/swift.env

toolchain=build/swift-$SWIFT_VERSION
part=$toolchain.part
by_hand="install Swift by hand, and put it into PATH: https://www.swift.org/install/linux/"

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# version_of PROGRAM: prints its number, or nothing
version_of() {
  "$1" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p'
}

found=$(version_of swift)
newer=$(printf '%s\n' "$SWIFT_NEEDED" "$found" | sort -V | tail -n 1)
[ "$newer" = "$found" ] && exit 0

if [ -n "$found" ]; then
  problem="Swift $SWIFT_NEEDED is needed, and $(command -v swift) is Swift $found."
else
  problem="Swift $SWIFT_NEEDED is needed, and there is none in PATH."
fi

# Distributions for which swift.org has a toolchain and the project knows the packages.
# shellcheck source=/dev/null
distribution=$(. "$SWIFT_OS_RELEASE" && echo "$ID${VERSION_ID:-}")
processor=$(uname -m)
note=
platform=$distribution
case $distribution:$processor in
  debian12:* | ubuntu22.04:* | ubuntu24.04:*) ;;
  debian13:*)
    platform=debian12
    note="(Debian 12's: swift.org has no Swift $SWIFT_VERSION for Debian 13)"
    ;;
  *) platform= ;;
esac
case $processor in
  x86_64) suffix= ;;
  aarch64) suffix=-aarch64 ;;
  *) platform= ;;
esac
[ -n "$platform" ] || fail "$problem" \
  "make can fetch it for Debian 12 and 13 and Ubuntu 22.04 and 24.04, on x86_64 and aarch64;" \
  "this is $distribution on $processor. There are two other ways:" \
  "  - $by_hand" \
  "  - packaging/Containerfile builds in a container"

name=swift-$SWIFT_VERSION-RELEASE
folder=$(printf %s "$platform" | tr -d .)$suffix
url=$SWIFT_DOWNLOADS/swift-$SWIFT_VERSION-release/$folder/$name/$name-$platform$suffix.tar.gz
printf '%s\n' "$problem make can fetch it:" "  $url" ${note:+"  $note"} \
  "  about 1 GB, and 3.5 GB on disk, into $PWD/$toolchain and nowhere else" \
  "  with its signature, which has to be by Swift's release key $SWIFT_KEY" >&2

agreed=${SWIFT:-}
if [ "$agreed" != fetch ] && [ -t 0 ] && [ -t 2 ]; then
  printf 'Fetch it now? [y/N] ' >&2
  read -r agreed || true
fi
case $agreed in
  fetch | [Yy] | [Yy][Ee][Ss]) ;;
  *) fail "Nothing was fetched. There are three ways:" \
    "  - \`make SWIFT=fetch\` fetches it" \
    "  - $by_hand" \
    "  - packaging/Containerfile builds in a container" ;;
esac

scripts/need.sh ca-certificates curl gpg

# get URL FILE: continues FILE.part if it exists
get() {
  from=$1
  to=$2
  progress=--silent
  [ -t 2 ] && progress=--progress-bar
  curl --fail --location --proto =https $progress --show-error --connect-timeout 30 \
    --speed-limit 1000 --speed-time 60 --continue-at - --output "$to.part" "$from" && {
    mv "$to.part" "$to"
    return
  }
  status=$?
  # If the server cannot continue the part, start again.
  if [ -s "$to.part" ] && { [ $status = 22 ] || [ $status = 33 ]; }; then
    rm "$to.part"
    get "$from" "$to"
    return
  fi
  fail "Swift was not fetched: $from could not be downloaded." \
    "Run the same command again to continue. Without a network, $by_hand"
}

# Whether the signature is the pinned key's. An expired key is valid for earlier signatures;
# a revoked key is not.
is_signed() {
  # In another folder, since gpg takes short paths only.
  home=$(mktemp -d) || return 1
  trap 'rm -rf "$home"' EXIT
  set -- gpg --homedir "$home" --batch --quiet --no-autostart
  "$@" --import "$part/key.asc" || return 1
  said=$("$@" --status-fd 1 --verify "$part/signature" "$part/toolchain.tar.gz") || return 1
  case $said in *EXPSIG* | *REVKEYSIG* | *KEYREVOKED*) return 1 ;; esac
  printf '%s\n' "$said" | grep -q "^\[GNUPG:\] VALIDSIG .* $SWIFT_KEY\$"
}

mkdir -p "$part"
get "$SWIFT_KEY_URL" "$part/key.asc"
get "$url.sig" "$part/signature"
[ -f "$part/toolchain.tar.gz" ] || get "$url" "$part/toolchain.tar.gz"
is_signed 2>"$part/log" || {
  cat "$part/log" >&2
  rm -rf "$part"
  fail "Swift was not installed: the signature of $url is not by $SWIFT_KEY. The download was removed."
}
# What the compiler, the package manager and the linker need in addition to the toolchain.
scripts/need.sh g++ git libcurl4-openssl-dev libedit-dev libncurses-dev libsqlite3-dev libxml2-dev \
  tzdata zlib1g-dev
echo "The signature is good. Unpacking."
rm -rf "$part/unpacked"
mkdir "$part/unpacked"
tar -xzf "$part/toolchain.tar.gz" -C "$part/unpacked" --strip-components=1 --no-same-owner
[ "$(version_of "$part/unpacked/usr/bin/swift")" = "$SWIFT_VERSION" ] || fail \
  "Swift was not installed: the toolchain does not run here:" \
  "$("$part/unpacked/usr/bin/swift" --version 2>&1 | head -n 3)"
rm -rf "$toolchain"
mv "$part/unpacked" "$toolchain"
rm -rf "$part"
echo "Swift $SWIFT_VERSION is in $toolchain."
