"""Layout: the shape in which the caller gave the rows, so that answers go back in it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from tsrnn.columns import Columns
from tsrnn.frequency import Frequency


@dataclass(frozen=True)
class Layout:
    """What `frame.write` needs to answer in the caller's own terms.

    - `shape`: `"series"` (a pandas Series), `"wide"` (a column a series) or `"long"` (a row a series and time).
    - `columns`: every part resolved to the column that plays it. `frequency`: one step of the time axis.
    - `order`: the caller's order of the panel's series. `label`: the name of a Series.
    - `index_name`, `columns_name`: names of the two axes. `id_dtype`: the dtype of the id column, as pandas writes it;
      for `"category"`, `categories` and whether they are `ordered`.
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
