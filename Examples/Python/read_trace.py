#!/usr/bin/env python3
"""Reads what tokenscope wrote with nothing but json and safetensors, and asks it a few questions with pandas.

usage: read_trace.py TRACE.jsonl [ROWS.safetensors]

    tokenscope score FILE.py --bos --format jsonl --fold category \\
        --observe attention --layers 5 --tensors rows.safetensors > trace.jsonl
    python3 -m pip install pandas safetensors numpy
    python3 Examples/Python/read_trace.py trace.jsonl rows.safetensors

TRACE is what `--format jsonl` writes, ROWS what `--tensors` does. Importing this file needs json alone.
"""
import json
import math
import sys

FORMAT, VERSION = "tokenscope.trace", 1


def number(value):
    """JSON has no infinities: they are spelled as texts."""
    return float(value) if value in ("Infinity", "-Infinity") else value


class Trace:
    """One sequence: what its lines say, each in its place."""

    def __init__(self, header):
        if header.get("format", FORMAT) != FORMAT or header.get("format_version", 1) > VERSION:
            raise ValueError(f"this reads {FORMAT} up to {VERSION}, not "
                             f"{header.get('format')} {header.get('format_version')}")
        self.header, self.tokens, self.end, self.folds = header, [], {}, []

    def add(self, line):
        if "fold" in line:
            self.folds.append(line)
        elif "id" in line:
            self.tokens.append(line)
        elif "amendments" in line:  # what a later token said of earlier ones
            for change in line["amendments"]:
                self.tokens[change["index"]]["metrics"].update(change["metrics"])
        else:
            self.end = line

    def rows(self):
        """A row a token: what it is, and every metric that is one value."""
        for token in self.tokens:
            row = {name: token.get(name) for name in ("index", "id", "text", "origin", "role", "source_start")}
            metrics = {name: number(value) for name, value in token["metrics"].items() if not isinstance(value, list)}
            yield row | metrics


def read(path):
    """The traces of a file, several where it holds samples."""
    traces = []
    with open(path, encoding="utf-8") as file:
        for line in map(json.loads, file):
            if "model" in line:
                traces.append(Trace(line))
            else:
                traces[-1].add(line)
    return traces


def attention(path):
    """Rows of numbers by name: a matrix, and how much of each of its rows counts (-1: none)."""
    from safetensors.numpy import load_file

    tensors = load_file(path)
    return {name: (rows, tensors[name + ".lengths"].astype(int))
            for name, rows in tensors.items() if name + ".lengths" in tensors}


def main(paths):
    import pandas

    pandas.set_option("display.width", 110, "display.max_columns", 9, "display.precision", 3)
    for trace in read(paths[0]):
        table = pandas.DataFrame(trace.rows()).set_index("index")
        table["text"] = table["text"].map(repr)
        shown = [name for name in ("text", "origin", "surprisal", "entropy", "margin", "rank") if name in table]
        print(f"{trace.header['model']['name']}: {len(table)} tokens\n{table[shown].head(8)}\n")

        print("Which tokens surprised the model most (nats)?")
        print(table.nlargest(5, "surprisal")[["text", "surprisal", "rank"]].to_string(), "\n")

        print("How sure was it, by where the tokens came from?")
        sure = table.groupby("origin")["surprisal"].agg(["count", "mean"])
        print(sure.assign(perplexity=sure["mean"].map(math.exp)).to_string(), "\n")

        named = {fold["name"]: fold["metrics"]["surprisal"] for fold in trace.folds
                 if fold["fold"] == "category" and "surprisal" in fold.get("metrics", {})}
        if named:
            print("By category of syntax?")
            columns = ["count", "weight", "mean", "maximum"]
            categories = pandas.DataFrame.from_dict(named, orient="index")[columns]
            print(categories.sort_values("mean", ascending=False).to_string(), "\n")

    for name, (rows, lengths) in attention(paths[1]).items() if len(paths) > 1 else ():
        last = len(lengths) - 1
        most = rows[last, : lengths[last]].argmax()
        print(f"{name}: {rows.shape[0]} rows of up to {rows.shape[1]}; the last token attends most to "
              f"token {most}, with {rows[last, most]:.3f}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1:])
