"""An empty coordinate plane: round ticks, quiet lines, labels that cannot overlap, and lines thinned to be seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator

from tsrnn.report.digits import one
from tsrnn.report.digits import ticks as tick_labels
from tsrnn.report.palette import GRID, MUTED
from tsrnn.report.svg import HEIGHT, WIDTH, Drawing, drawing
from tsrnn.report.words import clip

MOST_POINTS = 1000
RIGHT = 12.0  # px right of the plane
_LETTER = 7.6  # px of one letter in a tick label, at most

Tick = tuple[float, str]


@dataclass(frozen=True)
class Plane:
    """Limits and ticks of both axes, and what stands above the vertical and below the horizontal one."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: list[Tick]
    y_name: str
    x_name: str = ""
    log: bool = False

    @property
    def y_ticks(self) -> list[Tick]:
        low, high = self.y
        places = [float(place) for place in LogLocator(numticks=6).tick_values(low, high)] if self.log else []
        places = [place for place in places if low <= place <= high]
        if len(places) >= 2:
            return [(place, one(place, 1)) for place in places]
        return round_ticks(low, high, 5)


def round_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Round numbers between two values, with labels."""
    values = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = (high - low) * 1e-9
    places = [float(value) for value in values if low - slack <= value <= high + slack]
    return list(zip(places, tick_labels(places), strict=True))


@contextmanager
def draw_on(plane: Plane, height: float = HEIGHT) -> Iterator[Drawing]:
    """A drawing with the plane's grid and labels; the left margin is as wide as its widest label."""
    ticks = plane.y_ticks
    left = 16 + _LETTER * max((len(label) for _, label in ticks), default=1)
    bottom = 54.0 if plane.x_name else 32.0
    with drawing(height=height, left=left, right=RIGHT, bottom=bottom) as made:
        axes = made.axes
        if plane.log:
            axes.set_yscale("log")
        axes.set_xlim(*plane.x)
        axes.set_ylim(*plane.y)
        axes.minorticks_off()
        axes.set_yticks([place for place, _ in ticks], [label for _, label in ticks])
        axes.grid(axis="y", color=GRID, linewidth=1)
        _label_x(made, plane, left)
        made.words(plane.y_name, 2, height - 12, colour=MUTED)
        if plane.x_name:
            made.words(plane.x_name, left, 11, colour=MUTED)
        yield made


def _label_x(made: Drawing, plane: Plane, left: float) -> None:
    """Labels under their ticks, without those that would touch a neighbour or leave the drawing."""
    low, high = plane.x
    kept, free = [], 0.0  # px from the left edge of the drawing that are taken
    for place, label in plane.x_ticks:
        text = clip(label, 12)
        centre = left + (place - low) / (high - low) * (WIDTH - left - RIGHT)
        half = len(text) * _LETTER / 2
        if centre - half >= free and centre + half <= WIDTH:
            kept.append((place, made.name(text)))
            free = centre + half + _LETTER
    made.axes.set_xticks([place for place, _ in kept], [text for _, text in kept])
    made.axes.set_xlim(low, high)


def limits(*groups: Sequence[float] | np.ndarray, zero: bool = False) -> tuple[float, float]:
    """The range of all finite values with a little room; from 0 if `zero`."""
    values = np.concatenate([np.asarray(group, dtype=np.float64).ravel() for group in groups] or [np.zeros(0)])
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * (high - low) or max(abs(high) * 0.05, 0.5)
    return (low if zero and low == 0 else low - room), high + room


def lasting(base: tuple[float, float], wanted: tuple[float, float], reach: float) -> tuple[float, float]:
    """`wanted` limits, but no further than `reach` times the height of `base` beyond it: one wild forecast must not
    press all else into a line.

    >>> lasting((0.0, 10.0), (-5.0, 1000.0), 2.0)
    (-5.0, 30.0)
    """
    span = (base[1] - base[0]) * reach
    return max(wanted[0], base[0] - span), min(wanted[1], base[1] + span)


def thin(x: np.ndarray, y: np.ndarray, most: int = MOST_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points that look the same as a line: the lowest and the highest of each stretch.

    >>> thin(np.arange(6.0), np.array([0.0, 9.0, 1.0, 0.0, -9.0, 1.0]), 4)[1].tolist()
    [0.0, 9.0, -9.0, 1.0]
    """
    if len(x) <= most:
        return x, y
    kept: list[int] = []
    for part in np.array_split(np.arange(len(x)), most // 2):
        values = y[part]
        if np.isfinite(values).any():
            kept.extend(sorted({int(part[np.nanargmin(values)]), int(part[np.nanargmax(values)])}))
        else:
            kept.append(int(part[0]))
    return x[kept], y[kept]


def marker_places(count: int, most: int = 6) -> list[int]:
    """Which points of a line carry its marker: all of a few, else a few evenly spread."""
    if count <= 2 * most:
        return list(range(count))
    return [math.floor(position * (count - 1) / (most - 1)) for position in range(most)]
