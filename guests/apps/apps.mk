# SPDX-License-Identifier: BSD-2-Clause
#
# Our own guest programs: $(B)/apps/NAME.elf and $(B)/apps/NAME.bin for each NAME in APPS.
# Included by the root Makefile; `make apps` builds them all. They link the runtime beside them and
# newlib, nothing of the hypervisor. ARM code, no VFP but where a program's assembly asks for it.
#
# A program is guests/apps/NAME.c, or guests/apps/NAME.S without the runtime, or all of
# guests/apps/NAME/*.c and *.S: a new file or folder is a new program.

APPS_B   := $(B)/apps
APPS_DIR := guests/apps
APPS     := $(sort $(basename $(notdir $(wildcard $(APPS_DIR)/*.c $(APPS_DIR)/*.S))) \
	    $(filter-out runtime,$(notdir $(patsubst %/,%,$(dir $(wildcard $(APPS_DIR)/*/*.c))))))

APPS_ARCH     := -mcpu=cortex-a15+nofp -marm -mfloat-abi=soft
APPS_CPPFLAGS := -I$(APPS_DIR) -MMD -MP
APPS_CFLAGS   := $(APPS_ARCH) -std=gnu11 -O2 -g -ffunction-sections -fdata-sections -fno-common \
		 -mno-unaligned-access -fno-strict-aliasing -Wall -Wextra -Werror -Wconversion \
		 -Wsign-conversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wundef \
		 -ffile-prefix-map=$(CURDIR)=.
APPS_ASFLAGS  := $(APPS_ARCH) -g -ffile-prefix-map=$(CURDIR)=. -Wa,--debug-prefix-map=$(CURDIR)=.
APPS_LDFLAGS  := $(APPS_ARCH) --specs=nano.specs -nostartfiles -Wl,--gc-sections \
		 -Wl,--build-id=none -Wl,--fatal-warnings -Wl,--no-warn-rwx-segments \
		 -Wl,-T,$(APPS_DIR)/runtime/app.ld

APPS_RT_SRC := $(sort $(wildcard $(APPS_DIR)/runtime/*.c $(APPS_DIR)/runtime/*.S))
apps_obj     = $(patsubst $(APPS_DIR)/%,$(APPS_B)/obj/%.o,$(1))
# Sources of program $(1), then everything it links.
apps_src     = $(sort $(wildcard $(APPS_DIR)/$(1).c $(APPS_DIR)/$(1).S $(APPS_DIR)/$(1)/*.c $(APPS_DIR)/$(1)/*.S))
apps_link    = $(call apps_obj,$(apps_src) $(if $(wildcard $(APPS_DIR)/$(1).S),,$(APPS_RT_SRC)))

APPS_ELF := $(APPS:%=$(APPS_B)/%.elf)
APPS_BIN := $(APPS:%=$(APPS_B)/%.bin)

.PHONY: apps
apps: $(APPS_ELF) $(APPS_BIN)

$(APPS_B)/obj/%.c.o: $(APPS_DIR)/%.c $(APPS_DIR)/apps.mk | $(B)/.need-build
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)arm-none-eabi-gcc $(APPS_CPPFLAGS) $(APPS_CFLAGS) -c -o $@ $<

$(APPS_B)/obj/%.S.o: $(APPS_DIR)/%.S $(APPS_DIR)/apps.mk | $(B)/.need-build
	@mkdir -p $(@D)
	@echo "  AS    $<"
	$(Q)arm-none-eabi-gcc $(APPS_CPPFLAGS) $(APPS_ASFLAGS) -c -o $@ $<

define apps_rule
$(APPS_B)/$(1).elf: $(call apps_link,$(1)) $(APPS_DIR)/runtime/app.ld
	@echo "  LD    $$@"
	$$(Q)arm-none-eabi-gcc $$(APPS_LDFLAGS) -Wl,-Map,$(APPS_B)/$(1).map -o $$@ $(call apps_link,$(1))
-include $(patsubst %.o,%.d,$(call apps_link,$(1)))
endef
$(foreach a,$(APPS),$(eval $(call apps_rule,$(a))))

$(APPS_BIN): %.bin: %.elf
	$(Q)arm-none-eabi-objcopy -O binary $< $@
