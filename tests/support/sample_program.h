// SPDX-License-Identifier: BSD-3-Clause
// A small program that holds each kind of value and instruction once. Every number that the
// verifier looks at is a knob, so that a test turns one and leaves the rest right.
//
//   values        0 x f32[2,3] planned   1 w f32[3] constant   2 y f32[2,3] planned, output   3 Int
//   1   4 IntList [3]
//                 5 TensorList [0,2]     6 OptionalTensorList [-1,0]     7 Bool     8 state f32[2]
//                 planned, initial 7, 9 9 String "none"        10 Double 0.5       11 None
//   instructions  0 test::add.out(x, w, 1, y, y)   1 JumpFalse(7 -> 3)   2 Free(y)   3
//   test::add.out(y, w, 1, y, y)
//                 [4 Move(2 -> 2)]  [4 or 5 DelegateCall]
#ifndef WICK_TESTS_SAMPLE_PROGRAM_H
#define WICK_TESTS_SAMPLE_PROGRAM_H

#include "base/bytes.h"
#include "compiler/emit/flatbuffer_build.h"
#include "format/pte_schema.h"

#include <stdbool.h>
#include <string.h>

enum sample_knob {
    SAMPLE_VERSION,
    SAMPLE_HEADER_BYTES, // 24 or 32
    SAMPLE_DTYPE,
    SAMPLE_SIZE_0, // of x and y
    SAMPLE_SIZE_1,
    SAMPLE_DIM_0, // dim_order of x
    SAMPLE_DIM_1,
    SAMPLE_RANK,
    SAMPLE_STORAGE_OFFSET,
    SAMPLE_LAYOUT,
    SAMPLE_DYNAMISM, // of x and y
    SAMPLE_X_PLANNED,
    SAMPLE_X_CONSTANT, // data index of x
    SAMPLE_LOCATION,
    SAMPLE_DEVICE,
    SAMPLE_MUTABLE_SEGMENT,
    SAMPLE_MEMORY_ID, // of y
    SAMPLE_Y_OFFSET,
    SAMPLE_Y_OFFSET_HIGH,
    SAMPLE_ARENA_BYTES,
    SAMPLE_CONSTANT_INDEX,
    SAMPLE_CONSTANT_OFFSET,
    SAMPLE_CONSTANT_SEGMENT,
    SAMPLE_SEGMENT_OFFSET,
    SAMPLE_SEGMENT_BYTES,
    SAMPLE_STATE_INDEX,
    SAMPLE_INT_ITEM,
    SAMPLE_TENSOR_ITEM,
    SAMPLE_OPTIONAL_ITEM,
    SAMPLE_INPUT,
    SAMPLE_OUTPUT,
    SAMPLE_OPERATOR,
    SAMPLE_ARG,
    SAMPLE_OUT,
    SAMPLE_CONDITION,
    SAMPLE_BOOL,
    SAMPLE_DESTINATION,
    SAMPLE_FREE,
    SAMPLE_HAS_MOVE,
    SAMPLE_MOVE_FROM,
    SAMPLE_MOVE_TO,
    SAMPLE_HAS_DELEGATE,
    SAMPLE_DELEGATE,
    SAMPLE_DELEGATE_BLOB,
    SAMPLE_NAMED_SEGMENT,
    SAMPLE_CHAINS,
    SAMPLE_VALUE_TYPE,       // union type of value 10
    SAMPLE_INSTRUCTION_TYPE, // of instruction 2
    SAMPLE_KNOB_COUNT,
};

typedef struct sample_knobs {
    int64_t at[SAMPLE_KNOB_COUNT];
} sample_knobs;

