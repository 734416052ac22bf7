// SPDX-License-Identifier: BSD-3-Clause
// Second pass: what the tables say. Indices are compared as unsigned words, so that negative ones
// are out of range.
#include "format/pte_verify.h"

#include "base/failure.h"
#include "format/pte_header.h"
#include "format/pte_read.h"
#include "format/pte_structure.h"

typedef struct checker {
    const wick_program *program;
    const uint8_t *root;
    wick_pte_data constants;
    wick_pte_data initial_state;
    wick_fb_vector segments;
    // Of the plan that is being checked:
    const uint8_t *plan;
    wick_fb_vector values;
    wick_fb_vector arenas; // u64 bytes of each memory; [0] is reserved
    uint32_t instruction_count;
    uint32_t budget; // list items that may still be checked: vectors may be shared, and time must
                     // stay linear
    wick_failure *failure;
} checker;

static wick_status fail(const checker *c, const uint8_t *at, const char *text)
{
    return wick_failure_set(c->failure, WICK_INVALID_PROGRAM, (uint32_t)(at - c->program->bytes),
                            text);
}

static wick_status refuse(const checker *c, const uint8_t *at, const char *text)
{
    return wick_failure_set(c->failure, WICK_NOT_SUPPORTED, (uint32_t)(at - c->program->bytes),
                            text);
}

// Union type of a value, and what it holds in *held; 0 if there is no such value.
static uint32_t value_at(const checker *c, uint32_t index, const uint8_t **held)
{
    uint32_t type = 0;
    if (index < c->values.count) {
        *held = wick_fb_union(wick_fb_table_at(c->values, index), &type);
    }
    return type;
}

static uint32_t value_type(const checker *c, uint32_t index)
{
    const uint8_t *held;
    return value_at(c, index, &held);
}

static wick_status charge(checker *c, wick_fb_vector items)
{
    if (items.count > c->budget) {
        return fail(c, items.items, WICK_TEXT("lists are shared too often"));
    }
    c->budget -= items.count;
    return WICK_OK;
}

enum {
    ANY_TYPE = 0,
    OR_NONE = 0x100, // beside a type: -1 is allowed
};

// Holds items, each an index of item_bytes, against the values: they exist and have the type.
static wick_status check_indices(checker *c, wick_fb_vector items, uint32_t item_bytes,
                                 uint32_t type)
{
    WICK_TRY(charge(c, items));
    for (uint32_t i = 0; i < items.count; i++) {
        const uint8_t *item = items.items + (size_t)i * item_bytes;
        const uint32_t index = wick_fb_word(item);
        const bool is_none = (type & OR_NONE) != 0 && index == UINT32_MAX;
        const bool is_right =
            type == ANY_TYPE ? index < c->values.count : value_type(c, index) == (type & 0xff);
        if ((!is_right && !is_none) || (item_bytes == 8 && wick_fb_word(item + 4) != 0)) {
            return fail(c, item, WICK_TEXT("index of no value, or of one of the wrong type"));
        }
    }
    return WICK_OK;
}

// A tensor whose fields have been looked up.
typedef struct tensor_fields {
    const uint8_t *table;
    const uint8_t *at[WICK_PTE_TENSOR_EXTRA + 1]; // by slot
    uint32_t item_bytes;
    size_t size_bytes; // set by check_shape
} tensor_fields;

// Checks sizes and dim order, and computes size_bytes.
static wick_status check_shape(const checker *c, tensor_fields *t)
{
    const wick_fb_vector sizes = wick_fb_vector_at(t->at[WICK_PTE_TENSOR_SIZES]);
    const wick_fb_vector order = wick_fb_vector_at(t->at[WICK_PTE_TENSOR_DIM_ORDER]);
    if (sizes.count > WICK_MAX_RANK || order.count != sizes.count) {
        return fail(c, t->table, WICK_TEXT("rank above 16, or not that of dim_order"));
    }
    // Elements, with sizes of 0 taken as 1, stay inside int32: strides are made from them.
    uint32_t count = 1;
    uint32_t seen = 0;
    bool is_empty = false;
    for (uint32_t i = 0; i < sizes.count; i++) {
        const uint32_t size = wick_fb_word(sizes.items + 4 * (size_t)i);
        const uint64_t product = (uint64_t)count * (size > 0 ? size : 1);
        if (product > INT32_MAX) {
            return fail(c, t->table, WICK_TEXT("tensor with a negative size, or too large"));
        }
        count = (uint32_t)product;
        is_empty = is_empty || size == 0;
        seen |= order.items[i] < sizes.count ? 1u << order.items[i] : 0;
    }
    if (seen != (1u << sizes.count) - 1) {
        return fail(c, t->table, WICK_TEXT("dim_order is not a permutation"));
    }
    const uint64_t size_bytes = is_empty ? 0 : (uint64_t)count * t->item_bytes;
    t->size_bytes = (size_t)size_bytes;
    return t->size_bytes == size_bytes ? WICK_OK : fail(c, t->table, WICK_TEXT("tensor too large"));
}

