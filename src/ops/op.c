// SPDX-License-Identifier: BSD-3-Clause
#include "ops/op.h"

#include "base/failure.h"

#include <string.h>

enum {
    // Beside the kinds:
    LOOK_CLOSER = 1 << 13, // the kind does not say all
    MAY_MISS = 1 << 14,    // items of the list may be None
    MAY_WRITE = 1 << 15,   // the argument, or what it lists, is written
};

#define KIND(name) (1 << WICK_VALUE_##name)

// Bit k: a value of kind k is allowed. By letter; a lower-case one allows None beside.
static const uint16_t kinds_by_letter[] = {
    ['A' & 0x1f] = KIND(INT_LIST),
    ['B' & 0x1f] = KIND(BOOL),
    ['C' & 0x1f] = KIND(STRING),
    ['D' & 0x1f] = KIND(REAL) | KIND(INT),
    ['F' & 0x1f] = KIND(REAL_LIST),
    ['G' & 0x1f] = KIND(BOOL_LIST),
    ['I' & 0x1f] = KIND(INT),
    ['K' & 0x1f] = KIND(TENSOR_LIST) | MAY_MISS | LOOK_CLOSER,
    ['L' & 0x1f] = KIND(TENSOR_LIST) | LOOK_CLOSER,
    ['N' & 0x1f] = KIND(INT) | KIND(REAL) | KIND(BOOL),
    ['O' & 0x1f] = KIND(TENSOR) | MAY_WRITE | LOOK_CLOSER,
    ['P' & 0x1f] = KIND(TENSOR_LIST) | MAY_WRITE | LOOK_CLOSER,
    ['S' & 0x1f] = KIND(INT) | KIND(REAL) | KIND(BOOL),
    ['T' & 0x1f] = KIND(TENSOR),
    ['V' & 0x1f] = KIND(TENSOR),
    ['W' & 0x1f] = KIND(TENSOR) | MAY_WRITE | LOOK_CLOSER,
    ['|' & 0x1f] = 0, // ends a form, as '\0' does
};

_Static_assert(KIND(NONE) == 1, "the bit that lower case is becomes it");

static const char *blame_tensor(const wick_value *value, uint32_t kinds)
{
    return (kinds & MAY_WRITE) != 0 && (value->tensor.flags & WICK_TENSOR_CONSTANT) != 0
               ? WICK_TEXT("out is a constant or a borrowed input")
               : 0;
}

static const char *blame_list(const wick_value *values, const wick_value *list, uint32_t kinds)
{
    const char *wrong = 0;
    for (uint32_t k = 0; k < list->list.count && wrong == 0; k++) {
        const int32_t item = wick_load_i32(list->list.items + 4 * (size_t)k);
        if (item >= 0) {
            wrong = blame_tensor(&values[item], kinds);
        } else if ((kinds & MAY_MISS) == 0) {
            wrong = WICK_TEXT("argument of the wrong kind");
        }
    }
    return wrong;
}

// What is wrong with an argument; NULL if nothing is. Bit 0 of the kinds allows None.
static inline __attribute__((always_inline)) const char *blame(const wick_value *values,
                                                               uint32_t index, uint32_t kinds)
{
    const wick_value *value = &values[index];
    if ((kinds >> value->kind & 1) == 0) {
        return WICK_TEXT("argument of the wrong kind");
    }
    if ((kinds & LOOK_CLOSER) == 0) {
        return 0;
    }
    return value->kind == WICK_VALUE_TENSOR_LIST ? blame_list(values, value, kinds)
                                                 : blame_tensor(value, kinds);
}

const char *wick_operator_form(const wick_operator *row, uint32_t arg_count)
{
    const char *form = row->signature;
    for (const char *end = form; *end != 0; end++) {
        if (*end == '|') {
            if ((uint32_t)(end - form) + 1 == arg_count) {
                break;
            }
            form = end + 1;
        }
    }
    return form;
}

bool wick_operator_writes_number(const wick_operator *row)
{
    const char *letter = row->signature;
    while (*letter != 0 && *letter != 'N') {
        letter++;
    }
    return *letter != 0;
}

