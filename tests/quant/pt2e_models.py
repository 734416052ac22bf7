# SPDX-License-Identifier: BSD-3-Clause
"""Small networks quantized by PyTorch's own tools: prepare_pt2e, convert_pt2e with each quantizer, and quantize_."""
import copy
import importlib
import logging
import warnings

import cortex_m_reference
import pytest

torch = pytest.importorskip("torch", reason="PyTorch makes the quantized graphs")
pytest.importorskip("torchao", reason="torchao makes the quantized graphs")
cortex_m_reference.register()

from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (  # noqa: E402
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torchao.quantization.pt2e import move_exported_model_to_eval  # noqa: E402
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e, prepare_qat_pt2e  # noqa: E402

torch.set_num_threads(1)
logging.getLogger("executorch").setLevel(logging.ERROR)
warnings.filterwarnings("ignore")


class Module(nn.Module):
    """A module of one expression."""

    def __init__(self, function, *parts):
        super().__init__()
        self.function = function
        self.parts = nn.ModuleList(parts)

    def forward(self, *inputs):
        return self.function(*self.parts, *inputs)


class Constants(nn.Module):
    """An expression over the inputs and constants that are buffers of the module."""

    def __init__(self, function, *constants):
        super().__init__()
        self.function = function
        for i, constant in enumerate(constants):
            self.register_buffer(f"constant{i}", constant)

    def forward(self, *inputs):
        return self.function(*self.buffers(), *inputs)


def image(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(5))


def whole(stem, norm, depth, depth_norm, point, up, head, x):
    """All kinds of layers that the quantizers know, each reached by quantized values."""
    x = F.relu(norm(stem(x)))
    y = F.relu6(depth_norm(depth(x)))
    y = y + point(y)
    z = F.hardswish(up(y))
    joined = torch.cat([F.max_pool2d(z, 2), F.avg_pool2d(x, 2)], 1)
    return F.softmax(head(F.adaptive_avg_pool2d(joined, 4).flatten(1)), -1)


def make_whole():
    return Module(whole, nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.Conv2d(8, 8, 3, padding=1, groups=8, stride=2),
                  nn.BatchNorm2d(8), nn.Conv2d(8, 8, 1), nn.ConvTranspose2d(8, 4, 2, stride=2), nn.Linear(192, 10))


# name: module, inputs. Made when asked for, so that each test has parameters of its own.
NETS = {
    "whole": lambda: (make_whole(), (image(1, 3, 16, 16),)),
    "conv_bn_relu": lambda: (Module(lambda c, b, x: F.relu(b(c(x))), nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8)), (image(1, 3, 15, 15),)),
    "residual": lambda: (Module(lambda c, d, x: F.relu(d(F.relu(c(x))) + x), nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)), (image(1, 4, 10, 10),)),
    "depthwise": lambda: (Module(lambda d, p, x: F.relu6(p(F.relu6(d(x)))), nn.Conv2d(6, 6, 3, padding=1, groups=6), nn.Conv2d(6, 12, 1)), (image(1, 6, 9, 9),)),
    "mlp": lambda: (Module(lambda a, b, x: b(F.relu(a(x))), nn.Linear(32, 24), nn.Linear(24, 10)), (image(4, 32),)),
    "tokens": lambda: (Module(lambda a, b, x: b(F.hardtanh(a(x))), nn.Linear(16, 24), nn.Linear(24, 16, bias=False)), (image(2, 5, 16),)),
    "pools": lambda: (Module(lambda c, x: F.adaptive_avg_pool2d(F.avg_pool2d(F.max_pool2d(F.relu(c(x)), 2), 2), 1).flatten(1), nn.Conv2d(3, 8, 3)), (image(1, 3, 18, 18),)),
    "cat": lambda: (Module(lambda c, d, x: torch.cat([c(x), F.relu(d(x)), x], 1), nn.Conv2d(4, 3, 1), nn.Conv2d(4, 5, 1)), (image(1, 4, 8, 8),)),
    "softmax": lambda: (Module(lambda a, x: F.softmax(a(x), -1), nn.Linear(16, 10)), (image(3, 16),)),
    "hardswish": lambda: (Module(lambda c, x: F.hardswish(c(x)), nn.Conv2d(3, 6, 3)), (image(1, 3, 9, 9),)),
    "transposed": lambda: (Module(lambda c, t, x: t(F.relu(c(x))), nn.Conv2d(3, 6, 3, padding=1), nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1)), (image(1, 3, 7, 7),)),
    "shared": lambda: (Module(lambda c, d, e, x: (lambda y: d(y) + e(y))(F.relu(c(x))), nn.Conv2d(3, 6, 3), nn.Conv2d(6, 4, 1), nn.Conv2d(6, 4, 1)), (image(1, 3, 8, 8),)),
    "mul": lambda: (Module(lambda c, d, x: torch.sigmoid(c(x)) * d(x), nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1)), (image(1, 3, 8, 8),)),
}


