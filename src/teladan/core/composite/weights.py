"""Where weights come from: given, equal, noisy, from principal components, from correlations.

Each function takes a tree and returns one with other weights, or weights by code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from teladan.core.composite.errors import CompositeError
from teladan.core.composite.minimise import nelder_mead
from teladan.core.composite.trace import Matrix, Vector
from teladan.core.composite.tree import Tree

STEP = "weights"


def equal(tree: Tree, levels: Sequence[int] = ()) -> Tree:
    """Return the tree with a weight of 1 everywhere (or at some levels)."""
    codes = [code for code, element in tree.elements.items() if not levels or element.level in levels]
    return tree.with_weights(dict.fromkeys(codes, 1.0))


def effective(tree: Tree) -> dict[str, float]:
    """Return the part of the index that each element has: shares multiplied down the tree.

    >>> from teladan.core.composite.tree import Element
    >>> parts = (Element(code="a", weight=3.0), Element(code="b"))
    >>> effective(Tree(root=Element(code="index", children=parts)))
    {'index': 1.0, 'a': 0.75, 'b': 0.25}
    """
    shares = {tree.root.code: 1.0}
    for element in tree.root.walk():
        total = sum(child.weight for child in element.children)
        for child in element.children:
            shares[child.code] = shares[element.code] * child.weight / total
    return shares


def noisy(tree: Tree, shares: Mapping[int, float], random: np.random.Generator) -> Tree:
    """Return the tree with weights changed at random by up to ± a share, for each level named.

    w × (1 + share × u), u uniform in [-1, 1), drawn for the elements in the order of the tree. The
    index itself keeps its weight. The same generator state gives the same weights.
    """
    for level, share in shares.items():
        if not 0 <= share < 1:
            raise CompositeError(STEP, f"a share of {share:g} at level {level} is not in 0 … 1")
        if not 1 <= level < tree.root.level:
            raise CompositeError(STEP, f"there is no level {level} below the index")
    varied = [e for e in tree.root.walk() if e.level in shares and e is not tree.root]
    draws = random.uniform(-1.0, 1.0, size=len(varied))
    return tree.with_weights(
        {e.code: e.weight * (1 + shares[e.level] * u) for e, u in zip(varied, draws.tolist(), strict=True)}
    )


def _standard(values: Matrix, codes: Sequence[str]) -> Matrix:
    """Return complete rows as z-scores; refuse what has no correlation."""
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 3:
        raise CompositeError(STEP, f"only {len(complete)} units have all of {', '.join(codes)}")
    low, high = complete.min(axis=0), complete.max(axis=0)
    for i in np.flatnonzero(low == high):
        raise CompositeError(STEP, "the same value everywhere has no correlation", indicator=codes[int(i)])
    away = complete - complete.mean(axis=0)
    standard: Matrix = away / np.sqrt((away * away).sum(axis=0) / (len(complete) - 1))
    return standard


def correlations(values: Matrix, codes: Sequence[str]) -> Matrix:
    """Return Pearson's correlations (k × k) over the rows that have all values."""
    standard = _standard(values, codes)
    matrix: Matrix = standard.T @ standard / (len(standard) - 1)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def principal(
    values: Matrix, codes: Sequence[str], method: str = "first component", negative: str = "refuse"
) -> dict[str, float]:
    """Return weights from a principal component analysis of normalised values; they sum to 1.

    first component: proportional to the loadings on it, its sign turned so that their sum is
    positive. squared: proportional to their squares. factors: the OECD/JRC Handbook's way: the
    factors with an eigenvalue above 1 (at least one), each with over 10 % of the variance and
    together over 60 %, rotated (varimax); squared loadings scaled to 1 within a factor; each
    indicator from the factor where it weighs most, times that factor's part of the variance.
    negative: a negative loading on the first component is "refuse"d by name, or weighs "zero".
    """
    if method not in {"first component", "squared", "factors"}:
        raise CompositeError(STEP, f"{method!r} is not first component, squared or factors")
    if negative not in {"refuse", "zero"}:
        raise CompositeError(STEP, f"{negative!r} is not refuse or zero")
    if len(codes) == 1:
        return {codes[0]: 1.0}
    roots, vectors = np.linalg.eigh(correlations(values, codes))
    roots, vectors = np.maximum(roots[::-1], 0.0), vectors[:, ::-1]
    if method == "factors":
        return _of_factors(roots, vectors, codes)
    first = vectors[:, 0] * (1.0 if vectors[:, 0].sum() >= 0 else -1.0)
    if method == "squared":
        weights = first**2
    else:
        weights = np.where(np.abs(first) < 1e-12, 0.0, first)
        for i in np.flatnonzero(weights < 0):
            if negative == "refuse":
                reason = f"its loading on the first component is {first[i]:.2g} (declare negative: zero)"
                raise CompositeError(STEP, reason, indicator=codes[int(i)])
        weights = np.maximum(weights, 0.0)
    return dict(zip(codes, (weights / weights.sum()).tolist(), strict=True))


