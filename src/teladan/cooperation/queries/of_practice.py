"""Where a practice stands in cooperation: as a centre, as an output that is credited, as a contribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from teladan.cooperation.models import CooperationAgreement, Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedIn:
    """An agreement or meeting that names a practice. `how`: centre, output, contribution."""

    how: str
    code: str
    titles: Mapping[str, str]


def named_in(practice: str) -> list[NamedIn]:
    """Return what names a practice: three queries."""
    centres = CooperationAgreement.objects.filter(practice=practice)
    credited = CooperationAgreement.objects.filter(outputs__practice=practice).distinct()
    told = Meeting.objects.filter(contributions__practice=practice).distinct()
    return [
        NamedIn(how=how, code=each.code, titles=each.titles)
        for how, found in (("centre", centres), ("output", credited), ("contribution", told))
        for each in found
    ]
