// SPDX-License-Identifier: BSD-3-Clause
// Layout of the file, as the official writer does it:
//
//   0  u32 root | "ET12" | extended header, 32 bytes, left out without segment data | flatbuffer
//   segment base: the next multiple of 128 | segment 0: constants, each 16-aligned
//
//   extended header   "eh00" | u32 32 | u64 program bytes | u64 segment base | u64 segment data
//   bytes
// Source: docs/source/pte-file-format.md and schema/extended_header.cpp of ExecuTorch.
#include "compiler/emit/pte_write.h"

#include "base/bytes.h"
#include "compiler/emit/flatbuffer_build.h"

#include <string.h>

enum {
    PTE_HEADER_BYTES = 32,
    PTE_HEADER_AT = 8,
    PTE_SEGMENT_ALIGNMENT = 128,
    PTE_CONSTANT_ALIGNMENT = 16,
    PTE_SCHEMA_VERSION = 0,
};

typedef struct pte_writer {
    wick_fb_builder builder;
    const wick_pte_program *program;
    int64_t *constant_offsets; // [constant_count + 1], the first reserved
    uint64_t constant_bytes;
} pte_writer;

static uint64_t pte_align(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) & ~(alignment - 1);
}

// A constant without bytes takes one, so that its offset lies inside the segment.
static void pte_place_constants(pte_writer *w)
{
    const wick_pte_program *program = w->program;
    w->constant_offsets =
        wick_arena_alloc(w->builder.arena, (size_t)program->constant_count + 1, sizeof(int64_t));
    for (uint32_t i = 0; i < program->constant_count; i++) {
        size_t size = program->constants[i].size_bytes;
        uint64_t offset = pte_align(w->constant_bytes, PTE_CONSTANT_ALIGNMENT);
        w->constant_offsets[i + 1] = (int64_t)offset;
        w->constant_bytes = offset + (size ? size : 1);
    }
}

// Numbers as a vector of `item_bytes` each, little-endian.
static wick_fb_ref pte_integers(pte_writer *w, const int64_t *items, uint32_t count,
                                uint32_t item_bytes)
{
    uint8_t *bytes = wick_arena_alloc(w->builder.arena, count, item_bytes);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < item_bytes; k++) {
            bytes[(size_t)i * item_bytes + k] = (uint8_t)((uint64_t)items[i] >> 8 * k);
        }
    }
    return wick_fb_vector_create(&w->builder, bytes, count, item_bytes);
}

static wick_fb_ref pte_indices(pte_writer *w, const int32_t *items, uint32_t count)
{
    uint8_t *bytes = wick_arena_alloc(w->builder.arena, count, 4);
    for (uint32_t i = 0; i < count; i++) {
        wick_store_u32(bytes + 4 * (size_t)i, (uint32_t)items[i]);
    }
    return wick_fb_vector_create(&w->builder, bytes, count, 4);
}

static uint64_t pte_real_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static wick_fb_ref pte_reals(pte_writer *w, const double *items, uint32_t count)
{
    uint8_t *bytes = wick_arena_alloc(w->builder.arena, count, 8);
    for (uint32_t i = 0; i < count; i++) {
        wick_store_u64(bytes + 8 * (size_t)i, pte_real_bits(items[i]));
    }
    return wick_fb_vector_create(&w->builder, bytes, count, 8);
}

static wick_fb_ref pte_booleans(pte_writer *w, const bool *items, uint32_t count)
{
    uint8_t *bytes = wick_arena_alloc(w->builder.arena, count, 1);
    for (uint32_t i = 0; i < count; i++) {
        bytes[i] = items[i];
    }
    return wick_fb_vector_create(&w->builder, bytes, count, 1);
}

