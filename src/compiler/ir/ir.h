// SPDX-License-Identifier: BSD-3-Clause
// The graph: values in single assignment, nodes in order of execution. Everything lies in the
// graph's arena.
//
// A graph comes from an archive in training IR or core ATen and ends, after the passes, with nodes
// whose operators all have a row in ops.def. Tensors are dense; intermediate tensors are
// contiguous, only inputs and outputs may have another dim order, until the pass
// official_operators.
#ifndef WICK_COMPILER_IR_IR_H
#define WICK_COMPILER_IR_IR_H

#include "compiler/ir/size.h"
#include "compiler/support/arena.h"
#include "compiler/support/diag.h"
#include "compiler/support/map.h"
#include "wick/tensor.h"

typedef struct wick_ir_type {
    wick_value_kind kind; // TENSOR; INT, REAL, BOOL for a scalar, symbolic or fixed; NONE
    uint8_t dtype;        // of a scalar: INT64, FLOAT64 or BOOL
    uint8_t rank;
    uint8_t dim_order[WICK_MAX_RANK];
    int64_t sizes[WICK_MAX_RANK]; // numbers or handles (size.h); of a scalar, [0] is its value
    const wick_sizes *symbols;    // of a value with a symbolic size: the table of its graph
} wick_ir_type;

typedef enum wick_ir_value_kind {
    WICK_IR_INPUT,     // user input
    WICK_IR_PARAMETER, // constants, by where they came from
    WICK_IR_BUFFER,
    WICK_IR_CONSTANT, // tensor constant of the archive, or folded
    WICK_IR_SCRATCH,  // memory for the one node that takes it, without a content before or after
    WICK_IR_RESULT,   // output of a node
} wick_ir_value_kind;

typedef struct wick_ir_value {
    const char *name; // unique in the graph
    wick_ir_value_kind kind;
    wick_ir_type type;
    const char *qualified_name; // parameter, buffer: as in the state dict; else NULL
    // Constants: dense in dim order, little-endian, 16-aligned. An input that has data is a scalar
    // that the export fixed: it takes no other value. Else NULL.
    const uint8_t *data;
    bool persistent;               // buffers
    bool is_state;                 // buffers: written; `data` is what it holds at first
    struct wick_ir_node *producer; // results
    uint32_t use_count;            // valid after wick_ir_count_uses, graph outputs included
    uint32_t index;                // free for one pass
    uint32_t seen_by;              // the last wick_ir_check_order that met its node
    struct wick_ir_value *next;
} wick_ir_value;

typedef enum wick_ir_arg_kind {
    WICK_IR_NONE,
    WICK_IR_VALUE,
    WICK_IR_VALUES, // items may be NULL (optional tensors)
    WICK_IR_INT,
    WICK_IR_INTS, // items in `ints`; a symbolic one in `values`, parallel, NULL where constant
    WICK_IR_REAL,
    WICK_IR_REALS,
    WICK_IR_BOOL,
    WICK_IR_BOOLS,
    WICK_IR_STRING,
    WICK_IR_DTYPE,   // `integer` is a wick_dtype
    WICK_IR_IGNORED, // layout, device, memory format: `integer` holds the serde code
    WICK_IR_GRAPH,   // a body of control flow: control.h
} wick_ir_arg_kind;

typedef struct wick_ir_arg {
    wick_ir_arg_kind kind;
    uint32_t count; // of a list
    union {
        wick_ir_value *value;
        int64_t integer;
        double real;
        bool boolean;
        const char *string;
        struct wick_ir_graph *graph;
        const double *reals;
        const bool *booleans;
        struct {
            const int64_t *ints;
            wick_ir_value **values; // VALUES; or INTS with symbolic items, else NULL
        } list;
    };
} wick_ir_arg;

