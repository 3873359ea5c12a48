# SPDX-License-Identifier: BSD-2-Clause
#
# Checks of system trees; included by the Makefile, whose B, P, Q, in_system and package rules it uses.
#
#   make check-system [SYSTEM=x.dts] [BOARD_DTB=board.dtb]   the memory map, or the first error as file:line: message
#   make check-schema                                        every tree of the repository against the binding
#   make system-tests                                        good and bad trees, and their exact messages

BOARD_DTB    ?=
CHECK_SYSTEM := $(B)/host/check_system

# The checker is the hypervisor's own code; the host's sanitizers watch it.
CHECK_SRC    := guests/systems/check_system.c $(wildcard guests/system*.c guests/payload*.c guests/guest_fdt*.c) \
		mm/frames.c hyp/lib/vsnprintf.c hyp/lib/fdt_check.c
CHECK_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -I.

$(CHECK_SYSTEM): $(CHECK_SRC) $(wildcard guests/*.h mm/frames.h hyp/lib/*.h hyp/core/board.h hyp/arch/types.h) \
		| $(B)/.need-host
	@echo "  HOSTCC  $@"
	$(Q)mkdir -p $(@D)
	$(Q)gcc $(CHECK_CFLAGS) -o $@ $(CHECK_SRC) -lfdt

.PHONY: check-system check-schema system-tests
check-system: $(CHECK_SYSTEM) $(if $(filter check-system,$(MAKECMDGOALS)),$(call in_system,$(SYSTEM)))
	$(Q)$(PYTHON) -B guests/systems/check_system.py --tool $(CHECK_SYSTEM) --image $(B)/skep.bin -i $P -i $(B)/apps \
		$(if $(BOARD_DTB),--board $(BOARD_DTB)) $(SYSTEM)

check-schema: | $(B)/.need-test
	$(Q)$(PYTHON) -B guests/systems/check_schema.py $(wildcard guests/systems/*.yaml guests/systems/*.dts)

system-tests: $(CHECK_SYSTEM) $(addprefix $P/,$(PAYLOADS)) apps | $(B)/.need-test
	$(PYTHON) -B -m pytest -q -p no:cacheprovider tests/system

# Runs libFuzzer for FUZZ_SECONDS over all that reads a system tree, beginning with the trees of the tests.
FUZZ_SECONDS ?= 120
FUZZ_SYSTEM  := $(B)/fuzz/fuzz_system

$(FUZZ_SYSTEM): tests/fuzz/fuzz_system.c $(CHECK_SRC) $(wildcard guests/*.h mm/frames.h hyp/lib/*.h) | $(B)/.need-test
	$(Q)mkdir -p $(@D)
	$(Q)clang -std=gnu11 -O1 -g -Wall -Wextra -Werror -I. -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o $@ $< $(filter-out guests/systems/%,$(CHECK_SRC)) -lfdt

.PHONY: fuzz-system
fuzz-system: $(FUZZ_SYSTEM) $(CHECK_SYSTEM)
	$(Q)$(PYTHON) -B tests/fuzz/seed_system.py $(B)/fuzz/system.seeds
	$(Q)mkdir -p $(B)/fuzz/system
	$(FUZZ_SYSTEM) -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -timeout=10 -artifact_prefix=$(B)/fuzz/ \
		$(B)/fuzz/system $(B)/fuzz/system.seeds

# Tests on the board compare with what the checker says.
qemu-tests: $(CHECK_SYSTEM)
