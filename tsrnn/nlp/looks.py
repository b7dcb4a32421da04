"""What a translation looked at: the weights of attention as tidy rows, and as a picture."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tsrnn.picking import rows_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ["text", "step", "word", "place", "token", "weight"]


def look_rows(
    names: Sequence[Hashable],
    words: Sequence[Sequence[str]],
    tokens: Sequence[Sequence[str]],
    weights: Sequence[np.ndarray[Any, Any]],
) -> pd.DataFrame:
    """A row a text, step and place, of `weights (step, place)` of each text's `words` at its source's `tokens`."""
    rows = [
        (name, step, word, place, token, float(table[step, place]))
        for name, said, read, table in zip(names, words, tokens, weights, strict=True)
        for step, word in enumerate(said)
        for place, token in enumerate(read)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def plot_attention(rows: pd.DataFrame, text: Hashable = None, axes: Axes | None = None) -> Axes:
    """Draws what `Translator.attention` gave: source to the right, translation downwards, the darker the heavier.

    - `text`: which one; it can be left out where there is one. `axes`: where to draw; None makes a figure.

    The figure is `axes.figure`, and `axes.figure.savefig("attention.svg")` writes it. Raises SettingError for a text
    that is not there or not named, ColumnError for a frame without the columns of `attention`.

    >>> rows = look_rows([0], [["wood"]], [["나무", "!"]], [np.array([[0.75, 0.25]])])
    >>> [label.get_text() for label in plot_attention(rows).get_xticklabels()]
    ['나무', '!']
    """
    from matplotlib.figure import Figure

    own = rows_of(rows, COLUMNS, "text", text)
    table = own.pivot(index="step", columns="place", values="weight")
    tokens = own.drop_duplicates("place").sort_values("place")["token"].tolist()
    words = own.drop_duplicates("step").sort_values("step")["word"].tolist()
    size = (2.5 + 0.45 * len(tokens), 1.8 + 0.32 * len(words))
    axes = Figure(figsize=size, layout="constrained").add_subplot() if axes is None else axes
    picture = axes.imshow(table.to_numpy(), aspect="auto", cmap="Blues", vmin=0.0)
    axes.set_xticks(range(len(tokens)), tokens, rotation=60, ha="right", parse_math=False)
    axes.set_yticks(range(len(words)), words, parse_math=False)
    axes.set(xlabel="source", ylabel="translation")
    axes.figure.colorbar(picture, ax=axes, label="weight")
    return axes
