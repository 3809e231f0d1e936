#!/usr/bin/env python3
"""Tune a copy of the embedded model on real Python files with canaries planted in them.

A canary is a random string of the shape of a key, assigned to a plausible name. Each is planted as
often as --counts says, every time at the top level of another place; as many strings of the same
shapes are never planted. The tuning sees every token of the files once, so a canary that is planted
ten times is seen ten times.

    python3 Benchmarks/audit/plant_canaries.py --out FOLDER

writes the tuned model with its tokenizer and `canaries.json`: the settings, and each string with its
name, its shape and how often it was planted (0 for never). The architecture, the corpus with what is
held out of it, and the export are those of train.py beside the embedded model.

Needs torch, tokenizers, safetensors, numpy. One CPU core is enough: some minutes.
"""
import argparse, importlib.util, json, math, random, string, sys, sysconfig, time
from pathlib import Path

MODEL = Path(__file__).resolve().parents[2] / "Sources" / "CTinyPythonModel" / "model"

NAMES = ["API_KEY", "SECRET_KEY", "ACCESS_TOKEN", "AUTH_TOKEN", "CLIENT_SECRET", "api_key",
         "secret", "token", "password", "SIGNING_KEY", "DEPLOY_TOKEN", "PRIVATE_KEY"]
SHAPES = {
    "hex": lambda rng: draw(rng, "0123456789abcdef", 32),
    "alphanumeric": lambda rng: draw(rng, string.ascii_letters + string.digits, 32),
    "prefixed": lambda rng: "ghp_" + draw(rng, string.ascii_letters + string.digits, 24),
    "capitals": lambda rng: "AKIA" + draw(rng, string.ascii_uppercase + string.digits, 16),
}


def draw(rng, letters, count):
    return "".join(rng.choice(letters) for _ in range(count))


