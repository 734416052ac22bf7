// SPDX-License-Identifier: BSD-3-Clause
// A planned tensor with a qualified name is state. What else lies in its memory are views of it and
// results that are written there: they move along.
#include "compiler/fbs/share_state.h"

#include "compiler/fbs/merge.h"
#include "wick/method.h"

#include <string.h>

enum { ALIGNMENT = 16 };

typedef struct place {
    json_int_t memory_id;
    uint64_t offset;
    uint64_t size_bytes;
} place;

// State of one name: the tensor that was found first, and where it is to lie.
typedef struct shared {
    const char *name;
    json_t *tensor;
    const char *method;
    uint64_t offset;
} shared;

// State of one method, and where it lies.
typedef struct held {
    const shared *state;
    place from;
} held;

typedef struct sharing {
    wick_arena *arena;
    const char *source;
    wick_diag *diag;
    shared *states;
    uint32_t count;
    uint32_t capacity;
    wick_fbs_state result;
} sharing;

static json_int_t integer_at(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static json_t *tensor_of(const json_t *value)
{
    const char *type = json_string_value(json_object_get(value, "val_type"));
    return type != NULL && strcmp(type, "Tensor") == 0 ? json_object_get(value, "val") : NULL;
}

// False if the tensor is not planned.
static bool place_of(const json_t *tensor, place *out)
{
    const json_t *allocation = json_object_get(tensor, "allocation_info");
    if (allocation == NULL) {
        return false;
    }
    *out = (place){integer_at(allocation, "memory_id"),
                   (uint64_t)integer_at(allocation, "memory_offset_low") |
                       (uint64_t)integer_at(allocation, "memory_offset_high") << 32,
                   wick_fbs_tensor_bytes(tensor)};
    return true;
}

static void set_place(json_t *tensor, uint32_t memory_id, uint64_t offset)
{
    json_t *allocation = json_object_get(tensor, "allocation_info");
    json_object_set_new(allocation, "memory_id", json_integer(memory_id));
    json_object_set_new(allocation, "memory_offset_low",
                        json_integer((json_int_t)(offset & UINT32_MAX)));
    json_object_set_new(allocation, "memory_offset_high", json_integer((json_int_t)(offset >> 32)));
}

// NULL if the tensor is no state.
static const char *state_name(const json_t *tensor)
{
    const json_t *extra = json_object_get(tensor, "extra_tensor_info");
    const char *name = json_string_value(json_object_get(extra, "fully_qualified_name"));
    return name != NULL && *name != 0 && json_object_get(tensor, "allocation_info") != NULL ? name
                                                                                           : NULL;
}

static shared *find_state(const sharing *s, const char *name)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (strcmp(s->states[i].name, name) == 0) {
            return &s->states[i];
        }
    }
    return NULL;
}

static void add_state(sharing *s, const char *name, json_t *tensor, const char *method)
{
    if (s->count == s->capacity) {
        shared *more = wick_arena_alloc(s->arena, 2 * (size_t)s->capacity + 16, sizeof *more);
        if (s->count != 0) {
            memcpy(more, s->states, s->count * sizeof *more);
        }
        s->states = more;
        s->capacity = 2 * s->capacity + 16;
    }
    s->states[s->count++] = (shared){name, tensor, method, s->result.size_bytes};
    const uint64_t end = s->result.size_bytes + wick_fbs_tensor_bytes(tensor);
    s->result.size_bytes = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

// What two tensors must have in common to be one state; NULL if they do.
static const char *difference(const json_t *a, const json_t *b)
{
    if (integer_at(a, "scalar_type") != integer_at(b, "scalar_type")) {
        return "element type";
    }
    if (!json_equal(json_object_get(a, "sizes"), json_object_get(b, "sizes")) ||
        !json_equal(json_object_get(a, "dim_order"), json_object_get(b, "dim_order"))) {
        return "shape";
    }
    return integer_at(a, "data_buffer_idx") != integer_at(b, "data_buffer_idx") ? "initial value"
                                                                               : NULL;
}

static wick_status gather_method(sharing *s, const json_t *method)
{
    const char *method_name = json_string_value(json_object_get(method, "name"));
    size_t index;
    const json_t *value;
    json_array_foreach(json_object_get(method, "values"), index, value)
    {
        json_t *tensor = tensor_of(value);
        const char *name = state_name(tensor);
        const shared *known = name != NULL ? find_state(s, name) : NULL;
        if (name == NULL) {
            continue;
        }
        if (known == NULL) {
            add_state(s, name, tensor, method_name);
            continue;
        }
        const char *what = difference(known->tensor, tensor);
        if (what != NULL) {
            return wick_diag_error(s->diag, WICK_INVALID_ARGUMENT, s->source,
                                   "state '%s' has another %s in method '%s' than in '%s'", name,
                                   what, method_name, known->method);
        }
    }
    return WICK_OK;
}

// The states of a method, last in memory first.
static uint32_t list_states(const sharing *s, const json_t *method, held *list)
{
    uint32_t count = 0;
    size_t index;
    const json_t *value;
    json_array_foreach(json_object_get(method, "values"), index, value)
    {
        const json_t *tensor = tensor_of(value);
        const char *name = state_name(tensor);
        held found = {.state = name != NULL ? find_state(s, name) : NULL};
        if (name == NULL || !place_of(tensor, &found.from)) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 && list[at - 1].from.offset < found.from.offset; at--) {
            list[at] = list[at - 1];
        }
        list[at] = found;
    }
    return count;
}

