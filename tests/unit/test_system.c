/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: guests/system.c guests/system_error.c guests/system_guest.c guests/system_layout.c */
/* UNIT: guests/system_node.c guests/system_place.c guests/system_print.c guests/guest_fdt.c */
/* UNIT: guests/guest_fdt_patch.c guests/payload.c guests/payload_elf.c guests/payload_uimage.c */
/* UNIT: hyp/lib/fdt_check.c hyp/lib/vsnprintf.c mm/frames.c */
/*
 * system_parse() as its callers see it: values and defaults, the difference between "no system" and
 * "a wrong system", memory that runs out, and blobs spoiled at every byte. The messages are held
 * by tests/system, for the host and the target.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "guests/system.h"
#include "hyp/lib/vsnprintf.h"

static const uint8_t loop[4] = {0xfe, 0xff, 0xff, 0xea}; /* b . */

static _Alignas(8) uint8_t blob[1 << 16];
static _Alignas(8) uint8_t memory[SYSTEM_ARENA_SIZE];
static struct system_arena arena;
static struct board board;
static struct frames frames;
static struct system sys;
static struct system_error error;

static int setup(void **state)
{
    (void)state;
    board = (struct board){.midr = 0x412fc0f1,
                           .ncpus = 4,
                           .nbanks = 1,
                           .bank = {{.base = 0x80000000, .size = 0x40000000}}};
    return 0;
}

/* ---------------------------------------------------------------- writing trees */

static void ok(int rc)
{
    assert_true(rc >= 0);
}

static void string(const char *name, const char *value)
{
    ok(fdt_property(blob, name, value, (int)strlen(value) + 1));
}

static void cell(const char *name, uint32_t value)
{
    ok(fdt_property_u32(blob, name, value));
}

static void cells(const char *name, const uint32_t *value, unsigned int count)
{
    uint32_t big[16];

    for (unsigned int i = 0; i < count; i++) {
        big[i] = cpu_to_fdt32(value[i]);
    }
    ok(fdt_property(blob, name, big, (int)(count * 4)));
}

static void begin_system(void)
{
    memset(blob, 0, sizeof(blob));
    ok(fdt_create(blob, sizeof(blob)));
    ok(fdt_finish_reservemap(blob));
    ok(fdt_begin_node(blob, ""));
    string("compatible", "skep,system");
    ok(fdt_begin_node(blob, "guests"));
}

static void kernel(void)
{
    ok(fdt_begin_node(blob, "kernel"));
    ok(fdt_property(blob, "data", loop, sizeof(loop)));
    ok(fdt_end_node(blob));
}

static void begin_guest(const char *name)
{
    ok(fdt_begin_node(blob, name));
    string("compatible", "skep,guest");
}

/* A whole guest with `vcpus` vCPUs; count 0 leaves the CPUs to the rule. */
static void guest(const char *name, uint32_t bytes, uint32_t vcpus, const uint32_t *cpu,
                  unsigned int count)
{
    begin_guest(name);
    cell("memory", bytes);
    cell("vcpus", vcpus);
    if (count != 0) {
        cells("cpus", cpu, count);
    }
    kernel();
    ok(fdt_end_node(blob));
}

static void end_system(void)
{
    ok(fdt_end_node(blob));
    ok(fdt_end_node(blob));
    ok(fdt_finish(blob));
}

static void fill_frames(void)
{
    frames_init(&frames);
    for (unsigned int i = 0; i < board.nbanks; i++) {
        ok(frames_add_bank(&frames, PADDR(board.bank[i].base), board.bank[i].size));
    }
}

static int parse_with(const void *tree, uint64_t room, size_t arena_size)
{
    arena = (struct system_arena){.base = memory, .size = arena_size};
    fill_frames();
    return system_parse(tree, room, &board, &frames, &arena, &sys, &error);
}

static int parse(void)
{
    return parse_with(blob, fdt_totalsize(blob), sizeof(memory));
}

static void accepts(void)
{
    if (parse() != 0) {
        fail_msg("refused: %s: %s: %s", error.path, error.property, error.text);
    }
}

static void refuses(const char *message)
{
    char text[SYSTEM_MESSAGE_MAX];

    assert_int_equal(parse(), -EINVAL);
    system_error_message(&error, text, sizeof(text));
    assert_string_equal(text, message);
}

/* ---------------------------------------------------------------- values */

