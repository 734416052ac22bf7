// SPDX-License-Identifier: BSD-3-Clause
// Both kinds of index are one engine (kernels/index): with an index for each element the positions
// are all elements and a block is one; with an index for each slice the positions are the indices
// and a block is a slice.
#include "ops/gather.h"

#include "base/failure.h"
#include "kernels/elementwise/convert.h"
#include "ops/index_source.h"
#include "ops/scalar.h"

enum { SELF, DIM, INDEX, SOURCE }; // of all these operators; then options and out

static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// A tensor without dimensions is one with a dimension of size 1.
static wick_view line_of(const wick_tensor *tensor)
{
    wick_view view = wick_view_of(tensor);
    if (view.rank == 0) {
        wick_view_insert(&view, 0, 1, 1);
    }
    return view;
}

static wick_status start(const wick_call *call, uint32_t out_arg, wick_gather_block *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    *block = (wick_gather_block){.out_arg = out_arg};
    WICK_TRY(wick_view_check_type(call, out_arg, self, wick_call_tensor(call, out_arg)));
    return wick_call_dim(call, DIM, wick_call_int(call, DIM), self->rank, &block->dim);
}

// Loops with an index for each element. `pointed` is the tensor that the indices point into,
// `dense` (NULL: one element for all) that which lies beside the index tensor.
static wick_status plan_elements(const wick_call *call, uint32_t dim, const wick_tensor *pointed,
                                 const wick_tensor *dense, wick_index_plan *plan,
                                 wick_index_source *source)
{
    const wick_tensor *index = wick_call_tensor(call, INDEX);
    static const int32_t one = 1;
    const uint32_t rank = index->rank != 0 ? index->rank : 1;
    const int32_t *sizes = index->rank != 0 ? index->sizes : &one;
    wick_view at = line_of(pointed);
    wick_view beside = {.rank = rank};
    WICK_TRY(wick_index_integers(call, INDEX, index, rank, sizes, source));
    if (dense != 0) {
        beside = line_of(dense);
    }
    if (at.rank != rank || beside.rank != rank) {
        return refuse(call, INDEX, WICK_TEXT("index does not have the rank of the other tensors"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        if ((i != dim && sizes[i] > at.sizes[i]) || (dense != 0 && sizes[i] > beside.sizes[i])) {
            return refuse(call, INDEX, WICK_TEXT("index is larger than the other tensors"));
        }
        at.sizes[i] = sizes[i];
        beside.sizes[i] = sizes[i];
    }
    source->wraps = 0;
    source->of.integers.extent = pointed->rank != 0 ? pointed->sizes[dim] : 1;
    source->of.integers.step = at.strides[dim];
    at.strides[dim] = 0;
    plan->source_count = 1;
    plan->inner = (wick_walk){1, {1}, {{1}, {1}}};
    return plan->operand == 0
               ? wick_view_walk_as_it_is(call, INDEX, &at, &beside, &plan->positions)
               : wick_view_walk_as_it_is(call, INDEX, &beside, &at, &plan->positions);
}

static bool is_integer_index(uint32_t dtype)
{
    return dtype == WICK_INT64 || dtype == WICK_INT32;
}

static wick_status check_index(const wick_call *call, bool is_vector)
{
    const wick_tensor *index = wick_call_tensor(call, INDEX);
    if (!is_integer_index(index->dtype)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, INDEX,
                              WICK_TEXT("index is neither int64 nor int32"));
    }
    return is_vector && index->rank > 1
               ? refuse(call, INDEX, WICK_TEXT("index has more than one dimension"))
               : WICK_OK;
}

// Loops with an index for each slice along dim. `dense` NULL: one element for all; without
// dimensions: one slice.
static wick_status plan_slices(const wick_call *call, uint32_t dim, const wick_tensor *pointed,
                               const wick_tensor *dense, wick_index_plan *plan,
                               wick_index_source *source)
{
    const wick_tensor *index = wick_call_tensor(call, INDEX);
    const int32_t count = (int32_t)wick_tensor_count(index);
    wick_view at = line_of(pointed);
    wick_view beside = dense != 0 ? line_of(dense) : (wick_view){.rank = at.rank};
    WICK_TRY(wick_index_integers(call, INDEX, index, 1, &count, source));
    if (at.rank != beside.rank || (dense != 0 && beside.sizes[dim] != count)) {
        return refuse(call, SOURCE, WICK_TEXT("source does not fit self and index"));
    }
    source->wraps = dense == 0; // index_fill alone counts from the end
    source->of.integers.extent = at.sizes[dim];
    source->of.integers.step = at.strides[dim];
    plan->source_count = 1;
    plan->positions = (wick_walk){1, {count}, {{0}, {0}}};
    plan->positions.strides[plan->operand == 0][0] = beside.strides[dim];
    wick_view_remove(&at, dim);
    wick_view_remove(&beside, dim);
    for (uint32_t i = 0; i < at.rank; i++) {
        if (dense != 0 && at.sizes[i] != beside.sizes[i]) {
            return refuse(call, SOURCE, WICK_TEXT("source does not fit self and index"));
        }
        beside.sizes[i] = at.sizes[i];
    }
    return plan->operand == 0 ? wick_view_walk(call, SELF, &at, &beside, &plan->inner)
                              : wick_view_walk(call, SELF, &beside, &at, &plan->inner);
}

typedef wick_status plan_function(const wick_call *call, uint32_t dim, const wick_tensor *pointed,
                                  const wick_tensor *dense, wick_index_plan *plan,
                                  wick_index_source *source);

static wick_status inside(const wick_call *call, bool is_inside)
{
    return is_inside ? WICK_OK : refuse(call, INDEX, WICK_TEXT("index out of range"));
}

// Reads self at the indices.
static wick_status run_read(const wick_call *call, const wick_gather_block *b, plan_function *find)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    wick_index_plan plan = {.operand = 0};
    wick_index_source source;
    WICK_TRY(find(call, b->dim, self, out, &plan, &source));
    return inside(call, wick_index_copy(&plan, &source, wick_dtype_size_bytes(out->dtype),
                                        self->data, out->data));
}

