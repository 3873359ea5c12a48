/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers as storage: what reads back, what is RAZ/WI, byte and word access (IHI 0048B, 4.1.4).
 */
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/runtime.h"
#include "vgic/vgic.h"

#define SPI SPI_FIRST
#define W   (SPI / 32 * 4)

static void identification_tests(void)
{
    uint32_t typer = mmio_read32(GICD_TYPER);

    check_mask("GICD_TYPER.ITLinesNumber: 288 interrupts", 0x1f, 8, typer);
    check_mask("GICD_TYPER.CPUNumber", 0xe0, (machine.ncpus - 1) << 5, typer);
    check_mask("GICD_TYPER.SecurityExtn is 0", 1u << 10, 0, typer);
    check_mask("ICPIDR2.ArchRev is GICv2", 0xf0, 0x20, mmio_read32(GICD_BASE + 0xfe8));
    mmio_write32(GICD_TYPER, 0xffffffffu);
    check_eq("GICD_TYPER is read-only", typer, mmio_read32(GICD_TYPER));
    (void)mmio_read32(GICD_IIDR);
    (void)mmio_read32(GICC_IIDR);
    check("GICD_IIDR and GICC_IIDR can be read", true, "");
}

static void control_tests(void)
{
    mmio_write32(GICD_CTLR, 0);
    check_eq("GICD_CTLR reads 0 when written 0", 0, mmio_read32(GICD_CTLR));
    mmio_write32(GICD_CTLR, 1);
    check_eq("GICD_CTLR reads 1 when written 1", 1, mmio_read32(GICD_CTLR));
    mmio_write32(GICC_PMR, 0xff);
    check_mask("GICC_PMR keeps five bits", 0xfff8u, 0xf8, mmio_read32(GICC_PMR));
    mmio_write32(GICC_PMR, 0x50);
    check_eq("GICC_PMR reads back", 0x50, mmio_read32(GICC_PMR));
    mmio_write32(GICC_PMR, 0xff);
    mmio_write32(GICC_BPR, 0);
    check("GICC_BPR has a least value of at most 3", mmio_read32(GICC_BPR) <= 3, "larger");
    mmio_write32(GICC_BPR, 6);
    check_eq("GICC_BPR reads back", 6, mmio_read32(GICC_BPR));
    mmio_write32(GICC_BPR, 0);
    check_eq("GICC_IAR is spurious when nothing is pending", SPURIOUS, gic_ack());
    check_eq("GICC_HPPIR is spurious when nothing is pending", SPURIOUS, mmio_read32(GICC_HPPIR));
    check_mask("GICC_RPR is idle", 0xf8, 0xf8, mmio_read32(GICC_RPR));
    gic_eoi(SPURIOUS);
    check_mask("EOI of 1023 changes nothing", 0xf8, 0xf8, mmio_read32(GICC_RPR));
}

static void enable_tests(void)
{
    mmio_write32(GICD_ISENABLER + W, 0x00ff0000u);
    check_eq("GICD_ISENABLER sets", 0x00ff0000u, mmio_read32(GICD_ISENABLER + W));
    check_eq("GICD_ICENABLER reads the same", 0x00ff0000u, mmio_read32(GICD_ICENABLER + W));
    mmio_write32(GICD_ISENABLER + W, 0);
    mmio_write32(GICD_ICENABLER + W, 0x000f0000u);
    check_eq("GICD_ICENABLER clears ones only", 0x00f00000u, mmio_read32(GICD_ISENABLER + W));
    mmio_write32(GICD_ICENABLER + W, 0xffffffffu);
    mmio_write32(GICD_ISENABLER, 1u << 27);
    check_mask("a PPI is enabled by GICD_ISENABLER0", 1u << 27, 1u << 27,
               mmio_read32(GICD_ISENABLER));
    mmio_write32(GICD_ICENABLER, 1u << 27);
    check_mask("a PPI is disabled by GICD_ICENABLER0", 1u << 27, 0, mmio_read32(GICD_ISENABLER));
}

static void priority_register_tests(void)
{
    uintptr_t word = GICD_IPRIORITYR + SPI;

    mmio_write32(word, 0x80604020u);
    check_eq("GICD_IPRIORITYR by word", 0x80604020u, mmio_read32(word));
    check_eq("GICD_IPRIORITYR byte 1", 0x40, mmio_read8(word + 1));
    mmio_write8(word + 2, 0xf8);
    check_eq("GICD_IPRIORITYR after a byte write", 0x80f84020u, mmio_read32(word));
    mmio_write8(word, 0xff);
    check_mask("GICD_IPRIORITYR keeps at least five bits", 0xf8, 0xf8, mmio_read8(word));
    mmio_write32(GICD_IPRIORITYR, 0x10203040u);
    check_eq("GICD_IPRIORITYR0, SGIs", 0x10203040u, mmio_read32(GICD_IPRIORITYR));
    mmio_write8(GICD_IPRIORITYR + 27, 0x38);
    check_eq("GICD_IPRIORITYR of a PPI", 0x38, mmio_read8(GICD_IPRIORITYR + 27));
}

