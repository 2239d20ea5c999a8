#!/bin/sh
# Runs a command in unusual surroundings: anywhere.sh COMMAND...
#
# The project's path contains a space, there is no IPv6, the limit is 256 descriptors, Ctrl-C, SIGPIPE
# and SIGHUP are ignored, the time zone is 5:45 ahead, and i is not the small letter of I. The script
# creates namespaces; everything it makes disappears with them.
set -eu
PATH=$PATH:/usr/sbin:/sbin

if [ "${1:-}" != --inside ]; then
  set -- --inside "$(cd "$(dirname "$0")/../.." && pwd)" "$@"
  if [ "$(id -u)" = 0 ]; then
    exec unshare --mount --net "$0" "$@"
  fi
  exec unshare --user --map-current-user --keep-caps --mount --net "$0" "$@"
fi

cd "$2"
shift 2
[ ! -e /proc/sys/net/ipv6 ] || sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
mount -t tmpfs anywhere /mnt
mkdir "/mnt/lib spark chat" /mnt/locales
mount --bind . "/mnt/lib spark chat"
cd "/mnt/lib spark chat"

export TZ=Asia/Kathmandu LC_ALL=C
if localedef -i tr_TR -f UTF-8 /mnt/locales/tr_TR.UTF-8 2>/dev/null; then
  export LC_ALL=tr_TR.UTF-8 LOCPATH=/mnt/locales
else
  echo "cannot make a Turkish locale (install Debian's package locales); using C" >&2
fi
trap '' INT PIPE HUP
# A user's privileges in namespaces would hide missing ones.
[ "$(id -u)" = 0 ] || set -- setpriv --ambient-caps=-all --inh-caps=-all "$@"
exec prlimit --nofile=256 "$@"
