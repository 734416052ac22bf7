# SPDX-License-Identifier: BSD-3-Clause
"""Samples for every row of ops.def, recorded from torch's own operator tests.

The op_db entries of a row are run in eager PyTorch while every ATen call is recorded; recorded calls whose functional
name (views taken as their _copy twin) has a row are the samples of that row. To these the driver adds channels-last,
zero-size, 0-dim and NaN/infinity variants, kept when eager accepts them.
"""
import itertools
from collections import namedtuple

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map, tree_unflatten

import op_driver
import spatial_samples

aten = torch.ops.aten
DTYPES = (torch.float32, torch.float64, torch.float16, torch.int8, torch.int32, torch.int64, torch.bool)

# op_db entries of a row, where the row's own name does not lead to them.
ENTRIES = {
    "add_scalar_out": ["add"], "sub_scalar_out": ["sub"], "mul_scalar_out": ["mul"], "div_scalar_out": ["div"],
    "div_mode_out": ["div"], "div_scalar_mode_out": ["div"],
    "hardtanh_out": ["nn.functional.hardtanh", "nn.functional.relu6"],
    "clamp_out": ["clamp", "clamp_max", "clamp_min"],
    **{f"{name}_scalar_out": [name] for name in (
        "eq", "ne", "lt", "le", "gt", "ge", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift",
        "bitwise_right_shift", "fmod", "remainder", "copysign", "masked_fill")},
    "pow_scalar_out": ["pow", "__rpow__"], "pow_tensor_scalar_out": ["pow", "float_power"],
    "rsub_scalar_out": ["rsub", "__rsub__"], "lerp_scalar_out": ["lerp"], "round_decimals_out": ["round"],
    "xlogy_scalar_self_out": ["xlogy"], "xlogy_scalar_other_out": ["xlogy"],
    "special_zeta_self_scalar_out": ["special.zeta"],
    "clamp_tensor_out": ["clamp", "clamp_max", "clamp_min"],
    "convolution_out": ["nn.functional.conv1d", "nn.functional.conv2d", "nn.functional.conv_transpose1d",
                        "nn.functional.conv_transpose2d", "nn.functional.conv3d", "nn.functional.conv_transpose3d"],
    "addmm_out": ["addmm", "nn.functional.linear"],
    "mm_out": ["mm", "nn.functional.linear"],
    "baddbmm_out": ["baddbmm"], "linalg_lu_factor_ex_out": ["linalg.lu_factor_ex"], "linalg_lu_solve_out": ["linalg.lu_solve"],
    "linalg_solve_triangular_out": ["linalg.solve_triangular"], "linalg_cholesky_ex_out": ["linalg.cholesky_ex"],
    "linalg_householder_product_out": ["linalg.householder_product"],
    "bmm_out": ["bmm", "baddbmm", "matmul"],
    "batch_norm_out": ["nn.functional.batch_norm", "native_batch_norm", "_native_batch_norm_legit"],
    "mean_dtype_out": ["mean"],
    "max_pool2d_out": ["nn.functional.max_pool2d", "nn.functional.max_pool1d"],
    "adaptive_avg_pool2d_out": ["nn.functional.adaptive_avg_pool2d"],
    "view_copy_out": ["view", "reshape", "flatten", "unflatten"],
    "permute_copy_out": ["permute", "movedim"],
    "transpose_copy_out": ["transpose", "swapaxes"],
    "t_copy_out": ["t", "nn.functional.linear"],
    "squeeze_copy_dim_out": ["squeeze"],
    "squeeze_copy_dims_out": ["squeeze"],
    "unsqueeze_copy_out": ["unsqueeze", "stack"],
    "expand_copy_out": ["expand", "broadcast_to", "expand_as"],
    "slice_copy_out": ["__getitem__", "narrow", "diff", "chunk", "tensor_split"],
    "select_copy_out": ["select", "__getitem__"],
    "to_copy_out": ["to", "float", "half", "int", "long", "bool", "char", "byte", "short", "double"],
    "alias_copy_out": ["alias_copy", "clone"],
    "detach_copy_out": ["detach_copy", "clone"],
    "lift_fresh_copy_out": ["clone"],
    "to_dim_order_copy_out": ["to", "float", "half", "int", "long", "bool", "char"],
    "clone_dim_order_out": ["clone", "contiguous"],
    "cat_out": ["cat", "vstack", "hstack", "dstack"],
    "constant_pad_nd_out": ["nn.functional.pad"],
    "arange_start_out": ["arange"],
    "full_like_out": ["full_like", "ones_like"],
    "fill_scalar_out": ["fill"], "glu_out": ["nn.functional.glu"],
    "embedding_bag_out": ["nn.functional.embedding_bag"],
    "count_nonzero_dims_out": ["count_nonzero"],
    "layer_norm_out": ["native_layer_norm", "nn.functional.layer_norm"],
    "group_norm_out": ["nn.functional.group_norm"],
    "batch_norm_no_stats_out": ["_native_batch_norm_legit", "nn.functional.batch_norm", "nn.functional.instance_norm"],
    "cdist_out": ["cdist"], "pdist_out": ["nn.functional.pdist"],
    "nonzero_out": ["nonzero", "argwhere"],
    "nll_loss_forward_out": ["nn.functional.nll_loss", "nn.functional.cross_entropy"],
    "nll_loss2d_forward_out": ["nn.functional.nll_loss", "nn.functional.cross_entropy"],
    "nll_loss_out": ["nn.functional.nll_loss"], "nll_loss2d_out": ["nn.functional.nll_loss"],
    "nll_loss_nd_out": ["nn.functional.nll_loss"],
    "var_out": ["var", "var_unbiased"], "std_out": ["std", "std_unbiased"],
    "var_mean_out": ["var_mean", "var_mean_unbiased"], "std_mean_out": ["std_mean", "std_mean_unbiased"],
    "linalg_vector_norm_out": ["linalg.vector_norm", "norm"],
    "max_all_out": ["max", "max_reduction_no_dim"], "min_all_out": ["min", "min_reduction_no_dim"],
    "prod_dim_out": ["prod"], "nanmean_out": ["nanmean", "nansum"],
    "sort_stable_out": ["sort", "argsort", "msort"],
    "argsort_out": ["sort", "argsort"],
    "max_dim_out": ["max", "max_reduction_with_dim", "amax"],
    "min_dim_out": ["min", "min_reduction_with_dim"],
    "median_dim_out": ["median"], "nanmedian_dim_out": ["nanmedian"],
    "copy_in_place": ["expand", "to"], "copy_out": ["expand"],
    "index_tensor_out": ["__getitem__", "take_along_dim"],
    "as_strided_copy_out": ["as_strided", "as_strided_copy"], "diagonal_copy_out": ["diagonal", "diagonal_copy"],
    "unfold_copy_out": ["unfold", "unfold_copy"], "repeat_out": ["repeat", "tile"],
    "view_copy_dtype_out": ["view"], "view_as_real_copy_out": ["view_as_real"], "view_as_complex_copy_out": ["view_as_complex"],
    "h2d_copy_out": ["clone"], "d2h_copy_out": ["clone"],
    **{f"{kind}_pad{n}d_out": ["nn.functional.pad"] for kind in ("reflection", "replication") for n in (1, 2, 3)},
    "index_put_out": ["index_put"], "index_put_in_place": ["index_put"],
    "split_copy_out": ["split_copy", "split", "chunk"],
    "split_with_sizes_copy_out": ["split_with_sizes_copy", "split_with_sizes"],
    "unbind_copy_out": ["unbind_copy", "unbind"],
}
ENTRIES.update(spatial_samples.ENTRIES)
# Samples beside those of op_db.
MADE = dict(spatial_samples.MADE)
MADE["fill_tensor_out"] = lambda dtype: [(torch.ones(2, 3).to(dtype), torch.tensor(other).to(dtype)) for other in (0, 1)]
MADE["searchsorted_scalar_out"] = lambda dtype: [(torch.tensor([[1, 3, 3, 7]]).to(dtype), 3), (torch.tensor([0, 1]).to(dtype), -1)]
# Composite operators that a recording never shows: every sample of the entry is a call of them as it stands.
DIRECT = {"linear_out": "nn.functional.linear", "conj_physical_out": "conj_physical", **{f"{name}_out": f"nn.functional.{name}" for name in (
    "l1_loss", "kl_div", "hinge_embedding_loss", "margin_ranking_loss", "poisson_nll_loss")}}
