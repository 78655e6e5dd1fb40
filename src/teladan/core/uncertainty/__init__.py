"""How far a ranking can be trusted: what may vary, what then happens, and what moves it most."""

from teladan.core.uncertainty.assumptions import (
    Assumption,
    Choice,
    LeaveOut,
    Raters,
    Rounding,
    Weights,
    confusion,
)
from teladan.core.uncertainty.draws import Seeded
from teladan.core.uncertainty.legal import computed, printed
from teladan.core.uncertainty.reading import read_vary
from teladan.core.uncertainty.report import Report, of_study
from teladan.core.uncertainty.run import Cuts, Drawn, Uncertainty, vary
from teladan.core.uncertainty.sensitivity import Output, Removal, Top, removals, sensitivity, top
from teladan.core.uncertainty.sobol import Effect, Effects, sobol
from teladan.core.uncertainty.study import Instance, Study
from teladan.core.uncertainty.what_if import what_if

__all__ = [
    "Assumption",
    "Choice",
    "Cuts",
    "Drawn",
    "Effect",
    "Effects",
    "Instance",
    "LeaveOut",
    "Output",
    "Raters",
    "Removal",
    "Report",
    "Rounding",
    "Seeded",
    "Study",
    "Top",
    "Uncertainty",
    "Weights",
    "computed",
    "confusion",
    "of_study",
    "printed",
    "read_vary",
    "removals",
    "sensitivity",
    "sobol",
    "top",
    "vary",
    "what_if",
]
