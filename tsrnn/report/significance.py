"""Significance in the report: every two models, whether the lead could be luck, and mean ranks over many series."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from tsrnn.report import charts, tables
from tsrnn.report.charts import Chart
from tsrnn.report.checks import Checks
from tsrnn.report.digits import chance, one, per_cent, span
from tsrnn.report.palette import Look
from tsrnn.report.parts import Part, named
from tsrnn.report.tables import MOST_ROWS, Cell, Head, Table, cut
from tsrnn.report.words import DASH, listing

_MOST = 8  # models in the matrix; more have the list alone
_CLEAR = ("better", "worse")


def significance(checks: Checks, styles: Mapping[str, Look]) -> Part:
    """The section's sentences, charts and tables; nothing of a single model."""
    pairs = checks.pairs
    if pairs.empty:
        return Part()
    pairs = pairs.assign(model=pairs["model"].astype(str), baseline=pairs["baseline"].astype(str))
    said, drawn = significance_words(checks), _ranks(checks.ranks, styles)
    if pairs["model"].nunique() + 1 > _MOST:
        return Part(said, drawn, [_list(pairs)])
    return Part(said, drawn, [_matrix(pairs)], more=[_list(pairs)])


def significance_words(checks: Checks) -> list[str]:
    """Who is better than whom, and who is first over many series, in sentences."""
    pairs, ranks = checks.pairs, checks.ranks
    if pairs.empty:
        return []
    count = len(pairs)
    sure = pairs[pairs["finding"].isin(_CLEAR)]
    said = []
    for row in sure[:5].to_dict("records"):
        said.append(
            f"{row['model']} is {row['finding']} than {row['baseline']}: its error is {per_cent(abs(row['skill']), 0)} "
            f"{'lower' if row['skill'] > 0 else 'higher'}, {chance(row['p-holm'])}."
        )
    if len(sure) > 5:
        said.append(f"{len(sure) - 5} more of the {count} pairs differ; the table has them.")
    few = int((pairs["finding"] == "too few folds to tell").sum())
    if few == count:
        said.append("There are too few folds to tell any two models apart: 3 that share no rows are the least.")
    elif sure.empty:
        said.append(f"No two models can be told apart: of {count} pair{'s' * (count > 1)} no lead is more than luck.")
    if len(ranks):
        near = [str(name) for name in ranks.loc[ranks["near"], "model"]]
        first = str(ranks["model"].iloc[0])
        said.append(
            f"Over {ranks['series'].iloc[0]:,} series {first} has the lowest mean rank, {one(ranks['rank'].iloc[0])}"
            f" ({chance(ranks['p'].iloc[0])}, Friedman)."
        )
        said += named("Not significantly above it", [name for name in near if name != first])
    return said


def _matrix(pairs: pd.DataFrame) -> Table:
    """How much lower the error of the row's model is than that of the column's, models in the order of their error."""
    names = [str(pairs["model"].iloc[0]), *pairs.loc[pairs["model"] == pairs["model"].iloc[0], "baseline"]]
    found = {(row["model"], row["baseline"]): row for row in pairs.to_dict("records")}
    rows = []
    for name in names[:-1]:
        cells = [Cell(name)]
        for other in names[1:]:
            cells.append(_pair(found[name, other]) if (name, other) in found else Cell(DASH, numeric=True))
        rows.append(cells)
    heads = [Head("Error below that of", numeric=False), *(Head(name) for name in names[1:])]
    note = "Coloured: better or worse by the corrected test. Below each number its 95 % interval over folds."
    return Table("Every two models", heads, rows, note=note)


def _pair(row: Mapping[Hashable, object]) -> Cell:
    numbers = {key: float(str(row[key])) for key in ("skill", "skill-lo-95", "skill-hi-95", "p-holm")}
    finding = str(row["finding"])
    more = " ".join(filter(None, [chance(numbers["p-holm"]), f"({finding})" if finding in _CLEAR else ""]))
    ends = span(numbers["skill-lo-95"], numbers["skill-hi-95"], 0)
    value = None if np.isnan(numbers["skill"]) else numbers["skill"]
    return Cell(per_cent(numbers["skill"]), True, word=ends, more=more, sure=finding in _CLEAR, value=value)


def _list(pairs: pd.DataFrame) -> Table:
    shown = pairs[:MOST_ROWS]
    rows = [
        [
            Cell(f"{row['model']} / {row['baseline']}"),
            Cell(per_cent(row["skill"]), numeric=True),
            Cell(span(row["skill-lo-95"], row["skill-hi-95"]), numeric=True),
            Cell(f"{row['ahead']} of {row['folds']}", numeric=True),
            Cell(chance(row["p"]), numeric=True),
            Cell(chance(row["p-holm"]), numeric=True),
            Cell(row["finding"]),
        ]
        for row in shown.to_dict("records")
    ]
    heads = [Head("First / second", numeric=False), Head("Error saved"), Head("Error saved", "95 % interval"),
             Head("Ahead", "folds"), Head("Alone"), Head("Corrected", "Holm"),
             Head("Finding", "of the first", numeric=False)]  # fmt: skip
    return Table("Tests of every two models", heads, rows, note=cut(len(pairs)))


def _ranks(ranks: pd.DataFrame, styles: Mapping[str, Look]) -> list[Chart]:
    if ranks.empty:
        return []
    title = "Mean ranks over series"
    table = ranks.set_index(ranks["model"].astype(str))[["rank", "low", "high"]]
    svg = charts.ranks("k0", ranks.assign(model=table.index), styles, title)
    near = listing([str(name) for name in ranks.loc[ranks["near"], "model"]])
    note = (
        "1: the lowest error on every series. Intervals that do not meet differ (Nemenyi, 95 %); in the shade: "
        f"{near}. Series count as independent here, so where they rise and fall together it finds too much."
    )
    names = [str(name) for name in table.index]
    return [Chart(svg, title, tables.matrix(title, Head("Model", numeric=False), names, table), note)]
