"""Writes spelling.json: ids and texts that the Python package `tokenizers` gives for vocabularies
that spell their tokens as they stand in a text.

Usage: python make_spelling_golden.py      (needs: pip install tokenizers)

The parts of tokenizer.json are drawn at random from lists, so that most pairs of parts meet.
"""

import itertools
import json
import pathlib
import random

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
MARK = "\u2581"

CHARACTERS = [MARK, *"abcdeABIi.,0129\n", "é", "\u0301", "日", "σ"]
MERGED = [
    MARK * 2, MARK * 4, MARK + "a", MARK + "ab", "ab", "abc", "bc", "aé", "日日", "12", "00",
    MARK + "日", "e\u0301", "a" + MARK, ".,", "AB", "\n\n", "ii",
]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
SPECIAL = ["<unk>", "<s>", "</s>"]


def pairs(pieces):
    found = []
    for piece in MERGED:
        for cut in range(1, len(piece)):
            if piece[:cut] in pieces and piece[cut:] in pieces:
                found.append([piece[:cut], piece[cut:]])
    return found


def bpe(fallback, **changes):
    pieces = SPECIAL + (BYTES if fallback else []) + CHARACTERS + MERGED
    return {
        "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
        "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": fallback,
        "ignore_merges": False, "vocab": {piece: id for id, piece in enumerate(pieces)},
        "merges": pairs(pieces), **changes,
    }


def unigram(fallback, seed):
    pieces = SPECIAL + (BYTES if fallback else []) + CHARACTERS + MERGED
    draw = random.Random(seed)
    scores = [
        0.0
        if piece in SPECIAL or piece in BYTES
        else -draw.choice([1, 2, 2.5, 3.25, 7]) * len(piece) ** 0.5
        for piece in pieces
    ]
    return {
        "type": "Unigram", "unk_id": 0, "vocab": [list(pair) for pair in zip(pieces, scores)],
        "byte_fallback": fallback,
    }


MODELS = [
    bpe(True), bpe(True), bpe(False), bpe(False, fuse_unk=False), bpe(False, unk_token=None),
    bpe(True, ignore_merges=True, unk_token=None), unigram(True, 1), unigram(True, 2),
    unigram(False, 3), unigram(False, 4),
]


def steps(kind, name, *parts):
    return {"type": "Sequence", name: list(parts)}


def replace(pattern, content):
    return {"type": "Replace", "pattern": pattern, "content": content}


BLANKS = replace({"String": " "}, MARK)
PREPEND = {"type": "Prepend", "prepend": MARK}
STRIP = {"type": "Strip", "strip_left": True, "strip_right": True}
NORMALIZERS = [
    None,
    BLANKS,
    steps("n", "normalizers", PREPEND, BLANKS),
    steps("n", "normalizers", BLANKS, PREPEND),
    steps("n", "normalizers", STRIP, PREPEND, BLANKS),
    steps("n", "normalizers", {"type": "Strip", "strip_left": False, "strip_right": True}, BLANKS),
    {"type": "Lowercase"},
    steps("n", "normalizers", {"type": "NFD"}, BLANKS),
    steps("n", "normalizers", {"type": "NFC"}, {"type": "Lowercase"}, PREPEND, BLANKS),
    steps("n", "normalizers", replace({"Regex": " {2,}"}, " "), BLANKS),
    steps("n", "normalizers", replace({"Regex": "[0-9]+"}, "0"), replace({"String": "ab"}, "")),
    steps("n", "normalizers", replace({"Regex": "b*"}, "."), BLANKS),
]


def metaspace(scheme, split):
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": split}


def split(pattern, behavior):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": False}


SCHEMES = itertools.product(["always", "first", "never"], [True, False])
MARKS = [metaspace(*pair) for pair in SCHEMES]
PRETOKENIZERS = [
    None,
    split({"String": " "}, "MergedWithPrevious"),
    split({"String": MARK}, "MergedWithNext"),
    *MARKS,
    steps("p", "pretokenizers", split({"Regex": r"\d"}, "Isolated"), MARKS[0]),
    steps("p", "pretokenizers", MARKS[1], split({"Regex": r"\d|\n+"}, "Isolated")),
    steps("p", "pretokenizers", {"type": "Digits", "individual_digits": True}, MARKS[3]),
    steps("p", "pretokenizers", split({"String": "a"}, "Removed"), MARKS[2]),
]