static void target_tests(void)
{
    uint32_t all = (1u << machine.ncpus) - 1u;

    mmio_write32(GICD_ITARGETSR + SPI, 0xffffffffu);
    if (machine.ncpus == 1) {
        /* 4.3.12: RAZ/WI with one CPU. */
        check_eq("GICD_ITARGETSR of SPIs is RAZ/WI", 0, mmio_read32(GICD_ITARGETSR + SPI));
        check_eq("GICD_ITARGETSR of SGIs is RAZ/WI", 0, mmio_read32(GICD_ITARGETSR));
        return;
    }
    /* QEMU 7.2 keeps the bits of CPUs that do not exist. */
    if (!under_skep)
        mmio_write32(GICD_ITARGETSR + SPI, all * 0x01010101u);
    check_eq("GICD_ITARGETSR is masked to the CPUs", all * 0x01010101u,
             mmio_read32(GICD_ITARGETSR + SPI));
    mmio_write8(GICD_ITARGETSR + SPI + 1, 2);
    check_eq("GICD_ITARGETSR by byte", 2, mmio_read8(GICD_ITARGETSR + SPI + 1));
    check_eq("GICD_ITARGETSR, the word after", (all * 0x01010101u & 0xffff00ffu) | 0x200u,
             mmio_read32(GICD_ITARGETSR + SPI));
    mmio_write32(GICD_ITARGETSR, 0);
    check_eq("GICD_ITARGETSR0 names this CPU", 0x01010101u, mmio_read32(GICD_ITARGETSR));
}

static void config_tests(void)
{
    uintptr_t word = GICD_ICFGR + SPI / 16 * 4;

    mmio_write32(word, 0xffffffffu);
    check_mask("GICD_ICFGR: edge", 0xaaaaaaaau, 0xaaaaaaaau, mmio_read32(word));
    mmio_write32(word, 0);
    check_mask("GICD_ICFGR: level", 0xaaaaaaaau, 0, mmio_read32(word));
    mmio_write32(word, 0x80000000u);
    check_mask("GICD_ICFGR: one edge", 0xaaaaaaaau, 0x80000000u, mmio_read32(word));
    check_mask("GICD_ICFGR0: SGIs are edge", 0xaaaaaaaau, 0xaaaaaaaau, mmio_read32(GICD_ICFGR));
    mmio_write32(GICD_ICFGR, 0);
    check_mask("GICD_ICFGR0 is read-only", 0xaaaaaaaau, 0xaaaaaaaau, mmio_read32(GICD_ICFGR));
}

static void pending_active_tests(void)
{
    mmio_write32(GICD_ISPENDR + W, 0x0f0f0000u);
    check_eq("GICD_ISPENDR sets", 0x0f0f0000u, mmio_read32(GICD_ISPENDR + W));
    check_eq("GICD_ICPENDR reads the same", 0x0f0f0000u, mmio_read32(GICD_ICPENDR + W));
    mmio_write32(GICD_ICPENDR + W, 0x000f0000u);
    check_eq("GICD_ICPENDR clears ones only", 0x0f000000u, mmio_read32(GICD_ISPENDR + W));
    mmio_write32(GICD_ICPENDR + W, 0xffffffffu);
    mmio_write32(GICD_ISACTIVER + W, 0x30300000u);
    check_eq("GICD_ISACTIVER sets", 0x30300000u, mmio_read32(GICD_ISACTIVER + W));
    check_eq("GICD_ICACTIVER reads the same", 0x30300000u, mmio_read32(GICD_ICACTIVER + W));
    mmio_write32(GICD_ICACTIVER + W, 0x00300000u);
    check_eq("GICD_ICACTIVER clears ones only", 0x30000000u, mmio_read32(GICD_ISACTIVER + W));
    mmio_write32(GICD_ICACTIVER + W, 0xffffffffu);
    mmio_write32(GICD_ISPENDR, 0x0000ffffu);
    check_mask("GICD_ISPENDR0 ignores writes for SGIs", 0xffff, 0, mmio_read32(GICD_ISPENDR));
}

/* Interrupts past the 288th do not exist (4.1.1); INTID 1020 to 1023 are special. */
static void absent_tests(void)
{
    static const uintptr_t words[] = {
        GICD_ISENABLER + 0x24, GICD_ISENABLER + 0x7c,  GICD_ISPENDR + 0x24,  GICD_ISACTIVER + 0x24,
        GICD_IPRIORITYR + 288, GICD_IPRIORITYR + 1016, GICD_ITARGETSR + 288, GICD_ICFGR + 0x48};
    bool ok = true;

    for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        mmio_write32(words[i], 0xffffffffu);
        ok = ok && mmio_read32(words[i]) == 0;
    }
    check("registers of absent interrupts are RAZ/WI", ok, "not zero");
    check_eq("reserved distributor offset 0x00c reads zero", 0, mmio_read32(GICD_BASE + 0x00c));
    check_eq("GICD_SGIR reads zero", 0, mmio_read32(GICD_SGIR));
}

void registers_tests(void)
{
    reset_gic();
    identification_tests();
    control_tests();
    reset_gic();
    enable_tests();
    priority_register_tests();
    target_tests();
    config_tests();
    reset_gic();
    pending_active_tests();
    absent_tests();
    reset_gic();
}
