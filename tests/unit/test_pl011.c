/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: guests/dev/pl011.c */
/*
 * The emulated PL011 as a driver sees it: registers, FIFO levels, interrupts, and that nothing
 * typed or said is lost. The console's end of the rings is played by the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guests/dev/pl011.h"
#include "vcpu/vgic.h"

#define DR      0x000
#define RSR     0x004
#define FR      0x018
#define ILPR    0x020
#define IBRD    0x024
#define FBRD    0x028
#define LCR_H   0x02c
#define CR      0x030
#define IFLS    0x034
#define IMSC    0x038
#define RIS     0x03c
#define MIS     0x040
#define ICR     0x044
#define DMACR   0x048
#define PERIPH  0xfe0

#define FR_BUSY 0x08u
#define FR_RXFE 0x10u
#define FR_TXFF 0x20u
#define FR_RXFF 0x40u
#define FR_TXFE 0x80u

#define INT_RX  0x010u
#define INT_TX  0x020u
#define INT_RT  0x040u
#define INT_OE  0x400u

#define FEN     0x10u
#define LBE     0x80u

#define TX_SIZE 64u
#define RX_SIZE 4096u

static struct pl011_model model;
static struct console_channel channel;
static uint8_t tx[TX_SIZE], rx[RX_SIZE];
static bool line;
static unsigned int line_changes;

void vgic_set_spi(struct vm *vm, unsigned int intid, bool level)
{
    assert_ptr_equal(vm, (struct vm *)&model);
    assert_int_equal(intid, 33);
    assert_true(line != level); /* only changes are told */
    line = level;
    line_changes++;
}

void console_wake(struct console_channel *c)
{
    c->notify = CONSOLE_NOTIFY_NONE;
}

bool console_want_room(struct console_channel *c)
{
    c->tx_waiting = true;
    return ring_free(&c->tx) < c->tx.size / 4;
}

static int set_up(void **state)
{
    (void)state;
    line = false;
    line_changes = 0;
    channel = (struct console_channel){.name = "g"};
    ring_init(&channel.tx, tx, TX_SIZE);
    ring_init(&channel.rx, rx, RX_SIZE);
    pl011_model_init(&model, (struct vm *)&model, &channel);
    return 0;
}

static enum mmio_result access(uint32_t offset, unsigned int size, bool write, uint32_t *value)
{
    struct mmio mmio = {.offset = offset, .size = (uint8_t)size, .write = write, .value = *value};
    enum mmio_result result = pl011_model_mmio(NULL, &model, &mmio);

    *value = mmio.value;
    return result;
}

static uint32_t get(uint32_t offset)
{
    uint32_t value = 0xdeadbeef;

    assert_int_not_equal(access(offset, 4, false, &value), MMIO_ABORT);
    return value;
}

static void set(uint32_t offset, uint32_t value)
{
    assert_int_equal(access(offset, 4, true, &value), MMIO_OK);
}

static void type(const char *text)
{
    while (*text)
        assert_true(ring_put(&channel.rx, (uint8_t)*text++));
    channel.rx_available(&channel);
}

/* The console shows n bytes. */
static void show(unsigned int n)
{
    uint8_t byte;

    while (n-- > 0)
        assert_true(ring_get(&channel.tx, &byte));
    if (channel.tx_waiting && ring_free(&channel.tx) >= TX_SIZE / 4) {
        channel.tx_waiting = false;
        channel.tx_room(&channel);
    }
}

/* ---- registers ---- */

static void reset_state_is_that_of_qemu(void **state)
{
    static const uint32_t id[] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    (void)state;
    assert_int_equal(get(FR), FR_TXFE | FR_RXFE);
    assert_int_equal(get(CR), 0x300);
    assert_int_equal(get(IFLS), 0x12);
    assert_int_equal(get(LCR_H) | get(IMSC) | get(RIS) | get(MIS) | get(RSR) | get(IBRD), 0);
    for (unsigned int i = 0; i < 8; i++)
        assert_int_equal(get(PERIPH + 4 * i), id[i]);
}

