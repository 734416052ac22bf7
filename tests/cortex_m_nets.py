# SPDX-License-Identifier: BSD-3-Clause
"""Small networks of random weights that together use the operators of the exporter for Cortex-M."""
import torch

nn = torch.nn


class Residual(nn.Module):
    """Sum, product by channel, maximum, mean, softmax."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.gate = nn.Parameter(torch.rand(1, 8, 1, 1))
        self.last = nn.Linear(8, 5)

    def forward(self, x):
        x = torch.relu(self.first(x))
        x = nn.functional.max_pool2d(x + self.second(x), 2)
        x = nn.functional.avg_pool2d(x * self.gate, 4)
        return torch.softmax(self.last(torch.flatten(x, 1)), 1)


class Separable(nn.Module):
    """Asymmetric padding, depthwise convolution, table lookup."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 8, (4, 3), stride=2)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.point = nn.Conv2d(8, 6, 1)
        self.last = nn.Linear(6 * 6 * 4, 4)

    def forward(self, x):
        x = torch.relu(self.first(nn.functional.pad(x, (1, 0, 1, 1))))
        x = torch.sigmoid(self.point(torch.tanh(self.depthwise(x))))
        return self.last(torch.flatten(x, 1))


class Upsampling(nn.Module):
    """Transposed convolution."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(2, 6, 3, stride=2, padding=1)
        self.up = nn.ConvTranspose2d(6, 2, 4, stride=2, padding=1)

    def forward(self, x):
        return self.up(torch.relu(self.down(x))) + x


class Attention(nn.Module):
    """A batched product of activations, transpose, softmax, linear layers."""

    def __init__(self):
        super().__init__()
        self.query, self.key = nn.Linear(12, 8), nn.Linear(12, 8)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        weights = torch.softmax(torch.bmm(self.query(x), self.key(x).permute(0, 2, 1)), 2)
        return self.last(weights)


class Mobile(nn.Module):
    """Inverted residuals: pointwise, depthwise with stride, pointwise, sum."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.blocks = nn.ModuleList(self.block(8, 8, 1) for _ in range(2))
        self.down = self.block(8, 16, 2)
        self.last = nn.Linear(16, 7)

    @staticmethod
    def block(channels, out_channels, stride):
        wide = 3 * channels
        return nn.Sequential(nn.Conv2d(channels, wide, 1), nn.BatchNorm2d(wide), nn.ReLU(),
                             nn.Conv2d(wide, wide, 3, stride=stride, padding=1, groups=wide), nn.BatchNorm2d(wide), nn.ReLU(),
                             nn.Conv2d(wide, out_channels, 1), nn.BatchNorm2d(out_channels))

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = x + block(x)
        x = nn.functional.adaptive_avg_pool2d(self.down(x), 1)
        return torch.softmax(self.last(torch.flatten(x, 1)), 1)


NETS = {"residual": (Residual, (1, 3, 8, 8)), "separable": (Separable, (1, 1, 12, 8)),
        "upsampling": (Upsampling, (1, 2, 8, 6)), "attention": (Attention, (2, 6, 12)), "mobile": (Mobile, (1, 3, 24, 16))}
