"""Counts the instructions of a decoded token, inside the kernels and outside of them.

usage: instructions.py SCOPEBENCH MODEL [FEW MANY]

Runs `ScopeBench contestant MODEL` twice under callgrind, writing FEW and MANY tokens (16 and 48), and prints
as JSON what one more token takes: what loading and the first tokens take falls out of the difference.
Callgrind knows no AVX-512, so the AVX2 kernels run, with about twice the instructions of the wider ones;
what is outside of kernels is the same. Needs valgrind and a ScopeBench without debug information
(`strip -g`), which valgrind may not be able to read.
"""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

# The kernels' own functions, as `nm` of their objects names them; C's `memset` clears their sums.
KERNEL = re.compile(
    r"^(plain_panel|block_panel|digit_panel|dot_panel|multiply_|attend|dot_rows|add_weighted|softmax|"
    r"logits_|score_page|mix_page|top$|rms_norm|layer_norm|rotate|silu|gelu|activate|prepare|pack_panel|widen_)")
LINE = re.compile(r"^\s*([\d,]+) \([ \d.]+%\)\s+[^:]+:(.+?)(?: \[(.*)\])?$")


def counts(program, model, tokens):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out, program, "contestant", model],
            input=f"decode {tokens} 0\n", text=True, check=True, capture_output=True,
            env=dict(os.environ, THREADS="1", OPENBLAS_NUM_THREADS="1"))
        listing = subprocess.run(
            ["callgrind_annotate", "--threshold=100", "--auto=no", out], text=True, check=True,
            capture_output=True).stdout
    found = collections.Counter()
    for line in listing.splitlines():
        match = LINE.match(line)
        if match:
            found[match[2]] += int(match[1].replace(",", ""))
    return found


def main():
    if len(sys.argv) not in (3, 5):
        sys.exit(__doc__)
    program, model = sys.argv[1:3]
    few, many = (int(word) for word in sys.argv[3:] or (16, 48))
    first, second = counts(program, model, few), counts(program, model, many)
    each = {name: (second[name] - first[name]) / (many - few) for name in second}
    kernels = sum(count for name, count in each.items() if KERNEL.match(name))
    rest = sum(each.values()) - kernels
    largest = sorted(
        (name for name in each if not KERNEL.match(name)), key=lambda name: -each[name])[:12]
    print(json.dumps({
        "model": os.path.basename(model), "what": "instructions of a token", "kernels": round(kernels),
        "outside": round(rest), "largest": {name: round(each[name]) for name in largest}}, indent=1))


main()
