"""The leaderboard as a table: which columns stand together, what they are measured in, and which value is best."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import pandas as pd

from tsrnn.report import digits
from tsrnn.report.palette import Look
from tsrnn.report.tables import Cell, Group, Head, Table
from tsrnn.report.times import time_text
from tsrnn.report.words import DASH, say

Show = Callable[[list[float]], list[tuple[str, str]]]  # a number and a word after it
Loss = Callable[[float], float]


def _plain(values: list[float]) -> list[tuple[str, str]]:
    return [(text, "") for text in digits.column(values)]


def _seconds(values: list[float]) -> list[tuple[str, str]]:
    return [(digits.seconds(value), "") for value in values]


def _per_cents(values: list[float]) -> list[tuple[str, str]]:
    return [(digits.per_cent(value), "") for value in values]


def _skills(values: list[float]) -> list[tuple[str, str]]:
    return [digits.skill(value) for value in values]


@dataclass(frozen=True)
class Metric:
    """How a column of the leaderboard is shown; the value with the least `loss` is the best."""

    group: str
    head: str
    unit: str
    meaning: str
    loss: Loss | None = abs
    show: Show = _plain


KNOWN = {
    "mase": Metric("Error", "MASE", "1 = seasonal naive", "Mean absolute error over that of the seasonal naive "
                   "forecast inside the training part. Below 1 is an error below that; series of any scale compare."),
    "rmsse": Metric("Error", "RMSSE", "1 = seasonal naive", "As MASE with squared errors: large misses weigh more."),
    "mae": Metric("Error", "MAE", "data units", "Mean absolute error, in the units of the data."),
    "rmse": Metric("Error", "RMSE", "data units", "Root of the mean squared error, in the units of the data."),
    "smape": Metric("Error", "sMAPE", "%, 0 to 200", "Absolute error over the mean size of actual value and forecast."),
    "bias": Metric("Error", "Bias", "data units", "The mean of forecast minus actual: above 0 is too high. Nearest "
                   "to 0 is best."),
    "fit_seconds": Metric("Time", "Fit", "seconds", "Time to learn, all folds together.", None, _seconds),
    "predict_seconds": Metric("Time", "Predict", "seconds", "Time to forecast, all folds together.", None, _seconds),
}  # fmt: skip


def metric(name: str) -> Metric:
    """How the column `name` is shown; unknown ones stand under their own name with no best value."""
    if name in KNOWN:
        return KNOWN[name]
    kind, _, rest = name.partition("-")
    if kind == "skill" and rest.startswith("vs-"):
        other = rest[3:]
        return Metric("Skill", f"vs {other}", "error saved", f"How much smaller the error is than that of {other}: "
                      "above 0 is a lower error, below 0 a higher one. Below it the interval of 95 % over folds, of "
                      "these two models alone.", lambda value: -value, _skills)  # fmt: skip
    if kind == "coverage" and _number(rest) is not None:
        nominal = (_number(rest) or 0.0) / 100
        meaning = f"Share of actual values inside the {rest} % interval. Nearest to {rest} % is best."
        return Metric(f"{rest} % interval", "Held", f"should be {rest} %", meaning, lambda share: abs(share - nominal),
                      _per_cents)  # fmt: skip
    if kind == "width" and _number(rest) is not None:
        return Metric(f"{rest} % interval", "Width", "data units", f"Mean width of the {rest} % interval: narrower is "
                      "better only if it holds what it promises.", None)  # fmt: skip
    return Metric("More", name, "", "As the backtest names it.", None)


def leaderboard(board: pd.DataFrame, looks: Mapping[str, Look], skills: pd.DataFrame | None = None) -> Table:
    """The table, best model first as given; the best value of each column is marked where there are two models.

    `skills` (`tsrnn.significance.compared`) puts an interval under each skill. A skill against a model that was not
    run has no column.
    """
    board = board.drop(columns=[name for name in board if _skill(name) and bool(board[name].isna().all())])
    names = _ordered([str(name) for name in board.columns if name != "model"])
    models = [str(model) for model in board["model"]]
    columns = [[Cell(say(model), swatch=looks[model].swatch) for model in models]]
    columns += [_column(board[name], metric(name), models) for name in names]
    if skills is not None and len(skills):
        columns = [
            columns[0],
            *(_surer(cells, name, models, skills) for name, cells in zip(names, columns[1:], strict=True)),
        ]
    heads = [Head("Model", numeric=False), *(Head(metric(name).head, metric(name).unit) for name in names)]
    groups = [Group("", 1)]
    groups += [Group(group, len(list(members))) for group, members in groupby(names, lambda name: metric(name).group)]
    return Table("Leaderboard", heads, [list(cells) for cells in zip(*columns, strict=True)], groups)


def meanings(board: pd.DataFrame) -> list[tuple[str, str]]:
    """Each column in words."""
    names = _ordered([str(name) for name in board.columns if name != "model"])
    shown = [(metric(name), metric(name).head) for name in names]
    return [(f"{kind.group}: {head}" if kind.group not in ("Error", "Skill", "Time", "More") else head, kind.meaning)
            for kind, head in shown]  # fmt: skip


def references(board: pd.DataFrame) -> list[str]:
    """The models that skill is measured against, as the columns name them."""
    return [str(name)[len("skill-vs-") :] for name in board.columns if _skill(name)]


def _skill(name: object) -> bool:
    return str(name).startswith("skill-vs-")


def _surer(cells: list[Cell], name: str, models: list[str], skills: pd.DataFrame) -> list[Cell]:
    """The cells of a skill with their intervals; those of any other column as they are."""
    if not _skill(name):
        return cells
    mine = skills[skills["baseline"].astype(str) == name[len("skill-vs-") :]]
    spans = {
        str(model): digits.span(low, high, 0)
        for model, low, high in zip(mine["model"], mine["skill-lo-95"], mine["skill-hi-95"], strict=True)
    }
    return [replace(cell, more=spans.get(model, "")) for cell, model in zip(cells, models, strict=True)]


def best(values: list[float], loss: Loss) -> set[int]:
    """Positions of the best values; none where fewer than two can be compared."""
    losses = [loss(value) if not np.isnan(value) else np.inf for value in values]
    finite = [value for value in losses if np.isfinite(value)]
    if len(finite) < 2:
        return set()
    return {position for position, value in enumerate(losses) if value == min(finite)}


def _ordered(names: list[str]) -> list[str]:
    groups = [
        "Error",
        "Skill",
        *dict.fromkeys(metric(name).group for name in names if "interval" in metric(name).group),
    ]
    groups += ["More", "Time"]
    places = {name: place for place, name in enumerate(KNOWN)}
    return sorted(names, key=lambda name: (groups.index(metric(name).group), places.get(name, 0)))


def _column(values: pd.Series, kind: Metric, models: list[str]) -> list[Cell]:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return [Cell(time_text(value, "minute")) for value in values]
    exact = [float(value) for value in values.to_numpy(dtype=np.float64, na_value=np.nan)]
    marked = best(exact, kind.loss) if kind.loss is not None else set()
    shown = kind.show(exact)
    if kind.group == "Skill":  # a model is not compared with itself
        shown = [
            (DASH, "reference") if kind.head == f"vs {model}" else pair
            for model, pair in zip(models, shown, strict=True)
        ]
    return [
        Cell(text, True, place in marked, word, value=None if np.isnan(value) else value)
        for place, (value, (text, word)) in enumerate(zip(exact, shown, strict=True))
    ]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
