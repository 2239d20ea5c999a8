# libsparkchat. `make` builds, `make demo` chats, `make test` tests everything.
#
# Every target does its own set-up: missing Debian packages are installed when you are root,
# otherwise the command for it is printed; Python tools live in build/venv.

VERSION := 0.1.0
SOVERSION := 0
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=
CC ?= cc
PYTHON ?= python3

SWIFT_FLAGS := -c release --product sparkchat --disable-local-rpath
LIBRARY := libsparkchat.so
REAL := $(LIBRARY).$(VERSION)
VENV := build/venv
SOURCES := $(shell find Sources include Package.swift -type f 2>/dev/null)
WHEEL_SOURCES := LICENSE $(wildcard $(addprefix bindings/python/,*.toml *.py README.md)) $(shell \
  find bindings/python/src Tests/Emulator/spark_emulator -name '*.py' -o -name py.typed)

BUILD_PACKAGES := libssl-dev libjansson-dev pkg-config binutils
TEST_PACKAGES := gcc g++ libc6-dev valgrind binutils tinyproxy-bin microsocks dante-server \
  libnss-wrapper openssl abigail-tools strace redis-server
BENCH_PACKAGES := libwebsockets-dev libsimdjson-dev libcurl4-openssl-dev
# Compilers and runtimes often come from elsewhere: Debian's are for who has none.
unless = $(if $(shell command -v $(1) 2>/dev/null),,$(2))
PROVE_PACKAGES = libwebsockets-dev ruby luajit libjna-java libffi-platypus-perl \
  iproute2 nftables procps tmux locales \
  $(call unless,go,golang-go) $(call unless,rustc,rustc) \
  $(call unless,node,nodejs libnode-dev) $(call unless,javac,default-jdk-headless)

.PHONY: all library demo test prove generate pictures lint wheel bench bench-instructions install uninstall clean help \
  setup-build setup-test setup-bench setup-prove abi-baseline

all: library

help:
	@sed -n 's/^#: //p' Makefile

#: make            build/lib/libsparkchat.so, build/include, build/lib/pkgconfig
library: setup-build build/lib/$(REAL) build/include/sparkchat.h build/lib/pkgconfig/sparkchat.pc

setup-build:
	@command -v swift >/dev/null || { \
	  echo "Swift 6.3 is missing: see https://www.swift.org/install/linux/" >&2; exit 1; }
	@scripts/need.sh $(BUILD_PACKAGES)

build/lib/$(REAL): $(SOURCES) Makefile | setup-build
	swift build $(SWIFT_FLAGS)
	@mkdir -p build/lib
	cp "$$(swift build $(SWIFT_FLAGS) --show-bin-path)/$(LIBRARY)" build/lib/$(REAL).debug
	strip --strip-unneeded -o build/lib/$(REAL) build/lib/$(REAL).debug
	ln -sf $(REAL) build/lib/$(LIBRARY).$(SOVERSION)
	ln -sf $(LIBRARY).$(SOVERSION) build/lib/$(LIBRARY)

build/include/sparkchat.h: include/sparkchat.h
	@mkdir -p build/include
	cp include/sparkchat.h $@

build/lib/pkgconfig/sparkchat.pc: bindings/c/sparkchat.pc.in Makefile
	@mkdir -p build/lib/pkgconfig
	sed -e 's|@PREFIX@|$${pcfiledir}/../..|' -e 's|@LIBDIR@|$${prefix}/lib|' \
	  -e 's|@VERSION@|$(VERSION)|' bindings/c/sparkchat.pc.in > $@

#: make demo       chats over TLS with a local emulator of the service, or with the service
#:                 itself when IFLYTEK_SPARK_APP_ID, _API_KEY and _API_SECRET are set
demo: library $(VENV)/.tests
	@scripts/demo.sh

#: make test       runs every test in every language
test: library setup-test $(VENV)/.tests $(VENV)/.wheel $(VENV)-langchain/.installed
	@$(VENV)/bin/python Tests/run.py

setup-test:
	@scripts/need.sh $(TEST_PACKAGES)

