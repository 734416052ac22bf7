# SPDX-License-Identifier: BSD-3-Clause
"""Executes a .pte of official operators in Python: the wheel's own reader, its schemas and its Python reference of each
operator, on arenas laid out as the file plans them. Checks on the way what the C++ kernels of the official Cortex-M
library ask of their arguments (backends/cortex_m/ops/*.cpp of ExecuTorch 1.4.1)."""
import collections

import cortex_m_reference
import torch

cortex_m_reference.register()

from executorch.backends.cortex_m.library import cmsis_nn  # noqa: E402
from executorch.backends.cortex_m.target_config import CortexM, CortexMTargetConfig  # noqa: E402
from executorch.exir import schema  # noqa: E402
from executorch.exir._serialize._program import deserialize_pte_binary  # noqa: E402
from executorch.exir.passes import dim_order_ops_registry  # noqa: E402, F401

IMAGES = {"quantized_conv2d", "quantized_depthwise_conv2d", "quantized_transpose_conv2d", "quantized_avg_pool2d",
          "quantized_max_pool2d"}
DTYPES = {schema.ScalarType.BYTE: torch.uint8, schema.ScalarType.CHAR: torch.int8, schema.ScalarType.SHORT: torch.int16,
          schema.ScalarType.INT: torch.int32, schema.ScalarType.LONG: torch.int64, schema.ScalarType.FLOAT: torch.float32,
          schema.ScalarType.DOUBLE: torch.float64, schema.ScalarType.BOOL: torch.bool}


def is_channels_last(tensor):
    """As the C++ kernels see it: sizes of 1 leave the layout open."""
    c, h, w = tensor.shape[1:]
    if c == 1 or (h == 1 and w == 1):
        return True
    dense = tensor.permute(0, 2, 3, 1)
    return dense.is_contiguous()


def are_apart(a, b):
    """Whether no byte is in both: CMSIS-NN's kernels promise no order of reading and writing."""
    start_a, start_b = a.data_ptr(), b.data_ptr()
    return start_a + a.nbytes <= start_b or start_b + b.nbytes <= start_a


