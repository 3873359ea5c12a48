/* UNIT: vcpu/emulate.c vcpu/decode.c vcpu/decode_thumb.c */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses to an emulated device, from the syndrome to the registers: a device that is plain memory
 * stands for all. The last tests run random loads and stores; built for Arm, each is also executed
 * by the (emulated) processor itself on the same memory and registers, and must leave the same.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/arch/hsr.h"
#include "hyp/arch/sysreg.h"
#include "hyp/core/log.h"
#include "hyp/lib/util.h"
#include "tests/unit/native.h"
#include "vcpu/decode.h"
#include "vcpu/emulate.h"
#include "vcpu/gva.h"
#include "vcpu/inject.h"
#include "vcpu/vcpu.h"

/* Where the guest sees its device, and where that lies. They differ, so that none is taken for the
 * other. The slot is shorter than its page. */
#define DEV_VA    NATIVE_DATA
#define DEV_IPA   UINT32_C(0x09000000)
#define DEV_BYTES 0xf00u
#define CODE_PC   NATIVE_INSN

enum outcome { NOTHING, STEPPED, DABT, ALIGNMENT, WALK };

static struct vm vm;
static struct vcpu vcpu;
static uint32_t reg[15]; /* r0 to r14 of the current mode */
static uint8_t device[4096];
static uint8_t code[8];            /* at CODE_PC */
static unsigned int code_readable; /* bytes from CODE_PC that can be fetched */
static unsigned int calls, refuse_call, yield_call, retry_call;
static enum outcome outcome;
static uint32_t far;
static bool far_write, far_cm;
static unsigned int logged;

/* ---- what the emulation calls ---- */

uint32_t vcpu_reg(const struct vcpu *v, unsigned int n)
{
    assert_true(n <= 15);
    return n == 15 ? v->frame.pc : reg[n];
}

void vcpu_set_reg(struct vcpu *v, unsigned int n, uint32_t value)
{
    (void)v;
    assert_true(n < 15);
    reg[n] = value;
}

static void finish(enum outcome how)
{
    assert_int_equal(outcome, NOTHING);
    outcome = how;
}

void vcpu_skip(struct vcpu *v, unsigned int len)
{
    finish(STEPPED);
    v->frame.pc += len;
}

void inject_dabt_fault(struct vcpu *v, enum exception_fault fault, uint32_t va, bool write, bool cm)
{
    (void)v;
    assert_true(fault == FAULT_ALIGNMENT || fault == FAULT_EXTERNAL);
    finish(fault == FAULT_ALIGNMENT ? ALIGNMENT : DABT);
    far = va;
    far_write = write;
    far_cm = cm;
}

void inject_dabt_walk(struct vcpu *v, uint32_t va, uint64_t ipa, bool write, bool cm)
{
    (void)v;
    finish(WALK);
    assert_int_equal(ipa, (uint64_t)DEV_IPA + 4);
    far = va;
    far_write = write;
    far_cm = cm;
}

void inject_dabt(struct vcpu *v, uint32_t va, bool write)
{
    inject_dabt_fault(v, FAULT_EXTERNAL, va, write, false);
}

const struct mmio_slot *vm_find_slot(const struct vm *m, uint64_t ipa, unsigned int size)
{
    assert_true(size >= 1 && size <= 8);
    for (unsigned int i = 0; i < m->nr_slots; i++) {
        const struct mmio_slot *slot = &m->slot[i];

        if (ipa >= slot->base && ipa + size <= (uint64_t)slot->base + slot->size) {
            return slot;
        }
    }
    return NULL;
}

int gva_fetch(struct vcpu *v, uint32_t va, void *buf, unsigned int len)
{
    (void)v;
    if (va < CODE_PC || va - CODE_PC + len > code_readable) {
        return -EFAULT;
    }
    memcpy(buf, &code[va - CODE_PC], len);
    return 0;
}

void log_guest(const char *guest, const char *fmt, ...)
{
    assert_string_equal(guest, "guest");
    assert_non_null(fmt);
    logged++;
}

/* The device: little-endian memory that checks what mmio.h promises it. */
static enum mmio_result memory(struct vcpu *v, void *dev, struct mmio *mmio)
{
    uint8_t *at = (uint8_t *)dev + mmio->offset;

