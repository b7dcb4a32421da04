"""Files as people have them: each is read as it is meant, and what was recognised is said, or refused in one line."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.cli.line import done, tsrnn
from tsrnn.errors import TsrnnError
from tsrnn_cli.delimited import Delimited, read_delimited
from tsrnn_cli.options import Roles
from tsrnn_cli.precision import exact
from tsrnn_cli.written import Written

DAYS = [f"2024-01-{day:02d}" for day in range(1, 31)]
ROWS = "".join(f"{day},{place + 0.5}\n" for place, day in enumerate(DAYS))
PLAIN = "date,load\n" + ROWS
PRICES = "".join(f"{day},{place},{place + 1},{1000 * place}\n" for place, day in enumerate(DAYS))
METEO = (
    "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n52.5,13.4,38,3600,Berlin,CET\n\n"
)


def zipped(name: str) -> bytes:
    """A ZIP archive that holds one file, the same at any time of day: tests are named by it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), PLAIN)
    return held.getvalue()


def read(text: str | bytes, *, roles: Roles | None = None, **written: Any) -> Delimited:
    """The rows of a file with these options."""
    raw = text.encode() if isinstance(text, str) else text
    return read_delimited(raw, "rows.csv", roles or Roles(written=Written(**written)))


def refused(text: str | bytes, *, roles: Roles | None = None, **written: Any) -> str:
    """The one line in which a file is refused."""
    with pytest.raises(TsrnnError) as caught:
        read(text, roles=roles, **written)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# made by a logger\n# in 2024\n" + PLAIN, ["left out lines 1 to 2 above the header: '# made by a logger'"]),
        ("# made by a logger\n#date,load\n" + ROWS, ["left out line 1 above the header: '# made by a logger'"]),
        ("# a long one\n" * 50 + PLAIN, ["left out lines 1 to 50 above the header: '# a long one'"]),
        (PLAIN.replace("2024-01-09", "# stopped\n2024-01-09"), ["left out 1 line of comments between the rows"]),
        ("Station Berlin\nHeight 38 m\n\n" + PLAIN, ["left out lines 1 to 2 above the header: 'Station Berlin'"]),
        ("Report of 2024,\n,\n" + PLAIN, ["left out lines 1 to 2 above the header: 'Report of 2024,'"]),
        ("sep=,\n" + PLAIN, ["left out line 1 above the header: 'sep=,'"]),
        (PLAIN + "Total,450\nSource: the exchange, 2024\n",
         ["left out 2 lines below the rows: 'Total,450 · Source: the exchange, 2024'"]),
        (PLAIN + "\n합계,450\n,\n\n", ["left out 1 line below the rows: '합계,450'"]),
        ("date,load\n,kWh\n" + ROWS, ["left out line 2 of units: 'kWh'"]),
        (PLAIN.replace("\n", "\n\n"), []),
        (PLAIN.replace("\n", ",\n"), []),
        ("date,load\n" + ROWS.replace("\n", ",\n"), []),
        ("date,load,\n" + ROWS, []),
        ("\n\n" + PLAIN + ",\n,\n", []),
        (PLAIN + ",\n" * 90, []),
        (PLAIN.replace(",", " , "), []),
        ("".join(f"{'' if place < 0 else place},{line}\n" for place, line in enumerate(PLAIN.splitlines(), -1)), []),
    ],
)  # fmt: skip
def test_what_stands_around_the_rows_is_left_out_and_said(text: str, said: list[str]) -> None:
    found = read(text)
    assert found.frame.columns.tolist() == ["date", "load"]
    assert found.frame["load"].tolist() == [place + 0.5 for place in range(30)]
    assert (found.notes, found.facts["left out"]) == (["read 30 rows", *said], [one[9:] for one in said])


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Price,Close,High,Volume\nTicker,ACME,ACME,ACME\nDate,,,\n", "Date Close High Volume"),
        ("Price,Close,High,Volume\nTicker,ACME,ACME,ACME\n", "Date Close High Volume"),
        ("Price,Close,Close,Volume\nTicker,ACME,ZINC,ACME\nDate,,,\n", "Date|Close ACME|Close ZINC|Volume ACME"),
        ("Ticker,ACME,ACME,ZINC\nPrice,Close,High,Close\nDate,,,\n", "Date|ACME Close|ACME High|ZINC Close"),
        (",Berlin,,Hamburg\nday,warm,wind,warm\n", "day|Berlin warm|Berlin wind|Hamburg warm"),
    ],
)
def test_a_header_of_several_lines_gives_one_name_a_column(header: str, names: str) -> None:
    found = read(header + PRICES)
    assert found.frame.columns.tolist() == names.split("|" if "|" in names else " ")
    assert found.notes[0] == f"read 30 rows, header of lines 1 to {header.count(chr(10))}"
    assert len(found.frame) == 30


