"""The lineage has no cycle: found by another way than the engine's."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from teladan.exchange.lineage import ancestors, cycle, descendants

NODES = st.integers(0, 7)
EDGES = st.lists(st.tuples(NODES, NODES).filter(lambda edge: edge[0] < edge[1]), max_size=14)
ADDED = st.lists(st.tuples(NODES, NODES), min_size=1, max_size=3)


def closes(edges: list[tuple[int, int]]) -> bool:
    """Say whether a graph has a cycle: take away what has no parent until nothing is left or goes."""
    left, kept = set(range(8)), list(edges)
    while left:
        free = {node for node in left if not any(child == node for _parent, child in kept)}
        if not free:
            return True
        left -= free
        kept = [(parent, child) for parent, child in kept if parent in left and child in left]
    return False


@given(EDGES, ADDED)
def test_a_cycle_is_found_where_there_is_one_and_its_way_is_real(edges, added):
    way = cycle(edges, added)
    assert (way is not None) == closes([*edges, *added])
    if way is not None:
        assert way[0] == way[-1]
        steps = list(pairwise(way))
        assert set(steps) <= {*edges, *added}
        assert set(steps) & set(added)


@given(EDGES, NODES)
def test_descendants_are_reached_in_the_fewest_steps(edges, start):
    steps = {start: 0}
    for _ in range(8):  # Bellman and Ford: as many rounds as nodes
        for parent, child in edges:
            if parent in steps:
                steps[child] = min(steps.get(child, 99), steps[parent] + 1)
    del steps[start]
    assert descendants(edges, start) == steps


@given(EDGES, NODES, NODES)
def test_ancestors_are_descendants_seen_from_below(edges, one, other):
    assert ancestors(edges, one).get(other) == descendants(edges, other).get(one)


def test_a_version_is_no_parent_of_itself():
    assert cycle([], [("a", "a")]) == ["a", "a"]


def test_two_new_parents_close_a_cycle_together():
    assert cycle([], [("a", "b"), ("b", "a")]) in (["a", "b", "a"], ["b", "a", "b"])