    assert_ptr_equal(v, &vcpu);
    assert_true(mmio->size == 1 || mmio->size == 2 || mmio->size == 4);
    assert_int_equal(mmio->offset % mmio->size, 0);
    assert_true(mmio->offset + mmio->size <= 0x1000);
    calls++;
    if (calls == refuse_call) {
        return MMIO_ABORT;
    }
    if (calls == retry_call) {
        return MMIO_RETRY;
    }
    if (mmio->write) {
        assert_true(mmio->size == 4 || mmio->value >> (8 * mmio->size) == 0);
        for (unsigned int i = 0; i < mmio->size; i++) {
            at[i] = (uint8_t)(mmio->value >> (8 * i));
        }
    } else {
        assert_int_equal(mmio->value, 0);
        for (unsigned int i = 0; i < mmio->size; i++) {
            mmio->value |= (uint32_t)at[i] << (8 * i);
        }
    }
    return calls == yield_call ? MMIO_YIELD : MMIO_OK;
}

/* ---- scenes ---- */

static int scene(void **state)
{
    (void)state;
    memset(&vm, 0, sizeof(vm));
    memset(&vcpu, 0, sizeof(vcpu));
    vm.name = "guest";
    vm.nr_slots = 1;
    vm.slot[0] = (struct mmio_slot){
        .base = DEV_IPA, .size = DEV_BYTES, .fn = memory, .dev = device, .name = "memory"};
    vcpu.vm = &vm;
    vcpu.frame.pc = CODE_PC;
    vcpu.frame.cpsr = PSR_SVC;
    for (unsigned int i = 0; i < 15; i++) {
        reg[i] = 0x11111111u * i;
    }
    for (unsigned int i = 0; i < sizeof(device); i++) {
        device[i] = (uint8_t)(0x80 + i);
    }
    memset(code, 0, sizeof(code));
    code_readable = sizeof(code);
    calls = refuse_call = yield_call = retry_call = logged = 0;
    outcome = NOTHING;
    far = 0;
    return 0;
}

#define DABT_HSR ((uint32_t)HSR_EC_DABT << 26 | HSR_FSC_TRANSLATION | 3)
#define SYNDROME(size_log2, srt) \
    (DABT_HSR | HSR_IL | HSR_DABT_ISV | (uint32_t)(size_log2) << 22 | (uint32_t)(srt) << 16)

static enum verdict access_at(uint32_t hsr, uint32_t offset)
{
    return emulate_dabt(&vcpu, hsr, DEV_VA + offset, (uint64_t)DEV_IPA + offset);
}

static void put_code(uint32_t insn, bool thumb)
{
    if (!thumb) {
        memcpy(code, &insn, 4);
        vcpu.frame.cpsr &= ~(uint32_t)PSR_T;
        return;
    }
    vcpu.frame.cpsr |= PSR_T;
    if (insn > 0xffff) {
        insn = insn >> 16 | insn << 16;
    }
    memcpy(code, &insn, 4);
}

static void device_untouched(void)
{
    for (unsigned int i = 0; i < sizeof(device); i++) {
        assert_int_equal(device[i], (uint8_t)(0x80 + i));
    }
}

static void registers_untouched(void)
{
    for (unsigned int i = 0; i < 15; i++) {
        assert_int_equal(reg[i], 0x11111111u * i);
    }
    assert_int_equal(vcpu.frame.pc, CODE_PC);
}

/* ---- with a valid syndrome ---- */

static void loads_are_extended_as_the_syndrome_says(void **state)
{
    static const struct {
        uint32_t size_log2, sse, expect;
    } row[] = {{0, 0, 0x84},       {0, 1, 0xffffff84}, {1, 0, 0x8584},
               {1, 1, 0xffff8584}, {2, 0, 0x87868584}, {2, 1, 0x87868584}};

    for (unsigned int i = 0; i < ARRAY_SIZE(row); i++) {
        scene(state);
        assert_int_equal(
            access_at(SYNDROME(row[i].size_log2, 5) | (row[i].sse ? HSR_DABT_SSE : 0), 4),
            VERDICT_RESUME);
        assert_int_equal(reg[5], row[i].expect);
        assert_int_equal(outcome, STEPPED);
        assert_int_equal(vcpu.frame.pc, CODE_PC + 4);
        assert_int_equal(calls, 1);
    }
    scene(state);
    device[4] = 0x7f; /* positive */
    access_at(SYNDROME(0, 14) | HSR_DABT_SSE, 4);
    assert_int_equal(reg[14], 0x7f);
}

