"""Forecasts against what happened: one small chart per series and fold, and which series and folds to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from tsrnn.report.charts import Chart, line
from tsrnn.report.contents import levels_of
from tsrnn.report.digits import PER_CENT, one
from tsrnn.report.leaderboard import metric
from tsrnn.report.palette import INK, MUTED, Look
from tsrnn.report.plane import Plane, draw_on, lasting, limits, thin
from tsrnn.report.scores import Errors
from tsrnn.report.svg import Drawing
from tsrnn.report.tables import Cell, Head, Table, cut, numbers
from tsrnn.report.times import TimeScale
from tsrnn.report.words import clip, listing, say

FEW_SERIES, MOST_ALONE, MOST_EACH = 3, 12, 6
_REACH = 1.5  # heights of the actual values' range that a forecast may go beyond it and still be shown


@dataclass(frozen=True)
class Block:
    """The panels of one series; `why` says why it is shown, `note` which folds are."""

    series: str
    why: str
    note: str
    charts: list[Chart]


@dataclass(frozen=True)
class Scene:
    """What all panels share."""

    rows: pd.DataFrame
    history: pd.DataFrame
    looks: Mapping[str, Look]
    scale: TimeScale
    levels: list[str]

    @staticmethod
    def of(rows: pd.DataFrame, history: pd.DataFrame, looks: Mapping[str, Look]) -> Scene:
        past = [history["time"]] if not history.empty else []
        times = pd.concat([*past, rows["cutoff"], rows["time"]], ignore_index=True).drop_duplicates()
        return Scene(rows, history, looks, TimeScale(pd.Index(times)), levels_of(rows))


def blocks(scene: Scene, errors: Errors) -> list[Block]:
    """All series if they are few; else the worst, the median and the best one for the best model."""
    known = np.flatnonzero(errors.table.notna().any(axis=1))
    order = errors.table.index[known] if len(known) else errors.table.index
    if len(order) <= FEW_SERIES:
        chosen = dict.fromkeys(range(len(order)), "")
    else:
        chosen = {len(order) - 1: "the worst", len(order) // 2: "the median", 0: "the best"}
    best = str(errors.table.columns[0])
    values = errors.table[best].to_numpy(dtype=np.float64)[known if len(known) else slice(None)]
    most = MOST_ALONE if len(order) == 1 else MOST_EACH
    found = []
    for number, (position, place) in enumerate(chosen.items()):
        score = f"{metric(errors.metric).head} {one(float(values[position]))}"
        why = f"{place} of {len(order):,} series for {clip(best, 40)}: {score}" if place else ""
        found.append(_block(scene, order[position], why, f"f{number}", most))
    return found


def _block(scene: Scene, series: object, why: str, ident: str, most: int) -> Block:
    mine = scene.rows[scene.rows["series"] == series]
    past = scene.history[scene.history["series"] == series] if not scene.history.empty else scene.history
    folds = sorted(mine["fold"].unique())
    spread = np.linspace(0, len(folds) - 1, min(most, len(folds))).round().astype(int)
    shown = [folds[position] for position in spread]
    note = f"{len(shown)} of {len(folds)} folds are shown, evenly spread." if len(shown) < len(folds) else ""
    charts = [_panel(scene, say(series), mine[mine["fold"] == fold], past, f"{ident}-{fold}") for fold in shown]
    return Block(say(series), why, note, charts)


def _panel(scene: Scene, series: str, rows: pd.DataFrame, past: pd.DataFrame, ident: str) -> Chart:
    fold, cutoff = int(rows["fold"].iloc[0]), rows["cutoff"].iloc[0]
    parts = {name: part.sort_values("step") for name, part in rows.groupby("model", sort=False)}
    models = {name: parts[name] for name in scene.looks if name in parts}
    miss = {name: float(part["miss"].mean()) for name, part in models.items()}
    known = {name: value for name, value in miss.items() if np.isfinite(value)}
    closest = min(known, key=lambda name: known[name]) if known else ""
    band = next((name for name, part in models.items() if _has_band(part, scene.levels)), "")
    svg, cut_off = _draw(scene, models, past, rows["cutoff"].iloc[:1], band, (ident, series))
    notes = []
    if closest and len(models) > 1:
        notes.append(f"Closest: {clip(closest, 40)}, MAE {one(known[closest])}.")
    if band:
        which = listing([f"{level}{PER_CENT}" for level in scene.levels])
        notes.append(f"Shaded: {which} interval{'s' if len(scene.levels) > 1 else ''} of {clip(band, 40)}.")
    if cut_off:
        notes.append("Some values lie outside the frame; the table has them.")
    table = _table(scene, models, band, f"{series}, fold {fold}: actual values and forecasts")
    return Chart(svg, f"Fold {fold}, cutoff {scene.scale.text(cutoff)}", table, " ".join(notes))


def _has_band(part: pd.DataFrame, levels: list[str]) -> bool:
    return any(bool(part[f"lo-{level}"].notna().any()) for level in levels)


def _draw(
    scene: Scene,
    models: dict[str, pd.DataFrame],
    past: pd.DataFrame,
    cutoff: pd.Series,
    band: str,
    label: tuple[str, str],
) -> tuple[Markup, bool]:
    longest = max(models.values(), key=len)
    ahead = scene.scale.places(longest["time"])
    split = float(scene.scale.places(cutoff)[0])
    before, values = _tail(scene, past, split, len(longest))
    actual = longest["actual"].to_numpy(dtype=np.float64)
    base = limits(values, actual)
    if not np.isfinite(np.concatenate([values, actual])).any():
        base = limits(*(part["forecast"].to_numpy(dtype=np.float64) for part in models.values()))
    seen = [values, actual, *(part["forecast"].to_numpy(dtype=np.float64) for part in models.values())]
    if band:
        seen += [
            models[band][f"{side}-{level}"].to_numpy(dtype=np.float64)
            for level in scene.levels
            for side in ("lo", "hi")
        ]
    wanted = limits(*seen)
    y = lasting(base, wanted, _REACH)
    across = limits(before, ahead, [split])
    across = (float(min(before.min() if before.size else split, split)), across[1])
    plane = Plane(across, y, scene.scale.ticks(*across), "data units")
    with draw_on(plane) as made:
        if band:
            _shade(made, scene, models[band], scene.looks[band])
        made.axes.axvline(split, color=MUTED, linewidth=1.2, dashes=(4, 3))
        for name in reversed(models):
            part = models[name]
            line(made, scene.scale.places(part["time"]), part["forecast"].to_numpy(dtype=np.float64), scene.looks[name])
        x, actuals = np.concatenate([before, ahead]), np.concatenate([values, actual])
        made.axes.plot(*thin(x, actuals), color=INK, linewidth=1.8, solid_joinstyle="round")
        if len(ahead) == 1:
            made.axes.plot(ahead, actual, color=INK, marker="o", markersize=5, linestyle="")
        ident, series = label
        title = f"{series}: forecasts after {scene.scale.text(cutoff.iloc[0])}"
        text = f"Actual values and the forecasts of {listing(list(models))} for {len(ahead)} steps. MAE: "
        text += "; ".join(f"{name} {one(float(part['miss'].mean()))}" for name, part in models.items())
        return made.svg(ident, title, text + "."), y != wanted


def _tail(scene: Scene, past: pd.DataFrame, split: float, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Places and values of the last actual rows up to the cutoff: two horizons, at least 12."""
    if past.empty:
        return np.zeros(0), np.zeros(0)
    places = scene.scale.places(past["time"])
    keep = np.flatnonzero(places <= split)
    keep = keep[np.argsort(places[keep], kind="stable")][-max(12, 2 * horizon) :]
    return places[keep], past["actual"].to_numpy(dtype=np.float64)[keep]


