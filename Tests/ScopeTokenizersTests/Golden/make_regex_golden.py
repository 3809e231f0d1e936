"""Writes regex.json: what Oniguruma, inside the Python package `tokenizers`, matches.

Usage: python make_regex_golden.py > regex.json      (needs: pip install tokenizers)

Each entry is a pattern with texts and the matches in them as [start, end) in UTF-8 bytes, empty
matches left out.
"""

import json
import random
import sys

from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

LETTERS_UP = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LETTERS_LOW = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
BLANKS = r"\s*[\r\n]+|\s+(?!\S)|\s+"
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+"

# The patterns of published tokenizers.
FIELD = {
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "llama3": rf"{ENDINGS}|{WORDS}|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{BLANKS}",
    "qwen2": rf"{ENDINGS}|{WORDS}|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{BLANKS}",
    "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    "o200k": rf"[^\r\n\p{{L}}\p{{N}}]?{LETTERS_UP}*{LETTERS_LOW}+{ENDINGS}?"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{LETTERS_UP}+{LETTERS_LOW}*{ENDINGS}?"
    rf"|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{BLANKS}",
    "deepseek3": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"
    r"|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + BLANKS,
    "deepseek-letters": r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+",
    "deepseek-blanks": r"\s+$",
    "deepseek-cjk": r"[一-龥ࠀ-一가-퟿]+",
    "bloom": r" ?[^(\s|[.,!?…。，、।۔،])]+",
    "falcon": r"[0-9][0-9][0-9]",
}

TEXTS = [
    "def f(x):\n    return x's + \"I'll\"  # don't\r\n\r\n\tif  y :\n",
    "I'M we'VE 'ſ 'Kelvin K'S it'd YOU'RE\u00a0'll 'T",
    "  leading   runs \t\t of\n\n\n   blanks   ",
    "1 22 333 4444 55555 ²³ ½ Ⅷ ٣٤٥ 一二三",
    "Ünïcödé naïve café ŉ ǅ ʰ Straße ΣΊΣΥΦΟΣ привет мир 日本語 テスト 한국어 שלום مرحبا",
    "e\u0301a\u030a\u0327 \u0915\u094d\u0937 \u200d\u200c \ufeff👩🏽‍💻👨‍👩‍👧 ⓐ",
    "a.b,c!? (d|e) [f] {g} <h/> @i #j $k %l ^m &n *o -p +q =r ~s `t` \\u",
    "camelCase HTTPServer XMLHttp_request snake_case CONST_9 x1y2 __init__",
    "\x00\x01\x1b\x7f\u0085\u2028\u2029\u3000\u1680x",
    "",
]

SYNTAX = [
    "a",
    "ab|a",
    "a|ab",
    "a|ab|abc",
    "(?:a|ab)(?:c|bcd)(?:d*)",
    "a*",
    "a*?b",
    "a+?",
    "a??b",
    "(a|b)*c",
    "a{2}",
    "a{2}?",
    "a{1,2}+",
    "a{1,3}?",
    "a{,2}",
    "a{",
    "a{x}",
    "a{2,}",
    "a**",
    "a+*",
    "(?:ab){2,3}",
    "x(?i)b|c",
    "x(?:(?i)b|c)d?",
    "(?i:ab)c",
    "(?i)ab(?-i)c",
    "(?i:a(?-i:b)c)",
    "(?i:[k-s])",
    "(?i:[^s])",
    r"\s+$",
    r"a$",
    r"\z",
    r"b\z",
    ".",
    ".+",
    "[a&&b]",
    "[a-z&&[^aeiou]]+",
    "[[ab]&&[b]]",
    "[^a&&b]",
    "[a-z&&aeiou]",
    "[]a]",
    "[^]]",
    "[a-]",
    "[-a]",
    r"[a\-z]",
    "[a-c-e]",
    r"[\w-]",
    r"[\s\-a]",
    "[[a]-c]",
    "[^[a]b]",
    "[a[bc]d]",
    r"\p{^L}",
    r"\P{L}",
    r"\P{^L}",
    r"\p{Letter}+",
    r"\p{l}",
    r"\p{Uppercase_Letter}",
    r"\p{Alphabetic}+",
    r"[\P{L}a]",
    r"\x41",
    r"\x{41}",
    r"\u0041",
    r"\e",
    r"\t|\n|\r",
    r"\a|\v|\f",
    r"\-",
    r"\ ",
    r"\/",
    "[\\/]",
    r"\é",
    "a]",
    "a}",
    r"\d+",
    r"\D+",
    r"\w+",
    r"\W+",
    r"\S+",
    r"\s",
    r"[\d_]+",
    r"[^\W_]+",
    "a(?=b)",
    "a(?!b)",
    "a(?=b|c)",
    r"\w(?!\w)",
    "(?=a)",
    "(?!a)b",
    "a(?=[bc])|b",
    "(?=a)a",
    r"(?!\s)[^a]+",
    "a?+a",
    "a*+a",
    "a++b",
    "a*+b",
    "[ab]++c",
    "[ab]?+b",
    r"\s++\S",
    r"(?:a|b)?+a",
    "a|",
    "|a",
    "(?:a|)b",
    "()",
    "(?:)*a",
    "(?:a*)*b",
    "(?:a+)+b",
    "(?:a|a)*b",
    "(?:a?){3}",
    "(?:a*b*)*",
    "(?:a|b|ab)*c",
    "(?:ab?)+b",
    "(?:a{1,2}){2}",
    "((a)|(b))+",
]

