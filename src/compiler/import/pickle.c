// SPDX-License-Identifier: BSD-3-Clause
// A stack machine without calls. Each operation reads at least one byte and makes at most one
// object, so that memory is bounded by the length of the input; a memo slot must be new or already
// filled.
#include "compiler/import/pickle.h"

#include "base/bytes.h"

#include <string.h>

#define MEMO_NEXT UINT64_MAX

enum { ROLE_STORAGE_CLASS, ROLE_TENSOR, ROLE_PARAMETER, ROLE_ORDERED_DICT };

typedef struct global_name {
    const char *module;
    const char *name;
    int role;
    uint32_t dtype;
} global_name;

static const global_name global_names[] = {
    {"torch._utils", "_rebuild_tensor_v2", ROLE_TENSOR, 0},
    {"torch._utils", "_rebuild_parameter", ROLE_PARAMETER, 0},
    {"collections", "OrderedDict", ROLE_ORDERED_DICT, 0},
    {"torch", "FloatStorage", ROLE_STORAGE_CLASS, WICK_FLOAT32},
    {"torch", "DoubleStorage", ROLE_STORAGE_CLASS, WICK_FLOAT64},
    {"torch", "HalfStorage", ROLE_STORAGE_CLASS, WICK_FLOAT16},
    {"torch", "BFloat16Storage", ROLE_STORAGE_CLASS, WICK_BFLOAT16},
    {"torch", "LongStorage", ROLE_STORAGE_CLASS, WICK_INT64},
    {"torch", "IntStorage", ROLE_STORAGE_CLASS, WICK_INT32},
    {"torch", "ShortStorage", ROLE_STORAGE_CLASS, WICK_INT16},
    {"torch", "CharStorage", ROLE_STORAGE_CLASS, WICK_INT8},
    {"torch", "ByteStorage", ROLE_STORAGE_CLASS, WICK_UINT8},
    {"torch", "BoolStorage", ROLE_STORAGE_CLASS, WICK_BOOL},
};

typedef struct pointers {
    wick_pickle_value **items;
    uint32_t count;
    uint32_t capacity;
} pointers;

typedef struct machine {
    wick_arena *arena;
    wick_diag *diag;
    const char *where;
    const uint8_t *bytes;
    size_t size_bytes;
    size_t at;
    pointers stack; // NULL entries are marks
    pointers memo;
    bool stopped;
} machine;

static wick_status broken(const machine *m, const char *what)
{
    return wick_diag_error(m->diag, WICK_INVALID_PROGRAM, m->where, "broken pickle at byte %zu: %s",
                           m->at, what);
}

static void append(wick_arena *arena, pointers *list, wick_pickle_value *value)
{
    if (list->count == list->capacity) {
        const uint32_t capacity = list->capacity ? 2 * list->capacity : 8;
        wick_pickle_value **items = wick_arena_alloc(arena, capacity, sizeof *items);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof *items);
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = value;
}

static wick_pickle_value *push(machine *m, wick_pickle_kind kind)
{
    wick_pickle_value *value = wick_arena_alloc(m->arena, 1, sizeof *value);
    value->kind = kind;
    append(m->arena, &m->stack, value);
    return value;
}

static wick_status push_int(machine *m, uint64_t number)
{
    push(m, WICK_PICKLE_INT)->integer = (int64_t)number;
    return WICK_OK;
}

static wick_status push_i32(machine *m, uint64_t number)
{
    return push_int(m, (uint64_t)(int32_t)(uint32_t)number);
}

static wick_status push_bool(machine *m, uint64_t truth)
{
    push(m, WICK_PICKLE_BOOL)->integer = (int64_t)truth;
    return WICK_OK;
}

// The next `count` bytes, or NULL.
static const uint8_t *take(machine *m, size_t count)
{
    if (count > m->size_bytes - m->at) {
        return NULL;
    }
    const uint8_t *taken = m->bytes + m->at;
    m->at += count;
    return taken;
}

