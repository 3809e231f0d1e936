"""Measures the goals table: every row in pairs with its peer, as lines of JSON.

usage: goals.py [--aims] [--rounds N] [--rows A,B] [--table FILE.jsonl]

Environment: MODELS, a folder with M-bf16.gguf and its like and with the model folders M-f32, M-bf16 and
S-f32; OURS, the program ScopeBench; LLAMA, the program made of llama_speed.c; PYTHON, an
interpreter with torch and transformers; VOCABULARY, a GGUF file with a tokenizer, and TEXTS, files of
text with ":" between, for the rows on tokenizers. Rows whose peer or model is missing are named and left out.
--aims measures aims.tsv, what would be better than the goals, instead of goals.tsv.
--table prints the lines of a file as a table instead.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent


def rows(file):
    for line in (here / file).read_text().splitlines():
        if line and not line.startswith("#"):
            fields = line.split("\t")
            yield fields + [""] * (7 - len(fields))


def peer_command(model, peer, mode):
    models = pathlib.Path(os.environ["MODELS"])
    # Ours:theirs, where the peer has another file.
    ours, _, theirs = model.partition(":")
    if peer == "own":
        path = models / (ours + ".gguf")
        return path.exists() and ([os.environ["OURS"], "contestant", str(path)], path)
    if peer == "llama.cpp":
        program, path = os.environ.get("LLAMA"), models / (model + ".gguf")
        command = [program or "", str(path), "1", mode]
        if mode == "tuned":
            command = ["env", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"] + command
        return (program and path.exists()) and (command, path)
    program, folder = os.environ.get("PYTHON"), models / (theirs or model)
    path = models / (ours + ".gguf") if theirs else folder
    dtype = "float32" if folder.name.endswith("f32") else "bfloat16"
    script = str(here / "transformers_speed.py")
    command = [program or "", script, str(folder), "1", dtype, mode]
    return (program and folder.exists() and path.exists()) and (command, path)


def measure(file, rounds, wanted):
    groups = collections.OrderedDict()
    for row, model, arithmetic, peer, mode, what, goal in rows(file):
        if not wanted or row in wanted:
            groups.setdefault((row, model, arithmetic, peer, mode), []).append(
                what + ("=" + goal if goal else ""))
    environment = dict(
        os.environ, THREADS="1", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1",
        MKL_NUM_THREADS="1", HF_HUB_OFFLINE="1")
    missed = False
    for (row, model, arithmetic, peer, mode), measurements in groups.items():
        found = peer_command(model, peer, mode)
        if not found:
            print(f"goals: row {row}: {peer} or {model} is missing", file=sys.stderr)
            continue
        reads_texts = any(m.startswith(("encode", "spell")) for m in measurements)
        if reads_texts and not (os.environ.get("VOCABULARY") and os.environ.get("TEXTS")):
            print(f"goals: row {row}: VOCABULARY or TEXTS is missing", file=sys.stderr)
            continue
        command, path = found
        label = f"{row}|{model}|{arithmetic}|{peer} {mode}"
        ran = subprocess.run(
            [sys.executable, str(here / "pairs.py"), "--rounds", str(rounds), "--label", label]
            + measurements + ["--", os.environ["OURS"], "contestant", str(path), "--"] + command,
            env=dict(environment, ARITHMETIC=arithmetic), stderr=subprocess.DEVNULL)
        missed = missed or ran.returncode != 0
    sys.exit(1 if missed else 0)


def table(path):
    print("| row | model | arithmetic | beside | measurement | ours /s | peer's /s | ratio | 95 % | goal |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for line in pathlib.Path(path).read_text().splitlines():
        if not line.startswith("{"):
            continue
        d = json.loads(line)
        row, model, arithmetic, peer = d["pair"].split("|")
        what, goal = d["what"].replace("|", " / "), ""
        if "goal" in d:
            verdict = "met" if d["met"] else "**missed**"
            # Few pairs have a wide interval, which decides nothing.
            goal = f'{d["goal"]} {verdict if d["rounds"] >= 15 else "undecided"}'
        print(
            f'| {row} | {model} | {arithmetic} | {peer} | {what} | {d["ours"]:.4g} | '
            f'{d["peer"]:.4g} | {d["ratio"]:.3g} | {d["low"]:.3g}–{d["high"]:.3g} | {goal} |')


parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("--rounds", type=int, default=15)
parser.add_argument("--aims", action="store_true")
parser.add_argument("--rows", default="")
parser.add_argument("--table")
options = parser.parse_args()
if options.table:
    table(options.table)
else:
    measure(
        "aims.tsv" if options.aims else "goals.tsv", options.rounds,
        set(filter(None, options.rows.split(","))))
