"""How one number came to be: what each part adds to the index, down to every answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.core.instrument import INDEX, Edition, Element
from teladan.core.quantity import decimal_text, plain_text, printed
from teladan.core.table import COVERED, Cell, Column, Group, Table
from teladan.portal import method_breaks
from teladan.portal.organisations import findings
from teladan.portal.words import beside_original, drawn, number, original
from teladan.publication.queries import ResultView
from teladan.web.formats import link, marked, num, percent, said
from teladan.web.reasons import either

BASE = '<line class="m-base" x1="0" x2="100%" y1="50%" y2="50%"/>'
MODES = {
    "half up": N_("half up"),
    "half even": N_("half to even"),
    "half down": N_("half down"),
    "down": N_("down"),
    "up": N_("up"),
}
LONGEST = 8  # digits after the point up to which a column of exact values is filled up with zeros


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One result taken apart; a table is None where nothing is known for it."""

    view: ResultView
    heading: str
    parts: Table[str] | None  # by code of the part
    indicators: Table[Element] | None
    notes: list[tuple[str, Markup]]


def explain(view: ResultView) -> Explanation:
    """Return how a result with an exact index (one or several) came to be."""
    edition = _edition(view)
    elements = _explaining(view, edition)
    sets = _sets(view, edition, elements)
    return Explanation(
        view=view,
        heading=_("How %(index)s came to be, %(year)s")
        % {"index": num(view.result.index), "year": view.publication.edition},
        parts=_parts_table(view, edition, elements, sets) if sets else None,
        indicators=_indicators_table(view, edition, elements) if view.result.scores else None,
        notes=_notes(view, edition),
    )


def aligned(values: Sequence[Fraction]) -> list[str]:
    """Return exact values as texts of one length after the point where all are decimals.

    >>> aligned([Fraction(39, 100), Fraction(407, 400)]), aligned([Fraction(1, 3)])
    (['0.3900', '1.0175'], ['1/3'])
    """
    texts = [plain_text(value) for value in values]
    if any("/" in text for text in texts):
        return texts
    digits = max((len(text.partition(".")[2]) for text in texts), default=0)
    if digits > LONGEST:
        return texts
    return [decimal_text(int(value * 10**digits), digits) for value in values]


def _edition(view: ResultView) -> Edition:
    if view.edition is None:
        msg = f"{view.publication.code} has no method to explain it by"
        raise ValueError(msg)
    return view.edition


def _explaining(view: ResultView, edition: Edition) -> list[Element]:
    """Return the elements whose contributions make the index.

    For a computed result the parents of the indicators, else the first tier below the index.
    """
    if view.publication.kind == "computed":
        return [e for e in edition.root.walk() if e.children and all(child.scale for child in e.children)]
    return list(edition.root.children)


def _sets(view: ResultView, edition: Edition, elements: Sequence[Element]) -> dict[str, list[Fraction]]:
    """Return {code: contribution in each possible set of values}, {} where it is not additive."""
    stored = view.result.elements
    if view.publication.kind == "computed":
        found = {e.code: stored.get(e.code, {}).get("contribution") for e in elements}
        return {} if None in found.values() else {code: [Fraction(text)] for code, text in found.items()}
    if any(e.children and e.aggregation.value != "weighted arithmetic" for e in edition.root.walk()):
        return {}
    shares = method_breaks.weights(edition)
    candidates = sorted(view.result.candidates, key=lambda one: Fraction(one[INDEX]))
    if not candidates or any(e.code not in one for one in candidates for e in elements):
        return {}
    return {e.code: [Fraction(one[e.code]) * shares[e.code] for one in candidates] for e in elements}


def _tier(view: ResultView, elements: Sequence[Element]) -> Markup:
    tiers = view.instrument.tiers if view.instrument else ()
    code = elements[0].tier if elements else ""
    return next((said(tier.titles) for tier in tiers if tier.code == code), escape(code))


