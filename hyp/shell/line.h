/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line a person types at the prompt: editing, echo and a short history. Pure logic; what it
 * shows goes through a callback.
 */
#ifndef HYP_SHELL_LINE_H
#define HYP_SHELL_LINE_H

#include <stdbool.h>
#include <stdint.h>

/* With the prompt before it a line fits 80 columns. */
#define LINE_MAX_LEN  70u
#define LINE_HISTORY  8u

/* The most that one key can make the editor show: a whole line erased and another written. */
#define LINE_MAX_ECHO (4 * LINE_MAX_LEN)

struct line {
    void (*show)(void *arg, const char *text);
    void *arg;
    uint32_t len;
    uint8_t escape;    /* how far inside an escape sequence */
    bool after_cr;     /* an LF now belongs to that CR */
    uint32_t entered;  /* lines in history ever */
    uint32_t browsing; /* 0: the new line, n: the nth last */
    char text[LINE_MAX_LEN + 1];
    char history[LINE_HISTORY][LINE_MAX_LEN + 1];
};

/* An empty line whose echo goes to `show`. */
void line_init(struct line *line, void (*show)(void *arg, const char *text), void *arg);

/*
 * A key: printable ones are added, Backspace, Ctrl-U (all), Ctrl-W (a word) and Ctrl-C (drop the
 * line) take away, the arrows up and down walk the history. Returns true when CR, LF or CR LF has
 * ended the line, or Ctrl-C has (it is then empty): line->text holds it until line_next().
 */
bool line_key(struct line *line, uint8_t key);

/* Puts a finished line into the history and begins a new one. */
void line_next(struct line *line);

#endif
