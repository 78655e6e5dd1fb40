"""Questions about adoptions: the network, one adoption whole, who learned from and taught whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from teladan.exchange.adoption_checks import lineage
from teladan.exchange.adoption_degree import DECIDED, ENDS, WAY, Treated, degree
from teladan.exchange.lineage import ancestors, descendants
from teladan.exchange.models import (
    Adoption,
    AdoptionParent,
    Appraisal,
    CoreElement,
    Modification,
    Observation,
    PracticeVersion,
)
from teladan.exchange.queries.adoption_shapes import (
    AdoptionRow,
    AdoptionView,
    AppraisalView,
    ComparedView,
    CountryExchange,
    ElementView,
    LineageView,
    ParentView,
    ProspectView,
    StageView,
)
from teladan.exchange.queries.claims import observation_view
from teladan.record import queries as record
from teladan.record.models import Entry


def adoption_rows(
    *, practice: str = "", country: str = "", codes: Iterable[str] | None = None
) -> list[AdoptionRow]:
    """Return adoptions by code: all, those that a practice is parent or outcome of, or those of a country.

    Five queries, however many.
    """
    found = Adoption.objects.all()
    if practice:
        found = found.filter(Q(parents__version__practice=practice) | Q(becomes__practice=practice))
    if country:
        found = found.filter(Q(country=country) | Q(parents__version__practice__country=country))
    if codes is not None:
        found = found.filter(code__in=list(codes))
    return [adoption_row(each) for each in _fetched(found)]


def adoption(code: str) -> AdoptionView | None:
    """Return an adoption's page; None where there is none. A constant number of queries."""
    if not code or "\0" in code:
        return None
    found = next(iter(_fetched(Adoption.objects.filter(code=code)).select_related("prospect")), None)
    if found is None:
        return None
    appraisals = list(found.appraisals.all())
    acts = [each.act for each in found.stages.all()] + [each.act for each in appraisals]
    places = entries_of(acts)
    modifications = list(found.modifications.select_related("element__version"))
    elements = _elements(found, modifications)
    prospect = getattr(found, "prospect", None)
    return AdoptionView(
        row=adoption_row(found),
        organisation=found.organisation_id or "",
        stages=tuple(
            StageView(
                stage=each.stage,
                date=each.date,
                words=each.words,
                recorded_at=each.recorded_at,
                act=each.act,
                entry=places.get(each.act),
            )
            for each in found.stages.all()
        ),
        prospect=ProspectView(
            rows=tuple(prospect.rows),
            context=tuple(prospect.context),
            conclusion=prospect.conclusion,
            at=prospect.at,
        )
        if prospect
        else None,
        elements=elements,
        others=tuple(_element(None, each, "") for each in modifications if each.element is None),
        computed=degree(
            Treated(parent=each.practice, weight=each.weight, treatment=each.treatment) for each in elements
        ),
        outcomes=_outcomes(found),
        appraisals=tuple(_appraisal(each, places) for each in appraisals),
    )


def published_adoption(code: str) -> AdoptionView | None:
    """Return an adoption as the public reads it: what is weighed only when it is decided."""
    found = adoption(code)
    if found is None or any(each.stage in (*WAY[DECIDED:], *ENDS) for each in found.stages):
        return found
    return replace(found, prospect=None)


def network() -> list[AdoptionRow]:
    """Return every edge of the network, by code."""
    return adoption_rows()


def country_exchange(country: str) -> CountryExchange:
    """Return what a country (ISO 3166-1 alpha-3) learned from others, taught others, and spread inside."""
    if not country.isalnum():
        return CountryExchange(learned_from=(), taught_to=(), within=())
    rows = adoption_rows(country=country.upper())
    across = [each for each in rows if not each.within]
    code = country.upper()
    return CountryExchange(
        learned_from=tuple(each for each in across if each.country == code),
        taught_to=tuple(
            each
            for each in across
            if each.country != code and code in {parent.country for parent in each.parents}
        ),
        within=tuple(each for each in rows if each.within),
    )


def lineage_of(practice: str, number: int | None = None) -> LineageView | None:
    """Return the lineage of a version, of the newest where none is named; None where there is none."""
    if not practice or "\0" in practice:
        return None
    versions = PracticeVersion.objects.filter(practice=practice).order_by("-number")
    found = next(iter(versions if number is None else versions.filter(number=number)), None)
    if found is None:
        return None
    edges = lineage()
    node = (practice, found.number)
    below = descendants(edges, node)
    nodes = {node, *below}
    rows = [
        each
        for each in adoption_rows()
        if nodes & {(parent.practice, parent.number) for parent in each.parents}
    ]
    return LineageView(node=node, ancestors=ancestors(edges, node), descendants=below, edges=tuple(rows))


