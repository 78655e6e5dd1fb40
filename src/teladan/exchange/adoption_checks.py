"""What an adoption cannot be: from parents that are not there yet, its own forebear, or out of order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.translation import gettext_noop as N_

from teladan.core.dates import before, is_date, latest_day
from teladan.exchange.adoption_degree import DEGREES, ENDS, STAGES, following
from teladan.exchange.files import StagePart
from teladan.exchange.lineage import cycle
from teladan.exchange.models import Adoption, AdoptionParent, PracticeVersion
from teladan.registry.refusals import Reason

Node = tuple[str, int]  # practice and number of its version
# Stages as reasons say them, marked for translation.
WORDS = (
    *(N_("noticed"), N_("assessed"), N_("decided"), N_("adapted"), N_("piloted"), N_("scaled")),
    *(N_("sustained"), N_("not adopted"), N_("stopped"), N_("reversed")),
)
# A fraction or a decimal: "1e999999999", which Python reads as well, would be worked out for hours.
SHARE = re.compile(r"[0-9]{1,9}(/[0-9]{1,9}|\.[0-9]{1,9})?")
ROOM = {"code": 90, "adopter": 250, "name": 250, "funder": 200, "degree_words": 100, "source": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentPart:
    """A version that was taken from, since when it is there, and its share ("" not said)."""

    practice: str
    number: int
    since: str
    share: str = ""

    @property
    def node(self) -> Node:
        """Return the version's place in the lineage."""
        return self.practice, self.number


def lineage() -> list[tuple[Node, Node]]:
    """Return every edge, parent to child: what came of adoptions, each version to the next; two queries."""
    edges = [
        ((one, number), (other, becomes))
        for one, number, other, becomes in AdoptionParent.objects.filter(
            adoption__becomes__isnull=False
        ).values_list(
            "version__practice_id",
            "version__number",
            "adoption__becomes__practice_id",
            "adoption__becomes__number",
        )
    ]
    versions = PracticeVersion.objects.filter(number__gt=1).values_list("practice_id", "number")
    return edges + [((practice, number - 1), (practice, number)) for practice, number in versions]


def wrong_parents(
    parents: Sequence[ParentPart], becomes: Node | None, edges: Iterable[tuple[Node, Node]], begins: str
) -> Reason | None:
    """Refuse no parents, one twice, shares beyond the whole, a cycle, an adoption before its parent."""
    if not parents:
        return Reason("no-parent", N_("An adoption names what it takes from: one version at least."))
    nodes = [parent.node for parent in parents]
    if len(set(nodes)) < len(nodes):
        return Reason("parent-twice", N_("The same version stands twice among what it takes from."))
    shares = [parent.share for parent in parents if parent.share]
    if not all(_is_share(share) for share in shares) or sum(map(Fraction, shares)) > 1:
        return Reason("share", N_("Shares are fractions such as 1/2, and together not more than the whole."))
    way = cycle(edges, [(node, becomes) for node in nodes]) if becomes else None
    if way:
        return Reason(
            "cycle",
            N_("It would descend from itself: %(way)s."),
            {"way": " → ".join(f"{code} {number}" for code, number in way)},
        )
    for parent in parents:
        if before(begins, parent.since):
            return Reason(
                "before-its-parent",
                N_("It would begin %(begins)s, before ‘%(practice)s’ existed (%(since)s)."),
                {"begins": begins, "practice": parent.practice, "since": parent.since},
            )
    return None


def wrong_stage(reached: Sequence[StagePart], new: StagePart) -> Reason | None:
    """Refuse a stage that there is not, one out of order, a date before the last, an end without reason."""
    if new.stage not in STAGES:
        return Reason(
            "stage",
            N_("‘%(stage)s’ is no stage; there are: %(there)s."),
            {"stage": new.stage[:40], "there": STAGES},
        )
    if new.date and not is_date(new.date):
        return Reason(
            "date",
            N_("‘%(text)s’ is no date (%(field)s): write 2002, 2002-05 or 2002-05-17."),
            {"text": new.date[:20], "field": "date"},
        )
    allowed = following([each.stage for each in reached])
    # What is told afterwards may be its end alone: then nothing of its way is known.
    if new.stage not in allowed and (reached or new.stage not in ENDS):
        last = reached[-1].stage if reached else ""
        return Reason(
            "stage-order",
            N_("After ‘%(last)s’ cannot come ‘%(stage)s’; there may come: %(there)s."),
            {"last": (last,), "stage": (new.stage,), "there": allowed or "–"},
        )
    dated = [each.date for each in reached if each.date]
    if dated and before(new.date, dated[-1]):
        return Reason(
            "stage-date",
            N_("The stage before it is dated %(last)s: this one cannot be of %(date)s."),
            {"last": dated[-1], "date": new.date},
        )
    if new.stage in ENDS and not new.words:
        return Reason("stage-reason", N_("Give the reason for which it ends or was not adopted."))
    return None


def not_yet(date: str, at: datetime) -> Reason | None:
    """Refuse a stage that is dated after the day of the act: a plan is no stage that was reached."""
    if before(latest_day(at), date):
        return Reason(
            "stage-not-yet",
            N_("It is not %(date)s yet: give the date on which the stage was reached."),
            {"date": date},
        )
    return None


def wrong_words(adoption: Adoption) -> Reason | None:
    """Refuse an adoption without adopter or name, with a degree, motive or channel that is none."""
    for field in ("code", "adopter", "name"):
        if not getattr(adoption, field):
            return Reason("practice-empty", N_("The field ‘%(field)s’ must not be empty."), {"field": field})
    for field, most in ROOM.items():
        if len(getattr(adoption, field)) > most:
            return Reason(
                "too-long",
                N_("The field ‘%(field)s’ has %(length)s characters; at most %(most)s fit."),
                {"field": field, "length": len(getattr(adoption, field)), "most": most},
            )
    for field, there in (
        ("degree", DEGREES),
        ("motive", Adoption.Motive.values),
        ("channel", Adoption.Channel.values),
    ):
        value = getattr(adoption, field)
        if value and value not in there:
            return Reason(
                "choice",
                N_("‘%(value)s’ is no %(field)s; there are: %(there)s."),
                {"value": value[:60], "field": field, "there": ", ".join(there)},
            )
    return None


def _is_share(text: str) -> bool:
    try:
        return bool(SHARE.fullmatch(text)) and 0 < Fraction(text) <= 1
    except ZeroDivisionError:
        return False
