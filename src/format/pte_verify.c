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
    // Addresses of dim order and sizes of the last tensor, which the next one may share; 0: none
    uintptr_t dim_order;
    uintptr_t sizes;
    uint32_t rank;
    uint32_t element_count;
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

// Union type of a value that has been opened, and what it holds in *held; 0 if there is no such
// value.
static uint32_t value_at(const checker *c, uint32_t index, const uint8_t **held)
{
    uint32_t type = 0;
    if (index < wick_fb_count(c->values)) {
        *held = wick_fb_union(wick_fb_table_at(c->values, index), &type);
    }
    return type;
}

static uint32_t value_type(const checker *c, uint32_t index)
{
    const uint8_t *held;
    return value_at(c, index, &held);
}

static wick_status refuse_index(const checker *c, const uint8_t *item)
{
    return note(c, WICK_INVALID_PROGRAM, item, WICK_TEXT("index of no value of the right type"));
}

// Checks a vector of indices of values.
static wick_status check_indices(checker *c, const uint8_t *field)
{
    WICK_TRY(wick_pte_check_vector(&c->walk, field, 2));
    const wick_fb_vector items = wick_fb_vector_of(field);
    const uint32_t bound = wick_fb_count(c->values);
    WICK_TRY(wick_pte_charge(&c->walk, items));
    const uint8_t *const end = items.items + 4 * (size_t)wick_fb_count(items);
    for (const uint8_t *item = items.items; item != end; item += 4) {
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
    WICK_TRY(wick_pte_charge(&c->walk, items));
    for (uint32_t i = 0; i < wick_fb_count(items); i++) {
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

static wick_status fail_rank(const checker *c)
{
    return fail(c, WICK_TEXT("rank above 16 or not dim_order's"));
}

// Checks a dim order, and notes its rank.
static __attribute__((noinline)) wick_status check_dim_order(checker *c, const uint8_t *reference)
{
    WICK_TRY(wick_pte_check_vector(&c->walk, reference, 0));
    const wick_fb_vector order = wick_fb_vector_of(reference);
    const uint32_t rank = wick_fb_count(order);
    uint32_t seen = 0;
    if (rank > WICK_MAX_RANK) {
        return fail_rank(c);
    }
    for (uint32_t i = 0; i < rank; i++) {
        seen |= order.items[i] < rank ? 1u << order.items[i] : 0;
    }
    c->dim_order = (uintptr_t)order.items - 4;
    c->rank = rank;
    c->sizes = 0; // to be held against the rank
    return seen == (1u << rank) - 1 ? WICK_OK
                                    : fail(c, WICK_TEXT("dim_order is not a permutation"));
}

// Checks sizes beside the last dim order, and computes c->element_count.
static __attribute__((noinline)) wick_status check_sizes(checker *c, const uint8_t *reference)
{
    WICK_TRY(wick_pte_check_vector(&c->walk, reference, 2));
    const wick_fb_vector sizes = wick_fb_vector_of(reference);
    if (wick_fb_count(sizes) != c->rank) {
        return fail_rank(c);
    }
    // Elements, with sizes of 0 taken as 1, stay inside int32: strides are made from them. So do
    // their bytes inside size_t.
    enum { MOST = SIZE_MAX / 16 < INT32_MAX ? (int)(SIZE_MAX / 16) : INT32_MAX };
    const uint8_t *item = sizes.items;
    uint32_t bound = 1;
    uint32_t count = 1;
    for (uint32_t left = c->rank; left > 0; left--, item += 4) {
        const uint32_t size = wick_fb_word(item);
        const uint64_t product = (uint64_t)bound * (size == 0 ? 1 : size);
        if (product > MOST) {
            return fail(c, WICK_TEXT("size negative or too large"));
        }
        bound = (uint32_t)product;
        count *= size;
    }
    c->sizes = (uintptr_t)sizes.items - 4;
    c->element_count = count;
    return WICK_OK;
}

// Holds the bytes of a tensor, which start at `address`, against what it lies in.
static wick_status check_place(const checker *c, bool is_inside, uintptr_t address,
                               uint32_t item_bytes)
{
    if (!is_inside) {
        return fail(c, WICK_TEXT("tensor outside of its memory or data"));
    }
    return (address & (item_bytes - 1)) == 0 ? WICK_OK : fail(c, WICK_TEXT("misaligned tensor"));
}

static wick_status check_allocation(checker *c, const uint8_t *reference, size_t size_bytes,
                                    uint32_t item_bytes)
{
    const wick_pte_walk *walk = &c->walk;
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_ALLOCATION));
    const uint32_t id = wick_pte_word(walk, WICK_PTE_ALLOCATION_MEMORY_ID);
    const size_t low = wick_pte_word(walk, WICK_PTE_ALLOCATION_OFFSET_LOW);
    const size_t high = wick_pte_word(walk, WICK_PTE_ALLOCATION_OFFSET_HIGH);
    if (id == 0 || id >= wick_fb_count(c->arenas)) {
        return fail(c, WICK_TEXT("tensor in no memory of the plan"));
    }
    // In two steps, as size_t may have 32 bits; then high must be 0.
    const size_t offset = high << 16 << 16 | low;
    const size_t arena_bytes = wick_fb_size(c->arenas.items + 8 * (size_t)id);
    const bool is_inside = (sizeof offset > 4 || high == 0) && offset <= arena_bytes &&
                           size_bytes <= arena_bytes - offset;
    return check_place(c, is_inside, low, item_bytes);
}

static wick_status check_data(const checker *c, const wick_pte_data *data, uint32_t index,
                              size_t size_bytes, uint32_t item_bytes)
{
    const uint8_t *found = data->segment;
    size_t offset = 0;
    size_t room = data->segment_bytes;
    bool is_there;
    if (wick_pte_data_is_in_segment(data)) {
        const uint8_t *item = data->offsets.items + 8 * (size_t)index;
        is_there = index < wick_fb_count(data->offsets) &&
                   (sizeof offset > 4 || wick_fb_word(item + 4) == 0);
        offset = is_there ? wick_fb_size(item) : 0;
    } else {
        is_there = index < wick_fb_count(data->buffers);
        found = is_there ? wick_pte_inline_data(data, index, &room) : found;
    }
    return check_place(c, is_there && offset <= room && size_bytes <= room - offset,
                       (uintptr_t)found + offset, item_bytes);
}

// Refuses what the schema can say about a tensor and Wick cannot do.
static wick_status refuse_tensor(const checker *c)
{
    return refuse(c, WICK_TEXT("unusual storage, layout or device"));
}

// `*index` of its data becomes 0 where that lies outside: the number means nothing then.
static wick_status check_extra(checker *c, const uint8_t *reference, uint32_t *index)
{
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_EXTRA));
    const uint8_t *extra = c->walk.table;
    if (wick_fb_u8(extra, WICK_PTE_EXTRA_LOCATION) != 0) {
        *index = 0;
        if (c->program->bind == 0) {
            return refuse(c, WICK_TEXT("tensor data in another file (.ptd)"));
        }
    }
    return wick_fb_u64(extra, WICK_PTE_EXTRA_MUTABLE_SEGMENT_INDEX) == 0 &&
                   wick_fb_u8(extra, WICK_PTE_EXTRA_DEVICE_TYPE) == 0
               ? WICK_OK
               : refuse_tensor(c);
}

