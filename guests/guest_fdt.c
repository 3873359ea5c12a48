/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generates a guest's device tree, node by node as QEMU's `virt` spells them for this core.
 * There is no /hypervisor node: the guest finds Skep, if it looks, by the SMCCC vendor UID, and an
 * OS that meets the node without knowing it has no use for it. There are no seeds in /chosen:
 * Skep has no entropy to give. Bindings: Linux's Documentation/devicetree/bindings.
 */
#include "guests/guest_fdt.h"

#include <libfdt.h>
#include <string.h>

#include "guests/machine.h"
#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"

#define PHANDLE_CLOCK      0x8000
#define PHANDLE_INTC       0x8001

/* Cells of an interrupt specifier of arm,gic. */
#define GIC_SPI            0
#define GIC_PPI            1
#define GIC_EDGE_RISING    1
#define GIC_LEVEL_HIGH     4

#define MIDR_PARTNUM(midr) BITS(midr, 15, 4)
#define PARTNUM_CORTEX_A7  0xc07
#define PARTNUM_CORTEX_A17 0xc0e

/* All nodes without bootargs: 8.4 KiB with eight CPUs and eight banks. */
#define FIXED_ROOM         KIB(10)

/* A tree being written: after the first error nothing more is written. */
struct writer {
    void *fdt;
    int rc;
};

static void begin(struct writer *w, const char *name)
{
    if (w->rc == 0) {
        w->rc = fdt_begin_node(w->fdt, name);
    }
}

static void end(struct writer *w)
{
    if (w->rc == 0) {
        w->rc = fdt_end_node(w->fdt);
    }
}

static void bytes(struct writer *w, const char *name, const void *value, size_t size)
{
    if (w->rc == 0) {
        w->rc = fdt_property(w->fdt, name, value, (int)size);
    }
}

static void string(struct writer *w, const char *name, const char *value)
{
    bytes(w, name, value, strlen(value) + 1);
}

static void cells(struct writer *w, const char *name, const uint32_t *value, size_t count)
{
    void *place = NULL;

    if (w->rc == 0) {
        w->rc = fdt_property_placeholder(w->fdt, name, (int)(count * sizeof(uint32_t)), &place);
    }
    for (size_t i = 0; w->rc == 0 && i < count; i++) {
        fdt32_st((uint8_t *)place + i * sizeof(uint32_t), value[i]);
    }
}

