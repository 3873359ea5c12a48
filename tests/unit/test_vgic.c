/* UNIT: vcpu/vgic.c vcpu/vgic_fill.c vcpu/vgic_mmio.c vcpu/vgic_bits.c vcpu/vgic_sgi.c */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vGIC's single promises: the registers as QEMU's `virt` has them, what an exit may cost, the
 * physical interrupt of CNTV, state in other CPUs' list registers, WFI. test_vgic_random.c holds
 * how they play together.
 */
#include "tests/unit/vgic_fake.h"

static enum mmio_result one_access(unsigned int cpu, uint32_t offset, unsigned int size, bool write,
                                   uint32_t *value)
{
    struct mmio mmio = {.offset = offset, .value = *value, .size = (uint8_t)size, .write = write};
    enum mmio_result result;

    here = cpu;
    result = vgic_mmio(loaded[cpu], NULL, &mmio);
    *value = mmio.value;
    return result;
}

/* ---- registers ---- */

static void identification_is_that_of_virt(void **state)
{
    static const uint8_t id[] = {4, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 5, 0xb1};

    (void)state;
    start(3);
    assert_int_equal(rd(0, GICD_TYPER), 8 | 2 << 5);
    assert_int_equal(rd(0, GICD_IIDR), 0x43b);
    for (unsigned int i = 0; i < 12; i++)
        assert_int_equal(rd(0, 0xfd0 + 4 * i), id[i]);
    wr(0, GICD_TYPER, 0);
    assert_int_equal(rd(0, GICD_TYPER), 8 | 2 << 5);
}

static void control_has_two_bits(void **state)
{
    (void)state;
    start(1);
    wr(0, GICD_CTLR, 0xffffffff);
    assert_int_equal(rd(0, GICD_CTLR), 3);
    wr8(0, GICD_CTLR + 1, 0);
    assert_int_equal(rd(0, GICD_CTLR), 3);
    wr8(0, GICD_CTLR, 0);
    assert_int_equal(rd(0, GICD_CTLR), 0);
}

static void narrow_accesses_reach_the_bytes_they_name(void **state)
{
    (void)state;
    start(2);
    wr(0, GICD_IPRIORITYR + 40, 0xffffffff);
    assert_int_equal(rd(0, GICD_IPRIORITYR + 40), 0xf8f8f8f8); /* five bits */
    wr8(0, GICD_IPRIORITYR + 42, 0x17);
    assert_int_equal(rd(0, GICD_IPRIORITYR + 40), 0xf810f8f8);
    access_gicd(0, GICD_IPRIORITYR + 40, 2, true, 0xffff2030);
    assert_int_equal(rd(0, GICD_IPRIORITYR + 40), 0xf8102030);
    assert_int_equal(access_gicd(0, GICD_IPRIORITYR + 42, 1, false, 0xffffffff), 0x10);
    assert_int_equal(access_gicd(0, GICD_IPRIORITYR + 42, 2, false, 0), 0xf810);
    wr8(0, GICD_ISENABLER + 5, 0x81);
    assert_int_equal(rd(0, GICD_ISENABLER + 4), 0x8100);
    wr8(0, GICD_ICENABLER + 5, 0x01);
    assert_int_equal(rd(0, GICD_ICENABLER + 4), 0x8000);
    /* SGIR takes words only. */
    wr8(0, GICD_SGIR + 3, 2);
    access_gicd(0, GICD_SGIR, 2, true, 1);
    assert_int_equal(rd(0, GICD_ISPENDR), 0);
}

static void targets_are_masked_banked_and_absent_on_a_uniprocessor(void **state)
{
    (void)state;
    start(3);
    wr(0, GICD_ITARGETSR + 36, 0xff0a0501);
    assert_int_equal(rd(1, GICD_ITARGETSR + 36), 0x07020501);
    for (unsigned int i = 0; i < 32; i += 4) {
        wr(2, GICD_ITARGETSR + i, 0);
        assert_int_equal(rd(2, GICD_ITARGETSR + i), 0x04040404);
    }
    start(1);
    wr(0, GICD_ITARGETSR + 36, 0xffffffff);
    assert_int_equal(rd(0, GICD_ITARGETSR + 36), 0);
    assert_int_equal(rd(0, GICD_ITARGETSR), 0);
    wr(0, GICD_ISENABLER + 4, BIT(4)); /* and yet it arrives */
    spi(36, true);
    assert_int_equal(gicv_ack(0), 36);
}

