/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libFuzzer over everything that reads a system tree: the first byte of an input chooses what the
 * rest is: a system tree, a kernel image, or a user's device tree that is patched. What is accepted
 * must keep the promises that the hypervisor relies on; what is refused must have a reason.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guests/guest_fdt.h"
#include "guests/payload.h"
#include "guests/system.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(promise)                                                            \
    do {                                                                            \
        if (!(promise)) {                                                           \
            fprintf(stderr, "broken promise at line %d: %s\n", __LINE__, #promise); \
            abort();                                                                \
        }                                                                           \
    } while (0)

static const struct board board = {
    .ncpus = 2,
    .nbanks = 2,
    .bank = {{.base = 0x40000000, .size = 0x40000000}, {.base = 0x880000000, .size = 0x40000000}}};

static struct system_arena arena;

/* The input as an allocation of exactly its size, so that the sanitizer sees each byte beyond it.
 */
static uint8_t *exact_copy(const uint8_t *data, size_t size)
{
    void *copy = NULL;

    REQUIRE(posix_memalign(&copy, 8, size != 0 ? size : 1) == 0);
    memcpy(copy, data, size);
    return copy;
}

static bool inside(const struct payload *p, const uint8_t *data, size_t size)
{
    return p->size == 0 ||
           (p->data >= data && p->size <= size && (size_t)(p->data - data) <= size - p->size);
}

static bool printable(const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s < ' ' || *s > '~') {
            return false;
        }
    }
    return true;
}

static void discard(void *context, const char *text)
{
    (void)context;
    REQUIRE(printable(text) || strstr(text, "system: ") == text);
}

/* ---------------------------------------------------------------- a system tree */

struct stretch {
    uint64_t base, end;
};

static struct stretch taken[SYSTEM_MAX_GUESTS * (SYSTEM_MAX_BANKS + SYSTEM_MAX_ROMS)];
static unsigned int ntaken;

/* Physical memory is the board's, belongs to nobody else, and can be mapped by blocks. */
static void check_memory(uint32_t ipa, uint32_t size, paddr_t pa)
{
    bool on_board = false;

    REQUIRE(size != 0 && ipa % PAGE_SIZE == 0 && size % PAGE_SIZE == 0 && pa.pa % PAGE_SIZE == 0);
    REQUIRE((uint64_t)ipa + size <= UINT64_C(0x100000000));
    REQUIRE(size < BLOCK_SIZE || (pa.pa - ipa) % BLOCK_SIZE == 0);
    for (unsigned int i = 0; i < board.nbanks; i++) {
        on_board |= pa.pa >= board.bank[i].base &&
                    pa.pa + size <= board.bank[i].base + board.bank[i].size;
    }
    REQUIRE(on_board);
    for (unsigned int i = 0; i < ntaken; i++) {
        REQUIRE(pa.pa >= taken[i].end || pa.pa + size <= taken[i].base);
    }
    taken[ntaken++] = (struct stretch){pa.pa, pa.pa + size};
}

static bool in_ram(const struct guest_config *guest, uint32_t base, uint64_t size)
{
    for (unsigned int i = 0; i < guest->nbanks; i++) {
        if (base >= guest->bank[i].ipa &&
            base + size <= (uint64_t)guest->bank[i].ipa + guest->bank[i].size) {
            return true;
        }
    }
    return false;
}

static void check_segments(const struct guest_config *guest, const uint8_t *blob, size_t size)
{
    const struct system_segment *dtb = &guest->segment[guest->nsegments - 1];

    REQUIRE(guest->nsegments != 0 && dtb->ipa == guest->dtb);
    REQUIRE(fdt_check_full(dtb->data.data, dtb->data.size) == 0);
    for (unsigned int i = 0; i < guest->nsegments; i++) {
        const struct system_segment *s = &guest->segment[i];

        REQUIRE(s->room != 0 && s->room >= s->data.size && in_ram(guest, s->ipa, s->room));
        REQUIRE(inside(&s->data, blob, size) || inside(&s->data, arena.base, arena.used));
        for (unsigned int j = 0; j < i; j++) {
            const struct system_segment *t = &guest->segment[j];

            REQUIRE(strcmp(s->what, t->what) == 0 || s->ipa >= (uint64_t)t->ipa + t->room ||
                    t->ipa >= (uint64_t)s->ipa + s->room);
        }
    }
}

static void check_guest(const struct guest_config *guest, const uint8_t *blob, size_t size)
{
    REQUIRE(strlen(guest->name) >= 1 && strlen(guest->name) <= SYSTEM_MAX_NAME);
    REQUIRE(printable(guest->name));
    REQUIRE(guest->nvcpus >= 1 && guest->nvcpus <= SYSTEM_MAX_VCPUS);
    for (unsigned int i = 0; i < guest->nvcpus; i++) {
        REQUIRE(guest->cpu[i] < board.ncpus);
    }
    REQUIRE(guest->nbanks >= 1 && guest->nbanks <= SYSTEM_MAX_BANKS);
    REQUIRE(guest->nroms <= SYSTEM_MAX_ROMS);
    REQUIRE((guest->entry & 1) == 0 && (guest->thumb || guest->entry % 4 == 0));
    REQUIRE(guest->restart_s != 0 && guest->slice_us != 0);
    for (unsigned int i = 0; i < guest->nbanks; i++) {
        check_memory(guest->bank[i].ipa, guest->bank[i].size, guest->bank[i].pa);
    }
    for (unsigned int i = 0; i < guest->nroms; i++) {
        check_memory(guest->rom[i].ipa, guest->rom[i].size, guest->rom[i].pa);
        REQUIRE(guest->rom[i].data.size <= guest->rom[i].size);
        REQUIRE(inside(&guest->rom[i].data, blob, size));
    }
    check_segments(guest, blob, size);
}

