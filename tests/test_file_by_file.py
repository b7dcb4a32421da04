"""Backtests of files: one answer over all series, equal to that of one table, and files that do not go together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.series import HORIZON, hourly
from tsrnn.backtesting import Backtest, backtest
from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, DataError, FrequencyError, SettingError
from tsrnn.file_by_file import backtest_files
from tsrnn.findings import verdict
from tsrnn.over_files import SHOWN, FilesBacktest
from tsrnn.partitions import keys_of, partitions
from tsrnn.splits import Splits

pytest.importorskip("pyarrow")

METERS = Columns(id="meter", time="ts", target="kwh")
MODELS = ("naive", "seasonal-naive", "drift")


def meters(count: int, first: int = 0, rows: int = 72) -> pd.DataFrame:
    """As many hourly meters, `m000` and on, one below the other."""
    parts = [
        pd.DataFrame(
            {
                "meter": f"m{number:03d}",
                "ts": pd.date_range("2024-01-01", periods=rows, freq="h"),
                "kwh": hourly(rows, number).to_numpy() * (1 + number % 3),
            }
        )
        for number in range(first, first + count)
    ]
    return pd.concat(parts, ignore_index=True)


def folder(place: Path, *frames: pd.DataFrame) -> Path:
    """The frames as files of a folder."""
    place.mkdir()
    for number, frame in enumerate(frames):
        frame.to_parquet(place / f"part-{number}.parquet")
    return place


def judged(place: Path, rows: Path | None = None) -> tuple[FilesBacktest, Backtest]:
    """Seven meters in three files, and the same in one table."""
    files = folder(place, meters(3), meters(3, 3), meters(1, 6, rows=80))
    found = backtest_files(MODELS, files, METERS, horizon=HORIZON, folds=3, rows=rows)
    whole = pd.concat([pd.read_parquet(path) for path in sorted(files.iterdir())], ignore_index=True)
    return found, backtest(MODELS, whole, METERS, horizon=HORIZON, folds=3)


def test_all_that_is_said_of_files_is_what_one_table_gives(tmp_path: Path) -> None:
    found, whole = judged(tmp_path / "data")
    untimed = whole.leaderboard().columns.drop(["fit_seconds", "predict_seconds"])
    assert_frame_equal(found.leaderboard()[untimed], whole.leaderboard()[untimed], rtol=1e-12)
    assert_frame_equal(found.by_step(), whole.by_step(), rtol=1e-12, check_dtype=False)
    assert_frame_equal(found.significance(), whole.significance(), rtol=1e-9)
    assert_frame_equal(found.significance(["drift"]), whole.significance(["drift"]), rtol=1e-9)
    assert found.verdict() == verdict(whole)
    assert (found.files, found.series, found.size, found.plan) == (3, 7, 6 * 72 + 80, whole.plan)


def test_the_rows_written_are_those_of_one_table_with_their_scales(tmp_path: Path) -> None:
    _, whole = judged(tmp_path / "data", tmp_path / "rows")
    written = sorted((tmp_path / "rows").iterdir())
    assert [path.name for path in written] == ["00000.parquet", "00001.parquet", "00002.parquet"]
    order = ["model", "series", "cutoff", "step"]
    mine = pd.concat([pd.read_parquet(path) for path in written]).sort_values(order, ignore_index=True)
    expected = whole.rows.merge(whole.scales, on=["series", "cutoff"]).sort_values(order, ignore_index=True)
    assert_frame_equal(mine, expected, check_exact=True, check_dtype=False)


def test_the_report_is_of_all_series_and_says_which_are_shown(tmp_path: Path) -> None:
    found, whole = judged(tmp_path / "data")
    told = json.loads(found.to_json(tmp_path / "report.json", command="tsrnn backtest data").read_text("utf-8"))
    card = {part["name"]: part["value"] for part in told["card"]}
    assert (told["verdict"], told["command"]) == (found.verdict(), "tsrnn backtest data")
    assert told["title"] == f"7 series in 3 files: backtest of {', '.join(whole.leaderboard()['model'])}"
    assert (card["series"], card["rows"]) == ("7 in 3 files", "512")
    assert "of 7 series drawn by a hash of their names" in card["shown"]
    assert [row["mase"] for row in told["leaderboard"]] == list(found.leaderboard()["mase"])
    assert len(told["by_fold"]) == len(MODELS) * 3 and len(told["checks"]["pairs"]) == 3


@pytest.mark.slow
def test_the_report_opens_in_a_browser_and_reads_as_text(tmp_path: Path) -> None:
    found, _ = judged(tmp_path / "data")
    page = found.to_html(tmp_path / "report.html").read_text("utf-8")
    text = found.to_markdown(tmp_path / "report.md").read_text("utf-8")
    assert "7 in 3 files" in page and "7 series in 3 files" in text
    assert found.verdict().split(":")[0] in page and found.verdict().split(":")[0] in text


def test_no_more_series_are_kept_than_can_be_looked_at_and_any_parting_keeps_the_same(tmp_path: Path) -> None:
    data = meters(SHOWN + 20, rows=24)
    names, middle = sorted(data["meter"].unique()), "m050"
    files = folder(tmp_path / "data", data[data["meter"] < middle], data[data["meter"] >= middle])
    found = backtest_files(["naive"], files, METERS, horizon=2, folds=2)
    expected = {names[place] for place in np.argsort(keys_of(names))[:SHOWN]}
    assert set(found.sample["meter"]) == expected == set(found.sampled().rows["series"])


def test_a_series_in_two_files_is_named_with_both(tmp_path: Path) -> None:
    files = folder(tmp_path / "data", meters(3), meters(2, 5), meters(2, 2))
    with pytest.raises(DataError, match=r"series 'm002' stands in .*part-0.parquet and in .*part-2.parquet; keep all"):
        backtest_files(["naive"], files, METERS, horizon=2, folds=2, rows=tmp_path / "rows")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]  # no half of the rows is left


def test_files_that_do_not_go_together_are_named(tmp_path: Path) -> None:
    daily = meters(1, 9).assign(ts=pd.date_range("2024-01-01", periods=72, freq="D"))
    files = folder(tmp_path / "data", meters(1), daily)
    with pytest.raises(DataError, match=r"part-0.parquet has one row a hour \(h\), but .*part-1.parquet one a day"):
        backtest_files(["naive"], files, METERS, horizon=2)
    gap = meters(1, 9).drop(index=[5])
    with pytest.raises(FrequencyError, match=r"part-0.parquet: series 'm009': 1 steps are missing"):
        backtest_files(["naive"], folder(tmp_path / "gaps", gap), METERS, horizon=2)
    with pytest.raises(ColumnError, match=r"part-0.parquet has no column 'unique_id' .*'meter', 'ts', 'kwh'"):
        backtest_files(["naive"], tmp_path / "data", horizon=2)


def test_what_cannot_be_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    files = folder(tmp_path / "data", meters(1))
    with pytest.raises(SettingError, match=r"'gru' learns from all series together, .* alone: arima, drift, ets, mean"):
        backtest_files(["naive", "gru"], files, METERS, horizon=2)
    with pytest.raises(SettingError, match="cutoffs of single series do not go with files"):
        backtest_files(["naive"], files, METERS, horizon=2, folds=Splits(cutoffs={"m000": ["2024-01-02"]}))
    with pytest.raises(SettingError, match="is no empty folder; name another"):
        backtest_files(["naive"], files, METERS, horizon=2, rows=files)
    with pytest.raises(SettingError, match="where its files would be taken for data"):
        backtest_files(["naive"], files, METERS, horizon=2, rows=files / "rows")
    with pytest.raises(SettingError, match="there is no folder"):
        backtest_files(["naive"], files, METERS, horizon=2, rows=tmp_path / "no" / "rows")


def test_the_files_of_a_folder_are_found_by_name_and_those_of_a_list_as_given(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    wanted = [tmp_path / "a.parquet", tmp_path / "b" / "c.parquet"]
    for path in [*wanted, tmp_path / "_meta.parquet", tmp_path / ".half.parquet", tmp_path / "notes.txt"]:
        path.write_bytes(b"")
    assert partitions(tmp_path) == wanted
    assert partitions([str(path) for path in reversed(wanted)]) == wanted[::-1]
    with pytest.raises(DataError, match="no Parquet file"):
        backtest_files(["naive"], tmp_path, METERS, horizon=2)
    with pytest.raises(DataError, match="there is no file"):
        partitions([tmp_path / "none.parquet"])
    with pytest.raises(DataError, match="is no folder"):
        partitions(wanted[0])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no file that ends in"):
        partitions(tmp_path / "empty")
    with pytest.raises(SettingError, match="a list of Parquet files, each once; got"):
        partitions([wanted[0], wanted[0]])


@pytest.mark.slow
def test_two_jobs_give_what_one_gives(tmp_path: Path) -> None:
    files = folder(tmp_path / "data", *(meters(1, number) for number in range(5)))
    one, two = (backtest_files(MODELS, files, METERS, horizon=HORIZON, n_jobs=number) for number in (1, 2))
    assert_frame_equal(one.tally.sums, two.tally.sums, check_exact=True)
    assert_frame_equal(one.sample, two.sample, check_exact=True)
