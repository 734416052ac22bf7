// SPDX-License-Identifier: BSD-3-Clause
// The rows of ops.def, each a const object of its own: the linker drops those that no table names.
#include "ops/table.h"

#include "ops/attention.h"
#include "ops/batch_norm.h"
#include "ops/binary.h"
#include "ops/border_pad.h"
#include "ops/columns.h"
#include "ops/complex.h"
#include "ops/conv.h"
#include "ops/conv3d.h"
#include "ops/copy.h"
#include "ops/copy_view.h"
#include "ops/cortex_m/cortex_m_conv.h"
#include "ops/cortex_m/cortex_m_elementwise.h"
#include "ops/cortex_m/cortex_m_linear.h"
#include "ops/cortex_m/cortex_m_matmul.h"
#include "ops/cortex_m/cortex_m_pool.h"
#include "ops/cortex_m/cortex_m_quantize.h"
#include "ops/cortex_m/cortex_m_softmax.h"
#include "ops/distance.h"
#include "ops/embedding.h"
#include "ops/embedding_bag.h"
#include "ops/fft.h"
#include "ops/fill.h"
#include "ops/fold.h"
#include "ops/gather.h"
#include "ops/generate.h"
#include "ops/glu.h"
#include "ops/grid.h"
#include "ops/grouped_mm.h"
#include "ops/index.h"
#include "ops/join.h"
#include "ops/linalg.h"
#include "ops/linear.h"
#include "ops/loss.h"
#include "ops/masked.h"
#include "ops/norm.h"
#include "ops/pad.h"
#include "ops/part.h"
#include "ops/pool.h"
#include "ops/pool3d.h"
#include "ops/prim.h"
#include "ops/quant/quant_elementwise.h"
#include "ops/quant/quant_layers.h"
#include "ops/quant/quant_matmul.h"
#include "ops/quant/quant_reduce.h"
#include "ops/quant/quant_resize.h"
#include "ops/quant/quant_weights.h"
#include "ops/quantile.h"
#include "ops/quant/quantize.h"
#include "ops/quant/quantize_dynamic.h"
#include "ops/quant/quantized_sum.h"
#include "ops/quant/quantized_table.h"
#include "ops/quant/quantized_weights.h"
#include "ops/random.h"
#include "ops/recurrent.h"
#include "ops/reduce.h"
#include "ops/resample.h"
#include "ops/roll.h"
#include "ops/scan.h"
#include "ops/search.h"
#include "ops/softmax.h"
#include "ops/sort.h"
#include "ops/split.h"
#include "ops/ternary.h"
#include "ops/unary.h"
#include "ops/unique.h"

#define ROW(name, signature, prepare, run, block)                      \
    {                                                                  \
        name, signature, prepare, run, sizeof(block), sizeof(name) - 1 \
    }

#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    const wick_operator wick_op_##id = ROW(name, signature, prepare, run, block);
#include "ops/ops.def"
#undef WICK_OP

#define WICK_WIDE(id, of, name, signature, rank, prepare, run, block) \
    const wick_operator wick_op_##id = ROW(name, signature, prepare, run, block);
#include "ops/wide.def"
#undef WICK_WIDE
