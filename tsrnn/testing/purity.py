"""Checks of purity: nothing of the caller's changes, nothing of the process, and asking twice gives the same twice."""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from tsrnn.testing.expecting import expect, expect_alike
from tsrnn.testing.subject import Subject

_THREADS, _PREDICTIONS = 8, 32


def _hashed(data: pd.Series | pd.DataFrame) -> object:
    table = data.to_frame() if isinstance(data, pd.Series) else data
    types = [str(dtype) for dtype in table.dtypes]
    return pd.util.hash_pandas_object(table).tolist(), list(table.columns), types, table.index.name, table.attrs


def the_callers_data_stay_as_they_are(subject: Subject) -> None:
    """fit and predict change no row, name or type of what they were given."""
    for data in (subject.series(), subject.wide(), subject.long()):
        before = _hashed(data)
        model = subject.fitted(data)
        model.predict(subject.horizon, history=data)
        expect(_hashed(data) == before, "the data as they were", "other rows, names or types after fit and predict")


def data_changed_after_fit_change_no_forecast(subject: Subject) -> None:
    """What was learned is the forecaster's own: the caller may reuse his arrays."""
    data = subject.wide()
    model = subject.fitted(data)
    plain = model.predict(subject.horizon)
    data.iloc[:, :] = 0.0
    expect_alike(model.predict(subject.horizon), plain, "the forecast after the caller changed his data")


def a_changed_answer_changes_no_later_one(subject: Subject) -> None:
    """An answer is the caller's: what he writes into it comes back in none."""
    model = subject.fitted(subject.wide())
    answer = model.predict(subject.horizon)
    plain = answer.copy()
    answer.iloc[:, :] = 0.0
    expect_alike(model.predict(subject.horizon), plain, "the forecast after the caller changed an earlier one")


def predicting_twice_gives_the_same(subject: Subject) -> None:
    """Two forecasts of one fit are the same, bit for bit."""
    model = subject.fitted(subject.series())
    expect_alike(model.predict(subject.horizon), model.predict(subject.horizon), "a second forecast")


def predicting_leaves_no_trace(subject: Subject) -> None:
    """Other horizons and other histories asked for meanwhile change no forecast."""
    model = subject.fitted(subject.series())
    plain = model.predict(subject.horizon)
    model.predict(1)
    model.predict(subject.horizon, history=subject.series(seed=1))
    expect_alike(model.predict(subject.horizon), plain, "the forecast after others were asked for")


def the_same_settings_give_the_same_numbers(subject: Subject) -> None:
    """Two clones fitted on the same data forecast the same, bit for bit."""
    data = subject.series()
    expect_alike(subject.ahead(data), subject.ahead(data), "a second fit with the same settings")


def a_fit_elsewhere_changes_no_forecast(subject: Subject) -> None:
    """No two objects share what they learn: one that saw more rows tells the others nothing."""
    data = subject.series()
    model = subject.fitted(data.iloc[: -subject.horizon])
    plain = model.predict(subject.horizon)
    subject.fitted(data)
    expect_alike(model.predict(subject.horizon), plain, "the forecast after another object was fitted")
    expect_alike(subject.ahead(data.iloc[: -subject.horizon]), plain, "a fit after another object saw later rows")


@contextlib.contextmanager
def _random_states_restored() -> Iterator[None]:
    numbers, plain = np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        np.random.set_state(numbers)
        random.setstate(plain)


def global_seeds_do_not_matter(subject: Subject) -> None:
    """Chance comes from a setting, never from the random numbers of the process."""
    found = []
    with _random_states_restored():
        for seed in (1, 2):
            np.random.seed(seed)
            random.seed(seed)
            found.append(subject.ahead(subject.series()))
    expect_alike(found[1], found[0], "the forecast under another global seed")


def _surroundings() -> dict[str, object]:
    """What belongs to the process and to nobody in it."""
    numbers: Any = np.random.get_state(legacy=False)
    around: dict[str, object] = {
        "NumPy's random state": (numbers["state"]["key"].tobytes(), numbers["state"]["pos"]),
        "Python's random state": random.getstate(),
        "NumPy's error settings": np.geterr(),
        "the filters of warnings": list(warnings.filters),
        "the working directory": os.getcwd(),
        "the environment": dict(os.environ),
        "the recursion limit": sys.getrecursionlimit(),
        "the number of threads": threading.active_count(),
        "pandas' options": [pd.get_option(name) for name in ("display.precision", "display.max_rows")],
    }
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        around["torch's random state"] = torch.get_rng_state().numpy().tobytes()
        around["torch's settings"] = (
            *(torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled()),
            torch.are_deterministic_algorithms_enabled(),
        )
    return around


def the_process_stays_as_it_is(subject: Subject) -> None:
    """Seeds, warnings, environment, threads and working directory are not a forecaster's to change."""
    subject.ahead(subject.series())  # what importing does the first time is not ours to prevent
    with _random_states_restored():
        np.random.seed(1)  # not the state that a fit may have left
        random.seed(1)
        before = _surroundings()
        subject.ahead(subject.series())
        after = _surroundings()
    changed = [name for name, value in before.items() if after[name] != value]
    expect(not changed, "the process as it was", f"a change of {', '.join(changed)}")


def nothing_is_printed(subject: Subject) -> None:
    """fit and predict write nothing on standard output and standard error."""
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        subject.ahead(subject.series())
    expect(not heard.getvalue(), "silence", repr(heard.getvalue()[:80]))


def no_file_is_left_behind(subject: Subject) -> None:
    """fit and predict write nothing into the working directory."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        subject.ahead(subject.series())
        expect(not os.listdir(), "no file in the working directory", os.listdir())


def threads_may_predict_at_once(subject: Subject) -> None:
    """Forecasts from eight threads are those of one."""
    model = subject.fitted(subject.series())
    histories = [subject.series(seed) for seed in range(2)]
    wanted = [model.predict(subject.horizon, history=history) for history in histories]

    def ask(number: int) -> object:
        return model.predict(subject.horizon, history=histories[number % 2])

    with ThreadPoolExecutor(_THREADS) as threads:
        for number, found in enumerate(threads.map(ask, range(_PREDICTIONS))):
            expect_alike(found, wanted[number % 2], "a forecast made beside others")


CHECKS = (
    the_callers_data_stay_as_they_are,
    data_changed_after_fit_change_no_forecast,
    a_changed_answer_changes_no_later_one,
    predicting_twice_gives_the_same,
    predicting_leaves_no_trace,
    the_same_settings_give_the_same_numbers,
    a_fit_elsewhere_changes_no_forecast,
    global_seeds_do_not_matter,
    the_process_stays_as_it_is,
    nothing_is_printed,
    no_file_is_left_behind,
    threads_may_predict_at_once,
)