static wick_status take_number(machine *m, size_t bytes, uint64_t *out)
{
    const uint8_t *taken = take(m, bytes);
    if (!taken) {
        return broken(m, "it ends inside an operation");
    }
    *out = 0;
    for (size_t k = 0; k < bytes; k++) {
        *out |= (uint64_t)taken[k] << (8 * k);
    }
    return WICK_OK;
}

// Text up to the next newline.
static wick_status take_line(machine *m, const char **out)
{
    const uint8_t *start = m->bytes + m->at;
    const uint8_t *end = memchr(start, '\n', m->size_bytes - m->at);
    if (!end) {
        return broken(m, "a name without end");
    }
    *out = wick_arena_copy_string(m->arena, (const char *)start, (size_t)(end - start));
    m->at += (size_t)(end - start) + 1;
    return WICK_OK;
}

// The newest `count` objects above the last mark.
static wick_status top(machine *m, uint32_t count, wick_pickle_value ***out)
{
    if (m->stack.count < count) {
        return broken(m, "an operation without operands");
    }
    *out = m->stack.items + (m->stack.count - count);
    for (uint32_t k = 0; k < count; k++) {
        if (!(*out)[k]) {
            return broken(m, "an operation without operands");
        }
    }
    return WICK_OK;
}

// How many objects lie above the last mark.
static wick_status count_to_mark(machine *m, uint32_t *out)
{
    for (uint32_t k = m->stack.count; k > 0; k--) {
        if (!m->stack.items[k - 1]) {
            *out = m->stack.count - k;
            return WICK_OK;
        }
    }
    return broken(m, "a mark is missing");
}

static wick_status make_tuple(machine *m, uint32_t count, bool marked)
{
    wick_pickle_value **from = NULL;
    WICK_TRY(top(m, count, &from));
    wick_pickle_value **items = wick_arena_alloc(m->arena, count, sizeof *items);
    for (uint32_t k = 0; k < count; k++) {
        items[k] = from[k];
    }
    m->stack.count -= count + (marked ? 1 : 0);
    wick_pickle_value *tuple = push(m, WICK_PICKLE_TUPLE);
    tuple->count = count;
    tuple->items = items;
    return WICK_OK;
}

static wick_status make_short_tuple(machine *m, uint64_t count)
{
    return make_tuple(m, (uint32_t)count, false);
}

static wick_status make_marked_tuple(machine *m, uint64_t unused)
{
    (void)unused;
    uint32_t count = 0;
    WICK_TRY(count_to_mark(m, &count));
    return make_tuple(m, count, true);
}

// Moves the newest `count` objects into the list or dict under them.
static wick_status extend(machine *m, wick_pickle_kind kind, uint32_t count, bool marked)
{
    wick_pickle_value **from = NULL;
    WICK_TRY(top(m, count, &from));
    const uint32_t below = m->stack.count - count - (marked ? 1 : 0);
    wick_pickle_value *container = below > 0 ? m->stack.items[below - 1] : NULL;
    if (!container || container->kind != kind || (kind == WICK_PICKLE_DICT && count % 2 != 0)) {
        return broken(m, "items without a container");
    }
    pointers list = {container->items, container->count, container->capacity};
    for (uint32_t k = 0; k < count; k++) {
        append(m->arena, &list, from[k]);
    }
    container->items = list.items;
    container->count = list.count;
    container->capacity = list.capacity;
    m->stack.count = below;
    return WICK_OK;
}

static wick_status extend_once(machine *m, uint64_t kind)
{
    return extend(m, (wick_pickle_kind)kind, kind == WICK_PICKLE_DICT ? 2 : 1, false);
}

static wick_status extend_marked(machine *m, uint64_t kind)
{
    uint32_t count = 0;
    WICK_TRY(count_to_mark(m, &count));
    return extend(m, (wick_pickle_kind)kind, count, true);
}

