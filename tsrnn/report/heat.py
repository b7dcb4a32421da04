"""Heat maps: a table of shares or counts as cells, the stronger the larger, with its names beside and above it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.patches import Rectangle

from tsrnn.report.palette import GRID, INK, MUTED, Look
from tsrnn.report.svg import WIDTH, drawing
from tsrnn.report.words import clip, columns

_LETTER, _SIDE, _EDGE = 7.8, 13, 12.0  # px of a letter; letters of a name; px around all
_TALLEST, _WIDEST, _READABLE = 34.0, 64.0, 26.0  # px of a cell at most, and from where a number fits in
_STRONGEST = 0.55  # so that a number in a cell can be read in the light and in the dark


def heat(ident: str, table: pd.DataFrame, *, title: str, down: str, across: str, labels: pd.DataFrame) -> Markup:
    """A cell for each value of `table`, from 0 to its largest; its index stands beside, its columns above.

    - `down`, `across`: what the rows and the columns are, `across` empty for a single column.
    - `labels`: the text of each cell, where it fits in.
    """
    values = table.to_numpy(dtype=np.float64)
    rows, places = values.shape
    beside, above = ([clip(str(name), _SIDE) for name in names] for names in (table.index, table.columns))
    left = _EDGE + _LETTER * max(map(columns, beside)) + 10
    wide = min(_WIDEST, (WIDTH - left - _EDGE) / places)
    tall = min(_TALLEST, max(wide, 17.0))
    flat = all(columns(name) * _LETTER <= wide for name in above)
    top = 40.0 if flat else 34.0 + _LETTER * max(map(columns, above))
    height = top + tall * rows + 8
    with drawing(height=height, left=left, right=WIDTH - left - wide * places, top=top, bottom=8) as made:
        axes = made.axes
        axes.set_xlim(0, places)
        axes.set_ylim(rows, 0)
        axes.set_xticks([])
        axes.set_yticks([])
        made.words(f"{down} ↓  {across} →" if across else f"{down} ↓", 2, height - 12, colour=MUTED)
        largest = max(float(np.nanmax(values, initial=0.0)), 1e-12)
        figure, colour = made.figure, Look(0).colour

        def write(text: str, x: float, y: float, size: float, turned: bool = False) -> None:
            """Text around a place in px from the left and from the bottom."""
            figure.text(
                x / WIDTH,
                y / height,
                made.name(text),
                color=INK,
                fontsize=size,
                ha="center",
                va="bottom" if turned else "center_baseline",
                rotation=90 if turned else 0,
                parse_math=False,
            )

        for row, name in enumerate(beside):
            made.words(name, left - 7, height - top - (row + 0.5) * tall, right=True, size=min(13.5, tall * 0.75))
        for place, name in enumerate(above):
            write(name, left + (place + 0.5) * wide, height - top + 7, min(13.5, wide * 0.75), not flat)
        for row, place in np.ndindex(rows, places):
            share = float(np.nan_to_num(values[row, place])) / largest
            alpha = {"facecolor": colour, "alpha": _STRONGEST * share} if share > 0 else {"facecolor": "none"}
            axes.add_patch(Rectangle((place, row), 1, 1, linewidth=0, **alpha))
            text = str(labels.iat[row, place])
            if share > 0 and len(text) * _LETTER * 0.85 <= wide and tall >= _READABLE * 0.7:
                write(text, left + (place + 0.5) * wide, height - top - (row + 0.5) * tall, 11.5)
        for line in range(rows + 1):
            axes.axhline(line, color=GRID, linewidth=1, zorder=0.5)
        told = f"{rows} rows ({down}) and {places} columns ({across}); the table has the numbers."
        return made.svg(ident, title, told)
