"""Sources: files, standard input and data sets, read as they stand and with every guess said."""

from __future__ import annotations

import gzip
import shlex
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from tests.cli.line import done, tsrnn
from tests.cli.rows import hourly, meters, saved
from tsrnn.columns import Columns
from tsrnn_cli.options import Roles, names_in
from tsrnn_cli.source import read_source
from tsrnn_cli.written import Written
from tsrnn_datasets import load


def test_a_csv_file_is_the_frame_that_was_saved(tmp_path: Path) -> None:
    frame = hourly()
    read = read_source(str(saved(frame, tmp_path / "rows.csv")), Roles(time="when", target="load,heat"))
    assert_frame_equal(cast("pd.DataFrame", read.data), frame, check_dtype=False, check_exact=True)
    assert read.columns == Columns(time="when", target=["load", "heat"])
    assert read.notes == ["read 96 rows"]


def test_options_become_columns() -> None:
    text = b"ts,who,kwh,temp,sun,size\n" + b"2024-01-01,a,1,2,3,4\n" * 2
    path_roles = Roles("ts", "who", "kwh", "temp", "sun", "size", calendar=True, joint=True)
    from tsrnn_cli.delimited import read_delimited
    from tsrnn_cli.source import _described

    found = _described(read_delimited(text, "rows.csv", path_roles), path_roles).columns
    wanted = Columns("who", "ts", ["kwh"], past=["temp"], future=["sun"], static=["size"], calendar=True, joint=True)
    assert found == wanted


def test_ids_stay_what_was_written(tmp_path: Path) -> None:
    frame = meters(30)
    read = read_source(str(saved(frame, tmp_path / "meters.csv")), Roles(id="meter"))
    assert cast("pd.DataFrame", read.data)["meter"].tolist() == frame["meter"].tolist()
    assert cast("pd.DataFrame", read.data)["meter"].unique().tolist() == ["005930", "NA", "1e3"]


