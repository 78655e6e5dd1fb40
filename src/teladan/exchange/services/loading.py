"""Loading practices and adoptions from files: the rows and acts of the single verbs, in bulk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.db import transaction

from teladan.core import library
from teladan.core.document import DocumentError, Problem
from teladan.exchange import adoption_checks, files, rules
from teladan.exchange.acts import OBSERVED, STAGE, VERSION
from teladan.exchange.content import Content
from teladan.exchange.files import AdoptionFile, PracticeFile
from teladan.exchange.models import (
    Adoption,
    AdoptionParent,
    AdoptionStage,
    Claim,
    Measure,
    Observation,
    Practice,
    PracticeVersion,
)
from teladan.exchange.rows import (
    content_of,
    evidence_of,
    observation_of,
    version_of,
    write_claims,
    write_parts,
)
from teladan.exchange.services.adopting import found_parents
from teladan.exchange.services.locking import one_at_a_time
from teladan.exchange.services.practices import revise
from teladan.exchange.services.recording import adoption_act, parents_of, practice_act, record_practice_act
from teladan.record import services as recorder
from teladan.record.services import Act
from teladan.registry.models import Country, Organisation, Person, Role
from teladan.registry.refusals import Reason, demand
from teladan.registry.services import sample_person

Report = Callable[[str], None]


@transaction.atomic
def load_exchange(
    *, at: datetime, root: Path | None = None, by: Person | None = None, report: Report = lambda _line: None
) -> int:
    """Load the practices and adoptions below a folder of published data; return how many were new or changed.

    The registry is there already. `by` is an exchange officer for the whole exchange; without one the
    sample person acts. Files that are loaded already change nothing; nothing that was observed is ever
    taken back. Raises Refused, DocumentError and OSError, and then writes nothing.
    """
    root = root or library.shipped("published")
    one_at_a_time()
    practices = [files.read_practice(file) for file in files.practices(root)]
    adoptions = [files.read_adoption(file) for file in files.adoptions(root)]
    if not practices and not adoptions:
        return 0
    officer = by or sample_person(Role.Kind.EXCHANGE_OFFICER, at=at)
    changed = _practices(practices, by=officer, at=at, report=report)
    return changed + _adoptions(adoptions, by=officer, at=at, report=report)


def _practices(found: Sequence[PracticeFile], *, by: Person, at: datetime, report: Report) -> int:
    owners = _owners(found)
    known = Practice.objects.in_bulk([each.content.code for each in found])
    changed = [
        each
        for each in found
        if each.content.code in known and known[each.content.code].made_from != each.digest
    ]
    new = [each for each in found if each.content.code not in known]
    for each in new:
        _demand(each.file, rules.may_record(by, owners[each.content.owner], at=at))
    _new_practices(new, owners, by=by, at=at)
    for each in new:
        report(f"practice {each.content.code}")
    count = len(new)
    for each in changed:
        practice = known[each.content.code]
        if practice.origin:
            report(f"{practice.code} stays: it was carried here from {practice.origin}")
            continue
        if practice.made_from == "" or practice.versions.order_by("-number")[0].by_id != by.pk:
            report(f"{practice.code} stays as it was written here; its file was changed since")
            continue
        _demand(each.file, rules.may_revise(by, practice, at=at))
        _changed_practice(practice, each.content, by=by, at=at)
        Practice.objects.filter(pk=practice.pk).update(made_from=each.digest)
        report(f"practice {practice.code} again: its file was changed")
        count += 1
    return count


def _new_practices(
    new: Sequence[PracticeFile], owners: dict[str, Organisation], *, by: Person, at: datetime
) -> None:
    acts: list[Act] = []
    practices: list[Practice] = []
    for each in new:
        content, owner = each.content, owners[each.content.owner]
        role = rules.acting_as(by, (rules.OFFICER,), rules.scope_of_organisation(owner), at=at)
        act, document = practice_act(content, VERSION, by=by, role=role, at=at)
        acts.append(act)
        practices.append(
            Practice(
                code=content.code,
                country=owner.country,
                owner=owner,
                agency=content.agency,
                theme=content.theme,
                track=content.track,
                made_from=each.digest,
                document=document,
                act=act.act,
                changed_at=at,
            )
        )
    if not new:
        return
    recorder.append_many(acts, at=at)
    Practice.objects.bulk_create(practices)
    versions = PracticeVersion.objects.bulk_create(
        version_of(practice, each.content, by=by, at=at, act=practice.act)
        for practice, each in zip(practices, new, strict=True)
    )
    for version, each in zip(versions, new, strict=True):
        if each.content.core:
            write_parts(version, each.content, by=by, at=at)
    write_claims(
        [(practice, each.content) for practice, each in zip(practices, new, strict=True)],
        by=by,
        at=at,
        acts={practice.pk: practice.act for practice in practices},
    )


def _changed_practice(practice: Practice, content: Content, *, by: Person, at: datetime) -> None:
    """Write what a changed file says: a version where its texts differ, observations that are new."""
    now = content_of(practice)
    same = replace(
        content, number=now.number, claims=now.claims, translations=now.translations, owner=now.owner
    )
    if same != now:
        revise(by=by, practice=practice, content=content, at=at)
        practice.refresh_from_db()
    if _new_observations(practice, content, by=by, at=at):
        role = rules.acting_as(by, (rules.OFFICER, rules.OWNER), rules.scope_of(practice), at=at)
        act = record_practice_act(practice, OBSERVED, by=by, role=role, at=at)
        Observation.objects.filter(measure__claim__practice=practice, act__isnull=True).update(act=act)


def _new_observations(practice: Practice, content: Content, *, by: Person, at: datetime) -> int:
    there = {
        (claim.code, measure.code): list(measure.observations)
        for claim in content_of(practice).claims
        for measure in claim.measures
    }
    count = 0
    for part in content.claims:
        claim, _ = Claim.objects.get_or_create(
            practice=practice,
            code=part.code,
            defaults={"statement": part.statement, "language": content.language, "level": part.level},
        )
        for given in part.measures:
            measure, _ = Measure.objects.get_or_create(
                claim=claim, code=given.code, defaults={"name": given.name}
            )
            kept = there.get((part.code, given.code), [])
            for one in given.observations:
                if one in kept:
                    kept.remove(one)
                    continue
                row = observation_of(measure, one, by=by, at=at, act=None)
                row.save()
                for evidence in evidence_of(row, one):
                    evidence.save()
                count += 1
    return count


def _adoptions(found: Sequence[AdoptionFile], *, by: Person, at: datetime, report: Report) -> int:
    known = Adoption.objects.in_bulk([each.code for each in found])
    count = 0
    edges = adoption_checks.lineage()
    acts: list[Act] = []
    stages: list[AdoptionStage] = []
    countries = set(Country.objects.values_list("code", flat=True))
    organisations = Organisation.objects.in_bulk([each.country for each in found if each.country])
    for each in found:
        if each.code in known:
            if known[each.code].made_from != each.digest:
                report(f"{each.code} stays as it was recorded: what is in the record is not loaded again")
            continue
        if each.country and each.country not in countries:
            raise DocumentError(
                str(each.file), [Problem(1, "country", f"there is no country {each.country!r}")]
            )
        scope = (code,) if (code := each.organisation or each.country) else ()
        _demand(each.file, rules.may_adopt(by, scope, at=at))
        parents = _checked(each, edges)
        adoption = _row_of(each, organisations, at)
        _demand(each.file, adoption_checks.wrong_words(adoption))
        adoption.save(force_insert=True)
        AdoptionParent.objects.bulk_create(
            AdoptionParent(adoption=adoption, version=row, share=part.share) for part, row in parents
        )
        if each.becomes:
            edges += [(part.node, each.becomes) for part, _row in parents]
        role = rules.acting_as(by, (rules.OFFICER, rules.ADOPTER), rules.scope_of_adopter(adoption), at=at)
        said = parents_of(adoption)
        reached: list[AdoptionStage] = []
        for number, stage in enumerate(each.stages, 1):
            row = AdoptionStage(
                adoption=adoption, number=number, recorded_at=at, by=by, act=uuid4(), **asdict(stage)
            )
            reached.append(row)
            act = adoption_act(adoption, STAGE, reached, said, by=by, role=role, at=at)
            row.act = act.act
            acts.append(act)
        stages += reached
        report(f"adoption {each.code}")
        count += 1
    if acts:
        recorder.append_many(acts, at=at)
        AdoptionStage.objects.bulk_create(stages)
    return count


def _checked(
    each: AdoptionFile, edges: list[tuple[adoption_checks.Node, adoption_checks.Node]]
) -> list[tuple[adoption_checks.ParentPart, PracticeVersion]]:
    begins = next((stage.date for stage in each.stages if stage.date), "")
    parents = found_parents(each.parents)
    if each.becomes:
        found_parents([(*each.becomes, "")])
    _demand(
        each.file,
        adoption_checks.wrong_parents([part for part, _row in parents], each.becomes, edges, begins),
    )
    for number, stage in enumerate(each.stages):
        _demand(each.file, adoption_checks.wrong_stage(each.stages[:number], stage))
    return parents


def _row_of(each: AdoptionFile, organisations: dict[str, Organisation], at: datetime) -> Adoption:
    # The country itself is the adopter where it is named alone; a group inside it is no organisation.
    country = organisations.get(each.country)
    whole = bool(country) and each.adopter in {country.name if country else "", *_names(country)}
    return Adoption(
        code=each.code,
        adopter=each.adopter,
        country_id=each.country or None,
        organisation_id=each.organisation or (each.country if whole else None),
        name=each.name,
        language=each.language,
        becomes=PracticeVersion.objects.get(practice=each.becomes[0], number=each.becomes[1])
        if each.becomes
        else None,
        degree=each.degree,
        degree_words=each.degree_words,
        motive=each.motive,
        channel=each.channel,
        funder=each.funder,
        note=each.note,
        derivation_note=each.derivation_note,
        unverified=[asdict(part) for part in each.unverified],
        source=each.source,
        made_from=each.digest,
        changed_at=at,
    )


def _names(country: Organisation | None) -> tuple[str, ...]:
    return tuple(country.country.titles.values()) if country else ()


def _owners(found: Sequence[PracticeFile]) -> dict[str, Organisation]:
    owners = Organisation.objects.select_related("country").in_bulk({each.content.owner for each in found})
    for each in found:
        owner = owners.get(each.content.owner)
        if owner is None or owner.country_id != each.content.country:
            message = f"there is no organisation {each.content.owner!r} in {each.content.country!r}"
            raise DocumentError(str(each.file), [Problem(1, "owner", message)])
    return owners


def _demand(file: Path, reason: Reason | None) -> None:
    """Refuse, naming the file; a rule about the person stays a refusal of the person."""
    if reason is None:
        return
    if reason.rule == "role-exchange":
        demand(reason)
    raise DocumentError(str(file), [Problem(1, "", str(reason))])
