/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See console.h, and newlib's system calls on it. newlib's printf here is the nano one: no %llu
 * and no %zu; print 64-bit values in two halves.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"

#define FR_RXFE (1u << 4)
#define FR_TXFF (1u << 5)

static char out_buffer[256];

void console_putc(char c)
{
    while (mmio_read32(machine.uart + (UART_FR - UART_BASE)) & FR_TXFF)
        ;
    mmio_write32(machine.uart + (UART_DR - UART_BASE), (uint8_t)c);
}

void console_puts(const char *s)
{
    for (; *s; s++) {
        if (*s == '\n')
            console_putc('\r');
        console_putc(*s);
    }
}

void console_hex(uint32_t v)
{
    for (int shift = 28; shift >= 0; shift -= 4)
        console_putc("0123456789abcdef"[(v >> shift) & 15u]);
}

int console_getc(void)
{
    if (mmio_read32(machine.uart + (UART_FR - UART_BASE)) & FR_RXFE)
        return -1;
    return (int)(mmio_read32(machine.uart + (UART_DR - UART_BASE)) & 0xffu);
}

void console_init(void)
{
    setvbuf(stdout, out_buffer, _IOLBF, sizeof(out_buffer));
}

/* newlib's system calls; their prototypes are newlib's (libgloss). */
int _write(int fd, const char *buf, int len);
int _read(int fd, char *buf, int len);
int _close(int fd);
int _fstat(int fd, struct stat *st);
int _isatty(int fd);
int _lseek(int fd, int off, int whence);
int _kill(int pid, int sig);
int _getpid(void);
void *_sbrk(int incr);
void _exit(int status) __attribute__((noreturn));

int _write(int fd, const char *buf, int len)
{
    (void)fd;
    for (int i = 0; i < len; i++) {
        if (buf[i] == '\n')
            console_putc('\r');
        console_putc(buf[i]);
    }
    return len;
}

int _read(int fd, char *buf, int len)
{
    int n = 0;

    (void)fd;
    while (n < len) {
        int c = console_getc();

        if (c >= 0)
            buf[n++] = (char)c;
        else if (n > 0)
            break;
    }
    return n;
}

int _close(int fd)
{
    (void)fd;
    return -1;
}

int _fstat(int fd, struct stat *st)
{
    (void)fd;
    st->st_mode = S_IFCHR;
    return 0;
}

int _isatty(int fd)
{
    (void)fd;
    return 1;
}

int _lseek(int fd, int off, int whence)
{
    (void)fd;
    (void)off;
    (void)whence;
    return 0;
}

int _kill(int pid, int sig)
{
    (void)pid;
    (void)sig;
    errno = EINVAL;
    return -1;
}

int _getpid(void)
{
    return 1;
}

void *_sbrk(int incr)
{
    extern char __heap_start[], __heap_end[];
    static char *brk = __heap_start;
    char *old = brk;

    if (incr > __heap_end - brk) {
        errno = ENOMEM;
        return (void *)-1;
    }
    brk += incr;
    return old;
}

void _exit(int status)
{
    (void)status;
    psci_system_off();
}
