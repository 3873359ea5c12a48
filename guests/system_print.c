/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shows a system as text: the same lines on the host (`make check-system`) and at boot. The map of
 * a guest is by guest address; what lies in RAM is shown below its bank.
 */
#include "guests/system.h"

#include <stdarg.h>

#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"

struct printer {
    void (*line)(void *context, const char *text);
    void *context;
};

static void put(const struct printer *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(const struct printer *p, const char *format, ...)
{
    char text[160];
    va_list args;

    va_start(args, format);
    lib_vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    p->line(p->context, text);
}

static void put_memory(const struct printer *p, const char *what, uint32_t ipa, uint32_t size,
                       paddr_t pa)
{
    put(p, "  %-14s ipa 0x%08x to 0x%08x  pa 0x%010llx  %u KiB", what, (unsigned int)ipa,
        (unsigned int)(ipa + (size - 1)), (unsigned long long)pa.pa, (unsigned int)(size / 1024));
}

static void put_guest(const struct printer *p, const struct guest_config *guest)
{
    char cpus[4 * SYSTEM_MAX_VCPUS] = "";
    size_t used = 0;

    for (unsigned int i = 0; i < guest->nvcpus; i++) {
        used += (size_t)lib_snprintf(cpus + used, sizeof(cpus) - used, " %u", guest->cpu[i]);
    }
    put(p, "guest %s: %u vCPU%s on CPU%s, priority %u", guest->name, guest->nvcpus,
        guest->nvcpus == 1 ? "" : "s", cpus, guest->priority);
    for (unsigned int i = 0; i < guest->nroms; i++) {
        put_memory(p, "rom", guest->rom[i].ipa, guest->rom[i].size, guest->rom[i].pa);
    }
    for (unsigned int i = 0; i < guest->nbanks; i++) {
        put_memory(p, "ram", guest->bank[i].ipa, guest->bank[i].size, guest->bank[i].pa);
    }
    for (unsigned int i = 0; i < guest->nsegments; i++) {
        const struct system_segment *s = &guest->segment[i];

        put(p, "    %-12s ipa 0x%08x to 0x%08x", s->what, (unsigned int)s->ipa,
            (unsigned int)(s->ipa + (s->room - 1)));
    }
    put(p, "    %-12s ipa 0x%08x%s", "entry", (unsigned int)guest->entry,
        guest->thumb ? " (Thumb)" : "");
}

void system_print(const struct system *system, void (*line)(void *context, const char *text),
                  void *context)
{
    struct printer p = {.line = line, .context = context};

    if (system->model != NULL) {
        put(&p, "system: %s", system->model);
    }
    for (unsigned int i = 0; i < system->nguests; i++) {
        put_guest(&p, &system->guest[i]);
    }
    if (system->ndisabled != 0) {
        put(&p, "%u guest%s disabled", system->ndisabled, system->ndisabled == 1 ? " is" : "s are");
    }
}