OWN_NAMES = ("l1_loss_out", "kl_div_out", "hinge_embedding_loss_out", "margin_ranking_loss_out", "poisson_nll_loss_out",
             "nll_loss_nd_out")
# Defaults of torch.nn.functional that the schema of ATen lacks.
DIRECT_DEFAULTS = {"poisson_nll_loss_out": {"log_input": True, "full": False, "eps": 1e-8, "reduction": "mean"}}
REDUCTIONS = {"none": 0, "mean": 1, "sum": 2}
# Calls whose number stands before the tensor.
SELF_TWINS = {"pow.Tensor_Tensor": "pow.Scalar", "xlogy.Tensor": "xlogy.Scalar_Self", "special_zeta": "special_zeta.self_scalar"}
# Element types of the samples where they are not DTYPES.
ROW_DTYPES = {"view_as_real_copy_out": (torch.complex64,)}

# ATen calls recorded under another name than the row's: (overload, rewrite of (args, kwargs)) to the row's functional.
VIEWS = {
    "_embedding_bag_forward_only": "_embedding_bag",
    "view": "view_copy", "_unsafe_view": "view_copy", "permute": "permute_copy", "transpose.int": "transpose_copy.int",
    "as_strided": "as_strided_copy", "diagonal": "diagonal_copy", "unfold": "unfold_copy",
    "view_as_real": "view_as_real_copy", "view_as_complex": "view_as_complex_copy", "view.dtype": "view_copy.dtype",
    "split_with_sizes": "split_with_sizes_copy", "unbind.int": "unbind_copy.int",
    "t": "t_copy", "squeeze.dim": "squeeze_copy.dim", "squeeze.dims": "squeeze_copy.dims",
    "unsqueeze": "unsqueeze_copy", "slice.Tensor": "slice_copy.Tensor",
    "select.int": "select_copy.int", "alias": "alias_copy", "detach": "detach_copy", "lift_fresh": "lift_fresh_copy",
}
# Calls on tensors whose operands after the first may be numbers: op_db has hardly any sample with a number.
SCALAR_TWINS = {
    "add.Tensor": "add.Scalar", "sub.Tensor": "sub.Scalar", "mul.Tensor": "mul.Scalar", "div.Tensor": "div.Scalar",
    "div.Tensor_mode": "div.Scalar_mode", "clamp.Tensor": "clamp",
    **{f"{name}.Tensor": f"{name}.Scalar" for name in (
        "eq", "ne", "lt", "le", "gt", "ge", "bitwise_and", "bitwise_or", "bitwise_xor", "fmod", "remainder", "copysign",
        "rsub", "lerp", "masked_fill")},
    "bitwise_left_shift.Tensor": "bitwise_left_shift.Tensor_Scalar", "pow.Tensor_Tensor": "pow.Tensor_Scalar",
    "bitwise_right_shift.Tensor": "bitwise_right_shift.Tensor_Scalar", "xlogy.Tensor": "xlogy.Scalar_Other",
}

