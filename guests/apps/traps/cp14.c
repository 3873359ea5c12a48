/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CP14: the debug registers that kernels touch at their start hide cleanly, ThumbEE works, and
 * what is not there is UNDEF. Manual: ARM DDI 0406C, C11 and B4.1 (ThumbEE).
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "traps/traps.h"

#define MRC14(o1, n, m, o2) (0xee100e10u | ((o1) << 21) | ((n) << 16) | ((o2) << 5) | (m))
#define MCR14(o1, n, m, o2) (MRC14(o1, n, m, o2) & ~0x00100000u)

static void debug_tests(void)
{
    static const struct {
        const char *name;
        uint32_t insn;
    } rows[] = {
        {"DBGDIDR read", MRC14(0u, 0u, 0u, 0u)},    {"DBGDSCRint read", MRC14(0u, 0u, 1u, 0u)},
        {"DBGDSCRext read", MRC14(0u, 0u, 2u, 2u)}, {"DBGDSCRext write", MCR14(0u, 0u, 2u, 2u)},
        {"DBGOSLAR write", MCR14(0u, 1u, 0u, 4u)},  {"DBGOSLSR read", MRC14(0u, 1u, 1u, 4u)},
        {"DBGOSDLR read", MRC14(0u, 1u, 3u, 4u)},   {"DBGOSDLR write", MCR14(0u, 1u, 3u, 4u)},
        {"DBGVCR read", MRC14(0u, 0u, 7u, 0u)},     {"DBGVCR write", MCR14(0u, 0u, 7u, 0u)},
        {"DBGBVR0 write", MCR14(0u, 0u, 0u, 4u)},   {"DBGBCR0 write", MCR14(0u, 0u, 0u, 5u)},
        {"DBGBCR0 read", MRC14(0u, 0u, 0u, 5u)},    {"DBGWVR0 write", MCR14(0u, 0u, 0u, 6u)},
        {"DBGWCR0 write", MCR14(0u, 0u, 0u, 7u)},   {"DBGWCR0 read", MRC14(0u, 0u, 0u, 7u)},
        {"DBGDRAR read", MRC14(0u, 1u, 0u, 0u)},    {"DBGDSAR read", MRC14(0u, 2u, 0u, 0u)},
        {"TEECR read", MRC14(6u, 0u, 0u, 0u)},      {"TEEHBR write", MCR14(6u, 1u, 0u, 0u)},
        {"TEEHBR read", MRC14(6u, 1u, 0u, 0u)},
    };
    struct probe p;

    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        probe_one(&p, rows[i].insn, 0, 0, 0, 0);
        check_kind(rows[i].name, EXC_SVC, &p);
    }
}

static void teehbr_tests(void)
{
    cp_write(14, 6, 1, 0, 0, 0x12345678u);
    check_mask("TEEHBR keeps its value", 0xfffffffcu, 0x12345678u, cp_read(14, 6, 1, 0, 0));
    cp_write(14, 6, 1, 0, 0, 0);
}

static void undef_tests(void)
{
    static const uint32_t insns[] = {MRC14(3u, 9u, 9u, 3u), MCR14(5u, 2u, 1u, 7u),
                                     MRC14(2u, 15u, 15u, 7u)};
    struct probe p;

    for (unsigned int i = 0; i < sizeof(insns) / sizeof(insns[0]); i++) {
        probe_one(&p, insns[i], 0, 0, 0, 0);
        check_undef("unallocated CP14 is UNDEF", p.pc, &p, p.cpsr);
    }
}

void cp14_tests(void)
{
    debug_tests();
    teehbr_tests();
    undef_tests();
}
