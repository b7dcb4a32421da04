"""Codes of errors: one table, each met by its own example, raised by the code, and written into docs/errors.md."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import pickle
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from tests.hostile import DAYS, long, objects, series
from tsrnn import errors
from tsrnn.columns import Columns, Repairs
from tsrnn.errors import SettingError, ShortSeriesError, TsrnnError
from tsrnn.explaining import CODES, Explanation, explain
from tsrnn.frame import read

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, TsrnnError)]


def writer(root: Path) -> ModuleType:
    """The script that writes the page."""
    found = importlib.util.spec_from_file_location("errors_page", root / "docs" / "errors.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_page_of_errors_is_current_and_every_example_meets_its_code(root: Path) -> None:
    told = (root / "docs" / "errors.md").read_text(encoding="utf-8")
    assert told == writer(root).page(), "run `python docs/errors.py`"


def test_an_example_that_meets_another_code_would_be_seen(root: Path) -> None:
    with pytest.raises(AssertionError, match="E104: DataError"):
        writer(root).met(Explanation("E104", "…", "model.fit(load[:0])", "…"))
    with pytest.raises(AssertionError, match="E104: nothing was raised"):
        writer(root).met(Explanation("E104", "…", "model.fit(load)", "…"))


def test_codes_raised_anywhere_are_those_of_the_table(root: Path) -> None:
    raised: set[str] = set()
    for place in ("tsrnn", "cli", "datasets"):
        for path in (root / place).rglob("*.py"):
            if path.name != "explaining.py":
                raised |= set(re.findall(r'"([EW]\d{3})"', path.read_text(encoding="utf-8")))
    assert raised == set(CODES)


def test_every_kind_of_error_has_a_code_that_is_explained() -> None:
    assert {kind.code for kind in KINDS} <= set(CODES)
    assert len({kind.code for kind in KINDS}) == len(KINDS) - 1  # TsrnnError and DataError share the general one


def test_codes_are_capital_letter_and_number_and_say_all_they_should() -> None:
    for code, told in CODES.items():
        assert re.fullmatch(r"[EW]\d{3}", code) and told.code == code
        assert told.meaning.endswith(".") and told.fix.endswith((".", "'.")) and (told.example or code[0] == "W")


def test_a_code_is_explained_however_it_is_written_and_an_unknown_one_is_refused() -> None:
    assert explain(" e104 ").meaning == "Steps are missing from the time axis."
    with pytest.raises(SettingError, match="unknown code 'E14': choose one of E100") as caught:
        explain("E14")
    assert (caught.value.code, caught.value.value) == ("E131", "E14")
    with pytest.raises(SettingError, match="a code is text, got 104"):
        explain(104)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_keeps_its_code_and_place_through_copies_and_processes(kind: type[TsrnnError]) -> None:
    problem = kind("what it says", series="a")
    problem.code, problem.time, problem.row = "E199", DAYS[3], 7
    for again in (copy.copy(problem), pickle.loads(pickle.dumps(problem))):
        assert type(again) is kind and again.args == ("what it says",)
        assert (again.code, again.series, again.time, again.row) == ("E199", "a", DAYS[3], 7)


def caught(data: object, columns: Columns | None = None, repairs: Repairs | None = None) -> TsrnnError:
    with pytest.raises(TsrnnError) as found:
        read(data, columns, repairs)  # type: ignore[arg-type]
    return found.value


def test_a_bad_value_is_named_by_code_series_time_column_row_and_value() -> None:
    bad = caught(long(y=[1.0] * 40 + [np.inf] + [1.0] * 19).iloc[::-1])
    assert (bad.code, bad.series, bad.time, bad.column) == ("E108", "b", DAYS[10], "y")
    assert (bad.row, bad.value) == (19, np.inf)  # of the caller's rows, which are in reverse
    text = caught(objects(1, "n/a"))
    assert (text.code, text.time, text.column, text.row, text.value) == ("E110", DAYS[1], "load", 1, "n/a")


def test_rows_that_repeat_lack_time_or_id_are_named_by_row() -> None:
    twice = caught(series(index=DAYS.insert(9, DAYS[5])))
    assert (twice.code, twice.series, twice.time, twice.row) == ("E103", "load", DAYS[5], 9)
    assert (caught(long(unique_id=["a"] * 59 + [None])).code, caught(long(unique_id=["a"] * 59 + [None])).row) == (
        "E111",
        59,
    )
    without = caught(long(ds=[*DAYS, *DAYS[:-1], pd.NaT]))
    assert (without.code, without.column, without.row) == ("E112", "ds", 59)


def test_a_short_series_says_how_many_rows_it_needs() -> None:
    from tsrnn.splits import rolling_origins

    with pytest.raises(ShortSeriesError) as short:
        rolling_origins(read(series()), 10, 5, None)
    assert (short.value.code, short.value.series, short.value.needed) == ("E107", "load", 51)
