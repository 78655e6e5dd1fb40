"""Stages go forward, what has ended stays ended, and a degree follows from the core elements alone."""

from hypothesis import given
from hypothesis import strategies as st

from teladan.exchange.adoption_degree import (
    CHANGED,
    DECIDED,
    DROPPED,
    ENDS,
    KEPT,
    MUST_KEEP,
    NOT_ADOPTED,
    STAGES,
    TREATMENTS,
    WAY,
    WEIGHTS,
    Treated,
    degree,
    following,
)

ELEMENTS = st.lists(
    st.builds(
        Treated,
        parent=st.sampled_from("abcd"),
        weight=st.sampled_from(WEIGHTS),
        treatment=st.sampled_from(TREATMENTS),
    ),
    min_size=1,
    max_size=8,
)


@given(st.data())
def test_every_way_through_the_stages_goes_forward_and_ends(data):
    reached: list[str] = []
    while allowed := following(reached):
        assert set(allowed) <= set(STAGES)
        assert not set(allowed) & set(reached)
        reached.append(data.draw(st.sampled_from(allowed)))
    places = [WAY.index(stage) for stage in reached if stage in WAY]
    assert places == sorted(set(places))
    assert reached[-1] in ENDS
    assert not set(reached[:-1]) & set(ENDS)
    # Who began before the decision either decided or did not adopt.
    if places and places[0] < DECIDED:
        assert "decided" in reached or reached[-1] == NOT_ADOPTED


@given(ELEMENTS)
def test_the_order_of_elements_changes_no_degree(elements):
    assert degree(elements) == degree(reversed(elements))


@given(ELEMENTS)
def test_a_copy_keeps_everything_and_what_keeps_everything_of_one_parent_is_a_copy(elements):
    found = degree(elements)
    everything = all(each.treatment == KEPT for each in elements)
    if found.degree == "copy":
        assert everything
    if everything and len({each.parent for each in elements}) == 1:
        assert found.degree == "copy"


@given(ELEMENTS)
def test_a_must_keep_element_that_was_not_kept_leaves_an_inspiration(elements):
    lost = any(each.weight == MUST_KEEP and each.treatment != KEPT for each in elements)
    if lost:
        assert degree(elements).degree == "inspiration"


@given(ELEMENTS, st.sampled_from("abcd"), st.sampled_from(WEIGHTS))
def test_while_one_is_unsaid_nothing_is_computed(elements, parent, weight):
    found = degree([*elements, Treated(parent=parent, weight=weight)])
    assert (found.degree, found.unsaid) == (None, 1)


def test_without_core_elements_there_is_no_degree():
    assert degree([]).degree is None


def kept(parent, treatment=KEPT):
    return Treated(parent=parent, weight="adaptable", treatment=treatment)


def test_degrees_by_example():
    assert degree([kept("a"), kept("a", CHANGED)]).degree == "emulation"
    assert degree([kept("a"), kept("a", DROPPED)]).degree == "emulation"
    assert degree([kept("a", CHANGED), kept("a", DROPPED)]).degree == "inspiration"
    assert degree([kept("a"), kept("b", CHANGED)]).degree == "hybrid"
    assert degree([kept("a"), kept("b", DROPPED)]).degree == "emulation"
    assert degree([kept("a"), kept("b"), kept("c")]).degree == "synthesis"
