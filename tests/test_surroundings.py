"""What belongs to the process and not to us: a fit, a backtest and a search leave all of it as it was."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from tests.hostile.outcomes import fingerprint
from tests.series import forecasters, wide
from tsrnn.backtesting import backtest
from tsrnn.columns import Repairs
from tsrnn.tuning import tune

LINE = Repairs(gaps="interpolate", missing="interpolate", duplicates="mean", on_short="pad")


def surroundings() -> tuple[object, ...]:
    """Generators, threads, filters of warnings, switches, the folder and the environment."""
    numbers = np.random.get_state(legacy=False)
    return (
        (numbers["state"]["key"].tobytes(), numbers["state"]["pos"], torch.get_rng_state().numpy().tobytes()),
        (torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled()),
        (torch.are_deterministic_algorithms_enabled(), list(warnings.filters), np.geterr()),
        (pd.get_option("display.max_rows"), os.getcwd(), dict(os.environ), tuple(sorted(os.listdir()))),
    )


def holes() -> pd.DataFrame:
    """Three series with everything that repairs mend."""
    data = wide().drop(wide().index[[40, 41]])
    data.iloc[10, 1] = np.nan
    return pd.concat([data, data.iloc[[5]]])


def learn(data: pd.DataFrame) -> None:
    for name in ("gru", "boosting", "arima", "theta"):
        forecasters()[name].fit(data, repairs=LINE).predict(levels=[80])


def judge(data: pd.DataFrame) -> None:
    models = [forecasters()[name] for name in ("gru", "ridge", "ets", "seasonal-naive")]
    backtest(models, data, horizon=4, folds=2, repairs=LINE).leaderboard()


def search(data: pd.DataFrame) -> None:
    pytest.importorskip("optuna")
    tune(forecasters()["gru"], data, space={"hidden_size": [4, 8]}, trials=2, folds=1, repairs=LINE)


@pytest.mark.slow
@pytest.mark.parametrize("work", [learn, judge, search])
def test_the_process_and_the_callers_rows_are_left_as_they_were(
    work: Callable[[pd.DataFrame], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = holes()
    work(data)  # torch's optimizer imports sympy, which adds a filter of warnings: not ours to prevent
    before, rows = surroundings(), fingerprint(data)
    work(data)
    assert surroundings() == before
    assert fingerprint(data) == rows


def test_a_change_of_any_of_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = surroundings()
    numbers = np.random.get_state()
    np.random.random()
    assert surroundings() != before
    np.random.set_state(numbers)
    assert surroundings() == before
    (tmp_path / "left").touch()
    assert surroundings() != before
