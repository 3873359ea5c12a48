/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lays out one guest's memory: the kernel by its format, the ramdisk and the device tree by the
 * rules of QEMU's -kernel, each replaced by `load` where the tree gives one. Then checks that all
 * of it is in RAM and that nothing overlaps. It copies nothing but the device tree it makes.
 */
#include "guests/system_guest.h"

#include <errno.h>
#include <libfdt.h>

#include "guests/guest_fdt.h"
#include "guests/machine.h"
#include "guests/payload.h"
#include "hyp/lib/util.h"

#define RAMDISK_OFFSET_MAX MIB(128)
#define ZIMAGE_WINDOW      MIB(128)
#define MAX_PIECES         (PAYLOAD_MAX_SEGMENTS + 2)

static const char *const no_children[] = {NULL};
static const char *const kernel_properties[] = {"type", "data", "load", "entry", NULL};
static const char *const data_properties[] = {"data", "load", NULL};
static const struct node_names kernel_names = {kernel_properties, no_children};
static const struct node_names data_names = {data_properties, no_children};

struct layout {
    struct guest_config *guest;
    const struct node *node;
    struct system_arena *arena;
    uint32_t midr;
    enum payload_type kernel_type; /* PAYLOAD_AUTO: there is no kernel */
    struct guest_fdt_ramdisk ramdisk;
    struct system_segment unpacked; /* what a zImage will overwrite; room 0: nothing is known */
};

/* What goes into RAM, and whom to name if it is in the way. */
struct piece {
    struct system_segment segment;
    struct node node;
    const char *property;
};

static uint64_t last_of(uint32_t base, uint32_t size)
{
    return (uint64_t)base + size - 1;
}

static bool overlap(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
    return a <= last_of(b, b_size) && b <= last_of(a, a_size);
}

/* ---------------------------------------------------------------- the map */

/* A stretch of the guest's address space that something answers at. */
struct extent {
    const char *name;
    uint32_t base;
    uint32_t size;
};

static const struct extent device[] = {
    {"the interrupt controller", MACHINE_GICD_BASE, MACHINE_GICD_SIZE + MACHINE_GICC_SIZE},
    {"the UART", MACHINE_UART_BASE, MACHINE_UART_SIZE},
    {"the RTC", MACHINE_RTC_BASE, MACHINE_RTC_SIZE},
    {"the virtio slots", MACHINE_VIRTIO_BASE, MACHINE_VIRTIO_SIZE *MACHINE_VIRTIO_SLOTS},
};

static int check_extent(const struct node *node, const char *property, const struct extent *e,
                        const struct extent *other)
{
    if (!overlap(e->base, e->size, other->base, other->size)) {
        return 0;
    }
    return node_error(node, property, "%s at 0x%08x to 0x%08x overlaps %s at 0x%08x to 0x%08x",
                      e->name, (unsigned int)e->base, (unsigned int)last_of(e->base, e->size),
                      other->name, (unsigned int)other->base,
                      (unsigned int)last_of(other->base, other->size));
}

/* One bank or ROM against the devices and against the banks before it. */
static int check_against(const struct node *node, const char *property, const struct extent *e,
                         const struct system_bank *bank, unsigned int nbanks)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(device); i++) {
        if (check_extent(node, property, e, &device[i]) != 0) {
            return -EINVAL;
        }
    }
    for (unsigned int i = 0; i < nbanks; i++) {
        struct extent other = {"RAM", bank[i].ipa, bank[i].size};

        if (check_extent(node, property, e, &other) != 0) {
            return -EINVAL;
        }
    }
    return 0;
}

/* The node of the index-th rom: they are kept in tree order. */
static struct node rom_node(const struct node *guest, unsigned int index)
{
    struct node child;
    bool more = node_first_child(guest, &child);

    for (; more; more = node_next_child(&child)) {
        if (node_name(&child)[0] == 'r' && node_name(&child)[1] == 'o' && index-- == 0) {
            break;
        }
    }
    return child;
}