static inline sample_knobs sample_defaults(void)
{
    return (sample_knobs){{
        [SAMPLE_HEADER_BYTES] = 32,
        [SAMPLE_DTYPE] = 6,
        [SAMPLE_SIZE_0] = 2,
        [SAMPLE_SIZE_1] = 3,
        [SAMPLE_DIM_1] = 1,
        [SAMPLE_RANK] = 2,
        [SAMPLE_X_PLANNED] = 1,
        [SAMPLE_MEMORY_ID] = 1,
        [SAMPLE_Y_OFFSET] = 32,
        [SAMPLE_ARENA_BYTES] = 72,
        [SAMPLE_CONSTANT_INDEX] = 1,
        [SAMPLE_SEGMENT_BYTES] = 12,
        [SAMPLE_STATE_INDEX] = 1,
        [SAMPLE_INT_ITEM] = 3,
        [SAMPLE_TENSOR_ITEM] = 2,
        [SAMPLE_OPTIONAL_ITEM] = -1,
        [SAMPLE_OUTPUT] = 2,
        [SAMPLE_ARG] = 1,
        [SAMPLE_OUT] = 2,
        [SAMPLE_CONDITION] = 7,
        [SAMPLE_DESTINATION] = 3,
        [SAMPLE_FREE] = 2,
        [SAMPLE_MOVE_FROM] = 2,
        [SAMPLE_MOVE_TO] = 2,
        [SAMPLE_CHAINS] = 1,
        [SAMPLE_VALUE_TYPE] = WICK_PTE_TYPE_DOUBLE,
        [SAMPLE_INSTRUCTION_TYPE] = WICK_PTE_TYPE_FREE_CALL,
    }};
}

typedef struct sample_builder {
    wick_fb_builder fb;
    const sample_knobs *knobs;
    wick_fb_ref values[12];
    uint32_t value_count;
} sample_builder;

static const float sample_weights[3] = {10, 20, 30};
static const float sample_state[2] = {7, 9};

static inline wick_fb_ref sample_one_number(sample_builder *b, uint32_t table, int64_t number)
{
    wick_fb_table_begin(&b->fb, table);
    wick_fb_set(&b->fb, 0, (uint64_t)number);
    return wick_fb_table_end(&b->fb);
}

static inline wick_fb_ref sample_one_ref(sample_builder *b, uint32_t table, wick_fb_ref ref)
{
    wick_fb_table_begin(&b->fb, table);
    wick_fb_set_ref(&b->fb, 0, ref);
    return wick_fb_table_end(&b->fb);
}

static inline void sample_add_value(sample_builder *b, uint32_t type, wick_fb_ref held)
{
    wick_fb_table_begin(&b->fb, WICK_PTE_VALUE);
    wick_fb_set_union(&b->fb, WICK_PTE_VALUE_VALUE, type, held);
    b->values[b->value_count++] = wick_fb_table_end(&b->fb);
}

typedef struct sample_tensor {
    uint32_t rank;
    int64_t sizes[2];
    uint8_t dim_order[2];
    int64_t data_index;
    int64_t memory_id; // 0: not planned
    int64_t offset_low;
    int64_t offset_high;
    bool is_turned; // takes the knobs of features
} sample_tensor;

static inline wick_fb_ref sample_allocation(sample_builder *b, const sample_tensor *t)
{
    wick_fb_table_begin(&b->fb, WICK_PTE_ALLOCATION);
    wick_fb_set(&b->fb, WICK_PTE_ALLOCATION_MEMORY_ID, (uint32_t)t->memory_id);
    wick_fb_set(&b->fb, WICK_PTE_ALLOCATION_OFFSET_LOW, (uint32_t)t->offset_low);
    wick_fb_set(&b->fb, WICK_PTE_ALLOCATION_OFFSET_HIGH, (uint32_t)t->offset_high);
    return wick_fb_table_end(&b->fb);
}

static inline wick_fb_ref sample_extra(sample_builder *b)
{
    const int64_t *at = b->knobs->at;
    wick_fb_table_begin(&b->fb, WICK_PTE_EXTRA);
    wick_fb_set(&b->fb, WICK_PTE_EXTRA_MUTABLE_SEGMENT_INDEX, (uint64_t)at[SAMPLE_MUTABLE_SEGMENT]);
    wick_fb_set(&b->fb, WICK_PTE_EXTRA_LOCATION, (uint8_t)at[SAMPLE_LOCATION]);
    wick_fb_set(&b->fb, WICK_PTE_EXTRA_DEVICE_TYPE, (uint8_t)at[SAMPLE_DEVICE]);
    return wick_fb_table_end(&b->fb);
}