// Checks fields of a tensor that few have.
static wick_status check_rare_fields(checker *c, const uint8_t *tensor, uint32_t *index)
{
    const uint8_t *extra = wick_fb_field(tensor, WICK_PTE_TENSOR_EXTRA);
    if (wick_fb_u32(tensor, WICK_PTE_TENSOR_STORAGE_OFFSET) != 0 ||
        wick_fb_u8(tensor, WICK_PTE_TENSOR_LAYOUT) != 0 ||
        wick_fb_u8(tensor, WICK_PTE_TENSOR_SHAPE_DYNAMISM) > 1) {
        return refuse_tensor(c);
    }
    return extra != 0 ? check_extra(c, extra, index) : WICK_OK;
}

// Checks the shape of a tensor as far as it is not that of the last one.
static inline wick_status check_shape(checker *c, const uint8_t *sizes, const uint8_t *order,
                                      uint32_t *count)
{
    if (sizes == 0 || order == 0) {
        *count = 1;
        return sizes == order ? WICK_OK : fail_rank(c);
    }
    if (wick_pte_target(order) != c->dim_order) {
        WICK_TRY(check_dim_order(c, order));
    }
    if (wick_pte_target(sizes) != c->sizes) {
        WICK_TRY(check_sizes(c, sizes));
    }
    *count = c->element_count;
    return WICK_OK;
}

