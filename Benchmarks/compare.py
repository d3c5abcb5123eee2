#!/usr/bin/env python3
"""Compares ofa with what one would use instead, in turn on this machine: medians of each, and their ratio.

    python3 Benchmarks/compare.py training [--rounds 5]
    python3 Benchmarks/compare.py inference --model DIR [--threads 1]
    python3 Benchmarks/compare.py threads

training   a training step against PyTorch, the better of channels-last and compiled
inference  one image against ONNX Runtime, ten subnets of ofa_mbv3_d234_e346_k357_w1.0 at 224 pixels; DIR is a model of that space,
           of whatever weights
threads    a training step on two threads against one, and what two programs of one thread reach at the same time: what the machine has
           to give

Build first (`make`). This Python must have what is compared with: torch, or onnxruntime and numpy. Run it on an idle machine.
"""

import argparse
import concurrent.futures
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OFA = os.path.join(HERE, "..", ".build", "release", "ofa")
SPACES = os.path.join(HERE, "..", "Sources", "OFASpace", "Spaces")
LARGE, SMALL = "ofa_mbv3_d234_e346_k357_w1.0", "mbv3-32"

# Space, kernel size, expand ratio, depth, resolution, batch.
STEPS = [
    *((LARGE, kernel, expand, depth, resolution, batch)
      for resolution, batch in ((128, 32), (224, 16)) for kernel, expand, depth in ((7, 6, 4), (5, 4, 3), (3, 3, 2))),
    (SMALL, 7, 6, 4, 32, 128),
    (SMALL, 3, 3, 2, 32, 128),
]

# Depth, expand ratio, kernel size.
SUBNETS = [(2, 3, 3), (2, 3, 5), (2, 4, 3), (3, 3, 3), (2, 6, 3), (3, 4, 5), (3, 6, 3), (4, 4, 5), (4, 6, 5), (4, 6, 7)]


def run(*command):
    # Some environments pin OpenBLAS to an old processor.
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment)
    if result.returncode != 0:
        sys.exit(f"{command[0]} failed: {result.stderr[-500:]}")
    return json.loads(result.stdout.splitlines()[-1])


def subnet(kernel, expand, depth, resolution):
    return json.dumps({"resolution": resolution, "depths": depth, "kernelSizes": kernel, "expandRatios": expand})


def ours(what, space, choice, batch, threads):
    return run(OFA, "bench", what, "--space", space, "--subnet", choice, "--batch", batch, "--threads", threads, "--json")


def peer(program, *arguments):
    return run(sys.executable, os.path.join(HERE, program), *arguments)


def in_turn(rounds, *programs):
    """The results of each program, called one after the other in each round."""
    results = [[] for _ in programs]
    for _ in range(rounds):
        for result, program in zip(results, programs):
            result.append(program())
    return results


def median(results, key):
    return statistics.median(result[key] for result in results)


def geometric_mean(values):
    return math.exp(statistics.mean(math.log(value) for value in values))


def training(rounds, threads):
    print("images/s   PyTorch, better mode   ratio   memory   PyTorch   step")
    ratios = []
    for space, kernel, expand, depth, resolution, batch in STEPS:
        def torch(mode):
            return lambda: peer(
                "torch_step.py", "--space", os.path.join(SPACES, space + ".json"), "--kernel", kernel, "--expand", expand,
                "--depth", depth, "--resolution", resolution, "--batch", batch, "--threads", threads, "--mode", mode)

        modes = ("channels_last", "compile")
        mine, *theirs = in_turn(
            rounds, lambda: ours("train-step", space, subnet(kernel, expand, depth, resolution), batch, threads),
            *map(torch, modes))
        speed = median(mine, "imagesPerSecond")
        best = max(range(len(modes)), key=lambda mode: median(theirs[mode], "imagesPerSecond"))
        other = median(theirs[best], "imagesPerSecond")
        ratios.append(speed / other)
        print(f"{speed:8.1f}   {other:6.1f} {modes[best]:13}   {speed / other:5.2f}   "
              f"{median(mine, 'peakBytes') / 1e6:3.0f} MB   {min(median(t, 'peakBytes') for t in theirs) / 1e6:4.0f} MB   "
              f"{space} k{kernel} e{expand} d{depth}, {resolution} px, batch {batch}", flush=True)
    print(f"geometric means {geometric_mean(ratios[:6]):.2f} ({LARGE}) and {geometric_mean(ratios[6:]):.2f} ({SMALL}); "
          + theirs[0][0]["version"])


def inference(rounds, threads, model):
    print("    ms   ONNX Runtime   ratio   subnet")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for depth, expand, kernel in SUBNETS:
            choice = subnet(kernel, expand, depth, 224)
            path = os.path.join(folder, "subnet.onnx")
            run(OFA, "export", "--model", model, "--subnet", choice, "--output", path, "--json")
            mine, theirs = in_turn(
                rounds, lambda: ours("inference", LARGE, choice, 1, threads),
                lambda: peer("onnx_latency.py", path, "--threads", threads))
            time, other = median(mine, "medianSeconds"), median(theirs, "medianSeconds")
            ratios.append(other / time)
            print(f"{1e3 * time:6.2f}   {1e3 * other:12.2f}   {other / time:5.2f}   k{kernel} e{expand} d{depth}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f}, least {min(ratios):.2f}; {theirs[0]['version']}")


def threads(rounds):
    print("one thread   two   ratio   two programs   step")
    ratios, most = [], []
    for space, kernel, expand, depth, resolution, batch in STEPS:
        choice = subnet(kernel, expand, depth, resolution)

        def step(threads):
            return ours("train-step", space, choice, batch, threads)["imagesPerSecond"]

        def two_programs():
            with concurrent.futures.ThreadPoolExecutor() as pool:
                return sum(pool.map(step, (1, 1)))

        one, two, both = map(statistics.median, in_turn(rounds, lambda: step(1), lambda: step(2), two_programs))
        ratios.append(two / one)
        most.append(both / one)
        print(f"{one:10.1f}   {two:5.1f}   {two / one:5.2f}   {both / one:12.2f}   "
              f"{space} k{kernel} e{expand} d{depth}, {resolution} px, batch {batch}", flush=True)
    print(f"geometric means {geometric_mean(ratios):.2f} and {geometric_mean(most):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["training", "inference", "threads"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--model")
    arguments = parser.parse_args()
    if arguments.what == "training":
        training(arguments.rounds, arguments.threads or 2)
    elif arguments.what == "threads":
        threads(arguments.rounds)
    elif arguments.model:
        inference(arguments.rounds, arguments.threads or 1, arguments.model)
    else:
        parser.error("inference needs --model")


main()