static inline void sample_add_tensor(sample_builder *b, const sample_tensor *t)
{
    const int64_t *at = b->knobs->at;
    int32_t sizes[32] = {(int32_t)t->sizes[0], (int32_t)t->sizes[1]};
    uint8_t dim_order[32] = {t->dim_order[0], t->dim_order[1]};
    for (uint32_t i = 2; i < 32; i++) {
        sizes[i] = 1;
        dim_order[i] = (uint8_t)i;
    }
    const wick_fb_ref sizes_ref = wick_fb_vector_create(&b->fb, sizes, t->rank, 4);
    const wick_fb_ref order_ref = wick_fb_vector_create(&b->fb, dim_order, t->rank, 1);
    const wick_fb_ref allocation = t->memory_id != 0 ? sample_allocation(b, t) : 0;
    const wick_fb_ref extra = t->is_turned ? sample_extra(b) : 0;
    wick_fb_table_begin(&b->fb, WICK_PTE_TENSOR);
    wick_fb_set(&b->fb, WICK_PTE_TENSOR_SCALAR_TYPE,
                (uint8_t)(t->is_turned ? at[SAMPLE_DTYPE] : 6));
    wick_fb_set_ref(&b->fb, WICK_PTE_TENSOR_SIZES, sizes_ref);
    wick_fb_set_ref(&b->fb, WICK_PTE_TENSOR_DIM_ORDER, order_ref);
    wick_fb_set(&b->fb, WICK_PTE_TENSOR_DATA_BUFFER_INDEX, (uint32_t)t->data_index);
    if (allocation != 0) {
        wick_fb_set_ref(&b->fb, WICK_PTE_TENSOR_ALLOCATION, allocation);
    }
    if (t->is_turned) {
        wick_fb_set(&b->fb, WICK_PTE_TENSOR_STORAGE_OFFSET, (uint32_t)at[SAMPLE_STORAGE_OFFSET]);
        wick_fb_set(&b->fb, WICK_PTE_TENSOR_LAYOUT, (uint8_t)at[SAMPLE_LAYOUT]);
        wick_fb_set(&b->fb, WICK_PTE_TENSOR_SHAPE_DYNAMISM, (uint8_t)at[SAMPLE_DYNAMISM]);
        wick_fb_set_ref(&b->fb, WICK_PTE_TENSOR_EXTRA, extra);
    }
    sample_add_value(b, WICK_PTE_TYPE_TENSOR, wick_fb_table_end(&b->fb));
}

static inline void sample_add_tensors(sample_builder *b)
{
    const int64_t *at = b->knobs->at;
    sample_add_tensor(
        b, &(sample_tensor){.rank = (uint32_t)at[SAMPLE_RANK],
                            .sizes = {at[SAMPLE_SIZE_0], at[SAMPLE_SIZE_1]},
                            .dim_order = {(uint8_t)at[SAMPLE_DIM_0], (uint8_t)at[SAMPLE_DIM_1]},
                            .data_index = at[SAMPLE_X_CONSTANT],
                            .memory_id = at[SAMPLE_X_PLANNED],
                            .is_turned = true});
    sample_add_tensor(
        b, &(sample_tensor){.rank = 1, .sizes = {3}, .data_index = at[SAMPLE_CONSTANT_INDEX]});
    sample_add_tensor(b, &(sample_tensor){.rank = 2,
                                          .sizes = {at[SAMPLE_SIZE_0], at[SAMPLE_SIZE_1]},
                                          .dim_order = {0, 1},
                                          .memory_id = at[SAMPLE_MEMORY_ID],
                                          .offset_low = at[SAMPLE_Y_OFFSET],
                                          .offset_high = at[SAMPLE_Y_OFFSET_HIGH],
                                          .is_turned = true});
}

