/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is started in which order. Boot CPU: hyp_main() on the early stack, until memory is known;
 * then main_on_stack(). The other CPUs: hyp_secondary(). All of them end in the scheduler.
 */
#include <errno.h>
#include <string.h>

#include "drivers/board_tree.h"
#include "drivers/pl011.h"
#include "guests/guest.h"
#include "guests/system.h"
#include "hyp/arch/barrier.h"
#include "hyp/arch/boot_info.h"
#include "hyp/arch/cache.h"
#include "hyp/arch/sysreg.h"
#include "hyp/core/console.h"
#include "hyp/core/irq.h"
#include "hyp/core/irqchip.h"
#include "hyp/core/log.h"
#include "hyp/core/panic.h"
#include "hyp/core/percpu.h"
#include "hyp/core/power.h"
#include "hyp/core/uart.h"
#include "hyp/lib/fdt.h"
#include "hyp/lib/fdt_check.h"
#include "hyp/lib/util.h"
#include "hyp/secondary.h"
#include "hyp/shell/shell.h"
#include "mm/frames.h"
#include "mm/stage1.h"
#include "mm/stage2.h"
#include "mm/window.h"
#include "vcpu/switch.h"
#include "version.h"

/* A device tree is read through two windows side by side before anything else can be mapped. */
#define TREE_MAX BLOCK_SIZE

static struct board board;
static struct pcpu boot_cpu;
static struct board_range tree_range, blob_range, initrd_range;
static struct system system_config;

extern uintptr_t __stack_chk_guard;
extern char vectors_plain[], vectors_icache[], vectors_bpiall[];
_Noreturn void stack_switch(uintptr_t top, void (*fn)(void));

/* What guests taught the branch predictor is forgotten by the vectors, where the core needs it. */
static void set_vectors(void)
{
    char *vectors = vectors_plain;

    switch (READ_CP32(MIDR) & MIDR_PART_MASK) {
    case MIDR_CORTEX_A15:
        vectors = vectors_icache;
        break;
    case MIDR_CORTEX_A17:
    case MIDR_CORTEX_A12:
        vectors = vectors_bpiall;
        break;
    default:
        break;
    }
    WRITE_CP32((uintptr_t)vectors, HVBAR);
    isb();
}

/* Why there is nothing to run, then rest: the person at the console reads it. */
static _Noreturn void stop(const char *why)
{
    log_err("%s", why);
    console_flush_early();
    for (;;)
        wfi();
}

/* The UART that boot/ found, so that whatever goes wrong from here on can be said. */
static void early_console(void)
{
    if (boot_info.uart.kind == EARLY_UART_PL011)
        pl011_init(EARLY_UART_VA + (boot_info.uart.base & (PAGE_SIZE - 1)), 0, 0);
}

/* ---- memory ---- */

static uint32_t be32_at(const void *p)
{
    return fdt32_to_cpu(*(const fdt32_t *)p);
}

/* RAM from `base` to the end of its bank; 0 when it is none. */
static uint64_t room_at(uint64_t base)
{
    for (unsigned int i = 0; i < board.nbanks; i++) {
        if (base - board.bank[i].base < board.bank[i].size)
            return board.bank[i].size - (base - board.bank[i].base);
    }
    return 0;
}

/* The tree that stands right behind the image, by its header; size 0 when there is none. */
static struct board_range appended_tree(void)
{
    uint32_t size = (uint32_t)(__image_end - __image_start);
    struct board_range range = {boot_info.load + (uint64_t)size, 0};
    const char *p;

    if (room_at(range.base) < sizeof(fdt32_t) * 2)
        return range;
    p = window_open(WINDOW_TABLE, PADDR(range.base));
    if (be32_at(p) == FDT_MAGIC)
        range.size = be32_at(p + 4);
    window_close(WINDOW_TABLE);
    return range;
}

static void read_board(void)
{
    const char *fdt = window_open(WINDOW_TABLE, PADDR(boot_info.fdt));
    bool good;

    window_open(WINDOW_GMEM, PADDR(boot_info.fdt + (uint64_t)BLOCK_SIZE));
    tree_range = (struct board_range){boot_info.fdt, be32_at(fdt + 4)};
    if (tree_range.size > TREE_MAX)
        stop("the board's device tree is larger than 2 MiB");
    good = dt_check(fdt, (size_t)tree_range.size) == 0;
    if (good) {
        board_tree_read(fdt, &board);
        board.midr = READ_CP32(MIDR);
        initrd_range = board_tree_initrd(fdt);
    }
    window_close(WINDOW_TABLE);
    window_close(WINDOW_GMEM);
    if (!good)
        stop("the board's device tree is damaged");
}

