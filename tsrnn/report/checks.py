"""What tests found about a backtest, as tidy frames for a report; how they are made is of no concern here."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Checks:
    """An empty frame means "there is nothing to say": its part of the report is left out, or says why in one line.

    Each is what the function it is named after gives. `measure` ("mase" or "mae") is what skill and bias are of.
    """

    measure: str = "mase"
    skills: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.significance.compared` against the models that skill is measured against."""

    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`compared`, every two models, the lower error first."""

    ranks: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`model, rank, low, high, near` (whether not significantly above the lowest), `series`, `p` (Friedman's)."""

    coverages: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.calibration.coverages` by model."""

    step_coverages: pd.DataFrame = field(default_factory=pd.DataFrame)
    """The same by model and step; empty where there are too few forecasts a step."""

    bins: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.calibration.bins`."""

    biases: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.residuals.biases` by model."""

    step_biases: pd.DataFrame = field(default_factory=pd.DataFrame)
    """The same by model and step."""

    one_step: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.residuals.one_step`."""

    autocorrelations: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.residuals.autocorrelations`."""

    against_last: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.honesty.against_last`."""

    directions: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`tsrnn.honesty.directions`; empty where the series are no prices."""
