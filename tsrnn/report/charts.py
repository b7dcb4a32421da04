"""The charts other than forecasts: error lines, series sorted by error, counts as bars, promised intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from tsrnn.report.digits import PER_CENT, per_cent, whole_ticks
from tsrnn.report.palette import GRID, MUTED, PAPER, Look
from tsrnn.report.plane import MOST_POINTS, RIGHT, Plane, draw_on, limits, marker_places, thin
from tsrnn.report.scores import Covered
from tsrnn.report.svg import WIDTH, Drawing, drawing
from tsrnn.report.tables import Table
from tsrnn.report.words import clip, columns, listing

Looks = Mapping[str, Look]
_ROW, _LETTER, _BESIDE = 31.0, 7.8, 92.0  # px of a row, of a letter of the names at its left, of the label at its right


@dataclass(frozen=True)
class Chart:
    """A drawing with its caption, a second line in small type, and the same numbers as a table."""

    svg: Markup
    caption: str
    table: Table
    note: str = ""


def line(made: Drawing, x: np.ndarray, y: np.ndarray, look: Look, width: float = 1.8) -> None:
    """One model's line: its colour, dash and marker."""
    x, y = thin(x, np.where(np.isfinite(y), y, np.nan))
    (drawn,) = made.axes.plot(x, y, color=look.colour, linewidth=width, marker=look.marker, markersize=5)
    drawn.set_markeredgecolor(PAPER)
    drawn.set_markeredgewidth(0.8)
    drawn.set_markevery(marker_places(len(x)))
    if look.dashes:
        drawn.set_dashes([part / width * 1.2 for part in look.dashes])


def error_lines(
    ident: str,
    table: pd.DataFrame,
    looks: Looks,
    y_name: str,
    x_name: str,
    marks: Sequence[float] = (),
    band: pd.DataFrame | None = None,
) -> Markup:
    """One line per column over the rows' whole numbers (steps, folds or lags), from zero, or around `marks`.

    `marks` are dashed lines across. `band` has the columns low and high and the rows of `table`: a shaded stretch in
    the colour of the first column.
    """
    x = table.index.to_numpy(dtype=np.float64)
    across = (float(x.min()), float(x.max()))
    room = 0.03 * (across[1] - across[0]) or 1.0
    ticks = [(place, f"{place:.0f}") for place in whole_ticks(*across, most=8)]
    shaded = band.to_numpy(dtype=np.float64) if band is not None else np.zeros(0)
    y = limits(table.to_numpy(dtype=np.float64), shaded, marks, zero=not marks)
    plane = Plane((across[0] - room, across[1] + room), y, ticks, y_name, x_name)
    names = [str(name) for name in table.columns]
    with draw_on(plane) as made:
        if band is not None:
            low, high = (band[side].to_numpy(dtype=np.float64) for side in ("low", "high"))
            made.axes.fill_between(x, low, high, color=looks[names[0]].colour, alpha=0.16, linewidth=0)
        for mark in marks:
            made.axes.axhline(mark, color=MUTED, linewidth=1.2, dashes=(4, 3))
        for name in reversed(names):  # the best on top
            line(made, x, table[name].to_numpy(dtype=np.float64), looks[name])
        return made.svg(
            ident, f"{y_name} by {x_name}", f"One line each for {listing(names)}; the table has the numbers."
        )


def histogram(ident: str, edges: np.ndarray, heights: np.ndarray, look: Look, title: str) -> Markup:
    """Bars as wide as the share that each promises, and a dashed line at 1, where all would be if it were held."""
    ticks = [(float(edge), f"{100 * edge:.4g}{PER_CENT}") for edge in edges if 0.05 <= edge <= 0.95]
    plane = Plane((0.0, 1.0), limits(heights, [1.0], zero=True), ticks, "times what was promised", "place, from lowest")
    with draw_on(plane) as made:
        made.axes.bar(edges[:-1], heights, np.diff(edges), align="edge", color=look.colour, alpha=0.55,
                      edgecolor=PAPER, linewidth=1)  # fmt: skip
        made.axes.axhline(1.0, color=MUTED, linewidth=1.4, dashes=(4, 3))
        text = "; ".join(
            f"{per_cent(low, 1)} to {per_cent(high, 1)}: {height:.2f}"
            for low, high, height in zip(edges[:-1], edges[1:], heights, strict=True)
        )
        return made.svg(ident, title, f"Times what was promised, from lowest to highest place. {text}.")


def ranks(ident: str, found: pd.DataFrame, looks: Looks, title: str) -> Markup:
    """A row per model: its mean rank with its interval, and a shaded stretch where those near the lowest reach."""
    names = [str(name) for name in found["model"]]
    across = (float(found["low"].min()), float(found["high"].max()))
    with _Rows(names, across) as made:
        made.axes.axvspan(across[0], float(found["high"].min()), color=GRID, alpha=0.6, linewidth=0, zorder=0.2)
        for place, (rank, low, high) in enumerate(found[["rank", "low", "high"]].to_numpy(dtype=np.float64)):
            look = looks[names[place]]
            made.axes.plot([low, high], [-place, -place], color=look.colour, linewidth=2.4)
            made.axes.plot([rank], [-place], color=look.colour, marker=look.marker, markersize=7,
                           markeredgecolor=PAPER)  # fmt: skip
            _beside(made, float(high), -place, f"{rank:.2f}")
        text = "; ".join(f"{name} {rank:.2f}" for name, rank in zip(names, found["rank"], strict=True))
        return made.svg(ident, title, f"Mean ranks, 1 is the lowest error on every series: {text}.")


