/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trapped instructions whose condition fails must do nothing (ARM DDI 0406C, B1.14.2: a trap may
 * be taken all the same, so the hypervisor has to look), and a trapped instruction in an IT block
 * must leave the block's remaining conditions as they are (A2.5.2).
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "traps/traps.h"

/* SPSR.IT in its two parts. */
#define PSR_IT 0x0600fc00u
#define CANARY 0x5eed5eedu

static void arm_tests(void)
{
    static const struct {
        const char *name;
        uint32_t insn; /* with the condition EQ */
    } rows[] = {
        {"MRCEQ ACTLR", 0x0e110f30u},
        {"MCREQ ACTLR", 0x0e010f30u},
        {"MRCEQ L2CTLR", 0x0e390f50u},
        {"MRCEQ MIDR", 0x0e100f10u},
        {"MRCEQ CNTP_CTL", 0x0e1e0f32u},
        {"MCREQ CNTP_TVAL", 0x0e0e0f12u},
        {"MRRCEQ CNTP_CVAL", 0x0c510f2eu},
        {"MCRREQ CNTP_CVAL", 0x0c410f2eu},
        {"MCREQ DCISW", 0x0e070f56u},
        {"MRCEQ PMCR", 0x0e190f1cu},
        {"MRCEQ DBGDIDR", 0x0e100e10u},
        {"MCREQ DBGOSLAR", 0x0e010e90u},
        {"SMCEQ", 0x01600070u},
        {"WFIEQ", 0x0320f003u},
        {"WFEEQ", 0x0320f002u},
        {"LDREQ of nothing", 0x05940000u},
        {"LDMEQ of nothing", 0x08b40003u},
        {"STREQ to nothing", 0x04840004u},
    };
    struct probe p;

    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char name[64];

        probe_init(&p);
        probe_arm(&p, &rows[i].insn, 1);
        p.r[0] = CANARY;
        p.r[1] = CANARY;
        p.r[4] = UNBACKED;
        probe_run(&p);
        snprintf(name, sizeof(name), "%s with Z = 0 does nothing", rows[i].name);
        check(name,
              p.kind == EXC_SVC && p.r[0] == CANARY && p.r[1] == CANARY && p.r[4] == UNBACKED &&
                  p.spsr == p.cpsr,
              "something happened");
    }
    probe_init(&p);
    probe_arm(&p, &rows[0].insn, 1);
    p.cpsr |= PSR_Z;
    probe_run(&p);
    check_eq("MRCEQ ACTLR with Z = 1 reads", cp_read(15, 0, 1, 0, 1), p.r[0]);
    probe_init(&p);
    probe_arm(&p, &rows[12].insn, 1);
    p.cpsr |= PSR_Z;
    probe_run(&p);
    check_undef("SMCEQ with Z = 1 is UNDEF", p.pc, &p, p.cpsr);
}

/*
 * Where QEMU 7.2 departs from the manual in SPSR.IT. An MRC with an access check leaves the block's
 * state behind for the next exception of the same translation block (natively only: a trap ends
 * the block), and an SMC that is UNDEF or trapped loses it, so that no hypervisor can know it.
 */
enum it_quirk { IT_EXACT, IT_STALE_NATIVELY, IT_LOST };

/* One trapping instruction, put at any place of an IT block of four. */
struct it_row {
    const char *name;
    unsigned int halfwords;
    uint16_t insn[2];
    unsigned int kind; /* how it ends when it is executed */
    enum it_quirk quirk;
};

static const struct it_row it_rows[] = {
    {"MRC ACTLR", 2, {0xee11, 0x0f30}, EXC_SVC, IT_STALE_NATIVELY},
    {"MRC CNTP_CTL", 2, {0xee1e, 0x0f32}, EXC_SVC, IT_STALE_NATIVELY},
    {"MRC MIDR", 2, {0xee10, 0x0f10}, EXC_SVC, IT_EXACT},
    {"LDR from a device, 16 bits", 1, {0x6808}, EXC_SVC, IT_EXACT},
    {"LDR from a device, post-indexed", 2, {0xf851, 0x0b04}, EXC_SVC, IT_EXACT},
    {"STR to a device, pre-indexed", 2, {0xf841, 0x2f04}, EXC_SVC, IT_EXACT},
    {"WFI, an interrupt pending", 1, {0xbf30}, EXC_SVC, IT_EXACT},
    {"unallocated MRC", 2, {0xeef4, 0x0ff7}, EXC_UNDEF, IT_EXACT},
    {"SMC", 2, {0xf7f0, 0x8000}, EXC_UNDEF, IT_LOST},
    {"LDR from nothing", 1, {0x681b}, EXC_DABT, IT_EXACT},
};

