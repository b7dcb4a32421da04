"""Honesty in the report: is a forecast more than the last known value, and does it know up from down?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tsrnn.report import tables
from tsrnn.report.checks import Checks
from tsrnn.report.digits import chance, per_cent, span
from tsrnn.report.palette import Look
from tsrnn.report.parts import Part, named
from tsrnn.report.tables import Cell, Head, Table


def honesty(checks: Checks, styles: Mapping[str, Look]) -> Part:
    """The section's sentences and tables; nothing where nothing was tested."""
    models = list(styles)
    found, ways = _ordered(checks.against_last, models), _ordered(checks.directions, models)
    shown = ([_last(found)] if len(found) else []) + ([_directions(ways)] if len(ways) else [])
    return Part(honesty_words(checks, models), tables=shown)


def honesty_words(checks: Checks, models: Sequence[str]) -> list[str]:
    """What each model is beside the last value, and whether it knows directions, in sentences."""
    found, ways = _ordered(checks.against_last, models), _ordered(checks.directions, models)
    return (_said(found) if len(found) else []) + (_directions_said(ways) if len(ways) else [])


def _ordered(found: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """In the order of the models."""
    if found.empty:
        return found
    names = list(models)
    found = found.assign(model=found["model"].astype(str))
    return found.sort_values("model", key=lambda column: column.map(names.index), kind="stable", ignore_index=True)


def _said(found: pd.DataFrame) -> list[str]:
    def of(finding: str) -> list[str]:
        return [str(name) for name in found.loc[found["finding"] == finding, "model"]]

    first = found.iloc[0]
    said = [f"{first['model']} against the last value: error saved {per_cent(first['skill'], 0)}{_sure(first)}."]
    said += named("Lower error than the last value, by the corrected test", of("lower error"))
    said += named("Higher error than the last value, by the corrected test", of("higher error"))
    said += named("Nothing but the last value", of("the last value"))
    said += named(
        "Nearer to the last value than to what came, and no lower error than luck explains (such a forecast looks "
        "right in a picture, a step late)", of("nearer to the last value"),
    )  # fmt: skip
    return said


def _sure(row: pd.Series) -> str:
    ends = span(row["skill-lo-95"], row["skill-hi-95"], 0)
    p_value = chance(row["p-holm"])
    if not ends:
        few = row["finding"] != "no finite loss"
        return " (too few folds to tell whether that is luck)" if few else " (a forecast is missing or infinite)"
    return f" (95 % interval {ends}, {p_value})"


def _last(found: pd.DataFrame) -> Table:
    columns = [tables.numbers(found[name].tolist()) for name in ("moved", "nearness", "correlation")]
    rows = [
        [
            Cell(str(row["model"])),
            Cell(per_cent(row["skill"]), numeric=True, value=None if pd.isna(row["skill"]) else float(row["skill"])),
            Cell(span(row["skill-lo-95"], row["skill-hi-95"]), numeric=True),
            Cell(chance(row["p-holm"]), numeric=True),
            Cell(f"{row['ahead']} of {row['folds']}", numeric=True),
            *cells,
            Cell(row["finding"]),
        ]
        for row, *cells in zip(found.to_dict("records"), *columns, strict=True)
    ]
    heads = [Head("Model", numeric=False), Head("Error saved"), Head("Error saved", "95 % interval"),
             Head("Corrected", "Holm"), Head("Ahead", "folds"), Head("Moved", "of what came"),
             Head("Nearness", "below 1: to the past"), Head("Correlation", "of changes"),
             Head("Finding", numeric=False)]  # fmt: skip
    note = (
        "On a random walk nothing has a lower error than the last value; then these findings are no fault of a model."
    )
    return Table("Each model against the last known value", heads, rows, note=note)


def _directions_said(ways: pd.DataFrame) -> list[str]:
    number = int(ways["step"].iloc[0])
    step = f"{number} step{'s' if number > 1 else ''} ahead"
    known = ways[ways["finding"] != "too few to tell"]
    if known.empty:
        return [f"Up or down {step}: {int(ways['directions'].max())} changes are too few to tell."]
    sure = known.loc[known["finding"] == "more than luck", "model"]
    if sure.empty:
        return [f"Up or down {step}: no model knows it more often than luck."]
    return named(f"Up or down {step}, right more often than luck", sure)


def _directions(ways: pd.DataFrame) -> Table:
    rows = [
        [
            Cell(str(row["model"])),
            Cell(per_cent(row["right"]), numeric=True, value=None if pd.isna(row["right"]) else float(row["right"])),
            Cell(span(row["low"], row["high"]), numeric=True),
            Cell(per_cent(row["luck"]), numeric=True),
            Cell(chance(row["p"]), numeric=True),
            Cell(f"{row['directions']:,}", numeric=True),
            Cell(row["finding"]),
        ]
        for row in ways.to_dict("records")
    ]
    heads = [Head("Model", numeric=False), Head("Right"), Head("Right", "95 % interval"), Head("Luck"),
             Head("Pesaran-Timmermann"), Head("Changes", "count"), Head("Finding", numeric=False)]  # fmt: skip
    note = "Changes from the last known value (returns); a value that stayed the same is left out."
    return Table("Up or down", heads, rows, note=note)
