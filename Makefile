# make           builds the command: .build/release/ofa
# make install   installs the commands, their manual page and completion for bash, zsh and fish below PREFIX
#                (/usr/local; with DESTDIR before it), and Models/ and HardwareProfiles/ in share/ofa there; make
#                uninstall takes all of that away
# make probe-arm64, make probe-arm32
#                installs a compiler where it is missing and builds the board's program for ARM, static: it runs on any
#                Linux of 64 bits, or of 32 from ARMv7 on; .build/ofa-probe-arm64, .build/ofa-probe-arm32
# make demo      installs what is missing, builds, then runs the whole path on built-in data
# make test      installs what is missing, builds, runs every test
# make documentation  runs the documentation compiler over every catalogue; a warning is an error
# make examples  builds and runs the programs of Examples/, which use the library as another package does
# make sanitize  runs every network of the tests under the address, undefined-behaviour and thread sanitizers
# make guard     installs what is missing and looks whether the kernels' inner loops keep their sums in registers
# make fuzz      feeds every reader damaged input, SECONDS=10 each; what traps or hangs is kept in fuzz-findings/
# make format    formats the sources
# make lint      checks their format

SWIFT := swift
OFA := .build/release/ofa
PYTHON := .venv/bin/python
DEMO := runs/demo
SOURCES := Sources Tests Plugins Examples Package.swift
SECONDS := 10
PREFIX := /usr/local
# Not every shell knows that a ~ behind PREFIX= is a home.
override PREFIX := $(if $(filter ~/%,$(firstword $(PREFIX))),$(patsubst ~/%,$(HOME)/%,$(PREFIX)),$(PREFIX))
# Training on several machines is built in where Open MPI is installed (libopenmpi-dev).
TRAITS = $(shell pkg-config --exists ompi-c 2> /dev/null && echo --traits MPI)
# Where the toolchain finds an import that no edge of Package.swift declares; a test of ofaTests finds it everywhere.
CHECKS = --explicit-target-dependency-import-check error $(TRAITS)

.PHONY: build install uninstall test examples documentation demo guard sanitize fuzz format lint
.PHONY: system-packages mpi-packages python-packages arm-packages browser probe-arm64 probe-arm32
.DEFAULT_GOAL := build

build: system-packages
	$(SWIFT) build -c release $(CHECKS)

# What is installed, below PREFIX; what of it the package has as it is, in share/ofa.
SHIPPED := $(wildcard HardwareProfiles/* Models/*.md Models/*/*)
INSTALLED := bin/ofa bin/ofa-probe share/man/man1/ofa.1 share/bash-completion/completions/ofa \
  share/zsh/site-functions/_ofa share/fish/vendor_completions.d/ofa.fish $(SHIPPED:%=share/ofa/%)
INSTALL_ROOT = $(DESTDIR)$(PREFIX)
STAGE := .build/stage
# Makes the manual page of what a command tells of itself; it is ArgumentParser's.
MANUAL := .build/release/generate-manual