def xnnpack(**options):
    quantizer = XNNPACKQuantizer()
    quantizer.set_global(get_symmetric_quantization_config(**options))
    return quantizer


def cortex_m():
    return importlib.import_module("executorch.backends.cortex_m.quantizer.quantizer").CortexMQuantizer()


def arm(config, tosa=False):
    module = importlib.import_module("executorch.backends.arm.quantizer")
    if tosa:
        specification = importlib.import_module("executorch.backends.arm.tosa.specification").TosaSpecification
        quantizer = module.TOSAQuantizer(specification.create_from_string("TOSA-1.0+INT"))
    else:
        quantizer = module.EthosUQuantizer(importlib.import_module("executorch.backends.arm.ethosu").EthosUCompileSpec("ethos-u55-128"))
    quantizer.set_global(getattr(module, config)())
    return quantizer


QUANTIZERS = {
    "xnnpack_channel": lambda: xnnpack(is_per_channel=True),
    "xnnpack_tensor": lambda: xnnpack(is_per_channel=False),
    "xnnpack_dynamic": lambda: xnnpack(is_per_channel=True, is_dynamic=True),
    "xnnpack_dynamic_tensor": lambda: xnnpack(is_per_channel=False, is_dynamic=True),
    "xnnpack_qat": lambda: xnnpack(is_per_channel=True, is_qat=True),
    "cortex_m": cortex_m,
    "ethos_u": lambda: arm("get_symmetric_quantization_config"),
    "ethos_u_int16": lambda: arm("get_symmetric_a16w8_quantization_config"),
    "tosa": lambda: arm("get_symmetric_quantization_config", tosa=True),
}


def randomized(module):
    """Statistics and affine parameters other than 0 and 1, so that folding them shows."""
    generator = torch.Generator().manual_seed(7)
    for name, tensor in list(module.named_parameters()) + list(module.named_buffers()):
        if tensor.is_floating_point() and tensor.dim() == 1:
            noise = torch.rand(tensor.shape, generator=generator)
            tensor.data.copy_(noise + 0.5 if "var" in name else noise - 0.5)
    return module


def train(prepared, inputs):
    """A few steps, so that parameters, statistics and scales have moved."""
    optimizer = torch.optim.SGD(prepared.parameters(), 0.01)
    for _ in range(3):
        optimizer.zero_grad()
        prepared(*inputs).square().mean().backward()
        optimizer.step()
    move_exported_model_to_eval(prepared)


def quantized(net, quantizer_name):
    """The eager converted module of NETS[net] and its inputs."""
    torch.manual_seed(1)
    module, inputs = NETS[net]()
    is_trained = quantizer_name == "xnnpack_qat"
    if quantizer_name == "cortex_m" and inputs[0].dim() == 4:
        module, inputs = module.to(memory_format=torch.channels_last), tuple(x.to(memory_format=torch.channels_last) for x in inputs)
    randomized(module).train(is_trained)
    graph = torch.export.export(module, inputs).module(check_guards=False)
    prepared = (prepare_qat_pt2e if is_trained else prepare_pt2e)(graph, QUANTIZERS[quantizer_name]())
    for scale in (1.0, 0.7):
        prepared(*[x * scale for x in inputs])
    if is_trained:
        train(prepared, inputs)
    return convert_pt2e(prepared), inputs


def quantized_in_place(module, config, filter_fn=None):
    """A copy on which torchao's quantize_ was called, its weights plain tensors as torch.export takes them."""
    from torchao.quantization import quantize_
    from torchao.utils import unwrap_tensor_subclass

    module = copy.deepcopy(module).eval()
    quantize_(module, config, filter_fn)
    return unwrap_tensor_subclass(module)