static int check_map(const struct node *node, const struct guest_config *guest)
{
    const char *memory = node_has(node, "memory") ? "memory" : "memory-map";

    for (unsigned int i = 0; i < guest->nbanks; i++) {
        struct extent e = {"RAM", guest->bank[i].ipa, guest->bank[i].size};

        if (check_against(node, memory, &e, guest->bank, i) != 0) {
            return -EINVAL;
        }
    }
    for (unsigned int i = 0; i < guest->nroms; i++) {
        struct node rom = rom_node(node, i);
        struct extent e = {"the rom", guest->rom[i].ipa, guest->rom[i].size};

        if (check_against(&rom, "base", &e, guest->bank, guest->nbanks) != 0) {
            return -EINVAL;
        }
        for (unsigned int j = 0; j < i; j++) {
            struct extent other = {"another rom", guest->rom[j].ipa, guest->rom[j].size};

            if (check_extent(&rom, "base", &e, &other) != 0) {
                return -EINVAL;
            }
        }
    }
    return 0;
}

static bool in_ram(const struct guest_config *guest, uint32_t base, uint32_t size)
{
    for (unsigned int i = 0; i < guest->nbanks; i++) {
        const struct system_bank *bank = &guest->bank[i];

        if (base >= bank->ipa && last_of(base, size) <= last_of(bank->ipa, bank->size)) {
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------- the pieces */

static const struct system_segment *segment_at(const struct layout *l, uint32_t base, uint32_t size)
{
    for (unsigned int i = 0; i < l->guest->nsegments; i++) {
        const struct system_segment *s = &l->guest->segment[i];

        if (overlap(base, size, s->ipa, s->room)) {
            return s;
        }
    }
    if (l->unpacked.room != 0 && overlap(base, size, l->unpacked.ipa, l->unpacked.room)) {
        return &l->unpacked;
    }
    return NULL;
}

/* `other` is what must not be there already; NULL lets a kernel's own segments overlap. */
static int add_piece(struct layout *l, const struct piece *piece,
                     const struct system_segment *other)
{
    const struct system_segment *s = &piece->segment;
    unsigned int base = (unsigned int)s->ipa;
    unsigned int last = (unsigned int)last_of(s->ipa, s->room);

    if (!in_ram(l->guest, s->ipa, s->room)) {
        return node_error(&piece->node, piece->property,
                          "the %s at 0x%08x to 0x%08x is not in the guest's RAM", s->what, base,
                          last);
    }
    if (other != NULL) {
        return node_error(&piece->node, piece->property,
                          "the %s at 0x%08x to 0x%08x overlaps the %s at 0x%08x to 0x%08x", s->what,
                          base, last, other->what, (unsigned int)other->ipa,
                          (unsigned int)last_of(other->ipa, other->room));
    }
    l->guest->segment[l->guest->nsegments++] = piece->segment;
    return 0;
}

/*
 * A zImage decompresses itself to the start of the 128 MiB that it lies in (AUTO_ZRELADDR in
 * Linux's head.S), which for one that is where it belongs is the start of RAM.
 */
static int check_unpacked(struct layout *l, const struct node *node,
                          const struct payload_plan *plan)
{
    const struct system_bank *ram = &l->guest->bank[0];
    uint32_t size = plan->unpacked_end - plan->unpacked_begin;

    if (size == 0 || ALIGN_DOWN(plan->entry, ZIMAGE_WINDOW) != ram->ipa) {
        return 0;
    }
    if (plan->unpacked_end > ram->size) {
        return node_error(
            node, "data",
            "the kernel needs 0x%x bytes of RAM once it is decompressed; the guest has 0x%x",
            (unsigned int)plan->unpacked_end, (unsigned int)ram->size);
    }
    l->unpacked = (struct system_segment){
        .what = "decompressed kernel", .ipa = ram->ipa + plan->unpacked_begin, .room = size};
    return 0;
}

static int lay_kernel(struct layout *l)
{
    static const char *const types[] = {"zImage", "uImage", "elf", "raw"};
    struct payload_request request = {.ram = l->guest->bank[0].ipa};
    struct payload_plan plan;
    struct node node;
    unsigned int type = 0;

    if (!node_child(l->node, "kernel", &node)) {
        if (l->guest->nroms == 0) {
            return node_error(l->node, "kernel", "is missing; a guest needs a kernel or a rom");
        }
        l->guest->entry = l->guest->rom[0].ipa;
        return 0;
    }
    if (node_check_names(&node, &kernel_names) != 0 ||
        node_payload(&node, "data", &request.payload) != 0 ||
        node_choice(&node, "type", types, ARRAY_SIZE(types), &type) != 0 ||
        node_u32(&node, "load", 0, UINT32_MAX, &request.load) != 0 ||
        node_u32(&node, "entry", 0, UINT32_MAX, &request.entry) != 0) {
        return -EINVAL;
    }
    if (request.payload.size == 0) {
        return node_error(&node, "data", "is missing");
    }
    request.has_load = node_has(&node, "load");
    request.has_entry = node_has(&node, "entry");
    if (node_has(&node, "type")) {
        request.type = (enum payload_type)(PAYLOAD_ZIMAGE + type);
    }
    if (payload_plan(&request, &plan, node.error) != 0) {
        return node_error_here(&node);
    }
    l->kernel_type = plan.type;
    l->guest->entry = plan.entry;
    l->guest->thumb = plan.thumb;
    for (unsigned int i = 0; i < plan.nsegments; i++) {
        struct piece piece = {
            .segment = {"kernel", plan.segment[i].ipa, plan.segment[i].room, plan.segment[i].data},
            .node = node,
            .property = request.has_load ? "load" : "data"};

        if (add_piece(l, &piece, NULL) != 0) {
            return -EINVAL;
        }
    }
    return check_unpacked(l, &node, &plan);
}

/* An entry that the tree names must be in memory; where it is in a kernel the format has said. */
static int check_entry(const struct layout *l)
{
    const struct guest_config *guest = l->guest;
    struct node node;

    if (in_ram(guest, guest->entry, 2)) {
        return 0;
    }
    for (unsigned int i = 0; i < guest->nroms; i++) {
        if (overlap(guest->entry, 2, guest->rom[i].ipa, guest->rom[i].size)) {
            return 0;
        }
    }
    (void)node_child(l->node, "kernel", &node);
    return node_error(&node, node_has(&node, "entry") ? "entry" : "data",
                      "the entry 0x%08x is in no memory of the guest", (unsigned int)guest->entry);
}

/* Where QEMU puts the ramdisk, or what follows where it would be. */
static uint32_t ramdisk_place(const struct guest_config *guest)
{
    uint32_t offset = ALIGN_UP(guest->bank[0].size / 2, PAGE_SIZE);

    return guest->bank[0].ipa + MIN(offset, RAMDISK_OFFSET_MAX);
}

static int lay_ramdisk(struct layout *l)
{
    struct piece piece = {.segment = {.what = "ramdisk", .ipa = ramdisk_place(l->guest)}};
    struct system_segment *s = &piece.segment;

    if (!node_child(l->node, "ramdisk", &piece.node)) {
        return 0;
    }
    if (node_check_names(&piece.node, &data_names) != 0 ||
        node_payload(&piece.node, "data", &s->data) != 0 ||
        node_u32(&piece.node, "load", 0, UINT32_MAX, &s->ipa) != 0) {
        return -EINVAL;
    }
    if (s->data.size == 0) {
        return node_error(&piece.node, "data", "is missing");
    }
    piece.property = node_has(&piece.node, "load") ? "load" : "data";
    s->room = s->data.size;
    l->ramdisk = (struct guest_fdt_ramdisk){.ipa = s->ipa, .size = s->room};
    return add_piece(l, &piece, segment_at(l, s->ipa, s->room));
}

/* ---------------------------------------------------------------- the device tree */

/* Makes the tree in the arena, which keeps exactly its length. */
static int make_dtb(struct layout *l, const struct node *node, const struct payload *own,
                    struct payload *made)
{
    bool generate = own->size == 0;
    uint32_t room = generate ? guest_fdt_generate_room(l->guest)
                             : guest_fdt_patch_room(l->guest, own);
    uint32_t used = 0;
    uint8_t *buffer;
    int rc;

    if (room == 0) {
        return node_error(node, "data", "is no device tree, or is cut short");
    }
    buffer = system_arena_alloc(l->arena, room);
    if (buffer == NULL) {
        return node_error(
            node, generate ? NULL : "data",
            "Skep's own memory for systems has no room for a device tree of 0x%x bytes",
            (unsigned int)room);
    }
    rc = generate ? guest_fdt_generate(l->guest, &l->ramdisk, l->midr, buffer, room, &used)
                  : guest_fdt_patch(l->guest, own, &l->ramdisk, buffer, room, &used);
    if (rc != 0) {
        return node_error(node, generate ? NULL : "data", "the device tree is damaged: %s",
                          fdt_strerror(rc));
    }
    l->arena->used -= room - used;
    l->arena->used = ALIGN_UP(l->arena->used, 8);
    *made = (struct payload){.data = buffer, .size = used};
    return 0;
}

/* After the ramdisk; for an ELF or a ROM at the start of RAM, if that is free. */
static uint32_t dtb_place(const struct layout *l, uint32_t size)
{
    uint32_t ram = l->guest->bank[0].ipa;

    if ((l->kernel_type == PAYLOAD_ELF || l->kernel_type == PAYLOAD_AUTO) &&
        segment_at(l, ram, size) == NULL) {
        return ram;
    }
    if (l->ramdisk.size == 0) {
        return ramdisk_place(l->guest);
    }
    return ALIGN_UP(l->ramdisk.ipa + l->ramdisk.size, PAGE_SIZE);
}

static int lay_dtb(struct layout *l)
{
    struct piece piece = {.segment = {.what = "device tree"}, .node = *l->node};
    struct system_segment *s = &piece.segment;
    struct payload own = {.size = 0};
    struct node node;
    bool has_load = false;

    if (node_child(l->node, "dtb", &node)) {
        piece.node = node;
        if (node_check_names(&node, &data_names) != 0 || node_payload(&node, "data", &own) != 0 ||
            node_u32(&node, "load", 0, UINT32_MAX, &s->ipa) != 0) {
            return -EINVAL;
        }
        has_load = node_has(&node, "load");
        piece.property = has_load ? "load" : node_has(&node, "data") ? "data" : NULL;
    }
    if (!IS_ALIGNED(s->ipa, 8)) {
        return node_error(&piece.node, "load", "0x%08x is no multiple of 8", (unsigned int)s->ipa);
    }
    if (make_dtb(l, &piece.node, &own, &s->data) != 0) {
        return -EINVAL;
    }
    s->room = s->data.size;
    if (!has_load) {
        s->ipa = dtb_place(l, s->room);
    }
    l->guest->dtb = s->ipa;
    return add_piece(l, &piece, segment_at(l, s->ipa, s->room));
}

int system_guest_layout(const struct node *node, const struct board *board,
                        struct system_arena *arena, struct guest_config *guest)
{
    struct layout l = {.guest = guest, .node = node, .arena = arena, .midr = board->midr};

    guest->segment = system_arena_alloc(arena, MAX_PIECES * sizeof(guest->segment[0]));
    if (guest->segment == NULL) {
        return node_error(node, NULL, "Skep's own memory for systems is used up");
    }
    if (check_map(node, guest) != 0 || lay_kernel(&l) != 0 || check_entry(&l) != 0 ||
        lay_ramdisk(&l) != 0) {
        return -EINVAL;
    }
    return lay_dtb(&l);
}
