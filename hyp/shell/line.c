/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See line.h. The cursor is always at the end, so that erasing needs no more of a terminal than the
 * backspace.
 */
#include "hyp/shell/line.h"

#include <string.h>

#define KEY_CTRL_C 0x03
#define KEY_BEL    "\a"
#define KEY_BS     0x08
#define KEY_CTRL_U 0x15
#define KEY_CTRL_W 0x17
#define KEY_ESC    0x1b
#define KEY_DEL    0x7f

enum { ESCAPE_NONE, ESCAPE_ESC, ESCAPE_CSI };

void line_init(struct line *line, void (*show)(void *arg, const char *text), void *arg)
{
    *line = (struct line){.show = show, .arg = arg};
}

static void show(struct line *line, const char *text)
{
    line->show(line->arg, text);
}

static void erase(struct line *line, uint32_t n)
{
    for (; n > 0 && line->len > 0; n--) {
        line->text[--line->len] = '\0';
        show(line, "\b \b");
    }
}

/* The last word and the blanks behind it. */
static uint32_t word_len(const struct line *line)
{
    uint32_t at = line->len;

    while (at > 0 && line->text[at - 1] == ' ')
        at--;
    while (at > 0 && line->text[at - 1] != ' ')
        at--;
    return line->len - at;
}

static void add(struct line *line, uint8_t key)
{
    const char echo[2] = {(char)key, '\0'};

    if (line->len >= LINE_MAX_LEN) {
        show(line, KEY_BEL);
        return;
    }
    line->text[line->len++] = (char)key;
    line->text[line->len] = '\0';
    show(line, echo);
}

/* Shows the nth last line instead; the new line itself is not kept. */
static void browse(struct line *line, uint32_t n)
{
    uint32_t kept = line->entered < LINE_HISTORY ? line->entered : LINE_HISTORY;

    if (n > kept) {
        show(line, KEY_BEL);
        return;
    }
    erase(line, line->len);
    line->browsing = n;
    if (n == 0)
        return;
    memcpy(line->text, line->history[(line->entered - n) % LINE_HISTORY], sizeof(line->text));
    line->len = (uint32_t)strlen(line->text);
    show(line, line->text);
}

/* ESC [ A and ESC O A are up, B down; others are swallowed. Returns true if the key was part. */
static bool in_escape(struct line *line, uint8_t key)
{
    switch (line->escape) {
    case ESCAPE_ESC:
        line->escape = key == '[' || key == 'O' ? ESCAPE_CSI : ESCAPE_NONE;
        return line->escape == ESCAPE_CSI;
    case ESCAPE_CSI:
        if (key >= 0x20 && key <= 0x3f)
            return true;
        line->escape = ESCAPE_NONE;
        if (key == 'A')
            browse(line, line->browsing + 1);
        else if (key == 'B' && line->browsing > 0)
            browse(line, line->browsing - 1);
        return key >= 0x40 && key < KEY_DEL;
    default:
        return false;
    }
}

bool line_key(struct line *line, uint8_t key)
{
    bool after_cr = line->after_cr;

    line->after_cr = key == '\r';
    if (in_escape(line, key))
        return false;
    switch (key) {
    case '\n':
        if (after_cr)
            return false;
        show(line, "\r\n");
        return true;
    case '\r':
        show(line, "\r\n");
        return true;
    case KEY_BS:
    case KEY_DEL:
        erase(line, 1);
        return false;
    case KEY_CTRL_C:
        show(line, "^C\r\n");
        line->len = 0;
        line->text[0] = '\0';
        return true;
    case KEY_CTRL_U:
        erase(line, line->len);
        return false;
    case KEY_CTRL_W:
        erase(line, word_len(line));
        return false;
    case KEY_ESC:
        line->escape = ESCAPE_ESC;
        return false;
    default:
        if (key >= 0x20 && key < KEY_DEL)
            add(line, key);
        return false;
    }
}

void line_next(struct line *line)
{
    uint32_t last = (line->entered + LINE_HISTORY - 1) % LINE_HISTORY;

    if (line->len > 0 && (line->entered == 0 || strcmp(line->history[last], line->text) != 0)) {
        memcpy(line->history[line->entered % LINE_HISTORY], line->text, sizeof(line->text));
        line->entered++;
    }
    line->browsing = 0;
    line->len = 0;
    line->text[0] = '\0';
}