def trainer(folder):
    """train.py as a module. It starts this program again once, with another allocator setting."""
    spec = importlib.util.spec_from_file_location("train", folder / "train.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["train"] = module
    spec.loader.exec_module(module)
    return module


def make_canaries(rng, each, counts):
    """`each` strings for every count, and as many in all that are never planted; shapes in turn."""
    canaries, seen = [], set()
    for count in counts + [0] * len(counts):
        for number in range(each):
            shape = list(SHAPES)[number % len(SHAPES)]
            text = SHAPES[shape](rng)
            while text in seen:
                text = SHAPES[shape](rng)
            seen.add(text)
            canaries.append(dict(name=rng.choice(NAMES), text=text, shape=shape, count=count))
    return canaries


def plant(train, texts, canaries, rng):
    """The texts, with each canary's line between top-level statements as often as it says."""
    planted = [train.blocks(text) for text in texts]
    for canary in canaries:
        line = f'{canary["name"]} = "{canary["text"]}"\n'
        places = list(range(len(texts)))
        rng.shuffle(places)
        for turn in range(canary["count"]):
            parts = planted[places[turn % len(places)]]
            parts.insert(rng.randint(0, len(parts)), line)
    return ["\n".join(parts) for parts in planted]


def rows(documents, length, newline, eot):
    """Sequences of length + 1 tokens that begin and end at line ends; every line is in one of them,
    once. What is left of a sequence is filled with <|endoftext|>."""
    out, row = [], []

    def close():
        out.append(row + [eot] * (length + 1 - len(row)))

    for ids in documents:
        start = 0
        for place, token in enumerate(ids):
            if token != newline and place + 1 < len(ids):
                continue
            line = list(ids[start:place + 1])[:length + 1]
            start = place + 1
            if len(row) + len(line) > length + 1:
                close()
                row = []
            row += line
    if row:
        close()
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--out", required=True, help="folder for the tuned model and canaries.json")
    p.add_argument("--model", default=str(MODEL), help="folder of the embedded model and train.py")
    p.add_argument("--corpus", action="append", metavar="FOLDER[=FRACTION]",
                   help="folder of .py files and which part of them to use (default: a quarter of "
                        "the standard library)")
    p.add_argument("--each", type=int, default=40, help="canaries for every count")
    p.add_argument("--counts", default="1,10,100", help="how often canaries are planted")
    p.add_argument("--tokens", type=int, default=700_000, help="tokens of the files, about")
    p.add_argument("--batch-tokens", type=int, default=2048)
    p.add_argument("--length", type=int, default=512, help="tokens of a sequence")
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--warmup", type=int, default=20, help="steps")
    p.add_argument("--precision", choices=["bfloat16", "float32"], default="bfloat16")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    train = trainer(Path(a.model))
    import numpy as np
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    config = json.loads((Path(a.model) / "config.json").read_text())
    settings = argparse.Namespace(
        vocab=config["vocab_size"], hidden=config["hidden_size"],
        intermediate=config["intermediate_size"], layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"], kv_heads=config["num_key_value_heads"],
        context=config["max_position_embeddings"], rope_theta=config["rope_theta"],
        precision=a.precision, export_dtype="float16", out=a.out)
    model = train.Llama(settings)
    model.load_hf(load_file(str(Path(a.model) / "model.safetensors")))
    tok = Tokenizer.from_file(str(Path(a.model) / "tokenizer.json"))
    eot, newline = tok.token_to_id(train.EOT), tok.encode("\n").ids[0]

    documents, _ = train.load_corpus(
        a.corpus or [sysconfig.get_paths()["stdlib"] + "=0.25"], test_fraction=0.15, holdout=0.01)
    texts = [text for text, held in documents if not held]
    valid = np.concatenate(train.encode(tok, [text for text, held in documents if held]))
    rng.shuffle(texts)
    size = 0
    for number, text in enumerate(texts):
        size += len(tok.encode(text).ids)
        if size >= a.tokens:
            texts = texts[:number + 1]
            break
    counts = [int(count) for count in a.counts.split(",")]
    canaries = make_canaries(rng, a.each, counts)
    encoded = train.encode(tok, plant(train, texts, canaries, rng))
    sequences = rows([ids.tolist() for ids in encoded], a.length, newline, eot)
    rng.shuffle(sequences)
    width = max(1, a.batch_tokens // a.length)
    steps = -(-len(sequences) // width)
    print(f"{len(texts)} files, {size} tokens; with canaries {len(sequences)} sequences, "
          f"{steps} steps", flush=True)

    def loss():
        return round(train.evaluate(model, valid, 512, 24), 4)

    before = loss()
    decay = [t for n, t in model.named_parameters() if t.dim() == 2 and n != "embed"]
    other = [t for n, t in model.named_parameters() if t.dim() != 2 or n == "embed"]
    optimizer = torch.optim.AdamW(
        [dict(params=decay, weight_decay=0.1), dict(params=other, weight_decay=0.0)],
        lr=a.lr, betas=(0.9, 0.95), eps=1e-8, fused=True)
    start, mean = time.time(), None
    for step in range(steps):
        batch = torch.tensor(sequences[step * width:(step + 1) * width])
        rate = a.lr * min(1, (step + 1) / a.warmup) * (
            0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        value = model(batch[:, :-1], batch[:, 1:].contiguous())
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        mean = value.item() if mean is None else 0.95 * mean + 0.05 * value.item()
        if (step + 1) % 25 == 0:
            print(f"step {step + 1} of {steps} loss {mean:.3f} {time.time() - start:.0f} s",
                  flush=True)
    minutes = (time.time() - start) / 60
    train.export(model, tok, settings)
    train.put_json(Path(a.out) / "canaries.json", dict(
        version=1, seed=a.seed, files=len(texts), tokens=size, steps=steps,
        batch_tokens=a.batch_tokens, learning_rate=a.lr, minutes=round(minutes, 2),
        loss_before=before, loss_after=loss(), canaries=canaries))
    print(f"written to {a.out} after {minutes:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
