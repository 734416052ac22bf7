// SPDX-License-Identifier: BSD-3-Clause
// A method of a program bound to memory of this machine.
#ifndef WICK_TOOLS_HOST_METHOD_H
#define WICK_TOOLS_HOST_METHOD_H

#include "command.h"

#include "wick/method.h"

// Prepares method `name` with all operators, in the job's memory. Failures become diagnostics of
// `path`.
wick_status wick_host_method_init(wick_job *job, const char *path, const wick_program *program,
                                  const char *name, wick_requirements *need, wick_method *method);

#endif