def _shade(made: Drawing, scene: Scene, part: pd.DataFrame, look: Look) -> None:
    places = scene.scale.places(part["time"])
    for level in reversed(scene.levels):
        low, high = (part[f"{side}-{level}"].to_numpy(dtype=np.float64) for side in ("lo", "hi"))
        x, lows = thin(places, low)
        highs = np.interp(x, places, high)
        if len(x) == 1:
            made.axes.plot([x[0], x[0]], [lows[0], highs[0]], color=look.colour, linewidth=9, alpha=0.16)
        else:
            made.axes.fill_between(x, lows, highs, color=look.colour, alpha=0.16, linewidth=0)


def _table(scene: Scene, models: dict[str, pd.DataFrame], band: str, label: str) -> Table:
    longest = max(models.values(), key=len)
    steps = longest["step"].to_numpy()[:200]
    columns: list[tuple[Head, list[Cell]]] = [
        (Head("Step"), [Cell(str(step), numeric=True) for step in steps]),
        (Head("Time", numeric=False), [Cell(scene.scale.text(time)) for time in longest["time"].iloc[:200]]),
    ]
    wanted = [("Actual", longest, "actual")] + [(name, part, "forecast") for name, part in models.items()]
    if band:
        wanted += [
            (f"{band} {side}-{level}", models[band], f"{side}-{level}")
            for level in scene.levels
            for side in ("lo", "hi")
        ]
    for head, part, column in wanted:
        by_step = part.drop_duplicates("step").set_index("step")[column].reindex(steps)
        columns.append((Head(head), numbers(by_step.to_numpy(dtype=np.float64, na_value=np.nan).tolist(), 5)))
    rows = [list(cells) for cells in zip(*(cells for _, cells in columns), strict=True)]
    return Table(label, [head for head, _ in columns], rows, note=cut(len(longest)))
