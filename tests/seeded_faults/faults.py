"""Which faults can be seeded into a source file: small changes of what is decided and computed."""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# A word of these in a file's path makes its faults so many times likelier: rules, findings and figures.
TELLING = (
    *("rule", "finding", "figure", "claim", "projection", "quantity", "evaluat", "check", "audit", "lineage"),
    *("agree", "consisten", "rank", "weigh", "round", "grant", "correct", "merkle", "diff", "what_if"),
)
WEIGHT = 4
PLAIN = {"condition forced", "return replaced", "call dropped", "choice"}  # the others are twice as likely
SWAPS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
METHODS = {"first": "last", "last": "first"}
CODE = re.compile(r"[a-z][a-z0-9_-]*")  # a text that is a choice, not words
WORDS = {"_", "N_", "gettext", "ngettext", "pgettext", "print", "warn", "cast", "TypeVar"}
LOGS = {"log", "logger", "logging", "warnings"}
SHAPING = re.compile(  # a decorator without which nothing works at all
    r"property|setter|static|class|cache|overload|context|fixture|abstract|override|wraps|register|command"
    r"|runtime|total_ordering|router|\.(get|post)|filter|receiver|library|final"
)
UNSAID = {
    "max_length",
    "null",
    "blank",
    "db_index",
    "related_name",
    "verbose_name",
    "stacklevel",
    "description",
    "help",
}
TEXTS = (ast.JoinedStr, ast.List, ast.Tuple, ast.Dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A change of some bytes of a file. `within` is the function, "" where it runs when imported."""

    file: str
    line: int
    start: int
    end: int
    put: str
    kind: str
    within: str
    names: tuple[str, ...]  # at import: the names that it makes, to look for who uses them
    span: tuple[int, int]  # the lines of the statement
    before: str
    after: str

    def seeded(self, source: bytes) -> bytes:
        """Return the source with the fault; every line stays where it is."""
        gap = source[self.start : self.end].count(b"\n") - self.put.count("\n")
        put = f"({self.put}{chr(10) * gap})" if gap > 0 else self.put
        return source[: self.start] + put.encode() + source[self.end :]

    @property
    def identity(self) -> str:
        """Return what it is wherever its lines and its file move to."""
        return f"{self.within}: {self.before} -> {self.after}"


def faults_of(path: Path, root: Path) -> list[Fault]:
    """Return every fault that can be seeded into a file."""
    source = path.read_bytes()
    found = _Finder(str(path.relative_to(root)), source)
    found.visit(ast.parse(source))
    return found.faults


def sample(faults: Iterable[Fault], count: int, seed: int, root: Path) -> list[Fault]:
    """Return some faults, one a statement at most; the same for the same seed, whatever else changes."""
    seen: Counter[str] = Counter()
    ranked = []
    for each in faults:
        seen[each.identity] += 1
        digest = hashlib.sha256(f"{seed} {each.identity} {seen[each.identity]}".encode()).digest()
        chance = int.from_bytes(digest[:7]) / 256**7
        weight = WEIGHT if any(word in each.file for word in TELLING) else 1
        weight *= 1 if each.kind in PLAIN else 2
        ranked.append((chance ** (1 / weight), each.file, each.start, each))
    chosen: dict[tuple[str, tuple[int, int]], Fault] = {}
    for *_rank, each in sorted(ranked, key=lambda one: one[:3], reverse=True):
        if len(chosen) < count and (each.file, each.span) not in chosen and _is_python(each, root):
            chosen[each.file, each.span] = each
    return sorted(chosen.values(), key=lambda each: (each.file, each.start))


def told(file: str, line: int, before: str, after: str, root: Path) -> Fault:
    """Return the fault that a person names: in this line, `after` for `before`."""
    source = (root / file).read_bytes()
    begin = sum(len(each) for each in source.splitlines(keepends=True)[: line - 1])
    start = source.index(before.encode(), begin)
    finder = _Finder(file, source)
    finder.visit(ast.parse(source))
    holding = [each for each in finder.spans if each[0] <= line <= each[1]]
    first, last, finder.within = min(holding, key=lambda each: each[1] - each[0])
    finder.span = (first, last)
    return finder.fault("told", start, start + len(before.encode()), after)


class _Finder(ast.NodeVisitor):
    """Walk a file with the function, the statement and the parents of what is looked at."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source = file, source
        self.lines = [0]
        for each in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(each))
        self.faults: list[Fault] = []
        self.spans: list[tuple[int, int, str]] = []
        self.path: list[str] = []  # the qualified name, as Python writes it
        self.within = ""
        self.names: tuple[str, ...] = ()
        self.span = (1, 1)

    # --- where one stands -------------------------------------------------------------------

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt):
            before = self.span, self.names
            body = getattr(node, "body", None)
            last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno
            self.span = (node.lineno, last)
            self.spans.append((*self.span, self.within))
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            self.names = tuple(each.id for each in targets if isinstance(each, ast.Name)) or self.names
            super().visit(node)
            self.span, self.names = before
        else:
            super().visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if field in {"annotation", "returns", "type_comment", "format_spec"}:
                continue
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    each.parent = node  # type: ignore[attr-defined]
                    self.visit(each)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node.name in {"__repr__", "__str__"}:
            return
        for each in node.decorator_list:
            text = ast.unparse(each)
            if not SHAPING.search(text) and not self.within:
                self.names = (node.name,)
                start = self.at(each.lineno, each.col_offset) - 1
                self.add("decorator removed", start, self.end(each), "")
        for each in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            each.parent = node.args  # type: ignore[attr-defined]
            self.names = (node.name,)
            self.visit(each)
        outer, self.within, self.names = self.within, ".".join([*self.path, node.name]), ()
        self.path += [node.name, "<locals>"]
        for each in node.body:
            each.parent = node  # type: ignore[attr-defined]
            self.visit(each)
        del self.path[-2:]
        self.within = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if node.name == "Meta":
            return
        self.path.append(node.name)
        for each in node.body:
            each.parent = node  # type: ignore[attr-defined]
            self.visit(each)
        self.path.pop()

    # --- what is left out -------------------------------------------------------------------

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave texts alone."""

    def visit_Assert(self, node: ast.Assert) -> None:
        """Leave what cannot be otherwise alone."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Leave names alone."""

    # --- operators --------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for i, op in enumerate(node.ops):
            self.swap("comparison", op, sides[i], sides[i + 1])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.swap("and/or", node.op, left, right)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        texts = any(isinstance(each, TEXTS) or _text(each) for each in (node.left, node.right))
        if not texts and (self.within or not isinstance(node.op, ast.BitOr)):
            self.swap("arithmetic", node.op, node.left, node.right)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if not isinstance(node.value, TEXTS) and not _text(node.value):
            self.swap("arithmetic", node.op, node.target, node.value)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        start = self.at(node.lineno, node.col_offset)
        if isinstance(node.op, ast.Not):
            self.add("not dropped", start, start + 3, "")
        elif isinstance(node.op, ast.USub | ast.Invert) and not isinstance(node.operand, ast.Constant):
            self.add("sign dropped", start, start + 1, "")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        parent = node.parent  # type: ignore[attr-defined]
        if isinstance(parent, ast.keyword) and parent.arg in UNSAID:
            return
        start, end = self.at(node.lineno, node.col_offset), self.end(node)
        if isinstance(node.value, bool):
            self.add("true/false", start, end, str(not node.value))
        elif isinstance(node.value, int):
            for step in (1, -1):
                self.add(f"{step:+d}", start, end, f"{node.value + step}")
        elif isinstance(node.value, str) and CODE.fullmatch(node.value) and self.within:
            chosen = isinstance(parent, ast.keyword | ast.Compare | ast.Set)
            self.faults += [self.fault("choice", start, end, f'"{node.value}_"')] if chosen else []

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        base = getattr(getattr(node.func, "value", None), "id", "")
        if name in WORDS or base in LOGS:
            return
        other = (CALLS if isinstance(node.func, ast.Name) else METHODS).get(name)
        if other:
            end = self.end(node.func)
            self.add("call", end - len(name), end, other)
        self.generic_visit(node)

    # --- statements -------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) != "TYPE_CHECKING":
            self.force(node.test)
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.force(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for each in node.ifs:
            self.force(each, values=("True",))
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not isinstance(node.value, ast.Constant):
            start, end = self.at(node.value.lineno, node.value.col_offset), self.end(node.value)
            plain = not any(isinstance(each, ast.NamedExpr) for each in ast.walk(node.value))
            if isinstance(node.value, ast.Compare | ast.BoolOp):
                self.add("return turned", start, start, "not ")
            elif plain:
                self.add("return replaced", start, end, "None")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            base = node.value.func
            while isinstance(base, ast.Attribute):
                base = base.value
            if getattr(base, "id", "") not in LOGS | WORDS and self.within:
                self.add("call dropped", self.at(node.lineno, node.col_offset), self.end(node), "None")
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        if self.within:
            self.add("raise dropped", self.at(node.lineno, node.col_offset), self.end(node), "None")

    def visit_Break(self, node: ast.Break) -> None:
        self.add("break/continue", self.at(node.lineno, node.col_offset), self.end(node), "continue")

    def visit_Continue(self, node: ast.Continue) -> None:
        self.add("break/continue", self.at(node.lineno, node.col_offset), self.end(node), "break")

    # --- how they are written ---------------------------------------------------------------

    def swap(self, kind: str, op: ast.AST, left: ast.expr, right: ast.expr) -> None:
        if type(op) not in SWAPS:
            return
        old, new = SWAPS[type(op)]
        begin, end = self.end(left), self.at(right.lineno, right.col_offset)
        word = rf"\b{old}\b".replace(" ", r"\s+") if old[0].isalpha() else re.escape(old)
        found = re.search(word.encode(), self.source[begin:end])
        if found:
            self.add(kind, begin + found.start(), begin + found.end(), new)

    def force(self, test: ast.expr, values: tuple[str, ...] = ("True", "False")) -> None:
        named = any(isinstance(each, ast.NamedExpr) for each in ast.walk(test))
        if not named and not isinstance(test, ast.Constant):
            for value in values:
                self.add("condition forced", self.at(test.lineno, test.col_offset), self.end(test), value)

    def at(self, line: int, column: int) -> int:
        return self.lines[line - 1] + column

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self.at(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def add(self, kind: str, start: int, end: int, put: str) -> None:
        self.faults.append(self.fault(kind, start, end, put))

    def fault(self, kind: str, start: int, end: int, put: str) -> Fault:
        line = self.source.count(b"\n", 0, start) + 1
        head, tail = self.source.rfind(b"\n", 0, start) + 1, (self.source + b"\n").find(b"\n", end)
        old = self.source[head:tail].decode()
        new = (self.source[head:start] + put.encode() + self.source[end:tail]).decode()
        return Fault(
            file=self.file,
            line=line,
            start=start,
            end=end,
            put=put,
            kind=kind,
            within=self.within,
            names=self.names,
            span=self.span,
            before=old.strip(),
            after=new.strip(),
        )


def _is_python(fault: Fault, root: Path) -> bool:
    try:
        compile(fault.seeded((root / fault.file).read_bytes()), fault.file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _text(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    func = getattr(node, "func", None)
    return isinstance(func, ast.Name) and func.id in WORDS


def sources(room: Path) -> Iterator[Path]:
    """Return the files of a room."""
    if room.is_file():
        yield room
    else:
        yield from (each for each in sorted(room.rglob("*.py")) if "migrations" not in each.parts)
