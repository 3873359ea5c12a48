/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The `skep>` prompt: a job on the housekeeping CPU that reads lines from the console and answers
 * with what a verb prints, a few lines a step, never faster than the console takes them.
 */
#ifndef HYP_SHELL_SHELL_H
#define HYP_SHELL_SHELL_H

#include <stdbool.h>

struct guest;
struct pcpu;

/* Prepares the shell's channel and job. Boot, on any CPU, before console_start(). */
void shell_init(struct pcpu *housekeeping);

/* Room in characters, line ends counted twice, that each step of a verb is sure to have. */
#define SHELL_STEP_ROOM 640

/* What a step of a verb leaves to be done. */
enum shell_step {
    SHELL_MORE, /* call again, with `step` one higher */
    SHELL_DONE, /* show the prompt */
    SHELL_AWAY, /* done, and the focus leaves: no prompt until it is back */
};

struct shell_args {
    const char *arg;     /* the word behind the verb, NULL if there is none */
    struct guest *guest; /* the guest of that name, if the verb wants one */
};

struct shell_verb {
    const char *name;
    const char *usage; /* what follows the name */
    const char *help;
    /* How the word behind the verb is taken. */
    enum shell_arg {
        SHELL_NO_ARG,
        SHELL_OPTIONAL,       /* any word */
        SHELL_GUEST,          /* a guest's name */
        SHELL_OPTIONAL_GUEST, /* one or none */
    } arg;
    /* Prints at most SHELL_STEP_ROOM characters and returns; bounded, never waits. */
    enum shell_step (*run)(const struct shell_args *args, unsigned int step);
};

/* The verbs, ended by one without a name. */
extern const struct shell_verb shell_verbs[];

/* "Skep RELEASE (COMMIT, COMPILER)": what this image was built from. */
extern const char shell_version[];

/* Prints to the prompt; '\n' becomes CR LF. For verbs. */
void shell_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
