"""What the tests found, as the report shows it: numbers as they were found, words no bolder than the tests."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report import sample
from tests.report.page import Element, read
from tsrnn.report.contents import Contents
from tsrnn.report.digits import chance, per_cent, span
from tsrnn.report.html import to_html
from tsrnn.report.significance import significance_words

PARTS = ("coverage", "residuals", "significance", "honesty")


@pytest.fixture(scope="module")
def daily() -> Contents:
    return sample.daily()


@pytest.fixture(scope="module")
def tree(daily: Contents) -> Element:
    return read(to_html(daily))


def body(table: Element) -> list[list[str]]:
    """The texts of a table's rows, a cell's lines apart."""
    return [
        [" / ".join(part for part in parts_of(cell) if part) for cell in row.all() if cell.tag in ("th", "td")]
        for row in table.one("tbody").all("tr")
    ]


def parts_of(cell: Element) -> list[str]:
    small = [child.text for child in cell.all("small")]
    whole = cell.text
    for text in small:
        whole = whole.replace(text, "")
    return [whole, *small]


def sentences(tree: Element, section: str) -> list[str]:
    return [item.text for item in tree.one("section", id=section).one("ul", **{"class": "found"}).all("li")]


def by_model(frame: pd.DataFrame) -> dict[str, dict[Hashable, Any]]:
    return {row["model"]: row for row in frame.to_dict("records")}


def table(tree: Element, label: str) -> list[list[str]]:
    found = [one for one in tree.all("table") if one.one("caption").text == label]
    assert len(found) == 1, label
    return body(found[0])


def test_every_two_models_stand_once_in_the_matrix_and_in_the_list(daily: Contents, tree: Element) -> None:
    pairs = daily.checks.pairs
    order = [pairs["model"].iloc[0], *pairs.loc[pairs["model"] == pairs["model"].iloc[0], "baseline"]]
    matrix = table(tree, "Every two models")
    assert [row[0] for row in matrix] == order[:-1]
    for row in pairs.to_dict("records"):
        cell = matrix[order.index(row["model"])][order.index(row["baseline"])]
        shown, ends, luck = cell.split(" / ")
        assert shown == per_cent(row["skill"]) and ends == span(row["skill-lo-95"], row["skill-hi-95"], 0)
        assert luck == chance(row["p-holm"]) + (f" ({row['finding']})" if row["finding"] == "better" else "")
    assert len(table(tree, "Tests of every two models")) == len(pairs)
    assert [row[-1] for row in table(tree, "Tests of every two models")] == list(pairs["finding"])


def test_better_is_said_only_where_the_corrected_test_says_it(daily: Contents) -> None:
    pairs = daily.checks.pairs.assign(finding="no significant difference")
    words = significance_words(replace(daily.checks, pairs=pairs))
    assert words == ["No two models can be told apart: of 3 pairs no lead is more than luck."]
    few = significance_words(replace(daily.checks, pairs=pairs.assign(finding="too few folds to tell")))
    assert few == ["There are too few folds to tell any two models apart: 3 that share no rows are the least."]
    one = pairs.assign(finding=["better", *["no significant difference"] * 2], skill=0.25)
    one["p-holm"] = 0.031
    (said,) = significance_words(replace(daily.checks, pairs=one))
    assert said == f"{one['model'][0]} is better than {one['baseline'][0]}: its error is 25\u00a0% lower, p = 0.031."


def test_skill_on_the_leaderboard_has_its_interval(daily: Contents, tree: Element) -> None:
    skills = by_model(daily.checks.skills)
    rows = {row[0]: row for row in table(tree, "Leaderboard")}
    for model in ("gru", "lstm"):
        (cell,) = [cell for cell in rows[model] if "error" in cell]
        ends = span(skills[model]["skill-lo-95"], skills[model]["skill-hi-95"], 0)
        assert cell.split(" / ")[-1] == ends


def test_coverage_stands_in_words_with_its_interval_and_by_step(daily: Contents, tree: Element) -> None:
    found = daily.checks.coverages
    first = str(daily.leaderboard["model"].iloc[0])
    row = by_model(found[found["level"] == 80])[first]
    expected = f"80 % intervals of {first} held {per_cent(row['held'], 0)} of {row['forecasts']} actual values "
    expected += f"(95 % interval of that: {span(row['low'], row['high'])}): {row['finding']}."
    assert expected in sentences(tree, "coverage")
    captions = [one.one("figcaption").one("strong").text for one in tree.one("section", id="coverage").all("figure")]
    assert captions[3:7] == ["Held by level promised"] + [
        f"Held by step, {level}\u00a0% intervals" for level in (50, 80, 95)
    ]
    steps = table(tree, "Held by step, 80\u00a0% intervals")
    known = daily.checks.step_coverages
    mine = known[(known["model"] == first) & (known["level"] == 80)]
    assert [float(row[1]) for row in steps] == pytest.approx(list(100 * mine["held"]), abs=0.06)


def test_places_are_as_they_were_counted(daily: Contents, tree: Element) -> None:
    first = str(daily.leaderboard["model"].iloc[0])
    mine = daily.checks.bins[daily.checks.bins["model"] == first]
    shown = table(tree, f"Where actual values fell, {first}")
    assert [float(row[2]) for row in shown] == pytest.approx(list(100 * mine["share"]), abs=0.06)
    assert shown[0][0] == "0.0 to 2.5\u00a0%"


def test_errors_are_put_in_words(daily: Contents) -> None:
    checks = daily.checks
    first = checks.one_step.assign(order=["follow one another", *["no sign of order"] * 2], shape="near normal")
    lean = checks.biases.assign(finding=["no sign of bias", "too low", "no sign of bias"])
    tree = read(to_html(replace(daily, checks=replace(checks, one_step=first, biases=lean))))
    said = sentences(tree, "residuals")
    assert (
        said[0].startswith(f"{lean['model'][1]} forecasts too low on average: ")
        and "(1 = seasonal naive; 95 %" in said[0]
    )
    assert said[1].startswith("Errors one step ahead follow one another") and said[1].endswith(
        f": {first['model'][0]}."
    )
    assert len(said) == 2
    rows = {row[0]: row for row in table(tree, "What the errors of each model say")}
    assert rows[first["model"][0]][4:6] == ["follow one another", chance(first["p"][0])]


def test_the_last_value_and_directions_are_put_in_words(daily: Contents, tree: Element) -> None:
    found = by_model(daily.checks.against_last)
    first = str(daily.leaderboard["model"].iloc[0])
    assert sentences(tree, "honesty")[0].startswith(
        f"{first} against the last value: error saved {per_cent(found[first]['skill'], 0)} (95 % interval "
    )
    flagged = daily.checks.against_last.assign(finding=["the last value", "nearer to the last value", "lower error"])
    said = sentences(read(to_html(replace(daily, checks=replace(daily.checks, against_last=flagged)))), "honesty")
    names = list(flagged["model"])
    assert f"Nothing but the last value: {names[0]}." in said
    assert f"Lower error than the last value, by the corrected test: {names[2]}." in said
    assert any(text.startswith("Nearer to the last value") and text.endswith(f": {names[1]}.") for text in said)
    ways = by_model(daily.checks.directions)
    for row in table(tree, "Up or down"):
        assert row[1] == per_cent(ways[row[0]]["right"]) and row[-1] == ways[row[0]]["finding"]


def test_many_series_have_mean_ranks() -> None:
    made = sample.tested(sample.many(12, 3, models=sample.MODELS[:3], horizon=4))
    tree = read(to_html(made))
    ranks = made.checks.ranks
    shown = table(tree, "Mean ranks over series")
    assert [row[0] for row in shown] == list(ranks["model"])
    assert [float(row[1]) for row in shown] == pytest.approx(list(ranks["rank"]), abs=0.006)
    assert f"Over 12 series {ranks['model'][0]} has the lowest mean rank" in " ".join(sentences(tree, "significance"))


def test_a_short_backtest_stays_short() -> None:
    tree = read(to_html(sample.tested(sample.weekly())))
    counts = {name: len(tree.one("section", id=name).all("figure")) for name in PARTS}
    assert counts == {"coverage": 2, "residuals": 1, "significance": 0, "honesty": 0}
    assert "There are too few forecasts for a view by step and a histogram of places." in " ".join(
        sentences(tree, "coverage")
    )
    assert sentences(tree, "residuals")[-1].endswith("takes 20 origins of a series to tell.")
    alone = read(to_html(sample.tested(sample.contents(
        {"a": pd.Series(np.arange(60.0), pd.date_range("2024-01-01", periods=60))}, models=("gru",), levels=(), folds=2
    ))))  # fmt: skip
    assert "There is nothing to compare" in alone.one("section", id="significance").text
    assert "too few folds to tell whether errors lean one way" in alone.one("section", id="residuals").text


def test_more_models_than_the_matrix_takes_have_the_list_alone() -> None:
    names = tuple(f"model {number}" for number in range(9))
    times = pd.date_range("2024-01-01", periods=80)
    made = sample.contents({"a": pd.Series(sample.actual_values(times, 1), times)}, models=names, levels=(), horizon=4)
    tree = read(to_html(sample.tested(made)))
    assert len(table(tree, "Tests of every two models")) == 36
    assert "Every two models" not in [one.text for one in tree.all("caption")]
