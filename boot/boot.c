/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must be done in C before the MMU is on: check what the boot loader handed over, prepare the
 * GIC on a Secure entry, build the first tables. Position-independent, MMU and caches off, so every
 * access is aligned and every symbol is reached relative to the PC (the Makefile compiles boot/
 * so).
 */
#include "boot/boot.h"
#include "hyp/arch/boot_info.h"
#include "hyp/arch/descriptors.h"
#include "hyp/arch/barrier.h"
#include "hyp/arch/io.h"

#define GICD_TYPER   0x004
#define GICD_IGROUPR 0x080
#define GICC_PMR     0x004

struct boot_info boot_info;
struct boot_secondary boot_secondary[BOOT_SECONDARY_ROWS];

_Static_assert(sizeof(struct boot_secondary) == BOOT_SECONDARY_SIZE, "boot/head.S knows it");

#pragma GCC visibility push(hidden)
extern uint64_t boot_trampoline_level1[4];
extern uint64_t boot_trampoline_tables[2][512];
extern char boot_secondary_start[];
#pragma GCC visibility pop

static _Noreturn void stop(void)
{
    for (;;)
        wfe();
}

_Noreturn void boot_wrong_mode(const uint8_t *fdt, uint32_t mode)
{
    struct early_uart uart;

    early_uart_find(fdt, &uart);
    early_uart_puts(&uart, "\n[skep] entered in mode 0x");
    early_uart_put_hex(&uart, mode);
    early_uart_puts(&uart, ", non-secure: Skep must be entered in HYP mode (0x1a) or Secure SVC. "
                           "On QEMU's virt say virtualization=on.\n");
    stop();
}

/*
 * A fault of our own with the MMU off: most likely r2 pointed to where no memory is. With the
 * tree's UART if it was known by then, else with that of the build.
 */
_Noreturn void boot_early_fault(uint32_t pc, uint32_t hsr, uint32_t address)
{
    struct early_uart uart = boot_info.uart;

    if (uart.kind == EARLY_UART_NONE)
        early_uart_find(0, &uart);
    early_uart_puts(&uart, "\n[skep] fault before the MMU is on: PC 0x");
    early_uart_put_hex(&uart, pc);
    early_uart_puts(&uart, ", HSR 0x");
    early_uart_put_hex(&uart, hsr);
    early_uart_puts(&uart, ", address 0x");
    early_uart_put_hex(&uart, address);
    early_uart_puts(&uart, ". r2 must point to the board's device tree.\n");
    stop();
}

void boot_secure_board(const uint8_t *fdt)
{
    uint32_t gicd, gicc, lines;

    if (!boot_fdt_valid(fdt) || !boot_fdt_gic(fdt, &gicd, &gicc))
        return; /* boot_prepare, or the driver, will say so */
    /* Every interrupt to the non-secure side, and all priorities let through (IHI 0048B, 4.3.4). */
    lines = readl(gicd + GICD_TYPER) & 0x1f;
    for (uint32_t n = 0; n <= lines; n++)
        writel(0xffffffff, gicd + GICD_IGROUPR + 4 * n);
    writel(0xff, gicc + GICC_PMR);
}

static uint64_t at(const void *table)
{
    return (uint64_t)(uintptr_t)table;
}

/* Level 3 of the image: read-execute, read-only, read-write by linker section. */
static void map_image(uint32_t load)
{
    uint32_t text = (uint32_t)(__text_end - __image_start);
    uint32_t rodata = (uint32_t)(__rodata_end - __image_start);
    uint32_t end = (uint32_t)(__image_end - __image_start);

    for (uint32_t off = 0; off < end; off += PAGE_SIZE) {
        uint64_t attrs = off < text ? S1_NORMAL_RX : off < rodata ? S1_NORMAL_RO : S1_NORMAL_RW;

        boot_level3[off >> PAGE_SHIFT] = (load + off) | attrs | DESC_PAGE;
    }
    if (boot_info.uart.kind != EARLY_UART_NONE)
        boot_level3[(EARLY_UART_VA >> PAGE_SHIFT) & 511] =
            (boot_info.uart.base & ~(PAGE_SIZE - 1)) | S1_DEVICE_RW | DESC_PAGE;
    boot_level2[(HYP_VA >> BLOCK_SHIFT) & 511] = at(boot_level3) | DESC_TABLE;
    boot_level1[HYP_VA >> 30] = at(boot_level2) | DESC_TABLE;
}

/*
 * The tables of the way in: the image's first page where it lies and where it is linked, and
 * nothing that could collide. Two tables serve every case: what they share with the final ones is
 * linked.
 */
static void map_trampoline(uint32_t load)
{
    uint32_t gib = HYP_VA >> 30, block = (HYP_VA >> BLOCK_SHIFT) & 511;
    uint64_t *level2 = boot_trampoline_tables[0], *level3 = boot_trampoline_tables[1];

    boot_trampoline_level1[gib] = boot_level1[gib];
    if (load >> 30 == gib)
        level2[block] = boot_level2[block];
    if (load >> BLOCK_SHIFT == HYP_VA >> BLOCK_SHIFT)
        level3[0] = boot_level3[0];
    level3[(load >> PAGE_SHIFT) & 511] = load | S1_NORMAL_RX | DESC_PAGE;
    level2[(load >> BLOCK_SHIFT) & 511] = at(level3) | DESC_TABLE;
    boot_trampoline_level1[load >> 30] = at(level2) | DESC_TABLE;
}

static void clear_bss_tables(void)
{
    for (unsigned int i = 0; i < 4; i++)
        boot_level1[i] = boot_trampoline_level1[i] = 0;
    for (unsigned int i = 0; i < 512; i++) {
        boot_level2[i] = boot_level3[i] = 0;
        boot_trampoline_tables[0][i] = boot_trampoline_tables[1][i] = 0;
    }
}

void boot_prepare(const uint8_t *fdt, uint32_t load, uint32_t mode)
{
    struct early_uart uart;

    early_uart_find(fdt, &uart);
    if (!boot_fdt_valid(fdt)) {
        early_uart_puts(&uart, "\n[skep] no device tree of the board: r2 is 0x");
        early_uart_put_hex(&uart, (uint32_t)(uintptr_t)fdt);
        early_uart_puts(&uart, ". Start Skep as a Linux kernel is started.\n");
        stop();
    }
    if ((load & (PAGE_SIZE - 1)) != 0) {
        early_uart_puts(&uart, "\n[skep] loaded at 0x");
        early_uart_put_hex(&uart, load);
        early_uart_puts(&uart, ", which is not 4 KiB aligned\n");
        stop();
    }
    boot_info.load = load;
    boot_info.fdt = (uint32_t)(uintptr_t)fdt;
    boot_info.mode = mode;
    boot_info.uart.kind = uart.kind;
    boot_info.uart.base = uart.base;
    boot_info.uart.shift = uart.shift;
    clear_bss_tables();
    map_image(load);
    map_trampoline(load);
}

paddr_t boot_secondary_entry(void)
{
    return PADDR(boot_info.load + (uint32_t)(boot_secondary_start - __image_start));
}
