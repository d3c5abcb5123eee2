#!/usr/bin/env python3
"""How well a device's profile predicts networks that took no part in it.

    python3 Benchmarks/latency.py --space mbv3-32 [--runner host] [--threads 1] [--profile FILE] [--resolution 224]

A profile is made, unless one is given. A hundred fresh subnets, drawn evenly over the range of multiply-accumulates with
both ends, are predicted from it and measured. They are measured twice (--measurements), the networks in another order:
what the second measurement says of the first is what the machine's own noise leaves to any prediction.

Build first (`make`), or name a build in the variable OFA. Run it on an idle machine.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
OFA = os.environ.get("OFA", os.path.join(HERE, "..", ".build", "release", "ofa"))
SPACES = os.path.join(HERE, "..", "Sources", "OFASpace", "Spaces")


def ofa(*words):
    """The lines of JSON that a command prints."""
    result = subprocess.run([OFA, *words, "--json"], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"ofa {' '.join(words)}: exit status {result.returncode}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def document(space):
    with open(space if os.path.exists(space) else os.path.join(SPACES, space + ".json")) as file:
        return json.load(file)


def candidate(stages, resolutions, generator):
    """A subnet around a random level from 0, all choices small, to 1, all large."""
    level, scatter = generator.uniform(-0.1, 1.1), generator.choice([0, 0.1, 0.3])

    def pick(choices):
        choices = sorted(choices)
        position = int((level + generator.gauss(0, scatter)) * len(choices))
        return choices[min(max(position, 0), len(choices) - 1)]

    kernels, ratios, depths = [], [], []
    for stage in stages:
        depths.append(pick(stage["depths"]))
        for _ in range(max(stage["depths"])):
            kernels.append(pick(stage["kernelSizes"]))
            ratios.append(pick(stage["expandRatios"]))
    return {"resolution": pick(resolutions), "depths": depths, "kernelSizes": kernels, "expandRatios": ratios}


def spread_subnets(space, resolutions, count, folder, generator):
    """Distinct subnets, evenly over the range of multiply-accumulates, both ends with them."""
    stages = document(space)["stages"]
    candidates = [candidate(stages, resolutions, generator) for _ in range(40 * count)]
    for choose in (min, max):
        candidates.append({
            "resolution": choose(resolutions), "depths": [choose(s["depths"]) for s in stages],
            "kernelSizes": [choose(s["kernelSizes"]) for s in stages for _ in range(max(s["depths"]))],
            "expandRatios": [choose(s["expandRatios"]) for s in stages for _ in range(max(s["depths"]))]})
    path = write_lines(candidates, os.path.join(folder, "candidates.jsonl"))
    costs = {line["id"]: line["multiplyAccumulates"] for line in ofa("cost", "--space", space, "--subnets", path)}
    least, most = min(costs.values()), max(costs.values())
    chosen = []
    for index in range(count):
        target = least + (most - least) * index / (count - 1)
        nearest = min(costs, key=lambda subnet: abs(costs[subnet] - target))
        chosen.append(nearest)
        del costs[nearest]
    return chosen


def write_lines(values, path):
    with open(path, "w") as file:
        file.writelines(json.dumps(value) + "\n" for value in values)
    return path


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    for rank, index in enumerate(order):
        result[index] = rank
    return result


def report(name, predicted, measured, seconds=None):
    errors = [abs(p / m - 1) for p, m in zip(predicted, measured)]
    share = lambda bound: sum(e <= bound for e in errors) / len(errors)
    bias = statistics.median(p / m for p, m in zip(predicted, measured)) - 1
    print(f"{name}: within 5 % {share(0.05):.0%}, within 10 % {share(0.1):.0%}, Spearman "
          f"{statistics.correlation(ranks(predicted), ranks(measured)):.4f}, median of the ratio {bias:+.1%}, "
          f"the worst {max(errors):.1%}" + (f"; {seconds:.0f} s" if seconds else ""), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--space", required=True)
    parser.add_argument("--runner", default="host")
    parser.add_argument("--threads", default="1")
    parser.add_argument("--profile", help="a profile to look at, in place of a new one")
    parser.add_argument("--resolution", help="the one input size; by default all of the space")
    parser.add_argument("--budget", default="2min")
    parser.add_argument("--subnets", type=int, default=100)
    parser.add_argument("--measurements", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    runner = ["--space", options.space, "--runner", options.runner, "--threads", options.threads]
    with tempfile.TemporaryDirectory() as folder:
        profile = options.profile or os.path.join(folder, "profile.json")
        if not options.profile:
            narrowed = ["--resolutions", options.resolution] if options.resolution else []
            made, = ofa("profile", *runner, *narrowed, "--budget", options.budget, "--output", profile)
            print(f"profile: {made['blocks']} blocks in {made['seconds']:.0f} s, by itself within 5 % "
                  f"{made['withinFivePercent']:.0%}", flush=True)
        resolutions = [int(options.resolution)] if options.resolution else document(options.space)["resolutions"]
        ids = spread_subnets(options.space, resolutions, options.subnets, folder, generator)
        path = write_lines(ids, os.path.join(folder, "subnets.jsonl"))
        predicted = ofa("latency", "--profile", profile, "--space", options.space, "--subnets", path)
        rounds = []
        for seed in range(1, options.measurements + 1):
            start = time.monotonic()
            rounds.append([line["latencyMilliseconds"] for line in ofa(
                "measure", *runner, "--subnets", path, "--seed", str(seed))])
            report("predicted against measured", [p["latencyMilliseconds"] for p in predicted], rounds[-1],
                   time.monotonic() - start)
            covered = sum(p["lowMilliseconds"] <= m <= p["highMilliseconds"] for p, m in zip(predicted, rounds[-1]))
            print(f"90 % intervals cover {covered / len(predicted):.0%}", flush=True)
        for other in rounds[1:]:
            report("measured against measured", other, rounds[0])


main()