static void plain_registers_keep_their_bits_at_every_width(void **state)
{
    static const struct {
        uint32_t offset, mask;
    } plain[] = {{ILPR, 0xff}, {IBRD, 0xffff}, {FBRD, 0x3f},  {LCR_H, 0xff},
                 {CR, 0xff87}, {IFLS, 0x3f},   {IMSC, 0x7ff}, {DMACR, 7}};

    (void)state;
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        uint32_t value = 0xffffffff;

        set(plain[i].offset, value);
        assert_int_equal(get(plain[i].offset), plain[i].mask);
        access(plain[i].offset, 1, false, &value);
        assert_int_equal(value, plain[i].mask & 0xff);
        access(plain[i].offset, 2, false, &value);
        assert_int_equal(value, plain[i].mask & 0xffff);
        value = 5;
        access(plain[i].offset, 1, true, &value);
        assert_int_equal(get(plain[i].offset), 5 & plain[i].mask);
        value = 2;
        access(plain[i].offset, 2, true, &value);
        assert_int_equal(get(plain[i].offset), 2 & plain[i].mask);
        set(CR, 0x300);
    }
}

/* Every offset at every width, read and written with all kinds of values: no abort, no write
 * outside (the sanitizers watch), and read-only registers stay. */
static void no_access_does_harm(void **state)
{
    (void)state;
    srand(5);
    for (unsigned int n = 0; n < 200000; n++) {
        unsigned int size = 1u << rand() % 3;
        uint32_t offset = (uint32_t)rand() % PL011_SIZE & ~(size - 1);
        uint32_t value = ((uint32_t)rand() << 8 ^ (uint32_t)rand()) &
                         (0xffffffffu >> (32 - 8 * size));
        bool write = rand() & 1;

        if (offset >= 0x50 && rand() % 4)
            offset = offset % 0x50 & ~(size - 1);
        assert_int_not_equal(access(offset, size, write, &value), MMIO_ABORT);
        if (!write && size < 4)
            assert_true(value < 1u << 8 * size);
        if (rand() % 8 == 0 && ring_free(&channel.rx) > 2)
            type("k");
        if (rand() % 8 == 0 && ring_used(&channel.tx) > 0)
            show(1 + (unsigned int)rand() % ring_used(&channel.tx));
        assert_int_equal(line, (get(RIS) & get(IMSC)) != 0);
        assert_int_equal(get(PERIPH + 8), 0x14);
    }
    assert_true(line_changes > 100);
}

/* ---- transmit ---- */

static void what_is_written_is_said_with_the_uart_disabled(void **state)
{
    uint8_t byte = 0;

    (void)state;
    set(CR, 0);
    set(DR, 'x');
    set(DR, 0xffffff00 | 'y');
    assert_true(ring_get(&channel.tx, &byte) && byte == 'x');
    assert_true(ring_get(&channel.tx, &byte) && byte == 'y');
}

static void a_full_console_shows_as_full_fifo_and_a_write_waits(void **state)
{
    uint32_t value = 'z';
    uint32_t fr = 0;

    (void)state;
    set(LCR_H, FEN);
    for (unsigned int i = 0; i < TX_SIZE - PL011_FIFO; i++) {
        assert_true(get(FR) & FR_TXFE);
        set(DR, 'a' + i % 26);
    }
    for (unsigned int i = 0; i < PL011_FIFO; i++) {
        assert_int_equal(get(FR) & (FR_TXFF | FR_BUSY), i ? FR_BUSY : 0);
        set(DR, 'A' + i);
    }
    assert_int_equal(access(FR, 4, false, &fr), MMIO_YIELD);
    assert_int_equal(fr & (FR_TXFF | FR_TXFE | FR_BUSY), FR_TXFF | FR_BUSY);
    assert_int_equal(access(DR, 4, true, &value), MMIO_RETRY);
    show(1);
    assert_int_equal(access(FR, 4, false, &fr), MMIO_OK);
    set(DR, 'z');
    show(TX_SIZE - 1);
    assert_int_equal(tx[(channel.tx.tail) % TX_SIZE], 'z');
}

static void a_driver_that_never_looks_loses_nothing(void **state)
{
    unsigned int next = 0;

    (void)state;
    srand(2);
    for (unsigned int n = 0; n < 20000; n++) {
        uint32_t value = n % 251;

        while (access(DR, 1, true, &value) == MMIO_RETRY) {
            uint8_t byte;
            unsigned int some = 1 + (unsigned int)rand() % TX_SIZE;

            while (some-- > 0 && ring_get(&channel.tx, &byte))
                assert_int_equal(byte, next++ % 251);
        }
    }
    assert_int_equal(next + ring_used(&channel.tx), 20000);
}

static void transmit_interrupt_follows_the_writes_and_clears(void **state)
{
    (void)state;
    set(IMSC, INT_TX);
    assert_false(line); /* a transition, not a level: nothing was sent (2.8.2) */
    set(DR, 'x');
    assert_true(line);
    assert_int_equal(get(MIS), INT_TX);
    set(ICR, INT_TX);
    assert_false(line);
    set(DR, 'x');
    assert_true(line);
    set(IMSC, 0);
    assert_false(line);
    assert_int_equal(get(RIS), INT_TX);
    assert_int_equal(get(MIS), 0);
}