Sample = namedtuple("Sample", "args kwargs kind")  # kind: one of KINDS
KINDS = ("op_db", "channels-last", "zero-size", "0-dim", "special")  # special: NaN and infinities


def _name(overload):
    return overload._schema.name.split("::")[1] + (f".{overload._schema.overload_name}" if overload._schema.overload_name else "")


def _batch_norm(args, kwargs):
    values = dict(zip(["input", "weight", "bias", "running_mean", "running_var", "training", "momentum", "eps"], args), **kwargs)
    if values.pop("training") or values["running_mean"] is None:
        return None
    return "_native_batch_norm_legit_no_training", tuple(values.values()), {}


def _with_number_searched(name, args, kwargs):
    """A search of the first value alone, in a sequence that serves all."""
    values, sequence = (args[0], args[1]) if name.startswith("bucketize") else (args[1], args[0])
    if values.numel() and sequence.dim() == 1:
        number = values.flatten()[0].item()
        pair = (number, sequence) if name.startswith("bucketize") else (sequence, number)
        yield name.replace("Tensor", "Scalar"), (*pair, *args[2:]), kwargs


def _with_unbiased(name, args, kwargs):
    """The older overload of a variance, whose correction is a bool."""
    values = dict(zip(("self", "dim"), args), **kwargs)
    if values.get("correction", 1) in (0, 1, None):
        yield f"{name}.dim", (values["self"], values.get("dim"), values.get("correction", 1) != 0, values.get("keepdim", False)), {}


