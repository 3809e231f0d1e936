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


def watched(count, before, with_lens):
    """Attention rows of all layers and heads, entropy, margin, top 10; and a lens on each layer."""
    with torch.inference_mode():
        cache = model(ids(max(before, 1)), logits_to_keep=1, use_cache=True).past_key_values
        token = torch.tensor([[101]])
        kept = []
        start = clock()
        for _ in range(count):
            out = model(
                token, past_key_values=cache, use_cache=True, output_attentions=True,
                output_hidden_states=True)
            logits = out.logits[0, -1].float()
            p = torch.softmax(logits, -1)
            entropy = -(p * torch.log(p + 1e-12)).sum()
            top = torch.topk(p, 10)
            kept.append((
                entropy.item(), (top.values[0] - top.values[1]).item(), top,
                [w[0, :, -1, :].float().numpy().copy() for w in out.attentions]))
            if with_lens:
                for state in out.hidden_states[:-1]:
                    row = model.lm_head(model.model.norm(state[:, -1]))
                    torch.topk(torch.softmax(row.float(), -1), 10)
            token = logits.argmax().view(1, 1)
        return count / (clock() - start)


def gradient(count):
    """One logit with respect to all input embeddings."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    start = clock()
    rows = model.get_input_embeddings()(ids(count)).detach().requires_grad_(True)
    out = model(inputs_embeds=rows, use_cache=False, logits_to_keep=1)
    out.logits[0, -1, 7].backward()
    rows.grad.float().norm(dim=-1)
    return 1 / (clock() - start)


measures = {
    "prefill": prefill,
    "decode": decode,
    "signals": lambda count, before: watched(count, before, False),
    "lens": lambda count, before: watched(count, before, True),
    "gradient": gradient,
    # An attribution by gradient is compared with a gradient; see the goals.
    "semantic": gradient,
    "temperature": gradient,
    "fisher": gradient,
    "fisher-full": gradient,
}

for line in sys.stdin:
    name, *numbers = line.split()
    measure = measures.get(name)
    print(measure(*map(int, numbers)) if measure else 0, flush=True)
