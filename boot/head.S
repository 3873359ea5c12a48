/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the first instruction to C with the MMU on. Entered by Linux's zImage protocol for Arm
 * (r2 = the board's device tree) at any 4 KiB-aligned address, MMU and data cache off, in HYP or in
 * Secure SVC. This page is also the trampoline: the only one that is ever mapped at its physical
 * address, while the MMU is switched on.
 *
 * ARM state, position-independent: every symbol is reached relative to the PC.
 *
 * Registers kept throughout: r9 = device tree, r10 = physical address of the image.
 */
#include "hyp/arch/boot_info.h"
#include "hyp/arch/sysreg.h"

    .arch armv7-a
    .arch_extension virt
    .arch_extension sec
    .syntax unified
    .section .text.head, "ax"
    .arm

/* rd = address, here and now, of a symbol of the image. */
.macro adr_image rd, sym
    ldr     \rd, 8f
7:  add     \rd, \rd, pc
    b       9f
8:  .word   \sym - (7b + 8)
9:
.endm

    .global _start
    .type   _start, %function
_start:
    .rept   8
    nop
    .endr
    b       entry
    .word   0x016f2818              @ zImage magic, at 0x24
    .word   0                       @ start: anywhere
    .word   __image_size            @ end

entry:
    cpsid   aif
    setend  le
    mov     r9, r2
    adr     r10, _start
    mrs     r0, cpsr
    and     r11, r0, #PSR_M_MASK
    cmp     r11, #PSR_HYP
    beq     hyp_entry
    cmp     r11, #PSR_SVC
    bne     wrong_mode

    /* Secure or not? Non-secure, SCR is UNDEFINED (B4.1.129): catch that. */
    mrc     CP32(r0, SCTLR)
    bic     r0, r0, #SCTLR_V
    bic     r0, r0, #SCTLR_TE
    mcr     CP32(r0, SCTLR)
    adr     r0, probe_vectors
    mcr     CP32(r0, VBAR)
    isb
    mrc     CP32(r0, SCR)

    /* Secure: set up what only this side can, then leave for HYP through Monitor mode. */
    bl      clean_image
    bl      set_early_stack
    mov     r0, r9
    bl      boot_secure_board       @ the GIC's groups, from the device tree
    bl      secure_to_hyp
    b       hyp_entry

    .balign 32
probe_vectors:
    b       .
    b       wrong_mode              @ Undefined Instruction: non-secure
    b       .
    b       .
    b       .
    b       .
    b       .
    b       .

wrong_mode:
    bl      clean_image
    bl      set_early_stack
    mov     r0, r9
    mov     r1, r11
    bl      boot_wrong_mode         @ says so, does not return

/*
 * Secure SVC to HYP. Called on every CPU that a board hands over in Secure state. Keeps r4..r11.
 * Returns in HYP, non-secure, A, I and F masked. Out: nothing. Clobbers r0-r3, lr's bank.
 */
    .type   secure_to_hyp, %function
secure_to_hyp:
    mov     r1, lr
    mrc     CP32(r0, MIDR)
    ldr     r2, =MIDR_PART_MASK
    and     r2, r2, r0
    ldr     r3, =MIDR_CORTEX_A15
    cmp     r2, r3
    mrc     CP32(r0, ACTLR)
    orreq   r0, r0, #ACTLR_IBE      @ A15: so that ICIALLU forgets the branch predictor too
    orr     r0, r0, #ACTLR_SMP
    mcr     CP32(r0, ACTLR)
    mrc     CP32(r0, NSACR)
    orr     r0, r0, #0xc00          @ cp10, cp11 for the non-secure side
    bic     r0, r0, #0xc000         @ NSD32DIS, NSASEDIS
    mcr     CP32(r0, NSACR)
    cps     #PSR_MON                @ Secure: no SMC needed, and no firmware that might take it
    mov     r0, #0x131              @ NS, FW, AW, HCE (B4.1.129)
    mcr     CP32(r0, SCR)
    isb
    mov     r0, #(PSR_HYP | PSR_A | PSR_I | PSR_F)
    msr     spsr_cxsf, r0
    movs    pc, r1

/* One cache operation by address over r0, r1 bytes, counted: the end may be 2^32. Clobbers r0-r3. */
.macro cache_range operation:vararg
    mrc     CP32(r3, CTR)
    ubfx    r3, r3, #16, #4         @ DminLine: log2 of words
    mov     r2, #4
    lsl     r2, r2, r3
1:  mcr     \operation
    add     r0, r0, r2
    subs    r1, r1, r2
    bhi     1b
    dsb
.endm

/*
 * The whole image out of the data cache before anything is written with caches off: a boot loader
 * may have left lines of it there. Clobbers r0..r3.
 */
    .type   clean_image, %function
clean_image:
    mov     r0, r10
    ldr     r1, =__image_size
    cache_range CP32(r0, DCCIMVAC)
    bx      lr

    .type   set_early_stack, %function
set_early_stack:                    @ clobbers r3
    adr_image r3, boot_stack_top
    mov     sp, r3
    bx      lr

/*
 * Coherency with the other cores, before caches go on (ACTLR.SMP; Cortex-A7 and -A15 TRM, 4.3). In
 * HYP it was the firmware's to set, or to let us (NSACR.NS_SMP): a write that is not let is
 * ignored, and none is made where it is set. Clobbers r0.
 */
    .type   join_coherency, %function
join_coherency:
    mrc     CP32(r0, ACTLR)
    tst     r0, #ACTLR_SMP
    orreq   r0, r0, #ACTLR_SMP
    mcreq   CP32(r0, ACTLR)
    isb
    bx      lr

/* Faults with the MMU off, or before hyp_main() has set its own vectors. */
    .balign 32
early_vectors:
    .rept   8
    b       early_fault
    .endr

early_fault:
    mrs     r0, ELR_hyp
    mrc     CP32(r1, HSR)
    mrc     CP32(r2, HDFAR)
    mrc     CP32(r3, HSCTLR)
    tst     r3, #SCTLR_M
    bne     .                       @ the UART is out of reach
    bl      set_early_stack
    bl      boot_early_fault        @ says so, does not return

hyp_entry:
    adr_image r0, early_vectors
    mcr     CP32(r0, HVBAR)
    isb
    bl      join_coherency
    bl      clean_image
    bl      set_early_stack
    mov     r0, r9
    mov     r1, r10
    mov     r2, r11
    bl      boot_prepare            @ checks the tree, builds the tables

    /* Lines of what was just written with caches off, should any have come in meanwhile. */
    adr_image r0, __data_start
    ldr     r1, =__data_size
    cache_range CP32(r0, DCIMVAC)

    bl      mmu_on
    ldr     sp, =boot_stack_top     @ its virtual address now
    ldr     r0, =hyp_main
    bx      r0

/*
 * Turns the MMU and caches on and returns at the image's virtual address. First with the tables
 * that also map this page where it lies, then with the final ones: HYP has one TTBR, so the identity
 * mapping cannot stay, and on a collision with the link address only this page is affected.
 * In: r10 = physical address of the image. Clobbers r0..r3.
 */
    .type   mmu_on, %function
mmu_on:
    ldr     r0, =HMAIR0_VALUE
    mcr     CP32(r0, HMAIR0)
    ldr     r0, =HTCR_VALUE
    mcr     CP32(r0, HTCR)
    adr_image r2, boot_trampoline_level1
    mov     r3, #0
    mcrr    CP64(r2, r3, HTTBR)
    mcr     CP32(r0, TLBIALLH)
    mcr     CP32(r0, ICIALLU)
    mcr     CP32(r0, BPIALL)
    dsb
    isb
    adr_image r2, boot_level1
    sub     lr, lr, r10             @ the return address, as linked
    add     lr, lr, #HYP_VA
    ldr     r1, =1f
    ldr     r0, =(HSCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_WXN)
    mcr     CP32(r0, HSCTLR)
    isb
    bx      r1                      @ from the identity mapping to the image's own
1:  mcrr    CP64(r2, r3, HTTBR)
    isb
    mcr     CP32(r0, TLBIALLH)
    dsb
    isb
    bx      lr

/*
 * A secondary CPU, started by the board's method: MMU off, HYP or Secure SVC. It finds its own row
 * of boot_secondary by its MPIDR, so one that comes late takes nobody else's stack. One without a
 * row was never called: it sleeps.
 */
    .global boot_secondary_start
    .type   boot_secondary_start, %function
boot_secondary_start:
    cpsid   aif
    setend  le
    adr     r10, _start
    mrs     r0, cpsr
    and     r0, r0, #PSR_M_MASK
    cmp     r0, #PSR_HYP
    blne    secure_to_hyp
    adr_image r0, early_vectors
    mcr     CP32(r0, HVBAR)
    bl      join_coherency
    bl      mmu_on
    mrc     CP32(r0, MPIDR)         @ bit 31 is one: an empty row matches nobody
    bic     r0, r0, #0x7f000000
    ldr     r1, =boot_secondary
    ldr     r2, =(boot_secondary + BOOT_SECONDARY_ROWS * BOOT_SECONDARY_SIZE)
1:  ldm     r1!, {r4-r6}            @ mpidr, stack, pcpu
    cmp     r4, r0
    beq     2f
    cmp     r1, r2
    blo     1b
3:  wfi
    b       3b
2:  mov     sp, r5
    mcr     CP32(r6, HTPIDR)
    ldr     r0, =hyp_secondary
    bx      r0

    .ltorg

    .section .early_stack, "aw", %progbits
    .balign 8
    .space  EARLY_STACK_SIZE
boot_stack_top:

    .section .tables, "aw", %progbits
    .balign 4096
    .global boot_level2, boot_level3, boot_trampoline_tables, boot_level1, boot_trampoline_level1
boot_level2:
    .space  4096
boot_level3:
    .space  4096
boot_trampoline_tables:
    .space  8192

    .bss
    .balign 8
    .global boot_emergency_top
    .space  EARLY_EMERGENCY_SIZE
boot_emergency_top:
    .balign 32
boot_level1:
    .space  32
boot_trampoline_level1:
    .space  32