wick_status wick_operator_prepare(const wick_operator *row, const wick_call *call, void *block)
{
    const wick_value *const values = call->values;
    const uint8_t *const end = call->args + 4 * (size_t)call->arg_count;
    // The first form as a rule; else the right one is looked up.
    for (const char *form = row->signature, *right;; form = right) {
        const uint8_t *index = call->args;
        const char *letter = form;
        const char *wrong = 0;
        for (uint32_t kinds; (kinds = kinds_by_letter[*letter & 0x1f]) != 0; letter++, index += 4) {
            wrong = index == end
                        ? WICK_TEXT("too few arguments")
                        : blame(values, wick_load_aligned_u32(index), kinds | (*letter >> 5 & 1u));
            if (wrong != 0) {
                break;
            }
        }
        if (wrong == 0 && (*letter == 0 || index + 4 == end)) {
            return row->prepare(call, block);
        }
        right = wick_operator_form(row, call->arg_count);
        if (right == form) {
            return wick_call_fail(call, WICK_INVALID_PROGRAM, (uint32_t)(index - call->args) / 4,
                                  wrong);
        }
    }
}

// Four bytes at any address.
static inline __attribute__((always_inline)) uint32_t four_of(const char *p)
{
    const uint8_t *const bytes = (const uint8_t *)p;
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static bool is_same(const char *a, const char *b, uint32_t bytes)
{
    for (; bytes >= 4; bytes -= 4, a += 4, b += 4) {
        if (four_of(a) != four_of(b)) {
            return false;
        }
    }
    for (; bytes > 0; bytes--) {
        if (*a++ != *b++) {
            return false;
        }
    }
    return true;
}

static bool is_named(const wick_operator *row, const wick_operator_name *name)
{
    if (name->overload_bytes == 0) {
        return row->name_bytes == name->bytes && is_same(row->name, name->text, name->bytes);
    }
    const char *rest = row->name + name->bytes;
    return row->name_bytes == name->bytes + 1 + name->overload_bytes &&
           is_same(row->name, name->text, name->bytes) && *rest == '.' &&
           is_same(rest + 1, name->overload, name->overload_bytes);
}

const wick_operator *wick_operators_match(const wick_operators *operators,
                                          const wick_operator_name *name, uint32_t likely)
{
    uint32_t at = likely;
    for (uint32_t left = operators->count; left > 0; left--, at++) {
        at = at < operators->count ? at : 0;
        if (is_named(operators->rows[at], name)) {
            return operators->rows[at];
        }
    }
    return 0;
}

const wick_operator *wick_operators_find(const wick_operators *operators, const char *name)
{
    wick_operator_name whole = {.text = name};
    while (name[whole.bytes] != 0) {
        whole.bytes++;
    }
    return wick_operators_match(operators, &whole, 0);
}

wick_status wick_call_fail(const wick_call *call, wick_status status, uint32_t arg,
                           const char *text)
{
    return wick_failure_set(call->failure, status, arg, text);
}

static bool has_sizes(const wick_tensor *tensor, uint32_t rank, const int32_t *sizes)
{
    // Tensors of one shape share its sizes in most files.
    return tensor->rank == rank && (rank == 0 || tensor->sizes == sizes ||
                                    memcmp(tensor->sizes, sizes, rank * sizeof *sizes) == 0);
}

// Whether a tensor of `capacity` elements can take the sizes. An empty one fits anywhere, but
// strides are made from its other sizes: their product must fit in int32 all the same.
static bool fits(const int32_t *sizes, uint32_t rank, int32_t capacity)
{
    uint32_t count = 1;
    bool is_empty = false;
    for (uint32_t i = 0; i < rank; i++) {
        const uint32_t size = sizes[i] > 0 ? (uint32_t)sizes[i] : 1;
        if (sizes[i] < 0 || count > INT32_MAX / size) {
            return false;
        }
        count *= size;
        is_empty = is_empty || sizes[i] == 0;
    }
    return is_empty || count <= (uint32_t)capacity;
}

static wick_status resize_dynamic(const wick_call *call, uint32_t arg, const wick_tensor *tensor,
                                  const int32_t *sizes)
{
    if (!fits(sizes, tensor->rank, tensor->sizes[tensor->rank])) {
        return wick_call_fail(call, WICK_OUT_OF_RESOURCES, arg,
                              WICK_TEXT("result larger than its planned memory"));
    }
    // A dynamic tensor's sizes lie in the method's own memory: see wick/tensor.h. Rank 0 has none.
    if (tensor->rank != 0) {
        memcpy((void *)(uintptr_t)tensor->sizes, sizes, tensor->rank * sizeof *sizes);
    }
    return WICK_OK;
}

static wick_status resize(const wick_call *call, uint32_t arg, const wick_tensor *tensor,
                          uint32_t rank, const int32_t *sizes)
{
    const bool is_dynamic = (tensor->flags & WICK_TENSOR_DYNAMIC) != 0;
    if (!is_dynamic && has_sizes(tensor, rank, sizes)) {
        return WICK_OK;
    }
    if (tensor->rank != rank || !is_dynamic) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("out has not the shape of the result"));
    }
    return resize_dynamic(call, arg, tensor, sizes);
}

