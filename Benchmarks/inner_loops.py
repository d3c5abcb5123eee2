#!/usr/bin/env python3
"""Looks at the inner loops of every kernel form, as GCC and Clang compile them: sums have to stay in registers.

    python3 Benchmarks/inner_loops.py                        the loops that are wrong; exit status 1 if there are any
    python3 Benchmarks/inner_loops.py aarch64 gcc product.h  of them those that have all of these words
    python3 Benchmarks/inner_loops.py --verbose              all loops, right ones too
    python3 Benchmarks/inner_loops.py --mca                  what cores of 64-bit ARM make of them

Each form_*.c below Sources/CRuntime is compiled for the processors that run it, x86-64, 64-bit ARM and 32-bit ARM, with
the flags that the runtime's header names, and disassembled. A loop is looked at if it has a vector multiply-add, or
four of single floats that should have been vectors, and no loop with such lies in it. The columns:

    madds     vector multiply-adds: fused ones, and as many as there are both multiplications and additions
    per madd  instructions of the loop for each of them
    stored    vectors or floats stored on the stack: sums that do not stay in registers
    loaded    vectors or floats read from the stack
    integers  integers stored on the stack or read from it, pointers mostly
    compared  floats compared one by one
    scalar    multiply-adds of single floats
    unfused   products that only an addition takes, where the processor has one instruction for both
    place     where most multiply-adds come from

A loop is right if nothing is stored, loaded, compared or unfused, fewer than four multiply-adds are scalar, and
integers on the stack are no more than a quarter of the multiply-adds. What happens in some turns only, as at the end of
a row, counts as if it did in each. Walking along an array on the stack is not counted.

--mca takes the loops without branches and prints which part of a core's multiply-adds they reach in llvm-mca; the whole
is what sixteen independent ones reach there, printed first. In that model caches always hit and nothing waits for what
was just stored, so a loop that spills looks better than it is; before version 17 LLVM models the A76 as the A72, which
models the A57.

Needs llvm-objdump and llvm-mca (Debian: llvm). Compilers that are missing are named and left out; `make guard` installs
all but Clang.
"""

import argparse
import collections
import concurrent.futures
import functools
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

RUNTIME = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Sources", "CRuntime")
# Names of lines change no instruction; without tables of jumps the disassembly tells where each branch goes.
FLAGS = ["-O2", "-std=c11", "-pthread", "-g1", "-fno-jump-tables"]
CORES = ["cortex-a53", "cortex-a72", "cortex-a76"]
SCALAR_LOOP = 4

# Patterns of instructions, each from its first letter. `destination` is the operand that is written.
Syntax = collections.namedtuple(
    "Syntax", "destination fused product sum scalar_product scalar_sum compare float address branch end")
ARM_BRANCH = r"(b|cbn?z|tbn?z)(\.?(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le))?(\.[wn])?\s"
X86 = Syntax(
    destination=-1, fused=r"vfn?m(add|sub)\d+ps", product=r"v?mulps", sum=r"v?(add|sub)ps",
    scalar_product=r"v?mulss|vfn?m(add|sub)\d+ss", scalar_sum=r"v?(add|sub)ss|vfn?m(add|sub)\d+ss",
    compare=r"v?u?comiss|v?cmp\w*ss", float=r"%[xyz]mm", address=r"(mov|lea|add|sub|and|inc|dec)[lq]\s",
    branch=r"j", end=r"jmp|ret|ud2")
ARM64 = Syntax(
    destination=0, fused=r"fml[as]\s+v", product=r"fmul\s+v", sum=r"f(add|sub)\s+v",
    scalar_product=r"(fmul|fn?m(add|sub))\s+s", scalar_sum=r"f(add|sub|n?madd|n?msub)\s+s",
    compare=r"(fc?cmpe?|fcsel)\s+s", float=r"\b[qdsv]\d", address=r"(mov|adds?|subs?|and)\s", branch=ARM_BRANCH,
    end=r"(b|br|ret|udf|brk)\b(?!\.)")
ARM32 = Syntax(
    destination=0, fused=r"v(fma|fms|mla|mls)\.f32\s+[qd]", product=r"vmul\.f32\s+[qd]", sum=r"v(add|sub)\.f32\s+[qd]",
    scalar_product=r"vn?(mul|fma|fms|mla|mls)\.f32\s+s", scalar_sum=r"vn?(add|sub|fma|fms|mla|mls)\.f32\s+s",
    compare=r"vcmpe?\.f32", float=r"\b[qds]\d", address=r"(mov|adds?|addw|subs?|subw|and|bic)(\.w)?\s",
    branch=ARM_BRANCH, end=r"(b|b\.w|bx|udf|tbb|tbh)\s|(pop|ldm).*\bpc\b")