# All is made here, by whoever calls make, and then put in its place; by root, where nobody else may.
install: build $(MANUAL)
	rm -rf $(STAGE)
	mkdir -p $(addprefix $(STAGE)/,$(sort $(dir $(INSTALLED))))
	cp $(OFA) $(OFA)-probe $(STAGE)/bin
	$(MANUAL) $(OFA) --output-directory $(STAGE)/share/man/man1
	$(OFA) --generate-completion-script bash > $(STAGE)/share/bash-completion/completions/ofa
	$(OFA) --generate-completion-script zsh > $(STAGE)/share/zsh/site-functions/_ofa
	$(OFA) --generate-completion-script fish > $(STAGE)/share/fish/vendor_completions.d/ofa.fish
	cp -R HardwareProfiles Models $(STAGE)/share/ofa
	@set -e; mkdir -p "$(INSTALL_ROOT)" 2> /dev/null && test -w "$(INSTALL_ROOT)" || as_root=sudo; \
	for file in $(INSTALLED); do \
	  case $$file in bin/*) mode=755;; *) mode=644;; esac; \
	  echo "$(INSTALL_ROOT)/$$file"; \
	  $$as_root install -D -m $$mode "$(STAGE)/$$file" "$(INSTALL_ROOT)/$$file"; \
	done

# Folders go too that nothing is left in, but for those that a system has anyway.
uninstall:
	@set -e; test -w "$(INSTALL_ROOT)" || as_root=sudo; cd "$(INSTALL_ROOT)"; \
	$$as_root rm -f $(INSTALLED); \
	case "$(INSTALL_ROOT)" in /usr|/usr/local) cd share; folders="$(sort $(dir $(SHIPPED:%=ofa/%)))";; \
	*) folders="$(sort $(dir $(INSTALLED)))";; esac; \
	$$as_root rmdir -p $$folders 2> /dev/null || true

$(MANUAL):
	$(SWIFT) build -c release $(CHECKS) --product generate-manual

# Nothing here is XCTest's, and no import is testable: so tests and commands are of one build.
RUN_TESTS = $(SWIFT) test -c release --disable-xctest --disable-testable-imports $(CHECKS)

test: system-packages mpi-packages python-packages arm-packages guard examples documentation $(MANUAL)
	$(RUN_TESTS)

examples: system-packages
	rm -rf runs/first-steps
	$(SWIFT) run --package-path Examples --scratch-path .build/examples -c release \
	  first-steps runs/first-steps Examples/star.png

# The compiler's own tools, beside it. The pages are left in .build/documentation.
documentation: build
	@set -e; binaries=$$($(SWIFT) build -c release --show-bin-path); triple=$$(basename $$(dirname $$binaries)); \
	tools=$$(dirname $$(readlink -f $$(command -v $(SWIFT)))); rm -rf .build/documentation; \
	maps=$$(find Sources .build/checkouts/*/Sources $$binaries/CRuntime.build -name module.modulemap \
	  -printf ' -Xcc -fmodule-map-file=%p'); \
	maps="$$maps $$(pkg-config --cflags ompi-c 2> /dev/null | sed 's/-I/-Xcc -I/g')"; \
	for catalogue in Sources/*/*.docc; do \
	  module=$$(basename $$catalogue .docc); pages=.build/documentation/$$module; mkdir -p $$pages/symbols; \
	  $$tools/swift-symbolgraph-extract -module-name $$module -I $$binaries/Modules -target $$triple $$maps \
	    -minimum-access-level public -output-dir $$pages/symbols; \
	  $$tools/docc convert $$catalogue --additional-symbol-graph-dir $$pages/symbols --warnings-as-errors \
	    --fallback-display-name $$module --fallback-bundle-identifier $$module \
	    --output-path $$pages/$$module.doccarchive; \
	done

# The whole path on images that the program draws itself, in real commands: two subnets of one training, each for
# budgets that the largest does not meet. Training is counted in epochs, not in time, so that accuracies do not depend
# on a machine's speed. The demo fails where the largest subnet is right on fewer of the test images than EXPECTED, in
# percent.
EXPECTED := 90

demo: build python-packages
	rm -rf $(DEMO)
	$(OFA) train --space mini-32 --data shapes --recipe demo --output $(DEMO)
	$(OFA) evaluate --model $(DEMO)/model --data shapes --subnets largest --json > $(DEMO)/accuracy.json
	@$(PYTHON) -c 'import json, sys; \
	  reached = 100 * json.load(open("$(DEMO)/accuracy.json"))["topOneAccuracy"]; \
	  text = f"the largest subnet is right on {reached:.1f} % of the test images; expected: $(EXPECTED) % or more"; \
	  print(text) if reached >= $(EXPECTED) else sys.exit("error: " + text)'
	$(OFA) profile --space mini-32 --runner host --threads 1 --budget 10s --output $(DEMO)/profile.json
	$(OFA) latency --profile $(DEMO)/profile.json --model $(DEMO)/model --subnets largest --json > $(DEMO)/latency.json
	@$(PYTHON) -c 'import json; \
	  print(0.75 * json.load(open("$(DEMO)/latency.json"))["latencyMilliseconds"], "ms", sep="")' > $(DEMO)/limit
	$(OFA) specialize --model $(DEMO)/model --profile $(DEMO)/profile.json \
	  --max-macs 1.5M --max-storage 150kB --json > $(DEMO)/small.json
	$(OFA) specialize --model $(DEMO)/model --profile $(DEMO)/profile.json \
	  --max-latency "$$(cat $(DEMO)/limit)" --max-memory 150kB --front $(DEMO)/front.jsonl \
	  --report $(DEMO)/front.html --json > $(DEMO)/large.json
	cat $(DEMO)/accuracy.json $(DEMO)/large.json $(DEMO)/small.json > $(DEMO)/subnets.jsonl
	$(OFA) cost --model $(DEMO)/model --subnets $(DEMO)/subnets.jsonl
	$(OFA) latency --profile $(DEMO)/profile.json --model $(DEMO)/model --subnets $(DEMO)/subnets.jsonl
	$(OFA) measure --runner host --model $(DEMO)/model --subnets $(DEMO)/subnets.jsonl
	$(OFA) evaluate --model $(DEMO)/model --data shapes --subnets $(DEMO)/subnets.jsonl
	$(OFA) export --model $(DEMO)/model --subnet "$$(cat $(DEMO)/small.json)" --output $(DEMO)/small.onnx --verify
	$(OFA) export --model $(DEMO)/model --subnet "$$(cat $(DEMO)/large.json)" --output $(DEMO)/large.onnx --verify
	@echo
	@echo "Made, all in $(DEMO)/:"
	@echo "  model/         the trained supernet, its predictor and its README"
	@echo "  report.html    the course of the training; open it in a browser"
	@echo "  profile.json   what each block of the space takes on this machine"
	@echo "  front.jsonl    subnets that no other beats in accuracy and latency; front.html shows them"
	@echo "  large.json     the best subnet within 150 kB of memory and 3/4 of the largest's time; large.onnx, to deploy"
	@echo "  small.json     the best subnet of at most 1.5 M multiply-accumulates and 150 kB; small.onnx, to deploy"

# Every kernel form for every processor, as GCC and Clang compile it.
guard: arm-packages
	@if command -v llvm-objdump > /dev/null; then python3 Benchmarks/inner_loops.py; \
	else echo "no llvm-objdump: the kernels' inner loops are not looked at"; fi

# The board's program, without Swift.
PROBE_SOURCES := $(wildcard Sources/CRuntime/*.[ch] Sources/CRuntime/kernels/*.[ch] Sources/CRuntime/*/*.h \
  Sources/CRuntime/include/ofa/*.h Sources/ofa-probe/*.[ch])
COMPILE_PROBE = mkdir -p $(@D) && $(1) -std=c11 -pthread -I Sources/CRuntime/include $(filter %.c, $^) -lm -o $@

# With sanitizers: what it would overlook, they report.
FUZZ_PROBE := .build/fuzz-probe
$(FUZZ_PROBE): $(PROBE_SOURCES)
	$(call COMPILE_PROBE, cc -g -fsanitize=address,undefined -fno-sanitize-recover=all)

# For ARM: compilers, and Debian's packages of each with its C library.
ARM_PROBE := .build/ofa-probe-
COMPILER_arm64 := aarch64-linux-gnu-gcc
COMPILER_arm32 := arm-linux-gnueabihf-gcc
PACKAGES_arm64 := gcc-aarch64-linux-gnu libc6-dev-arm64-cross
PACKAGES_arm32 := gcc-arm-linux-gnueabihf libc6-dev-armhf-cross
$(ARM_PROBE)arm64 $(ARM_PROBE)arm32: $(ARM_PROBE)%: $(PROBE_SOURCES)
	@command -v $(COMPILER_$*) > /dev/null || { \
	  echo "error: no $(COMPILER_$*), which make probe-$* installs" >&2; exit 1; }
	@$(call COMPILE_PROBE, $(COMPILER_$*) -O2 -static)

probe-arm64 probe-arm32: probe-%:
	@command -v $(COMPILER_$*) > /dev/null || { $(INSTALL_PACKAGES) $(PACKAGES_$*) > /dev/null; }
	@$(MAKE) --no-print-directory $(ARM_PROBE)$*
	@echo $(ARM_PROBE)$*

sanitize: system-packages
	$(RUN_TESTS) --filter sanitized

fuzz: build $(FUZZ_PROBE)
	.build/release/ofa-fuzz --seconds $(SECONDS) --probe $(FUZZ_PROBE)

format:
	$(SWIFT) format -i -r $(SOURCES)

lint:
	$(SWIFT) format lint --strict -r $(SOURCES)

# Debian's packages, by root.
INSTALL_PACKAGES = as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); export DEBIAN_FRONTEND=noninteractive; \
  $$as_root apt-get update -qq && $$as_root apt-get install -qq --no-install-recommends

# What the sources include.
system-packages:
	@pkg-config --exists openblas json-c zlib libturbojpeg libpng 2>/dev/null && \
	python3 -c 'import venv, ensurepip' 2>/dev/null || { \
	  set -ex; \
	  $(INSTALL_PACKAGES) \
	    pkg-config libopenblas-dev libjson-c-dev zlib1g-dev libturbojpeg0-dev libpng-dev python3 python3-venv; \
	}

# Compilers and an emulator for ARM, LLVM's disassembler, and a server of ssh that stands in for a board. What needs
# them says where it is left out.
arm-packages: system-packages
	@{ command -v $(COMPILER_arm64) && command -v $(COMPILER_arm32) && command -v qemu-aarch64 && \
	   command -v llvm-objdump && test -x /usr/sbin/sshd; } > /dev/null || { \
	  $(INSTALL_PACKAGES) \
	    $(PACKAGES_arm64) $(PACKAGES_arm32) qemu-user llvm openssh-server openssh-client > /dev/null; \
	} || echo "no compilers, emulator and disassembler for ARM: not all kernels are tested"

# Open MPI, with which several processes train together; without it that is neither built nor tested.
mpi-packages: system-packages
	@pkg-config --exists ompi-c && command -v mpirun > /dev/null || { \
	  $(INSTALL_PACKAGES) libopenmpi-dev openmpi-bin > /dev/null; \
	} || echo "no Open MPI: training on several ranks is neither built nor tested"

# A browser, which looks at the pages in a test; without one that test says that it is left out.
browser:
	@command -v chromium > /dev/null || { \
	  $(INSTALL_PACKAGES) chromium > /dev/null; \
	} || echo "no Chromium: the pages are not looked at"

# ONNX and ONNX Runtime, the judges of exported files, and Pillow, which reads pictures for them.
python-packages: system-packages
	@$(PYTHON) -c 'import onnxruntime, onnx, PIL, numpy' 2> /dev/null || { \
	  set -ex; \
	  python3 -m venv --clear .venv; \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check onnxruntime onnx pillow numpy; \
	}
