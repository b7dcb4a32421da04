"""The page of an Evaluation: the same page, tables and charts as the report of a backtest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tsrnn.nlp.evaluation import Evaluation
from tsrnn.report import tables
from tsrnn.report.charts import Chart, error_lines
from tsrnn.report.heat import heat
from tsrnn.report.page import Section, to_page
from tsrnn.report.palette import looks
from tsrnn.report.parts import Part
from tsrnn.report.tables import Head, Table
from tsrnn.report.words import clip

_LINES = ("training", "validation")  # of a learning curve
_MOST_CLASSES, _MOST_TOKENS = 20, 30  # cells of a picture that can still be read
_LONGEST = 400  # columns of a text in a table
# Section → its name, its heading, a line about it.
_SECTIONS = {
    "scores": ("Scores", "Scores", ""),
    "classes": (
        "Classes",
        "By class",
        "Precision: of what was called so, what is so. Recall: of what is so, what was.",
    ),
    "confusion": (
        "Confusion",
        "Confusion",
        "Rows are what is so, columns what was said; the darker, the more of its row.",
    ),
    "errors": ("Errors", "Errors worth reading", "What is wrong, the surest or the worst first."),
    "samples": ("Samples", "Samples", "What it writes; ↵ is the end of a line."),
    "attention": (
        "Attention",
        "What it looked at",
        "How much each token counted; the weights of a token written sum to 1.",
    ),
    "curve": ("Curve", "Learning curve", "The loss after each epoch; those weights are kept that have the lowest."),
}


def page(found: Evaluation, title: str, command: str | None) -> str:
    """The page; parts of which there is nothing are left out."""
    shown = {
        "scores": Part(tables=_tables("All texts together", found.scores)),
        "classes": Part(tables=_tables("Each class", found.classes)),
        "confusion": Part(charts=_confusion(found.confusion)),
        "errors": Part(tables=_tables("Not as it should be", found.errors)),
        "samples": Part(tables=_tables("Some from all over", found.samples)),
        "attention": Part(charts=_attention(found.attention)),
        "curve": Part(charts=_curves(found.curves), legend=True),
    }
    sections = [
        Section(ident, *_SECTIONS[ident], part=part) for ident, part in shown.items() if part.tables or part.charts
    ]
    made = [("command", command)] if command else []
    sections += [
        Section("settings", "Settings", "Settings", pairs=[*found.settings, *made]),
        Section("versions", "Versions", "Seed, time and versions", pairs=found.versions),
    ]
    return to_page(title, found.verdict, sections, legend=_LINES)


def _tables(label: str, frame: pd.DataFrame) -> list[Table]:
    if frame.empty:
        return []
    return [tables.frame(label, frame.map(_shown).rename(columns=lambda name: str(name).replace("_", " ")))]


def _shown(value: Any) -> Any:
    return clip(value.replace("\n", " ↵ "), _LONGEST) if isinstance(value, str) else value


def _confusion(counts: pd.DataFrame) -> list[Chart]:
    if counts.empty:
        return []
    note = ""
    if len(counts) > _MOST_CLASSES:
        most = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:_MOST_CLASSES]
        shown = [name for name in counts.index if name in set(most)]
        note = f"The {_MOST_CLASSES} most frequent of {len(counts)}."
        counts = counts.loc[shown, shown]
    shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    svg = heat("confusion-0", shares, title="Confusion", down="actual", across="predicted", labels=counts.astype(str))
    table = tables.matrix("Confusion", Head("Actual", numeric=False), [str(name) for name in counts.index], counts)
    return [Chart(svg, "Actual against predicted", table, note)]


def _attention(rows: pd.DataFrame) -> list[Chart]:
    if rows.empty:
        return []
    return [_look(f"attention-{number}", own) for number, (_, own) in enumerate(rows.groupby("text", sort=False))]


def _look(ident: str, rows: pd.DataFrame) -> Chart:
    """One text: a row a word and a column a token it looked at; one column alone is laid down its tokens."""
    rows = rows[(rows["place"] < _MOST_TOKENS) & (rows["step"] < _MOST_TOKENS)]
    down, across, labels = ("step", "word"), ("place", "token"), ("written", "read")
    if rows["step"].nunique() == 1:
        down, across, labels = across, down, ("read", "")
    caption = clip(" ".join(rows.drop_duplicates("place").sort_values("place")["token"]), 60)
    table = rows.pivot(index=down[0], columns=across[0], values="weight").fillna(0.0)
    names = [
        rows.drop_duplicates(place).sort_values(place)[word].map(_shown).tolist() for place, word in (down, across)
    ]
    shown = table.set_axis(names[0], axis=0).set_axis(names[1], axis=1)
    svg = heat(ident, shown, title=caption, down=labels[0], across=labels[1], labels=shown.map("{:.2f}".format))
    numbered = table.set_axis([f"{place + 1} {name}" for place, name in enumerate(names[1])], axis=1)
    beside = [f"{place + 1} {name}" for place, name in enumerate(names[0])]
    return Chart(
        svg,
        caption,
        tables.matrix(caption, Head("Token" if labels[1] == "" else "Written", numeric=False), beside, numbered),
    )


def _curves(curves: pd.DataFrame) -> list[Chart]:
    if curves.empty:
        return []
    styles, charts = looks(_LINES), []
    for number, (stage, own) in enumerate(curves.groupby("stage", sort=False)):
        table = own.set_index("epoch")[list(_LINES)].dropna(axis=1, how="all")
        label = f"Loss of {stage}"
        svg = error_lines(f"curve-{number}", table, styles, "loss", "epoch")
        numbers = tables.matrix(label, Head("Epoch"), [str(epoch) for epoch in table.index], table)
        charts.append(Chart(svg, label, numbers))
    return charts
