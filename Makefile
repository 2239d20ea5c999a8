# libsparkchat. `make` builds, `make demo` chats, `make test` tests everything.
#
# Every target does its own set-up. As root it installs missing Debian packages, otherwise it prints
# the command. It fetches Swift if you agree. Python tools are in build/venv.

# The version is in the header only.
macro = $(shell sed -n 's/^.define SPARKCHAT_$(1) "*\([^"]*\)"*$$/\1/p' include/sparkchat.h)
VERSION := $(call macro,VERSION_STRING)
SOVERSION := $(call macro,ABI_VERSION)
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=
CC ?= cc
PYTHON ?= python3

# A fetched Swift goes first.
include packaging/swift.env
export PATH := $(CURDIR)/build/swift-$(SWIFT_VERSION)/usr/bin:$(PATH)
# The variable makes Package.swift use the settings of the shared library.
SWIFT_BUILD := SPARKCHAT_SHARED_LIBRARY=1 swift build -c release --product sparkchat --disable-local-rpath
LIBRARY := libsparkchat.so
REAL := $(LIBRARY).$(VERSION)
RELEASE = VERSION=$(VERSION) SOVERSION=$(SOVERSION)
INSTALL = $(RELEASE) PREFIX="$(PREFIX)" LIBDIR="$(LIBDIR)" DESTDIR="$(DESTDIR)" scripts/install.sh
# The time of released files: that of the last commit, or of the header if there is no git.
EPOCH = SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || \
  stat -c %Y include/sparkchat.h)}