static wick_status push_string(machine *m, uint64_t length)
{
    const uint8_t *chars = take(m, (size_t)length);
    if (!chars) {
        return broken(m, "a string longer than the file");
    }
    push(m, WICK_PICKLE_STRING)->text =
        wick_arena_copy_string(m->arena, (const char *)chars, (size_t)length);
    return WICK_OK;
}

static wick_status push_long(machine *m, uint64_t length)
{
    uint64_t bits = 0;
    if (length > 8) {
        return broken(m, "an integer of more than 64 bits");
    }
    WICK_TRY(take_number(m, (size_t)length, &bits));
    if (length > 0 && length < 8 && (bits >> (8 * length - 1)) != 0) {
        bits |= UINT64_MAX << (8 * length);
    }
    return push_int(m, bits);
}

static wick_status push_real(machine *m, uint64_t unused)
{
    (void)unused;
    const uint8_t *big = take(m, 8);
    if (!big) {
        return broken(m, "it ends inside an operation");
    }
    uint8_t little[8];
    for (size_t k = 0; k < 8; k++) {
        little[k] = big[7 - k];
    }
    push(m, WICK_PICKLE_REAL)->real = wick_load_f64(little);
    return WICK_OK;
}

static wick_status push_global(machine *m, const char *module, const char *name)
{
    for (size_t k = 0; k < sizeof global_names / sizeof *global_names; k++) {
        const global_name *row = &global_names[k];
        if (strcmp(row->module, module) == 0 && strcmp(row->name, name) == 0) {
            wick_pickle_value *value = push(m, WICK_PICKLE_GLOBAL);
            value->integer = row->role;
            value->dtype = row->dtype;
            return WICK_OK;
        }
    }
    return wick_diag_error(
        m->diag, WICK_NOT_SUPPORTED, m->where,
        "the pickle holds an object of '%s.%s'; only tensors, numbers, strings, tuples, lists "
        "and dicts are read",
        module, name);
}

static wick_status read_global(machine *m, uint64_t unused)
{
    (void)unused;
    const char *module = NULL;
    const char *name = NULL;
    WICK_TRY(take_line(m, &module));
    WICK_TRY(take_line(m, &name));
    return push_global(m, module, name);
}

static wick_status read_stack_global(machine *m, uint64_t unused)
{
    (void)unused;
    wick_pickle_value **names = NULL;
    WICK_TRY(top(m, 2, &names));
    if (names[0]->kind != WICK_PICKLE_STRING || names[1]->kind != WICK_PICKLE_STRING) {
        return broken(m, "a class without a name");
    }
    m->stack.count -= 2;
    return push_global(m, names[0]->text, names[1]->text);
}

// ('storage', class, member, device, element count) -> storage
static wick_status read_persistent_id(machine *m, uint64_t unused)
{
    (void)unused;
    wick_pickle_value **id = NULL;
    WICK_TRY(top(m, 1, &id));
    wick_pickle_value **parts = id[0]->items;
    if (id[0]->kind != WICK_PICKLE_TUPLE || id[0]->count != 5 ||
        parts[1]->kind != WICK_PICKLE_GLOBAL || parts[1]->integer != ROLE_STORAGE_CLASS ||
        parts[2]->kind != WICK_PICKLE_STRING) {
        return broken(m, "a persistent id that is not a storage");
    }
    m->stack.count--;
    wick_pickle_value *storage = push(m, WICK_PICKLE_STORAGE);
    storage->dtype = parts[1]->dtype;
    storage->text = parts[2]->text;
    return WICK_OK;
}

static bool copy_ints(const wick_pickle_value *tuple, int64_t *out)
{
    for (uint32_t k = 0; k < tuple->count; k++) {
        if (tuple->items[k]->kind != WICK_PICKLE_INT) {
            return false;
        }
        out[k] = tuple->items[k]->integer;
    }
    return true;
}

