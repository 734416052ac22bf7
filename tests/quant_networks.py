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

    def call(self, operator, arguments, dtype, shape):
        """Any operator, `arguments` as text; its result is the value that comes next."""
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = {operator}({', '.join(map(str, arguments))}) : {dtype}{list(shape)}")
        self.value, self.shape = name, list(shape)
        return name

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


ONE = 2**30  # a multiplier of 1/2
LIMITS = {"i8": [0, -128, 127], "i16": [0, -2**15, 2**15 - 1]}


def axis(size, out, kernel, stride, padding):
    return [size, out, kernel, stride, padding, 1, 1, 1]


def wide_part(net):
    """Activations of 16 bits, from i8[1, 6, 6, 8] to i8[1, 3, 3, 8]."""
    image, count = [1, 6, 6, 8], 288
    net.call("wick::rescale", [net.value, net.block([3, ONE, 7, *LIMITS["i16"]])], "i16", image)
    three, limits = axis(6, 6, 3, 1, 1), LIMITS["i16"]
    for operator, groups, weight in (("conv2d_s16", 1, [8, 3, 3, 8]), ("depthwise_conv2d_s16", 8, [3, 3, 8])):
        words = [1, groups, 8, 8, *three, *three, 0, *limits, 0, *NO_RESIDUAL, *[900 * k for k in range(8)], *[ONE + 12345] * 8, *[-7] * 8]
        before = net.value
        net.layer(operator, net.weight(*weight), net.block(words), image)
        net.lines[-1] = net.lines[-1].replace(": i8", ": i16")
    last = net.value
    operand, loops = [0, ONE, 0], [1, count, 1, 1]
    net.call("wick::add_s16", [last, before, net.block([*operand, *operand, ONE, -13, *limits, -1, *loops])], "i16", image)
    net.call("wick::mul_s16", [net.value, last, net.block([0, 0, ONE, -12, *limits, *loops])], "i16", image)
    net.call("wick::table_s16", [net.value, net.constant("i16", [513], [(i * i * 7 + i) % 65536 - 2**15 for i in range(513)])], "i16", image)
    two = axis(6, 3, 2, 2, 0)
    head, tail = [1, 8, *two, *two, 0, 0, 6, 6], [*limits, 0]
    net.call("wick::max_pool2d_s16", [net.value, net.block([*head, 0, *tail, 0])], "i16", [1, 3, 3, 8])
    one = axis(3, 3, 2, 1, 1)
    head = [1, 8, *one, *one, 0, 0, 3, 3]
    net.call("wick::avg_pool2d_s16", [net.value, net.block([*head, 100, *tail, 4, *[w for n in (1, 2, 3, 4) for w in (2**31 // n - 1, 0)]])],
             "i16", [1, 3, 3, 8])
    net.call("wick::rescale", [net.value, net.block([12000, ONE, -6, 5, -128, 127])], "i8", [1, 3, 3, 8])


def attention_part(net):
    """Resize, arithmetic, normalization and products of activations, from i8[1, 3, 3, 8] to i8[1, 20, 8]."""
    image, limits = [1, 5, 4, 8], LIMITS["i8"]
    steps = [(min(2, k // 2), min(2, k // 2 + 1), 200 * (k + 1)) for k in range(9)]
    net.call("wick::resize_s8", [net.value, net.block([1, 8, 3, 3, 5, 4, *[w for step in steps for w in step]])], "i8", image)
    small, operand = net.weight(8), [-5, ONE, 1]
    loops = [2, 20, 8, 0, 8, 1, 1]
    net.call("wick::mul_s8", [net.value, small, net.block([4, -3, ONE, -5, *limits, *loops])], "i8", image)
    first = net.value
    net.call("wick::div_s8", [first, small, net.block([4, -3, ONE, 5, *limits, *loops])], "i8", image)
    net.call("wick::add_s8", [first, net.value, net.block([*operand, *operand, ONE, -19, *limits, 1, 1, 160, 1, 1])], "i8", image)
    net.call("aten::view_copy", [net.value, [1, 20, 8]], "i8", [1, 20, 8])
    weights = [2**20 + 1000 * k for k in range(8)] + [-2**18 * k for k in range(8)]
    net.call("wick::layer_norm_s8", [net.value, net.block([20, 8, 700, 0, 15, *limits, *weights])], "i8", [1, 20, 8])
    rows, exponentials = net.value, [round(2**23 * 0.93**d) for d in range(200)]
    block = net.block([1, 20, 20, 8, 160, 8, 1, 160, 8, 1, 400, 20, 1, 3, -3, ONE, -7, *limits])
    net.call("wick::matmul_s8", [rows, rows, block], "i8", [1, 20, 20])
    net.call("wick::softmax_s8", [net.value, net.block([20, 20, 1, 200, 256, *exponentials])], "i8", [1, 20, 20])
    block = net.block([1, 20, 8, 20, 400, 20, 1, 160, 1, 8, 160, 8, 1, 128, 0, ONE, -5, *limits])
    net.call("wick::matmul_s8", [net.value, rows, block], "i8", [1, 20, 8])
    block = net.block([20, 8, 1, 200, 256, 23, 50000, 400000, 127, -128, 127, *exponentials])
    net.call("wick::log_softmax_s8", [net.value, block], "i8", [1, 20, 8])


def narrow_part(net):
    """Weights in few bits, from i8[1, 20, 8] to f32[1, 20, 5]."""
    packed = net.constant("u8", [6, 4], [net.random.randrange(256) for _ in range(24)])
    factors = [net.random.randrange(2**15) for _ in range(12)]
    words = [20, 8, 6, -60, 0, -128, 127, 0, *NO_RESIDUAL, 2, *net.scales(6, 8), *factors]
    net.layer("linear_s8_w4", packed, net.block(words), [1, 20, 6])
    net.call("quantized_decomposed::dequantize_per_tensor", [net.value, 0.037, 11, -128, 127, "i8"], "f32", [1, 20, 6])
    scales = net.constant("f32", [7], [0.01 * (k + 1) for k in range(7)])
    net.call("wick::linear_dynamic_s8", [net.value, net.weight(7, 6), scales, "None", 0], "f32", [1, 20, 7])
    packed = net.constant("u8", [5, 4], [net.random.randrange(256) for _ in range(20)])
    scales = net.constant("f32", [5], [0.3 * (k + 1) for k in range(5)])
    net.call("wick::linear_f32_w4", [net.value, packed, scales, "None"], "f32", [1, 20, 5])


def operators():
    """Every integer operator that no trained model of the tests has, one after the other."""
    net = Network([1, 6, 6, 8], seed=2)
    wide_part(net)
    attention_part(net)
    narrow_part(net)
    return net