CONFIGS := $(patsubst %.in,%,pkgconfig/$(notdir $(wildcard packaging/*.pc.in)) \
  $(addprefix cmake/sparkchat/,$(notdir $(wildcard packaging/cmake/*.in))))
SYMBOLS := packaging/debian/libsparkchat0.symbols
VENV := build/venv
SOURCES := $(shell find Sources include/sparkchat.h Package.swift -type f 2>/dev/null)
WHEEL_SOURCES := packaging/swift.env $(wildcard packaging/notices/* \
  $(addprefix bindings/python/,LICENSE *.toml *.py README.md)) $(shell \
  find bindings/python/src Tests/Emulator/spark_emulator -name '*.py' -o -name py.typed 2>/dev/null)

BUILD_PACKAGES := libssl-dev libjansson-dev pkg-config binutils
TEST_PACKAGES := gcc g++ libc6-dev valgrind binutils tinyproxy-bin microsocks dante-server \
  libnss-wrapper openssl abigail-tools strace redis-server doctest-dev curl gpg
DEB_PACKAGES := build-essential debhelper dh-python help2man pybuild-plugin-pyproject python3-all \
  python3-hatchling
BENCH_PACKAGES := libwebsockets-dev libsimdjson-dev libcurl4-openssl-dev
# Compilers and runtimes often come from elsewhere: Debian's are installed only if one is missing.
unless = $(if $(shell command -v $(1) 2>/dev/null),,$(2))
PROVE_PACKAGES = libwebsockets-dev ruby luajit php-cli libjna-java libffi-platypus-perl mono-mcs mono-runtime \
  iproute2 nftables procps tmux locales cmake sudo debootstrap lintian \
  $(call unless,go,golang-go) $(call unless,rustc,rustc) \
  $(call unless,node,nodejs libnode-dev) $(call unless,javac,default-jdk-headless)

.PHONY: all library demo test prove generate pictures lint wheel dist deb bench bench-instructions install uninstall clean \
  help setup-build setup-test setup-deb setup-bench setup-prove abi-baseline

all: library

help:
	@sed -n 's/^#: //p' Makefile

#: make            builds build/lib/libsparkchat.so, build/include, and files for pkg-config and CMake. If
#:                 Swift is missing, offers to fetch it; SWIFT=fetch fetches it without asking
library: setup-build build/lib/$(REAL) $(addprefix build/,$(wildcard include/*.h*)) \
  $(addprefix build/lib/,$(CONFIGS))

setup-build:
	@scripts/fetch_swift.sh
	@scripts/need.sh $(BUILD_PACKAGES)
# A separate package since Debian 13.
	@command -v ld.gold >/dev/null || scripts/need.sh binutils-gold

build/lib/$(REAL): $(SOURCES) Makefile | setup-build
	$(SWIFT_BUILD)
	@mkdir -p build/lib
	cp "$$($(SWIFT_BUILD) --show-bin-path)/$(LIBRARY)" build/lib/$(REAL).debug
	strip --strip-unneeded -o build/lib/$(REAL) build/lib/$(REAL).debug
	ln -sf $(REAL) build/lib/$(LIBRARY).$(SOVERSION)
	ln -sf $(LIBRARY).$(SOVERSION) build/lib/$(LIBRARY)

build/include/%: include/%
	@mkdir -p build/include
	cp $< $@

$(addprefix build/lib/,$(CONFIGS)) &: $(wildcard packaging/*.in packaging/cmake/*.in) \
    scripts/install.sh build/include/sparkchat.h
	@$(INSTALL) configure

#: make demo       chats over TLS with a local emulator of the service, or with the service
#:                 itself when IFLYTEK_SPARK_APP_ID, _API_KEY and _API_SECRET are set
demo: library $(VENV)/.tests
	@scripts/demo.sh

#: make test       runs every test in every language
test: library setup-test $(VENV)/.tests $(VENV)/.wheel $(VENV)-langchain/.installed
	@$(VENV)/bin/python Tests/run.py

setup-test:
	@scripts/need.sh $(TEST_PACKAGES) $(DEB_PACKAGES)

#: make prove      tries hard to break the library, and prints a table; `make test` has a short form
prove: library setup-prove $(VENV)/.tests $(VENV)/.wheel $(VENV)-langchain/.installed
	@$(VENV)/bin/python Tests/Prove/run.py --long

setup-prove:
	@scripts/need.sh $(TEST_PACKAGES) $(DEB_PACKAGES) $(PROVE_PACKAGES)

#: make abi-baseline   records the C interface that later versions must keep
abi-baseline: library setup-test $(VENV)/.tests
	@PYTHONPATH=Tests/Prove PYTHONDONTWRITEBYTECODE=1 $(VENV)/bin/python -m abi
	@dpkg-gensymbols -q -plibsparkchat0 -v$(VERSION) -ebuild/lib/$(REAL) -I$(SYMBOLS) -O$(SYMBOLS)

#: make wheel      builds a wheel with the library inside, and an sdist, in build/wheels
wheel: library build/wheels/.made

build/wheels/.made: build/lib/$(REAL) scripts/wheel.sh $(WHEEL_SOURCES) | $(VENV)/.wheel
	@scripts/wheel.sh
	@touch $@

#: make deb        builds Debian packages for C and for Python in build/deb
deb: library setup-deb
	@$(RELEASE) $(EPOCH) scripts/deb.sh build/deb

setup-deb:
	@scripts/need.sh $(DEB_PACKAGES)

#: make bench      compares libsparkchat with other clients, and prints tables
bench: library setup-bench $(VENV)-bench/.installed
	@$(VENV)-bench/bin/python Tests/Benchmarks/run.py

#: make bench-instructions   counts instructions and heap allocations for one chunk
bench-instructions: library setup-bench $(VENV)-bench/.installed
	@$(VENV)-bench/bin/python Tests/Benchmarks/run.py --instructions

setup-bench:
	@scripts/need.sh $(TEST_PACKAGES) $(BENCH_PACKAGES)

#: make generate   writes the files that are generated from the header and from Python's settings
generate: $(VENV)/.tests
	@$(VENV)/bin/python -B scripts/generate.py

#: make pictures   records docs/terminal.svg again
pictures: library $(VENV)/.tests
	@$(VENV)/bin/python -B scripts/terminal_picture.py

#: make lint       checks formatting, types, and references
lint: setup-build $(VENV)/.lint $(VENV)/.tests $(VENV)-langchain/.installed
	@scripts/need.sh shellcheck
	@scripts/lint.sh

#: make dist       makes a release in build/dist: a tar for machines without Swift, wheel and sdist
dist: library $(VENV)/.wheel
	rm -rf build/dist
	mkdir -p build/dist
	@$(RELEASE) $(EPOCH) scripts/tar.sh build/dist
	@$(EPOCH) scripts/wheel.sh
	cp build/wheels/* build/dist
	cd build/dist && sha256sum -- * > SHA256SUMS

#: make install    installs what `make` has built: PREFIX=/usr/local LIBDIR=$PREFIX/lib DESTDIR=
#: make uninstall  removes what `make install` put there
install uninstall:
	@$(INSTALL) $@

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
