# SPDX-License-Identifier: BSD-3-Clause
"""The operators that the coverage is about, and calls of them recorded from the samples of torch's op_db."""
import warnings

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64,
          torch.bool, torch.complex64)
CLASSES = {"float": (torch.float32,), "half": (torch.float16, torch.bfloat16), "double": (torch.float64,),
           "integer": (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64), "bool": (torch.bool,), "complex": (torch.complex64,)}
# Out variants of the official portable and optimized libraries whose functional form is not in core ATen.
OFFICIAL = """_conj_physical _fft_c2r _fft_r2c _upsample_bilinear2d_aa.vec any.dims bitwise_left_shift.Tensor bitwise_left_shift.Tensor_Scalar
bitwise_right_shift.Tensor bitwise_right_shift.Tensor_Scalar fill.Tensor floor_divide full_like glu index_put linear logit masked_fill.Scalar
masked_select max min narrow_copy ones pixel_shuffle pixel_unshuffle repeat_interleave.Tensor replication_pad1d roll rsub.Scalar
split.Tensor stack t transpose.int tril unbind.int unfold var var_mean.correction view_as_real zeros""".split()


def overload_name(overload):
    return overload._schema.name.removeprefix("aten::") + (f".{overload._schema.overload_name}" if overload._schema.overload_name else "")


def _overloads():
    for name in dir(torch.ops.aten):
        packet = getattr(torch.ops.aten, name)
        if hasattr(packet, "overloads"):
            for overload in packet.overloads():
                yield getattr(packet, overload)


def core_overloads():
    """Functional overloads of core ATen."""
    for overload in _overloads():
        is_out = any(a.is_out for a in overload._schema.arguments)
        is_in_place = overload._schema.name.endswith("_")  # exported programs hold the functional forms
        if torch.Tag.core in overload.tags and not (is_out or is_in_place) and not overload._schema.name.startswith("aten::sym_"):
            yield overload


def wanted():
    """Name of an overload -> overload: core ATen, then what the official libraries hold beside it."""
    found = {overload_name(o): o for o in core_overloads()}
    found.update({overload_name(o): o for o in _overloads() if overload_name(o) in OFFICIAL})
    return found


def _key(args, kwargs):
    return str([(tuple(x.shape), x.stride(), x.dtype) if isinstance(x, torch.Tensor) else x for x in tree_leaves((args, kwargs))])


class Recorder(TorchDispatchMode):
    """Runs eager PyTorch and keeps each call of a wanted overload, once for each shape and argument."""

    def __init__(self, names, cap):
        super().__init__()
        self.names, self.cap = names, cap
        self.calls = {}  # (name, dtype) -> {key: (args, kwargs)}
        self.dtype = None

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func.namespace == "aten" and overload_name(func) in self.names:
            calls = self.calls.setdefault((overload_name(func), self.dtype), {})
            if len(calls) < self.cap:
                kept = tree_map(lambda x: x.detach().clone() if isinstance(x, torch.Tensor) else x, (args, kwargs))
                calls.setdefault(_key(args, kwargs), kept)
        return func(*args, **kwargs)


def _samples(op, dtype, requires_grad):
    try:
        yield from op.sample_inputs_func(op, "cpu", dtype, requires_grad)
    except Exception:  # a generator that does not know the dtype
        return


def record(names, dtypes, cap, samples_of_an_entry):
    """Calls of the overloads `names` while op_db's samples run in eager PyTorch, with their gradients for the backward operators."""
    warnings.filterwarnings("ignore")
    recorder = Recorder(names, cap)
    for op in op_db:
        for dtype in dtypes:
            if dtype not in op.supported_dtypes("cpu"):
                continue
            recorder.dtype = dtype
            backward = dtype == torch.float32 and op.supports_autograd
            for count, sample in enumerate(_samples(op, dtype, backward)):
                if count == samples_of_an_entry:
                    break
                try:
                    with recorder:
                        result = op(sample.input, *sample.args, **sample.kwargs)
                        outputs = [x for x in tree_leaves(result) if isinstance(x, torch.Tensor) and x.requires_grad]
                        if outputs and outputs[0].dtype == torch.float32:
                            outputs[0].sum().backward()
                except Exception:  # eager refuses the sample
                    continue
    return recorder.calls
