// SPDX-License-Identifier: BSD-3-Clause
// Lines: the elements along one dimension of a tensor, and where the lines of other tensors stand
// that belong to them. For kernels that read a whole line to write one: scans, sorts, choices.
//
// Shapes  `rank` dimensions beside the line, of any size; every operand has a step for each, and
//         along its line `lengths` elements, `steps` apart.
#ifndef WICK_KERNELS_LINE_LINES_H
#define WICK_KERNELS_LINE_LINES_H

#include "wick/tensor.h"

enum { WICK_LINE_OPERANDS = 3 }; // input, first and second out

typedef struct wick_lines {
    uint32_t rank;
    uint8_t in_dtype, out_dtype;
    bool flag;      // what a kernel of two forms reads: descending, largest, minimum
    bool skips_nan; // of choices
    int32_t number; // k of a choice
    uint8_t beside_dtype;
    const void *beside;   // another input: lies as the kernel says
    const int64_t *order; // of a search: indices that sort the line; NULL: sorted
    int32_t sizes[WICK_MAX_RANK];
    int32_t strides[WICK_LINE_OPERANDS][WICK_MAX_RANK];
    int32_t lengths[WICK_LINE_OPERANDS];
    int32_t steps[WICK_LINE_OPERANDS];
} wick_lines;

// One line: the first element of each operand.
typedef struct wick_line {
    const wick_lines *lines;
    const void *in;
    void *out;
    int64_t *indices; // the second out
    ptrdiff_t at[WICK_LINE_OPERANDS];
} wick_line;

typedef void wick_line_visit(const wick_line *line);

// Calls `visit` for each line, in logical order; for none where a size is 0.
void wick_lines_each(const wick_lines *lines, const void *in, void *out, int64_t *indices,
                     wick_line_visit *visit);

static inline int32_t wick_line_size(const wick_line *line)
{
    return line->lines->lengths[0];
}

// Element i of the input's line, as an index into `in`; of the outs likewise.
static inline ptrdiff_t wick_line_at(const wick_line *line, uint32_t operand, int32_t i)
{
    return line->at[operand] + (ptrdiff_t)i * line->lines->steps[operand];
}

#endif
