// SPDX-License-Identifier: BSD-3-Clause
// A graph under quantization: every tensor and node with its role, and two runs over all samples:
// the float graph once, the quantized one as often as it is tried.
//
// Quantized tensors are int8, or wide: int16. A node computes on int16 where its result is wide.
// What it reads in another width is rescaled before it: int8 to int16 is exact; an int16 tensor
// that int8 readers want exists a second time, narrowed.
#ifndef WICK_COMPILER_QUANT_MODEL_H
#define WICK_COMPILER_QUANT_MODEL_H

#include "compiler/passes/build.h"
#include "compiler/passes/evaluate.h"
#include "compiler/quant/calibration.h"
#include "compiler/quant/observe.h"
#include "compiler/support/parallel.h"

typedef enum wick_quant_role {
    WICK_QUANT_FLOAT, // no row of patterns.def
    WICK_QUANT_LAYER,
    WICK_QUANT_OWN,
    WICK_QUANT_SHARE,
    WICK_QUANT_LAST,
} wick_quant_role;

typedef struct wick_quant_row {
    const char *name;
    wick_quant_role role;
    wick_quant_params params;
} wick_quant_row;

typedef struct wick_quant_tensor {
    wick_ir_value *value;
    struct wick_quant_node *producer; // NULL: none
    size_t count;                     // elements of a sample
    size_t stride;                    // bytes from sample to sample; 0: a constant
    const uint8_t *real;              // [samples], of the float run
    float low, high;                  // of the float run; f32 only

    bool is_quantized;
    bool is_wide;
    bool is_narrowed;                       // wide, and read in int8, too
    bool leaves_narrow;                     // wide, and an output of the graph in int8
    const struct wick_quant_node *wide_for; // the node that wants it wide
    struct wick_quant_tensor *shares;       // has the parameters of this one
    const wick_quant_row *fixed;            // has those of this row
    wick_quant_params params;               // of the run in progress
    double signal, noise;                   // of the run in progress: sums of squares

    uint8_t *quant; // [samples], of the run in progress; f32 that steps stand for
    size_t quant_bytes;
    uint8_t *narrow_quant; // the same, narrowed
    size_t narrow_bytes;
    wick_quant_params narrow;
    uint32_t uses, uses_left; // in this run
} wick_quant_tensor;

// Weights of a layer as a matrix: `outs` rows of `depth`, in `groups` that see inputs of their own.
typedef struct wick_quant_layer {
    uint32_t weight_arg, bias_arg; // in the schema; bias_arg UINT32_MAX: takes none
    uint32_t axis;                 // of the weight, along which scales run
    uint32_t outs, depth, groups;
    size_t inner; // see wick_quant_weight_at
    bool is_convolution, is_transposed;
    // Of the run in progress:
    int8_t *steps;  // as the weight lies
    float *scales;  // [outs]
    float *bias;    // [outs]; NULL if there is none
    float *rounded; // what the steps stand for
} wick_quant_layer;

typedef struct wick_quant_node {
    wick_ir_node *node;
    const wick_quant_row *row;
    bool is_active;            // works on quantized tensors
    wick_quant_tensor *result; // quantized: its own, or that of the activation that follows
    bool kept_float, kept_int16;
    bool is_wide;    // computes on int16
    const char *why; // it was kept in int16
    wick_quant_layer *layer;
    wick_evaluation *evaluations[WICK_MAX_WORKERS]; // of each worker that runs samples of it
} wick_quant_node;

typedef struct wick_quant_model {
    const wick_pass_context *context;
    wick_ir_graph *graph;
    wick_arena *arena;
    wick_calibration calibration;
    uint32_t samples;           // used of the calibration
    uint32_t workers;           // that samples are shared among
    double *signals, *noises;   // [samples], while a tensor is measured
    wick_quant_tensor *tensors; // by value->index
    uint32_t tensor_count;
    wick_quant_node *nodes; // in order of execution
    uint32_t node_count;
    bool int8_io;
    struct wick_quant_buffer *free_buffers; // of the quantized run
} wick_quant_model;

// NULL if the operator stays float.
const wick_quant_row *wick_quant_row_of(const wick_ir_op *op);
wick_quant_tensor *wick_quant_tensor_of(const wick_quant_model *model, const wick_ir_value *value);
// Where element k of row `out` of a layer's matrix lies in its weight.
size_t wick_quant_weight_at(const wick_quant_layer *layer, uint32_t out, uint32_t k);

// Numbers the graph's tensors and nodes and prepares every node. The graph does not change while
// the model lives, but for the data of its constants.
wick_status wick_quant_model_create(const wick_pass_context *context, wick_ir_graph *graph,
                                    const wick_calibration *calibration, bool int8_io,
                                    wick_quant_model *model);
// Decides which nodes are active, which tensors quantized and which of them wide, from rows,
// kept_float and kept_int16.
void wick_quant_select(wick_quant_model *model);

// Calls `task` for each sample of a tensor, or once if it is constant, on several processors if it
// is large.
void wick_quant_each_sample(const wick_quant_model *model, const wick_quant_tensor *tensor,
                            wick_parallel_task *task, void *context);

// Runs the float graph over all samples; every value must come out finite.
wick_status wick_quant_run_real(wick_quant_model *model);
// Runs one node over all samples in the quantized graph, its weights as `layer` has them.
wick_status wick_quant_run_node(wick_quant_model *model, wick_quant_node *node);
// Memory for all samples of a tensor in the quantized run, and in int8 where it is narrowed.
void wick_quant_make_room(wick_quant_model *model, wick_quant_tensor *tensor);
// Starts a quantized run: constants in place, all else without memory.
void wick_quant_begin(wick_quant_model *model);
// Ends the part of a node in the run: gives back memory that nothing reads any more.
void wick_quant_release(wick_quant_model *model, wick_quant_node *node);

// Float values of a tensor in both runs, [samples * count].
const float *wick_quant_real(const wick_quant_tensor *tensor);
float *wick_quant_tried(const wick_quant_tensor *tensor);
// As it leaves the quantized graph, where it is an output.
const float *wick_quant_left(const wick_quant_tensor *tensor);
// Of an argument as a node reads it in the quantized run: its values, its parameters.
float *wick_quant_tried_by(const wick_quant_node *reader, const wick_quant_tensor *tensor);
wick_quant_params wick_quant_params_for(const wick_quant_node *reader,
                                        const wick_quant_tensor *tensor);
// Whether a node reads a quantized argument in another width than it has.
bool wick_quant_reads_rescaled(const wick_quant_node *reader, const wick_quant_tensor *tensor);

#endif