# `flags` are for Clang.
Target = collections.namedtuple("Target", "name syntax triple gcc flags")
TARGETS = [
    Target("x86-64", X86, "x86_64-linux-gnu", "gcc", []),
    Target("aarch64", ARM64, "aarch64-linux-gnu", "aarch64-linux-gnu-gcc", []),
    Target("armv7", ARM32, "arm-linux-gnueabihf", "arm-linux-gnueabihf-gcc",
           ["-march=armv7-a", "-mfpu=neon-vfpv4", "-mfloat-abi=hard"]),
]
# ARM runs its own form.
NEVER_RUN = {("portable", "aarch64"), ("portable", "armv7")}

Instruction = collections.namedtuple("Instruction", "address text target place")
Loop = collections.namedtuple(
    "Loop", "form target compiler function place code madds stored loaded integers compared scalar unfused")


def compilers():
    """(target, name, command) of each compiler that is here, and the names of the others."""
    found, missing = [], []
    for target in TARGETS:
        headers = f"/usr/{target.triple}/include"
        clang = ["clang", "--target=" + target.triple] + target.flags
        if os.path.isdir(headers):
            clang += ["-isystem", headers]
        has_headers = target.gcc == "gcc" or os.path.isdir(headers)
        for name, command, is_here in ("gcc", [target.gcc], True), ("clang", clang, has_headers):
            if is_here and shutil.which(command[0]):
                found.append((target, name, command))
            else:
                missing.append(f"{name} for {target.name}")
    return found, missing


def output(*command, given=None):
    result = subprocess.run(command, input=given, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    return result.stdout


def functions(path, include, command, target):
    """The functions that a compiler makes of a file: names and instructions."""
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, "form.o")
        output(*command, *FLAGS, "-I", include, "-c", path, "-o", made)
        # A file of 32-bit ARM says that it is for a processor without NEON, though some of its functions are not.
        attributes = ["--mattr=+neon,+vfp4"] if target.name == "armv7" else []
        listing = output("llvm-objdump", "-d", "-l", "--no-show-raw-insn", *attributes, made)
    found, is_code, place = {}, True, ""
    for line in listing.splitlines():
        if match := re.match(r"[0-9a-f]+ <(.+)>:", line):
            is_code = match[1] != "$d"  # ARM marks data, and code behind it
            if not match[1].startswith("$"):
                code = found[match[1]] = []
        elif match := re.match(r"; .*?([^/]+\.[ch]:\d+)", line):
            place = match[1]
        elif is_code and (match := re.match(r"\s*([0-9a-f]+):\s+([a-z].*)", line)):
            text = re.split(r"\s+(?:#|@|//) ", match[2].strip())[0]
            target = re.search(r"\b0x([0-9a-f]+) <", text)
            code.append(Instruction(int(match[1], 16), text, target and int(target[1], 16), place))
    return found


def edges(syntax, code):
    """The positions that follow each position, and those before it."""
    position = {instruction.address: i for i, instruction in enumerate(code)}
    after, before = [[] for _ in code], [[] for _ in code]
    for i, instruction in enumerate(code):
        if i + 1 < len(code) and not re.match(syntax.end, instruction.text):
            after[i].append(i + 1)
        if instruction.target in position and re.match(syntax.branch, instruction.text):
            after[i].append(position[instruction.target])
        for j in after[i]:
            before[j].append(i)
    return after, before


def reached(start, edges, within):
    found, waiting = set(), [start]
    while waiting:
        i = waiting.pop()
        if i in within and i not in found:
            found.add(i)
            waiting += edges[i]
    return found


def innermost(within, after, before, counts):
    """The loops in a set of positions that count and in which no other does, each in ascending order.

    A loop is all that reaches itself; the loops in it are what still does without its first position.
    """
    loops, left = [], set(within)
    for start in sorted(i for i in within if any(j >= i for j in before[i])):
        if start in left:
            loop = reached(start, after, left) & reached(start, before, left)
            if not any(i in loop for i in before[start]):
                continue
            left -= loop
            first = min((i for i in loop if not loop.issuperset(before[i])), default=start)
            loops += innermost(loop - {first}, after, before, counts) or filter(counts, [sorted(loop)])
    return loops


def operands(text):
    return re.split(r",\s*(?![^(\[{]*[)\]}])", text.partition("\t")[2])


