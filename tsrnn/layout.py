"""Layout: the shape in which the caller gave the rows, so that answers go back in it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from tsrnn.columns import Columns
from tsrnn.frequency import Frequency

# What a category may be; None is a missing one.
Category = str | int | bool | None


@dataclass(frozen=True)
class Layout:
    """What answers need to be in the caller's own terms, and what later rows must follow.

    - `shape`: `"series"` (a pandas Series), `"wide"` (a column a series) or `"long"` (a row a series and time).
    - `columns`: every part resolved to the column that plays it. `frequency`: one step of the time axis.
    - `order`: the caller's order of the panel's series. `label`: the name of a Series.
    - `index_name`, `columns_name`: names of the two axes. `id_dtype`: the dtype of the id column, as pandas writes it;
      for `"category"`, `categories` and whether they are `ordered`.
    - `seen`: for each of `columns.categorical` the values there were in `fit`, in the order of their columns in the
      panel; `unseen`: what becomes of another one, as in Repairs.
    """

    shape: Literal["series", "wide", "long"]
    columns: Columns
    frequency: Frequency
    order: tuple[int, ...]
    label: Hashable = None
    index_name: Hashable = None
    columns_name: Hashable = None
    id_dtype: str = "object"
    categories: tuple[Hashable, ...] = ()
    ordered: bool = False
    seen: tuple[tuple[Category, ...], ...] = ()
    unseen: Literal["error", "zeros"] = "error"

    def values_of(self, name: Hashable) -> tuple[Category, ...] | None:
        """The categories of a column; None for a column of numbers."""
        return dict(zip(self.columns.named("categorical"), self.seen, strict=True)).get(name)
