# SPDX-License-Identifier: BSD-3-Clause
"""Operators that draw: words of the documented generator, moments of the distributions, programs that go on where they were."""
import math

import numpy
import pytest

torch = pytest.importorskip("torch", reason="PyTorch writes the archives")

import op_driver  # noqa: E402
from common import run_wick  # noqa: E402

ROWS = op_driver.rows()
N = 40000


def philox(seed, block):
    """Four words of Philox4x32-10."""
    a, b, c, d = block & 0xffffffff, block >> 32, 0, 0
    low, high = seed & 0xffffffff, seed >> 32
    for _ in range(10):
        first, second = 0xd2511f53 * a, 0xcd9e8d57 * c
        a, b, c, d = second >> 32 ^ b ^ low, second & 0xffffffff, first >> 32 ^ d ^ high, first & 0xffffffff
        low, high = low + 0x9e3779b9 & 0xffffffff, high + 0xbb67ae85 & 0xffffffff
    return [a, b, c, d]


def words(seed, count, block=0):
    return numpy.array([w for b in range((count + 3) // 4) for w in philox(seed, block + b)][:count], dtype=numpy.uint64)


def draw(lib, row, *arguments, like=None, mode="static"):
    wanted = like if isinstance(like, list) else [like if like is not None else torch.empty(N)]
    outcome = op_driver.call(lib, ROWS[row], list(arguments), wanted, mode)
    assert outcome.status == 0, outcome.text
    return outcome.outputs[0] if len(wanted) == 1 else outcome.outputs


def refused(lib, row, *arguments, like):
    outcome = op_driver.call(lib, ROWS[row], list(arguments), like if isinstance(like, list) else [like])
    return outcome.status != 0


def test_uniform_numbers_are_the_documented_words(lib):
    got = draw(lib, "rand_out", [10], like=torch.empty(10))
    assert got.tolist() == ((words(0, 10) >> numpy.uint64(8)) / 2**24).tolist()
    half = draw(lib, "rand_out", [10], like=torch.empty(10, dtype=torch.float16))
    assert half.tolist() == ((words(0, 10) >> numpy.uint64(21)) / 2**11).tolist()


def test_integers_are_the_documented_words(lib):
    got = draw(lib, "randint_out", -3, 7, [9], like=torch.empty(9, dtype=torch.int64))
    assert got.tolist() == [-3 + (10 * int(w) >> 32) for w in words(0, 9)]
    far = draw(lib, "randint_out", -2**62, 2**62, [2], like=torch.empty(2, dtype=torch.int64))
    w = [int(x) for x in words(0, 4)]
    assert far.tolist() == [-2**62 + (w[2 * i] | w[2 * i + 1] << 32) % 2**63 for i in range(2)]


def moments(x):
    x = x.double()
    return x.mean().item(), x.var().item()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_moments_of_reals(lib, dtype):
    like = torch.empty(N, dtype=dtype)
    for row, arguments, mean, variance in [
        ("rand_out", ([N],), 0.5, 1 / 12), ("rand_like_out", (like, None), 0.5, 1 / 12), ("randn_out", ([N],), 0, 1),
        ("randn_like_out", (like, None), 0, 1), ("exponential_out", (like, 2.0, None), 0.5, 0.25),
    ]:
        for mode in ("static", "dynamic"):
            x = draw(lib, row, *arguments, like=like, mode=mode)
            got = moments(x)
            slack = 0.01 if dtype != torch.bfloat16 else 0.02
            assert abs(got[0] - mean) < slack and abs(got[1] - variance) < 3 * slack, (row, got)
            assert row not in ("rand_out", "rand_like_out") or (x >= 0).all() and (x < 1).all()


def test_normal_numbers_have_the_quantiles_of_the_distribution(lib):
    x = draw(lib, "randn_out", [N])
    for q in (-2.0, -1.0, -0.3, 0.0, 0.7, 1.5, 3.0):
        want = 0.5 * (1 + math.erf(q / math.sqrt(2)))
        assert abs((x <= q).double().mean().item() - want) < 0.01
    assert abs(torch.corrcoef(torch.stack([x[:-1], x[1:]]))[0, 1].item()) < 0.02


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int32, torch.float32, torch.float16])
def test_coins(lib, dtype):
    like = torch.empty(N, dtype=dtype)
    assert abs(draw(lib, "bernoulli_p_out", like, 0.3, None, like=like).double().mean().item() - 0.3) < 0.01
    p = torch.linspace(0, 1, N)
    x = draw(lib, "bernoulli_out", p, None, like=like).double()
    assert abs(x[:N // 2].mean().item() - 0.25) < 0.01 and x[0] == 0 and abs(x[N // 2:].mean().item() - 0.75) < 0.01
    assert refused(lib, "bernoulli_out", torch.tensor([0.5, 1.5]), None, like=like[:2])
    assert refused(lib, "bernoulli_p_out", like, -0.1, None, like=like)


def test_integers_fall_evenly(lib):
    x = draw(lib, "randint_out", 0, 10, [N], like=torch.empty(N, dtype=torch.int32))
    counts = torch.bincount(x, minlength=10)
    assert len(counts) == 10 and (counts - N / 10).abs().max() < 300
    y = draw(lib, "randint_like_out", torch.empty(N), 2, 5, None)
    assert set(y.tolist()) == {2.0, 3.0, 4.0}
    assert refused(lib, "randint_out", 3, 3, [4], like=torch.empty(4, dtype=torch.int64))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_dropout_keeps_the_mean(lib, dtype):
    x = torch.ones(N, dtype=dtype) * 3
    y, mask = draw(lib, "native_dropout_out", x, 0.25, True, like=[x, torch.empty(N, dtype=torch.bool)])
    assert abs(mask.double().mean().item() - 0.75) < 0.01
    assert torch.equal(y, torch.where(mask, 4.0, 0.0).to(dtype))
    y, mask = draw(lib, "native_dropout_out", x, 1.0, True, like=[x, mask])
    assert not y.any() and not mask.any()
    y, mask = draw(lib, "native_dropout_out", x, 0.5, False, like=[x, mask])
    assert torch.equal(y, x) and mask.all()


def test_permutation_and_choices(lib):
    p = draw(lib, "randperm_out", 50, like=torch.empty(50, dtype=torch.int64))
    assert sorted(p.tolist()) == list(range(50)) and p.tolist() != list(range(50))
    assert sorted(draw(lib, "randperm_out", 50, like=torch.empty(50)).tolist()) == list(range(50))
    weights = torch.tensor([1.0, 0.0, 3.0, 6.0])
    x = draw(lib, "multinomial_out", weights, 20000, True, None, like=torch.empty(20000, dtype=torch.int64))
    counts = torch.bincount(x, minlength=4) / 20000
    torch.testing.assert_close(counts, weights / 10, rtol=0, atol=0.015)
    many = draw(lib, "multinomial_out", weights.expand(300, 4).contiguous(), 3, False, None, like=torch.empty(300, 3, dtype=torch.int64))
    assert all(sorted(row) == [0, 2, 3] for row in many.tolist())
    assert abs((many[:, 0] == 3).double().mean().item() - 0.6) < 0.1
    assert refused(lib, "multinomial_out", weights, 4, False, None, like=torch.empty(4, dtype=torch.int64))
    assert refused(lib, "multinomial_out", weights, 5, False, None, like=torch.empty(5, dtype=torch.int64))
    assert refused(lib, "multinomial_out", -weights, 1, True, None, like=torch.empty(1, dtype=torch.int64))


class Noise(torch.nn.Module):
    def forward(self, x):
        return x + torch.rand_like(x), torch.randn(3), torch.nn.functional.dropout(x, 0.5, True)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("noise")
    torch.export.save(torch.export.export(Noise(), (torch.zeros(6),)), folder / "m.pt2")
    run_wick("compile", folder / "m.pt2", "--target", "wick", "-o", folder / "m.pte")
    return folder / "m.pte"


def outputs(program, folder, *options, cases=3):
    numpy.save(folder / "x.npy", numpy.ones((cases, 6), dtype=numpy.float32))
    run_wick("run", program, "--input", folder / "x.npy", *options, *(a for i in range(3) for a in ("--output", folder / f"y{i}.npy")))
    return [numpy.load(folder / f"y{i}.npy") for i in range(3)]


def test_a_program_repeats_itself_and_goes_on_between_executions(program, tmp_path):
    first, again, other = outputs(program, tmp_path), outputs(program, tmp_path), outputs(program, tmp_path, "--seed", 5)
    for a, b, c in zip(first, again, other):
        assert (a == b).all() and not (a == c).all() and not (a[0] == a[1]).all()
    assert (first[0][0] == 1 + (words(0, 6) >> numpy.uint64(8)).astype(numpy.float32) / 2**24).all()
    assert (other[0][0] == 1 + (words(5, 6) >> numpy.uint64(8)).astype(numpy.float32) / 2**24).all()


DISTRIBUTIONS = {
    "normal_of_tensors": (lambda m: torch.normal(m + 2, m + 3), 2, 9), "normal_of_numbers": (lambda m: torch.normal(1.0, 2.0, (N,)), 1, 4),
    "normal_in_place": (lambda m: m.clone().normal_(4, 0.5), 4, 0.25), "uniform_in_place": (lambda m: m.clone().uniform_(-1, 3), 1, 4 / 3),
    "exponential_in_place": (lambda m: m.clone().exponential_(0.5), 2, 4), "bernoulli_in_place": (lambda m: m.clone().bernoulli_(0.2), 0.2, 0.16),
    "bernoulli_of_tensor": (lambda m: torch.bernoulli(m + 0.7), 0.7, 0.21), "integers": (lambda m: torch.randint(3, 9, (N,)).float(), 5.5, 35 / 12),
    "integers_like": (lambda m: torch.randint_like(m, 4), 1.5, 1.25), "random_in_place": (lambda m: m.clone().random_(20), 9.5, 399 / 12),
    "dropout": (lambda m: torch.nn.functional.dropout(m + 1, 0.5, True), 1, 1), "rrelu": (lambda m: torch.nn.functional.rrelu(m - 1, 0.2, 0.4, True), -0.3, 0.04 / 12),
    "alpha_dropout": (lambda m: torch.nn.functional.alpha_dropout(torch.randn_like(m), 0.3, True), 0, 1),
    "channel_dropout": (lambda m: torch.nn.functional.dropout2d((m + 1).view(-1, 100, 2, 2), 0.5, True), 1, 1),
}
AS_CORE = [name for name in DISTRIBUTIONS if name not in ("alpha_dropout", "channel_dropout", "bernoulli_of_tensor")]


class Drawn(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def check_moments(exported, name, folder):
    _, mean, variance = DISTRIBUTIONS[name]
    torch.export.save(exported, folder / "m.pt2")
    numpy.save(folder / "x.npy", numpy.zeros(N, dtype=numpy.float32))
    run_wick("compile", folder / "m.pt2", "--target", "wick", "-o", folder / "m.pte")
    run_wick("run", folder / "m.pte", "--input", folder / "x.npy", "--output", folder / "y.npy")
    y = numpy.load(folder / "y.npy").astype(numpy.float64)
    assert abs(y.mean() - mean) < 0.03 * max(1, math.sqrt(variance)) and abs(y.var() - variance) < 0.05 * max(variance, 0.02), (y.mean(), y.var())


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_exported_distribution_has_its_moments(name, tmp_path):
    exported = torch.export.export(Drawn(DISTRIBUTIONS[name][0]), (torch.zeros(N),))
    check_moments(exported, name, tmp_path)
    if name in AS_CORE:
        check_moments(exported.run_decompositions(), name, tmp_path)
