/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/shell/shell.c hyp/shell/verbs.c hyp/shell/line.c hyp/lib/vsnprintf.c */
/*
 * The prompt from the keys to what is shown, over guests that the test invents. The console's end
 * of the rings is played by the test, with as little room as a test wants.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guests/guest.h"
#include "hyp/core/console.h"
#include "hyp/core/log.h"
#include "hyp/core/percpu.h"
#include "hyp/core/sched.h"
#include "hyp/lib/util.h"
#include "hyp/shell/shell.h"
#include "vcpu/vcpu.h"
#include "vcpu/vm.h"

const char shell_version[] = "Skep 9.9 (abcdef, gcc 1.2)";

/* ---- guests ---- */

struct guest {
    const char *name;
    const char *state;
    struct vm vm;
    struct vcpu vcpu[VM_MAX_VCPUS];
    struct console_channel channel;
    unsigned int started, reset, destroyed;
    int answer;
};

static struct guest guests[3];
static struct pcpu cpus[BOARD_MAX_CPUS];
static struct console_channel *focused;

unsigned int guest_count(void)
{
    return 3;
}

struct guest *guest_at(unsigned int index)
{
    assert_true(index < 3);
    return &guests[index];
}

struct guest *guest_find(const char *name)
{
    for (unsigned int i = 0; i < 3; i++) {
        if (strcmp(guests[i].name, name) == 0)
            return &guests[i];
    }
    return NULL;
}

const char *guest_name(const struct guest *guest)
{
    return guest->name;
}

const char *guest_state_name(const struct guest *guest)
{
    return guest->state;
}

const struct vm *guest_vm(const struct guest *guest)
{
    return &guest->vm;
}

struct console_channel *guest_console(struct guest *guest)
{
    return &guest->channel;
}

int guest_start(struct guest *guest)
{
    guest->started++;
    return guest->answer;
}

int guest_reset(struct guest *guest)
{
    guest->reset++;
    return guest->answer;
}

int guest_destroy(struct guest *guest)
{
    guest->destroyed++;
    return guest->answer;
}

/* ---- the console ---- */

static struct console_channel *channel;
static struct entity *job;
static bool job_ready;
static char screen[65536];
static size_t shown;
static size_t widest;

void console_channel_init(struct console_channel *c, const char *name, uint8_t *tx,
                          uint32_t tx_size, uint8_t *rx, uint32_t rx_size)
{
    *c = (struct console_channel){.name = name};
    ring_init(&c->tx, tx, tx_size);
    ring_init(&c->rx, rx, rx_size);
}

void console_add_prompt(struct console_channel *c)
{
    channel = c;
}

void console_wake(struct console_channel *c)
{
    assert_ptr_equal(c, channel);
}

bool console_want_room(struct console_channel *c)
{
    c->tx_waiting = ring_free(&c->tx) < c->tx.size / 4;
    return c->tx_waiting;
}

void console_focus(struct console_channel *c)
{
    focused = c;
}

void sched_add(struct entity *entity, struct pcpu *cpu, uint8_t priority, uint32_t slice_us)
{
    assert_ptr_equal(cpu, &cpus[0]);
    assert_int_equal(priority, SCHED_PRIORITY_JOB);
    assert_true(slice_us > 0);
    job = entity;
}

void sched_wake(struct entity *entity)
{
    assert_ptr_equal(entity, job);
    job_ready = true;
}

struct pcpu *this_cpu(void)
{
    return &cpus[0];
}

bool log_read(uint32_t *cursor, char *line, uint32_t size)
{
    if (*cursor == 20)
        return false;
    snprintf(line, size, "    1.000000 line %u %.*s", *cursor, (int)size,
             "................................................................................"
             "................................................................................"
             "...............................................................................");
    ++*cursor;
    return true;
}

/* ---- playing ---- */

static void drain(uint32_t n)
{
    uint8_t byte;

    while (n-- > 0 && ring_get(&channel->tx, &byte)) {
        assert_true(shown < sizeof(screen) - 1);
        screen[shown++] = (char)byte;
        screen[shown] = '\0';
    }
    if (channel->tx_waiting && ring_free(&channel->tx) >= channel->tx.size / 4) {
        channel->tx_waiting = false;
        channel->tx_room(channel);
    }
}