wick_status wick_gather_prepare(const wick_call *call, void *block)
{
    enum { OUT = 4 };
    wick_gather_block *b = block;
    wick_index_plan plan = {.operand = 0};
    wick_index_source source;
    const wick_tensor *index = wick_call_tensor(call, INDEX);
    WICK_TRY(start(call, OUT, b));
    WICK_TRY(wick_call_resize(call, OUT, index->rank, index->sizes));
    if (wick_tensor_count(index) == 0) { // whatever its shape and type
        return WICK_OK;
    }
    WICK_TRY(check_index(call, false));
    return plan_elements(call, b->dim, wick_call_tensor(call, SELF), wick_call_tensor(call, OUT),
                         &plan, &source);
}

wick_status wick_gather_run(const wick_call *call, const void *block)
{
    return wick_tensor_count(wick_call_tensor(call, INDEX)) == 0
               ? WICK_OK
               : run_read(call, block, plan_elements);
}

wick_status wick_index_select_prepare(const wick_call *call, void *block)
{
    enum { OUT = 3 };
    wick_gather_block *b = block;
    wick_index_plan plan = {.operand = 0};
    wick_index_source source;
    const wick_tensor *self = wick_call_tensor(call, SELF);
    WICK_TRY(start(call, OUT, b));
    WICK_TRY(check_index(call, true));
    wick_view sizes = wick_view_of(self);
    const int32_t count = (int32_t)wick_tensor_count(wick_call_tensor(call, INDEX));
    if (sizes.rank != 0) {
        sizes.sizes[b->dim] = count;
    } else if (count != 1) {
        return refuse(call, INDEX, WICK_TEXT("not one index for a tensor without dimensions"));
    }
    WICK_TRY(wick_call_resize(call, OUT, sizes.rank, sizes.sizes));
    return plan_slices(call, b->dim, self, wick_call_tensor(call, OUT), &plan, &source);
}

wick_status wick_index_select_run(const wick_call *call, const void *block)
{
    return run_read(call, block, plan_slices);
}

// Shape and type of an operator that writes into a copy of self. `dense` as for the plans.
static wick_status prepare_write(const wick_call *call, uint32_t out_arg, plan_function *find,
                                 const wick_tensor *dense, wick_gather_block *b)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    wick_index_plan plan = {.operand = 1};
    wick_index_source source;
    WICK_TRY(start(call, out_arg, b));
    WICK_TRY(dense == 0 ? WICK_OK : wick_view_check_type(call, SOURCE, self, dense));
    WICK_TRY(wick_call_resize(call, out_arg, self->rank, self->sizes));
    if (find == plan_elements && wick_tensor_count(wick_call_tensor(call, INDEX)) == 0) {
        return WICK_OK;
    }
    WICK_TRY(check_index(call, find == plan_slices));
    return find(call, b->dim, wick_call_tensor(call, out_arg), dense, &plan, &source);
}

