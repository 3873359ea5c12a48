/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest for the console's tests: it does with its UART what it is told, a word a line. A line
 * that is no word of its own it repeats, so that one sees where keys arrive.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"

#define DEAF_MS 2000u

static unsigned int lines;

static void wait_ms(uint32_t ms)
{
    uint64_t end = timer_now() + (uint64_t)ms * timer_freq() / 1000;

    while (timer_now() < end)
        __asm__ volatile("yield");
}

/* Lines as fast as the UART takes them, until a key comes. */
static void flood(void)
{
    for (unsigned int n = 0; console_getc() < 0; n++)
        printf("flood %u of a guest that does not stop to speak\n", n);
    printf("flood over\n");
}

/* A line whose end comes after a pause. */
static void pause(void)
{
    console_puts("talk: first half,");
    wait_ms(500);
    console_puts(" second half\n");
}

/* 1,000 lines with a number each, by stores that never look whether the UART is full. */
static void blind(void)
{
    for (unsigned int n = 0; n < 1000; n++) {
        char text[64];
        int len = snprintf(text, sizeof(text), "blind %u %s\r\n", n,
                           "0123456789012345678901234567890");

        for (int i = 0; i < len; i++)
            mmio_write32(UART_DR, (uint8_t)text[i]);
    }
}

/* Does not read for a while, then counts what is there. */
static void deaf(void)
{
    unsigned int n = 0;

    printf("talk: deaf\n");
    wait_ms(DEAF_MS);
    while (console_getc() >= 0)
        n++;
    printf("talk: %u keys waited\n", n);
}

static void obey(const char *line)
{
    if (strcmp(line, "flood") == 0)
        flood();
    else if (strcmp(line, "pause") == 0)
        pause();
    else if (strcmp(line, "blind") == 0)
        blind();
    else if (strcmp(line, "deaf") == 0)
        deaf();
    else if (strcmp(line, "colour") == 0)
        console_puts("\033[31mred\033[0m \033[6nend\n");
    else if (strcmp(line, "off") == 0)
        exit(0);
    else if (strcmp(line, "reset") == 0)
        psci_system_reset();
    else
        printf("talk: line %u is '%s'\n", ++lines, line);
}

int main(void)
{
    char line[128];
    unsigned int len = 0;

    printf("talk: listening\n");
    for (;;) {
        int key = console_getc();

        if (key < 0)
            continue;
        if (key == '\r') {
            line[len] = '\0';
            len = 0;
            obey(line);
        } else if (key < ' ') {
            printf("talk: key 0x%02x\n", (unsigned int)key);
        } else if (len < sizeof(line) - 1) {
            line[len++] = (char)key;
        }
    }
}
