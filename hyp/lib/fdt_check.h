/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is this a device tree that libfdt can be let loose on? fdt_check_full() of libfdt 1.6 is not
 * enough: a property whose length wraps makes it loop for ever, and a structure block that is not
 * aligned makes it fault (LDRD and LDM: ARM DDI 0406C, A3.2.1). Here each tag is stepped over
 * once, within the block, before libfdt sees the tree (Devicetree Specification 0.3, chapter 5).
 */
#ifndef HYP_LIB_FDT_CHECK_H
#define HYP_LIB_FDT_CHECK_H

#include <stddef.h>

/*
 * Check the tree at `fdt`, which is 8-byte aligned and of which `size` bytes may be read. Touches
 * nothing else, and takes time in proportion to the tree's size.
 * Returns 0, or a negative libfdt error: -FDT_ERR_TRUNCATED if the tree says it is longer.
 */
int dt_check(const void *fdt, size_t size);

#endif