static wick_status check_placement(const checker *c, const tensor_fields *t,
                                   const uint8_t *allocation)
{
    const uint32_t id = wick_fb_u32(allocation, WICK_PTE_ALLOCATION_MEMORY_ID);
    if (id == 0 || id >= c->arenas.count) {
        return fail(c, allocation, WICK_TEXT("tensor in a memory that the plan lacks"));
    }
    const uint64_t offset = (uint64_t)wick_fb_u32(allocation, WICK_PTE_ALLOCATION_OFFSET_HIGH)
                                << 32 |
                            wick_fb_u32(allocation, WICK_PTE_ALLOCATION_OFFSET_LOW);
    size_t arena_bytes = 0;
    (void)wick_pte_size(c->arenas.items + 8 * (size_t)id, &arena_bytes); // see check_arenas
    if (offset > arena_bytes || t->size_bytes > arena_bytes - (size_t)offset) {
        return fail(c, allocation, WICK_TEXT("tensor outside of its memory"));
    }
    if (((size_t)offset & (t->item_bytes - 1)) != 0) {
        return fail(c, allocation, WICK_TEXT("misaligned tensor"));
    }
    return WICK_OK;
}

static wick_status check_data(const checker *c, const tensor_fields *t, const wick_pte_data *data,
                              uint32_t index)
{
    size_t room = 0;
    const uint8_t *found = wick_pte_data_at(data, index, &room);
    if (found == 0 || t->size_bytes > room) {
        return fail(c, t->table, WICK_TEXT("tensor data outside of the file"));
    }
    if (((size_t)(found - c->program->bytes) & (t->item_bytes - 1)) != 0) {
        return fail(c, t->table, WICK_TEXT("misaligned tensor data"));
    }
    return WICK_OK;
}

// Refuses what the schema can say and Wick cannot do.
static wick_status check_features(const checker *c, const tensor_fields *t)
{
    const uint8_t *offset = t->at[WICK_PTE_TENSOR_STORAGE_OFFSET];
    const uint8_t *layout = t->at[WICK_PTE_TENSOR_LAYOUT];
    const uint8_t *dynamism = t->at[WICK_PTE_TENSOR_SHAPE_DYNAMISM];
    if ((offset != 0 && wick_fb_word(offset) != 0) || (layout != 0 && *layout != 0) ||
        (dynamism != 0 && *dynamism > 1)) {
        return refuse(c, t->table, WICK_TEXT("storage offset, sparse layout or unbounded shape"));
    }
    if (t->at[WICK_PTE_TENSOR_EXTRA] == 0) {
        return WICK_OK;
    }
    const uint8_t *extra = wick_fb_follow(t->at[WICK_PTE_TENSOR_EXTRA]);
    if (wick_fb_u8(extra, WICK_PTE_EXTRA_LOCATION) != 0) {
        return refuse(c, extra, WICK_TEXT("tensor data in another file (.ptd)"));
    }
    if (wick_fb_u64(extra, WICK_PTE_EXTRA_MUTABLE_SEGMENT_INDEX) != 0 ||
        wick_fb_u8(extra, WICK_PTE_EXTRA_DEVICE_TYPE) != 0) {
        return refuse(c, extra, WICK_TEXT("tensor of another device or mutable segment"));
    }
    return WICK_OK;
}

static wick_status check_tensor(const checker *c, const uint8_t *tensor)
{
    tensor_fields t; // no initializer: it would clear all of it
    t.table = tensor;
    wick_fb_fields(tensor, WICK_PTE_TENSOR_EXTRA + 1, t.at);
    const uint8_t *dtype = t.at[WICK_PTE_TENSOR_SCALAR_TYPE];
    const uint8_t *allocation = t.at[WICK_PTE_TENSOR_ALLOCATION];
    const uint8_t *data = t.at[WICK_PTE_TENSOR_DATA_BUFFER_INDEX];
    const uint32_t index = data != 0 ? wick_fb_word(data) : 0;
    t.item_bytes = wick_dtype_size_bytes(dtype != 0 ? *dtype : 0);
    if (t.item_bytes == 0) {
        return refuse(c, tensor, WICK_TEXT("unknown element type"));
    }
    WICK_TRY(check_features(c, &t));
    WICK_TRY(check_shape(c, &t));
    if (allocation != 0) {
        WICK_TRY(check_placement(c, &t, wick_fb_follow(allocation)));
    }
    return index == 0
               ? WICK_OK
               : check_data(c, &t, allocation != 0 ? &c->initial_state : &c->constants, index);
}

