// SPDX-License-Identifier: BSD-3-Clause
// Each table is opened once: held against the schema (pte_structure.h) and, while its fields are at
// hand, asked what it says. Indices are compared as unsigned words, so that negative ones are out
// of range.
#include "format/pte_verify.h"

#include "base/failure.h"
#include "format/pte_header.h"
#include "format/pte_read.h"
#include "format/pte_structure.h"

typedef struct checker {
    wick_pte_walk walk;
    const wick_program *program;
    wick_pte_data constants;
    wick_pte_data initial_state;
    uint32_t segment_count;
    uint32_t blob_count; // of delegates, inside the flatbuffer
    // Of the plan that is being checked:
    wick_fb_vector values;
    wick_fb_vector arenas; // u64 bytes of each memory; [0] is reserved
    uint32_t operator_count;
    uint32_t delegate_count;
    uint32_t instruction_count;
} checker;

typedef const uint8_t *table_fields[WICK_PTE_MAX_FIELDS]; // where each lies, by slot

static wick_status note(const checker *c, wick_status status, const uint8_t *at, const char *text)
{
    return wick_failure_set(c->walk.failure, status, (uint32_t)(at - c->walk.bytes), text);
}

// Both are about the table opened last.
static wick_status fail(const checker *c, const char *text)
{
    return note(c, WICK_INVALID_PROGRAM, c->walk.table, text);
}

static wick_status refuse(const checker *c, const char *text)
{
    return note(c, WICK_NOT_SUPPORTED, c->walk.table, text);
}

static inline uint32_t word_of(const uint8_t *field)
{
    return field != 0 ? wick_fb_word(field) : 0;
}

static inline uint32_t byte_of(const uint8_t *field)
{
    return field != 0 ? *field : 0;
}

static inline uint64_t wide_of(const uint8_t *field)
{
    return field != 0 ? wick_load_u64(__builtin_assume_aligned(field, 8)) : 0;
}

// Union type of a value that has been opened, and what it holds in *held; 0 if there is no such
// value.
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
    if (items.count > c->walk.budget) {
        return note(c, WICK_INVALID_PROGRAM, items.items, WICK_TEXT("lists are shared too often"));
    }
    c->walk.budget -= items.count;
    return WICK_OK;
}

static wick_status refuse_index(const checker *c, const uint8_t *item)
{
    return note(c, WICK_INVALID_PROGRAM, item,
                WICK_TEXT("index of no value, or of one of the wrong type"));
}

// Holds a vector of indices against the number of values.
static wick_status check_indices(checker *c, const uint8_t *field)
{
    const wick_fb_vector items = wick_fb_vector_at(field);
    const uint32_t bound = c->values.count;
    const uint8_t *item = items.items;
    WICK_TRY(charge(c, items));
    for (uint32_t left = items.count; left > 0; left--, item += 4) {
        if (wick_fb_word(item) >= bound) {
            return refuse_index(c, item);
        }
    }
    return WICK_OK;
}

enum {
    OR_NONE = 0x100, // beside a type: -1 is allowed
};

// Holds list items, each an index of item_bytes, against the values: they exist and have the type.
static wick_status check_items(checker *c, const uint8_t *list, uint32_t item_bytes, uint32_t type)
{
    const wick_fb_vector items = wick_fb_items(list, 0);
    WICK_TRY(charge(c, items));
    for (uint32_t i = 0; i < items.count; i++) {
        const uint8_t *item = items.items + (size_t)i * item_bytes;
        const uint32_t index = wick_fb_word(item);
        const bool is_none = (type & OR_NONE) != 0 && index == UINT32_MAX;
        const bool is_right = value_type(c, index) == (type & 0xff);
        if ((!is_right && !is_none) || (item_bytes == 8 && wick_fb_word(item + 4) != 0)) {
            return refuse_index(c, item);
        }
    }
    return WICK_OK;
}

// Checks the items of value `index`, if it is a list of values, once all values have been opened.
static wick_status check_list(checker *c, uint32_t index)
{
    const uint8_t *held;
    switch (value_at(c, index, &held)) {
    case WICK_PTE_TYPE_INT_LIST:
        return check_items(c, held, 8, WICK_PTE_TYPE_INT);
    case WICK_PTE_TYPE_TENSOR_LIST:
        return check_items(c, held, 4, WICK_PTE_TYPE_TENSOR);
    case WICK_PTE_TYPE_OPTIONAL_TENSOR_LIST:
        return check_items(c, held, 4, WICK_PTE_TYPE_TENSOR | OR_NONE);
    }
    return WICK_OK;
}

