"""No two files need each other, however late one imports the other; imports for types alone are free."""

from collections.abc import Mapping

import grimp
import pytest

Graph = Mapping[str, set[str]]


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


def test_no_file_of_ours_is_in_a_circle() -> None:
    graph = grimp.build_graph("teladan", exclude_type_checking_imports=True, cache_dir=None)
    assert circles({file: graph.find_modules_directly_imported_by(file) for file in graph.modules}) == []
