"""The report's parts: order, numbers, charts with their tables, and what is said where something is not there."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from tests.report import sample
from tests.report.page import Element, read
from tsrnn.errors import DataError
from tsrnn.report.contents import Contents
from tsrnn.report.html import to_html
from tsrnn.report.words import DASH

SECTIONS = (
    "verdict leaderboard steps folds forecasts coverage residuals significance honesty data settings notices reproduce"
).split()


@pytest.fixture(scope="module")
def weekly() -> Contents:
    return sample.weekly()


@pytest.fixture(scope="module")
def tree(weekly: Contents) -> Element:
    return read(to_html(weekly))


@pytest.fixture(scope="module")
def many() -> Contents:
    return sample.many(50, 2)


def cells(row: Element) -> list[Element]:
    return [child for child in row.children if isinstance(child, Element) and child.tag in ("th", "td")]


def test_sections_come_in_order_each_with_its_heading(tree: Element) -> None:
    sections = tree.one("main").all("section")
    assert [section.attributes["id"] for section in sections] == SECTIONS
    for section in sections:
        heading = section.all("h2")[0]
        assert heading.attributes["id"] == section.attributes["aria-labelledby"]
    assert len(tree.all("h1")) == 1
    assert tree.all("a")[0].attributes["href"] == "#main", "the first link skips to the report"
    assert {link.attributes["href"][1:] for link in tree.one("nav").all("a")} <= set(SECTIONS)


def test_the_verdict_and_the_command_stand_as_given(weekly: Contents, tree: Element) -> None:
    assert tree.one("section", id="verdict").one("p").text == weekly.verdict
    assert tree.one("pre").text == weekly.command


def test_numbers_of_the_leaderboard_equal_the_frame(weekly: Contents, tree: Element) -> None:
    board = weekly.leaderboard
    table = tree.one("section", id="leaderboard").all("table")[0]
    order = ["mase", "rmsse", "mae", "rmse", "smape", "bias", "skill-vs-arima", "skill-vs-seasonal-naive"]
    order += ["coverage-80", "width-80", "coverage-95", "width-95", "fit_seconds", "predict_seconds"]
    assert set(order) == set(board.columns) - {"model"}
    rows = table.one("tbody").all("tr")
    assert [cells(row)[0].text for row in rows] == list(board["model"])
    for position, row in enumerate(rows):
        for name, cell in zip(order, cells(row)[1:], strict=True):
            exact = float(board[name].iloc[position])
            if np.isnan(exact):
                assert cell.text == DASH
            else:
                assert float(cell.one("data").attributes["value"]) == exact


def test_texts_of_the_leaderboard_are_rounded_with_units_and_words(weekly: Contents) -> None:
    board = pd.DataFrame(
        {
            "model": ["gru", "arima"],
            "mae": [0.123456, 12.0],
            "skill-vs-arima": [0.1234, 0.0],
            "coverage-80": [0.8049, 0.9],
        }
    ).assign(bias=[-0.5, 0.25], fit_seconds=[1.5, 0.001], note=["new", float("nan")])
    table = read(to_html(replace(weekly, leaderboard=board))).one("section", id="leaderboard").all("table")[0]
    heads = [head.text for head in table.one("thead").all("tr")[1].all("th")]
    expected = [
        "Model",
        "MAEdata units",
        "Biasdata units",
        "vs arimaerror saved",
        "Heldshould be 80 %",
        "note",
        "Fitseconds",
    ]
    assert heads == expected
    shown = [[cell.text.replace("\u00a0", " ") for cell in cells(row)] for row in table.one("tbody").all("tr")]
    assert shown[0] == ["gru", "0.123 best", "\u22120.500", "+12.3 %lower error best", "80.5 % best", "new", "1.50"]
    assert shown[1] == ["arima", "12.000", "0.250 best", DASH + "reference", "90.0 %", DASH, "< 0.01"]


def test_a_single_model_is_not_called_best(weekly: Contents) -> None:
    tree = read(to_html(replace(weekly, leaderboard=weekly.leaderboard.iloc[:1])))
    assert not [cell for cell in tree.all("td") if cell.attributes.get("class") == "best"]


def test_one_series_has_a_chart_per_fold(tree: Element) -> None:
    counts = {name: len(tree.one("section", id=name).all("figure")) for name in SECTIONS}
    assert {name: count for name, count in counts.items() if count} == {
        "steps": 2,
        "forecasts": 3,
        "folds": 1,
        "coverage": 2,
    }


def test_many_series_are_shown_by_overview_then_worst_median_and_best(many: Contents) -> None:
    section = read(to_html(many)).one("section", id="forecasts")
    assert len(section.all("figure")) == 2 + 3 * 2
    best = many.leaderboard["model"].iloc[0]
    errors = many.by_series[many.by_series["model"] == best].set_index("series")["mase"].sort_values(kind="stable")
    shown = [(heading.all("bdi")[0].text, heading.one("small").text) for heading in section.all("h3")[1:]]
    assert [series for series, _ in shown] == [errors.index[-1], errors.index[25], errors.index[0]]
    assert [why.split(" of ")[0] for _, why in shown] == ["the worst", "the median", "the best"]
    overview = section.all("figure")[0].one("table").one("tbody").all("tr")
    assert [cells(row)[0].text for row in overview] == list(errors.index)


@pytest.mark.slow
def test_without_scores_by_series_the_rows_decide(many: Contents) -> None:
    plain = Contents(**{name: value for name, value in vars(many).items() if name not in ("by_series", "by_fold")})
    section = read(to_html(plain)).one("section", id="forecasts")
    rows = many.rows[many.rows["model"] == many.leaderboard["model"].iloc[0]]
    errors = (rows["actual"] - rows["forecast"]).abs().groupby(rows["series"]).mean()
    assert section.all("h3")[1].all("bdi")[0].text == errors.idxmax()
    assert "MAE by fold" in read(to_html(plain)).one("section", id="folds").text


def test_every_chart_is_an_image_with_words_and_a_table(tree: Element) -> None:
    idents = [element.attributes["id"] for element in tree.all() if "id" in element.attributes]
    assert [ident for ident, count in Counter(idents).items() if count > 1] == []
    pointed = [
        element.attributes[name][1:] for element in tree.all() for name in ("href",) if name in element.attributes
    ]
    assert set(pointed) <= set(idents)
    for figure in tree.all("figure"):
        drawing = figure.one("svg")
        assert drawing.attributes["role"] == "img"
        title, description = drawing.attributes["aria-labelledby"].split()
        assert figure.one("title", id=title).text and figure.one("desc", id=description).text
        assert figure.one("details").one("table").one("tbody").all("tr")


def test_text_in_charts_stays_text_and_colours_follow_the_theme(tree: Element) -> None:
    drawing = tree.one("section", id="steps").all("svg", role="img")[0]
    assert "MASE (1 = seasonal naive)" in [text.text for text in drawing.all("text")]
    styles = " ".join(element.attributes.get("style", "") for element in drawing.all())
    assert "var(--m0)" in styles and "currentColor" in styles and "#" not in styles


def test_names_in_charts_are_text_even_where_no_font_has_them(weekly: Contents) -> None:
    tree = read(to_html(sample.renamed(weekly, "수요", "한글모형 $x_{$")))
    names = [text.text for text in tree.one("section", id="coverage").all("text")]
    assert "한글모형 $x_{$" in names


def test_numbers_under_a_forecast_chart_equal_the_rows(weekly: Contents, tree: Element) -> None:
    table = tree.one("section", id="forecasts").all("figure")[0].one("table")
    heads = [head.text for head in table.one("thead").all("th")]
    models = list(weekly.leaderboard["model"])
    assert heads[:3] == ["Step", "Time", "Actual"] and heads[3:7] == models
    first = weekly.rows[weekly.rows["cutoff"] == weekly.rows["cutoff"].min()]
    row = [cell.text for cell in cells(table.one("tbody").all("tr")[11])]
    assert row[:2] == ["12", str(first["time"].max())[:10]]
    for model, shown in zip(models, row[3:7], strict=True):
        mine = first[(first["model"] == model) & (first["step"] == 12)]
        assert float(shown) == pytest.approx(float(mine["forecast"].iloc[0]), abs=0.005)


def test_coverage_counts_the_rows(weekly: Contents, tree: Element) -> None:
    figure = tree.one("section", id="coverage").all("figure")[0]
    rows = {cells(row)[0].text: [cell.text for cell in cells(row)[1:]] for row in figure.one("tbody").all("tr")}
    assert set(rows) == {"gru", "lstm", "arima"}, "seasonal-naive has no intervals"
    mine = weekly.rows[weekly.rows["model"] == "gru"]
    inside = ((mine["actual"] >= mine["lo-80"]) & (mine["actual"] <= mine["hi-80"])).mean()
    assert float(rows["gru"][0]) == pytest.approx(100 * inside, abs=0.05)
    assert rows["gru"][3] == "36"


def test_the_same_contents_give_the_same_bytes_whatever_the_readers_settings(weekly: Contents) -> None:
    plain = to_html(weekly)
    with mpl.rc_context({"text.usetex": True, "lines.linewidth": 9, "axes.facecolor": "red", "svg.fonttype": "path"}):
        before = dict(mpl.rcParams)
        assert to_html(sample.weekly()) == plain
        assert dict(mpl.rcParams) == before


@pytest.mark.slow
def test_a_hundred_series_five_models_and_ten_folds_stay_small() -> None:
    page = to_html(sample.tested(sample.many(100, 10)))
    assert len(page.encode("utf-8")) <= 1_500_000


def test_missing_parts_are_said_to_be_missing(weekly: Contents) -> None:
    nothing = pd.DataFrame()
    board = weekly.leaderboard[["model", "mae"]].assign(mae=np.nan)
    contents = Contents(
        title="empty",
        verdict="Nothing ran.",
        leaderboard=board,
        by_step=nothing,
        rows=nothing,
        history=nothing,
        card=[],
        audit=nothing,
        settings=[],
        versions=[],
        notices=nothing,
        command="",
    )
    tree = read(to_html(contents))
    assert tree.all("figure") == []
    said = [paragraph.text for paragraph in tree.all("p") if paragraph.attributes.get("class") == "none"]
    assert said == [
        "There are no errors by step.",
        "There are no folds to show.",
        "There are no forecasts to show.",
        "No intervals were forecast; ask for levels to see how far they can be trusted.",
        "The errors were not tested.",
        "There is nothing to compare: one model was run, or none was tested.",
        "The forecasts were not compared with the last known value.",
        "The data were not described.",
        "The audit found nothing.",
        "No settings were given.",
        "No versions were given.",
        "No warnings were raised.",
    ]


def test_no_levels_no_arima_and_no_history_leave_the_rest() -> None:
    times = pd.date_range("2024-01-01", periods=60, freq="D")
    full = sample.contents({"a": pd.Series(np.arange(60.0), times)}, models=("gru", "naive"), levels=())
    tree = read(to_html(replace(full, history=pd.DataFrame())))
    assert len(tree.all("figure")) == 1 + 3 + 1
    assert "vs arima" not in tree.text


@pytest.mark.slow
def test_drawing_needs_no_pyplot_and_no_networks_library() -> None:
    code = (
        "import sys; from tests.report import sample; from tsrnn.report.html import to_html; to_html(sample.weekly());"
        "print(sorted({'matplotlib.pyplot', 'torch', 'sklearn', 'statsmodels'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "frame", "message"),
    [
        ("leaderboard", pd.DataFrame(), "leaderboard has no rows"),
        ("leaderboard", pd.DataFrame({"mae": [1.0]}), "leaderboard has no column model"),
        (
            "rows",
            pd.DataFrame({"model": ["gru"], "series": ["a"]}),
            "rows has no column cutoff, step, time",
        ),
        ("by_step", pd.DataFrame({"model": ["gru"]}), "by_step has no column step"),
        ("history", pd.DataFrame({"time": [1]}), "history has no column series, actual"),
        ("leaderboard", pd.DataFrame({"model": ["gru"], "coverage-80": [81.0]}), "coverage-80 holds 81"),
    ],
)
def test_wrong_contents_are_refused_with_what_is_missing(
    name: str, frame: pd.DataFrame, message: str, weekly: Contents
) -> None:
    with pytest.raises(DataError, match=message):
        Contents(**{**vars(weekly), name: frame})