def sorted_errors(ident: str, table: pd.DataFrame, looks: Looks, y_name: str) -> Markup:
    """One place per series, in the order of the first model's error, with a point per model."""
    if len(table) > MOST_POINTS:
        table = table.iloc[np.linspace(0, len(table) - 1, MOST_POINTS).round().astype(int)]
    values = table.to_numpy(dtype=np.float64)
    known = values[np.isfinite(values) & (values > 0)]
    log = bool(known.size and known.max() > 30 * known.min())
    y = (float(known.min()) / 1.3, float(known.max()) * 1.3) if log else limits(values, zero=True)
    x = np.arange(1.0, len(table) + 1)
    plane = Plane((0.0, len(table) + 1.0), y, [(place, f"{place:.0f}") for place in whole_ticks(1, len(table), 6)],
                  y_name + (", log scale" if log else ""), "series, from best to worst", log)  # fmt: skip
    names = [str(name) for name in table.columns]
    with draw_on(plane) as made:
        for name in reversed(names):
            made.axes.plot(x, values[:, names.index(name)], color=looks[name].colour, marker=looks[name].marker,
                           markersize=4, linestyle="", alpha=0.85, markeredgewidth=0)  # fmt: skip
        text = f"Series sorted by the error of {names[0]}; points for {listing(names)}."
        return made.svg(ident, f"{y_name} of every series", text)


def bars(ident: str, counts: Mapping[str, int], total: int, looks: Looks, title: str) -> Markup:
    """A bar per model with its count."""
    longest = max([*counts.values(), 1])
    with _Rows(list(counts), (0.0, float(longest))) as made:
        for place, (name, count) in enumerate(counts.items()):
            made.axes.barh(-place, count, height=0.62, color=looks[name].colour, linewidth=0)
            _beside(made, count, -place, f"{count} ({per_cent(count / max(total, 1), 0)})")
        text = "; ".join(f"{name} {count} of {total}" for name, count in counts.items())
        return made.svg(ident, title, text)


def promises(ident: str, found: Sequence[Covered], looks: Looks, title: str) -> Markup:
    """For one level: the share each model's interval held, against what it promises."""
    nominal = float(found[0].level)
    shares = [100 * item.share for item in found]
    ends = [100 * end for item in found for end in (item.low, item.high) if np.isfinite(end)]
    low = min([*shares, *ends, nominal]) - 8
    with _Rows([item.model for item in found], (max(low, -3.0), max([*shares, *ends, nominal]))) as made:
        made.axes.axvline(nominal, color=MUTED, linewidth=1.4, dashes=(4, 3))
        for place, (item, share) in enumerate(zip(found, shares, strict=True)):
            look = looks[item.model]
            made.axes.plot([nominal, share], [-place, -place], color=look.colour, linewidth=2.4, solid_capstyle="butt")
            made.axes.plot([100 * item.low, 100 * item.high], [-place, -place], color=look.colour, linewidth=0.9)
            made.axes.plot(
                [share], [-place], color=look.colour, marker=look.marker, markersize=7, markeredgecolor=PAPER
            )
            reach = max(share, nominal, 100 * item.high if np.isfinite(item.high) else share)
            _beside(made, reach, -place, per_cent(item.share))
        text = "; ".join(f"{item.model} {per_cent(item.share)}" for item in found)
        return made.svg(ident, title, f"Promised {found[0].level} %. Held: {text}.")


class _Rows:
    """A drawing with one row per model and its name at the left."""

    def __init__(self, names: list[str], across: tuple[float, float]) -> None:
        self.names, self.across = [clip(name, 17) for name in names], across
        self.height = 12 + _ROW * len(names)
        self.left = 18 + _LETTER * max(columns(name) for name in self.names)
        self.context = drawing(height=self.height, left=self.left, right=RIGHT, top=6, bottom=6)

    def __enter__(self) -> Drawing:
        made = self.context.__enter__()
        axes = made.axes
        low, high = self.across
        wide = WIDTH - self.left - RIGHT
        axes.set_xlim(low, low + (high - low) * wide / (wide - _BESIDE))
        axes.set_ylim(0.5 - len(self.names), 0.5)
        axes.set_xticks([])
        axes.set_yticks([])
        for place, name in enumerate(self.names):
            made.words(name, self.left - 10, self.height - 6 - (place + 0.5) * _ROW, right=True)
            axes.axhline(-place, color=GRID, linewidth=1, zorder=0.5)
        return made

    def __exit__(self, *problem: object) -> None:
        self.context.__exit__(None, None, None)


def _beside(made: Drawing, x: float, y: float, text: str) -> None:
    """A label right of a place, in px so that it never leaves the drawing."""
    axes = made.axes
    height = made.figure.get_size_inches()[1] * 72
    box = axes.get_position()
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    across = (box.x0 + (x - low) / (high - low) * box.width) * WIDTH
    up = (box.y0 + (y - bottom) / (top - bottom) * box.height) * height
    made.words(text, across + 9, up)


def fold_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Per model (row): mean, spread (standard deviation), smallest and largest error of the folds."""
    spread = table.std(ddof=1) if len(table) > 1 else table.mean() * float("nan")
    return pd.DataFrame({"mean": table.mean(), "spread": spread, "least": table.min(), "most": table.max()})
