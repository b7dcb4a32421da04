"""Contents to make reports of: one weekly series, many series, and names that try to break out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from tsrnn.checking import checked
from tsrnn.report.contents import Contents
from tsrnn.scores import fold_numbers

MODELS = ("gru", "lstm", "arima", "seasonal-naive")
SKILL = {"gru": 0.55, "lstm": 0.62, "arima": 0.75, "seasonal-naive": 1.0, "drift": 1.2}


def actual_values(times: pd.Index, seed: int, size: float = 1.0) -> np.ndarray:
    """A rising yearly wave with noise, like carbon dioxide over a mountain."""
    step = np.arange(len(times), dtype=np.float64)
    noise = np.random.default_rng(seed).normal(0, 0.35, len(times))
    values: np.ndarray = size * (340 + 0.03 * step + 3 * np.sin(2 * np.pi * step / 52) + noise)
    return values


def tidy(
    series: dict[str, pd.Series], models: tuple[str, ...], folds: int, horizon: int, levels: tuple[int, ...]
) -> pd.DataFrame:
    """Rows of a backtest with made-up forecasts: the actual value plus an error that grows with the step."""
    parts: list[dict[str, np.ndarray]] = []
    steps = np.arange(1, horizon + 1)
    for number, values in enumerate(series.values()):
        numbers, size = values.to_numpy(), float(values.std())
        for fold in range(folds):
            cut = len(values) - (folds - fold) * horizon
            actual = numbers[cut : cut + horizon]
            smooth = np.convolve(np.pad(actual, 2, mode="edge"), np.ones(5) / 5, mode="valid")
            for place, model in enumerate(models):
                random = np.random.default_rng((number, fold, place))
                spread = 0.12 * size * SKILL.get(model, 0.8) * np.sqrt(steps)
                shift = random.choice([-1, 1]) * random.uniform(0.4, 0.8)
                part = {"model": np.full(horizon, place), "series": np.full(horizon, number), "step": steps}
                part |= {"cutoff": np.full(horizon, cut - 1), "time": np.arange(cut, cut + horizon), "actual": actual}
                part["forecast"] = smooth + spread * (shift + 0.15 * random.normal(size=horizon))
                for level in levels:
                    reach = spread * {80: 1.0, 95: 1.6}.get(level, 0.5) * (np.nan if model == "seasonal-naive" else 1)
                    part |= {f"lo-{level}": part["forecast"] - reach, f"hi-{level}": part["forecast"] + reach}
                parts.append(part)
    rows = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    index = next(iter(series.values())).index
    rows["cutoff"], rows["time"] = index[rows["cutoff"].to_numpy()], index[rows["time"].to_numpy()]
    rows["model"], rows["series"] = np.array(models)[rows["model"]], np.array(list(series))[rows["series"]]
    return rows


def scored(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Errors of tidy rows by some columns."""
    missed = rows.assign(miss=(rows["actual"] - rows["forecast"]).abs())
    found = missed.groupby(by, sort=False)["miss"].agg(mae="mean", rmse=lambda miss: float(np.sqrt((miss**2).mean())))
    out: pd.DataFrame = found.assign(mase=found["mae"] / 0.9, smape=found["mae"] / 3.6).reset_index()
    return out


def board(rows: pd.DataFrame, levels: tuple[int, ...]) -> pd.DataFrame:
    """A leaderboard of tidy rows, best first."""
    found = scored(rows, ["model"]).sort_values("mase", ignore_index=True)
    found["rmsse"] = found["rmse"] / 1.05
    found["bias"] = [float((part["forecast"] - part["actual"]).mean()) for _, part in _in_order(rows, found["model"])]
    for level in levels:
        held, wide = [], []
        for _, part in _in_order(rows, found["model"]):
            inside = (part["actual"] >= part[f"lo-{level}"]) & (part["actual"] <= part[f"hi-{level}"])
            known = bool(part[f"lo-{level}"].notna().all())
            held.append(float(inside.mean()) if known else np.nan)
            wide.append(float((part[f"hi-{level}"] - part[f"lo-{level}"]).mean()))
        found[f"coverage-{level}"], found[f"width-{level}"] = held, wide
    for other in ("arima", "seasonal-naive"):
        if other in set(found["model"]):
            theirs = float(found.loc[found["model"] == other, "mae"].iloc[0])
            found[f"skill-vs-{other}"] = 1 - found["mae"] / theirs
    found["fit_seconds"] = [12.8 / 3**place for place in range(len(found))]
    found["predict_seconds"] = [0.21 / 3**place for place in range(len(found))]
    return found


def verdict(found: pd.DataFrame) -> str:
    """The best model against ARIMA in words."""
    if "skill-vs-arima" not in found.columns:
        return f"{found['model'].iloc[0]} is best."
    saved, second = 100 * found["skill-vs-arima"].iloc[0], found["model"].iloc[1]
    best = found["model"].iloc[0]
    return (
        f"{best} is best: its error is {saved:.0f} % smaller than that of arima, which is more than luck (p = 0.004). "
        f"Between it and {second} there is no telling (p = 0.31)."
    )


def _in_order(rows: pd.DataFrame, models: pd.Series) -> list[tuple[str, pd.DataFrame]]:
    return [(model, rows[rows["model"] == model]) for model in models]


