"""transformers as a contestant: see llama_speed.c for the measurements.

usage: transformers_speed.py FOLDER THREADS float32|bfloat16 eager|sdpa
"""
import os
import sys
import time

import torch
from transformers import AutoModelForCausalLM

folder, threads, dtype, attention = sys.argv[1:5]
torch.set_num_threads(int(threads))
clock = time.monotonic if os.environ.get("CLOCK") == "wall" else time.process_time
model = AutoModelForCausalLM.from_pretrained(
    folder, dtype=getattr(torch, dtype), attn_implementation=attention
).eval()


def ids(count):
    return torch.tensor([[100 + i % 1000 for i in range(count)]])


@torch.inference_mode()
def prefill(count):
    start = clock()
    model(ids(count), logits_to_keep=1)
    return count / (clock() - start)


@torch.inference_mode()
def decode(count, before):
    cache = model(ids(max(before, 1)), logits_to_keep=1, use_cache=True).past_key_values
    token = torch.tensor([[101]])
    start = clock()
    for _ in range(count):
        out = model(token, past_key_values=cache, use_cache=True)
        token = out.logits[:, -1].argmax(-1, keepdim=True)
    return count / (clock() - start)


for line in sys.stdin:
    name, *numbers = line.split()
    measure = {"prefill": prefill, "decode": decode}.get(name)
    print(measure(*map(int, numbers)) if measure else 0, flush=True)