static inline wick_fb_ref sample_add_values(sample_builder *b)
{
    const int64_t *at = b->knobs->at;
    const int64_t integers[1] = {at[SAMPLE_INT_ITEM]};
    const int32_t tensors[2] = {0, (int32_t)at[SAMPLE_TENSOR_ITEM]};
    const int32_t optional[2] = {(int32_t)at[SAMPLE_OPTIONAL_ITEM], 0};
    sample_add_tensors(b);
    sample_add_value(b, WICK_PTE_TYPE_INT, sample_one_number(b, WICK_PTE_INT, 1));
    sample_add_value(
        b, WICK_PTE_TYPE_INT_LIST,
        sample_one_ref(b, WICK_PTE_INT_LIST, wick_fb_vector_create(&b->fb, integers, 1, 8)));
    sample_add_value(
        b, WICK_PTE_TYPE_TENSOR_LIST,
        sample_one_ref(b, WICK_PTE_TENSOR_LIST, wick_fb_vector_create(&b->fb, tensors, 2, 4)));
    sample_add_value(b, WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST,
                     sample_one_ref(b, WICK_PTE_OPTIONAL_TENSOR_LIST,
                                    wick_fb_vector_create(&b->fb, optional, 2, 4)));
    sample_add_value(b, WICK_PTE_TYPE_BOOL, sample_one_number(b, WICK_PTE_BOOL, at[SAMPLE_BOOL]));
    sample_add_tensor(b, &(sample_tensor){.rank = 1,
                                          .sizes = {2},
                                          .data_index = at[SAMPLE_STATE_INDEX],
                                          .memory_id = 1,
                                          .offset_low = 64});
    sample_add_value(b, WICK_PTE_TYPE_STRING,
                     sample_one_ref(b, WICK_PTE_STRING, wick_fb_string_create(&b->fb, "none")));
    sample_add_value(b, (uint32_t)at[SAMPLE_VALUE_TYPE],
                     sample_one_number(b, WICK_PTE_DOUBLE, 0x3fe0000000000000));
    wick_fb_table_begin(&b->fb, WICK_PTE_NONE);
    sample_add_value(b, WICK_PTE_TYPE_NONE, wick_fb_table_end(&b->fb));
    return wick_fb_tables_create(&b->fb, b->values, b->value_count);
}

static inline wick_fb_ref sample_instruction(sample_builder *b, uint32_t type, wick_fb_ref call)
{
    wick_fb_table_begin(&b->fb, WICK_PTE_INSTRUCTION);
    wick_fb_set_union(&b->fb, WICK_PTE_INSTRUCTION_VALUE, type, call);
    return wick_fb_table_end(&b->fb);
}

static inline wick_fb_ref sample_call(sample_builder *b, uint32_t type, uint32_t table,
                                      const int64_t *words)
{
    wick_fb_table_begin(&b->fb, table);
    wick_fb_set(&b->fb, 0, (uint32_t)words[0]);
    wick_fb_set(&b->fb, 1, (uint32_t)words[1]);
    return sample_instruction(b, type, wick_fb_table_end(&b->fb));
}

static inline wick_fb_ref sample_kernel(sample_builder *b, uint32_t type, uint32_t table,
                                        int64_t callee, int32_t first)
{
    const int64_t *at = b->knobs->at;
    const int32_t out = (int32_t)at[SAMPLE_OUT];
    const int32_t args[5] = {first, (int32_t)at[SAMPLE_ARG], 3, out, out};
    const wick_fb_ref list = wick_fb_vector_create(&b->fb, args, 5, 4);
    wick_fb_table_begin(&b->fb, table);
    wick_fb_set(&b->fb, 0, (uint32_t)callee);
    wick_fb_set_ref(&b->fb, 1, list);
    return sample_instruction(b, type, wick_fb_table_end(&b->fb));
}

static inline wick_fb_ref sample_instructions(sample_builder *b)
{
    const int64_t *at = b->knobs->at;
    wick_fb_ref all[6];
    uint32_t count = 0;
    all[count++] =
        sample_kernel(b, WICK_PTE_TYPE_KERNEL_CALL, WICK_PTE_KERNEL_CALL, at[SAMPLE_OPERATOR], 0);
    all[count++] = sample_call(b, WICK_PTE_TYPE_JUMP_FALSE_CALL, WICK_PTE_JUMP_FALSE_CALL,
                               (int64_t[]){at[SAMPLE_CONDITION], at[SAMPLE_DESTINATION]});
    all[count++] =
        sample_instruction(b, (uint32_t)at[SAMPLE_INSTRUCTION_TYPE],
                           sample_one_number(b, WICK_PTE_FREE_CALL, (uint32_t)at[SAMPLE_FREE]));
    all[count++] = sample_kernel(b, WICK_PTE_TYPE_KERNEL_CALL, WICK_PTE_KERNEL_CALL, 0, 2);
    if (at[SAMPLE_HAS_MOVE] != 0) {
        all[count++] = sample_call(b, WICK_PTE_TYPE_MOVE_CALL, WICK_PTE_MOVE_CALL,
                                   (int64_t[]){at[SAMPLE_MOVE_FROM], at[SAMPLE_MOVE_TO]});
    }
    if (at[SAMPLE_HAS_DELEGATE] != 0) {
        all[count++] = sample_kernel(b, WICK_PTE_TYPE_DELEGATE_CALL, WICK_PTE_DELEGATE_CALL,
                                     at[SAMPLE_DELEGATE], 0);
    }
    return wick_fb_tables_create(&b->fb, all, count);
}