static void sgis_are_enabled_edges_for_ever(void **state)
{
    (void)state;
    start(1);
    wr(0, GICD_ICENABLER, 0xffffffff);
    wr(0, GICD_ICFGR, 0);
    assert_int_equal(rd(0, GICD_ISENABLER), 0xffff);
    assert_int_equal(rd(0, GICD_ICFGR), 0xaaaaaaaa);
    wr(0, GICD_ISPENDR, 0xffff); /* theirs is SPENDSGIR */
    assert_int_equal(rd(0, GICD_ISPENDR), 0);
}

static void what_is_reserved_reads_zero_and_ignores_writes(void **state)
{
    static const uint32_t holes[] = {0x00c, 0x07c, 0x0a4, 0x124, 0x3a4, 0x520, 0x7fc, 0x920, 0xc48,
                                     0xcfc, 0xd00, 0xe00, 0xefc, 0xf04, 0xf30, 0xf80, 0xfcc};

    (void)state;
    start(2);
    for (unsigned int i = 0; i < ARRAY_SIZE(holes); i++) {
        uint32_t value = 0xffffffff;

        assert_int_equal(one_access(0, holes[i], 4, true, &value), MMIO_OK);
        assert_int_equal(rd(0, holes[i]), 0);
    }
}

static void no_access_does_harm(void **state)
{
    uint32_t seed = 1;

    (void)state;
    start(3);
    for (unsigned int i = 0; i < 60000; i++) {
        uint32_t offset = i % 0x1000, value;
        unsigned int size = 1u << (i / 0x1000 % 3);

        seed = seed * 1664525 + 1013904223;
        value = i & 1 ? seed : seed >> 16;
        here = i % 3;
        if (offset % size == 0)
            access_gicd(here, offset, size, seed >> 30 != 0, value);
        if (seed >> 28 == 0)
            gicv_eoi(i % 3, gicv_ack(i % 3));
        run_hyp();
    }
}

/* ---- what an exit may cost ---- */

static void nothing_new_touches_no_hardware(void **state)
{
    (void)state;
    start(1);
    spi(40, true);
    hw[0].accesses = 0;
    vgic_flush(&vcpus[0]);
    rd(0, GICD_TYPER);
    rd(0, GICD_ISENABLER);
    wr(0, GICD_ISENABLER + 4, BIT(9));
    wr8(0, GICD_IPRIORITYR + 41, 0x80);
    assert_int_equal(hw[0].accesses, 0);
}

static void one_interrupt_writes_one_list_register(void **state)
{
    (void)state;
    start(1);
    enable_spi(40, 0x80, 1, false);
    hw[0].accesses = 0;
    spi(40, true);
    assert_int_equal(hw[0].accesses, 1);
    assert_int_equal(gicv_ack(0), 40);
    start(1);
    hw[0].accesses = 0;
    wr(0, GICD_SGIR, 2u << 24 | 3);
    assert_int_equal(hw[0].accesses, 1);
    assert_int_equal(gicv_ack(0), 3);
}

static void a_level_that_fell_in_its_handler_costs_no_maintenance(void **state)
{
    (void)state;
    start(1);
    enable_spi(40, 0x80, 1, false);
    spi(40, true);
    assert_int_equal(gicv_ack(0), 40);
    spi(40, false);
    gicv_eoi(0, 40);
    assert_int_equal(misr(0), 0);
    spi(40, true);
    assert_int_equal(gicv_ack(0), 40);
    gicv_eoi(0, 40);
    assert_int_equal(misr(0), GICH_MISR_EOI);
    run_hyp();
    assert_int_equal(gicv_ack(0), 40); /* still high: again */
}

/* ---- SGIs ---- */

static void each_source_of_an_sgi_comes_once_and_by_name(void **state)
{
    (void)state;
    start(3);
    wr(0, GICD_SGIR, 4u << 16 | 9);
    wr(1, GICD_SGIR, 4u << 16 | 9);
    wr(1, GICD_SGIR, 1u << 24 | 9);
    run_hyp();
    assert_int_equal(access_gicd(2, GICD_CPENDSGIR + 9, 1, false, 0), 3);
    assert_int_equal(gicv_ack(2), 9);
    run_hyp();
    assert_int_equal(gicv_ack(2), 1023);
    gicv_eoi(2, 9);
    run_hyp();
    assert_int_equal(gicv_ack(2), 9 | 1 << 10);
    gicv_eoi(2, 9 | 1 << 10);
    run_hyp();
    assert_int_equal(gicv_ack(2), 1023);
    assert_int_equal(gicv_ack(0), 9 | 1 << 10); /* "all others" went here too, and not to 1 */
    assert_int_equal(gicv_ack(1), 1023);
    wr(1, GICD_SGIR, 3u << 24 | 7u << 16 | 9); /* the reserved filter sends nothing */
    assert_int_equal(gicv_ack(1), 1023);
}

