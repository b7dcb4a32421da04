"""Checks of the object itself: its name, its settings, its clones, and what `fit` leaves of them."""

from __future__ import annotations

import inspect

from tsrnn.forecasters.protocol import Forecaster
from tsrnn.testing.expecting import NotApplicable, expect, expect_alike, expect_refused
from tsrnn.testing.subject import Subject


def it_is_a_forecaster(subject: Subject) -> None:
    """It has a name, fit, predict and get_params."""
    model = subject.fresh()
    expect(isinstance(model, Forecaster), "name, fit, predict and get_params", f"a {type(model).__name__}")
    expect(isinstance(model.name, str) and model.name.strip(), "a name, which is text", repr(model.name))


def get_params_names_every_setting(subject: Subject) -> None:
    """get_params gives what the constructor takes."""
    named = [name for name in inspect.signature(type(subject.model)).parameters if name != "self"]
    found = subject.fresh().get_params(deep=False)
    expect(set(named) == set(found), f"the parameters {sorted(named)}", sorted(found))


def settings_are_stored_as_given(subject: Subject) -> None:
    """The constructor stores each argument, as it is, under its own name."""
    model = subject.fresh()
    for name, value in model.get_params(deep=False).items():
        expect(hasattr(model, name), f"an attribute {name!r}", "none")
        expect(getattr(model, name) is value, f"{name}={value!r} as it was given", repr(getattr(model, name)))


def the_constructor_does_nothing_else(subject: Subject) -> None:
    """The constructor sets no attribute that is no setting: what is learned is learned in fit."""
    model = subject.fresh()
    others = sorted(set(vars(model)) - set(model.get_params(deep=False)))
    expect(not others, "settings alone before fit", others)


def settings_can_be_changed(subject: Subject) -> None:
    """set_params sets what get_params gives, and refuses a name that is none."""
    model = subject.fresh()
    if not hasattr(model, "set_params"):
        raise NotApplicable("it has no set_params")
    settings = model.get_params(deep=False)
    expect(model.set_params(**settings) is model, "set_params to return the forecaster itself", "something else")
    same = all(value is settings[name] for name, value in model.get_params(deep=False).items())
    expect(same, "the settings that were set", model.get_params(deep=False))
    expect_refused(lambda: model.set_params(no_such_setting=1), "a setting that does not exist")


def a_clone_has_the_same_settings_and_learned_nothing(subject: Subject) -> None:
    """A clone of a fitted forecaster has its settings and must be fitted itself."""
    fitted = subject.fitted(subject.series())
    twin = Subject(fitted).fresh()
    expect(repr(twin.get_params()) == repr(fitted.get_params()), f"{fitted.get_params()}", twin.get_params())
    expect_refused(lambda: twin.predict(subject.horizon), "a forecast of an unfitted clone")


def fit_returns_the_forecaster_itself(subject: Subject) -> None:
    """fit returns self, so that fit(…).predict() can be written."""
    model = subject.fresh()
    found = model.fit(subject.series())
    expect(found is model, "the forecaster itself", f"a {type(found).__name__}")


def fit_and_predict_leave_the_settings_alone(subject: Subject) -> None:
    """What was set stays as it was set, whatever was learned."""
    model = subject.fresh()
    before = repr(model.get_params())
    model.fit(subject.series()).predict(subject.horizon)
    expect(repr(model.get_params()) == before, before, repr(model.get_params()))


def fitting_again_forgets_the_fit_before(subject: Subject) -> None:
    """A second fit learns what a first one would have."""
    model = subject.fitted(subject.series()).fit(subject.series(seed=1))
    expect_alike(model.predict(subject.horizon), subject.ahead(subject.series(seed=1)), "the forecast of a second fit")


def its_text_says_what_it_is(subject: Subject) -> None:
    """repr works before and after fit and names the class."""
    for model in (subject.fresh(), subject.fitted(subject.series())):
        expect(type(model).__name__ in repr(model), f"{type(model).__name__} in its text", repr(model)[:80])


CHECKS = (
    it_is_a_forecaster,
    get_params_names_every_setting,
    settings_are_stored_as_given,
    the_constructor_does_nothing_else,
    settings_can_be_changed,
    a_clone_has_the_same_settings_and_learned_nothing,
    fit_returns_the_forecaster_itself,
    fit_and_predict_leave_the_settings_alone,
    fitting_again_forgets_the_fit_before,
    its_text_says_what_it_is,
)
