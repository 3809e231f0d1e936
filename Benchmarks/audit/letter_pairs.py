#!/usr/bin/env python3
"""Print the costs of pairs of letters in names and words of Python code.

    python3 Benchmarks/audit/letter_pairs.py [FOLDER...]      # default: the standard library

A line for each of a to z, A to Z, a digit and any other character as the one before; in it a character
for each of the same as the one that follows: the cost -ln P in quarters of a nat, counted from "0" and
at most 43. Every different word of four characters and more counts once, with one added to every pair.
This is the table of LetterPairs in ScopeAudit.
"""
import math, re, string, sys, sysconfig
from pathlib import Path

LETTERS = string.ascii_lowercase + string.ascii_uppercase


def place(character):
    if character in LETTERS:
        return LETTERS.index(character)
    return 52 if character.isdigit() else 53


words = set()
for folder in sys.argv[1:] or [sysconfig.get_paths()["stdlib"]]:
    for path in sorted(Path(folder).rglob("*.py")):
        if "site-packages" in path.parts:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        words.update(re.findall(r"[A-Za-z0-9_./:+=-]{4,40}", text, re.ASCII))
counts = [[1] * 54 for _ in range(54)]
for word in words:
    before = 53
    for character in word:
        after = place(character)
        counts[before][after] += 1
        before = after
for row in counts:
    total = sum(row)
    print("".join(chr(48 + min(43, round(-4 * math.log(n / total)))) for n in row))
print(len(words), "words", file=sys.stderr)
