/* SPDX-License-Identifier: BSD-2-Clause */
/* Software generated interrupts: sources, merging, set and clear registers. IHI 0048B, 4.3.15 on.
 */
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/runtime.h"
#include "vgic/vgic.h"

static void enable_sgis(void)
{
    mmio_write32(GICD_ISENABLER, 0xffff);
}

static void self_tests(void)
{
    uint32_t iar;

    reset_gic();
    enable_sgis();
    gic_sgi(3, SGI_SELF, 0);
    check_eq("an SGI to oneself is pending", 1, gic_pending(3));
    check_eq("GICD_SPENDSGIR tells its source", 1, mmio_read8(GICD_SPENDSGIR + 3));
    check_eq("GICC_IAR: SGI 3 from CPU 0", 3, gic_ack());
    check_eq("an active SGI reads so", 1, gic_active(3));
    gic_eoi(3);
    gic_sgi(3, SGI_SELF, 0);
    gic_sgi(3, SGI_SELF, 0);
    gic_sgi(3, SGI_SELF, 0);
    check_eq("three equal SGIs", 3, gic_ack());
    gic_sgi(3, SGI_SELF, 0);
    check_eq("another while active waits", SPURIOUS, gic_ack());
    gic_eoi(3);
    check_eq("comes after the EOI", 3, gic_ack());
    gic_eoi(3);
    check_eq("and there is no duplicate", SPURIOUS, gic_ack());
    gic_sgi(4, SGI_LIST, 1);
    check_eq("by target list", 4, ack_id(&iar));
    gic_eoi(iar);
    gic_sgi(4, SGI_LIST, 0);
    check_eq("an empty target list reaches nobody", SPURIOUS, gic_ack());
    gic_sgi(4, SGI_OTHERS, 0);
    check_eq("to all others does not reach oneself", SPURIOUS, gic_ack());
    reset_gic();
}

/* All sixteen at once: more than list registers. */
static void flood_tests(void)
{
    uint32_t iar, last = 0, seen = 0;
    unsigned int n = 0, id;
    bool ordered = true;

    reset_gic();
    enable_sgis();
    for (unsigned int i = 0; i < 16; i++) {
        gic_set_priority(i, (uint8_t)((i * 5 % 16) * 16));
        gic_sgi(i, SGI_SELF, 0);
    }
    while ((id = ack_id(&iar)) != SPURIOUS && n < 50) {
        ordered = ordered && gic_get_priority(id) >= last;
        last = gic_get_priority(id);
        seen |= 1u << (id & 31u);
        n++;
        gic_eoi(iar);
    }
    check_eq("sixteen SGIs at once: all", 0xffff, seen);
    check_eq("sixteen SGIs at once: each once", 16, n);
    check("sixteen SGIs at once: in order of priority", ordered, "out of order");
}

static void register_tests(void)
{
    reset_gic();
    enable_sgis();
    mmio_write8(GICD_SPENDSGIR + 7, 1);
    check_eq("GICD_SPENDSGIR sets a byte", 1, mmio_read8(GICD_SPENDSGIR + 7));
    check_eq("GICD_CPENDSGIR reads the same", 1, mmio_read8(GICD_CPENDSGIR + 7));
    check_eq("by word too", 0x01000000u, mmio_read32(GICD_SPENDSGIR + 4));
    check_eq("made pending by GICD_SPENDSGIR: acknowledged", 7, gic_ack());
    gic_eoi(7);
    mmio_write32(GICD_SPENDSGIR + 8, 0x01010101u);
    check_mask("four SGIs by one word", 0xf00, 0xf00, mmio_read32(GICD_ISPENDR));
    mmio_write8(GICD_CPENDSGIR + 9, 1);
    mmio_write32(GICD_CPENDSGIR + 8, 0x01000001u);
    check_mask("GICD_CPENDSGIR clears", 0xffff, 0x400, mmio_read32(GICD_ISPENDR));
    check_eq("one is left", 10, gic_ack());
    gic_eoi(10);
    check_eq("only one", SPURIOUS, gic_ack());
}

/* One SGI from several sources is several interrupts, told apart by the CPU number. */
static void source_tests(void)
{
    uint32_t all = (1u << machine.ncpus) - 1u, seen = 0, iar;
    unsigned int n = 0;

    if (machine.ncpus < 2) {
        skip("one SGI from several sources", "one CPU");
        return;
    }
    reset_gic();
    enable_sgis();
    mmio_write8(GICD_SPENDSGIR + 6, (uint8_t)all);
    check_eq("several sources of one SGI read back", all, mmio_read8(GICD_SPENDSGIR + 6));
    while (ack_id(&iar) != SPURIOUS && n < 20) {
        check_eq("it is SGI 6", 6, iar & 0x3ffu);
        seen |= 1u << (iar >> 10 & 7u);
        n++;
        gic_eoi(iar);
    }
    check_eq("each source once: sources", all, seen);
    check_eq("each source once: count", machine.ncpus, n);
    mmio_write8(GICD_SPENDSGIR + 6, 3);
    mmio_write8(GICD_CPENDSGIR + 6, 1);
    check_eq("one source cleared, the other comes", 6u | 1u << 10, gic_ack());
    gic_eoi(6u | 1u << 10);
    check_eq("and nothing else", SPURIOUS, gic_ack());
}

void sgi_tests(void)
{
    self_tests();
    flood_tests();
    register_tests();
    source_tests();
    reset_gic();
}
