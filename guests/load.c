/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The phases in order: RAM is scrubbed, ROMs are filled, segments are copied. The system tree's
 * checker has proved that every range lies in a bank.
 */
#include "guests/load.h"

#include "hyp/arch/cache.h"
#include "hyp/core/panic.h"
#include "hyp/lib/util.h"
#include "mm/gmem.h"
#include "vcpu/vm.h"

enum {
    PHASE_SCRUB,
    PHASE_ROM,
    PHASE_ROM_REST,
    PHASE_SEGMENT,
    PHASE_DONE,
};

void load_begin(struct load *load, const struct guest_config *config, const struct vm *vm)
{
    *load = (struct load){.config = config, .vm = vm};
}

/* Where the next step of a range of `size` bytes goes; moves on to the next range at its end. */
static uint32_t next(struct load *load, uint32_t size)
{
    uint32_t n = MIN(size - load->offset, GMEM_STEP);

    load->offset += n;
    if (load->offset == size) {
        load->index++;
        load->offset = 0;
    }
    return n;
}

static void next_phase(struct load *load)
{
    load->phase++;
    load->index = 0;
    load->offset = 0;
}

static void scrub(struct load *load)
{
    const struct system_bank *bank;
    paddr_t to;

    if (load->index == load->config->nbanks) {
        next_phase(load);
        return;
    }
    bank = &load->config->bank[load->index];
    to = PADDR(bank->pa.pa + load->offset);
    gmem_zero(to, next(load, bank->size));
}

/* A guest cannot write its ROM, but every life begins alike: from the payload. */
static void fill_rom(struct load *load)
{
    const struct system_rom *rom;
    const uint8_t *from;
    paddr_t to;

    if (load->index == load->config->nroms) {
        next_phase(load);
        return;
    }
    rom = &load->config->rom[load->index];
    if (rom->data.size == 0) {
        load->index++;
        return;
    }
    to = PADDR(rom->pa.pa + load->offset);
    from = rom->data.data + load->offset;
    gmem_write(to, from, next(load, rom->data.size));
}

static void fill_rom_rest(struct load *load)
{
    static const uint8_t erased[256] = {[0 ... 255] = 0xff};
    const struct system_rom *rom;
    uint32_t n;

    if (load->index == load->config->nroms) {
        next_phase(load);
        return;
    }
    rom = &load->config->rom[load->index];
    if (rom->size == rom->data.size) {
        load->index++;
        return;
    }
    for (n = 0; n < GMEM_STEP && rom->data.size + load->offset < rom->size; n += sizeof(erased)) {
        uint32_t left = rom->size - rom->data.size - load->offset;
        uint32_t part = MIN(left, (uint32_t)sizeof(erased));

        gmem_write(PADDR(rom->pa.pa + rom->data.size + load->offset), erased, part);
        load->offset += part;
    }
    if (rom->data.size + load->offset == rom->size) {
        load->index++;
        load->offset = 0;
    }
}

static void copy_segment(struct load *load)
{
    const struct system_segment *segment;
    const struct vm_bank *bank;
    const uint8_t *from;
    uint32_t ipa, n;

    if (load->index == load->config->nsegments) {
        next_phase(load);
        return;
    }
    segment = &load->config->segment[load->index];
    if (segment->data.size == 0) {
        load->index++;
        return;
    }
    ipa = segment->ipa + load->offset;
    from = segment->data.data + load->offset;
    n = next(load, segment->data.size);
    bank = vm_find_bank(load->vm, ipa, n);
    check(bank != 0); /* system_parse() has seen to it */
    gmem_write(PADDR(bank->pa.pa + (ipa - bank->ipa)), from, n);
}

bool load_step(struct load *load)
{
    switch (load->phase) {
    case PHASE_SCRUB:
        scrub(load);
        return true;
    case PHASE_ROM:
        fill_rom(load);
        return true;
    case PHASE_ROM_REST:
        fill_rom_rest(load);
        return true;
    case PHASE_SEGMENT:
        copy_segment(load);
        return true;
    default:
        cache_invalidate_icache();
        return false;
    }
}
