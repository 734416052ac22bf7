# SPDX-License-Identifier: BSD-3-Clause
"""wick emit-c: a C99 file that compiles alone without a warning and gives the bits of `wick run`."""
import pathlib
import re
import shutil
import subprocess

import numpy
import pytest
import torch
from common import MODELS, ROOT, model_file, official_file, run_wick
from torch.utils._pytree import tree_leaves
from zoo.nets import NETS

FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2"]
COMPILERS = ["gcc", "clang"]
CORES = {"cortex-m4": ["-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"], "cortex-m0": []}
CASES = 16

# Reads all cases of all inputs one behind the other from a file, writes all outputs.
MAIN = """
#include "model.h"
#include <stdio.h>
int main(void)
{{
    static union {{ uint8_t bytes[MODEL_ARENA_BYTES]; uint64_t alignment; }} arena;
{buffers}
    FILE *from = fopen("x.bin", "rb");
    FILE *to = fopen("y.bin", "wb");
    if (from == NULL || to == NULL) {{
        return -1;
    }}
    for (int i = 0; {reads}; i++) {{
        const int status = i % 2 ? model_run({arguments}) : model_run_in(&arena, {arguments});
        if (status != 0) {{
            return status;
        }}
        {writes};
    }}
    return fclose(to);
}}
"""


def needs(tool):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    return tool


def emit(source, folder, *options):
    run_wick("emit-c", source, "-o", folder / "model.c", *options)
    return folder / "model.c"


def build(folder, compiler, flags=FLAGS):
    """Compiles model.c with a main of its own and returns the executable."""
    header = (folder / "model.h").read_text()
    parameters = re.search(r"int model_run\((.*?)\);", header, re.S)[1]
    ends = [(kind.replace("const ", ""), name) for kind, name in re.findall(r"([\w ]+?) \*(\w+)", parameters)]
    inputs = [name for _, name in ends if name.startswith("in")]
    outputs = [name for _, name in ends if name.startswith("out")]
    main = MAIN.format(
        buffers="\n".join(f"    static {kind} {name}[MODEL_{name.upper()}_COUNT + 1];" for kind, name in ends),
        reads=" && ".join(f"fread({name}, 1, MODEL_{name.upper()}_BYTES, from) == MODEL_{name.upper()}_BYTES" for name in inputs),
        arguments=", ".join(name for _, name in ends),
        writes="; ".join(f"fwrite({name}, 1, MODEL_{name.upper()}_BYTES, to)" for name in outputs),
    )
    (folder / "main.c").write_text(main)
    program = folder / f"model-{compiler}"
    done = subprocess.run([needs(compiler), *flags, "-o", program, folder / "main.c", folder / "model.c"],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[:4000]
    return program


def interpreter_bytes(program, folder, arrays, output_count=1):
    """Outputs of `wick run` for stacked cases: for each case its outputs one behind the other."""
    arguments = []
    for i, array in enumerate(arrays):
        numpy.save(folder / f"in{i}.npy", array)
        arguments += ["--input", folder / f"in{i}.npy"]
    for i in range(output_count):
        arguments += ["--output", folder / f"out{i}.npy"]
    run_wick("run", program, *arguments)
    outputs = [numpy.load(folder / f"out{i}.npy") for i in range(output_count)]
    cases = len(arrays[0])
    return b"".join(part.tobytes() for case in range(cases) for part in (o.reshape(cases, -1)[case] for o in outputs))


def run_emitted(command, folder, arrays):
    """Exit status of the executable on stacked cases; outputs are in y.bin."""
    cases = range(len(arrays[0]))
    (folder / "x.bin").write_bytes(b"".join(a[case].tobytes() for case in cases for a in arrays))
    (folder / "y.bin").unlink(missing_ok=True)
    return subprocess.run(command, cwd=folder, timeout=300).returncode


def emitted_bytes(command, folder, arrays):
    assert run_emitted(command, folder, arrays) == 0
    return (folder / "y.bin").read_bytes()


def check(program, folder, arrays, compilers=COMPILERS, output_count=1):
    expected = interpreter_bytes(program, folder, arrays, output_count)
    assert len(expected) > 0
    for compiler in compilers:
        assert emitted_bytes([build(folder, compiler)], folder, arrays) == expected, compiler


@pytest.mark.parametrize("name", MODELS)
def test_models_have_the_bits_of_the_interpreter(name, tmp_path):
    program = tmp_path / "program.pte"
    cases = numpy.load(model_file(name, "test_inputs.npy"))[:CASES]
    run_wick("compile", model_file(name, "pt2"), "-o", program)
    emitted = emit(program, tmp_path).read_bytes()
    check(program, tmp_path, [cases])
    # From the archive, and once more: the same file.
    assert emit(model_file(name, "pt2"), tmp_path).read_bytes() == emitted


class Noise(torch.nn.Module):
    def forward(self, x):
        return x + torch.rand_like(x), torch.nn.functional.dropout(torch.randn(5), 0.5, True)


def test_random_numbers_have_the_bits_of_the_interpreter(tmp_path):
    torch.export.save(torch.export.export(Noise(), (torch.zeros(6),)), tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "--target", "wick", "-o", tmp_path / "m.pte")
    emit(tmp_path / "m.pte", tmp_path)
    assert "void model_seed(uint64_t seed);" in (tmp_path / "model.h").read_text()
    check(tmp_path / "m.pte", tmp_path, [numpy.zeros((4, 6), dtype=numpy.float32)], output_count=2)


# Networks between them use recurrent cells, attention, sorting, several outs, views and convolutions of every kind.
NETWORKS = ("lstm", "lstm_bidirectional", "gru", "lstm_states", "lstm_cell_loop", "gqa_block", "filter_by_rfft", "capsule",
            "policy_and_value", "kws_cnn")


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_equal_eager(name, tmp_path):
    module, inputs = NETS[name]()
    module.eval()
    with torch.no_grad():
        expected = tree_leaves(module(*[x.clone() for x in inputs]))
        torch.export.save(torch.export.export(module, inputs), tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "--target", "wick", "-o", tmp_path / "m.pte")
    emit(tmp_path / "m.pte", tmp_path)
    program = build(tmp_path, "gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1"])
    rest = emitted_bytes([program], tmp_path, [x.contiguous().numpy()[None] for x in inputs])
    for tensor in expected:
        array = tensor.contiguous().numpy()
        got = numpy.frombuffer(rest[:array.nbytes], array.dtype).reshape(array.shape)
        numpy.testing.assert_allclose(got, array, rtol=1e-3, atol=1e-4)
        rest = rest[array.nbytes:]
    assert rest == b""


