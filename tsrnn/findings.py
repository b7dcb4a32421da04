"""Findings: a backtest put into words and tables, as the contents of its report."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from tsrnn.auditing import audit
from tsrnn.checking import checked
from tsrnn.external import External
from tsrnn.honesty import random_walk
from tsrnn.panel import Panel
from tsrnn.report.contents import Contents
from tsrnn.report.leaderboard import references
from tsrnn.significance import compared
from tsrnn.version import __version__

if TYPE_CHECKING:
    from tsrnn.forecasters.protocol import Forecaster
    from tsrnn.splits import Plan

_RIVALS = ("arima", "seasonal-naive", "naive")
_PACKAGES = ("torch", "pandas", "numpy", "statsmodels", "scikit-learn")
_CONTEXT = 4  # horizons of history shown before the first cutoff
_LOOKED_AT = 20  # series looked at to tell whether they are prices


class Judged(Protocol):
    """What is read of a backtest."""

    @property
    def rows(self) -> pd.DataFrame:
        """Tidy rows."""
        ...

    @property
    def scales(self) -> pd.DataFrame:
        """What scaled errors divide by."""
        ...

    @property
    def notices(self) -> pd.DataFrame:
        """What models want known."""
        ...

    @property
    def timings(self) -> pd.DataFrame:
        """Seconds of each model and cutoff."""
        ...

    @property
    def models(self) -> list[Forecaster]:
        """The models judged."""
        ...

    @property
    def panel(self) -> Panel:
        """All the data."""
        ...

    @property
    def plan(self) -> Plan:
        """How it was run."""
        ...

    def leaderboard(self) -> pd.DataFrame:
        """One row a model, best first."""
        ...

    def by_step(self) -> pd.DataFrame:
        """All metrics of each model and step."""
        ...

    def scores(self, by: Sequence[str]) -> pd.DataFrame:
        """All metrics of each group of rows."""
        ...


def contents(result: Judged, title: str | None, command: str | None) -> Contents:
    """Everything the report shows, from one backtest."""
    board = result.leaderboard()
    by_series, history = result.scores(["model", "series"]), _history(result.panel, result.plan, result.rows)
    checks = checked(
        result.rows,
        result.scales,
        history,
        by_series,
        measure=measure_of(board),
        references=references(board),
        prices=_prices(result.panel),
    )
    return Contents(
        title=title or f"{_subject(result.panel)}: backtest of {', '.join(board['model'])}",
        verdict=worded(board, checks.pairs),
        leaderboard=board,
        by_step=result.by_step(),
        rows=result.rows,
        history=history,
        card=_card(result.panel, result.plan),
        audit=audit(result.panel),
        settings=[(model.name, _settings(model)) for model in result.models],
        versions=_versions(result),
        notices=_notices(result.notices),
        command=command or _call(result),
        by_series=by_series,
        by_fold=result.scores(["model", "fold"]),
        checks=checks,
    )


def verdict(result: Judged) -> str:
    """Who was best, by how much against each rival, and whether that could be luck: plain words, no claim beyond them.

    The tests are those of `compared` over every two models, with p-values corrected for all of them, because the best
    was chosen after looking.
    """
    board = result.leaderboard()
    return worded(board, compared(result.rows, result.scales, measure=measure_of(board)))


def measure_of(board: pd.DataFrame) -> str:
    """What models are compared by: MASE, unless a series never changed."""
    return "mase" if board["mase"].notna().all() else "mae"


def worded(board: pd.DataFrame, tests: pd.DataFrame) -> str:
    """The verdict in words, from a leaderboard and the tests of every two models."""
    measure, best = measure_of(board), board.iloc[0]
    parts: list[str] = []
    for other in board["model"]:
        if other == best["model"] or (other not in _RIVALS and len(parts) >= 3):
            continue
        rival = board.loc[board["model"] == other, measure].iloc[0]
        test = tests[tests["model"].isin([best["model"], other]) & tests["baseline"].isin([best["model"], other])].iloc[
            0
        ]
        wins = test["ahead"] if test["model"] == best["model"] else test["folds"] - test["ahead"]
        parts.append(f"{_gap(best[measure], rival)} {other} ({_luck(test)}; ahead in {wins} of {test['folds']} folds)")
    head = f"{best['model']} has the lowest error, {measure.upper()} {best[measure]:.3g}"
    if parts and parts[0].startswith("equal to"):
        head = f"{best['model']} has no higher error than any other, {measure.upper()} {best[measure]:.3g}"
    if not parts:
        return f"{head}; no other model was run to compare it with."
    joined = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    few = " That is too few folds to tell skill from luck: give more." if "too few" in joined else ""
    return f"{head}: {joined}.{few}"


def _luck(test: pd.Series) -> str:
    """Whether a lead could be luck: the corrected p-value, and what it means unless the lead is real."""
    if not np.isfinite(test["p-holm"]):
        return str(test["finding"])
    p_value = "p < 0.001" if test["p-holm"] < 0.001 else f"p = {test['p-holm']:.2g}"
    return p_value if test["finding"] in ("better", "worse") else f"{p_value}: {test['finding']}"


def _gap(error: float, rival: float) -> str:
    """How far an error lies below that of a rival, in words."""
    if error == rival:
        return "equal to"
    gap = 1.0 - error / rival
    return f"{gap:.0%} below" if gap >= 0.01 else "less than 1% below"


def _history(panel: Panel, plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """The actual values that the folds' pictures need, and some before them."""
    targets = panel.layout.columns.named("target")
    first = rows.groupby("series", sort=False, observed=True)["cutoff"].min().to_dict()
    after = 0
    for number, name in enumerate(panel.names):
        label = name if panel.channels == 1 else _joint(panel, name, targets[0])
        after = max(after, int((panel.times[panel.rows(number)] > first[label]).sum()))
    recent = panel.tail(_CONTEXT * plan.horizon + after + 1)
    labels = [name for name, length in zip(recent.names, recent.lengths, strict=True) for _ in range(length)]
    parts = []
    for channel in range(panel.channels):
        series = labels if panel.channels == 1 else [_joint(panel, label, targets[channel]) for label in labels]
        parts.append(pd.DataFrame({"series": series, "time": recent.times, "actual": recent.values[:, channel]}))
    return pd.concat(parts, ignore_index=True)