// Checks the open table. All of its fields are read before others are opened.
static wick_status check_tensor(checker *c)
{
    const wick_pte_walk *walk = &c->walk;
    const uint8_t *tensor = walk->table;
    const bool has_rare = walk->known->has_rare != 0;
    const uint8_t *allocation = wick_pte_field(walk, WICK_PTE_TENSOR_ALLOCATION);
    const uint8_t *sizes = wick_pte_field(walk, WICK_PTE_TENSOR_SIZES);
    const uint8_t *order = wick_pte_field(walk, WICK_PTE_TENSOR_DIM_ORDER);
    uint32_t index = wick_pte_word(walk, WICK_PTE_TENSOR_DATA_BUFFER_INDEX);
    const uint32_t item_bytes =
        wick_dtype_size_bytes(wick_pte_byte(walk, WICK_PTE_TENSOR_SCALAR_TYPE));
    uint32_t count = 0;
    if (item_bytes == 0) {
        return refuse(c, WICK_TEXT("unknown element type"));
    }
    WICK_TRY(check_shape(c, sizes, order, &count));
    const size_t size_bytes = (size_t)count * item_bytes;
    if (has_rare) {
        WICK_TRY(check_rare_fields(c, tensor, &index));
    }
    if (index != 0) {
        const wick_pte_data *data = allocation != 0 ? &c->initial_state : &c->constants;
        WICK_TRY(check_data(c, data, index, size_bytes, item_bytes));
    }
    return allocation != 0 ? check_allocation(c, allocation, size_bytes, item_bytes) : WICK_OK;
}

static wick_status check_values(checker *c)
{
    const uint8_t *const items = c->values.items;
    const uint32_t count = wick_fb_count(c->values);
    uint32_t first_list = count;
    uint32_t lists_end = 0;
    for (uint32_t i = 0; i < count; i++) {
        WICK_TRY(wick_pte_open_union(&c->walk, items + 4 * (size_t)i, WICK_PTE_VALUE,
                                     WICK_PTE_UNION_VALUE));
        if (c->walk.code == WICK_PTE_TYPE_TENSOR) {
            WICK_TRY(check_tensor(c));
        } else if (c->walk.code >= WICK_PTE_TYPE_INT_LIST) {
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

static wick_status check_call(checker *c, uint32_t callee_count)
{
    _Static_assert(WICK_PTE_KERNEL_CALL_OPERATOR == 0 && WICK_PTE_DELEGATE_CALL_DELEGATE == 0 &&
                       WICK_PTE_KERNEL_CALL_ARGS == 1 && WICK_PTE_DELEGATE_CALL_ARGS == 1,
                   "both calls have the same fields");
    if (wick_pte_word(&c->walk, WICK_PTE_KERNEL_CALL_OPERATOR) >= callee_count) {
        return fail(c, WICK_TEXT("call of what the plan lacks"));
    }
    const uint8_t *args = wick_pte_field(&c->walk, WICK_PTE_KERNEL_CALL_ARGS);
    return args == 0 ? WICK_OK : check_indices(c, args);
}

// Checks the open table of an instruction that is no call.
static wick_status check_other_instruction(checker *c)
{
    bool is_right = true;
    const uint8_t *held = c->walk.table;
    switch (c->walk.code) {
    case WICK_PTE_TYPE_MOVE_CALL:
        is_right = is_move(c, wick_fb_u32(held, WICK_PTE_MOVE_CALL_FROM),
                           wick_fb_u32(held, WICK_PTE_MOVE_CALL_TO));
        break;
    case WICK_PTE_TYPE_JUMP_FALSE_CALL:
        is_right = is_condition(c, wick_fb_u32(held, WICK_PTE_JUMP_FALSE_CALL_CONDITION)) &&
                   wick_fb_u32(held, WICK_PTE_JUMP_FALSE_CALL_DESTINATION) <= c->instruction_count;
        break;
    case WICK_PTE_TYPE_FREE_CALL:
        is_right = value_type(c, wick_fb_u32(held, WICK_PTE_FREE_CALL_VALUE)) != 0;
        break;
    }
    return is_right ? WICK_OK : fail(c, WICK_TEXT("move, jump or free of a wrong value"));
}

static wick_status check_instruction(checker *c, const uint8_t *reference)
{
    WICK_TRY(
        wick_pte_open_union(&c->walk, reference, WICK_PTE_INSTRUCTION, WICK_PTE_UNION_INSTRUCTION));
    const uint32_t code = c->walk.code;
    if (code <= WICK_PTE_TYPE_DELEGATE_CALL) {
        return check_call(c, code == WICK_PTE_TYPE_KERNEL_CALL ? c->operator_count
                                                               : c->delegate_count);
    }
    return check_other_instruction(c);
}

static wick_status check_arenas(checker *c)
{
    WICK_TRY(wick_pte_charge(&c->walk, c->arenas));
    for (uint32_t i = 1; i < wick_fb_count(c->arenas); i++) {
        size_t size_bytes;
        const uint8_t *item = c->arenas.items + 8 * (size_t)i;
        if (!wick_pte_size(item, &size_bytes) || size_bytes > SIZE_MAX / 2) {
            return note(c, WICK_INVALID_PROGRAM, item, WICK_TEXT("size negative or too large"));
        }
    }
    return WICK_OK;
}

static wick_status check_delegate(checker *c, const uint8_t *reference)
{
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_DELEGATE));
    const uint8_t *delegate = c->walk.table;
    const uint8_t *processed = wick_fb_field(delegate, WICK_PTE_DELEGATE_PROCESSED);
    WICK_TRY(wick_pte_open_leaves(&c->walk, delegate, WICK_PTE_DELEGATE,
                                  1 << WICK_PTE_DELEGATE_COMPILE_SPECS));
    if (processed == 0) {
        return WICK_OK;
    }
    WICK_TRY(wick_pte_open_table(&c->walk, processed, WICK_PTE_DATA_REFERENCE));
    const uint8_t *data = c->walk.table;
    const bool is_inline = wick_fb_u8(data, WICK_PTE_DATA_REFERENCE_LOCATION) == 0;
    return wick_fb_u32(data, WICK_PTE_DATA_REFERENCE_INDEX) <
                   (is_inline ? c->blob_count : c->segment_count)
               ? WICK_OK
               : fail(c, WICK_TEXT("delegate without data"));
}

static wick_status check_frames(checker *c, const uint8_t *reference)
{
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_FRAME_LIST));
    return wick_pte_open_leaves(&c->walk, c->walk.table, WICK_PTE_FRAME_LIST,
                                1 << WICK_PTE_FRAME_LIST_ITEMS);
}