static void stores_reach_the_device_in_their_width_only(void **state)
{
    for (unsigned int size_log2 = 0; size_log2 < 3; size_log2++) {
        scene(state);
        reg[7] = 0x01020304;
        access_at(SYNDROME(size_log2, 7) | HSR_DABT_WNR, 8);
        assert_int_equal(device[7], 0x87);
        assert_int_equal(device[8], 4);
        assert_int_equal(device[9], size_log2 > 0 ? 3 : 0x89);
        assert_int_equal(device[10], size_log2 > 1 ? 2 : 0x8a);
        assert_int_equal(device[12], 0x8c);
        assert_int_equal(reg[7], 0x01020304);
    }
}

static void a_big_endian_guest_sees_its_bytes_swapped(void **state)
{
    scene(state);
    vcpu.frame.cpsr |= PSR_E;
    access_at(SYNDROME(2, 1), 4);
    assert_int_equal(reg[1], 0x84858687);
    outcome = NOTHING;
    access_at(SYNDROME(1, 1) | HSR_DABT_SSE, 4);
    assert_int_equal(reg[1], 0xffff8485);
    outcome = NOTHING;
    access_at(SYNDROME(0, 1), 4);
    assert_int_equal(reg[1], 0x84);
    outcome = NOTHING;
    reg[1] = 0xaabbccdd;
    access_at(SYNDROME(1, 1) | HSR_DABT_WNR, 4);
    assert_int_equal(device[4], 0xcc);
    assert_int_equal(device[5], 0xdd);
    assert_int_equal(device[6], 0x86);
}

static void a_thumb_instruction_of_two_bytes_is_stepped_over_by_two(void **state)
{
    scene(state);
    vcpu.frame.cpsr |= PSR_T;
    access_at(SYNDROME(2, 1) & ~HSR_IL, 4);
    assert_int_equal(vcpu.frame.pc, CODE_PC + 2);
}

static void an_unaligned_access_is_an_alignment_fault_before_the_device_sees_it(void **state)
{
    for (uint32_t offset = 0; offset < 8; offset++) {
        for (unsigned int size_log2 = 0; size_log2 < 3; size_log2++) {
            bool aligned = (offset & (BIT(size_log2) - 1)) == 0;

            scene(state);
            access_at(SYNDROME(size_log2, 1) | HSR_DABT_WNR, offset);
            assert_int_equal(outcome, aligned ? STEPPED : ALIGNMENT);
            assert_int_equal(calls, aligned ? 1 : 0);
            if (!aligned) {
                assert_int_equal(far, DEV_VA + offset);
                assert_true(far_write);
                registers_untouched();
            }
        }
    }
}

static void where_no_device_is_the_bus_answers_with_an_abort(void **state)
{
    static const uint64_t ipa[] = {DEV_IPA - 4, DEV_IPA + DEV_BYTES,      0,
                                   0xfffffffc,  0x100000000ull + DEV_IPA, 0xfffffffffcull};

    for (unsigned int i = 0; i < ARRAY_SIZE(ipa); i++) {
        for (unsigned int isv = 0; isv < 2; isv++) {
            scene(state);
            put_code(0xe8910006, false); /* ldmia r1, {r1, r2} */
            emulate_dabt(&vcpu, isv ? SYNDROME(2, 1) : DABT_HSR,
                         DEV_VA + (uint32_t)(ipa[i] & 0xfff), ipa[i]);
            assert_int_equal(outcome, DABT);
            assert_int_equal(far, DEV_VA + (uint32_t)(ipa[i] & 0xfff));
            assert_false(far_write);
            assert_int_equal(logged, 1);
            assert_int_equal(calls, 0);
            registers_untouched();
        }
    }
}

static void an_access_that_sticks_out_of_its_slot_is_an_abort(void **state)
{
    scene(state);
    vm.slot[0].size = 0xefe;
    access_at(SYNDROME(2, 1), 0xefc);
    assert_int_equal(outcome, DABT);
    assert_int_equal(calls, 0);
}

