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

// The same, where arenas of `shared` (bit i: arenas[i] of *memory) are another method's; all others
// are allocated, in *memory.
wick_status wick_host_method_init_sharing(wick_job *job, const char *path,
                                          const wick_program *program, const char *name,
                                          uint32_t shared, wick_memory *memory,
                                          wick_requirements *need, wick_method *method);

// The memories (bit i: memory i + 1) in which both methods have the same state at the same places,
// as wick merge --share-state makes them.
uint32_t wick_host_shared_memories(const wick_program *program, const char *name,
                                   const char *other);

#endif