def adoption_row(row: Adoption) -> AdoptionRow:
    """Return an adoption as it is listed; what it rests on was fetched with it."""
    stages = list(row.stages.all())
    last = stages[-1] if stages else None
    return AdoptionRow(
        code=row.code,
        adopter=row.adopter,
        country=row.country_id or "",
        country_titles=row.country.titles if row.country else {},
        name=row.name,
        language=row.language,
        parents=tuple(
            ParentView(
                practice=each.version.practice_id,
                number=each.version.number,
                name=each.version.name,
                name_language=each.version.name_language,
                titles=each.version.titles,
                country=each.version.practice.country_id,
                country_titles=each.version.practice.country.titles,
                status=each.version.status,
                share=each.share,
            )
            for each in row.parents.all()
        ),
        becomes=row.becomes.practice_id if row.becomes else "",
        becomes_number=row.becomes.number if row.becomes else 0,
        degree=row.degree,
        degree_words=row.degree_words,
        motive=row.motive,
        channel=row.channel,
        funder=row.funder,
        note=row.note,
        derivation_note=row.derivation_note,
        source=row.source,
        unverified={each["field"]: each["note"] for each in row.unverified},
        stage=last.stage if last else "",
        date=last.date if last else "",
        words=last.words if last else "",
        begins=next((each.date for each in stages if each.date), ""),
        ended=bool(last and last.stage in ENDS),
        outcome=bool(row.after),  # type: ignore[attr-defined]  # annotated
        is_sample=bool(stages and stages[0].by.is_sample),
        changed_at=row.changed_at,
    )


def entries_of(acts: Iterable[UUID]) -> dict[UUID, int]:
    """Return the positions of those acts that a checkpoint covers: two queries."""
    latest = record.latest()
    found = Entry.objects.filter(act__in=list(acts), position__lt=latest.size if latest else 0)
    return dict(found.values_list("act", "position"))


def _fetched(found: QuerySet[Adoption]) -> QuerySet[Adoption]:
    return (
        found.select_related("country", "becomes")
        .annotate(after=Count("observations", filter=Q(observations__moment="after"), distinct=True))
        .prefetch_related(
            "stages__by",
            Prefetch("parents", AdoptionParent.objects.select_related("version__practice__country")),
        )
        .order_by("code")
    )


def _elements(found: Adoption, modifications: Sequence[Modification]) -> tuple[ElementView, ...]:
    said = {each.element_id: each for each in modifications if each.element_id}
    core = CoreElement.objects.filter(version__adoptions__adoption=found).select_related("version")
    return tuple(_element(each, said.get(each.pk), each.version.language) for each in core)


def _element(element: CoreElement | None, row: Modification | None, language: str) -> ElementView:
    return ElementView(
        practice=element.version.practice_id if element else "",
        code=element.code if element else "",
        text=element.text if element else "",
        language=language,
        weight=element.weight if element else "",
        treatment=row.treatment if row else "",
        what=row.what if row else "",
        reason=row.reason if row else "",
        decided_by=row.decided_by if row else "",
        planned=row.planned if row else None,
        faithful=row.faithful if row else None,
    )


def _outcomes(found: Adoption) -> tuple[ComparedView, ...]:
    rows = Observation.objects.filter(adoption=found).select_related("measure__claim")
    grouped: dict[int, list[Observation]] = {}
    for row in rows.prefetch_related("evidence"):
        grouped.setdefault(row.measure_id, []).append(row)
    return tuple(
        ComparedView(
            practice=group[0].measure.claim.practice_id,
            claim=group[0].measure.claim.code,
            level=group[0].measure.claim.level,
            measure=group[0].measure.code,
            name=group[0].measure.name,
            before=tuple(observation_view(each) for each in group if each.moment == "before"),
            after=tuple(observation_view(each) for each in group if each.moment == "after"),
        )
        for group in grouped.values()
    )


def _appraisal(row: Appraisal, places: Mapping[UUID, int]) -> AppraisalView:
    return AppraisalView(
        pk=row.pk,
        completion=row.completion,
        fidelity=row.fidelity,
        results=row.results,
        text=row.text,
        language=row.language,
        at=row.at,
        act=row.act,
        entry=places.get(row.act),
        reply=row.reply,
        replied_at=row.replied_at,
        reply_act=row.reply_act,
    )
