#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Trains the demo's network on scikit-learn's handwritten digits and writes the files of this folder.

The archive is what `torch.export.save` writes, batch norm left in: what a PyTorch user would hand over. Every fifth
image of the data set is held out from training; these are digits.test_*.npy. digits.calibration.npy are training images,
for quantization. Needs torch and scikit-learn.
"""
import pathlib
import re

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SEED, EPOCHS, BATCH = 7, 40, 64
CALIBRATION = 64  # images


class Digits(nn.Module):
    """Three convolutions with batch norm, two poolings, one linear layer: 8x8 gray image to ten scores."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            nn.Conv2d(16, 24, 3, padding=1, bias=False), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(24, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Linear(32 * 2 * 2, 10)

    def forward(self, image):
        return self.classifier(self.features(image).flatten(1))


def load():
    """Images scaled to 0..1 and labels: (training, held out)."""
    data = load_digits()
    images = torch.from_numpy((data.images / 16.0).astype(np.float32)).unsqueeze(1)
    labels = torch.from_numpy(data.target)
    held_out = torch.arange(len(labels)) % 5 == 0
    return (images[~held_out], labels[~held_out]), (images[held_out], labels[held_out])


def train(model, images, labels):
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(labels)).split(BATCH):
            loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()


def export(model, example):
    """The exported program, with the places in its stack traces relative: the archive is the same wherever it is made."""
    program = torch.export.export(model, example)
    for node in program.graph.nodes:
        if trace := node.meta.get("stack_trace"):
            node.meta["stack_trace"] = re.sub(rf'File "(?:{re.escape(str(ROOT))}/|[^"]*/site-packages/)', 'File "', trace)
    return program


def main():
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    (images, labels), (test_images, test_labels) = load()
    model = Digits()
    train(model, images, labels)
    model.eval()
    with torch.no_grad():
        outputs = model(test_images)
    accuracy = (outputs.argmax(1) == test_labels).float().mean().item()
    print(f"{sum(p.numel() for p in model.parameters())} parameters, accuracy {accuracy:.4f} on {len(test_labels)} held-out images")
    torch.export.save(export(model, (test_images[:1],)), HERE / "digits.pt2")
    np.save(HERE / "digits.calibration.npy", images[:: len(images) // CALIBRATION][:CALIBRATION].numpy())
    np.save(HERE / "digits.test_inputs.npy", test_images.numpy())
    np.save(HERE / "digits.test_labels.npy", test_labels.numpy())
    np.save(HERE / "digits.test_outputs.npy", outputs.numpy())


if __name__ == "__main__":
    main()