/* ITSTATE as it stands before the instruction at `place`, in its PSR bits. */
static uint32_t itstate_psr(uint32_t it, unsigned int place)
{
    uint32_t state = (it & 0xe0u) | ((it << place) & 0x1fu);

    if (place && (it << (place - 1) & 7u) == 0)
        state = 0;
    return (state & 3u) << 25 | (state >> 2) << 10;
}

/* The block: three "ADD rN, #1" around the row's instruction, then one ADD behind the block. */
static unsigned int build_block(uint16_t *code, uint32_t it, const struct it_row *row,
                                unsigned int place)
{
    unsigned int n = 0;

    code[n++] = (uint16_t)(0xbf00u | it);
    for (unsigned int i = 0; i < 4; i++) {
        if (i == place) {
            for (unsigned int h = 0; h < row->halfwords; h++)
                code[n++] = row->insn[h];
        } else {
            code[n++] = (uint16_t)(0x3401u | (i << 8)); /* ADD r4+i, #1 */
        }
    }
    code[n++] = 0x3201; /* ADDS r2, #1: behind the block */
    return n;
}

/* True if all registers and the exception are as the block `it` (EQ based) demands. */
static bool run_block(uint32_t it, const struct it_row *row, unsigned int place, bool z)
{
    uint16_t code[16];
    struct probe p;
    bool executed[4], ends, ok;

    for (unsigned int i = 0; i < 4; i++) {
        bool is_else = i > 0 && ((it >> (4 - i)) & 1u);

        executed[i] = is_else ? !z : z;
    }
    ends = executed[place] && row->kind != EXC_SVC;

    probe_init(&p);
    probe_thumb(&p, code, build_block(code, it, row, place));
    p.r[1] = GICD_IPRIORITYR + 64;
    p.r[3] = UNBACKED; /* what "LDR r3, [r3]" loads from */
    p.cpsr |= z ? PSR_Z : 0;
    probe_run(&p);
    ok = p.kind == (ends ? row->kind : EXC_SVC);
    for (unsigned int i = 0; i < 4; i++) {
        uint32_t want = executed[i] && i != place && (!ends || i < place) ? 1 : 0;

        ok = ok && p.r[4 + i] == want;
    }
    ok = ok && p.r[2] == (ends ? 0 : 1);
    if (row->quirk == IT_EXACT || (row->quirk == IT_STALE_NATIVELY && under_skep))
        ok = ok && (p.spsr & PSR_IT) == (ends ? itstate_psr(it, place) : 0);
    return ok;
}

static void it_tests(void)
{
    static const uint32_t blocks[] = {0x01, 0x0b, 0x0d, 0x07}; /* TTTT, TETE, TEET, TTEE of EQ */

    for (unsigned int r = 0; r < sizeof(it_rows) / sizeof(it_rows[0]); r++) {
        char name[64];
        bool ok = true;

        for (unsigned int i = 0; i < 32; i++) {
            bool one = run_block(blocks[i & 3u], &it_rows[r], (i >> 2) & 3u, (i >> 4) != 0);

            if (!one)
                printf("  block %u place %u Z %u\n", i & 3u, (i >> 2) & 3u, i >> 4);
            ok = ok && one;
        }
        snprintf(name, sizeof(name), "IT blocks with %s", it_rows[r].name);
        check(name, ok, "a block went wrong");
    }
}

void condition_tests(void)
{
    arm_tests();
    gic_sgi(5, SGI_SELF, 0); /* keeps WFI from sleeping */
    gic_enable(5);
    it_tests();
    gic_eoi(gic_ack());
}