// (storage, offset, sizes, strides, requires_grad, hooks, ..) -> tensor
static wick_status rebuild_tensor(machine *m, const wick_pickle_value *args)
{
    wick_pickle_value **parts = args->items;
    if (args->count < 4 || parts[0]->kind != WICK_PICKLE_STORAGE ||
        parts[1]->kind != WICK_PICKLE_INT || parts[2]->kind != WICK_PICKLE_TUPLE ||
        parts[3]->kind != WICK_PICKLE_TUPLE || parts[2]->count != parts[3]->count ||
        parts[2]->count > WICK_MAX_RANK) {
        return broken(m, "a tensor with wrong arguments");
    }
    wick_strided *view = wick_arena_alloc(m->arena, 1, sizeof *view);
    view->dtype = parts[0]->dtype;
    view->rank = parts[2]->count;
    view->offset_elems = parts[1]->integer;
    if (!copy_ints(parts[2], view->sizes) || !copy_ints(parts[3], view->strides)) {
        return broken(m, "a tensor with wrong arguments");
    }
    wick_pickle_value *tensor = push(m, WICK_PICKLE_TENSOR);
    tensor->view = view;
    tensor->text = parts[0]->text;
    return WICK_OK;
}

static wick_status reduce(machine *m, uint64_t unused)
{
    (void)unused;
    wick_pickle_value **call = NULL;
    WICK_TRY(top(m, 2, &call));
    const wick_pickle_value *args = call[1];
    if (call[0]->kind != WICK_PICKLE_GLOBAL || args->kind != WICK_PICKLE_TUPLE) {
        return broken(m, "a call of something that is not a function");
    }
    const int64_t role = call[0]->integer;
    m->stack.count -= 2;
    if (role == ROLE_TENSOR) {
        return rebuild_tensor(m, args);
    }
    if (role == ROLE_PARAMETER && args->count > 0 && args->items[0]->kind == WICK_PICKLE_TENSOR) {
        append(m->arena, &m->stack, args->items[0]);
        return WICK_OK;
    }
    if (role == ROLE_ORDERED_DICT && args->count == 0) {
        push(m, WICK_PICKLE_DICT);
        return WICK_OK;
    }
    return broken(m, "a call with wrong arguments");
}

static wick_status memo_put(machine *m, uint64_t slot)
{
    wick_pickle_value **newest = NULL;
    WICK_TRY(top(m, 1, &newest));
    slot = slot == MEMO_NEXT ? m->memo.count : slot;
    if (slot > m->memo.count) {
        return broken(m, "a memo slot out of order");
    }
    if (slot == m->memo.count) {
        append(m->arena, &m->memo, *newest);
    } else {
        m->memo.items[slot] = *newest;
    }
    return WICK_OK;
}

static wick_status memo_get(machine *m, uint64_t slot)
{
    if (slot >= m->memo.count) {
        return broken(m, "an empty memo slot");
    }
    append(m->arena, &m->stack, m->memo.items[slot]);
    return WICK_OK;
}

static wick_status pop(machine *m, uint64_t unused)
{
    (void)unused;
    if (m->stack.count == 0) {
        return broken(m, "an operation without operands");
    }
    m->stack.count--;
    return WICK_OK;
}

static wick_status check_protocol(machine *m, uint64_t number)
{
    return number <= 5 ? WICK_OK : broken(m, "a protocol newer than 5");
}

static wick_status ignore(machine *m, uint64_t unused)
{
    (void)m;
    (void)unused;
    return WICK_OK;
}

static wick_status stop(machine *m, uint64_t unused)
{
    (void)unused;
    m->stopped = true;
    return WICK_OK;
}

static wick_status push_empty(machine *m, uint64_t kind)
{
    push(m, (wick_pickle_kind)kind);
    return WICK_OK;
}

static wick_status push_mark(machine *m, uint64_t unused)
{
    (void)unused;
    append(m->arena, &m->stack, NULL);
    return WICK_OK;
}

// An operation of the table; `number` is its operand, or the constant of its row.
typedef struct operation {
    uint8_t code;
    uint8_t operand_bytes;
    wick_status (*run)(machine *m, uint64_t number);
    uint64_t constant;
} operation;

