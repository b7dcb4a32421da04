"""Any bytes at all, and tables spoilt in any way: read, or refused in one line; no bug, and no row lost in silence."""

from __future__ import annotations

import gzip
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cli.line import tsrnn
from tsrnn.auditing import audit
from tsrnn.errors import TsrnnError
from tsrnn_cli.delimited import read_delimited
from tsrnn_cli.options import Roles
from tsrnn_cli.source import Source, _described
from tsrnn_cli.written import Written

WORDS = (
    ["", "date", "load", "2024-01-01", "2024-01-02", "31.12.2024", "Jan 2024", "2024Q1", "1990", "1700000000", "Total"],
    ["1.5", "-1,5", "1.234,5", "1,234", "005930", "NA", "true", "#", "°C", '"', "1e400", "nan", "9" * 30, "합계"],
)
CELLS = st.sampled_from([*WORDS[0], *WORDS[1]]) | st.integers(-(10**6), 10**6).map(str) | st.text(max_size=4)
LINES = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
CLEAN = [["date", "load", "wind", "rain"], *([f"2024-01-{n:02d}", str(n), "1.5", "a"] for n in range(1, 9))]


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table of days, or of anything, with a few cells and lines put in or taken out, in some encoding."""
    mark, width = draw(st.sampled_from(",,;\t|")), draw(st.integers(2, 4))
    anything = st.lists(st.lists(CELLS, max_size=5), max_size=12)
    rows = draw(st.just([row[:width] for row in CLEAN]) | anything)
    for place, cells in draw(st.lists(st.tuples(st.integers(0, 12), st.lists(CELLS, max_size=4)), max_size=2)):
        rows = [*rows[:place], cells, *rows[place + draw(st.integers(0, 1)) :]]
    for place, column, cell in draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), CELLS), max_size=3)):
        rows = [[*row[:column], cell, *row[column + 1 :]] if place == line else row for line, row in enumerate(rows)]
    text = draw(LINES).join(mark.join(cells) for cells in rows)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "cp949"])), errors="replace")


WRITTEN = st.builds(
    Written,
    separator=st.sampled_from([None, ",", " "]),
    decimal=st.sampled_from([None, ".", ","]),
    skip_rows=st.none() | st.integers(0, 3),
    header_rows=st.none() | st.integers(0, 3),
    time_unit=st.sampled_from([None, "s", "ns", "steps"]),
)
ROLES = st.just(Roles()) | st.builds(
    Roles,
    time=st.sampled_from([None, "date", "load"]),
    id=st.sampled_from([None, "load", "load,rain"]),
    written=WRITTEN,
)


def tried(raw: bytes, roles: Roles) -> Source | None:
    """A file read and audited, None where it was refused; an error that the user cannot mend is a bug."""
    try:
        read = _described(read_delimited(raw, "rows.csv", roles), roles)
        audit(read.data, read.columns)
    except TsrnnError as problem:
        assert str(problem)
        return None
    return read


def rows_in(raw: bytes, header: str) -> int:
    """How many lines with something in them are not the header."""
    lines = [line for line in re.split("[\r\n]", raw.decode("utf-8-sig")) if line.strip(",;|\t ")]
    names = [int(number) for number in re.findall(r"\d+", header)] or [1, 0]
    return len(lines) - (names[-1] - names[0] + 1)


@settings(max_examples=settings().max_examples // 2)
@given(tables(), ROLES)
@example(b"date,load\n2024-01-01,1\n", Roles())
def test_a_spoilt_table_is_read_or_refused_and_loses_no_row_in_silence(raw: bytes, roles: Roles) -> None:
    read = tried(raw, roles)
    if read is not None and read.facts["encoding"] == "utf-8" and b'"' not in raw and not roles.written.skip_rows:
        assert read.facts["left out"] or len(read.data) == rows_in(raw, read.facts["header"])


@given(
    st.binary(max_size=80), st.sampled_from([b"", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\x00", b"\xff\xfe", b"date,load\n"])
)
@example(gzip.compress(b"date,load\n2024-01-01,1\n"), b"")
def test_any_bytes_are_read_or_refused(raw: bytes, start: bytes) -> None:
    tried(start + raw, Roles())


@settings(max_examples=settings().max_examples // 8)
@given(tables() | st.binary(max_size=60))
def test_the_command_ends_with_an_answer_or_one_line(raw: bytes) -> None:
    said = tsrnn("audit", "-", stdin=raw)
    assert said.code == 0 or said.mistake
