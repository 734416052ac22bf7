// SPDX-License-Identifier: BSD-3-Clause
// Filling the values of a method: of all programs (init.c), and of those that have tensors outside
// (external.c), which is linked only where wick_program_open_with_data is called.
#ifndef WICK_RUNTIME_BIND_H
#define WICK_RUNTIME_BIND_H

#include "runtime/metadata.h"
#include "wick/method.h"

typedef struct wick_binder {
    wick_method *method;
    const wick_plan *plan;
    const wick_memory *memory;
    wick_metadata metadata;
    wick_pte_data constants;
    wick_pte_data initial_state;
    uint32_t unbound_count;
    bool has_numbers;  // that instructions may write
    bool has_computed; // an instruction met so far writes numbers that later ones may read
} wick_binder;

// Type and shape from the fields of a tensor (NULL where absent).
static inline void wick_bind_shape(const uint8_t *sizes, const uint8_t *order, const uint8_t *dtype,
                                   wick_tensor *tensor)
{
    const void *const first_size = wick_fb_vector_at(sizes).items;
    tensor->dtype = dtype != 0 ? *dtype : 0;
    tensor->rank = (uint8_t)wick_fb_count((wick_fb_vector){first_size});
    tensor->flags = 0;
    tensor->sizes = first_size;
    tensor->dim_order = wick_fb_vector_at(order).items;
}

// Where an ALLOCATION table says.
static inline void *wick_bind_planned(const wick_binder *b, const uint8_t *allocation)
{
    const wick_fb_layout layout = wick_fb_layout_of(allocation);
    const uint8_t *id = wick_fb_find(layout, WICK_PTE_ALLOCATION_MEMORY_ID);
    const uint8_t *low = wick_fb_find(layout, WICK_PTE_ALLOCATION_OFFSET_LOW);
    size_t offset = low != 0 ? wick_fb_word(low) : 0;
    if (sizeof offset > 4) { // else the verifier has held the high word to 0
        const size_t high = wick_fb_u32(allocation, WICK_PTE_ALLOCATION_OFFSET_HIGH);
        offset |= high << 16 << 16; // in two steps, for where size_t has 32 bits
    }
    return (uint8_t *)b->memory->arenas[wick_fb_word(id) - 1] + offset;
}

// Fills a value from the word that refers to it; not one that is outside.
wick_status wick_bind_value(wick_binder *b, const uint8_t *reference, wick_value *value);

#endif