/* ---- CNTV ---- */

static void cntv_ends_by_the_guests_eoi_alone(void **state)
{
    (void)state;
    start(1);
    wr(0, GICD_ISENABLER, BIT(27));
    line[0] = true;
    run_hyp();
    assert_true(ppi_active[0]);
    assert_int_equal(gicv_ack(0), 27);
    line[0] = false;
    hw[0].accesses = 0;
    gicv_eoi(0, 27);
    run_hyp();
    assert_false(ppi_active[0]);
    assert_int_equal(hw[0].accesses, 0);
    line[0] = true;
    run_hyp();
    assert_int_equal(gicv_ack(0), 27);
}

static void cntv_pending_is_seen_while_it_is_disabled(void **state)
{
    (void)state;
    start(1);
    assert_false(bit_of(0, GICD_ISPENDR, 27));
    line[0] = true;
    assert_true(bit_of(0, GICD_ISPENDR, 27));
    line[0] = false;
    assert_false(bit_of(0, GICD_ISPENDR, 27));
}

static void cntv_that_nobody_took_fires_again_later(void **state)
{
    (void)state;
    start(1);
    line[0] = true;
    run_hyp();
    assert_true(ppi_active[0]); /* held, or it would fire for ever */
    line[0] = false;
    wr(0, GICD_ISENABLER, BIT(27));
    assert_int_equal(gicv_ack(0), 1023);
    assert_false(ppi_active[0]);
    line[0] = true;
    run_hyp();
    assert_int_equal(gicv_ack(0), 27);
}

static void cntv_pended_by_software_while_active_comes_again(void **state)
{
    (void)state;
    start(1);
    wr(0, GICD_ISENABLER, BIT(27));
    line[0] = true;
    run_hyp();
    assert_int_equal(gicv_ack(0), 27);
    line[0] = false;
    wr(0, GICD_ISPENDR, BIT(27));
    assert_true(bit_of(0, GICD_ISPENDR, 27));
    gicv_eoi(0, 27);
    run_hyp();
    assert_int_equal(gicv_ack(0), 27);
    gicv_eoi(0, 27);
    run_hyp();
    assert_int_equal(gicv_ack(0), 1023);
    line[0] = true; /* and the timer lives */
    run_hyp();
    assert_int_equal(gicv_ack(0), 27);
}

static void cntv_whose_signal_was_lost_is_found_by_a_look(void **state)
{
    (void)state;
    start(1);
    wr(0, GICD_ISENABLER, BIT(27));
    here = 0;
    assert_false(vgic_cntv_look(&vcpus[0]));
    line[0] = true; /* and no physical interrupt comes */
    assert_true(vgic_cntv_look(&vcpus[0]));
    assert_true(ppi_active[0]);
    assert_int_equal(gicv_ack(0), 27);
    assert_true(vgic_cntv_look(&vcpus[0]));
    line[0] = false;
    gicv_eoi(0, 27);
    assert_false(vgic_cntv_look(&vcpus[0]));
    assert_false(ppi_active[0]);
}

static void cntv_active_state_moves_with_its_vcpu(void **state)
{
    (void)state;
    start(5); /* vCPU 4 shares CPU 0 */
    wr(0, GICD_ISENABLER, BIT(27));
    line[0] = true;
    run_hyp();
    assert_int_equal(gicv_ack(0), 27);
    switch_to(0, &vcpus[4]);
    assert_false(ppi_active[0]);
    switch_to(0, &vcpus[0]);
    assert_true(ppi_active[0]);
    line[0] = false;
    gicv_eoi(0, 27);
    assert_false(ppi_active[0]);
    switch_to(0, &vcpus[4]);
    switch_to(0, &vcpus[0]);
    assert_false(ppi_active[0]); /* ended while it ran: not brought back */
}

