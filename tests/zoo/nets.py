# SPDX-License-Identifier: BSD-3-Clause
"""Networks written for the zoo: small configurations of the kinds that people deploy, each with random weights.

`NETS` maps a name to a function that gives (module, inputs)."""
import math

import torch
from torch import nn
from torch.nn import functional as F

NETS = {}


def net(function):
    """Registers a function without arguments that gives (module, inputs)."""
    NETS[function.__name__] = function
    return function


def floats(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def ids(*shape, high=50, seed=1):
    return torch.randint(0, high, shape, generator=torch.Generator().manual_seed(seed))


def conv_norm(inner, outer, kernel=3, stride=1, groups=1, activation=nn.ReLU):
    layers = [nn.Conv2d(inner, outer, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outer)]
    return nn.Sequential(*layers, *([activation()] if activation else []))


class Residual(nn.Module):
    def __init__(self, *layers, scale=1.0):
        super().__init__()
        self.body = nn.Sequential(*layers)
        self.scale = scale

    def forward(self, x):
        return x + self.scale * self.body(x)


class SqueezeExcite(nn.Module):
    def __init__(self, channels, gate=nn.Sigmoid):
        super().__init__()
        self.body = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, channels // 4, 1), nn.SiLU(),
                                  nn.Conv2d(channels // 4, channels, 1), gate())

    def forward(self, x):
        return x * self.body(x)


def head(channels, classes=10):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


@net
def resnet():
    class Block(nn.Module):
        def __init__(self, inner, outer, stride):
            super().__init__()
            self.body = nn.Sequential(conv_norm(inner, outer, 3, stride), conv_norm(outer, outer, activation=None))
            self.skip = conv_norm(inner, outer, 1, stride, activation=None) if stride > 1 else nn.Identity()

        def forward(self, x):
            return F.relu(self.body(x) + self.skip(x))

    return nn.Sequential(conv_norm(3, 8), nn.MaxPool2d(3, 2, 1), Block(8, 8, 1), Block(8, 16, 2), head(16)), (floats(1, 3, 32, 32),)


@net
def mobilenet_v2():
    def block(inner, outer, expand, stride):
        wide = inner * expand
        body = [conv_norm(inner, wide, 1, activation=nn.ReLU6), conv_norm(wide, wide, 3, stride, wide, nn.ReLU6),
                conv_norm(wide, outer, 1, activation=None)]
        return Residual(*body) if stride == 1 and inner == outer else nn.Sequential(*body)

    return nn.Sequential(conv_norm(3, 8, 3, 2, activation=nn.ReLU6), block(8, 8, 2, 1), block(8, 12, 3, 2), head(12)), (floats(1, 3, 32, 32),)


@net
def mobilenet_v3():
    def block(inner, outer, stride):
        wide = inner * 3
        body = [conv_norm(inner, wide, 1, activation=nn.Hardswish), conv_norm(wide, wide, 5, stride, wide, nn.Hardswish),
                SqueezeExcite(wide, nn.Hardsigmoid), conv_norm(wide, outer, 1, activation=None)]
        return Residual(*body) if stride == 1 and inner == outer else nn.Sequential(*body)

    return nn.Sequential(conv_norm(3, 8, 3, 2, activation=nn.Hardswish), block(8, 8, 1), block(8, 16, 2), head(16)), (floats(1, 3, 32, 32),)


@net
def efficientnet():
    def block(channels):
        wide = channels * 4
        return Residual(conv_norm(channels, wide, 1, activation=nn.SiLU), conv_norm(wide, wide, 3, 1, wide, nn.SiLU),
                        SqueezeExcite(wide), conv_norm(wide, channels, 1, activation=None))

    return nn.Sequential(conv_norm(3, 8, 3, 2, activation=nn.SiLU), block(8), block(8), nn.Dropout(0.2), head(8)), (floats(1, 3, 24, 24),)


@net
def densenet():
    class Layer(nn.Module):
        def __init__(self, inner, growth):
            super().__init__()
            self.body = nn.Sequential(nn.BatchNorm2d(inner), nn.ReLU(), nn.Conv2d(inner, growth, 3, 1, 1))

        def forward(self, x):
            return torch.cat([x, self.body(x)], 1)

    return nn.Sequential(nn.Conv2d(3, 8, 3, 1, 1), Layer(8, 4), Layer(12, 4), nn.AvgPool2d(2), Layer(16, 4), head(20)), (floats(2, 3, 16, 16),)


class ChannelNorm(nn.Module):
    """Layer norm over the channels of an image."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels, eps=1e-6)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


@net
def convnext():
    class Block(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
            self.norm = nn.LayerNorm(channels, eps=1e-6)
            self.wide, self.narrow = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
            self.gamma = nn.Parameter(torch.full((channels,), 0.1))

        def forward(self, x):
            y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
            y = self.gamma * self.narrow(F.gelu(self.wide(y)))
            return x + y.permute(0, 3, 1, 2)

    return nn.Sequential(nn.Conv2d(3, 8, 4, 4), ChannelNorm(8), Block(8), Block(8), ChannelNorm(8), nn.Conv2d(8, 16, 2, 2), head(16)), (floats(1, 3, 32, 32),)


@net
def unet():
    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.down1, self.down2 = conv_norm(1, 8), conv_norm(8, 16)
            self.up = nn.ConvTranspose2d(16, 8, 2, 2)
            self.mix, self.out = conv_norm(16, 8), nn.Conv2d(8, 2, 1)

        def forward(self, x):
            a = self.down1(x)
            b = self.up(self.down2(F.max_pool2d(a, 2)))
            return self.out(self.mix(torch.cat([a, b], 1)))

    return UNet(), (floats(1, 1, 32, 32),)


@net
def unet_bilinear():
    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.down1, self.down2, self.mix = conv_norm(3, 6), conv_norm(6, 12, 3, 2), conv_norm(18, 6)
            self.out = nn.Conv2d(6, 3, 1)

        def forward(self, x):
            a = self.down1(x)
            b = F.interpolate(self.down2(a), size=a.shape[-2:], mode="bilinear", align_corners=False)
            return torch.sigmoid(self.out(self.mix(torch.cat([a, b], 1))))

    return UNet(), (floats(1, 3, 20, 28),)


@net
def unet3d():
    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Sequential(nn.Conv3d(1, 4, 3, padding=1), nn.BatchNorm3d(4), nn.ReLU())
            self.deep = nn.Sequential(nn.Conv3d(4, 8, 3, padding=1), nn.InstanceNorm3d(8, affine=True), nn.LeakyReLU(0.1))
            self.out = nn.Conv3d(12, 2, 1)

        def forward(self, x):
            a = self.down(x)
            b = F.interpolate(self.deep(F.max_pool3d(a, 2)), scale_factor=2, mode="trilinear", align_corners=True)
            return self.out(torch.cat([a, b], 1)).softmax(1)

    return UNet(), (floats(1, 1, 8, 8, 8),)


@net
def video_conv3d():
    return nn.Sequential(nn.Conv3d(3, 8, (3, 5, 5), (1, 2, 2), (1, 2, 2)), nn.BatchNorm3d(8), nn.ReLU(), nn.MaxPool3d((1, 2, 2)),
                         nn.Conv3d(8, 8, (3, 1, 1), padding=(1, 0, 0)), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(),
                         nn.Linear(8, 5)), (floats(1, 3, 6, 16, 16),)


@net
def tcn():
    class Block(nn.Module):
        def __init__(self, inner, outer, dilation):
            super().__init__()
            self.pad = 2 * dilation
            self.conv = nn.utils.parametrizations.weight_norm(nn.Conv1d(inner, outer, 3, dilation=dilation))
            self.skip = nn.Conv1d(inner, outer, 1)

        def forward(self, x):
            return F.relu(F.relu(self.conv(F.pad(x, (self.pad, 0)))) + self.skip(x))

    return nn.Sequential(Block(4, 8, 1), Block(8, 8, 2), Block(8, 8, 4), nn.Conv1d(8, 3, 1)), (floats(2, 4, 40),)


@net
def wavenet():
    class Layer(nn.Module):
        def __init__(self, dilation):
            super().__init__()
            self.both = nn.Conv1d(8, 16, 2, dilation=dilation)
            self.residual, self.skip = nn.Conv1d(8, 8, 1), nn.Conv1d(8, 8, 1)

        def forward(self, x):
            tanh, gate = self.both(x).chunk(2, 1)
            y = torch.tanh(tanh) * torch.sigmoid(gate)
            return self.residual(y) + x[..., -y.shape[-1]:], self.skip(y)

    class WaveNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.front, self.layers = nn.Conv1d(1, 8, 1), nn.ModuleList(Layer(2 ** i) for i in range(4))
            self.out = nn.Sequential(nn.ReLU(), nn.Conv1d(8, 8, 1), nn.ReLU(), nn.Conv1d(8, 32, 1))

        def forward(self, x):
            x, total = self.front(x), 0
            for layer in self.layers:
                x, skip = layer(x)
                total = skip + (total[..., -skip.shape[-1]:] if torch.is_tensor(total) else 0)
            return self.out(total)

    return WaveNet(), (floats(1, 1, 64),)


@net
def conv_tasnet():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = nn.Conv1d(1, 16, 16, 8), nn.ConvTranspose1d(16, 1, 16, 8)
            self.norm = nn.GroupNorm(1, 16)
            self.body = nn.Sequential(nn.Conv1d(16, 32, 1), nn.PReLU(), nn.Conv1d(32, 32, 3, padding=2, dilation=2, groups=32),
                                      nn.PReLU(), nn.Conv1d(32, 32, 1))

        def forward(self, x):
            features = F.relu(self.encoder(x))
            masks = torch.sigmoid(self.body(self.norm(features))).view(x.shape[0], 2, 16, -1)
            return self.decoder((features.unsqueeze(1) * masks).flatten(0, 1)).view(x.shape[0], 2, -1)

    return Net(), (floats(1, 1, 160),)


class Recurrent(nn.Module):
    """A recurrent layer and a classifier on its last step."""

    def __init__(self, layer, features):
        super().__init__()
        self.layer, self.out = layer, nn.Linear(features, 3)

    def forward(self, x):
        y, _ = self.layer(x)
        return self.out(y[:, -1])


@net
def lstm():
    return Recurrent(nn.LSTM(4, 8, 2, batch_first=True), 8), (floats(2, 12, 4),)


@net
def lstm_bidirectional():
    return Recurrent(nn.LSTM(4, 8, 2, batch_first=True, bidirectional=True, dropout=0.1), 16), (floats(2, 9, 4),)


@net
def gru():
    return Recurrent(nn.GRU(6, 10, 2, batch_first=True), 10), (floats(3, 7, 6),)


@net
def rnn_relu():
    return Recurrent(nn.RNN(5, 7, nonlinearity="relu", batch_first=True), 7), (floats(2, 8, 5),)


@net
def lstm_states():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(4, 6, proj_size=3)

        def forward(self, x, h, c):
            y, (h, c) = self.lstm(x, (h, c))
            return y, h, c

    return Net(), (floats(5, 2, 4), floats(1, 2, 3, seed=2), floats(1, 2, 6, seed=3))


@net
def lstm_cell_loop():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.gru = nn.LSTMCell(3, 5), nn.GRUCell(5, 5)

        def forward(self, x):
            h, c, g = x.new_zeros(x.shape[1], 5), x.new_zeros(x.shape[1], 5), x.new_zeros(x.shape[1], 5)
            for t in range(x.shape[0]):
                h, c = self.cell(x[t], (h, c))
                g = self.gru(h, g)
            return g

    return Net(), (floats(4, 2, 3),)


@net
def crnn():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(conv_norm(1, 8), nn.MaxPool2d((2, 1)), conv_norm(8, 8), nn.MaxPool2d((2, 1)))
            self.rnn, self.out = nn.GRU(32, 12, bidirectional=True, batch_first=True), nn.Linear(24, 11)

        def forward(self, x):
            y = self.features(x).permute(0, 3, 1, 2).flatten(2)
            return self.out(self.rnn(y)[0]).log_softmax(-1)

    return Net(), (floats(1, 1, 16, 20),)


@net
def conv_lstm():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gates = nn.Conv2d(2 + 4, 16, 3, padding=1)

        def forward(self, x):
            h = torch.zeros(x.shape[0], 4, *x.shape[-2:])
            c = torch.zeros_like(h)
            for t in range(x.shape[1]):
                i, f, g, o = self.gates(torch.cat([x[:, t], h], 1)).chunk(4, 1)
                c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
                h = torch.sigmoid(o) * torch.tanh(c)
            return h

    return Net(), (floats(1, 3, 2, 8, 8),)


@net
def seq2seq_attention():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.source, self.target = nn.Embedding(20, 8), nn.Embedding(20, 8)
            self.encoder, self.decoder = nn.GRU(8, 8, batch_first=True), nn.GRU(8, 8, batch_first=True)
            self.out = nn.Linear(16, 20)

        def forward(self, source, target):
            memory, state = self.encoder(self.source(source))
            y, _ = self.decoder(self.target(target), state)
            weights = torch.softmax(torch.einsum("btd,bsd->bts", y, memory), -1)
            return self.out(torch.cat([y, weights @ memory], -1))

    return Net(), (ids(2, 7, high=20), ids(2, 5, high=20, seed=2))


@net
def transformer():
    return nn.Transformer(16, 2, 1, 1, 32, batch_first=True), (floats(2, 6, 16), floats(2, 4, 16, seed=2))


@net
def transformer_encoder():
    layer = nn.TransformerEncoderLayer(16, 4, 32, activation="gelu", batch_first=True, norm_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), (floats(2, 9, 16),)


@net
def transformer_masked():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            layer = nn.TransformerEncoderLayer(16, 2, 24)
            self.body = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)

        def forward(self, x, padding):
            mask = nn.Transformer.generate_square_subsequent_mask(x.shape[0])
            return self.body(x, mask=mask, src_key_padding_mask=padding, is_causal=False)

    return Net(), (floats(6, 2, 16), torch.tensor([[0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 1]], dtype=torch.bool))


@net
def multihead_attention():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(12, 3, batch_first=True, add_bias_kv=True, kdim=10, vdim=8)

        def forward(self, q, k, v):
            return self.attention(q, k, v, need_weights=True)

    return Net(), (floats(2, 4, 12), floats(2, 6, 10, seed=2), floats(2, 6, 8, seed=3))


@net
def gqa_block():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.kv, self.norm = nn.Linear(32, 32), nn.Linear(32, 32), nn.RMSNorm(32)

        def forward(self, x):
            x = self.norm(x)
            q = self.q(x).view(1, -1, 4, 8).transpose(1, 2)
            k, v = self.kv(x).view(1, -1, 2, 2, 8).unbind(2)
            y = F.scaled_dot_product_attention(q, k.transpose(1, 2), v.transpose(1, 2), is_causal=True, enable_gqa=True)
            return y.transpose(1, 2).flatten(2)

    return Net(), (floats(1, 7, 32),)


@net
def vit():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch = nn.Conv2d(3, 16, 8, 8)
            self.token, self.position = nn.Parameter(floats(1, 1, 16)), nn.Parameter(floats(1, 17, 16, seed=2))
            layer = nn.TransformerEncoderLayer(16, 2, 32, activation="gelu", batch_first=True, norm_first=True)
            self.body, self.out = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.Linear(16, 10)

        def forward(self, x):
            x = self.patch(x).flatten(2).transpose(1, 2)
            x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.position
            return self.out(self.body(x)[:, 0])

    return Net(), (floats(2, 3, 32, 32),)


@net
def mlp_mixer():
    class Mixer(nn.Module):
        def __init__(self):
            super().__init__()
            self.norms = nn.ModuleList(nn.LayerNorm(16) for _ in range(2))
            self.tokens = nn.Sequential(nn.Linear(16, 24), nn.GELU(), nn.Linear(24, 16))
            self.channels = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))

        def forward(self, x):
            x = x + self.tokens(self.norms[0](x).transpose(1, 2)).transpose(1, 2)
            return x + self.channels(self.norms[1](x))

    return nn.Sequential(nn.Unflatten(1, (16, 16)), Mixer(), Mixer()), (floats(2, 256),)


@net
def swin_window():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv = nn.Linear(8, 24)
            self.bias = nn.Parameter(floats(49, 2))
            offsets = torch.stack(torch.meshgrid(torch.arange(4), torch.arange(4), indexing="ij")).flatten(1)
            relative = (offsets[:, :, None] - offsets[:, None]).permute(1, 2, 0) + 3
            self.register_buffer("places", relative[..., 0] * 7 + relative[..., 1])

        def forward(self, x):
            x = torch.roll(x, (-2, -2), (1, 2))
            x = x.view(1, 2, 4, 2, 4, 8).permute(0, 1, 3, 2, 4, 5).reshape(-1, 16, 8)
            q, k, v = self.qkv(x).reshape(-1, 16, 3, 2, 4).permute(2, 0, 3, 1, 4)
            scores = q @ k.transpose(-2, -1) * 0.5 + self.bias[self.places.view(-1)].view(16, 16, 2).permute(2, 0, 1)
            y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(1, 2, 2, 4, 4, 8).permute(0, 1, 3, 2, 4, 5).reshape(1, 8, 8, 8)
            return torch.roll(y, (2, 2), (1, 2))

    return Net(), (floats(1, 8, 8, 8),)


@net
def shufflenet():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(conv_norm(8, 8, 1), conv_norm(8, 8, 3, 1, 8, None), conv_norm(8, 8, 1))

        def forward(self, x):
            a, b = x.chunk(2, 1)
            y = torch.cat([a, self.body(b)], 1)
            return y.view(-1, 2, 8, *y.shape[-2:]).transpose(1, 2).reshape(y.shape)

    return nn.Sequential(conv_norm(3, 16), Block(), Block(), nn.ChannelShuffle(4), head(16)), (floats(1, 3, 16, 16),)


@net
def squeezenet():
    class Fire(nn.Module):
        def __init__(self, inner, narrow, wide):
            super().__init__()
            self.squeeze, self.one, self.three = nn.Conv2d(inner, narrow, 1), nn.Conv2d(narrow, wide, 1), nn.Conv2d(narrow, wide, 3, padding=1)

        def forward(self, x):
            x = F.relu(self.squeeze(x), inplace=True)
            return torch.cat([F.relu_(self.one(x)), F.relu_(self.three(x))], 1)

    return nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.MaxPool2d(3, 2, ceil_mode=True), Fire(8, 4, 8), nn.Dropout(), nn.Conv2d(16, 5, 1),
                         nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten()), (floats(1, 3, 30, 30),)


@net
def inception():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = conv_norm(8, 4, 1), nn.Sequential(conv_norm(8, 4, 1), conv_norm(4, 4, 5))
            self.c = nn.Sequential(nn.Conv2d(8, 4, (1, 7), padding=(0, 3)), nn.Conv2d(4, 4, (7, 1), padding=(3, 0)))
            self.d = nn.Sequential(nn.AvgPool2d(3, 1, 1, count_include_pad=False), conv_norm(8, 4, 1))

        def forward(self, x):
            return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1)

    return nn.Sequential(conv_norm(3, 8, 3, 2), nn.LocalResponseNorm(5), Block(), head(16)), (floats(1, 3, 24, 24),)


@net
def ghostnet():
    class Ghost(nn.Module):
        def __init__(self, inner, outer):
            super().__init__()
            self.primary, self.cheap = conv_norm(inner, outer // 2, 1), conv_norm(outer // 2, outer // 2, 3, 1, outer // 2)

        def forward(self, x):
            y = self.primary(x)
            return torch.cat([y, self.cheap(y)], 1)[:, :9]

    return nn.Sequential(conv_norm(3, 8), Ghost(8, 10), SqueezeExcite(9), head(9)), (floats(1, 3, 16, 16),)


@net
def cbam():
    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.mlp, self.spatial = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 8)), nn.Conv2d(2, 1, 7, padding=3)

        def forward(self, x):
            gate = torch.sigmoid(self.mlp(x.mean((2, 3))) + self.mlp(x.amax((2, 3))))
            x = x * gate[:, :, None, None]
            maps = torch.cat([x.mean(1, keepdim=True), x.max(1, keepdim=True)[0]], 1)
            return x * torch.sigmoid(self.spatial(maps))

    return nn.Sequential(conv_norm(3, 8), Attention(), head(8)), (floats(1, 3, 16, 16),)


@net
def deeplab():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.front = conv_norm(3, 8, 3, 2)
            self.branches = nn.ModuleList(nn.Conv2d(8, 4, 3, padding=d, dilation=d) for d in (1, 3, 5))
            self.pool, self.out = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 4, 1)), nn.Conv2d(16, 6, 1)

        def forward(self, x):
            y = self.front(x)
            pooled = F.interpolate(self.pool(y), size=y.shape[-2:], mode="nearest")
            y = self.out(torch.cat([b(y) for b in self.branches] + [pooled], 1))
            return F.interpolate(y, size=x.shape[-2:], mode="bicubic", align_corners=False).argmax(1)

    return Net(), (floats(1, 3, 24, 24),)


@net
def feature_pyramid():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stages = nn.ModuleList([conv_norm(3, 8, 3, 2), conv_norm(8, 16, 3, 2), conv_norm(16, 24, 3, 2)])
            self.lateral = nn.ModuleList(nn.Conv2d(c, 8, 1) for c in (8, 16, 24))

        def forward(self, x):
            maps = []
            for stage in self.stages:
                x = stage(x)
                maps.append(x)
            out = [self.lateral[2](maps[2])]
            for i in (1, 0):
                out.append(self.lateral[i](maps[i]) + F.interpolate(out[-1], scale_factor=2.0))
            return tuple(out)

    return Net(), (floats(1, 3, 32, 32),)


@net
def detector_head():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.front, self.out = conv_norm(3, 8, 3, 4), nn.Conv2d(8, 3 * 7, 1)

        def forward(self, x):
            y = self.out(self.front(x))
            b, _, h, w = y.shape
            y = y.view(b, 3, 7, h, w).permute(0, 1, 3, 4, 2).reshape(b, -1, 7).sigmoid()
            ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
            grid = torch.stack([xs, ys], -1).view(1, 1, -1, 2).expand(1, 3, -1, -1).reshape(1, -1, 2).float()
            centers, sizes = (y[..., :2] + grid) * 4, torch.exp(y[..., 2:4])
            boxes = torch.cat([centers - sizes / 2, centers + sizes / 2], -1)
            scores, classes = (y[..., 4:5] * y[..., 5:]).max(-1)
            best, places = scores.topk(5, dim=1)
            return best, classes.gather(1, places), boxes.gather(1, places.unsqueeze(-1).expand(-1, -1, 4))

    return Net(), (floats(1, 3, 16, 16),)


@net
def espcn():
    return nn.Sequential(nn.Conv2d(1, 16, 5, padding=2), nn.Tanh(), nn.Conv2d(16, 9, 3, padding=1), nn.PixelShuffle(3)), (floats(1, 1, 12, 12),)


@net
def space_to_depth():
    return nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, 8, 3, padding=1, padding_mode="reflect"), nn.ELU(),
                         nn.Conv2d(8, 8, 3, padding=1, padding_mode="circular"), nn.Softplus(),
                         nn.Conv2d(8, 4, 3, padding=1, padding_mode="replicate"), nn.Mish()), (floats(1, 3, 16, 16),)


@net
def dcgan_generator():
    return nn.Sequential(nn.Unflatten(1, (16, 1, 1)), nn.ConvTranspose2d(16, 16, 4), nn.BatchNorm2d(16), nn.ReLU(True),
                         nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.BatchNorm2d(8), nn.ReLU(True), nn.ConvTranspose2d(8, 1, 3, 2, 1, 1),
                         nn.Tanh()), (floats(2, 16),)


@net
def vae():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = nn.Linear(20, 8), nn.Linear(4, 20)

        def forward(self, x, noise):
            mean, logvar = self.encoder(x).chunk(2, -1)
            z = mean + noise * torch.exp(0.5 * logvar)
            return torch.sigmoid(self.decoder(z)), -0.5 * torch.sum(1 + logvar - mean.pow(2) - logvar.exp(), dim=-1)

    return Net(), (floats(3, 20), floats(3, 4, seed=2))


@net
def diffusion_unet():
    class Block(nn.Module):
        def __init__(self, inner, outer):
            super().__init__()
            self.norm, self.conv, self.time = nn.GroupNorm(4, inner), nn.Conv2d(inner, outer, 3, padding=1), nn.Linear(16, outer)

        def forward(self, x, t):
            return self.conv(F.silu(self.norm(x))) + self.time(F.silu(t))[:, :, None, None]

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.front, self.a, self.b, self.out = nn.Conv2d(3, 8, 3, padding=1), Block(8, 16), Block(16, 8), nn.Conv2d(8, 3, 3, padding=1)

        def forward(self, x, t):
            angles = t[:, None] * torch.exp(-math.log(1e4) * torch.arange(8) / 8)
            t = torch.cat([angles.sin(), angles.cos()], -1)
            y = self.a(self.front(x), t)
            b, c, h, w = y.shape
            flat = y.flatten(2).transpose(1, 2)
            y = y + F.scaled_dot_product_attention(flat, flat, flat).transpose(1, 2).reshape(b, c, h, w)
            return self.out(self.b(y, t))

    return Net(), (floats(2, 3, 8, 8), torch.tensor([3.0, 400.0]))


@net
def spectrogram_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("window", torch.hann_window(32))
            self.register_buffer("mel", torch.rand(17, 8, generator=torch.Generator().manual_seed(4)))
            self.conv = conv_norm(1, 4)
            self.out = head(4, 3)

        def forward(self, x):
            spectrum = torch.stft(x, 32, 16, window=self.window, return_complex=True)
            power = torch.view_as_real(spectrum).pow(2).sum(-1)
            mel = torch.log(power.transpose(1, 2) @ self.mel + 1e-6)
            return self.out(self.conv(mel.unsqueeze(1)))

    return Net(), (floats(1, 256),)


@net
def fnet_mixing():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.out = nn.LayerNorm(16), nn.Linear(16, 4)

        def forward(self, x):
            return self.out(self.norm(x + torch.fft.fftn(x, dim=(-2, -1)).real))

    return Net(), (floats(2, 12, 16),)


@net
def filter_by_rfft():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gain = nn.Parameter(floats(17))

        def forward(self, x):
            return torch.fft.irfft(torch.fft.rfft(x) * self.gain, n=32)

    return Net(), (floats(3, 32),)


@net
def dlrm():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.bags = nn.ModuleList(nn.EmbeddingBag(12, 6, mode="sum") for _ in range(3))
            self.dense, self.top = nn.Linear(4, 6), nn.Linear(12, 1)

        def forward(self, dense, first, second, third):
            parts = [F.relu(self.dense(dense))] + [bag(x) for bag, x in zip(self.bags, (first, second, third))]
            stacked = torch.stack(parts, 1)
            rows, columns = torch.tril_indices(4, 4, -1)
            products = torch.bmm(stacked, stacked.transpose(1, 2))[:, rows, columns]
            return torch.sigmoid(self.top(torch.cat([parts[0], products], 1)))

    return Net(), (floats(2, 4), ids(2, 3, high=12), ids(2, 2, high=12, seed=2), ids(2, 4, high=12, seed=3))


@net
def fasttext():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.bag, self.out = nn.EmbeddingBag(30, 8, mode="mean"), nn.Linear(8, 4)

        def forward(self, words, offsets):
            return self.out(self.bag(words, offsets))

    return Net(), (ids(11, high=30), torch.tensor([0, 4, 5]))


@net
def text_cnn():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(40, 8, padding_idx=0)
            self.convs, self.out = nn.ModuleList(nn.Conv1d(8, 6, k) for k in (2, 3, 4)), nn.Linear(18, 2)

        def forward(self, x):
            y = self.words(x).transpose(1, 2)
            return self.out(torch.cat([F.adaptive_max_pool1d(F.relu(c(y)), 1).squeeze(-1) for c in self.convs], 1))

    return Net(), (ids(2, 10, high=40),)


@net
def pointnet():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.points = nn.Sequential(nn.Conv1d(3, 16, 1), nn.BatchNorm1d(16), nn.ReLU(), nn.Conv1d(16, 24, 1))
            self.out = nn.Sequential(nn.Linear(24, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4))

        def forward(self, x):
            return self.out(torch.max(self.points(x), 2)[0])

    return Net(), (floats(2, 3, 30),)


@net
def graph_convolution():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(5, 8), nn.Linear(8, 3)

        def forward(self, x, edges):
            source, target = edges
            degree = torch.zeros(x.shape[0]).scatter_add(0, target, torch.ones_like(target, dtype=x.dtype)).clamp(min=1)
            for layer in (self.a, self.b):
                x = layer(x)
                x = torch.zeros_like(x).index_add(0, target, x[source]) / degree[:, None]
            return F.log_softmax(x, -1)

    return Net(), (floats(6, 5), ids(2, 14, high=6))


@net
def nerf():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Linear(3 + 3 * 8, 32), nn.ReLU(), nn.Linear(32, 4))

        def forward(self, points):
            scaled = points[..., None] * (2.0 ** torch.arange(4)) * torch.pi
            features = torch.cat([points, scaled.sin().flatten(-2), scaled.cos().flatten(-2)], -1)
            color, density = self.body(features).split([3, 1], -1)
            alpha = 1 - torch.exp(-F.relu(density.squeeze(-1)) * 0.1)
            passed = torch.cumprod(torch.cat([torch.ones_like(alpha[..., :1]), 1 - alpha + 1e-10], -1), -1)[..., :-1]
            return ((alpha * passed)[..., None] * torch.sigmoid(color)).sum(-2)

    return Net(), (floats(5, 16, 3),)


@net
def spatial_transformer():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.locate = nn.Sequential(nn.Flatten(), nn.Linear(64, 6))
            self.conv = nn.Conv2d(1, 4, 3)

        def forward(self, x):
            theta = self.locate(x).view(-1, 2, 3) * 0.1 + torch.eye(2, 3)
            grid = F.affine_grid(theta, list(x.shape), align_corners=False)
            return self.conv(F.grid_sample(x, grid, align_corners=False))

    return Net(), (floats(2, 1, 8, 8),)


@net
def capsule():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(floats(3, 6, 4, 5) * 0.3)

        def forward(self, x):
            votes = torch.einsum("bnd,ondk->bonk", x, self.weight)
            logits = torch.zeros(votes.shape[:3])
            for _ in range(2):
                s = (logits.softmax(1).unsqueeze(-1) * votes).sum(2)
                norm = s.norm(dim=-1, keepdim=True)
                v = norm / (1 + norm ** 2) * s
                logits = logits + (votes * v.unsqueeze(2)).sum(-1)
            return v

    return Net(), (floats(2, 6, 4),)


@net
def siamese():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.Tanh(), nn.Linear(16, 8))

        def forward(self, a, b):
            a, b = F.normalize(self.body(a)), F.normalize(self.body(b))
            return F.cosine_similarity(a, b), F.pairwise_distance(a, b), torch.cdist(a, b)

    return Net(), (floats(3, 1, 8, 8), floats(3, 1, 8, 8, seed=2))


@net
def selective_state_space():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.conv = nn.Linear(8, 32), nn.Conv1d(16, 16, 3, groups=16, padding=2)
            self.delta, self.bc, self.out = nn.Linear(16, 16), nn.Linear(16, 8), nn.Linear(16, 8)
            self.log_a = nn.Parameter(torch.log(torch.arange(1, 5).float()).repeat(16, 1))

        def forward(self, x):
            y, gate = self.inner(x).chunk(2, -1)
            y = F.silu(self.conv(y.transpose(1, 2))[..., : x.shape[1]].transpose(1, 2))
            delta, (b, c) = F.softplus(self.delta(y)), self.bc(y).chunk(2, -1)
            decay = torch.exp(delta.unsqueeze(-1) * -torch.exp(self.log_a))
            state, outs = torch.zeros(x.shape[0], 16, 4), []
            for t in range(x.shape[1]):
                state = decay[:, t] * state + (delta[:, t] * y[:, t]).unsqueeze(-1) * b[:, t].unsqueeze(1)
                outs.append((state * c[:, t].unsqueeze(1)).sum(-1))
            return self.out(torch.stack(outs, 1) * F.silu(gate))

    return Net(), (floats(1, 6, 8),)


@net
def mixture_of_experts():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate = nn.Linear(8, 4)
            self.up, self.down = nn.Parameter(floats(4, 8, 12) * 0.3), nn.Parameter(floats(4, 12, 8, seed=2) * 0.3)

        def forward(self, x):
            weights, chosen = self.gate(x).softmax(-1).topk(2, -1)
            weights = weights / weights.sum(-1, keepdim=True)
            y = torch.einsum("nd,edh->neh", x, self.up)
            y = torch.einsum("neh,ehd->ned", F.gelu(y, approximate="tanh"), self.down)
            return (y.gather(1, chosen.unsqueeze(-1).expand(-1, -1, 8)) * weights.unsqueeze(-1)).sum(1)

    return Net(), (floats(5, 8),)


@net
def kws_cnn():
    return nn.Sequential(nn.Unflatten(1, (1, 49)), nn.Conv2d(1, 8, (10, 4), (2, 2), (5, 1)), nn.BatchNorm2d(8), nn.ReLU(),
                         conv_norm(8, 8, 3, 1, 8), conv_norm(8, 8, 1), nn.Dropout(0.4), head(8, 12), nn.Softmax(-1)), (floats(1, 49, 10),)


@net
def anomaly_autoencoder():
    def layer(a, b):
        return [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU()]

    return nn.Sequential(*layer(64, 16), *layer(16, 4), *layer(4, 16), nn.Linear(16, 64)), (floats(4, 64),)


@net
def tabular():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embeddings = nn.ModuleList(nn.Embedding(n, 3) for n in (5, 9))
            self.norm, self.body = nn.BatchNorm1d(4), nn.Sequential(nn.Linear(10, 12), nn.SELU(), nn.AlphaDropout(0.1), nn.Linear(12, 2))

        def forward(self, numbers, categories):
            parts = [e(categories[:, i]) for i, e in enumerate(self.embeddings)]
            return self.body(torch.cat([self.norm(numbers), *parts], 1))

    return Net(), (floats(3, 4), ids(3, 2, high=5))


@net
def time_series_nbeats():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(24, 16), nn.ReLU(), nn.Linear(16, 24 + 6)) for _ in range(3))

        def forward(self, x):
            forecast = torch.zeros(x.shape[0], 6)
            for block in self.blocks:
                back, forward = block(x).split([24, 6], dim=-1)
                x, forecast = x - back, forecast + forward
            return forecast

    return Net(), (floats(2, 24),)


@net
def normalizing_flow():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.nets = nn.ModuleList(nn.Sequential(nn.Linear(3, 8), nn.LeakyReLU(), nn.Linear(8, 6)) for _ in range(2))

        def forward(self, x):
            total = 0.0
            for part in self.nets:
                a, b = x.chunk(2, -1)
                scale, shift = part(a).tanh().chunk(2, -1)
                x, total = torch.cat([b * scale.exp() + shift, a], -1).flip(-1), total + scale.sum(-1)
            return x, total - 0.5 * (x ** 2 + math.log(2 * math.pi)).sum(-1)

    return Net(), (floats(4, 6),)


@net
def vector_quantizer():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.codes = nn.Parameter(floats(10, 4))

        def forward(self, x):
            flat = x.permute(0, 2, 3, 1).reshape(-1, 4)
            distance = (flat ** 2).sum(1, keepdim=True) - 2 * flat @ self.codes.t() + (self.codes ** 2).sum(1)
            chosen = distance.argmin(1)
            one_hot = F.one_hot(chosen, 10).float()
            return (one_hot @ self.codes).view(2, 3, 3, 4).permute(0, 3, 1, 2), chosen, one_hot.mean(0)

    return Net(), (floats(2, 4, 3, 3),)


@net
def style_transfer():
    return nn.Sequential(nn.ReflectionPad2d(4), nn.Conv2d(3, 8, 9), nn.InstanceNorm2d(8, affine=True), nn.ReLU(),
                         Residual(nn.ReflectionPad2d(1), nn.Conv2d(8, 8, 3), nn.InstanceNorm2d(8), nn.ReLU()),
                         nn.Upsample(scale_factor=2, mode="nearest"), nn.ReplicationPad2d(1), nn.Conv2d(8, 3, 3)), (floats(1, 3, 12, 12),)


@net
def policy_and_value():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.policy, self.value = nn.Linear(6, 16), nn.Linear(16, 4), nn.Linear(16, 1)

        def forward(self, x, allowed):
            y = torch.tanh(self.body(x))
            logits = self.policy(y).masked_fill(~allowed, float("-inf"))
            return {"log_probabilities": logits.log_softmax(-1), "value": self.value(y).squeeze(-1)}

    return Net(), (floats(2, 6), torch.tensor([[True, False, True, True], [True, True, True, False]]))
