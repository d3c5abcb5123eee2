#!/usr/bin/env python3
"""Compares ofa with what one would use instead, in turn on this machine: medians of each, and their ratio.

    python3 Benchmarks/compare.py training [--rounds 5] [--form avx2]
    python3 Benchmarks/compare.py inference --model DIR [--threads 1]
    python3 Benchmarks/compare.py threads
    python3 Benchmarks/compare.py builds --other FILE
    python3 Benchmarks/compare.py probe [--model DIR]
    python3 Benchmarks/compare.py instructions [--model DIR]

training      a training step against PyTorch, the better of channels-last and compiled; --form holds both to what
              processors of one kind have
inference     one image against ONNX Runtime, ten subnets of ofa_mbv3_d234_e346_k357_w1.0 at 224 pixels; DIR is a model
              of that space, of whatever weights
threads       a training step on two threads against one, and what two programs of one thread reach at the same time:
              what the machine has to give
builds        a training step of this build against that of another: FILE is the other's ofa
probe         one image in the board's program, built by cc -O2 (GCC where Debian is) against Clang's build, each kernel
              form; DIR is any model of MobileNetV3's form, by default the one in Models
instructions  what one image takes on 64-bit ARM: the instructions of GCC's build under qemu-aarch64, and those for each
              vector multiply-accumulate (four of the network's)

Build first (`make`), or name a build in the variable OFA. This Python must have what is compared with:
torch, or onnxruntime and numpy; instructions needs what `make guard` installs. Run it on an idle machine.
"""

import argparse
import concurrent.futures
import glob
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OFA = os.environ.get("OFA", os.path.join(HERE, "..", ".build", "release", "ofa"))
SOURCES = os.path.join(HERE, "..", "Sources")
SPACES = os.path.join(SOURCES, "OFASpace", "Spaces")
MODEL = os.path.join(HERE, "..", "Models", "mbv3-32-mnist")
LARGE, SMALL = "ofa_mbv3_d234_e346_k357_w1.0", "mbv3-32"

# Some environments pin OpenBLAS to an old processor.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}

# What holds ofa and PyTorch to a kernel form.
FORMS = {
    "avx512": {"OFA_KERNEL_FORM": "avx512", "ATEN_CPU_CAPABILITY": "avx512", "ONEDNN_MAX_CPU_ISA": "AVX512_CORE"},
    "avx2": {"OFA_KERNEL_FORM": "avx2", "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2",
             "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "portable": {"OFA_KERNEL_FORM": "portable", "ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41",
                 "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"},
}

# Space, kernel size, expand ratio, depth, resolution, batch.
STEPS = [
    *((LARGE, kernel, expand, depth, resolution, batch)
      for resolution, batch in ((128, 32), (224, 16)) for kernel, expand, depth in ((7, 6, 4), (5, 4, 3), (3, 3, 2))),
    (SMALL, 7, 6, 4, 32, 128),
    (SMALL, 3, 3, 2, 32, 128),
]

# Depth, expand ratio, kernel size.
SUBNETS = [(2, 3, 3), (2, 3, 5), (2, 4, 3), (3, 3, 3), (2, 6, 3), (3, 4, 5), (3, 6, 3), (4, 4, 5), (4, 6, 5), (4, 6, 7)]


# Kernel size, expand ratio, depth of the subnets that the board's program runs.
PLANS = [(3, 3, 2), (5, 4, 3), (7, 6, 4)]


def call(*command, environment={}):
    """What a command wrote: its output, its errors."""
    result = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, env=ENVIRONMENT | environment)
    if result.returncode != 0:
        sys.exit(f"{command[0]} failed: {result.stderr[-500:]}")
    return result.stdout, result.stderr


def run(*command, environment={}):
    output, _ = call(*command, environment=environment)
    return json.loads(output.splitlines()[-1])


def subnet(kernel, expand, depth, resolution):
    return json.dumps({"resolution": resolution, "depths": depth, "kernelSizes": kernel, "expandRatios": expand})


def ours(what, space, choice, batch, threads, ofa=None):
    return run(ofa or OFA, "bench", what, "--space", space, "--subnet", choice, "--batch", batch, "--threads", threads,
               "--json")


def built(path, *compiler):
    """The board's program, as its owner would compile it."""
    sources = glob.glob(os.path.join(SOURCES, "CRuntime", "**", "*.c"), recursive=True)
    sources += glob.glob(os.path.join(SOURCES, "ofa-probe", "*.c"))
    call(*compiler, "-O2", "-std=c11", "-pthread", "-I", os.path.join(SOURCES, "CRuntime", "include"), *sources, "-lm",
         "-o", path)
    return path