static void a_bare_guest_has_the_defaults_of_the_binding(void **state)
{
    (void)state;
    begin_system();
    begin_guest("bare");
    cell("memory", 0x400000);
    kernel();
    ok(fdt_end_node(blob));
    end_system();
    accepts();
    assert_int_equal(sys.nguests, 1);
    assert_int_equal(sys.focus, 0); /* a lone guest */
    assert_int_equal(sys.all_off, SYSTEM_ALL_OFF_POWEROFF);
    assert_int_equal(sys.housekeeping_cpu, 0);
    assert_null(sys.model);
    assert_string_equal(sys.guest[0].name, "bare");
    assert_string_equal(sys.guest[0].bootargs, "");
    assert_int_equal(sys.guest[0].nvcpus, 1);
    assert_int_equal(sys.guest[0].cpu[0], 0);
    assert_int_equal(sys.guest[0].priority, 0);
    assert_int_equal(sys.guest[0].slice_us, 10000);
    assert_int_equal(sys.guest[0].on_crash, SYSTEM_RESTART);
    assert_int_equal(sys.guest[0].on_watchdog, SYSTEM_RESTART);
    assert_int_equal(sys.guest[0].on_reset, SYSTEM_RESTART);
    assert_int_equal(sys.guest[0].on_poweroff, SYSTEM_STOP);
    assert_int_equal(sys.guest[0].restart_count, 5);
    assert_int_equal(sys.guest[0].restart_s, 60);
    assert_false(sys.guest[0].trap_wfi);
    assert_int_equal(sys.guest[0].nbanks, 1);
    assert_int_equal(sys.guest[0].bank[0].ipa, 0x40000000);
    assert_int_equal(sys.guest[0].nroms, 0);
    assert_int_equal(sys.blob_size, fdt_totalsize(blob));
}

static void what_the_tree_says_replaces_the_defaults(void **state)
{
    const uint32_t limit[] = {0, 86400};

    (void)state;
    begin_system();
    begin_guest("g");
    cell("memory", 0x400000);
    cell("priority", 255);
    cell("slice-us", 100);
    string("on-crash", "stop");
    string("on-watchdog", "halt-system");
    string("on-reset", "halt-system");
    string("on-poweroff", "restart");
    cells("restart-limit", limit, 2);
    string("bootargs", "quiet");
    ok(fdt_property(blob, "trap-wfi", NULL, 0));
    kernel();
    ok(fdt_end_node(blob));
    end_system();
    accepts();
    assert_int_equal(sys.guest[0].priority, 255);
    assert_int_equal(sys.guest[0].slice_us, 100);
    assert_int_equal(sys.guest[0].on_crash, SYSTEM_STOP);
    assert_int_equal(sys.guest[0].on_watchdog, SYSTEM_HALT);
    assert_int_equal(sys.guest[0].on_reset, SYSTEM_HALT);
    assert_int_equal(sys.guest[0].on_poweroff, SYSTEM_RESTART);
    assert_int_equal(sys.guest[0].restart_count, 0);
    assert_int_equal(sys.guest[0].restart_s, 86400);
    assert_true(sys.guest[0].trap_wfi);
    assert_string_equal(sys.guest[0].bootargs, "quiet");
}

static void vcpus_without_a_cpu_go_where_the_fewest_are(void **state)
{
    const uint32_t one[] = {1}, many[] = {3, 3};

    (void)state;
    begin_system();
    guest("a", 0x400000, 1, one, 1);  /* CPU 1 */
    guest("b", 0x400000, 2, NULL, 0); /* the lowest that are empty: 0 and 2 */
    guest("c", 0x400000, 2, many, 2);
    guest("d", 0x400000, 4, NULL, 0); /* 0, 1 and 2 have one each, then 0 has as few as any */
    end_system();
    accepts();
    assert_memory_equal(sys.guest[1].cpu, ((uint8_t[]){0, 2}), 2);
    assert_memory_equal(sys.guest[2].cpu, ((uint8_t[]){3, 3}), 2);
    assert_memory_equal(sys.guest[3].cpu, ((uint8_t[]){0, 1, 2, 0}), 4);
    assert_int_equal(sys.focus, -1); /* several, and nobody is named */
}

static void ram_lies_on_blocks_and_no_two_guests_share_any(void **state)
{
    (void)state;
    begin_system();
    guest("a", 0x200000, 1, NULL, 0);
    guest("b", 0x601000, 1, NULL, 0);
    guest("c", 0x040000, 1, NULL, 0);
    guest("d", 0x10000000, 1, NULL, 0);
    end_system();
    accepts();
    for (unsigned int i = 0; i < sys.nguests; i++) {
        const struct system_bank *a = &sys.guest[i].bank[0];

        assert_true(a->pa.pa >= 0x80000000 && a->pa.pa + a->size <= 0xc0000000);
        assert_true(a->size < BLOCK_SIZE || a->pa.pa % BLOCK_SIZE == 0);
        for (unsigned int j = 0; j < i; j++) {
            const struct system_bank *b = &sys.guest[j].bank[0];

            assert_true(a->pa.pa >= b->pa.pa + b->size || b->pa.pa >= a->pa.pa + a->size);
        }
    }
}

