"""Jobs: the same rows from several processes, each on one thread; errors and Ctrl-C come through."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import joblib
import pytest
from joblib import parallel_config
from pandas.testing import assert_frame_equal
from threadpoolctl import threadpool_info

from tests.series import HORIZON, forecasters, hourly, wide
from tsrnn.backtesting import Backtest, backtest
from tsrnn.errors import SettingError, ShortSeriesError
from tsrnn.forecasters.protocol import Forecaster
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.jobs import each


def square(number: int) -> int:
    return number * number


def place(number: int) -> tuple[int, int]:
    """The process and the threads that NumPy's, and torch's, work would run on."""
    import torch

    return os.getpid(), max([torch.get_num_threads(), *(pool["num_threads"] for pool in threadpool_info())])


def refuse(number: int) -> int:
    raise ShortSeriesError(f"series {number} is too short", series=number)


def test_the_answers_come_in_the_order_of_the_jobs() -> None:
    for n_jobs in (1, None):
        assert each(square, [3, 1, 2], n_jobs) == [9, 1, 4]
    assert each(square, [], 1) == []


def test_n_jobs_is_a_whole_number() -> None:
    for wrong in (0, 1.5, True, "2"):
        with pytest.raises(SettingError, match=f"n_jobs is a whole number, 1 for .* -1 for every core; got {wrong!r}"):
            each(square, [1], wrong)  # type: ignore[arg-type]


def test_a_backend_of_threads_works_and_leaves_the_number_of_threads_alone() -> None:
    with parallel_config(backend="threading", n_jobs=2):
        places = each(place, [1, 2, 3], None)
    assert {process for process, _ in places} == {os.getpid()}


def same(first: Backtest, second: Backtest) -> None:
    """Everything of two backtests but the seconds is equal, bit by bit."""
    assert_frame_equal(first.rows, second.rows, check_exact=True)
    assert_frame_equal(first.scales, second.scales, check_exact=True)
    assert_frame_equal(first.notices, second.notices, check_exact=True)
    assert_frame_equal(first.timings[["model", "cutoff"]], second.timings[["model", "cutoff"]])


@pytest.mark.slow
def test_two_jobs_work_elsewhere_on_one_thread_and_give_their_errors_back() -> None:
    places = each(place, range(4), 2)
    assert os.getpid() not in {process for process, _ in places}
    assert {threads for _, threads in places} == {1}
    with pytest.raises(ShortSeriesError, match="series 3 is too short") as caught:
        each(refuse, [3, 3], 2)
    assert caught.value.series == 3


@pytest.mark.slow
@pytest.mark.parametrize("refit", [True, False, 2])
def test_rows_do_not_depend_on_the_number_of_jobs(refit: bool | int) -> None:
    models: list[Forecaster | str] = [*forecasters().values()]
    one, two = (backtest(models, wide(120), horizon=HORIZON, folds=3, refit=refit, n_jobs=n) for n in (1, 2))
    same(one, two)


@pytest.mark.slow
def test_an_error_in_a_worker_says_which_model_and_cutoff() -> None:
    with pytest.raises(ShortSeriesError, match=r"model 'gru', cutoff .*: series 'load' has (14|18) rows") as caught:
        backtest([GRUForecaster(HORIZON, 24)], hourly(22), horizon=HORIZON, folds=2, n_jobs=2)
    assert caught.value.series == "load"


@pytest.mark.slow
def test_ctrl_c_stops_the_workers(tmp_path: Path, checkout_environment: dict[str, str]) -> None:
    code = f"""
import signal, time
from pathlib import Path
from tsrnn.jobs import each

signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background of a shell ignores it

def wait(place):
    Path(place).write_text(str(__import__("os").getpid()))
    time.sleep(60)

each(wait, [{str(tmp_path / "a")!r}, {str(tmp_path / "b")!r}], 2)
"""
    child = subprocess.Popen([sys.executable, "-c", code], env=checkout_environment, stderr=subprocess.PIPE, text=True)
    files = [tmp_path / "a", tmp_path / "b"]
    deadline = time.monotonic() + 60
    while not all(file.exists() and file.read_text() for file in files) and time.monotonic() < deadline:
        time.sleep(0.1)
    workers = [int(file.read_text()) for file in files]
    child.send_signal(signal.SIGINT)
    _, words = child.communicate(timeout=30)
    assert child.returncode != 0 and "KeyboardInterrupt" in words
    while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < deadline + 30:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
def test_two_workers_of_dask_give_the_same_rows() -> None:
    from distributed import Client, LocalCluster

    chosen = {name: model for name, model in forecasters().items() if name in ("arima", "gru", "naive")}
    models: list[Forecaster | str] = [*chosen.values()]
    plain = backtest(models, wide(120), horizon=HORIZON, folds=3)
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)  # type: ignore[no-untyped-call]
    client = Client(cluster)  # type: ignore[no-untyped-call]
    with cluster, client, joblib.parallel_config(backend="dask"):
        spread = backtest(models, wide(120), horizon=HORIZON, folds=3)
        places = each(place, range(8), None)
    same(plain, spread)
    assert os.getpid() not in {process for process, _ in places}
    assert {threads for _, threads in places} == {1}
