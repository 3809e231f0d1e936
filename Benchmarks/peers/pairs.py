"""Lets two programs take turns at the same measurements and prints their ratio.

usage: pairs.py [--rounds N] [--label TEXT] MEASUREMENT[|OTHER][=GOAL] ... -- OURS ... -- PEER ...

OURS and PEER are commands that read measurements from standard input, a line each, and answer with
a rate. In each round both measure everything, in turns that change sides; the peer measures OTHER
where one is given. For each measurement a
line of JSON has both medians, the median ratio and its 95 % interval, and, where a goal is given,
whether the interval reaches it. Ends with 1 where a goal is missed.
"""
import argparse
import json
import random
import statistics
import subprocess
import sys


def split(arguments):
    groups = [[]]
    for argument in arguments:
        if argument == "--":
            groups.append([])
        else:
            groups[-1].append(argument)
    return groups


class Contestant:
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def measure(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"pairs: a program ended at {what!r}")
        return float(answer)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def interval(values, share=0.95, draws=4000):
    """Of the median, by the bootstrap, with a seed of its own."""
    source = random.Random(1)
    medians = sorted(
        statistics.median(source.choices(values, k=len(values))) for _ in range(draws))
    cut = int(draws * (1 - share) / 2)
    return medians[cut], medians[-1 - cut]


def main():
    groups = split(sys.argv[1:])
    if len(groups) != 3 or not groups[1] or not groups[2]:
        sys.exit(__doc__)
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--label", default="")
    parser.add_argument("measurements", nargs="+")
    options = parser.parse_args(groups[0])
    measurements = []
    for text in options.measurements:
        what, _, goal = text.partition("=")
        measurements.append((what, float(goal) if goal else None))

    ours, peer = Contestant(groups[1]), Contestant(groups[2])
    values = {what: ([], []) for what, _ in measurements}
    for turn in range(options.rounds):
        for what, _ in measurements:
            order = [(0, ours), (1, peer)]
            sides = what.split("|")
            for side, program in order if turn % 2 == 0 else reversed(order):
                values[what][side].append(program.measure(sides[min(side, len(sides) - 1)]))
    ours.end()
    peer.end()

    missed = False
    for what, goal in measurements:
        a, b = values[what]
        ratios = [x / y for x, y in zip(a, b)]
        low, high = interval(ratios)
        line = {
            "pair": options.label, "what": what, "ours": round(statistics.median(a), 4),
            "peer": round(statistics.median(b), 4), "ratio": round(statistics.median(ratios), 3),
            "low": round(low, 3), "high": round(high, 3), "rounds": len(ratios)}
        if goal is not None:
            line["goal"] = goal
            line["met"] = high >= goal
            missed = missed or not line["met"]
        print(json.dumps(line), flush=True)
    sys.exit(1 if missed else 0)


main()