static wick_status check_value(checker *c, uint32_t index)
{
    const uint8_t *held;
    switch (value_at(c, index, &held)) {
    case WICK_PTE_TYPE_TENSOR:
        return check_tensor(c, held);
    case WICK_PTE_TYPE_INT_LIST:
        return check_indices(c, wick_fb_items(held, WICK_PTE_INT_LIST_ITEMS), 8, WICK_PTE_TYPE_INT);
    case WICK_PTE_TYPE_TENSOR_LIST:
        return check_indices(c, wick_fb_items(held, WICK_PTE_TENSOR_LIST_ITEMS), 4,
                             WICK_PTE_TYPE_TENSOR);
    case WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST:
        return check_indices(c, wick_fb_items(held, WICK_PTE_OPTIONAL_TENSOR_LIST_ITEMS), 4,
                             WICK_PTE_TYPE_TENSOR | OR_NONE);
    }
    return WICK_OK;
}

static bool is_condition(const checker *c, uint32_t index)
{
    const uint8_t *held;
    const uint32_t type = value_at(c, index, &held);
    return type == WICK_PTE_TYPE_BOOL ||
           (type == WICK_PTE_TYPE_TENSOR &&
            wick_fb_u8(held, WICK_PTE_TENSOR_SCALAR_TYPE) == WICK_BOOL);
}

static wick_status check_call(checker *c, const uint8_t *call, uint32_t callee_slot,
                              uint32_t args_slot, uint32_t table_slot)
{
    if (wick_fb_u32(call, callee_slot) >= wick_fb_items(c->plan, table_slot).count) {
        return fail(c, call, WICK_TEXT("call of no operator or delegate of the plan"));
    }
    return check_indices(c, wick_fb_items(call, args_slot), 4, ANY_TYPE);
}

static wick_status check_instruction(checker *c, const uint8_t *instruction)
{
    uint32_t type;
    const uint8_t *call = wick_fb_union(instruction, &type);
    bool is_right = true;
    switch (type) {
    case WICK_PTE_TYPE_KERNEL_CALL:
        return check_call(c, call, WICK_PTE_KERNEL_CALL_OPERATOR, WICK_PTE_KERNEL_CALL_ARGS,
                          WICK_PTE_PLAN_OPERATORS);
    case WICK_PTE_TYPE_DELEGATE_CALL:
        return check_call(c, call, WICK_PTE_DELEGATE_CALL_DELEGATE, WICK_PTE_DELEGATE_CALL_ARGS,
                          WICK_PTE_PLAN_DELEGATES);
    case WICK_PTE_TYPE_MOVE_CALL: {
        // A move keeps the type, so that lists still hold what was checked here.
        const uint32_t from = value_type(c, wick_fb_u32(call, WICK_PTE_MOVE_CALL_FROM));
        is_right = from != 0 && from == value_type(c, wick_fb_u32(call, WICK_PTE_MOVE_CALL_TO));
        break;
    }
    case WICK_PTE_TYPE_JUMP_FALSE_CALL:
        is_right = is_condition(c, wick_fb_u32(call, WICK_PTE_JUMP_FALSE_CALL_CONDITION)) &&
                   wick_fb_u32(call, WICK_PTE_JUMP_FALSE_CALL_DESTINATION) <= c->instruction_count;
        break;
    case WICK_PTE_TYPE_FREE_CALL:
        is_right = value_type(c, wick_fb_u32(call, WICK_PTE_FREE_CALL_VALUE)) != 0;
        break;
    }
    return is_right ? WICK_OK : fail(c, call, WICK_TEXT("move, jump or free of a wrong value"));
}

static wick_status check_arenas(checker *c)
{
    c->arenas = wick_fb_items(c->plan, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES);
    WICK_TRY(charge(c, c->arenas));
    for (uint32_t i = 1; i < c->arenas.count; i++) {
        size_t size_bytes;
        const uint8_t *item = c->arenas.items + 8 * (size_t)i;
        if (!wick_pte_size(item, &size_bytes) || size_bytes > SIZE_MAX / 2) {
            return fail(c, item, WICK_TEXT("planned memory is negative or too large"));
        }
    }
    return WICK_OK;
}