/* Linux writes half a FIFO at each interrupt without looking at TXFF. */
static void a_transmit_interrupt_promises_half_a_fifo(void **state)
{
    (void)state;
    set(LCR_H, FEN);
    set(IMSC, INT_TX);
    set(DR, 'x');
    for (unsigned int n = 0; n < 1000; n++) {
        while (line) {
            for (unsigned int i = 0; i < PL011_FIFO / 2; i++)
                set(DR, 'x'); /* fails the test if it had to wait */
        }
        while (!line)
            show(1);
    }
}

/* ---- receive ---- */

static void keys_come_out_in_order(void **state)
{
    (void)state;
    type("abc");
    assert_int_equal(get(FR) & FR_RXFE, 0);
    assert_int_equal(get(DR), 'a');
    assert_int_equal(get(DR), 'b');
    assert_int_equal(get(DR), 'c');
    assert_int_equal(get(FR) & FR_RXFE, FR_RXFE);
    assert_int_equal(get(DR), 0);
}

static void a_single_key_raises_the_timeout_and_reading_drops_it(void **state)
{
    (void)state;
    set(LCR_H, FEN);
    set(IMSC, INT_RX | INT_RT);
    type("a");
    assert_true(line);
    assert_int_equal(get(MIS), INT_RT);
    assert_int_equal(get(DR), 'a');
    assert_false(line);
    assert_int_equal(get(RIS), 0);
}

static void receive_interrupt_comes_at_the_level_of_ifls(void **state)
{
    static const unsigned int level[8] = {2, 4, 8, 12, 14, 14, 14, 14};

    (void)state;
    set(LCR_H, FEN);
    for (uint32_t select = 0; select < 8; select++) {
        set(IFLS, select << 3);
        for (unsigned int i = 1; i <= 16; i++) {
            type("k");
            assert_int_equal(get(RIS) & INT_RX, i >= level[select] ? INT_RX : 0);
            assert_int_equal(get(FR) & FR_RXFF, i >= 16 ? FR_RXFF : 0);
        }
        for (unsigned int i = 16; i-- > 0;) {
            (void)get(DR);
            assert_int_equal(get(RIS) & INT_RX, i >= level[select] ? INT_RX : 0);
        }
    }
}

static void without_fifos_one_key_is_enough(void **state)
{
    (void)state;
    set(IMSC, INT_RX | INT_RT);
    type("a");
    assert_int_equal(get(MIS) & INT_RX, INT_RX);
    assert_int_equal(get(FR) & FR_RXFF, FR_RXFF);
    (void)get(DR);
    assert_false(line);
}

static void a_guest_without_the_timeout_hears_of_every_key(void **state)
{
    (void)state;
    set(LCR_H, FEN);
    set(IMSC, INT_RX);
    type("a");
    assert_true(line);
    (void)get(DR);
    assert_false(line);
    set(IMSC, 0);
    type("b");
    set(IMSC, INT_RX);
    assert_true(line);
}

/* A driver reads until empty, then clears what it served; a key between the two must be heard. */
static void a_key_between_the_last_read_and_the_clear_is_not_lost(void **state)
{
    (void)state;
    set(LCR_H, FEN);
    set(IMSC, INT_RX | INT_RT);
    type("a");
    assert_int_equal(get(DR), 'a');
    assert_true(get(FR) & FR_RXFE);
    type("b");
    set(ICR, INT_RX | INT_RT);
    assert_true(line);
    assert_int_equal(get(DR), 'b');
    assert_false(line);
}

static void a_guest_that_clears_and_never_reads_is_left_alone(void **state)
{
    (void)state;
    set(IMSC, 0x7ff);
    type("a");
    set(ICR, 0x7ff);
    set(ICR, 0x7ff);
    assert_false(line);
    line_changes = 0;
    for (unsigned int i = 0; i < 100; i++)
        set(ICR, 0x7ff);
    assert_int_equal(line_changes, 0);
    type("b");
    assert_true(line);
}

/* A handler that clears first and takes one key a time, as small kernels do. */
static void one_key_an_interrupt_drains_the_ring(void **state)
{
    unsigned int got = 0;

    (void)state;
    set(LCR_H, FEN);
    set(IMSC, INT_RX | INT_RT);
    for (unsigned int i = 0; i < 100; i++)
        type("0123456789012345678901234567890123456789");
    while (line && got < 5000) {
        set(ICR, get(MIS));
        assert_int_equal(get(DR), '0' + got % 40 % 10);
        got++;
    }
    assert_int_equal(got, 4000);
    assert_true(get(FR) & FR_RXFE);
}