// Checks sizes and dim order of a tensor, and computes its bytes.
static wick_status check_shape(const checker *c, const uint8_t *const *tensor, uint32_t item_bytes,
                               size_t *size_bytes)
{
    const wick_fb_vector sizes = wick_fb_vector_at(tensor[WICK_PTE_TENSOR_SIZES]);
    const wick_fb_vector order = wick_fb_vector_at(tensor[WICK_PTE_TENSOR_DIM_ORDER]);
    if (sizes.count > WICK_MAX_RANK || order.count != sizes.count) {
        return fail(c, WICK_TEXT("rank above 16, or not that of dim_order"));
    }
    // Elements, with sizes of 0 taken as 1, stay inside int32: strides are made from them.
    uint32_t count = 1;
    uint32_t seen = 0;
    bool is_empty = false;
    for (uint32_t i = 0; i < sizes.count; i++) {
        uint32_t size = wick_fb_word(sizes.items + 4 * (size_t)i);
        if (size == 0) {
            is_empty = true;
            size = 1;
        }
        const uint64_t product = (uint64_t)count * size;
        if (product > INT32_MAX) {
            return fail(c, WICK_TEXT("tensor with a negative size, or too large"));
        }
        count = (uint32_t)product;
        seen |= order.items[i] < sizes.count ? 1u << order.items[i] : 0;
    }
    if (seen != (1u << sizes.count) - 1) {
        return fail(c, WICK_TEXT("dim_order is not a permutation"));
    }
    const uint64_t wanted = is_empty ? 0 : (uint64_t)count * item_bytes;
    *size_bytes = (size_t)wanted;
    return *size_bytes == wanted ? WICK_OK : fail(c, WICK_TEXT("tensor too large"));
}

static wick_status check_placement(checker *c, const uint8_t *reference, size_t size_bytes,
                                   uint32_t item_bytes)
{
    table_fields at;
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_ALLOCATION, at));
    const uint32_t id = word_of(at[WICK_PTE_ALLOCATION_MEMORY_ID]);
    const uint32_t low = word_of(at[WICK_PTE_ALLOCATION_OFFSET_LOW]);
    const uint32_t high = word_of(at[WICK_PTE_ALLOCATION_OFFSET_HIGH]);
    if (id == 0 || id >= c->arenas.count) {
        return fail(c, WICK_TEXT("tensor in a memory that the plan lacks"));
    }
    const uint64_t offset = (uint64_t)high << 32 | low;
    size_t arena_bytes = 0;
    (void)wick_pte_size(c->arenas.items + 8 * (size_t)id, &arena_bytes); // see check_arenas
    if (offset > arena_bytes || size_bytes > arena_bytes - (size_t)offset) {
        return fail(c, WICK_TEXT("tensor outside of its memory"));
    }
    return (low & (item_bytes - 1)) == 0 ? WICK_OK : fail(c, WICK_TEXT("misaligned tensor"));
}

static wick_status check_data(const checker *c, const wick_pte_data *data, uint32_t index,
                              size_t size_bytes, uint32_t item_bytes)
{
    size_t room = 0;
    const uint8_t *found = wick_pte_data_at(data, index, &room);
    if (found == 0 || size_bytes > room) {
        return fail(c, WICK_TEXT("tensor data outside of the file"));
    }
    return ((uintptr_t)found & (item_bytes - 1)) == 0
               ? WICK_OK
               : fail(c, WICK_TEXT("misaligned tensor data"));
}

// Refuses what the schema can say about a tensor's data and Wick cannot do.
static wick_status check_extra(checker *c, const uint8_t *reference)
{
    table_fields at;
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_EXTRA, at));
    if (byte_of(at[WICK_PTE_EXTRA_LOCATION]) != 0) {
        return refuse(c, WICK_TEXT("tensor data in another file (.ptd)"));
    }
    if (wide_of(at[WICK_PTE_EXTRA_MUTABLE_SEGMENT_INDEX]) != 0 ||
        byte_of(at[WICK_PTE_EXTRA_DEVICE_TYPE]) != 0) {
        return refuse(c, WICK_TEXT("tensor of another device or mutable segment"));
    }
    return WICK_OK;
}

