#!/usr/bin/env python3
"""Name what Python files call, by their imports and scopes.

    python3 Benchmarks/audit/resolve_calls.py FILE...

writes a line for each file that parses, with its path, and below it one for each call whose name an
import or the builtins explain: a tab, the byte where the name begins, a tab, and the full name, such as
`hashlib.md5` for `md5(x)` behind `from hashlib import md5`. A name means what the innermost function
that binds it makes of it, by an import or, then untold, by anything else; a built-in name counts where
nothing binds it. What a detector finds can be compared with it.
"""
import ast, builtins, sys, warnings

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = FUNCTIONS + (ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope:
    """What names mean in a file, a function, a class or a comprehension."""

    def __init__(self, node, outer=None):
        # Methods do not see the names of their class.
        while isinstance(node, SCOPES) and outer and isinstance(outer.node, ast.ClassDef):
            outer = outer.outer
        self.node, self.outer = node, outer
        self.imported, self.bound, self.inner, self.calls = {}, set(), [], []
        elsewhere = set()
        waiting = list(ast.iter_child_nodes(node))
        while waiting:
            one = waiting.pop()
            self.take(one)
            if isinstance(one, (ast.Global, ast.Nonlocal)):
                elsewhere.update(one.names)
            if isinstance(one, SCOPES):
                self.inner.append(one)
            else:
                waiting += ast.iter_child_nodes(one)
        self.bound -= elsewhere

    def take(self, node):
        """Takes in what a node binds."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                own = alias.asname or alias.name.split(".")[0]
                self.imported[own] = alias.name if alias.asname else own
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                own = alias.asname or alias.name
                if node.module and not node.level:
                    self.imported[own] = f"{node.module}.{alias.name}"
                else:
                    self.bound.add(own)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self.bound.add(node.id)
        elif isinstance(node, ast.arg):
            self.bound.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)):
            self.bound.add(node.name)
        elif isinstance(node, ast.Call):
            self.calls.append(node)

    def meaning(self, name):
        """The full name; None where it cannot be told."""
        if name in self.imported:
            return self.imported[name]
        if name in self.bound:
            return None
        if self.outer:
            return self.outer.meaning(name)
        return f"builtins.{name}" if hasattr(builtins, name) else None


def dotted(node):
    """The parts of a name with dots; None for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return [node.id] + parts[::-1]


def calls(scope):
    """The line, the column in bytes and the full name of each call that can be told."""
    for node in scope.calls:
        parts = dotted(node.func)
        head = scope.meaning(parts[0]) if parts else None
        if head and (len(parts) == 1 or not head.startswith("builtins.")):
            yield node.func.lineno, node.func.col_offset, ".".join([head] + parts[1:])
    for node in scope.inner:
        yield from calls(Scope(node, scope))


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(10_000)
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
        for line, column, name in sorted(calls(Scope(tree))):
            print(f"\t{starts[line - 1] + column}\t{name}")


if __name__ == "__main__":
    main()
