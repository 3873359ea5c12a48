/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Executes one load or store on the processor itself, when the test is built for Arm: registers and
 * 4 KiB of memory in, registers and memory out. Elsewhere native_run() says that it could not.
 *
 * Three pages at fixed addresses: where the caller's stack pointer and the registers are kept, the
 * code around the instruction, the memory it works on.
 */
#ifndef TESTS_UNIT_NATIVE_H
#define TESTS_UNIT_NATIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define NATIVE_SAVE UINT32_C(0x20000000)
#define NATIVE_CODE UINT32_C(0x20001000)
#define NATIVE_DATA UINT32_C(0x20002000)
/* Where the instruction itself lies: a store of the PC shows it. */
#define NATIVE_INSN (NATIVE_CODE + 12)

struct native {
    uint32_t insn; /* as decode_access() takes it */
    bool thumb;
    bool big_endian;
    uint32_t flags; /* NZCV in bits 31:28 */
    uint32_t reg[15];
    uint8_t memory[4096];
};

#ifdef __arm__

#include <sys/mman.h>

struct native_save {
    uint32_t host_sp;
    uint32_t flags;
    uint32_t reg[15];
};

void native_enter(void);
void native_back(void);

/* ARM code. The guest's values fill every core register, so lr waits in a VFP register. */
__asm__(".syntax unified\n"
        ".pushsection .text\n"
        ".arm\n"
        ".balign 4\n"
        ".global native_enter\n"
        ".type native_enter, %function\n"
        "native_enter:\n"
        "  push {r4-r12, lr}\n"
        "  movw lr, #0x0000\n"
        "  movt lr, #0x2000\n"
        "  str sp, [lr]\n"
        "  ldr r0, [lr, #4]\n"
        "  msr cpsr_f, r0\n"
        "  add lr, lr, #8\n"
        "  ldm lr, {r0-r12}\n"
        "  ldr sp, [lr, #52]\n"
        "  ldr lr, [lr, #56]\n"
        "  ldr pc, 1f\n"
        "1: .word 0x20001000\n"
        ".global native_back\n"
        ".type native_back, %function\n"
        "native_back:\n"
        "  vmov s0, lr\n"
        "  movw lr, #0x0008\n"
        "  movt lr, #0x2000\n"
        "  stm lr, {r0-r12}\n"
        "  str sp, [lr, #52]\n"
        "  vmov r0, s0\n"
        "  str r0, [lr, #56]\n"
        "  ldr sp, [lr, #-8]\n"
        "  pop {r4-r12, pc}\n"
        ".popsection\n"
#ifdef __thumb__
        ".thumb\n"
#endif
);

static int native_open(void)
{
    void *at = (void *)NATIVE_SAVE;

    return mmap(at, 0x3000, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == at
               ? 0
               : -1;
}

static void native_close(void)
{
    munmap((void *)NATIVE_SAVE, 0x3000);
}

/* ARM: set the order of bytes, the instruction, set it back, jump to the address that follows. */
static void native_put_arm(const struct native *n)
{
    uint32_t *code = (uint32_t *)NATIVE_CODE;

    code[0] = 0xe320f000; /* nop */
    code[1] = 0xe320f000;
    code[2] = n->big_endian ? 0xf1010200 : 0xf1010000; /* setend */
    code[3] = n->insn;
    code[4] = 0xf1010000; /* setend le */
    code[5] = 0xe51ff004; /* ldr pc, [pc, #-4] */
    code[6] = (uint32_t)(uintptr_t)native_back;
}

/* Thumb: the same, after a jump to Thumb state. */
static void native_put_thumb(const struct native *n)
{
    uint32_t *code = (uint32_t *)NATIVE_CODE;
    uint16_t *half = (uint16_t *)(NATIVE_INSN - 2);

    code[0] = 0xe51ff004; /* ldr pc, [pc, #-4] */
    code[1] = (NATIVE_INSN - 2) | 1;
    *half++ = n->big_endian ? 0xb658 : 0xb650; /* setend */
    if (n->insn > 0xffff) {
        *half++ = (uint16_t)(n->insn >> 16);
    }
    *half++ = (uint16_t)n->insn;
    *half++ = 0xb650; /* setend le */
    if ((uintptr_t)half & 2) {
        *half++ = 0xbf00; /* nop */
    }
    *half++ = 0xf8df; /* ldr.w pc, [pc, #0] */
    *half++ = 0xf000;
    *(uint32_t *)half = (uint32_t)(uintptr_t)native_back;
}

static bool native_run(struct native *n)
{
    struct native_save *save = (struct native_save *)NATIVE_SAVE;

    if (n->thumb) {
        native_put_thumb(n);
    } else {
        native_put_arm(n);
    }
    save->flags = n->flags;
    memcpy(save->reg, n->reg, sizeof(n->reg));
    memcpy((void *)NATIVE_DATA, n->memory, sizeof(n->memory));
    __builtin___clear_cache((char *)NATIVE_CODE, (char *)NATIVE_CODE + 64);
    native_enter();
    memcpy(n->reg, save->reg, sizeof(n->reg));
    memcpy(n->memory, (void *)NATIVE_DATA, sizeof(n->memory));
    return true;
}

#else

static int native_open(void)
{
    return 0;
}

static void native_close(void)
{
}

static bool native_run(struct native *n)
{
    (void)n;
    return false;
}

#endif
#endif