class Program:
    def __init__(self, data, core="M55", is_checked=True):
        self.is_checked = is_checked
        self.backend = CortexMTargetConfig(cpu=CortexM[core]).backend
        self.program = deserialize_pte_binary(data).program
        self.plan = self.program.execution_plan[0]
        self.arenas = [torch.full((size,), 0x55, dtype=torch.uint8) for size in self.plan.non_const_buffer_sizes]
        self.values = [self._value(item.val) for item in self.plan.values]
        self.operators = [(op.name, op.overload) for op in self.plan.operators]

    def _value(self, value):
        if isinstance(value, schema.Tensor):
            return self._tensor(value)
        if isinstance(value, schema.Int):
            return value.int_val
        if isinstance(value, schema.Double):
            return float(value.double_val)
        if isinstance(value, schema.Bool):
            return value.bool_val
        if isinstance(value, schema.String):
            return value.string_val
        return value  # lists refer to values: resolved at each call

    def _tensor(self, tensor):
        dtype = DTYPES[tensor.scalar_type]
        count = 1
        strides = [0] * len(tensor.sizes)
        for dim in reversed(tensor.dim_order):
            strides[dim] = count
            count *= tensor.sizes[dim]
        if tensor.allocation_info is not None:
            info = tensor.allocation_info
            start = info.memory_offset_low + (info.memory_offset_high << 32)
            size = count * dtype.itemsize
            assert start + size <= self.plan.non_const_buffer_sizes[info.memory_id]
            data = self.arenas[info.memory_id][start:start + size]
        else:
            data = torch.frombuffer(bytearray(self.program.constant_buffer[tensor.data_buffer_idx].storage), dtype=torch.uint8)
        return data.view(dtype).as_strided(tensor.sizes, strides) if count else torch.empty(tensor.sizes, dtype=dtype)

    def argument(self, index):
        value = self.values[index]
        if isinstance(value, schema.IntList):
            return [self.values[item] for item in value.items]
        if isinstance(value, (schema.DoubleList, schema.BoolList)):
            return list(value.items)
        if isinstance(value, (schema.TensorList, schema.OptionalTensorList)):
            return [None if item < 0 else self.values[item] for item in value.items]
        return None if isinstance(value, schema.Null) else value

    def __call__(self, *inputs):
        for index, x in zip(self.plan.inputs, inputs, strict=True):
            assert self.values[index].shape == x.shape and self.values[index].dtype == x.dtype
            self.values[index].copy_(x)
        for chain in self.plan.chains:
            for instruction in chain.instructions:
                self.call(instruction.instr_args)
        return [self.values[index].clone() for index in self.plan.outputs]

    def call(self, kernel):
        name, overload = self.operators[kernel.op_index]
        out_schema = getattr(getattr(torch.ops, name.split("::")[0]), name.split("::")[1])
        out_schema = getattr(out_schema, overload)._schema
        arguments = [self.argument(index) for index in kernel.args]
        assert len(arguments) == len(out_schema.arguments) + 1, f"{name}.{overload}: {len(arguments)} values"
        values = dict(zip((argument.name for argument in out_schema.arguments), arguments))
        outs = {argument.name: values.pop(argument.name) for argument in out_schema.arguments if argument.is_out}
        assert arguments[-1] is next(iter(outs.values())) or arguments[-1] == list(outs.values())
        self.check(name, values, next(iter(outs.values())))
        results = compute(name, overload, out_schema, values, outs)
        for result, out in zip(results, outs.values(), strict=True):
            assert result.shape == out.shape and result.dtype == out.dtype, (name, result.shape, out.shape, result.dtype)
            out.copy_(result)
        if name.split("::")[1] in IMAGES:
            assert is_channels_last(next(iter(outs.values()))), name

    def check(self, name, values, out):
        """What the C++ kernel would refuse."""
        operator = name.split("::")[1]
        tensors = {key: value for key, value in values.items() if isinstance(value, torch.Tensor)}
        if not name.startswith("cortex_m::") or not self.is_checked:
            return
        for tensor in tensors.values():
            assert are_apart(tensor, out) or operator in ("minimum", "maximum"), name
        if operator in IMAGES:
            assert is_channels_last(values["input"]), name
        if operator == "quantized_depthwise_conv2d":
            assert values["input"].shape[0] == 1 and values["weight"].shape[0] == 1
            assert values["input"].shape[1] > 1, "with vectors the kernel fails for one channel and a stride"
            assert out.shape[1] == values["weight"].shape[3] == values["input"].shape[1] * values["depth_multiplier"]
        if "requantize_multipliers" in tensors:
            assert values["requantize_multipliers"].shape == values["requantize_shifts"].shape == (out.shape[1],)
            assert values["requantize_shifts"].min() >= -31 and values["requantize_shifts"].max() <= 30
        if operator in ("quantized_add", "quantized_mul"):
            a, b = values["self"], values["other"]
            assert a.shape == b.shape == out.shape or (is_channels_last(a) and is_channels_last(b)), name
            assert all(-31 <= values[key] <= 31 for key in values if key.endswith("_shift"))
        if operator == "quantized_linear":
            # With vectors CMSIS-NN reads the sums alone, else the bias alone.
            assert (values["kernel_sum"] is not None) == (self.backend == cmsis_nn.Backend.MVE)
            assert (values["bias"] is None) == (self.backend == cmsis_nn.Backend.MVE)
        if operator == "transpose":
            assert values["perm"] != list(range(out.dim())), "CMSIS-NN is wrong for two dimensions"
        if operator in ("transpose", "pad"):
            assert 1 <= out.dim() <= 4
        if operator == "softmax":
            assert values["dim"] % out.dim() == out.dim() - 1
        if operator == "quantized_transpose_conv2d":
            check_transposed(values)
        if operator == "quantized_conv2d" and self.backend == cmsis_nn.Backend.MVE:
            check_row(values, out)
        for key, size in scratch_sizes(self.backend, operator, values, out).items():
            assert values[key].nbytes == size, f"{name}: {key} of {values[key].nbytes} bytes, CMSIS-NN needs {size}"

    def counts(self):
        """Calls of each operator, by name."""
        return collections.Counter(self.operators[instruction.instr_args.op_index][0]
                                   for chain in self.plan.chains for instruction in chain.instructions)


