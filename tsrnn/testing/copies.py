"""Checks of copies: a fitted forecaster that was copied, sent to another process or saved forecasts as before."""

from __future__ import annotations

import copy
import tempfile
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from tsrnn.forecasters.names import own_name
from tsrnn.forecasters.protocol import Forecaster, PanelForecaster
from tsrnn.saving import load
from tsrnn.testing.expecting import NotApplicable, expect, expect_alike, expect_refused
from tsrnn.testing.subject import Subject


def _savable(model: Forecaster) -> PanelForecaster:
    """The model, if `tsrnn.load` could read it back; the classes it reads are a closed list."""
    if not isinstance(model, PanelForecaster) or own_name(model) is None:
        raise NotApplicable("tsrnn.load reads none but tsrnn's own forecasters")
    return model


def a_deep_copy_forecasts_the_same(subject: Subject) -> None:
    """copy.deepcopy copies what was learned, and the copy goes its own way."""
    model = subject.fitted(subject.series())
    plain = model.predict(subject.horizon)
    twin = copy.deepcopy(model)
    expect_alike(twin.predict(subject.horizon), plain, "the forecast of a deep copy")
    twin.fit(subject.series(seed=1))
    expect_alike(model.predict(subject.horizon), plain, "the forecast after the copy was fitted on other data")


def another_process_forecasts_the_same(subject: Subject) -> None:
    """What multiprocessing and joblib send to a worker is the whole fitted forecaster."""
    model = subject.fitted(subject.series())
    sent: Any = ForkingPickler.dumps(model)  # made and read here: no byte comes from outside
    expect_alike(ForkingPickler.loads(sent).predict(subject.horizon), model.predict(subject.horizon), "a model sent on")


def an_unfitted_one_can_be_sent_to_another_process(subject: Subject) -> None:
    """Settings travel as well as what was learned."""
    sent: Any = ForkingPickler.dumps(subject.fresh())
    twin = ForkingPickler.loads(sent).fit(subject.series())
    expect_alike(twin.predict(subject.horizon), subject.ahead(subject.series()), "a forecaster fitted elsewhere")


def a_saved_forecaster_forecasts_the_same(subject: Subject) -> None:
    """save and tsrnn.load bring back class, name, settings and, bit for bit, forecasts."""
    data = subject.wide()
    model = _savable(subject.fresh()).fit(data.iloc[:-2])
    with tempfile.TemporaryDirectory() as folder:
        loaded = load(model.save(Path(folder) / "model"))
    expect(type(loaded) is type(model), f"a {type(model).__name__}", f"a {type(loaded).__name__}")
    expect(loaded.name == model.name, f"the name {model.name!r}", repr(loaded.name))
    expect(repr(loaded.get_params()) == repr(model.get_params()), f"{model.get_params()}", loaded.get_params())
    for history in (None, data):
        plain = model.predict(subject.horizon, history=history, levels=[80])
        expect_alike(loaded.predict(subject.horizon, history=history, levels=[80]), plain, "a loaded forecaster")


def saving_before_fit_is_refused(subject: Subject) -> None:
    """There is nothing to save yet, and no folder is made."""
    model = _savable(subject.fresh())
    with tempfile.TemporaryDirectory() as folder:
        expect_refused(lambda: model.save(Path(folder) / "model"), "saving what was not fitted")
        expect(not list(Path(folder).iterdir()), "no file", sorted(Path(folder).iterdir()))


CHECKS = (
    a_deep_copy_forecasts_the_same,
    another_process_forecasts_the_same,
    an_unfitted_one_can_be_sent_to_another_process,
    a_saved_forecaster_forecasts_the_same,
    saving_before_fit_is_refused,
)
