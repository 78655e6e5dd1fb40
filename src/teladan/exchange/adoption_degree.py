"""How far an adoption is and how much of its parents it kept: the order of stages, the computed degree.

Degrees after R. Rose, Lesson-Drawing in Public Policy (1993): a copy, an emulation (adjusted), a hybrid
(of two), a synthesis (of several), an inspiration. A negative lesson is only ever declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WAY = ("noticed", "assessed", "decided", "adapted", "piloted", "scaled", "sustained")
NOT_ADOPTED = "not adopted"
STOPPED = "stopped"
REVERSED = "reversed"
ENDS = (NOT_ADOPTED, STOPPED, REVERSED)
STAGES = (*WAY, *ENDS)
DECIDED = WAY.index("decided")
IN_USE = ("piloted", "scaled", "sustained")

MUST_KEEP, ADAPTABLE, OPTIONAL = "must keep", "adaptable", "optional"
WEIGHTS = (MUST_KEEP, ADAPTABLE, OPTIONAL)
KEPT, CHANGED, DROPPED = "kept", "changed", "dropped"
TREATMENTS = (KEPT, CHANGED, DROPPED)

COPY, EMULATION, HYBRID, SYNTHESIS = "copy", "emulation", "hybrid", "synthesis"
INSPIRATION, NEGATIVE = "inspiration", "negative lesson"
DEGREES = (COPY, EMULATION, HYBRID, SYNTHESIS, INSPIRATION, NEGATIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """A core element of a parent and what became of it: kept, changed, dropped, or "" where nobody said."""

    parent: str
    weight: str
    treatment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """The degree that the elements give, None where too little is said; and the counts it rests on."""

    degree: str | None
    kept: int
    changed: int
    dropped: int
    unsaid: int


def following(stages: Sequence[str]) -> tuple[str, ...]:
    """Return the stages that may come next.

    An adoption that is told afterwards may begin at any stage. One that is followed goes forward, steps
    may be passed over, but not the decision; what has ended stays ended.

    >>> following(["noticed"])
    ('assessed', 'decided', 'not adopted')
    >>> following(["noticed", "decided", "piloted"])
    ('scaled', 'sustained', 'stopped', 'reversed')
    >>> following(["scaled", "stopped"])
    ()
    """
    if not stages:
        return (*WAY, NOT_ADOPTED)
    last = stages[-1]
    if last in ENDS:
        return ()
    place = WAY.index(last)
    ahead = WAY[place + 1 :] if place >= DECIDED else WAY[place + 1 : DECIDED + 1]
    if place < DECIDED:
        return (*ahead, NOT_ADOPTED)
    return (*ahead, STOPPED, REVERSED) if last in IN_USE else (*ahead, STOPPED)


def degree(elements: Iterable[Treated]) -> Computed:
    """Return the degree that the treatment of the parents' core elements gives.

    * a must-keep element changed or dropped, or nothing kept at all: an inspiration;
    * else, from three parents or more: a synthesis; from two: a hybrid;
    * else, everything kept: a copy; otherwise an emulation.

    A parent counts where something of it was kept or changed. No degree is computed while it is not said
    what became of each element, or where the parents have none.

    >>> degree([Treated(parent="a", weight="must keep", treatment="kept")]).degree
    'copy'
    >>> degree([Treated(parent="a", weight="must keep", treatment="dropped")]).degree
    'inspiration'
    """
    found = list(elements)
    counts = {treatment: sum(e.treatment == treatment for e in found) for treatment in ("", *TREATMENTS)}
    return Computed(
        degree=_degree(found) if found and not counts[""] else None,
        kept=counts[KEPT],
        changed=counts[CHANGED],
        dropped=counts[DROPPED],
        unsaid=counts[""],
    )


def _degree(found: list[Treated]) -> str:
    if any(e.weight == MUST_KEEP and e.treatment != KEPT for e in found):
        return INSPIRATION
    if not any(e.treatment == KEPT for e in found):
        return INSPIRATION
    parents = {e.parent for e in found if e.treatment != DROPPED}
    if len(parents) > 2:
        return SYNTHESIS
    if len(parents) == 2:
        return HYBRID
    return COPY if all(e.treatment == KEPT for e in found) else EMULATION
