/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An emulated PL011 (ARM DDI 0183G, chapter 3). It has no FIFOs of its own: the guest's end of the
 * console channel's rings is the FIFO. The transmit FIFO looks empty while the ring has room for
 * its 16 bytes, and fills as the ring's last 16 do; the receive FIFO is the oldest 16 bytes typed,
 * and the ring behind it moves up as the guest reads. So nothing is copied and nothing can be lost
 * in between. A write when all is full does not complete: the guest tries again until there is
 * room, whether or not it looks at TXFF.
 *
 * Two things follow QEMU and not the manual, because images rely on them: it works with UARTEN,
 * TXE and RXE clear, and a guest that enables the receive interrupt without the timeout one hears
 * of every byte. A timeout (2.8.4, 32 bit times) passes at once.
 *
 * Any vCPU of the guest and the console job use a model at once. Lock order: the model's lock, the
 * vGIC's, the scheduler's.
 */
#include "guests/dev/pl011.h"

#include <stddef.h>

#include "hyp/lib/util.h"
#include "vcpu/vgic.h"

/* Registers, as indices of words (3.2). */
enum {
    UARTDR = 0x000 / 4,
    UARTRSR = 0x004 / 4, /* written: UARTECR */
    UARTFR = 0x018 / 4,
    UARTILPR = 0x020 / 4,
    UARTIBRD = 0x024 / 4,
    UARTFBRD = 0x028 / 4,
    UARTLCR_H = 0x02c / 4,
    UARTCR = 0x030 / 4,
    UARTIFLS = 0x034 / 4,
    UARTIMSC = 0x038 / 4,
    UARTRIS = 0x03c / 4,
    UARTMIS = 0x040 / 4,
    UARTICR = 0x044 / 4,
    UARTDMACR = 0x048 / 4,
    UARTPERIPHID0 = 0xfe0 / 4,
    UARTPCELLID3 = 0xffc / 4,
};

#define UARTDR_OE     BIT(11)
#define UARTRSR_OE    BIT(3)

#define UARTFR_CTS    BIT(0)
#define UARTFR_DSR    BIT(1)
#define UARTFR_DCD    BIT(2)
#define UARTFR_BUSY   BIT(3)
#define UARTFR_RXFE   BIT(4)
#define UARTFR_TXFF   BIT(5)
#define UARTFR_RXFF   BIT(6)
#define UARTFR_TXFE   BIT(7)
#define UARTFR_RI     BIT(8)

#define UARTLCR_H_FEN BIT(4)

#define UARTCR_LBE    BIT(7)
#define UARTCR_DTR    BIT(10)
#define UARTCR_RTS    BIT(11)
#define UARTCR_OUT1   BIT(12)
#define UARTCR_OUT2   BIT(13)

#define UARTINT_RI    BIT(0)
#define UARTINT_CTS   BIT(1)
#define UARTINT_DCD   BIT(2)
#define UARTINT_DSR   BIT(3)
#define UARTINT_RX    BIT(4)
#define UARTINT_TX    BIT(5)
#define UARTINT_RT    BIT(6)
#define UARTINT_OE    BIT(10)

#define ILPR_MASK     0xffu
#define IBRD_MASK     0xffffu
#define FBRD_MASK     0x3fu
#define LCR_H_MASK    0xffu
#define CR_MASK       0xff87u
#define IFLS_MASK     0x3fu
#define INT_MASK      0x7ffu
#define DMACR_MASK    0x7u

#define CR_RESET      0x300u
#define IFLS_RESET    0x12u

/* UARTPeriphID0-3 and UARTPCellID0-3 (3.3.18 on): a PL011 of revision r1p4, whose FIFOs are 16
 * deep, as QEMU's. */
static const uint8_t identification[] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

/* ---- the FIFOs ---- */

static uint32_t depth(const struct pl011_model *m)
{
    return m->lcr_h & UARTLCR_H_FEN ? PL011_FIFO : 1;
}