static wick_status copy_self(const wick_call *call, const wick_gather_block *b)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    const wick_view from = wick_view_of(self);
    const wick_view to = wick_view_of(out);
    return wick_view_copy(call, b->out_arg, self, &from, out, &to);
}

// Writes at the indices: by `how`, or copies where that is NULL. `data` are the bytes of `dense`,
// or the one element where that is NULL.
static wick_status write(const wick_call *call, const wick_gather_block *b, plan_function *find,
                         const wick_tensor *dense, const void *data, const wick_combining *how)
{
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    wick_index_plan plan = {.operand = 1};
    wick_index_source source;
    if (wick_tensor_count(wick_call_tensor(call, INDEX)) == 0) {
        return WICK_OK;
    }
    WICK_TRY(find(call, b->dim, out, dense, &plan, &source));
    return inside(call, how == 0
                            ? wick_index_copy(&plan, &source, wick_dtype_size_bytes(out->dtype),
                                              data, out->data)
                            : wick_index_combine(&plan, &source, how, data, out->data));
}

static wick_status run_write(const wick_call *call, const wick_gather_block *b, plan_function *find)
{
    const wick_tensor *source = wick_call_tensor(call, SOURCE);
    WICK_TRY(copy_self(call, b));
    return write(call, b, find, source, source->data, 0);
}

static wick_status run_fill(const wick_call *call, const wick_gather_block *b, plan_function *find,
                            const void *element)
{
    WICK_TRY(copy_self(call, b));
    return write(call, b, find, 0, element, 0);
}

wick_status wick_scatter_src_prepare(const wick_call *call, void *block)
{
    return prepare_write(call, 4, plan_elements, wick_call_tensor(call, SOURCE), block);
}

wick_status wick_scatter_src_run(const wick_call *call, const void *block)
{
    return run_write(call, block, plan_elements);
}

wick_status wick_scatter_value_prepare(const wick_call *call, void *block)
{
    wick_gather_block *b = block;
    WICK_TRY(prepare_write(call, 4, plan_elements, 0, b));
    return wick_call_element(call, SOURCE, wick_call_tensor(call, 4)->dtype, b->element);
}

wick_status wick_scatter_value_run(const wick_call *call, const void *block)
{
    const wick_gather_block *b = block;
    return run_fill(call, b, plan_elements, b->element);
}

wick_status wick_index_copy_prepare(const wick_call *call, void *block)
{
    return prepare_write(call, 4, plan_slices, wick_call_tensor(call, SOURCE), block);
}

wick_status wick_index_copy_run(const wick_call *call, const void *block)
{
    return run_write(call, block, plan_slices);
}

wick_status wick_index_fill_scalar_prepare(const wick_call *call, void *block)
{
    wick_gather_block *b = block;
    WICK_TRY(prepare_write(call, 4, plan_slices, 0, b));
    return wick_call_element(call, SOURCE, wick_call_tensor(call, 4)->dtype, b->element);
}

wick_status wick_index_fill_scalar_run(const wick_call *call, const void *block)
{
    const wick_gather_block *b = block;
    return run_fill(call, b, plan_slices, b->element);
}

wick_status wick_index_fill_tensor_prepare(const wick_call *call, void *block)
{
    const wick_tensor *value = wick_call_tensor(call, SOURCE);
    WICK_TRY(prepare_write(call, 4, plan_slices, 0, block));
    if (value->rank != 0) {
        return refuse(call, SOURCE, WICK_TEXT("value has dimensions"));
    }
    return wick_view_check_type(call, SOURCE, value, wick_call_tensor(call, 4));
}

wick_status wick_index_fill_tensor_run(const wick_call *call, const void *block)
{
    return run_fill(call, block, plan_slices, wick_call_tensor(call, SOURCE)->data);
}

// What a str argument asks for, by the names of scatter_reduce and index_reduce.
static wick_status find_combination(const wick_call *call, uint32_t arg, uint8_t *out)
{
    static const struct {
        const char *name;
        uint8_t combination;
    } names[] = {{"sum", WICK_COMBINE_ADD},
                 {"prod", WICK_COMBINE_MULTIPLY},
                 {"amin", WICK_COMBINE_MINIMUM},
                 {"amax", WICK_COMBINE_MAXIMUM}};
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (wick_call_is_text(call, arg, names[i].name)) {
            *out = names[i].combination;
            return WICK_OK;
        }
    }
    return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                          WICK_TEXT("a reduction other than sum, prod, amin and amax"));
}