def _prices(panel: Panel) -> bool:
    """Whether the series look like prices: positive, and on business days or each like a random walk."""
    if not bool((panel.values[panel.observed] > 0).all()):
        return False
    if panel.layout.frequency.unit == "business day":
        return True
    looked_at = range(min(len(panel.names), _LOOKED_AT))
    return all(random_walk(values) for n in looked_at for values in panel.values[panel.rows(n)].T)


def _subject(panel: Panel) -> str:
    """What is forecast: the name of a single series, else how many there are."""
    count = len(panel.names) * panel.channels
    return str(panel.names[0]) if count == 1 else f"{count:,} series"


def _joint(panel: Panel, label: object, target: object) -> object:
    return target if panel.layout.shape == "wide" else f"{label}/{target}"


def _card(panel: Panel, plan: Plan) -> list[tuple[str, str]]:
    missing = int((~panel.observed).sum())
    columns = panel.layout.columns
    covariates = {part: [str(name) for name in columns.named(part)] for part in ("past", "future", "static")}
    return [
        ("series", f"{len(panel.names) * panel.channels:,}"),
        ("rows", f"{len(panel.values):,}" + _spread(panel)),
        ("from", str(panel.times.min())),
        ("to", str(panel.times.max())),
        *_zone(panel),
        ("one row a", panel.layout.frequency.words),
        ("season", f"{panel.season} rows"),
        ("missing values", f"{missing:,} of {panel.values.size:,}" + (", left out of every score" if missing else "")),
        *((f"{part} columns", ", ".join(names)) for part, names in covariates.items() if names),
        ("forecast", plan.origins),
        ("training", plan.training),
    ]


def _zone(panel: Panel) -> list[tuple[str, str]]:
    zone = getattr(panel.times, "tz", None)
    return [] if panel.layout.frequency.kind == "steps" else [("time zone", str(zone) if zone else "none given")]


def _spread(panel: Panel) -> str:
    low, high = int(panel.lengths.min()), int(panel.lengths.max())
    if len(panel.names) == 1:
        return ""
    return f" ({low:,} a series)" if low == high else f" ({low:,} to {high:,} a series)"


def _settings(model: Forecaster) -> str:
    given = {key: value for key, value in model.get_params(deep=False).items() if key != "name"}
    return f"{type(model).__name__}({', '.join(f'{key}={value!r}' for key, value in given.items())})"


def _versions(result: Judged) -> list[tuple[str, str]]:
    """Seeds, seconds, versions and the machine."""
    packages = [(name, importlib.metadata.version(name)) for name in _PACKAGES]
    fit, predict = result.timings[["fit_seconds", "predict_seconds"]].sum()
    return [
        ("seeds", ", ".join(_seeds(result.models)) or "no model draws numbers"),
        ("time", f"{fit:,.1f} s to learn and {predict:,.1f} s to forecast, all models and folds together"),
        ("tsrnn", __version__),
        ("Python", platform.python_version()),
        *packages,
        ("machine", f"{platform.platform()}, {os.cpu_count()} cores"),
    ]


def _seeds(models: Sequence[Forecaster]) -> list[str]:
    """The seed of each model that has one, of its own or in its training."""
    found = []
    for model in models:
        settings = model.get_params(deep=False)
        if "training" in settings:
            from tsrnn.training import Training

            settings["seed"] = (settings["training"] or Training()).seed
        if "seed" in settings:
            found.append(f"{model.name} {settings['seed']}")
    return found


def _notices(notices: pd.DataFrame) -> pd.DataFrame:
    """The same message of one model in several folds, said once."""
    if notices.empty:
        return notices
    text = notices.assign(series=notices["series"].map(lambda name: "all" if name is None else str(name)))
    groups = text.groupby(["model", "series", "message"], sort=False)
    return groups.agg(folds=("cutoff", "nunique"), count=("count", "max")).reset_index()


def _call(result: Judged) -> str:
    plan, names = result.plan, [model.name for model in result.models if not isinstance(model, External)]
    joined = [f".add(…, name={model.name!r})" for model in result.models if isinstance(model, External)]
    return f"tsrnn.backtest({names}, data, horizon={plan.horizon}, {plan.asked}){''.join(joined)}"