def _parts_table(
    view: ResultView, edition: Edition, elements: Sequence[Element], sets: Mapping[str, list[Fraction]]
) -> Table[str]:
    """Return what each part adds to the index, one after the other on its scale."""
    high = edition.root.bounds[1]
    axis = figure.Axis(
        low=Fraction(0),
        high=high,
        cuts=tuple(band.start for band in edition.bands[1:]),
        ticks=_ticks(Fraction(0), high),
    )
    total = [Fraction(text) for text in view.exact_indices]
    shares, written, stored = method_breaks.weights(edition), _written(sets), view.result.elements
    lowest = (min(values) for values in sets.values())
    starts = dict(zip(sets, accumulate(lowest, initial=Fraction(0)), strict=False))

    def name(code: str) -> Markup:
        address = f"#{code}" if view.result.scores else rule_of(view, code)
        title = said(edition.elements[code].titles)
        return link(address, Markup('<span class="t-quiet">{}</span> {}').format(code, title))

    def drawn_part(code: str) -> Markup:
        start, values = starts[code], sets[code]
        bar = _span(axis, start, start + min(values), start + max(values), "m-bar")
        return drawn(figure.strip([figure.rail(), *bar]))

    def weight(code: str) -> str:
        return percent(plain_text(_weight(stored.get(code, {}), shares[code]) * 100))

    bar = _span(axis, Fraction(0), min(total), max(total), "m-hot")
    foot = (
        Cell(content=_("Index"), css="x2"),
        Cell(content=percent("100"), css="n t-none"),
        Cell(content="", css="t-none"),
        drawn(figure.strip([figure.rail(), *bar, figure.cuts(axis)])),
        Cell(content=either([num(text) for text in aligned(total)]), css="n t-exacts x2", label=""),
    )
    drawing = Cell(content=_("Contribution"), css="w-fig")
    return Table(
        (
            Column(_tier(view, elements), name, "r x4"),
            Column(_("Weight"), weight, "n o3"),
            Column(_("Level"), lambda code: num(stored.get(code, {}).get("printed")), "n o3"),
            Column(drawing, drawn_part, "draw o4 x4", axis=drawn(figure.axis_strip(axis, num))),
            Column(_("Adds"), lambda code: written[code], "n t-exacts o3 x2"),
        ),
        list(sets),
        title=findings.gives_most({element.code: element.titles for element in elements}, dict(sets), total),
        sub=marked(
            _(
                "What each part adds: weight × level. Scale 0 to %(high)s; thresholds of the "
                "bands on the last line."
            ),
            high=number(high),
        ),
        name=f"{view.publication.code}-parts",
        css="t-table t-table--tight t-draw2 t-cards",
        foot=[foot],
    )


def _weight(entry: Mapping[str, str | None], otherwise: Fraction) -> Fraction:
    """Return the weight in effect: what was used for this organisation, else the method's."""
    text = entry.get("weight")
    return Fraction(text) if text else otherwise


def _written(sets: Mapping[str, list[Fraction]]) -> dict[str, str]:
    """Return what each part adds as text: one value, or all it can be."""
    flat = [value for values in sets.values() for value in values]
    texts = dict(zip(flat, aligned(flat), strict=True))
    return {
        code: either([num(texts[value]) for value in dict.fromkeys(sorted(values))])
        for code, values in sets.items()
    }


def _span(axis: figure.Axis, start: Fraction, low: Fraction, high: Fraction, kind: str) -> list[str]:
    """Return the bar up to what is sure, and lighter up to what is possible."""
    marks = [figure.bar(axis, start, low, kind)]
    if high > low:
        marks.append(figure.bar(axis, low, high, "m-ghost"))
    return marks


def _ticks(low: Fraction, high: Fraction) -> tuple[Fraction, ...]:
    if high - low > 10 or (high - low).denominator != 1:
        return (low, high)
    return tuple(low + i for i in range(int(high - low) + 1))


