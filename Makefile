# make           builds the command: .build/release/ofa
# make demo      installs what is missing, builds, then runs the whole path on built-in data
# make test      installs what is missing, builds, runs every test
# make format    formats the sources
# make lint      checks their format

SWIFT := swift
OFA := .build/release/ofa
PYTHON := .venv/bin/python
SOURCES := Sources Tests Package.swift

.PHONY: build test demo format lint system-packages python-packages
.DEFAULT_GOAL := build

build: system-packages
	$(SWIFT) build -c release

# Nothing here is XCTest's.
test: system-packages python-packages
	$(SWIFT) test -c release --disable-xctest

format:
	$(SWIFT) format -i -r $(SOURCES)

lint:
	$(SWIFT) format lint --strict -r $(SOURCES)

# What the sources include, from Debian's packages.
system-packages:
	@pkg-config --exists openblas json-c zlib 2>/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null || { \
	  set -ex; \
	  as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  export DEBIAN_FRONTEND=noninteractive; \
	  $$as_root apt-get update -qq; \
	  $$as_root apt-get install -qq --no-install-recommends \
	    pkg-config libopenblas-dev libjson-c-dev zlib1g-dev python3 python3-venv; \
	}

# ONNX Runtime, the judge of exported files.
python-packages: .venv/installed

.venv/installed: | system-packages
	rm -rf .venv
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check onnxruntime numpy
	touch $@