static void enabling_the_fifos_keeps_what_was_typed_early(void **state)
{
    (void)state;
    type("early");
    set(LCR_H, 0x60 | FEN);
    set(CR, 0x301);
    assert_int_equal(get(DR), 'e');
}

/* ---- loopback ---- */

static void loopback_returns_what_is_written_and_says_nothing(void **state)
{
    (void)state;
    set(LCR_H, FEN);
    set(CR, 0x301 | LBE);
    for (unsigned int i = 0; i < 16; i++)
        set(DR, 'a' + i);
    assert_int_equal(get(RIS) & INT_OE, 0);
    assert_true(get(FR) & FR_RXFF);
    set(DR, 'z');
    assert_int_equal(get(RIS) & INT_OE, INT_OE);
    assert_int_equal(get(RSR), 8);
    assert_int_equal(get(DR), 'a' | 0x800);
    for (unsigned int i = 1; i < 16; i++)
        assert_int_equal(get(DR), 'a' + i);
    assert_true(get(FR) & FR_RXFE);
    set(RSR, 0);
    assert_int_equal(get(RSR), 0);
    assert_int_equal(ring_used(&channel.tx), 0);
}

static void loopback_does_not_mix_with_what_is_typed(void **state)
{
    (void)state;
    type("t");
    set(CR, LBE);
    assert_true(get(FR) & FR_RXFE);
    set(DR, 'l');
    type("u");
    assert_int_equal(get(DR), 'l');
    assert_true(get(FR) & FR_RXFE);
    set(CR, 0x301);
    assert_int_equal(get(DR), 't');
    assert_int_equal(get(DR), 'u');
}

static void loopback_turns_the_modem_lines_round(void **state)
{
    static const struct {
        uint32_t cr, fr, ris;
    } lines[] = {{1 << 10, 1 << 1, 1 << 3},
                 {1 << 11, 1 << 0, 1 << 1},
                 {1 << 12, 1 << 2, 1 << 2},
                 {1 << 13, 1 << 8, 1 << 0}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        set(CR, LBE | lines[i].cr);
        assert_int_equal(get(FR) & 0x107, lines[i].fr);
        assert_int_equal(get(RIS) & 0xf, lines[i].ris);
        set(CR, lines[i].cr);
        assert_int_equal(get(FR) & 0x107, 0);
        set(ICR, 0xf);
    }
}

/* ---- reset ---- */

static void reset_forgets_everything_and_lowers_the_line(void **state)
{
    (void)state;
    type("old");
    set(LCR_H, FEN);
    set(CR, LBE | 0x3c00);
    set(IMSC, 0x7ff);
    for (unsigned int i = 0; i < 40; i++)
        set(DR, 'x');
    assert_true(line);
    pl011_model_reset(&model);
    assert_false(line);
    reset_state_is_that_of_qemu(state);
    type("n");
    assert_int_equal(get(DR), 'n');
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(reset_state_is_that_of_qemu),
        TEST(plain_registers_keep_their_bits_at_every_width),
        TEST(no_access_does_harm),
        TEST(what_is_written_is_said_with_the_uart_disabled),
        TEST(a_full_console_shows_as_full_fifo_and_a_write_waits),
        TEST(a_driver_that_never_looks_loses_nothing),
        TEST(transmit_interrupt_follows_the_writes_and_clears),
        TEST(a_transmit_interrupt_promises_half_a_fifo),
        TEST(keys_come_out_in_order),
        TEST(a_single_key_raises_the_timeout_and_reading_drops_it),
        TEST(receive_interrupt_comes_at_the_level_of_ifls),
        TEST(without_fifos_one_key_is_enough),
        TEST(a_guest_without_the_timeout_hears_of_every_key),
        TEST(a_key_between_the_last_read_and_the_clear_is_not_lost),
        TEST(a_guest_that_clears_and_never_reads_is_left_alone),
        TEST(one_key_an_interrupt_drains_the_ring),
        TEST(enabling_the_fifos_keeps_what_was_typed_early),
        TEST(loopback_returns_what_is_written_and_says_nothing),
        TEST(loopback_does_not_mix_with_what_is_typed),
        TEST(loopback_turns_the_modem_lines_round),
        TEST(reset_forgets_everything_and_lowers_the_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