static wick_fb_ref pte_allocation(pte_writer *w, const wick_pte_tensor *tensor)
{
    if (tensor->memory_id == 0) {
        return 0;
    }
    wick_fb_table_begin(&w->builder, WICK_PTE_ALLOCATION);
    wick_fb_set(&w->builder, WICK_PTE_ALLOCATION_MEMORY_ID, tensor->memory_id);
    wick_fb_set_always(&w->builder, WICK_PTE_ALLOCATION_OFFSET_LOW, (uint32_t)tensor->offset_bytes);
    wick_fb_set(&w->builder, WICK_PTE_ALLOCATION_OFFSET_HIGH, tensor->offset_bytes >> 32);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_extra(pte_writer *w, const wick_pte_tensor *tensor)
{
    if (tensor->qualified_name == NULL) {
        return 0;
    }
    wick_fb_ref name = wick_fb_string_create(&w->builder, tensor->qualified_name);
    wick_fb_table_begin(&w->builder, WICK_PTE_EXTRA);
    wick_fb_set_ref(&w->builder, WICK_PTE_EXTRA_FULLY_QUALIFIED_NAME, name);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_tensor(pte_writer *w, const wick_pte_tensor *tensor)
{
    wick_fb_ref sizes = pte_integers(w, tensor->sizes, tensor->rank, 4);
    wick_fb_ref dim_order = wick_fb_vector_create(&w->builder, tensor->dim_order, tensor->rank, 1);
    wick_fb_ref allocation = pte_allocation(w, tensor);
    wick_fb_ref extra = pte_extra(w, tensor);
    wick_fb_table_begin(&w->builder, WICK_PTE_TENSOR);
    wick_fb_set(&w->builder, WICK_PTE_TENSOR_SCALAR_TYPE, tensor->dtype);
    wick_fb_set_ref(&w->builder, WICK_PTE_TENSOR_SIZES, sizes);
    wick_fb_set_ref(&w->builder, WICK_PTE_TENSOR_DIM_ORDER, dim_order);
    wick_fb_set(&w->builder, WICK_PTE_TENSOR_DATA_BUFFER_INDEX, tensor->constant);
    wick_fb_set_ref(&w->builder, WICK_PTE_TENSOR_ALLOCATION, allocation);
    wick_fb_set(&w->builder, WICK_PTE_TENSOR_SHAPE_DYNAMISM, tensor->is_dynamic ? 1 : 0);
    wick_fb_set_ref(&w->builder, WICK_PTE_TENSOR_EXTRA, extra);
    return wick_fb_table_end(&w->builder);
}

// Table `table` with one field, in slot 0.
static wick_fb_ref pte_number(pte_writer *w, uint32_t table, uint64_t number)
{
    wick_fb_table_begin(&w->builder, table);
    wick_fb_set(&w->builder, 0, number);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_holder(pte_writer *w, uint32_t table, wick_fb_ref items)
{
    wick_fb_table_begin(&w->builder, table);
    wick_fb_set_ref(&w->builder, 0, items);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_value_body(pte_writer *w, const wick_pte_value *value)
{
    const wick_pte_list *list = &value->list;
    switch (value->type) {
    case WICK_PTE_TYPE_INT:
        return pte_number(w, WICK_PTE_INT, (uint64_t)value->integer);
    case WICK_PTE_TYPE_BOOL:
        return pte_number(w, WICK_PTE_BOOL, value->integer != 0);
    case WICK_PTE_TYPE_DOUBLE:
        return pte_number(w, WICK_PTE_DOUBLE, pte_real_bits(value->real));
    case WICK_PTE_TYPE_TENSOR:
        return pte_tensor(w, &value->tensor);
    case WICK_PTE_TYPE_STRING:
        return pte_holder(w, WICK_PTE_STRING, wick_fb_string_create(&w->builder, value->string));
    case WICK_PTE_TYPE_INT_LIST:
        return pte_holder(w, WICK_PTE_INT_LIST, pte_integers(w, list->integers, list->count, 8));
    case WICK_PTE_TYPE_DOUBLE_LIST:
        return pte_holder(w, WICK_PTE_DOUBLE_LIST, pte_reals(w, list->reals, list->count));
    case WICK_PTE_TYPE_BOOL_LIST:
        return pte_holder(w, WICK_PTE_BOOL_LIST, pte_booleans(w, list->booleans, list->count));
    case WICK_PTE_TYPE_TENSOR_LIST:
        return pte_holder(w, WICK_PTE_TENSOR_LIST, pte_integers(w, list->integers, list->count, 4));
    case WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST:
        return pte_holder(w, WICK_PTE_OPTIONAL_TENSOR_LIST,
                          pte_integers(w, list->integers, list->count, 4));
    default: // NONE; the enum also numbers the members of other unions
        return pte_holder(w, WICK_PTE_NONE, 0);
    }
}

static wick_fb_ref *pte_refs(pte_writer *w, uint32_t count)
{
    return wick_arena_alloc(w->builder.arena, count, sizeof(wick_fb_ref));
}

static wick_fb_ref pte_values(pte_writer *w, const wick_pte_method *method)
{
    wick_fb_ref *refs = pte_refs(w, method->value_count);
    for (uint32_t i = 0; i < method->value_count; i++) {
        wick_fb_ref body = pte_value_body(w, &method->values[i]);
        wick_fb_table_begin(&w->builder, WICK_PTE_VALUE);
        wick_fb_set_union(&w->builder, WICK_PTE_VALUE_VALUE, method->values[i].type, body);
        refs[i] = wick_fb_table_end(&w->builder);
    }
    return wick_fb_tables_create(&w->builder, refs, method->value_count);
}

// "aten::add.out" is stored as name "aten::add" and overload "out"; a name that only Wick reads as
// a whole: one string less to verify.
static wick_fb_ref pte_operator(pte_writer *w, const char *full_name)
{
    const char *dot = strncmp(full_name, "wick::", 6) != 0 ? strchr(full_name, '.') : NULL;
    size_t length = dot ? (size_t)(dot - full_name) : strlen(full_name);
    const char *short_name = wick_arena_copy_string(w->builder.arena, full_name, length);
    wick_fb_ref name = wick_fb_string_create(&w->builder, short_name);
    wick_fb_ref overload = dot ? wick_fb_string_create(&w->builder, dot + 1) : 0;
    wick_fb_table_begin(&w->builder, WICK_PTE_OPERATOR);
    wick_fb_set_ref(&w->builder, WICK_PTE_OPERATOR_NAME, name);
    wick_fb_set_ref(&w->builder, WICK_PTE_OPERATOR_OVERLOAD, overload);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_operators(pte_writer *w, const wick_pte_method *method)
{
    wick_fb_ref *refs = pte_refs(w, method->operator_count);
    for (uint32_t i = 0; i < method->operator_count; i++) {
        refs[i] = pte_operator(w, method->operators[i]);
    }
    return wick_fb_tables_create(&w->builder, refs, method->operator_count);
}

static wick_fb_ref pte_jump(pte_writer *w, const wick_pte_call *call)
{
    wick_fb_table_begin(&w->builder, WICK_PTE_JUMP_FALSE_CALL);
    wick_fb_set(&w->builder, WICK_PTE_JUMP_FALSE_CALL_CONDITION, (uint32_t)call->args[0]);
    wick_fb_set(&w->builder, WICK_PTE_JUMP_FALSE_CALL_DESTINATION, call->destination);
    wick_fb_ref jump = wick_fb_table_end(&w->builder);
    wick_fb_table_begin(&w->builder, WICK_PTE_INSTRUCTION);
    wick_fb_set_union(&w->builder, WICK_PTE_INSTRUCTION_VALUE, WICK_PTE_TYPE_JUMP_FALSE_CALL, jump);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_call(pte_writer *w, const wick_pte_call *call)
{
    wick_fb_ref args = pte_indices(w, call->args, call->arg_count);
    wick_fb_table_begin(&w->builder, WICK_PTE_KERNEL_CALL);
    wick_fb_set_always(&w->builder, WICK_PTE_KERNEL_CALL_OPERATOR, call->operator_index);
    wick_fb_set_ref(&w->builder, WICK_PTE_KERNEL_CALL_ARGS, args);
    wick_fb_ref kernel_call = wick_fb_table_end(&w->builder);
    wick_fb_table_begin(&w->builder, WICK_PTE_INSTRUCTION);
    wick_fb_set_union(&w->builder, WICK_PTE_INSTRUCTION_VALUE, WICK_PTE_TYPE_KERNEL_CALL,
                      kernel_call);
    return wick_fb_table_end(&w->builder);
}

// All instructions in one chain, as in every program today.
static wick_fb_ref pte_chains(pte_writer *w, const wick_pte_method *method)
{
    wick_fb_ref *refs = pte_refs(w, method->call_count);
    for (uint32_t i = 0; i < method->call_count; i++) {
        const wick_pte_call *call = &method->calls[i];
        refs[i] = call->is_jump ? pte_jump(w, call) : pte_call(w, call);
    }
    wick_fb_ref instructions = wick_fb_tables_create(&w->builder, refs, method->call_count);
    wick_fb_table_begin(&w->builder, WICK_PTE_CHAIN);
    wick_fb_set_ref(&w->builder, WICK_PTE_CHAIN_INSTRUCTIONS, instructions);
    wick_fb_ref chain = wick_fb_table_end(&w->builder);
    return wick_fb_tables_create(&w->builder, &chain, 1);
}

static wick_fb_ref pte_container(pte_writer *w, const wick_pte_method *method)
{
    if (method->input_spec == NULL) {
        return 0;
    }
    wick_fb_ref inputs = wick_fb_string_create(&w->builder, method->input_spec);
    wick_fb_ref outputs = wick_fb_string_create(&w->builder, method->output_spec);
    wick_fb_table_begin(&w->builder, WICK_PTE_CONTAINER);
    wick_fb_set_ref(&w->builder, WICK_PTE_CONTAINER_ENCODED_INPUTS, inputs);
    wick_fb_set_ref(&w->builder, WICK_PTE_CONTAINER_ENCODED_OUTPUTS, outputs);
    return wick_fb_table_end(&w->builder);
}

// Entry 0 is reserved: memory ids count from 1.
static wick_fb_ref pte_memories(pte_writer *w, const wick_pte_method *method)
{
    int64_t *sizes =
        wick_arena_alloc(w->builder.arena, (size_t)method->memory_count + 1, sizeof *sizes);
    for (uint32_t i = 0; i < method->memory_count; i++) {
        sizes[i + 1] = (int64_t)method->memory_bytes[i];
    }
    return pte_integers(w, sizes, method->memory_count + 1, 8);
}

static wick_fb_ref pte_method(pte_writer *w, const wick_pte_method *method)
{
    wick_fb_ref name = wick_fb_string_create(&w->builder, method->name);
    wick_fb_ref container = pte_container(w, method);
    wick_fb_ref values = pte_values(w, method);
    wick_fb_ref inputs = pte_indices(w, method->inputs, method->input_count);
    wick_fb_ref outputs = pte_indices(w, method->outputs, method->output_count);
    wick_fb_ref chains = pte_chains(w, method);
    wick_fb_ref operators = pte_operators(w, method);
    wick_fb_ref delegates = wick_fb_tables_create(&w->builder, NULL, 0);
    wick_fb_ref memories = pte_memories(w, method);
    wick_fb_table_begin(&w->builder, WICK_PTE_PLAN);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_NAME, name);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_CONTAINER_META_TYPE, container);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_VALUES, values);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_INPUTS, inputs);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_OUTPUTS, outputs);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_CHAINS, chains);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_OPERATORS, operators);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_DELEGATES, delegates);
    wick_fb_set_ref(&w->builder, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES, memories);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_segments(pte_writer *w)
{
    wick_fb_table_begin(&w->builder, WICK_PTE_SEGMENT);
    wick_fb_set(&w->builder, WICK_PTE_SEGMENT_SIZE, w->constant_bytes);
    wick_fb_ref constants = wick_fb_table_end(&w->builder);
    return wick_fb_tables_create(&w->builder, &constants, 1);
}

