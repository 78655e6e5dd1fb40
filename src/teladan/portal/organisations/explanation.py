"""How one number came to be: what each part adds to the index, down to every answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from markupsafe import Markup, escape

from teladan.core import figure
from teladan.core.instrument import INDEX, Edition, Element
from teladan.core.quantity import decimal_text, plain_text, printed
from teladan.portal import method_breaks
from teladan.portal.organisations import findings
from teladan.portal.words import beside_original, drawn, number, original, source_title
from teladan.publication.queries import ResultView
from teladan.web.formats import marked, num, percent, said
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the index: `address` leads to its indicators, or to its rule."""

    code: str
    title: Markup
    address: str
    weight: str
    level: str
    draw: Markup
    adds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One indicator with the own answer and the assessor's score; `rule` is its address."""

    code: str
    title: Markup
    translated: Markup
    rule: str
    draw: Markup
    own: str
    score: str
    weight: str
    adds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part with its indicators."""

    code: str
    title: Markup
    original: Markup
    rule: str
    own: str
    score: str
    weight: str
    adds: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One result taken apart. `parts` or `groups` are empty where nothing is known of them."""

    name: str
    heading: str
    kind: str
    computed: bool
    parts_title: Markup
    parts_sub: Markup
    parts_tier: Markup
    parts_axis: Markup
    parts: tuple[Part, ...]
    total_draw: Markup
    total: str
    leaves_title: str
    leaves_sub: str
    leaves_axis: Markup
    groups: tuple[Group, ...]
    own: bool
    notes: tuple[tuple[str, Markup], ...]
    source: Markup
    weights_source: Markup


def explain(view: ResultView) -> Explained:
    """Return how a result with an exact index (one or several) came to be."""
    edition = _edition(view)
    result = view.result
    elements = _explaining(view, edition)
    sets = _sets(view, edition, elements)
    groups = tuple(_groups(view, edition, elements))
    computed = view.publication.kind == "computed"
    levels = [Fraction(result.scores[leaf.code]) for leaf in edition.leaves if leaf.code in result.scores]
    low, high = edition.root.bounds
    total = [Fraction(text) for text in view.exact_indices]
    axis = figure.Axis(
        low=Fraction(0),
        high=high,
        cuts=tuple(band.start for band in edition.bands[1:]),
        ticks=_ticks(Fraction(0), high),
    )
    instrument = view.instrument
    return Explained(
        name=view.publication.code,
        heading=_("How %(index)s came to be, %(year)s")
        % {"index": num(result.index), "year": view.publication.edition},
        kind=_("Computed: every digit can be recomputed.")
        if computed
        else _("Reported: these are the values that give the printed figures."),
        computed=computed,
        parts_title=findings.gives_most({element.code: element.titles for element in elements}, sets, total),
        parts_sub=marked(
            _(
                "What each part adds: weight × level. Scale 0 to %(high)s; thresholds of the "
                "bands on the last line."
            ),
            high=number(high),
        ),
        parts_tier=_tier(view, elements),
        parts_axis=drawn(figure.axis_strip(axis, num)),
        parts=tuple(_parts(view, edition, axis, sets, anchored=bool(groups))),
        total_draw=drawn(
            figure.strip(
                [
                    figure.rail(),
                    *_span(axis, Fraction(0), min(total), max(total), "m-hot"),
                    figure.cuts(axis),
                ]
            )
        ),
        total=either([num(text) for text in aligned(total)]),
        leaves_title=findings.assessed(view.agreement, levels, low),
        leaves_sub=_leaves_sub((low, high), own=bool(result.answers)),
        leaves_axis=drawn(figure.axis_strip(figure.Axis(low=low, high=high, ticks=_ticks(low, high)), num)),
        groups=groups,
        own=bool(result.answers),
        notes=tuple(_notes(view, edition)),
        source=source_title(view.publication.source),
        weights_source=escape(instrument.citation) if instrument else Markup(""),
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


def _parts(
    view: ResultView,
    edition: Edition,
    axis: figure.Axis,
    sets: Mapping[str, list[Fraction]],
    *,
    anchored: bool,
) -> list[Part]:
    shares = method_breaks.weights(edition)
    written = _written(sets)
    start = Fraction(0)
    parts = []
    for code, values in sets.items():
        element = edition.elements[code]
        low, high = min(values), max(values)
        marks = [figure.rail(), *_span(axis, start, start + low, start + high, "m-bar")]
        start += low
        entry = view.result.elements.get(code, {})
        parts.append(
            Part(
                code=code,
                title=said(element.titles),
                address=f"#{code}" if anchored else rule_of(view, code),
                weight=percent(plain_text(_weight(entry, shares[code]) * 100)),
                level=num(entry.get("printed")),
                draw=drawn(figure.strip(marks)),
                adds=written[code],
            )
        )
    return parts


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


def _groups(view: ResultView, edition: Edition, elements: Sequence[Element]) -> list[Group]:
    result = view.result
    if not result.scores:
        return []
    values = [
        Fraction(text)
        for entry in result.elements.values()
        if (text := entry.get("contribution")) is not None
    ]
    texts = dict(zip(values, aligned(values), strict=True))
    shares = method_breaks.weights(edition)
    axis = figure.Axis(low=edition.root.bounds[0], high=edition.root.bounds[1])

    def adds(code: str) -> str:
        text = result.elements.get(code, {}).get("contribution")
        return num(None if text is None else texts[Fraction(text)])

    def weight(code: str) -> str:
        return percent(plain_text(_weight(result.elements.get(code, {}), shares[code]) * 100))

    def leaf(element: Element) -> Leaf:
        own, score = result.answers.get(element.code), result.scores.get(element.code)
        marks = [BASE]
        if score is not None:
            marks += figure.dumbbell(axis, Fraction(own) if own else None, Fraction(score))
        return Leaf(
            code=element.code,
            title=original(element.titles),
            translated=beside_original(element.titles),
            rule=rule_of(view, element.code),
            draw=drawn(figure.strip(marks)),
            own=num(own),
            score=num(score),
            weight=weight(element.code),
            adds=adds(element.code),
        )

    return [
        Group(
            code=element.code,
            title=said(element.titles),
            original=original(element.titles) if beside_original(element.titles) else Markup(""),
            rule=rule_of(view, element.code),
            own=num(result.self_assessed.get(element.code, {}).get("printed")),
            score=num(result.elements.get(element.code, {}).get("printed")),
            weight=weight(element.code),
            adds=adds(element.code),
            leaves=tuple(leaf(child) for child in element.children),
        )
        for element in elements
    ]


def rule_of(view: ResultView, code: str) -> str:
    """Return where the rule of an element stands: its line on the page of the instrument."""
    instrument = view.instrument
    if instrument is None:
        return ""
    where = {"slug": instrument.slug, "version": instrument.version}
    return f"{reverse('portal:instrument', kwargs=where)}#{code}"


def _leaves_sub(bounds: tuple[Fraction, Fraction], *, own: bool) -> str:
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
    found = []
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
    found.append((_("Exact, then printed"), marked(text, **rounding)))
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
        found.append((_("Self against assessor"), Markup(" ").join(sentences)))
    if view.result.scores:
        found.append((_("Evidence"), marked(_("No evidence file was published with these levels."))))
    return found
