"""The checks of forecasters: an honest one passes them all, and each broken one is caught by the check meant for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.testing.broken import BROKEN, CountsItsPredictions, Crashes
from tests.testing.honest import Honest
from tsrnn.errors import DataError, SettingError
from tsrnn.testing import Check, CheckFailed, NotApplicable, check_forecaster, checks
from tsrnn.testing.checking import _CLAIMS

NOT_OURS = {"a_saved_forecaster_forecasts_the_same", "saving_before_fit_is_refused"}


def test_an_honest_forecaster_passes_every_check_and_the_table_says_so() -> None:
    found = check_forecaster(Honest(), claims=_CLAIMS)
    assert len(found) > 80 and found["check"].is_unique
    assert set(found.loc[found["outcome"] != "passed", "check"]) == NOT_OURS
    assert set(found.loc[found["outcome"] == "skipped", "message"]) == {
        "tsrnn.load reads none but tsrnn's own forecasters"
    }


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.__name__)
def test_a_broken_promise_is_caught_by_its_check(kind: type[Honest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITS_SO_FAR", "0")
    check = next(check for check in checks(kind()) if check.name == BROKEN[kind])
    with pytest.raises(CheckFailed, match=rf"^honest: {check.name}: .*: expected .*; got "):
        check()


def test_the_message_names_check_promise_expectation_and_finding() -> None:
    with pytest.raises(CheckFailed) as caught:
        check_forecaster(Crashes())
    first, *lines = str(caught.value).splitlines()
    assert first == f"{len(lines)} of {len(checks(Crashes()))} checks failed"
    assert (
        "honest: zeros_are_forecast_finitely: A series of nothing but zeros is data too: expected no error; "
        "got KeyError: 'level'"
    ) in lines
    one = next(check for check in checks(CountsItsPredictions()) if check.name == "predicting_twice_gives_the_same")
    with pytest.raises(
        CheckFailed, match=r"a second forecast: [0-9.]+, to the last bit, in row 0 of 'load'; got [0-9.]+$"
    ):
        one()


def test_exceptions_have_reasons_and_unknown_names_are_refused() -> None:
    left_out = dict.fromkeys(("nothing_is_printed", "no_file_is_left_behind"), "it draws nothing")
    found = check_forecaster(Honest(), except_for=left_out).set_index("check")
    assert found.loc[list(left_out), "outcome"].tolist() == ["excepted"] * 2
    assert found.loc["nothing_is_printed", "message"] == "it draws nothing"
    with pytest.raises(SettingError, match=r"unknown check 'nothing_is_printet': .*did you mean 'nothing_is_printed'"):
        checks(Honest(), except_for=["nothing_is_printet"])
    with pytest.raises(SettingError, match="unknown claim 'best'"):
        checks(Honest(), claims=["best"])
    with pytest.raises(DataError, match="model is the class Honest; give an object of it, with its settings"):
        checks(Honest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "settings", "words"),
    [
        ("naive", {}, r"model must be a forecaster, such as NaiveForecaster\(24\), got 'naive'"),
        (5, {}, "model must be a forecaster, .* got 5"),
        (Honest(), {"rows": "x"}, "rows must be a whole number of at least 40, got 'x'"),
        (Honest(), {"rows": 5}, "rows must be a whole number of at least 40, got 5"),
        (Honest(), {"except_for": ["name"]}, r"except_for must be a mapping of checks to reasons, .* got \['name'\]"),
        (Honest(), {"claims": "name"}, "claims must be a list of names, such as .* got 'name'"),
        (Honest(), {"claims": 5}, "claims must be a list of names, such as .* got 5"),
    ],
)
def test_arguments_of_another_kind_are_not_the_forecasters_fault(model: Any, settings: Any, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        check_forecaster(model, **settings)


def test_the_fewest_rows_are_enough() -> None:
    assert set(check_forecaster(Honest(), rows=40)["outcome"]) == {"passed", "skipped"}
    with pytest.raises(SettingError, match=r"except_for must be a list of names, such as .* got 'name'"):
        checks(Honest(), except_for="name")


class Pointless(Honest):
    """Gives no intervals."""

    def _written(self, forecast: object, panel: object) -> object:
        if forecast.bounds:  # type: ignore[attr-defined]
            raise SettingError("no intervals")
        return super()._written(forecast, panel)  # type: ignore[arg-type]


def test_checks_that_say_nothing_are_skipped_and_the_forecaster_given_is_not_fitted() -> None:
    model = Pointless()
    found = check_forecaster(model).set_index("check")
    assert found.loc["bounds_are_finite", "outcome"] == "skipped"
    assert found.loc["bounds_are_finite", "message"] == "it gives no intervals: no intervals"
    assert vars(model) == vars(Pointless())
    check = next(check for check in checks(model) if check.name == "bounds_are_finite")
    with pytest.raises(NotApplicable, match="it gives no intervals"):
        check()


def test_the_page_about_own_forecasters_lists_every_check_and_its_promise(root: Path) -> None:
    page = (root / "docs" / "your-own-forecaster.md").read_text(encoding="utf-8")
    missing = [check.name for check in checks(Honest(), claims=_CLAIMS) if _row(check) not in page]
    assert missing == []


def _row(check: Check) -> str:
    return f"| `{check.name}` | {check.promise} |\n"
