#!/bin/sh
# Chats in the terminal; called by `make demo`, which has built the library and the tools.
#
# If the environment has the service's credentials, it chats with the service. Otherwise it starts the
# emulator, runs the three examples of LangChain's page from C and from Python over TLS, and chats
# with the emulator if there is a terminal.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

programs=build/bin
python=build/venv/bin/python
scratch=
emulator=

stop_emulator() {
  # The emulator stops when its standard input, descriptor 3 here, is closed.
  exec 3>&- || true
  if [ -n "$emulator" ]; then
    wait "$emulator" || true
  fi
  if [ -n "$scratch" ]; then
    rm -rf "$scratch"
  fi
}

find_compiler() {
  for candidate in "${CC:-}" cc gcc clang; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  echo "no C compiler: install gcc, or set CC" >&2
  return 1
}

# compile NAME SOURCE...
compile() {
  program=$programs/$1
  shift
  "$compiler" -std=c99 -O2 -o "$program" "$@" -Ibuild/include \
    -Lbuild/lib -lsparkchat "-Wl,-rpath,$root/build/lib"
}

start_emulator() {
  scratch=$(mktemp -d)
  mkfifo "$scratch/alive"
  # In its own session, since Ctrl-C is for the chat.
  PYTHONPATH=Tests/Emulator "$python" -c \
    'import os, runpy; os.setsid(); runpy.run_module("spark_emulator", run_name="__main__", alter_sys=True)' \
    --pace 40 --quiet --exit-with-stdin --ca-file "$scratch/ca.pem" \
    --ready-file "$scratch/ready" <"$scratch/alive" >/dev/null 2>"$scratch/log" &
  emulator=$!
  exec 3>"$scratch/alive"
  tries=0
  until [ -s "$scratch/ready" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$emulator" 2>/dev/null; then
      echo "the emulator did not start:" >&2
      cat "$scratch/log" >&2
      exit 1
    fi
    sleep 0.1
  done
}

ready() {
  "$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
    "$scratch/ready" "$1"
}

trap stop_emulator EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

compiler=$(find_compiler)
mkdir -p "$programs"
compile chat bindings/c/chat.c bindings/c/chat_*.c
compile langchain_page bindings/c/langchain_page.c

if [ -n "${IFLYTEK_SPARK_APP_ID:-}" ] && [ -n "${IFLYTEK_SPARK_API_KEY:-}" ] \
  && [ -n "${IFLYTEK_SPARK_API_SECRET:-}" ]; then
  echo "Chatting with the service; Ctrl-C stops an answer, Ctrl-D ends."
  trap : INT
  status=0
  "$programs/chat" "$@" || status=$?
  exit "$status"
fi

echo "IFLYTEK_SPARK_APP_ID, _API_KEY and _API_SECRET are not set: starting the local emulator."
start_emulator
IFLYTEK_SPARK_APP_ID=$(ready app_id)
IFLYTEK_SPARK_API_KEY=$(ready api_key)
IFLYTEK_SPARK_API_SECRET=$(ready api_secret)
SPARKCHAT_DEMO_BASE=wss://localhost:$(ready wss_port)
SPARKCHAT_DEMO_CA=$scratch/ca.pem
export IFLYTEK_SPARK_APP_ID IFLYTEK_SPARK_API_KEY IFLYTEK_SPARK_API_SECRET
export SPARKCHAT_DEMO_BASE SPARKCHAT_DEMO_CA

echo
echo "---- the three examples of LangChain's page, from C, over TLS"
"$programs/langchain_page" --ca-file "$SPARKCHAT_DEMO_CA" 3>&-

echo
echo "---- the same from Python"
PYTHONPATH=bindings/python/src SPARKCHAT_LIBRARY=build/lib/libsparkchat.so.0 \
  "$python" bindings/python/demo.py 3>&-

if [ -t 0 ]; then
  echo
  echo "---- now you: Ctrl-C stops an answer, Ctrl-D ends"
  trap : INT
  "$programs/chat" --url "$SPARKCHAT_DEMO_BASE/v3.5/chat" --ca-file "$SPARKCHAT_DEMO_CA" "$@" 3>&- || true
fi