@pytest.mark.parametrize("table", ["time,warm (°C)\n", "time,a,b,c,d,e\n"])
def test_a_weather_service_s_table_begins_below_the_one_that_names_the_place(table: str) -> None:
    rest = ",1" * (table.count(",") - 1)
    found = read(METEO + table + "".join(f"{day}T00:00,{place}{rest}\n" for place, day in enumerate(DAYS)))
    assert (found.frame.shape[0], found.facts["header"], found.time) == (30, "line 4", "time")
    assert found.notes[1].startswith("left out lines 1 to 2 above the header: 'latitude,longitude")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Station,Berlin\nHeight,38 m\n" + PLAIN,
         ["lines 1 to 3 may all be the header", "say --skip-rows 2", "or --header-rows 3"]),
        (ROWS, ["begins with data and not with a header (2024-01-01, 0.5)", "--header-rows 0"]),
        ("date\n" + ROWS, ["its rows have more cells than its header has names (line 1: 1, line 2: 2)"]),
        ("date,load,wind\n" + ROWS, ["its rows have fewer cells than its header has names (line 1: 3, line 2: 2)"]),
        ("date,load,wind\n" + "\n".join(DAYS), ["its rows have fewer cells than its header has names"]),
        (PLAIN + "2024-01-31,5,6\n2024-02-01,5\n", ["line 32 has 3 cells, its header has 2 names"]),
        (PLAIN + '2024-01-31,"1\n', ["a quote that is opened in line 32 or above is never closed"]),
        ("load\n1\n2\n", ["there is one column only, 'load'", "--separator"]),
        ("date load\n2024-01-01  1\n", ["say --separator space"]),
        ("who,2024-01-01,2024-01-02\na,1,2\nb,3,4\n", ["dates stand in the header", "turn the table"]),
        ("# nothing\n#\n# else\n", ["is empty but for comments"]),
        ("<!DOCTYPE html><html>", ["is an HTML page"]),
        ('<?xml version="1.0"?>', ["is XML"]),
        ('{"rows": []}', ["is JSON; give the table as CSV"]),
        (b"%PDF-1.7", ["is a PDF"]),
        (b"\xd0\xcf\x11\xe0 and more", ["is an Excel workbook (.xls)", "save the sheet as CSV UTF-8"]),
        (zipped("xl/workbook.xml"), ["is an Excel workbook; open it"]),
        (zipped("rows.csv"), ["is a ZIP archive; unpack it"]),
        (gzip.compress(PLAIN.encode(), mtime=0)[:60], ["cannot be uncompressed"]),
        (PLAIN.encode("utf-16-le"), ["holds zero bytes, as UTF-16 does; say --encoding utf-16-le"]),
        (PLAIN.encode("utf-16-be"), ["--encoding utf-16-be"]),
        ("date,größe\n2024-01-01,1\n".encode("latin-1"), ["byte 0xf6 at 7", "--encoding cp1252 reads 'date,größe'"]),
        ("日付,気温\n2024-01-01,1\n".encode("shift_jis"), ["--encoding shift_jis reads '日付,気温'"]),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_with_the_way_out(text: str | bytes, words: list[str]) -> None:
    said = refused(text)
    assert [word for word in words if word not in said] == []


def test_lines_that_end_too_early_are_said() -> None:
    cut = PLAIN.replace("2024-01-20,19.5", "2024-01-20")
    said = "line 21 has 1 cell, its header has 2 names: the rest counts as missing"
    found = read(cut)
    assert (found.notes, found.facts["short lines"]) == (["read 30 rows", said], [said])
    assert np.isnan(found.frame["load"].iloc[19])
    more = read("A report\n\n" + cut.replace("2024-01-25,24.5", '"2024-01-25"').replace(",4.5\n", ',"4.5"\n\n'))
    assert more.facts["short lines"] == [said.replace("21", "24") + ", as in 1 more"]
    assert read(PLAIN.replace("2024-01-20,19.5", "2024-01-20,")).facts["short lines"] == []
    whole = "date,a,b\n" + "".join(f"{day},1\n" for day in DAYS)
    assert "line 2 has 2 cells, its header has 3 names, and no line has as many cells" in refused(whole, skip_rows=0)
    for names in ("date,a,b", "a,b,date"):
        assert "has 3 names, and no line has as many cells; mend the header" in refused(f"{names}\nx\ny\nz\n")


