"""Loading agreements and meetings: facts with their sources, not acts, so nothing enters the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from teladan.cooperation import files
from teladan.cooperation.files import CooperationFile
from teladan.cooperation.models import (
    CooperationAgreement,
    CreditedOutput,
    JointProject,
    Meeting,
    MeetingContribution,
    MeetingTrack,
)
from teladan.core import library
from teladan.core.document import DocumentError, Problem
from teladan.exchange.models import Practice
from teladan.registry.models import Country

Report = Callable[[str], None]


@transaction.atomic
def load_cooperation(*, root: Path | None = None, report: Report = lambda _line: None) -> int:
    """Load what is below `cooperation/` of a folder of published data; return how many were new or changed.

    Registry and exchange are there already. A file that is loaded already changes nothing; of one that was
    changed everything is written anew, but the follow-ups of its meeting stay. Raises DocumentError and
    OSError, and then writes nothing.
    """
    root = root or library.shipped("published")
    agreements = [files.read_agreement(file) for file in files.agreements(root)]
    meetings = [files.read_meeting(file) for file in files.meetings(root)]
    known = _Known(agreements, meetings)
    changed = [
        *_each(_forerunners_first(agreements), CooperationAgreement, known.agreement),
        *_each(_forerunners_first(meetings), Meeting, known.meeting),
    ]
    for code in changed:
        report(f"cooperation {code}")
    return len(changed)


def _each(
    found: Iterable[CooperationFile],
    model: type[CooperationAgreement | Meeting],
    write: Callable[[CooperationFile], None],
) -> list[str]:
    made_from = dict(model.objects.values_list("code", "made_from"))
    changed = [each for each in found if made_from.get(each.code) != each.digest]
    for each in changed:
        write(each)
    return [each.code for each in changed]


def _forerunners_first(found: list[CooperationFile]) -> list[CooperationFile]:
    """Return files in an order in which each comes after what it follows; refuse one that follows itself."""
    by_code = {each.code: each for each in found}
    order: list[CooperationFile] = []
    for each in found:
        chain, one = [], each
        while one not in order:
            if one in chain:
                raise _problem(each, "follows", "it follows itself")
            chain.append(one)
            if one.values["follows"] not in by_code:
                break
            one = by_code[one.values["follows"]]
        order += reversed(chain)
    return order


class _Known:
    """What files may name: practices, countries, and each other."""

    def __init__(self, agreements: list[CooperationFile], meetings: list[CooperationFile]) -> None:
        self.practices = set(Practice.objects.values_list("code", flat=True))
        self.countries = set(Country.objects.values_list("code", flat=True))
        self.agreements = {each.code for each in agreements} | set(
            CooperationAgreement.objects.values_list("code", flat=True)
        )
        self.meetings = {each.code for each in meetings} | set(Meeting.objects.values_list("code", flat=True))

    def agreement(self, each: CooperationFile) -> None:
        """Write an agreement with its projects and outputs."""
        self._names(each, "follows", self.agreements)
        self._names(each, "practice", self.practices)
        for part in (*each.values["parties"], *each.values["money"]):
            self._name(each, "country", part["country"], self.countries)
        row = CooperationAgreement(
            made_from=each.digest,
            follows_id=each.values["follows"] or None,
            practice_id=each.values["practice"] or None,
            **_without(each.values, "follows", "practice"),
        )
        row.save()
        row.projects.all().delete()
        row.outputs.all().delete()
        projects = {
            part["code"]: JointProject.objects.create(agreement=row, **part)
            for part in each.parts["projects"]
        }
        for part in each.parts["outputs"]:
            self._name(each, "practice", part["practice"], self.practices)
            self._name(each, "project", part["project"], projects)
            CreditedOutput.objects.create(
                agreement=row,
                practice_id=part["practice"] or None,
                project=projects.get(part["project"]),
                **_without(part, "practice", "project"),
            )

    def meeting(self, each: CooperationFile) -> None:
        """Write a meeting with its tracks and contributions."""
        self._names(each, "follows", self.meetings)
        self._names(each, "agreement", self.agreements)
        self._names(each, "country", self.countries)
        row = Meeting(
            made_from=each.digest,
            follows_id=each.values["follows"] or None,
            agreement_id=each.values["agreement"] or None,
            country_id=each.values["country"] or None,
            **_without(each.values, "follows", "agreement", "country"),
        )
        row.save()
        row.contributions.all().delete()
        row.tracks.all().delete()
        tracks = {
            part["code"]: MeetingTrack.objects.create(meeting=row, **part) for part in each.parts["tracks"]
        }
        for part in each.parts["contributions"]:
            self._name(each, "practice", part["practice"], self.practices)
            self._name(each, "country", part["country"], self.countries)
            MeetingContribution.objects.create(
                meeting=row,
                language=row.language,
                track=tracks.get(part["track"]),
                practice_id=part["practice"] or None,
                country_id=part["country"] or None,
                **_without(part, "track", "practice", "country"),
            )

    def _names(self, each: CooperationFile, key: str, there: Iterable[str]) -> None:
        self._name(each, key, each.values[key], there)

    def _name(self, each: CooperationFile, key: str, value: str, there: Iterable[str]) -> None:
        if value and value not in there:
            raise _problem(each, key, f"there is no {key} {value[:60]!r}")


def _problem(each: CooperationFile, key: str, message: str) -> DocumentError:
    return DocumentError(str(each.file), [Problem(1, key, message)])


def _without(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in keys}