def _of_factors(roots: Vector, vectors: Matrix, codes: Sequence[str]) -> dict[str, float]:
    part = roots / roots.sum()
    count = max(1, int(((roots > 1) & (part > 0.10)).sum()))
    while count < len(roots) and part[:count].sum() < 0.60:
        count += 1
    loadings = varimax(vectors[:, :count] * np.sqrt(roots[:count]))
    squared = loadings**2
    variance = squared.sum(axis=0)
    within = squared / variance
    factor = within.argmax(axis=1)
    weights = within[np.arange(len(codes)), factor] * (variance / variance.sum())[factor]
    return dict(zip(codes, (weights / weights.sum()).tolist(), strict=True))


def varimax(loadings: Matrix, rounds: int = 500, tolerance: float = 1e-12) -> Matrix:
    """Return loadings (k × f) rotated so that squared loadings differ most (Kaiser 1958, raw)."""
    rows, factors = loadings.shape
    if factors == 1:
        return loadings
    rotation, before = np.eye(factors), 0.0
    for _ in range(rounds):
        turned = loadings @ rotation
        gradient = loadings.T @ (turned**3 - turned * ((turned**2).sum(axis=0) / rows))
        left, sizes, right = np.linalg.svd(gradient)
        rotation = left @ right
        if sizes.sum() < before * (1 + tolerance):
            break
        before = float(sizes.sum())
    rotated: Matrix = loadings @ rotation
    return rotated


def by_correlation(
    values: Matrix,
    codes: Sequence[str],
    index: Callable[[Vector], Vector],
    *,
    goal: str = "balance",
    importance: Mapping[str, float] | None = None,
) -> tuple[dict[str, float], dict[str, float]]:
    """Return weights (sum 1) and the correlations with the index that they give.

    values: n × k scores of the elements whose weights are sought; index: what k weights make of
    the index (n). goal "balance": correlations in proportion to `importance` (equal when not
    given), by the smallest sum of squared differences of shares (Becker and others 2017, linear).
    "information": the largest sum of correlations. Nelder and Mead's search from equal weights (or
    from the importance), without chance: the same data give the same weights.
    """
    if goal not in {"balance", "information"}:
        raise CompositeError(STEP, f"{goal!r} is not balance or information")
    wanted = np.array([1.0 if importance is None else importance.get(code, 0.0) for code in codes])
    if not (wanted > 0).all():
        code = codes[int(np.flatnonzero(~(wanted > 0))[0])]
        raise CompositeError(STEP, "an importance must be above 0", indicator=code)
    wanted = wanted / wanted.sum()
    complete = ~np.isnan(values).any(axis=1)
    standard = _standard(values, codes)

    def correlate(weights: Vector) -> Vector:
        made = index(weights)[complete]
        away = made - made.mean()
        size = np.sqrt((away * away).sum() / (len(away) - 1))
        reached: Vector = standard.T @ away / size / (len(away) - 1) if size > 0 else np.zeros(len(codes))
        return reached

    def loss(logs: Vector) -> float:
        reached = correlate(_softmax(logs))
        if goal == "information":
            return -float(reached.sum())
        total = float(reached.sum())
        return float(((reached / total - wanted) ** 2).sum()) if total > 1e-9 else 1e9

    weights = _softmax(nelder_mead(loss, np.log(wanted)))
    reached = correlate(weights)
    return (
        dict(zip(codes, weights.tolist(), strict=True)),
        dict(zip(codes, reached.tolist(), strict=True)),
    )


def _softmax(logs: Vector) -> Vector:
    """Return positive weights that sum to 1, so that the search needs no bounds."""
    shares = np.exp(np.clip(logs - logs.max(), -30.0, 0.0))
    weights: Vector = shares / shares.sum()
    return weights