static void what_a_device_refuses_aborts_and_leaves_the_registers(void **state)
{
    for (unsigned int write = 0; write < 2; write++) {
        scene(state);
        refuse_call = 1;
        assert_int_equal(access_at(SYNDROME(2, 3) | (write ? HSR_DABT_WNR : 0), 4), VERDICT_RESUME);
        assert_int_equal(outcome, DABT);
        assert_int_equal(far_write, write);
        registers_untouched();
        device_untouched();
    }
}

static void a_device_that_waits_makes_the_vcpu_yield_after_the_instruction(void **state)
{
    scene(state);
    yield_call = 1;
    assert_int_equal(access_at(SYNDROME(2, 3), 4), VERDICT_YIELD);
    assert_int_equal(reg[3], 0x87868584);
    assert_int_equal(outcome, STEPPED);
}

static void a_device_that_is_not_ready_gets_the_same_instruction_again(void **state)
{
    for (unsigned int isv = 0; isv < 2; isv++) {
        scene(state);
        put_code(0xe8b1003c, false); /* ldmia r1!, {r2-r5} */
        reg[1] = DEV_VA + 16;
        retry_call = 1;
        assert_int_equal(access_at(isv ? SYNDROME(2, 3) : DABT_HSR, 16), VERDICT_YIELD);
        assert_int_equal(outcome, NOTHING);
        assert_int_equal(reg[1], DEV_VA + 16);
        reg[1] = 0x11111111;
        registers_untouched();
    }
}

static void reserved_sizes_and_loads_of_the_pc_do_no_harm(void **state)
{
    scene(state);
    access_at(SYNDROME(3, 3), 8);
    assert_int_equal(outcome, DABT);
    assert_int_equal(calls, 0);
    scene(state);
    access_at(SYNDROME(2, 15), 8);
    assert_int_equal(outcome, DABT);
    registers_untouched();
    scene(state);
    access_at(SYNDROME(2, 15) | HSR_DABT_WNR, 0);
    assert_int_equal(outcome, STEPPED);
    assert_int_equal(device[0] | device[1] << 8, (CODE_PC + 8) & 0xffff);
}

/* ---- what is not a plain access ---- */

static void a_table_walk_into_a_device_aborts_the_walk(void **state)
{
    scene(state);
    put_code(0xe8910006, false);
    access_at(DABT_HSR | HSR_ABT_S1PTW | HSR_DABT_WNR, 4);
    assert_int_equal(outcome, WALK);
    assert_true(far_write);
    assert_false(far_cm);
    scene(state);
    access_at(DABT_HSR | HSR_ABT_S1PTW | HSR_DABT_CM, 4);
    assert_int_equal(outcome, WALK);
    assert_true(far_cm);
    assert_int_equal(calls, 0);
}

static void cache_maintenance_of_a_device_is_stepped_over(void **state)
{
    scene(state);
    vcpu.frame.cpsr |= PSR_T;
    access_at((DABT_HSR | HSR_DABT_CM | HSR_DABT_WNR) & ~HSR_IL, 6); /* IL is UNKNOWN */
    assert_int_equal(outcome, STEPPED);
    assert_int_equal(vcpu.frame.pc, CODE_PC + 4);
    assert_int_equal(calls, 0);
}

/* ---- without a valid syndrome ---- */

static void load_multiple_stops_whole_at_the_end_of_the_slot(void **state)
{
    scene(state);
    put_code(0xe8b1003c, false); /* ldmia r1!, {r2-r5} */
    reg[1] = DEV_VA + DEV_BYTES - 8;
    access_at(DABT_HSR, DEV_BYTES - 8);
    assert_int_equal(outcome, DABT);
    assert_int_equal(far, DEV_VA + DEV_BYTES);
    assert_int_equal(calls, 0);
    assert_int_equal(reg[1], DEV_VA + DEV_BYTES - 8);
    assert_int_equal(reg[2], 0x22222222);
}

static void load_multiple_crosses_from_one_slot_to_the_next(void **state)
{
    scene(state);
    vm.slot[1] = vm.slot[0];
    vm.slot[1].base = DEV_IPA + DEV_BYTES;
    vm.slot[1].size = 0x100;
    vm.nr_slots = 2;
    put_code(0xe8b1003c, false);
    reg[1] = DEV_VA + DEV_BYTES - 8;
    access_at(DABT_HSR, DEV_BYTES - 8);
    assert_int_equal(outcome, STEPPED);
    assert_int_equal(reg[1], DEV_VA + DEV_BYTES + 8);
    assert_int_equal(reg[4], 0x83828180); /* the second device's first word */
}

