# SPDX-License-Identifier: BSD-3-Clause
"""The official exporter for Cortex-M, from the executorch wheel."""
import cortex_m_reference
import torch

cortex_m_reference.register()


def inputs(shape):
    tensor = torch.randn(shape)
    return tensor.to(memory_format=torch.channels_last) if len(shape) == 4 else tensor


def quantize(program, samples):
    """The program with the quantize/dequantize pairs of the exporter's quantizer."""
    from executorch.backends.cortex_m.quantizer.quantizer import CortexMQuantizer
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    prepared = prepare_pt2e(program.module(check_guards=False), CortexMQuantizer())
    for sample in samples:
        prepared(sample)
    return torch.export.export(convert_pt2e(prepared), (samples[0],))


def export(program, samples, core):
    """The program quantized on samples and lowered, which Python can run, and its .pte."""
    return lower(quantize(program, samples), core)


def lower(quantized, core):
    """A quantized program lowered, which Python can run, and its .pte."""
    from executorch.backends.cortex_m.passes.cortex_m_pass_manager import CortexMPassManager
    from executorch.backends.cortex_m.target_config import CortexM, CortexMTargetConfig
    from executorch.exir import EdgeCompileConfig, to_edge

    aten = torch.ops.aten
    config = EdgeCompileConfig(preserve_ops=[aten.linear.default, aten.silu.default], _check_ir_validity=False,
                               _core_aten_ops_exception_list=[aten.max_pool2d.default])
    edge = to_edge(quantized, compile_config=config)
    target = CortexMTargetConfig(cpu=CortexM[core])
    lowered = CortexMPassManager(edge.exported_program(), target_config=target).transform()
    edge._edge_programs["forward"] = lowered
    module = lowered.module()
    return module, edge.to_executorch().buffer
