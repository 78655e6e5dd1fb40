"""The verbs of publishing by two persons, and of correcting what is published."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from teladan.cli.node.acting import acting
from teladan.cli.output import NOTHING, count, table, write
from teladan.cli.problems import DONE, CannotRun

if TYPE_CHECKING:
    from pathlib import Path

    from teladan.publication.models import Correction, Preparation
    from teladan.registry.models import Person

SHOWN = 60  # differences printed; the desk shows them all
HEADER = ("organisation", "name", "element", "was", "becomes")


def draft(folder: Path, *, by: str, reason: str, stdin: bool) -> int:
    """Make the dry run of a folder and print what it shows."""
    if not folder.is_dir():
        raise CannotRun(f"{folder}: there is no such folder")
    with acting(by, stdin=stdin) as person:
        from teladan.publication.documents.source import read
        from teladan.publication.services import draft as make

        made = make(by=person, source=read(folder), at=_now(), reason=reason)
        write(described(made))
        print(f"Nothing is in the record yet. Next: teladan prepare {made.code} --by EMAIL")
    return DONE


def prepare(code: str, *, by: str, stdin: bool) -> int:
    """Prepare the draft of a code."""
    with acting(by, stdin=stdin) as person:
        from teladan.publication.services import prepare as act

        made = act(by=person, preparation=_under_way(person, code), at=_now())
        print(
            f"Prepared {made.code} {made.number}: it rests on the first {made.prefix:,} entries of the log."
        )
        print(f"Another person releases it: teladan release {made.code} --by EMAIL")
    return DONE


def release(code: str, *, by: str, stdin: bool) -> int:
    """Release what another person prepared."""
    with acting(by, stdin=stdin) as person:
        from teladan.publication.services import release as act

        made = act(by=person, preparation=_under_way(person, code), at=_now())
        print(f"Released {made.code} {made.number}. Its proof is pending until it has its place in the log.")
    return DONE


def withdraw(code: str, *, by: str, reason: str, stdin: bool) -> int:
    """Take back what is not released."""
    with acting(by, stdin=stdin) as person:
        from teladan.publication.services import withdraw as act

        made = act(by=person, preparation=_under_way(person, code), reason=reason, at=_now())
        print(f"Withdrawn: {made.code} {made.number}.")
    return DONE


def ask(
    code: str, organisation: str, element: str, becomes: str, *, by: str, reason: str, stdin: bool
) -> int:
    """Ask for a correction."""
    with acting(by, stdin=stdin) as person:
        from teladan.publication.models import Publication
        from teladan.publication.services import ask_correction

        publication = Publication.objects.filter(code=code).first()
        if publication is None:
            raise CannotRun(f"there is no publication {code!r}")
        asked = ask_correction(
            by=person,
            publication=publication,
            organisation=organisation,
            element=element,
            becomes=becomes,
            reason=reason,
            at=_now(),
        )
        print(f"Asked: correction {asked.pk}, {_said(asked)}.")
        print(f"Another person decides: teladan correct decide {asked.pk} --accept --by EMAIL --reason …")
    return DONE


def decide(number: int, *, accept: bool, by: str, reason: str, stdin: bool) -> int:
    """Accept or decline a correction."""
    with acting(by, stdin=stdin) as person:
        from teladan.publication.services import decide_correction

        asked = _asked(person, number)
        decided = decide_correction(by=person, correction=asked, accept=accept, reason=reason, at=_now())
        print(f"{'Accepted' if accept else 'Declined'}: correction {decided.pk}, {_said(decided)}.")
        if decided.preparation:
            write(described(decided.preparation))
            print(f"Next: teladan prepare {decided.publication} --by EMAIL")
    return DONE


def take_back(number: int, *, by: str, reason: str, stdin: bool) -> int:
    """Take back a correction that the person asked for and that is not decided."""
    with acting(by, stdin=stdin) as person:
        from teladan.publication.services import take_back_correction

        asked = take_back_correction(by=person, correction=_asked(person, number), reason=reason, at=_now())
        print(f"Taken back: correction {asked.pk}, {_said(asked)}.")
    return DONE


def listed(*, by: str, stdin: bool) -> int:
    """Print the corrections that a person may see, and how far each is."""
    with acting(by, stdin=stdin) as person:
        from teladan.publication import rules
        from teladan.publication.models import Correction

        visible = Correction.objects.filter(rules.corrections_visible_to(person, at=_now()))
        found = visible.select_related("preparation").defer("preparation__differences").order_by("pk")
        rows = [
            (
                str(each.pk),
                each.publication,
                each.organisation_id,
                each.element,
                f"{each.was or NOTHING} → {each.becomes}",
                _state(each),
            )
            for each in found
        ]
        header = ("number", "publication", "organisation", "element", "figure", "state")
        write(table("", header, rows) if rows else "No correction was asked for.\n")
    return DONE


def described(made: Preparation) -> str:
    """Return what a dry run shows: how complete it is, its verdicts, what differs from before."""
    from teladan.publication.documents.differences import wrong_rows
    from teladan.publication.documents.projection import documents_of

    complete, differing = made.completeness, made.differences
    verdicts = ", ".join(f"{number:,} {verdict}" for verdict, number in complete["verdicts"].items())
    rows = [tuple(_plain(each[key]) or NOTHING for key in HEADER) for each in differing["changed"]]
    parts = [
        f"{made.code} {made.number} ({made.state}, {made.kind})",
        f"  listed           {complete['listed']:,}" + _of(complete["evaluated"]),
        f"  left out         {complete['left_out']:,}",
        f"  not scored       {complete['unscored']:,}",
        f"  without an index {complete['without_index']:,}",
        f"  verdicts         {verdicts or NOTHING}",
        f"  results          sha256 {made.results_sha256}",
        "",
        *_wrong(wrong_rows(documents_of(made)[0])),
    ]
    if differing["against"] is None:
        return "\n".join([*parts, "There is nothing before it to compare with.", ""])
    parts.append(
        f"Compared with {differing['against']}: {count(differing['same'], 'row')} the same, "
        f"{count(rows, 'figure')} changed, {len(differing['added']):,} new, {len(differing['gone']):,} gone."
    )
    parts += [f"  new   {_named(each)}" for each in differing["added"][:SHOWN]]
    parts += [f"  gone  {_named(each)}" for each in differing["gone"][:SHOWN]]
    text = "\n".join([*parts, ""])
    if rows:
        text += "\n" + table("", HEADER, rows[:SHOWN], right=(3, 4))
    if len(rows) > SHOWN:
        text += f"… and {len(rows) - SHOWN:,} more: the desk shows them all.\n"
    return text


def _wrong(found: list[dict[str, Any]]) -> list[str]:
    """Return the lines that name the rows which cannot be right; none where there are none."""
    if not found:
        return []
    lines = [f"  {_named(row)}: {row['verdict']}: {_plain(row['reason'] or '')}" for row in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"  … and {len(found) - SHOWN:,} more: the desk shows them all.")
    return [f"Printed figures that cannot be right ({count(found, 'row')}):", *lines, ""]


def _under_way(person: Person, code: str) -> Preparation:
    """Return what is under way for a code, where the person may see it; else the last one."""
    from teladan.publication import rules
    from teladan.publication.models import Preparation

    visible = Preparation.objects.filter(rules.visible_to(person, at=_now()), code=code)
    found = visible.filter(state__in=("draft", "prepared")).first() or visible.order_by("-pk").first()
    if found is None:
        raise CannotRun(f"nothing is under way for {code!r}; begin with: teladan draft FOLDER --by EMAIL")
    return found


def _asked(person: Person, number: int) -> Correction:
    """Return a correction that the person may see; others do not exist for them."""
    from teladan.publication import rules
    from teladan.publication.models import Correction

    asked = Correction.objects.filter(rules.corrections_visible_to(person, at=_now()), pk=number).first()
    if asked is None:
        raise CannotRun(f"there is no correction {number}; see: teladan correct list --by EMAIL")
    return asked


def _said(asked: Correction) -> str:
    return f"{asked.organisation_id} {asked.element}: {asked.was or NOTHING} → {asked.becomes}"


def _state(asked: Correction) -> str:
    if asked.withdrawn_act:
        return "taken back"
    if asked.accepted is None:
        return "asked"
    if not asked.accepted:
        return "declined"
    return f"accepted, {asked.preparation.state}" if asked.preparation else "accepted"


def _of(evaluated: int | None) -> str:
    return "" if evaluated is None else f" of {evaluated:,} evaluated"


def _named(each: dict[str, Any]) -> str:
    return f"{each['organisation']}  {_plain(each['name'])}"


def _plain(text: str) -> str:
    """Return a text that cannot steer the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _now() -> datetime:
    from teladan.config.clock import now

    return now()
