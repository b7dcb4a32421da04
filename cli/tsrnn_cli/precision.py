"""Numbers in CSV to their last digit: what pandas 3 does by itself, pandas 2 is asked for."""

from __future__ import annotations

from typing import Literal, TypedDict


class Precision(TypedDict, total=False):
    """An option of `pandas.read_csv`, of which newer versions warn."""

    float_precision: Literal["round_trip"]


def exact() -> Precision:
    """What to hand to `pandas.read_csv` beside other options."""
    import pandas as pd

    return {} if int(pd.__version__.partition(".")[0]) >= 3 else {"float_precision": "round_trip"}