/* The job runs while it is awake; the console takes `speed` bytes after each step. */
static void run(uint32_t speed)
{
    for (unsigned int n = 0; n < 100000; n++) {
        if (job_ready) {
            uint32_t before = ring_used(&channel->tx);

            job_ready = false;
            job_ready = job->run(job) == VERDICT_YIELD || job_ready;
            /* Nothing is ever cut off: a step fits the room it asked for. */
            assert_true(ring_free(&channel->tx) > 0);
            assert_true(ring_used(&channel->tx) - before < SHELL_STEP_ROOM + 80);
        } else if (ring_used(&channel->tx) == 0) {
            return;
        }
        drain(speed);
    }
    fail_msg("the shell never rests");
}

static void keys(const char *text)
{
    while (*text)
        assert_true(ring_put(&channel->rx, (uint8_t)*text++));
    channel->rx_available(channel);
}

/* What a line makes the shell show, up to and without the next prompt. */
static const char *answer(const char *line)
{
    char echo[128];

    shown = 0;
    keys(line);
    keys("\r");
    run(4096);
    snprintf(echo, sizeof(echo), "%s\r\n", line);
    assert_int_equal(strncmp(screen, echo, strlen(echo)), 0);
    if (shown >= 6 && strcmp(screen + shown - 6, "skep> ") == 0)
        screen[shown - 6] = '\0';
    widest = 0;
    for (char *p = screen, *end; *p; p = end + 2) {
        end = strstr(p, "\r\n");
        assert_non_null(end);
        widest = MAX(widest, (size_t)(end - p));
    }
    return screen + strlen(echo);
}

static void make_guest(unsigned int i, const char *name, unsigned int vcpus)
{
    struct guest *g = &guests[i];

    memset(g, 0, sizeof(*g));
    g->name = name;
    g->state = "running";
    g->vm.nr_vcpus = vcpus;
    for (unsigned int v = 0; v < vcpus; v++) {
        g->vm.vcpu[v] = &g->vcpu[v];
        g->vcpu[v].entity.cpu = &cpus[v];
    }
    g->vm.nr_banks = 2;
    g->vm.bank[0] = (struct vm_bank){0, MIB(4), PADDR(0x900000000), false};
    g->vm.bank[1] = (struct vm_bank){0x40000000, MIB(64), PADDR(0x880000000), true};
    g->vm.nr_slots = 1;
    g->vm.slot[0] = (struct mmio_slot){.base = 0x09000000, .size = 0x1000, .name = "pl011"};
}

static int set_up(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < BOARD_MAX_CPUS; i++)
        cpus[i].id = i;
    make_guest(0, "linux", 2);
    make_guest(1, "control", 1);
    make_guest(2, "a-name-of-31-characters-it-is-so", 8);
    focused = NULL;
    shown = 0;
    job_ready = false;
    shell_init(&cpus[0]);
    return 0;
}

/* ---- tests ---- */

static void the_prompt_appears_when_the_console_asks(void **state)
{
    (void)state;
    run(4096);
    assert_int_equal(shown, 0);
    channel->redraw(channel);
    run(4096);
    assert_string_equal(screen, "skep> ");
    keys("li");
    run(4096);
    channel->redraw(channel);
    run(4096);
    assert_string_equal(screen, "skep> liskep> li");
}

static void list_shows_every_guest_in_80_columns(void **state)
{
    const char *text;

    (void)state;
    guests[1].state = "off";
    text = answer("list");
    assert_non_null(
        strstr(text, "\r\nlinux                running        2 0 1                65536 KiB\r\n"));
    assert_non_null(strstr(text, "\r\ncontrol              off            1 0"));
    assert_non_null(strstr(text, "0 1 2 3 4 5 6 7"));
    guests[2].state = "restarting";
    (void)answer("list");
    assert_in_range(widest, 60, 80);
}

static void console_moves_the_focus_and_shows_no_prompt(void **state)
{
    (void)state;
    assert_string_equal(answer("console control"), "[connected to control; Ctrl-] leaves]\r\n");
    assert_ptr_equal(focused, &guests[1].channel);
    assert_int_not_equal(strcmp(screen + shown - 6, "skep> "), 0);
    focused = NULL;
    guests[0].channel.off = true;
    guests[0].state = "off";
    assert_string_equal(answer("console linux"), "linux is off: `start linux` first\r\n");
    assert_null(focused);
}

static void start_reset_and_destroy_reach_their_guest_alone(void **state)
{
    (void)state;
    assert_string_equal(answer("start linux"), "");
    assert_string_equal(answer("reset control"), "");
    assert_string_equal(answer("destroy control"), "");
    assert_int_equal(guests[0].started, 1);
    assert_int_equal(guests[1].reset, 1);
    assert_int_equal(guests[1].destroyed, 1);
    assert_int_equal(guests[0].reset + guests[0].destroyed + guests[1].started, 0);
    guests[0].answer = -EBUSY;
    assert_string_equal(answer("start linux"), "cannot start linux: it is running\r\n");
}