def registers(text):
    """The integer registers that a text names, whatever part of each it means: rdi and edi, x3 and w3 are one."""
    return {a or b or c for a, b, c in re.findall(r"%[re]?([a-z]{2}\b|\d+)|\b[xwr](\d+)|\b(sp|lr)\b", text)}


def is_store(syntax, text):
    return "(" in operands(text)[-1] if syntax.destination else re.match("v?st", text) is not None


Effect = collections.namedtuple("Effect", "addressed written sources advanced")


@functools.cache
def effect(syntax, text):
    """An instruction's registers: in its address, written, made an address of, and written from themselves."""
    parts = operands(text)
    is_lea = text.startswith("lea")
    memory = re.search(r"\(.*?\)|\[.*?\]", text)
    base = registers(memory[0] if memory else parts.pop(0) if re.match(r"v?(ld|st)m", text) else "")
    advanced = base if re.search(r"\]!|\], |\w!", text) else set()
    if is_store(syntax, text) or re.match(r"cmp|cmn|test|tst|push|[bcjt]\w*z?\s.*<", text):
        return Effect(base, set(), set(), advanced)
    written = registers(parts.pop(syntax.destination))
    if text.startswith("ld"):  # several at once
        written |= registers(" ".join(part for part in parts if "[" not in part))
    sources = base if is_lea else registers(" ".join(parts))
    if len(parts) < 2 and not re.match("mov|lea", text):
        sources |= written
    if not re.match(syntax.address, text) or base and not is_lea:
        sources = set()
    return Effect(set() if is_lea else base, written, sources, advanced | written & sources)


def on_stack(syntax, code, after):
    """The positions that read or write memory by an address made from the stack pointer."""
    holders, waiting, found = {0: {"sp"}}, [0], set()  # the registers that hold such an address, by position
    while waiting:
        i = waiting.pop()
        done = effect(syntax, code[i].text)
        holding = holders[i] - done.written | {"sp"}
        if done.addressed & holders[i]:
            found.add(i)
        if done.sources & holders[i]:
            holding |= done.written
        for j in after[i]:
            if not holding <= holders.setdefault(j, set()):
                holders[j] |= holding
                waiting.append(j)
    return found


def slots(syntax, code, loop, stack):
    """The instructions of a loop that use the stack, save where the loop walks along an array there."""
    done = {i: effect(syntax, code[i].text) for i in loop}
    advanced = set().union(*(effect.advanced for effect in done.values()))
    fresh = set().union(*(effect.written - effect.advanced for effect in done.values()))
    return [code[i].text for i in loop if i in stack and not done[i].addressed & (advanced - fresh)]


def unfused(syntax, texts):
    """How many products only additions take, where both could be one. SSE has no instruction for both."""
    count, products = 0, {}  # whether an addition took it, by the product's register
    for text in texts:
        names = [re.search(r"mm\d+|\b[vqd]\d+|$", part)[0] for part in operands(text)]
        written = names.pop(syntax.destination)
        for name in products.keys() & names:
            if re.match(syntax.sum, text):
                products[name] = True
            else:
                del products[name]
        count += products.pop(written, False)
        if re.match(syntax.product, text) and (syntax.destination == 0 or text.startswith("v")):
            products[written] = False
    return count + sum(products.values())


def inner_loops(form, path, include, target, compiler, command):
    syntax, loops = target.syntax, []

    def count(pattern, texts):
        return sum(re.match(pattern, text) is not None for text in texts)

    def multiply_adds(texts):
        vectors = count(syntax.fused, texts) + min(count(syntax.product, texts), count(syntax.sum, texts))
        return vectors, min(count(syntax.scalar_product, texts), count(syntax.scalar_sum, texts))

    for function, code in functions(path, include, command, target).items():
        def counts(loop):
            vectors, scalars = multiply_adds([code[i].text for i in loop])
            return vectors > 0 or scalars >= SCALAR_LOOP

        after, before = edges(syntax, code)
        stack = on_stack(syntax, code, after)
        for loop in innermost(set(range(len(code))), after, before, counts):
            texts = [code[i].text for i in loop]
            vectors, scalars = multiply_adds(texts)
            touches = slots(syntax, code, loop, stack)
            floats = [text for text in touches if re.search(syntax.float, text)]
            stored = sum(is_store(syntax, text) for text in floats)
            places = [code[i].place for i in loop if re.match("|".join(syntax[1:6]), code[i].text)]
            loops.append(Loop(
                form, target.name, compiler, function, collections.Counter(places).most_common(1)[0][0],
                [code[i] for i in loop], vectors, stored, len(floats) - stored, len(touches) - len(floats),
                count(syntax.compare, texts), scalars, unfused(syntax, texts)))
    return loops