def plans(model, folder):
    """Of some subnets of a model at its highest resolution: name, plan, multiply-accumulates."""
    with open(os.path.join(model, "space.json")) as file:
        resolution = max(json.load(file)["resolutions"])
    for kernel, expand, depth in PLANS:
        choice = subnet(kernel, expand, depth, resolution)
        plan, line = os.path.join(folder, f"{kernel}.plan"), os.path.join(folder, f"{kernel}.jsonl")
        with open(line, "w") as file:
            file.write(choice + "\n")
        run(OFA, "export", "--model", model, "--subnet", choice, "--output", plan, "--json")
        cost = run(OFA, "cost", "--model", model, "--subnets", line, "--json")
        yield f"k{kernel} e{expand} d{depth}, {resolution} px", plan, cost["multiplyAccumulates"]


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
                "torch_step.py", "--space", os.path.join(SPACES, space + ".json"), "--kernel", kernel,
                "--expand", expand, "--depth", depth, "--resolution", resolution, "--batch", batch,
                "--threads", threads, "--mode", mode)

        modes = ("channels_last", "compile")
        mine, *theirs = in_turn(
            rounds, lambda: ours("train-step", space, subnet(kernel, expand, depth, resolution), batch, threads),
            *map(torch, modes))
        speed = median(mine, "imagesPerSecond")
        best = max(range(len(modes)), key=lambda mode: median(theirs[mode], "imagesPerSecond"))
        other = median(theirs[best], "imagesPerSecond")
        ratios.append(speed / other)
        memory, least = median(mine, "peakBytes"), min(median(times, "peakBytes") for times in theirs)
        print(f"{speed:8.1f}   {other:6.1f} {modes[best]:13}   {speed / other:5.2f}   {memory / 1e6:3.0f} MB   "
              f"{least / 1e6:4.0f} MB   {space} k{kernel} e{expand} d{depth}, {resolution} px, batch {batch}",
              flush=True)
    print(f"geometric means {geometric_mean(ratios[:6]):.2f} ({LARGE}), {geometric_mean(ratios[6:]):.2f} ({SMALL}), "
          f"{geometric_mean(ratios):.2f} (all); {theirs[0][0]['version']}")


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
            print(f"{1e3 * time:6.2f}   {1e3 * other:12.2f}   {other / time:5.2f}   k{kernel} e{expand} d{depth}",
                  flush=True)
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


def builds(rounds, threads, other):
    print("images/s    other   ratio   step")
    ratios = []
    for space, kernel, expand, depth, resolution, batch in STEPS:
        def step(ofa):
            return lambda: ours("train-step", space, subnet(kernel, expand, depth, resolution), batch, threads, ofa)

        this, that = (median(times, "imagesPerSecond") for times in in_turn(rounds, step(OFA), step(other)))
        ratios.append(this / that)
        print(f"{this:8.1f}   {that:6.1f}   {this / that:5.3f}   "
              f"{space} k{kernel} e{expand} d{depth}, {resolution} px, batch {batch}", flush=True)
    print(f"geometric mean {geometric_mean(ratios):.3f}, least {min(ratios):.3f}")


def probe(rounds, threads, model, forms):
    print("cc, ms    Clang   ratio   form       subnet")
    with tempfile.TemporaryDirectory() as folder:
        programs = [built(os.path.join(folder, compiler), compiler) for compiler in ("cc", "clang")]
        for name, plan, _ in plans(model, folder):
            for form in forms:
                def time(program):
                    return lambda: run(program, plan, "--threads", threads, environment={"OFA_KERNEL_FORM": form})

                asked = subprocess.run([programs[0], plan, "--runs", "1"], capture_output=True,
                                       env={**os.environ, "OFA_KERNEL_FORM": form})
                if asked.returncode == 64:
                    print(f"                          {form:8}   not on this processor")
                    continue
                cc, clang = (median(times, "latencyMilliseconds") for times in in_turn(rounds, *map(time, programs)))
                print(f"{cc:6.2f}   {clang:6.2f}   {cc / clang:5.2f}   {form:8}   {name}", flush=True)


def instructions(model):
    print("instructions, M   vector multiply-accumulates, M   ratio   subnet")
    with tempfile.TemporaryDirectory() as folder:
        counter = os.path.join(folder, "count.so")
        call("cc", "-O2", "-shared", "-fPIC", os.path.join(HERE, "count_instructions.c"), "-o", counter)
        program = built(os.path.join(folder, "probe"), "aarch64-linux-gnu-gcc", "-static")
        for name, plan, work in plans(model, folder):
            def count(runs):
                return int(call("qemu-aarch64", "-plugin", counter, program, plan, "--runs", runs)[1])

            image = (count(2) - count(1)) / 2  # each run is two images: in one the blocks are timed
            print(f"{image / 1e6:15.1f}   {work / 4e6:30.1f}   {image / (work / 4):5.2f}   {name}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["training", "inference", "threads", "builds", "probe", "instructions"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--form", choices=FORMS, help="of training, builds and probe")
    parser.add_argument("--model")
    parser.add_argument("--other")
    arguments = parser.parse_args()
    ENVIRONMENT.update(FORMS.get(arguments.form, {}))
    if arguments.what == "training":
        training(arguments.rounds, arguments.threads or 2)
    elif arguments.what == "threads":
        threads(arguments.rounds)
    elif arguments.what == "probe":
        probe(arguments.rounds, arguments.threads or 1, arguments.model or MODEL,
              [arguments.form] if arguments.form else FORMS)
    elif arguments.what == "instructions":
        instructions(arguments.model or MODEL)
    elif arguments.what == "builds" and arguments.other:
        builds(arguments.rounds, arguments.threads or 2, arguments.other)
    elif arguments.what == "inference" and arguments.model:
        inference(arguments.rounds, arguments.threads or 1, arguments.model)
    else:
        parser.error("inference needs --model, builds --other")


main()