static wick_status check_tensor(checker *c, const uint8_t *const *at)
{
    const uint32_t item_bytes = wick_dtype_size_bytes(byte_of(at[WICK_PTE_TENSOR_SCALAR_TYPE]));
    const uint32_t index = word_of(at[WICK_PTE_TENSOR_DATA_BUFFER_INDEX]);
    const uint8_t *allocation = at[WICK_PTE_TENSOR_ALLOCATION];
    size_t size_bytes = 0;
    if (item_bytes == 0) {
        return refuse(c, WICK_TEXT("unknown element type"));
    }
    if (word_of(at[WICK_PTE_TENSOR_STORAGE_OFFSET]) != 0 ||
        byte_of(at[WICK_PTE_TENSOR_LAYOUT]) != 0 ||
        byte_of(at[WICK_PTE_TENSOR_SHAPE_DYNAMISM]) > 1) {
        return refuse(c, WICK_TEXT("storage offset, sparse layout or unbounded shape"));
    }
    WICK_TRY(check_shape(c, at, item_bytes, &size_bytes));
    if (index != 0) {
        const wick_pte_data *data = allocation != 0 ? &c->initial_state : &c->constants;
        WICK_TRY(check_data(c, data, index, size_bytes, item_bytes));
    }
    if (allocation != 0) {
        WICK_TRY(check_placement(c, allocation, size_bytes, item_bytes));
    }
    return at[WICK_PTE_TENSOR_EXTRA] != 0 ? check_extra(c, at[WICK_PTE_TENSOR_EXTRA]) : WICK_OK;
}

static wick_status check_values(checker *c)
{
    uint32_t first_list = c->values.count;
    uint32_t lists_end = 0;
    for (uint32_t i = 0; i < c->values.count; i++) {
        table_fields at;
        uint32_t type = 0;
        WICK_TRY(wick_pte_open_union(&c->walk, c->values.items + 4 * (size_t)i, WICK_PTE_VALUE,
                                     WICK_PTE_UNION_VALUE, &type, at));
        if (type == WICK_PTE_TYPE_TENSOR) {
            WICK_TRY(check_tensor(c, at));
        } else if (type >= WICK_PTE_TYPE_INT_LIST) {
            first_list = i < first_list ? i : first_list;
            lists_end = i + 1;
        }
    }
    for (uint32_t i = first_list; i < lists_end; i++) {
        WICK_TRY(check_list(c, i));
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

// A move keeps the type, so that lists still hold what was checked before.
static bool is_move(const checker *c, uint32_t from, uint32_t to)
{
    const uint32_t type = value_type(c, from);
    return type != 0 && type == value_type(c, to);
}

static wick_status check_call(checker *c, const uint8_t *const *at, uint32_t callee_count)
{
    _Static_assert(WICK_PTE_KERNEL_CALL_OPERATOR == 0 && WICK_PTE_DELEGATE_CALL_DELEGATE == 0 &&
                       WICK_PTE_KERNEL_CALL_ARGS == 1 && WICK_PTE_DELEGATE_CALL_ARGS == 1,
                   "both calls have the same fields");
    if (word_of(at[WICK_PTE_KERNEL_CALL_OPERATOR]) >= callee_count) {
        return fail(c, WICK_TEXT("call of no operator or delegate of the plan"));
    }
    return check_indices(c, at[WICK_PTE_KERNEL_CALL_ARGS]);
}

static wick_status check_instruction(checker *c, const uint8_t *reference)
{
    table_fields at;
    uint32_t type = 0;
    bool is_right = true;
    WICK_TRY(wick_pte_open_union(&c->walk, reference, WICK_PTE_INSTRUCTION,
                                 WICK_PTE_UNION_INSTRUCTION, &type, at));
    switch (type) {
    case WICK_PTE_TYPE_KERNEL_CALL:
        return check_call(c, at, c->operator_count);
    case WICK_PTE_TYPE_DELEGATE_CALL:
        return check_call(c, at, c->delegate_count);
    case WICK_PTE_TYPE_MOVE_CALL:
        is_right =
            is_move(c, word_of(at[WICK_PTE_MOVE_CALL_FROM]), word_of(at[WICK_PTE_MOVE_CALL_TO]));
        break;
    case WICK_PTE_TYPE_JUMP_FALSE_CALL:
        is_right = is_condition(c, word_of(at[WICK_PTE_JUMP_FALSE_CALL_CONDITION])) &&
                   word_of(at[WICK_PTE_JUMP_FALSE_CALL_DESTINATION]) <= c->instruction_count;
        break;
    case WICK_PTE_TYPE_FREE_CALL:
        is_right = value_type(c, word_of(at[WICK_PTE_FREE_CALL_VALUE])) != 0;
        break;
    }
    return is_right ? WICK_OK : fail(c, WICK_TEXT("move, jump or free of a wrong value"));
}

static wick_status check_arenas(checker *c, const uint8_t *field)
{
    c->arenas = wick_fb_vector_at(field);
    WICK_TRY(charge(c, c->arenas));
    for (uint32_t i = 1; i < c->arenas.count; i++) {
        size_t size_bytes;
        const uint8_t *item = c->arenas.items + 8 * (size_t)i;
        if (!wick_pte_size(item, &size_bytes) || size_bytes > SIZE_MAX / 2) {
            return note(c, WICK_INVALID_PROGRAM, item,
                        WICK_TEXT("planned memory is negative or too large"));
        }
    }
    return WICK_OK;
}

static wick_status check_delegate(checker *c, const uint8_t *reference)
{
    table_fields at;
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_DELEGATE, at));
    WICK_TRY(
        wick_pte_open_leaves(&c->walk, at[WICK_PTE_DELEGATE_COMPILE_SPECS], WICK_PTE_COMPILE_SPEC));
    if (at[WICK_PTE_DELEGATE_PROCESSED] == 0) {
        return WICK_OK;
    }
    WICK_TRY(wick_pte_open_table(&c->walk, at[WICK_PTE_DELEGATE_PROCESSED], WICK_PTE_DATA_REFERENCE,
                                 at));
    const bool is_inline = byte_of(at[WICK_PTE_DATA_REFERENCE_LOCATION]) == 0;
    return word_of(at[WICK_PTE_DATA_REFERENCE_INDEX]) <
                   (is_inline ? c->blob_count : c->segment_count)
               ? WICK_OK
               : fail(c, WICK_TEXT("delegate data that the file lacks"));
}