static wick_fb_ref pte_constant_offsets(pte_writer *w)
{
    wick_fb_ref items = pte_integers(w, w->constant_offsets, w->program->constant_count + 1, 8);
    wick_fb_table_begin(&w->builder, WICK_PTE_OFFSETS);
    wick_fb_set_ref(&w->builder, WICK_PTE_OFFSETS_OFFSETS, items);
    return wick_fb_table_end(&w->builder);
}

static wick_fb_ref pte_program(pte_writer *w)
{
    wick_fb_ref *methods = pte_refs(w, w->program->method_count);
    for (uint32_t i = 0; i < w->program->method_count; i++) {
        methods[i] = pte_method(w, &w->program->methods[i]);
    }
    wick_fb_ref plans = wick_fb_tables_create(&w->builder, methods, w->program->method_count);
    wick_fb_ref segments = pte_segments(w);
    wick_fb_ref constants = pte_constant_offsets(w);
    wick_fb_ref states = w->program->has_initial_state // the same offsets in the same segment
                             ? wick_fb_tables_create(&w->builder, &constants, 1)
                             : 0;
    wick_fb_table_begin(&w->builder, WICK_PTE_PROGRAM);
    wick_fb_set(&w->builder, WICK_PTE_PROGRAM_VERSION, PTE_SCHEMA_VERSION);
    wick_fb_set_ref(&w->builder, WICK_PTE_PROGRAM_EXECUTION_PLAN, plans);
    wick_fb_set_ref(&w->builder, WICK_PTE_PROGRAM_SEGMENTS, segments);
    wick_fb_set_ref(&w->builder, WICK_PTE_PROGRAM_CONSTANT_SEGMENT, constants);
    wick_fb_set_ref(&w->builder, WICK_PTE_PROGRAM_MUTABLE_DATA_SEGMENTS, states);
    return wick_fb_table_end(&w->builder);
}