static void ram_may_lie_above_4_gib(void **state)
{
    (void)state;
    board.bank[0] = (struct board_range){.base = 0x880000000, .size = 0x10000000};
    begin_system();
    guest("high", 0x400000, 1, NULL, 0);
    end_system();
    accepts();
    assert_true(sys.guest[0].bank[0].pa.pa == UINT64_C(0x88fc00000));
}

static void sixty_four_guests_are_possible(void **state)
{
    (void)state;
    begin_system();
    for (unsigned int i = 0; i < SYSTEM_MAX_GUESTS; i++) {
        char name[8];

        lib_snprintf(name, sizeof(name), "g%u", i);
        guest(name, 0x200000, 8, NULL, 0);
    }
    end_system();
    accepts();
    assert_int_equal(sys.nguests, SYSTEM_MAX_GUESTS);
    for (unsigned int i = 0; i < SYSTEM_MAX_GUESTS; i++) {
        assert_int_equal(
            fdt_check_full(sys.guest[i].segment[1].data.data, sys.guest[i].segment[1].data.size),
            0);
    }
}

/* ---------------------------------------------------------------- what is no system, what is wrong
 */

static void no_tree_and_another_tree_may_be_followed_by_the_next_blob(void **state)
{
    static const _Alignas(8) uint8_t zeros[64];

    (void)state;
    assert_int_equal(parse_with(zeros, sizeof(zeros), sizeof(memory)), -ENOEXEC);
    assert_int_equal(parse_with(zeros, 0, sizeof(memory)), -ENOEXEC);
    assert_string_equal(error.text, "is no device tree");
    ok(fdt_create(blob, sizeof(blob)));
    ok(fdt_finish_reservemap(blob));
    ok(fdt_begin_node(blob, ""));
    string("compatible", "linux,dummy-virt");
    ok(fdt_end_node(blob));
    ok(fdt_finish(blob));
    assert_int_equal(parse(), -ENOEXEC);
    assert_string_equal(error.property, "compatible");
}

static void a_blob_is_as_long_as_it_says_or_is_none(void **state)
{
    (void)state;
    begin_system();
    end_system();
    assert_int_equal(system_blob_size(blob, sizeof(blob)), fdt_totalsize(blob));
    assert_int_equal(system_blob_size(blob, fdt_totalsize(blob) - 1), 0);
    assert_int_equal(system_blob_size(blob, 39), 0);
    assert_int_equal(system_blob_size(blob, 0), 0);
    blob[0] = 0;
    assert_int_equal(system_blob_size(blob, sizeof(blob)), 0);
}

static void an_unaligned_blob_is_refused_not_read(void **state)
{
    (void)state;
    begin_system();
    guest("a", 0x400000, 1, NULL, 0);
    end_system();
    memmove(blob + 4, blob, fdt_totalsize(blob));
    assert_int_equal(parse_with(blob + 4, sizeof(blob) - 4, sizeof(memory)), -ENOEXEC);
}

static void a_control_character_never_reaches_the_message(void **state)
{
    (void)state;
    begin_system();
    begin_guest("g");
    cell("mem\033[2J", 0x400000);
    ok(fdt_end_node(blob));
    end_system();
    refuses("/guests/g: mem?[2J: unknown property; the nearest known is memory");
}

static void names_of_any_length_fit_into_the_message(void **state)
{
    char name[600];

    (void)state;
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    begin_system();
    begin_guest("g");
    cell(name, 1);
    ok(fdt_end_node(blob));
    end_system();
    assert_int_equal(parse(), -EINVAL);
    begin_system();
    begin_guest(name);
    ok(fdt_end_node(blob));
    end_system();
    assert_int_equal(parse(), -EINVAL);
    assert_true(strlen(error.path) < sizeof(error.path));
    assert_string_equal(error.text, "a guest's name has at most 31 characters");
}

static void two_guests_of_one_name_are_refused(void **state)
{
    (void)state;
    begin_system();
    guest("same", 0x400000, 1, NULL, 0);
    guest("same", 0x400000, 1, NULL, 0);
    end_system();
    refuses("/guests/same: there are two guests of this name");
}

