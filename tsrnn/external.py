"""External forecasts: those of any other tool, checked row by row against the folds of a backtest that they join."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any, Never

import numpy as np
import pandas as pd
from pandas.api import types

from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.panel import Panel

_KEYS = ("series", "cutoff", "step", "time")
_BOUND = re.compile(r"(?:(?P<name>.*)-)?(?P<side>lo|hi)-(?P<level>\d+(?:\.\d+)?)")
_SHAPE = (
    "give columns series, cutoff, step (or time) and forecast, and lo-80, hi-80 for intervals; or cutoff, time and a "
    "column a series"
)


class External:
    """Stands for forecasts that were made elsewhere: they are judged, but cannot be made again."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fit(self, data: object, columns: object = None, *, repairs: object = None) -> Never:
        """Raises SettingError: nothing here learns."""
        raise SettingError(f"{self.name!r} are forecasts made elsewhere; they can be judged, but not be made again")

    def predict(
        self, horizon: object = None, *, history: object = None, levels: object = None, future: object = None
    ) -> Never:
        """Raises SettingError, as `fit` does."""
        self.fit(history)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """No settings but the name."""
        return {"name": self.name}


def judged_as(
    frame: pd.DataFrame, name: str, template: pd.DataFrame, panel: Panel, levels: Sequence[float]
) -> pd.DataFrame:
    """Tidy rows of the forecasts in `frame`, in the order of `template`, the rows of a model that was run.

    Every row of the template must be there once and no other: DataError names the first that is missing, doubled or
    of no fold.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(f"the forecasts are a {type(frame).__name__}; give a DataFrame")
    table = _tidy(_flat(frame, panel), name, template)
    _check_levels(table, levels)
    keys = _keys(table, template)
    for key in keys:
        table[key] = _like(table[key], template[key], key)
    _refuse(table[table.duplicated(keys)], keys, "stand twice in the forecasts, the first", "keep one of each")
    both = template[list(_KEYS)].merge(table, "outer", on=keys, indicator=True, suffixes=("", "_given"))
    _refuse(
        both[both["_merge"] == "right_only"],
        keys,
        "of the forecasts belong to no fold, the first",
        f"the folds have cutoffs {_listed(template['cutoff'])} and steps {_listed(template['step'])}; drop the others",
    )
    _refuse(both[both["_merge"] == "left_only"], list(_KEYS[:3]), "are missing, the first", "give a forecast of each")
    rows = template.drop(columns=[column for column in template if _BOUND.fullmatch(str(column))])
    found = rows[keys].merge(table, "left", on=keys)
    if "time" in table and "time" not in keys:
        moved = _like(found["time"], template["time"], "time").to_numpy() != template["time"].to_numpy()
        _refuse(
            rows[moved], list(_KEYS), "have another time in the forecasts, the first", "count steps from the cutoff"
        )
    rows = rows.assign(model=name, forecast=_numbers(found, "forecast"))
    for level in levels:
        for side in ("lo", "hi"):
            column = f"{side}-{level:g}"
            rows[column] = _numbers(found, column) if column in found else np.nan
        crossed = rows[f"lo-{level:g}"] > rows[f"hi-{level:g}"]
        _refuse(rows[crossed], list(_KEYS[:3]), f"have lo-{level:g} above hi-{level:g}, the first", "swap them")
    _refuse(
        rows[~np.isfinite(rows["forecast"])], list(_KEYS[:3]), "have no number, the first", "give a forecast of each"
    )
    return rows


def _flat(frame: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """The keys as columns, under the names that rows have."""
    table = frame.copy()
    if isinstance(table.index, pd.DatetimeIndex | pd.PeriodIndex) and table.index.name is None:
        table.index.name = "time"
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    columns = panel.layout.columns
    for given, ours in ((columns.id, "series"), ("unique_id", "series"), (columns.time, "time"), ("ds", "time")):
        if given is not None and ours not in table.columns:
            table = table.rename(columns={given: ours})
    return table


def _tidy(table: pd.DataFrame, name: str, template: pd.DataFrame) -> pd.DataFrame:
    """One row a forecast: keys, `forecast`, and bounds without a name before them."""
    labels = list(template["series"].unique())
    if "forecast" not in table.columns and name not in table.columns and set(labels) <= set(table.columns):
        parts = [_of(table, label, label).assign(series=label) for label in labels]
        return pd.concat(parts, ignore_index=True)
    value = "forecast" if "forecast" in table.columns else name
    if value not in table.columns:
        raise ColumnError(f"the forecasts have no column 'forecast'; found {list(map(str, table.columns))}; {_SHAPE}")
    tidy = _of(table, value, name)
    if "series" not in tidy.columns:
        if len(labels) > 1:
            raise ColumnError(f"the forecasts do not say of which of {len(labels)} series they are; {_SHAPE}")
        tidy["series"] = labels[0]
    return tidy


def _of(table: pd.DataFrame, value: Hashable, name: Hashable) -> pd.DataFrame:
    """The keys, one column of forecasts, and its bounds."""
    kept: dict[Hashable, str] = {key: key for key in _KEYS if key in table.columns} | {value: "forecast"}
    for column in table.columns:
        bound = _BOUND.fullmatch(str(column))
        if bound and (bound["name"] is None or bound["name"] == str(name)):
            kept[column] = f"{bound['side']}-{float(bound['level']):g}"
    return table[list(kept)].rename(columns=kept)


def _check_levels(table: pd.DataFrame, levels: Sequence[float]) -> None:
    """SettingError for bounds of a level that the backtest does not judge, or for one end without the other."""
    ends = {(side, float(level)) for _, side, level in (m.groups() for m in map(_BOUND.fullmatch, table.columns) if m)}
    for side, level in sorted(ends):
        other = "hi" if side == "lo" else "lo"
        if (other, level) not in ends:
            raise ColumnError(f"the forecasts have {side}-{level:g} but no {other}-{level:g}; give both ends or none")
        if level not in levels:
            raise SettingError(
                f"the forecasts have intervals of {level:g} %, but the backtest judges {_percents(levels)}; drop them, "
                f"or run the backtest with levels=[{level:g}]"
            )


def _percents(levels: Sequence[float]) -> str:
    return ", ".join(f"{level:g} %" for level in levels) or "none"


def _keys(table: pd.DataFrame, template: pd.DataFrame) -> list[str]:
    """What tells one row from another: a cutoff with a step or a time, or a time that only one fold forecasts."""
    if "cutoff" in table.columns and {"step", "time"} & set(table.columns):
        return ["series", "cutoff", "step" if "step" in table.columns else "time"]
    if "time" in table.columns and not template.duplicated(["series", "time"]).any():
        return ["series", "time"]
    raise ColumnError(f"the forecasts do not say from which cutoff they are; {_SHAPE}")


def _like(column: pd.Series, model: pd.Series, key: str) -> pd.Series:
    """The column in the type of the one it is compared with: stamps written as text or in another zone are read."""
    try:
        if types.is_datetime64_any_dtype(model.dtype):
            zone = getattr(model.dtype, "tz", None)
            stamps = pd.to_datetime(column, format="ISO8601")
            if zone is not None:
                stamps = stamps.dt.tz_localize(zone) if stamps.dt.tz is None else stamps.dt.tz_convert(zone)
            return stamps.astype(model.dtype)
        read = column.astype(model.dtype)
        if types.is_numeric_dtype(model.dtype) and (read != pd.to_numeric(column)).any():
            raise ValueError("they are not whole numbers")
        return read
    except (TypeError, ValueError) as problem:
        raise ColumnError(
            f"column {key!r} of the forecasts is {column.dtype}, that of the backtest {model.dtype}: {problem}",
            column=key,
        ) from problem


def _numbers(found: pd.DataFrame, column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    try:
        return found[column].to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError) as problem:
        raise ColumnError(f"column {column!r} of the forecasts holds no numbers: {problem}", column=column) from problem


def _listed(values: pd.Series) -> str:
    """The first few values, and how many more there are."""
    known = list(map(str, values.unique()))
    return ", ".join(known[:5]) + (f" … {known[-1]} ({len(known)})" if len(known) > 5 else "")


def _refuse(rows: pd.DataFrame, keys: list[str], what: str, remedy: str) -> None:
    """DataError where there are such rows, naming the first."""
    if len(rows):
        first = rows.iloc[0]
        place = ", ".join(f"{key} {first[key]!r}" if key == "series" else f"{key} {first[key]}" for key in keys)
        raise DataError(f"{len(rows)} rows {what}: {place}; {remedy}", series=first["series"], time=first.get("time"))