static void try_system(const uint8_t *data, size_t size)
{
    uint8_t *blob = exact_copy(data, size);
    char message[SYSTEM_MESSAGE_MAX];
    struct system_error error;
    struct system system;
    struct frames frames;

    ntaken = 0;
    arena.used = 0;
    frames_init(&frames);
    for (unsigned int i = 0; i < board.nbanks; i++) {
        frames_add_bank(&frames, PADDR(board.bank[i].base), board.bank[i].size);
    }
    REQUIRE(system_blob_size(blob, size) <= size);
    if (system_parse(blob, size, &board, &frames, &arena, &system, &error) == 0) {
        REQUIRE(system.nguests >= 1 && system.nguests <= SYSTEM_MAX_GUESTS);
        REQUIRE(system.focus >= -1 && system.focus < (int)system.nguests);
        REQUIRE(system.housekeeping_cpu < board.ncpus);
        for (unsigned int i = 0; i < system.nguests; i++) {
            check_guest(&system.guest[i], blob, size);
        }
        system_print(&system, discard, NULL);
    } else {
        system_error_message(&error, message, sizeof(message));
        REQUIRE(error.path[0] != '\0' && error.text[0] != '\0' && printable(message));
    }
    free(blob);
}

/* ---------------------------------------------------------------- a kernel image */

static void try_payload(const uint8_t *data, size_t size)
{
    struct payload_request request = {.ram = 0x40000000};
    struct payload_plan plan;
    struct system_error error;
    uint8_t *copy;

    if (size < 10) {
        return;
    }
    request.type = (enum payload_type)(data[0] % 5);
    request.has_load = (data[1] & 1) != 0;
    request.has_entry = (data[1] & 2) != 0;
    request.load = payload_le32(data + 2);
    request.entry = payload_le32(data + 6);
    size -= 10;
    if (size == 0) {
        return;
    }
    copy = exact_copy(data + 10, size);
    request.payload = (struct payload){.data = copy, .size = (uint32_t)size};
    if (payload_plan(&request, &plan, &error) == 0) {
        REQUIRE(plan.type != PAYLOAD_AUTO);
        REQUIRE(plan.nsegments >= 1 && plan.nsegments <= PAYLOAD_MAX_SEGMENTS);
        REQUIRE((plan.entry & 1) == 0 && (plan.thumb || plan.entry % 4 == 0));
        for (unsigned int i = 0; i < plan.nsegments; i++) {
            const struct payload_segment *s = &plan.segment[i];

            REQUIRE(s->room != 0 && s->room >= s->data.size);
            REQUIRE((uint64_t)s->ipa + s->room <= UINT64_C(0x100000000));
            REQUIRE(inside(&s->data, copy, size));
        }
    } else {
        REQUIRE(error.text[0] != '\0' && printable(error.text));
    }
    free(copy);
}

/* ---------------------------------------------------------------- a user's device tree */

static void try_dtb(const uint8_t *data, size_t size)
{
    struct system_bank bank[2] = {{.ipa = 0x40000000, .size = 0x100000}, {.size = 0x1000}};
    struct guest_config guest = {.bootargs = "console=ttyAMA0", .nbanks = 2, .bank = bank};
    struct guest_fdt_ramdisk ramdisk = {.ipa = 0x40080000, .size = 1000};
    struct payload own;
    uint32_t room, used;
    uint8_t *copy = exact_copy(data, size);
    uint8_t *buffer;

    own = (struct payload){.data = copy, .size = (uint32_t)size};
    room = guest_fdt_patch_room(&guest, &own);
    if (size != 0 && room != 0) {
        buffer = exact_copy(arena.base, room);
        if (guest_fdt_patch(&guest, &own, &ramdisk, buffer, room, &used) == 0) {
            REQUIRE(used <= room && fdt_check_full(buffer, used) == 0);
            REQUIRE(fdt_path_offset(buffer, "/psci") >= 0);
            REQUIRE(fdt_path_offset(buffer, "/memory@40000000") >= 0);
        }
        free(buffer);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (arena.base == NULL) {
        arena.size = SYSTEM_ARENA_SIZE;
        arena.base = calloc(1, arena.size);
        REQUIRE(arena.base != NULL);
    }
    if (size == 0 || size > SYSTEM_ARENA_SIZE / 2) {
        return 0;
    }
    switch (data[0] % 3) {
    case 0:
        try_system(data + 1, size - 1);
        break;
    case 1:
        try_payload(data + 1, size - 1);
        break;
    default:
        try_dtb(data + 1, size - 1);
        break;
    }
    return 0;
}
