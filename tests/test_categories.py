"""Categorical columns: a column for each value seen in `fit`, in every part and shape, and what others become."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.frames import LONG, PROMO, ZEROS, daily, long, wide
from tsrnn.ahead import known_ahead, slice_ahead
from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn.frame import read

# Every shape and part


def test_each_value_becomes_a_column_in_sorted_order_beside_the_numbers() -> None:
    data = daily(["b", "a", "c", "a"], warm=[1.0, 2.0, 3.0, 4.0])
    panel = read(data, Columns(target="y", future=["warm", "promo"], categorical="promo", calendar=["weekday"]))
    assert panel.layout.seen == (("a", "b", "c"),)
    assert panel.future.shape == (4, 1 + 3 + 2)
    assert panel.future[:, :4].tolist() == [[1, 0, 1, 0], [2, 1, 0, 0], [3, 0, 0, 1], [4, 1, 0, 0]]


@pytest.mark.parametrize("part", ["past", "future"])
@pytest.mark.parametrize("joint", [False, True])
def test_a_wide_frame_s_categories_belong_to_each_of_its_series(part: str, joint: bool) -> None:
    data = wide().assign(kind=["x", "z", "y"] * 4)
    roles: dict[str, Any] = {part: "kind", "categorical": "kind", "joint": joint}
    panel = read(data, Columns(**roles))
    array = getattr(panel, part)
    assert array.shape == (12 if joint else 36, 3)
    for series in range(len(panel.names)):
        assert array[panel.rows(series)][:3].tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_a_long_frame_has_categories_in_every_part_in_its_own_order() -> None:
    data = long()
    data = data.assign(
        sky=np.where(np.arange(len(data)) % 2, "clear", "grey"),
        open=np.arange(len(data)) % 3 > 0,
        town=data["meter"].map({"m2": "Ulm", "m10": "Bonn", "m1": "Ulm"}),
    )
    roles = replace(LONG, past="sky", future="open", static="town", categorical=["town", "sky", "open"])
    panel = read(data.sample(frac=1, random_state=0), roles)
    assert panel.layout.seen == (("Bonn", "Ulm"), ("clear", "grey"), (False, True))
    assert panel.static.tolist() == [[0, 1], [1, 0], [0, 1]]  # m1, m10, m2
    rows = data[data["meter"] == "m10"]
    assert panel.past[panel.rows(1)].tolist() == [
        [float(sky == name) for name in ("clear", "grey")] for sky in rows.sky
    ]
    assert panel.future[panel.rows(1), 1].tolist() == rows["open"].astype(float).tolist()


def test_a_static_category_that_varies_within_a_series_is_named() -> None:
    data = long().assign(town=lambda rows: np.where(rows.index == 5, "Ulm", "Bonn"), size=1.0)
    with pytest.raises(ColumnError, match="static column 'town' varies within series 'm2'"):
        read(data, replace(LONG, static=["size", "town"], categorical="town"))


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        (["b", None, "a", np.nan], ("a", "b", None)),
        ([3, 1, 3, 2], (1, 2, 3)),
        ([3, 1, None, 2], (1, 2, 3, None)),  # pandas makes floats of these
        (pd.array([10, 9, None, 10], "Int64"), (9, 10, None)),
        ([True, False, True, True], (False, True)),
        (pd.array([True, None, False, True], "boolean"), (False, True, None)),
        (pd.Categorical(["m", "l", "m", "s"], ["s", "m", "l", "xl"], ordered=True), ("l", "m", "s")),
        (pd.Categorical([2, 1, None, 2], [9, 2, 1]), (1, 2, None)),
        (pd.array(["ü", "", "ü", "z"], "string"), ("", "z", "ü")),
        (np.array(["a", "a", "a", "a"], object), ("a",)),
        ([None] * 4, (None,)),
    ],
)
def test_categories_of_every_type_are_learned_sorted_a_missing_one_last(values: Any, seen: tuple[Any, ...]) -> None:
    panel = read(daily([0] * 4).assign(promo=values), PROMO)
    assert panel.layout.seen == (seen,)
    assert [type(value) for value in panel.layout.seen[0]] == [type(value) for value in seen]
    assert panel.future.sum(axis=1).tolist() == [1.0] * 4
    told = [None if pd.isna(value) else value for value in pd.Series(values, dtype=object)]
    assert [seen[place] for place in panel.future.argmax(axis=1)] == told


# What is refused


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, 2.5, 3, 4], ("future column 'promo' holds a float: '2.5' at 2024-01-02", ".astype(str)")),
        (pd.interval_range(0, 4), ("holds a Interval: '(0, 1]' at 2024-01-01",)),
        ([["a"], "b", "c", "d"], ("holds a list: \"['a']\" at 2024-01-01",)),
        (["a", "b", 1, "c"], ("mixes text and whole numbers: 'a', and 1 at 2024-01-03", "one type")),
        ([1, True, 1, 0], ("mixes whole numbers and truth values: 1, and True at 2024-01-02",)),
    ],
)
def test_what_is_no_category_is_named(values: Any, words: tuple[str, ...]) -> None:
    data = daily([0] * 4)
    data["promo"] = pd.Series(list(values), data.index, dtype=object if isinstance(values[0], list) else None)
    if isinstance(values, list) and True in values and 1 in values:
        data["promo"] = pd.Series(values, data.index, dtype=object)
    with pytest.raises(ColumnError) as caught:
        read(data, PROMO)
    for word in words:
        assert word in str(caught.value)


def test_the_row_of_a_long_frame_that_is_no_category_is_named_with_its_series() -> None:
    data = long().assign(sky=pd.Series(["clear"] * 80, dtype=object))
    data.loc[33, "sky"] = 4
    with pytest.raises(
        ColumnError, match=r"mixes text and whole numbers: 'clear', and 4 at .* of series 'm10'"
    ) as caught:
        read(data, replace(LONG, past="sky", categorical="sky"))
    assert (caught.value.column, caught.value.series, caught.value.time) == ("sky", "m10", data.loc[33, "ts"])


def test_more_values_than_a_network_should_have_inputs_for_are_refused() -> None:
    read(daily(list(range(200))), PROMO)
    with pytest.raises(SettingError, match=r"'promo' has 201 values, at most 200; group the rare ones"):
        read(daily(list(range(201))), PROMO)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"target": "y", "categorical": "promo"}, "'promo' is categorical, but plays no part: name it in past, future"),
        ({"target": "y", "past": "p", "categorical": ["p", "y"]}, "'y' is categorical, but plays no part"),
        ({"past": "p", "categorical": ["p", "p"]}, r"'p' is named twice in Columns\(categorical=…\)"),
        ({"past": "p", "categorical": {"p"}}, "no order"),
    ],
)
def test_categorical_columns_must_play_a_part_once(roles: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Columns(**roles)


@pytest.mark.parametrize("part", ["past", "future"])
def test_text_that_nobody_called_categories_is_refused_with_the_way_out(part: str) -> None:
    roles: dict[str, Any] = {"target": "y", part: "promo"}
    with pytest.raises(
        ColumnError, match=rf"{part} column 'promo' holds text: 'a' at 2024-01-01.*categorical=\['promo'\]"
    ):
        read(daily(["a", "b", "a"]), Columns(**roles))


# Later rows


def test_later_rows_are_read_in_terms_of_the_first_ones() -> None:
    first = read(daily(["a", "b", "c"]), PROMO)
    later = read(daily(["c", "a", "a", "a"]), PROMO, like=first.layout)
    assert later.layout.seen == first.layout.seen
    assert later.future.tolist() == [[0, 0, 1], [1, 0, 0], [1, 0, 0], [1, 0, 0]]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", "d"], r"future column 'promo' holds 'd' at 2024-01-02 00:00:00, which it never did in the rows fitted "
                     r"\('a', 'b'\); write one of these, fit again with rows that have it, or allow Repairs"),
        (["a", None], r"future column 'promo' is empty at 2024-01-02 00:00:00, which it never did"),
    ],
)  # fmt: skip
def test_a_category_that_was_never_fitted_is_named(values: list[Any], message: str) -> None:
    first = read(daily(["a", "b", "a"]), PROMO)
    with pytest.raises(ColumnError, match=message):
        read(daily(values), PROMO, like=first.layout)


def test_a_category_of_another_type_is_not_the_same() -> None:
    first = read(daily([1, 2, 1]), PROMO)
    for values in (["1", "2"], [True, True]):
        with pytest.raises(
            ColumnError, match=r"at 2024-01-01 00:00:00(, but was fitted with 1, 2; make it|, which it)"
        ):
            read(daily(values), PROMO, like=first.layout)
    assert read(daily([1.0, 2.0]), PROMO, like=first.layout).future.tolist() == [[1, 0], [0, 1]]


def test_an_unseen_category_is_none_of_those_known_where_that_is_allowed() -> None:
    first = read(daily(["a", "b", "a"]), PROMO, ZEROS)
    assert read(daily(["d", "b"]), PROMO, like=first.layout).future.tolist() == [[0, 0], [0, 1]]
    ahead = pd.DataFrame({"promo": ["b", "new"]}, pd.date_range("2024-01-04", periods=2))
    assert known_ahead(first, 2, ahead).tolist() == [[[0, 1], [0, 0]]]


def test_the_future_frame_has_categories_of_any_type_and_in_any_order() -> None:
    data = long().assign(kind=lambda rows: np.where(rows.index % 2, "odd", "even"))
    panel = read(data, replace(LONG, future="kind", categorical="kind"))
    parts = []
    for name, start in (("m2", "2024-01-02 06:00"), ("m10", "2024-01-03"), ("m1", "2024-01-02 02:00")):
        stamps = pd.date_range(start, periods=3, freq="h")
        parts.append(pd.DataFrame({"ts": stamps, "meter": name, "kind": ["odd", "even", "even"]}))
    future = pd.concat(parts, ignore_index=True).iloc[::-1]
    assert known_ahead(panel, 3, future).tolist() == [[[0, 1], [1, 0], [1, 0]]] * 3
    assert known_ahead(panel, 3, future.astype({"kind": "category"})).tolist() == [[[0, 1], [1, 0], [1, 0]]] * 3
    future.loc[future.index[1], "kind"] = "neither"
    with pytest.raises(ColumnError, match="holds 'neither' at 2024-01-02 03:00:00 of series 'm1', which it never did"):
        known_ahead(panel, 3, future)


def test_a_missing_category_ahead_is_a_hole_unless_it_was_one_in_the_rows_fitted() -> None:
    ahead = pd.DataFrame({"promo": [None, "a"]}, pd.date_range("2024-01-04", periods=2))
    assert known_ahead(read(daily(["a", None, "a"]), PROMO), 2, ahead).tolist() == [[[0, 1], [1, 0]]]
    with pytest.raises(ColumnError, match="future column 'promo' is empty at 2024-01-04"):
        known_ahead(read(daily(["a", "b", "a"]), PROMO), 2, ahead)


@pytest.mark.parametrize("values", [["a", None, "b"], [True, False, None], [3, 1, 2]])
def test_the_rows_after_a_cut_are_the_future_of_the_cut_panel(values: list[Any]) -> None:
    roles = Columns(target="y", future=["n", "promo"], categorical="promo", holidays="DE")
    whole = read(daily(values * 4, n=range(12)), roles)
    stops = np.array([8])
    ahead = slice_ahead(whole, stops, 4)
    assert ahead is not None
    assert ahead["promo"].tolist() == (values * 4)[8:]
    assert np.array_equal(known_ahead(whole.cut(stops), 4, ahead)[0], whole.future[8:])


# A panel read once and cut


def test_a_panel_learns_the_categories_of_its_own_rows_and_forgets_those_cut_off() -> None:
    data = daily(["b", "a", "a", "c"], kind=[1, 2, 3, 1]).assign(warm=[1.0, 2.0, 3.0, 4.0])
    roles = Columns(
        target="y", past="kind", future=["promo", "warm"], categorical=["promo", "kind"], calendar="weekday"
    )
    whole = read(data, roles)
    assert read(whole) is whole
    for stop in (2, 3):
        again, straight = read(whole.cut(np.array([stop]))), read(data[:stop], roles)
        assert again.layout.seen == straight.layout.seen
        for part in ("past", "future", "static"):
            assert np.array_equal(getattr(again, part), getattr(straight, part))


def test_a_panel_follows_the_categories_of_another_or_is_refused() -> None:
    whole = read(daily(["b", "a", "a", "c"]), PROMO)
    first = read(whole.cut(np.array([3]))).layout
    assert read(whole.cut(np.array([3])), like=first).future.tolist() == [[0, 1], [1, 0], [1, 0]]
    with pytest.raises(
        ColumnError, match="future column 'promo' holds 'c' at 2024-01-04 00:00:00 of series 'y', which"
    ):
        read(whole, like=first)
    assert read(whole, like=replace(first, unseen="zeros")).future[3].tolist() == [0, 0]
    with pytest.raises(DataError, match=r"the history has the categorical columns \[\], but .* fitted on \['promo'\]"):
        read(read(daily([1, 2, 3]), replace(PROMO, categorical=())), like=first)


def test_static_categories_of_other_series_are_followed_too() -> None:
    data = long().assign(town=lambda rows: rows["meter"].map({"m2": "Ulm", "m10": "Bonn", "m1": "Ulm"}))
    roles = replace(LONG, static="town", categorical="town")
    known = read(data[data["meter"] != "m10"], roles).layout
    assert known.seen == (("Ulm",),)
    for later in (data, read(data, roles)):
        with pytest.raises(
            ColumnError, match=r"static column 'town' holds 'Bonn' at .* of series 'm10', which it never"
        ):
            read(later, roles, like=known)