static wick_status check_numbers(const wick_call *call)
{
    return wick_call_tensor(call, SELF)->dtype == WICK_COMPLEX64
               ? wick_call_fail(call, WICK_NOT_SUPPORTED, SELF, WICK_TEXT("complex numbers"))
               : WICK_OK;
}

static wick_status prepare_reduce(const wick_call *call, plan_function *find, void *block)
{
    enum { REDUCE = 4, INCLUDE_SELF, OUT };
    wick_gather_block *b = block;
    WICK_TRY(check_numbers(call));
    WICK_TRY(prepare_write(call, OUT, find, wick_call_tensor(call, SOURCE), b));
    b->starts_over = !wick_call_bool(call, INCLUDE_SELF);
    return find_combination(call, REDUCE, &b->combination);
}

wick_status wick_scatter_add_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_numbers(call));
    return prepare_write(call, 4, plan_elements, wick_call_tensor(call, SOURCE), block);
}

wick_status wick_scatter_reduce_prepare(const wick_call *call, void *block)
{
    return prepare_reduce(call, plan_elements, block);
}

wick_status wick_index_reduce_prepare(const wick_call *call, void *block)
{
    return prepare_reduce(call, plan_slices, block);
}

wick_status wick_index_add_prepare(const wick_call *call, void *block)
{
    enum { ALPHA = 4, OUT };
    wick_gather_block *b = block;
    int64_t scale = 1;
    WICK_TRY(check_numbers(call));
    WICK_TRY(prepare_write(call, OUT, plan_slices, wick_call_tensor(call, SOURCE), b));
    b->combination = WICK_COMBINE_ADD_SCALED;
    const uint32_t dtype = wick_call_tensor(call, OUT)->dtype;
    return wick_dtype_is_float(dtype) || dtype == WICK_BOOL
               ? WICK_OK
               : wick_call_integer(call, ALPHA, dtype, &scale);
}

// Least and greatest number of a type.
static void bounds_of(uint32_t dtype, int64_t *least, int64_t *greatest)
{
    const uint32_t bits = 8 * wick_dtype_size_bytes(dtype);
    const bool is_unsigned = dtype == WICK_UINT8 || dtype == WICK_UINT16 || dtype == WICK_BOOL;
    *greatest = (int64_t)(UINT64_MAX >> (64 - bits + (is_unsigned ? 0 : 1)));
    *least = is_unsigned ? 0 : -*greatest - 1;
}

// The number that a combination starts from.
static void identity_of(uint32_t dtype, uint32_t combination, uint8_t element[8])
{
    const wick_elements one = {dtype, 1, 1};
    const bool is_real = wick_dtype_is_float(dtype);
    int64_t least = 0;
    int64_t greatest = 0;
    bounds_of(dtype, &least, &greatest);
    const double real = combination == WICK_COMBINE_MULTIPLY  ? 1
                        : combination == WICK_COMBINE_MINIMUM ? __builtin_inf()
                        : combination == WICK_COMBINE_MAXIMUM ? -__builtin_inf()
                                                              : 0;
    const int64_t integer = combination == WICK_COMBINE_MULTIPLY  ? 1
                            : combination == WICK_COMBINE_MINIMUM ? greatest
                            : combination == WICK_COMBINE_MAXIMUM ? least
                                                                  : 0;
    if (is_real) {
        wick_write_f64(&one, &real, element);
    } else {
        wick_write_i64(&one, &integer, element);
    }
}

static wick_status run_combine(const wick_call *call, const wick_gather_block *b,
                               plan_function *find)
{
    enum { ALPHA = 4 };
    const wick_tensor *source = wick_call_tensor(call, SOURCE);
    wick_combining how = {.dtype = source->dtype, .combination = (wick_combination)b->combination};
    if (b->combination == WICK_COMBINE_ADD_SCALED) {
        how.scale = wick_call_real(call, ALPHA);
        how.integer_scale = wick_call_scalar_int(call, ALPHA);
    }
    WICK_TRY(copy_self(call, b));
    if (b->starts_over) {
        uint64_t element = 0;
        identity_of(source->dtype, b->combination, (uint8_t *)&element);
        WICK_TRY(write(call, b, find, 0, &element, 0));
    }
    return write(call, b, find, source, source->data, &how);
}

wick_status wick_scatter_combine_run(const wick_call *call, const void *block)
{
    return run_combine(call, block, plan_elements);
}

wick_status wick_index_combine_run(const wick_call *call, const void *block)
{
    return run_combine(call, block, plan_slices);
}