static void nothing_beyond_the_page_that_faulted_is_touched(void **state)
{
    scene(state);
    vm.slot[0].size = 0x2000;
    put_code(0xe8b1003c, false);
    reg[1] = DEV_VA + 0xff8;
    access_at(DABT_HSR, 0xff8);
    assert_int_equal(outcome, DABT);
    assert_int_equal(far, DEV_VA + 0xff8);
    assert_int_equal(calls, 0);

    /* The other way: it began in the page before, and faulted where the device begins. */
    scene(state);
    put_code(0xe8b1003c, false);
    reg[1] = DEV_VA - 8;
    access_at(DABT_HSR, 0);
    assert_int_equal(outcome, DABT);
    assert_int_equal(far, DEV_VA);
    assert_int_equal(calls, 0);

    /* Around the end of the address space. */
    scene(state);
    put_code(0xe8b1003c, false);
    reg[1] = 0xfffffff8;
    emulate_dabt(&vcpu, DABT_HSR, 0xfffffff8, DEV_IPA + 0xef8);
    assert_int_equal(outcome, DABT);
    assert_int_equal(calls, 0);
}

static void a_refusal_in_the_middle_restores_the_base_and_every_register(void **state)
{
    for (unsigned int nth = 1; nth <= 4; nth++) {
        scene(state);
        put_code(0xe8b1003c, false);
        reg[1] = DEV_VA + 16;
        refuse_call = nth;
        access_at(DABT_HSR, 16);
        assert_int_equal(outcome, DABT);
        assert_int_equal(far, DEV_VA + 16 + 4 * (nth - 1));
        assert_int_equal(calls, nth);
        reg[1] = 0x11111111;
        registers_untouched();
    }
}

static void a_yield_in_the_middle_still_finishes_the_instruction(void **state)
{
    scene(state);
    put_code(0xe8b1003c, false);
    reg[1] = DEV_VA + 16;
    yield_call = 2;
    assert_int_equal(access_at(DABT_HSR, 16), VERDICT_YIELD);
    assert_int_equal(outcome, STEPPED);
    assert_int_equal(reg[1], DEV_VA + 32);
    assert_int_equal(reg[5], 0x9f9e9d9c);
}

static void an_unaligned_double_is_an_alignment_fault(void **state)
{
    scene(state);
    put_code(0xe1c120d0, false); /* ldrd r2, r3, [r1] */
    reg[1] = DEV_VA + 18;
    access_at(DABT_HSR, 18);
    assert_int_equal(outcome, ALIGNMENT);
    assert_int_equal(calls, 0);
}

static void an_instruction_that_another_cpu_rewrote_gets_nothing(void **state)
{
    /* The hardware reported a read; memory now has a store. */
    scene(state);
    put_code(0xe8a1003c, false); /* stmia r1!, {r2-r5} */
    reg[1] = DEV_VA + 16;
    access_at(DABT_HSR, 16);
    assert_int_equal(outcome, DABT);
    assert_int_equal(calls, 0);
    device_untouched();

    /* It reported another address. */
    for (int delta = -4; delta <= 16; delta += 20) {
        scene(state);
        put_code(0xe8b1003c, false);
        reg[1] = DEV_VA + 64;
        access_at(DABT_HSR, 64 + (uint32_t)delta);
        assert_int_equal(outcome, DABT);
        assert_int_equal(calls, 0);
    }
}

