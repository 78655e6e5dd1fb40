"""The one error of the composite-index pipeline: it names the step, the unit and the indicator."""

from __future__ import annotations


class CompositeError(ValueError):
    """Input that a step is not defined for, or a specification that cannot be followed.

    >>> print(CompositeError("normalise", "every value is 3", indicator="LPI"))
    normalise: indicator LPI: every value is 3
    """

    def __init__(self, step: str, reason: str, *, unit: str = "", indicator: str = "") -> None:
        """Keep the place; `unit` and `indicator` are empty where the fault is not in one of them."""
        self.step = step
        self.reason = reason
        self.unit = unit
        self.indicator = indicator
        place = ", ".join(
            f"{kind} {code}" for kind, code in (("indicator", indicator), ("unit", unit)) if code
        )
        super().__init__(": ".join(part for part in (step, place, reason) if part))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by parts, so that an error crosses a process with its place."""
        return _again, (self.step, self.reason, self.unit, self.indicator)


def _again(step: str, reason: str, unit: str, indicator: str) -> CompositeError:
    return CompositeError(step, reason, unit=unit, indicator=indicator)