// Parameter of an operator, from its schema.
typedef struct wick_ir_parameter {
    const char *name;
    const char *type; // as in the schema, without name and default: "Tensor?", "int[2]"
    bool keyword_only;
    bool has_default;
    bool is_written; // "Tensor(a!)"
    wick_ir_arg default_arg;
} wick_ir_parameter;

// What the compiler knows of an operator: a row of ops.def, of composite.def (rewritten before
// emission) or of control.def.
typedef struct wick_ir_op {
    const char *name; // "aten::add.Tensor"; overload "default" left out
    uint32_t traits;  // WICK_OP_*
    int32_t row;      // index in ops.def, -1 for others
    uint32_t parameter_count;
    const wick_ir_parameter *parameters;
    uint32_t return_count; // 0: unknown (a list)
    bool is_view;          // "Tensor(a) self": results share the memory of the first argument
} wick_ir_op;

typedef struct wick_ir_node {
    const char *name; // as in the archive; used in messages
    const wick_ir_op *op;
    wick_ir_arg *args; // op->parameter_count, defaults filled in
    wick_ir_value **outputs;
    uint32_t output_count;
    bool in_place;   // "aten::relu_": overwrites its first argument; none after functionalize
    uint32_t region; // which of the bodies of control flow, made by the pass flatten; 0: none
    const char *stack_trace;      // Python, innermost frame last; NULL if none
    const char *fused_activation; // "relu", "relu6", ..: recorded by the pass fuse_activation
    struct wick_ir_node *previous;
    struct wick_ir_node *next;
} wick_ir_node;

typedef struct wick_ir_graph {
    wick_arena *arena;
    const char *name;       // method name, "forward"
    bool is_body;           // an argument of a node of another graph
    wick_ir_value *values;  // all, newest first
    wick_ir_value **inputs; // user inputs in order
    uint32_t input_count;
    wick_ir_value **outputs; // what the model returns, then the new contents of `written`
    uint32_t output_count;
    wick_ir_value **written; // inputs and state that hold the last outputs when the call ends
    uint32_t written_count;
    wick_ir_node *first;
    wick_ir_node *last;
    wick_sizes *sizes;      // symbols and expressions over them
    const char *input_spec; // pytree specs as JSON, "" if none
    const char *output_spec;
    wick_map *names;      // of all values
    uint32_t next_number; // makes names unique
    uint32_t last_check;  // numbers the checks of order, bodies' included
} wick_ir_graph;

wick_ir_graph *wick_ir_graph_create(wick_arena *arena, const char *name);

// NULL if neither table knows it. In-place names ("aten::add_.Tensor") give the functional operator
// ("aten::add.Tensor") unless a row has that very name; the caller records in_place in the node.
const wick_ir_op *wick_ir_op_find(const char *name);
// Whether wick_ir_op_find(name) takes off an underscore to find it.
bool wick_ir_op_is_in_place(const char *name);
// All operators known, functional rows of ops.def first.
const wick_ir_op *wick_ir_op_all(uint32_t *count);
// Whether its first argument is a tensor in whose memory it writes its result.
bool wick_ir_op_writes(const wick_ir_op *op);
// Index of a parameter by name, -1 if there is none.
int32_t wick_ir_op_parameter(const wick_ir_op *op, const char *name);

// A value with a unique name made from `hint`.
wick_ir_value *wick_ir_value_create(wick_ir_graph *graph, const char *hint, wick_ir_value_kind kind,
                                    const wick_ir_type *type);
// A constant; `data` is kept, not copied, and must be 16-aligned and live in the arena.
wick_ir_value *wick_ir_constant_create(wick_ir_graph *graph, const char *hint,
                                       const wick_ir_type *type, const void *data);
// A node before `before` (NULL: at the end) with defaults in all arguments (None where there is
// none) and one result of `type`, or no result if `type` is NULL. Takes the name for messages and
// the stack trace from `like` where given.
wick_ir_node *wick_ir_node_create(wick_ir_graph *graph, wick_ir_node *before, const wick_ir_op *op,
                                  const wick_ir_type *type, const wick_ir_node *like);
