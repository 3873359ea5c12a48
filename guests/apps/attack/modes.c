/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Modes that a guest has no right to, by every way into one; banked registers of others; random
 * instructions in user mode with devices in their registers.
 */
#include "attack/attack.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/mmu.h"
#include "runtime/runtime.h"

#define MSR_CPSR_C   0xe121f000u /* MSR CPSR_c, r0 */
#define MSR_CPSR_ALL 0xe12ff000u
#define MSR_SPSR_ALL 0xe16ff000u
#define BACK_TO_SYS  0xe321f0dfu /* MSR CPSR_c, #(SYS | I | F) */
#define CPS(mode)    (0xf1020000u | (mode))
#define MOVS_PC_LR   0xe1b0f00eu
#define ERET         0xe160006eu
#define RFEIA_R1     0xf8910a00u
#define SRSDB(mode)  (0xf96d0500u | (mode)) /* SRSDB SP!, #mode */

static void attempt(const uint32_t *code, unsigned int n, uint32_t mode, uint32_t r0, uint32_t r1)
{
    struct probe p;

    probe_init(&p);
    place_far(&p, code, n, false);
    p.cpsr = mode | PSR_A | PSR_I | PSR_F;
    p.r[0] = r0;
    p.r[1] = r1;
    p.r[2] = p.lr = p.pc + 4 * n; /* the SVC */
    p.sp = (uint32_t)far_page() + 0x800u;
    run(&p);
}

/* MSR, CPS and SRS of each of the 32 modes, and back. */
static void mode_tests(void)
{
    for (uint32_t mode = 0; mode < 32; mode++) {
        uint32_t by_msr[] = {MSR_CPSR_C, BACK_TO_SYS};
        uint32_t by_cps[] = {CPS(mode), BACK_TO_SYS};
        uint32_t by_srs[] = {SRSDB(mode)};

        attempt(by_msr, 2, PSR_SYS, mode | 0x1c0u, 0);
        attempt(by_cps, 2, PSR_SYS, 0, 0);
        attempt(by_cps, 2, PSR_USR, 0, 0);
        if (mode == PSR_SYS || mode == PSR_HYP || mode == PSR_MON)
            attempt(by_srs, 1, PSR_SYS, 0, 0);
    }
    for (unsigned int i = 0; i < amount(2000); i++) {
        uint32_t all[] = {MSR_CPSR_ALL, BACK_TO_SYS};

        attempt(all, 2, rnd_below(4) ? PSR_SYS : PSR_USR, nasty() & ~PSR_E, 0);
    }
}

/*
 * Exception returns with an SPSR of any mode, in SVC: MOVS PC, LR, ERET and RFE. They go to an
 * SVC, in whatever mode and state that is; the runtime's vectors need only the banked stacks.
 * A return that leaves I or A clear, or lands in a Thumb or BE state, is right as well.
 */
static void return_tests(void)
{
    uint32_t *frame = far_page() + 0x200;

    for (uint32_t i = 0; i < amount(3000); i++) {
        uint32_t psr = (i & 31u) | (nasty() & 0xf80003c0u);
        uint32_t movs[] = {MSR_SPSR_ALL, 0xe1a0e002u /* MOV lr, r2 */, MOVS_PC_LR};
        uint32_t eret[] = {MSR_SPSR_ALL, 0xe1a0e002u, ERET};
        uint32_t rfe[] = {RFEIA_R1};

        attempt(movs, 3, PSR_SVC, psr, 0);
        attempt(eret, 3, PSR_ABT, psr, 0);
        frame[0] = (uint32_t)(far_page() + 1); /* the SVC after RFE */
        frame[1] = psr;
        attempt(rfe, 1, PSR_SVC, 0, (uint32_t)frame);
    }
}

/* MRS of every banked register; MSR of those of Hyp and Monitor mode, which are not ours. */
static void banked_tests(void)
{
    for (uint32_t r = 0; r < 2; r++) {
        for (uint32_t sysm = 0; sysm < 32; sysm++) {
            uint32_t where = r << 22 | (sysm >> 4) << 8 | (sysm & 15u) << 16;
            uint32_t mrs = 0xe1000200u | where; /* MRS r0, banked */
            uint32_t msr = 0xe120f200u | where; /* MSR banked, r0 */
            bool hyp_or_mon = sysm >= 0x1c;

            attempt(&mrs, 1, PSR_SYS, 0, 0);
            attempt(&mrs, 1, PSR_SVC, 0, 0);
            attempt(&mrs, 1, PSR_USR, 0, 0);
            if (hyp_or_mon || r == 1)
                attempt(&msr, 1, PSR_SYS, nasty(), 0);
            attempt(&msr, 1, PSR_USR, nasty(), 0);
        }
    }
}

void mode_phase(void)
{
    mode_tests();
    return_tests();
    banked_tests();
}

/* Our program becomes invisible to user mode; the last page of RAM and the devices stay. */
static void hide_ourselves(bool hide)
{
    for (uint32_t a = (uint32_t)__image_start & ~0xfffffu; a < (uint32_t)__image_end;
         a += 0x100000u)
        mmu_table[a >> 20] = (mmu_table[a >> 20] & ~0xc00u) | (hide ? 0x400u : 0xc00u);
    restore_system();
}

void user_code_phase(void)
{
    hide_ourselves(true);
    for (unsigned int i = 0; i < amount(30000); i++) {
        uint32_t code[4] = {rnd(), rnd(), rnd(), rnd()};
        struct probe p;

        probe_init(&p);
        for (unsigned int r = 0; r < 13; r++)
            p.r[r] = rnd_below(2) ? 0x0b000000u + rnd_below(0x10000u)
                                  : 0x09010000u + rnd_below(0x1000u);
        p.sp = 0x0a000000u + rnd_below(0x4000u);
        p.lr = 0x0b000000u;
        place_far(&p, code, 4, rnd_below(2) != 0);
        p.cpsr = PSR_USR | PSR_A | PSR_F | (p.cpsr & PSR_T) | (rnd() & 0xf0000000u) |
                 (rnd_below(4) ? 0 : PSR_E);
        watchdog(2000);
        run(&p);
        watchdog_off();
    }
    hide_ourselves(false);
}