static void pte_fill_header(uint8_t *header, uint64_t program_bytes, uint64_t segment_base,
                            uint64_t segment_bytes)
{
    memcpy(header, "eh00", 4);
    wick_store_u32(header + 4, PTE_HEADER_BYTES);
    wick_store_u64(header + 8, program_bytes);
    wick_store_u64(header + 16, segment_base);
    wick_store_u64(header + 24, segment_bytes);
}

wick_pte_file wick_pte_write(wick_arena *arena, const wick_pte_program *program)
{
    pte_writer w = {.builder = {.arena = arena}, .program = program};
    wick_pte_file file = {0};
    pte_place_constants(&w);
    wick_fb_ref root = pte_program(&w);
    const uint32_t header_bytes = w.constant_bytes ? PTE_HEADER_BYTES : 0;
    const uint8_t *flatbuffer =
        wick_fb_finish(&w.builder, root, "ET12", header_bytes, &file.flatbuffer_bytes);
    const uint64_t base = header_bytes ? pte_align(file.flatbuffer_bytes, PTE_SEGMENT_ALIGNMENT)
                                       : file.flatbuffer_bytes;
    file.constant_bytes = (size_t)w.constant_bytes;
    file.size_bytes = (size_t)(base + w.constant_bytes);
    file.bytes = wick_arena_alloc(arena, file.size_bytes, 1);
    memcpy(file.bytes, flatbuffer, file.flatbuffer_bytes);
    if (header_bytes != 0) {
        pte_fill_header(file.bytes + PTE_HEADER_AT, file.flatbuffer_bytes, base, w.constant_bytes);
    }
    for (uint32_t i = 0; i < program->constant_count; i++) {
        const wick_pte_constant *constant = &program->constants[i];
        if (constant->size_bytes != 0) {
            memcpy(file.bytes + base + w.constant_offsets[i + 1], constant->bytes,
                   constant->size_bytes);
        }
    }
    return file;
}