static inline wick_fb_ref sample_delegates(sample_builder *b)
{
    const wick_fb_ref id = wick_fb_string_create(&b->fb, "TestBackend");
    wick_fb_table_begin(&b->fb, WICK_PTE_DATA_REFERENCE);
    wick_fb_set(&b->fb, WICK_PTE_DATA_REFERENCE_LOCATION, 1);
    wick_fb_set(&b->fb, WICK_PTE_DATA_REFERENCE_INDEX,
                (uint32_t)b->knobs->at[SAMPLE_DELEGATE_BLOB]);
    const wick_fb_ref processed = wick_fb_table_end(&b->fb);
    wick_fb_table_begin(&b->fb, WICK_PTE_DELEGATE);
    wick_fb_set_ref(&b->fb, WICK_PTE_DELEGATE_ID, id);
    wick_fb_set_ref(&b->fb, WICK_PTE_DELEGATE_PROCESSED, processed);
    const wick_fb_ref delegate = wick_fb_table_end(&b->fb);
    return wick_fb_tables_create(&b->fb, &delegate, 1);
}

static inline wick_fb_ref sample_plan(sample_builder *b)
{
    const int64_t *at = b->knobs->at;
    const int32_t input = (int32_t)at[SAMPLE_INPUT];
    const int32_t output = (int32_t)at[SAMPLE_OUTPUT];
    const int64_t arenas[2] = {0, at[SAMPLE_ARENA_BYTES]};
    const wick_fb_ref values = sample_add_values(b);
    const wick_fb_ref instructions = sample_instructions(b);
    wick_fb_ref chains[2];
    for (uint32_t i = 0; i < 2; i++) {
        wick_fb_table_begin(&b->fb, WICK_PTE_CHAIN);
        wick_fb_set_ref(&b->fb, WICK_PTE_CHAIN_INSTRUCTIONS, instructions);
        chains[i] = wick_fb_table_end(&b->fb);
    }
    const wick_fb_ref chains_ref =
        wick_fb_tables_create(&b->fb, chains, (uint32_t)at[SAMPLE_CHAINS]);
    const wick_fb_ref operator_name = wick_fb_string_create(&b->fb, "test::add");
    const wick_fb_ref overload = wick_fb_string_create(&b->fb, "out");
    wick_fb_table_begin(&b->fb, WICK_PTE_OPERATOR);
    wick_fb_set_ref(&b->fb, WICK_PTE_OPERATOR_NAME, operator_name);
    wick_fb_set_ref(&b->fb, WICK_PTE_OPERATOR_OVERLOAD, overload);
    const wick_fb_ref row = wick_fb_table_end(&b->fb);
    const wick_fb_ref operators = wick_fb_tables_create(&b->fb, &row, 1);
    const wick_fb_ref delegates = sample_delegates(b);
    const wick_fb_ref name = wick_fb_string_create(&b->fb, "forward");
    const wick_fb_ref inputs = wick_fb_vector_create(&b->fb, &input, 1, 4);
    const wick_fb_ref outputs = wick_fb_vector_create(&b->fb, &output, 1, 4);
    const wick_fb_ref sizes = wick_fb_vector_create(&b->fb, arenas, 2, 8);
    wick_fb_table_begin(&b->fb, WICK_PTE_PLAN);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_NAME, name);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_VALUES, values);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_INPUTS, inputs);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_OUTPUTS, outputs);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_CHAINS, chains_ref);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_OPERATORS, operators);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_DELEGATES, delegates);
    wick_fb_set_ref(&b->fb, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES, sizes);
    return wick_fb_table_end(&b->fb);
}

static inline wick_fb_ref sample_segment(sample_builder *b, int64_t offset, int64_t size_bytes)
{
    wick_fb_table_begin(&b->fb, WICK_PTE_SEGMENT);
    wick_fb_set(&b->fb, WICK_PTE_SEGMENT_OFFSET, (uint64_t)offset);
    wick_fb_set(&b->fb, WICK_PTE_SEGMENT_SIZE, (uint64_t)size_bytes);
    return wick_fb_table_end(&b->fb);
}

