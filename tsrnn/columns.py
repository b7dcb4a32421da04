"""Which column plays which part, and what may be repaired: the two records a caller gives about their data."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from tsrnn.errors import SettingError, one_of, truth

Names = tuple[Hashable, ...]


def _names(value: Hashable | Sequence[Hashable] | None) -> Names:
    """One name, several or none, as a tuple; a tuple that is itself a column name must stand inside a list."""
    if value is None:
        return ()
    if isinstance(value, (set, frozenset)):
        raise SettingError(f"Columns got {value!r}, which has no order; give a list of names")
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return tuple(value)
    return (value,)


@dataclass(frozen=True)
class Columns:
    """The part each column plays.

    A long frame (`id` given) holds one series per value of `id`; without `id` every target column is a series.
    A frame with columns `unique_id`, `ds`, `y` is recognised without being told.

    - `id`, `time`: column names; `time=None` reads the index.
    - `target`: one name or several; None takes every column that plays no other part.
    - `past`: columns known up to the forecast origin only. `future`: columns known over the horizon too.
      `static`: columns constant within a series (long frames).
    - `calendar`: features computed from the time stamps and so known ahead: any of `"hour"`, `"weekday"`, `"month"`,
      `"yearday"`; True takes those that vary at the data's frequency. With an exchange, `"XNYS"` or `"XKRX"`, or a
      country, `"DE"`, rows stand on its trading or working days, and forecasts too (codes of the `holidays` package).
    - `holidays`: a country whose public holidays are known ahead, `"DE"`, or a part of it, `"DE-BY"` (codes of the
      `holidays` package); rows of a day or shorter.
    - `categorical`: those of `past`, `future` and `static` that hold categories instead of numbers: text, whole numbers
      or truth values. Each value met in `fit` becomes a column of ones and zeros; a missing one is a value too.
    - `joint`: several targets are channels of one input instead of series of their own.

    >>> Columns(id="meter", time="ts", target="kwh", future=["temperature"]).future
    ('temperature',)
    """

    id: Hashable | None = None
    time: Hashable | None = None
    target: Hashable | Sequence[Hashable] | None = None
    past: Hashable | Sequence[Hashable] = ()
    future: Hashable | Sequence[Hashable] = ()
    static: Hashable | Sequence[Hashable] = ()
    calendar: bool | Sequence[str] = False
    joint: bool = False
    holidays: str | None = None
    categorical: Hashable | Sequence[Hashable] = ()

    def __post_init__(self) -> None:
        for part in ("past", "future", "static", "categorical"):
            object.__setattr__(self, part, _names(getattr(self, part)))
        if self.target is not None:
            object.__setattr__(self, "target", _names(self.target))
            if not self.target:
                raise SettingError(
                    "Columns(target=[]) names no column; give one name, a list of names, or leave it out"
                )
        if self.calendar is None or isinstance(self.calendar, float):
            raise SettingError(f"Columns(calendar=…) is True, False or names such as 'hour'; got {self.calendar!r}")
        if not isinstance(self.calendar, bool):
            object.__setattr__(self, "calendar", _names(self.calendar))
            if not all(isinstance(name, str) for name in self._calendar()):
                raise SettingError(
                    f"Columns(calendar=…) is True, False or names such as 'hour' or 'XNYS'; got {self.calendar!r}"
                )
        if self.holidays is not None and not isinstance(self.holidays, str):
            raise SettingError(f"Columns(holidays=…) is the code of a country, such as 'DE'; got {self.holidays!r}")
        truth("Columns(joint=…)", self.joint)
        for part in ("id", "time"):
            if not isinstance(getattr(self, part), Hashable):
                raise SettingError(f"Columns({part}=…) is the name of one column; got {getattr(self, part)!r}")
        self._refuse_double_parts()
        self._refuse_loose_categories()

    def _refuse_double_parts(self) -> None:
        seen: dict[Hashable, str] = {}
        for part in ("id", "time", "target", "past", "future", "static"):
            for name in _names(getattr(self, part)):
                if name in seen:
                    raise SettingError(f"column {name!r} is named twice in Columns: as {seen[name]} and as {part}")
                seen[name] = part

    def _refuse_loose_categories(self) -> None:
        covariates = [*self.named("past"), *self.named("future"), *self.named("static")]
        for place, name in enumerate(self.named("categorical")):
            if name not in covariates:
                raise SettingError(
                    f"column {name!r} is categorical, but plays no part: name it in past, future or static too"
                )
            if name in self.named("categorical")[:place]:
                raise SettingError(f"column {name!r} is named twice in Columns(categorical=…)")

    def named(self, part: Literal["target", "past", "future", "static", "categorical"]) -> Names:
        """The names given for a part, as a tuple."""
        return _names(getattr(self, part))

    @property
    def dated(self) -> bool:
        """Whether the date of a row says anything: calendar features or holidays were asked for."""
        return self.calendar is True or bool(self.features) or self.holidays is not None

    @property
    def features(self) -> tuple[str, ...]:
        """The calendar features named, without the exchange."""
        return tuple(str(name) for name in self._calendar() if name != self.exchange)

    @property
    def exchange(self) -> str | None:
        """The exchange or country on whose trading days rows stand; a code is written in capitals."""
        codes = [name for name in self._calendar() if isinstance(name, str) and name[:2].isupper()]
        return codes[0] if codes else None

    def _calendar(self) -> Names:
        return () if isinstance(self.calendar, bool) else _names(self.calendar)


_POLICIES: dict[str, tuple[str, ...]] = {
    "missing": ("mask", "error", "interpolate"),
    "gaps": ("error", "mask", "interpolate"),
    "duplicates": ("error", "mean", "first", "last", "sum"),
    "on_short": ("error", "drop", "pad"),
    "unseen": ("error", "zeros"),
}


@dataclass(frozen=True)
class Repairs:
    """What may be done about imperfect rows; nothing is repaired without being named here, and all that is, is counted.

    - `missing`: a target without a value. `"mask"` (default) leaves it out of every loss and every average; `"error"`
      refuses it; `"interpolate"` draws a line between the values on both sides, as far as a model knows them both.
    - `gaps`: steps without a row. `"error"` names the series and the time stamp; `"mask"` puts in rows without a value,
      whose covariates are those of the row before; `"interpolate"` draws a line through these.
    - `duplicates`: a time stamp that a series has twice. `"error"` names it; `"mean"` and `"sum"` make one row of the
      targets, with the covariates of the first; `"first"` and `"last"` keep that row of the caller's.
    - `on_short`: a series with too few rows. `"error"` names it; `"drop"` leaves it out, and with it out of the answer;
      `"pad"` puts rows without a value in front, as many as are needed.
    - `unseen`: a category that was not there in `fit` but is in later rows: `"error"` (default) names it, `"zeros"`
      takes it for none of those that were.

    >>> Repairs(missing="error")
    Repairs(missing='error', gaps='error', duplicates='error', on_short='error', unseen='error')
    """

    missing: Literal["mask", "error", "interpolate"] = field(default="mask")
    gaps: Literal["error", "mask", "interpolate"] = field(default="error")
    duplicates: Literal["error", "mean", "first", "last", "sum"] = field(default="error")
    on_short: Literal["error", "drop", "pad"] = field(default="error")
    unseen: Literal["error", "zeros"] = field(default="error")

    def __post_init__(self) -> None:
        for policy in fields(self):
            one_of(f"Repairs({policy.name}=…)", getattr(self, policy.name), _POLICIES[policy.name])
