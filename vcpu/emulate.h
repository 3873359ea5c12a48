/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's access to an emulated device: from the stage-2 data abort to calls of the device's
 * function and back to the guest's registers. Whatever does not fit ends in the abort that the
 * architecture has for it, with the guest's registers as they were before the instruction (the
 * base restored abort model, ARM DDI 0406C, B1.9.8).
 */
#ifndef VCPU_EMULATE_H
#define VCPU_EMULATE_H

#include <stdint.h>

#include "hyp/core/sched.h"

struct vcpu;

/*
 * Handles a data abort taken from the guest (EC 0x24) by a translation, access flag or permission
 * fault of stage 2, and by no other: the caller has looked at DFSC. `hdfar` is the virtual address,
 * `ipa` the byte's IPA: bits 11:0 of both agree. For a table walk (S1PTW) its page is the table's.
 *
 * - A device lies there: the access is carried out and the instruction stepped over. With a valid
 *   syndrome that is all there is to it; without, the instruction is fetched and decoded, and its
 *   words become one device access each, of which none is made unless all lie in devices and in
 *   the 4 KiB page that faulted (the next page of the guest's address space may be anywhere).
 * - It is not aligned to its size: alignment fault, as for Device memory (A3.2.1).
 * - Cache maintenance by MVA: stepped over, because no cache holds anything of a device.
 * - A stage-1 table walk: external abort on the walk.
 * - Anything else: external abort, with a rate-limited line.
 *
 * Returns VERDICT_YIELD when the device says that the guest waits for somebody, else
 * VERDICT_RESUME. Loaded vCPU, on its CPU.
 */
enum verdict emulate_dabt(struct vcpu *vcpu, uint32_t hsr, uint32_t hdfar, uint64_t ipa);

#endif
