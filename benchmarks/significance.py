"""Size and power of the tests of equal loss, and how often the intervals of skill hold the true one.

    python benchmarks/significance.py [--draws 4000]

Size: how many per cent of true null hypotheses a test rejects at 5 per cent. Power: the same where the true lead is
three standard errors, which a test that knew the variance would find 85 times in 100. The loss differences of the rows
are normal, AR(1) with 0.5, or skewed (exponential); a fold has their mean over `horizon` rows and folds are `step` rows
apart, so folds overlap where the step is shorter. Of the skill, 10 per cent, both intervals should hold it 95 times
in 100; a dash is where they say that there are too few folds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tsrnn.panel import Array
from tsrnn.significance import bootstrap_skill, dm_test, panel_test, skill_interval

FOLDS, GRIDS = (3, 5, 10, 20, 50, 200), ((1, 1), (12, 12), (12, 6), (12, 1))  # (horizon, step)
KINDS = ("normal", "AR 0.5", "skewed")
LEAD, SKILL, SERIES = 3.0, 0.1, 20


def differences(kind: str, size: tuple[int, int], random: np.random.Generator) -> Array:
    """Loss differences of mean 0 and long-run variance 1, `(draw, row)`."""
    if kind == "skewed":
        return random.exponential(size=size) - 1.0
    draws, rows = size
    shocks = random.normal(size=(draws, rows + 50))
    if kind == "normal":
        return shocks[:, 50:]
    for row in range(1, rows + 50):
        shocks[:, row] += 0.5 * shocks[:, row - 1]
    return shocks[:, 50:] * 0.5


def folded(rows: Array, horizon: int, step: int) -> Array:
    """The mean of each fold, `(draw, fold)`."""
    windows: Array = np.lib.stride_tricks.sliding_window_view(rows, horizon, axis=1)[:, ::step].mean(axis=-1)
    return windows


def rejected(p_values: list[float]) -> str:
    """Per cent below 0.05, or a dash where the test would not say."""
    return "-" if np.isnan(p_values).all() else f"{100 * (np.array(p_values) < 0.05).mean():.1f}"


def sizes(draws: int, random: np.random.Generator) -> Iterator[dict[str, object]]:
    """A row for each grid, kind of loss and number of folds."""
    for horizon, step in GRIDS:
        overlap = -(-horizon // step) - 1
        for kind in KINDS:
            for n in FOLDS:
                null = folded(differences(kind, (draws, (n - 1) * step + horizon), random), horizon, step)
                lead = null - LEAD / np.sqrt((n - 1) * step + horizon)
                nothing = np.zeros(n)
                row: dict[str, object] = {"horizon": horizon, "step": step, "losses": kind, "folds": n}
                for name, gaps in (("size", null), ("power", lead)):
                    row[f"dm_test {name}"] = rejected([dm_test(gap, nothing, overlap + 1).p_value for gap in gaps])
                    row[f"panel_test {name}"] = rejected([panel_test(gap, nothing, overlap).p_value for gap in gaps])
                yield row


def many_series(draws: int, random: np.random.Generator) -> Iterator[dict[str, object]]:
    """Size over series that share half of their variance, and of a test that takes them for independent."""
    for n in FOLDS[:-1]:
        gaps = np.sqrt(0.5) * (random.normal(size=(draws, n, 1)) + random.normal(size=(draws, n, SERIES)))
        panel = rejected([panel_test(gap, np.zeros_like(gap)).p_value for gap in gaps])
        pooled = rejected([dm_test(gap.ravel(), np.zeros(gap.size)).p_value for gap in gaps])
        yield {"series": SERIES, "folds": n, "panel_test": panel, "as if independent": pooled}


def coverage(draws: int, random: np.random.Generator) -> Iterator[dict[str, object]]:
    """How often intervals of 95 per cent hold the true skill, where folds are easy or hard for both models."""
    for horizon, step in GRIDS[1:]:
        overlap = -(-horizon // step) - 1
        for n in FOLDS:
            rows = (draws, (n - 1) * step + horizon)
            ease = np.repeat(np.exp(0.5 * random.normal(size=(draws, rows[1] // horizon + 1))), horizon, axis=1)
            losses = [ease[:, : rows[1]] * np.exp(0.5 * random.normal(size=rows)) for _ in range(2)]
            one, other = folded((1 - SKILL) * losses[0], horizon, step), folded(losses[1], horizon, step)
            held: dict[str, list[float]] = {"skill_interval": [], "bootstrap_skill": []}
            for loss, rival in zip(one, other, strict=True):
                for name, found in (
                    ("skill_interval", skill_interval(loss, rival, overlap)),
                    ("bootstrap_skill", bootstrap_skill(loss, rival, overlap, draws=500)),
                ):
                    held[name].append(np.nan if np.isnan(found.low) else found.low <= SKILL <= found.high)
            shares = {name: "-" if np.isnan(own).all() else f"{100 * np.mean(own):.1f}" for name, own in held.items()}
            yield {"horizon": horizon, "step": step, "folds": n, **shares}


def main() -> None:
    """Prints the three tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=4000)
    draws, random = parser.parse_args().draws, np.random.default_rng(0)
    for title, table in (
        ("Size and power, per cent", sizes(draws, random)),
        ("Size over many series, per cent", many_series(draws, random)),
        ("Coverage of the true skill, per cent", coverage(draws // 4, random)),
    ):
        print(f"{title}\n{pd.DataFrame(list(table)).to_string(index=False)}\n", flush=True)


if __name__ == "__main__":
    main()