#define CELLS(w, name, ...)                         \
    cells(w, name, (const uint32_t[]){__VA_ARGS__}, \
          sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* A property's value of several strings: the literal holds the NULs between them. */
#define STRINGS(w, name, literal) bytes(w, name, literal, sizeof(literal))

static void begin_at(struct writer *w, const char *name, uint32_t address)
{
    char unit[32];

    lib_snprintf(unit, sizeof(unit), "%s@%x", name, (unsigned int)address);
    begin(w, unit);
}

static const char *core_name(uint32_t midr)
{
    switch (MIDR_PARTNUM(midr)) {
    case PARTNUM_CORTEX_A7:
        return "arm,cortex-a7";
    case PARTNUM_CORTEX_A17:
        return "arm,cortex-a17";
    default:
        return "arm,cortex-a15";
    }
}

static void write_cpus(struct writer *w, const struct guest_config *guest, uint32_t midr)
{
    begin(w, "cpus");
    CELLS(w, "#address-cells", 1);
    CELLS(w, "#size-cells", 0);
    for (uint32_t i = 0; i < guest->nvcpus; i++) {
        begin_at(w, "cpu", i);
        string(w, "device_type", "cpu");
        string(w, "compatible", core_name(midr));
        string(w, "enable-method", "psci");
        CELLS(w, "reg", i);
        end(w);
    }
    end(w);
}

static void write_psci(struct writer *w)
{
    begin(w, "psci");
    STRINGS(w, "compatible", "arm,psci-1.0\0arm,psci-0.2\0arm,psci");
    string(w, "method", "hvc");
    CELLS(w, "cpu_suspend", 0x84000001);
    CELLS(w, "cpu_off", 0x84000002);
    CELLS(w, "cpu_on", 0x84000003);
    CELLS(w, "migrate", 0x84000005);
    end(w);
}

static void write_timer(struct writer *w, const struct guest_config *guest)
{
    /* Bits 15:8 say which CPUs the private interrupt goes to. */
    uint32_t flags = GIC_LEVEL_HIGH | (BIT(guest->nvcpus) - 1) << 8;

    begin(w, "timer");
    string(w, "compatible", "arm,armv7-timer");
    bytes(w, "always-on", NULL, 0);
    CELLS(w, "interrupts", GIC_PPI, MACHINE_TIMER_SECURE_PPI, flags, GIC_PPI,
          MACHINE_TIMER_CNTP_PPI, flags, GIC_PPI, MACHINE_TIMER_CNTV_PPI, flags, GIC_PPI,
          MACHINE_TIMER_CNTHP_PPI, flags);
    end(w);
}

static void write_intc(struct writer *w)
{
    begin_at(w, "intc", MACHINE_GICD_BASE);
    string(w, "compatible", "arm,cortex-a15-gic");
    CELLS(w, "#interrupt-cells", 3);
    bytes(w, "interrupt-controller", NULL, 0);
    CELLS(w, "#address-cells", 2);
    CELLS(w, "#size-cells", 2);
    bytes(w, "ranges", NULL, 0);
    CELLS(w, "reg", 0, MACHINE_GICD_BASE, 0, MACHINE_GICD_SIZE, 0, MACHINE_GICC_BASE, 0,
          MACHINE_GICC_SIZE);
    CELLS(w, "phandle", PHANDLE_INTC);
    end(w);
}

static void write_uart_and_rtc(struct writer *w)
{
    begin(w, "apb-pclk");
    string(w, "compatible", "fixed-clock");
    CELLS(w, "#clock-cells", 0);
    CELLS(w, "clock-frequency", MACHINE_UART_CLOCK_HZ);
    string(w, "clock-output-names", "clk24mhz");
    CELLS(w, "phandle", PHANDLE_CLOCK);
    end(w);

    begin_at(w, "pl011", MACHINE_UART_BASE);
    STRINGS(w, "compatible", "arm,pl011\0arm,primecell");
    CELLS(w, "reg", 0, MACHINE_UART_BASE, 0, MACHINE_UART_SIZE);
    CELLS(w, "interrupts", GIC_SPI, MACHINE_UART_SPI, GIC_LEVEL_HIGH);
    CELLS(w, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK);
    STRINGS(w, "clock-names", "uartclk\0apb_pclk");
    end(w);

    begin_at(w, "pl031", MACHINE_RTC_BASE);
    STRINGS(w, "compatible", "arm,pl031\0arm,primecell");
    CELLS(w, "reg", 0, MACHINE_RTC_BASE, 0, MACHINE_RTC_SIZE);
    CELLS(w, "interrupts", GIC_SPI, MACHINE_RTC_SPI, GIC_LEVEL_HIGH);
    CELLS(w, "clocks", PHANDLE_CLOCK);
    string(w, "clock-names", "apb_pclk");
    end(w);
}

static void write_virtio(struct writer *w)
{
    for (uint32_t slot = 0; slot < MACHINE_VIRTIO_SLOTS; slot++) {
        uint32_t base = MACHINE_VIRTIO_BASE + slot * MACHINE_VIRTIO_SIZE;

        begin_at(w, "virtio_mmio", base);
        string(w, "compatible", "virtio,mmio");
        CELLS(w, "reg", 0, base, 0, MACHINE_VIRTIO_SIZE);
        CELLS(w, "interrupts", GIC_SPI, MACHINE_VIRTIO_SPI + slot, GIC_EDGE_RISING);
        bytes(w, "dma-coherent", NULL, 0);
        end(w);
    }
}

static void write_memory(struct writer *w, const struct guest_config *guest)
{
    for (unsigned int i = 0; i < guest->nbanks; i++) {
        begin_at(w, "memory", guest->bank[i].ipa);
        string(w, "device_type", "memory");
        CELLS(w, "reg", 0, guest->bank[i].ipa, 0, guest->bank[i].size);
        end(w);
    }
}

static void write_chosen(struct writer *w, const struct guest_config *guest,
                         const struct guest_fdt_ramdisk *ramdisk)
{
    begin(w, "chosen");
    if (guest->bootargs[0] != '\0') {
        string(w, "bootargs", guest->bootargs);
    }
    string(w, "stdout-path", "/pl011@9000000");
    if (ramdisk->size != 0) {
        CELLS(w, "linux,initrd-start", ramdisk->ipa);
        CELLS(w, "linux,initrd-end", ramdisk->ipa + ramdisk->size);
    }
    end(w);
}

uint32_t guest_fdt_generate_room(const struct guest_config *guest)
{
    return FIXED_ROOM + ALIGN_UP((uint32_t)strlen(guest->bootargs) + 1, 8);
}

int guest_fdt_generate(const struct guest_config *guest, const struct guest_fdt_ramdisk *ramdisk,
                       uint32_t midr, void *buffer, uint32_t size, uint32_t *used)
{
    struct writer w = {.fdt = buffer};

    w.rc = fdt_create_with_flags(buffer, (int)size, FDT_CREATE_FLAG_NO_NAME_DEDUP);
    if (w.rc == 0) {
        w.rc = fdt_finish_reservemap(buffer);
    }
    begin(&w, "");
    string(&w, "compatible", "linux,dummy-virt");
    string(&w, "model", "linux,dummy-virt");
    CELLS(&w, "#address-cells", 2);
    CELLS(&w, "#size-cells", 2);
    CELLS(&w, "interrupt-parent", PHANDLE_INTC);
    write_psci(&w);
    write_memory(&w, guest);
    write_virtio(&w);
    write_uart_and_rtc(&w);
    write_intc(&w);
    write_cpus(&w, guest, midr);
    write_timer(&w, guest);
    write_chosen(&w, guest, ramdisk);
    end(&w);
    if (w.rc == 0) {
        w.rc = fdt_finish(buffer);
    }
    *used = w.rc == 0 ? fdt_totalsize(buffer) : 0;
    return w.rc;
}
