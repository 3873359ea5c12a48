# SPDX-License-Identifier: BSD-2-Clause
#
# What operations cost, in instructions; included by the Makefile, whose variables and package rules it uses.
#
#   make bench                              natively, under Skep and under Debian's Xen: table, JSON, plot in $(B)/bench
#   make bench BENCH='--only skep'          one of them, on the console
#   make bench-profile OP=read_gicd_typer   by function [LISTING=1: by instruction] [SYSTEM=bench-shared]
#   make bench-counts                       records tests/bench/counts.json anew; say why in the commit
#
# The short form, Skep's rows against counts.json, is a part of qemu-tests (tests/qemu/test_bench.py).

BENCH   ?=
OP      ?= hvc_psci_version
LISTING ?=
NEED_bench := $(NEED_image) qemu-system-arm gcc libc6-dev

BENCH_ENV := B=$(B) PYTHONDONTWRITEBYTECODE=1
BENCH_SO  := $(B)/bench/count.so

$(BENCH_SO): tests/bench/count.c | $(B)/.need-bench
	@echo "  HOSTCC  $@"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 -g -Wall -Wextra -Werror -fvisibility=hidden -shared -fPIC -o $@ $<

.PHONY: bench bench-counts bench-profile
bench bench-counts bench-profile: $(B)/skep.bin $(B)/skep.elf $(BENCH_SO) $(addprefix $(B)/apps/,bench.bin bench.elf wfi.bin)

bench: .cache/debs/xen-hypervisor-4.17-armhf.deb $P/vmlinuz-lpae
	$(Q)$(BENCH_ENV) $(PYTHON) tests/bench/run.py $(BENCH)

bench-counts:
	$(Q)$(BENCH_ENV) $(PYTHON) tests/bench/run.py --record

bench-profile:
	$(Q)$(BENCH_ENV) $(PYTHON) tests/bench/profile.py $(OP) $(if $(LISTING),--listing) \
		--system $(if $(filter file,$(origin SYSTEM)),bench,$(SYSTEM))

# The test counts with the plugin too.
qemu-tests: $(BENCH_SO)
