"""Who learned from whom: a graph without cycles, its edges from parent to child."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def cycle(edges: Iterable[tuple[Node, Node]], added: Iterable[tuple[Node, Node]]) -> list[Node] | None:
    """Return the shortest way round that new edges would close, from a child back to itself; else None.

    `edges` have no cycle; `added` may close one together with them or among themselves.

    >>> cycle([("a", "b"), ("b", "c")], [("c", "a")])
    ['a', 'b', 'c', 'a']
    >>> cycle([("a", "b")], [("a", "c")])
    """
    new = list(added)
    children = _children([*edges, *new])
    ways = [way for parent, child in new if (way := _way(children, child, parent)) is not None]
    return [*(shortest := min(ways, key=len)), shortest[0]] if ways else None


def descendants(edges: Iterable[tuple[Node, Node]], start: Node) -> dict[Node, int]:
    """Return whatever comes down from a node, with the number of steps to it; the node itself is not in it.

    >>> descendants([("a", "b"), ("b", "c"), ("a", "c"), ("x", "a")], "a")
    {'b': 1, 'c': 1}
    """
    children = _children(edges)
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for child in children.get(node, ()):
            if child not in steps:
                steps[child] = steps[node] + 1
                waiting.append(child)
    del steps[start]
    return steps


def ancestors(edges: Iterable[tuple[Node, Node]], start: Node) -> dict[Node, int]:
    """Return whatever a node comes from, with the number of steps up to it.

    >>> ancestors([("a", "b"), ("b", "c")], "c")
    {'b': 1, 'a': 2}
    """
    return descendants([(child, parent) for parent, child in edges], start)


def _children(edges: Iterable[tuple[Node, Node]]) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {}
    for parent, child in edges:
        found.setdefault(parent, []).append(child)
    return found


def _way(children: dict[Node, list[Node]], start: Node, end: Node) -> list[Node] | None:
    """Return a shortest way down from a node to another, both included."""
    came: dict[Node, Node | None] = {start: None}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        if node == end:
            way: list[Node] = []
            step: Node | None = node
            while step is not None:
                way.append(step)
                step = came[step]
            return way[::-1]
        for child in children.get(node, ()):
            if child not in came:
                came[child] = node
                waiting.append(child)
    return None
