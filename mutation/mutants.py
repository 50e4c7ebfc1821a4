"""The mutants of a source file: mutmut's operators, and two more, put to work on the whole file.

mutmut itself mutates functions only, and not those that are decorated.
"""

import ast
import contextlib
import difflib
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_string

# Words of a message. What the tests match of a message, its argument, rule and value, is never that.
PROSE = re.compile("[A-Za-z]{2,} [A-Za-z]{2,}")

# Without an argument these raise wherever they are reached; mutmut leaves the first two alone, too.
NEEDS_ALL = m.Name("len") | m.Name("isinstance") | m.Name("zip")


class Mutant(NamedTuple):
    """A mutated file."""

    file: str
    source: str  # of the whole file
    change: str  # the lines that differ, without comments, before -> after
    in_function: bool  # nothing else differs than what a function does when it is called


class _Mutations(cst.CSTVisitor):
    """Collect what to put in the place of which node."""

    def __init__(self):
        self.found, self._functions = [], 0

    def on_visit_attribute(self, node, attribute):
        self._functions += attribute == "body" and isinstance(node, cst.FunctionDef | cst.Lambda)

    def on_leave_attribute(self, node, attribute):
        self._functions -= attribute == "body" and isinstance(node, cst.FunctionDef | cst.Lambda)

    def on_visit(self, node):
        match node:
            case cst.Annotation() | cst.Import() | cst.ImportFrom():
                return False
            case cst.Arg(keyword=cst.Name("strict")):  # of zip: asserts what holds
                return False
            case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString()):  # a docstring
                return False
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name("__all__"))]):
                return False
            case cst.SimpleString() if PROSE.search(node.value):
                return False
            case cst.Expr():  # a statement left out
                self._add(node, cst.Pass())
            case cst.If(test=cst.Name() | cst.Attribute() | cst.Call()):  # a condition turned round
                self._add(node.test, cst.UnaryOperation(cst.Not(), node.test))
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                if operator is operator_arg_removal and m.matches(node.func, NEEDS_ALL):
                    continue
                replacements = list(operator(node))
                if operator is operator_string:
                    replacements = replacements[:1]  # not the same word in capitals, too
                if operator is operator_arg_removal and len(node.args) > 1:
                    replacements = replacements[-len(node.args) :]  # left out; not None, too
                for new in replacements:
                    self._add(node, new)
        return True

    def _add(self, old, new):
        self.found.append((old, new, self._functions > 0))


def mutants(file):
    """Return all mutants of a file."""
    source = Path(file).read_text("utf-8")
    module = cst.parse_module(source)
    module.visit(mutations := _Mutations())
    found = {ast.dump(ast.parse(source)): None}  # 1e150 + 1 is 1e150
    for old, new, in_function in mutations.found:
        mutated = module.deep_replace(old, new).code
        with contextlib.suppress(SyntaxError):
            mutant = Mutant(file, mutated, _change(source, mutated), in_function)
            found.setdefault(ast.dump(ast.parse(mutated)), mutant)
    return list(_numbered(mutant for mutant in found.values() if mutant))


def _change(old, new):
    old, new = ([re.sub("  #.*", "", line) for line in source.splitlines()] for source in (old, new))
    lines = list(difflib.unified_diff(old, new, lineterm="", n=0))[3:]
    return " -> ".join(" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")


def _numbered(found):
    """Tell mutants apart that change equal lines in the same way."""
    seen = Counter()
    for mutant in found:
        seen[mutant.change] += 1
        number = seen[mutant.change]
        yield mutant if number == 1 else mutant._replace(change=f"{mutant.change} ({number})")