def check_row(values, out):
    """arm_convolve_1_x_n_s8, with vectors: fails unless an image of one row has the same padding at both ends, and takes
    the first window that ends behind the row to hold all but one of its positions."""
    height, width = values["input"].shape[2:]
    _, kernel_h, kernel, depth = values["weight"].shape
    (_, padding), (_, stride), out_width = values["padding"], values["stride"], out.shape[3]
    is_pointwise = kernel_h == kernel == 1 and values["padding"] == [0, 0] and values["dilation"] == [1, 1]
    if height == kernel_h == 1 and values["dilation"][1] == 1 and stride * depth % 4 == 0 and not is_pointwise:
        assert (out_width - 1) * stride + kernel - width == 2 * padding
        padded = max(1, -(-padding // stride)) if padding else 0
        if padding and out_width >= 2 * padded:
            assert width - ((out_width - padded) * stride - padding) == kernel - 1


def check_transposed(values):
    """arm_transpose_conv_s8, which is taken unless the weights are reversed, is wrong with others."""
    channels, kernel, stride = values["input"].shape[1], values["weight"].shape[1:3], values["stride"]
    assert all(k >= s for k, s in zip(kernel, stride)) and values["output_padding"] == [0, 0]
    is_reversed = max(stride) <= 2 and channels > 16
    assert is_reversed or stride[0] == 1 or values["padding"][0] == 0


def compute(name, overload, out_schema, values, outs):
    """The results, in memory of their own: what an operator reads may lie where it writes."""
    if name == "dim_order_ops::_clone_dim_order":
        return [values["self"].clone()]
    namespace, operator = name.split("::")
    packet = getattr(getattr(torch.ops, namespace), operator)
    if namespace == "cortex_m":
        if operator.endswith("quantize_per_tensor"):
            values["dtype"] = DTYPES[schema.ScalarType(values["dtype"])]
            packet = getattr(torch.ops.quantized_decomposed, operator)
        return [packet.default(*values.values())]
    positional = [values[a.name] for a in out_schema.arguments if not a.kwarg_only]
    keywords = {a.name: values[a.name] for a in out_schema.arguments if a.kwarg_only and not a.is_out}
    keywords |= {key: torch.empty_like(out) for key, out in outs.items()}
    result = getattr(packet, overload)(*positional, **keywords)
    return result if isinstance(result, (tuple, list)) else [result]


def scratch_sizes(backend, operator, values, out):
    """Bytes of the scratch tensors, as the exporter's bindings of CMSIS-NN count them."""
    def nhwc(tensor):
        n, c, h, w = tensor.shape
        return [n, h, w, c]

    a8w8 = cmsis_nn.DataType.A8W8
    if operator == "quantized_avg_pool2d":
        return {"scratch": cmsis_nn.avgpool_buffer_size(backend, a8w8, dim_dst_width=out.shape[3], ch_src=out.shape[1])}
    if operator == "quantized_batch_matmul":
        _, cols, inner = values["rhs_transposed"].shape
        return {"scratch": cmsis_nn.fully_connected_buffer_size(backend, a8w8, filter_nhwc=[inner, -1, -1, cols])}
    if operator not in IMAGES or operator == "quantized_max_pool2d":
        return {}
    weight = list(values["weight"].shape)
    common = {"input_nhwc": nhwc(values["input"]), "padding_hw": values["padding"], "stride_hw": values["stride"],
              "dilation_hw": values["dilation"], "input_offset": values["input_offset"],
              "output_offset": values["output_offset"], "activation_min": values["activation_min"],
              "activation_max": values["activation_max"]}
    if operator == "quantized_conv2d":
        return {"scratch": cmsis_nn.convolve_wrapper_buffer_size(backend, a8w8, filter_nhwc=weight, output_nhwc=nhwc(out),
                                                                 **common)}
    if operator == "quantized_depthwise_conv2d":
        return {"scratch": cmsis_nn.depthwise_conv_wrapper_buffer_size(
            backend, a8w8, filter_nhwc=[weight[3], weight[1], weight[2], 1], output_nhwc=nhwc(out),
            ch_mult=values["depth_multiplier"], **common)}
    common["padding_offsets_hw"] = values["output_padding"]
    return {"scratch": cmsis_nn.transpose_conv_buffer_size(backend, a8w8, filter_nhwc=weight, output_nhwc=nhwc(out), **common),
            "output_scratch": cmsis_nn.transpose_conv_reverse_conv_buffer_size(backend, a8w8, filter_nhwc=weight, **common)}
