// SPDX-License-Identifier: BSD-3-Clause
// What an operator may ask of its call. Arguments have been checked against the row's signature
// when these are used, so the getters check nothing. Argument numbers count from 0 in schema order,
// outs last.
#ifndef WICK_OPS_OP_H
#define WICK_OPS_OP_H

#include "base/bytes.h"
#include "wick/operator.h"

enum {
    WICK_OP_ELEMENTWISE = 1, // out[i] depends on the inputs at i (after broadcasting) only
    WICK_OP_VIEW = 2, // with static shapes and one dim order, out has the bytes of self: the copy
                      // can be elided
    WICK_OP_WICK_ONLY = 4,  // the official runtime lacks it: target "portable" decomposes it
    WICK_OP_DEQUANTIZE = 8, // integers to the reals that they stand for
    WICK_OP_RANDOM = 16,    // draws from the random state: two calls give different results
    WICK_OP_FLOAT64 = 32,   // not elementwise, and computes in float64 where the build does
                            // (float64.h)
};

// Checks the call against the row's signature, then calls row->prepare. `block` has
// row->block_bytes, 8-aligned. Errors  INVALID_PROGRAM if an argument is of the wrong kind or a
// constant would be written, else those of the operator.
wick_status wick_operator_prepare(const wick_operator *row, const wick_call *call, void *block);

// The letters, up to '\0' or '|', of the form of a call: a signature lists its forms, and a call
// has its result behind them, one argument more than the form has letters. If no form has that
// many: the last one, which is that of the schema.
const char *wick_operator_form(const wick_operator *row, uint32_t arg_count);

// Whether the row writes a scalar: what later calls find in a value is known only while running.
bool wick_operator_writes_number(const wick_operator *row);

// The name of an operator in a program; the overload may be empty.
typedef struct wick_operator_name {
    const char *text;
    const char *overload;
    uint32_t bytes;
    uint32_t overload_bytes;
} wick_operator_name;

// Row whose name is `name`, or `name.overload`; NULL if the table has none. Row `likely` is tried
// first.
const wick_operator *wick_operators_match(const wick_operators *operators,
                                          const wick_operator_name *name, uint32_t likely);
// Row with this out-variant name; NULL if the table has none.
const wick_operator *wick_operators_find(const wick_operators *operators, const char *name);

// Records the first failure of a call and returns `status`. `text` is static; `arg` is the argument
// it speaks of.
wick_status wick_call_fail(const wick_call *call, wick_status status, uint32_t arg,
                           const char *text);

// Gives an out tensor its shape: a static tensor must have it already (INVALID_ARGUMENT), a dynamic
// one takes it (OUT_OF_RESOURCES above its capacity).
wick_status wick_call_resize(const wick_call *call, uint32_t arg, uint32_t rank,
                             const int32_t *sizes);

// The same for tensor k of a list of outs.
wick_status wick_call_resize_at(const wick_call *call, uint32_t arg, uint32_t k, uint32_t rank,
                                const int32_t *sizes);

// Wraps a negative dimension; INVALID_ARGUMENT if out of [-rank, rank). Rank 0 allows -1 and 0,
// both giving 0.
wick_status wick_call_dim(const wick_call *call, uint32_t arg, int64_t dim, uint32_t rank,
                          uint32_t *out);

// Strides in elements of a dense tensor, one for each dimension, from its sizes and dim order.
void wick_tensor_strides(const wick_tensor *tensor, int32_t *strides);
// Whether two tensors of one shape have the same dim order as far as dimensions above size 1 are
// concerned.
bool wick_tensor_same_order(const wick_tensor *a, const wick_tensor *b);
// Whether dim_order is 0, 1, .., rank-1.
bool wick_tensor_is_contiguous(const wick_tensor *tensor);

bool wick_dtype_is_float(uint32_t dtype); // f16, bf16, f32, f64

// Inlined always: shorter than a call.
static inline __attribute__((always_inline)) wick_value *wick_call_value(const wick_call *call,
                                                                         uint32_t arg)
{
    return &call->values[wick_load_aligned_u32(call->args + 4 * (size_t)arg)];
}

static inline __attribute__((always_inline)) bool wick_call_is_none(const wick_call *call,
                                                                    uint32_t arg)
{
    return wick_call_value(call, arg)->kind == WICK_VALUE_NONE;
}

// A T, O or W argument; of a t argument only where it is known to be no None.
static inline __attribute__((always_inline)) wick_tensor *wick_call_tensor(const wick_call *call,
                                                                           uint32_t arg)
{
    return &wick_call_value(call, arg)->tensor;
}

// A t argument: the tensor, or NULL for None.
static inline const wick_tensor *wick_call_optional_tensor(const wick_call *call, uint32_t arg)
{
    const wick_value *value = wick_call_value(call, arg);
    return value->kind == WICK_VALUE_TENSOR ? &value->tensor : 0;
}

static inline int64_t wick_call_int(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->integer.value;
}

static inline bool wick_call_bool(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->integer.value != 0;
}

// A Scalar as double, or as int64 (a real is truncated, saturating).
double wick_call_real(const wick_call *call, uint32_t arg);
int64_t wick_call_scalar_int(const wick_call *call, uint32_t arg);
static inline bool wick_call_is_real(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->kind == WICK_VALUE_REAL;
}

static inline uint32_t wick_call_list_count(const wick_call *call, uint32_t arg)
{
    return wick_call_value(call, arg)->list.count;
}

// Item k of an int[] argument.
static inline int64_t wick_call_int_at(const wick_call *call, uint32_t arg, uint32_t k)
{
    const uint8_t *items = wick_call_value(call, arg)->list.items;
    return call->values[wick_load_aligned_u32(items + 8 * (size_t)k)].integer.value;
}

// Tensor k of a Tensor?[] argument, or NULL for None.
static inline const wick_tensor *wick_call_optional_tensor_at(const wick_call *call, uint32_t arg,
                                                              uint32_t k)
{
    const uint8_t *items = wick_call_value(call, arg)->list.items;
    const int32_t index = wick_load_i32(items + 4 * (size_t)k);
    return index < 0 ? 0 : &call->values[index].tensor;
}

// Item k of a float[] argument.
static inline double wick_call_real_at(const wick_call *call, uint32_t arg, uint32_t k)
{
    return wick_load_f64(wick_call_value(call, arg)->list.items + 8 * (size_t)k);
}

// Item k of a bool[] argument.
static inline bool wick_call_bool_at(const wick_call *call, uint32_t arg, uint32_t k)
{
    return wick_call_value(call, arg)->list.items[k] != 0;
}

// Tensor k of a Tensor[] argument or of a list of outs.
static inline wick_tensor *wick_call_tensor_at(const wick_call *call, uint32_t arg, uint32_t k)
{
    const uint8_t *items = wick_call_value(call, arg)->list.items;
    return &call->values[wick_load_aligned_u32(items + 4 * (size_t)k)].tensor;
}

#endif