static inline wick_fb_ref sample_offsets(sample_builder *b, int64_t segment, int64_t offset)
{
    const int64_t offsets[2] = {0, offset};
    const wick_fb_ref list = wick_fb_vector_create(&b->fb, offsets, 2, 8);
    wick_fb_table_begin(&b->fb, WICK_PTE_OFFSETS);
    wick_fb_set(&b->fb, WICK_PTE_OFFSETS_SEGMENT_INDEX, (uint32_t)segment);
    wick_fb_set_ref(&b->fb, WICK_PTE_OFFSETS_OFFSETS, list);
    return wick_fb_table_end(&b->fb);
}

static inline wick_fb_ref sample_named_data(sample_builder *b)
{
    const wick_fb_ref key = wick_fb_string_create(&b->fb, "key");
    wick_fb_table_begin(&b->fb, WICK_PTE_NAMED_DATA);
    wick_fb_set_ref(&b->fb, WICK_PTE_NAMED_DATA_KEY, key);
    wick_fb_set(&b->fb, WICK_PTE_NAMED_DATA_SEGMENT_INDEX,
                (uint32_t)b->knobs->at[SAMPLE_NAMED_SEGMENT]);
    const wick_fb_ref row = wick_fb_table_end(&b->fb);
    return wick_fb_tables_create(&b->fb, &row, 1);
}

static inline wick_fb_ref sample_root(sample_builder *b)
{
    const int64_t *at = b->knobs->at;
    const wick_fb_ref plan = sample_plan(b);
    const wick_fb_ref plans = wick_fb_tables_create(&b->fb, &plan, 1);
    const wick_fb_ref segments[2] = {
        sample_segment(b, at[SAMPLE_SEGMENT_OFFSET], at[SAMPLE_SEGMENT_BYTES]),
        sample_segment(b, 16, 8),
    };
    const wick_fb_ref segments_ref = wick_fb_tables_create(&b->fb, segments, 2);
    const wick_fb_ref constants =
        sample_offsets(b, at[SAMPLE_CONSTANT_SEGMENT], at[SAMPLE_CONSTANT_OFFSET]);
    const wick_fb_ref state = sample_offsets(b, 1, 0);
    const wick_fb_ref states = wick_fb_tables_create(&b->fb, &state, 1);
    const wick_fb_ref named = sample_named_data(b);
    wick_fb_table_begin(&b->fb, WICK_PTE_PROGRAM);
    wick_fb_set(&b->fb, WICK_PTE_PROGRAM_VERSION, (uint32_t)at[SAMPLE_VERSION]);
    wick_fb_set_ref(&b->fb, WICK_PTE_PROGRAM_EXECUTION_PLAN, plans);
    wick_fb_set_ref(&b->fb, WICK_PTE_PROGRAM_SEGMENTS, segments_ref);
    wick_fb_set_ref(&b->fb, WICK_PTE_PROGRAM_CONSTANT_SEGMENT, constants);
    wick_fb_set_ref(&b->fb, WICK_PTE_PROGRAM_MUTABLE_DATA_SEGMENTS, states);
    wick_fb_set_ref(&b->fb, WICK_PTE_PROGRAM_NAMED_DATA, named);
    return wick_fb_table_end(&b->fb);
}

// The whole file, in the arena, 16-aligned.
static inline uint8_t *sample_program(wick_arena *arena, const sample_knobs *knobs,
                                      size_t *size_bytes)
{
    sample_builder b = {.fb = {.arena = arena}, .knobs = knobs};
    const wick_fb_ref root = sample_root(&b);
    const uint32_t header_bytes = 32;
    size_t program_bytes;
    const uint8_t *program = wick_fb_finish(&b.fb, root, "ET12", header_bytes, &program_bytes);
    const size_t base = (program_bytes + 15) / 16 * 16;
    *size_bytes = base + 24;
    uint8_t *file = wick_arena_alloc(arena, *size_bytes, 1);
    memcpy(file, program, program_bytes);
    memcpy(file + base, sample_weights, sizeof sample_weights);
    memcpy(file + base + 16, sample_state, sizeof sample_state);
    memcpy(file + 8, "eh00", 4);
    wick_store_u32(file + 12, (uint32_t)knobs->at[SAMPLE_HEADER_BYTES]);
    wick_store_u64(file + 16, program_bytes);
    wick_store_u64(file + 24, base);
    if (knobs->at[SAMPLE_HEADER_BYTES] >= 32) {
        wick_store_u64(file + 32, 24);
    }
    return file;
}

#endif