def test_options_say_what_cannot_be_recognised() -> None:
    doubtful = "Station,Berlin\nHeight,38 m\n" + PLAIN
    assert read(doubtful, skip_rows=2).frame.columns.tolist() == ["date", "load"]
    joined = read(doubtful, header_rows=3)
    assert joined.frame.columns.tolist() == ["date", "Berlin 38 m load"]
    assert len(read(doubtful, skip_rows=2).frame) == len(joined.frame) == 30
    bare = read(ROWS, header_rows=0)
    assert (bare.frame.columns.tolist(), bare.time, bare.facts["header"]) == (["1", "2"], "1", "none")
    assert read("# date,load\n" + ROWS, skip_rows=0).frame.columns.tolist() == ["date", "load"]
    assert read("date,load\n,kWh\n" + ROWS, skip_rows=0).notes[1] == "left out line 2 of units: 'kWh'"
    spaced = read(PLAIN.replace(",", "   "), separator="space")
    assert spaced.frame["load"].tolist() == [place + 0.5 for place in range(30)]
    assert read(PLAIN.replace(",", "\t"), separator="tab").notes == ["read 30 rows, separator '\\t'"]
    assert read(PLAIN.replace(",", "~"), separator="~").frame.shape == (30, 2)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"separator": "ab"}, "--separator is one mark, such as ';', or tab or space; got 'ab'"),
        ({"separator": "7"}, "got '7'"),
        ({"decimal": "x"}, "--decimal is . or ,; got 'x'"),
        ({"skip_rows": 500}, "--skip-rows 500 leaves nothing of rows.csv to read"),
        ({"header_rows": 5}, "rows.csv has 1 lines above its rows; --header-rows 5 is too many"),
        ({"time_unit": "weeks"}, "--time-unit is one of s, ms, us, ns or steps; got 'weeks'"),
        ({"time_unit": "s"}, "holds '2024-01-01' in row 1, which is no number"),
        ({"time_unit": "s", "time_format": "%Y"}, "--time-unit and --time-format exclude each other"),
        ({"encoding": "base64"}, "unknown encoding 'base64'"),
        ({"encoding": "utf-32"}, "is not utf-32 text"),
    ],
)
def test_options_that_cannot_be_used(written: dict[str, Any], words: str) -> None:
    assert words in refused(PLAIN, **written)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files_are_unpacked(pack: Callable[[bytes], bytes]) -> None:
    assert read(pack(PLAIN.encode())).frame.equals(read(PLAIN).frame)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp949"])
def test_encodings_are_recognised_and_said(encoding: str) -> None:
    found = read(PLAIN.replace("date,load", "날짜,기온(℃)").encode(encoding))
    said = "" if encoding.startswith("utf-8") else f", encoding {encoding}"
    assert (found.frame.columns.tolist(), found.notes) == (["날짜", "기온(℃)"], [f"read 30 rows{said}"])


def test_codes_stay_text_unless_they_are_told_to_be_numbers() -> None:
    text = "date,code,load\n" + "".join(f"{day},00593{n},{n}\n" for n in (0, 5) for day in DAYS)
    found = read(text)
    assert (found.id, found.frame["code"].unique().tolist()) == ("code", ["005930", "005935"])
    alone = "date,code,load\n" + "".join(f"{day},{n:03d},1\n" for n, day in enumerate(DAYS, 98))
    assert read(alone).frame["code"].iloc[[0, -1]].tolist() == ["098", "127"]
    assert read(alone, roles=Roles(target="code")).frame["code"].iloc[[0, -1]].tolist() == [98, 127]


def test_several_columns_of_ids_tell_series_apart_together() -> None:
    pairs = [(store, item) for store in ("NA", "01") for item in ('"a,b"', "c")]
    text = "date,store,item,y\n" + "".join(f"{day},{one},{two},1\n" for one, two in pairs for day in DAYS)
    found = read(text, roles=Roles(id="store,item"))
    assert found.id == "store,item"
    assert found.frame[found.id].unique().tolist() == ['NA,"a,b"', "NA,c", '01,"a,b"', "01,c"]
    said = done("audit", "-", "--id", "store,item", "--json", stdin=text)
    assert (said.answer["read"]["series"], said.answer["read"]["target"]) == (4, ["y"])
    assert refused(text, roles=Roles(id="store,shelf")).startswith("rows.csv: unknown column 'shelf'")
    whole = read(text.replace("date,store,item", 'date,"store,item",part'), roles=Roles(id="store,item"))
    assert whole.frame["store,item"].unique().tolist() == ["NA", "01"]


