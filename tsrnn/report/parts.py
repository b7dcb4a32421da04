"""A part of the report: what was found in sentences, then charts, then tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tsrnn.report.charts import Chart
from tsrnn.report.tables import Table
from tsrnn.report.words import listing


@dataclass(frozen=True)
class Part:
    """What one section shows, in this order; `legend` where its charts have a line per model; `more` is folded up."""

    said: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    legend: bool = False
    more: list[Table] = field(default_factory=list)


def named(finding: str, names: Iterable[object]) -> list[str]:
    """A sentence that lists who a finding is true of; none where there is nobody.

    >>> named("Too narrow", ["gru", "arima"])
    ['Too narrow: gru and arima.']
    """
    known = [str(name) for name in names]
    return [f"{finding}: {listing(known)}."] if known else []
