// SPDX-License-Identifier: BSD-3-Clause
// Independent tasks on the processors of the host. What they give may not depend on their number:
// a program has the same bits wherever it is compiled.
#ifndef WICK_COMPILER_SUPPORT_PARALLEL_H
#define WICK_COMPILER_SUPPORT_PARALLEL_H

#include <stdint.h>

enum { WICK_MAX_WORKERS = 8 };

// Task `index`; no two tasks of one worker run at a time.
typedef void wick_parallel_task(void *context, uint32_t worker, uint32_t index);

// Processors that may be used: from 1 to WICK_MAX_WORKERS.
uint32_t wick_parallel_workers(void);
// Runs tasks 0 to count - 1, in any order, by workers 0 to workers - 1; with one, here and in
// order.
void wick_parallel(uint32_t workers, uint32_t count, wick_parallel_task *task, void *context);

#endif
