# SPDX-License-Identifier: BSD-3-Clause
# A thin front for CMake and the scripts: every target installs what it needs (scripts/setup) and may be run again.
.DEFAULT_GOAL := build
.PHONY: build demo test test-all bench fuzz clean

JOBS := $(shell nproc 2>/dev/null || echo 2)

build:           ## the command at build/wick
	@scripts/setup build
	@cmake -S . -B build -DCMAKE_BUILD_TYPE=Release > build.log 2>&1 || { cat build.log; rm -f build.log; exit 1; }; rm -f build.log
	@cmake --build build -j $(JOBS) --target wick -- --no-print-directory

demo: build      ## a model from archive to microcontroller: compiles, runs on the host and in QEMU
	@scripts/setup device
	@examples/digits/demo

test: build      ## all tests but the slow sweeps
	@scripts/setup build device test
	@scripts/test

test-all: build  ## the slow sweeps too
	@scripts/setup build device test fuzz
	@scripts/test --all

bench: build     ## speed, size and memory, beside the official runtime
	@scripts/setup device venv
	@bench/run

fuzz: build      ## libFuzzer on .pte and .pt2 (FUZZ_SECONDS each, default 60), then the full mutation sweeps
	@scripts/setup build test fuzz venv
	@scripts/fuzz

clean:
	rm -rf build build-*