static void reset_forgets_all(void **state)
{
    (void)state;
    start(2);
    wr(0, GICD_ISENABLER, BIT(27));
    enable_spi(40, 0x80, 2, false);
    line[0] = true;
    spi(40, true);
    for (here = 0; here < 2; here++) {
        vgic_save(loaded[here]);
        loaded[here] = NULL;
    }
    assert_false(ppi_active[0]);
    line[0] = false;
    vgic_vm_reset(&vm);
    switch_to(0, &vcpus[0]);
    switch_to(1, &vcpus[1]);
    assert_false(ppi_active[0]);
    for (unsigned int i = 0; i < nr_lrs; i++)
        assert_int_equal(hw[0].lr[i] | hw[1].lr[i], 0);
    assert_int_equal(rd(0, GICD_CTLR), 0);
    assert_int_equal(rd(0, GICD_ISENABLER), 0xffff);
    assert_int_equal(rd(0, GICD_ISENABLER + 4), 0);
    assert_int_equal(rd(0, GICD_ISPENDR + 4), 0);
    assert_int_equal(rd(0, GICD_ITARGETSR + 40), 0);
}

/* ---- state on other CPUs ---- */

static void a_remote_owner_is_asked_once_and_the_read_tried_again(void **state)
{
    uint32_t value = 0;

    (void)state;
    start(2);
    enable_spi(40, 0x80, 2, true);
    spi(40, true);
    assert_int_equal(gicv_ack(1), 40); /* vCPU 0 cannot know */
    kicked = 0;
    assert_int_equal(one_access(0, GICD_ISACTIVER + 4, 4, false, &value), MMIO_RETRY);
    assert_int_equal(kicked, BIT(1));
    kicked = 0;
    assert_int_equal(one_access(0, GICD_ISACTIVER + 4, 4, false, &value), MMIO_RETRY);
    assert_int_equal(kicked, 0);
    here = 1;
    vgic_flush(&vcpus[1]);
    assert_int_equal(one_access(0, GICD_ISACTIVER + 4, 4, false, &value), MMIO_OK);
    assert_int_equal(value, BIT(8));
    /* The next one asks anew. */
    gicv_eoi(1, 40);
    assert_int_equal(one_access(0, GICD_ISACTIVER + 4, 4, false, &value), MMIO_RETRY);
    here = 1;
    vgic_flush(&vcpus[1]);
    value = 0;
    assert_int_equal(one_access(0, GICD_ISACTIVER + 4, 4, false, &value), MMIO_OK);
    assert_int_equal(value, 0);
}

static void a_vcpu_that_is_put_away_need_not_be_asked(void **state)
{
    uint32_t value = 0;

    (void)state;
    start(2);
    enable_spi(40, 0x80, 2, true);
    spi(40, true);
    here = 1;
    vgic_save(&vcpus[1]);
    loaded[1] = NULL;
    assert_int_equal(one_access(0, GICD_ISPENDR + 4, 4, false, &value), MMIO_OK);
    assert_int_equal(value, BIT(8));
    /* Nor does it keep what is sent elsewhere. */
    wr8(0, GICD_ITARGETSR + 40, 1);
    run_hyp();
    assert_int_equal(gicv_ack(0), 40);
}

static void a_vcpu_asked_and_then_switched_has_answered(void **state)
{
    uint32_t value = 0;

    (void)state;
    start(6); /* vCPU 5 shares CPU 1 */
    enable_spi(40, 0x80, 2, true);
    spi(40, true);
    assert_int_equal(one_access(0, GICD_ISPENDR + 4, 4, false, &value), MMIO_RETRY);
    switch_to(1, &vcpus[5]);
    switch_to(1, &vcpus[1]);
    assert_int_equal(one_access(0, GICD_ISPENDR + 4, 4, false, &value), MMIO_OK);
    assert_int_equal(value, BIT(8));
}

static void what_a_vcpu_was_told_to_give_up_it_gives_up_when_put_away(void **state)
{
    uint32_t value = 1;

    (void)state;
    start(2);
    enable_spi(40, 0x80, 2, true);
    spi(40, true);
    one_access(0, GICD_ITARGETSR + 40, 1, true, &value);
    here = 1;
    vgic_save(&vcpus[1]);
    loaded[1] = NULL;
    run_hyp();
    assert_int_equal(gicv_ack(0), 40);
}

/* ---- WFI ---- */

static void wfi_wakes_for_what_the_interface_would_signal(void **state)
{
    (void)state;
    start(5);
    enable_spi(40, 0x80, 1, false);
    here = 0;
    assert_false(vgic_pending(&vcpus[0]));
    spi(40, true);
    here = 0;
    assert_true(vgic_pending(&vcpus[0]));
    hw[0].vmcr = 16u << 27 | 3; /* PMR 0x80 masks 0x80 */
    assert_false(vgic_pending(&vcpus[0]));
    hw[0].vmcr = 17u << 27 | 2; /* Group 0 off */
    assert_false(vgic_pending(&vcpus[0]));
    hw[0].vmcr = 17u << 27 | 3;
    assert_true(vgic_pending(&vcpus[0]));
    hw[0].apr = BIT(16); /* something of the same priority is active */
    assert_false(vgic_pending(&vcpus[0]));
    hw[0].apr = 0;
    switch_to(0, &vcpus[4]);
    assert_true(vgic_pending(&vcpus[0]));
    enable_spi(41, 0x80, 2, false);
    here = 1;
    assert_false(vgic_pending(&vcpus[1]));
}