/* UARTIFLS: eighths of the FIFO; the reserved codes as the highest (3.3.9). */
static uint32_t watermark(uint32_t select)
{
    static const uint8_t bytes[8] = {2, 4, 8, 12, 14, 14, 14, 14};

    return bytes[select & 7];
}

static bool looped(const struct pl011_model *m)
{
    return (m->cr & UARTCR_LBE) != 0;
}

static uint32_t rx_used(const struct pl011_model *m)
{
    return looped(m) ? m->loop_used : ring_used(&m->channel->rx);
}

static uint32_t rx_trigger(const struct pl011_model *m)
{
    bool no_timeout = (m->imsc & (UARTINT_RX | UARTINT_RT)) == UARTINT_RX;

    if (!(m->lcr_h & UARTLCR_H_FEN) || no_timeout)
        return 1;
    return watermark(m->ifls >> 3);
}

/* Bytes in the transmit FIFO, as the guest sees it. In loopback each goes over at once. */
static uint32_t tx_used(const struct pl011_model *m)
{
    uint32_t room = looped(m) ? PL011_FIFO : console_room(m->channel);
    uint32_t size = depth(m);

    return room < size ? size - room : 0;
}

static uint32_t tx_trigger(const struct pl011_model *m)
{
    return m->lcr_h & UARTLCR_H_FEN ? watermark(m->ifls) : 0;
}

/* ---- interrupts: the lock is held ---- */

static void set_line(struct pl011_model *m)
{
    bool level = (m->ris & m->imsc) != 0;

    if (level == m->level)
        return;
    m->level = level;
    vgic_set_spi(m->vm, PL011_INTID, level);
}

static void latch_rx(struct pl011_model *m)
{
    uint32_t used = rx_used(m);

    if (used >= rx_trigger(m))
        m->ris |= UARTINT_RX;
    else
        m->ris &= ~UARTINT_RX;
    if (used > 0)
        m->ris |= UARTINT_RT;
    else
        m->ris &= ~(UARTINT_RT | UARTINT_RX);
}

/* After a write: the interrupt rises as the FIFO drains to the trigger, so unless the ring is
 * nearly full it has risen already; else the console job says when (2.8.2). */
static void latch_tx(struct pl011_model *m)
{
    if (tx_used(m) <= tx_trigger(m) || !console_want_room(m->channel))
        m->ris |= UARTINT_TX;
    else
        m->ris &= ~UARTINT_TX;
}

static void rx_available(struct console_channel *channel)
{
    struct pl011_model *m = channel->owner;

    spin_lock(&m->lock);
    if (!looped(m)) {
        __atomic_store_n(&m->unseen, true, __ATOMIC_RELAXED);
        latch_rx(m);
        set_line(m);
    }
    spin_unlock(&m->lock);
}

static void tx_room(struct console_channel *channel)
{
    struct pl011_model *m = channel->owner;

    spin_lock(&m->lock);
    m->ris |= UARTINT_TX;
    set_line(m);
    spin_unlock(&m->lock);
}

/* ---- modem lines: only loopback drives them (3.3.8, LBE) ---- */

static uint32_t modem_lines(uint32_t cr)
{
    uint32_t fr = 0;

    if (!(cr & UARTCR_LBE))
        return 0;
    fr |= cr & UARTCR_DTR ? UARTFR_DSR : 0;
    fr |= cr & UARTCR_RTS ? UARTFR_CTS : 0;
    fr |= cr & UARTCR_OUT1 ? UARTFR_DCD : 0;
    fr |= cr & UARTCR_OUT2 ? UARTFR_RI : 0;
    return fr;
}

static uint32_t modem_interrupts(uint32_t changed)
{
    uint32_t ris = 0;

    ris |= changed & UARTFR_DSR ? UARTINT_DSR : 0;
    ris |= changed & UARTFR_CTS ? UARTINT_CTS : 0;
    ris |= changed & UARTFR_DCD ? UARTINT_DCD : 0;
    ris |= changed & UARTFR_RI ? UARTINT_RI : 0;
    return ris;
}

