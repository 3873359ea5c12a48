/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell's job: a key or a step of a verb at a time. It owns its state alone; the console's
 * callbacks only wake it.
 */
#include "hyp/shell/shell.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "guests/guest.h"
#include "hyp/core/console.h"
#include "hyp/core/sched.h"
#include "hyp/lib/vsnprintf.h"
#include "hyp/shell/line.h"

#define PROMPT  "skep> "
#define TX_SIZE 2048
#define RX_SIZE 256

static struct {
    struct console_channel channel;
    struct entity job;
    struct line line;
    const struct shell_verb *verb; /* that runs; NULL: a line is being typed */
    struct shell_args args;
    unsigned int step;
    bool redraw; /* atomic: the console has cut the prompt */
    char words[LINE_MAX_LEN + 1];
    uint8_t tx[TX_SIZE];
    uint8_t rx[RX_SIZE];
} shell;

static void put_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            (void)console_put(&shell.channel, '\r');
        (void)console_put(&shell.channel, (uint8_t)*text);
    }
}

void shell_print(const char *fmt, ...)
{
    char text[SHELL_STEP_ROOM / 2];
    va_list args;

    va_start(args, fmt);
    (void)lib_vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    put_text(text);
}

static void show_echo(void *arg, const char *text)
{
    (void)arg;
    for (; *text; text++)
        (void)console_put(&shell.channel, (uint8_t)*text);
}

static void show_prompt(void)
{
    __atomic_store_n(&shell.redraw, false, __ATOMIC_RELAXED);
    put_text(PROMPT);
    put_text(shell.line.text);
}

/* ---- a finished line ---- */

/* Ends the word at `text` and returns the next one, NULL if there is none. */
static char *next_word(char *text)
{
    while (*text && *text != ' ')
        text++;
    while (*text == ' ')
        *text++ = '\0';
    return *text ? text : NULL;
}

static const struct shell_verb *find_verb(const char *name)
{
    const struct shell_verb *verb = shell_verbs;

    while (verb->name && strcmp(verb->name, name) != 0)
        verb++;
    return verb->name ? verb : NULL;
}

/* The word behind the verb is what the verb wants, or one line says what is wrong. */
static bool take_arg(const struct shell_verb *verb, const char *arg, const char *rest)
{
    bool wants_guest = verb->arg == SHELL_GUEST || verb->arg == SHELL_OPTIONAL_GUEST;

    shell.args = (struct shell_args){.arg = arg};
    if (rest || (arg && verb->arg == SHELL_NO_ARG) || (!arg && verb->arg == SHELL_GUEST)) {
        shell_print("usage: %s%s%s\n", verb->name, *verb->usage ? " " : "", verb->usage);
        return false;
    }
    if (arg && wants_guest) {
        shell.args.guest = guest_find(arg);
        if (!shell.args.guest) {
            shell_print("no guest is named '%s': `list` shows all\n", arg);
            return false;
        }
    }
    return true;
}

/* Makes the line's verb run; with an error or an empty line there is none. */
static void begin_verb(void)
{
    char *name = shell.words;
    const struct shell_verb *verb;
    char *arg, *rest;

    memcpy(shell.words, shell.line.text, sizeof(shell.words));
    while (*name == ' ')
        name++;
    if (*name == '\0')
        return;
    arg = next_word(name);
    rest = arg ? next_word(arg) : NULL;
    verb = find_verb(name);
    if (!verb) {
        shell_print("unknown verb '%s': `help` shows all\n", name);
        return;
    }
    if (!take_arg(verb, arg, rest))
        return;
    shell.verb = verb;
    shell.step = 0;
}

/* ---- the job ---- */

static void run_verb(void)
{
    enum shell_step next = shell.verb->run(&shell.args, shell.step);

    shell.step++;
    if (next == SHELL_MORE)
        return;
    shell.verb = NULL;
    if (next == SHELL_DONE)
        show_prompt();
}

static void take_key(uint8_t key)
{
    if (!line_key(&shell.line, key))
        return;
    begin_verb();
    line_next(&shell.line);
    if (!shell.verb)
        show_prompt();
}

/* A step: a key, or a step of a verb, and at most SHELL_STEP_ROOM characters and a prompt. */
static enum verdict shell_step(struct entity *entity)
{
    uint8_t key;

    (void)entity;
    if (console_room(&shell.channel) < SHELL_STEP_ROOM + LINE_MAX_LEN + sizeof(PROMPT) &&
        console_want_room(&shell.channel))
        return VERDICT_BLOCK;
    if (shell.verb) {
        run_verb();
        return VERDICT_YIELD;
    }
    if (__atomic_load_n(&shell.redraw, __ATOMIC_ACQUIRE))
        show_prompt();
    if (!ring_get(&shell.channel.rx, &key))
        return VERDICT_BLOCK;
    take_key(key);
    return VERDICT_YIELD;
}

static void wake(struct console_channel *channel)
{
    (void)channel;
    sched_wake(&shell.job);
}

static void redraw(struct console_channel *channel)
{
    __atomic_store_n(&shell.redraw, true, __ATOMIC_RELEASE);
    wake(channel);
}

void shell_init(struct pcpu *housekeeping)
{
    line_init(&shell.line, show_echo, NULL);
    shell.job.run = shell_step;
    shell.job.name = "shell";
    sched_add(&shell.job, housekeeping, SCHED_PRIORITY_JOB, SCHED_SLICE_US);
    console_channel_init(&shell.channel, "skep", shell.tx, TX_SIZE, shell.rx, RX_SIZE);
    shell.channel.rx_available = wake;
    shell.channel.tx_room = wake;
    shell.channel.redraw = redraw;
    console_add_prompt(&shell.channel);
}