// Codes and names as in pickletools.py.
static const operation operations[] = {
    {0x80, 1, check_protocol, 0},              // PROTO
    {0x95, 8, ignore, 0},                      // FRAME: a hint
    {'.', 0, stop, 0},                         // STOP
    {'(', 0, push_mark, 0},                    // MARK
    {'0', 0, pop, 0},                          // POP
    {'N', 0, push_empty, WICK_PICKLE_NONE},    // NONE
    {')', 0, push_empty, WICK_PICKLE_TUPLE},   // EMPTY_TUPLE
    {']', 0, push_empty, WICK_PICKLE_LIST},    // EMPTY_LIST
    {'}', 0, push_empty, WICK_PICKLE_DICT},    // EMPTY_DICT
    {0x88, 0, push_bool, 1},                   // NEWTRUE
    {0x89, 0, push_bool, 0},                   // NEWFALSE
    {'K', 1, push_int, 0},                     // BININT1
    {'M', 2, push_int, 0},                     // BININT2
    {'J', 4, push_i32, 0},                     // BININT
    {0x8a, 1, push_long, 0},                   // LONG1
    {'G', 0, push_real, 0},                    // BINFLOAT
    {'X', 4, push_string, 0},                  // BINUNICODE
    {0x8c, 1, push_string, 0},                 // SHORT_BINUNICODE
    {'t', 0, make_marked_tuple, 0},            // TUPLE
    {0x85, 0, make_short_tuple, 1},            // TUPLE1
    {0x86, 0, make_short_tuple, 2},            // TUPLE2
    {0x87, 0, make_short_tuple, 3},            // TUPLE3
    {'a', 0, extend_once, WICK_PICKLE_LIST},   // APPEND
    {'e', 0, extend_marked, WICK_PICKLE_LIST}, // APPENDS
    {'s', 0, extend_once, WICK_PICKLE_DICT},   // SETITEM
    {'u', 0, extend_marked, WICK_PICKLE_DICT}, // SETITEMS
    {'q', 1, memo_put, 0},                     // BINPUT
    {'r', 4, memo_put, 0},                     // LONG_BINPUT
    {0x94, 0, memo_put, MEMO_NEXT},            // MEMOIZE
    {'h', 1, memo_get, 0},                     // BINGET
    {'j', 4, memo_get, 0},                     // LONG_BINGET
    {'c', 0, read_global, 0},                  // GLOBAL
    {0x93, 0, read_stack_global, 0},           // STACK_GLOBAL
    {'Q', 0, read_persistent_id, 0},           // BINPERSID
    {'R', 0, reduce, 0},                       // REDUCE
};

static wick_status step(machine *m, uint8_t code)
{
    for (size_t k = 0; k < sizeof operations / sizeof *operations; k++) {
        const operation *row = &operations[k];
        if (row->code == code) {
            uint64_t number = row->constant;
            if (row->operand_bytes > 0) {
                WICK_TRY(take_number(m, row->operand_bytes, &number));
            }
            return row->run(m, number);
        }
    }
    return wick_diag_error(
        m->diag, WICK_NOT_SUPPORTED, m->where,
        "the pickle uses operation 0x%02x at byte %zu, which tensors and plain containers do "
        "not need",
        code, m->at - 1);
}

wick_status wick_pickle_read(wick_arena *arena, const uint8_t *bytes, size_t size_bytes,
                             const char *where, wick_diag *diag, const wick_pickle_value **out)
{
    machine m = {
        .arena = arena, .diag = diag, .where = where, .bytes = bytes, .size_bytes = size_bytes};
    while (!m.stopped) {
        const uint8_t *code = take(&m, 1);
        if (!code) {
            return broken(&m, "it ends without STOP");
        }
        WICK_TRY(step(&m, *code));
    }
    wick_pickle_value **result = NULL;
    WICK_TRY(top(&m, 1, &result));
    *out = *result;
    return WICK_OK;
}
