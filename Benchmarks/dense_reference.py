#!/usr/bin/env python3
"""What one good dense network alone reaches on a set of CIFAR-10, whatever its images went through.

    python3 Benchmarks/dense_reference.py DIRECTORY [--epochs 10] [--float32]

DIRECTORY holds train.bin and test.bin in CIFAR-10's binary form. The network, its schedule and its augmentation are
those of airbench94 (Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", arXiv 2404.00498), which has 94.0 % of
the original test images, each seen in mirrored and shifted views. The difference to the last figure that this prints
is the cost of the set's own compression. Needs PyTorch and NumPy.
"""

import argparse
import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

MEAN = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.2470, 0.2435, 0.2616]).view(1, 3, 1, 1)


def images(path):
    records = torch.from_numpy(np.fromfile(path, dtype=np.uint8).reshape(-1, 3073))
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).float() / 255
    return (pixels - MEAN) / DEVIATION, records[:, 0].long()


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.first, self.second = (nn.Conv2d(i, outputs, 3, padding=1, bias=False) for i in (inputs, outputs))
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs, momentum=0.4, eps=1e-12) for _ in range(2))
        for norm in self.norms:
            norm.weight.requires_grad = False
        for convolution in (self.first, self.second):
            nn.init.dirac_(convolution.weight[:convolution.in_channels])

    def forward(self, x):
        x = F.gelu(self.norms[0](F.max_pool2d(self.first(x), 2)))
        return F.gelu(self.norms[1](self.second(x)))


class Network(nn.Module):
    """A whitening 2×2 convolution, three blocks of 64, 256 and 256 channels, a pooling and a scaled classifier."""

    def __init__(self, pixels):
        super().__init__()
        self.whitening = nn.Conv2d(3, 24, 2, bias=True)
        self.blocks = nn.Sequential(Block(24, 64), Block(64, 256), Block(256, 256))
        self.head = nn.Linear(256, 10, bias=False)
        patches = F.unfold(pixels, 2).transpose(1, 2).reshape(-1, 12)
        values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
        filters = (vectors / torch.sqrt(values + 5e-4)).T.flip(0).reshape(12, 3, 2, 2)
        self.whitening.weight.data = torch.cat([filters, -filters])
        self.whitening.weight.requires_grad = False
        nn.init.zeros_(self.whitening.bias)

    def forward(self, x):
        x = self.blocks(F.gelu(self.whitening(x)))
        return self.head(F.max_pool2d(x, 3).flatten(1)) / 9


def augmented(pixels, epoch, flips):
    """Each image mirrored in every second epoch, and shifted by up to two pixels, edges reflected."""
    mirrored = flips ^ bool(epoch % 2)
    pixels = torch.where(mirrored.view(-1, 1, 1, 1), pixels.flip(3), pixels)
    padded = F.pad(pixels, (2, 2, 2, 2), mode="reflect")
    rows, columns = torch.randint(0, 5, (2, len(pixels)))
    across = torch.arange(32)
    rows, columns = rows.view(-1, 1) + across, columns.view(-1, 1) + across
    every = torch.arange(len(pixels)).view(-1, 1, 1)
    return padded.permute(0, 2, 3, 1)[every, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def logits(network, pixels, views):
    def mirrored(x):
        return network(x) + network(x.flip(3))

    result = []
    for part in pixels.split(500):
        if not views:
            result.append(network(part).float())
            continue
        padded = F.pad(part, (1, 1, 1, 1), mode="reflect")
        shifted = mirrored(padded[:, :, :32, :32]) + mirrored(padded[:, :, 2:, 2:])
        result.append((mirrored(part) / 4 + shifted / 8).float())
    return torch.cat(result)


def accuracy(network, pixels, labels, autocast, views=False):
    network.eval()
    with torch.no_grad(), autocast():
        return 100 * (logits(network, pixels, views).argmax(1) == labels).float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory")
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--float32", action="store_true", help="no bfloat16, on processors that gain nothing by it")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    (pixels, labels), (tests, answers) = (images(f"{options.directory}/{part}.bin") for part in ("train", "test"))
    network = Network(pixels[:5000]).to(memory_format=torch.channels_last)

    def autocast():
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=not options.float32)

    batch, momentum = 1024, 0.85
    steps = len(pixels) // batch
    total = math.ceil(options.epochs * steps)
    # The paper's figures are for the momentum's whole sum; decay does not scale with the rate.
    rate, decay = (figure / (1 + 1 / (1 - momentum)) for figure in (11.5, 0.0153))
    trained = [p for p in network.parameters() if p.requires_grad]
    shifts = [p for p in trained if p.dim() == 1]
    weights = [p for p in trained if p.dim() > 1]
    groups = [
        {"params": shifts, "lr": 64 * rate, "weight_decay": decay / (64 * rate)},
        {"params": weights, "lr": rate, "weight_decay": decay / rate},
    ]
    optimizer = torch.optim.SGD(groups, lr=rate, momentum=momentum, nesterov=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: float(np.interp(step / total, [0, 0.23, 1], [0.2, 1, 0.07])))
    slow = {name: value.clone() for name, value in network.state_dict().items() if value.is_floating_point()}

    def look_ahead(decay):
        """Moves the slow weights towards the fast ones, and the fast ones onto them."""
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                slow[name].lerp_(value, 1 - decay)
                value.copy_(slow[name])

    flips = torch.rand(len(pixels)) < 0.5
    step, seconds, epoch = 0, 0.0, 0
    while step < total:
        start = time.perf_counter()
        network.train()
        order = torch.randperm(len(pixels))
        network.whitening.bias.requires_grad = epoch < 3
        for part in order[:steps * batch].split(batch):
            views = augmented(pixels[part], epoch, flips[part]).contiguous(memory_format=torch.channels_last)
            with autocast():
                output = network(views)
            loss = F.cross_entropy(output.float(), labels[part], label_smoothing=0.2)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            if step % 5 == 0 or step == total:
                look_ahead(1.0 if step == total else 0.95 ** 5 * (step / total) ** 3)
            if step == total:
                break
        epoch += 1
        seconds += time.perf_counter() - start
        result = accuracy(network, tests, answers, autocast)
        print(f"epoch {epoch}: {seconds:.0f} s, loss {loss.item():.3f}, test {result:.2f} %", flush=True)
    seen = accuracy(network, pixels[:10000], labels[:10000], autocast)
    result, viewed = (accuracy(network, tests, answers, autocast, views) for views in (False, True))
    print(f"training images {seen:.2f} %, test {result:.2f} %, with mirrored and shifted views {viewed:.2f} %")


if __name__ == "__main__":
    main()
