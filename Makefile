# SPDX-License-Identifier: BSD-2-Clause
#
#   make                 build/skep.elf, build/skep.bin (zImage header, no guests), .map, .lst
#   make run             boot guests/systems/duo.dts; SYSTEM=guests/systems/NAME.dts for another
#   make test            everything that CI holds: units, lints, QEMU tests
#   make debug           the same as run, stopped at QEMU's gdb stub
#   make check-system    the memory map of SYSTEM, or its first error as file:line: message
#   make clean           removes build/; the package cache in .cache/ stays
#
# Parts of test: make units [U=test_NAME], make lint, make system-tests, make qemu-tests [T=tests/qemu/test_NAME.py].
# Debian's packages are fetched once, into .cache/; tools that the machine lacks are installed once.

SYSTEM     ?= guests/systems/duo.dts
VERSION    ?= 0.1
EARLY_UART ?=
DEBUG      ?= 0
V          ?= 0

B      := build
CROSS  := arm-none-eabi-
CC     := $(CROSS)gcc
PYTHON := /usr/bin/python3
Q      := $(if $(filter 1,$(V)),,@)

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.SECONDEXPANSION:
.DEFAULT_GOAL := all

# ---------------------------------------------------------------- the hypervisor

ROOMS    := boot hyp/lib hyp/arch hyp/core mm drivers vcpu guests guests/dev hyp hyp/shell
SKEP_SRC := $(sort $(foreach r,$(ROOMS),$(wildcard $(r)/*.c $(r)/*.S)))
SKEP_SRC := $(filter-out %/asm-offsets.c,$(SKEP_SRC))
SKEP_OBJ := $(patsubst %,$(B)/obj/%.o,$(SKEP_SRC))

# Same tree and compiler, same bytes in any folder.
PREFIX_MAP := -ffile-prefix-map=$(CURDIR)=.
WARN  := -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wmissing-prototypes \
	 -Wstrict-prototypes -Wvla -Wundef
ARCH  := -mcpu=cortex-a15+nofp -mtune=cortex-a7 -mthumb -mfloat-abi=soft
# newlib's 32-bit types are `long`, those of the hosts that the units run on are `int`. One spelling for both, so that
# a format or a pointer that fits here fits there.
INT32    := -U__INT32_TYPE__ -D__INT32_TYPE__=int -U__UINT32_TYPE__ -D__UINT32_TYPE__=unsigned
CPPFLAGS := $(INT32) -I. -I$(B)/gen -isystem $(B)/sysroot/include -MMD -MP \
	    -DSKEP_DEBUG=$(DEBUG) $(if $(EARLY_UART),-DEARLY_UART=$(EARLY_UART))
CFLAGS   := $(ARCH) -std=gnu11 -O2 -g -ffunction-sections -fdata-sections -fno-common \
	    -fstack-protector-strong -funwind-tables -fstack-usage -fcallgraph-info=su -fno-strict-aliasing -fno-builtin-log $(WARN) $(PREFIX_MAP)
ASFLAGS  := $(ARCH) -g $(PREFIX_MAP) -Wa,--debug-prefix-map=$(CURDIR)=.
LDFLAGS  := $(ARCH) --specs=nano.specs -nostartfiles -Wl,--gc-sections -Wl,--build-id=none \
	    -Wl,--fatal-warnings -Wl,--no-warn-rwx-segments -Wl,-z,noexecstack -Wl,-T,linker.ld
# The tables name the C++ unwinder's routines, which nothing calls here: hyp/arch/unwind.c reads the tables itself.
LDFLAGS  += -Wl,--defsym=__aeabi_unwind_cpp_pr0=0 -Wl,--defsym=__aeabi_unwind_cpp_pr1=0
LIBFDT   := $(B)/sysroot/lib/libfdt.a

.PHONY: all
all: $(addprefix $(B)/skep.,elf bin map lst)

# What every object needs before its dependencies are known.
GEN := $(B)/gen/flags $(B)/gen/version.h

$(B)/obj/%.c.o: %.c $(B)/gen/flags | $(B)/.need-build $(LIBFDT) $(GEN)
	$(Q)mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Runs with the MMU off, wherever it was loaded: relative to the PC, aligned, no memset called behind its back.
$(B)/obj/boot/%.c.o: CFLAGS += -fpie -fno-stack-protector -mno-unaligned-access -fno-tree-loop-distribute-patterns \
			       -fno-jump-tables -fno-unwind-tables

# What runs once, or when a person asks: small rather than fast. The exit path keeps -O2.
COLD := boot/% drivers/board_tree% drivers/probe% drivers/psci% guests/guest% guests/load% guests/payload% guests/system% \
	hyp/lib/% hyp/main% hyp/secondary% hyp/shell/% hyp/arch/syndrome% hyp/arch/unwind% hyp/core/panic% hyp/core/console% \
	hyp/core/log% mm/frames% mm/ptable% mm/stage% vcpu/inject% vcpu/exception% vcpu/decode%
$(patsubst %,$(B)/obj/%.o,$(filter $(COLD),$(SKEP_SRC))): CFLAGS += -Os

$(B)/obj/%.S.o: %.S $(B)/gen/flags | $(B)/.need-build $(GEN) $(if $(wildcard vcpu/asm-offsets.c),$(B)/gen/asm-offsets.h)
	$(Q)mkdir -p $(@D)
	@echo "  AS      $<"
	$(Q)$(CC) $(CPPFLAGS) $(ASFLAGS) -c -o $@ $<

$(B)/gen/%.o: $(B)/gen/%.S $(B)/gen/flags
	$(Q)$(CC) $(ASFLAGS) -c -o $@ $<

# Struct offsets for assembly: the compiler leaves each as a line `->NAME value` in its output.
$(B)/gen/asm-offsets.s: vcpu/asm-offsets.c $(B)/gen/flags | $(B)/.need-build $(LIBFDT) $(GEN)
	@echo "  GEN     $(B)/gen/asm-offsets.h"
	$(Q)$(CC) $(CPPFLAGS) -MT $@ $(filter-out -fstack-usage -fcallgraph-info=su -g,$(CFLAGS)) -S -o $@ $<

$(B)/gen/asm-offsets.h: $(B)/gen/asm-offsets.s
	$(Q){ echo '/* Generated from vcpu/asm-offsets.c. */'; \
	sed -n 's/^.*->\([A-Z][A-Z0-9_]*\) #\{0,1\}\(-\{0,1\}[0-9][0-9]*\).*$$/#define \1 \2/p' $<; } >$@

# Files that hold a value, rewritten only when it changes, so that what depends on them is rebuilt then:
# $(call IF_CHANGED,command that prints the file)
IF_CHANGED = mkdir -p $(@D); new=$@.$$$$; { $1; } >$$new; cmp -s $$new $@ && rm $$new || mv $$new $@

$(B)/gen/flags: FORCE
	$(Q)$(call IF_CHANGED,echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(ASFLAGS) $(LDFLAGS)' | sed 's@$(CURDIR)@.@g')

# The release, the commit and the compiler; no date, no host, no user: the same tree gives the same bytes.
COMMIT = $$(git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || echo unknown)

$(B)/gen/version.h: FORCE | $(B)/.need-build
	$(Q)$(call IF_CHANGED, \
		echo '/* Generated by the Makefile. */'; \
		echo '#define SKEP_VERSION  "$(VERSION)"'; \
		echo "#define SKEP_COMMIT   \"$(COMMIT)\""; \
		echo "#define SKEP_COMPILER \"gcc $$($(CC) -dumpfullversion)\"")

# Two links. The first has an empty symbol table for backtraces; its addresses make the table of the second.
# The table lies behind all text, so they must agree, and the rule fails if they do not.
SYMBOLS := hyp/lib/symbols.py
LINK     = $(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBFDT)

$(B)/gen/nosymbols.S: $(SYMBOLS) | $(B)/gen/flags
	$(Q)$(PYTHON) $(SYMBOLS) </dev/null >$@

$(B)/gen/symbols.S: $(B)/skep.nosymbols.elf $(SYMBOLS)
	$(Q)$(CROSS)nm -n $< | $(PYTHON) $(SYMBOLS) >$@

$(B)/skep.nosymbols.elf: $(SKEP_OBJ) $(B)/gen/nosymbols.o linker.ld $(LIBFDT)
	$(Q)$(LINK)

$(B)/skep.elf: $(SKEP_OBJ) $(if $(wildcard $(SYMBOLS)),$(B)/gen/symbols.o) linker.ld $(LIBFDT)
	@echo "  LD      $@"
	$(Q)$(LINK) -Wl,-Map=$(@:.elf=.map)
	$(Q)[ ! -f $(SYMBOLS) ] || for e in $(B)/skep.nosymbols.elf $@; do \
		$(CROSS)nm -n $$e | grep -i ' t ' >$$e.text; done; \
	[ ! -f $(SYMBOLS) ] || cmp -s $(B)/skep.nosymbols.elf.text $@.text || { echo "$@: the symbol table moved the text"; exit 1; }
	$(Q)rm -f $(B)/skep.nosymbols.elf.text $@.text

$(B)/skep.map: $(B)/skep.elf ;

$(B)/skep.bin: $(B)/skep.elf
	@echo "  BIN     $@"
	$(Q)$(CROSS)objcopy -O binary $< $@

$(B)/skep.lst: $(B)/skep.elf
	$(Q)$(CROSS)objdump -d $< >$@

-include $(SKEP_OBJ:.o=.d) $(B)/gen/asm-offsets.d

# ---------------------------------------------------------------- packages

NEED := guests/payloads/need.sh

NEED_build := gcc-arm-none-eabi libnewlib-arm-none-eabi python3-minimal
NEED_image := $(NEED_build) device-tree-compiler cpio
NEED_run   := $(NEED_image) qemu-system-arm
NEED_debug := $(NEED_run) gdb-multiarch
NEED_host  := gcc libc6-dev libfdt-dev device-tree-compiler
NEED_test  := $(NEED_debug) $(NEED_host) python3-pytest python3-pytest-xdist python3-pexpect libcmocka-dev \
	      gcc-arm-linux-gnueabihf libc6-dev-armhf-cross qemu-user dt-schema clang-format clang-tidy clang cppcheck shellcheck python3-pyflakes git

# Looks once for each build directory and Makefile.
$(B)/.need-%: Makefile
	$(Q)$(NEED) $(sort $(NEED_$*))
	$(Q)mkdir -p $(@D) && touch $@

.cache/debs/%.deb:
	$(Q)guests/payloads/fetch.sh $*

# One file out of a package, to stdout: $(call from_deb,PACKAGE,PATTERN)
from_deb = dpkg-deb --fsys-tarfile .cache/debs/$1.deb | tar -xO --wildcards '$2'

# libfdt.a states a float ABI with registers, which it uses nowhere; without that statement it links with ours.
$(LIBFDT): .cache/debs/libfdt-dev.deb | $(B)/.need-build
	$(Q)mkdir -p $(B)/sysroot/include $(B)/sysroot/lib $(B)/sysroot/armhf
	$(Q)dpkg-deb -x $< $(B)/sysroot/armhf
	$(Q)cp $(B)/sysroot/armhf/usr/include/*fdt*.h $(B)/sysroot/include/
	$(Q)$(CROSS)objcopy -R .ARM.attributes $(B)/sysroot/armhf/usr/lib/arm-linux-gnueabihf/libfdt.a $@

# ---------------------------------------------------------------- payloads and images

PAYLOADS := vmlinuz-lpae vmlinuz-armmp initramfs.cpio.gz u-boot.bin erased.bin
P        := $(B)/payloads

$P/vmlinuz-%: .cache/debs/linux-image-armmp-%.deb
	$(Q)mkdir -p $(@D)
	$(Q)$(call from_deb,linux-image-armmp-$*,./boot/vmlinuz-*) >$@

$P/vmlinuz-armmp: .cache/debs/linux-image-armmp.deb
	$(Q)mkdir -p $(@D)
	$(Q)$(call from_deb,linux-image-armmp,./boot/vmlinuz-*) >$@

$P/u-boot.bin: .cache/debs/u-boot-qemu.deb
	$(Q)mkdir -p $(@D)
	$(Q)$(call from_deb,u-boot-qemu,./usr/lib/u-boot/qemu_arm/u-boot.bin) >$@

# An erased flash of 64 MiB's first 256 KiB: U-Boot reads its environment there.
$P/erased.bin:
	$(Q)mkdir -p $(@D)
	$(Q)head -c 262144 /dev/zero | tr '\000' '\377' >$@

INITRAMFS := $(shell find guests/payloads/initramfs -type f)

$P/initramfs.cpio.gz: .cache/debs/busybox-static.deb guests/payloads/initramfs.sh $(INITRAMFS) | $(B)/.need-image
	@echo "  CPIO    $@"
	$(Q)mkdir -p $(@D)
	$(Q)guests/payloads/initramfs.sh $< guests/payloads/initramfs $@

-include guests/apps/apps.mk

# All trees of the repository, and SYSTEM wherever it lies.
TREES := $(sort $(wildcard guests/systems/*.dts) $(wildcard $(SYSTEM)))
DTC   := dtc -q -I dts -O dtb -i $P -i $(B)/apps -i guests/systems

# The files that a tree takes in: a payload by its name, else what lies beside the tree, else one of our programs.
incbins   = $(shell grep -o '/incbin/[^"]*"[^"]*"' $1 | sed 's/.*"\(.*\)"/\1/')
in_system = $(foreach f,$(call incbins,$1),$(if $(filter $f,$(PAYLOADS)),$P/$f,$(or $(wildcard $(dir $1)$f),$(B)/apps/$f)))

# $(call TREE_RULES,tree,name)
define TREE_RULES
$(B)/$2.dtb: $1 $$(call in_system,$1) | $(B)/.need-image
	@echo "  DTC     $$@"
	$$(Q)$$(DTC) -i $(dir $1) -d $$@.d -o $$@ $$<

$(B)/$2.img: $(B)/skep.bin $(B)/$2.dtb
	@echo "  IMG     $$@"
	$$(Q)cat $$^ >$$@

-include $(B)/$2.dtb.d
endef
$(foreach t,$(TREES),$(eval $(call TREE_RULES,$t,$(basename $(notdir $t)))))

.PHONY: images
images: $(patsubst guests/systems/%.dts,$(B)/%.img,$(wildcard guests/systems/*.dts))

-include guests/systems/systems.mk
-include tests/bench/bench.mk

# ---------------------------------------------------------------- run and debug

# The least machine of a system: a comment /* machine: -smp 2 -m 1G */ in its tree.
MACHINE := $(or $(shell sed -n 's@.*/\* *machine: *\(.*[^ ]\) *\*/.*@\1@p' $(SYSTEM) 2>/dev/null),-smp 2 -m 1G)
IMAGE   := $(B)/$(basename $(notdir $(SYSTEM))).img
QEMU    := qemu-system-arm -M virt,virtualization=on,gic-version=2 -cpu cortex-a15 $(MACHINE) -nic none -nographic

ifneq ($(filter run debug check-system,$(MAKECMDGOALS)),)
$(if $(wildcard $(SYSTEM)),,$(error there is no system tree $(SYSTEM)))
endif

.PHONY: run debug
run: $(IMAGE) | $(B)/.need-run
	@echo "Leave QEMU with Ctrl-A X; Skep's prompt is Ctrl-]."
	$(QEMU) -kernel $(IMAGE)

debug: $(IMAGE) $(B)/skep.elf | $(B)/.need-debug
	@echo "In another terminal:  gdb-multiarch -x hyp/skep.gdb"
	$(QEMU) -kernel $(IMAGE) -s -S

# ---------------------------------------------------------------- units

# Each tests/unit/test_NAME.c names the product sources that it links in a comment /* UNIT: a.c b.c */ and is built
# twice: for this machine with sanitizers, and for 32-bit Arm (Thumb, as the product), where qemu-arm runs it.
# U=test_NAME makes only that one.
U         ?= test_*
UNITS     := $(basename $(notdir $(wildcard tests/unit/$U.c)))
UNIT_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror -Wshadow -Wvla -fno-common -fno-strict-aliasing \
	       -I. -MMD -MP -DSKEP_DEBUG=1 -DSKEP_HOST
UNIT_LIMIT := 300 # seconds a program may take

HOST_CC     := gcc
HOST_CFLAGS := $(UNIT_CFLAGS) -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HOST_LIBS   := -lcmocka -lfdt
HOST_RUN    := timeout $(UNIT_LIMIT)
HOST_NEEDS  :=

ARMHF        := $(B)/sysroot/armhf
ARMHF_LIB    := $(ARMHF)/usr/lib/arm-linux-gnueabihf
ARMHF_CC     := arm-linux-gnueabihf-gcc
ARMHF_CFLAGS := $(UNIT_CFLAGS) -mcpu=cortex-a15 -mthumb -isystem $(ARMHF)/usr/include
ARMHF_LIBS   := -L$(ARMHF_LIB) -lcmocka $(ARMHF_LIB)/libfdt.a
ARMHF_RUN    := timeout $(UNIT_LIMIT) qemu-arm -L /usr/arm-linux-gnueabihf -E LD_LIBRARY_PATH=$(ARMHF_LIB)
ARMHF_NEEDS  := $(ARMHF)/.cmocka

$(ARMHF)/.cmocka: .cache/debs/libcmocka-dev.deb .cache/debs/libcmocka0.deb $(LIBFDT)
	$(Q)for deb in $(filter %.deb,$^); do dpkg-deb -x $$deb $(ARMHF) || exit 1; done
	$(Q)touch $@

unit_sources = $(shell sed -n '1,20s@.*/\* UNIT: \(.*\) \*/.*@\1@p' tests/unit/$1.c)

# $(call UNIT_FLAVOUR,directory,VARIABLE PREFIX): objects, programs and results of one of the two.
define UNIT_FLAVOUR
$(B)/unit/$1/%.c.o: %.c Makefile | $(B)/.need-test $$($2_NEEDS)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$($2_CC) $$($2_CFLAGS) -c -o $$@ $$<

$(foreach u,$(UNITS),
$(B)/unit/$1/$u: $(B)/unit/$1/tests/unit/$u.c.o $(patsubst %,$(B)/unit/$1/%.o,$(call unit_sources,$u)))

$(patsubst %,$(B)/unit/$1/%,$(UNITS)):
	$$(Q)$$($2_CC) $$($2_CFLAGS) -o $$@ $$^ $$($2_LIBS)

$(B)/unit/$1/%.ok: $(B)/unit/$1/%
	@echo "  UNIT    $$* ($1)"
	$$(Q)$$($2_RUN) $$< >$$<.log 2>&1 || { status=$$$$?; cat $$<.log; echo "$$< failed (status $$$$status)"; exit 1; }
	$$(Q)touch $$@

-include $(patsubst %,$(B)/unit/$1/tests/unit/%.c.d,$(UNITS))
-include $(patsubst %,$(B)/unit/$1/%.d,$(sort $(foreach u,$(UNITS),$(call unit_sources,$u))))
endef

# Reading the tests for their UNIT lines is left out where nothing is wanted of them.
ifneq ($(filter units $(B)/unit/%,$(MAKECMDGOALS)),)
$(eval $(call UNIT_FLAVOUR,host,HOST))
$(eval $(call UNIT_FLAVOUR,armhf,ARMHF))
endif

.PHONY: units
units: $(foreach u,$(UNITS),$(B)/unit/host/$u.ok $(B)/unit/armhf/$u.ok)
	@awk '/PASSED/ { n += $$4 } END { print "units: $(words $(UNITS)) programs, " n + 0 " tests passed, here and as 32-bit Arm" }' \
		/dev/null $(patsubst %,$(B)/unit/host/%.log,$(UNITS))

# ---------------------------------------------------------------- lints

# Each script first proves on a bad sample that it can fail. What they read of the build is that of the target.
LINTS     := text scripts layering house sysreg headers novfp stack format tidy cppcheck
LINT_ENV   = B=$(B) CROSS=$(CROSS) CC='$(CC)' SKEP_SRC='$(SKEP_SRC)' PYTHONDONTWRITEBYTECODE=1 \
	     SKEP_FLAGS='$(filter-out -MMD -MP,$(CPPFLAGS)) $(filter-out -fstack-usage -fcallgraph-info=su,$(CFLAGS))'

.PHONY: lint $(addprefix lint-,$(LINTS))
lint: $(addprefix lint-,$(LINTS))

$(addprefix lint-,$(LINTS)): lint-%: all | $(B)/.need-test
	$(Q)$(LINT_ENV) $(if $(wildcard tests/lint/$*.py),$(PYTHON) tests/lint/$*.py,sh tests/lint/$*.sh)
	@echo "  LINT    $*"

# clang-tidy takes its time, so it reads only what was compiled anew.
lint-tidy: $(patsubst %,$(B)/lint/%.tidy,$(filter %.c,$(SKEP_SRC)))

$(B)/lint/%.tidy: $(B)/obj/%.o tests/lint/tidy.sh .clang-tidy | $(B)/.need-test
	$(Q)mkdir -p $(@D)
	@echo "  TIDY    $*"
	$(Q)$(LINT_ENV) sh tests/lint/tidy.sh $*
	$(Q)touch $@

# ---------------------------------------------------------------- QEMU tests, and all tests

# T=tests/qemu/test_NAME.py (or a pytest node id) runs only that one; TEST_JOBS of them run at once.
T         ?= tests/qemu
TEST_JOBS ?= 2

.PHONY: qemu-tests test
qemu-tests: all images $(addprefix $P/,$(PAYLOADS)) apps | $(B)/.need-test
	$(PYTHON) -m pytest -q -p no:cacheprovider -n $(TEST_JOBS) $T

# Quick things first: a wrong format is known before Linux has booted twenty times. What is many small things runs in
# parallel, with the output of each kept together.
TEST_PARTS := units lint check-schema system-tests qemu-tests

test:
	+$(Q)for part in $(TEST_PARTS); do \
		case $$part in units | lint) jobs='-O -j$(TEST_JOBS)' ;; *) jobs= ;; esac; \
		$(MAKE) --no-print-directory $$jobs $$part || { echo "make test: FAILED in $$part"; exit 1; }; \
	done
	@echo "make test: all passed ($(TEST_PARTS))"

.PHONY: clean FORCE
clean:
	$(Q)rm -rf $(B)
FORCE:
