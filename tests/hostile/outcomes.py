"""A hostile input: what is given, what must come of it in Python and on the command line, and how each is asked."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.cli.line import Said, tsrnn
from tsrnn.backtesting import backtest
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import TsrnnError
from tsrnn.forecasters.naive import SeasonalNaiveForecaster

ANSWER, USAGE = "answer", "usage"
STEPS = 3


@dataclass(frozen=True)
class Hostile:
    """One input by name: `outcome` is `"answer"` or the code of an error.

    - `like`: well-formed data with the same answer. `place`: attributes of the error.
    - `backtest`: judged instead of fitted. `settings`: those of the model, or of the backtest.
    - `csv`: whether it can be written as CSV; `line`: options; `said`: the outcome in the shell if it is another.
    """

    name: str
    data: Callable[[], Any]
    outcome: str = ANSWER
    columns: Columns | None = None
    repairs: Repairs | None = None
    like: Callable[[], Any] | None = None
    place: dict[str, object] = field(default_factory=dict)
    backtest: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    csv: bool = True
    line: tuple[str, ...] = ()
    said: str | None = None

    def ask(self, data: Any) -> Any:
        """The forecasts that the library makes of the data."""
        settings: dict[str, Any] = {"horizon": STEPS, **self.settings}
        if self.backtest:
            return backtest(["seasonal-naive"], data, self.columns, repairs=self.repairs, **settings).rows
        levels = settings.pop("levels", None)
        model = SeasonalNaiveForecaster(**settings).fit(data, self.columns, repairs=self.repairs)
        return model.predict(levels=levels)

    def type(self, folder: Path) -> Said:
        """How the command line ends on the same data, written as CSV."""
        source, model = folder / "rows.csv", folder / "model"
        source.write_text(text_of(self.data()), encoding="utf-8", errors="surrogatepass", newline="\n")
        line = [str(word) for word in self.line]
        horizon = [] if "--horizon" in line else ["--horizon", STEPS]
        if self.backtest:
            folds = ["--folds", self.settings.get("folds", 5)]
            return tsrnn("backtest", source, "--models", "seasonal-naive", "--json", *horizon, *folds, *line)
        said = tsrnn("fit", source, "--model", "seasonal-naive", "-o", model, *horizon, *line)
        return said if said.code else tsrnn("forecast", model, "--json")


def text_of(data: Any) -> str:
    """The rows as a CSV file: the time of an index in a column called `time`."""
    if isinstance(data, pd.Series):
        data = data.to_frame("y" if data.name is None else data.name)
    if not isinstance(data.index, pd.RangeIndex) or data.index.name is not None or "ds" not in data.columns:
        data = data.rename_axis("time").reset_index()
    text: str = data.to_csv(index=False, date_format=None)
    return text


def outcome(case: Hostile) -> tuple[str, Any, TsrnnError | None]:
    """What comes of a case in Python: `"answer"` or a code, the forecasts, the error; AssertionError for any other end.

    The caller's frame must be as it was, and a forecast must be a number at every step.
    """
    data = case.data()
    before, kept = fingerprint(data), copy.deepcopy(data)
    try:
        answer = case.ask(data)
    except TsrnnError as problem:
        assert fingerprint(data) == before, "the caller's data was changed"
        assert "\n" not in str(problem) and 10 < len(str(problem)) < 600, str(problem)
        return problem.code, None, problem
    assert fingerprint(data) == before == fingerprint(kept), "the caller's data was changed"
    numbers = answer[["forecast"]] if case.backtest else answer.to_frame() if isinstance(answer, pd.Series) else answer
    values = numbers.select_dtypes("number").to_numpy()
    assert values.size and np.isfinite(values).all(), "a forecast is no number"
    return ANSWER, answer, None


def fingerprint(data: Any) -> str:
    """A hash of everything that can be seen of a caller's object."""
    parts: list[Any] = [type(data)]
    if isinstance(data, (pd.Series, pd.DataFrame)):
        frame = data.to_frame() if isinstance(data, pd.Series) else data
        parts += [
            list(map(repr, frame.columns)),
            [str(dtype) for dtype in frame.dtypes],
            repr(frame.index),
            frame.attrs,
        ]
        parts += [[repr(value) for value in frame.iloc[:, place].tolist()] for place in range(frame.shape[1])]
        parts += [repr(frame.index.tolist()), repr(getattr(frame.index, "freq", None))]
    else:
        parts.append(repr(data))
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def numbers(answer: Any) -> list[float]:
    """The numbers of a forecast, row by row."""
    table = answer.to_frame() if isinstance(answer, pd.Series) else answer
    return [float(value) for value in table.select_dtypes("number").to_numpy().ravel()]


def typed_numbers(said: Said) -> list[float]:
    """The numbers of a forecast on the command line; text where a time is a number too is left out."""
    rows = said.answer["rows"]
    kept = [name for name in rows[0] if name not in ("time", "ds", "unique_id")]
    return [float(row[name]) for row in rows for name in kept]


def ending(said: Said) -> str:
    """How a command ended: `"answer"`, the code that ends its line, or `"usage"` for words that cannot be parsed."""
    if said.code == 0:
        return ANSWER
    line = said.err.strip()
    if said.code == 2 and line.endswith("]") and line[-6] == "[":
        return line[-5:-1]
    return USAGE if said.code == 2 else f"exit {said.code}"
