/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks through all its RAM for what a predecessor left there, says so, fills the RAM with a
 * pattern of its own and resets the machine: its next life must find nothing. Natively, where
 * nobody scrubs, the second life reports FOUND. A typed q ends it by SYSTEM_OFF.
 *
 * Left out of the search: the program itself with its bss and stacks, which it has to use, and the
 * device tree, which is not zero (but is overwritten by the pattern all the same).
 */
#include <stdio.h>
#include "runtime/console.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"

#define PATTERN 0x5cab1e55u

struct finding {
    uint32_t pattern_words, other_words; /* not zero */
    uint32_t first_pattern, first_other; /* addresses */
};

/* Different in each word, so that a match is no coincidence. */
static uint32_t pattern_at(uint32_t addr)
{
    return addr ^ PATTERN;
}

/* The next address of RAM that is not the program; `end` when there is none. */
static uint32_t skip_image(uint32_t addr)
{
    if (addr >= (uint32_t)__image_start && addr < (uint32_t)__image_end)
        return (uint32_t)__image_end;
    return addr;
}

static void look_at(uint32_t addr, uint32_t word, struct finding *f)
{
    if (word == pattern_at(addr)) {
        if (f->pattern_words++ == 0)
            f->first_pattern = addr;
    } else if (addr - machine.dtb_base >= machine.dtb_size) {
        if (f->other_words++ == 0)
            f->first_other = addr;
    }
}

static void search(uint32_t start, uint32_t end, struct finding *f)
{
    for (uint32_t a = skip_image(start); a < end; a = skip_image(a + 4)) {
        uint32_t word = *(const volatile uint32_t *)a;

        if (word != 0)
            look_at(a, word, f);
    }
}

static void fill(uint32_t start, uint32_t end)
{
    for (uint32_t a = skip_image(start); a < end; a = skip_image(a + 4))
        *(volatile uint32_t *)a = pattern_at(a);
}

int main(void)
{
    uint32_t end = machine.ram_base + machine.ram_size;
    struct finding f = {0};

    printf("scrub: searching %lu KiB\n", (unsigned long)machine.ram_size / 1024);
    search(machine.ram_base, end, &f);
    if (f.pattern_words)
        printf("scrub: FOUND at %08lx, %lu words\n", (unsigned long)f.first_pattern,
               (unsigned long)f.pattern_words);
    else
        printf("scrub: clean\n");
    if (f.other_words)
        printf("scrub: %lu other words are not zero, the first at %08lx\n",
               (unsigned long)f.other_words, (unsigned long)f.first_other);
    fill(machine.ram_base, end);
    if (console_getc() == 'q') {
        printf("scrub: bye\n");
        return 0;
    }
    printf("scrub: filled, reset\n");
    psci_system_reset();
}