def contents(
    series: dict[str, pd.Series],
    *,
    models: tuple[str, ...] = MODELS,
    folds: int = 3,
    horizon: int = 12,
    levels: tuple[int, ...] = (80, 95),
) -> Contents:
    """Full contents for some series."""
    rows = tidy(series, models, folds, horizon, levels)
    found = board(rows, levels)
    tail = [pd.DataFrame({"series": name, "time": values.index, "actual": values.to_numpy()})[-160:]
            for name, values in series.items()]  # fmt: skip
    first = next(iter(series.values()))
    return Contents(
        title="co2: does a recurrent network beat ARIMA?",
        verdict=verdict(found),
        leaderboard=found,
        by_step=scored(rows, ["model", "step"]),
        rows=rows,
        history=pd.concat(tail, ignore_index=True),
        card=[
            ("Series", f"{len(series)}"),
            ("Rows", f"{sum(map(len, series.values())):,}"),
            ("From", str(first.index[0])[:10]),
            ("To", str(first.index[-1])[:10]),
            ("Frequency", "every week, on Saturday"),
            ("Season", "52 steps"),
            ("Missing", "59 values, filled inside each fold"),
        ],
        audit=pd.DataFrame(
            {
                "series": ["co2", "co2"],
                "finding": ["missing values", "short series"],
                "count": [59, 1],
                "first": [pd.Timestamp("1958-05-10"), pd.NaT],
            }
        ),
        settings=[(model, f"horizon {horizon}, lookback 104, seed 7") for model in models],
        versions=[("tsrnn", "0.1.0"), ("Python", "3.11.7"), ("torch", "2.13.0"), ("seed", "7")],
        notices=pd.DataFrame(
            {
                "model": ["arima"],
                "series": ["co2"],
                "cutoff": [first.index[-horizon - 1]],
                "message": ["The search for parameters stopped before it had settled."],
                "count": [2],
            }
        ),
        command=f"tsrnn backtest co2.csv --time date --target co2 --horizon {horizon} --folds {folds} \\\n"
        "      --models gru,lstm,arima,seasonal-naive --levels 80,95 --report report.html",
        by_series=scored(rows, ["model", "series"]),
        by_fold=scored(rows.assign(fold=fold_numbers(rows)), ["model", "fold"]),
    )


def tested(source: Contents, *, prices: bool = False) -> Contents:
    """The same contents with everything that the tests find; every series has the same scale."""
    scales = source.rows[["series", "cutoff"]].drop_duplicates().assign(mae_scale=0.9)
    checks = checked(
        source.rows,
        scales,
        source.history,
        source.by_series,
        measure="mase",
        references=("arima", "seasonal-naive"),
        prices=prices,
    )
    return replace(source, checks=checks)


def daily(folds: int = 40) -> Contents:
    """One daily series, three models and many folds: enough for every test to say something."""
    times = pd.date_range("2014-05-18", periods=500, freq="D")
    series = {"demand": pd.Series(actual_values(times, 1), times)}
    return tested(contents(series, models=MODELS[:3], folds=folds, horizon=4, levels=(50, 80, 95)), prices=True)


def weekly() -> Contents:
    """One weekly series, four models, three folds, twelve steps."""
    times = pd.date_range("1974-05-18", periods=520, freq="W-SAT")
    return contents({"co2": pd.Series(actual_values(times, 1), times)})


def small() -> Contents:
    """One series, two models, one fold: enough to have every part, and quick."""
    times = pd.date_range("1974-05-18", periods=60, freq="W-SAT")
    series = pd.Series(actual_values(times, 1), times)
    return contents({"co2": series}, models=("gru", "arima"), folds=1, horizon=3, levels=(80,))


def many(series: int = 50, folds: int = 4, models: tuple[str, ...] = (*MODELS, "drift"), horizon: int = 12) -> Contents:
    """Many series of very different scale."""
    times = pd.date_range("2020-01-04", periods=220, freq="W-SAT")
    sizes = np.random.default_rng(3).lognormal(0, 1, series)
    panel = {
        f"meter {number:03}": pd.Series(actual_values(times, number, sizes[number]), times) for number in range(series)
    }
    return contents(panel, models=models, folds=folds, horizon=horizon)


def renamed(source: Contents, series: str, model: str) -> Contents:
    """The same contents with the first series and the best model called something else."""
    first = str(source.leaderboard["model"].iloc[0])

    def rename(frame: pd.DataFrame) -> pd.DataFrame:
        out = frame.copy()
        for name in ("model", "baseline"):
            if name in out.columns:
                out[name] = out[name].replace({first: model})
        if "series" in out.columns:
            out["series"] = out["series"].replace({source.rows["series"].iloc[0]: series})
        return out

    checks: dict[str, Any] = {
        name: rename(found) for name, found in vars(source.checks).items() if isinstance(found, pd.DataFrame)
    }
    return replace(
        source,
        leaderboard=rename(source.leaderboard),
        by_step=rename(source.by_step),
        rows=rename(source.rows),
        history=rename(source.history),
        audit=rename(source.audit),
        notices=rename(source.notices),
        by_series=rename(source.by_series),
        by_fold=rename(source.by_fold),
        settings=[(model, model)],
        checks=replace(source.checks, **checks),
    )
