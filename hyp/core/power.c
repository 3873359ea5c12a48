/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See power.h.
 */
#include "hyp/core/power.h"

const struct power *power_board;
