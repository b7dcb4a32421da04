"""Interval coverage in the report: what each level held, by step, and on which side the actual values fell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tsrnn.report import charts, scores, tables
from tsrnn.report.charts import Chart
from tsrnn.report.checks import Checks
from tsrnn.report.digits import PER_CENT, per_cent, span
from tsrnn.report.palette import Look
from tsrnn.report.parts import Part
from tsrnn.report.tables import Cell, Head, Table
from tsrnn.report.words import clip, listing

_MOST, _FEWEST = 6, 100  # histograms; forecasts below which one says nothing


def calibration(rows: pd.DataFrame, checks: Checks, styles: Mapping[str, Look]) -> Part:
    """The section's sentences and charts; nothing where no model gave intervals."""
    found = scores.coverage(rows, list(styles), checks.coverages)
    if not found:
        return Part()
    made = _promises(found, styles)
    curve = [_curve(found, styles)] if len({item.level for item in found}) > 2 else []
    steps = _by_step(checks.step_coverages, styles)
    places = _histograms(checks.bins, styles)
    said = calibration_words(found)
    if said and not (steps and places):
        missing = [*([] if steps else ["a view by step"]), *([] if places else ["a histogram of places"])]
        said.append(f"There are too few forecasts for {listing(missing)}.")
    return Part(said, [*made, *curve, *steps, *places], legend=bool(curve or steps))


def calibration_words(found: list[scores.Covered]) -> list[str]:
    """What the intervals of the first model held, and whose are too narrow or too wide, in sentences."""
    tested = [item for item in found if item.finding]
    said = []
    for item in tested:
        if item.model == tested[0].model:
            sure = f" (95 % interval of that: {span(item.low, item.high)})" if np.isfinite(item.low) else ""
            said.append(
                f"{item.level} % intervals of {item.model} held {per_cent(item.share, 0)} of {item.count:,} actual "
                f"values{sure}: {item.finding}."
            )
    for finding in ("too narrow", "too wide"):
        levels: dict[str, list[str]] = {}
        for item in tested:
            if item.finding == finding and item.model != tested[0].model:
                levels.setdefault(item.model, []).append(f"{item.level} %")
        if levels:
            parts = [f"{model} (at {listing(those)})" for model, those in levels.items()]
            said.append(f"{finding[0].upper()}{finding[1:]}: {listing(parts)}.")
    return said


def _promises(found: list[scores.Covered], styles: Mapping[str, Look]) -> list[Chart]:
    made = []
    for position, level in enumerate(dict.fromkeys(item.level for item in found)):
        mine = [item for item in found if item.level == level]
        title = f"Actual values inside the {level}{PER_CENT} interval"
        svg = charts.promises(f"c{position}", mine, styles, title)
        note = f"Dashed: the {level}{PER_CENT} that it promises."
        if any(np.isfinite(item.low) for item in mine):
            note += f" Thin lines: 95{PER_CENT} intervals of the share, over folds."
        made.append(Chart(svg, title, _covered(mine, title), note))
    return made


def _covered(found: list[scores.Covered], label: str) -> Table:
    held = tables.numbers([100 * item.share for item in found])
    gap = tables.numbers([100 * item.share - float(item.level) for item in found])
    width = tables.numbers([item.width for item in found])
    rows = [
        [
            Cell(item.model),
            *cells,
            Cell(f"{item.count:,}", numeric=True),
            Cell(span(item.low, item.high), numeric=True),
            Cell(item.finding),
        ]
        for item, *cells in zip(found, held, gap, width, strict=True)
    ]
    heads = [Head("Model", numeric=False), Head("Held", "%"), Head("Difference", "per cent points"),
             Head("Mean width", "data units"), Head("Forecasts", "count"), Head("Held", "95 % interval"),
             Head("Finding", numeric=False)]  # fmt: skip
    return Table(label, heads, rows)


def _curve(found: list[scores.Covered], styles: Mapping[str, Look]) -> Chart:
    """What was held against what was promised, a line per model; right is the one called promised."""
    table = pd.DataFrame([(float(item.level), item.model, 100 * item.share) for item in found])
    table = table.pivot(index=0, columns=1, values=2).sort_index()
    table = table[[name for name in styles if name in table.columns]]
    title, promised = "Held by level promised", pd.DataFrame({"low": table.index, "high": 100.0}, index=table.index)
    promised["low"], promised["high"] = promised["low"] - 1.0, promised["low"] + 1.0
    svg = charts.error_lines("cc", table, styles, "held (%)", "level promised (%)", (), promised)
    names = [f"{level:g}" for level in table.index]
    note = "Shaded: within a point of what is promised. Below it: too narrow; above: too wide."
    return Chart(svg, title, tables.matrix(title, Head("Level", "%"), names, table), note)


def _by_step(found: pd.DataFrame, styles: Mapping[str, Look]) -> list[Chart]:
    made: list[Chart] = []
    if found.empty:
        return made
    found = found.assign(model=found["model"].astype(str))
    for position, (level, own) in enumerate(found.groupby("level", sort=True)):
        table = 100 * own.pivot(index="step", columns="model", values="held").sort_index()
        table = table[[name for name in styles if name in table.columns]]
        first = str(table.columns[0])
        band = 100 * own[own["model"] == first].set_index("step")[["low", "high"]].sort_index()
        title = f"Held by step, {level:g}{PER_CENT} intervals"
        svg = charts.error_lines(f"cs{position}", table, styles, "held (%)", "step ahead", [float(str(level))], band)
        every = table.assign(**{f"{first}, from": band["low"], f"{first}, to": band["high"]})
        note = f"Dashed: what is promised. Shaded: 95{PER_CENT} intervals of the share of {clip(first, 40)}."
        names = [str(step) for step in table.index]
        made.append(Chart(svg, title, tables.matrix(title, Head("Step"), names, every), note))
    return made


def _histograms(bins: pd.DataFrame, styles: Mapping[str, Look]) -> list[Chart]:
    made: list[Chart] = []
    if bins.empty or bins["forecasts"].max() < _FEWEST:
        return made
    bins = bins.assign(model=bins["model"].astype(str))
    for position, name in enumerate([name for name in styles if (bins["model"] == name).any()][:_MOST]):
        own = bins[bins["model"] == name]
        edges = np.append(own["low"].to_numpy(np.float64), 1.0)
        title = f"Where actual values fell, {clip(name, 40)}"
        svg = charts.histogram(f"ch{position}", edges, own["density"].to_numpy(np.float64), styles[name], title)
        heads = [Head("Place in the forecast", numeric=False), Head("Promised", "%"), Head("Found", "%")]
        promised, share = (tables.numbers((100 * own[column]).tolist()) for column in ("promised", "share"))
        places = [Cell(span(low, high)) for low, high in zip(own["low"], own["high"], strict=True)]
        table = Table(title, [*heads, Head("Times what was promised")],
                      [list(cells) for cells in zip(places, promised, share, tables.numbers(own["density"].tolist()),
                                                    strict=True)])  # fmt: skip
        note = "As wide as promised; 1 is right. High at both ends: too narrow; at one end: the forecast leans."
        made.append(Chart(svg, title, table, note))
    return made
