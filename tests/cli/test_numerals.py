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


def sales(cells: str, mark: str = ";", day: str = "{:02d}.01.2024", decimal: str | None = None) -> list[float]:
    """One column of numbers beside days, the last of which tells day from month."""
    rows = "".join(f"{day.format(number)}{mark}{cell}\n" for number, cell in enumerate(cells.split(), 10))
    roles = Roles(target="y", written=Written(decimal=decimal))
    return read_delimited(f"date{mark}y\n{rows}".encode(), "rows.csv", roles).frame["y"].tolist()


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("cells", ["1.100 2.101 3.102 4.103", "950 -1.100 2.101 NA 3.102"])
def test_points_that_may_group_thousands_are_refused(cells: str, mark: str) -> None:
    with pytest.raises(TsrnnError, match=r"say --decimal , where the point groups thousands, or --decimal \. where"):
        sales(cells, mark)
    assert sales(cells, mark, decimal=",")[1] == 1000 * sales(cells, mark, decimal=".")[1]
    for plain in ("0.500", "1.5", "1.2345"):
        assert sales(f"{cells} {plain}", mark)[-1] == float(plain)  # where this is no thousand, none is
    assert sales(f"{cells} 1,5", mark)[-2:] == [sales(cells, mark, decimal=",")[-1], 1.5]


def test_three_decimals_where_nothing_is_german_are_no_thousands() -> None:
    cells, wanted = "1.250 2.250 3.250 4.250", [1.25, 2.25, 3.25, 4.25]
    assert sales(cells, ",", "2024-01-{:02d}") == sales(cells, "\t", "2024-01-{:02d}") == sales(cells, ",") == wanted
    assert sales("1.250 2.250", ";", "2024-01-{:02d}") == wanted[:2]  # too few to tell


def test_a_sign_that_was_told_reads_no_other() -> None:
    assert values("1,5 2.5 3,5 4,5", ",")[0] == [1.5, "2.5", 3.5, 4.5]  # which the library names
    assert values("1.5 2,5 3.5 4.5", ".")[0] == [1.5, "2,5", 3.5, 4.5]
    assert values("1.234 5", ",")[0] == [1234, 5]


def test_missing_cells_among_grouped_numbers_stay_missing() -> None:
    found, _ = values("1.234,5 NA nan 7")
    assert np.array_equal(found, [1234.5, np.nan, np.nan, 7], equal_nan=True)
