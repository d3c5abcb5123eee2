"""Times networks in ONNX Runtime: requests are lines of words on standard input, answers lines of JSON, see Lines.md.

    python3 onnxruntime_lines.py [THREADS]
"""

import base64, ctypes, json, os, platform, sys, time
import numpy, onnxruntime

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
TOLERANCE = 1e-3

networks = {}  # a session and an image each


class Refused(Exception):
    """A request that cannot be met: a kind, and why."""


def session(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    # Threads of a network that has run would otherwise spin for a while, and take the processors from the next.
    options.add_session_config_entry("session.force_spinning_stop", "1")
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


def hello(_):
    return {"hello": "ofa-runner", "version": 1, "takes": "onnx", "runner": "onnxruntime",
            "runnerVersion": onnxruntime.__version__, "threads": THREADS,
            "system": " ".join((platform.system(), platform.release(), platform.machine()))}


def forget_peak():
    """Begins to watch for the most memory that this process holds; whether the system does."""
    try:
        # What was freed goes back to the system, where the C library does that.
        getattr(ctypes.CDLL(None), "malloc_trim", int)(0)
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return True
    except OSError:
        return False


def peak():
    """The most memory since, as the answer's keys."""
    with open("/proc/self/status") as file:
        return {"peakBytes": 1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM:")}


def load(words):
    name, model, image, expected = words[0], base64.b64decode(words[1]), floats(words[2]), floats(words[3])
    words.clear()  # what the message takes is no need of the network's
    watched = forget_peak()
    network = session(model)
    image = image.reshape(network.get_inputs()[0].shape)
    result, seconds = run(network, image)
    memory = peak() if watched else {}
    result = result.ravel()
    if result.shape != expected.shape:
        raise Refused("result", f"it gives {result.size} logits, not {expected.size}")
    difference = float(abs(result - expected).max())
    if not numpy.isfinite(difference) or difference > TOLERANCE * max(1, float(abs(expected).max())):
        raise Refused("result", f"its result is {difference:.3g} from the expected one")
    networks[name] = network, image
    return {"loaded": int(name), "difference": difference, "milliseconds": 1e3 * seconds, **memory}


def turn(words):
    name, *numbers = words
    warm_ups, _, runs, milliseconds, limit = map(int, numbers)
    limit, executed, taken, times = limit / 1e3, 0.0, 0.0, []
    for index in range(warm_ups):
        if index == 0 or executed < limit:
            executed += run(*networks[name])[1]
    while not times or (executed < limit and (len(times) < runs or taken < milliseconds / 1e3)):
        seconds = run(*networks[name])[1]
        executed, taken = executed + seconds, taken + seconds
        times.append(1e3 * seconds)
    return {"turn": int(name), "milliseconds": times}


def drop(words):
    name, = words
    networks.pop(name, None)
    return {"dropped": int(name)}


def cores(words):
    """Pins this thread, and so those of the sessions that it makes."""
    wanted = set()
    for ends in words[0].split(","):
        first, _, last = ends.partition("-")
        wanted.update(range(int(first), int(last or first) + 1))
    if not hasattr(os, "sched_setaffinity"):
        raise Refused("request", "cores: this system pins no threads")
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, wanted)
    except OSError:
        pass
    if os.sched_getaffinity(0) != wanted:
        os.sched_setaffinity(0, before)
        raise Refused("request", "cores: the system does not have all of them, or not for this program")
    return {"cores": words[0]}


def read(words):
    path, = map(os.path.realpath, words)  # links lead elsewhere, and to what one would wait for
    try:
        if path.startswith(("/proc/", "/sys/")) and os.path.isfile(path):
            with open(path, errors="replace", opener=lambda path, way: os.open(path, way | os.O_NONBLOCK)) as file:
                return {"read": file.read(1 << 16)}
    except OSError:
        pass
    raise Refused("request", "read: no such file of /proc or /sys")


REQUESTS = {"hello": hello, "cores": cores, "load": load, "turn": turn, "drop": drop, "read": read}

for line in sys.stdin:
    words = line.split()
    del line
    if not words:
        continue
    try:
        request = words.pop(0)
        answer = REQUESTS[request](words)
    except Refused as refused:
        answer = {"error": refused.args[1], "kind": refused.args[0]}
    except MemoryError:
        answer = {"error": "out of memory", "kind": "memory"}
    except (IndexError, KeyError, TypeError, ValueError) as error:
        answer = {"error": f"{request}: {error}", "kind": "request"}
    print(json.dumps(answer), flush=True)