static void wrong_input_gets_one_helpful_line(void **state)
{
    (void)state;
    assert_string_equal(answer("lst"), "unknown verb 'lst': `help` shows all\r\n");
    assert_string_equal(answer("start"), "usage: start NAME\r\n");
    assert_string_equal(answer("start linux now"), "usage: start NAME\r\n");
    assert_string_equal(answer("list all"), "usage: list\r\n");
    assert_string_equal(answer("reset linus"), "no guest is named 'linus': `list` shows all\r\n");
    assert_string_equal(answer("map linus"), "no guest is named 'linus': `list` shows all\r\n");
    assert_string_equal(answer(""), "");
    assert_string_equal(answer("   "), "");
    assert_int_equal(strlen(answer("  version  ")), strlen(shell_version) + 2);
    (void)answer("0123456789012345678901234567890123456789012345678901234567890123456789");
    assert_in_range(widest, 70, 140);
    assert_int_equal(guests[0].started + guests[0].reset, 0);
}

static void map_shows_devices_and_memory(void **state)
{
    (void)state;
    assert_string_equal(answer("map control"), "control\r\n"
                                               "  0x09000000-0x09000fff  pl011\r\n"
                                               "  0x00000000-0x003fffff  ROM at 0x0900000000\r\n"
                                               "  0x40000000-0x43ffffff  RAM at 0x0880000000\r\n");
    assert_non_null(strstr(answer("map"), "RAM at 0x0880000000\r\ncontrol\r\n  0x09000000"));
    assert_int_equal(strncmp(answer("map"), "linux\r\n", 7), 0);
}

static void exits_shows_what_was_counted(void **state)
{
    (void)state;
    guests[0].vcpu[0].exits[EXIT_WFX] = 12;
    guests[0].vcpu[1].exits[EXIT_IRQ] = UINT64_C(12345678901234);
    assert_string_equal(answer("exits linux"), "linux vCPU 0\r\n"
                                               "  wfi                            12\r\n"
                                               "linux vCPU 1\r\n"
                                               "  interrupt          12345678901234\r\n");
    for (unsigned int cause = 0; cause < EXIT_NR; cause++)
        guests[2].vcpu[7].exits[cause] = 1 + cause;
    assert_null(strstr(answer("exits a-name-of-31-characters-it-is-so"), "(null)"));
}

static void help_names_every_verb(void **state)
{
    const char *text = answer("help");

    (void)state;
    for (const struct shell_verb *verb = shell_verbs; verb->name; verb++)
        assert_non_null(strstr(text, verb->name));
    assert_in_range(widest, 40, 80);
}

static void a_long_answer_is_whole_however_slow_the_console(void **state)
{
    char fast[sizeof(screen)];

    (void)state;
    (void)answer("log");
    memcpy(fast, screen, sizeof(fast));
    assert_non_null(strstr(fast, "line 19"));
    shown = 0;
    keys("log\r");
    run(3);
    assert_int_equal(strncmp(screen, fast, strlen(fast)), 0);
}

static void keys_typed_during_an_answer_wait_for_its_end(void **state)
{
    (void)state;
    shown = 0;
    keys("log\rversion\r");
    run(50);
    assert_non_null(strstr(screen, "line 19"));
    assert_true(strstr(screen, "line 19") < strstr(screen, "version\r\nSkep 9.9"));
}

static void no_key_does_harm(void **state)
{
    (void)state;
    srand(6);
    for (unsigned int n = 0; n < 100000; n++) {
        static const char *const some[] = {"list", "map ", "linux",  " ",
                                           "\r",   "x",    "exits ", "\x1b[A"};
        char any[2] = {(char)(rand() % 255 + 1), 0};
        const char *text = rand() & 1 ? any : some[rand() % 8];

        if (ring_free(&channel->rx) >= 8)
            keys(text);
        if (rand() % 4 == 0) {
            run((uint32_t)(rand() % 200 + 1));
            shown = 0;
        }
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(the_prompt_appears_when_the_console_asks),
        TEST(list_shows_every_guest_in_80_columns),
        TEST(console_moves_the_focus_and_shows_no_prompt),
        TEST(start_reset_and_destroy_reach_their_guest_alone),
        TEST(wrong_input_gets_one_helpful_line),
        TEST(map_shows_devices_and_memory),
        TEST(exits_shows_what_was_counted),
        TEST(help_names_every_verb),
        TEST(a_long_answer_is_whole_however_slow_the_console),
        TEST(keys_typed_during_an_answer_wait_for_its_end),
        TEST(no_key_does_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
