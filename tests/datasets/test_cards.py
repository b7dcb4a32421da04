"""Every card tells the truth: what it declares is what loading gives, and the page of the data sets says the same."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pandas as pd
import pytest
from pandas.tseries.frequencies import to_offset

from tsrnn_datasets import load
from tsrnn_datasets.card import FORMS, Card, File
from tsrnn_datasets.catalogue import catalogue

CARDS = catalogue()
OFFLINE = [name for name, card in CARDS.items() if card.kind != "downloaded"]
FROM_FILES = [name for name, card in CARDS.items() if card.kind == "downloaded"]


def check_index(card: Card, index: pd.Index) -> None:
    """The index is in the order of time and regular exactly where the card says so."""
    assert index.is_monotonic_increasing
    if isinstance(index, pd.PeriodIndex):
        assert index.freqstr.startswith(card.frequency)
        assert len(index) == (index[-1] - index[0]).n + 1
        return
    assert isinstance(index, pd.DatetimeIndex)
    assert index.tz is None
    assert (index.freq is not None) == card.regular
    if card.regular:
        assert index.freq == to_offset(card.frequency)
        assert len(index) == len(pd.date_range(index[0], index[-1], freq=card.frequency))
    else:
        steps = index.to_series().diff().dropna()
        assert not (steps == steps.iloc[0]).all()


def check(card: Card) -> None:
    """Load a card and compare what comes with what it declares."""
    loaded = load(card.name)
    columns = list(card.columns)
    if card.form == "string":
        assert isinstance(loaded, str)
        assert loaded.count("\n") == card.rows
        return
    assert len(loaded) == card.rows
    if card.form == "series":
        assert isinstance(loaded, pd.Series)
        assert [loaded.name] == columns == [card.target]
        assert loaded.dtype == "float64"
        assert loaded.notna().sum() > 0.5 * card.rows
    else:
        assert isinstance(loaded, pd.DataFrame)
        assert list(loaded.columns) == columns
        assert card.target in columns if card.form in ("frame", "long") else card.target in ("", *columns)
        assert not loaded.isna().all().any()
    if card.form == "long":
        assert columns == ["unique_id", "ds", "y"]
        assert loaded["y"].dtype == "float64"
        assert loaded["y"].notna().all()
        assert not loaded.duplicated(["unique_id", "ds"]).any()
    if card.form in ("series", "frame") and card.frequency:
        check_index(card, loaded.index)


@pytest.mark.parametrize("name", OFFLINE)
def test_an_offline_set_is_what_its_card_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TSRNN_DATA", raising=False)
    check(CARDS[name])


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("name", FROM_FILES)
def test_a_set_from_files_is_what_its_card_says(name: str) -> None:
    check(CARDS[name])


@pytest.mark.parametrize("name", CARDS)
def test_a_card_says_everything_a_reader_needs(name: str) -> None:
    card = CARDS[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card.name) is not None
    assert all((card.domain, card.about, card.licence, card.source))
    assert card.form in FORMS
    assert card.rows > 0
    assert card.seasonality >= 1
    assert (card.read is None) != (card.simulation is None)
    assert (card.kind == "simulated") == (card.simulation is not None)
    assert bool(card.files) == (card.simulation is None)
    assert card.columns or card.form == "string"
    assert card.traps or card.regular, "what is not regular says so among its traps"
    if card.kind == "simulated":
        assert card.name == "number-sequence" or card.about.startswith("Simulated")


@pytest.mark.parametrize("name", FROM_FILES)
def test_every_file_has_a_checksum_a_size_and_at_most_an_https_address(name: str) -> None:
    for file in CARDS[name].files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256 or "") is not None
        assert file.size is not None and file.size > 0
        assert file.url is None or file.url.startswith("https://")
        assert not Path(file.path).is_absolute() and ".." not in file.path


def test_an_address_without_encryption_is_refused_when_a_card_is_written() -> None:
    with pytest.raises(ValueError, match="not https"):
        File("power/a.csv", url="http://example.org/a.csv")


def test_what_comes_without_a_network_is_regular_or_trading_days() -> None:
    irregular = [name for name in OFFLINE if not CARDS[name].regular]
    assert irregular == ["sim-stock"]


def test_the_page_of_the_data_sets_is_the_one_the_cards_write(root: Path) -> None:
    spec = importlib.util.spec_from_file_location("write_readme", root / "datasets" / "write_readme.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (root / "datasets" / "README.md").read_text(encoding="utf-8") == module.readme(), (
        "run: python datasets/write_readme.py"
    )


@pytest.mark.data
def test_the_traps_that_name_numbers_name_the_right_ones() -> None:
    aep = load("aep-hourly")
    assert aep.index.duplicated().sum() == 4
    assert len(pd.date_range(aep.index[0], aep.index[-1], freq="h").difference(aep.index)) == 27
    assert aep.groupby(level=0).mean().asfreq("h").isna().sum() == 27
    assert load("jena-weather").isna().sum().sum() == 1 + 30 + 50
    assert load("air-quality")["NMHC(GT)"].isna().sum() == 8443
    assert (load("nab-ec2-latency").index == pd.Timestamp("2014-03-09 03:00")).sum() == 12
    assert (load("nsmc")["text"] == "").sum() == 5
    assert (load("nsmc-test")["text"] == "").sum() == 3
    assert load("names")["label"].nunique() == 18
    assert load("opsd-germany").isna().sum().sum() == 5854
    missing = pd.date_range("1981-01-01", "1990-12-31").difference(load("daily-min-temperatures").index)
    assert [str(day.date()) for day in missing] == ["1984-12-31", "1988-12-31"]
    assert load("co2-concentration").asfreq("MS")["CO2"].isna().sum() == 5


@pytest.mark.data
def test_etth1_is_ettm1_at_full_hours() -> None:
    hours, quarters = load("etth1"), load("ettm1")
    pd.testing.assert_frame_equal(hours, quarters[quarters.index.minute == 0], check_freq=False, rtol=0, atol=1e-14)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("train", "test", "horizon"),
    [
        ("m4-hourly", "m4-hourly-test", 48),
        ("m3-monthly", "m3-monthly-test", 18),
        ("tourism-quarterly", "tourism-quarterly-test", 8),
    ],
)
def test_a_test_part_goes_on_where_its_training_part_ends(train: str, test: str, horizon: int) -> None:
    before, after = load(train).groupby("unique_id")["ds"].max(), load(test).groupby("unique_id")["ds"]
    assert set(before.index) == set(after.groups)
    assert (after.size() == horizon).all()
    first = after.min()[before.index]
    if isinstance(first.iloc[0], pd.Timestamp):
        assert (first == before + pd.DateOffset(months=3)).all()
    else:
        assert (first == before + 1).all()
