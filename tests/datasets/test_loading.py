"""The three public functions: names, options, what an error says, and the embedded series against statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tsrnn_datasets import DatasetError, describe, list_datasets, load
from tsrnn_datasets.catalogue import catalogue

COLUMNS = ["name", "kind", "domain", "rows", "frequency", "seasonality", "target", "licence", "source"]


def test_the_list_has_a_row_a_data_set_and_the_columns_promised() -> None:
    listed = list_datasets()
    assert list(listed.columns) == COLUMNS
    assert listed["name"].is_unique
    assert set(listed["kind"]) == {"embedded", "simulated", "downloaded"}
    assert set(listed["name"]) == set(catalogue())
    assert (listed.loc[listed["kind"] == "simulated", "licence"].str.startswith("MIT")).all()


@pytest.mark.parametrize(
    ("name", "near"), [("etth", "etth1"), ("ETTh1", "etth1"), ("sunspot", "sunspots"), ("sim_power", "sim-power")]
)
@pytest.mark.parametrize("function", [load, describe])
def test_an_unknown_name_proposes_the_nearest(name: str, near: str, function: object) -> None:
    assert callable(function)
    with pytest.raises(DatasetError, match=f"no data set is called '{name}'; did you mean '{near}'"):
        function(name)


def test_a_name_like_no_other_is_told_where_to_look() -> None:
    with pytest.raises(DatasetError, match=r"no data set is called 'q'; list_datasets\(\) shows all \d+"):
        load("q")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("co2", {"panel": 3}, "panel=3 does not apply to co2: it is embedded, not simulated"),
        ("co2", {"seed": 0}, "seed=0 does not apply to co2: it is embedded"),
        ("etth1", {"seed": 1}, "seed=1 does not apply to etth1: it is downloaded"),
        ("number-sequence", {"seed": 1}, "seed=1 does not apply to number-sequence: nothing in it is drawn"),
        ("number-sequence", {"panel": 2}, "panel=2 does not apply to number-sequence"),
        ("sim-stock", {"panel": 0}, "panel is a whole number from 1, got 0"),
        ("sim-stock", {"panel": True}, "panel is a whole number from 1, got True"),
        ("sim-stock", {"panel": 2.0}, "panel is a whole number from 1, got 2.0"),
        ("sim-stock", {"seed": -1}, "seed is a whole number from 0, got -1"),
    ],
)
def test_an_option_that_does_not_apply_is_an_error_that_names_it(
    name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        load(name, **options)


def test_asking_for_a_download_that_is_not_needed_is_no_error() -> None:
    pd.testing.assert_series_equal(load("nile", download=True), load("nile"))


@pytest.mark.parametrize("name", catalogue())
def test_a_description_says_what_the_card_says(name: str) -> None:
    card, text = catalogue()[name], " ".join(describe(name).split())
    assert text.startswith(f"{name}: {card.kind} (")
    for words in (card.about, card.licence, card.source, card.traps, *card.columns, *card.columns.values()):
        assert " ".join(words.split()) in text
    for file in card.files:
        assert (file.url or "") in text
        assert (file.sha256 or "read out of statsmodels") in text
    assert ("not measured" in text) == (card.kind == "simulated") or "not measured" in card.traps


def test_an_error_is_a_value_error() -> None:
    assert issubclass(DatasetError, ValueError)


def test_co2_is_the_series_of_statsmodels_with_its_missing_weeks() -> None:
    from statsmodels.datasets import co2

    ours, theirs = load("co2"), co2.load_pandas().data["co2"]
    np.testing.assert_array_equal(ours.to_numpy(), theirs.to_numpy())
    assert (ours.index == theirs.index).all()
    assert ours.index.freqstr == "W-SAT"
    assert ours.isna().sum() == 59


def test_elnino_is_the_table_of_statsmodels_month_after_month() -> None:
    from statsmodels.datasets import elnino

    ours, theirs = load("elnino"), elnino.load_pandas().data
    assert ours["1950-01"].item() == 23.11
    assert ours["2010-12"].item() == 22.07
    np.testing.assert_array_equal(ours[ours.index.month == 7].to_numpy(), theirs["JUL"].to_numpy())


def test_yearly_and_quarterly_series_are_on_periods() -> None:
    from statsmodels.datasets import macrodata, nile, sunspots

    theirs = sunspots.load_pandas().data
    assert load("sunspots").index.year.tolist() == theirs["YEAR"].astype(int).tolist()
    np.testing.assert_array_equal(load("sunspots").to_numpy(), theirs["SUNACTIVITY"].to_numpy())
    np.testing.assert_array_equal(load("nile").to_numpy(), nile.load_pandas().data["volume"].to_numpy())
    economy, table = load("macrodata"), macrodata.load_pandas().data
    assert str(economy.index[0]) == "1959Q1" and str(economy.index[-1]) == "2009Q3"
    np.testing.assert_array_equal(economy.to_numpy(), table[list(economy.columns)].to_numpy())


def test_the_other_embedded_series_are_those_of_statsmodels() -> None:
    from statsmodels.datasets import danish_data, elec_equip

    np.testing.assert_array_equal(load("elec-equip").to_numpy(), elec_equip.load_pandas().data.iloc[:, 0].to_numpy())
    money, theirs = load("danish-money"), danish_data.load_pandas().data
    np.testing.assert_array_equal(money.to_numpy(), theirs[list(money.columns)].to_numpy())
    assert str(money.index[0]) == "1974Q1"


def test_the_number_sequence_is_the_multiples_of_ten() -> None:
    numbers = load("number-sequence")
    assert numbers.tolist() == [10.0 * step for step in range(1, 101)]
    assert numbers.index.equals(pd.RangeIndex(100))
