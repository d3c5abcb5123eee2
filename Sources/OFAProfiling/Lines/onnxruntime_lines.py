"""Times networks in ONNX Runtime: requests are lines of words on standard input, answers lines of JSON, see Lines.md.

    python3 onnxruntime_lines.py [THREADS]
"""

import base64, collections, json, os, platform, sys, tempfile, time
import numpy, onnxruntime

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
TOLERANCE = 1e-3

Network = collections.namedtuple("Network", "session model image blocks")
networks = {}


class Refused(Exception):
    """A request that cannot be met: a kind, and why."""


def session(model, profile=None):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    if profile:
        options.enable_profiling, options.profile_file_prefix = True, profile
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise Refused("model", " ".join(str(error).split()))


def floats(word):
    return numpy.frombuffer(base64.b64decode(word), "<f4")


def run(session, image):
    """The result, and the seconds."""
    names = {session.get_inputs()[0].name: image}
    start = time.perf_counter()
    result = session.run(None, names)[0]
    return result, time.perf_counter() - start


def hello():
    return {"hello": "ofa-runner", "version": 1, "takes": "onnx", "timesBlocks": True, "runner": "onnxruntime",
            "runnerVersion": onnxruntime.__version__, "threads": THREADS,
            "system": " ".join((platform.system(), platform.release(), platform.machine()))}


def load(name, model, image, logits, blocks):
    model = base64.b64decode(model)
    network = session(model)
    shape = network.get_inputs()[0].shape
    image = floats(image).reshape(shape)
    expected = floats(logits)
    result, seconds = run(network, image)
    result = result.ravel()
    if result.shape != expected.shape:
        raise Refused("result", f"it gives {result.size} logits, not {expected.size}")
    difference = float(abs(result - expected).max())
    if not difference <= TOLERANCE * max(1, float(abs(expected).max())):
        raise Refused("result", f"its result is {difference:.3g} from the expected one")
    lines = base64.b64decode(blocks).decode().splitlines()
    networks[name] = Network(network, model, image, {line.split()[0]: int(line.split()[1]) for line in lines})
    return {"loaded": int(name), "difference": difference, "milliseconds": 1e3 * seconds}


def block_of(node, blocks):
    """The block of an optimized graph's node: that of the longest layer's name that its own begins with; None where it
    has no such name, as what reorders a tensor."""
    while node and node not in blocks:
        node = node.rpartition(".")[0]
    return blocks.get(node)


def block_times(network, warm_ups, runs, limit):
    """Milliseconds of each block, by run, as ONNX Runtime's own profile of nodes has them."""
    with tempfile.TemporaryDirectory() as folder:
        profiled = session(network.model, os.path.join(folder, "profile"))
        executed, done = 0.0, 0
        for index in range(warm_ups + runs):
            if executed >= limit and index > warm_ups:
                break
            executed += run(profiled, network.image)[1]
            done = index + 1
        with open(profiled.end_profiling()) as file:
            events = sorted((event for event in json.load(file) if event.get("cat") == "Node"
                             and event["name"].endswith("_kernel_time")), key=lambda event: event["ts"])
    each = len(events) // done
    times = []
    for index in range(warm_ups, done):
        blocks, waiting = [0.0] * (max(network.blocks.values()) + 1), 0.0
        for event in events[index * each:(index + 1) * each]:
            node = event["name"][:-len("_kernel_time")].partition("_")[0]
            block = block_of(node, network.blocks)
            if block is None:  # it serves the next that has a name
                waiting += event["dur"] / 1e3
            else:
                blocks[block] += event["dur"] / 1e3 + waiting
                waiting = 0.0
        times.append(blocks)
    return times, executed


def turn(name, *numbers):
    warm_ups, block_runs, runs, milliseconds, limit = map(int, numbers)
    network, limit, executed, taken = networks[name], limit / 1e3, 0.0, 0.0
    blocks, times = [], []
    if block_runs:
        blocks, executed = block_times(network, warm_ups, block_runs, limit)
    for index in range(warm_ups):
        if index == 0 or executed < limit:
            executed += run(network.session, network.image)[1]
    while not times or (executed < limit and (len(times) < runs or taken < milliseconds / 1e3)):
        seconds = run(network.session, network.image)[1]
        executed, taken = executed + seconds, taken + seconds
        times.append(1e3 * seconds)
    return {"turn": int(name), "milliseconds": times, "blockMilliseconds": blocks}


def drop(name):
    networks.pop(name, None)
    return {"dropped": int(name)}


def read(path):
    if not path.startswith(("/proc/", "/sys/")) or ".." in path:
        raise Refused("request", "read: only files of /proc and /sys")
    try:
        with open(path, errors="replace") as file:
            return {"read": file.read(1 << 16)}
    except OSError:
        raise Refused("request", "read: no such file")


REQUESTS = {"hello": hello, "load": load, "turn": turn, "drop": drop, "read": read}

for line in sys.stdin:
    words = line.split()
    if not words:
        continue
    try:
        answer = REQUESTS[words[0]](*words[1:])
    except Refused as refused:
        answer = {"error": refused.args[1], "kind": refused.args[0]}
    except MemoryError:
        answer = {"error": "out of memory", "kind": "memory"}
    except (KeyError, TypeError, ValueError) as error:
        answer = {"error": f"{words[0]}: {error}", "kind": "request"}
    print(json.dumps(answer), flush=True)