def _with_numbers(args, kwargs):
    """The call with its tensors after the first made numbers: their own first element, and one of another kind."""
    for number in (lambda t: t.flatten()[0].item(), lambda t: 2.5 if not t.is_floating_point() else 3):
        if all(not isinstance(x, torch.Tensor) or x.numel() for x in (*args, *kwargs.values())):
            change = lambda x: number(x) if isinstance(x, torch.Tensor) else x  # noqa: E731
            yield (args[0], *map(change, args[1:])), {k: change(v) for k, v in kwargs.items()}


def _forms(name, args, kwargs):
    """A recorded call under the functional names of rows, with its arguments."""
    if name in VIEWS:
        yield VIEWS[name], args, kwargs
        if name == "view" and args[0].dim() > 0:
            for dtype in (torch.int8, torch.int16, torch.float32, torch.int64):
                yield "view_copy.dtype", (args[0], dtype), {}
    elif name in SCALAR_TWINS or name in SELF_TWINS:
        for numbers in _with_numbers(args, kwargs):
            if name in SCALAR_TWINS:
                yield SCALAR_TWINS[name], *numbers
            if name in SELF_TWINS:
                yield SELF_TWINS[name], numbers[0][:0:-1] + args[:1], numbers[1]
        if isinstance(args[1], torch.Tensor):
            yield name, args, kwargs
    elif name in ("native_batch_norm", "_native_batch_norm_legit"):
        if args[5] and not kwargs:
            yield "_native_batch_norm_legit.no_stats", (*args[:3], *args[5:]), {}
        if form := _batch_norm(args, kwargs):
            yield form
    elif name == "sum":
        yield "sum.dim_IntList", (args[0], None, False), kwargs
    elif name in ("var.correction", "std.correction"):
        yield name, args, kwargs
        yield from _with_unbiased(name.split(".")[0], args, kwargs)
    elif name in ("nll_loss_forward", "nll_loss2d_forward"):
        yield name, args, kwargs
        yield name.removesuffix("_forward"), args, kwargs
        yield "nll_loss_nd", args, kwargs
    elif name in ("searchsorted.Tensor", "bucketize.Tensor"):
        yield name, args, kwargs
        yield from _with_number_searched(name, args, kwargs)
    elif name == "nansum":
        yield name, args, kwargs
        yield "nanmean", args, kwargs
    elif name == "sort.stable":
        yield name, args, kwargs
        yield "argsort.stable", args, {**kwargs, "stable": True}
    elif name == "eye":
        yield "eye.m", (args[0], args[0]), kwargs
    elif name == "contiguous":
        yield "clone", args, {}
    elif name == "index_put" or name == "_unsafe_index_put":
        yield "index_put", args, kwargs
        yield "index_put_", args, kwargs
    elif name in ("_unsafe_index.Tensor", "index.Tensor"):
        yield "index.Tensor", args, kwargs
    elif name == "expand":
        yield "expand_copy", args, kwargs
        base = torch.zeros([1 if n == -1 else n for n in args[1]], dtype=args[0].dtype)
        yield "copy_", (base, args[0]), {}
        yield "copy", (base, args[0]), {}
    elif name == "_to_copy" and "dtype" in kwargs:
        yield "_to_copy", args, kwargs
        yield "copy_", (torch.zeros_like(args[0], dtype=kwargs["dtype"]), args[0]), {}
    elif name == "split.Tensor":
        yield "split_copy.Tensor", args, kwargs
    elif name == "arange.start":
        yield "arange.start_step", (*args, 1), kwargs
    else:
        yield name, args, kwargs


class _Recorder(TorchDispatchMode):
    """Runs eager PyTorch and keeps each call whose functional name is wanted."""

    def __init__(self, wanted):
        super().__init__()
        self.wanted = wanted
        self.calls = []

    def keep(self, name, args, kwargs):
        for form in (*_forms(name, args, kwargs), *spatial_samples.forms(name, args)):
            if form[0] == self.wanted:
                copied = tree_map(lambda x: x.detach().clone() if isinstance(x, torch.Tensor) else x, form[1:])
                self.calls.append(copied)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func.namespace == "aten":
            self.keep(_name(func), args, kwargs)
        return func(*args, **kwargs)


def entries(row):
    """The op_db entries that give samples of a row."""
    base = row.functional.split("::")[1].split(".")[0]
    plain = base.removesuffix("_copy").lstrip("_")
    names = ENTRIES.get(row.id) or [base, plain, f"nn.functional.{plain}", f"nn.functional.{base}",
                                     base.replace("special_", "special."), DIRECT.get(row.id)]
    return [op for op in op_db if op.name in names]