/* ---- registers ---- */

/* The hottest read: no lock, since each ring's end is one atomic word. */
static uint32_t read_fr(struct pl011_model *m)
{
    uint32_t rx = rx_used(m);
    uint32_t tx = tx_used(m);
    uint32_t fr = modem_lines(m->cr);

    if (rx == 0) {
        fr |= UARTFR_RXFE;
    } else {
        __atomic_store_n(&m->unseen, false, __ATOMIC_RELAXED);
        fr |= rx >= depth(m) ? UARTFR_RXFF : 0;
    }
    if (tx == 0)
        fr |= UARTFR_TXFE;
    else
        fr |= tx >= depth(m) ? UARTFR_TXFF | UARTFR_BUSY : UARTFR_BUSY;
    return fr;
}

static uint32_t read_dr(struct pl011_model *m)
{
    uint8_t byte = 0;
    uint32_t value;

    spin_lock(&m->lock);
    if (!looped(m)) {
        (void)ring_get(&m->channel->rx, &byte);
        value = byte;
    } else if (m->loop_used > 0) {
        value = m->loop[m->loop_first] | (m->overrun ? UARTDR_OE : 0);
        m->loop_first = (uint8_t)((m->loop_first + 1u) % PL011_FIFO);
        m->loop_used--;
        m->overrun = false;
    } else {
        value = 0;
    }
    m->unseen = false;
    latch_rx(m);
    set_line(m);
    spin_unlock(&m->lock);
    return value;
}

static void put_looped(struct pl011_model *m, uint8_t byte)
{
    if (m->loop_used >= depth(m)) {
        m->overrun = true;
        m->rsr |= UARTRSR_OE;
        m->ris |= UARTINT_OE;
        return;
    }
    m->loop[(m->loop_first + m->loop_used) % PL011_FIFO] = byte;
    m->loop_used++;
    latch_rx(m);
}

/* False if there was no room: nothing happened. */
static bool write_dr(struct pl011_model *m, uint8_t byte)
{
    bool taken = true;

    spin_lock(&m->lock);
    if (looped(m))
        put_looped(m, byte);
    else
        taken = console_put(m->channel, byte);
    if (taken)
        latch_tx(m);
    set_line(m);
    spin_unlock(&m->lock);
    return taken;
}

static uint32_t read_register(const struct pl011_model *m, uint32_t reg)
{
    switch (reg) {
    case UARTRSR:
        return m->rsr;
    case UARTILPR:
        return m->ilpr;
    case UARTIBRD:
        return m->ibrd;
    case UARTFBRD:
        return m->fbrd;
    case UARTLCR_H:
        return m->lcr_h;
    case UARTCR:
        return m->cr;
    case UARTIFLS:
        return m->ifls;
    case UARTIMSC:
        return m->imsc;
    case UARTRIS:
        return m->ris;
    case UARTMIS:
        return m->ris & m->imsc;
    case UARTDMACR:
        return m->dmacr;
    default: /* reserved, and write-only UARTICR: read as zero */
        if (reg >= UARTPERIPHID0 && reg <= UARTPCELLID3)
            return identification[reg - UARTPERIPHID0];
        return 0;
    }
}

static void write_cr(struct pl011_model *m, uint32_t value)
{
    uint32_t before = m->cr;

    m->cr = (uint16_t)(value & CR_MASK);
    m->ris |= modem_interrupts(modem_lines(before) ^ modem_lines(m->cr));
    if ((before ^ m->cr) & UARTCR_LBE) {
        m->loop_used = 0;
        m->overrun = false;
        latch_rx(m);
    }
}

/* Depth and triggers change with FEN; on hardware the FIFOs are emptied too, but here that would
 * lose what a person typed early. */
static void write_lcr_h(struct pl011_model *m, uint32_t value)
{
    if ((m->lcr_h ^ value) & UARTLCR_H_FEN)
        m->loop_used = 0;
    m->lcr_h = (uint8_t)(value & LCR_H_MASK);
    latch_rx(m);
}

