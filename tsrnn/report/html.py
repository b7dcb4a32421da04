"""The report as one HTML file: no scripts, nothing to load, readable offline, on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tsrnn.report import charts, panels, scores, tables
from tsrnn.report.calibration import calibration
from tsrnn.report.charts import Chart
from tsrnn.report.contents import Contents
from tsrnn.report.honesty import honesty
from tsrnn.report.leaderboard import leaderboard, meanings, metric, references
from tsrnn.report.page import render
from tsrnn.report.palette import Look, looks
from tsrnn.report.parts import Part
from tsrnn.report.residuals import residuals
from tsrnn.report.significance import significance
from tsrnn.report.tables import Cell, Head, Table
from tsrnn.report.times import TimeScale
from tsrnn.report.words import clip, say

_STEP_METRICS = ("mase", "mae", "rmse", "smape", "rmsse")


def to_html(contents: Contents) -> str:
    """The whole report as one HTML page, the same characters for the same contents.

    Args:
        contents: tables, words and tidy rows (see `Contents`).

    Returns:
        The page; write it with `encoding="utf-8"`. It needs no other file and no network.
    """
    models = scores.models_of(contents)
    styles = looks(models)
    rows = scores.with_folds(contents.rows) if not contents.rows.empty else contents.rows
    page = {
        "contents": contents,
        "title": contents.title,
        "verdict": contents.verdict,
        "legend": [(model, styles[model].swatch) for model in models],
        "board": leaderboard(contents.leaderboard, styles, contents.checks.skills),
        "meanings": meanings(contents.leaderboard),
        "facts": _facts(rows),
        "steps": _steps(contents.by_step, references(contents.leaderboard), styles),
        **_by_rows(contents, rows, styles),
        "residuals": residuals(contents.checks, styles),
        "significance": significance(contents.checks, styles),
        "honesty": honesty(contents.checks, styles),
        "audit": tables.frame("Findings of the audit", contents.audit) if not contents.audit.empty else None,
        "notices": tables.frame("Notices", contents.notices) if not contents.notices.empty else None,
    }
    return render("template.html.j2", page)


def _facts(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    counts = [
        (rows["series"].nunique(), "series", "series"),
        (rows["model"].nunique(), "model", "models"),
        (rows["fold"].nunique(), "fold", "folds"),
        (rows["step"].nunique(), "step ahead", "steps ahead"),
    ]
    return ", ".join(f"{count:,} {name if count == 1 else plural}" for count, name, plural in counts)


def _steps(by_step: pd.DataFrame, references: list[str], styles: Mapping[str, Look]) -> list[Chart]:
    found: list[Chart] = []
    for name in [name for name in _STEP_METRICS if name in by_step.columns][:1]:
        source = by_step.assign(model=by_step["model"].astype(str))
        table = scores.means(source, "step", name, list(styles)).sort_index()
        head = metric(name).head
        found.append(_step_chart("s0", table, f"{head} by step", f"{head} ({metric(name).unit})", styles))
        reference = next((model for model in references if model in table.columns), None)
        if reference is not None:
            ratio = table.div(table[reference].where(table[reference] > 0), axis=0)
            label = f"{head} against {clip(reference, 40)}"
            found.append(_step_chart("s1", ratio, label, f"times the {head} of {clip(reference, 30)}", styles))
    return found


def _step_chart(ident: str, table: pd.DataFrame, label: str, y_name: str, styles: Mapping[str, Look]) -> Chart:
    svg = charts.error_lines(ident, table, styles, y_name, "step ahead")
    return Chart(svg, label, tables.matrix(label, Head("Step"), [str(step) for step in table.index], table))


def _by_rows(contents: Contents, rows: pd.DataFrame, styles: Mapping[str, Look]) -> dict[str, object]:
    if rows.empty:
        return {"overview": [], "blocks": [], "folds": [], "stability": None, "coverage": Part()}
    errors = scores.by_series(contents, rows, list(styles))
    fold_errors = scores.by_fold(contents, rows, list(styles))
    return {
        "overview": _overview(errors, styles) if len(errors.table) > panels.FEW_SERIES else [],
        "blocks": panels.blocks(panels.Scene.of(rows, contents.history, styles), errors),
        "folds": [_folds(rows, fold_errors, styles)],
        "stability": _stability(fold_errors),
        "coverage": calibration(rows, contents.checks, styles),
    }


def _overview(errors: scores.Errors, styles: Mapping[str, Look]) -> list[Chart]:
    kind, table = metric(errors.metric), errors.table
    names = [say(series) for series in table.index]
    label = f"{kind.head} of every series"
    every = tables.matrix(label, Head("Series", numeric=False), names, table)
    spread = charts.sorted_errors("o0", table, styles, f"{kind.head} ({kind.unit})")
    first = Chart(spread, label, every, f"Sorted by the error of {clip(str(table.columns[0]), 40)}.")
    counts = dict(sorted(scores.wins(table).items(), key=lambda item: -item[1]))
    won = pd.DataFrame({"Series won": counts})
    label = "Series won"
    second = charts.bars("o1", counts, len(table), styles, "Series won")
    note = f"On how many of {len(table):,} series each model has the smallest {kind.head}; ties count for each."
    return [first, Chart(second, label, tables.matrix(label, Head("Model", numeric=False), list(counts), won), note)]


def _folds(rows: pd.DataFrame, errors: scores.Errors, styles: Mapping[str, Look]) -> Chart:
    kind, clock = metric(errors.metric), TimeScale(rows["cutoff"].unique())
    svg = charts.error_lines("d0", errors.table, styles, f"{kind.head} ({kind.unit})", "fold, oldest first")
    cutoffs = {fold: clock.text(part.iloc[0]) for fold, part in rows.groupby("fold")["cutoff"]}
    names = [f"{fold} ({cutoffs[fold]})" for fold in errors.table.index]
    label = f"{kind.head} by fold"
    return Chart(svg, label, tables.matrix(label, Head("Fold (cutoff)", numeric=False), names, errors.table))


def _stability(found: scores.Errors) -> Table:
    errors = found.table
    summary, won = charts.fold_summary(errors), scores.wins(errors)
    worst = [f"fold {errors[name].idxmax()}" if errors[name].notna().any() else "" for name in errors.columns]
    cells = [tables.numbers(summary[name].tolist()) for name in summary.columns]
    rows = [
        [
            Cell(str(name)),
            *numbers[:3],
            Cell(numbers[3].text, True, word=place),
            Cell(f"{won[str(name)]} of {len(errors)}", True),
        ]
        for name, place, *numbers in zip(errors.columns, worst, *cells, strict=True)
    ]
    heads = [Head("Model", numeric=False), Head("Mean", metric(found.metric).head), Head("Spread", "std. dev.")]
    heads += [Head("Best", "fold"), Head("Worst", "fold"), Head("Won", "folds")]
    return Table("Stability over the folds", heads, rows)