static void reserve(struct board_range range)
{
    uint64_t room = room_at(range.base);

    if (range.size != 0 && frames_reserve(&host_frames, PADDR(range.base), MIN(range.size, room)))
        panic("the board's memory map has too many holes");
}

static void init_memory(void)
{
    frames_init(&host_frames);
    for (unsigned int i = 0; i < board.nbanks; i++)
        frames_add_bank(&host_frames, PADDR(board.bank[i].base), board.bank[i].size);
    for (unsigned int i = 0; i < board.nreserved; i++)
        reserve(board.reserved[i]);
    reserve((struct board_range){boot_info.load, (uint64_t)(__image_end - __image_start)});
    reserve(tree_range);
    reserve(initrd_range);
    blob_range = appended_tree();
    reserve(blob_range);
}

/* ---- CPUs ---- */

static void init_cpus(void)
{
    if (board.ncpus == 0)
        stop("no CPU in the board's device tree");
    if (frames_free_bytes(&host_frames) == 0)
        stop("no memory in the board's device tree");
    for (unsigned int i = 0; i < board.ncpus; i++) {
        struct pcpu *cpu = stage1_alloc(sizeof(*cpu));

        cpu->id = i;
        cpu->stack_top = stage1_alloc_stack(PCPU_STACK_SIZE);
        cpu->emergency_top = stage1_alloc_stack(PCPU_EMERGENCY_SIZE);
        percpu[i] = cpu;
    }
}

/* This CPU by its MPIDR; the boot CPU may be any. */
static struct pcpu *find_self(void)
{
    uint32_t mpidr = READ_CP32(MPIDR) & 0xffffffu;

    for (unsigned int i = 0; i < board.ncpus; i++) {
        if (board.mpidr[i] == mpidr)
            return percpu[i];
    }
    stop("this CPU is not in the board's device tree");
}

/* What every CPU does for itself once the drivers are there. */
static void init_this_cpu(void)
{
    irqchip->cpu_init();
    stage2_cpu_init();
    sched_cpu_init(this_cpu());
    timer_cpu_init();
    switch_cpu_init();
}

_Noreturn void hyp_secondary(void)
{
    set_vectors();
    init_this_cpu();
    secondary_arrived();
    sched_loop();
}

/* ---- the system ---- */

static void print_line(void *context, const char *text)
{
    (void)context;
    log_info("%s", text);
    console_flush_early();
}

/* system_parse() takes what it needs: most systems need a few pages of what the largest may. */
static bool commit_arena(struct system_arena *arena, size_t size)
{
    static uint8_t *committed;
    uint8_t *from = committed ? committed : arena->base;

    if (arena->base + size <= from)
        return true;
    if (!stage1_commit(from, arena->base + size))
        return false;
    committed = arena->base + ALIGN_UP(size, PAGE_SIZE);
    return true;
}

static bool try_system(struct board_range range, const char *where)
{
    static struct system_arena arena;
    static char message[SYSTEM_MESSAGE_MAX];
    static struct system_error error;
    const void *blob;
    uint64_t room = room_at(range.base);
    int err;

    if (range.size == 0)
        return false;
    room = MIN(room, range.size);
    blob = stage1_map_blob(PADDR(range.base), room);
    if (!blob)
        stop("the system tree does not fit HYP's address space");
    if (!arena.base)
        arena = (struct system_arena){.base = stage1_reserve(SYSTEM_ARENA_SIZE),
                                      .size = SYSTEM_ARENA_SIZE,
                                      .commit = commit_arena};
    arena.used = 0;
    err = system_parse(blob, room, &board, &host_frames, &arena, &system_config, &error);
    if (err == 0) {
        log_info("system tree: %s, %llu bytes", where, (unsigned long long)range.size);
        return true;
    }
    system_error_message(&error, message, sizeof(message));
    log_err("%s", message);
    if (err != -ENOEXEC)
        stop("the system tree is wrong: no guest is started");
    log_warn("%s: passed over", where);
    return false;
}

