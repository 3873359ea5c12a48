/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system control coprocessor as a guest sees it, and the trap controls that decide what of it
 * comes here. Everything that is not trapped is the vCPU's own state, which vcpu/switch.c moves.
 *
 * A guest's CPU is the real core without Security and Virtualization Extensions, without debug by
 * coprocessor, without performance monitors.
 */
#ifndef VCPU_CP15_H
#define VCPU_CP15_H

#include <stdint.h>

#include "hyp/arch/sysreg.h"
#include "hyp/core/sched.h"

struct vcpu;

/*
 * HCR while a guest runs (B4.1.68), and in between; switch.c adds TWI where WFI is to exit.
 * - VM: stage 2 on.
 * - SWIO: a guest's DCISW becomes DCCISW: it would else throw away others' dirty lines.
 * - PTW: a stage-1 table in Device memory (GICV, a passed-through device) faults, so that a table
 *   walk cannot read a register that has side effects.
 * - AMO, IMO, FMO: physical interrupts come to HYP, virtual ones can be given.
 * - TID1: TCMTR, TLBTR, REVIDR, AIDR, so that they have one place.
 * - TID3: the CPUID scheme, to hide what a guest has not got.
 * - TSC: SMC never reaches the firmware.
 * - TIDCP: implementation-defined CP15 of c9 to c11: lockdown, L2 control.
 * - TAC: ACTLR: SMP and prefetch bits of the real core are not the guest's.
 * Clear on purpose:
 * - TSW, TPC, TPU, TTLB, TVM, TID2: all harmless in a guest's own VMID (the switch banks CSSELR and
 *   all that TVM names) and far too frequent: Linux makes 37,000 DCCISW in a boot.
 * - FB, BSU: vCPUs never move from their CPU, so a local operation reaches all that it must; a CPU
 *   with two vCPUs of one guest does TLBIALL between them.
 * - TID0, TWE, DC, TGE, VI, VF: not needed.
 */
#define CP15_HCR                                                                                 \
    (HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_TID1 | HCR_TID3 | HCR_TSC | \
     HCR_TIDCP | HCR_TAC)

/*
 * HDCR while a guest runs (B4.1.67): every debug register (TDA, TDRA, TDOSA) and every performance
 * monitor (TPM and TPMCR) traps, or a guest could set a watchpoint that fires in another
 * or count what others do. TDE clear: BKPT stays the guest's own. HPME clear. HPMN must be kept as
 * it is at reset, PMCR.N, because other values are UNPREDICTABLE: use CP15_HDCR_FOR(PMCR).
 */
#define CP15_HDCR           (HDCR_TDRA | HDCR_TDOSA | HDCR_TDA | HDCR_TPM | HDCR_TPMCR)
#define CP15_HDCR_FOR(pmcr) (CP15_HDCR | (((pmcr) >> 11) & HDCR_HPMN_MASK))

/*
 * HSTR while a guest runs on this CPU (B4.1.81): c15, which is implementation defined and in no
 * trap of HCR. 0 on a core that has no such registers, which ACTLR tells: an A7 or A15 must have
 * ACTLR.SMP set before its caches may be on (TRM 4.3), so where it reads as zero there is no ACTLR
 * to hold it, and nothing in c15. That is QEMU; and there a bit in HSTR would do harm, because
 * QEMU 7.2 then loses track of ITSTATE after any CP15 read in an IT block, as compilers emit it for
 * thread-local data.
 *
 * Always clear: c9 to c11 are what TIDCP and TPM cover. TTEE: ThumbEE state is switched, Linux
 * uses TEEHBR on every task switch. TJDBX: Jazelle is the trivial one and has no state.
 */
uint32_t cp15_hstr(void);

/*
 * HCPTR while a guest runs (B4.1.66), with VFP in the hardware being this vCPU's: every absent
 * coprocessor and the trace registers trap; a guest then gets its UNDEF from HYP. Add
 * HCPTR_TCP10_11, which covers Advanced SIMD too, while another's VFP registers are loaded. TCPAC
 * clear: CPACR is switched.
 */
#define CP15_HCPTR   (HCPTR_RES1 | HCPTR_TTA)

/* CNTHCTL while a guest runs (B4.1.22): CNTP_* and CNTPCT trap to vcpu/vtimer.c. CNTPCT must, for a
 * guest's counter begins at its own start: the hardware's would be ahead by CNTVOFF. */
#define CP15_CNTHCTL 0

/* Sets what CP15 shadows in the vCPU (ACTLR) to its value at reset. On the vCPU's own CPU. */
void cp15_reset(struct vcpu *vcpu);

/* EC 0x03 and 0x04. Loaded vCPU, on its CPU. Always VERDICT_RESUME. */
enum verdict cp15_trap32(struct vcpu *vcpu, uint32_t hsr);
enum verdict cp15_trap64(struct vcpu *vcpu, uint32_t hsr);

/* The table, for its unit test. */
struct cp_table;
extern const struct cp_table cp15_table;

#endif
