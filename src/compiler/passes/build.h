// SPDX-License-Identifier: BSD-3-Clause
// What passes share: reading a node's arguments by name, and putting new nodes before a node.
#ifndef WICK_COMPILER_PASSES_BUILD_H
#define WICK_COMPILER_PASSES_BUILD_H

#include "compiler/passes/pass.h"

typedef struct wick_builder {
    const wick_pass_context *context;
    wick_ir_graph *graph;
    wick_ir_node
        *node; // new nodes take its Python line, a rewrite replaces it; NULL if they stand for none
    wick_ir_node *before; // where new nodes go; NULL: at the end
    const char *detail;   // of the row in composite.def; else NULL
} wick_builder;

// Argument by name, NULL if the operator has no such parameter.
const wick_ir_arg *wick_argument(const wick_ir_node *node, const char *name);
// The tensor of an argument; NULL if it is None, absent or not a tensor.
wick_ir_value *wick_argument_tensor(const wick_ir_node *node, const char *name);
wick_ir_value *wick_argument_tensor_at(const wick_ir_node *node, uint32_t index);
// `fallback` if the argument is None or absent.
int64_t wick_argument_int(const wick_ir_node *node, const char *name, int64_t fallback);
bool wick_argument_bool(const wick_ir_node *node, const char *name, bool fallback);
// A number of any kind as double; false if the argument is not a number.
bool wick_argument_number(const wick_ir_arg *arg, double *out);
// Fills `out` with `count` ints; a single int or a list of one stands for all. False if the list
// has another length (an empty one too), or a number does not fit 32 bits.
bool wick_argument_ints(const wick_ir_node *node, const char *name, uint32_t count, int64_t *out);
// The argument `dims`: a permutation of 0..rank-1, negative entries wrapped. False if it is none.
bool wick_argument_dims(const wick_ir_node *node, uint32_t rank, int64_t *dims);
// Wraps a negative dimension. An archive may hold any number: one out of range gives 0 (of rank 0:
// 0), and the shapes that follow from it do not agree with the declared ones, which legalize
// refuses.
uint32_t wick_wrap_dim(int64_t dim, uint32_t rank);

bool wick_node_is(const wick_ir_node *node, const char *op_name);
// The node that makes a value, if it is an `op_name`; else NULL.
wick_ir_node *wick_producer_if(const wick_ir_value *value, const char *op_name);
bool wick_same_sizes(const wick_ir_type *a, const wick_ir_type *b);

// A node of operator `op_name` with the first `count` arguments given and one result of `type`.
wick_ir_node *wick_build_node(const wick_builder *builder, const char *op_name,
                              const wick_ir_type *type, const wick_ir_arg *args, uint32_t count);
// The same, giving its result.
wick_ir_value *wick_build(const wick_builder *builder, const char *op_name,
                          const wick_ir_type *type, const wick_ir_arg *args, uint32_t count);

// Each gives the value itself where nothing would change.
wick_ir_value *wick_build_view(const wick_builder *builder, wick_ir_value *value, uint32_t rank,
                               const int64_t *sizes);
wick_ir_value *wick_build_unsqueeze(const wick_builder *builder, wick_ir_value *value,
                                    uint32_t dim);
wick_ir_value *wick_build_permute(const wick_builder *builder, wick_ir_value *value,
                                  const int64_t *dims);
wick_ir_value *wick_build_expand(const wick_builder *builder, wick_ir_value *value, uint32_t rank,
                                 const int64_t *sizes);
wick_ir_value *wick_build_slice(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                                int64_t start, int64_t end);
wick_ir_value *wick_build_cast(const wick_builder *builder, wick_ir_value *value, uint8_t dtype);

// A number as a tensor of this dtype would hold it: real, int or bool.
wick_ir_arg wick_number(uint8_t dtype, double number);

// Lets `value` take the place of result `index` of the builder's node.
void wick_replace(const wick_builder *builder, uint32_t index, wick_ir_value *value);

#endif