/* The checker knows the board's tree; only the start has shown which of its CPUs there really are.
 */
static void check_cpus(void)
{
    for (unsigned int g = 0; g < system_config.nguests; g++) {
        const struct guest_config *guest = &system_config.guest[g];

        for (unsigned int i = 0; i < guest->nvcpus; i++) {
            if (!percpu[guest->cpu[i]]->online) {
                log_err("/guests/%s: cpus: CPU %u did not start", guest->name, guest->cpu[i]);
                stop("the board cannot run this system: no guest is started");
            }
        }
    }
    if (!percpu[system_config.housekeeping_cpu]->online)
        stop("the housekeeping CPU did not start: no guest is started");
}

static void load_system(void)
{
    if (!try_system(initrd_range, "initial ramdisk") && !try_system(blob_range, "appended"))
        stop("no system tree: append one to skep.bin (cat skep.bin system.dtb > image), or pass it "
             "as the initial ramdisk (-initrd system.dtb)");
    system_print(&system_config, print_line, 0);
    check_cpus();
}

static void print_board(void)
{
    uint64_t ram = 0;

    for (unsigned int i = 0; i < board.nbanks; i++)
        ram += board.bank[i].size;
    log_info("Skep %s (%s), %s", SKEP_VERSION, SKEP_COMMIT, SKEP_COMPILER);
    log_info("board: %s, %u CPU%s, %llu MiB RAM, image at 0x%08x", board.model, board.ncpus,
             board.ncpus == 1 ? "" : "s", (unsigned long long)(ram >> 20), boot_info.load);
    for (unsigned int i = 0; i < board.nbanks; i++)
        log_info("  RAM 0x%010llx + 0x%08llx", (unsigned long long)board.bank[i].base,
                 (unsigned long long)board.bank[i].size);
    console_flush_early();
}

/* The drivers, the board in words, and what it must have. */
static void init_board(void)
{
    const void *fdt = stage1_map_blob(PADDR(tree_range.base), tree_range.size);

    board_tree_probe(fdt);
    print_board();
    if (!irqchip)
        stop("no GIC with the Virtualization Extensions in the board's device tree");
    if (timer_intid == 0 || timer_virt_intid == 0 || timer_hz == 0)
        stop("no generic timer in the board's device tree, or its frequency is unknown");
    if (boot_info.mode == PSR_SVC)
        log_info("entered in Secure SVC");
    if (this_cpu()->id != 0)
        log_info("started on CPU %u", this_cpu()->id);
}

/* The last of the start, on the housekeeping CPU: the console's interrupt is routed to who asks. */
static enum verdict start_run(struct entity *entity)
{
    (void)entity;
    console_start(this_cpu());
    guest_start_all();
    return VERDICT_STOP;
}

static _Noreturn void main_on_stack(void)
{
    static struct entity start = {.run = start_run, .name = "start"};
    struct pcpu *housekeeping;

    init_board();
    init_this_cpu();
    this_cpu()->online = true;
    secondary_start_all(&board);
    load_system();
    housekeeping = percpu[system_config.housekeeping_cpu];
    shell_init(housekeeping);
    guest_create_all(&system_config);
    log_info("HYP uses %llu KiB of RAM besides its image of %u KiB",
             (unsigned long long)(stage1_used() >> 10),
             (unsigned int)(__image_end - __image_start) >> 10);
    console_flush_early();
    sched_add(&start, housekeeping, SCHED_PRIORITY_JOB, SCHED_SLICE_US);
    sched_wake(&start);
    sched_loop();
}

_Noreturn void hyp_main(void)
{
    struct pcpu *self;

    /* Until the board's CPUs are known. */
    WRITE_CP32((uintptr_t)&boot_cpu, HTPIDR);
    boot_cpu.emergency_top = (uintptr_t)boot_emergency_top;
    set_vectors();
    __stack_chk_guard ^= (uint32_t)READ_CP64(CNTPCT)
                         << 8; /* its low byte stays 0: no string has it */
    timer_hz = READ_CP32(CNTFRQ);
    early_console();
    read_board();
    init_memory();
    init_cpus();
    self = find_self();
    WRITE_CP32((uintptr_t)self, HTPIDR);
    stack_switch(self->stack_top, main_on_stack);
}
