#!/usr/bin/env python3
"""Runs `tokenscope run` over the partitions of a data set, by Spark.

    spark-submit spark_job.py [--tool PATH] [--partitions N] INPUT OUTPUT [-- OPTION...]

INPUT is a file of prompts as JSON Lines, on any file system that Spark reads. Each partition's lines go
through a process of the tool, whose options stand behind `--`. What a record becomes depends on the record,
the model and the options alone, so partitions, retries and speculative tasks change nothing. The lines are
written to OUTPUT/parts in the order of INPUT; on a local file system they are joined in
OUTPUT/records.jsonl, which has the bytes that one process would have written. Elsewhere
`hadoop fs -getmerge OUTPUT/parts records.jsonl` does so.

The tool has to be on every worker, as has the model. A worker that runs several tasks at a time shares its
cores among them with `--threads`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import threading


def mapper(command):
    """A function from the lines of a partition to the lines of their records."""

    def run(lines):
        first = next(lines, None)
        if first is None:
            return
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def feed():
            # A process that has ended says why on standard error, and by its status.
            try:
                with process.stdin as pipe:
                    pipe.write(first.encode() + b"\n")
                    for line in lines:
                        pipe.write(line.encode() + b"\n")
            except BrokenPipeError:
                pass

        # Lines go in while records come out, or full pipes would hold each other up.
        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        with process.stdout as pipe:
            for line in pipe:
                yield line.decode().rstrip("\n")
        feeder.join()
        if process.wait() != 0:
            raise RuntimeError(f"{command[0]} ended with status {process.returncode}")

    return run


def join(parts, path):
    """Joins the files of Spark's parts, in their order, to one file that is there whole or not at all."""
    temporary = path + ".tmp"
    with open(temporary, "wb") as joined:
        for name in sorted(os.listdir(parts)):
            if name.startswith("part-"):
                with open(os.path.join(parts, name), "rb") as part:
                    shutil.copyfileobj(part, joined)
    os.replace(temporary, path)


def main(arguments):
    options = []
    if "--" in arguments:
        place = arguments.index("--")
        arguments, options = arguments[:place], arguments[place + 1 :]
    parser = argparse.ArgumentParser(
        description="Runs tokenscope over the partitions of a data set; options for it stand behind --.")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--tool", default="tokenscope", help="the tool's path on the workers")
    parser.add_argument("--partitions", type=int, default=None, help="at least so many partitions")
    given = parser.parse_args(arguments)

    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("tokenscope").getOrCreate()
    try:
        context = spark.sparkContext
        command = [given.tool, "run", "-", "--output", "-", "--quiet"] + options
        # Partitions of a file are its pieces in order, and parts are written in the order of partitions.
        lines = context.textFile(given.input, given.partitions)
        parts = given.output.rstrip("/") + "/parts"
        lines.mapPartitions(mapper(command)).saveAsTextFile(parts)
    finally:
        spark.stop()
    if "://" not in given.output:
        join(parts, given.output.rstrip("/") + "/records.jsonl")


if __name__ == "__main__":
    main(sys.argv[1:])
