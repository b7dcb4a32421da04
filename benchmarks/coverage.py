"""Do 80 % intervals hold 80 % at every step? Simulated series, of which some are learned from and others are judged.

    python benchmarks/coverage.py [--json] [--write]      --write puts the table into docs/benchmarks.md

A GRU learns from 400 series of 252 rows and forecasts 12 steps of 10,000 others from their first 240. Every end of an
interval is that of a series it never saw; with 10,000 of them a coverage has a standard error of 0.4 points. An actual
that stands on an end, as counts do, is counted half.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from joblib import Parallel, delayed
from numpy.typing import NDArray

from tsrnn.columns import Columns
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.nn.direct import Direct
from tsrnn.nn.distributions import NegativeBinomial, Normal, StudentT
from tsrnn.nn.heads import Head, Quantiles
from tsrnn.nn.rollout import Recursive
from tsrnn.training import Training

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
MARKS = re.compile(r"(<!-- coverage -->\n).*?(<!-- /coverage -->)", re.DOTALL)
ROWS, HORIZON, LOOKBACK, SEASON, LEVEL = 240, 12, 36, 12, 80
LEARNED, JUDGED = 400, 10_000

KINDS = ("random walk", "AR(1)", "seasonal", "heavy tails", "GARCH", "counts")

Values = NDArray[np.float64]


def simulate(process: str, series: int, seed: int) -> Values:
    """Independent series of one kind, `(row, series)`."""
    rng, rows = np.random.default_rng(seed), ROWS + HORIZON
    noise = rng.normal(size=(rows, series))
    if process == "random walk":
        return noise.cumsum(axis=0)
    if process == "AR(1)":
        return _remembered(noise, 0.8, noise[0] / np.sqrt(1 - 0.8**2))
    if process == "heavy tails":  # Student's t with four degrees of freedom, whose deviation is the root of two
        shocks = rng.standard_t(4, size=(rows, series))
        return _remembered(shocks, 0.5, shocks[0] / np.sqrt(1 - 0.5**2))
    if process == "GARCH":
        return _clustered(noise)
    if process == "seasonal":
        return 2.0 * rng.normal(size=(SEASON, series))[np.arange(rows) % SEASON] + noise
    wave = 0.5 * np.sin(2 * np.pi * (np.arange(rows)[:, None] + rng.integers(SEASON, size=series)) / SEASON)
    mean = np.exp(rng.normal(3.0, 0.7, size=series) + wave)
    return rng.negative_binomial(3.0, 3.0 / (3.0 + mean)).astype(np.float64)


def _remembered(shocks: Values, share: float, first: Values) -> Values:
    """An autoregression of order one from `first (series,)` on."""
    values = np.empty_like(shocks)
    values[0] = first
    for row in range(1, len(shocks)):
        values[row] = share * values[row - 1] + shocks[row]
    return values


def _clustered(noise: Values) -> Values:
    """GARCH(1, 1): changes whose variance follows the squares before it, one in the long run (Bollerslev, 1986)."""
    values, variance = np.empty_like(noise), np.ones(noise.shape[1])
    for row, shock in enumerate(noise):
        values[row] = np.sqrt(variance) * shock
        variance = 0.1 + 0.15 * values[row] ** 2 + 0.75 * variance
    return values


def models(process: str) -> dict[str, tuple[Direct | Recursive, Head]]:
    """What is judged on one kind of series: a decoder and a head each."""
    lags = (SEASON,) if process in ("seasonal", "counts") else ()
    if process == "counts":
        count = NegativeBinomial()
        return {
            "Direct, Quantiles": (Direct(), Quantiles()),
            "Direct, NegativeBinomial": (Direct(), count),
            "Recursive, NegativeBinomial": (Recursive(lags=lags), count),
        }
    return {
        "Direct, Quantiles": (Direct(), Quantiles()),
        "Direct, Normal": (Direct(), Normal()),
        "Direct, StudentT": (Direct(), StudentT()),
        "Recursive, Quantiles": (Recursive(lags=lags), Quantiles()),
        "Recursive, Normal": (Recursive(lags=lags), Normal()),
    }


def judge(process: str, model: str, learned: int = LEARNED, judged: int = JUDGED, epochs: int = 30) -> pd.DataFrame:
    """Coverage in per cent and mean width at each step."""
    torch.set_num_threads(1)  # the models run side by side
    decoder, head = models(process)[model]
    began = time.perf_counter()
    network = GRUForecaster(
        HORIZON, LOOKBACK, hidden_size=32, decoder=decoder, head=head, training=Training(epochs=epochs)
    )
    columns = Columns(id="id", time="t", target="y")
    network.fit(_long(simulate(process, learned, seed=1), "learned"), columns)
    values = simulate(process, judged, seed=2)
    ahead = network.predict(history=_long(values[:ROWS], "judged"), levels=[LEVEL])
    low, high = (ahead[f"y-{side}-{LEVEL}"].to_numpy().reshape(judged, HORIZON) for side in ("lo", "hi"))
    actual = values[ROWS:].T
    inside = ((actual > low) & (actual < high)) + 0.5 * ((actual == low) | (actual == high))
    print(f"{time.perf_counter() - began:.0f} s: {process}, {model}", file=sys.stderr)
    steps = np.arange(1, HORIZON + 1)
    found = {"process": process, "model": model, "step": steps, "coverage": 100 * inside.mean(axis=0)}
    return pd.DataFrame({**found, "width": (high - low).mean(axis=0)})


def _long(values: Values, name: str) -> pd.DataFrame:
    rows, series = values.shape
    ids = np.repeat([f"{name} {place:05d}" for place in range(series)], rows)
    return pd.DataFrame({"id": ids, "t": np.tile(np.arange(rows), series), "y": values.T.ravel()})


def markdown(rows: pd.DataFrame) -> str:
    """One line a process and model."""
    lines = [
        "| series | decoder, head | coverage, % | lowest step | highest step | width at step 12 / step 1 |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for (process, model), own in rows.groupby(["process", "model"], sort=False):
        covered, width = own["coverage"], own["width"].to_numpy()
        lines.append(
            f"| {process} | {model} | {covered.mean():.1f} | {covered.min():.1f} | {covered.max():.1f} | "
            f"{width[-1] / width[0]:.2f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Judges every decoder and head on every kind of series."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="every step, as JSON")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--jobs", type=int, default=2, help="models judged at once")
    parser.add_argument("--only", help="comma-separated kinds of series")
    options = parser.parse_args()
    kinds = options.only.split(",") if options.only else list(KINDS)
    if unknown := sorted(set(kinds) - set(KINDS)):
        parser.error(f"unknown kinds {', '.join(unknown)}: choose from {', '.join(KINDS)}")
    cells = [(process, model) for process in kinds for model in models(process)]
    rows = pd.concat(Parallel(options.jobs)(delayed(judge)(*cell) for cell in cells), ignore_index=True)
    print(json.dumps(rows.round(3).to_dict("records")) if options.json else markdown(rows))
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(MARKS.sub(lambda mark: mark[1] + markdown(rows) + mark[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