wick_status wick_call_resize(const wick_call *call, uint32_t arg, uint32_t rank,
                             const int32_t *sizes)
{
    return resize(call, arg, wick_call_tensor(call, arg), rank, sizes);
}

wick_status wick_call_resize_at(const wick_call *call, uint32_t arg, uint32_t k, uint32_t rank,
                                const int32_t *sizes)
{
    return resize(call, arg, wick_call_tensor_at(call, arg, k), rank, sizes);
}

wick_status wick_call_dim(const wick_call *call, uint32_t arg, int64_t dim, uint32_t rank,
                          uint32_t *out)
{
    const int32_t bound = rank > 0 ? (int32_t)rank : 1;
    if (dim < -bound || dim >= bound) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("dimension out of range"));
    }
    *out = (uint32_t)((int32_t)dim + (dim < 0 ? bound : 0));
    return WICK_OK;
}

void wick_tensor_strides(const wick_tensor *tensor, int32_t *strides)
{
    int32_t stride = 1;
    for (uint32_t i = tensor->rank; i-- > 0;) {
        const uint32_t dim = tensor->dim_order[i];
        strides[dim] = stride;
        stride *= tensor->sizes[dim] > 0 ? tensor->sizes[dim] : 1;
    }
}

// Position after `at` of the next dimension above size 1; rank at the end.
static uint32_t next_dimension(const wick_tensor *tensor, uint32_t at)
{
    while (at < tensor->rank && tensor->sizes[tensor->dim_order[at]] == 1) {
        at++;
    }
    return at;
}

bool wick_tensor_same_order(const wick_tensor *a, const wick_tensor *b)
{
    if (a->dim_order == b->dim_order) {
        return true;
    }
    uint32_t i = next_dimension(a, 0);
    uint32_t k = next_dimension(b, 0);
    while (i < a->rank && k < b->rank) {
        if (a->dim_order[i] != b->dim_order[k]) {
            return false;
        }
        i = next_dimension(a, i + 1);
        k = next_dimension(b, k + 1);
    }
    return i == a->rank && k == b->rank;
}

bool wick_tensor_is_contiguous(const wick_tensor *tensor)
{
    enum { FOUR_DIMS = 0x03020100 };
    const uint8_t *const order = tensor->dim_order;
    if (tensor->rank == 4 && (uintptr_t)order % 4 == 0) { // images, as they stand in a file
        return wick_load_aligned_u32(order) == FOUR_DIMS;
    }
    for (uint32_t i = 0; i < tensor->rank; i++) {
        if (order[i] != i) {
            return false;
        }
    }
    return true;
}

bool wick_dtype_is_float(uint32_t dtype)
{
    return dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16 || dtype == WICK_FLOAT32 ||
           dtype == WICK_FLOAT64;
}

double wick_call_real(const wick_call *call, uint32_t arg)
{
    const wick_value *value = wick_call_value(call, arg);
    return value->kind == WICK_VALUE_REAL ? value->real.value : (double)value->integer.value;
}

int64_t wick_call_scalar_int(const wick_call *call, uint32_t arg)
{
    const wick_value *value = wick_call_value(call, arg);
    if (value->kind != WICK_VALUE_REAL) {
        return value->integer.value;
    }
    const double real = value->real.value;
    if (real >= 0x1p63) {
        return INT64_MAX;
    }
    if (real < -0x1p63) {
        return INT64_MIN;
    }
    return real == real ? (int64_t)real : 0;
}