def _twin(row):
    """Name under which calls for this row are recorded: the dim-order operators stand for these of ATen."""
    name = row.functional.split("::")[1]
    return {"_to_dim_order_copy": "_to_copy", "_clone_dim_order": "clone", "detach_copy": "clone", "alias_copy": "clone",
            "lift_fresh_copy": "clone", "_h2d_copy": "clone", "_d2h_copy": "clone"}.get(name, name)


def _usable(row, sample):
    """Tensors where the row takes tensors, such as a .pte can hold, in one of the dtypes that Wick knows."""
    if any(letter == "T" and not isinstance(value, torch.Tensor) for letter, value in zip(row.signature, sample.args)):
        return False
    if row.id in ("scatter_reduce_out", "index_reduce_out") and "mean" in sample.args:
        return False  # rewritten by the compiler
    tensors = [x for x in tree_flatten((sample.args, sample.kwargs))[0] if isinstance(x, torch.Tensor)]
    if row.id == "where_out" and any(t.is_complex() for t in tensors):
        return False  # rewritten by the compiler: chosen as pairs of numbers
    return all(t.layout == torch.strided and t.dtype in op_driver.DTYPE_CODES and not t.is_quantized for t in tensors)


def _map_tensors(sample, kind, change):
    """The sample with every tensor replaced by change(tensor)."""
    flat, spec = tree_flatten((sample.args, sample.kwargs))
    changed = [change(x) if isinstance(x, torch.Tensor) else x for x in flat]
    args, kwargs = tree_unflatten(changed, spec)
    return Sample(args, kwargs, kind)


def copied(sample):
    """The sample with tensors of its own, for an operator that writes them."""
    return _map_tensors(sample, sample.kind, lambda t: t.clone())


def depends_on_data(row, sample):
    """Whether the shape of the result does, so that only `run` knows it."""
    masks = [x for x in tree_flatten(sample.args[1:])[0] if isinstance(x, torch.Tensor) and x.dtype in (torch.bool, torch.uint8)]
    if row.id in ("masked_select_out", "repeat_interleave_out"):
        return True
    return row.id == "index_tensor_out" and any(mask.dim() for mask in masks)


def _channels_last(tensor):
    formats = {4: torch.channels_last, 5: torch.channels_last_3d}
    return tensor.contiguous(memory_format=formats[tensor.dim()]) if tensor.dim() in formats else tensor


def _four_dimensional(tensor):
    made = torch.testing.make_tensor((2, 3, 4, 5), dtype=tensor.dtype, device="cpu", low=-4, high=4)
    return _channels_last(made) if tensor.dim() else tensor


def _special(tensor):
    """Copy with NaN and infinities in it."""
    changed = tensor.clone().flatten()
    if tensor.is_floating_point():
        values = torch.tensor([float("nan"), float("inf"), float("-inf"), -0.0], dtype=tensor.dtype)
        places = torch.linspace(0, max(tensor.numel() - 1, 0), min(4, tensor.numel())).long()
        changed[places] = values[:len(places)]
    return changed.reshape(tensor.shape)


def tensors(sample):
    """All tensors among the arguments."""
    return [x for x in tree_flatten((sample.args, sample.kwargs))[0] if isinstance(x, torch.Tensor)]


def _with_special(row, sample):
    """NaN and infinities in all tensors; in a convolution not in the weight: whether eager multiplies it by the padding
    (0 * inf) depends on the backend that eager takes; nor in the parameters of a norm: eager multiplies the mean by the weight
    first, and subtracts infinities, where the difference from the mean would be finite."""
    if row.id == "convolution_backward_out":
        return sample
    changed = _map_tensors(sample, "special", _special)
    if row.id == "convolution_out" or row.id.startswith("grid_sampler"):  # a grid of NaN: eager's kernels do not agree
        return Sample((changed.args[0], sample.args[1], *changed.args[2:]), changed.kwargs, "special")
    if row.id in ("group_norm_out", "batch_norm_no_stats_out"):
        return Sample((changed.args[0], *sample.args[1:]), sample.kwargs, "special")
    return changed


