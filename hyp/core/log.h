/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Skep's own lines: one call, one line, without its newline. They go out with the prefix `[skep] `
 * and the last 8 KiB of them are kept. What a guest can cause goes through log_guest(), which is
 * rate-limited per CPU and counts what it dropped. Any CPU, any context but the panic path, which
 * speaks for itself; not under the scheduler's or the console's lock.
 *
 * Lock order: the log's lock, then the scheduler's.
 */
#ifndef HYP_CORE_LOG_H
#define HYP_CORE_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* Longest line; what is longer is cut and ends in "...". */
#define LOG_LINE_MAX 240

enum log_level {
    LOG_ERR,
    LOG_WARN,
    LOG_INFO,
    LOG_DEBUG,
};

/* Lines above this level are dropped; LOG_INFO at start. */
extern enum log_level log_level;

void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A line that a guest can cause: at most 10 in a second on each CPU, then one says how many were
 * dropped. `guest` is the guest's name. */
void log_guest(const char *guest, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_err(...)   log_line(LOG_ERR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

/*
 * Reads what is kept, a line a call: copies the line at *cursor without its newline, cut to size
 * and terminated, and moves *cursor on; 0 is the oldest. Lines that were overwritten meanwhile are
 * passed over. Each begins with the time since start in seconds. Returns false at the end. Any CPU.
 */
bool log_read(uint32_t *cursor, char *line, uint32_t size);

/* Shows, without any lock, the lines that the console has not shown yet. For the panic alone. */
void log_panic(void (*put)(uint8_t byte));

#endif
