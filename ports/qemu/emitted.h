// SPDX-License-Identifier: BSD-3-Clause
// Emitted C as tables: made for each model by ports/qemu/run from the emitted header.
#ifndef WICK_QEMU_EMITTED_H
#define WICK_QEMU_EMITTED_H

#include <stdint.h>

extern const uint32_t wick_qemu_emitted_arena_bytes[];
extern const uint32_t wick_qemu_emitted_arena_count;
extern const uint32_t wick_qemu_emitted_input_bytes[];
extern const uint32_t wick_qemu_emitted_input_count;
extern const uint32_t wick_qemu_emitted_output_bytes[];
extern const uint32_t wick_qemu_emitted_output_count;

// Starts the model's state; does nothing where it has none.
void wick_qemu_emitted_reset(void *const *arenas);
int wick_qemu_emitted_run(void *const *arenas, const void *const *inputs, void *const *outputs);

#endif
