#!/usr/bin/env python3
"""Times training steps (forward, backward, update) of one subnet in PyTorch, built as a network of its own.

    python3 Benchmarks/torch_step.py --space Sources/OFASpace/Spaces/mbv3-32.json \\
        --kernel 7 --expand 6 --depth 4 --resolution 32 --batch 128 --mode compile

The space is a document of MobileNetV3's form; every layer has the same kernel size and expand ratio, every stage the
same depth. Prints one JSON line with what `ofa bench train-step` prints. Needs PyTorch.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "h_swish": nn.Hardswish}


def divisible(width, divisor=8):
    rounded = max(divisor, int(width + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * width else rounded


class SqueezeExcite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        hidden = divisible(channels // 4)
        self.reduce, self.restore = nn.Conv2d(channels, hidden, 1), nn.Conv2d(hidden, channels, 1)

    def forward(self, x):
        gate = self.restore(self.reduce(x.mean((2, 3), keepdim=True)).relu())
        return x * nn.functional.hardsigmoid(gate)


def convolution(inputs, outputs, kernel=1, stride=1, groups=1, activation=None, normalized=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)]
    if normalized:
        layers.append(nn.BatchNorm2d(outputs))
    if activation:
        layers.append(ACTIVATIONS[activation](inplace=True))
    return nn.Sequential(*layers)


class Block(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expand, activation, squeeze_excite):
        super().__init__()
        middle = divisible(round(inputs * expand))
        layers = [] if expand == 1 else [convolution(inputs, middle, activation=activation)]
        layers.append(convolution(middle, middle, kernel, stride, middle, activation))
        if squeeze_excite:
            layers.append(SqueezeExcite(middle))
        layers.append(convolution(middle, outputs))
        self.body, self.has_shortcut = nn.Sequential(*layers), stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.body(x)
        return x + y if self.has_shortcut else y


def network(space, kernel, expand, depth):
    stem, first, head = space["stem"], space["first"], space["head"]
    layers = [
        convolution(space["channels"], stem["width"], stem["kernelSize"], stem["stride"],
                    activation=stem["activation"]),
        Block(stem["width"], first["width"], first["kernelSize"], first["stride"], first["expandRatio"],
              first["activation"], first["squeezeExcite"]),
    ]
    inputs = first["width"]
    for stage in space["stages"]:
        for block in range(depth):
            layers.append(Block(inputs, stage["width"], kernel, 1 if block else stage["stride"], expand,
                                stage["activation"], stage["squeezeExcite"]))
            inputs = stage["width"]
    wide, mixed = head["expand"]["width"], head["mix"]["width"]
    layers += [
        convolution(inputs, wide, activation=head["expand"]["activation"]),
        nn.AdaptiveAvgPool2d(1),
        convolution(wide, mixed, activation=head["mix"]["activation"], normalized=False),
        nn.Flatten(),
        nn.Linear(mixed, space["classes"]),
    ]
    return nn.Sequential(*layers)


def multiply_accumulates(net, shape):
    total = 0

    def count(module, _, output):
        nonlocal total
        total += output[0, 0].numel() * module.weight.numel()

    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        net.eval()(torch.zeros(1, *shape))
    for hook in hooks:
        hook.remove()
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--space", required=True, help="a space's JSON document")
    for name in ("kernel", "expand", "depth", "resolution", "batch"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--mode", default="channels_last", choices=["eager", "channels_last", "compile"])
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)

    with open(arguments.space) as file:
        space = json.load(file)
    net = network(space, arguments.kernel, arguments.expand, arguments.depth)
    shape = (space["channels"], arguments.resolution, arguments.resolution)
    macs = multiply_accumulates(net, shape)
    images, labels = torch.randn(arguments.batch, *shape), torch.arange(arguments.batch) % space["classes"]
    if arguments.mode != "eager":
        net = net.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    net.train()
    run = torch.compile(net) if arguments.mode == "compile" else net
    optimizer = torch.optim.SGD(net.parameters(), 1e-3, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(run(images), labels).backward()
        optimizer.step()

    for _ in range(3):
        step()
    seconds = []
    for _ in range(arguments.steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    print(json.dumps({
        "medianSeconds": median,
        "imagesPerSecond": arguments.batch / median,
        "gmacsPerSecond": 3 * macs * arguments.batch / median / 1e9,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "version": f"PyTorch {torch.__version__} for {torch.backends.cpu.get_cpu_capability()}",
    }))


main()