static wick_status check_stack_traces(checker *c, const uint8_t *field)
{
    const wick_fb_vector traces = wick_fb_vector_at(field);
    for (uint32_t i = 0; i < traces.count; i++) {
        table_fields at;
        WICK_TRY(
            wick_pte_open_table(&c->walk, traces.items + 4 * (size_t)i, WICK_PTE_FRAME_LIST, at));
        WICK_TRY(wick_pte_open_leaves(&c->walk, at[WICK_PTE_FRAME_LIST_ITEMS], WICK_PTE_FRAME));
    }
    return WICK_OK;
}

static wick_status check_chain(checker *c, const uint8_t *field)
{
    const wick_fb_vector chains = wick_fb_vector_at(field);
    table_fields at;
    if (chains.count != 1) {
        return refuse(c, WICK_TEXT("a plan must have one chain"));
    }
    WICK_TRY(wick_pte_open_table(&c->walk, chains.items, WICK_PTE_CHAIN, at));
    WICK_TRY(check_stack_traces(c, at[WICK_PTE_CHAIN_STACKTRACE]));
    const wick_fb_vector instructions = wick_fb_vector_at(at[WICK_PTE_CHAIN_INSTRUCTIONS]);
    c->instruction_count = instructions.count;
    for (uint32_t i = 0; i < instructions.count; i++) {
        WICK_TRY(check_instruction(c, instructions.items + 4 * (size_t)i));
    }
    return WICK_OK;
}

static wick_status check_plan(checker *c, const uint8_t *reference)
{
    table_fields at;
    wick_pte_walk *walk = &c->walk;
    WICK_TRY(wick_pte_open_table(walk, reference, WICK_PTE_PLAN, at));
    WICK_TRY(wick_pte_open_leaf(walk, at[WICK_PTE_PLAN_CONTAINER_META_TYPE], WICK_PTE_CONTAINER));
    WICK_TRY(wick_pte_open_leaves(walk, at[WICK_PTE_PLAN_OPERATORS], WICK_PTE_OPERATOR));
    WICK_TRY(wick_pte_open_leaves(walk, at[WICK_PTE_PLAN_NON_CONST_BUFFER_DEVICE],
                                  WICK_PTE_BUFFER_DEVICE));
    const wick_fb_vector delegates = wick_fb_vector_at(at[WICK_PTE_PLAN_DELEGATES]);
    for (uint32_t i = 0; i < delegates.count; i++) {
        WICK_TRY(check_delegate(c, delegates.items + 4 * (size_t)i));
    }
    c->operator_count = wick_fb_vector_at(at[WICK_PTE_PLAN_OPERATORS]).count;
    c->delegate_count = delegates.count;
    c->values = wick_fb_vector_at(at[WICK_PTE_PLAN_VALUES]);
    WICK_TRY(check_arenas(c, at[WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES]));
    WICK_TRY(check_values(c));
    WICK_TRY(check_indices(c, at[WICK_PTE_PLAN_INPUTS]));
    WICK_TRY(check_indices(c, at[WICK_PTE_PLAN_OUTPUTS]));
    return check_chain(c, at[WICK_PTE_PLAN_CHAINS]);
}

