"""The referee's records as tables: a row a cell, mean and deviation over the seeds, and the floors beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# What a cell came to, as it stands in the JSON.
Record = dict[str, Any]
FLOORS = ("ridge", "ridge and mean", "last value", "seasonal naive")


def long_horizon(records: Sequence[Record]) -> list[dict[str, str]]:
    """Cells of the long-horizon protocol: MSE / MAE, and how a GRU stands to ridge and to the last value.

    What was not judged in a record is left empty: the mix, in those from before there was one.
    """
    rows = []
    for record in records:
        leads, models, floors = record["ratio_and_p_value"], record["gru"], record["floors"]
        mixes = [model["mixed"] for model in models if "mixed" in model]
        rows.append(
            {"cell": record["cell"], "rows read": str(record["lookback"]), "seeds": str(len(models))}
            | {"GRU": f"{_spread(models, 'mse', 4)} / {_spread(models, 'mae', 4)}"}
            | {"GRU and mean": f"{_spread(mixes, 'mse', 4)} / {_spread(mixes, 'mae', 4)}" if mixes else ""}
            | {"its weight at the last step": ", ".join(f"{mix['weight_of_mean']:.3f}" for mix in mixes)}
            | {name: _both(floors[name]) if name in floors else "" for name in FLOORS}
            | {"published": record["published"]}
            | {"MSE to ridge (p)": _lead(leads["mse_to_ridge"])}
            | {"GRU and mean: MSE to ridge (p)": _lead(leads["mixed_mse_to_ridge"]) if mixes else ""}
            | {"MAE to last (p)": _lead(leads["mae_to_last_value"])}
        )
    return rows


def competition(record: Record) -> list[dict[str, str]]:
    """M4: the models, the simple forecasts, and what others published."""
    scores, rows = ("smape", "mase", "owa", "msis"), []
    for name, runs in record["models"].items():
        held = [{"coverage": 100 * run["coverage"]} for run in runs]
        row = {"forecast": f"{name}, {_seeds(runs)}" if "seed" in runs[0] else name}
        row |= {_HEADS[score]: _spread(runs, score, 3) for score in scores}
        rows.append(row | {"95 % coverage, %": _spread(held, "coverage", 1)})
    others = {**record["floors"], **{f"{name} (published)": found for name, found in record["published"].items()}}
    return [*rows, *(_other(name, found, scores) | {"95 % coverage, %": ""} for name, found in others.items())]


def hours(record: Record) -> list[dict[str, str]]:
    """ETT, 48 hours at 20 origins: the models, the seasonal naive, and what others published."""
    rows = []
    for name, runs in record["models"].items():
        held = [f"{100 * run['coverage']:.1f}" for run in runs]
        bands = [f"{100 * run['coverage_low']:.1f} to {100 * run['coverage_high']:.1f}" for run in runs]
        row = {"forecast": f"{name}, {_seeds(runs)}"}
        row |= {_HEADS[score]: _spread(runs, score, 3) for score in ("mase", "crps")}
        rows.append(row | {"80 % coverage, %": ", ".join(held), "its 95 % band": ", ".join(bands)})
    others = {**record["floors"], **{f"{name} (published)": found for name, found in record["published"].items()}}
    rest = {"80 % coverage, %": "", "its 95 % band": ""}
    return [*rows, *(_other(name, found, ("mase", "crps")) | rest for name, found in others.items())]


_HEADS = {"smape": "sMAPE", "mase": "MASE", "owa": "OWA", "msis": "MSIS", "crps": "CRPS"}


def _other(name: str, found: dict[str, float], scores: Sequence[str]) -> dict[str, str]:
    return {"forecast": name} | {_HEADS[score]: f"{found[score]:.3f}" if score in found else "" for score in scores}


def _seeds(models: Sequence[Record]) -> str:
    return f"{len(models)} seed" + "s" * (len(models) > 1)


def _spread(models: Sequence[Record], measure: str, digits: int) -> str:
    """Mean, and deviation where there is more than one."""
    each = [model[measure] for model in models]
    mean = f"{np.mean(each):.{digits}f}"
    return f"{mean} ± {np.std(each, ddof=1):.{digits}f}" if len(each) > 1 else mean


def _both(errors: dict[str, float]) -> str:
    return f"{errors['mse']:.4f} / {errors['mae']:.4f}"


def _lead(lead: Sequence[float]) -> str:
    return f"{lead[0]:.3f} ({lead[1]:.2g})"