@pytest.mark.parametrize("empty", ["", "NA", "NaN", "null", " "])
def test_empty_cells_of_numbers_are_missing(empty: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(f"ds,y\n2024-01-01,1\n2024-01-02,{empty}\n2024-01-03,3\n", encoding="utf-8")
    read = read_source(str(tmp_path / "rows.csv"), Roles())
    values = cast("pd.DataFrame", read.data)["y"].to_numpy()
    assert np.array_equal(values, [1.0, np.nan, 3.0], equal_nan=True)


@pytest.mark.parametrize(
    ("header", "row", "time"),
    [
        ("ds,date,y", "2024-01-01,2023-01-01,1", "ds"),
        ("value,Timestamp", "1,2024-01-01", "Timestamp"),
        ("y,date", "1,2024-01-01", "date"),
        ("y,from,until", "1,2024-01-01T00:00,2024-01-01T01:00", "from"),
        ("y,20,날짜", "1,2,2024.01.02", "날짜"),
        ("y,day", "1,2024/01/02 13:00:00+09:00", "day"),
    ],
)
def test_the_time_column_is_recognised_and_said(header: str, row: str, time: str) -> None:
    target = next(name for name in header.split(",") if name in ("y", "value"))
    said = done("audit", "-", "--target", target, stdin=f"{header}\n{row}\n")
    assert f"read 1 rows; guessed --time {shlex.quote(time)}; an option overrules its guess\n" in said.err


def test_the_time_column_that_was_told_is_not_explained() -> None:
    assert done("audit", "-", "--time", "b", "--target", "a", stdin="a,b\n1,2024-01-01\n").err == "read 1 rows\n"


@pytest.mark.parametrize(
    ("cells", "words", "wanted"),
    [
        (["2024-01-01", "2024-01-02"], [], ["2024-01-01", "2024-01-02"]),
        (["20240131", "20240201"], [], ["2024-01-31", "2024-02-01"]),
        (["1871", "1872"], [], ["1871-01-01", "1872-01-01"]),
        (["31.01.2024", "01.02.2024"], ["%d.%m.%Y"], ["2024-01-31", "2024-02-01"]),
        (["2024-01-01T00:00+09:00"] * 2, [], ["2024-01-01 00:00+09:00"] * 2),
        (["2024-03-31T01:30+01:00", "2024-03-31T03:00+02:00"], [], ["2024-03-31 00:30Z", "2024-03-31 01:00Z"]),
    ],
)  # fmt: skip
def test_times_are_read_as_written(cells: list[str], words: list[str], wanted: list[str], tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("ds,y\n" + "".join(f"{cell},1\n" for cell in cells), encoding="utf-8")
    read = read_source(str(path), Roles(written=Written(time_format=words[0] if words else None)))
    assert list(cast("pd.DataFrame", read.data)["ds"]) == [pd.Timestamp(text) for text in wanted]


def test_different_offsets_are_brought_to_utc_and_said() -> None:
    text = "ds,y\n2024-03-31T01:30+01:00,1\n2024-03-31T03:30+02:00,1\n"
    assert "time column 'ds' has several offsets: read as UTC\n" in done("audit", "-", stdin=text).err


def test_whole_numbers_count_steps_and_it_is_said() -> None:
    said = done("audit", "-", "--time", "step", stdin="step,y\n" + "".join(f"{n},1\n" for n in range(30)))
    assert "time column 'step' holds whole numbers: they count steps\n" in said.err
    assert "constant" in said.out


def test_a_long_table_is_recognised_by_its_usual_names() -> None:
    text = "unique_id,ds,y,extra\n" + "".join(
        f"{name},2024-01-0{day},{day},x\n" for name in "ab" for day in range(1, 6)
    )
    said = done("audit", "-", "--json", stdin=text)
    assert [(row["series"], row["finding"]) for row in said.answer["findings"]] == [("a", "short"), ("b", "short")]
    assert "guessed --time ds --id unique_id --target y (leaving out extra); " in said.err


def test_semicolons_and_decimal_commas_are_recognised_and_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("date;load\n2024-01-01;1,5\n2024-01-02;-2,25\n", encoding="utf-8")
    read = read_source(str(path), Roles())
    assert cast("pd.DataFrame", read.data)["load"].tolist() == [1.5, -2.25]
    assert "separator ';', decimal comma" in read.notes[0]


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("lines", ["\n", "\r\n"])
def test_byte_order_marks_line_ends_and_gzip_do_not_matter(prefix: bytes, lines: str, tmp_path: Path) -> None:
    raw = prefix + "date, load\n2024-01-01, 1\n\n2024-01-02, 2\n".replace("\n", lines).encode()
    for name, content in (("rows.csv", raw), ("rows.csv.gz", gzip.compress(raw))):
        (tmp_path / name).write_bytes(content)
        read = cast("pd.DataFrame", read_source(str(tmp_path / name), Roles()).data)
        assert (list(read.columns), read["load"].tolist()) == (["date", "load"], [1.0, 2.0])


def test_another_encoding_is_read_when_told() -> None:
    said = done("audit", "-", "--encoding", "cp949", stdin="날짜,기온\n2024-01-01,1\n".encode("cp949"))
    assert "--time '날짜' --target '기온'" in said.err and "기온" in said.out


def test_row_numbers_that_pandas_wrote_are_no_series(tmp_path: Path) -> None:
    hourly().to_csv(tmp_path / "rows.csv")
    read = read_source(str(tmp_path / "rows.csv"), Roles())
    assert list(cast("pd.DataFrame", read.data).columns) == ["when", "load", "heat"]


def test_one_text_in_a_column_of_numbers_is_what_the_error_names() -> None:
    text = "ds,y\n2024-01-01,1\n2024-01-02,high\n2024-01-03,3\n"
    assert "'high'" in tsrnn("audit", "-", stdin=text).mistake


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame = meters(30)
    frame.to_parquet(tmp_path / "meters.parquet")
    read = read_source(str(tmp_path / "meters.parquet"), Roles(id="meter", target="kwh"))
    assert_frame_equal(cast("pd.DataFrame", read.data), frame, check_exact=True)
    assert read.columns == Columns(id="meter", time="ts", target=["kwh"])
    hourly().set_index("when").to_parquet(tmp_path / "wide.parquet")
    assert read_source(str(tmp_path / "wide.parquet"), Roles()).columns == Columns()


def test_a_data_set_is_what_load_gives() -> None:
    read = read_source("nile", Roles())
    assert read.columns is None
    assert_series_equal(cast("pd.Series", read.data), load("nile"))
    frame = read_source("macrodata", Roles(target="realgdp,cpi"))
    assert frame.columns == Columns(target=["realgdp", "cpi"])


def test_a_data_set_of_one_series_takes_a_calendar() -> None:
    read = read_source("co2", Roles(calendar=True))
    assert read.columns == Columns(calendar=True)
    assert list(cast("pd.DataFrame", read.data).columns) == ["co2"]


def test_numbers_that_mean_missing_are_missing(tmp_path: Path) -> None:
    text = "date,load\n2024-01-01,1\n2024-01-02,-9999\n2024-01-03,-1e3\n"
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    for source, missing, count in ((tmp_path / "rows.csv", "-9999,-1000", 2), ("nile", "1120,1160", 5)):
        read = read_source(str(source), Roles(written=Written(missing=missing)))
        assert int(read.data.isna().to_numpy().sum()) == count


def test_a_file_wins_over_a_data_set_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    saved(hourly(), tmp_path / "nile")
    assert "--time when" in done("audit", "nile").err
    (tmp_path / "nile").unlink()
    (tmp_path / "nile").mkdir()  # such as a saved model
    assert done("audit", "nile").err == "nothing odd was found\n"


def test_names_with_commas_stand_in_quotes() -> None:
    assert names_in('load, "T, outside",heat') == ["load", "T, outside", "heat"]
    assert names_in(None) == names_in("") == names_in(" , ") == []


def test_audit_lists_what_is_odd(tmp_path: Path) -> None:
    frame = hourly(60)
    frame.loc[5, "load"] = np.nan
    frame = pd.concat([frame.drop(index=[20, 21]), frame.iloc[[3]]])
    path = saved(frame, tmp_path / "rows.csv")
    found = done("audit", path, "--target", "load", "--json").answer["findings"]
    assert {row["finding"]: row["count"] for row in found} == {"unsorted": 1, "duplicate": 1, "gap": 2, "missing": 1}
    table = done("audit", path, "--target", "load").out
    told, odd = table.split("\n\n")
    assert {"separator: ,", "header: line 1", "target: load", "season: 24"} <= set(told.splitlines())
    assert odd.splitlines()[0].split() == ["series", "finding", "count", "first", "detail"]
    assert "2024-01-01T05:00:00" in table