static wick_status check_segment(checker *c, const uint8_t *reference)
{
    const uint64_t room = c->program->segment_data_bytes;
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_SEGMENT));
    const uint64_t offset = wick_fb_u64(c->walk.table, WICK_PTE_SEGMENT_OFFSET);
    return offset <= room && wick_fb_u64(c->walk.table, WICK_PTE_SEGMENT_SIZE) <= room - offset
               ? WICK_OK
               : fail(c, WICK_TEXT("segment outside of the file"));
}

static wick_status check_named_data(checker *c, const uint8_t *reference)
{
    WICK_TRY(wick_pte_open_table(&c->walk, reference, WICK_PTE_NAMED_DATA));
    return wick_fb_u32(c->walk.table, WICK_PTE_NAMED_DATA_SEGMENT_INDEX) < c->segment_count
               ? WICK_OK
               : fail(c, WICK_TEXT("named data without a segment"));
}

// Checks each table of a vector.
static wick_status check_each(checker *c, wick_fb_vector tables,
                              wick_status (*check)(checker *, const uint8_t *))
{
    for (uint32_t i = 0; i < wick_fb_count(tables); i++) {
        WICK_TRY(check(c, tables.items + 4 * (size_t)i));
    }
    return WICK_OK;
}

static wick_status check_chain(checker *c, wick_fb_vector chains)
{
    if (wick_fb_count(chains) != 1) {
        return refuse(c, WICK_TEXT("a plan must have one chain"));
    }
    WICK_TRY(wick_pte_open_table(&c->walk, chains.items, WICK_PTE_CHAIN));
    const uint8_t *chain = c->walk.table;
    const wick_fb_vector instructions = wick_fb_items(chain, WICK_PTE_CHAIN_INSTRUCTIONS);
    c->instruction_count = wick_fb_count(instructions);
    WICK_TRY(check_each(c, wick_fb_items(chain, WICK_PTE_CHAIN_STACKTRACE), check_frames));
    const uint8_t *reference = instructions.items;
    for (uint32_t left = c->instruction_count; left > 0; left--, reference += 4) {
        WICK_TRY(check_instruction(c, reference));
    }
    return WICK_OK;
}