// One more result.
wick_ir_value *wick_ir_node_add_output(wick_ir_graph *graph, wick_ir_node *node, const char *hint,
                                       const wick_ir_type *type);
void wick_ir_node_remove(wick_ir_graph *graph, wick_ir_node *node);

wick_ir_arg wick_ir_arg_value(wick_ir_value *value);
wick_ir_arg wick_ir_arg_int(int64_t value);
wick_ir_arg wick_ir_arg_real(double value);
wick_ir_arg wick_ir_arg_bool(bool value);
wick_ir_arg wick_ir_arg_none(void);
wick_ir_arg wick_ir_arg_string(const char *text); // kept, not copied
bool wick_ir_arg_equal(const wick_ir_arg *a, const wick_ir_arg *b);
wick_ir_arg wick_ir_arg_ints(wick_ir_graph *graph, const int64_t *ints, uint32_t count);

// A contiguous tensor.
wick_ir_type wick_ir_type_tensor(wick_dtype dtype, uint32_t rank, const int64_t *sizes);
// Elements and bytes; of a symbolic type, with each size at its upper bound.
size_t wick_ir_type_count(const wick_ir_type *type);
size_t wick_ir_type_size_bytes(const wick_ir_type *type);
// The largest that dimension i gets; WICK_SIZE_UNBOUNDED where nothing bounds it.
int64_t wick_ir_type_bound(const wick_ir_type *type, uint32_t i);
// Whether the sizes are at least 0 and the bytes of the tensor are below SIZE_MAX / 2: to be asked
// before the two above of a type that comes from outside.
bool wick_ir_type_fits(const wick_ir_type *type);
bool wick_ir_type_equal(const wick_ir_type *a, const wick_ir_type *b);
bool wick_ir_type_is_static(const wick_ir_type *type);
bool wick_ir_value_is_constant(const wick_ir_value *value);
// How many of the graph's outputs the model returns.
uint32_t wick_ir_returned_count(const wick_ir_graph *graph);
// Lets `content` be what `target` holds when the call ends; one more output.
void wick_ir_add_write(wick_ir_graph *graph, wick_ir_value *target, wick_ir_value *content);

// Calls visit(context, &slot) for each value slot in the node's arguments (NULL slots skipped).
void wick_ir_node_each_value(wick_ir_node *node, void (*visit)(void *context, wick_ir_value **slot),
                             void *context);
// In arguments and graph outputs.
void wick_ir_replace_uses(wick_ir_graph *graph, wick_ir_value *from, wick_ir_value *to);
// The same in `first` and the nodes after it only.
void wick_ir_replace_uses_from(wick_ir_graph *graph, wick_ir_node *first, wick_ir_value *from,
                               wick_ir_value *to);
void wick_ir_count_uses(wick_ir_graph *graph);
// The parameter whose rows an aten::embedding_renorm makes shorter, where nothing but embeddings
// reads it: rows that are short enough stay, so that no call needs what an earlier one wrote. Else
// NULL.
const wick_ir_value *wick_ir_renormed_parameter(const wick_ir_graph *graph,
                                                const wick_ir_value *content);

// "node 'conv2d' (aten::conv2d) at model.py:34: return self.conv(x)"
const char *wick_ir_node_where(wick_arena *arena, const wick_ir_node *node);
// Error that names the node and its Python line.
wick_status wick_ir_node_error(wick_diag *diag, const wick_ir_node *node, wick_status status,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));

// Structure: single assignment, definition before use, argument kinds against the schema, types
// well formed.
wick_status wick_ir_verify(const wick_ir_graph *graph, wick_diag *diag);
// The part of it that is asked after each pass in every build: no node, and no output, takes what no
// node before computes. `pass` is named in the message.
wick_status wick_ir_check_order(wick_ir_graph *graph, const char *pass, wick_diag *diag);

#endif
