/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What boot/ hands to hyp_main(), and the address-space layout that both agree on. Offsets and
 * constants here are used by assembly too.
 */
#ifndef HYP_ARCH_BOOT_INFO_H
#define HYP_ARCH_BOOT_INFO_H

/* HYP's virtual address space, all in the second GiB but for the blob in the third. */
#define HYP_VA                    0x60000000 /* the image: one 2 MiB region, mapped by pages */
#define HYP_VA_WINDOW             0x60200000 /* windows on RAM: 2 MiB blocks, see mm/window.h */
#define HYP_VA_ARENA              0x64000000 /* what is allocated and mapped for good */
#define HYP_ARENA_SIZE            0x08000000
#define HYP_VA_BLOB               0x80000000 /* device trees, read-only */
#define HYP_BLOB_SIZE             0x40000000

#define EARLY_UART_VA             0x601ff000 /* the last page of the image's region */

#define EARLY_STACK_SIZE          4096
#define EARLY_EMERGENCY_SIZE      2048

/* struct boot_secondary, for boot/head.S. As MPIDR reads: bit 31 is one (B4.1.106). */
#define BOOT_SECONDARY_ROWS       8
#define BOOT_SECONDARY_SIZE       12
#define BOOT_SECONDARY_MPIDR(aff) (0x80000000u | (aff))

/* HMAIR0: index 0 Device, 1 Normal write-back, 2 Normal non-cacheable (B4.1.67). */
#define HMAIR0_VALUE              0x0044ff04
/* 32-bit input, walks inner-shareable and write-back; bits 31 and 23 are one (B4.1.76). */
#define HTCR_VALUE                0x80803500

#ifndef __ASSEMBLER__
#include <stdint.h>

#include "hyp/arch/types.h"

/* The UART that boot/ found, for whoever must speak before drivers are probed. */
enum early_uart_kind {
    EARLY_UART_NONE,
    EARLY_UART_PL011,
    EARLY_UART_16550, /* registers 1 << shift bytes apart */
    EARLY_UART_IMX,
};

struct early_uart {
    enum early_uart_kind kind;
    uint32_t base;  /* physical */
    uint32_t shift; /* 16550 only */
};

struct boot_info {
    uint32_t load;          /* physical address of the image's first byte */
    uint32_t fdt;           /* physical address of the board's device tree; its magic was seen */
    uint32_t mode;          /* PSR.M at the entry: HYP or Secure SVC */
    struct early_uart uart; /* its page is mapped at EARLY_UART_VA */
};

/* Hidden, so that boot/ reaches them relative to the PC and not through addresses as linked. */
#pragma GCC visibility push(hidden)

extern struct boot_info boot_info;

/* The tables that boot/ built: level 1 of the final space, its level 2 for the second GiB, level 3
 * of the image, and what the way in needed besides. All inside the image. */
extern uint64_t boot_level1[4];
extern uint64_t boot_level2[512];
extern uint64_t boot_level3[512];

/* From linker.ld. */
extern char __image_start[], __text_end[], __rodata_end[], __data_start[], __image_end[];

/* Physical address at which a secondary CPU enters, MMU off, HYP or Secure SVC; r0 or the mailbox
 * tell it nothing: it finds its row of boot_secondary by its MPIDR. */
paddr_t boot_secondary_entry(void);

/* Filled before its CPU is started, and never changed after: a CPU that comes late finds its own
 * row. Read with caches on, by one core of the inner-shareable domain from another. */
struct boot_secondary {
    uint32_t mpidr; /* BOOT_SECONDARY_MPIDR(affinity); 0 in an empty row */
    uint32_t stack; /* virtual address of the top of its stack */
    uint32_t pcpu;  /* for HTPIDR */
};
extern struct boot_secondary boot_secondary[BOOT_SECONDARY_ROWS];

/* Faults of HYP before struct pcpu is known: a stack of their own, see boot/head.S. */
extern char boot_emergency_top[];

#pragma GCC visibility pop

/* Called by boot/ with MMU and caches on, on the early stack and on the CPU's own one. */
_Noreturn void hyp_main(void);
_Noreturn void hyp_secondary(void);
#endif
#endif
