"""Picking: the rows of one thing, out of a frame that holds those of several."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd

from tsrnn.errors import ColumnError, SettingError


def rows_of(rows: pd.DataFrame, needed: Sequence[str], name: str, wanted: Hashable) -> pd.DataFrame:
    """The rows whose column `name` is `wanted`, which can be None where there is one; the columns `needed` are there.

    Raises SettingError for one that is not there or not named, ColumnError for a frame without these columns.

    >>> rows_of(pd.DataFrame({"series": ["a", "b"], "weight": [0.5, 0.2]}), ["weight"], "series", "b").values.tolist()
    [['b', 0.2]]
    """
    for column in needed:
        if column not in rows.columns:
            raise ColumnError(f"the frame has no column {column!r}; give what attention() gave", column=column)
    known = rows[name].unique().tolist()
    if wanted is None and len(known) == 1:
        wanted = known[0]
    if wanted not in known:
        raise SettingError(f"{name}={wanted!r} is not one of those looked at: choose one of {known}")
    found: pd.DataFrame = rows[rows[name] == wanted]
    return found