static void an_instruction_that_cannot_be_fetched_or_decoded_is_an_abort(void **state)
{
    scene(state);
    code_readable = 0;
    access_at(DABT_HSR, 16);
    assert_int_equal(outcome, DABT);
    assert_int_equal(logged, 1);

    scene(state);
    put_code(0xe1910f9f, false); /* ldrex r0, [r1] */
    reg[1] = DEV_VA + 16;
    access_at(DABT_HSR, 16);
    assert_int_equal(outcome, DABT);
    assert_int_equal(calls, 0);

    /* The second half of a 32-bit Thumb instruction is out of reach; a 16-bit one needs none. */
    scene(state);
    put_code(0xe9d12300, true); /* ldrd r2, r3, [r1] */
    reg[1] = DEV_VA + 16;
    code_readable = 2;
    access_at(DABT_HSR, 16);
    assert_int_equal(outcome, DABT);
    scene(state);
    put_code(0xc90c, true); /* ldmia r1!, {r2, r3} */
    reg[1] = DEV_VA + 16;
    code_readable = 2;
    access_at(DABT_HSR, 16);
    assert_int_equal(outcome, STEPPED);
    assert_int_equal(vcpu.frame.pc, CODE_PC + 2);
    assert_int_equal(reg[1], DEV_VA + 24);
}

static void a_literal_is_relative_to_the_aligned_pc(void **state)
{
    /* The device at the very page the code is in, as far as addresses go. */
    scene(state);
    put_code(0xe9df2302, true); /* ldrd r2, r3, [pc, #8] */
    vcpu.frame.pc = CODE_PC + 2;
    memmove(&code[2], &code[0], 4);
    emulate_dabt(&vcpu, DABT_HSR, CODE_PC + 4 + 8, DEV_IPA + ((CODE_PC + 12) & 0xfff));
    assert_int_equal(outcome, STEPPED);
    assert_int_equal(reg[2] & 0xff, 0x80 + ((CODE_PC + 12) & 0x7f));
}

/* ---- random instructions, beside the processor ---- */

static uint32_t seed;

static uint32_t rnd(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed ^ seed >> 15;
}

/* A random instruction among the loads and stores, well-formed or not. */
static uint32_t random_insn(bool thumb)
{
    static const uint32_t arm[][2] = {/* fixed bits, free bits */
                                      {0xe4000000, 0x01ffffff},
                                      {0xe6000000, 0x01ffffef},
                                      {0xe0000090, 0x01ff0f6f},
                                      {0xe0400090, 0x01bfff6f},
                                      {0xe8000000, 0x01bfffff}};
    static const uint32_t t32[][2] = {{0xe8800000, 0x013f5fff},
                                      {0xe8400000, 0x01bfffff},
                                      {0xf8000000, 0x01ff003f},
                                      {0xf8000800, 0x01fff7ff},
                                      {0xf8800000, 0x017fffff}};
    const uint32_t *form;

    if (!thumb) {
        form = arm[rnd() % ARRAY_SIZE(arm)];
        return form[0] | (rnd() & form[1]);
    }
    if (rnd() & 1) {
        return 0x4800 + rnd() % (0xd000 - 0x4800);
    }
    form = t32[rnd() % ARRAY_SIZE(t32)];
    return form[0] | (rnd() & form[1]);
}

/*
 * Fills the registers so that the access falls into the device. Returns its lowest address, or 0
 * when it cannot be placed there (the base is also the index or the PC) or is not aligned.
 */
static uint32_t place(const struct access *a, bool carry)
{
    uint32_t bytes = (uint32_t)a->count * a->size, address, off;

    for (unsigned int i = 0; i < 15; i++) {
        reg[i] = rnd() << 16 ^ rnd();
    }
    if (a->base == 15) {
        return 0;
    }
    if (a->indexed && (rnd() & 3)) {
        reg[a->index] = rnd() & 0xff;
    }
    address = DEV_VA + ALIGN_DOWN(rnd() % (DEV_BYTES - bytes), (uint32_t)a->size);
    off = a->indexed ? decode_offset(a, reg[a->index], carry) : 0;
    reg[a->base] = address - (uint32_t)a->start - (a->pre ? off : 0);
    /* Again, for a base that is its own index. */
    off = a->indexed ? decode_offset(a, reg[a->index], carry) : 0;
    address = reg[a->base] + (uint32_t)a->start + (a->pre ? off : 0);
    if (address < DEV_VA || address - DEV_VA > DEV_BYTES - bytes || address % a->size != 0) {
        return 0;
    }
    return address;
}

