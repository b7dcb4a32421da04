"""Every hostile input ends as its row of the table says: in an answer that is right, or in an error with its code."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from tests.hostile.outcomes import ANSWER, Hostile, ending, fingerprint, numbers, outcome, typed_numbers
from tests.hostile.shapes import SHAPES
from tests.hostile.times import TIMES
from tests.hostile.values import VALUES, wave
from tsrnn.errors import DataError

CASES = [*VALUES, *TIMES, *SHAPES]
TYPED = [case for case in CASES if case.csv]
FEW = 9  # one in so many is typed in the fast tests


def writer(root: Path) -> ModuleType:
    """The script that writes the page."""
    found = importlib.util.spec_from_file_location("bad_input_page", root / "docs" / "bad_input.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def by_name(cases: list[Hostile]) -> list[object]:
    return [pytest.param(case, id=case.name) for case in cases]


def test_there_are_many_cases_of_different_names() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 150
    assert len(TYPED) >= 110


@pytest.mark.parametrize("case", by_name(CASES))
def test_in_python_it_ends_as_the_table_says_and_leaves_the_callers_data_alone(case: Hostile) -> None:
    found, answer, problem = outcome(case)
    assert found == case.outcome, problem
    assert {name: getattr(problem, name) for name in case.place} == case.place
    if found == ANSWER and case.like is not None:
        np.testing.assert_allclose(numbers(answer), numbers(case.ask(case.like())), rtol=1e-12)


def typed(case: Hostile, folder: Path) -> None:
    """The command line ends as the table says, and with the numbers that Python has for the same rows."""
    said = case.type(folder)
    assert "Traceback" not in said.err + said.out
    assert ending(said) == (case.said or case.outcome), said.err
    if said.code:
        assert said.out == "" and said.err.count("\n") == 1
    elif case.backtest:
        assert all(np.isfinite([row["mase"], row["mae"]]).all() for row in said.answer["leaderboard"])
    else:
        assert all(row["time" if "time" in row else "ds"] is not None for row in said.answer["rows"])
        wanted = case.like() if case.like is not None and case.outcome != ANSWER else case.data()
        np.testing.assert_allclose(typed_numbers(said), numbers(case.ask(wanted)), rtol=1e-12)


@pytest.mark.parametrize("case", by_name(TYPED[::FEW]))
def test_on_the_command_line_it_ends_as_the_table_says(case: Hostile, tmp_path: Path) -> None:
    typed(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", by_name([case for place, case in enumerate(TYPED) if place % FEW]))
def test_on_the_command_line_all_others_do_too(case: Hostile, tmp_path: Path) -> None:
    typed(case, tmp_path)


def test_the_page_holds_every_case_and_how_it_ends(root: Path) -> None:
    page = (root / "docs" / "bad-input.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in page.splitlines() if line.startswith("| ")]
    told = {name: (python, line) for name, python, line in rows[1:]}
    assert list(told) == [case.name for case in CASES], "run `python docs/bad_input.py`"
    for case in CASES:
        python, line = told[case.name]
        assert python == case.outcome and line.split(",")[0] == (case.said or case.outcome) * case.csv


@pytest.mark.slow
def test_the_page_is_current(root: Path) -> None:
    told = (root / "docs" / "bad-input.md").read_text(encoding="utf-8")
    assert told == writer(root).page(CASES), "run `python docs/bad_input.py`"


def test_a_changed_frame_a_forecast_that_is_no_number_and_a_long_error_would_be_seen() -> None:
    class Spoils(Hostile):
        def ask(self, data: pd.Series) -> pd.Series:
            data.iloc[0] = 0.0
            return data

    class Empty(Hostile):
        def ask(self, data: pd.Series) -> pd.Series:
            return data * np.nan

    class Chatty(Hostile):
        def ask(self, data: pd.Series) -> pd.Series:
            raise DataError("two\nlines")

    for kind, words in ((Spoils, "changed"), (Empty, "no number"), (Chatty, "two")):
        with pytest.raises(AssertionError, match=words):
            outcome(kind("planted", wave))


def test_the_fingerprint_sees_values_names_times_and_kinds() -> None:
    marks = [
        fingerprint(data) for data in (wave(), wave(d1=0.0), wave().rename("x"), wave().shift(freq="D"), [1], None)
    ]
    assert len(set(marks)) == len(marks)
