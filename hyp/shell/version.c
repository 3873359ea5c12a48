/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The version line, from the header that the Makefile generates. Alone in its file, so that a new
 * commit compiles nothing else anew.
 */
#include "hyp/shell/shell.h"

#include "version.h"

const char shell_version[] = "Skep " SKEP_VERSION " (" SKEP_COMMIT ", " SKEP_COMPILER ")";
