"""Writes pipeline.json and tiny-python.json: ids that the Python package `tokenizers` gives.

Usage: python make_pipeline_golden.py      (needs: pip install tokenizers)

pipeline.json holds one small byte-level model and, for each variant, the parts of tokenizer.json
that it changes, with texts and ids. tiny-python.json holds ids of the embedded model's tokenizer.
"""

import itertools
import json
import pathlib
import random

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent


def alphabet():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spelled = {byte: chr(byte) for byte in printable}
    following = itertools.count(256)
    return [spelled.get(byte) or chr(next(following)) for byte in range(256)]


ALPHABET = alphabet()
MERGES = [
    "Ġ Ġ",
    "ĠĠ ĠĠ",
    "Ġ a",
    "a b",
    "ab c",
    "b c",
    "a bc",
    "Ġa b",
    "1 2",
    "12 3",
    "Ã ©",
    "c Ã©",
    "' s",
    "Ċ Ċ",
    "o r",
    "w or",
    "wor d",
    "b b",
    "bb b",
    "bb bb",
]


def model(**changes):
    vocab = {spelling: id for id, spelling in enumerate(changes.pop("alphabet", ALPHABET))}
    for merge in MERGES:
        left, right = merge.split(" ")
        if left in vocab and right in vocab:
            vocab.setdefault(left + right, len(vocab))
    merges = [merge for merge in MERGES if all(part in vocab for part in merge.split(" "))]
    return {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": False,
        "vocab": vocab,
        "merges": merges,
        **changes,
    }


MODEL = model()


def byte_level(prefix=False, words=True):
    return {
        "type": "ByteLevel",
        "add_prefix_space": prefix,
        "trim_offsets": True,
        "use_regex": words,
    }


def split(pattern, behavior, invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def added(id, content, **flags):
    return {
        "id": id,
        "content": content,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": False,
        **flags,
    }


def template(*pieces):
    names = {piece: index for index, piece in enumerate(pieces)}
    return {
        "type": "TemplateProcessing",
        "single": [
            (
                {"Sequence": {"id": "A", "type_id": 0}}
                if piece is None
                else {"SpecialToken": {"id": f"<{index}>", "type_id": 0}}
            )
            for piece, index in names.items()
        ],
        "pair": [],
        "special_tokens": {
            f"<{index}>": {"id": f"<{index}>", "ids": [piece], "tokens": [str(piece)]}
            for piece, index in names.items()
            if piece is not None
        },
    }


SIZE = len(MODEL["vocab"])
TOKENS = [
    added(SIZE, "<s>", special=True),
    added(SIZE + 1, "<l>", lstrip=True),
    added(SIZE + 2, "<r>", rstrip=True),
    added(SIZE + 3, "<b>", lstrip=True, rstrip=True, special=True),
    added(MODEL["vocab"]["word"], "word", single_word=True),
    added(SIZE + 4, "né", normalized=True),
    added(SIZE + 5, "  "),
    added(SIZE + 6, "<s"),
    added(SIZE + 7, "<s>>"),
    added(SIZE + 8, "e\u0301!", normalized=True),
    added(MODEL["vocab"]["ab"], "ab", single_word=True, normalized=True),
]

VARIANTS = {
    "plain": {},
    "prefix": {"pre_tokenizer": byte_level(prefix=True)},
    "prefix, no words": {"pre_tokenizer": byte_level(prefix=True, words=False)},
    "no words": {"pre_tokenizer": byte_level(words=False)},
}
for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]:
    for invert in [False, True]:
        for name, pattern in {
            "literal": {"String": "a"},
            "long literal": {"String": "aab"},
            "regex": {"Regex": r"a|\s+"},
            "empty matches": {"Regex": "b*"},
        }.items():
            VARIANTS[f"{behavior} {invert} {name}"] = {
                "pre_tokenizer": sequence(split(pattern, behavior, invert), byte_level(words=False))
            }
