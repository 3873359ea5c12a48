/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin for QEMU's TCG: counts how often each instruction is executed between the first and the
 * second time that the instruction at `mark` is, by all CPUs together, in a guest or in HYP.
 *
 *   -plugin file=count.so,mark=0x40010abc,out=counts.txt
 *
 * The file has a line `pc count` for each instruction that was executed, both in hexadecimal. PCs
 * are virtual, so what is counted must not share addresses.
 *
 * qemu-plugin.h is in no binary package. What is used of it is declared here as QEMU 4.2 to 8.x
 * define it (docs/devel/tcg-plugins.rst); API version 1.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef struct qemu_info_t qemu_info_t;
typedef void (*tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*vcpu_udata_cb)(unsigned int vcpu, void *userdata);
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, vcpu_udata_cb cb,
                                            enum qemu_plugin_cb_flags flags, void *userdata);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
                                                enum qemu_plugin_op op, void *ptr, uint64_t imm);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* Open addressing; what a hypervisor and a small guest execute is a few thousand instructions. */
#define SLOTS (1u << 20)

static struct {
    uint64_t pc;
    uint64_t count;
    bool used;
} table[SLOTS];

static uint64_t mark;
static const char *out;
static unsigned int marks;

static uint64_t *counter(uint64_t pc)
{
    uint32_t at = (uint32_t)(pc * 2654435761u) % SLOTS;

    while (table[at].used && table[at].pc != pc)
        at = (at + 1) % SLOTS;
    table[at].used = true;
    table[at].pc = pc;
    return &table[at].count;
}

static void write_counts(void)
{
    FILE *file = fopen(out, "w");

    if (!file)
        abort();
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (table[i].count)
            fprintf(file, "%" PRIx64 " %" PRIx64 "\n", table[i].pc, table[i].count);
    }
    fclose(file);
}

static void at_mark(unsigned int vcpu, void *userdata)
{
    (void)vcpu;
    (void)userdata;
    if (++marks == 2)
        write_counts();
    for (uint32_t i = 0; marks == 1 && i < SLOTS; i++)
        table[i].count = 0;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t pc = qemu_plugin_insn_vaddr(insn);

        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, counter(pc),
                                                   1);
        if (pc == mark)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark, QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
}

__attribute__((visibility("default"))) int
qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "mark=", 5) == 0)
            mark = strtoull(argv[i] + 5, NULL, 0);
        else if (strncmp(argv[i], "out=", 4) == 0)
            out = strdup(argv[i] + 4);
    }
    if (!mark || !out) {
        fprintf(stderr, "count: mark=ADDRESS and out=FILE are wanted\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
