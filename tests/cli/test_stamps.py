"""Times: every usual way of writing them is read and said; what may mean two things is refused with both formats."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tsrnn.errors import TsrnnError
from tsrnn_cli.dating import formats_of, is_dated
from tsrnn_cli.stamps import read_stamps, recognised
from tsrnn_cli.written import Written

ONLY = "time column 't' is read as {}, the only way that fits all rows"
SINCE = "time column 't' holds {} since 1970, read as UTC; --time-unit steps, if they count steps"


@pytest.mark.parametrize(
    ("cells", "first", "form", "note"),
    [
        ("2024-01-31 2024-02-01", "2024-01-31", "ISO 8601", None),
        ("2024.01.02 2024.01.03", "2024-01-02", "year, month, day", None),
        ("20240102 20240103", "2024-01-02", "%Y%m%d", None),
        ("202401 202402", "2024-01-01", "%Y%m", "time column 't' is read as %Y%m"),
        ("2024010223 2024010300", "2024-01-02 23:00", "%Y%m%d%H", "time column 't' is read as %Y%m%d%H"),
        ("202401022359 202401030000", "2024-01-02 23:59", "%Y%m%d%H%M", "time column 't' is read as %Y%m%d%H%M"),
        ("1990 1991", "1990-01-01", "years", None),
        ("2000-01 2000-02", "2000-01-01", "ISO 8601", None),
        ("2000Q1 2000Q2", "2000-01-01", "quarters", "time column 't' holds quarters: each stands as its first day"),
        ("2000-q4 Q1/2001", "2000-10-01", "quarters", "time column 't' holds quarters: each stands as its first day"),
        ("2024-W01 2024-W02", "2024-01-01", "ISO weeks", "time column 't' holds ISO weeks: each stands as its Monday"),
        ("Jan_2000 Feb_2000", "2000-01-01", "%b %Y", ONLY.format("%b %Y")),
        ("May_2000 June_2000", "2000-05-01", "%B %Y", ONLY.format("%B %Y")),
        ("Jan-00 Feb-00", "2000-01-01", "%b-%y", ONLY.format("%b-%y")),
        ("31-Jan-2024 01-Feb-2024", "2024-01-31", "%d-%b-%Y", ONLY.format("%d-%b-%Y")),
        ("January_31,_2024 February_1,_2024", "2024-01-31", "%B %d, %Y", ONLY.format("%B %d, %Y")),
        ("2024년_1월_2일 2024년_1월_3일", "2024-01-02", "%Y년 %m월 %d일", ONLY.format("%Y년 %m월 %d일")),
        ("2024._1._2. 2024._1._3.", "2024-01-02", "%Y. %m. %d.", ONLY.format("%Y. %m. %d.")),
        ("2024/1/2 2024/1/3", "2024-01-02", "year, month, day", None),
        ("30/1/2024 31/1/2024", "2024-01-30", "%d/%m/%Y", ONLY.format("%d/%m/%Y")),
        ("1/12/2024 1/13/2024", "2024-01-12", "%m/%d/%Y", ONLY.format("%m/%d/%Y")),
        ("31.12.2024_23:00 01.01.2025_00:00", "2024-12-31 23:00", "%d.%m.%Y %H:%M", ONLY.format("%d.%m.%Y %H:%M")),
        ("2024-01-02_1:00_PM 2024-01-02_2:00_PM", "2024-01-02 13:00", "%Y-%m-%d %I:%M %p",
         ONLY.format("%Y-%m-%d %I:%M %p")),
        ("1700000000 1700003600", "2023-11-14 22:13:20Z", "seconds since 1970, read as UTC", SINCE.format("seconds")),
        ("1700000000000 1700000000001", "2023-11-14 22:13:20Z", "milliseconds since 1970, read as UTC",
         SINCE.format("milliseconds")),
        ("1700000000000000000 1700003600000000000", "2023-11-14 22:13:20Z", "nanoseconds since 1970, read as UTC",
         SINCE.format("nanoseconds")),
        ("0 1", 0, "whole numbers", "time column 't' holds whole numbers: they count steps"),
        ("700000000 700003600", 700000000, "whole numbers",
         "time column 't' holds whole numbers: they count steps; say --time-unit s, if they are seconds since 1970"),
    ],
)  # fmt: skip
def test_each_way_of_writing_times_is_read_and_said(cells: str, first: Any, form: str, note: str | None) -> None:
    read = read_stamps(pd.Series([cell.replace("_", " ") for cell in cells.split()]), "t")
    assert read.values.iloc[0] == (first if isinstance(first, int) else pd.Timestamp(first))
    assert (read.form, read.note) == (form, note)


def days(first: str, count: int, form: str, freq: str = "D") -> pd.Series:
    return pd.Series(pd.date_range(first, periods=count, freq=freq).strftime(form))


@pytest.mark.parametrize(
    ("first", "count", "form", "freq"),
    [
        ("2024-01-01", 60, "%d/%m/%y", "D"),
        ("2024-01-01", 60, "%y/%m/%d", "D"),
        ("2022-01-01", 24, "%d.%m.%Y", "MS"),
        ("2022-01-01", 24, "%m.%d.%Y", "MS"),
        ("2024-02-05", 72, "%d.%m.%Y %H:%M", "h"),
    ],
)
def test_of_several_ways_the_one_with_even_steps_is_read_and_said(first: str, count: int, form: str, freq: str) -> None:
    cells = days(first, count, form, freq)
    for text in (cells, cells[::-1], pd.concat([cells, cells])):  # newest first; two series
        read = read_stamps(text.reset_index(drop=True), "t")
        assert read.values.min() == pd.Timestamp(first)
        assert (
            read.note
            == f"time column 't' is read as {form}, of the ways that fit all rows the only one with even steps"
        )


def test_ways_that_read_the_same_are_said() -> None:
    read = read_stamps(pd.Series(["01/01/2024", "02/02/2024"]), "t")
    assert read.note == "time column 't' is read as %d/%m/%Y, as %m/%d/%Y reads it too"


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        (days("2024-01-01", 31, "%d/%m/%y"), "day and year"),
        (days("2024-02-01", 12, "%d/%m/%Y"), "day and month"),
        (days("2024-02-01", 12, "%d/%m/%y"), "day, month and year"),
        (days("2024-02-05", 72, "%d.%m.%Y %H:%M", "h").drop(3), "day and month"),
    ],
)
def test_what_cannot_be_told_apart_is_named(cells: pd.Series, parts: str) -> None:
    with pytest.raises(TsrnnError, match=f"in row 1: {parts} cannot be told apart; say --time-format"):
        read_stamps(cells, "t")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("01/02/2024 02/02/2024", "cannot be told apart; say --time-format '%d/%m/%Y' or --time-format '%m/%d/%Y'"),
        ("01.02.24 02.02.24", "'%d.%m.%y' or --time-format '%m.%d.%y' or --time-format '%y.%m.%d'"),
        ("2024-01-01 soon", "holds 'soon' in row 2, which is not ISO 8601"),
        ("1700000000.5 1700000001.5", "2024-01-31T13:00) (a number since 1970: --time-unit s)"),
        ("2024-13-01 2024-14-01", "holds '2024-13-01' in row 1"),
        ("2024.09 2024.1 2024.11", "'2024.1' in row 2, which may be January, or October written as a number"),
        ("99999999999999999999 99999999999999999999", "holds '99999999999999999999' in row 1"),
        ("2024W60 2024W61", "holds '2024W60' in row 1"),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_or_none_is_refused(cells: str, words: str) -> None:
    with pytest.raises(TsrnnError) as caught:
        read_stamps(pd.Series(cells.split()), "t")
    assert words in str(caught.value)


def test_a_unit_that_is_told_wins() -> None:
    def told(cells: str, unit: str) -> list[Any]:
        return list(read_stamps(pd.Series(cells.split()), "t", Written(time_unit=unit)).values)

    assert told("1700000000 1700003600", "steps") == [1700000000, 1700003600]
    assert told("20240102 20240103", "steps") == [20240102, 20240103]
    assert told("0.5 1.5", "s") == [pd.Timestamp("1970-01-01 00:00:00.5Z"), pd.Timestamp("1970-01-01 00:00:01.5Z")]
    assert told("86400000000", "us") == [pd.Timestamp("1970-01-02", tz="UTC")]
    for cells, unit, words in (
        ("1e30", "s", "is beyond the calendar"),
        ("1.5", "steps", "'1.5' in row 1, which is no number"),
    ):
        with pytest.raises(TsrnnError, match=words):
            told(cells, unit)


def test_a_format_that_is_told_wins_and_names_the_row_that_lacks_it() -> None:
    two = pd.Series(["01.02.2024", "03.02.2024"])
    assert read_stamps(two, "t", Written(time_format="%d.%m.%Y")).values.iloc[0] == pd.Timestamp("2024-02-01")
    with pytest.raises(TsrnnError, match=r"holds '03.02.2024' in row 2, which is not written as '%d.01.%Y'"):
        read_stamps(pd.Series(["02.01.2024", "03.02.2024"]), "t", Written(time_format="%d.01.%Y"))


def test_a_column_without_a_usual_name_is_recognised_by_what_it_holds() -> None:
    years, packed = [["1990", "5"], ["1991", "6"], ["1992", "7"]], [["202411", "5"], ["202412", "6"], ["202501", "7"]]
    assert recognised(["when", "load"], years) == recognised(["when", "load"], packed) == "when"
    assert recognised(["load", "wind"], [["1990", "5"], ["1995", "6"], ["1991", "7"]]) is None
    assert recognised(["code", "wind"], [["202401", "5"], ["202401", "6"], ["202402", "7"]]) is None
    assert recognised(["load", "when"], [["5", "Jan 2000"], ["6", "Feb 2000"]]) == "when"
    assert recognised(["load", "연도"], [["5", "1990"], ["6", "1992"]]) == "연도"
    assert recognised(["load", "month"], [["5", "1"], ["6", "2"]]) is None
    assert recognised(["month", "when"], [["1", "2024-01-01"], ["1", "2024-01-02"]]) == "when"
    assert recognised(["load", "month"], [["5", "202401"], ["6", "202402"]]) == "month"


def test_numbers_and_words_are_no_dates() -> None:
    assert [
        cell for cell in ("1.5", "12.2024", "2024", "1,5", "may", "3/4", "10:30", "", "v1.2.3") if is_dated(cell)
    ] == []
    assert formats_of("twelve") == []
