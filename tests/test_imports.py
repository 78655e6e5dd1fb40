"""What contracts cannot say of imports: no circles, a verifier on its own, floors in every room."""

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import grimp
import pytest

Graph = Mapping[str, set[str]]
ROOT = Path(__file__).parents[1]
ROOMS = ROOT / "src" / "teladan"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
# Rooms that are one floor, or whose files are ordered in another way: the reason for each.
ELSEWHERE = {
    "core": "the engine: no circles, and nothing above it",
    "web": "the frame: one floor",
    "cli": "a file for each verb",
    "config": "knows everything",
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, however late; imports for types alone are free."""
    return grimp.build_graph(
        "teladan", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


def circles(imports: Graph) -> list[list[str]]:
    """Return the files that import each other, or themselves, over however many steps."""
    reached = {file: _reached(imports, file) for file in imports}
    groups = {frozenset({file, *_back(reached, file)}) for file in imports if file in reached[file]}
    return sorted(sorted(group) for group in groups)


def _reached(imports: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    ahead = list(imports[start])
    while ahead:
        if (file := ahead.pop()) not in seen:
            seen.add(file)
            ahead.extend(imports[file])
    return seen


def _back(reached: Graph, file: str) -> set[str]:
    return {other for other in reached[file] if file in reached[other]}


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        ({"a": {"b"}, "b": set()}, []),
        ({"a": {"a"}}, [["a"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [["a", "b", "c"]]),
    ],
)
def test_a_circle_is_found(imports: Graph, found: list[list[str]]) -> None:
    assert circles(imports) == found


def test_no_file_of_ours_is_in_a_circle(graph: grimp.ImportGraph) -> None:
    assert circles({file: graph.find_modules_directly_imported_by(file) for file in graph.modules}) == []


def test_the_verifier_needs_nothing_of_ours_and_nothing_to_install(graph: grimp.ImportGraph) -> None:
    needed = graph.find_modules_directly_imported_by("teladan.verify")
    assert needed
    assert {name for name in needed if name.partition(".")[0] not in sys.stdlib_module_names} == set()


def test_every_room_has_its_floors() -> None:
    rooms = {path.parent.name for path in ROOMS.glob("*/__init__.py")}
    with_floors = {
        container.removeprefix("teladan.")
        for contract in CONTRACTS
        if contract["type"] == "layers" and contract.get("exhaustive")
        for container in contract["containers"]
    }
    assert with_floors - {"teladan"} == rooms - set(ELSEWHERE)