/*
 * A byte may come just before the guest, done with reading, clears the timeout: hardware would
 * raise it 32 bit times later, so it must not be lost. But only once a byte: a guest that clears
 * and never reads would otherwise be interrupted for ever.
 */
static void write_icr(struct pl011_model *m, uint32_t value)
{
    m->ris &= ~value;
    if (m->unseen) {
        m->unseen = false;
        latch_rx(m);
    }
}

static void write_register(struct pl011_model *m, uint32_t reg, uint32_t value)
{
    switch (reg) {
    case UARTRSR:
        m->rsr = 0;
        break;
    case UARTILPR:
        m->ilpr = (uint8_t)(value & ILPR_MASK);
        break;
    case UARTIBRD:
        m->ibrd = (uint16_t)(value & IBRD_MASK);
        break;
    case UARTFBRD:
        m->fbrd = (uint8_t)(value & FBRD_MASK);
        break;
    case UARTLCR_H:
        write_lcr_h(m, value);
        break;
    case UARTCR:
        write_cr(m, value);
        break;
    case UARTIFLS:
        m->ifls = (uint8_t)(value & IFLS_MASK);
        latch_rx(m);
        break;
    case UARTIMSC:
        m->imsc = (uint16_t)(value & INT_MASK);
        if (rx_used(m) >= rx_trigger(m))
            m->ris |= UARTINT_RX;
        break;
    case UARTICR:
        write_icr(m, value);
        break;
    case UARTDMACR: /* kept, but there is no DMA controller to ask */
        m->dmacr = (uint8_t)(value & DMACR_MASK);
        break;
    default: /* reserved or read-only: ignored */
        break;
    }
}

static enum mmio_result do_read(struct pl011_model *m, struct mmio *mmio, uint32_t reg)
{
    enum mmio_result result = MMIO_OK;

    if (reg == UARTFR) {
        mmio->value = read_fr(m);
        /* The guest waits for the console; let it come through. */
        if (mmio->value & UARTFR_TXFF)
            result = MMIO_YIELD;
    } else if (reg == UARTDR) {
        mmio->value = read_dr(m);
    } else {
        mmio->value = read_register(m, reg);
    }
    if (mmio->size < 4)
        mmio->value &= BIT(8 * mmio->size) - 1;
    return result;
}

/* A narrow access means the register it lies in, its value zero-extended, as in QEMU. */
enum mmio_result pl011_model_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio)
{
    struct pl011_model *m = dev;
    uint32_t reg = mmio->offset / 4;

    (void)vcpu;
    if (!mmio->write)
        return do_read(m, mmio, reg);
    if (reg == UARTDR)
        return write_dr(m, (uint8_t)mmio->value) ? MMIO_OK : MMIO_RETRY;
    spin_lock(&m->lock);
    write_register(m, reg, mmio->value);
    set_line(m);
    spin_unlock(&m->lock);
    return MMIO_OK;
}

void pl011_model_init(struct pl011_model *m, struct vm *vm, struct console_channel *channel)
{
    *m = (struct pl011_model){
        .vm = vm,
        .channel = channel,
        .lock = SPINLOCK_INIT,
        .cr = CR_RESET,
        .ifls = IFLS_RESET,
    };
    channel->owner = m;
    channel->rx_available = rx_available;
    channel->tx_room = tx_room;
}

void pl011_model_reset(struct pl011_model *m)
{
    spin_lock(&m->lock);
    ring_clear(&m->channel->rx);
    m->ris = 0;
    m->unseen = false;
    m->overrun = false;
    m->loop_first = 0;
    m->loop_used = 0;
    m->rsr = 0;
    m->ilpr = 0;
    m->ibrd = 0;
    m->fbrd = 0;
    m->lcr_h = 0;
    m->cr = CR_RESET;
    m->ifls = IFLS_RESET;
    m->imsc = 0;
    m->dmacr = 0;
    set_line(m);
    spin_unlock(&m->lock);
}
