#!/bin/sh
# Formatting and static checks; called by `make lint`, which has installed the tools.
set -u
cd "$(dirname "$0")/.." || exit 1
bin=build/venv/bin
status=0

check() {
  name=$1
  shift
  if output=$("$@" 2>&1); then
    echo "ok      $name"
  else
    echo "failed  $name"
    echo "$output"
    status=1
  fi
}

check generated "$bin/python" -B scripts/generate.py --check
check swift-format swift format lint --strict --recursive Package.swift Sources Tests bindings
check clang-format sh -c "git ls-files -z -- '*.c' '*.cpp' '*.h' '*.hpp' | xargs -0 '$bin/clang-format' --dry-run -Werror"
check ruff "$bin/python" -m ruff check .
check ruff-format "$bin/python" -m ruff format --check .
# With the Python that has LangChain, for the adapter's types.
check mypy-package "$bin/python" -m mypy --strict \
  --python-executable build/venv-langchain/bin/python bindings/python/src bindings/python/demo.py
check mypy-scripts env MYPYPATH=scripts:Tests/Emulator "$bin/python" -m mypy --strict \
  scripts/generate.py scripts/terminal_picture.py
check mypy-emulator env MYPYPATH=Tests/Emulator "$bin/python" -m mypy --strict -p spark_emulator
check mypy-runner "$bin/python" -m mypy --strict Tests/run.py scripts/references.py scripts/words.py \
  scripts/openssl_gate.py
prove=scripts:Tests:Tests/Prove:Tests/C:Tests/Cpp:Tests/Doors:Tests/Emulator:bindings/python/src
check mypy-c env MYPYPATH=Tests/C:scripts:Tests/Emulator "$bin/python" -m mypy --strict -p support
check mypy-doors env MYPYPATH=Tests/C:scripts:Tests/Emulator "$bin/python" -m mypy --strict Tests/Doors
servers=Tests/Prove/peers/servers
clients=Tests/Prove/clients/programs
check mypy-cpp env MYPYPATH=Tests/Cpp:Tests/C:scripts:Tests/Emulator "$bin/python" -m mypy --strict Tests/Cpp
check mypy-prove env MYPYPATH=$prove "$bin/python" -m mypy --strict \
  --exclude $servers --exclude $clients --exclude Tests/Prove/hosts --exclude Tests/Prove/extras Tests/Prove
check mypy-servers env MYPYPATH=$servers "$bin/python" -m mypy --strict --explicit-package-bases $servers
# The clients themselves are only in their own environments.
check mypy-clients env MYPYPATH=$clients "$bin/python" -m mypy --strict --ignore-missing-imports \
  --explicit-package-bases $clients
# Some packages that they import are missing here, or have no types.
check mypy-examples env MYPYPATH=bindings/python/src "$bin/python" -m mypy --strict \
  --ignore-missing-imports --allow-untyped-decorators --no-warn-return-any --follow-imports silent \
  bindings/python/examples
benchmarks=Tests/Benchmarks
check mypy-benchmarks env MYPYPATH=$benchmarks "$bin/python" -m mypy --strict $benchmarks/suite $benchmarks/run.py
# A Mutex aborts the host in a child process: see SparkTransport/Locked.swift.
check no-mutex sh -c "! git grep -nE '\\bMutex *[<(]' -- Sources"
check references "$bin/python" scripts/references.py
check words "$bin/python" scripts/words.py
check openssl-gate "$bin/python" scripts/openssl_gate.py
check shellcheck sh -c "git ls-files -z -- '*.sh' .ci/run | xargs -0 shellcheck"
exit "$status"