class Doubles(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


@pytest.mark.parametrize("name, function", [("elu", torch.nn.functional.elu), ("_softmax", lambda x: x.softmax(0)), ("sum", lambda x: x.sum(0))])
def test_arithmetic_on_float64_is_refused_by_name(name, function, tmp_path):
    torch.export.save(torch.export.export(Doubles(function), (torch.zeros(3, dtype=torch.float64),)), tmp_path / "m.pt2")
    run_wick("compile", tmp_path / "m.pt2", "--target", "wick", "-o", tmp_path / "m.pte")
    done = run_wick("emit-c", tmp_path / "m.pte", "-o", tmp_path / "model.c", check=False)
    assert done.returncode != 0 and f"arithmetic on float64 ('aten::{name}" in done.stderr


def test_compilers_that_would_fuse_multiply_and_add_do_not(tmp_path):
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if not cpuinfo.exists() or " fma " not in cpuinfo.read_text():
        pytest.skip("this processor has no x86 FMA to fuse to")
    program = tmp_path / "program.pte"
    cases = numpy.load(model_file("digits", "test_inputs.npy"))[:CASES]
    run_wick("compile", model_file("digits", "pt2"), "-o", program)
    emit(program, tmp_path)
    expected = interpreter_bytes(program, tmp_path, [cases])
    for compiler in COMPILERS:
        fused = build(tmp_path, compiler, ["-std=gnu11", "-O3", "-mavx2", "-mfma", "-Wall", "-Wextra", "-Werror"])
        assert emitted_bytes([fused], tmp_path, [cases]) == expected, compiler


# What runs before main on the emulated board: the vector table, and the floating-point unit of a core that has one.
START = """
#include <stdint.h>
extern void _start(void);
static void reset(void)
{
    *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
    _start();
}
__attribute__((section(".vectors"), used)) static void (*const vectors[2])(void) = {
    (void (*)(void))0x20400000, reset};
"""
LAYOUT = ["--specs=rdimon.specs", "-Wl,--section-start=.vectors=0,-Tdata=0x20000000"]
BOARD = ["-M", "mps2-an386", "-nographic", "-semihosting-config", "enable=on,target=native", "-kernel"]


@pytest.mark.parametrize("core", [*CORES, "aarch64"])
def test_other_processors_have_the_same_bits(core, tmp_path):
    program = tmp_path / "program.pte"
    cases = numpy.load(model_file("digits", "test_inputs.npy"))[:CASES]
    run_wick("compile", model_file("digits", "pt2"), "-o", program)
    emit(program, tmp_path)
    (tmp_path / "start.c").write_text(START)
    if core == "aarch64":
        command = [needs("qemu-aarch64"), build(tmp_path, "aarch64-linux-gnu-gcc", ["-std=gnu11", "-O2", "-static"])]
    else:
        flags = ["-std=gnu11", "-Os", f"-mcpu={core}", "-mthumb", *CORES[core], *LAYOUT, tmp_path / "start.c"]
        command = [needs("qemu-system-arm"), *BOARD, build(tmp_path, "arm-none-eabi-gcc", flags)]
    assert emitted_bytes(command, tmp_path, [cases]) == interpreter_bytes(program, tmp_path, [cases])


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("name", ["digits", "kws"])
def test_compiles_for_microcontrollers(name, core, tmp_path):
    source = emit(model_file(name, "pt2"), tmp_path)
    thing = tmp_path / "model.o"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-Os", f"-mcpu={core}", "-mthumb", *CORES[core]]
    subprocess.run([needs("arm-none-eabi-gcc"), *flags, "-c", source, "-o", thing], check=True)
    sizes = subprocess.run(["arm-none-eabi-size", thing], check=True, capture_output=True, text=True).stdout.split()[6:9]
    weights = int(re.search(r"weights (\d+) B", run_wick(
        "emit-c", model_file(name, "pt2"), "-o", source, "--report").stdout)[1])
    text, data, bss = map(int, sizes)
    print(f"{name} on {core}: code and tables {text - weights} B, weights {weights} B, RAM {data + bss} B")
    assert data == 0  # no metadata in RAM
    assert bss == int(re.search(r"ARENA_BYTES (\d+)", (tmp_path / "model.h").read_text())[1])
    assert text - weights < 20000


def test_official_program(tmp_path):
    program = official_file("AddModel.pte")
    emit(program, tmp_path)
    values = numpy.array([[1.5, -2.25, 1e30], [0.1, 3e-40, numpy.inf]], numpy.float32)
    check(program, tmp_path, [values])


def test_official_quantized_program(tmp_path):
    """The int8 keyword spotter of the Cortex-M exporter; its channels-last input has one channel."""
    program = official_file("KeywordSpotting.pte")
    emit(program, tmp_path)
    assert "f32[1, 1, 49, 10]{0,2,1,3}" in (tmp_path / "model.h").read_text()
    cases = numpy.load(model_file("kws", "test_inputs.npy"))[:CASES].reshape(-1, 1, 1, 49, 10)
    check(program, tmp_path, [cases])


class Everything(torch.nn.Module):
    """Operators of most families: several inputs and outputs, lists, integers, constants."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(7, 6)
        self.norm = torch.nn.Softmax(-1)

    def forward(self, x, index):
        rows = self.table(index)
        joined = torch.cat([x, rows, x * 2 - 0.5], 0)
        flipped = joined.permute(1, 0).reshape(-1, 3) if joined.numel() % 3 == 0 else joined
        return self.norm(joined), flipped.sum(1), joined.argmax(1), torch.tanh(joined)[1:3] / 3, index + 1


def test_many_operators(tmp_path):
    torch.manual_seed(0)
    inputs = (torch.randn(3, 6), torch.tensor([1, 5, 6]))
    torch.export.save(torch.export.export(Everything().eval(), inputs), tmp_path / "all.pt2")
    program = tmp_path / "program.pte"
    run_wick("compile", tmp_path / "all.pt2", "-o", program)
    emit(program, tmp_path)
    check(program, tmp_path, [inputs[0].numpy()[None], inputs[1].numpy()[None]], output_count=5)
    wrong = [inputs[0].numpy()[None], numpy.array([[1, 7, 6]])]
    assert run_emitted([tmp_path / "model-gcc"], tmp_path, wrong) == 0x12  # WICK_INVALID_ARGUMENT


def test_two_models_in_one_firmware(tmp_path):
    for name in ("first", "second"):
        run_wick("emit-c", model_file("digits", "pt2"), "-o", tmp_path / f"{name}.c")
    (tmp_path / "main.c").write_text(
        '#include "first.h"\n#include "second.h"\n'
        "int main(void)\n{\n    static float x[FIRST_IN0_COUNT], y[FIRST_OUT0_COUNT];\n"
        "    return first_run(x, y) + second_run(x, y);\n}\n")
    sources = [tmp_path / f"{name}.c" for name in ("first", "second", "main")]
    subprocess.run([needs("gcc"), *FLAGS, *sources, "-o", tmp_path / "both"], check=True)
    assert subprocess.run([tmp_path / "both"]).returncode == 0


def test_header_serves_cpp(tmp_path):
    emit(model_file("digits", "pt2"), tmp_path, "--header", tmp_path / "model.h")
    (tmp_path / "main.cpp").write_text('#include "model.h"\nint (*run)(const float *, float *) = model_run;\n')
    subprocess.run([needs("g++"), "-Wall", "-Wextra", "-Werror", "-c", tmp_path / "main.cpp", "-o", tmp_path / "main.o"], check=True)


def refused(*arguments, code=1):
    done = run_wick("emit-c", *arguments, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr


class Twice(torch.nn.Module):
    def forward(self, x):
        return x * 2


class Counter(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.ones(3))

    def forward(self, x):
        self.seen.add_(x)
        return self.seen * 2


class Either(torch.nn.Module):
    def forward(self, x):
        return torch.cond(x.sum() > 0, lambda x: x + 1, lambda x: x - 1, (x,))


def official(module, inputs, partitioners=(), **options):
    """Bytes of what the official exporter makes of a module."""
    from executorch.exir import to_edge

    edge = to_edge(torch.export.export(module.eval(), inputs, **options))
    for partitioner in partitioners:
        edge = edge.to_backend(partitioner)
    return bytes(edge.to_executorch().buffer)


def check_refused(program, tmp_path, *words):
    (tmp_path / "official.pte").write_bytes(program)
    message = refused(tmp_path / "official.pte", "-o", tmp_path / "model.c")
    assert all(word in message for word in words), message
    assert not (tmp_path / "model.c").exists() and not (tmp_path / "model.h").exists()


def test_dynamic_shapes_are_refused(tmp_path):
    rows = ({0: torch.export.Dim("n", min=2, max=9)},)
    check_refused(official(Twice(), (torch.ones(4, 3),), dynamic_shapes=rows), tmp_path, "dynamic shapes")


def state_main(body):
    """A main that runs the steps with `body`, and starts anew after the third."""
    main = MAIN.split("    for (int i")[0] + """    model_reset();
    model_reset_in(&arena);
    for (int i = 0; {reads}; i++) {{
        if (i == 3) {{ BEGIN_AGAIN; }}
        if (BODY != 0) {{
            return -1;
        }}
        {writes};
    }}
    return fclose(to);
}}
"""
    again = "model_reset()" if body == "model_run" else "model_reset_in(&arena)"
    call = f"{body}({'' if body == 'model_run' else '&arena, '}{{arguments}})"
    return main.replace("BEGIN_AGAIN", again).replace("BODY", call)


@pytest.mark.parametrize("body", ["model_run", "model_run_in"])
@pytest.mark.parametrize("seed, outputs", [("cache", 1), ("swap", 2)])
def test_state_has_the_bits_of_the_interpreter(seed, outputs, body, tmp_path, monkeypatch):
    generator = numpy.random.default_rng(5)
    arrays = {"cache": [generator.standard_normal((3, 1, 2), dtype=numpy.float32), numpy.array([[0], [2], [3]])],
              "swap": [generator.standard_normal((3, 3), dtype=numpy.float32)]}[seed]
    run_wick("compile", ROOT / "tests" / "fuzz" / "seeds" / f"{seed}.pt2", "-o", tmp_path / "m.pte")
    emit(tmp_path / "m.pte", tmp_path)
    monkeypatch.setitem(globals(), "MAIN", state_main(body))
    expected = interpreter_bytes(tmp_path / "m.pte", tmp_path, arrays, outputs) * 2  # three steps, then anew
    for compiler in COMPILERS:
        assert emitted_bytes([build(tmp_path, compiler)], tmp_path, [numpy.concatenate([a, a]) for a in arrays]) == expected, compiler


def test_official_state_starts_with_its_values(tmp_path):
    from executorch.exir import ExecutorchBackendConfig, to_edge
    from executorch.exir.passes.init_mutable_pass import InitializedMutableBufferPass

    edge = to_edge(torch.export.export(Counter(), (torch.ones(3),)))
    config = ExecutorchBackendConfig(passes=[InitializedMutableBufferPass(["seen"])])
    (tmp_path / "official.pte").write_bytes(bytes(edge.to_executorch(config).buffer))
    emit(tmp_path / "official.pte", tmp_path)
    assert "void model_reset(void);" in (tmp_path / "model.h").read_text()


def test_mutable_state_without_initial_value_is_refused(tmp_path):
    check_refused(official(Counter(), (torch.ones(3),)), tmp_path)


def test_control_flow_is_refused(tmp_path):
    check_refused(official(Either(), (torch.ones(3),)), tmp_path, "control flow")


def test_delegates_are_refused(tmp_path):
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner

    program = official(torch.nn.Linear(4, 4), (torch.ones(1, 4),), [XnnpackPartitioner()])
    check_refused(program, tmp_path, "delegates")


def test_wrong_use(tmp_path):
    digits = model_file("digits", "pt2")
    assert "give one" in refused("-o", tmp_path / "x.c", code=2)
    assert "-o NAME.c" in refused(digits, code=2)
    assert "C identifier" in refused(digits, "-o", tmp_path / "two words.c")
    assert "no method 'train'" in refused(digits, "-o", tmp_path / "x.c", "--method", "train")
    (tmp_path / "text.pte").write_text("no program, but long enough to be looked at")
    assert "text.pte" in refused(tmp_path / "text.pte", "-o", tmp_path / "x.c")
    assert list(tmp_path.glob("x.*")) == []
