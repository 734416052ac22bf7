# SPDX-License-Identifier: BSD-3-Clause
"""Random calls of the integer operators: tensors, scales, and the blocks that the operators find their numbers in."""
import math
import random

import numpy as np
import torch

import op_driver


ROWS = op_driver.rows()


def words(*parts):
    """A block: ints and arrays one after the other."""
    flat = [np.asarray(part, np.int64).reshape(-1) for part in parts]
    return op_driver.Constant(torch.from_numpy(np.concatenate(flat).astype(np.uint32).view(np.int32).copy()))


def steps(shape, dtype=np.int8):
    """Random steps; some tensors hold nothing but the extremes."""
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    if random.random() < 0.2:
        return (np.random.randint(0, 2, shape) * (high - low) + low).astype(dtype)
    return np.random.randint(low, high + 1, shape).astype(dtype)


def int8(*shape):
    return steps(shape)


def scale(most_shift=31):
    """Multiplier and shift: mostly as a layer has them, else any."""
    if random.random() < 0.8:
        return random.randrange(2**30, 2**31), random.randint(-14, -3)
    multiplier = random.choice([0, 1, 2**30, 2**31 - 1, random.randrange(2**31)])
    return multiplier, random.choice([0, 1, most_shift, -1, -31, -32, -40, random.randint(-31, most_shift)])


def scales(count, dtype=np.int8):
    """A scale for each channel; sums in 64 bits take no shift above 7."""
    pairs = np.array([scale(31 if dtype == np.int8 else 7) for _ in range(count)], np.int64).reshape(count, 2)
    return pairs[:, 0], pairs[:, 1]


def bias(count):
    limit = random.choice([1, 2**15, 2**15, 2**31 - 1])
    return np.random.randint(-limit, limit, count)


def limits(dtype=np.int8):
    least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
    offset = random.randint(least, most)
    if random.random() < 0.6:
        return offset, least, most
    low = random.randint(least, most)
    return offset, low, random.randint(low, most)


def input_offset(dtype=np.int8):
    least = np.iinfo(dtype).min
    return random.choice([least, -least, random.randint(least, -least)])


def zero_point(dtype=np.int8):
    return random.randint(-128, 128) if dtype == np.int8 else 0


def operand(dtype=np.int8):
    return zero_point(dtype), *scale()


def residual_of(shape, dtype=np.int8):
    """What a layer adds: tensor, operands, scale and range; or None."""
    if random.random() < 0.5:
        return None
    return steps(shape, dtype), operand(dtype), operand(dtype), scale(), limits(dtype)


def residual_words(residual):
    return [0] * 11 if residual is None else [*residual[1], *residual[2], *residual[3], *residual[4]]


def axis_words(size, out, kernel, stride, padding, dilation, is_transposed):
    divisor = math.gcd(stride, dilation)
    steps = (stride // divisor, -(dilation // divisor)) if is_transposed else (1, dilation)
    return [size, out, kernel, stride, padding, dilation, *steps]


def spatial():
    """Kernel, stride, padding before and dilation of the two axes."""
    return ([random.choice([1, 1, 2, 3, 5]) for _ in range(2)], [random.randint(1, 3) for _ in range(2)],
            [random.randint(0, 4) for _ in range(2)], [random.choice([1, 1, 1, 2, 3]) for _ in range(2)])


def run(lib, row_id, arguments, expected, mode="static"):
    """Outcome of a call whose arrays become tensors."""
    given = [torch.from_numpy(np.array(a, order="C")) if isinstance(a, (np.ndarray, np.generic)) else a for a in arguments]
    return op_driver.call(lib, ROWS[row_id], given, [torch.from_numpy(np.array(e, order="C")) for e in expected], mode)


def check(lib, row_id, arguments, expected, mode="static"):
    outcome = run(lib, row_id, arguments, [expected], mode)
    assert outcome.status == 0, f"{outcome.text}: {arguments}"
    got = outcome.outputs[0].numpy()
    if not np.array_equal(got, expected):
        at = tuple(np.argwhere(got != expected)[0])
        raise AssertionError(f"{(got != expected).sum()} differ, first at {at}: {got[at]}, not {expected[at]}; {arguments}")


EXTREMES = (-2**31, -2**31 + 1, -65536, -129, -1, 0, 1, 2, 129, 256, 65536, 2**24, 2**30, 2**31 - 1)


def spoil(lib, row_id, arguments, expected, position):
    """Runs the call with single words of its block (the argument at `position`) spoiled: it is refused, or stays within
    the guards of every tensor. Returns how often it was refused. Run under ASan as well."""
    refused = 0
    for value in EXTREMES:
        block = arguments[position].tensor.clone()
        block[random.randrange(block.numel())] = value
        given = [op_driver.Constant(block) if i == position else a for i, a in enumerate(arguments)]
        refused += run(lib, row_id, given, [expected]).status != 0
    return refused