def test_words_and_numbers_that_mean_missing() -> None:
    text = "date,load\n2024-01-01,1\n2024-01-02,n/e\n2024-01-03,-\n2024-01-04,-9999\n2024-01-05,-9999.0\n"
    values = read(text, missing="n/e,-,-9999").frame["load"].to_numpy()
    assert np.array_equal(values, [1.0, *[np.nan] * 4], equal_nan=True)
    wrong = tsrnn("audit", "-", stdin=text.replace(",-\n", ",2\n")).mistake
    assert "'n/e'" in wrong and "--na" in wrong


def test_a_target_of_truths_is_named_and_taken_when_told() -> None:
    text = "date,on\n" + "".join(f"{day},{place % 3 == 0}\n" for place, day in enumerate(DAYS))
    wrong = tsrnn("audit", "-", stdin=text).mistake
    assert "'on' holds true and false; say --target on to forecast it as 0 and 1" in wrong
    assert read(text, roles=Roles(target="on")).frame["on"].dtype == bool
    codes = tsrnn("audit", "-", stdin=text.replace("True", "01").replace("False", "02")).mistake
    assert "'on' holds codes such as 01; say --target on to read them as numbers" in codes
    assert "'on' holds 'high'; give a column" in tsrnn("audit", "-", stdin="date,on\n2024-01-01,high\n").mistake


def test_audit_says_what_it_understood() -> None:
    rows = "".join(f"{n:02d}.01.2024;{n},5;-9999\n" for n in range(1, 31))
    told = done("audit", "-", "--json", stdin="Wetter\nTag;Temperatur;Wind\n" + rows + "Summe;;1,5\n").answer["read"]
    assert told == {
        "encoding": "utf-8", "separator": ";", "decimal": ",", "thousands": False, "header": "line 2",
        "left out": ["line 1 above the header: 'Wetter'", "1 line below the rows: 'Summe;;1,5'"], "rows": 30,
        "short lines": [],
        "time written as": "%d.%m.%Y", "time": "Tag", "id": None, "target": ["Temperatur", "Wind"], "series": 2,
        "first": "2024-01-01", "last": "2024-01-30", "step of time": "day (D)", "season": 7, "missing": 0,
    }  # fmt: skip
    gaps = done("audit", "-", stdin=PLAIN.replace("2024-01-04,3.5\n", "").replace("2024-01-11,10.5\n", "")).out
    assert "2 gaps, after 2024-01-03 00:00:00, 2024-01-10 00:00:00;" in gaps
    assert done("audit", "nile", "--json").answer["read"]["step of time"] == "year (Y-DEC)"


def test_options_may_stand_in_a_file_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run.toml").write_text('skip-rows = 1\nseparator = "tab"\nna = [-9999, "n/e"]\n', encoding="utf-8")
    text = "x\tx\nday\ty\n" + "".join(f"{day}\t{'n/e' if day.endswith('7') else -9999}\n" for day in DAYS)
    words = ("audit", "-", "--json", "--config", tmp_path / "run.toml")
    told = done(*words, stdin=text).answer["read"]
    assert (told["header"], told["separator"], told["missing"]) == ("line 2", "\t", 30)
    monkeypatch.setenv("TSRNN_SKIP_ROWS", "0")
    assert "column 'x' stands 2 times" in tsrnn(*words, stdin=text).mistake


def test_the_page_about_files_shows_what_audit_says(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (root / "docs" / "files.md").read_text(encoding="utf-8")
    file, shown = (page.split(f"```{kind}\n")[1].split("```")[0] for kind in ("csv", "console"))
    (tmp_path / "weather.csv").write_text(file, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = done("audit", "weather.csv")
    assert shown == f"$ tsrnn audit weather.csv\n{said.err}{said.out}"


def test_a_frame_is_what_pandas_reads_from_a_clean_file() -> None:
    noise = np.random.default_rng(1).normal(size=(400, 3)) * [1e-9, 1.0, 1e12]
    frame = pd.DataFrame(noise, columns=list("abc")).assign(n=range(400), far=1e300)
    frame.insert(0, "date", pd.date_range("2000-01-01", periods=400).strftime("%Y-%m-%d"))
    text = frame.to_csv(index=False)
    ours, theirs = read(text).frame, pd.read_csv(io.StringIO(text), **exact())
    pd.testing.assert_frame_equal(ours.drop(columns="date"), theirs.drop(columns="date"), check_exact=True)
