"""Residuals in the report: whether errors lean one way, follow one another, or have heavy tails."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from tsrnn.report import charts, tables
from tsrnn.report.charts import Chart
from tsrnn.report.checks import Checks
from tsrnn.report.digits import chance, one
from tsrnn.report.palette import Look
from tsrnn.report.parts import Part, named
from tsrnn.report.tables import Cell, Head, Table
from tsrnn.report.words import clip


def residuals(checks: Checks, styles: Mapping[str, Look]) -> Part:
    """The section's sentences, charts and table; nothing where nothing was tested."""
    if checks.biases.empty:
        return Part()
    unit = _unit(checks)
    made = _bias_chart(checks.step_biases, styles, unit) + _order_chart(checks.autocorrelations, styles)
    return Part(residual_words(checks), made, legend=bool(made), more=[_table(checks, styles, unit)])


def _unit(checks: Checks) -> str:
    return "1 = seasonal naive" if checks.measure == "mase" else "data units"


def residual_words(checks: Checks) -> list[str]:
    """Bias, order and shape of the errors in sentences."""
    if checks.biases.empty:
        return []
    said, unit = [], _unit(checks)
    for row in checks.biases.to_dict("records"):
        if row["finding"] in ("too high", "too low"):
            ends = f"95 % interval {one(row['low'])} to {one(row['high'])}"
            said.append(f"{row['model']} forecasts {row['finding']} on average: {one(row['bias'])} ({unit}; {ends}).")
    known = checks.biases["finding"] != "too few folds to tell"
    if not known.any():
        said.append("There are too few folds to tell whether errors lean one way.")
    elif not said:
        said.append("No model's errors lean one way more than luck explains.")
    first = checks.one_step
    if first.empty or not (first["series"] > 0).any():
        return [*said, "Whether errors follow one another, or have heavy tails, takes 20 origins of a series to tell."]
    said += named(
        "Errors one step ahead follow one another, so a forecast could still learn from the last one (a longer "
        "lookback, a season or a covariate may be missing)", first.loc[first["order"] == "follow one another", "model"],
    )  # fmt: skip
    tails = first["shape"].str.contains("heavy tails")
    said += named(
        "Errors one step ahead have heavy tails, so intervals made from the normal distribution miss the largest ones",
        first.loc[tails, "model"],
    )
    said += named("Errors one step ahead are skewed, so intervals should not be symmetric",
                  first.loc[first["shape"].str.contains("skewed"), "model"])  # fmt: skip
    return said


def _bias_chart(found: pd.DataFrame, styles: Mapping[str, Look], unit: str) -> list[Chart]:
    if found.empty or found["step"].nunique() < 2:
        return []
    found = found.assign(model=found["model"].astype(str))
    table = found.pivot(index="step", columns="model", values="bias").sort_index()
    table = table[[name for name in styles if name in table.columns]]
    first = str(table.columns[0])
    band = found[found["model"] == first].set_index("step")[["low", "high"]].reindex(table.index)
    sure = bool(band.notna().all(axis=None)) and float((band["high"] - band["low"]).max()) < 4 * _spread(table)
    svg = charts.error_lines("rb", table, styles, f"bias ({unit})", "step ahead", [0.0], band if sure else None)
    note = "The mean of forecast less actual: above 0 is too high."
    note += f" Shaded: 95 % interval of {clip(first, 40)}, over folds." if sure else ""
    every = table.assign(**{f"{first}, from": band["low"], f"{first}, to": band["high"]})
    names = [str(step) for step in table.index]
    return [Chart(svg, "Bias by step", tables.matrix("Bias by step", Head("Step"), names, every), note)]


def _spread(table: pd.DataFrame) -> float:
    """The height of the lines: an interval far wider would press them into one."""
    values = table.to_numpy(dtype=np.float64)
    return float(np.nanmax(values) - np.nanmin(values)) if np.isfinite(values).any() else 0.0


def _order_chart(found: pd.DataFrame, styles: Mapping[str, Look]) -> list[Chart]:
    if found.empty:
        return []
    found = found.assign(model=found["model"].astype(str))
    table = found.pivot(index="lag", columns="model", values="correlation").sort_index()
    table = table[[name for name in styles if name in table.columns]]
    reach = float(found["reach"].max())
    svg = charts.error_lines("ra", table, styles, "autocorrelation", "origins between", [-reach, 0.0, reach])
    title = "Do errors follow one another?"
    names = [str(lag) for lag in table.index]
    note = "Errors one step ahead. Between the dashed lines: no more than luck, 95 times in 100, of one series."
    return [Chart(svg, title, tables.matrix(title, Head("Origins between"), names, table), note)]


def _table(checks: Checks, styles: Mapping[str, Look], unit: str) -> Table:
    leans = {str(row["model"]): row for row in checks.biases.to_dict("records")}
    first = {str(row["model"]): row for row in checks.one_step.to_dict("records")}
    known = bool((checks.one_step["series"] > 0).any()) if len(checks.one_step) else False
    models = [name for name in styles if name in leans]
    bias = tables.numbers([leans[name]["bias"] for name in models])
    ends = [
        f"{one(leans[name]['low'])} to {one(leans[name]['high'])}" if np.isfinite(leans[name]["low"]) else ""
        for name in models
    ]
    heads = [Head("Model", numeric=False), Head("Bias", unit), Head("Bias", "95 % interval")]
    heads.append(Head("Leans", numeric=False))
    rows = [
        [Cell(name), number, Cell(end, numeric=True), Cell(leans[name]["finding"])]
        for name, number, end in zip(models, bias, ends, strict=True)
    ]
    if known:
        heads += [Head("Order", numeric=False), Head("Ljung-Box"), Head("Shape", numeric=False)]
        heads += [Head("Skewness"), Head("Excess kurtosis"), Head("Jarque-Bera")]
        for name, row in zip(models, rows, strict=True):
            row += _first(first[name])
    return Table("What the errors of each model say", heads, rows)


def _first(found: Mapping[Hashable, object]) -> list[Cell]:
    """The cells about errors one step ahead."""
    series, following = int(str(found["series"])), int(str(found["following"]))
    numbers = {key: float(str(found[key])) for key in ("p", "skewness", "excess", "jarque-bera-p")}
    order = chance(numbers["p"]) if series == 1 else f"{following} of {series:,} series below 0.05"
    return [
        Cell(str(found["order"])), Cell(order if series else "", numeric=True), Cell(str(found["shape"])),
        Cell(one(numbers["skewness"]), numeric=True), Cell(one(numbers["excess"]), numeric=True),
        Cell(chance(numbers["jarque-bera-p"]), numeric=True),
    ]  # fmt: skip