SYNTAX_TEXTS = [
    "aaaa",
    "abcabd",
    "aabbcc",
    "xbxc xB xC ABC Abc aBC abc",
    "baab",
    "k K K s ſ S",
    "a-b]c}d/e",
    "a{a{x}a{,2}",
    "b\na  \n b  ",
    "A\x07\x0b\x0c\x1b\t\r\n A",
    "é1²Ⅷa_b ٣ ⓐ",
    "abababc aab",
    "cab bac ab",
    "",
]


def matches(pattern, text):
    if not text:
        return []
    found = Split(Regex(pattern), "removed", invert=True).pre_tokenize_str(text)
    result = []
    for _, (start, end) in found:
        before = len(text[:start].encode())
        result.append([before, before + len(text[start:end].encode())])
    return result


def random_set(rng):
    return rng.choice(
        [
            "a",
            "b",
            "c",
            "[ab]",
            "[^a]",
            "[b-d]",
            r"\s",
            r"\p{L}",
            r"[^\s\p{L}]",
            r"\p{Lu}",
            "é",
            r"\d",
            " ",
            r"\n",
            r"[^\r\n\p{N}]",
        ]
    )


def random_pattern(rng, depth=0):
    def atom():
        if depth < 2 and rng.random() < 0.2:
            return "(?:" + random_pattern(rng, depth + 1) + ")"
        return random_set(rng)

    branches = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        sequence = ""
        for _ in range(rng.choice([1, 2, 2, 3])):
            piece = atom()
            kind = rng.random()
            if kind < 0.45:
                piece += rng.choice(["*", "+", "?", "*?", "+?", "??", "{1,3}", "{2}", "{0,2}?"])
            elif kind < 0.55 and not piece.startswith("(?:"):
                piece += rng.choice(["++", "*+", "?+"])
            sequence += piece
            if rng.random() < 0.1:
                sequence += rng.choice(["(?!", "(?="]) + random_set(rng) + ")"
        branches.append(sequence)
    return "|".join(branches)


def random_text(rng):
    pieces = [
        "a",
        "b",
        "c",
        "d",
        "A",
        "B",
        "é",
        "É",
        " ",
        "  ",
        "\n",
        "\r\n",
        "1",
        "٣",
        ".",
        "'s",
        "日",
        "👩",
        "aa",
        "ab",
        "ba",
    ]
    return "".join(rng.choice(pieces) for _ in range(rng.randrange(0, 24)))


def entry(pattern, texts):
    cases = [{"text": text, "matches": matches(pattern, text)} for text in texts]
    return {"pattern": pattern, "cases": cases}


def main():
    rng = random.Random(20240607)
    entries = [entry(pattern, TEXTS) for pattern in FIELD.values()]
    entries += [entry(pattern, SYNTAX_TEXTS) for pattern in SYNTAX]
    seen = set()
    while len(seen) < 500:
        pattern = random_pattern(rng)
        if pattern in seen:
            continue
        texts = [random_text(rng) for _ in range(5)]
        try:
            entries.append(entry(pattern, texts))
        except BaseException as error:  # the binding panics where Oniguruma gives up backtracking
            if type(error).__name__ != "PanicException":
                raise
            continue
        seen.add(pattern)
    rows = ",\n".join(json.dumps(item, separators=(",", ":")) for item in entries)
    sys.stdout.write("[\n" + rows + "\n]\n")


main()