static void a_disabled_distributor_delivers_nothing(void **state)
{
    (void)state;
    start(1);
    enable_spi(40, 0x80, 1, false);
    wr(0, GICD_CTLR, 2);
    spi(40, true);
    assert_int_equal(gicv_ack(0), 1023);
    assert_true(bit_of(0, GICD_ISPENDR, 40));
    wr(0, GICD_IGROUPR + 4, BIT(8));
    assert_int_equal(signalled(0), 0);
    wr(0, GICD_CTLR, 1);
    assert_int_equal(gicv_ack(0), 1023);
    wr(0, GICD_CTLR, 2);
    assert_int_equal(gicv_ack(0), 40);
}

static void deactivation_by_dir_ignores_order_and_places(void **state)
{
    (void)state;
    nr_lrs = 1;
    start(1);
    hw[0].vmcr |= GICH_VMCR_EOIM;
    for (unsigned int i = 0; i < 4; i++) {
        enable_spi(40 + i, (uint8_t)(0x80 - 0x10 * i), 1, true);
        spi(40 + i, true);
        assert_int_equal(gicv_ack(0), 40 + i);
    }
    for (unsigned int i = 4; i-- > 0;)
        gicv_eoi(0, 40 + i);
    assert_int_equal(rd(0, GICD_ISACTIVER + 4), 0xf00);
    dir(0, 41);
    assert_int_equal(rd(0, GICD_ISACTIVER + 4), 0xd00);
    dir(0, 43);
    assert_int_equal(rd(0, GICD_ISACTIVER + 4), 0x500);
    dir(0, 43);
    dir(0, 1020);
    dir(0, 40);
    assert_int_equal(rd(0, GICD_ISACTIVER + 4), 0x400);
    hw[0].vmcr &= ~GICH_VMCR_EOIM;
    dir(0, 42); /* not without EOImode */
    assert_int_equal(rd(0, GICD_ISACTIVER + 4), 0x400);
    nr_lrs = 4;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identification_is_that_of_virt),
        cmocka_unit_test(control_has_two_bits),
        cmocka_unit_test(narrow_accesses_reach_the_bytes_they_name),
        cmocka_unit_test(targets_are_masked_banked_and_absent_on_a_uniprocessor),
        cmocka_unit_test(sgis_are_enabled_edges_for_ever),
        cmocka_unit_test(what_is_reserved_reads_zero_and_ignores_writes),
        cmocka_unit_test(no_access_does_harm),
        cmocka_unit_test(nothing_new_touches_no_hardware),
        cmocka_unit_test(one_interrupt_writes_one_list_register),
        cmocka_unit_test(a_level_that_fell_in_its_handler_costs_no_maintenance),
        cmocka_unit_test(each_source_of_an_sgi_comes_once_and_by_name),
        cmocka_unit_test(cntv_ends_by_the_guests_eoi_alone),
        cmocka_unit_test(cntv_pending_is_seen_while_it_is_disabled),
        cmocka_unit_test(cntv_that_nobody_took_fires_again_later),
        cmocka_unit_test(cntv_pended_by_software_while_active_comes_again),
        cmocka_unit_test(cntv_whose_signal_was_lost_is_found_by_a_look),
        cmocka_unit_test(cntv_active_state_moves_with_its_vcpu),
        cmocka_unit_test(reset_forgets_all),
        cmocka_unit_test(a_remote_owner_is_asked_once_and_the_read_tried_again),
        cmocka_unit_test(a_vcpu_that_is_put_away_need_not_be_asked),
        cmocka_unit_test(a_vcpu_asked_and_then_switched_has_answered),
        cmocka_unit_test(what_a_vcpu_was_told_to_give_up_it_gives_up_when_put_away),
        cmocka_unit_test(wfi_wakes_for_what_the_interface_would_signal),
        cmocka_unit_test(a_disabled_distributor_delivers_nothing),
        cmocka_unit_test(deactivation_by_dir_ignores_order_and_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
