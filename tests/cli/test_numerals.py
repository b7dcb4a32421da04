"""Numbers as people write them: decimal commas and groups of thousands are told by the file, or refused."""

from __future__ import annotations

import numpy as np
import pytest

from tsrnn.errors import TsrnnError
from tsrnn_cli.delimited import read_delimited
from tsrnn_cli.options import Roles
from tsrnn_cli.written import Written


def values(cells: str, decimal: str | None = None) -> tuple[list[float], str]:
    """Cells of one column as numbers, and what was said of them."""
    rows = "".join(f"2024-01-{day:02d};{cell.replace('_', ' ')}\n" for day, cell in enumerate(cells.split(), 1))
    read = read_delimited(f"date;y\n{rows}".encode(), "rows.csv", Roles(target="y", written=Written(decimal=decimal)))
    return read.frame["y"].tolist(), read.notes[0].removeprefix(f"read {len(cells.split())} rows, separator ';'")


@pytest.mark.parametrize(
    ("cells", "wanted", "said"),
    [
        ("1.5 -2 3e2", [1.5, -2, 300], ""),
        ("1,5 -2,25 3", [1.5, -2.25, 3], ", decimal comma"),
        ("0,123 1,234", [0.123, 1.234], ", decimal comma"),
        ("1.234,5 2.345 6", [1234.5, 2345, 6], ", decimal comma, thousands in groups"),
        ("1.234.567 1.234", [1234567, 1234], ", decimal comma, thousands in groups"),
        ("1,234.5 2,345 6", [1234.5, 2345, 6], ", thousands in groups"),
        ("1,234,567 1,234", [1234567, 1234], ", thousands in groups"),
        ("75,000 0.5", [75000, 0.5], ", thousands in groups"),
        ("1'234.5 5", [1234.5, 5], ", thousands in groups"),
        ("1_234,5 12_345_678", [1234.5, 12345678], ", decimal comma, thousands in groups"),
        ("\u22121.5 2", [-1.5, 2], ""),
    ],
)
def test_signs_are_told_by_the_whole_file(cells: str, wanted: list[float], said: str) -> None:
    assert values(cells) == (wanted, said)


def test_what_may_be_a_thousand_or_little_more_than_one_is_refused() -> None:
    for cells, words in (
        ("1,234 2,345", "holds '1,234'"),
        ("1,5 2.5", "holds '1,5' and '2.5'"),
        ("1,5 1,234.5", "'1,234.5'"),
    ):
        with pytest.raises(TsrnnError, match="--decimal") as caught:
            values(cells)
        assert words in str(caught.value)
    assert values("1,234 2,345", ".")[0] == [1234, 2345]
    assert values("1,234 2,345", ",")[0] == [1.234, 2.345]


def test_a_sign_that_was_told_reads_no_other() -> None:
    assert values("1,5 2.5 3,5 4,5", ",")[0] == [1.5, "2.5", 3.5, 4.5]  # which the library names
    assert values("1.5 2,5 3.5 4.5", ".")[0] == [1.5, "2,5", 3.5, 4.5]
    assert values("1.234 5", ",")[0] == [1234, 5]


def test_missing_cells_among_grouped_numbers_stay_missing() -> None:
    found, _ = values("1.234,5 NA nan 7")
    assert np.array_equal(found, [1234.5, np.nan, np.nan, 7], equal_nan=True)