def _indicators_table(view: ResultView, edition: Edition, parts: Sequence[Element]) -> Table[Element]:
    """Return every indicator below its part, with the own answer and the assessor's score."""
    result = view.result
    own = bool(result.answers)
    values = [
        Fraction(text)
        for entry in result.elements.values()
        if (text := entry.get("contribution")) is not None
    ]
    texts = dict(zip(values, aligned(values), strict=True))
    shares = method_breaks.weights(edition)
    low, high = edition.root.bounds
    axis = figure.Axis(low=low, high=high)
    levels = [Fraction(result.scores[leaf.code]) for leaf in edition.leaves if leaf.code in result.scores]

    def code(element: Element) -> Markup | Cell:
        rule = link(rule_of(view, element.code), element.code)
        if element.scale:
            return rule
        in_law = original(element.titles) if beside_original(element.titles) else ""
        title = Markup("{} {}{}").format(rule, said(element.titles), _small(in_law))
        return Cell(content=title, css="x4", attributes={"scope": "rowgroup", "colspan": 2}, label="")

    def name(element: Element) -> Markup | Cell:
        if not element.scale:
            return COVERED
        return original(element.titles) + _small(beside_original(element.titles))

    def drawn_score(element: Element) -> Markup | Cell:
        if not element.scale:
            return Cell(content="", css="t-none")
        answer, score = result.answers.get(element.code), result.scores.get(element.code)
        marks = [BASE]
        if score is not None:
            marks += figure.dumbbell(axis, Fraction(answer) if answer else None, Fraction(score))
        return drawn(figure.strip(marks))

    def answer(element: Element) -> str:
        if element.scale:
            return num(result.answers.get(element.code))
        return num(result.self_assessed.get(element.code, {}).get("printed"))

    def score(element: Element) -> Markup | str:
        if element.scale:
            return Markup("<strong>{}</strong>").format(num(result.scores.get(element.code)))
        return num(result.elements.get(element.code, {}).get("printed"))

    def weight(element: Element) -> str:
        entry = result.elements.get(element.code, {})
        return percent(plain_text(_weight(entry, shares[element.code]) * 100))

    def adds(element: Element) -> str:
        text = result.elements.get(element.code, {}).get("contribution")
        return num(None if text is None else texts[Fraction(text)])

    def attributes(element: Element) -> dict[str, object]:
        return {"id": element.code, "class": "" if element.scale else "group"}

    drawing = Cell(content=_("Self to assessor") if own else _("Level"), css="w-fig-s")
    ticks = figure.Axis(low=low, high=high, ticks=_ticks(low, high))
    return Table(
        (
            Column(Cell(content=_("Indicator"), css="", attributes={"colspan": 2}), code, "n idx", label=""),
            Column(COVERED, name, "r x3", names_row=True),
            Column(drawing, drawn_score, "draw x4", axis=drawn(figure.axis_strip(ticks, num))),
            *((Column(_("Self"), answer, "n"),) if own else ()),
            Column(_("Assessor"), score, "n"),
            Column(_("Weight"), weight, "n"),
            Column(_("Adds"), adds, "n"),
        ),
        [Group(rows=[part, *part.children]) for part in parts],
        title=findings.assessed(view.agreement, levels, low),
        sub=_indicators_sub((low, high), own=own),
        name=f"{view.publication.code}-items",
        css="t-table t-table--tight t-items t-cards",
        attributes=attributes,
    )


def _small(text: Markup | str) -> Markup:
    return Markup(' <span class="t-quiet t-small">{}</span>').format(text) if text else Markup("")


def rule_of(view: ResultView, code: str) -> str:
    """Return where the rule of an element stands: its line on the page of the instrument."""
    instrument = view.instrument
    if instrument is None:
        return ""
    where = {"slug": instrument.slug, "version": instrument.version}
    return f"{reverse('portal:instrument', kwargs=where)}#{code}"


def _indicators_sub(bounds: tuple[Fraction, Fraction], *, own: bool) -> str:
    values = {"low": number(bounds[0]), "high": number(bounds[1])}
    if own:
        return (
            _(
                "Ring: self-assessed, dot: by the assessor, scale %(low)s to %(high)s. Names as "
                "the source words them."
            )
            % values
        )
    return _("Dot: by the assessor, scale %(low)s to %(high)s. Names as the source words them.") % values


def _notes(view: ResultView, edition: Edition) -> list[tuple[str, Markup]]:
    """Return the margin notes: exact and printed, agreement, evidence."""
    notes = []
    exact = [number(text) for text in view.exact_indices]
    rounding = {
        "exact": either(exact),
        "printed": num(view.result.index),
        "mode": _(MODES[edition.mode.value]),
    }
    text = (
        _(
            "%(exact)s is exact, printed as %(printed)s. The rounding, %(mode)s, is assumed: "
            "no rule for it was seen."
        )
        if edition.mode_source == "assumed"
        else _("%(exact)s is exact, printed as %(printed)s, rounded %(mode)s.")
    )
    notes.append((_("Exact, then printed"), marked(text, **rounding)))
    agreement = view.agreement
    own = view.result.self_assessed.get(INDEX)
    if agreement is not None and agreement.exact is not None and agreement.adjacent is not None:
        shares = [printed(share * 100, 0, edition.mode) for share in (agreement.exact, agreement.adjacent)]
        sentences = [
            marked(
                _(
                    "Of %(n)s levels %(exact)s are equal (%(share)s) and %(adjacent)s lie at "
                    "most one step apart (%(near)s)."
                ),
                n=agreement.n,
                exact=int(agreement.exact * agreement.n),
                share=percent(shares[0]),
                adjacent=int(agreement.adjacent * agreement.n),
                near=percent(shares[1]),
            )
        ]
        if agreement.kappa is not None:
            sentences.append(
                marked(
                    _("Quadratic weighted kappa: %(kappa)s."),
                    kappa=num(printed(agreement.kappa, 2, edition.mode)),
                )
            )
        if own:
            sentences.append(marked(_("The own levels give exactly %(exact)s."), exact=number(own["exact"])))
        notes.append((_("Self against assessor"), Markup(" ").join(sentences)))
    if view.result.scores:
        notes.append((_("Evidence"), marked(_("No evidence file was published with these levels."))))
    return notes