#: make prove      tries hard to break the library; prints a table. The short form is in `make test`
prove: library setup-prove $(VENV)/.tests $(VENV)/.wheel $(VENV)-langchain/.installed
	@$(VENV)/bin/python Tests/Prove/run.py --long

setup-prove:
	@scripts/need.sh $(TEST_PACKAGES) $(PROVE_PACKAGES)

#: make abi-baseline   writes down the C interface that later ones have to go on with
abi-baseline: setup-test $(VENV)/.tests
	@PYTHONPATH=Tests/Prove PYTHONDONTWRITEBYTECODE=1 $(VENV)/bin/python -m abi

#: make wheel      build/wheels: a wheel with the library inside, and an sdist
wheel: library build/wheels/.made

build/wheels/.made: build/lib/$(REAL) scripts/wheel.sh $(WHEEL_SOURCES) | $(VENV)/.wheel
	@scripts/wheel.sh
	@touch $@

#: make bench      measures libsparkchat beside other clients; prints a table
bench: library setup-bench $(VENV)-bench/.installed
	@$(VENV)-bench/bin/python Tests/Benchmarks/run.py

#: make bench-instructions   instructions and heap allocations for one chunk
bench-instructions: library setup-bench $(VENV)-bench/.installed
	@$(VENV)-bench/bin/python Tests/Benchmarks/run.py --instructions

setup-bench:
	@scripts/need.sh $(TEST_PACKAGES) $(BENCH_PACKAGES)

#: make generate   writes Python's tables from include/sparkchat.h
generate: $(VENV)/.tests
	@$(VENV)/bin/python -B scripts/generate.py

#: make pictures   records docs/terminal.svg anew
pictures: library $(VENV)/.tests
	@$(VENV)/bin/python -B scripts/terminal_picture.py

#: make lint       formatting and static checks
lint: setup-build $(VENV)/.lint $(VENV)/.tests $(VENV)-langchain/.installed
	@scripts/need.sh shellcheck
	@scripts/lint.sh

#: make install    PREFIX=/usr/local LIBDIR=$PREFIX/lib DESTDIR=
install: library
	install -d "$(DESTDIR)$(LIBDIR)/pkgconfig" "$(DESTDIR)$(PREFIX)/include"
	install -m 755 build/lib/$(REAL) "$(DESTDIR)$(LIBDIR)/$(REAL)"
	ln -sf $(REAL) "$(DESTDIR)$(LIBDIR)/$(LIBRARY).$(SOVERSION)"
	ln -sf $(LIBRARY).$(SOVERSION) "$(DESTDIR)$(LIBDIR)/$(LIBRARY)"
	install -m 644 include/sparkchat.h "$(DESTDIR)$(PREFIX)/include/sparkchat.h"
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' \
	  bindings/c/sparkchat.pc.in > "$(DESTDIR)$(LIBDIR)/pkgconfig/sparkchat.pc"

uninstall:
	rm -f "$(DESTDIR)$(LIBDIR)/$(REAL)" "$(DESTDIR)$(LIBDIR)/$(LIBRARY).$(SOVERSION)" \
	  "$(DESTDIR)$(LIBDIR)/$(LIBRARY)" "$(DESTDIR)$(PREFIX)/include/sparkchat.h" \
	  "$(DESTDIR)$(LIBDIR)/pkgconfig/sparkchat.pc"

#: make clean      removes what was built
clean:
	rm -rf build .build .build-*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || scripts/need.sh python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/.tests: Tests/requirements.txt | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/requirements.txt
	@touch $@

$(VENV)-bench/.installed: Tests/Benchmarks/requirements-bench.txt
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || scripts/need.sh python3-venv
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)-langchain/.installed: Tests/LangChain/requirements.txt Tests/LangChain/constraints.txt
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || scripts/need.sh python3-venv
	$(PYTHON) -m venv $(VENV)-langchain
	$(VENV)-langchain/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)/.wheel: Tests/requirements-wheel.txt | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/requirements-wheel.txt
	@touch $@

$(VENV)/.lint: Tests/requirements-lint.txt | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/requirements-lint.txt
	@touch $@