static wick_status check_segments(checker *c, wick_fb_vector segments)
{
    const uint64_t room = c->program->segment_data_bytes;
    c->segment_count = segments.count;
    for (uint32_t i = 0; i < segments.count; i++) {
        table_fields at;
        WICK_TRY(
            wick_pte_open_table(&c->walk, segments.items + 4 * (size_t)i, WICK_PTE_SEGMENT, at));
        const uint64_t offset = wide_of(at[WICK_PTE_SEGMENT_OFFSET]);
        if (offset > room || wide_of(at[WICK_PTE_SEGMENT_SIZE]) > room - offset) {
            return fail(c, WICK_TEXT("segment outside of the file"));
        }
    }
    return WICK_OK;
}

static wick_status check_named_data(checker *c, wick_fb_vector named)
{
    for (uint32_t i = 0; i < named.count; i++) {
        table_fields at;
        WICK_TRY(
            wick_pte_open_table(&c->walk, named.items + 4 * (size_t)i, WICK_PTE_NAMED_DATA, at));
        if (word_of(at[WICK_PTE_NAMED_DATA_SEGMENT_INDEX]) >= c->segment_count) {
            return fail(c, WICK_TEXT("named data without a segment"));
        }
    }
    return WICK_OK;
}

static wick_status check_program(checker *c)
{
    table_fields at;
    wick_pte_walk *walk = &c->walk;
    // The word at 0 refers to the root table.
    WICK_TRY(wick_pte_open_table(walk, walk->bytes, WICK_PTE_PROGRAM, at));
    if (word_of(at[WICK_PTE_PROGRAM_VERSION]) != 0) {
        return refuse(c, WICK_TEXT("version of the program is not 0"));
    }
    const uint8_t *blobs = at[WICK_PTE_PROGRAM_BACKEND_DELEGATE_DATA];
    c->blob_count = wick_fb_vector_at(blobs).count;
    WICK_TRY(wick_pte_open_leaves(walk, blobs, WICK_PTE_DELEGATE_DATA));
    WICK_TRY(wick_pte_open_leaves(walk, at[WICK_PTE_PROGRAM_CONSTANT_BUFFER], WICK_PTE_BUFFER));
    WICK_TRY(wick_pte_open_leaf(walk, at[WICK_PTE_PROGRAM_CONSTANT_SEGMENT], WICK_PTE_OFFSETS));
    WICK_TRY(
        wick_pte_open_leaves(walk, at[WICK_PTE_PROGRAM_MUTABLE_DATA_SEGMENTS], WICK_PTE_OFFSETS));
    WICK_TRY(check_segments(c, wick_fb_vector_at(at[WICK_PTE_PROGRAM_SEGMENTS])));
    WICK_TRY(check_named_data(c, wick_fb_vector_at(at[WICK_PTE_PROGRAM_NAMED_DATA])));
    c->constants = wick_pte_constants(c->program);
    c->initial_state = wick_pte_initial_state(c->program);
    const wick_fb_vector plans = wick_fb_vector_at(at[WICK_PTE_PROGRAM_EXECUTION_PLAN]);
    for (uint32_t i = 0; i < plans.count; i++) {
        WICK_TRY(check_plan(c, plans.items + 4 * (size_t)i));
    }
    return WICK_OK;
}

wick_status wick_pte_verify(const uint8_t *bytes, size_t size_bytes, wick_program *program,
                            wick_failure *failure)
{
    WICK_TRY(wick_pte_read_header(bytes, size_bytes, program, failure));
    const uint32_t end = (uint32_t)program->flatbuffer_bytes;
    checker c = {.walk = {.bytes = bytes,
                          .end = end,
                          .budget = end,
                          .table = bytes,
                          .holder = {.bytes = UINT32_MAX},
                          .failure = failure},
                 .program = program};
    return check_program(&c);
}