/* One random instruction on random registers. Returns whether one was run. */
static bool one_random_access(bool thumb, bool big_endian)
{
    struct native native = {.thumb = thumb, .big_endian = big_endian};
    uint32_t flags = rnd() & 0xf0000000u, address;
    struct access a;

    scene(NULL);
    native.insn = random_insn(thumb);
    native.flags = flags;
    if (decode_access(native.insn, thumb, &a) != 0) {
        return false;
    }
    address = place(&a, flags & 0x20000000u);
    if (address == 0) {
        return false;
    }
    memcpy(native.reg, reg, sizeof(reg));
    memcpy(native.memory, device, sizeof(device));

    put_code(native.insn, thumb);
    vcpu.frame.cpsr = PSR_USR | flags | (thumb ? PSR_T : 0) | (big_endian ? PSR_E : 0);
    access_at(DABT_HSR | (a.load ? 0 : HSR_DABT_WNR), address - DEV_VA);
    assert_int_equal(outcome, STEPPED);
    assert_int_equal(calls, a.count);
    assert_int_equal(vcpu.frame.pc - CODE_PC, thumb && native.insn <= 0xffff ? 2 : 4);

    if (native_run(&native)) {
        if (memcmp(native.reg, reg, sizeof(reg)) != 0 ||
            memcmp(native.memory, device, sizeof(device)) != 0) {
            fail_msg("0x%08x (%s) does something else on the processor", (unsigned int)native.insn,
                     thumb ? "Thumb" : "ARM");
        }
    } else if (a.load) { /* at least: only the base and what is loaded change */
        assert_memory_equal(native.memory, device, sizeof(device));
    }
    return true;
}

static int close_native(void **state)
{
    (void)state;
    native_close();
    return 0;
}

static void random_accesses(bool thumb, bool big_endian)
{
    unsigned int run = 0;

    seed = thumb ? 12345 : 54321;
    while (run < 20000) {
        run += one_random_access(thumb, big_endian);
    }
}

static void random_arm_loads_and_stores_do_what_the_processor_does(void **state)
{
    (void)state;
    assert_int_equal(native_open(), 0);
    random_accesses(false, false);
    random_accesses(false, true);
}

static void random_thumb_loads_and_stores_do_what_the_processor_does(void **state)
{
    (void)state;
    assert_int_equal(native_open(), 0);
    random_accesses(true, false);
    random_accesses(true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_are_extended_as_the_syndrome_says),
        cmocka_unit_test(stores_reach_the_device_in_their_width_only),
        cmocka_unit_test(a_big_endian_guest_sees_its_bytes_swapped),
        cmocka_unit_test(a_thumb_instruction_of_two_bytes_is_stepped_over_by_two),
        cmocka_unit_test(an_unaligned_access_is_an_alignment_fault_before_the_device_sees_it),
        cmocka_unit_test(where_no_device_is_the_bus_answers_with_an_abort),
        cmocka_unit_test(an_access_that_sticks_out_of_its_slot_is_an_abort),
        cmocka_unit_test(what_a_device_refuses_aborts_and_leaves_the_registers),
        cmocka_unit_test(a_device_that_waits_makes_the_vcpu_yield_after_the_instruction),
        cmocka_unit_test(a_device_that_is_not_ready_gets_the_same_instruction_again),
        cmocka_unit_test(reserved_sizes_and_loads_of_the_pc_do_no_harm),
        cmocka_unit_test(a_table_walk_into_a_device_aborts_the_walk),
        cmocka_unit_test(cache_maintenance_of_a_device_is_stepped_over),
        cmocka_unit_test(load_multiple_stops_whole_at_the_end_of_the_slot),
        cmocka_unit_test(load_multiple_crosses_from_one_slot_to_the_next),
        cmocka_unit_test(nothing_beyond_the_page_that_faulted_is_touched),
        cmocka_unit_test(a_refusal_in_the_middle_restores_the_base_and_every_register),
        cmocka_unit_test(a_yield_in_the_middle_still_finishes_the_instruction),
        cmocka_unit_test(an_unaligned_double_is_an_alignment_fault),
        cmocka_unit_test(an_instruction_that_another_cpu_rewrote_gets_nothing),
        cmocka_unit_test(an_instruction_that_cannot_be_fetched_or_decoded_is_an_abort),
        cmocka_unit_test(a_literal_is_relative_to_the_aligned_pc),
        cmocka_unit_test_teardown(random_arm_loads_and_stores_do_what_the_processor_does,
                                  close_native),
        cmocka_unit_test_teardown(random_thumb_loads_and_stores_do_what_the_processor_does,
                                  close_native),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
