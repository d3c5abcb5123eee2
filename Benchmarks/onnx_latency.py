#!/usr/bin/env python3
"""Times an ONNX file in ONNX Runtime: one random image, every optimization of the graph.

    python3 Benchmarks/onnx_latency.py subnet.onnx --threads 1

Prints one JSON line with the median, as `ofa bench inference` does. Needs onnxruntime and numpy.
"""

import argparse
import json
import statistics
import time

import numpy
import onnxruntime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2)
    arguments = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = arguments.threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(arguments.model, options, providers=["CPUExecutionProvider"])
    inputs = session.get_inputs()[0]
    shape = [size if isinstance(size, int) else 1 for size in inputs.shape]
    image = {inputs.name: numpy.random.default_rng(0).standard_normal(shape, dtype=numpy.float32)}
    for _ in range(3):
        session.run(None, image)
    seconds = []
    while len(seconds) < 10 or sum(seconds) < arguments.seconds:
        start = time.perf_counter()
        session.run(None, image)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({
        "medianSeconds": statistics.median(seconds),
        "version": "ONNX Runtime " + onnxruntime.__version__,
    }))


main()