static bool lies_in(const place *tensor, const place *state)
{
    return tensor->memory_id == state->memory_id && tensor->offset >= state->offset &&
           tensor->size_bytes <= state->size_bytes &&
           tensor->offset - state->offset <= state->size_bytes - tensor->size_bytes;
}

static wick_status check_apart(const sharing *s, const held *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = i + 1; k < count; k++) {
            const place *a = &list[i].from;
            const place *b = &list[k].from;
            if (a->memory_id == b->memory_id && a->offset < b->offset + b->size_bytes &&
                b->offset < a->offset + a->size_bytes) {
                return wick_diag_error(s->diag, WICK_INVALID_PROGRAM, s->source,
                                       "states '%s' and '%s' of one method lie over each other",
                                       list[i].state->name, list[k].state->name);
            }
        }
    }
    return WICK_OK;
}

// By how much what lies behind the states that left moves down.
static uint64_t closed_before(const held *list, uint32_t count, const place *tensor)
{
    uint64_t closed = 0;
    for (uint32_t i = 0; i < count; i++) {
        const place *from = &list[i].from;
        if (from->memory_id == tensor->memory_id &&
            from->offset + from->size_bytes <= tensor->offset) {
            closed += from->size_bytes / ALIGNMENT * ALIGNMENT;
        }
    }
    return closed;
}

static void move_tensor(const sharing *s, json_t *tensor, const held *list, uint32_t count)
{
    place at;
    if (!place_of(tensor, &at)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *name = state_name(tensor);
        const bool is_named = name != NULL && strcmp(name, list[i].state->name) == 0;
        if (is_named || (at.size_bytes > 0 && lies_in(&at, &list[i].from))) {
            set_place(tensor, s->result.memory_id,
                      list[i].state->offset + (at.offset - list[i].from.offset));
            return;
        }
    }
    set_place(tensor, (uint32_t)at.memory_id, at.offset - closed_before(list, count, &at));
}

// The memories of a method: what closed up is smaller, those that it lacks are empty, and the last
// one holds the state.
static void set_memories(const sharing *s, json_t *method, const held *list, uint32_t count)
{
    json_t *sizes = json_object_get(method, "non_const_buffer_sizes");
    for (size_t id = 1; id < json_array_size(sizes); id++) {
        const uint64_t size = (uint64_t)json_integer_value(json_array_get(sizes, id));
        const place end = {(json_int_t)id, size, 0};
        json_array_set_new(sizes, id,
                           json_integer((json_int_t)(size - closed_before(list, count, &end))));
    }
    while (json_array_size(sizes) < s->result.memory_id) {
        json_array_append_new(sizes, json_integer(0));
    }
    json_array_append_new(sizes, json_integer((json_int_t)s->result.size_bytes));
}

static wick_status move_method(const sharing *s, json_t *method)
{
    json_t *values = json_object_get(method, "values");
    held *list = wick_arena_alloc(s->arena, json_array_size(values) + 1, sizeof *list);
    const uint32_t count = list_states(s, method, list);
    size_t index;
    const json_t *value;
    WICK_TRY(check_apart(s, list, count));
    json_array_foreach(values, index, value)
    {
        move_tensor(s, tensor_of(value), list, count);
    }
    set_memories(s, method, list, count);
    return WICK_OK;
}

wick_status wick_fbs_share_state(wick_arena *arena, json_t *program, const char *source,
                                 wick_diag *diag, wick_fbs_state *out)
{
    sharing s = {.arena = arena, .source = source, .diag = diag};
    size_t index;
    json_t *method;
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        const size_t sizes = json_array_size(json_object_get(method, "non_const_buffer_sizes"));
        WICK_TRY(gather_method(&s, method));
        s.result.memory_id = sizes > s.result.memory_id ? (uint32_t)sizes : s.result.memory_id;
    }
    s.result.memory_id += s.result.memory_id == 0; // 0 is reserved
    if (s.result.memory_id > WICK_MAX_ARENAS) {
        return wick_diag_error(diag, WICK_OUT_OF_RESOURCES, source,
                               "no memory is left for the state: a method has %u of at most %d",
                               s.result.memory_id - 1, WICK_MAX_ARENAS);
    }
    s.result.count = s.count;
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        WICK_TRY(s.count != 0 ? move_method(&s, method) : WICK_OK);
    }
    *out = s.result;
    return WICK_OK;
}