VARIANTS["prefix of pieces"] = {
    "pre_tokenizer": sequence(
        split({"String": "b"}, "Removed"), byte_level(prefix=True, words=False)
    )
}
VARIANTS["three splits"] = {
    "pre_tokenizer": sequence(
        split({"String": "b"}, "MergedWithNext"), split({"Regex": r"\d"}, "Isolated"), byte_level()
    )
}
VARIANTS["empty literal"] = {
    "pre_tokenizer": sequence(split({"String": ""}, "Isolated"), byte_level())
}
VARIANTS["digits"] = {
    "pre_tokenizer": sequence({"type": "Digits", "individual_digits": True}, byte_level())
}
VARIANTS["digit runs"] = {
    "pre_tokenizer": sequence({"type": "Digits", "individual_digits": False}, byte_level())
}
VARIANTS["nfc"] = {"normalizer": {"type": "NFC"}}
VARIANTS["added"] = {"added_tokens": TOKENS}
VARIANTS["added, nfc"] = {
    "added_tokens": TOKENS,
    "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]},
}
VARIANTS["added, prefix"] = {"added_tokens": TOKENS, "pre_tokenizer": byte_level(prefix=True)}
VARIANTS["template"] = {"post_processor": template(1, 2, None, 3)}
VARIANTS["template in sequence"] = {
    "post_processor": {"type": "Sequence", "processors": [byte_level(), template(2, None, 3)]}
}
VARIANTS["ignore merges"] = {
    "model": {
        **MODEL,
        "ignore_merges": True,
        "vocab": {**MODEL["vocab"], "bbbabb": 300, "Ġword": 301},
    }
}
VARIANTS["few bytes"] = {"model": model(alphabet=["a", "c", "Ġ", "Ã", "1", "3", "b", "'", "s"])}
VARIANTS["merge twice"] = {"model": {**MODEL, "merges": [*MERGES, "Ġ a", "a b"]}}

PIECES = [
    "a",
    "b",
    "c",
    "ab",
    "abc",
    " ",
    "  ",
    "    ",
    "é",
    "e\u0301",
    "né",
    "ne\u0301",
    "1",
    "123",
    "²",
    "'s",
    "\n",
    "\n\n",
    "word",
    "words",
    "<s>",
    "<s",
    "<s>>",
    "<l>",
    "<r>",
    "<b>",
    "日",
    "b" * 9,
    "\t",
]


def texts(rng):
    yield ""
    yield " "
    for _ in range(11):
        yield "".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 9)))
    yield "".join(rng.choice(["a", "b", "c", "é"]) for _ in range(90))


def main():
    rng = random.Random(7)
    base = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": byte_level(),
        "post_processor": None,
        "decoder": byte_level(True),
        "model": MODEL,
    }
    variants = []
    for name, changes in VARIANTS.items():
        tokenizer = Tokenizer.from_str(json.dumps({**base, **changes}))
        cases = []
        for text in texts(rng):
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            full = tokenizer.encode(text).ids
            case = {
                "text": text,
                "ids": ids,
                "decoded": tokenizer.decode(ids, skip_special_tokens=True),
            }
            cases.append(case if full == ids else {**case, "full": full})
        variants.append({"name": name, "changes": changes, "cases": cases})
    rows = ",\n".join(json.dumps(variant, separators=(",", ":")) for variant in variants)
    (HERE / "pipeline.json").write_text(
        '{"base":' + json.dumps(base, separators=(",", ":")) + ',\n"variants":[\n' + rows + "\n]}\n"
    )

    path = ROOT / "Sources/CTinyPythonModel/model/tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    sources = sorted((ROOT / "Tests/Fixtures/ast/sources").glob("*.py"))
    cases = []
    for source in sources:
        ids = tokenizer.encode(source.read_bytes().decode("utf-8"), add_special_tokens=False).ids
        cases.append({"file": source.name, "ids": ids})
    for text in [
        "<|fim_prefix|>def f(<|fim_suffix|>):\n    pass<|fim_middle|>",
        "x = 'naïve 日本 👩🏽\u200d💻'\r\n\t\tẞ",
    ]:
        cases.append({"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids})
    rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / "tiny-python.json").write_text("[\n" + rows + "\n]\n")


main()