def _variants(row, sample):
    """The sample itself with contiguous tensors, and what the driver adds to it."""
    plain = _map_tensors(sample, "op_db", lambda t: t.contiguous())
    yield plain
    given = tensors(sample)
    if any(t.dim() in (4, 5) for t in given):
        yield _map_tensors(plain, "channels-last", _channels_last)
    elif any(t.dim() > 0 for t in given):
        yield _map_tensors(plain, "channels-last", _four_dimensional)
    if given and all(t.dim() > 0 for t in given):
        yield _map_tensors(plain, "zero-size", lambda t: t[:0].clone())
        yield _map_tensors(plain, "zero-size", lambda t: t[..., :0].clone())
    if given and all(t.numel() > 0 for t in given):
        yield _map_tensors(plain, "0-dim", lambda t: t.flatten()[0].clone())
    if any(t.is_floating_point() and t.numel() > 0 for t in given):
        yield _with_special(row, plain)


def _inputs(op, dtype, recorder, cap):
    """Samples of an entry, until they gave enough calls; the long list of reference inputs where the short one gave few."""
    # The generators themselves: op.sample_inputs seeds every device's generator before each sample.
    for make, enough in ((op.sample_inputs_func, 4 * cap), (op.reference_inputs_func, cap if cap > 12 else min(cap, 6))):
        for sample in itertools.islice(make(op, "cpu", dtype, False) if make else (), 4 * cap):
            if len(recorder.calls) >= enough:
                break
            yield sample


def _direct_kwargs(row, kwargs):
    """Keyword arguments of torch.nn.functional as ATen's: reductions by number."""
    kwargs = {**DIRECT_DEFAULTS.get(row.id, {}), **kwargs}
    return {key: REDUCTIONS.get(value, value) if key == "reduction" else value for key, value in kwargs.items()}


def _record(row, op, dtype, cap):
    """Recorded calls of one op_db entry."""
    name = _twin(row)
    recorder = _Recorder(name)
    for sample in _inputs(op, dtype, recorder, cap):
        values = (sample.input, *sample.args)
        if row.id in DIRECT:
            recorder.keep(name, values, _direct_kwargs(row, sample.kwargs))
            continue
        try:
            with recorder:
                op(*values, **sample.kwargs)
        except (RuntimeError, TypeError, ValueError, IndexError, NotImplementedError):
            continue
    return [Sample(args, kwargs, "op_db") for args, kwargs in recorder.calls]


def _key(sample):
    """What tells samples of one operator apart besides the numbers: kinds and shapes of the arguments."""
    flat, _ = tree_flatten((sample.args, sample.kwargs))
    return str([(tuple(x.shape), x.stride(), x.dtype) if isinstance(x, torch.Tensor) else x for x in flat])


def _made(row, dtype):
    """Samples made by hand, until eager has no kernel for the dtype."""
    try:
        yield from MADE.get(row.id, lambda _: ())(dtype)
    except (NotImplementedError, RuntimeError):
        return


def samples(row, dtype, cap, largest=None):
    """About `cap` recorded samples of a row for a dtype, spread over its op_db entries, each followed by its variants;
    none with a tensor of more than `largest` elements."""
    seen, ops = set(), entries(row)
    cap = max(cap // max(1, len(ops)), min(cap, 4))
    for op in ops:
        if dtype not in op.supported_dtypes("cpu"):
            continue
        found = 0
        for sample in _record(row, op, dtype, cap):
            if found >= cap:
                break
            if not _usable(row, sample) or _key(sample) in seen:
                continue
            if largest is not None and any(t.numel() > largest for t in tensors(sample)):
                continue
            seen.add(_key(sample))
            found += 1
            yield from _variants(row, sample)
    for args in _made(row, dtype):
        yield from _variants(row, Sample(args, {}, "op_db"))


def functional(row):
    """The eager form of a row: the truth it is compared with."""
    name = _twin(row)
    base, _, overload = name.partition(".")
    return getattr(getattr(aten, base), overload or "default")


def _values(row, sample):
    """Values of the functional form's arguments by name, defaults filled in."""
    schema = functional(row)._schema
    values = {a.name: a.default_value for a in schema.arguments if a.has_default_value()}
    values.update(zip((a.name for a in schema.arguments), sample.args))
    return {**values, **sample.kwargs}


def argument(row, sample, name):
    return _values(row, sample)[name]


def arguments(row, sample, expected):
    """Values of the row's inputs in the order of its schema, defaults filled in."""
    values = _values(row, sample)
    if row.functional.startswith("dim_order_ops::"):
        values["dim_order"] = op_driver.dim_order(expected[0])
    return [values.get(a.name, a.default_value) for a in row.parsed.arguments if not a.is_out]