def is_wrong(loop):
    return (loop.stored or loop.loaded or loop.compared or loop.unfused or loop.scalar >= SCALAR_LOOP
            or loop.integers > loop.madds / 4)


def cycles(core, texts, turns=100):
    """What turns of a loop take in llvm-mca."""
    assembly = "\n".join(["loop:", *(re.sub(r"\b0x[0-9a-f]+ <.*", "loop", text) for text in texts)])
    report = output("llvm-mca", "-mtriple=aarch64", "-mcpu=" + core, f"-iterations={turns}", given=assembly)
    return int(re.search(r"Total Cycles:\s+(\d+)", report)[1]) / turns


def name_of(form):
    return os.path.basename(form).removeprefix("form_").removesuffix(".c")


def print_loops(loops):
    layout = "{:17}  {:7}  {:8}  {:>5}  {:>8}  {:>6}  {:>6}  {:>8}  {:>8}  {:>6}  {:>7}  {:18}  {}"
    print(layout.format("form", "target", "compiler", "madds", "per madd", "stored", "loaded", "integers", "compared",
                        "scalar", "unfused", "function", "place"))
    for loop in loops:
        per = f"{len(loop.code) / loop.madds:.1f}" if loop.madds else "-"
        print(layout.format(*loop[:3], loop.madds, per, *loop[7:], loop.function, loop.place))


def print_counts(loops):
    members = collections.defaultdict(list)
    for loop in loops:
        members[loop[:3]].append(bool(is_wrong(loop)))
    for names, wrong in members.items():
        print(f"{' '.join(names)}: {sum(wrong)} of {len(wrong)} loops are wrong")


def print_shares(loops):
    independent = [f"fmla v{i}.4s, v16.4s, v17.4s" for i in range(16)]
    peaks = {core: 16 / cycles(core, independent) for core in CORES}
    for core, peak in peaks.items():
        print(f"{core}: the whole is {peak:.2f} vector multiply-adds a cycle")
    layout = "{:17}  {:8}  {:>5}  {:>8}" + "  {:>10}" * len(CORES) + "  {:18}  {}"
    print(layout.format("form", "compiler", "madds", "per madd", *CORES, "function", "place"))
    for loop in loops:
        texts = [instruction.text for instruction in loop.code]
        if loop.madds and not any(re.match(ARM_BRANCH, text) for text in texts[:-1]):
            shares = [f"{loop.madds / cycles(core, texts) / peak:.0%}" for core, peak in peaks.items()]
            per = f"{len(texts) / loop.madds:.1f}"
            print(layout.format(loop.form, loop.compiler, loop.madds, per, *shares, loop.function, loop.place))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="each has to be in a loop's form, target, compiler, function or place")
    parser.add_argument("--runtime", default=RUNTIME, help="the runtime's folder")
    parser.add_argument("--verbose", action="store_true", help="right loops too")
    parser.add_argument("--mca", action="store_true", help="which part of a core's multiply-adds loops reach")
    arguments = parser.parse_args()

    if not shutil.which("llvm-objdump"):
        sys.exit("llvm-objdump is missing (Debian: llvm)")
    found, missing = compilers()
    if missing:
        print("left out: " + ", ".join(missing))
    forms = sorted(glob.glob(os.path.join(arguments.runtime, "**", "form_*.c"), recursive=True))
    include = os.path.join(arguments.runtime, "include")
    jobs = [(name_of(form), form, include, target, compiler, command) for form in forms
            for target, compiler, command in found
            if (not arguments.mca or target.syntax is ARM64) and (name_of(form), target.name) not in NEVER_RUN]
    names = [{form, target.name, compiler} for form, _, _, target, compiler, _ in jobs]
    asked = set().union(*names) & set(arguments.words)
    jobs = [job for job, names in zip(jobs, names) if asked <= names]
    with concurrent.futures.ProcessPoolExecutor() as pool:
        loops = [loop for some in pool.map(inner_loops, *zip(*jobs)) for loop in some]
    if not loops:
        sys.exit("no loop with multiply-adds: the disassembly was not understood")
    loops = [loop for loop in loops if all(any(word in name for name in loop[:5]) for word in arguments.words)]
    if arguments.mca:
        print_shares(loops)
        return
    wrong = [loop for loop in loops if is_wrong(loop)]
    print_loops(loops if arguments.verbose else wrong)
    print_counts(loops)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
