// SPDX-License-Identifier: BSD-3-Clause
// Values of a program: tensors, scalars and lists, as the runtime holds them in RAM (16 bytes each
// on a 32-bit core).
#ifndef WICK_TENSOR_H
#define WICK_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WICK_MAX_RANK 16

// ScalarType codes of the .pte schema, which are PyTorch's.
typedef enum wick_dtype {
#define WICK_DTYPE(name, code, bytes, text, serde) WICK_##name = code,
#include "wick/dtype.def"
#undef WICK_DTYPE
} wick_dtype;

// Bytes of one element; 0 for a code that Wick does not know.
uint32_t wick_dtype_size_bytes(uint32_t dtype);
// Text name such as "f32"; "?" for a code that Wick does not know.
const char *wick_dtype_name(uint32_t dtype);

typedef enum wick_value_kind {
    WICK_VALUE_NONE,
    WICK_VALUE_INT,
    WICK_VALUE_BOOL,
    WICK_VALUE_REAL,
    WICK_VALUE_STRING,
    WICK_VALUE_TENSOR,
    WICK_VALUE_INT_LIST,    // items: int64 little-endian, each the index of an integer value
    WICK_VALUE_REAL_LIST,   // items: float64 little-endian
    WICK_VALUE_BOOL_LIST,   // items: one byte each
    WICK_VALUE_TENSOR_LIST, // items: int32 little-endian value indices, -1 = None
} wick_value_kind;

enum {
    WICK_TENSOR_CONSTANT = 1, // data lies in the program; never written
    WICK_TENSOR_DYNAMIC =
        2, // sizes lie in RAM and may shrink; sizes[rank] holds the capacity in elements
    WICK_TENSOR_LENT = 4, // beside CONSTANT: data is the caller's, who may change it between runs
};

// Dense tensor. Element order in memory is given by dim_order: dim_order[rank - 1] is the innermost
// dimension.
typedef struct wick_tensor {
    uint8_t kind; // WICK_VALUE_TENSOR
    uint8_t dtype;
    uint8_t rank;
    uint8_t flags;
    const uint8_t *dim_order; // rank entries, a permutation of 0..rank-1
    void *data;               // NULL until bound
    const int32_t *sizes;     // rank entries
} wick_tensor;

// All members start with `kind`, so that value.kind may be read whatever is held (C11 6.5.2.3p6).
typedef union wick_value {
    uint8_t kind;
    wick_tensor tensor;
    struct {
        uint8_t kind;
        int64_t value; // WICK_VALUE_INT, and 0 or 1 for WICK_VALUE_BOOL
    } integer;
    struct {
        uint8_t kind;
        double value;
    } real;
    struct {
        uint8_t kind;
        uint32_t count;
        const uint8_t *items;
    } list; // lists and strings
} wick_value;

// Elements of a tensor: the product of its sizes (1 for rank 0).
size_t wick_tensor_count(const wick_tensor *tensor);
size_t wick_tensor_size_bytes(const wick_tensor *tensor);

#ifdef __cplusplus
}
#endif
#endif