def strip(start):
    return {"type": "Strip", "content": " ", "start": start, "stop": 0}


READ = replace({"String": MARK}, " ")
FALLBACK = {"type": "ByteFallback"}
FUSE = {"type": "Fuse"}
DECODERS = [
    steps("d", "decoders", READ, FALLBACK, FUSE, strip(1)),
    steps("d", "decoders", READ, FALLBACK, FUSE, strip(1)),
    steps("d", "decoders", READ, FALLBACK, FUSE),
    steps("d", "decoders", READ, FALLBACK, FUSE, strip(3)),
    steps("d", "decoders", READ, FUSE, strip(2)),
    steps("d", "decoders", READ, strip(1)),
    steps("d", "decoders", READ, strip(1), FALLBACK, FUSE),
    steps("d", "decoders", metaspace("always", True), FALLBACK),
    steps("d", "decoders", replace({"Regex": "[ab]+"}, "x"), READ, FALLBACK),
    metaspace("always", True),
    metaspace("first", True),
    metaspace("never", False),
    READ,
]


def added(id, content, **flags):
    return {
        "id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
        "normalized": False, "special": False, **flags,
    }


def tokens(model):
    size = len(model["vocab"])
    return [
        *[added(id, name, special=True) for id, name in enumerate(SPECIAL)],
        added(size, "<l>", lstrip=True), added(size + 1, "<r>", rstrip=True, special=True),
        added(size + 2, "AB!", normalized=True), added(size + 3, "  "),
        added(size + 4, "<0x41>!"),
    ]


TEMPLATE = {
    "type": "TemplateProcessing",
    "single": [
        {"SpecialToken": {"id": "<s>", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
    ],
    "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}},
}
PARTS = [
    *CHARACTERS, *MERGED, " ", " ", " ", "  ", "x", "本", "xy", "\U0001F600", "İ", "ΑΣ", "\0",
    "<s>", "</s>", "<l>", " <l> ", "<r> ", "AB!", "ab!", "<0x41>", "<0x41>!", "Å", "ế", "<unk>",
]


def text(draw):
    return "".join(draw.choice(PARTS) for _ in range(draw.choice([1, 2, 3, 5, 8, 13, 21])))


def variant(draw, number):
    model = draw.choice(MODELS)
    changes = {
        "model": model, "added_tokens": draw.choice([[], tokens(model)]),
        "normalizer": draw.choice(NORMALIZERS), "pre_tokenizer": draw.choice(PRETOKENIZERS),
        "decoder": draw.choice(DECODERS), "post_processor": draw.choice([None, TEMPLATE]),
    }
    if not changes["added_tokens"]:
        changes["post_processor"] = None
    file = {"version": "1.0", "truncation": None, "padding": None, **changes}
    tokenizer = Tokenizer.from_str(json.dumps(file))
    size = tokenizer.get_vocab_size()
    cases = []
    for source in ["", " ", *(text(draw) for _ in range(12))]:
        ids = tokenizer.encode(source, add_special_tokens=False).ids
        cases.append({
            "text": source, "ids": ids, "full": tokenizer.encode(source).ids,
            "decoded": tokenizer.decode(ids, skip_special_tokens=True),
        })
    decodes = []
    for _ in range(6):
        ids = [draw.randrange(size) for _ in range(draw.randrange(1, 10))]
        if draw.random() < 0.3:
            ids = [3 + byte for byte in text(draw).encode()] if size > 300 else ids
        decodes.append({"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False)})
    changes["model"] = MODELS.index(model)
    if changes["added_tokens"]:
        changes["added_tokens"] = True
    return {"name": f"{number}", "changes": changes, "cases": cases, "decodes": decodes}


def main():
    draw = random.Random(20_26)
    variants = [variant(draw, number) for number in range(80)]
    lists = {"models": MODELS, "added": [tokens(model) for model in MODELS], "variants": variants}
    text = ",\n".join(
        f'"{name}":[\n'
        + ",\n".join(json.dumps(item, separators=(",", ":")) for item in items)
        + "\n]"
        for name, items in lists.items()
    )
    (HERE / "spelling.json").write_text("{" + text + "}\n")


main()
