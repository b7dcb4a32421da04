"""Every kind of index, and rows that are short, long, broken or wild."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.report import sample
from tests.report.page import Element, read
from tsrnn.report.contents import Contents
from tsrnn.report.html import to_html
from tsrnn.report.markdown import to_markdown
from tsrnn.report.words import DASH

TWO = ("gru", "arima")


def report(index: pd.Index, **options: int) -> Element:
    series = pd.Series(sample.actual_values(index, 1), index)
    made = sample.contents(
        {"a": series}, models=TWO, levels=(80,), folds=options.get("folds", 2), horizon=options.get("horizon", 4)
    )
    return read(to_html(made))


def captions(tree: Element) -> list[str]:
    return [figure.one("figcaption").one("strong").text for figure in tree.one("section", id="forecasts").all("figure")]


@pytest.mark.parametrize(
    ("index", "cutoff", "label"),
    [
        (pd.date_range("2024-01-01", periods=40, freq="D"), "2024-02-05", "29 Jan"),
        (pd.date_range("2024-01-01", periods=40, freq="D").as_unit("s"), "2024-02-05", "29 Jan"),
        (pd.date_range("2023-10-28", periods=40, freq="h", tz="Europe/Paris"), "2023-10-29 10:00+01:00", "06:00"),
        (
            pd.date_range("2024-03-01 09:30", periods=40, freq="15min", tz="Asia/Seoul"),
            "2024-03-01 18:15+09:00",
            "17:00",
        ),
        (pd.date_range("2024-01-01", periods=40, freq="10s"), "2024-01-01 00:05:50", "00:05"),
        (pd.date_range("1700-01-31", periods=40, freq="ME"), "1702-12-31", "Apr 1702"),
        (pd.date_range("0900-01-01", periods=40, freq="YS", unit="s"), "0935-01-01", "930"),
        (pd.period_range("2020-01", periods=40, freq="M"), "2022-12", "2022-07"),
        (pd.period_range("2020-01-06", periods=40, freq="W"), "2020-09-07", None),
        (pd.period_range("2000Q1", periods=40, freq="Q"), "2008Q4", None),
        (pd.RangeIndex(100, 140), "135", "130"),
        (pd.Index([f"week {number:02}" for number in range(40)]), "week 35", "week 30"),
    ],
    ids=lambda value: str(getattr(value, "dtype", value)),
)
def test_every_index_is_named_and_drawn(index: pd.Index, cutoff: str, label: str | None) -> None:
    tree = report(index)
    assert captions(tree)[-1] == f"Fold 2, cutoff {cutoff}"
    texts = [text.text for text in tree.one("section", id="forecasts").all("figure")[-1].all("text")]
    labels = texts[: texts.index("data units")]
    assert len(labels) >= 4, "ticks on both axes"
    assert label is None or label in labels


def test_a_horizon_of_one_and_a_single_fold_are_drawn() -> None:
    tree = report(pd.date_range("2024-01-01", periods=40, freq="D"), folds=1, horizon=1)
    assert len(tree.all("figure")) == 2 + 1 + 1 + 1


def test_missing_values_show_as_a_dash_and_leave_the_scores_of_the_rest() -> None:
    made = sample.small()
    rows = made.rows.copy()
    rows.loc[rows["step"] == 2, "actual"] = np.nan
    rows.loc[rows["model"] == "arima", ["forecast", "lo-80", "hi-80"]] = np.nan
    tree = read(to_html(replace(made, rows=rows, by_series=pd.DataFrame(), by_fold=pd.DataFrame())))
    table = tree.one("section", id="forecasts").all("figure")[0].one("table")
    place = [head.text for head in table.one("thead").all("th")].index("arima")
    shown = [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in table.one("tbody").all("tr")]
    assert shown[1][2] == DASH and DASH not in (shown[0][2], shown[2][2])
    assert {row[place] for row in shown} == {DASH}
    gru = rows[rows["model"] == "gru"].dropna(subset="actual")
    stable = tree.one("section", id="folds").one("div", **{"class": "beside"}).one("tbody").all("tr")
    (mine,) = [row for row in stable if row.one("th").text == "gru"]
    assert float(mine.all("td")[0].text) == pytest.approx(
        float((gru["actual"] - gru["forecast"]).abs().mean()), rel=0.01
    )


def test_one_wild_forecast_does_not_flatten_the_chart_and_is_mentioned() -> None:
    made = sample.small()
    rows = made.rows.copy()
    rows.loc[rows.index[-1], "forecast"] = 1e9
    rows.loc[rows.index[-2], "forecast"] = np.inf
    figure = read(to_html(replace(made, rows=rows))).one("section", id="forecasts").all("figure")[0]
    assert "outside the frame" in figure.one("figcaption").text
    ticks = [text.text for text in figure.all("text")]
    assert not [text for text in ticks if text.endswith(("M", "bn"))]
    assert "\u221e" in figure.one("table").text


def test_nothing_known_at_all_is_still_a_page() -> None:
    made = sample.small()
    blank = made.rows.assign(actual=np.nan, forecast=np.nan, **{"lo-80": np.nan, "hi-80": np.nan})
    past = made.history.assign(actual=np.nan)
    tree = read(to_html(replace(made, rows=blank, history=past, by_series=pd.DataFrame(), by_fold=pd.DataFrame())))
    assert captions(tree) == ["Fold 1, cutoff 1975-06-14"]


@pytest.mark.slow
def test_long_lines_are_thinned_and_long_tables_cut() -> None:
    index = pd.date_range("2020-01-01", periods=30_000, freq="h")
    series = pd.Series(sample.actual_values(index, 1), index)
    page = to_html(sample.contents({"a": series}, models=TWO, folds=1, horizon=5_000, levels=(80,)))
    tree = read(page)
    points = [path.attributes["d"].count("L") for path in tree.all("path") if "d" in path.attributes]
    assert max(points) <= 2100, "a band has two sides of a thousand points"
    assert "The first 200 of 5,000 rows." in tree.text
    assert len(page) < 600_000


def test_series_with_their_own_cutoffs_share_folds_counted_from_the_newest() -> None:
    made = sample.small()
    late = made.rows.assign(series="b", cutoff=made.rows["cutoff"] + pd.Timedelta(days=3))
    both = replace(made, rows=pd.concat([made.rows, late], ignore_index=True), by_series=pd.DataFrame())
    figure = read(to_html(both)).one("section", id="folds").one("figure")
    assert len(figure.one("tbody").all("tr")) == 1


@pytest.mark.parametrize("kind", [str, object, "category"])
def test_names_may_be_text_objects_categories_or_numbers(kind: object) -> None:
    made = sample.small()
    rows = made.rows.assign(model=made.rows["model"].astype(kind), series=pd.Series(7, made.rows.index))  # type: ignore[call-overload]
    tree = read(to_html(replace(made, rows=rows, by_series=pd.DataFrame())))
    assert tree.one("section", id="forecasts").all("h3")[0].text == "7"


def test_more_models_than_colours_differ_by_dash_or_marker() -> None:
    index = pd.date_range("2024-01-01", periods=40, freq="D")
    names = tuple(f"model {number}" for number in range(12))
    made: Contents = sample.contents(
        {"a": pd.Series(sample.actual_values(index, 1), index)}, models=names, levels=(), folds=1
    )
    legend = read(to_html(replace(made, history=pd.DataFrame()))).one("section", id="steps").one("ul")
    looks = set()
    for item in legend.all("li"):
        swatch = item.one("svg")
        line = swatch.all("path")[0]
        shape = swatch.one("g").all()[0]
        looks.add((swatch.attributes["class"], line.attributes.get("stroke-dasharray"), str(shape.attributes)))
    assert len(looks) == 12


def test_markdown_holds_verdict_leaderboard_and_command() -> None:
    made = sample.small()
    text = to_markdown(made)
    lines = text.splitlines()
    assert lines[0] == "# " + made.title
    table = [line for line in lines if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1 and len(table) == 2 + len(made.leaderboard)
    assert f"**{made.leaderboard['mase'].iloc[0]:.3f}**" in table[2]
    assert f"```\n{made.command}\n```" in text


def test_markdown_names_can_neither_break_the_table_nor_become_markup() -> None:
    made = sample.renamed(sample.small(), "a", "a|b\n<img> `c` [d](https://e.org) @f *g* _h_ $i$ \\")
    made = replace(made, title="1. x\n# y", command="echo ```")
    text = to_markdown(made)
    (row,) = [line for line in text.splitlines() if line.startswith(r"| a\|b &lt;img>")]
    cells = re.split(r"(?<!\\)\|", row)
    assert len(cells) == len(re.split(r"(?<!\\)\|", text.splitlines()[5]))
    assert r"\`c\` \[d\](https<!-- -->://e.org) @<!-- -->f \*g\* \_h\_ \$i\$ \\" in row
    assert text.startswith("# 1\\. x # y\n") and "````\necho ```\n````" in text