/* ---------------------------------------------------------------- memory that runs out */

static void an_arena_of_any_size_is_enough_or_an_error(void **state)
{
    size_t needed;

    (void)state;
    begin_system();
    guest("a", 0x400000, 8, NULL, 0);
    guest("b", 0x400000, 1, NULL, 0);
    end_system();
    accepts();
    needed = arena.used;
    for (size_t size = 0; size < needed; size += 8) {
        assert_int_equal(parse_with(blob, fdt_totalsize(blob), size), -EINVAL);
        assert_non_null(strstr(error.text, "Skep's own memory for systems"));
    }
}

static void memory_in_pieces_is_not_more_than_its_largest_piece(void **state)
{
    (void)state;
    board.nbanks = 2;
    board.bank[0] = (struct board_range){.base = 0x40000000, .size = 0x10000000};
    board.bank[1] = (struct board_range){.base = 0x80000000, .size = 0x10000000};
    begin_system();
    guest("a", 0x10000000, 1, NULL, 0);
    guest("b", 0x10000000, 1, NULL, 0);
    end_system();
    accepts();
    begin_system();
    guest("a", 0x18000000, 1, NULL, 0);
    end_system();
    refuses(
        "/guests/a: memory: does not fit: Skep and the guests before it leave too little of the "
        "board's RAM in one piece");
}

/* ---------------------------------------------------------------- spoiled blobs */

static void count_line(void *context, const char *text)
{
    assert_true(strlen(text) < 160);
    (*(unsigned int *)context)++;
}

static uint32_t small_tree(void)
{
    begin_system();
    guest("a", 0x400000, 2, NULL, 0);
    end_system();
    return fdt_totalsize(blob);
}

/* An allocation of exactly `size` bytes, so that the sanitizer sees each access behind it. */
static void parse_exactly(const uint8_t *tree, size_t size)
{
    unsigned int lines = 0;
    void *copy = NULL;

    assert_int_equal(posix_memalign(&copy, 8, size), 0);
    memcpy(copy, tree, size);
    if (parse_with(copy, size, sizeof(memory)) == 0) {
        system_print(&sys, count_line, &lines);
        assert_true(lines >= 4);
    } else {
        assert_true(error.path[0] == '/' && error.text[0] != '\0');
    }
    free(copy);
}

static void a_tree_cut_anywhere_is_refused(void **state)
{
    uint32_t size = small_tree();

    (void)state;
    for (uint32_t cut = 1; cut < size; cut++) {
        parse_exactly(blob, cut);
        assert_true(sys.nguests == 0);
    }
}

static void a_tree_with_any_byte_changed_is_read_safely(void **state)
{
    static const uint8_t value[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    uint32_t size = small_tree();

    (void)state;
    for (uint32_t at = 0; at < size; at++) {
        uint8_t was = blob[at];

        for (unsigned int i = 0; i < ARRAY_SIZE(value); i++) {
            blob[at] = value[i];
            parse_exactly(blob, size);
        }
        blob[at] = was;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_bare_guest_has_the_defaults_of_the_binding, setup),
        cmocka_unit_test_setup(what_the_tree_says_replaces_the_defaults, setup),
        cmocka_unit_test_setup(vcpus_without_a_cpu_go_where_the_fewest_are, setup),
        cmocka_unit_test_setup(ram_lies_on_blocks_and_no_two_guests_share_any, setup),
        cmocka_unit_test_setup(ram_may_lie_above_4_gib, setup),
        cmocka_unit_test_setup(sixty_four_guests_are_possible, setup),
        cmocka_unit_test_setup(no_tree_and_another_tree_may_be_followed_by_the_next_blob, setup),
        cmocka_unit_test_setup(a_blob_is_as_long_as_it_says_or_is_none, setup),
        cmocka_unit_test_setup(an_unaligned_blob_is_refused_not_read, setup),
        cmocka_unit_test_setup(a_control_character_never_reaches_the_message, setup),
        cmocka_unit_test_setup(names_of_any_length_fit_into_the_message, setup),
        cmocka_unit_test_setup(two_guests_of_one_name_are_refused, setup),
        cmocka_unit_test_setup(an_arena_of_any_size_is_enough_or_an_error, setup),
        cmocka_unit_test_setup(memory_in_pieces_is_not_more_than_its_largest_piece, setup),
        cmocka_unit_test_setup(a_tree_cut_anywhere_is_refused, setup),
        cmocka_unit_test_setup(a_tree_with_any_byte_changed_is_read_safely, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