static wick_status check_delegates(checker *c)
{
    const wick_fb_vector delegates = wick_fb_items(c->plan, WICK_PTE_PLAN_DELEGATES);
    const wick_fb_vector blobs = wick_fb_items(c->root, WICK_PTE_PROGRAM_BACKEND_DELEGATE_DATA);
    WICK_TRY(charge(c, delegates));
    for (uint32_t i = 0; i < delegates.count; i++) {
        const uint8_t *processed =
            wick_fb_table(wick_fb_table_at(delegates, i), WICK_PTE_DELEGATE_PROCESSED);
        if (processed == 0) {
            continue;
        }
        const bool is_inline = wick_fb_u8(processed, WICK_PTE_DATA_REFERENCE_LOCATION) == 0;
        if (wick_fb_u32(processed, WICK_PTE_DATA_REFERENCE_INDEX) >=
            (is_inline ? blobs.count : c->segments.count)) {
            return fail(c, processed, WICK_TEXT("delegate data that the file lacks"));
        }
    }
    return WICK_OK;
}

static wick_status check_instructions(checker *c)
{
    const wick_fb_vector chains = wick_fb_items(c->plan, WICK_PTE_PLAN_CHAINS);
    if (chains.count != 1) {
        return refuse(c, c->plan, WICK_TEXT("a plan must have one chain"));
    }
    const wick_fb_vector instructions =
        wick_fb_items(wick_fb_table_at(chains, 0), WICK_PTE_CHAIN_INSTRUCTIONS);
    c->instruction_count = instructions.count;
    WICK_TRY(charge(c, instructions));
    for (uint32_t i = 0; i < instructions.count; i++) {
        WICK_TRY(check_instruction(c, wick_fb_table_at(instructions, i)));
    }
    return WICK_OK;
}

static wick_status check_plan(checker *c, const uint8_t *plan)
{
    c->plan = plan;
    c->values = wick_fb_items(plan, WICK_PTE_PLAN_VALUES);
    WICK_TRY(check_arenas(c));
    WICK_TRY(charge(c, c->values));
    for (uint32_t i = 0; i < c->values.count; i++) {
        WICK_TRY(check_value(c, i));
    }
    WICK_TRY(check_indices(c, wick_fb_items(plan, WICK_PTE_PLAN_INPUTS), 4, ANY_TYPE));
    WICK_TRY(check_indices(c, wick_fb_items(plan, WICK_PTE_PLAN_OUTPUTS), 4, ANY_TYPE));
    WICK_TRY(check_delegates(c));
    return check_instructions(c);
}

static wick_status check_segments(const checker *c)
{
    for (uint32_t i = 0; i < c->segments.count; i++) {
        const uint8_t *segment = wick_fb_table_at(c->segments, i);
        const uint64_t offset = wick_fb_u64(segment, WICK_PTE_SEGMENT_OFFSET);
        const uint64_t size_bytes = wick_fb_u64(segment, WICK_PTE_SEGMENT_SIZE);
        if (offset > c->program->segment_data_bytes ||
            size_bytes > c->program->segment_data_bytes - (size_t)offset) {
            return fail(c, segment, WICK_TEXT("segment outside of the file"));
        }
    }
    const wick_fb_vector named = wick_fb_items(c->root, WICK_PTE_PROGRAM_NAMED_DATA);
    for (uint32_t i = 0; i < named.count; i++) {
        const uint8_t *row = wick_fb_table_at(named, i);
        if (wick_fb_u32(row, WICK_PTE_NAMED_DATA_SEGMENT_INDEX) >= c->segments.count) {
            return fail(c, row, WICK_TEXT("named data without a segment"));
        }
    }
    return WICK_OK;
}

wick_status wick_pte_verify(const uint8_t *bytes, size_t size_bytes, wick_program *program,
                            wick_failure *failure)
{
    WICK_TRY(wick_pte_read_header(bytes, size_bytes, program, failure));
    WICK_TRY(wick_pte_check_structure(bytes, (uint32_t)program->flatbuffer_bytes, failure));
    checker c = {
        .program = program,
        .root = wick_pte_root(program),
        .budget = (uint32_t)program->flatbuffer_bytes,
        .failure = failure,
    };
    if (wick_fb_u32(c.root, WICK_PTE_PROGRAM_VERSION) != 0) {
        return refuse(&c, c.root, WICK_TEXT("version of the program is not 0"));
    }
    c.segments = wick_fb_items(c.root, WICK_PTE_PROGRAM_SEGMENTS);
    WICK_TRY(check_segments(&c));
    c.constants = wick_pte_constants(program);
    c.initial_state = wick_pte_initial_state(program);
    const wick_fb_vector plans = wick_fb_items(c.root, WICK_PTE_PROGRAM_EXECUTION_PLAN);
    for (uint32_t i = 0; i < plans.count; i++) {
        WICK_TRY(check_plan(&c, wick_fb_table_at(plans, i)));
    }
    return WICK_OK;
}
