# SPDX-License-Identifier: BSD-3-Clause
"""Networks of integer operators with random weights, as text of the graph (src/compiler/ir/text.h): what the quantizer
makes of a model, without one."""
import random

NO_RESIDUAL = [0] * 11


def out_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


class Network:
    """Layers one after the other; `text()` is the graph. Same seed, same network."""

    def __init__(self, shape, seed=1):
        self.random = random.Random(seed)
        self.shape = self.input_shape = list(shape)  # [N, H, W, C], or [N, K]
        self.lines = [f"  %x = input : i8{self.shape}"]
        self.value = "%x"
        self.count = 0

    def constant(self, dtype, shape, items):
        name = f"%c{self.count}"
        self.count += 1
        self.lines.append(f'  {name} = constant "{name[1:]}" : {dtype}{list(shape)} = {{{", ".join(map(str, items))}}}')
        return name

    def weight(self, *shape):
        count = 1
        for size in shape:
            count *= size
        return self.constant("i8", shape, [self.random.randint(-127, 127) for _ in range(count)])

    def scales(self, channels, depth):
        """Bias, multipliers, shifts that spread sums of `depth` products over the range of int8."""
        shift = -(depth.bit_length() // 2 + 6)
        bias = [self.random.randint(-2000, 2000) for _ in range(channels)]
        multipliers = [self.random.randrange(2**30, 2**31) for _ in range(channels)]
        return bias + multipliers + [shift] * channels

    def block(self, words):
        return self.constant("i32", [len(words)], words)

    def layer(self, operator, weight, block, shape, residual="None"):
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = wick::{operator}({self.value}, {weight}, {residual}, {block}) : i8{list(shape)}")
        self.value, self.shape = name, list(shape)
        return self

    def conv(self, channels, kernel=(3, 3), stride=(1, 1), padding=(1, 1), depthwise=False):
        batch, height, width, inputs = self.shape
        outs = [out_size(s, k, t, p) for s, k, t, p in zip((height, width), kernel, stride, padding)]
        axes = [word for i, size in enumerate((height, width))
                for word in (size, outs[i], kernel[i], stride[i], padding[i], 1, 1, 1)]
        groups = inputs if depthwise else 1
        depth = kernel[0] * kernel[1] * inputs // groups
        words = [batch, groups, inputs, channels, *axes, 3, -5, -128, 127, 0, *NO_RESIDUAL, *self.scales(channels, depth)]
        weight = self.weight(*kernel, channels) if depthwise else self.weight(channels, *kernel, inputs)
        operator = "depthwise_conv2d_s8" if depthwise else "conv2d_s8"
        return self.layer(operator, weight, self.block(words), [batch, *outs, channels])

    def depthwise(self, kernel=(3, 3), stride=(1, 1), padding=(1, 1)):
        return self.conv(self.shape[3], kernel, stride, padding, depthwise=True)

    def linear(self, columns):
        """Over the innermost dimension: on an image, a convolution of one tap."""
        *front, depth = self.shape
        rows = 1
        for size in front:
            rows *= size
        words = [rows, depth, columns, 3, -5, -128, 127, 0, *NO_RESIDUAL, *self.scales(columns, depth)]
        return self.layer("linear_s8", self.weight(columns, depth), self.block(words), [*front, columns])

    def flatten(self):
        batch, *rest = self.shape
        count = 1
        for size in rest:
            count *= size
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = aten::view_copy({self.value}, [{batch}, {count}]) : i8[{batch}, {count}]")
        self.value, self.shape = name, [batch, count]
        return self

    def text(self):
        return "\n".join(['graph "forward" {', *self.lines, f"  return {self.value}", "}", ""])


def keyword_spotter():
    """The convolutions of MLPerf Tiny's keyword spotter, then one layer over what they leave."""
    net = Network([1, 49, 10, 1]).conv(64, (10, 4), (2, 2), (5, 1))
    for _ in range(4):
        net.depthwise().linear(64)
    return net.depthwise((25, 5), (1, 1), (0, 0)).flatten().linear(12)


def random_network(seed, layers=24):
    """Convolutions of all kinds on images of all sizes, then linear layers."""
    choose = random.Random(seed)
    net = Network([1, choose.randint(6, 26), choose.randint(6, 26), choose.choice([1, 2, 3, 5, 8])], seed)
    for _ in range(layers):
        height, width = net.shape[1:3]
        kernel = tuple(choose.randint(1, min(5, size)) for size in (height, width))
        stride = tuple(choose.choice([1, 1, 1, 1, 2]) for _ in range(2))
        padding = tuple(choose.randint(k // 2 if size < 8 else 0, k // 2) for k, size in zip(kernel, (height, width)))
        kind = choose.choice(["conv", "depthwise", "linear"])
        if kind == "conv":
            net.conv(choose.choice([1, 3, 4, 8, 16, 24, 31]), kernel, stride, padding)
        elif kind == "depthwise":
            net.depthwise(kernel, stride, padding)
        else:
            net.linear(choose.choice([2, 5, 8, 16, 32, 40]))
    net.flatten()
    for columns in (choose.randint(8, 64), choose.randint(4, 32), 10):
        net.linear(columns)
    return net
