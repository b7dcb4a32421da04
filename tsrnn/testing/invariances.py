"""Checks of invariances: what carries no information changes no forecast, to the last bit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tsrnn.answer import Answer
from tsrnn.testing.expecting import expect_alike
from tsrnn.testing.subject import Subject


def _sorted(answer: Answer) -> Answer:
    return answer.sort_values(["unique_id", "ds"]).reset_index(drop=True)


def the_order_of_rows_does_not_matter(subject: Subject) -> None:
    """Rows are sorted by their time, not taken as they lie."""
    data = subject.series()
    expect_alike(subject.ahead(data.sample(frac=1.0, random_state=1)), subject.ahead(data), "shuffled rows")


def the_order_of_rows_of_a_long_frame_does_not_matter(subject: Subject) -> None:
    """Rows belong to their series, wherever they lie."""
    data = subject.long()
    mixed = subject.ahead(data.sample(frac=1.0, random_state=1))
    expect_alike(_sorted(mixed), _sorted(subject.ahead(data)), "shuffled rows of a long frame")


def the_order_of_columns_does_not_matter(subject: Subject) -> None:
    """Each column is forecast as before, wherever it stands."""
    data = subject.wide()
    ahead = subject.ahead(data[["south", "north", "east"]])
    expect_alike(ahead[list(data.columns)], subject.ahead(data), "the columns in another order")


def names_carry_no_information(subject: Subject) -> None:
    """Series called otherwise, in the same order, are forecast as before."""
    data = subject.wide()
    names = {name: f"{name} (renamed)" for name in data.columns}
    ahead = subject.ahead(data.rename(columns=names))
    expect_alike(ahead, subject.ahead(data).rename(columns=names), "renamed series")


def the_date_carries_no_information(subject: Subject) -> None:
    """The same hours of the same weekdays, 52 weeks earlier, are forecast as before."""
    data, earlier = subject.series(), pd.Timedelta(days=-364)
    ahead = subject.ahead(data.set_axis(data.index + earlier))
    expect_alike(ahead.set_axis(ahead.index - earlier), subject.ahead(data), "the data 52 weeks earlier")


def the_unit_of_stamps_does_not_matter(subject: Subject) -> None:
    """Stamps in seconds, microseconds and nanoseconds are the same stamps."""
    data = subject.series()
    stamps = pd.DatetimeIndex(data.index)
    plain = subject.ahead(data)
    for unit in ("s", "us", "ns"):
        expect_alike(subject.ahead(data.set_axis(stamps.as_unit(unit))), plain, f"stamps in {unit}")


def the_layout_in_memory_does_not_matter(subject: Subject) -> None:
    """Read-only rows, in the order of columns or every second of an array, are the same rows."""
    data = subject.wide()
    plain = subject.ahead(data)
    spread = np.repeat(data.to_numpy(), 2, axis=0)[::2]
    spread.flags.writeable = False
    for values in (np.asfortranarray(data.to_numpy()), spread):
        other = pd.DataFrame(values, data.index, data.columns, copy=False)
        expect_alike(subject.ahead(other), plain, "another layout in memory")


def another_series_does_not_matter_to_a_forecast(subject: Subject) -> None:
    """Once it was fitted, a spike in the rows of one series moves no forecast of another."""
    data = subject.wide()
    model = subject.fitted(data)
    spoilt = data.copy()
    spoilt.iloc[-1, 0] = 1e12
    others = list(data.columns[1:])
    plain = model.predict(subject.horizon, history=data)
    found = model.predict(subject.horizon, history=spoilt)
    expect_alike(found[others], plain[others], f"series beside a spoilt {data.columns[0]!r}")


CHECKS = (
    the_order_of_rows_does_not_matter,
    the_order_of_rows_of_a_long_frame_does_not_matter,
    the_order_of_columns_does_not_matter,
    names_carry_no_information,
    the_date_carries_no_information,
    the_unit_of_stamps_does_not_matter,
    the_layout_in_memory_does_not_matter,
    another_series_does_not_matter_to_a_forecast,
)
