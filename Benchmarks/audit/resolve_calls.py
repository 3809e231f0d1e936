#!/usr/bin/env python3
"""Name what Python files call, by their imports.

    python3 Benchmarks/audit/resolve_calls.py FILE...

writes a line for each file that parses, with its path, and below it one for each call whose name an
import or the builtins explain: a tab, the byte where the name begins, a tab, and the full name, such as
`hashlib.md5` for `md5(x)` behind `from hashlib import md5`. An import counts in the whole file. A
built-in name counts where nothing in the file binds it. What a detector that goes by spelling finds can
be compared with it.
"""
import ast, builtins, sys, warnings


def imports(tree):
    """By name, what an import anywhere in a file makes of it."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                own = alias.asname or alias.name.split(".")[0]
                names[own] = alias.name if alias.asname else own
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def bound(tree):
    """Names that something other than an import binds."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def dotted(node):
    """The parts of a name with dots; None for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return [node.id] + parts[::-1]


def calls(tree):
    """The line, the column in bytes and the full name of each call that can be told."""
    imported, other = imports(tree), bound(tree)
    for node in ast.walk(tree):
        parts = dotted(node.func) if isinstance(node, ast.Call) else None
        if not parts:
            continue
        head = parts[0]
        if head in imported:
            parts[0] = imported[head]
        elif len(parts) == 1 and hasattr(builtins, head) and head not in other:
            parts[0] = f"builtins.{head}"
        else:
            continue
        yield node.func.lineno, node.func.col_offset, ".".join(parts)


def main():
    warnings.simplefilter("ignore")
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            data = file.read()
        try:
            data.decode("utf-8")
            tree = ast.parse(data)
        except (SyntaxError, ValueError, RecursionError):
            continue
        # Other ends of lines are counted in another way; such files are few.
        if b"\r" in data or b"\f" in data or data.startswith(b"\xef\xbb\xbf"):
            continue
        starts = [0]
        for line in data.split(b"\n"):
            starts.append(starts[-1] + len(line) + 1)
        print(path)
        for line, column, name in sorted(calls(tree)):
            print(f"\t{starts[line - 1] + column}\t{name}")


if __name__ == "__main__":
    main()