// The vector in a slot of the open table.
static wick_fb_vector vector_in(const wick_pte_walk *walk, uint32_t slot)
{
    return wick_fb_vector_at(wick_pte_field(walk, slot));
}

static wick_status check_plan(checker *c, const uint8_t *reference)
{
    wick_pte_walk *walk = &c->walk;
    WICK_TRY(wick_pte_open_table(walk, reference, WICK_PTE_PLAN));
    const uint8_t *plan = walk->table;
    // Of the open table, before others are opened:
    const uint8_t *inputs = wick_pte_field(walk, WICK_PTE_PLAN_INPUTS);
    const uint8_t *outputs = wick_pte_field(walk, WICK_PTE_PLAN_OUTPUTS);
    const wick_fb_vector delegates = vector_in(walk, WICK_PTE_PLAN_DELEGATES);
    const wick_fb_vector chains = vector_in(walk, WICK_PTE_PLAN_CHAINS);
    c->values = vector_in(walk, WICK_PTE_PLAN_VALUES);
    c->arenas = vector_in(walk, WICK_PTE_PLAN_NON_CONST_BUFFER_SIZES);
    c->operator_count = wick_fb_count(vector_in(walk, WICK_PTE_PLAN_OPERATORS));
    c->delegate_count = wick_fb_count(delegates);
    WICK_TRY(wick_pte_open_leaves(walk, plan, WICK_PTE_PLAN,
                                  1 << WICK_PTE_PLAN_CONTAINER_META_TYPE |
                                      1 << WICK_PTE_PLAN_OPERATORS |
                                      1 << WICK_PTE_PLAN_NON_CONST_BUFFER_DEVICE));
    WICK_TRY(check_each(c, delegates, check_delegate));
    WICK_TRY(check_arenas(c));
    WICK_TRY(check_values(c));
    WICK_TRY(check_indices(c, inputs));
    WICK_TRY(check_indices(c, outputs));
    return check_chain(c, chains);
}

static wick_status check_program(checker *c)
{
    wick_pte_walk *walk = &c->walk;
    // The word at 0 refers to the root table.
    WICK_TRY(wick_pte_open_table(walk, walk->bytes, WICK_PTE_PROGRAM));
    const uint8_t *root = walk->table;
    // Of the open table, before others are opened:
    const wick_fb_vector segments = vector_in(walk, WICK_PTE_PROGRAM_SEGMENTS);
    const wick_fb_vector named = vector_in(walk, WICK_PTE_PROGRAM_NAMED_DATA);
    const wick_fb_vector plans = vector_in(walk, WICK_PTE_PROGRAM_EXECUTION_PLAN);
    if (wick_pte_word(walk, WICK_PTE_PROGRAM_VERSION) != 0) {
        return refuse(c, WICK_TEXT("program version is not 0"));
    }
    c->blob_count = wick_fb_count(vector_in(walk, WICK_PTE_PROGRAM_BACKEND_DELEGATE_DATA));
    c->segment_count = wick_fb_count(segments);
    WICK_TRY(wick_pte_open_leaves(
        walk, root, WICK_PTE_PROGRAM,
        1 << WICK_PTE_PROGRAM_BACKEND_DELEGATE_DATA | 1 << WICK_PTE_PROGRAM_CONSTANT_BUFFER |
            1 << WICK_PTE_PROGRAM_CONSTANT_SEGMENT | 1 << WICK_PTE_PROGRAM_MUTABLE_DATA_SEGMENTS));
    WICK_TRY(check_each(c, segments, check_segment));
    WICK_TRY(check_each(c, named, check_named_data));
    c->constants = wick_pte_constants(c->program);
    c->initial_state = wick_pte_initial_state(c->program);
    return check_each(c, plans, check_plan);
}

wick_status wick_pte_verify(const uint8_t *bytes, size_t size_bytes, wick_program *program,
                            wick_failure *failure)
{
    WICK_TRY(wick_pte_read_header(bytes, size_bytes, program, failure));
    checker c; // not cleared as a whole: the tables of what is known are large
    wick_pte_walk_start(&c.walk, bytes, (uint32_t)program->flatbuffer_bytes, failure);
    c.program = program;
    c.sizes = 0;
    c.dim_order = 0;
    return check_program(&c);
}
